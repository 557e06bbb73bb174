/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One column, from blocks to a class. The order is that of docs/method.md. */
#include "analysis/judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/classify.h"
#include "analysis/effect.h"
#include "analysis/explain.h"
#include "analysis/growth.h"
#include "analysis/hac.h"
#include "analysis/known.h"
#include "analysis/season.h"
#include "analysis/theil_sen.h"
#include "analysis/words.h"

#define SELECTED    1.07 /* times its own error: what the choice of the shape adds to an interval */
#define HUGE_POINTS 12   /* from here on a huge and clean growth is at least suspected */
#define COUNT_SWING 2    /* standard deviations */

/* Numbers that need no decision: levels, plain slopes. */
static enum sk_code describe(const struct column *c, const struct context *x, struct findings *f, struct series_verdict *out)
{
	double slope;
	const struct track *tr = &f->tr;
	enum sk_code rc = theil_sen_slope(tr->t, tr->y, tr->n, &slope);

	if (rc == SK_ENOMEM)
		return rc;
	out->ols_slope_kb_per_h = c->ols_slope * 3600;
	out->ols_slope_kb_per_interval = c->ols_slope * x->interval_s;
	out->theil_sen_kb_per_h = slope * 3600;
	f->level = track_median(tr, 0, tr->n);
	f->span_s = track_span(tr);
	f->seen_s = tr->n ? fmax(tr->t[tr->n - 1] - tr->t[0], x->interval_s > 0 ? f->span_s - x->interval_s : 0) : 0;
	f->min_rate = out->least_kb_per_h = x->min_rate;
	f->early = x->alpha < VERDICT_ALPHA;
	track_ends(tr, &out->start_kb, &out->end_kb);
	f->rise = out->end_kb - out->start_kb;
	f->period_s = f->last_slope = f->last_se = NAN;
	return SK_OK;
}

static enum sk_code find_out(const struct context *x, struct findings *f)
{
	enum sk_code rc = explain(x, f);

	if (rc == SK_OK)
		rc = growth_test(f);
	if (rc == SK_OK)
		growth_of_floor(f);
	return rc;
}

/* Seconds of the tail; between restarts those in which the target was seen, without the pauses. */
static double tail_span(const struct findings *f)
{
	double span = 0;

	if (f->tr.segments == 1)
		return f->tr.t[f->tr.n - 1] - f->tr.t[f->from];
	for (size_t i = f->from + 1; i < f->tr.n; i++)
		span += f->tr.segment[i] == f->tr.segment[i - 1] ? f->tr.t[i] - f->tr.t[i - 1] : 0;
	return span;
}

/* The slope is that of the last tenth; of low points it is that of all of them. */
static bool of_last_tenth(const struct findings *f)
{
	return shape_bends(f->fit.shape) && !f->low_points;
}

/* What the rate is the mean over: the tail, or the last tenth of what bends. */
static double growth_span(const struct findings *f)
{
	return shape_bends(f->fit.shape) ? .1 * tail_span(f) : tail_span(f);
}

/* Half the 95 % interval of the slope. That the shape was chosen on the same points is in no standard error: SELECTED, from `make corpus`. */
static double half_interval(const struct findings *f)
{
	return SELECTED * effect_quantile(f->test.df) * f->test.se;
}

static void numbers(struct findings *f, struct series_verdict *out)
{
	double half = half_interval(f);

	out->rate_kb_per_h = f->test.slope * 3600;
	out->rate_lo = (f->test.slope - half) * 3600;
	out->rate_hi = (f->test.slope + half) * 3600;
	out->p_value = f->test.p_up;
	out->growth_kb = f->test.slope * growth_span(f);
	out->last_tenth = of_last_tenth(f);
	out->detectable_kb_per_h = effect_detectable(f->test.se) * 3600;
	out->warmup_s = f->from > 0 && f->fit.shape != SHAPE_ONSET ? f->tr.t[f->from] : f->warmup_s;
}

