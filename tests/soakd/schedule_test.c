/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/check.h"

#include "soakd/schedule.h"

#define S INT64_C(1000000000)

static void ticks_are_absolute(void **state)
{
	struct schedule s;
	bool final;

	(void)state;
	schedule_init(&s, 100 * S, 300, 24 * 3600);
	assert_int_equal(s.last, 288);
	assert_int_equal(schedule_take(&s, 100 * S, &final), 0);
	assert_false(final);
	/* 2 s late: the next is due where it always was */
	assert_int_equal(schedule_take(&s, 402 * S, &final), 0);
	assert_int_equal(schedule_due_ns(&s), 700 * S);
}

static void missed_ticks_are_counted_and_not_caught_up_with(void **state)
{
	struct schedule s;
	bool final;

	(void)state;
	schedule_init(&s, 0, 10, NAN);
	schedule_take(&s, 0, &final);
	assert_int_equal(schedule_take(&s, 47 * S, &final), 3); /* 10, 20, 30 were missed, 40 is taken late */
	assert_int_equal(s.missed, 3);
	assert_int_equal(schedule_due_ns(&s), 50 * S);
	assert_int_equal(schedule_owed(&s, 47 * S), 5);
}

/* A run that something else ends: no row before its time has come, however near it is, and none that waits to be taken just then. */
static void what_comes_due_at_the_end_is_not_owed(void **state)
{
	const int64_t ms = S / 1000, first = 18 * ms; /* the first row 18 ms after second 0 of the run */
	struct schedule s;
	bool final;

	(void)state;
	schedule_init(&s, first, 1, NAN);
	assert_int_equal(schedule_owed(&s, 0), 0);
	assert_int_equal(schedule_owed(&s, first), 0);
	schedule_take(&s, first, &final);
	assert_int_equal(schedule_owed(&s, first), 1);
	assert_int_equal(schedule_owed(&s, first + S - ms), 1); /* a phase that ends a little before the second row */
	assert_int_equal(schedule_owed(&s, first + S), 1);      /* with it */
	assert_int_equal(schedule_owed(&s, first + 2 * S - ms), 1);
	assert_int_equal(schedule_owed(&s, first + 2 * S), 2); /* the second was let pass */
	assert_int_equal(schedule_owed(&s, first + 9 * S + ms), 9);
	schedule_take(&s, first + 9 * S, &final);
	assert_int_equal(schedule_owed(&s, first + 9 * S + ms), 10);
}

static void the_last_tick_is_at_the_end(void **state)
{
	struct schedule s;
	bool final = false;
	int rows = 0;

	(void)state;
	schedule_init(&s, 0, 0.2, 20);
	for (int64_t now = 0; !final; now += S / 5, rows++)
		schedule_take(&s, now, &final);
	assert_int_equal(rows, 101);
}

static void a_wake_up_before_its_time_takes_its_own_tick(void **state)
{
	struct schedule s;
	bool final;

	(void)state;
	schedule_init(&s, 0, 10, 100);
	schedule_take(&s, 0, &final);
	assert_int_equal(schedule_take(&s, 10 * S - 1000, &final), 0);
	assert_int_equal(schedule_due_ns(&s), 20 * S);
}

static void a_late_end_is_one_last_row(void **state)
{
	struct schedule s;
	bool final;

	(void)state;
	schedule_init(&s, 0, 10, 100);
	schedule_take(&s, 0, &final);
	assert_int_equal(schedule_take(&s, 500 * S, &final), 9);
	assert_true(final);
	assert_int_equal(schedule_owed(&s, 500 * S), 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ticks_are_absolute),
		cmocka_unit_test(missed_ticks_are_counted_and_not_caught_up_with),
		cmocka_unit_test(what_comes_due_at_the_end_is_not_owed),
		cmocka_unit_test(the_last_tick_is_at_the_end),
		cmocka_unit_test(a_wake_up_before_its_time_takes_its_own_tick),
		cmocka_unit_test(a_late_end_is_one_last_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
