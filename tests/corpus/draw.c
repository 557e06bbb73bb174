/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/corpus/draw.h"

#include <gsl/gsl_randist.h>

void even_times(struct corpus_series *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->t[i] = (double)i * s->interval_s;
}

void make_gaps(struct corpus_series *s, gsl_rng *r)
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
			s->t[m++] = round(8 * t) / 8;
	}
	s->n = m;
}

double drawn_rise(const struct corpus_series *s, gsl_rng *r, double part)
{
	return fmax(s->sd_kb * log_uniform(r, 8, 100), 1.5 * MIN_RATE * hours(s) * part);
}

void set_leak(struct corpus_series *s, enum leak_kind kind, double rate_kb_per_h)
{
	s->leaking = true;
	s->kinds = 1u << kind;
	s->right = 1u << VERDICT_LEAK;
	s->rate_kb_per_h = rate_kb_per_h;
}

void add_line(struct corpus_series *s, double rise, double from)
{
	for (size_t i = 0; i < s->n; i++)
		s->y[i] += rise * fmax(at(s, i) - from, 0) / (1 - from);
	set_leak(s, from > 0 ? LEAK_ONSET : LEAK_LINEAR, rise / (1 - from) / hours(s));
	if (from > 0)
		s->onset_s = from * span(s);
}

void add_warmup(struct corpus_series *s, double rise, double tau)
{
	for (size_t i = 0; i < s->n; i++)
		s->y[i] += rise * (1 - exp(-at(s, i) / tau));
}

void add_sawtooth(struct corpus_series *s, gsl_rng *r)
{
	double period = span(s) / uniform(r, 7, fmin(60, (double)s->n / 12)), amplitude = s->sd_kb * log_uniform(r, 10, 100);
	double phase = uniform(r, 0, 1);

	for (size_t i = 0; i < s->n; i++) {
		double c = s->t[i] / period + phase;

		s->y[i] += amplitude * (c - floor(c));
	}
}

void add_spikes(struct corpus_series *s, gsl_rng *r)
{
	double share = uniform(r, .01, .08);

	for (size_t i = 0; i < s->n; i++)
		if (coin(r, share))
			s->y[i] += fmin(s->sd_kb * gsl_ran_pareto(r, 1.5, 5), .5 * s->level_kb);
}

void add_restarts(struct corpus_series *s, gsl_rng *r)
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

size_t life_start(const struct corpus_series *s, size_t i)
{
	while (i > 0 && s->pid[i - 1] == s->pid[i])
		i--;
	return i;
}

void count_ops(struct corpus_series *s, gsl_rng *r, const double *load)
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

void add_load_cycle(struct corpus_series *s, gsl_rng *r, double period, bool multi)
{
	double load[CORPUS_MAX] = { 0 }, amplitude = s->sd_kb * log_uniform(r, 6, 60);

	add_cycle(s, r, period, amplitude, load);
	if (multi) {
		double part = uniform(r, .3, .8), times = coin(r, .5) ? 7 : uniform(r, 2.5, 5);

		add_cycle(s, r, period / times, amplitude * part, load);
	}
	for (size_t i = 0; i < s->n; i++)
		load[i] = 200 + 60 * load[i];
	if (coin(r, .5))
		count_ops(s, r, load);
	s->right = 1u << VERDICT_LOAD | 1u << VERDICT_SAWTOOTH;
}
