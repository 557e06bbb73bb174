/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict of one column by itself. Which column speaks for the run is columns.h. */
#ifndef ANALYSIS_JUDGE_H
#define ANALYSIS_JUDGE_H

#include <stdbool.h>

#include "analysis/ar.h"
#include "analysis/regimes.h"
#include "analysis/sawtooth.h"
#include "analysis/shape.h"
#include "analysis/track.h"
#include "analysis/verdict.h"

/* What is the same for all columns of a run. */
struct context {
	const double *restart_s;
	size_t n_restarts;
	double interval_s, min_rate, warmup_s; /* warmup_s NaN: found from the data */
	const struct column *ops;              /* NULL: none */
	double alpha;                          /* one-sided level of proof */
	double error_kb;                       /* growth up to here may be the kernel's counting; 0: none */
	bool rests;                            /* the load rests by our own plan: bursts are the load's */
};

/* What was found out about a column on the way, for the verdict, its words and the picture. */
struct findings {
	struct track tr;
	struct design base; /* levels, harmonics, load */
	struct shape_fit fit;
	struct design full; /* the chosen shape; full.x[tail] is the slope at the end */
	size_t tail;
	bool modelled; /* model and left are known: y on full by least squares, and what that leaves */
	struct lsq model;
	double left[TRACK_MAX];
	struct py_test test;
	size_t from;            /* first point of the tail */
	bool wavy;              /* one period of a slow cycle explains it as well as growth does */
	double period_s;        /* of harmonics in the model; NaN: none */
	struct regimes regimes; /* levels in the model in the place of a cycle; jumps 0: none */
	bool load;              /* the load is in the model, with a coefficient > 0 */
	double cycle;           /* U: range of what harmonics and load explain; 0: none */
	struct sawtooth saw;
	bool sawtooth;              /* saw is valid: the test is that of its floor */
	bool teeth;                 /* a sawtooth too fine for its floor to be seen in blocks */
	double last_slope, last_se; /* over the last third of the tail */
	bool persists;
	double fell, fell_s;     /* U, s: the largest jump down of the shape and its time; 0: none of 16 quanta */
	size_t falls;            /* jumps down of a fifth of that or more */
	double pause_s;          /* of growth: since the last new maximum, where it should have shown; else 0 */
	double change, noise;    /* U: the shape's own rise or largest jump; standard deviation of what the model leaves */
	bool low_points;         /* the test is that of the low points of a cycle */
	double before;           /* U: growth before a bend that changes little and belongs to the same growth; else 0 */
	bool short_level;        /* growth ended too shortly before the end to say that it did */
	bool end_only;           /* tr is the end of a rise that slows down as no shape does */
	double warmed, warmup_s; /* U, s: a warm-up before the points of tr, which are those after it; 0: none */
	double level;            /* median of all points */
	double span_s, rise;     /* length; last tenth less first tenth */
	double seen_s;           /* first to last sample, for the words */
	double min_rate;         /* per hour, of the context */
	bool mean_growth;        /* the slope is that of a line through its jumps */
	bool early;              /* the level of proof is that of a look on the way */
	double limit_rate;       /* effect_limit() */
	double min_growth;       /* under this no leak: 8 quanta, or what an hour at min_rate makes where the run is shorter */
	double swing;            /* of a count: by so much it goes up and down anyhow, and it grows by less; 0: by more */
	double error_kb;         /* the growth is no more than this, which counters may be off by; 0: it is, or they are exact */
};

/*
 * judge_column - one column's verdict.
 *
 * In       c, x; f is working memory, filled with the findings
 * Out      *out complete but for q_value; every number finite or NaN
 * How      points -> period and load -> sawtooth floor -> shape -> trend test -> persistence -> class; docs/method.md.
 * Cost     about 2 ms for 256 blocks; one allocation (Theil-Sen). SK_ENOMEM.
 * Checked  tests/analysis/judge_test.c: seeded series of every family, the class counted.
 */
enum sk_code judge_column(const struct column *c, const struct context *x, struct findings *f, struct series_verdict *out);

/*
 * The kind of a leak found by f; ops: NULL if not known; rests: the load pauses by our own plan, so that what follows it is even growth. The count columns have their own (columns.h).
 * Cost: two partitions at most (stairs.h). Checked: tests/analysis/kind_test.c, each kind without noise and with it.
 */
enum leak_kind leak_kind_of(const struct findings *f, const struct column *ops, bool rests);

#endif
