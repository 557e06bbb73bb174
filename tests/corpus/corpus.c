/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The families. A draw function sets the shape without noise in y; what is common is drawn before it and added after it. */
#include "tests/corpus/corpus.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#define MIN_RATE 64. /* KiB per hour: --min-rate */
#define PAGE     4.

static double uniform(gsl_rng *r, double a, double b)
{
	return a + (b - a) * gsl_rng_uniform(r);
}

static double log_uniform(gsl_rng *r, double a, double b)
{
	return exp(uniform(r, log(a), log(b)));
}

static bool coin(gsl_rng *r, double p)
{
	return gsl_rng_uniform(r) < p;
}

static double span(const struct corpus_series *s)
{
	return s->t[s->n - 1];
}

static double hours(const struct corpus_series *s)
{
	return span(s) / 3600;
}

/* Where a sample lies in the run, 0 .. 1. */
static double at(const struct corpus_series *s, size_t i)
{
	return s->t[i] / span(s);
}

/* A rise over `part` of the run that an attentive reader of the plot sees, and that is no drift below --min-rate. */
static double drawn_rise(const struct corpus_series *s, gsl_rng *r, double part)
{
	return fmax(s->sd_kb * log_uniform(r, 8, 100), 1.5 * MIN_RATE * hours(s) * part);
}

static void common(struct corpus_series *s, gsl_rng *r)
{
	static const double interval[] = { 30, 60, 120, 300 };

	s->n = (size_t)log_uniform(r, 120, CORPUS_MAX + .99);
	s->interval_s = interval[gsl_rng_uniform_int(r, 4)];
	s->level_kb = log_uniform(r, 20 * 1024, 8 * 1024 * 1024.);
	s->sd_kb = fmin(log_uniform(r, 40, 8192), s->level_kb / 20);
	s->phi = coin(r, .5) ? 0 : uniform(r, .1, .8);
	for (size_t i = 0; i < s->n; i++)
		s->t[i] = (double)i * s->interval_s;
}

static void add_line(struct corpus_series *s, double rise, double from)
{
	for (size_t i = 0; i < s->n; i++)
		s->y[i] += rise * fmax(at(s, i) - from, 0) / (1 - from);
	s->leaking = true;
	s->kind = from > 0 ? LEAK_ONSET : LEAK_LINEAR;
	s->right = 1u << VERDICT_LEAK;
	s->rate_kb_per_h = rise / (1 - from) / hours(s);
	if (from > 0)
		s->onset_s = from * span(s);
}

static void add_warmup(struct corpus_series *s, double rise, double tau)
{
	for (size_t i = 0; i < s->n; i++)
		s->y[i] += rise * (1 - exp(-at(s, i) / tau));
}

/* Only what tells time: the truth of restarts is in pid. */
static void add_restarts(struct corpus_series *s, gsl_rng *r)
{
	size_t k = 1 + gsl_rng_uniform_int(r, 5), life = s->n / (k + 1);

	s->has_pid = true;
	for (size_t i = 0; i < s->n; i++)
		s->pid[i] = 1000;
	for (size_t j = 1; j <= k; j++) {
		size_t from = j * life + gsl_rng_uniform_int(r, life / 4 + 1);

		s->restart_s[s->n_restarts++] = s->t[from];
		for (size_t i = from; i < s->n; i++)
			s->pid[i] = 1000 + (int)j;
	}
}

static size_t life_start(const struct corpus_series *s, size_t i)
{
	while (i > 0 && s->pid[i - 1] == s->pid[i])
		i--;
	return i;
}

static void add_sawtooth(struct corpus_series *s, gsl_rng *r)
{
	double period = span(s) / uniform(r, 7, fmin(60, (double)s->n / 12)), amplitude = s->sd_kb * log_uniform(r, 10, 100);
	double phase = uniform(r, 0, 1);

	for (size_t i = 0; i < s->n; i++) {
		double c = s->t[i] / period + phase;

		s->y[i] += amplitude * (c - floor(c));
	}
}

static double draw_period(struct corpus_series *s, gsl_rng *r, double least)
{
	return span(s) > least * 86400 && coin(r, .5) ? 86400 : span(s) / uniform(r, least, 10);
}

/* Load as operations per second of each sample, accumulated. */
static void count_ops(struct corpus_series *s, gsl_rng *r, const double *load)
{
	double sum = 0;

	s->has_ops = true;
	for (size_t i = 0; i < s->n; i++) {
		if (i > 0)
			sum += gsl_ran_poisson(r, fmax(load[i], 0) * (s->t[i] - s->t[i - 1]));
		s->ops[i] = sum;
	}
}

