/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A series cut into levels, and where wanted ramps between them: where it jumps, and what it is in between. */
#ifndef ANALYSIS_PARTITION_H
#define ANALYSIS_PARTITION_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/lsq.h"

struct part {
	size_t from, to; /* points from .. to - 1 */
	bool ramp;
	double first, last; /* fitted at its first and last point */
};

struct parts {
	size_t n;
	struct part p[LSQ_MAX_N];
};

/*
 * partition_best - y[n] cut into constants, or into constants and ramps.
 *
 * In       y[n] in order, 2 <= n <= LSQ_MAX_N; quantum: smallest difference that y can show
 * Out      *out, at least one part; returns its BIC (partition_bic)
 * How      least residual sum plus a price for each part, for a row of prices: few parts under much noise, many where there is none.
 *          Of these the one with the smallest BIC under AR(1) errors. A part costs its level and its slope, not its place, which the
 *          parts beside it give.
 * Cost     at most 5 n^2 / 2 sums of a few terms, least where there are many parts or one; no allocation, 60 KiB of stack.
 * Source   Jackson et al., IEEE Signal Process. Lett. 12 (2005) 105-108 (optimal partitioning); exact pruning: Killick et al.,
 *          J. Am. Stat. Assoc. 107 (2012) 1590-1598.
 * Checked  tests/analysis/partition_test.c: by hand; against all 2^10 partitions of 11 points; jumps in noise within a point.
 */
double partition_best(const double *y, size_t n, double quantum, bool ramps, struct parts *out);

/* BIC of residuals e[n] under AR(1) with p parameters besides; the variance is never below that of rounding to the quantum. */
double partition_bic(const double *e, size_t n, double p, double quantum);

#endif
