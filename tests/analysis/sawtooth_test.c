/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sawteeth are found, nothing else is one, and the floor's slope is the leak's. */
#include "tests/analysis/made.h"

#include "analysis/sawtooth.h"

static void track_of(struct track *tr, enum family f, unsigned long seed)
{
	struct series s;
	struct column c;

	made_series(&s, "anon_kb", f, seed, 200, 60, 500);
	assert_int_equal(column_load(&c, &s, PAGE_KB), SK_OK);
	track_build(tr, &c, -INFINITY, NULL, 0);
	series_release(&s);
}

static int found(enum family f)
{
	int n = 0;

	for (unsigned long seed = 1; seed <= 20; seed++) {
		struct track tr;
		struct sawtooth s;

		track_of(&tr, f, seed);
		n += sawtooth_find(&tr, &s) == SK_OK;
	}
	return n;
}

static void found_where_there_is_one(void **state)
{
	(void)state;
	assert_in_range(found(MADE_SAWTOOTH), 19, 20);
	assert_in_range(found(MADE_LEAK_SAWTOOTH), 19, 20);
	assert_int_equal(found(MADE_WHITE), 0);
	assert_int_equal(found(MADE_AR8), 0);
	assert_int_equal(found(MADE_SEASON), 0);
	assert_int_equal(found(MADE_LEAK), 0);
	assert_int_equal(found(MADE_CONSTANT), 0);
}

static void cycles_and_floor(void **state)
{
	struct track tr;
	struct sawtooth s;
	struct floor_trend f;

	(void)state;
	track_of(&tr, MADE_LEAK_SAWTOOTH, 2);
	assert_int_equal(sawtooth_find(&tr, &s), SK_OK);
	assert_in_range(s.n, 10, 12);
	assert_double_equal(s.period_s, 200 * 60 / 12., 120);
	assert_double_equal(s.amplitude, 10000, 2500);
	assert_int_equal(sawtooth_floor(&s, PAGE_KB, &f), SK_OK);
	assert_double_equal(f.slope, 15 * 500 / 12000., .1);
	assert_true(f.p_up < 1e-4 && f.lo > 0 && f.last_half > 0);
	track_of(&tr, MADE_SAWTOOTH, 2);
	assert_int_equal(sawtooth_find(&tr, &s), SK_OK);
	assert_int_equal(sawtooth_floor(&s, PAGE_KB, &f), SK_OK);
	assert_true(f.lo < 0 && f.hi > 0);
	s.n = 4;
	assert_int_equal(sawtooth_floor(&s, PAGE_KB, &f), SK_EFEW);
	assert_true(isnan(f.slope));
}

/* Days of 24 points: 1000 by day, 0 at night, 300 on the weekend, and 10 more each day. */
static void low_points_of_days(void **state)
{
	struct sawtooth saw;
	struct floor_trend ft;
	struct track tr;

	(void)state;
	memset(&tr, 0, sizeof(tr));
	tr.segments = 1;
	tr.width_s = 3600;
	tr.quantum = 4;
	for (size_t i = 0; i < 7 * 24 + 5; i++, tr.n++) {
		tr.t[i] = tr.u[i] = 3600. * (double)i;
		tr.lag[i] = i > 0;
		tr.y[i] = (i % 24 < 8 ? 0 : i / 24 % 7 >= 5 ? 300 : 1000) + 10 * (double)(i / 24);
	}
	assert_int_equal(sawtooth_of_cycle(&tr, 86400, &saw), SK_OK);
	assert_int_equal(saw.n, 7); /* whole days, counted from the end */
	assert_true(saw.period_s == 86400 && saw.amplitude >= 1000);
	for (size_t k = 0; k < 7; k++)
		assert_true(saw.floor[k] == 10 * (double)k || saw.floor[k] == 10 * (double)(k + 1));
	assert_int_equal(sawtooth_floor(&saw, 4, &ft), SK_OK);
	assert_double_equal(ft.slope * 86400, 10, 2);
	assert_int_equal(sawtooth_of_cycle(&tr, 2 * 86400, &saw), SK_EFEW);
	assert_int_equal(saw.n, 0);
	tr.segments = 2;
	assert_int_equal(sawtooth_of_cycle(&tr, 86400, &saw), SK_EFEW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found_where_there_is_one),
		cmocka_unit_test(cycles_and_floor),
		cmocka_unit_test(low_points_of_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
