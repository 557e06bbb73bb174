/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * With rows one lag apart the whitened product of x and v is sum x v - rho sum (x v[-1] + x[-1] v) + rho^2 sum x[-1] v[-1]: none
 * of the three depends on phi. Rows with another lag (after a gap, the first of a segment) are few and are added one by one.
 */
#include "analysis/shape_curves.h"

#include <math.h>
#include <string.h>

static struct four scaled(struct four a, double c)
{
	return (struct four){ a.lo * c, a.hi * c };
}

static void add_scaled(struct four *a, const struct four *b, double c)
{
	a->lo += b->lo * c;
	a->hi += b->hi * c;
}

static struct four product(struct four a, struct four b)
{
	return (struct four){ a.lo * b.lo, a.hi * b.hi };
}

static const double *column_of(const struct points *t, size_t j)
{
	size_t p = t->base->p;

	return j < p ? t->base->x[j] : j == p ? t->line : j == p + 1 ? t->y : t->e;
}

void partners_init(struct partners *p, const struct points *t)
{
	size_t n = t->tr->n;
	double usual[TRACK_MAX + 1] = { 0 }; /* 1 where the row belongs to the sums; 0 after the last */

	p->t = t;
	p->columns = t->base->p + 3;
	p->lag = fmax(1, floor(median_small(t->tr->lag, n)));
	p->n_odd = p->n_edges = 0;
	for (size_t i = 0; i < n; i++) {
		usual[i] = t->tr->lag[i] == p->lag;
		if (usual[i] == 0)
			p->odd[p->n_odd++] = i;
	}
	for (size_t i = 0; i < n; i++)
		if (usual[i + 1] != usual[i]) {
			p->sign[p->n_edges] = usual[i + 1] - usual[i];
			p->edge[p->n_edges++] = i;
		}
	for (size_t j = 0; j < p->columns; j++) {
		const double *v = column_of(t, j);

		for (size_t i = 0; i < n; i++) {
			p->same[j][i] = usual[i] * v[i];
			p->beside[j][i] = (i > 0 ? usual[i] * v[i - 1] : 0) + (i + 1 < n ? usual[i + 1] * v[i + 1] : 0);
		}
	}
}

/* exp(z), z in -130 .. 0: of a 1024th by its series (within 1e-16), then squared ten times. */
static pair exponential(pair z)
{
	static const double per[] = { 1 / 9., 1 / 8., 1 / 7., 1 / 6., 1 / 5., 1 / 4., 1 / 3., 1 / 2., 1 };
	pair e = { 1, 1 };

	z *= 1 / 1024.;
	for (size_t k = 0; k < sizeof(per) / sizeof(*per); k++)
		e = 1 + e * (z * per[k]);
	for (size_t k = 0; k < 10; k++)
		e *= e;
	return e;
}

void bundle_warmups(struct bundle *c, const struct track *tr, const double tau[CURVES])
{
	pair lo = { -1 / tau[0], -1 / tau[1] }, hi = { -1 / tau[2], -1 / tau[3] };

	for (size_t i = 0; i < tr->n; i++)
		c->x[i] = (struct four){ 1 - exponential(tr->u[i] * lo), 1 - exponential(tr->u[i] * hi) };
}

void bundle_creeps(struct bundle *c, const struct track *tr, const double tau[CURVES])
{
	for (size_t i = 0; i < tr->n; i++) {
		double u = tr->u[i];

		c->x[i] = (struct four){ { log1p(u / tau[0]), log1p(u / tau[1]) }, { log1p(u / tau[2]), log1p(u / tau[3]) } };
	}
}

void bundle_powers(struct bundle *c, const struct points *t, const double power[CURVES])
{
	pair lo = { power[0], power[1] }, hi = { power[2], power[3] };

	for (size_t i = 0; i < t->tr->n; i++) {
		double v = fmax(log(t->line[i]), -130 / power[CURVES - 1]); /* of 0 as well */

		c->x[i] = (struct four){ exponential(v * lo), exponential(v * hi) };
	}
}

