/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Periods, load, operations between blocks. */
#include "tests/analysis/made.h"

#include "analysis/judge.h"
#include "analysis/season.h"

static void track_of(struct track *tr, enum family f, unsigned long seed)
{
	struct series s;
	struct column c;

	made_series(&s, "anon_kb", f, seed, 200, 60, 500);
	assert_int_equal(column_load(&c, &s, PAGE_KB), SK_OK);
	track_build(tr, &c, -INFINITY, NULL, 0);
	series_release(&s);
}

static void the_period(void **state)
{
	struct track tr;
	double period, share;

	(void)state;
	for (unsigned long seed = 1; seed <= 10; seed++) {
		track_of(&tr, MADE_LEAK_SEASON, seed);
		assert_int_equal(season_period(&tr, &period, &share), SK_OK);
		assert_double_equal(period, 12000 / 4.3, .05 * 12000 / 4.3);
		assert_true(share > .8);
		track_of(&tr, MADE_WHITE, seed);
		assert_int_equal(season_period(&tr, &period, &share), SK_OK);
		assert_true(share < .15);
	}
	track_of(&tr, MADE_CONSTANT, 1);
	assert_int_equal(season_period(&tr, &period, &share), SK_EFEW);
	assert_true(isnan(period));
}

static void ops_column(struct column *c, double low, double high)
{
	struct series s;
	double total = 0;

	assert_int_equal(series_init(&s, "ops", 60, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < 200; i++) {
		series_add(&s, i * 60, total);
		total += 60 * (i / 20 % 2 ? high : low);
	}
	assert_int_equal(column_load(c, &s, 1), SK_OK);
	series_release(&s);
}

static void load(void **state)
{
	struct track tr;
	struct column ops;
	double x[TRACK_MAX];

	(void)state;
	track_of(&tr, MADE_WHITE, 1);
	ops_column(&ops, 100, 300);
	assert_int_equal(load_column(&tr, &ops, x), SK_OK);
	assert_double_equal(x[10], .5, .01);
	assert_double_equal(x[30], 1.5, .01);
	assert_double_equal(ops_at(&ops, 90), 9000, 1e-9);
	assert_true(isnan(ops_at(&ops, 1e6)) && isnan(ops_at(&ops, -1)));
	ops_column(&ops, 200, 200);
	assert_int_equal(load_column(&tr, &ops, x), SK_EFLAT);
	ops.n = 100;
	assert_int_equal(load_column(&tr, &ops, x), SK_EFEW);
}

static void track_by_hand(struct track *tr, size_t n)
{
	memset(tr, 0, sizeof(*tr));
	tr->n = n;
	tr->segments = 1;
	tr->width_s = 60;
	tr->quantum = PAGE_KB;
	for (size_t i = 0; i < n; i++) {
		tr->t[i] = tr->u[i] = 60 * (double)i;
		tr->lag[i] = i > 0;
	}
}

/* Cycles in the span on the grid of the search: exactly; its second harmonic is the same cycle. */
static void the_slow_wave(void **state)
{
	static const double cycles[] = { 1, 1.5, 2.25, 2.75 };
	struct track tr;
	double period, span = 60 * 99;

	(void)state;
	for (size_t k = 0; k < sizeof(cycles) / sizeof(*cycles); k++) {
		track_by_hand(&tr, 100);
		for (size_t i = 0; i < tr.n; i++) {
			double a = 2 * M_PI * cycles[k] * tr.u[i] / span;

			tr.y[i] = 2e5 + 1000 * sin(a - 1) + 400 * cos(2 * a);
		}
		assert_int_equal(season_wave(&tr, false, &period), SK_OK);
		assert_double_equal(period, span / cycles[k], 1e-6 * span);
	}
	tr.segments = 2;
	assert_int_equal(season_wave(&tr, false, &period), SK_EFEW);
	assert_true(isnan(period));
	track_by_hand(&tr, 23);
	assert_int_equal(season_wave(&tr, false, &period), SK_EFEW);
	track_by_hand(&tr, 24);
	assert_int_equal(season_wave(&tr, false, &period), SK_OK);
	track_by_hand(&tr, 0);
	assert_int_equal(season_wave(&tr, false, &period), SK_EFEW);
}

/* n samples, one a second; the step to sample i is one operation in the first half of each `phase` samples and 5 in the second. */
static void blocks_of_load(size_t n, size_t phase, struct track *tr, struct column *ops)
{
	struct series s, y;
	double total = 7; /* some were done before the run */

	assert_int_equal(series_init(&s, "ops", 1, SERIES_ONLINE, NULL), SK_OK);
	assert_int_equal(series_init(&y, "anon_kb", 1, SERIES_ONLINE, NULL), SK_OK);
	for (size_t i = 0; i < n; i++) {
		total += i % phase < phase / 2 ? 1 : 5;
		series_add(&s, (double)i, total);
		series_add(&y, (double)i, 1e5 + 400 * (double)(i % 2));
	}
	assert_int_equal(column_load(ops, &s, 1), SK_OK);
	series_release(&s);
	struct column c;

	assert_int_equal(column_load(&c, &y, PAGE_KB), SK_OK);
	series_release(&y);
	track_build(tr, &c, -INFINITY, NULL, 0);
}

/*
 * Blocks of four samples. The load changes at their borders, so that each has one or the other rate; the last one has the first two samples of a
 * slow phase and is neither slower nor faster for that.
 */
static void load_in_blocks(void **state)
{
	struct track tr;
	struct column ops;
	double x[TRACK_MAX];

	(void)state;
	for (size_t rest = 1; rest <= 4; rest++) {
		size_t n = 640 + rest;
		double mean = 0;

		blocks_of_load(n, 40, &tr, &ops);
		assert_double_equal(ops.width_s, 4, 0);
		assert_int_equal(tr.n, 161);
		assert_int_equal(ops.b[160].n, rest);
		assert_int_equal(load_column(&tr, &ops, x), SK_OK);
		for (size_t i = 0; i < tr.n; i++)
			mean += (i % 10 < 5 ? 1 : 5) / 161.;
		for (size_t i = 0; i < tr.n; i++)
			assert_double_equal(x[i] * mean, i % 10 < 5 ? 1 : 5, 1e-9);
	}
}

/* The load changes in the middle of blocks: what such a block says is the mean of its own samples, 1 + 1 + 5 + 5 in four seconds. */
static void load_that_changes_within_blocks(void **state)
{
	struct track tr;
	struct column ops;
	double x[TRACK_MAX];

	(void)state;
	blocks_of_load(640, 4 * 7, &tr, &ops); /* 3.5 blocks of one rate, 3.5 of the other */
	assert_int_equal(load_column(&tr, &ops, x), SK_OK);
	for (size_t i = 0; i < tr.n; i++) {
		size_t in = i % 7;

		assert_double_equal(x[i] / x[0], in < 3 ? 1 : in == 3 ? 3 : 5, 1e-9);
	}
}

/* A gap of the level is skipped: the next point's operations are those since the one before, by the time between. */
static void load_beside_a_gap(void **state)
{
	struct track tr;
	struct column ops;
	double x[TRACK_MAX], y[TRACK_MAX];

	(void)state;
	blocks_of_load(640, 40, &tr, &ops);
	assert_int_equal(load_column(&tr, &ops, x), SK_OK);
	for (size_t i = 24; i + 1 < tr.n; i++) /* block 24 is the last of a slow phase, 25 the first of a fast one */
		tr.t[i] = tr.t[i + 1];
	tr.n--;
	assert_int_equal(load_column(&tr, &ops, y), SK_OK);
	assert_double_equal(y[23] / y[20], x[23] / x[20], 1e-9);
	assert_double_equal(y[24] / y[20], (x[24] + x[25]) / 2 / x[20], 1e-9);
	ops.b[30].n = 0;
	assert_int_equal(load_column(&tr, &ops, y), SK_EFEW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_period),
		cmocka_unit_test(load),
		cmocka_unit_test(the_slow_wave),
		cmocka_unit_test(load_in_blocks),
		cmocka_unit_test(load_that_changes_within_blocks),
		cmocka_unit_test(load_beside_a_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
