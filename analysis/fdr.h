/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many tests and one error rate: of what is called growth, which share is chance. */
#ifndef ANALYSIS_FDR_H
#define ANALYSIS_FDR_H

#include <stddef.h>

/*
 * fdr_q - Benjamini and Hochberg's q values of one family of tests.
 *
 * In       p[n] in 0 .. 1; NaN: no test was possible, which counts for nothing
 *          scale: >= 1, from fdr_scale() of the family above; 1 for the first
 * Out      q[n] in 0 .. 1: rejecting q <= a keeps the expected share of false ones among the rejected at a or below, for
 *          independent tests and those that depend positively. NaN where p is, and everywhere for an infinite scale.
 * Cost     n^2 comparisons; no allocation. n up to some hundred.
 * Source   J. R. Stat. Soc. B 57 (1995) 289-300. Checked: tests/analysis/fdr_test.c, their example of 15 tests, and by hand.
 */
void fdr_q(const double *p, size_t n, double scale, double *q);

/*
 * fdr_scale - how much harder a family of parts is tested, whose parent is one of the tests q[n] of the family above.
 *
 * Return   tests / rejected, with NaN uncounted; INFINITY when nothing is rejected at `level`: then no part is tested.
 * Source   Yekutieli, J. Am. Stat. Assoc. 103 (2008) 309-316: parts only of what was rejected; Benjamini and Bogomolov,
 *          J. R. Stat. Soc. B 76 (2014) 297-318: a selected family at level a R / m, so that the mean over the selected keeps a.
 */
double fdr_scale(const double *q, size_t n, double level);

#endif
