/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Harder families, in no sum and no gate: where the verdict is weakest, and whether it then says that it does not know. What
 * nobody could tell from a leak in a run of that length may be `insufficient`.
 */
#include <gsl/gsl_randist.h>

#include "tests/corpus/draw.h"

static void cycles(struct corpus_series *s, gsl_rng *r, double n)
{
	add_load_cycle(s, r, span(s) / n, false);
	s->right |= 1u << VERDICT_INSUFFICIENT;
}

static void one_cycle(struct corpus_series *s, gsl_rng *r)
{
	cycles(s, r, 1);
}

static void cycle_and_half(struct corpus_series *s, gsl_rng *r)
{
	cycles(s, r, 1.5);
}

/* Collections that take three samples. */
static void slow_teeth(struct corpus_series *s, gsl_rng *r)
{
	double teeth = uniform(r, 7, fmin(60, (double)s->n / 20)), amplitude = s->sd_kb * log_uniform(r, 10, 100);
	double phase = uniform(r, 0, 1), fall = 3 * s->interval_s * teeth / span(s);

	for (size_t i = 0; i < s->n; i++) {
		double c = at(s, i) * teeth + phase, in = c - floor(c);

		s->y[i] += amplitude * (in < 1 - fall ? in / (1 - fall) : (1 - in) / fall);
	}
	s->right = 1u << VERDICT_SAWTOOTH;
}

/* Blocks of load whose levels are any numbers, not four. */
static void load_levels(struct corpus_series *s, gsl_rng *r)
{
	double load[CORPUS_MAX], block = span(s) / uniform(r, 5, 20), per = s->sd_kb * log_uniform(r, 6, 60), until = 0, now = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->t[i] >= until) {
			now = gsl_rng_uniform(r);
			until = s->t[i] + block * uniform(r, .6, 1.4);
		}
		load[i] = 50 + 300 * now;
		s->y[i] += per * now;
	}
	if (coin(r, .5))
		count_ops(s, r, load);
	s->right = 1u << VERDICT_LOAD | 1u << VERDICT_SAWTOOTH | (s->has_ops ? 0 : 1u << VERDICT_STEP);
}

static void two_warmups(struct corpus_series *s, gsl_rng *r)
{
	double fast = log_uniform(r, .01, .05), slow = uniform(r, .1, .25), rise = s->sd_kb * log_uniform(r, 10, 100);

	add_warmup(s, rise, fast);
	add_warmup(s, rise * uniform(r, .3, 1.5), slow);
	s->right = 1u << VERDICT_PLATEAU;
}

/* Fragmentation: it never ends, but slower and slower, and nobody would call it a leak. */
static void creep(struct corpus_series *s, gsl_rng *r)
{
	double tau = log_uniform(r, .003, .1), rise = s->sd_kb * log_uniform(r, 20, 400);

	for (size_t i = 0; i < s->n; i++)
		s->y[i] += rise * log1p(at(s, i) / tau) / log1p(1 / tau);
	s->right = 1u << VERDICT_PLATEAU | 1u << VERDICT_SUSPECTED | 1u << VERDICT_INSUFFICIENT;
}

static void walk_with_jumps(struct corpus_series *s, gsl_rng *r)
{
	size_t jumps = 1 + gsl_rng_uniform_int(r, 3);

	s->phi = coin(r, .5) ? 1 : uniform(r, .985, 1);
	for (size_t k = 0; k < jumps; k++) {
		double where = uniform(r, .1, .9), jump = s->sd_kb * gsl_ran_gaussian(r, 5);

		for (size_t i = 0; i < s->n; i++)
			s->y[i] += at(s, i) >= where ? jump : 0;
	}
	s->right = 1u << VERDICT_STABLE | 1u << VERDICT_STEP;
}

static void growing_noise(struct corpus_series *s, gsl_rng *r)
{
	s->noise_end = uniform(r, 3, 10);
}

/* Is it over? The same as a cache that filled, and told apart by nothing. */
static void leak_stops(struct corpus_series *s, gsl_rng *r)
{
	double rise = drawn_rise(s, r, .6);

	for (size_t i = 0; i < s->n; i++)
		s->y[i] += rise * fmin(at(s, i) / .6, 1);
	s->right = 1u << VERDICT_PLATEAU;
}

/* So many places in the run, in order. */
static void places(gsl_rng *r, size_t n, double *where)
{
	double sum = 0;

	for (size_t k = 0; k < n; k++)
		where[k] = sum += gsl_ran_exponential(r, 1);
	sum += gsl_ran_exponential(r, 1);
	for (size_t k = 0; k < n; k++)
		where[k] /= sum;
}

