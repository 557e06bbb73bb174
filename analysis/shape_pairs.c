/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each curve once, whitened and without what the basis spans of it; two of them by their inner products. */
#include "analysis/shape_pairs.h"

#include <math.h>

#include "analysis/shape_curves.h"

#define APART 1.5

struct curves {
	double z[PAIRS_TAUS][TRACK_MAX];
	double zz[PAIRS_TAUS], zr[PAIRS_TAUS];
};

static void make(const struct basis *b, const struct track *tr, const double tau[PAIRS_TAUS], struct curves *c)
{
	struct bundle four;
	double x[TRACK_MAX];

	for (size_t k = 0; k < PAIRS_TAUS; k++) {
		if (k % CURVES == 0)
			bundle_warmups(&four, tr, tau + k);
		for (size_t i = 0; i < b->n; i++)
			x[i] = k % CURVES < 2 ? four.x[i].lo[k % 2] : four.x[i].hi[k % 2];
		gls_whiten(&b->g, x, c->z[k]);
		for (size_t j = 0; j < b->p[BARE]; j++)
			basis_subtract(c->z[k], basis_dot(c->z[k], b->q[j], b->n), b->q[j], b->n);
		c->zz[k] = basis_dot(c->z[k], c->z[k], b->n);
		c->zr[k] = basis_dot(c->z[k], b->r[BARE], b->n);
	}
}

/* Least squares on two columns by hand. */
static double gain_of(const struct curves *c, size_t k, size_t l, double kl)
{
	double det = c->zz[k] * c->zz[l] - kl * kl;

	if (!(det > 1e-9 * c->zz[k] * c->zz[l]))
		return 0;
	return (c->zr[k] * c->zr[k] * c->zz[l] - 2 * c->zr[k] * c->zr[l] * kl + c->zr[l] * c->zr[l] * c->zz[k]) / det;
}

struct pair_of_curves pairs_best(const struct basis *b, const struct track *tr, const double tau[PAIRS_TAUS])
{
	struct pair_of_curves best = { 0 };
	struct curves c;

	make(b, tr, tau, &c);
	for (size_t k = 0; k < PAIRS_TAUS; k++)
		for (size_t l = 0; l < PAIRS_TAUS; l++) {
			if (tau[k] < APART * tau[l])
				continue;
			double gain = gain_of(&c, k, l, basis_dot(c.z[k], c.z[l], b->n));

			if (gain > best.gain)
				best = (struct pair_of_curves){ k, l, gain };
		}
	return best;
}