static void sum_own(struct bundle *c, const struct partners *p)
{
	memset(c->own, 0, sizeof(c->own));
	for (size_t i = 1; i < p->t->tr->n; i++) {
		if (p->t->tr->lag[i] != p->lag)
			continue;
		c->own[0].lo += c->x[i].lo * c->x[i].lo;
		c->own[0].hi += c->x[i].hi * c->x[i].hi;
		c->own[1].lo += 2 * c->x[i].lo * c->x[i - 1].lo;
		c->own[1].hi += 2 * c->x[i].hi * c->x[i - 1].hi;
		c->own[2].lo += c->x[i - 1].lo * c->x[i - 1].lo;
		c->own[2].hi += c->x[i - 1].hi * c->x[i - 1].hi;
	}
}

static void sum_with(struct bundle *c, const struct partners *p, size_t j)
{
	const double *same = p->same[j], *beside = p->beside[j], *v = column_of(p->t, j);
	struct four s0 = { { 0 }, { 0 } }, s1 = s0;

	for (size_t i = 0; i < p->t->tr->n; i++) {
		add_scaled(&s0, &c->x[i], same[i]);
		add_scaled(&s1, &c->x[i], beside[i]);
	}
	c->sums[j][0] = c->sums[j][2] = s0;
	c->sums[j][1] = s1;
	for (size_t k = 0; k < p->n_edges; k++)
		add_scaled(&c->sums[j][2], &c->x[p->edge[k]], p->sign[k] * v[p->edge[k]]);
}

void bundle_sum(struct bundle *c, const struct partners *p)
{
	sum_own(c, p);
	for (size_t j = 0; j < p->columns; j++)
		sum_with(c, p, j);
}

/* The whitened products with each column, and of each curve with itself. */
static void whitened(const struct bundle *c, const struct partners *p, const struct gls *g, struct four *v, struct four *own)
{
	double phi2 = 1, rho = 0;
	size_t n = p->t->tr->n;

	for (size_t i = 1; i < n; i++)
		if (p->t->tr->lag[i] == p->lag) {
			rho = g->rho[i];
			phi2 = g->scale[i] * g->scale[i];
			break;
		}
	for (size_t j = 0; j <= p->columns; j++) {
		const struct four *s = j < p->columns ? c->sums[j] : c->own;
		struct four *out = j < p->columns ? &v[j] : own;

		*out = scaled(s[0], phi2);
		add_scaled(out, &s[1], -rho * phi2);
		add_scaled(out, &s[2], rho * rho * phi2);
	}
	for (size_t k = 0; k < p->n_odd; k++) {
		size_t i = p->odd[k];
		struct four x = scaled(c->x[i], g->scale[i]), square;

		if (i > 0)
			add_scaled(&x, &c->x[i - 1], -g->rho[i] * g->scale[i]);
		for (size_t j = 0; j < p->columns; j++) {
			const double *col = column_of(p->t, j);

			add_scaled(&v[j], &x, (col[i] - (i > 0 ? g->rho[i] * col[i - 1] : 0)) * g->scale[i]);
		}
		square = product(x, x);
		add_scaled(own, &square, 1);
	}
}

static double gain_of(double xr, double left, double xx)
{
	return left > 1e-9 * xx ? xr * xr / left : 0;
}

void bundle_gains(const struct bundle *c, const struct partners *p, const struct basis *b, double gain[BESIDES][CURVES])
{
	struct four v[LSQ_MAX_P + 3], own;
	size_t line = p->columns - 3;

	whitened(c, p, &b->g, v, &own);
	for (size_t k = 0; k < CURVES; k++) {
		double col[BASIS_MAX], on[BASIS_MAX], xx = k < 2 ? own.lo[k] : own.hi[k - 2], left = xx;
		double xr[BESIDES] = { k < 2 ? v[line + 1].lo[k] : v[line + 1].hi[k - 2],
				       k < 2 ? v[line + 2].lo[k] : v[line + 2].hi[k - 2] };

		for (size_t j = 0; j <= line; j++)
			col[j] = k < 2 ? v[j].lo[k] : v[j].hi[k - 2];
		basis_coefficients(b, col, on);
		for (size_t j = 0, side = BARE; side < BESIDES; side++) {
			for (; j < b->p[side]; j++)
				left -= on[j] * on[j];
			for (size_t l = 0; l < b->p[side]; l++)
				xr[side] -= on[l] * b->of[side][l];
			gain[side][k] = gain_of(xr[side], left, xx);
		}
	}
}
