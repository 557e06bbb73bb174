/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gram-Schmidt on whitened columns. */
#include "analysis/shape_basis.h"

#include <math.h>
#include <string.h>

double basis_dot(const double *a, const double *b, size_t n)
{
	double s = 0, t = 0;
	size_t i = 0;

	for (; i + 1 < n; i += 2) { /* two sums: one waits for each addition */
		s += a[i] * b[i];
		t += a[i + 1] * b[i + 1];
	}
	return i < n ? s + t + a[i] * b[i] : s + t;
}

void basis_subtract(double *a, double c, const double *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		a[i] -= c * b[i];
}

/* y and the line of each segment less their means there, and from them the slope that all segments share. */
static double common_slope(const struct track *tr, double *y, double *line)
{
	double xy = 0, xx = 0;

	for (size_t a = 0, end; a < tr->n; a = end) {
		double my = 0, mu = 0;

		for (end = a; end < tr->n && tr->segment[end] == tr->segment[a]; end++) {
			my += tr->y[end];
			mu += tr->u[end];
		}
		my /= (double)(end - a);
		mu /= (double)(end - a);
		for (size_t i = a; i < end; i++) {
			y[i] = tr->y[i] - my;
			line[i] = tr->u[i] - mu;
			xy += y[i] * line[i];
			xx += line[i] * line[i];
		}
	}
	return xx > 0 ? xy / xx : 0;
}

void points_init(struct points *t, const struct track *tr, const struct design *base)
{
	double slope = common_slope(tr, t->y, t->line);

	t->tr = tr;
	t->base = base;
	t->span = track_longest(tr);
	for (size_t i = 0; i < tr->n; i++) {
		t->e[i] = t->y[i] - slope * t->line[i];
		t->line[i] = tr->u[i] / t->span;
	}
}

/* Adds a whitened direction to the first p; what they span already is left out. Returns how many there are then. */
static size_t add(struct basis *b, size_t p, const double *x, size_t from)
{
	double *q = b->q[p], before = basis_dot(x, x, b->n), left = before, was;

	memcpy(q, x, b->n * sizeof(*q));
	memset(b->part[p], 0, sizeof(b->part[p]));
	do {
		was = left;
		for (size_t j = 0; j < p; j++) {
			double c = basis_dot(q, b->q[j], b->n);

			basis_subtract(q, c, b->q[j], b->n);
			b->part[p][j] += c;
		}
		left = p > 0 ? basis_dot(q, q, b->n) : before;
	} while (left < .1 * was && left > 1e-12 * before);
	if (!(left > 1e-12 * before) || !(left > 0))
		return p;
	b->from[p] = from;
	b->length[p] = sqrt(left);
	for (size_t i = 0; i < b->n; i++)
		q[i] /= b->length[p];
	return p + 1;
}

static void project(struct basis *b, const double *y, enum beside side)
{
	gls_whiten(&b->g, y, b->r[side]);
	for (size_t j = 0; j < b->p[side]; j++) {
		b->of[side][j] = basis_dot(b->q[j], b->r[side], b->n);
		basis_subtract(b->r[side], b->of[side][j], b->q[j], b->n);
	}
	b->rr[side] = basis_dot(b->r[side], b->r[side], b->n);
}

void basis_init(struct basis *b, const struct points *t, double phi)
{
	double w[TRACK_MAX];
	size_t p = 0;

	b->n = t->tr->n;
	gls_init(&b->g, t->tr, phi);
	for (size_t i = 0; i < b->n; i++)
		b->W[i] = (1 - b->g.rho[i]) * b->g.scale[i];
	gls_whiten(&b->g, t->line, b->T);
	for (size_t j = 0; j < t->base->p; j++) {
		gls_whiten(&b->g, t->base->x[j], w);
		p = add(b, p, w, j);
	}
	b->p[BARE] = p;
	b->p[LINED] = add(b, p, b->T, t->base->p);
	project(b, t->y, BARE);
	project(b, t->e, LINED);
}

void basis_coefficients(const struct basis *b, const double *c, double *out)
{
	for (size_t j = 0; j < b->p[LINED]; j++) {
		double s = c[b->from[j]];

		for (size_t l = 0; l < j; l++)
			s -= b->part[j][l] * out[l];
		out[j] = s / b->length[j];
	}
}
