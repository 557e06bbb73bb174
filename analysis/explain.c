/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Load, cycles, levels that come back, and the shape beside them: each is taken only if the series is better explained with it. */
#include "analysis/explain.h"

#include <math.h>
#include <string.h>

#include "analysis/classify.h"
#include "analysis/season.h"
#include "analysis/slice.h"

#define WAVE_LEAD 6  /* BIC by which growth must beat a slow cycle */
#define HOPELESS  10 /* BIC, for columns that cost more than that */
#define SMOOTH    60 /* times its jitter: a random walk of 256 points rises 16 times */
#define SETTLED   5  /* time constants: .7 % is left */
#define FORGETS   .93
#define KNEE_LEAD 10 /* BIC by which a line that begins after a warm-up must beat one that was always there */

/* A level or a line explains the series without these columns, and with them neither comes near: no other shape will. */
static bool hopeless(const struct findings *f, const struct design *with)
{
	struct shape_fit g;

	if (f->fit.shape != SHAPE_FLAT && f->fit.shape != SHAPE_TREND)
		return false;
	return shape_plain(&f->tr, with, &g) == SK_OK && g.bic > f->fit.bic + HOPELESS;
}

/* The design with one more kind of column is worth its price: *g is its shape. extra: further columns' worth, for the search. */
static bool better(const struct findings *f, const struct design *with, double extra, struct shape_fit *g)
{
	return !hopeless(f, with) && shape_select(&f->tr, with, g) == SK_OK && g->bic + extra * log((double)f->tr.n) < f->fit.bic;
}

static void take(struct findings *f, const struct design *with, const struct shape_fit *g)
{
	f->base = *with;
	f->fit = *g;
}

static bool keep_better(struct findings *f, const struct design *with, double extra)
{
	struct shape_fit g;
	bool worth = better(f, with, extra, &g);

	if (worth)
		take(f, with, &g);
	return worth;
}

static void add_load(const struct context *x, struct findings *f)
{
	double rate[TRACK_MAX];
	struct design d = f->base;
	struct lsq fit;

	if (!x->ops || load_column(&f->tr, x->ops, rate) != SK_OK || d.p + 4 > LSQ_MAX_P || !design_add(&d, rate))
		return;
	if (design_fit(&d, f->tr.y, &fit, NULL) == SK_OK && fit.beta[d.p - 1] > 0)
		f->load = keep_better(f, &d, 1);
}

size_t tail_start(const struct track *tr, const struct shape_fit *s)
{
	size_t i = 0;

	if (s->shape == SHAPE_ONSET || s->shape == SHAPE_FILL || s->shape == SHAPE_BROKEN)
		return s->at;
	if (shape_jumps(s->shape)) { /* jumps of the start are warm-up */
		i = s->at2 > s->at ? s->at2 : s->at;
		return i <= tr->n / 4 ? i : 0;
	}
	if (!shape_warms_up(s->shape))
		return 0;
	while (tr->segments == 1 && i + 12 < tr->n && tr->u[i] < 3 * s->tau_s) /* 95 % of the curve is over */
		i++;
	return i;
}

/* tr without what the columns of d beyond the levels explain beside a line. */
static bool without_cycle(const struct track *tr, const struct design *d, struct track *out)
{
	const double *col[LSQ_MAX_P];
	struct lsq fit;

	design_columns(d, col);
	col[d->p] = tr->u;
	if (lsq_fit(col, d->p + 1, tr->y, tr->n, &fit, NULL) != SK_OK)
		return false;
	*out = *tr;
	for (size_t j = tr->segments; j < d->p; j++)
		for (size_t i = 0; i < out->n; i++)
			out->y[i] -= fit.beta[j] * d->x[j][i];
	return true;
}

/* The design with a cycle, if its tail shows it long enough: the bend of a cache that fills is half a slow sine. */
static bool keep_cycle(struct findings *f, const struct design *d, double extra, double period)
{
	struct shape_fit g;

	if (!better(f, d, extra, &g) || period * 2.5 > f->tr.t[f->tr.n - 1] - f->tr.t[tail_start(&f->tr, &g)])
		return false;
	take(f, d, &g);
	return true;
}

/* The strongest cycle, and one beside it: a day in a week, a job in a day. Under two cycles one alone explains little. */
static void add_season(struct findings *f)
{
	struct track rest;
	double first, second, share;
	struct design d = f->base;
	bool kept;

	f->period_s = NAN;
	if (season_period(&f->tr, &first, &share) != SK_OK || share <= .2 || !season_columns(&f->tr, first, 3, &d))
		return;
	kept = keep_cycle(f, &d, 2, first);
	if (without_cycle(&f->tr, &d, &rest) && season_period(&rest, &second, &share) == SK_OK && share > .2 &&
	    season_columns(&f->tr, second, 2, &d))
		kept |= keep_cycle(f, &d, 4, fmax(first, second));
	f->period_s = kept ? first : NAN;
}

/* Two days under which it grows: the cycle that is left beside a line, if a line is then all that is beside it. */
static bool add_wave_on_line(struct findings *f)
{
	struct design d;
	struct shape_fit g;
	double period;

	design_levels(&d, &f->tr);
	if (season_wave(&f->tr, true, &period) != SK_OK || !season_columns(&f->tr, period, 2, &d) || !better(f, &d, 2, &g) ||
	    g.shape != SHAPE_TREND)
		return false;
	take(f, &d, &g);
	f->period_s = period;
	return true;
}

/*
 * A cycle of which one or two periods are seen looks like growth in its rising part. From two on it is one; below, what it explains as well
 * as growth does is not proven to grow.
 */
