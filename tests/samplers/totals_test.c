/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/totals.h"

#include <string.h>

#include "tests/check.h"

/* A set of one gauge and one counter is enough: they are read from nowhere. */
static const struct metric gauge = { "level_kb", "KiB", METRIC_GAUGE, "level", "." };
static const struct metric counter = { "count", "1", METRIC_COUNTER, "count", "." };
enum { LEVEL, COUNT };
static const struct sampler_set set = { .n = 0, .metric = { &gauge, &counter }, .n_metric = 2 };

static struct totals t;

static int setup(void **state)
{
	(void)state;
	return totals_init(&t, &set, NULL) == SK_OK ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	totals_release(&t);
	totals_release(&t);
	return 0;
}

static void add(pid_t pid, uint64_t start, unsigned how, double level, double count)
{
	const double row[] = { level, count };

	assert_int_equal(totals_add(&t, pid, start, how, row, NULL), SK_OK);
}

static void expect(size_t processes, double level, size_t supplied, double count)
{
	totals_end(&t);
	assert_int_equal(t.processes, processes);
	assert_double_equal(t.sum[LEVEL], level, 0);
	assert_int_equal(t.supplied[LEVEL], supplied);
	assert_double_equal(t.sum[COUNT], count, 0);
	totals_begin(&t);
}

static void gauges_are_sums_and_counters_are_growth(void **state)
{
	(void)state;
	totals_begin(&t);
	add(1, 100, 0, 10, 1000);
	add(2, 100, 0, 20, 500);
	expect(2, 30, 2, 0); /* what they had counted before the run is not the run's */
	add(1, 100, 0, 11, 1003);
	add(2, 100, 0, 20, 510);
	expect(2, 31, 2, 13);
}

static void the_born_count_from_nothing_and_the_dead_stay(void **state)
{
	(void)state;
	totals_begin(&t);
	add(1, 100, 0, 10, 1000);
	expect(1, 10, 1, 0);
	add(1, 100, 0, 10, 1000);
	add(2, 200, TOTALS_BORN, 5, 40);
	expect(2, 15, 2, 40);
	add(1, 100, 0, 10, 1001);
	expect(1, 10, 1, 41);
	add(1, 100, 0, 10, 1001);
	add(2, 300, TOTALS_BORN, 5, 7); /* the same pid, another process */
	expect(2, 15, 2, 48);
	add(2, 300, TOTALS_BORN, 5, 9); /* born once */
	expect(1, 5, 1, 50);
}

static void one_unreadable_process_makes_the_gauge_unknown(void **state)
{
	(void)state;
	totals_begin(&t);
	add(1, 100, 0, 10, 0);
	add(2, 100, 0, NAN, 0);
	expect(2, NAN, 1, 0);
	add(1, 100, 0, 10, 0);
	add(2, 100, 0, 20, 0);
	expect(2, 30, 2, 0);
}

static void the_gone_are_not_waited_for(void **state)
{
	(void)state;
	totals_begin(&t);
	add(1, 100, 0, 10, 5);
	add(2, 100, 0, 20, 5);
	expect(2, 30, 2, 0);
	add(1, 100, 0, 10, 6);
	add(2, 100, TOTALS_GONE, NAN, NAN); /* it gave nothing: it is not of this row */
	expect(1, 10, 1, 1);
	add(1, 100, 0, 10, 6);
	add(3, 200, TOTALS_BORN | TOTALS_GONE, NAN, 4); /* it gave its counter before it went */
	expect(1, 10, 1, 5);
	add(1, 100, 0, 10, 6);
	add(4, 200, TOTALS_BORN | TOTALS_GONE, 7,
	    2); /* and its level: other gauges of the row may be without it, so this one is too */
	expect(1, 10, 1, 7);
	add(3, 200, TOTALS_GONE, NAN, NAN);
	expect(0, NAN, 0, 7);
}

static void without_processes_nothing_is_known(void **state)
{
	(void)state;
	totals_begin(&t);
	expect(0, NAN, 0, NAN);
	add(1, 100, 0, 10, NAN);
	expect(1, 10, 1, NAN); /* nobody has supplied the counter yet */
}

static void memory_of_a_dying_target_is_unknown(void **state)
{
	(void)state;
	totals_begin(&t);
	add(1, 100, 0, 10, 5);
	add(2, 100, TOTALS_EXITING, NAN, 6); /* beside one that lives it is not waited for */
	expect(2, 10, 1, 0);
	add(1, 100, TOTALS_EXITING, NAN, 7);
	expect(1, NAN, 0, 2); /* nobody has any: no level; what was counted stays */
	add(1, 100, TOTALS_EXITING, NAN, 7);
	add(2, 100, 0, NAN, 6); /* one that lives and may not be read */
	expect(2, NAN, 0, 2);
	add(3, 200, TOTALS_BORN, 30, 1);
	expect(1, 30, 1, 3);
	add(4, 1, 0, 0, 0); /* a kernel thread has 0 KiB and keeps it */
	expect(1, 0, 1, 3);
}

static void a_counter_that_cannot_be_read_keeps_what_it_had(void **state)
{
	(void)state;
	totals_begin(&t);
	add(1, 100, 0, 1, NAN);
	expect(1, 1, 1, NAN);
	add(1, 100, 0, 1, 50); /* its first reading */
	expect(1, 1, 1, 0);
	add(1, 100, 0, 1, 60);
	expect(1, 1, 1, 10);
	add(1, 100, 0, 1, NAN);
	expect(1, 1, 1, 10);
	add(1, 100, 0, 1, 75);
	expect(1, 1, 1, 25);
	add(1, 100, 0, 1, 70); /* back: rounding of the kernel's CPU time does that */
	expect(1, 1, 1, 25);
	add(1, 100, 0, 1, 76);
	expect(1, 1, 1, 26);
}

static void a_resumed_run_counts_on(void **state)
{
	double counters[SAMPLER_METRICS_MAX], resumed[] = { NAN, 41 };

	(void)state;
	totals_resume(&t, resumed);
	totals_begin(&t);
	add(1, 100, 0, 10, 1000);
	expect(1, 10, 1, 41);
	add(1, 100, 0, 10, 1002);
	expect(1, 10, 1, 43);
	totals_counters(&t, counters);
	assert_double_equal(counters[LEVEL], NAN, 0);
	assert_double_equal(counters[COUNT], 43, 0);
}

/* Far more than the first table holds, each row with half of the last one's and as many new ones. */
static void many_that_come_and_go(void **state)
{
	const int n = 5000;
	double count = 0;

	(void)state;
	totals_begin(&t);
	for (int row = 0; row < 6; row++) {
		for (int i = 0; i < n; i++)
			add(1 + row * n / 2 + i, 7, TOTALS_BORN, 1, row + 1);
		/* the new ones bring row + 1, those of the row before one more */
		count += row ? n / 2 * (row + 1) + n / 2 : n;
		expect((size_t)n, n, (size_t)n, count);
	}
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(gauges_are_sums_and_counters_are_growth),
		CASE(the_born_count_from_nothing_and_the_dead_stay),
		CASE(one_unreadable_process_makes_the_gauge_unknown),
		CASE(the_gone_are_not_waited_for),
		CASE(without_processes_nothing_is_known),
		CASE(memory_of_a_dying_target_is_unknown),
		CASE(a_counter_that_cannot_be_read_keeps_what_it_had),
		CASE(a_resumed_run_counts_on),
		CASE(many_that_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
