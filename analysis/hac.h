/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Errors that count autocorrelation: long-run variance, and the interval of a slope from it. */
#ifndef ANALYSIS_HAC_H
#define ANALYSIS_HAC_H

#include <stddef.h>

#include "base/err.h"

/*
 * hac_bandwidth - Andrews' automatic Bartlett bandwidth for v[n] with an AR(1) plug-in.
 *
 * Return   1 .. n; 1 (no lags) for white or constant v.
 * Source   Andrews, Econometrica 59 (1991) 817-858: 1.1447 (a1 n)^(1/3); the plug-in r is capped at .97.
 */
double hac_bandwidth(const double *v, size_t n);

/*
 * hac_lrv - long-run variance of v[n] (U^2) with Bartlett weights. v is taken as centred.
 * bw: bandwidth in points, >= 1. 0 for n = 0. Cost n * bw.
 */
double hac_lrv(const double *v, size_t n, double bw);

/*
 * hac_critical - one-sided critical value of a slope's t on a time trend, with Bartlett errors of bandwidth b * n ("fixed b").
 *
 * level    .95, .975, .99 (else NaN); b in (0, 1], clamped to the table's .02 .. 1
 * Source   simulated, n = 500, 40 000 repetitions (+-.02 to .1): for a trend they are larger than the stationary polynomials
 *          of Kiefer and Vogelsang. Linear between the table's rows.
 */
double hac_critical(double b, double level);

struct hac_slope {
	double slope, se; /* U per unit of t */
	double lo, hi;    /* 95 % */
	double b;         /* bandwidth / n */
};

/*
 * hac_slope - least squares slope of y on t with an interval that counts autocorrelation.
 *
 * In       t[n], y[n] finite, n <= LSQ_MAX_N
 * Return   SK_OK; SK_EFEW under 8 points; SK_EFLAT for equal t; SK_ENUM. On error *out is NaN.
 * Assumes  stationary errors: from phi = .9 on the interval is too narrow (ar.h holds to the random walk).
 * Checked  tests/analysis/hac_test.c: white noise and AR(1), coverage counted on fixed seeds; lag sums by hand.
 */
enum sk_code hac_slope(const double *t, const double *y, size_t n, struct hac_slope *out);

#endif
