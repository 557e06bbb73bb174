/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is ruled out, and what to send next: a text for each kind of verdict, and no process that the data do not have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "analysis/explained.h"
#include "soakd/advice.h"
#include "tests/soakd/fixture_verdict.h"

static struct verdict v; /* too large for a stack */
static struct text t;

static const char *next_of(const char *run)
{
	json_t *j = run ? json_loads(run, 0, NULL) : NULL;

	text_reset(&t);
	add_next(&t, &v, j);
	json_decref(j);
	assert_false(t.failed);
	return text_str(&t);
}

static void leak_of(const char *column, enum leak_kind kind)
{
	fixture_leak(&v);
	strcpy(v.main.column, column);
	v.main.kind = kind;
}

static void add_series(const char *column, enum verdict_class verdict)
{
	struct series_verdict *s = &v.series[v.n_series++];

	*s = (struct series_verdict){ .verdict = verdict, .samples = 100 };
	strcpy(s->column, column);
}

static void add_part(const char *by, const char *name)
{
	v.part[v.n_parts++] = (struct verdict_part){ .growth_kb = 1000, .share = .9, .q_value = .001 };
	strcpy(v.part[v.n_parts - 1].by, by);
	strcpy(v.part[v.n_parts - 1].name, name);
}

static void only_what_is_decided_is_ruled_out(void **state)
{
	(void)state;
	fixture_leak(&v);
	text_reset(&t);
	assert_false(add_ruled_out(&t, &v)); /* RSS, which has the same pages, rules nothing out */
	assert_string_equal(text_str(&t), "");
	add_series("fds", VERDICT_STABLE);
	add_series("threads", VERDICT_INSUFFICIENT);
	add_series("processes", VERDICT_PLATEAU);
	add_series("file_kb", VERDICT_SUSPECTED);
	add_series("shmem_kb", VERDICT_INSUFFICIENT);
	add_series("rss_shmem_kb", VERDICT_STABLE);
	add_series(DRIVER_COLUMN, VERDICT_STEP);
	add_series("vsz_kb", VERDICT_STABLE);
	v.series[v.n_series - 1].samples = 0;
	assert_string_equal(v.series[6].column, "shmem_kb"); /* undecided: another column of the same thing does not help */
	assert_true(add_ruled_out(&t, &v));
	assert_string_equal(text_str(&t), "descriptors, processes, soakd's driver");
	text_reset(&t);
	v.series[6].verdict = VERDICT_STABLE;
	assert_true(add_ruled_out(&t, &v));
	assert_string_equal(text_str(&t), "shared memory, descriptors, processes, soakd's driver");
	text_reset(&t);
	v.series[6].verdict = VERDICT_LEAK;
	strcpy(v.main.column, "fds"); /* what decides is not what is beside it */
	assert_true(add_ruled_out(&t, &v));
	assert_string_equal(text_str(&t), "processes, soakd's driver");
	text_reset(&t);
	v.gate = GATE_KEPT;
	assert_false(add_ruled_out(&t, &v));
}

static void next_fits_the_kind(void **state)
{
	(void)state;
	leak_of("fds", LEAK_FDS);
	add_part("fd-kind", "socket");
	assert_string_equal(next_of(NULL), "ls -l /proc/PID/fd, early and late: which entries are new (of kind socket)");
	leak_of("threads", LEAK_THREADS);
	add_part("process", "python3 pid 11912");
	assert_non_null(strstr(next_of(NULL), "/proc/11912/task/*/comm"));
	assert_non_null(strstr(next_of(NULL), "gdb -p 11912 "));
	leak_of("processes", LEAK_PROCESSES);
	assert_non_null(strstr(next_of(NULL), "not reaped (Z)"));
	leak_of("anon_kb", LEAK_PROCESSES);
	assert_non_null(strstr(next_of(NULL), "not reaped (Z)"));
	leak_of("vsz_kb", LEAK_ADDRESS_SPACE);
	assert_string_equal(next_of(NULL), "/proc/PID/maps, early and late: which mappings are new");
	leak_of("pss_kb", LEAK_LINEAR);
	v.main.beyond_own = true;
	assert_string_equal(next_of(NULL), "/proc/PID/smaps, early and late: which mappings grow");
	leak_of(DRIVER_COLUMN, LEAK_LINEAR);
	assert_non_null(strstr(next_of(NULL), "report it to soakd"));
}

