/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often a run of 24 hours at 300 s is ever called a leak, while it goes on or at its end: the table "Online" of
 * docs/method.md. Made series as in verdict_rates.c go through the monitor's own blocks and looks (soakd/online.h). Naive is a
 * look an hour at the level of a single one; ours are looks at the levels of analysis/spending.h, believed at once, at three in a
 * row, and as soakd/standing.h does.
 *
 *   build/tests/bench/online_rates [SEEDS [FIRST [FAMILY]]]     300 seeds from 1
 */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "soakd/online.h"

#define N         288
#define DT        300.
#define SD        2048.
#define SEEDS_MAX 10000
#define NEVER     INFINITY

/* In units of the noise, over the run as 1. */
struct family {
	const char *name;
	double phi, leak;
	double warm, tau, step, saw, cycle, periods;
};

static const struct family families[] = {
	{ .name = "white noise" },
	{ .name = "AR(1) .5", .phi = .5 },
	{ .name = "AR(1) .8", .phi = .8 },
	{ .name = "AR(1) .95", .phi = .95 },
	{ .name = "AR(1) .99", .phi = .99 },
	{ .name = "near random walk, .998", .phi = .998 },
	{ .name = "warm-up, tau 5 % of the run", .phi = .8, .warm = 30, .tau = .05 },
	{ .name = "warm-up, tau 15 %", .phi = .8, .warm = 30, .tau = .15 },
	{ .name = "warm-up, tau 35 %", .phi = .8, .warm = 30, .tau = .35 },
	{ .name = "step of 5 sd", .phi = .8, .step = 5 },
	{ .name = "step of 20 sd", .phi = .8, .step = 20 },
	{ .name = "sawtooth", .phi = .8, .saw = 20 },
	{ .name = "cycle of 4.3 periods", .phi = .8, .cycle = 12, .periods = 4.3 },
	{ .name = "daily cycle", .phi = .8, .cycle = 12, .periods = 1 },
	{ .name = "leak of 6 sd", .phi = .8, .leak = 6 },
	{ .name = "leak of 12 sd", .phi = .8, .leak = 12 },
	{ .name = "leak of 30 sd", .phi = .8, .leak = 30 },
};

static const struct metric elapsed = { .name = "elapsed_s" }, anon = { .name = "anon_kb" };
static const struct metric *const columns[] = { &elapsed, &anon };
static const struct verdict_options plain = VERDICT_OPTIONS_DEFAULT;

static void draw(const struct family *f, unsigned long seed, double *y)
{
	gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(r, seed * 100 + (unsigned long)(f - families));
	double ar = gsl_ran_gaussian(r, 1), at = gsl_rng_uniform(r), step_at = .1 + .8 * at;

	for (int i = 0; i < N; i++) {
		double u = i / (double)N, x;

		ar = f->phi * ar + sqrt(1 - f->phi * f->phi) * gsl_ran_gaussian(r, 1);
		x = ar + f->leak * u + (f->warm > 0 ? f->warm * (1 - exp(-u / f->tau)) : 0) + (u > step_at ? f->step : 0);
		x += f->saw * fmod(u * 12 + at, 1) + f->cycle * sin(2 * M_PI * (u * f->periods + at));
		y[i] = 4 * floor((204800 + SD * x) / 4);
	}
	gsl_rng_free(r);
}

enum how { AT_ONCE, THREE, SAID, HOW };

/* Hours at which a run was first called a leak; the end is 24. */
struct outcome {
	double naive; /* hourly looks at the plain level */
	double ours[HOW];
	bool at_end;      /* the last verdict is leak */
	unsigned changes; /* of what was said */
	bool withdrawn;
};

static void note(double *first, double hours)
{
	if (*first == NEVER)
		*first = hours;
}

static int look(struct online *o, double t, struct outcome *out, unsigned *streak)
{
	const struct standing *s = online_standing(o);

	if (online_look(o, t, &plain, NULL) != SK_OK)
		return -1;
	*streak = s->found == VERDICT_LEAK ? *streak + 1 : 0;
	if (*streak >= 1)
		note(&out->ours[AT_ONCE], t / 3600);
	if (*streak >= 3)
		note(&out->ours[THREE], t / 3600);
	if (verdict_leaking(&s->v))
		note(&out->ours[SAID], t / 3600);
	if (s->changed) {
		out->changes++;
		out->withdrawn |= s->v.change[s->v.n_changes - 1].from == VERDICT_LEAK;
	}
	return 0;
}

