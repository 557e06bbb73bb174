/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The slope that a third of wild points cannot move. */
#ifndef ANALYSIS_THEIL_SEN_H
#define ANALYSIS_THEIL_SEN_H

#include <stddef.h>

#include "base/err.h"

#define THEIL_SEN_MAX_N 256

struct theil_sen {
	double slope, lo, hi; /* U per unit of t; 95 % */
	double intercept;     /* U at t = 0: median of y - slope t */
	size_t n;
};

/*
 * theil_sen - median of all pairwise slopes.
 *
 * In       t[n]  finite; y[n] any unit U, NaN means "no value" and is skipped
 * Out      *out
 * Return   SK_OK; SK_EFEW under 3 usable points; SK_EFLAT if all t are equal; SK_EUSAGE above THEIL_SEN_MAX_N; SK_ENOMEM.
 *          On error *out is NaN with n = 0.
 * Cost     n (n - 1) / 2 slopes and three selections; one allocation.
 * Source   Sen, J. Am. Stat. Assoc. 63 (1968) 1379-1389. The variance of Kendall's S is inflated by (1 + r) / (1 - r) with r the
 *          residuals' lag-1 autocorrelation (>= 0, at most .97): Sen's own interval assumes independent errors.
 * Checked  tests/analysis/theil_sen_test.c: hand-worked sets, slopes known by construction, Norris within its error.
 */
enum sk_code theil_sen(const double *t, const double *y, size_t n, struct theil_sen *out);

/* The slope alone, to the bit that of theil_sen(): one selection of four. On error *slope is NaN. */
enum sk_code theil_sen_slope(const double *t, const double *y, size_t n, double *slope);

#endif
