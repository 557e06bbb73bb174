/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The decision: series in, verdict out. Pure functions of their arguments: no clock, no pid, no output.
 * The same code decides online (the monitor's blocks) and offline (blocks streamed from a CSV).
 */
#ifndef ANALYSIS_VERDICT_H
#define ANALYSIS_VERDICT_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "analysis/cycles.h"
#include "analysis/explained.h"
#include "base/err.h"
#include "base/series.h"

enum verdict_class {
	VERDICT_INSUFFICIENT,
	VERDICT_STABLE,
	VERDICT_PLATEAU,
	VERDICT_STEP,
	VERDICT_SAWTOOTH,
	VERDICT_LOAD,
	VERDICT_SHRINKING,
	VERDICT_SHARED_TOUCH,
	VERDICT_SUSPECTED,
	VERDICT_LEAK,
	VERDICT_CLASSES
};
extern const char *const verdict_class_name[VERDICT_CLASSES]; /* "insufficient", "stable", ... "shared-touch" ... "leak" */

enum leak_kind {
	LEAK_NONE,
	LEAK_LINEAR,
	LEAK_STAIRCASE,
	LEAK_ONSET,
	LEAK_ACCELERATING,
	LEAK_UNDER_SAWTOOTH,
	LEAK_BURSTY,
	LEAK_ACROSS_RESTARTS,
	LEAK_PROCESSES,
	LEAK_ADDRESS_SPACE,
	LEAK_FDS,
	LEAK_THREADS,
	LEAK_KINDS
};
extern const char *const leak_kind_name[LEAK_KINDS]; /* NULL for LEAK_NONE, "linear", ... */

/* What growth was proven to go with, better than with any of the others. */
enum growth_driver {
	GROWS_UNKNOWN,
	GROWS_OPERATIONS,
	GROWS_TIME,
	GROWS_CONNECTIONS, /* the number of processes */
	GROWS_RESTARTS,
	GROWS_CONNECTS, /* connections made */
	GROWS_RELOADS,
	GROWS_DRIVERS
};
extern const char *const growth_driver_name[GROWS_DRIVERS]; /* NULL for GROWS_UNKNOWN, "operations", ... */

/* One thing that may explain the growth: a role, a process, a mapping class or a mapping, with its own memory. */
struct evidence_part {
	const char *by;              /* "role", "process", "class", "mapping", "fd-kind" */
	const char *name;            /* "backend"; of a mapping its class and its name, "heap [heap] of backend" */
	const struct series *series; /* KiB; descriptors of a kind */
};

/*
 * What is known of a run. Series are in KiB (or 1 for counts), all with the same base block and start, so that block i of one
 * is block i of another; they are found by column name ("anon_kb", "ops" ...) and may be absent.
 */
struct evidence {
	const struct series *const *column;
	size_t n_columns;
	const struct evidence_part *part;
	size_t n_parts;
	const struct account *account; /* what processes say of themselves */
	size_t n_accounts;
	const double *restart_s; /* when another root was first seen, seconds since the run began, ascending */
	size_t n_restarts;
	const struct cycle_levels *cycles; /* of load and idle in turn, by column; anon_kb with swap_kb */
	size_t n_cycles;                   /* columns; 0: the run has no cycles */
	double start_unix;                 /* Unix time of second 0 */
	double interval_s;                 /* nominal time between samples; NaN: one row tells none */
	uint64_t samples, gaps;            /* rows; holes of more than 2.5 intervals between them */
	double limit_kb;                   /* memory limit for the forecast; NaN: none */
	double anon_error_kb; /* by so much anon_kb may differ from the truth, now this way and now that; 0: it is exact */
};

/* The target began anew between from and to, seconds since the run began. */
static inline bool restarted_within(const struct evidence *ev, double from, double to)
{
	for (size_t i = 0; i < ev->n_restarts; i++)
		if (ev->restart_s[i] > from && ev->restart_s[i] < to)
			return true;
	return false;
}

struct verdict_options {
	double min_rate_kb_per_h; /* growth below this is never a leak; 64 */
	double warmup_s;          /* left out of the fit; NaN: found from the data */
	const char *column;       /* decide on this column alone; NULL: the rule of docs/formats.md */
	double alpha;             /* one-sided level of the proof of a leak; 0: nothing is proven */
};
#define VERDICT_ALPHA .005 /* the shape was chosen on the same points */
#define VERDICT_OPTIONS_DEFAULT                                                                                                  \
	{                                                                                                                        \
		64.0, NAN, NULL, VERDICT_ALPHA                                                                                   \
	}

#define STEP_MATTERS .05 /* of the growth: a smaller step explains nothing of it */

struct fit_line { /* for the picture: the fitted line over the span that was fitted */
	bool valid;
	double t0, t1;             /* seconds since the run began */
	double y0, y1;             /* KiB on the line at t0 and t1 */
	double slope_lo, slope_hi; /* KiB/s, 95 %; the band pivots at the mean time and level */
	double t_mean, y_mean;
	double level_se; /* standard error of y_mean */
};

struct noise {          /* of a level about its fitted line, per block; block_s 0: not known */
	double phi, sd; /* autocorrelation, 1: a random walk; standard deviation of the innovation, KiB */
	double last_kb; /* level of the last block */
	double block_s;
};

#define JUMPS_MAX 2
struct jump {              /* where the level changed at once, as the model has it that explains the series */
	double at_s, size; /* seconds since the run began; U, below 0: it fell */
};

struct series_verdict { /* one column; NaN where a number does not exist */
	char column[SERIES_NAME];
	bool beyond_own; /* of main: all is of what the column has beyond the target's own memory (columns.h, rule 2) */
	bool last_tenth; /* what grows bends: rate, growth and fit are of the last tenth of what was judged */
	enum verdict_class verdict;
	enum leak_kind kind;
	double rate_kb_per_h, rate_lo, rate_hi; /* 95 % */
	double p_value, q_value;
	double growth_kb;
	double ols_slope_kb_per_h, ols_slope_kb_per_interval; /* plain least squares over all samples of the column */
	double theil_sen_kb_per_h;
	double per_op_bytes, per_op_lo, per_op_hi; /* of an operation; of a connection made; of a reload */
	double per_connection_bytes, per_connection_lo, per_connection_hi;
	double per_reload_bytes, per_reload_lo, per_reload_hi;
	enum growth_driver grows_with; /* of a leak or a suspected one */
	double onset_s, warmup_s;      /* seconds since the run began; warmup_s 0: none */
	double detectable_kb_per_h;
	double least_kb_per_h; /* growth below it fails no run */
	double need_more_s;
	double start_kb, end_kb; /* median level of the first and the last tenth */
	uint64_t samples;
	struct fit_line fit;
	struct noise noise;
	struct jump jump[JUMPS_MAX]; /* ascending; of a model without steps none */
	size_t n_jumps;
	char why[512];
};

/* Where the span begins that the rate is the mean over: its onset, else the end of warm-up. Seconds since the run began. */
static inline double judged_from(const struct series_verdict *v)
{
	return isfinite(v->onset_s) ? v->onset_s : v->warmup_s;
}

/*
 * What a verdict without growth excludes, and one without enough data may have missed: more than would have been seen, than may pass,
 * and than the interval of the rate leaves possible (of a shared-touch verdict the rate is not that of the target's own memory).
 */
static inline double verdict_excludes(const struct series_verdict *v)
{
	double most = fmax(v->detectable_kb_per_h, v->least_kb_per_h);

	return isnan(v->detectable_kb_per_h) ? NAN : v->verdict == VERDICT_SHARED_TOUCH ? most : fmax(most, v->rate_hi);
}

#define NEED_MOST_S     (30 * 86400.0)
#define NEED_MOST_TIMES 1000 /* the run so far */

/* need_more_s is a number that nobody can act on: words say "far longer". */
static inline bool verdict_needs_too_long(const struct series_verdict *v)
{
	return v->need_more_s > NEED_MOST_S || (v->fit.valid && v->need_more_s > NEED_MOST_TIMES * v->fit.t1);
}

#define VERDICT_SERIES_MAX 48
#define VERDICT_PARTS_MAX  32
#define VERDICT_PARTS_GREW 24 /* of roles, processes, classes and mappings; the rest is for contexts */

struct verdict_part {
	char by[16], name[EXPLAINED_NAME];
	double rate_kb_per_h, share; /* of the parts of its kind, a context's of the growth; NaN where the whole does not grow */
	double growth_kb;
	double p_value, q_value; /* of its trend, q among the parts of its kind; NaN: not tested */
};

#define VERDICT_PART_SHARE .005 /* below, of the growth, it is no part worth a line */
#define VERDICT_PART_Q     .05  /* up to here a part is named as one that grows */

/* A change of the verdict while the run went on. The monitor fills them in; verdict_decide() knows one moment and leaves none. */
struct verdict_change {
	double at_unix;
	enum verdict_class from, to;
	char why[768];
};
#define VERDICT_CHANGES_MAX 16

/*
 * Something else that decides in the place of growth, such as a memory tool that the target ran under: growth is then not judged,
 * and main.verdict is a leak (broken) or insufficient. Set by the caller of verdict_decide(), which leaves GATE_NONE.
 */
enum verdict_gate { GATE_NONE, GATE_KEPT, GATE_OPEN, GATE_BROKEN, GATE_NO_WORK /* the workload failed: nothing was tried */ };

struct verdict {
	struct series_verdict main; /* the deciding column's, with the run's words in main.why */
	struct series_verdict series[VERDICT_SERIES_MAX];
	size_t n_series;
	struct verdict_part part[VERDICT_PARTS_MAX]; /* sorted by growth, largest first, each `by` apart */
	size_t n_parts;
	struct explained explained;
	struct cycles cycles;        /* of the deciding column; n 0: the run has none */
	double parts_scale;          /* how much harder parts are tested (family.h); INFINITY: no series is proven to grow */
	double limit_kb, limit_unix; /* when it runs out, by forecast.h: half of the simulated paths; NaN: not within reach */
	double limit_unix_p10, limit_unix_p90, limit_unix_lo, limit_unix_hi; /* the middle 80 % and 95 % of them */
	double limit_never; /* share of the paths that does not reach it; NaN: no forecast */
	double start_unix;  /* of second 0, from which the onsets count */
	uint64_t samples, gaps, restarts;
	enum verdict_gate gate;
	char gate_word[40];                                /* the headline in its place: "NO DEFINITE LEAK"; "" with GATE_NONE */
	struct verdict_change change[VERDICT_CHANGES_MAX]; /* oldest first; the last ones of the run */
	size_t n_changes;
};

/*
 * Always gives a verdict with a reason: too little data is VERDICT_INSUFFICIENT, not an error.
 * SK_ENOTFOUND: no column that could decide (or options.column is absent); the message names those that exist. SK_ENOMEM.
 * Cost: O(blocks^2) of at most 256 blocks for each column. Size of *out: about 100 KiB, the caller's (not on a small stack).
 */
enum sk_code verdict_decide(const struct evidence *ev, const struct verdict_options *opt, struct verdict *out,
			    struct sk_err *err);

/* The column of the load generator's own memory. It is judged as any other, apart from them, and never decides unless asked for. */
#define DRIVER_COLUMN "driver_anon_kb"

/* Its verdict; NULL where there is none (no workload, or the workload is the target). */
static inline const struct series_verdict *verdict_of_driver(const struct verdict *v)
{
	for (size_t i = 0; i < v->n_series; i++)
		if (strcmp(v->series[i].column, DRIVER_COLUMN) == 0)
			return &v->series[i];
	return NULL;
}

/* What a rate, a date and an attribution are of: growth that is proven, or seen and not yet proven. */
static inline bool verdict_grows(enum verdict_class c)
{
	return c == VERDICT_LEAK || c == VERDICT_SUSPECTED;
}

static inline bool verdict_leaking(const struct verdict *v)
{
	return v->main.verdict == VERDICT_LEAK;
}

#endif
