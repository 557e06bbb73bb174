/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The slope of a series whose model is known: its test, what is beside it, and whether it goes on. */
#include "analysis/growth.h"

#include <math.h>

#include "analysis/classify.h"
#include "analysis/explain.h"
#include "analysis/persist.h"
#include "analysis/slice.h"

#define NEAR_JUMP   8  /* points: as far beside its jump as the model may put it */
#define LEVEL_LEAST 12 /* points of a level that are tested alone */
#define PAUSE_LEAST 3  /* points */
#define PAUSE_CLEAR 4  /* times the jitter */
#define KNEE        2  /* points in which it lies somewhere: neither before it nor after, they would be a slope of their own */
#define LITTLE      .1 /* of the growth during a warm-up: what comes by the warm-up itself */

/* Range of what harmonics and load explain: growth below it hides in the cycle. */
static double cycle_range(const struct findings *f)
{
	double lo = INFINITY, hi = -INFINITY;

	if (f->base.p == f->tr.segments || !f->modelled)
		return 0;
	for (size_t i = 0; i < f->tr.n; i++) {
		double v = 0;

		for (size_t j = f->tr.segments; j < f->base.p; j++)
			v += f->model.beta[j] * f->base.x[j][i];
		lo = fmin(lo, v);
		hi = fmax(hi, v);
	}
	return hi - lo;
}

void growth_take_floor(struct findings *f, const struct floor_trend *ft, size_t n)
{
	f->from = 0;
	f->test = (struct py_test){ ft->slope, ft->se, ft->slope / ft->se, ft->p_up, 0, n - 2 };
}

void growth_of_floor(struct findings *f)
{
	struct floor_trend ft;

	if (sawtooth_find(&f->tr, &f->saw) != SK_OK || sawtooth_floor(&f->saw, f->tr.quantum, &ft) != SK_OK)
		return;
	f->sawtooth = true;
	f->fell = 0; /* as in every cycle */
	f->fit.shape = shape_grows(f->fit.shape) || ft.p_up < .01 ? SHAPE_TREND : SHAPE_FLAT;
	growth_take_floor(f, &ft, f->saw.n);
	f->persists = ft.last_half > .4 * ft.slope;
}

/* A level, or what is left of a growth: a line too steep before the knee bends it, so that it is tested alone, short as it may be. */
static bool slows(const struct findings *f)
{
	return f->fit.shape == SHAPE_FILL ||
	       (f->fit.shape == SHAPE_BROKEN && f->modelled && f->model.beta[f->tail] < BEND_SLOWS * f->model.beta[f->tail - 1]);
}

/* The points of the tail alone, less what is left of the warm-up curve, with the base columns that they still need. */
static bool cut_tail(const struct findings *f, struct track *tr, struct design *d)
{
	size_t from = f->from, n = f->tr.n - from, curve = f->full.p - 2;
	bool warm = shape_warms_up(f->fit.shape);

	if (from == 0 || n < (slows(f) ? LEVEL_LEAST : MIN_POINTS) || f->tr.segments != 1 || !f->modelled)
		return false;
	track_slice(&f->tr, from, f->tr.n, tr);
	d->n = n;
	d->p = 0;
	for (size_t i = 0; i < n && warm; i++)
		tr->y[i] -= f->model.beta[curve] * f->full.x[curve][from + i];
	for (size_t j = 0; j < f->base.p; j++)
		design_add(d, f->base.x[j] + from);
	return design_add(d, tr->u);
}

static enum sk_code test_on(const struct findings *f, const struct track *tr, const struct design *d, struct py_test *out)
{
	const double *col[LSQ_MAX_P];

	design_columns(d, col);
	return py_trend(tr, col, d->p, 1 + d->p - f->base.p, out);
}

/*
 * The trend test, on the tail alone where there is one: a cache that fills is noisier than one that is full, and a slope after
 * the knee must not pay for the noise before it. A few points alone know less of their noise than all of them, where the knee fits.
 */
static enum sk_code test_tail(struct findings *f)
{
	struct py_test whole;
	struct track tr;
	struct design d;

	if (!cut_tail(f, &tr, &d))
		return test_on(f, &f->tr, &f->full, &f->test);
	enum sk_code rc = test_on(f, &tr, &d, &f->test);

	if (rc == SK_OK && d.n < MIN_POINTS && test_on(f, &f->tr, &f->full, &whole) == SK_OK && whole.se < f->test.se)
		f->test = whole;
	return rc;
}