static int naive_look(struct online *o, double t, struct verdict *v, struct outcome *out)
{
	if (out->naive < NEVER)
		return 0;
	if (online_decide(o, &plain, v, NULL) != SK_OK)
		return -1;
	if (verdict_leaking(v))
		note(&out->naive, t / 3600);
	return 0;
}

/* hourly: looks at every hour, and naive ones beside them; else when the monitor would look. length_s NaN: it does not know. */
static int run(const double *y, bool hourly, double length_s, struct outcome *out)
{
	struct online *o = online_new(columns, 2, DT, NULL);
	struct verdict *v = calloc(1, sizeof(*v));
	unsigned streak = 0;
	int rc = o && v ? 0 : -1;

	*out = (struct outcome){ NEVER, { NEVER, NEVER, NEVER }, false, 0, false };
	if (rc == 0)
		online_start(o, 0, length_s, NAN);
	for (int i = 0; rc == 0 && i < N; i++) {
		double t = i * DT;

		online_row(o, t, (const double[]){ t, y[i] });
		if (hourly ? (i + 1) % 12 == 0 : online_look_due(o, t))
			rc = look(o, t, out, &streak) || (hourly && naive_look(o, t, v, out));
	}
	rc = rc || online_decide(o, &plain, v, NULL);
	out->at_end = rc == 0 && verdict_leaking(v);
	for (int k = 0; k < HOW && out->at_end; k++)
		note(&out->ours[k], 24);
	if (out->at_end)
		note(&out->naive, 24);
	free(v);
	online_free(o);
	return rc;
}

struct tally {
	double naive, hourly, own[HOW], open, at_end, withdrawn, changes;
	double first[SEEDS_MAX]; /* hours, of those that were found */
	size_t found;
};

static int one_seed(const struct family *f, unsigned long seed, struct tally *t)
{
	double y[N];
	struct outcome hourly, own, open;

	draw(f, seed, y);
	if (run(y, true, N * DT, &hourly) || run(y, false, N * DT, &own) || run(y, false, NAN, &open))
		return -1;
	t->naive += hourly.naive < NEVER;
	t->hourly += hourly.ours[SAID] < NEVER;
	for (int k = 0; k < HOW; k++)
		t->own[k] += own.ours[k] < NEVER;
	t->open += open.ours[SAID] < NEVER;
	t->at_end += own.at_end;
	t->withdrawn += own.withdrawn;
	t->changes += own.changes;
	if (own.ours[SAID] < NEVER)
		t->first[t->found++] = own.ours[SAID];
	return 0;
}

static void print(const char *name, struct tally *t, double n)
{
	printf("| %s | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f %% | %.1f |", name,
	       100 * t->naive / n, 100 * t->at_end / n, 100 * t->hourly / n, 100 * t->own[AT_ONCE] / n, 100 * t->own[THREE] / n,
	       100 * t->own[SAID] / n, 100 * t->open / n, 100 * t->withdrawn / n, t->changes / n);
	gsl_sort(t->first, 1, t->found);
	if (t->found)
		printf(" %.1f h |", gsl_stats_median_from_sorted_data(t->first, 1, t->found));
	printf("\n");
	fflush(stdout);
}

static void add(struct tally *sum, const struct tally *t)
{
	sum->naive += t->naive;
	sum->hourly += t->hourly;
	for (int k = 0; k < HOW; k++)
		sum->own[k] += t->own[k];
	sum->open += t->open;
	sum->at_end += t->at_end;
	sum->withdrawn += t->withdrawn;
	sum->changes += t->changes;
}

int main(int argc, char **argv)
{
	unsigned long seeds = argc > 1 ? strtoul(argv[1], NULL, 10) : 300, first = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	static struct tally t, calm;
	double families_calm = 0;

	gsl_set_error_handler_off();
	seeds = seeds < SEEDS_MAX ? seeds : SEEDS_MAX;
	printf("| truth | naive hourly | one look at the end | ours hourly | spending alone | and three looks | ours | "
	       "ours, length unknown | withdrawn | changes | first said |\n|---|---|---|---|---|---|---|---|---|---|---|\n");
	for (size_t k = 0; k < sizeof(families) / sizeof(*families); k++) {
		if (argc > 3 && !strstr(families[k].name, argv[3]))
			continue;
		memset(&t, 0, sizeof(t));
		for (unsigned long i = first; i < first + seeds; i++)
			if (one_seed(&families[k], i, &t))
				return 125;
		print(families[k].name, &t, (double)seeds);
		if (families[k].leak > 0)
			continue;
		add(&calm, &t);
		families_calm++;
	}
	if (families_calm > 0)
		print("no leak, in the mean", &calm, families_calm * (double)seeds);
	return 0;
}