static void next_fits_the_program(void **state)
{
	static const char postgres[] = "{\"target_info\": {\"version\": \"PostgreSQL 15.18 (Debian)\"}}";

	(void)state;
	leak_of("anon_kb", LEAK_LINEAR);
	add_part("process", "backend (soakd) pid 31574");
	assert_non_null(strstr(next_of(postgres), "select pg_log_backend_memory_contexts(31574) as superuser"));
	add_part("context", "TopMemoryContext/CacheMemoryContext/CachedPlanSource");
	assert_non_null(strstr(next_of(postgres), "report it with this page"));
	assert_non_null(strstr(next_of(postgres), "CachedPlanSource below CacheMemoryContext"));
	leak_of("anon_kb", LEAK_LINEAR);
	assert_non_null(strstr(next_of("{\"target_info\": {\"version\": \"Redis 7.0.15\"}}"), "MEMORY MALLOC-STATS"));
	assert_non_null(strstr(next_of("{\"host\": {\"allocator\": \"glibc malloc\"}}"), "heaptrack -p PID"));
	assert_non_null(strstr(next_of("{\"host\": {\"allocator\": \"jemalloc\"}}"), "MALLOC_CONF=prof:true"));
	add_part("process", "x pid 12; rm"); /* no number: not taken over */
	assert_non_null(strstr(next_of(NULL), "heaptrack -p PID"));
}

/* A server's account of N contexts with these growths of 10 KiB/s, of which it holds `held`. */
static const char *next_of_contexts(const char *const *path, const double *rate, size_t n, double held)
{
	enum { EPOCHS = 24 };
	static const struct account_source source = {
		"pg_backend_memory_contexts", "context", "the contexts", "explain", NULL, 1
	};
	static double at[EPOCHS], seen[EPOCHS], own[EPOCHS], kb[3][EPOCHS];
	struct account_item item[3];
	struct account a = { .source = &source,
			     .seen = { at, seen, EPOCHS },
			     .in_use = { at, own, EPOCHS },
			     .held = { at, own, EPOCHS },
			     .item = item,
			     .n_items = n };
	const struct evidence ev = { .account = &a, .n_accounts = 1 };

	for (size_t k = 0; k < n; k++)
		item[k] = (struct account_item){ path[k], { at, kb[k], EPOCHS } };
	for (size_t i = 0; i < EPOCHS; i++) {
		at[i] = 10 * (double)i;
		seen[i] = 3000 + 10 * at[i];
		own[i] = 1000 + held * at[i];
		for (size_t k = 0; k < n; k++)
			kb[k][i] = rate[k] * at[i];
	}
	leak_of("anon_kb", LEAK_LINEAR);
	assert_int_equal(account_for(&ev, &v), SK_OK);
	return next_of(NULL);
}

/* As many contexts as the reason names, and the same; none where they are not where it grows. */
static void contexts_are_those_of_the_reason(void **state)
{
	static const char *const path[] = { "Top/Plan", "Top/Plan/Query", "Top/Other" };
	static const double together[] = { 4.4, 4.3, .1 }, one[] = { 5.1, 4, .1 }, largest[] = { 4.9, 2, 1 },
			    little[] = { 2, 1, .1 };

	(void)state;
	assert_non_null(strstr(next_of_contexts(path, together, 3, 9), "page: it grows in Plan and Query"));
	assert_non_null(strstr(v.main.why, ", most of it in contexts Plan and Query"));
	assert_string_equal(strstr(next_of_contexts(path, one, 3, 9), "it grows in "), "it grows in Plan below Top");
	assert_non_null(strstr(v.main.why, ", most of it in context Plan below Top"));
	assert_string_equal(strstr(next_of_contexts(path, largest, 3, 9), "it grows in "), "it grows in Plan below Top");
	assert_non_null(strstr(v.main.why, ", the largest part in context Plan below Top"));
	assert_non_null(strstr(next_of_contexts(path, little, 3, 3), "a heap profile of the process that grows"));
	assert_non_null(strstr(v.main.why, "explain only 30 % of the growth"));
}

static void undecided_says_how_long(void **state)
{
	(void)state;
	fixture_leak(&v);
	v.main.verdict = VERDICT_INSUFFICIENT;
	v.main.need_more_s = 1800;
	assert_string_equal(next_of(NULL), "go on for about 30 min more: the question can then be decided");
	v.main.verdict = VERDICT_SUSPECTED;
	v.main.need_more_s = NAN;
	assert_string_equal(next_of(NULL), "a longer run under the same load");
	v.explained.by_allocator = true;
	assert_non_null(strstr(next_of(NULL), "activedefrag"));
	v.main.verdict = VERDICT_STABLE;
	assert_string_equal(next_of(NULL), "nothing to do; a longer run excludes smaller leaks");
	v.gate = GATE_NO_WORK;
	assert_non_null(strstr(next_of(NULL), "why the operations failed"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_decided_is_ruled_out),
		cmocka_unit_test(next_fits_the_kind),
		cmocka_unit_test(next_fits_the_program),
		cmocka_unit_test(contexts_are_those_of_the_reason),
		cmocka_unit_test(undecided_says_how_long),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	text_release(&t);
	return failed;
}
