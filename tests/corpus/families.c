/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The families of the goals: flat, periodic, filling and stepping ones that do not leak, and leaks as they are met. */
#include <gsl/gsl_randist.h>

#include "tests/corpus/draw.h"

static void white(struct corpus_series *s, gsl_rng *r)
{
	(void)r;
	s->phi = 0;
}

static void ar1(struct corpus_series *s, gsl_rng *r)
{
	s->phi = uniform(r, .3, .98);
}

static void near_random_walk(struct corpus_series *s, gsl_rng *r)
{
	s->phi = coin(r, .5) ? 1 : uniform(r, .985, 1);
}

static void warmup(struct corpus_series *s, gsl_rng *r)
{
	double tau = log_uniform(r, .02, .3);

	add_warmup(s, s->sd_kb * log_uniform(r, 10, 200), tau);
	s->right = 1u << VERDICT_PLATEAU;
}

static void fill(struct corpus_series *s, gsl_rng *r)
{
	double rise = s->sd_kb * log_uniform(r, 10, 200), end = uniform(r, .1, .7);

	for (size_t i = 0; i < s->n; i++)
		s->y[i] += rise * fmin(at(s, i) / end, 1);
	s->right = 1u << VERDICT_PLATEAU;
}

static void sawtooth(struct corpus_series *s, gsl_rng *r)
{
	add_sawtooth(s, r);
	s->right = 1u << VERDICT_SAWTOOTH;
}

/* A day where the run has `least` of them, or another of at least `least` periods. */
static double draw_period(const struct corpus_series *s, gsl_rng *r, double least)
{
	return span(s) > least * 86400 && coin(r, .5) ? 86400 : span(s) / uniform(r, least, 10);
}

static void daily(struct corpus_series *s, gsl_rng *r)
{
	add_load_cycle(s, r, draw_period(s, r, 2), false);
}

static void multi_period(struct corpus_series *s, gsl_rng *r)
{
	add_load_cycle(s, r, draw_period(s, r, 2), true);
}

static void steps(struct corpus_series *s, gsl_rng *r)
{
	size_t k = 1 + gsl_rng_uniform_int(r, 3);

	for (size_t j = 0; j < k; j++) {
		double where = uniform(r, .1, .9), jump = s->sd_kb * log_uniform(r, 6, 60);

		if (!coin(r, .75))
			jump = -jump;
		for (size_t i = 0; i < s->n; i++)
			s->y[i] += at(s, i) >= where ? jump : 0;
	}
	s->right = 1u << VERDICT_STEP;
}

static void load_blocks(struct corpus_series *s, gsl_rng *r)
{
	double load[CORPUS_MAX], block = span(s) / uniform(r, 5, 20), until = 0, now = 0, per = s->sd_kb * log_uniform(r, 6, 60);

	for (size_t i = 0; i < s->n; i++) {
		if (s->t[i] >= until) {
			now = (double)gsl_rng_uniform_int(r, 4);
			until = s->t[i] + block * uniform(r, .6, 1.4);
		}
		load[i] = 50 + 100 * now;
		s->y[i] += per * now / 3;
	}
	if (coin(r, .5))
		count_ops(s, r, load);
	s->right = 1u << VERDICT_LOAD | 1u << VERDICT_SAWTOOTH | (s->has_ops ? 0 : 1u << VERDICT_STEP);
}

static void spikes(struct corpus_series *s, gsl_rng *r)
{
	add_spikes(s, r);
}

static void restarts(struct corpus_series *s, gsl_rng *r)
{
	double warm = s->sd_kb * log_uniform(r, 3, 40), tau = uniform(r, .01, .05) * span(s);

	add_restarts(s, r);
	for (size_t i = 0; i < s->n; i++)
		s->y[i] += warm * (1 - exp(-(s->t[i] - s->t[life_start(s, i)]) / tau));
	s->right = 1u << VERDICT_STABLE | 1u << VERDICT_PLATEAU;
}

static void shrinking(struct corpus_series *s, gsl_rng *r)
{
	double rise = fmin(drawn_rise(s, r, 1), .8 * s->level_kb);

	for (size_t i = 0; i < s->n; i++)
		s->y[i] -= rise * at(s, i);
	s->right = 1u << VERDICT_SHRINKING;
}

static void small_drift(struct corpus_series *s, gsl_rng *r)
{
	double rate = MIN_RATE * uniform(r, .1, .6);

	for (size_t i = 0; i < s->n; i++)
		s->y[i] += rate * s->t[i] / 3600;
}

static void gaps(struct corpus_series *s, gsl_rng *r)
{
	make_gaps(s, r);
}

static void leak_white(struct corpus_series *s, gsl_rng *r)
{
	s->phi = 0;
	add_line(s, drawn_rise(s, r, 1), 0);
}

static void leak_ar1(struct corpus_series *s, gsl_rng *r)
{
	s->phi = uniform(r, .3, .9);
	add_line(s, drawn_rise(s, r, 1), 0);
}

