/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whitening for AR(1) errors: after it plain least squares is generalised least squares.
 * Used to compare shapes; the trend test proper is ar.h.
 */
#ifndef ANALYSIS_GLS_H
#define ANALYSIS_GLS_H

#include <stddef.h>

#include "analysis/track.h"

struct gls {
	size_t n;
	double rho[TRACK_MAX];   /* what is taken off of the point before: phi^lag; 0 for the first of a segment */
	double scale[TRACK_MAX]; /* 1 / sd of the innovation in units of sigma; 0 drops the row (first of a segment at phi = 1) */
	double logdet; /* log |V| and of the levels integrated out: what makes likelihoods at different phi comparable */
	size_t dof;    /* n - segments: each has a level of its own */
};

/*
 * gls_init - weights for errors with autocorrelation phi in [0, 1] per block, over gaps and restarts.
 *
 * Source   Prais and Winsten (1954) for the first row; the level of each segment is integrated out of the likelihood, so that it
 *          is continuous to the random walk (phi = 1), where a level does not exist.
 */
void gls_init(struct gls *g, const struct track *tr, double phi);

/* out[n] = whitened x[n]. */
void gls_whiten(const struct gls *g, const double *x, double *out);

#endif
