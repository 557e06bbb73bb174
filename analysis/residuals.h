/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a line leaves of a series: the shape that it does not explain. And where a line lies whose slope is known. */
#ifndef ANALYSIS_RESIDUALS_H
#define ANALYSIS_RESIDUALS_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/verdict.h"
#include "base/series.h"

struct residuals {
	size_t n;       /* blocks with samples */
	double scatter; /* robust standard deviation: two of three block medians (68.27 %) are nearer to the line, U; NaN under 3 */
	double lag;     /* their correlation from one block to the next, -1 to 1; NaN under 8 neighbours, or where none differs */
};

/*
 * residuals_of - blocks less a line, as far as the line goes.
 *
 * In       b[n] ascending; l valid
 * Out      out[returned <= n]: the blocks of l->t0 .. l->t1, times and counts as they were; mean, median, min and max
 *          less the line at the block's time. A gap between two of them stays a gap. *r: residuals_describe()
 * Cost     linear; no allocation. out may be b.
 * Checked  tests/analysis/residuals_test.c: blocks on a line and off it, worked by hand.
 */
size_t residuals_of(const struct block *b, size_t n, const struct fit_line *l, struct block *out, struct residuals *r);

/*
 * residuals_describe - scatter and correlation of what lines have left, one after the other, with gaps between.
 *
 * In       b[n], n <= RESIDUALS_MAX
 * Out      *r, of the medians: scatter about 0, which a few of them far out do not move; of normal noise it is the standard deviation.
 *          lag: of neighbours without a gap between them, means not taken off (a line's residuals have none)
 * Cost     n log n; no allocation.
 * Checked  tests/analysis/residuals_test.c
 */
#define RESIDUALS_MAX (2 * SERIES_DRAWN)
void residuals_describe(const struct block *b, size_t n, struct residuals *r);

/*
 * residuals_range - from where to where they go, without the few that are so far out that the others would be a flat line.
 *
 * In       b[n], n <= RESIDUALS_MAX
 * Out      *lo, *hi: least and greatest value of those within; NaN without any. *farthest: of those beyond the one furthest out; NaN: none.
 *          Beyond is what is more than RANGE_AWAY times as far from the middle 98 % as these are wide: of the minima and maxima of the
 *          blocks, one and a hundredth of them left out at each end. None is beyond under RANGE_LEAST blocks, or where 98 % are equal.
 * Return   how many blocks reach beyond.
 * Cost     n log n; no allocation.
 * Checked  tests/analysis/residuals_test.c
 */
#define RANGE_AWAY  3
#define RANGE_LEAST 16
size_t residuals_range(const struct block *b, size_t n, double *lo, double *hi, double *farthest);

/*
 * line_level - the height at x = 0 of a line with a known slope: the median of y - slope x, which one odd point does not
 * move.
 *
 * In       x[n], y[n] finite, n <= SERIES_DRAWN
 * Return   NaN for n = 0 and beyond SERIES_DRAWN.
 * Source   Conover, Practical Nonparametric Statistics (1999), 5.5: the intercept that goes with Theil's slope, for any
 *          slope.
 * Checked  tests/analysis/residuals_test.c
 */
double line_level(const double *x, const double *y, size_t n, double slope);

/*
 * blocks_ends - the level of a series at the ends of a span.
 *
 * In       b[n], n <= SERIES_DRAWN; from < to, seconds
 * Out      the medians of the block medians of the first and the last tenth of the span. 0 at the start for what came
 *          later than the first tenth, 0 at the end for what went before the last one: a part of a whole that is not
 *          there has no memory.
 * Return   false: no samples within the span; *start, *end are NaN.
 * Cost     linear but for the medians; no allocation.
 * Checked  tests/analysis/residuals_test.c
 */
bool blocks_ends(const struct block *b, size_t n, double from, double to, double *start, double *end);

/*
 * reading_at_level - the reading nearest to an end of a span that is no spike: the whole was then at the level of the tenth around it.
 *
 * In       b[n] of the whole, t[n_t] ascending times of readings, n <= SERIES_DRAWN; from < to, seconds; width: of a block; last: at the
 *          span's end, else at its start
 * Out      *at: the first such reading from that end on, where the whole, in the block nearest to it, is within LEVEL_SCATTERS robust
 *          standard deviations (1.4826 MAD) of the median of the blocks of a tenth of the span around it, of LEVEL_BLOCKS at least; or
 *          within LEVEL_LEAST of the change from the first to the last tenth
 * Return   false: there is none, or nothing of the whole within the span.
 * Cost     n n_t; no allocation.
 * Checked  tests/analysis/residuals_test.c
 */
#define LEVEL_SCATTERS 4
#define LEVEL_LEAST    .10 /* a step is no spike */
#define LEVEL_BLOCKS   5
bool reading_at_level(const struct block *b, size_t n, const double *t, size_t n_t, double from, double to, double width,
		      bool last, double *at);

/* The median of the block of b[n] nearest to t; NaN where none is within the width of one. */
double block_at(const struct block *b, size_t n, double t, double width);

#endif
