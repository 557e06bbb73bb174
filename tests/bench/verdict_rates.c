/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often a verdict is wrong: the table of docs/method.md. Made series of 288 samples at 300 s around 200 MiB, noise of 2 MiB
 * standard deviation; where a step falls, a fill ends and a cycle begins is drawn too, so that they fall into blocks and between.
 *
 *   build/tests/bench/verdict_rates [SEEDS [FIRST [FAMILY]]]     300 seeds from 1
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>

#include "analysis/judge.h"

#define N    288
#define DT   300.
#define SD   2048.

/* All in units of the noise, over the run as 1. */
struct family {
	const char *name;
	double phi, leak; /* leak: per run */
	double warm, tau; /* warm-up */
	double step1, step2, fill;
	double saw, cycle, load, onset, stairs, square;
};

static const struct family families[] = {
	{ .name = "white noise", .phi = 0 },
	{ .name = "AR(1) .8", .phi = .8 },
	{ .name = "AR(1) .95", .phi = .95 },
	{ .name = "AR(1) .99", .phi = .99 },
	{ .name = "random walk", .phi = 1 },
	{ .name = "warm-up, tau 5 % of the run", .phi = .8, .warm = 30, .tau = .05 },
	{ .name = "warm-up, tau 15 %", .phi = .8, .warm = 30, .tau = .15 },
	{ .name = "warm-up, tau 35 %", .phi = .8, .warm = 30, .tau = .35 },
	{ .name = "step of 5 sd", .phi = .8, .step1 = 5 },
	{ .name = "step of 20 sd", .phi = .8, .step1 = 20 },
	{ .name = "two steps of 10 sd", .phi = .8, .step1 = 10, .step2 = 10 },
	{ .name = "fall of 5 sd", .phi = .8, .step1 = -5 },
	{ .name = "fall of 20 sd", .phi = .8, .step1 = -20 },
	{ .name = "fills to a cap", .phi = .8, .fill = 30 },
	{ .name = "sawtooth", .phi = .8, .saw = 20 },
	{ .name = "cycle of 4.3 periods", .phi = .8, .cycle = 12 },
	{ .name = "load in blocks", .phi = .8, .load = 1 },
	{ .name = "leak of 6 sd", .phi = .8, .leak = 6 },
	{ .name = "leak of 12 sd", .phi = .8, .leak = 12 },
	{ .name = "leak of 12 sd after a warm-up", .phi = .8, .leak = 12, .warm = 30, .tau = .06 },
	{ .name = "leak of 12 sd and a step", .phi = .8, .leak = 12, .step1 = 12 },
	{ .name = "leak of 12 sd and two steps", .phi = .8, .leak = 12, .step1 = 12, .step2 = 12 },
	{ .name = "leak of 12 sd and a fall of 20 sd", .phi = .8, .leak = 12, .step1 = -20 },
	{ .name = "leak of 12 sd in the last half", .phi = .8, .onset = 24 },
	{ .name = "leak under a sawtooth", .phi = .8, .leak = 12, .saw = 20 },
	{ .name = "leak in 12 stairs", .phi = .8, .stairs = 12 },
	{ .name = "leak of 12 sd under a cycle", .phi = .8, .leak = 12, .cycle = 12 },
	{ .name = "accelerating leak of 12 sd", .phi = .8, .square = 12 },
};

static bool leaks(const struct family *f)
{
	return f->leak + f->onset + f->stairs + f->square > 0;
}

struct drawn {
	double at, second; /* .1 .. .9 and 0 .. 1 */
};

static double load_at(const struct drawn *d, double u)
{
	return (int)(u * 9 + d->at) % 2 ? 300 : 100;
}

static double level(const struct family *f, const struct drawn *d, double u, double noise)
{
	double x = f->stairs > 0 ? .05 * noise + floor(u * f->stairs) : noise;
	double first = f->step2 > 0 ? d->at / 2 : d->at;

	x += f->leak * u + f->square * u * u + f->onset * fmax(u - .5, 0);
	x += f->warm > 0 ? f->warm * (1 - exp(-u / f->tau)) : 0;
	x += (u > first ? f->step1 : 0) + (u > .5 + d->second / 2 ? f->step2 : 0);
	x += f->fill * fmin(u / (.2 + .4 * d->at), 1);
	x += f->saw * fmod(u * 12 + (f->leak > 0 ? 0 : d->at), 1) + f->cycle * sin(2 * M_PI * (u * 4.3 + d->at));
	x += f->load > 0 ? load_at(d, u) / 20 : 0;
	return 4 * floor((204800 + SD * x) / 4); /* pages */
}

static int draw(const struct family *f, unsigned long seed, struct series_verdict *v)
{
	static struct findings found;
	static struct column c, ops;
	struct series s, o;
	gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);

	if (!r || series_init(&s, "anon_kb", DT, SERIES_ONLINE, NULL) || series_init(&o, "ops", DT, SERIES_ONLINE, NULL))
		return -1;
	gsl_rng_set(r, seed * 100 + (unsigned long)(f - families));
	double ar = gsl_ran_gaussian(r, 1), done = 0;
	struct drawn d = { .1 + .8 * gsl_rng_uniform(r), gsl_rng_uniform(r) };

	for (int i = 0; i < N; i++) {
		double u = i / (double)N, e = gsl_ran_gaussian(r, 1);

		ar = f->phi < 1 ? f->phi * ar + sqrt(1 - f->phi * f->phi) * e : ar + .1 * e;
		done += DT * load_at(&d, u);
		series_add(&s, i * DT, level(f, &d, u, ar));
		series_add(&o, i * DT, done);
	}
	struct context x = { NULL, 0, DT, 64, NAN, f->load > 0 ? &ops : NULL, VERDICT_ALPHA, 0, false };
	int rc = column_load(&c, &s, PAGE_KB) || column_load(&ops, &o, 1) || judge_column(&c, &x, &found, v);

	series_release(&s);
	series_release(&o);
	gsl_rng_free(r);
	return rc;
}

int main(int argc, char **argv)
{
	unsigned long seeds = argc > 1 ? strtoul(argv[1], NULL, 10) : 300, first = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	unsigned long calm = 0, wrong = 0;

	gsl_set_error_handler_off();
	for (size_t k = 0; k < sizeof(families) / sizeof(*families); k++) {
		const struct family *f = &families[k];
		unsigned long of[VERDICT_CLASSES] = { 0 }, covered = 0;

		if (argc > 3 && !strstr(f->name, argv[3]))
			continue;
		for (unsigned long i = first; i < first + seeds; i++) {
			struct series_verdict v;

			if (draw(f, i, &v))
				return 125;
			of[v.verdict]++;
			covered += v.rate_lo <= f->leak * SD / 24 && v.rate_hi >= f->leak * SD / 24;
		}
		calm += leaks(f) ? 0 : seeds;
		wrong += leaks(f) ? 0 : of[VERDICT_LEAK];
		printf("| %s | %.1f %% | %.1f %% |", f->name, 100. * (double)of[VERDICT_LEAK] / (double)seeds,
		       100. * (double)of[VERDICT_SUSPECTED] / (double)seeds);
		if (f->leak > 0)
			printf("  the interval covers the rate: %.1f %%", 100. * (double)covered / (double)seeds);
		printf("\n");
	}
	printf("False alarms %lu of %lu\n", wrong, calm);
	return 0;
}
