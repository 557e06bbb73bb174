/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves that do not depend on the autocorrelation: what they explain at any of them, from sums that are made once. */
#ifndef ANALYSIS_SHAPE_CURVES_H
#define ANALYSIS_SHAPE_CURVES_H

#include "analysis/shape_basis.h"

#define CURVES 4 /* side by side in a bundle */

/* Four numbers as two pairs, which any machine of 64 bits holds in registers. */
typedef double pair __attribute__((vector_size(2 * sizeof(double))));
struct four {
	pair lo, hi;
};

/*
 * Four curves x and their sums with the columns v of a design, the line, y and e, over the rows whose lag is the usual one:
 * x v, x v[-1] + x[-1] v, x[-1] v[-1]. For any phi the whitened product is a sum of these three.
 */
struct bundle {
	struct four x[TRACK_MAX];
	struct four sums[LSQ_MAX_P + 3][3], own[3];
};

/* The columns of the points as the sums want them. */
struct partners {
	const struct points *t;
	size_t columns;                  /* base columns, line, y, e */
	double lag;                      /* the usual one; rows of another are whitened by themselves */
	size_t odd[TRACK_MAX], n_odd;    /* these rows */
	size_t edge[TRACK_MAX], n_edges; /* rows of which only one of x v and x[-1] v[-1] is wanted; */
	double sign[TRACK_MAX];          /* 1: the second */
	double same[LSQ_MAX_P + 3][TRACK_MAX], beside[LSQ_MAX_P + 3][TRACK_MAX];
};

void partners_init(struct partners *p, const struct points *t);

/* x = 1 - exp(-u / tau) of four taus, within 1e-12. */
void bundle_warmups(struct bundle *c, const struct track *tr, const double tau[CURVES]);

/* x = log(1 + u / tau). */
void bundle_creeps(struct bundle *c, const struct track *tr, const double tau[CURVES]);

/* x = (u / span)^power of four powers, the largest last, within 1e-12. */
void bundle_powers(struct bundle *c, const struct points *t, const double power[CURVES]);

/* The sums of x. Cost: 8 n multiplications for each column. */
void bundle_sum(struct bundle *c, const struct partners *p);

/* What each of the four takes off the residual sums of b, beside the base columns and beside a line. Cost: some p^2, whatever n.
 */
void bundle_gains(const struct bundle *c, const struct partners *p, const struct basis *b, double gain[BESIDES][CURVES]);

#endif
