/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The levels of load and idle periods, their trends, and what they say to the verdict: see cycles.h. */
#include "analysis/cycles.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "analysis/effect.h"
#include "analysis/known.h"
#include "analysis/ols.h"
#include "analysis/track.h"
#include "analysis/verdict.h"
#include "base/units.h"

#define SMALL_SHARE .25 /* of the growth that was seen: what flat cycles may still hide */

/* ---- levels ------------------------------------------------------------------------------------------------------------ */

static double mean_of(double a, double na, double b, double nb)
{
	if (na + nb <= 0)
		return NAN;
	return (na > 0 ? a * na : 0) / (na + nb) + (nb > 0 ? b * nb : 0) / (na + nb);
}

static void merge_neighbours(struct cycle_levels *l)
{
	for (size_t i = 0; i < CYCLE_POINTS / 2; i++) {
		size_t a = 2 * i, b = a + 1;

		l->point[i] = (struct cycle_point){
			mean_of(l->point[a].load_kb, l->load.n[a], l->point[b].load_kb, l->load.n[b]),
			mean_of(l->point[a].idle_kb, l->idle.n[a], l->point[b].idle_kb, l->idle.n[b]),
		};
		l->load.n[i] = l->load.n[a] + l->load.n[b];
		l->idle.n[i] = l->idle.n[a] + l->idle.n[b];
	}
	l->n = CYCLE_POINTS / 2;
	l->stride *= 2;
}

/* The mean without a level that is in it. */
static double mean_without(double mean, double n, double kb)
{
	return n > 1 ? mean + (mean - kb) / (n - 1) : NAN;
}

static void add_to(struct cycle_side *s, double *mean, size_t i, size_t nth, double kb)
{
	if (s->cycle == nth) {
		*mean = mean_without(*mean, s->n[i], s->last_kb);
		s->n[i]--;
	}
	*mean = mean_of(*mean, s->n[i], kb, 1);
	s->n[i]++;
	if (isnan(s->first_kb) || (s->cycle == nth && nth == 1))
		s->first_kb = kb;
	s->last_kb = kb;
	s->cycle = nth;
}

static void fill_to(struct cycle_levels *l, size_t n)
{
	for (; l->n < n; l->n++) {
		l->point[l->n] = (struct cycle_point){ NAN, NAN };
		l->load.n[l->n] = l->idle.n[l->n] = 0;
	}
}

void cycle_levels_add(struct cycle_levels *l, size_t cycle, bool idle, double kb)
{
	size_t i, nth = cycle + 1;

	if (l->stride == 0) {
		l->stride = 1;
		l->load.first_kb = l->load.last_kb = l->idle.first_kb = l->idle.last_kb = NAN;
	}
	if (!isfinite(kb) || cycle > (size_t)1 << 40)
		return;
	while (cycle / l->stride >= CYCLE_POINTS) {
		fill_to(l, CYCLE_POINTS);
		merge_neighbours(l);
	}
	i = cycle / l->stride;
	fill_to(l, i + 1);
	if (idle) {
		l->cycles += l->idle.cycle != nth;
		add_to(&l->idle, &l->point[i].idle_kb, i, nth, kb);
	} else {
		add_to(&l->load, &l->point[i].load_kb, i, nth, kb);
	}
}

static double plus(double a, double b)
{
	return isnan(b) ? a : a + b;
}

void cycle_levels_sum(const struct cycle_levels *a, const struct cycle_levels *b, struct cycle_levels *out)
{
	*out = *a;
	if (b->stride != a->stride)
		return;
	for (size_t i = 0; i < a->n && i < b->n; i++) {
		out->point[i].load_kb = plus(a->point[i].load_kb, b->point[i].load_kb);
		out->point[i].idle_kb = plus(a->point[i].idle_kb, b->point[i].idle_kb);
	}
	out->load.first_kb = plus(a->load.first_kb, b->load.first_kb);
	out->load.last_kb = plus(a->load.last_kb, b->load.last_kb);
	out->idle.first_kb = plus(a->idle.first_kb, b->idle.first_kb);
	out->idle.last_kb = plus(a->idle.last_kb, b->idle.last_kb);
}

/* ---- trends ------------------------------------------------------------------------------------------------------------ */

/*
 * Levels from the second cycle on, by the number of their cycle. Where the first is merged with later ones its point is
 * left out.
 */
static size_t later(const struct cycle_levels *l, bool idle, double *t, double *y)
{
	size_t n = 0;

	for (size_t i = 1; i < l->n; i++) {
		double kb = idle ? l->point[i].idle_kb : l->point[i].load_kb;

		if (!isfinite(kb))
			continue;
		t[n] = ((double)i + .5) * (double)l->stride;
		y[n++] = kb;
	}
	return n;
}

