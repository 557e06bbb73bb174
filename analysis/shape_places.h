/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Steps and knees at every location at once, as numbers: none of them is ever made as a column. */
#ifndef ANALYSIS_SHAPE_PLACES_H
#define ANALYSIS_SHAPE_PLACES_H

#include "analysis/shape_basis.h"

struct found {
	double gain; /* what it takes off the residual sum */
	size_t at;   /* 0: none */
};

/* Of each location k: the step that begins at k, or the knee after k. */
struct places {
	double xx[TRACK_MAX];            /* its own square */
	double after[TRACK_MAX];         /* of a step: its inner product with any that begins before it */
	double on[BASIS_MAX][TRACK_MAX]; /* its inner product with each direction of the basis */
	double left[BESIDES][TRACK_MAX],
		xr[BESIDES][TRACK_MAX]; /* the square of what these leave of it, and its product with r */
};

/* Both tables by sums from the end, one pass for each direction. Cost: n (p + 4) * 12 multiplications. */
void places_init(const struct points *t, const struct basis *b, struct places *steps, struct places *knees);

/* The best location at least `edge` points from both ends. */
struct found places_best(const struct basis *b, const struct places *p, enum beside side, size_t edge);

/* The same for a line up to k and flat after it: the line less the knee. */
struct found places_best_fill(const struct basis *b, const struct places *knees, size_t edge);

struct two {
	size_t kept, other; /* steps; other 0: none */
	double rss;
};

/*
 * Two jumps: the best one beside the first, then in turn each beside the other while that helps; a first one that was found alone
 * lies between the two where they are alike. Cost: n p multiplications a turn, at most 6 turns.
 */
struct two places_best_two(const struct basis *b, const struct places *steps, enum beside side, size_t first);

/* Residual sum with steps at both. */
double places_rss_of_two(const struct basis *b, const struct places *steps, enum beside side, size_t one, size_t other);

#endif
