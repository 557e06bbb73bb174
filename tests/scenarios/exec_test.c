/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scenario exec and the phases of a plan, with the real driver:
 * the run under way ends, an idle phase begins none, a count is kept.
 */
#include "tests/check.h"

#include "tests/scenarios/monitor.h"

static struct monitor *exec_monitor(const char *dir, const char *argv, const char *phases)
{
	char job[1024];

	snprintf(job, sizeof(job), "{\"scenario\":\"exec\",\"dir\":\"%s\",\"exec\":%s,\"exec_continuous\":true,\"phases\":[%s]}",
		 dir, argv, phases);
	return monitor_new(job);
}

static void end(struct monitor *m, char *dir)
{
	char path[PATH_MAX];

	monitor_end(m);
	snprintf(path, sizeof(path), "%s/exec.log", dir);
	assert_int_equal(unlink(path), 0);
	temp_dir_remove(dir);
}

static void wait_ops(struct monitor *m, uint64_t n)
{
	double limit = now_s() + PATIENCE_S;

	while (atomic_load(&m->shared->ops) < n) {
		if (now_s() > limit)
			fail_msg("%llu runs, and no more in time", (unsigned long long)atomic_load(&m->shared->ops));
		sleep_s(0.01);
	}
}

static void counted_phase(void **unused)
{
	char *dir = temp_dir();
	struct monitor *m = exec_monitor(dir, "[\"true\"]",
					 "{\"name\":\"five\",\"ops\":5},{\"name\":\"rest\",\"idle\":true},{\"name\":\"on\"}");

	(void)unused;
	monitor_run(m);
	assert_int_equal(atomic_load(&m->shared->ops), 0); /* nothing before the first phase */
	monitor_say(m, "phase 0");
	assert_non_null(monitor_wait(m, "drained 0", PATIENCE_S));
	assert_int_equal(atomic_load(&m->shared->ops), 5);
	assert_string_equal(m->shared->kind[0].name, "true");
	assert_int_equal(latency_count(&m->shared->kind[0].latency, NULL), 5);
	monitor_say(m, "phase 1");
	monitor_say(m, "drain");
	assert_non_null(monitor_wait(m, "drained 1", PATIENCE_S));
	assert_int_equal(atomic_load(&m->shared->ops), 5);
	monitor_say(m, "phase 2");
	wait_ops(m, 7);
	monitor_say(m, "drain");
	assert_non_null(monitor_wait(m, "drained 2", PATIENCE_S));
	assert_int_equal(atomic_load(&m->shared->errors), 0);
	assert_int_equal(atomic_load(&m->shared->missed), 0);
	end(m, dir);
}

/* exec.log has something. */
static void wait_begun(const char *dir)
{
	double limit = now_s() + PATIENCE_S;
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/exec.log", dir);
	while (stat(path, &st) != 0 || st.st_size == 0) {
		if (now_s() > limit)
			fail_msg("nothing was printed in time");
		sleep_s(0.01);
	}
}

/* The run that is under way when a phase drains is waited for, and counted in it. */
static void drain_waits(void **unused)
{
	char *dir = temp_dir();
	struct monitor *m = exec_monitor(dir, "[\"sh\",\"-c\",\"echo begun; sleep 0.5; echo 12 requests in 1.0s, 3KB read\"]",
					 "{\"name\":\"one\"}");

	(void)unused;
	monitor_run(m);
	monitor_say(m, "phase 0");
	wait_begun(dir);
	monitor_say(m, "drain");
	assert_non_null(monitor_wait(m, "drained 0", PATIENCE_S));
	assert_true(atomic_load(&m->shared->ops) >= 12); /* on a machine that stood still a second run may have begun */
	assert_int_equal(atomic_load(&m->shared->ops) % 12, 0);
	end(m, dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(counted_phase), cmocka_unit_test(drain_waits) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