static bool trend(const double *t, const double *y, size_t n, double quantum, double *rate, double *lo, double *hi)
{
	struct ols fit;
	double stt = 0, mean = 0, half;

	if (n < 3 || ols_fit(t, y, n, &fit) != SK_OK)
		return false;
	for (size_t i = 0; i < n; i++)
		mean += t[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		stt += (t[i] - mean) * (t[i] - mean);
	/* a level is rounded to its quantum: errors spread evenly over one have this standard deviation */
	half = gsl_cdf_tdist_Pinv(.975, (double)n - 2) * fmax(fit.slope_se, quantum / sqrt(12) / sqrt(stt));
	*rate = fit.slope;
	*lo = fit.slope - half;
	*hi = fit.slope + half;
	return isfinite(*rate) && isfinite(half);
}

/* What a load brought and an idle period gave back. A load that brought less than a quantum says nothing. */
static double returned(const struct cycle_levels *l, double quantum)
{
	double share[CYCLE_POINTS];
	size_t n = 0;

	for (size_t i = 1; i < l->n; i++) {
		double rise = l->point[i].load_kb - l->point[i - 1].idle_kb;

		if (rise >= quantum && isfinite(l->point[i].idle_kb))
			share[n++] = (l->point[i].load_kb - l->point[i].idle_kb) / rise;
	}
	return median_small(share, n);
}

static bool last_was_there(const double *y, size_t n, double small_kb)
{
	double most = -INFINITY;

	for (size_t i = 0; i + 1 < n; i++)
		most = fmax(most, y[i]);
	return y[n - 1] <= most + small_kb;
}

void cycles_judge(const struct cycle_levels *l, double quantum, double small_kb, struct cycles *out)
{
	double t[CYCLE_POINTS], y[CYCLE_POINTS], lt[CYCLE_POINTS], ly[CYCLE_POINTS];
	size_t n = later(l, true, t, y), nl = later(l, false, lt, ly);
	struct cycles c = { .n = l->cycles };

	*out = (struct cycles){ l->cycles, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, false, false };
	if (l->stride == 0 || l->cycles < CYCLES_MIN || !trend(t, y, n, quantum, &c.idle_rate, &c.idle_lo, &c.idle_hi) ||
	    !trend(lt, ly, nl, quantum, &c.load_rate, &c.load_lo, &c.load_hi))
		return;
	*out = c;
	out->returned_share = returned(l, quantum);
	out->first_peak_kb = l->load.first_kb;
	out->last_peak_kb = l->load.last_kb;
	out->idle_growth_hi_kb = out->idle_hi * (t[n - 1] - t[0]);
	out->idle_grows = out->idle_lo > 0;
	out->flat = out->idle_lo <= 0 && out->load_lo <= 0 && last_was_there(y, n, small_kb);
}

/* ---- the verdict ------------------------------------------------------------------------------------------------------- */

static const struct cycle_levels *levels_of(const struct evidence *ev, const char *column)
{
	for (size_t i = 0; i < ev->n_cycles; i++)
		if (strcmp(ev->cycles[i].column, column) == 0)
			return &ev->cycles[i];
	return NULL;
}

/* What is asked of a column, and how much time its cycles took. */
struct judged_by {
	const struct cycles *c;
	double small_kb, least_rate; /* KiB, KiB/h */
	double hours;                /* of the run */
	bool restarted;              /* another process has other memory: levels on both sides of that tell nothing of a trend */
};

static const char *rate_words(char *buf, size_t n, const struct series_verdict *s)
{
	if (is_count(s->column))
		snprintf(buf, n, "%+.3g per hour", verdict_excludes(s));
	else
		fmt_kb_rate(buf, n, verdict_excludes(s));
	return buf;
}

static void flat_words(const struct cycles *c, struct series_verdict *s)
{
	char was[512], back[48] = "", rate[48];

	snprintf(was, sizeof(was), "%s", s->why);
	if (isfinite(c->returned_share))
		snprintf(back, sizeof(back), ", %.0f %% of what a load brings goes when idle",
			 100 * fmin(fmax(c->returned_share, 0), 1) + 0.0);
	snprintf(s->why, sizeof(s->why),
		 "no leak: in %zu cycles of load and idle the levels after each idle period go nowhere from the second on%s, and "
		 "later loads need no more than the ones before (memory that is kept and used again); growth of the levels above "
		 "%s would have been found; without the cycles: %.150s",
		 c->n, back, rate_words(rate, sizeof(rate), s), was);
}

static void unsure_words(const struct cycles *c, struct series_verdict *s)
{
	char was[512], rate[48], more[40];

	snprintf(was, sizeof(was), "%s", s->why);
	snprintf(s->why, sizeof(s->why),
		 "in %zu cycles of load and idle the levels after each idle period go nowhere that could be proven, but up to %s "
		 "could have been missed: run %s more to decide; without the cycles: %.200s",
		 c->n, rate_words(rate, sizeof(rate), s), fmt_duration(more, sizeof(more), s->need_more_s), was);
}

static void growing_words(const struct cycles *c, struct series_verdict *s)
{
	char each[40], lo[40], hi[40];
	size_t n = strlen(s->why);

	snprintf(s->why + n, sizeof(s->why) - n, "; after each idle period %s more than after the one before (95%%: %s to %s)",
		 fmt_kb(each, sizeof(each), c->idle_rate), fmt_kb(lo, sizeof(lo), c->idle_lo),
		 fmt_kb(hi, sizeof(hi), c->idle_hi));
}

static void say_growth(const struct cycles *c, struct series_verdict *s)
{
	if (verdict_grows(s->verdict) && c->idle_grows)
		growing_words(c, s);
}

/* The numbers of the line through the idle levels, in the place of those of the leak that it is not. */
static void take_idle_line(const struct judged_by *j, struct series_verdict *s)
{
	double per_hour = (double)j->c->n / j->hours;

	s->rate_kb_per_h = j->c->idle_rate * per_hour;
	s->rate_lo = j->c->idle_lo * per_hour;
	s->rate_hi = j->c->idle_hi * per_hour;
	s->detectable_kb_per_h = fmax(s->detectable_kb_per_h, s->rate_hi);
	s->p_value = s->q_value = s->onset_s = s->need_more_s = NAN;
	s->per_op_bytes = s->per_op_lo = s->per_op_hi = NAN;
	s->per_connection_bytes = s->per_connection_lo = s->per_connection_hi = NAN;
	s->per_reload_bytes = s->per_reload_lo = s->per_reload_hi = NAN;
	s->kind = LEAK_NONE;
	s->grows_with = GROWS_UNKNOWN;
	s->fit.valid = false; /* of the growth: none is left to be drawn */
}

static void overrule_one(const struct judged_by *j, struct series_verdict *s)
{
	const struct cycles *c = j->c;
	double limit = effect_limit(s->end_kb, j->least_rate, j->hours * 3600);

	if (!verdict_grows(s->verdict) || s->kind == LEAK_ACROSS_RESTARTS || j->restarted || !c->flat || !(j->hours > 0) ||
	    !(c->idle_growth_hi_kb <= fmax(j->small_kb, SMALL_SHARE * s->growth_kb)))
		return;
	take_idle_line(j, s);
	if (s->detectable_kb_per_h <= limit) {
		s->verdict = VERDICT_PLATEAU;
		flat_words(c, s);
		return;
	}
	s->verdict = VERDICT_INSUFFICIENT;
	s->need_more_s = effect_need_more(s->detectable_kb_per_h, limit, j->hours * 3600, 0);
	unsure_words(c, s);
}

/* No level of memory tells anything of these: they stay what they are, and the run with them. */
static bool something_else_leaks(const struct verdict *v)
{
	static const char *const names[] = { "shmem_kb", "vsz_kb", "processes", "threads", "fds" };

	for (size_t i = 0; i < v->n_series; i++)
		for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++)
			if (v->series[i].verdict == VERDICT_LEAK && strcmp(v->series[i].column, names[k]) == 0 &&
			    strcmp(v->main.column, names[k]) != 0)
				return true;
	return false;
}

