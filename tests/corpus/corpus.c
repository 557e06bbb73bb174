/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all families share: drawn before the shape (length, times, level) and added after it (noise, whole pages). */
#include "tests/corpus/corpus.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "tests/corpus/draw.h"

static void common(struct corpus_series *s, gsl_rng *r)
{
	static const double interval[] = { 30, 60, 120, 300 };

	s->n = (size_t)log_uniform(r, 120, CORPUS_MAX + .99);
	s->interval_s = interval[gsl_rng_uniform_int(r, 4)];
	s->level_kb = log_uniform(r, 20 * 1024, 8 * 1024 * 1024.);
	s->sd_kb = fmin(log_uniform(r, 40, 8192), s->level_kb / 20);
	s->phi = coin(r, .5) ? 0 : uniform(r, .1, .8);
	even_times(s);
}

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
		s->clean[i] = s->level_kb + s->y[i];
		s->y[i] = fmax(PAGE * round((s->clean[i] + e * (1 + (s->noise_end - 1) * at(s, i))) / PAGE), PAGE);
	}
}

/* 3.97 standard errors of a slope where the noise is known: the one-sided 1 % test that finds 19 of 20. */
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
	s->noise_end = 1;
}

void corpus_make(const struct corpus_family *f, unsigned long seed, struct corpus_series *s)
{
	gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(r, seed * 1000 + f->stream);
	start(s);
	s->family = f->name;
	common(s, r);
	f->draw(s, r);
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
	even_times(s);
	if (rise > 0)
		add_line(s, rise * s->sd_kb, 0);
	add_noise(s, r);
	s->detectable_kb_per_h = detectable(s);
	gsl_rng_free(r);
}
