/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a series looks like, decided before any slope is tested: a warm-up curve or one step makes every trend test reject
 * (82-100 % of the time), so a slope means nothing until the shape is known.
 */
#ifndef ANALYSIS_SHAPE_H
#define ANALYSIS_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/track.h"

enum shape {
	SHAPE_FLAT,
	SHAPE_TREND,        /* a line */
	SHAPE_STEP,         /* one jump, flat before and after */
	SHAPE_WARMUP,       /* 1 - exp(-u / tau): flat at the end */
	SHAPE_WARMUP_TREND, /* the same on a line */
	SHAPE_STEP_TREND,   /* a line with one jump */
	SHAPE_ONSET,        /* flat, then a line */
	SHAPE_FILL,         /* a line, then flat */
	SHAPE_BROKEN,       /* a line, then another */
	SHAPE_STEPS,        /* two jumps */
	SHAPE_STEPS_TREND,  /* a line with two jumps */
	SHAPE_CURVE,        /* u^power: faster and faster */
	SHAPE_WARMUPS,      /* two warm-ups, one slower: flat at the end */
	SHAPE_CREEP,        /* log(1 + u / tau): never flat, but slower and slower */
	SHAPES
};

/* Columns that belong to every model: a level for each segment, harmonics of a cycle, the load. */
struct design {
	size_t n, p;
	double x[LSQ_MAX_P][TRACK_MAX];
};

void design_levels(struct design *d, const struct track *tr);
/* False if the design is full. */
bool design_add(struct design *d, const double *x);
/* The columns as those functions want them that take any. */
void design_columns(const struct design *d, const double *col[LSQ_MAX_P]);
/* lsq_fit() of y[d->n] on all columns. */
enum sk_code design_fit(const struct design *d, const double *y, struct lsq *out, double *resid);

struct shape_fit {
	enum shape shape;
	double bic;            /* of the best; comparable between designs on the same track */
	double bic_of[SHAPES]; /* INFINITY where the shape was not tried */
	double phi;            /* AR(1) per block at the best */
	size_t at, at2;        /* index of the first point after the step, or of the knee; 0: none */
	double tau_s, tau2_s;  /* of the warm-up or the creep, and of the faster of two warm-ups; NaN: none */
	double power;          /* of SHAPE_CURVE: 1.5 to 4; else 0 */
};

/*
 * shape_select - the shape with the smallest BIC under AR(1) errors.
 *
 * In       tr at least 12 points; base from design_levels() and design_add()
 * Out      *out
 * How      for each phi of a grid 0 .. 1: whiten, then least squares of each shape; locations by suffix sums, all of them, so that no step
 *          falls between two candidates. Price in units of log n: slope 1, jump 1, tau 1 (that a curve ends: .15 more) and a searched
 *          location 2 (knee) or 3 (step: flat autocorrelated noise looks like steps). With several segments only shapes without a
 *          location compete, and a warm-up starts again in each. The residual sum never falls under n (quantum / 2)^2. Two jumps are
 *          searched in turns, each beside the other, from the best one on a level and from that on a line. Two warm-ups and a creep
 *          only where a warm-up on a line or two lines are the best. A constant series is flat: nothing else is tried.
 * Return   SK_OK; SK_EFEW
 * Cost     once 32 curves * 2 n (p + 3) multiplications, for each of 11 phi about n p^2 + 60 n p; two warm-ups: n 400 more for each;
 *          no allocation, 400 KiB of stack
 * Source   simulation, docs/method.md; BIC: Schwarz, Ann. Stat. 6 (1978) 461-464
 * Checked  tests/analysis/shape_test.c: every shape from seeded noise, the location within two points
 */
enum sk_code shape_select(const struct track *tr, const struct design *base, struct shape_fit *out);

/* The same of a level and a line alone, for a quarter of the time. */
enum sk_code shape_plain(const struct track *tr, const struct design *base, struct shape_fit *out);

/*
 * shape_design - the chosen model as a design, and the column whose coefficient is the slope at the end of the run:
 * the line, the part of the line after the knee, the curve scaled so that its coefficient is the mean slope over the last tenth,
 * or a line added to a shape that has none. Returns its index.
 */
size_t shape_design(const struct track *tr, const struct design *base, const struct shape_fit *f, struct design *out);

/* The shape has a slope that goes on to the end. */
bool shape_grows(enum shape s);

/* The slope is that of the last tenth: SHAPE_CURVE and SHAPE_CREEP. */
bool shape_bends(enum shape s);

/* Of a bent one: what it grows over the run, for a slope of 1 over the last tenth, in units of the span. 1 for a line. */
double shape_growth(const struct shape_fit *f);

/* The shape has one or two jumps. */
bool shape_jumps(enum shape s);

/* The shape has one or two curves that end. */
bool shape_warms_up(enum shape s);

/* The shape may grow at first and slow down: those, a creep, a fill, two lines. */
bool shape_slows(enum shape s);

#endif
