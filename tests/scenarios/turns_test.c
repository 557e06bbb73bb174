/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is due over the phases of a plan, with times that the test makes up. */
#include "tests/check.h"

#include <math.h>
#include <string.h>

#include "scenarios/turns.h"

#define S INT64_C(1000000000)

static struct job_work work[] = { { .name = "a", .weight = 1 }, { .name = "b", .weight = 3 } };
static struct plan_phase phases[3];

static struct drive_job job(double rate)
{
	for (size_t i = 0; i < 3; i++)
		phases[i] = (struct plan_phase){ .length_s = NAN, .load = { .rate = NAN } };
	return (struct drive_job){ .seed = 1, .connections = 4, .rate = rate, .batch = 1, .work = work, .n_work = 2 };
}

static void without_phases(void **unused)
{
	struct drive_job j = job(10);
	struct turns t;

	(void)unused;
	turns_init(&t, &j);
	assert_int_equal(turns_due(&t, 5 * S), 0);
	assert_true(turns_next_ns(&t) == INT64_MAX);
	turns_open(&t, 5 * S);
	assert_int_equal(turns_due(&t, 5 * S), 1);
	turns_take(&t, 1);
	assert_int_equal(turns_due(&t, 5 * S), 0);
	assert_true(turns_next_ns(&t) == 5 * S + S / 10);
	j.rate = 0;
	turns_init(&t, &j);
	turns_open(&t, 5 * S);
	assert_true(turns_due(&t, 5 * S) == UINT64_MAX && turns_next_ns(&t) == INT64_MIN);
}

static void a_phase_of_operations(void **unused)
{
	struct drive_job j = job(0);
	struct turns t;

	(void)unused;
	j.phase = phases;
	j.n_phase = 3;
	phases[1].ops = 5;
	turns_init(&t, &j);
	turns_open(&t, 0);
	assert_int_equal(turns_due(&t, 0), 0); /* waits for its phase */
	turns_begin(&t, 1, UINT64_MAX, 0, 0);
	assert_int_equal(turns_due(&t, 0), 5);
	turns_take(&t, 3);
	assert_int_equal(turns_due(&t, 0), 2);
	assert_false(t.draining);
	turns_take(&t, 2);
	assert_true(t.draining && turns_due(&t, 0) == 0 && turns_next_ns(&t) == INT64_MAX);
	turns_begin(&t, 1, 2, 0, 0); /* by a driver that replaces one which had started three */
	assert_int_equal(turns_due(&t, 0), 2);
	turns_take(&t, 2);
	assert_true(t.draining);
	turns_begin(&t, 1, 0, 0, 0);
	assert_true(t.draining && turns_due(&t, 0) == 0);
	turns_begin(&t, 0, UINT64_MAX, 0, 0);
	assert_true(turns_due(&t, 0) == UINT64_MAX);
	turns_drain(&t);
	assert_int_equal(turns_due(&t, 0), 0);
}

/* On for 10 s and off for 5 s at 100/s: a minute of it is 4000 operations, and no burst after a pause. */
static void on_and_off(void **unused)
{
	struct drive_job j = job(1);
	struct turns t;
	uint64_t taken = 0;

	(void)unused;
	j.phase = phases;
	j.n_phase = 1;
	phases[0].load = (struct plan_load){ .shape = PLAN_ON_OFF, .rate = 100, .on_s = 10, .off_s = 5 };
	turns_init(&t, &j);
	turns_begin(&t, 0, UINT64_MAX, 0, 0);
	for (int64_t now = 0; now < 60 * S;) {
		uint64_t n = turns_due(&t, now);
		int64_t next;

		assert_true(n <= 1);
		turns_take(&t, n);
		taken += n;
		next = turns_next_ns(&t);
		assert_true(next > now);
		now = next;
	}
	assert_int_equal(taken, 4000);
	assert_int_equal(turns_missed(&t), 0);
	turns_begin(&t, 0, UINT64_MAX, 0, 12 * S); /* by a driver that replaces one: the phase is 12 s old */
	assert_int_equal(turns_due(&t, 12 * S), 0);
	assert_int_equal(turns_next_ns(&t), 15 * S);
}

/* A ramp from 0 to 100/s over 100 s is 5000 operations, within those of one step of a second. */
static void a_ramp(void **unused)
{
	struct drive_job j = job(1);
	struct turns t;
	uint64_t taken = 0;

	(void)unused;
	j.phase = phases;
	j.n_phase = 1;
	phases[0].length_s = 100;
	phases[0].load = (struct plan_load){ .shape = PLAN_RAMP, .rate = 100 };
	turns_init(&t, &j);
	turns_begin(&t, 0, UINT64_MAX, 0, 0);
	for (int64_t now = 0; now < 100 * S; now += S / 1000) {
		uint64_t n = turns_due(&t, now);

		turns_take(&t, n);
		taken += n;
	}
	assert_in_range(taken, 4950 - 100, 5000);
}

static void by_weight(void **unused)
{
	struct drive_job j = job(1);
	double only_a[] = { 1, 0 };
	struct turns t, again;
	size_t b = 0;

	(void)unused;
	turns_init(&t, &j);
	turns_init(&again, &j);
	for (int i = 0; i < 10000; i++) {
		size_t k = turns_pick(&t);

		assert_int_equal(k, turns_pick(&again)); /* the same seed, the same operations */
		b += k;
	}
	assert_in_range(b, 7300, 7700);
	j.phase = phases;
	j.n_phase = 1;
	phases[0].weight = only_a;
	turns_begin(&t, 0, UINT64_MAX, 0, 0);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(turns_pick(&t), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_phases), cmocka_unit_test(a_phase_of_operations),
		cmocka_unit_test(on_and_off),     cmocka_unit_test(a_ramp),
		cmocka_unit_test(by_weight),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
