/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mann and Kendall's trend test and the corrections for autocorrelation that people use: here to be measured, not to decide. */
#ifndef TESTS_CORPUS_MANN_KENDALL_H
#define TESTS_CORPUS_MANN_KENDALL_H

#include <stddef.h>
#include <stdint.h>

enum mk_correction {
	MK_PLAIN,     /* Mann, Econometrica 13 (1945) 245-259; Kendall, Rank Correlation Methods (1975) */
	MK_HAMED_RAO, /* var(S) by the significant autocorrelations of detrended ranks: J. Hydrology 204 (1998) 182-196 */
	MK_YUE_WANG,  /* var(S) by the autocorrelations of detrended values: Water Resour. Manag. 18 (2004) 201-218 */
	MK_PW,        /* pre-whitening, y[i] - r1 y[i-1]: Kulkarni and von Storch, Meteorol. Z. 4 (1995) 82-85 */
	MK_TFPW,      /* the same on detrended values, trend put back: Yue et al., Hydrol. Process. 16 (2002) 1807-1829 */
};

#define MK_ALL_LAGS SIZE_MAX

struct mk {
	double s, var_s; /* of the whitened series for MK_PW and MK_TFPW */
	double z, p;     /* standard normal, two-sided */
	double slope;    /* Sen's of the series as given, U per sample */
};

/*
 * mk_test - is there a monotonic trend in y[n]?
 *
 * In       y[n]  any unit U; NaN is a sample that is missing: Sen's slope counts its place, all else skips it. At least 2 values.
 *          lags  how many autocorrelations MK_HAMED_RAO and MK_YUE_WANG sum; more than there are means all. The others ignore it.
 * Out      z = 0 and p = 1 for a series without any trend; a corrected variance is at least 1/1000 of the plain one (summed
 *          sample autocorrelations can be negative).
 * Cost     n^2 and the slopes' n (n - 1) / 2 doubles; 15 ms for 1500 values. Without memory the program ends.
 * Checked  tests/corpus/baselines_test.c: pyMannKendall's published values, which its authors compared with R's modifiedmk.
 */
struct mk mk_test(const double *y, size_t n, enum mk_correction how, size_t lags);

/*
 * sen_slope - median of the slopes of all pairs.
 *
 * t: ascending, or NULL for 0, 1, 2...; pairs of equal t and NaN in y are left out; NaN if no pair is left.
 * Source   Sen, J. Am. Stat. Assoc. 63 (1968) 1379-1389. Cost and check as above.
 */
double sen_slope(const double *t, const double *y, size_t n);

#endif