static void add_cycle(struct corpus_series *s, gsl_rng *r, double period, double amplitude, double *load)
{
	double phase = uniform(r, 0, 2 * M_PI), second = uniform(r, 0, .4), shift = uniform(r, 0, 2 * M_PI);

	for (size_t i = 0; i < s->n; i++) {
		double a = 2 * M_PI * s->t[i] / period, v = sin(a + phase) + second * sin(2 * a + shift);

		s->y[i] += amplitude / 2 * v;
		load[i] += v;
	}
}

static void draw_cycle(struct corpus_series *s, gsl_rng *r, double least, bool multi, double *load)
{
	double period = draw_period(s, r, least), amplitude = s->sd_kb * log_uniform(r, 6, 60);

	for (size_t i = 0; i < s->n; i++)
		load[i] = 0;
	add_cycle(s, r, period, amplitude, load);
	if (multi)
		add_cycle(s, r, period / (coin(r, .5) ? 7 : uniform(r, 2.5, 5)), amplitude * uniform(r, .3, .8), load);
	for (size_t i = 0; i < s->n; i++)
		load[i] = 200 + 60 * load[i];
	if (coin(r, .5))
		count_ops(s, r, load);
	s->right = s->has_ops ? 1u << VERDICT_LOAD | 1u << VERDICT_SAWTOOTH : 1u << VERDICT_SAWTOOTH | 1u << VERDICT_LOAD;
}

static void white(struct corpus_series *s, void *r)
{
	(void)r;
	s->phi = 0;
}

static void ar1(struct corpus_series *s, void *r)
{
	s->phi = uniform(r, .3, .98);
}

static void near_random_walk(struct corpus_series *s, void *r)
{
	s->phi = coin(r, .5) ? 1 : uniform(r, .985, 1);
}

static void warmup(struct corpus_series *s, void *r)
{
	add_warmup(s, s->sd_kb * log_uniform(r, 10, 200), log_uniform(r, .02, .3));
	s->right = 1u << VERDICT_PLATEAU;
}

static void fill(struct corpus_series *s, void *r)
{
	double rise = s->sd_kb * log_uniform(r, 10, 200), end = uniform(r, .1, .7);

	for (size_t i = 0; i < s->n; i++)
		s->y[i] += rise * fmin(at(s, i) / end, 1);
	s->right = 1u << VERDICT_PLATEAU;
}

static void sawtooth(struct corpus_series *s, void *r)
{
	add_sawtooth(s, r);
	s->right = 1u << VERDICT_SAWTOOTH;
}

static void daily(struct corpus_series *s, void *r)
{
	double load[CORPUS_MAX];

	draw_cycle(s, r, 2, false, load);
}

static void multi_period(struct corpus_series *s, void *r)
{
	double load[CORPUS_MAX];

	draw_cycle(s, r, 2, true, load);
}

static void steps(struct corpus_series *s, void *r)
{
	size_t k = 1 + gsl_rng_uniform_int(r, 3);
	double where[3];

	for (size_t j = 0; j < k; j++) {
		where[j] = uniform(r, .1, .9);
		double jump = s->sd_kb * log_uniform(r, 6, 60) * (coin(r, .75) ? 1 : -1);

		for (size_t i = 0; i < s->n; i++)
			s->y[i] += at(s, i) >= where[j] ? jump : 0;
	}
	s->right = 1u << VERDICT_STEP;
}

static void load_blocks(struct corpus_series *s, void *r)
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

static void add_spikes(struct corpus_series *s, gsl_rng *r)
{
	double share = uniform(r, .01, .08);

	for (size_t i = 0; i < s->n; i++)
		if (coin(r, share))
			s->y[i] += fmin(s->sd_kb * gsl_ran_pareto(r, 1.5, 5), .5 * s->level_kb);
}

static void spikes(struct corpus_series *s, void *r)
{
	add_spikes(s, r);
}

static void restarts(struct corpus_series *s, void *r)
{
	double warm = s->sd_kb * log_uniform(r, 3, 40), tau = uniform(r, .01, .05) * span(s);

	add_restarts(s, r);
	for (size_t i = 0; i < s->n; i++)
		s->y[i] += warm * (1 - exp(-(s->t[i] - s->t[life_start(s, i)]) / tau));
	s->right = 1u << VERDICT_STABLE | 1u << VERDICT_PLATEAU;
}

