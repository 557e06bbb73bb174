/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The schedule, with times that the test makes up. */
#include "tests/check.h"

#include "scenarios/pace.h"

#define MS INT64_C(1000000)
#define S  INT64_C(1000000000)

static void first_is_due_at_once(void **unused)
{
	struct pace p;

	(void)unused;
	pace_init(&p, 200, 1, 1000 * S);
	assert_int_equal(pace_next_ns(&p), 1000 * S);
	assert_int_equal(pace_due(&p, 1000 * S - 1), 0);
	assert_int_equal(pace_due(&p, 1000 * S), 1);
	pace_take(&p, 1);
	assert_int_equal(pace_due(&p, 1000 * S + 4 * MS), 0);
	assert_int_equal(pace_next_ns(&p), 1000 * S + 5 * MS);
	assert_int_equal(pace_due(&p, 1000 * S + 5 * MS), 1);
}

/* Late wake-ups do not lower the rate: a day at 200/s, looked at every 7.3 ms, is 200 operations a second. */
static void keeps_the_rate(void **unused)
{
	struct pace p;
	int64_t now = 0;

	(void)unused;
	pace_init(&p, 200, 1, 0);
	for (; now < 3600 * S; now += 7300000)
		pace_take(&p, pace_due(&p, now));
	assert_int_equal(p.missed, 0);
	assert_int_equal(p.taken, 1 + (uint64_t)((double)(now - 7300000) * 1e-9 * 200));
}

/* pace_next_ns() is when pace_due() says yes, at rates that no binary fraction can express. */
static void next_is_when_due(void **unused)
{
	static const double rates[] = { 0.003, 0.7, 3, 7, 199.9, 200, 333.3, 12345.678 };

	(void)unused;
	for (size_t r = 0; r < sizeof(rates) / sizeof(rates[0]); r++) {
		struct pace p;

		pace_init(&p, rates[r], 1, 5 * S);
		for (int i = 0; i < 20000; i++) {
			assert_int_equal(pace_due(&p, pace_next_ns(&p)), 1);
			pace_take(&p, 1);
		}
		assert_int_equal(p.missed, 0);
	}
}

static void bounded_backlog(void **unused)
{
	struct pace p;

	(void)unused;
	pace_init(&p, 200, 1, 0);
	assert_int_equal(p.backlog, 20);
	assert_int_equal(pace_due(&p, 60 * S), 20); /* a server stuck for a minute */
	assert_int_equal(p.missed, 12001 - 20);
	pace_take(&p, 20);
	assert_int_equal(pace_due(&p, 60 * S), 0); /* the schedule goes on where it would be */
	assert_int_equal(pace_next_ns(&p), 60 * S + 5 * MS);
}

static void batches(void **unused)
{
	struct pace p;

	(void)unused;
	pace_init(&p, 200, 100, 0);
	assert_int_equal(p.backlog, 200);
	assert_int_equal(pace_due(&p, 0), 1);
	pace_take(&p, 1);
	assert_int_equal(pace_next_ns(&p), 500 * MS);
	assert_int_equal(pace_due(&p, 499 * MS), 0);
	assert_int_equal(pace_due(&p, 500 * MS), 1);
	assert_int_equal(pace_due(&p, 100 * S), 2);
	assert_int_equal(p.missed % 100, 0);
}

static void unpaced(void **unused)
{
	struct pace p;

	(void)unused;
	pace_init(&p, 0, 100, 0);
	assert_true(pace_due(&p, 0) == UINT64_MAX);
	assert_true(pace_next_ns(&p) == INT64_MIN);
}

static void waits_longer_after_each_failure(void **state)
{
	double next = 0, waits[12];

	(void)state;
	for (int i = 0; i < 12; i++)
		waits[i] = pace_retry(&next, .1, 30, i % 2 ? 1 : 0);
	assert_double_equal(waits[0], 0.05, 1e-9);
	assert_double_equal(waits[1], 0.2, 1e-9);
	assert_double_equal(waits[2], 0.2, 1e-9);
	assert_double_equal(waits[10], 15, 1e-9);
	assert_double_equal(waits[11], 30, 1e-9);
	assert_double_equal(next, 30, 0);
	next = 0; /* one went well */
	assert_double_equal(pace_retry(&next, .1, 30, 1), .1, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waits_longer_after_each_failure),
		cmocka_unit_test(first_is_due_at_once),
		cmocka_unit_test(keeps_the_rate),
		cmocka_unit_test(next_is_when_due),
		cmocka_unit_test(bounded_backlog),
		cmocka_unit_test(batches),
		cmocka_unit_test(unpaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
