/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two warm-ups at once, a fast one and a slow one: the code and its pools, then the cache. */
#ifndef ANALYSIS_SHAPE_PAIRS_H
#define ANALYSIS_SHAPE_PAIRS_H

#include "analysis/shape_basis.h"

#define PAIRS_TAUS 28 /* a multiple of CURVES */

struct pair_of_curves {
	size_t slow, fast; /* indices of tau */
	double gain;       /* what both take off the residual sum beside the base columns; 0: none */
};

/*
 * pairs_best - of all pairs of curves 1 - exp(-u / tau) the one that explains most.
 *
 * In       b with its phi; tau[PAIRS_TAUS] > 0, in any order; pairs whose taus are less than a factor 1.5 apart are left out
 * Cost     n (PAIRS_TAUS^2 / 2 + PAIRS_TAUS p) multiplications; no allocation, 70 KiB of stack.
 * Checked  tests/analysis/shape_test.c
 */
struct pair_of_curves pairs_best(const struct basis *b, const struct track *tr, const double tau[PAIRS_TAUS]);

#endif
