/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapes as columns of a least squares fit. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "analysis/shape.h"

static void make_step(const struct track *tr, size_t k, double *x)
{
	for (size_t i = 0; i < tr->n; i++)
		x[i] = i >= k;
}

static void make_after(const struct track *tr, size_t k, double *x)
{
	for (size_t i = 0; i < tr->n; i++)
		x[i] = i > k ? tr->u[i] - tr->u[k] : 0;
}

static void make_before(const struct track *tr, size_t k, double *x)
{
	for (size_t i = 0; i < tr->n; i++)
		x[i] = i < k ? tr->u[i] : tr->u[k];
}

static void make_warmup(const struct track *tr, double tau, double *x)
{
	for (size_t i = 0; i < tr->n; i++)
		x[i] = 1 - exp(-tr->u[i] / tau);
}

double shape_growth(const struct shape_fit *f)
{
	return f->shape == SHAPE_CURVE ? .1 / (1 - pow(.9, f->power)) : 1;
}

/* Scaled as make_curve(): by a tenth of the span over the last tenth. */
static void make_creep(const struct track *tr, double tau, double *x)
{
	double span = track_longest(tr), scale = .1 * span / (log1p(span / tau) - log1p(.9 * span / tau));

	for (size_t i = 0; i < tr->n; i++)
		x[i] = log1p(tr->u[i] / tau) * scale;
}

static void make_curve(const struct track *tr, const struct shape_fit *f, double *x)
{
	double span = track_longest(tr);

	for (size_t i = 0; i < tr->n; i++)
		x[i] = pow(tr->u[i] / span, f->power) * span * shape_growth(f);
}

void design_levels(struct design *d, const struct track *tr)
{
	d->n = tr->n;
	d->p = tr->segments;
	for (size_t s = 0; s < tr->segments; s++)
		for (size_t i = 0; i < tr->n; i++)
			d->x[s][i] = tr->segment[i] == s;
}

bool design_add(struct design *d, const double *x)
{
	if (d->p == LSQ_MAX_P)
		return false;
	memcpy(d->x[d->p++], x, d->n * sizeof(*x));
	return true;
}

void design_columns(const struct design *d, const double *col[LSQ_MAX_P])
{
	for (size_t j = 0; j < d->p; j++)
		col[j] = d->x[j];
}

enum sk_code design_fit(const struct design *d, const double *y, struct lsq *out, double *resid)
{
	const double *col[LSQ_MAX_P];

	design_columns(d, col);
	return lsq_fit(col, d->p, y, d->n, out, resid);
}

/*
 * The curve, and beside it what a line has more before its last tenth, and how the curve changes with its power, less as much of the curve as
 * that grows over the last tenth: the slope there, the curve's coefficient, is that of the data, and its error counts that the power was
 * estimated.
 */
static void add_curve(const struct track *tr, const struct shape_fit *f, struct design *out, double *x)
{
	double line[TRACK_MAX], power[TRACK_MAX], span = track_longest(tr), left = pow(.9, f->power);

	make_curve(tr, f, x);
	for (size_t i = 0; i < tr->n; i++) {
		double v = fmax(tr->u[i] / span, DBL_MIN);

		line[i] = tr->u[i] - x[i];
		power[i] = span * pow(v, f->power) * (log(v) + left * log(.9) / (1 - left));
	}
	design_add(out, line);
	design_add(out, power);
}

size_t shape_design(const struct track *tr, const struct design *base, const struct shape_fit *f, struct design *out)
{
	double x[TRACK_MAX];

	*out = *base;
	if (shape_jumps(f->shape)) {
		make_step(tr, f->at, x);
		design_add(out, x);
	}
	if ((f->shape == SHAPE_STEPS || f->shape == SHAPE_STEPS_TREND) && f->at2 > f->at) {
		make_step(tr, f->at2, x);
		design_add(out, x);
	}
	if (f->shape == SHAPE_WARMUPS) {
		make_warmup(tr, f->tau2_s, x);
		design_add(out, x);
	}
	if (shape_warms_up(f->shape)) {
		make_warmup(tr, f->tau_s, x);
		design_add(out, x);
	}
	if (f->shape == SHAPE_FILL || f->shape == SHAPE_BROKEN) {
		make_before(tr, f->at, x);
		design_add(out, x);
	}
	if (f->shape == SHAPE_FILL || f->shape == SHAPE_BROKEN || f->shape == SHAPE_ONSET)
		make_after(tr, f->at, x);
	else if (f->shape == SHAPE_CREEP)
		make_creep(tr, f->tau_s, x);
	else if (f->shape == SHAPE_CURVE)
		add_curve(tr, f, out, x);
	else
		memcpy(x, tr->u, sizeof(x));
	design_add(out, x);
	return out->p - 1;
}

bool shape_grows(enum shape s)
{
	return s == SHAPE_TREND || s == SHAPE_WARMUP_TREND || s == SHAPE_STEP_TREND || s == SHAPE_STEPS_TREND ||
	       s == SHAPE_ONSET || s == SHAPE_BROKEN || shape_bends(s);
}

bool shape_bends(enum shape s)
{
	return s == SHAPE_CURVE || s == SHAPE_CREEP;
}

bool shape_jumps(enum shape s)
{
	return s == SHAPE_STEP || s == SHAPE_STEPS || s == SHAPE_STEP_TREND || s == SHAPE_STEPS_TREND;
}

bool shape_slows(enum shape s)
{
	return shape_warms_up(s) || s == SHAPE_CREEP || s == SHAPE_FILL || s == SHAPE_BROKEN;
}

bool shape_warms_up(enum shape s)
{
	return s == SHAPE_WARMUP || s == SHAPE_WARMUP_TREND || s == SHAPE_WARMUPS;
}
