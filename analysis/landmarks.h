/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a picture marks in a series that no straight line describes: the floors of its teeth, the levels between its jumps, and
 * how much memory there was at the same load, early and late. Found by the same functions that the verdict came from.
 */
#ifndef ANALYSIS_LANDMARKS_H
#define ANALYSIS_LANDMARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/sawtooth.h"
#include "analysis/verdict.h"

#define LEVELS_MAX 12 /* more are no levels any more */

struct landmarks {
	struct fit_line
		level[LEVELS_MAX]; /* constant, ascending, each from its first to its last point; n_levels 0 or 2 and more */
	size_t n_levels;
	struct sawtooth teeth;    /* n 0: none */
	struct floor_trend floor; /* of teeth.n > 0 */
};

/*
 * landmarks_find - of the series that decided, by what the verdict says of it.
 *
 * In       ev; m: the verdict of its column, anonymous memory with what of it is in swap
 * Out      *out: of a step its levels; of a sawtooth, and of a leak under one, its floors: the lowest points after its falls, or of
 *          each period of a cycle; where there are neither, the levels between which it goes to and fro. All else: nothing.
 * Return   SK_OK also where nothing was found; SK_ENOMEM
 * Cost     one partition and one search for teeth of at most 256 points
 * Checked  tests/analysis/landmarks_test.c: steps and teeth by hand
 */
enum sk_code landmarks_find(const struct evidence *ev, const struct series_verdict *m, struct landmarks *out);

#define AT_LOADS 8 /* groups of load at most */

struct at_loads {
	size_t n;                               /* groups that both halves have; 0: the load did not differ enough to say */
	double load[AT_LOADS];                  /* median of the group's operations per second, ascending */
	double early[AT_LOADS], late[AT_LOADS]; /* median level of the first and of the last half of the run at this load */
	double change;                          /* median of late less early; NaN for n = 0 */
};

/*
 * at_loads - levels of y grouped by load, of the first and of the last half of the run.
 *
 * In       y[n] levels and rate[n] operations per second at the same times, ascending; NaN: not known, left out. n <= SERIES_DRAWN
 * How      groups of about as many points each, in the order of the load; a group counts where either half has three of them.
 *          What follows the load has the same level at the same load; what leaks has more of it late.
 * Cost     n log n; no allocation
 * Checked  tests/analysis/landmarks_test.c, by hand
 */
void at_loads(const double *y, const double *rate, size_t n, struct at_loads *out);

#endif
