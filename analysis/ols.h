/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The straight line of plain least squares: the number that people's scripts know, to its last certified digit. */
#ifndef ANALYSIS_OLS_H
#define ANALYSIS_OLS_H

#include <stddef.h>

#include "base/err.h"
#include "base/series.h"

struct ols {
	double slope;     /* U per unit of t */
	double intercept; /* U at t = 0 */
	double slope_se;  /* of independent errors: too small for memory, which is autocorrelated (hac.h, ar.h) */
	size_t n;
};

/*
 * ols_moments - least squares from centred sums over all samples of a series.
 *
 * In       *m   base/series.h: any U, t in any unit
 * Out      *out slope in U per unit of t; slope_se is NaN: nobody asks for it of all samples, and its sum would cost at each
 * Return   SK_OK; SK_EFEW under 2 samples; SK_EFLAT if all t are equal; SK_ENUM if the sums are not finite.
 *          On error *out is NaN with n = 0.
 * Source   b = Sty / Stt; centred, long double.
 * Checked  tests/analysis/ols_test.c: NIST StRD Norris.
 */
enum sk_code ols_moments(const struct moments *sums, struct ols *out);

/* The same from arrays: t[n], y[n]; pairs with a value that is not finite are skipped. slope_se is NaN for n = 2. */
enum sk_code ols_fit(const double *t, const double *y, size_t n, struct ols *out);

#endif
