/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Load, idle, load again: what is given back when idle, and whether later loads need more than the first ones.
 *
 * Memory that an allocator keeps, or that is fragmented, is given back or used again: the levels at the ends of the idle periods
 * go nowhere from the second cycle on (the first one is warm-up). What leaks is in them for good: they go on growing.
 */
#ifndef ANALYSIS_CYCLES_H
#define ANALYSIS_CYCLES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/series.h"

#define CYCLE_POINTS  128 /* even */
#define CYCLE_COLUMNS 12
#define CYCLES_MIN    4 /* with fewer there is nothing to say */

/* Of one column, or of neighbouring cycles together: means. */
struct cycle_point {
	double load_kb, idle_kb; /* at the end of the load and of the idle period after it; NaN: not known */
};

/* Of the loads or of the idle periods. */
struct cycle_side {
	double n[CYCLE_POINTS];   /* how many levels are in each point's mean */
	double first_kb, last_kb; /* NaN: none yet */
	size_t cycle;             /* the number of the last level's, from 1; 0: none */
};

/* A column's levels, cycle after cycle, in constant memory: when it is full, neighbours are merged. */
struct cycle_levels {
	char column[SERIES_NAME];
	struct cycle_point point[CYCLE_POINTS]; /* point i: cycles [i * stride, (i + 1) * stride) from 0 */
	size_t n, stride;                       /* stride 0: as 1, none was added yet */
	struct cycle_side load, idle;
	size_t cycles; /* with both ends known */
};

/*
 * cycle: from 0, never smaller than before. A level that is NaN is left out; one of the cycle that had the last level is in its
 * place: a resumed run begins a cycle anew.
 */
void cycle_levels_add(struct cycle_levels *l, size_t cycle, bool idle, double kb);
/* *out = a + b, cycle by cycle: anonymous and swapped memory. Where b has no level it counts as 0. */
void cycle_levels_sum(const struct cycle_levels *a, const struct cycle_levels *b, struct cycle_levels *out);

struct cycles {
	size_t n;              /* whole cycles; below CYCLES_MIN all else is NaN or false */
	double returned_share; /* median of (load - idle) / (load - idle before) from the second cycle on; 0..1 as a rule */
	double first_peak_kb, last_peak_kb; /* at the end of the first and the last load */
	double load_rate, load_lo, load_hi; /* KiB per cycle from the second on, 95 % */
	double idle_rate, idle_lo, idle_hi;
	double idle_growth_hi_kb; /* idle_hi over all judged cycles: more than that the target has not kept */
	bool idle_grows;          /* idle_lo > 0: what is there when idle is more each time */
	bool flat;                /* neither proven to grow, and the last idle level is one that was there before */
};

/*
 * cycles_judge - the trends of the load ends and the idle ends.
 *
 * In       l; quantum: the least difference that the column shows (a page, 1 for counts); small_kb: growth that nobody
 *          minds (KiB), by which the last idle level may exceed all earlier ones and still be flat
 * Out      *out; every number finite or NaN; with too few cycles n alone
 * How      least squares over the cycles from the second on; interval by Student's t with n - 2 degrees of freedom.
 *          Three points (4 cycles) have a quantile of 12.7: they are flat only if they are very flat. The larger of the
 *          residuals' own spread and the column's rounding is taken:
 *          three equal levels have no spread, and prove nothing below it.
 * Assumes  independent errors of the ends: a cycle is long beside the memory of what is measured.
 * Cost     linear; no allocation.
 * Source   Draper and Smith, Applied Regression Analysis (1998), 1.4.
 * Checked  tests/analysis/cycles_test.c: lines, steps and noise worked by hand.
 */
void cycles_judge(const struct cycle_levels *l, double quantum, double small_kb, struct cycles *out);

struct verdict;
struct evidence;
struct verdict_options;

/*
 * cycles_overrule - what the cycles say to the verdict of the whole series. After attribution and fragmentation.
 *
 * In       ev->cycles: levels by column; v decided. Without cycles nothing is touched; nor is main while shared memory,
 *          descriptors ... leak.
 * Out      v->cycles for the deciding column. A leak or suspected growth becomes a plateau where the cycles are flat and what
 *          they may still hide (idle_growth_hi_kb) is under a quarter of the growth that was seen, or is small; its rate is
 *          then that of the idle levels, and what it could have missed no less than they may hide. Is that more than a verdict
 *          other than leak must have excluded (effect.h), it is insufficient. Growth with growing idle levels says so in its
 *          reason. Nothing ever becomes a leak here, and nothing is overruled where the target was restarted.
 * Checked  tests/analysis/cycles_test.c
 */
void cycles_overrule(const struct evidence *ev, const struct verdict_options *opt, struct verdict *v);

#endif
