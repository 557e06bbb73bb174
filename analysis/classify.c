/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The thresholds of the decision, in one place: what is proven, what is suspected, what the rest is called. */
#include "analysis/classify.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "analysis/effect.h"

#define OVER_JUMPS   3 /* BIC by which growth must beat one or two steps, */
#define OVER_CURVES  1 /* a curve that ends, */
#define OVER_FLAT    3 /* a level that wanders, */
#define OVER_WALK    5 /* the more where the noise's autocorrelation is above */
#define WANDERS      .85
#define SHORT_LEVEL  10  /* a level that ends growth is seen for this part of the run at least, and for */
#define LEVEL_POINTS 8   /* points */
#define MATTERS      1.5 /* times the growth that must have been excluded */
#define ENOUGH       3   /* times the growth that may be a leak: what every server takes in its first minutes is less */
#define NO_BEND      5   /* BIC by which a bend must be worse where the last third is slow */

/*
 * How far the growing shape leads: over a shape without growth that explains it nearly as well, less the lead that it must have.
 * Jumps in noise look like a line more often than the trend test knows; a curve that ends is refuted by persistence as well.
 */
static double lead(const struct shape_fit *s, double over_flat, double over_jumps, double over_curves)
{
	double least = s->bic_of[SHAPE_FLAT] - over_flat;

	least = fmin(least, fmin(s->bic_of[SHAPE_STEP], s->bic_of[SHAPE_STEPS]) - over_jumps);
	least = fmin(least, fmin(s->bic_of[SHAPE_WARMUP], fmin(s->bic_of[SHAPE_WARMUPS], s->bic_of[SHAPE_FILL])) - over_curves);
	return least - s->bic;
}

/*
 * A look on the way must prove more than one at the end, of other shapes too: BIC by a third of what it must have more of z squared. All of it would
 * leave nothing to say before the end (docs/method.md, Online).
 */
static double early(const struct context *x)
{
	double z = gsl_cdf_ugaussian_Qinv(x->alpha), at_end = gsl_cdf_ugaussian_Qinv(VERDICT_ALPHA);

	return fmax(0, z * z - at_end * at_end) / 3;
}

static bool leads(const struct findings *f, const struct context *x)
{
	return lead(&f->fit, f->test.phi > WANDERS ? OVER_WALK : OVER_FLAT, OVER_JUMPS, OVER_CURVES) >= early(x);
}

/* It goes on: the last third is as steep as the rest, or a curve that ends explains it so much worse that a slow third is chance. */
static bool goes_on(const struct findings *f)
{
	const double *bic = f->fit.bic_of;

	return f->persists || (f->tr.segments == 1 && !f->sawtooth && f->fit.shape == SHAPE_TREND && f->warmup_s == 0 &&
			       fmin(bic[SHAPE_WARMUP], fmin(bic[SHAPE_FILL], bic[SHAPE_BROKEN])) - f->fit.bic > NO_BEND);
}

/* Of a cycle only two periods are seen: growth must exceed its range. */
static bool hides_in_cycle(const struct findings *f, const struct series_verdict *out)
{
	return f->period_s * 2.5 > f->span_s && out->growth_kb < f->cycle; /* period_s may be NaN */
}

/* Too little to be called growth. */
static bool is_small(const struct findings *f, const struct series_verdict *out)
{
	return out->growth_kb + f->before < f->min_growth;
}

/* Growing, and every test passed. A searched knee has a harder threshold, a second look after a warm-up and few points as well. */
static bool proven(const struct findings *f, const struct context *x, const struct series_verdict *out)
{
	double z = gsl_cdf_ugaussian_Qinv(x->alpha) + 24 / (double)f->tr.n;

	if (f->fit.shape == SHAPE_ONSET || f->fit.shape == SHAPE_BROKEN || f->warmup_s > 0)
		z += .7;
	if (f->sawtooth ? f->test.p_up > x->alpha : !leads(f, x))
		return false;
	if (f->wavy || hides_in_cycle(f, out))
		return false;
	if (f->falls > 1) /* a line that falls back again and again is what a cache or a collector looks like in a short run */
		return false;
	return f->tr.n >= LEAK_POINTS && f->test.z > z && goes_on(f) && out->rate_lo > 0 && out->rate_kb_per_h >= x->min_rate &&
	       !is_small(f, out);
}

static bool suspicious(const struct findings *f, const struct context *x, const struct series_verdict *out)
{
	if (out->rate_kb_per_h < x->min_rate || is_small(f, out) || !f->persists)
		return false;
	return f->test.p_up < .05 || (!f->sawtooth && f->test.z > 1 && lead(&f->fit, 0, 0, 0) > 10);
}

/* A shape has a name when it shows: 16 quanta, and half a percent of the level or clear of the noise. */
static bool worth_a_name(const struct findings *f, double change)
{
	return change >= 16 * f->tr.quantum && (change >= .005 * fabs(f->level) || change >= 4 * f->noise);
}

/* Two jumps with hardly a point between them, or one at the edge: spikes that touch. */
static bool brief(const struct findings *f)
{
	size_t a = f->fit.at, b = f->fit.at2;

	if (b > 0)
		return b - a <= 3 || (a <= 3 && b + 3 >= f->tr.n);
	return a <= 2 || a + 2 >= f->tr.n;
}

static enum verdict_class name_of_rest(const struct findings *f)
{
	enum shape s = f->fit.shape;

