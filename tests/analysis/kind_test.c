/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kind of a leak on an example of each: exactly without noise, counted over seeds with it. */
#include <math.h>

#include "tests/analysis/made.h"

#include "analysis/judge.h"

#define DT    300. /* s */
#define SEEDS 20

/* KiB above the first level at row i of n, without noise. */
typedef double growth_fn(int i, int n);

struct example {
	const char *name;
	growth_fn *grows;
	growth_fn *load; /* operations per second; NULL: none are known */
	int n;
	enum leak_kind kind;
	int least;  /* of SEEDS, with noise */
	bool rests; /* the load pauses by our own plan */
};

static double line(int i, int n)
{
	return 50000. * i / n;
}

static double stairs(int i, int n)
{
	return 4800. * floor(12. * i / n);
}

/* Eight bursts, each in a third of its time. */
static double bursts(int i, int n)
{
	double u = 8. * i / n;

	return 8000. * (floor(u) + fmin(3 * (u - floor(u)), 1));
}

static double load_of_bursts(int i, int n)
{
	double u = 8. * i / n;

	return u - floor(u) < 1 / 3. ? 400 : 10;
}

/* What grows with operations that slow down and never rest is no burst. */
static double load_that_never_rests(int i, int n)
{
	double u = 8. * i / n;

	return u - floor(u) < 1 / 3. ? 400 : 200;
}

static double by_operations(int i, int n)
{
	double sum = 0;

	for (int k = 0; k < i; k++)
		sum += load_that_never_rests(k, n);
	return .8 * sum;
}

static double square(int i, int n)
{
	return 80000. * i / n * i / n;
}

static double faster_from_the_middle(int i, int n)
{
	return 40000. * i / n + 80000. * fmax((double)i / n - .5, 0);
}

static double onset(int i, int n)
{
	return 80000. * fmax((double)i / n - .5, 0);
}

/* Seven: too few falls to be teeth by their number, enough for a floor. */
static double coarse_teeth(int i, int n)
{
	double u = 7. * i / n;

	return 30000. * i / n + 40000. * (u - floor(u));
}

/* Teeth of seven rows: blocks of sixteen. */
static double fine_teeth(int i, int n)
{
	return 30000. * i / n + 8000. * (i % 7) / 6;
}

static double in_three_lives(int i, int n)
{
	int life = n / 3;

	return 20000. * (i % life) / life;
}

/* Judges sd KiB of AR(1) .6 on 200 MiB and the example. Returns what leak_kind_of() says. */
static enum leak_kind kind_of(const struct example *e, unsigned long seed, double sd, struct series_verdict *v)
{
	static struct findings f;
	double restart[] = { e->n / 3 * DT, e->n / 3 * 2 * DT }, total = 0;
	struct context x = { restart, e->grows == in_three_lives ? 2 : 0, DT, 64, NAN, NULL, VERDICT_ALPHA, 0, e->rests };
	struct column c, ops;
	struct series s, o;
	struct made m;

	made_init(&m, seed);
	assert_int_equal(series_init(&s, "anon_kb", DT, SERIES_ONLINE, NULL), SK_OK);
	assert_int_equal(series_init(&o, "ops", DT, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < e->n; i++) {
		double noise = sd * made_noise(&m, .6);

		series_add(&s, i * DT, PAGE_KB * floor((204800 + e->grows(i, e->n) + noise) / PAGE_KB));
		total += e->load ? DT * e->load(i, e->n) : 0;
		series_add(&o, i * DT, total);
	}
	made_free(&m);
	assert_int_equal(column_load(&c, &s, PAGE_KB), SK_OK);
	assert_int_equal(column_load(&ops, &o, 1), SK_OK);
	series_release(&s);
	series_release(&o);
	if (e->load)
		x.ops = &ops;
	assert_int_equal(judge_column(&c, &x, &f, v), SK_OK);
	return leak_kind_of(&f, x.ops, e->rests);
}

static const struct example examples[] = {
	{ "line", line, NULL, 240, LEAK_LINEAR, 19, false },
	{ "line beside a load in bursts", line, load_of_bursts, 240, LEAK_LINEAR, 19, false },
	{ "stairs", stairs, NULL, 240, LEAK_STAIRCASE, 17, false },
	{ "bursts", bursts, NULL, 240, LEAK_BURSTY, 13, false },
	{ "bursts of a load", bursts, load_of_bursts, 240, LEAK_BURSTY, 19, false },
	{ "bursts of a load that we let rest", bursts, load_of_bursts, 240, LEAK_LINEAR, 19, true },
	{ "a line under a load that we let rest", line, load_of_bursts, 240, LEAK_LINEAR, 19, true },
	{ "stairs under a load that we let rest", stairs, load_of_bursts, 240, LEAK_STAIRCASE, 17, true },
	{ "a load that never rests", by_operations, load_that_never_rests, 240, LEAK_LINEAR, 19, false },
	{ "square", square, NULL, 240, LEAK_ACCELERATING, 19, false },
	{ "faster from the middle", faster_from_the_middle, NULL, 240, LEAK_ACCELERATING, 19, false },
	{ "onset", onset, NULL, 240, LEAK_ONSET, 19, false },
	{ "coarse teeth", coarse_teeth, NULL, 240, LEAK_UNDER_SAWTOOTH, 19, false },
	{ "fine teeth", fine_teeth, NULL, 4000, LEAK_UNDER_SAWTOOTH, 19, false },
	{ "three lives", in_three_lives, NULL, 240, LEAK_ACROSS_RESTARTS, 19, false },
};
#define EXAMPLES (sizeof(examples) / sizeof(*examples))

static void without_noise(void **state)
{
	struct series_verdict v;

	(void)state;
	for (size_t k = 0; k < EXAMPLES; k++) {
		enum leak_kind kind = kind_of(&examples[k], 1, 0, &v);

		print_message("%s: %s, %s\n", examples[k].name, verdict_class_name[v.verdict], leak_kind_name[kind]);
		assert_int_equal(kind, examples[k].kind);
		assert_int_equal(v.verdict, VERDICT_LEAK);
		assert_int_equal(v.kind, kind);
	}
}

static void with_noise(void **state)
{
	struct series_verdict v;

	(void)state;
	for (size_t k = 0; k < EXAMPLES; k++) {
		int right = 0;

		for (unsigned long seed = 1; seed <= SEEDS; seed++)
			right += kind_of(&examples[k], seed, 500, &v) == examples[k].kind;
		print_message("%s: %d of %d\n", examples[k].name, right, SEEDS);
		assert_in_range(right, examples[k].least, SEEDS);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_noise),
		cmocka_unit_test(with_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