/*
 * Jumps upward that come again are part of what leaks (a table that doubles, a burst): between them there is less than the mean
 * growth. One may be anything that happened once, and so may two that are one in neighbouring blocks, or one beside noise.
 */
static bool jumps_belong(const struct findings *f)
{
	if (!f->modelled || f->fit.shape != SHAPE_STEPS_TREND || f->base.p != 1 || f->base.p + 1 >= f->tail || f->sawtooth ||
	    f->tr.segments > 1)
		return false;
	double one = f->model.beta[f->base.p], two = f->model.beta[f->base.p + 1];
	size_t apart = f->fit.at2 > f->fit.at ? f->fit.at2 - f->fit.at : f->fit.at - f->fit.at2;

	return fmin(one, two) > .25 * fmax(one, two) && apart >= f->tr.n / 10;
}

/* The least squares line through the tail with all that is beside it. */
static bool line_through_all(const struct findings *f, struct hac_slope *h)
{
	return hac_slope(f->tr.t + f->from, f->tr.y + f->from, f->tr.n - f->from, h) == SK_OK;
}

/* Of growth that is found, with jumps that belong to it: the line through all of it, and its wider interval. */
static void take_mean_growth(struct findings *f, struct series_verdict *out)
{
	struct hac_slope h;

	if (!jumps_belong(f) || !line_through_all(f, &h) || !(h.slope > 0))
		return;
	f->mean_growth = true;
	f->test.slope = h.slope;
	f->test.se = fmax(h.se, f->test.se);
	out->rate_kb_per_h = h.slope * 3600;
	out->rate_lo = fmin(h.lo, h.slope - half_interval(f)) * 3600;
	out->rate_hi = fmax(h.hi, h.slope + half_interval(f)) * 3600;
	out->growth_kb = h.slope * growth_span(f);
}

#define SMALL_JUMP .1 /* of the growth: whether it belongs to it is not asked, and the interval holds both answers */

/* A small jump beside a leak is left out of its rate, and may be the leak's all the same. */
static void allow_for_jumps(struct findings *f, struct series_verdict *out)
{
	double half = half_interval(f), gap;
	struct hac_slope h;

	if (f->mean_growth || !f->modelled || f->sawtooth || f->tr.segments > 1 || f->base.p != 1 ||
	    (f->fit.shape != SHAPE_STEP_TREND && f->fit.shape != SHAPE_STEPS_TREND))
		return;
	for (size_t j = f->base.p; j < f->tail; j++)
		if (fabs(f->model.beta[j]) > SMALL_JUMP * fabs(out->growth_kb))
			return;
	if (!line_through_all(f, &h) || !(half > 0))
		return;
	gap = fabs(h.slope - f->test.slope);
	f->test.se *= fmax(half, gap + fmin(half, SELECTED * effect_quantile(f->test.df) * h.se)) / half;
	out->rate_lo = (f->test.slope - half_interval(f)) * 3600;
	out->rate_hi = (f->test.slope + half_interval(f)) * 3600;
}

#define LINE_POINTS 3 /* fewer show no line */

/* The last tenth of the tail. */
static size_t last_tenth_start(const struct findings *f)
{
	size_t i = f->tr.n > LINE_POINTS ? f->tr.n - LINE_POINTS : 0;

	while (i > f->from && f->tr.t[i - 1] >= f->tr.t[f->tr.n - 1] - growth_span(f))
		i--;
	return i;
}

