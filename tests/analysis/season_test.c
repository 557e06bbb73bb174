/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Periods, load, operations between blocks, bytes per operation. */
#include "tests/analysis/made.h"

#include "analysis/judge.h"
#include "analysis/per_op.h"
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

static void half_a_kib_per_operation(void **state)
{
	static struct findings f;
	struct column ops, c;
	struct series s;
	struct series_verdict v;
	struct context x = { NULL, 0, 60, 64, NAN, NULL, VERDICT_ALPHA };
	double total = 0;

	(void)state;
	ops_column(&ops, 1, 30);
	x.ops = &ops;
	assert_int_equal(series_init(&s, "anon_kb", 60, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < 200; i++) {
		series_add(&s, i * 60, 50000 + 4 * floor(total / 2 / 4));
		total += 60 * (i / 20 % 2 ? 30 : 1);
	}
	assert_int_equal(column_load(&c, &s, PAGE_KB), SK_OK);
	assert_int_equal(judge_column(&c, &x, &f, &v), SK_OK);
	per_op(&f, &ops, &v);
	assert_double_equal(v.per_op_bytes, 512, 1);
	assert_true(v.per_op_lo <= v.per_op_bytes && v.per_op_bytes <= v.per_op_hi);
	assert_int_equal(v.verdict, VERDICT_LEAK);
	series_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_period),
		cmocka_unit_test(load),
		cmocka_unit_test(half_a_kib_per_operation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