/* The deepest that y goes down from a point to a later one, within NEAR_JUMP points of `at`. */
static double drawdown(const struct track *tr, size_t at)
{
	double top = -INFINITY, deepest = 0;

	for (size_t i = at > NEAR_JUMP ? at - NEAR_JUMP : 0; i < tr->n && i < at + NEAR_JUMP; i++) {
		top = fmax(top, tr->y[i]);
		deepest = fmax(deepest, top - tr->y[i]);
	}
	return deepest;
}

/*
 * A level that falls: memory that was given back, or a process that has gone. Where growth only pauses the model too has a jump
 * down, from the line that went on to the level that stayed: there the points themselves go nowhere near as far down.
 */
static void find_falls(struct findings *f)
{
	for (size_t j = f->base.p; j < f->tail; j++) {
		size_t at = j == f->base.p ? f->fit.at : f->fit.at2;
		double size = -f->model.beta[j];

		if (size < fmax(f->fell, 16 * f->tr.quantum) || drawdown(&f->tr, at) < .5 * size)
			continue;
		f->fell = size;
		f->fell_s = f->tr.t[at];
	}
	for (size_t j = f->base.p; j < f->tail; j++)
		f->falls += f->fell > 0 && -f->model.beta[j] >= .2 * f->fell;
}

/* What the shape amounts to, beside the line that goes on, and what the model leaves. */
static void weigh_shape(struct findings *f)
{
	f->change = f->regimes.jumps > 0 || shape_jumps(f->fit.shape) ? 0 : f->rise; /* jumps: their own height */
	f->noise = 0;
	if (!f->modelled)
		return;
	f->noise = sqrt(f->model.rss / (double)f->tr.n);
	for (size_t j = f->base.p; j < f->tail; j++) {
		double own = f->model.beta[j] * f->full.x[j][f->tr.n - 1]; /* jumps and curves end at their full height */

		f->change = fabs(own) > fabs(f->change) ? own : f->change;
	}
	if (shape_jumps(f->fit.shape))
		find_falls(f);
}

/* A bend that changes little is neither the end of a warm-up nor the beginning of a leak: what came before it counts as well. */
static double before_bend(const struct findings *f)
{
	if (f->fit.shape != SHAPE_BROKEN || !f->modelled)
		return 0;
	double before = f->model.beta[f->tail - 1], after = f->model.beta[f->tail];

	return after >= BEND_SLOWS * before && after <= BEND_SPEEDS * before ? before * (f->tr.t[f->fit.at] - f->tr.t[0]) : 0;
}

/* A warm-up that is little beside what the line grows meanwhile is no reason to leave that growth out. */
static bool grew_meanwhile(const struct findings *f)
{
	if (f->fit.shape != SHAPE_WARMUP_TREND || !f->modelled || f->tr.segments != 1)
		return false;
	double meanwhile = f->model.beta[f->tail] * (f->tr.t[f->from] - f->tr.t[0]);

	return fabs(f->model.beta[f->tail - 1] * f->full.x[f->tail - 1][f->tr.n - 1]) < LITTLE * meanwhile;
}

/* Since the last value that was higher than all before; 0 where no growth had to show since then, or growth comes by leaps. */
static double pause_at_end(const struct findings *f)
{
	const struct track *tr = &f->tr;
	double top = -INFINITY, since;
	size_t last = 0;

	for (size_t i = 0; i < tr->n; i++)
		if (tr->y[i] > top) {
			top = tr->y[i];
			last = i;
		}
	since = tr->t[tr->n - 1] - tr->t[last];
	return tr->n - 1 - last >= PAUSE_LEAST && f->test.slope * since > fmax(8 * tr->quantum, PAUSE_CLEAR * track_jitter(tr))
		       ? since
		       : 0;
}

enum sk_code growth_test(struct findings *f)
{
	enum sk_code rc;

	f->tail = shape_design(&f->tr, &f->base, &f->fit, &f->full);
	f->modelled = design_fit(&f->full, f->tr.y, &f->model, f->left) == SK_OK;
	f->from = tail_start(&f->tr, &f->fit);
	if (grew_meanwhile(f))
		f->from = 0;
	f->before = before_bend(f);
	if (slows(f) && f->from + KNEE + LEVEL_LEAST < f->tr.n)
		f->from += KNEE;
	f->cycle = cycle_range(f);
	rc = test_tail(f);
	if (rc != SK_OK)
		return rc;
	weigh_shape(f);
	f->pause_s = pause_at_end(f);
	f->persists = persist_check(f);
	return SK_OK;
}