static double hours_of(const struct evidence *ev, const char *column)
{
	const struct series *s = evidence_samples(ev, column);

	return (s ? s->last_t - s->first_t : (double)ev->samples * ev->interval_s) / 3600;
}

static bool judge_column_cycles(const struct evidence *ev, const struct verdict_options *opt, const char *column,
				struct cycles *out, struct judged_by *j)
{
	const struct cycle_levels *l = levels_of(ev, column);
	bool count = is_count(column);

	*j = (struct judged_by){ .c = out, .hours = hours_of(ev, column), .restarted = ev->n_restarts > 0 };
	j->least_rate = count ? 1 : opt->min_rate_kb_per_h;
	j->small_kb = count ? 1 : opt->min_rate_kb_per_h * fmax(1, j->hours);
	if (l)
		cycles_judge(l, count ? 1 : PAGE_KB, j->small_kb, out);
	return l != NULL;
}

void cycles_overrule(const struct evidence *ev, const struct verdict_options *opt, struct verdict *v)
{
	struct judged_by j;
	struct cycles c;

	for (size_t i = 0; ev->n_cycles && i < v->n_series; i++)
		if (judge_column_cycles(ev, opt, v->series[i].column, &c, &j)) {
			say_growth(&c, &v->series[i]);
			overrule_one(&j, &v->series[i]);
		}
	if (!ev->n_cycles || !judge_column_cycles(ev, opt, v->main.column, &v->cycles, &j))
		return;
	say_growth(&v->cycles, &v->main);
	if (!something_else_leaks(v))
		overrule_one(&j, &v->main);
}