static void add_wave(struct findings *f)
{
	struct shape_fit g;
	struct design d;
	double period;
	bool loose = isfinite(f->period_s) || f->load || f->regimes.jumps > 0;

	design_levels(&d, &f->tr);
	if (loose || f->fit.shape == SHAPE_FLAT || add_wave_on_line(f) || season_wave(&f->tr, false, &period) != SK_OK ||
	    !season_columns(&f->tr, period, 2, &d))
		return;
	if (period * 2 <= f->tr.t[f->tr.n - 1] - f->tr.t[0])
		f->period_s = keep_better(f, &d, 2) ? period : NAN;
	else if (shape_plain(&f->tr, &d, &g) == SK_OK)
		f->wavy = g.bic_of[SHAPE_FLAT] + 2 * log((double)f->tr.n) < f->fit.bic + WAVE_LEAD;
}

/* Levels in the place of a cycle, when they explain more: not where the load is known. */
static void add_regimes(struct findings *f)
{
	struct design d;

	design_levels(&d, &f->tr);
	if (!f->load && regimes_find(&f->tr, &d, &f->regimes) && keep_better(f, &d, 1.5 * (double)f->regimes.jumps))
		f->period_s = NAN;
	else
		f->regimes = (struct regimes){ 0, 0, false };
}

/* The first line of two is the steeper by far: a warm-up, not an earlier leak. */
static bool slows_down(const struct findings *f)
{
	struct design d;
	struct lsq fit;
	size_t tail = shape_design(&f->tr, &f->base, &f->fit, &d);

	return design_fit(&d, f->tr.y, &fit, NULL) == SK_OK && fit.beta[tail] < BEND_SLOWS * fit.beta[tail - 1];
}

/* Where the warm-up is over of which nothing may be left: after the knee, or .7 % of the curve; 0: no warm-up. */
static size_t warmup_end(const struct findings *f)
{
	size_t i = 0;

	if (f->fit.shape == SHAPE_BROKEN)
		return slows_down(f) ? f->fit.at : 0;
	while (f->fit.shape == SHAPE_WARMUP_TREND && i < f->tr.n && f->tr.u[i] < SETTLED * f->fit.tau_s)
		i++;
	return i;
}

/* What comes from point i on, as a track of its own with its own shape. */
struct rest {
	struct track tr;
	struct design base;
	struct shape_fit fit;
};

static bool rest_from(const struct findings *f, size_t i, struct rest *r)
{
	if (i == 0 || i + LEAK_POINTS > f->tr.n)
		return false;
	track_slice(&f->tr, i, f->tr.n, &r->tr);
	design_levels(&r->base, &r->tr);
	return shape_select(&r->tr, &r->base, &r->fit) == SK_OK;
}

static void take_rest(struct findings *f, const struct rest *r, double warmup_s)
{
	f->warmed = track_median(&r->tr, 0, r->tr.n / 10 + 1) - f->tr.y[0];
	f->warmup_s = warmup_s;
	f->tr = r->tr;
	f->base = r->base;
	f->fit = r->fit;
}

/*
 * Warm-up, quiet, and then a leak; or a steep warm-up that goes over into a flat one: no shape has all three parts, and a line through the
 * last two is wrong for both. What comes after the warm-up is looked at on its own: always after a knee, after a curve if a line begins in it.
 */
static void look_after_warmup(struct findings *f)
{
	struct rest r;
	size_t i = f->tr.segments == 1 && f->base.p == 1 ? warmup_end(f) : 0;

	if (!rest_from(f, i, &r))
		return;
	if (f->fit.shape == SHAPE_WARMUP_TREND &&
	    (r.fit.shape != SHAPE_ONSET || r.fit.bic + KNEE_LEAD > r.fit.bic_of[SHAPE_TREND]))
		return;
	take_rest(f, &r, r.tr.t[0]);
}

/* Between restarts: each life without its warm-up, if what no curve explains of it is what remembers. */
static void look_at_settled_lives(struct findings *f)
{
	struct rest r;

	if (f->tr.segments < 2 || f->base.p > f->tr.segments || !shape_warms_up(f->fit.shape))
		return;
	track_settled(&f->tr, SETTLED * f->fit.tau_s, &r.tr);
	if (r.tr.n < LEAK_POINTS || 2 * r.tr.n < f->tr.n)
		return;
	design_levels(&r.base, &r.tr);
	if (shape_select(&r.tr, &r.base, &r.fit) == SK_OK && r.fit.phi < f->fit.phi - .1)
		take_rest(f, &r, SETTLED * f->fit.tau_s);
}

/* The end of such a rise is simpler: the last half, or third, is taken if its own shape leaves noise that forgets. */
bool explain_end(struct findings *f)
{
	struct rest r;
	const size_t from[] = { f->tr.n / 2, f->tr.n * 2 / 3 };

	if (f->tr.segments > 1 || f->load || f->regimes.jumps > 0 || !shape_slows(f->fit.shape) || f->fit.phi <= FORGETS ||
	    f->rise < SMOOTH * track_jitter(&f->tr))
		return false;
	for (size_t k = 0; k < sizeof(from) / sizeof(*from); k++)
		if (rest_from(f, from[k], &r) && r.fit.phi < FORGETS) {
			take_rest(f, &r, r.tr.t[0]);
			f->period_s = NAN;
			f->end_only = true;
			return true;
		}
	return false;
}

enum sk_code explain(const struct context *x, struct findings *f)
{
	design_levels(&f->base, &f->tr);
	enum sk_code rc = shape_select(&f->tr, &f->base, &f->fit);

	if (rc != SK_OK)
		return rc;
	add_load(x, f);
	add_season(f);
	add_regimes(f);
	add_wave(f);
	look_after_warmup(f);
	look_at_settled_lives(f);
	return SK_OK;
}
