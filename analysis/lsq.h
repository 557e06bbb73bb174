/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Least squares on several columns, for the few regressors of the models here. GSL's multifit wants matrices on the heap for
 * each call and works in double: Longley then has 7 digits left.
 */
#ifndef ANALYSIS_LSQ_H
#define ANALYSIS_LSQ_H

#include <stddef.h>

#include "base/err.h"

#define LSQ_MAX_P 16
#define LSQ_MAX_N 256

struct lsq {
	size_t p, rank;
	double beta[LSQ_MAX_P]; /* 0 for a column that the ones before it already span */
	double var[LSQ_MAX_P];  /* diagonal of (X'X)^-1: times the error variance it is that of beta; NaN for a spanned column */
	double rss;
};

/*
 * lsq_fit - y = X beta + e.
 *
 * In       x[p][n] columns (an intercept is a column of ones), y[n]; all finite
 * Out      *out; resid[n] if not NULL
 * Return   SK_OK; SK_EFEW for p = 0 or n < rank; SK_EUSAGE above LSQ_MAX_P or LSQ_MAX_N; SK_ENUM if a result is not finite.
 * Cost     n p^2 multiplications, long double; no allocation.
 * Source   modified Gram-Schmidt with the right side as last column (Bjorck, BIT 7 (1967) 1-21).
 * Checked  tests/analysis/lsq_test.c: NIST StRD Norris, NoInt1-2, Pontius, Longley, Wampler1-5: 10 digits or more.
 */
enum sk_code lsq_fit(const double *const x[], size_t p, const double *y, size_t n, struct lsq *out, double *resid);

#endif