/* Stairs at random times, of random heights. */
static void leak_random_stairs(struct corpus_series *s, gsl_rng *r)
{
	double rise = drawn_rise(s, r, 1), where[40], height[40], sum = 0;
	size_t stairs = 10 + gsl_rng_uniform_int(r, 31);

	places(r, stairs, where);
	for (size_t k = 0; k < stairs; k++)
		sum += height[k] = uniform(r, .5, 1.5);
	for (size_t i = 0; i < s->n; i++)
		for (size_t k = 0; k < stairs && where[k] <= at(s, i); k++)
			s->y[i] += rise * height[k] / sum;
	set_leak(s, LEAK_STAIRCASE, rise / hours(s));
	s->kinds |= 1u << LEAK_LINEAR | 1u << LEAK_BURSTY;
	s->sd_kb = fmin(s->sd_kb, rise / (double)stairs / 4);
}

/* Growth in bursts that come when they like. */
static void leak_random_bursts(struct corpus_series *s, gsl_rng *r)
{
	double load[CORPUS_MAX], where[12], rise = drawn_rise(s, r, 1), sum = 0;
	size_t bursts = 6 + gsl_rng_uniform_int(r, 7);
	double length = uniform(r, .15, .4) / (double)bursts;

	places(r, bursts, where);
	for (size_t i = 0; i < s->n; i++) {
		bool on = false;

		for (size_t k = 0; k < bursts; k++)
			on |= at(s, i) >= where[k] && at(s, i) < where[k] + length;
		load[i] = on ? 400 : 20;
		sum += on;
		s->y[i] = sum;
	}
	for (size_t i = 0; i < s->n; i++)
		s->y[i] *= rise / fmax(sum, 1);
	if (coin(r, .5))
		count_ops(s, r, load);
	set_leak(s, LEAK_BURSTY, rise / hours(s));
	s->kinds |= 1u << LEAK_LINEAR | 1u << LEAK_STAIRCASE;
}

/* One rate, then another one, two to five times as fast or as slow: what its one rate is, nobody can say. */
static void leak_two_rates(struct corpus_series *s, gsl_rng *r)
{
	double rise = drawn_rise(s, r, 1), from = uniform(r, .3, .7), ratio = uniform(r, 2, 5), whole;

	if (coin(r, .5))
		ratio = 1 / ratio;
	whole = from + ratio * (1 - from);
	for (size_t i = 0; i < s->n; i++)
		s->y[i] += rise / whole * (fmin(at(s, i), from) + ratio * fmax(at(s, i) - from, 0));
	set_leak(s, LEAK_LINEAR, NAN);
	s->kinds |= 1u << LEAK_ACCELERATING | 1u << LEAK_ONSET;
}

/* A page in ten samples and little noise: 24 pages an hour, 1.5 times --min-rate. */
static void leak_by_pages(struct corpus_series *s, gsl_rng *r)
{
	double rate = 1.5 * MIN_RATE;

	s->interval_s = 15; /* a page takes ten of them */
	s->n = 480 + gsl_rng_uniform_int(r, CORPUS_MAX - 480);
	s->sd_kb = uniform(r, .5, 4);
	even_times(s);
	add_line(s, rate * hours(s), 0);
	s->kinds |= 1u << LEAK_STAIRCASE;
}

/* What leaks is not given back by a restart: shared memory, a file that is read again. */
static void leak_over_restarts(struct corpus_series *s, gsl_rng *r)
{
	add_restarts(s, r);
	add_line(s, drawn_rise(s, r, 1), 0);
	s->kinds |= 1u << LEAK_ACROSS_RESTARTS;
}

const struct corpus_family corpus_stress[] = {
	{ "stress-one-cycle", 101, false, one_cycle },
	{ "stress-cycle-and-half", 102, false, cycle_and_half },
	{ "stress-slow-teeth", 103, false, slow_teeth },
	{ "stress-load-levels", 104, false, load_levels },
	{ "stress-two-warmups", 105, false, two_warmups },
	{ "stress-walk-jumps", 106, false, walk_with_jumps },
	{ "stress-growing-noise", 107, false, growing_noise },
	{ "stress-leak-stops", 108, false, leak_stops },
	{ "stress-random-stairs", 109, true, leak_random_stairs },
	{ "stress-random-bursts", 110, true, leak_random_bursts },
	{ "stress-two-rates", 111, true, leak_two_rates },
	{ "stress-pages", 112, true, leak_by_pages },
	{ "stress-over-restarts", 113, true, leak_over_restarts },
	{ "stress-creep", 114, false, creep },
};
const size_t corpus_n_stress = sizeof(corpus_stress) / sizeof(*corpus_stress);