	if (f->sawtooth)
		return VERDICT_SAWTOOTH;
	if (f->regimes.jumps > 0 && f->cycle > fabs(f->change) && worth_a_name(f, f->cycle))
		return f->regimes.returns ? VERDICT_SAWTOOTH : VERDICT_STEP;
	if (f->cycle > fabs(f->change) && worth_a_name(f, f->cycle))
		return f->load ? VERDICT_LOAD : VERDICT_SAWTOOTH;
	if (shape_jumps(s) && worth_a_name(f, fabs(f->change)) && !brief(f))
		return VERDICT_STEP;
	if ((shape_slows(s) || s == SHAPE_TREND) && worth_a_name(f, f->change) && !(s == SHAPE_TREND && f->persists))
		return VERDICT_PLATEAU;
	if (worth_a_name(f, f->warmed))
		return VERDICT_PLATEAU;
	if (f->load)
		return VERDICT_LOAD;
	return f->teeth || isfinite(f->period_s) ? VERDICT_SAWTOOTH : VERDICT_STABLE;
}

static bool shrinks(const struct findings *f, const struct context *x, const struct series_verdict *out)
{
	if (-f->rise < .5 * -out->growth_kb) /* the falling flank of a storm that is over: the whole run is not that much lower */
		return false;
	return shape_grows(f->fit.shape) && f->test.z < -2.6 && (f->sawtooth || leads(f, x)) &&
	       out->rate_kb_per_h <= -x->min_rate && -out->growth_kb >= f->min_growth;
}

/* The whole interval lies above what this run can tell from noise: whatever the shape is called, "no leak" would be false. */
static bool undeniable(const struct findings *f, const struct context *x, const struct series_verdict *out)
{
	return !is_small(f, out) && out->rate_lo > fmax(x->min_rate, out->detectable_kb_per_h);
}

enum verdict_class classify(const struct findings *f, const struct context *x, const struct series_verdict *out)
{
	if (shape_grows(f->fit.shape) && out->rate_kb_per_h > 0) {
		if (proven(f, x, out))
			return VERDICT_LEAK;
		if (suspicious(f, x, out))
			return VERDICT_SUSPECTED;
	}
	if (undeniable(f, x, out))
		return VERDICT_SUSPECTED;
	return shrinks(f, x, out) ? VERDICT_SHRINKING : name_of_rest(f);
}

static bool needs_power(enum verdict_class c)
{
	return c == VERDICT_STABLE || c == VERDICT_PLATEAU || c == VERDICT_STEP || c == VERDICT_SAWTOOTH || c == VERDICT_LOAD;
}

/* KiB/h before the knee, where a line goes over into a level or into hardly any growth; else 0. */
static double rate_before(const struct findings *f)
{
	if ((f->fit.shape != SHAPE_FILL && f->fit.shape != SHAPE_BROKEN) || f->tr.segments != 1 ||
	    f->change < ENOUGH * f->min_growth)
		return 0;
	return f->change / (f->tr.t[f->fit.at] - f->tr.t[0]) * 3600;
}

/* Growth that would have mattered ended. */
static bool levels_off(const struct findings *f)
{
	return rate_before(f) > MATTERS * f->limit_rate;
}

/* Growth that ended so shortly before the end of the run that it may only have paused. */
static bool level_is_short(const struct findings *f)
{
	size_t n = f->tr.n;

	return levels_off(f) && (n - f->fit.at < n / SHORT_LEVEL || n - f->fit.at < LEVEL_POINTS);
}

/* How long it must be: the run becomes longer meanwhile. */
static double level_wanted_s(const struct findings *f)
{
	return fmax(f->tr.t[f->fit.at] / (SHORT_LEVEL - 1), (LEVEL_POINTS + 1) * f->span_s / (double)f->tr.n);
}

/* The growth that must have been excluded; after growth that ended, a fifth of it. */
static double limit_of(const struct findings *f)
{
	double cycle = (f->sawtooth ? f->saw.amplitude : f->cycle) / f->span_s * 3600;

	return fmax(levels_off(f) ? fmin(f->limit_rate, rate_before(f) / 5) : f->limit_rate, cycle);
}

void demand_power(struct findings *f, struct series_verdict *out)
{
	double limit = limit_of(f);
	bool calm = needs_power(out->verdict);

	f->limit_rate = limit;
	f->short_level = calm && level_is_short(f);
	out->need_more_s = NAN;
	if (calm && (f->short_level || !(out->detectable_kb_per_h <= limit) || (levels_off(f) && out->rate_hi > limit))) {
		out->verdict = VERDICT_INSUFFICIENT;
		out->need_more_s = effect_need_more(out->detectable_kb_per_h, limit, f->span_s, f->test.phi);
	}
	if (f->short_level)
		out->need_more_s = fmax(out->need_more_s, level_wanted_s(f) - (f->tr.t[f->tr.n - 1] - f->tr.t[f->fit.at]));
	if (out->verdict == VERDICT_SUSPECTED) {
		double goes_on = f->persists && f->fell == 0 && !f->early ? 0 : 1. / 3; /* does it? a third more shows it */

		out->need_more_s = fmax(effect_need_more(3, fmax(f->test.z, .5), f->span_s, f->test.phi),
					f->span_s * fmax(LEAK_POINTS / (double)f->tr.n - 1, goes_on));
	}
}
