/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line of plain least squares as a short script has it: half of the rules that we beat ask nothing else. */
#ifndef TESTS_CORPUS_LINE_H
#define TESTS_CORPUS_LINE_H

#include <stddef.h>

struct line {
	double slope;          /* U per unit of t */
	double r;              /* correlation, -1 .. 1; r * r is R2 */
	double mean_t, mean_y; /* the line goes through them */
	double stt;            /* sum of squares of t about its mean */
};

/*
 * line_fit - least squares of y[n] on t[n], finite, n >= 2, t not all equal. Constant y: slope 0, r 0.
 *
 * Source   textbook; centred sums.
 * Checked  tests/corpus/baselines_test.c: NIST Norris.
 */
struct line line_fit(const double *t, const double *y, size_t n);

/* Two-sided p of the slope under independent normal errors: Student's t with n - 2 degrees of freedom. 1 under 3 points. */
double line_p(const struct line *l, size_t n);

#endif
