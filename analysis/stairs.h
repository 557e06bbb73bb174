/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Growth that comes in portions: levels with jumps between them, or with short ramps. What a line through it hides is its kind. */
#ifndef ANALYSIS_STAIRS_H
#define ANALYSIS_STAIRS_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/track.h"

struct stairs {
	size_t n;      /* rises: jumps between levels, and ramps */
	double ramps;  /* share of the rises that takes more than two points: near 0 in stairs, near 1 in bursts */
	double mean;   /* U: of a rise */
	double share;  /* of all rises that is not taken back by falls */
	double flat;   /* share of the points that lie in levels */
	double lead;   /* BIC of a line less that of levels and ramps */
	double inside; /* slope inside the levels over that of the whole, upper edge of its interval: a line has 1 */
};

/*
 * stairs_find - the levels of y[n] between which it rises.
 *
 * In       t[n] ascending, y[n] level at t; n <= TRACK_MAX; quantum: smallest difference that y can show
 * Out      *out, zero but for inside = 1 under 24 points
 * How      the partition into levels, and that into levels and ramps (partition.h). A line that was cut into pieces still rises inside of
 *          them, levels do not.
 * Return   true if it rises in three portions or more, that stay, and is flat between them.
 * Cost     two partitions; no allocation.
 * Checked  tests/analysis/stairs_test.c: stairs and bursts by hand; from seeds these and lines, a curve, a walk.
 */
bool stairs_find(const double *t, const double *y, size_t n, double quantum, struct stairs *out);

#endif