static void shrinking(struct corpus_series *s, void *r)
{
	double rise = fmin(drawn_rise(s, r, 1), .8 * s->level_kb);

	for (size_t i = 0; i < s->n; i++)
		s->y[i] -= rise * at(s, i);
	s->right = 1u << VERDICT_SHRINKING;
}

static void small_drift(struct corpus_series *s, void *r)
{
	double rate = MIN_RATE * uniform(r, .1, .6);

	for (size_t i = 0; i < s->n; i++)
		s->y[i] += rate * s->t[i] / 3600;
}

/* Holes and times that wander; the shape must have been drawn for the new times. */
static void make_gaps(struct corpus_series *s, gsl_rng *r)
{
	size_t holes = 1 + gsl_rng_uniform_int(r, 4);
	double from[4], to[4];
	size_t m = 0;

	for (size_t k = 0; k < holes; k++) {
		from[k] = uniform(r, .05, .85) * span(s);
		to[k] = from[k] + uniform(r, .01, .1) * span(s);
	}
	for (size_t i = 0; i < s->n; i++) {
		double t = s->t[i] + (i > 0 ? uniform(r, -.3, .3) * s->interval_s : 0);
		bool in = false;

		for (size_t k = 0; k < holes; k++)
			in |= i > 0 && i + 1 < s->n && t >= from[k] && t < to[k];
		if (!in)
			s->t[m++] = t;
	}
	s->n = m;
}

static void gaps(struct corpus_series *s, void *r)
{
	make_gaps(s, r);
}

static void leak_white(struct corpus_series *s, void *r)
{
	s->phi = 0;
	add_line(s, drawn_rise(s, r, 1), 0);
}

static void leak_ar1(struct corpus_series *s, void *r)
{
	s->phi = uniform(r, .3, .9);
	add_line(s, drawn_rise(s, r, 1), 0);
}

static void leak_sawtooth(struct corpus_series *s, void *r)
{
	add_sawtooth(s, r);
	add_line(s, drawn_rise(s, r, 1), 0);
	s->kind = LEAK_UNDER_SAWTOOTH;
}

static void leak_daily(struct corpus_series *s, void *r)
{
	double load[CORPUS_MAX];

	draw_cycle(s, r, 2.5, false, load);
	add_line(s, drawn_rise(s, r, 1), 0);
}

static void leak_onset(struct corpus_series *s, void *r)
{
	double from = uniform(r, .25, .7);

	add_line(s, drawn_rise(s, r, 1 - from), from);
}

static void leak_staircase(struct corpus_series *s, void *r)
{
	double rise = drawn_rise(s, r, 1), stairs = floor(log_uniform(r, 8, 40)), phase = uniform(r, 0, 1);

	add_line(s, rise, 0);
	for (size_t i = 0; i < s->n; i++)
		s->y[i] = rise / stairs * floor(at(s, i) * stairs + phase);
	s->kind = LEAK_STAIRCASE;
	s->sd_kb = fmin(s->sd_kb, rise / stairs / 4); /* else it is a line */
}

static void leak_warmup(struct corpus_series *s, void *r)
{
	add_line(s, drawn_rise(s, r, 1), 0);
	add_warmup(s, s->sd_kb * log_uniform(r, 10, 100), log_uniform(r, .01, .1));
}

/* Rate over the last tenth. */
static void leak_accelerating(struct corpus_series *s, void *r)
{
	double rise = drawn_rise(s, r, 1) * 1.5, power = uniform(r, 2, 3);

	add_line(s, rise, 0);
	for (size_t i = 0; i < s->n; i++)
		s->y[i] = rise * pow(at(s, i), power);
	s->kind = LEAK_ACCELERATING;
	s->rate_kb_per_h = rise * (1 - pow(.9, power)) / (.1 * hours(s));
}

static void leak_restarts(struct corpus_series *s, void *r)
{
	double rise = drawn_rise(s, r, 1);

	add_restarts(s, r);
	add_line(s, rise * 1.5, 0);
	for (size_t i = 0; i < s->n; i++)
		s->y[i] = rise * 1.5 * (s->t[i] - s->t[life_start(s, i)]) / span(s);
	s->kind = LEAK_ACROSS_RESTARTS;
}

static void leak_bursts(struct corpus_series *s, void *r)
{
	double load[CORPUS_MAX], bursts = floor(uniform(r, 5, 13)), share = uniform(r, .15, .4), phase = uniform(r, 0, 1), sum = 0;
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
	s->leaking = true;
	s->kind = LEAK_BURSTY;
	s->right = 1u << VERDICT_LEAK;
	s->rate_kb_per_h = rise / hours(s);
}

