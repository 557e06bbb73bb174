/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all shapes have in common at one autocorrelation: whitened level and line, and the base columns as an orthonormal basis.
 */
#ifndef ANALYSIS_SHAPE_BASIS_H
#define ANALYSIS_SHAPE_BASIS_H

#include "analysis/gls.h"
#include "analysis/shape.h"
#include "analysis/track.h"

#define BASIS_MAX (LSQ_MAX_P + 1) /* the base columns and the line */

/* Beside which columns a direction is added. */
enum beside { BARE, LINED, BESIDES };

/*
 * The points without the level of each segment (y), and without the line as well (e): beside a line both are the same series, and
 * the small one keeps its digits.
 */
struct points {
	const struct track *tr;
	const struct design *base;
	double span; /* s: the longest segment */
	double line[TRACK_MAX], y[TRACK_MAX], e[TRACK_MAX];
};

struct basis {
	size_t n, p[BESIDES]; /* directions: of the base columns, and with the line */
	struct gls g;
	double W[TRACK_MAX], T[TRACK_MAX]; /* whitened level and line, of which steps and knees are made */
	double q[BASIS_MAX][TRACK_MAX];
	size_t from[BASIS_MAX];            /* the column that a direction was made of; base->p: the line */
	double part[BASIS_MAX][BASIS_MAX]; /* part[j][l]: of q[l] in that column */
	double length[BASIS_MAX];          /* of what was left of it */
	double of[BESIDES][BASIS_MAX];     /* <q, whitened y>, <q, whitened e> */
	double r[BESIDES][TRACK_MAX];      /* whitened y and e less their projections */
	double rr[BESIDES];
};

/* Inner product of a[n] and b[n]. */
double basis_dot(const double *a, const double *b, size_t n);
/* a[n] less c b[n]. */
void basis_subtract(double *a, double c, const double *b, size_t n);

void points_init(struct points *t, const struct track *tr, const struct design *base);

/* Cost: n p^2 multiplications, once more for columns that are nearly spanned. Source: Gram-Schmidt, twice where needed (Kahan,
 * Parlett). */
void basis_init(struct basis *b, const struct points *t, double phi);

/*
 * basis_coefficients - inner products of a direction with q from those with the columns.
 *
 * In       c[base->p + 1] with the whitened base columns, and with the line
 * Out      out[b->p[LINED]]
 */
void basis_coefficients(const struct basis *b, const double *c, double *out);

#endif