/* Where the last level begins: a line over a jump that shows beside the growth, or over a restart, would lie between the levels and touch neither. */
static size_t level_start(const struct findings *f)
{
	const size_t at[JUMPS_MAX] = { f->fit.at, f->fit.at2 };
	double growth = fabs(f->test.slope) * (f->tr.t[f->tr.n - 1] - f->tr.t[f->from]);
	size_t i = f->from;

	for (size_t k = 0; k < JUMPS_MAX && shape_jumps(f->fit.shape) && !f->mean_growth; k++) {
		bool shows =
			!f->modelled || f->base.p + k >= f->tail || !(fabs(f->model.beta[f->base.p + k]) < STEP_MATTERS * growth);

		if (shows && at[k] > i)
			i = at[k];
	}
	while (f->tr.segment[i] != f->tr.segment[f->tr.n - 1])
		i++;
	return i;
}

static void fit_line(const struct findings *f, struct fit_line *l)
{
	double n = 0, v = 0, r;
	size_t from = of_last_tenth(f) ? last_tenth_start(f) : level_start(f);

	*l = (struct fit_line){ .valid = true, .t0 = f->tr.t[from], .t1 = f->tr.t[f->tr.n - 1] };
	for (size_t i = from; i < f->tr.n; i++, n++) {
		l->t_mean += f->tr.t[i];
		l->y_mean += f->tr.y[i];
	}
	l->t_mean /= n;
	l->y_mean /= n;
	for (size_t i = from; i < f->tr.n; i++) {
		r = f->tr.y[i] - l->y_mean - f->test.slope * (f->tr.t[i] - l->t_mean);
		v += r * r;
	}
	double phi = fmin(fmax(f->test.phi, 0), .97);

	l->level_se = sqrt(v / n / n * (1 + phi) / (1 - phi));
	l->y0 = l->y_mean + f->test.slope * (l->t0 - l->t_mean);
	l->y1 = l->y_mean + f->test.slope * (l->t1 - l->t_mean);
	l->slope_lo = f->test.slope - half_interval(f);
	l->slope_hi = f->test.slope + half_interval(f);
}

/* The steps of the model that are more than counting: 16 quanta, as for a fall. Their order in the design is that in time. */
static void list_jumps(const struct findings *f, struct series_verdict *out)
{
	const size_t at[JUMPS_MAX] = { f->fit.at, f->fit.at2 };

	out->n_jumps = 0;
	if (!f->modelled || f->sawtooth || !shape_jumps(f->fit.shape))
		return;
	for (size_t k = 0; k < JUMPS_MAX && f->base.p + k < f->tail; k++)
		if (fabs(f->model.beta[f->base.p + k]) >= 16 * f->tr.quantum)
			out->jump[out->n_jumps++] = (struct jump){ f->tr.t[at[k]], f->model.beta[f->base.p + k] };
}

/*
 * Too few points for any of this: say how long until enough are there (points, not samples: after a gap many samples share one);
 * a huge clean growth is at least a suspicion.
 */
static void too_few(const struct context *x, const struct findings *f, struct series_verdict *out)
{
	double width = f->tr.width_s > 0 && isfinite(f->tr.width_s) ? f->tr.width_s : 0;

	if (f->tr.n > 2) /* a column that is read now and then gets a point now and then; a gap between is no habit */
		width *= fmax(1, median_small(f->tr.lag + 1, f->tr.n - 1));
	if (x->interval_s > width && isfinite(x->interval_s))
		width = x->interval_s;
	out->verdict = VERDICT_INSUFFICIENT;
	/* more of no values is no answer; and with one row of an unknown interval nobody knows how long it takes */
	out->need_more_s =
		out->samples == 0 || isnan(x->interval_s) ? NAN : fmax(4 * MIN_POINTS - (double)f->tr.n, 1) * fmax(width, 1e-3);
}

static bool huge_and_clean(const struct findings *f, const struct series_verdict *out)
{
	return f->tr.n >= HUGE_POINTS && f->test.z > 20 && f->persists &&
	       out->growth_kb > fmax(64 * f->tr.quantum, .1 * fabs(f->level));
}

