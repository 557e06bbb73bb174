/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What growth goes with: time, operations, connections made, reloads, the number of processes or restarts. A load that pauses tells
 * them apart.
 */
#ifndef ANALYSIS_GROWS_WITH_H
#define ANALYSIS_GROWS_WITH_H

#include "analysis/judge.h"

#define DRIVER_LEAD   6 /* BIC by which one must beat each other: "strong" of Kass and Raftery */
#define DRIVER_EVENTS 3 /* fewer connections or reloads than this explain no growth: any jump would be theirs */

/* What is counted beside the column, each cumulative but processes; NULL: not known. */
struct counters {
	const struct column *ops, *connects, *reloads;
	const struct column *processes; /* NULL also where they are the column itself */
};

struct rivals {
	bool known[GROWS_DRIVERS];          /* in the race; [GROWS_UNKNOWN] stands for a level that does not grow */
	bool twin[GROWS_DRIVERS];           /* not in it: it came with the operations, and is the same regressor */
	double x[GROWS_DRIVERS][TRACK_MAX]; /* seconds, cumulative operations, processes, restarts so far ... */
	struct track tr;                    /* points after the warm-up, as far as operations are known */
	size_t from;                        /* where they begin in f->tr */
	double bic[GROWS_DRIVERS];          /* INFINITY: not in the race */
	bool cycles[GROWS_DRIVERS];         /* the best model has the harmonics and the load of f->base */
};

/*
 * rivals_line_up - what the level after the warm-up may have grown with.
 *
 * In       f after judge_column(); c
 * Out      *r without a race. Connections that were made with the operations (a line of theirs but for a thousandth of the
 *          variance: each operation made one) are their twin and not raced: nothing could tell the two apart.
 */
void rivals_line_up(const struct findings *f, const struct counters *c, struct rivals *r);

/*
 * rivals_race - the one that explains the level best, by DRIVER_LEAD before each other; else GROWS_UNKNOWN.
 *
 * How      level of each segment + b x under AR(1) errors; for restarts one level + b per restart. Each has the phi of its own
 * best likelihood (a load that pauses makes the errors of the wrong one look autocorrelated: under that phi the right one could
 *          not win), with and without harmonics and load. Time is named only where operations are known: it is named instead of
 *          them.
 * Cost     up to 2 ms; r->bic, r->cycles are filled.
 * Source   Kass and Raftery, J. Am. Stat. Assoc. 90 (1995) 773-795: a difference of BIC approximates 2 log of the Bayes factor,
 *          6 to 10 is "strong".
 * Checked  tests/analysis/grows_with_test.c: seeded series of each kind under a load that pauses; an even load.
 */
enum growth_driver rivals_race(const struct findings *f, struct rivals *r);

/* Operations (connections, reloads) that came so evenly that they are a line in time: nothing can tell the two apart. */
bool rivals_even(const struct rivals *r, enum growth_driver k);

#endif
