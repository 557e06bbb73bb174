/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A whitened step is 1 / sd at its place and the whitened level after it, a knee a part of the whitened line and level: their
 * inner products with any column are sums of that column from the end.
 */
#include "analysis/shape_places.h"

#include <math.h>

#define NOTHING 1e-9 /* share of a direction that is rounding when that is all that is left of it */

/* Inner products of all steps and all knees with v. */
static void products(const struct basis *b, const double *u, const double *v, double *step, double *knee)
{
	double w = 0, t = 0;

	for (size_t k = b->n; k-- > 0;) {
		step[k] = b->g.scale[k] * v[k] + w;
		knee[k] = t - u[k] * w;
		w += b->W[k] * v[k];
		t += b->T[k] * v[k];
	}
}

static void squares(const struct basis *b, const double *u, double *step, double *knee)
{
	double ww = 0, wt = 0, tt = 0;

	for (size_t k = b->n; k-- > 0;) {
		step[k] = b->g.scale[k] * b->g.scale[k] + ww;
		knee[k] = tt - 2 * u[k] * wt + u[k] * u[k] * ww;
		ww += b->W[k] * b->W[k];
		wt += b->W[k] * b->T[k];
		tt += b->T[k] * b->T[k];
	}
}

/* What the directions leave, without the line and with it. */
static void leave(const struct basis *b, struct places *p)
{
	for (size_t k = 0; k < b->n; k++) {
		double left = p->xx[k];

		for (size_t j = 0; j < b->p[BARE]; j++)
			left -= p->on[j][k] * p->on[j][k];
		p->left[BARE][k] = left;
		for (size_t j = b->p[BARE]; j < b->p[LINED]; j++)
			left -= p->on[j][k] * p->on[j][k];
		p->left[LINED][k] = left;
	}
}

void places_init(const struct points *t, const struct basis *b, struct places *steps, struct places *knees)
{
	squares(b, t->line, steps->xx, knees->xx);
	for (size_t j = 0; j < b->p[LINED]; j++)
		products(b, t->line, b->q[j], steps->on[j], knees->on[j]);
	for (int side = BARE; side < BESIDES; side++)
		products(b, t->line, b->r[side], steps->xr[side], knees->xr[side]);
	for (size_t k = 0; k < b->n; k++)
		steps->after[k] = steps->xx[k] + b->g.scale[k] * (b->W[k] - b->g.scale[k]);
	leave(b, steps);
	leave(b, knees);
}

static struct found best_of(const double *xr, const double *left, const double *xx, size_t from, size_t to)
{
	struct found best = { 0, 0 };

	for (size_t k = from; k < to; k++)
		if (xr[k] * xr[k] > best.gain * left[k] && left[k] > NOTHING * xx[k])
			best = (struct found){ xr[k] * xr[k] / left[k], k };
	return best;
}

struct found places_best(const struct basis *b, const struct places *p, enum beside side, size_t edge)
{
	return best_of(p->xr[side], p->left[side], p->xx, edge, b->n > edge ? b->n - edge : 0);
}

struct found places_best_fill(const struct basis *b, const struct places *knees, size_t edge)
{
	double xr[TRACK_MAX], left[TRACK_MAX];
	bool line = b->p[LINED] > b->p[BARE];
	size_t j = b->p[BARE]; /* the line's own direction */
	double len = line ? b->length[j] : 0, by_line = 0;

	for (size_t i = 0; line && i < b->n; i++)
		by_line += b->q[j][i] * b->r[BARE][i];
	for (size_t k = 0; k < b->n; k++) {
		xr[k] = len * by_line - knees->xr[BARE][k];
		left[k] = knees->left[BARE][k] + (line ? len * (len - 2 * knees->on[j][k]) : 0);
	}
	return best_of(xr, left, knees->xx, edge, b->n > edge ? b->n - edge : 0);
}

static bool spanned(const struct places *p, enum beside side, size_t k)
{
	return !(p->left[side][k] > NOTHING * p->xx[k]);
}

/* The best step beside the one at k0, which takes *gain off the residual sum. */
static struct found beside_step(const struct basis *b, const struct places *s, enum beside side, size_t k0, double *gain)
{
	double v[TRACK_MAX];
	struct found best = { 0, 0 };

	if (spanned(s, side, k0)) {
		*gain = 0;
		return places_best(b, s, side, 2);
	}
	double part = s->xr[side][k0] / s->left[side][k0];

	*gain = part * s->xr[side][k0];
	for (size_t k = 0; k < b->n; k++)
		v[k] = k < k0 ? s->after[k0] : s->after[k];
	v[k0] = s->xx[k0];
	for (size_t j = 0; j < b->p[side]; j++) {
		double c = s->on[j][k0];

		for (size_t k = 0; k < b->n; k++)
			v[k] -= c * s->on[j][k];
	}
	double per = 1 / s->left[side][k0];

	for (size_t k = 2; k + 2 < b->n; k++) {
		double xr = s->xr[side][k] - v[k] * part, left = s->left[side][k] - v[k] * v[k] * per;

		if (xr * xr > best.gain * left && left > NOTHING * s->xx[k])
			best = (struct found){ xr * xr / left, k };
	}
	return best;
}

struct two places_best_two(const struct basis *b, const struct places *steps, enum beside side, size_t first)
{
	struct two t = { first, 0, b->rr[side] };

	for (int turn = 0; turn < 6; turn++) {
		double gain;
		struct found f = beside_step(b, steps, side, t.kept, &gain);

		if (f.at == 0 || !(b->rr[side] - gain - f.gain < t.rss * (1 - 1e-9)))
			break;
		t = (struct two){ f.at, t.kept, b->rr[side] - gain - f.gain };
	}
	return t;
}

double places_rss_of_two(const struct basis *b, const struct places *s, enum beside side, size_t one, size_t other)
{
	const double *xr = s->xr[side], *left = s->left[side];
	double rss = b->rr[side];

	if (spanned(s, side, one))
		return spanned(s, side, other) ? rss : rss - xr[other] * xr[other] / left[other];
	double v = s->after[one > other ? one : other], part = xr[one] / left[one];

	for (size_t j = 0; j < b->p[side]; j++)
		v -= s->on[j][one] * s->on[j][other];
	double l = left[other] - v * v / left[one], r = xr[other] - v * part;

	return rss - part * xr[one] - (l > NOTHING * s->xx[other] ? r * r / l : 0);
}