/* Every number of a series verdict that may not exist. */
static size_t numbers_of(struct series_verdict *v, double *list[], size_t max)
{
	double *const all[] = { &v->rate_kb_per_h,
				&v->rate_lo,
				&v->rate_hi,
				&v->p_value,
				&v->q_value,
				&v->growth_kb,
				&v->ols_slope_kb_per_h,
				&v->ols_slope_kb_per_interval,
				&v->theil_sen_kb_per_h,
				&v->per_op_bytes,
				&v->per_op_lo,
				&v->per_op_hi,
				&v->per_connection_bytes,
				&v->per_connection_lo,
				&v->per_connection_hi,
				&v->per_reload_bytes,
				&v->per_reload_lo,
				&v->per_reload_hi,
				&v->onset_s,
				&v->warmup_s,
				&v->detectable_kb_per_h,
				&v->least_kb_per_h,
				&v->need_more_s,
				&v->start_kb,
				&v->end_kb };
	size_t n = sizeof(all) / sizeof(*all);

	for (size_t i = 0; i < n && i < max; i++)
		list[i] = all[i];
	return n < max ? n : max;
}

static void keep_finite(struct series_verdict *v)
{
	double *list[32];
	size_t n = numbers_of(v, list, 32);

	for (size_t i = 0; i < n; i++)
		if (!isfinite(*list[i]))
			*list[i] = NAN;
	if (v->fit.valid && !isfinite(v->fit.y0 + v->fit.y1 + v->fit.level_se + v->fit.slope_lo + v->fit.slope_hi))
		v->fit.valid = false;
}

static void clear(struct series_verdict *out, const struct column *c)
{
	double *list[32];

	memset(out, 0, sizeof(*out));
	snprintf(out->column, sizeof(out->column), "%s", c->name);
	out->samples = c->samples;
	for (size_t i = 0, n = numbers_of(out, list, 32); i < n; i++)
		*list[i] = NAN;
	out->warmup_s = 0;
}

static void decide(const struct context *x, struct findings *f, struct series_verdict *out)
{
	numbers(f, out);
	if (f->tr.n < MIN_POINTS) {
		too_few(x, f, out);
		if (huge_and_clean(f, out))
			out->verdict = VERDICT_SUSPECTED;
		return;
	}
	out->verdict = classify(f, x, out);
	out->kind = out->verdict == VERDICT_LEAK ? leak_kind_of(f, x->ops, x->rests) : LEAK_NONE;
	if (verdict_grows(out->verdict))
		out->onset_s = !f->sawtooth && (f->fit.shape == SHAPE_ONSET ||
						(f->fit.shape == SHAPE_BROKEN &&
						 (out->kind == LEAK_ACCELERATING || out->kind == LEAK_ONSET)))
				       ? f->tr.t[f->from]
				       : NAN;
	if (isfinite(out->onset_s))
		out->warmup_s = 0;
	if (verdict_grows(out->verdict)) {
		take_mean_growth(f, out);
		allow_for_jumps(f, out);
	}
	demand_power(f, out);
	fit_line(f, &out->fit);
	list_jumps(f, out);
}

/* What no shape explained is never proven by its end alone, but no noise that would need weeks hides it either. */
static void decide_again(const struct context *x, struct findings *f, struct series_verdict *out)
{
	if (growth_test(f) != SK_OK)
		return;
	decide(x, f, out);
	if (out->verdict != VERDICT_LEAK)
		return;
	out->verdict = VERDICT_SUSPECTED;
	out->kind = LEAK_NONE;
	demand_power(f, out);
}

/*
 * A cycle that no harmonics explain, such as days of which the weekend is calm, hides growth for weeks; the lowest points of its periods are as
 * calm as ever. They are few and may remember each other: no further than suspected, and only if they rise by more than half of the cycle's range.
 */