static void leak_sawtooth(struct corpus_series *s, gsl_rng *r)
{
	add_sawtooth(s, r);
	add_line(s, drawn_rise(s, r, 1), 0);
	s->kinds = 1u << LEAK_UNDER_SAWTOOTH;
}

static void leak_daily(struct corpus_series *s, gsl_rng *r)
{
	add_load_cycle(s, r, draw_period(s, r, 2.5), false);
	add_line(s, drawn_rise(s, r, 1), 0);
}

static void leak_onset(struct corpus_series *s, gsl_rng *r)
{
	double from = uniform(r, .25, .7);

	add_line(s, drawn_rise(s, r, 1 - from), from);
}

static void leak_staircase(struct corpus_series *s, gsl_rng *r)
{
	double rise = drawn_rise(s, r, 1), stairs = floor(log_uniform(r, 8, 40)), phase = uniform(r, 0, 1);

	add_line(s, rise, 0);
	for (size_t i = 0; i < s->n; i++)
		s->y[i] = rise / stairs * floor(at(s, i) * stairs + phase);
	s->kinds = 1u << LEAK_STAIRCASE;
	s->sd_kb = fmin(s->sd_kb, rise / stairs / 4); /* else it is a line */
}

static void leak_warmup(struct corpus_series *s, gsl_rng *r)
{
	double tau;

	add_line(s, drawn_rise(s, r, 1), 0);
	tau = log_uniform(r, .01, .1);
	add_warmup(s, s->sd_kb * log_uniform(r, 10, 100), tau);
}

/* Rate over the last tenth. */
static void leak_accelerating(struct corpus_series *s, gsl_rng *r)
{
	double rise = drawn_rise(s, r, 1) * 1.5, power = uniform(r, 2, 3);

	add_line(s, rise, 0);
	for (size_t i = 0; i < s->n; i++)
		s->y[i] = rise * pow(at(s, i), power);
	s->kinds = 1u << LEAK_ACCELERATING;
	s->rate_kb_per_h = rise * (1 - pow(.9, power)) / (.1 * hours(s));
}

static void leak_restarts(struct corpus_series *s, gsl_rng *r)
{
	double rise = drawn_rise(s, r, 1);

	add_restarts(s, r);
	add_line(s, rise * 1.5, 0);
	for (size_t i = 0; i < s->n; i++)
		s->y[i] = rise * 1.5 * (s->t[i] - s->t[life_start(s, i)]) / span(s);
	s->kinds = 1u << LEAK_ACROSS_RESTARTS;
}

static void leak_bursts(struct corpus_series *s, gsl_rng *r)
{
	double load[CORPUS_MAX], bursts = floor(uniform(r, 5, 13)), share = uniform(r, .15, .4), phase = uniform(r, 0, 1),
				 sum = 0;
	double rise = drawn_rise(s, r, 1);

	for (size_t i = 0; i < s->n; i++) {
		double c = at(s, i) * bursts + phase;
		bool on = c - floor(c) < share;

		load[i] = on ? 400 : 20;
		sum += on;
		s->y[i] = sum;
	}
	for (size_t i = 0; i < s->n; i++)
		s->y[i] *= rise / sum;
	if (coin(r, .5))
		count_ops(s, r, load);
	set_leak(s, LEAK_BURSTY, rise / hours(s));
}

static void leak_spikes(struct corpus_series *s, gsl_rng *r)
{
	add_line(s, drawn_rise(s, r, 1), 0);
	add_spikes(s, r);
}

static void leak_gaps(struct corpus_series *s, gsl_rng *r)
{
	make_gaps(s, r);
	add_line(s, drawn_rise(s, r, 1), 0);
}

const struct corpus_family corpus_families[] = {
	{ "white", 1, false, white },
	{ "ar1", 2, false, ar1 },
	{ "near-random-walk", 3, false, near_random_walk },
	{ "warmup", 4, false, warmup },
	{ "fill", 5, false, fill },
	{ "sawtooth", 6, false, sawtooth },
	{ "daily", 7, false, daily },
	{ "multi-period", 8, false, multi_period },
	{ "steps", 9, false, steps },
	{ "load-blocks", 10, false, load_blocks },
	{ "spikes", 11, false, spikes },
	{ "restarts", 12, false, restarts },
	{ "shrinking", 13, false, shrinking },
	{ "small-drift", 14, false, small_drift },
	{ "gaps", 15, false, gaps },
	{ "leak-white", 16, true, leak_white },
	{ "leak-ar1", 17, true, leak_ar1 },
	{ "leak-sawtooth", 18, true, leak_sawtooth },
	{ "leak-daily", 19, true, leak_daily },
	{ "leak-onset", 20, true, leak_onset },
	{ "leak-staircase", 21, true, leak_staircase },
	{ "leak-warmup", 22, true, leak_warmup },
	{ "leak-accelerating", 23, true, leak_accelerating },
	{ "leak-restarts", 24, true, leak_restarts },
	{ "leak-bursts", 25, true, leak_bursts },
	{ "leak-spikes", 26, true, leak_spikes },
	{ "leak-gaps", 27, true, leak_gaps },
};
const size_t corpus_n_families = sizeof(corpus_families) / sizeof(*corpus_families);
