/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Floors, levels and levels at the same load of series that are made here, by hand. */
#include "analysis/landmarks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/check.h"

#define ROWS 240
#define STEP 10

static struct series column;
static struct sk_err err;

/* Row i of the series at second 10 i. */
static struct evidence made(double (*y)(int))
{
	static const struct series *list[1];
	struct evidence ev = { .column = list, .n_columns = 1, .interval_s = STEP, .limit_kb = NAN };

	list[0] = &column;
	assert_int_equal(series_init(&column, "anon_kb", STEP, SERIES_ONLINE, &err), SK_OK);
	for (int i = 0; i < ROWS; i++)
		series_add(&column, STEP * i, y(i));
	return ev;
}

/* The landmarks of such a series of which that is said, of this column. */
static struct landmarks found(double (*y)(int), const char *name, enum verdict_class c, enum leak_kind kind)
{
	struct evidence ev = made(y);
	struct series_verdict m = { .verdict = c, .kind = kind, .warmup_s = 0 };
	struct landmarks l;

	strcpy(m.column, name);
	assert_int_equal(landmarks_find(&ev, &m, &l), SK_OK);
	series_release(&column);
	return l;
}

static double steps(int i)
{
	return 10000 + (i >= 80 ? 4000 : 0) + (i >= 160 ? 2000 : 0) + (i % 2 ? 4 : 0);
}

/* A block in the middle of a jump belongs to neither side: levels end and begin within two rows of it. */
static void steps_are_levels(void **state)
{
	struct landmarks l = found(steps, "anon_kb", VERDICT_STEP, LEAK_NONE);

	(void)state;
	assert_int_equal(l.n_levels, 3);
	assert_int_equal(l.teeth.n, 0);
	for (size_t i = 0; i < 3; i++) {
		assert_true(fabs(l.level[i].y0 - (i == 0 ? 10002 : i == 1 ? 14002 : 16002)) <= 2);
		assert_true(l.level[i].y1 == l.level[i].y0 && l.level[i].valid);
		assert_true(i == 0 || fabs(l.level[i].t0 - 800.0 * (double)i) <= 2 * STEP);
	}
}

/* Of other verdicts there is nothing to mark. */
static void others_have_none(void **state)
{
	struct landmarks l = found(steps, "anon_kb", VERDICT_STABLE, LEAK_NONE);

	(void)state;
	assert_true(l.n_levels == 0 && l.teeth.n == 0);
	l = found(steps, "fds", VERDICT_STEP, LEAK_NONE);
	assert_true(l.n_levels == 0);
}

/* Teeth of 20 rows over a floor of 5000 + 2 a row. */
static double teeth(int i)
{
	return 5000 + 2 * i + 1000 * (i % 20);
}

static void teeth_have_floors(void **state)
{
	struct landmarks l = found(teeth, "anon_kb", VERDICT_LEAK, LEAK_UNDER_SAWTOOTH);

	(void)state;
	assert_in_range(l.teeth.n, 10, 12);
	for (size_t i = 0; i < l.teeth.n; i++)
		assert_true(fabs(l.teeth.floor[i] - (5000 + .2 * l.teeth.t[i])) < 1e-6);
	assert_true(fabs(l.floor.slope - .2) < 1e-6);
	assert_int_equal(l.n_levels, 0);
}

static double to_and_fro(int i)
{
	return 20000 + (i / 40 % 2 ? 8000 : 0) + (i % 2 ? 4 : 0);
}

static void levels_to_and_fro(void **state)
{
	struct landmarks l = found(to_and_fro, "anon_kb", VERDICT_SAWTOOTH, LEAK_NONE);

	(void)state;
	assert_true(l.n_levels == 6 || l.teeth.n >= 5);
}

/* Load 1 to 4 in turn, 1000 a unit; late as early, or 50 more. Values that are not known are left out. */
static void levels_at_the_same_load(void **state)
{
	double y[200], rate[200];
	struct at_loads a;

	(void)state;
	for (int i = 0; i < 200; i++) {
		rate[i] = 1 + i % 4;
		y[i] = 1000 * rate[i] + (i >= 100 ? 50 : 0);
	}
	rate[7] = NAN;
	y[150] = NAN;
	at_loads(y, rate, 200, &a);
	assert_int_equal(a.n, 4);
	for (size_t g = 0; g < 4; g++) {
		assert_true(a.load[g] == (double)g + 1);
		assert_true(a.early[g] == 1000 * a.load[g] && a.late[g] == a.early[g] + 50);
	}
	assert_true(a.change == 50);
}

static void one_load_says_nothing(void **state)
{
	double y[200], rate[200];
	struct at_loads a;

	(void)state;
	for (int i = 0; i < 200; i++) {
		rate[i] = 5;
		y[i] = i;
	}
	at_loads(y, rate, 200, &a);
	assert_true(a.n == 0 && isnan(a.change));
	at_loads(y, rate, 0, &a);
	assert_true(a.n == 0 && isnan(a.change));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_are_levels),        cmocka_unit_test(others_have_none),
		cmocka_unit_test(teeth_have_floors),       cmocka_unit_test(levels_to_and_fro),
		cmocka_unit_test(levels_at_the_same_load), cmocka_unit_test(one_load_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