static void ask_low_points(const struct context *x, struct findings *f, struct series_verdict *out)
{
	struct sawtooth saw;
	struct floor_trend ft;
	double period = f->period_s, share;

	if (!isfinite(period) && season_period(&f->tr, &period, &share) != SK_OK)
		return;
	if (sawtooth_of_cycle(&f->tr, period, &saw) != SK_OK || sawtooth_floor(&saw, f->tr.quantum, &ft) != SK_OK ||
	    !(ft.p_up < x->alpha) || ft.last_half < .4 * ft.slope || ft.slope * f->span_s < .5 * saw.amplitude)
		return;
	f->low_points = f->persists = true;
	growth_take_floor(f, &ft, saw.n);
	numbers(f, out);
	if (out->rate_kb_per_h < x->min_rate || out->growth_kb < f->min_growth)
		return;
	out->verdict = VERDICT_SUSPECTED;
	demand_power(f, out);
	fit_line(f, &out->fit);
}

/* Not enough is known of the series as a whole: is there a part of it that tells more? */
static void look_again(const struct context *x, struct findings *f, struct series_verdict *out)
{
	if (explain_end(f))
		decide_again(x, f, out);
	else if (!f->sawtooth)
		ask_low_points(x, f, out);
}

/* Growth that is no more than the kernel's counters may be off by was not seen: how long until it would be more? */
static void doubt_counters(const struct context *x, struct findings *f, struct series_verdict *out)
{
	if (!verdict_grows(out->verdict) || !(out->growth_kb <= x->error_kb))
		return;
	f->error_kb = x->error_kb;
	out->verdict = VERDICT_INSUFFICIENT;
	out->kind = LEAK_NONE;
	out->onset_s = NAN;
	out->need_more_s = effect_need_more(1, 1, f->span_s, f->test.phi) + f->span_s * (x->error_kb / out->growth_kb - 1);
}

/*
 * What is counted goes up and down by whole processes and connections, in runs of both: where it grows by no more than that, what was
 * opened and never closed is not yet told from who is there just now.
 */
static void doubt_counts(struct findings *f, struct series_verdict *out)
{
	double swing = COUNT_SWING * f->noise;

	if (out->verdict != VERDICT_LEAK || !is_count(out->column) || f->sawtooth || !(out->growth_kb < swing))
		return;
	f->swing = swing;
	out->verdict = VERDICT_SUSPECTED;
	out->kind = LEAK_NONE;
	out->need_more_s = f->span_s * fmax(swing / out->growth_kb - 1, .1);
}

enum sk_code judge_column(const struct column *c, const struct context *x, struct findings *f, struct series_verdict *out)
{
	double from = isfinite(x->warmup_s) ? x->warmup_s : -INFINITY;

	clear(out, c);
	memset(f, 0, sizeof(*f));
	track_build(&f->tr, c, from, x->restart_s, x->n_restarts);
	if (describe(c, x, f, out) == SK_ENOMEM)
		return SK_ENOMEM;
	if (x->n_restarts > 0) /* a life too short to be judged has its levels all the same */
		column_ends(c, from, &out->start_kb, &out->end_kb);
	f->teeth = c->falls >= 8 && c->fall >= 16 * c->quantum && x->n_restarts == 0;
	f->limit_rate = effect_limit(f->level, x->min_rate, fmax(f->span_s, 1e-3));
	f->min_growth = fmax(8 * f->tr.quantum, x->min_rate * fmin(1, f->span_s / 3600));
	if (f->span_s < 3600)
		f->min_growth = fmax(f->min_growth, x->min_rate);
	if (find_out(x, f) == SK_OK)
		decide(x, f, out);
	else
		too_few(x, f, out);
	if (out->verdict == VERDICT_INSUFFICIENT && f->tr.n >= MIN_POINTS && !f->short_level)
		look_again(x, f, out);
	doubt_counters(x, f, out);
	doubt_counts(f, out);
	if (isfinite(x->warmup_s) && out->warmup_s < x->warmup_s)
		out->warmup_s = x->warmup_s;
	keep_finite(out);
	words_of_column(f, out);
	return SK_OK;
}