static void leak_spikes(struct corpus_series *s, void *r)
{
	add_line(s, drawn_rise(s, r, 1), 0);
	add_spikes(s, r);
}

static void leak_gaps(struct corpus_series *s, void *r)
{
	make_gaps(s, r);
	add_line(s, drawn_rise(s, r, 1), 0);
}

const struct corpus_family corpus_families[] = {
	{ "white", false, white },
	{ "ar1", false, ar1 },
	{ "near-random-walk", false, near_random_walk },
	{ "warmup", false, warmup },
	{ "fill", false, fill },
	{ "sawtooth", false, sawtooth },
	{ "daily", false, daily },
	{ "multi-period", false, multi_period },
	{ "steps", false, steps },
	{ "load-blocks", false, load_blocks },
	{ "spikes", false, spikes },
	{ "restarts", false, restarts },
	{ "shrinking", false, shrinking },
	{ "small-drift", false, small_drift },
	{ "gaps", false, gaps },
	{ "leak-white", true, leak_white },
	{ "leak-ar1", true, leak_ar1 },
	{ "leak-sawtooth", true, leak_sawtooth },
	{ "leak-daily", true, leak_daily },
	{ "leak-onset", true, leak_onset },
	{ "leak-staircase", true, leak_staircase },
	{ "leak-warmup", true, leak_warmup },
	{ "leak-accelerating", true, leak_accelerating },
	{ "leak-restarts", true, leak_restarts },
	{ "leak-bursts", true, leak_bursts },
	{ "leak-spikes", true, leak_spikes },
	{ "leak-gaps", true, leak_gaps },
};
const size_t corpus_n_families = sizeof(corpus_families) / sizeof(*corpus_families);

/* Noise by lag of time, so that a gap forgets as much as it lasts; then whole pages. */
static void add_noise(struct corpus_series *s, gsl_rng *r)
{
	double e = s->phi < 1 ? gsl_ran_gaussian(r, s->sd_kb) : 0, step = s->phi < 1 ? s->sd_kb * sqrt(1 - s->phi * s->phi) : 0;

	if (s->phi >= .985) /* increments a tenth of the drawn noise: a level that wanders by the square root of time */
		step = .1 * s->sd_kb;
	if (s->phi >= 1)
		e = 0;
	for (size_t i = 0; i < s->n; i++) {
		if (i > 0)
			e = s->phi * e + gsl_ran_gaussian(r, step);
		s->y[i] = fmax(PAGE * round((s->level_kb + s->y[i] + e) / PAGE), PAGE);
	}
}

/* 3.97 standard errors of a slope where the noise is known: ANALYSIS of power in docs/method.md. */
static double detectable(const struct corpus_series *s)
{
	double T = span(s), dt = T / (double)(s->n - 1);
	double step = s->phi >= .985 ? .1 * s->sd_kb : s->sd_kb * sqrt(1 - s->phi * s->phi);
	double stationary = sqrt(12 * step * step / ((1 - s->phi) * (1 - s->phi)) * dt / (T * T * T)), walk = step / sqrt(dt * T);

	return 3.97 * 3600 * (s->phi < 1 ? fmin(stationary, walk) : walk);
}

static void start(struct corpus_series *s)
{
	memset(s, 0, sizeof(*s));
	s->right = 1u << VERDICT_STABLE;
	s->rate_kb_per_h = s->onset_s = NAN;
}

void corpus_make(size_t f, unsigned long seed, struct corpus_series *s)
{
	gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(r, seed * 1000 + f + 1);
	start(s);
	s->family = corpus_families[f].name;
	common(s, r);
	corpus_families[f].draw(s, r);
	add_noise(s, r);
	s->detectable_kb_per_h = detectable(s);
	gsl_rng_free(r);
}

void corpus_line(double rise, double phi, size_t n, double dt, unsigned long seed, struct corpus_series *s)
{
	gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(r, seed);
	start(s);
	s->family = "line";
	s->n = n;
	s->interval_s = dt;
	s->level_kb = 200 * 1024;
	s->sd_kb = 2048;
	s->phi = phi;
	for (size_t i = 0; i < n; i++)
		s->t[i] = (double)i * dt;
	if (rise > 0)
		add_line(s, rise * s->sd_kb, 0);
	add_noise(s, r);
	s->detectable_kb_per_h = detectable(s);
	gsl_rng_free(r);
}
