/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Autoregression of residuals, and the trend test that holds its size from white noise to the random walk. */
#ifndef ANALYSIS_AR_H
#define ANALYSIS_AR_H

#include <stddef.h>

#include "analysis/track.h"

#define AR_MAX_ORDER 4

struct ar {
	size_t order;
	double sum; /* sum of the coefficients: 1 is a random walk */
	double sum_se;
	double short_run; /* sum of the coefficients of the differences: LRV at a unit root is sigma2 / (1 - short_run)^2 */
	double sigma2;    /* of the innovations */
};

/*
 * ar_fit - e[n] as AR(k), k = 1 .. AR_MAX_ORDER chosen by BIC, written as e' = sum e + short-run differences.
 *
 * In       e[n] residuals (mean about 0); lag[n] from the track: pairs over a restart are not used
 * Return   SK_OK; SK_EFEW under 12 points; SK_EFLAT for constant residuals. On error *out is zero with sum NaN.
 * Checked  tests/analysis/ar_test.c: coefficients of long AR(1) and AR(2) series, exact recursions.
 */
enum sk_code ar_fit(const double *e, const double *lag, size_t n, struct ar *out);

struct py_test {
	double slope, se; /* U per unit of the column */
	double z;         /* standard normal where the slope is 0 */
	double p_up;      /* one-sided, for growth; Student's t with the degrees of freedom left */
	double phi;       /* autocorrelation per block after the bias correction */
	size_t df;
};

/*
 * py_trend - Perron-Yabu test of one column of a design, by feasible generalised least squares.
 *
 * In       tr  the points; x[p][n] the design: the last column is tested, the others are there whatever it is
 *          slow: how many of them bend slowly: a level, a line, steps and curves, not harmonics
 * Out      *out
 * Return   SK_OK; SK_EFEW when fewer than 12 points or 6 degrees of freedom are left; SK_EFLAT if the last column is spanned by
 *          the others; SK_ENUM. On error *out is NaN.
 * Source   Perron and Yabu, J. Econometrics 151 (2009) 56-69, with two repairs found by simulation: the threshold -2.18 (the
 *          median of the Dickey-Fuller law with trend; lower with steps and curves) and Prais and Winsten's scaling of the first
 *          row. The innovations' variance is never taken smaller than a sixteenth of the squared quantum, and residuals within
 *          half a quantum count as white: they are rounding.
 * Checked  tests/analysis/ar_test.c: size and power counted on fixed seeds for phi 0 .. 1.
 */
enum sk_code py_trend(const struct track *tr, const double *const x[], size_t p, size_t slow, struct py_test *out);

#endif
