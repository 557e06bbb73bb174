/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a driver counts goes on where the one before it stopped: the shared page is older than the driver. */
#include "tests/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "scenarios/leaky_shape.h"
#include "scenarios/registry.h"

#define S INT64_C(1000000000)

static struct drive_job a_job(void)
{
	static struct job_work work = { .name = "a", .weight = 1 };

	return (struct drive_job){ .seed = 1, .connections = 1, .rate = 10, .batch = 1, .work = &work, .n_work = 1 };
}

/* Ten a second are due, and nobody takes them: what is more than may wait is missed. */
static uint64_t misses(struct drive_shared *page, const struct drive_job *job, double seconds)
{
	struct drive d = { .job = job, .shared = page, .phase = DRIVE_RUNNING };
	uint64_t before = page->missed;

	turns_init(&d.turns, job);
	turns_open(&d.turns, 0);
	drive_due(&d, 0);
	drive_due(&d, (int64_t)(seconds / 2) * S);
	drive_due(&d, (int64_t)seconds * S);
	return page->missed - before;
}

static void missed_operations_go_on(void **state)
{
	struct drive_shared *page = calloc(1, sizeof(*page));
	struct drive_job job = a_job();
	uint64_t first, second;

	(void)state;
	assert_non_null(page);
	first = misses(page, &job, 100);
	assert_true(first > 900 && first <= 1001);
	second = misses(page, &job, 50); /* the driver in its place begins with none of its own */
	assert_true(second > 400 && second < first);
	assert_int_equal(page->missed, first + second);
	free(page);
}

static void a_step_of_leaky_is_an_operation(void **state)
{
	struct drive_shared *page = calloc(1, sizeof(*page));
	struct clock_fake clock = { 1795204800, 1000 * S };
	struct sk_clock ticks = clock_fake_make(&clock);
	struct drive_job job = a_job();
	struct drive d = { .job = &job, .shared = page, .clock = &ticks, .control = -1 };
	void *leaky = calloc(1, scenario_leaky.state_size);

	(void)state;
	assert_true(page && leaky);
	job.profile = "linear";
	job.leak_per_h = 0;
	job.length_s = NAN;
	assert_int_equal(scenario_leaky.open(&d, leaky, NULL), SK_OK);
	turns_init(&d.turns, &job);
	scenario_leaky.go(&d, leaky);
	for (int i = 0; i < 4; i++) {
		clock_fake_advance(&clock, .05);
		scenario_leaky.run(&d, leaky, NULL, 0, clock_boot_ns(&ticks));
	}
	assert_int_equal(page->n_kinds, 1);
	assert_string_equal(page->kind[0].name, "step");
	assert_int_equal(page->kind[0].ops, page->ops);
	assert_int_equal(page->ops, 5); /* one to begin with, and those that were due */
	assert_int_equal(page->kind[0].errors, 0);
	scenario_leaky.close(&d, leaky);
	free(leaky);
	free(page);
}

/* A new run counts from 1; one that goes on begins at the time, behind all that the one before can have given. */
static void unique_numbers_never_come_twice(void **state)
{
	struct clock_fake clock = { 1795204800, 1000 * S };
	struct sk_clock ticks = clock_fake_make(&clock);
	struct drive_job job = a_job();
	struct drive fresh = { .job = &job, .clock = &ticks }, resumed = { .job = &job, .clock = &ticks };

	(void)state;
	assert_int_equal(drive_unique(&fresh), 1);
	assert_int_equal(drive_unique(&fresh), 2);
	job.resumed = true;
	assert_int_equal(drive_unique(&resumed), INT64_C(1795204800000001));
	clock_fake_advance(&clock, 1);
	assert_int_equal(drive_unique(&resumed), INT64_C(1795204800000002));
}

/* Something under way for ten seconds that does not end is told once, and its end; what is given up is no answer. */
static void a_server_that_hangs_is_told(void **state)
{
	struct drive_shared *page = calloc(1, sizeof(*page));
	struct drive d = { .shared = page };
	char msg[DRIVE_MSG];
	int pair[2];

	(void)state;
	assert_non_null(page);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	d.control = pair[0];
	assert_int_equal(drive_watch_stall(&d, false, 5 * S), INT64_MAX);
	assert_int_equal(drive_watch_stall(&d, true, 1000 * S), 1010 * S); /* it was idle for long: that is no stall */
	page->ops = 7;
	assert_int_equal(drive_watch_stall(&d, true, 1009 * S), 1019 * S);
	assert_int_equal(recv(pair[1], msg, sizeof(msg), 0), -1);
	assert_int_equal(drive_watch_stall(&d, true, 1019 * S), INT64_MAX);
	assert_true(recv(pair[1], msg, sizeof(msg), 0) > 0);
	assert_memory_equal(msg, "event stalled nothing was answered for 10 s", 43);
	page->errors = 4;
	drive_watch_stall(&d, false, 1025 * S);
	drive_watch_stall(&d, true, 1036 * S);
	assert_int_equal(recv(pair[1], msg, sizeof(msg), 0), -1);
	page->ops = 8;
	assert_int_equal(drive_watch_stall(&d, true, 1040 * S), 1050 * S);
	assert_true(recv(pair[1], msg, sizeof(msg), 0) > 0);
	assert_memory_equal(msg, "event stalled answers come again after 31.0 s", 45);
	close(pair[0]);
	close(pair[1]);
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_server_that_hangs_is_told),
		cmocka_unit_test(missed_operations_go_on),
		cmocka_unit_test(a_step_of_leaky_is_an_operation),
		cmocka_unit_test(unique_numbers_never_come_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
