/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A redis that grows by 36 MiB/h for an hour, and all but 1 MiB of it is fragmentation; then each condition broken in turn. */
#include "analysis/fragmentation.h"

#include <string.h>

#include "analysis/verdict.h"
#include "tests/check.h"

#define MIB      1024.
#define MIN_RATE 64.

static struct verdict v;

static int fresh(void **state)
{
	(void)state;
	memset(&v, 0, sizeof(v));
	v.main = (struct series_verdict){
		.column = "anon_kb", .verdict = VERDICT_LEAK, .kind = LEAK_LINEAR, .rate_kb_per_h = 36 * MIB
	};
	strcpy(v.main.why, "it leaks");
	v.series[0] = v.main;
	v.series[1] = (struct series_verdict){ .column = "rss_kb", .verdict = VERDICT_LEAK, .kind = LEAK_LINEAR };
	v.series[2] = (struct series_verdict){ .column = "vsz_kb", .verdict = VERDICT_LEAK, .kind = LEAK_LINEAR };
	v.series[3] = (struct series_verdict){ .column = "fds", .verdict = VERDICT_STABLE };
	v.n_series = 4;
	v.explained = (struct explained){ .source = "redis",
					  .processes = 1,
					  .span_s = 3600,
					  .growth_kb = 35 * MIB,
					  .explained_kb = MIB,
					  .in_use_lo_kb = 60,
					  .fragmentation_kb = 30 * MIB,
					  .retention_kb = 2 * MIB,
					  .other_kb = 2 * MIB,
					  .rest = REST_FRAGMENTATION };
	return 0;
}

static bool overruled(void)
{
	fragmentation_overrules(&v, MIN_RATE);
	assert_int_equal(v.main.verdict, v.explained.by_allocator ? VERDICT_SUSPECTED : VERDICT_LEAK);
	return v.explained.by_allocator;
}

static void fragmentation_is_suspected_only(void **state)
{
	(void)state;
	assert_true(overruled());
	assert_int_equal(v.main.kind, LEAK_NONE);
	assert_string_equal(v.main.why,
			    "anonymous memory grows by +36.0 MiB/h, but not by the program's data: by its own account (redis) "
			    "30.0 MiB of 35.0 MiB are the allocator's fragmentation (pages that hold less and less), and "
			    "what is in use does not grow; a leak would grow in use too");
	assert_int_equal(v.series[0].verdict, VERDICT_SUSPECTED);
	assert_string_equal(v.series[0].why, v.main.why);
	assert_int_equal(v.series[1].verdict, VERDICT_SUSPECTED);
	assert_int_equal(v.series[1].kind, LEAK_NONE);
	assert_int_equal(v.series[2].verdict, VERDICT_LEAK); /* address space does not decide */
}

static void so_is_free_memory_that_is_kept(void **state)
{
	(void)state;
	v.explained.rest = REST_RETENTION;
	v.explained.retention_kb = 33 * MIB;
	v.explained.fragmentation_kb = 0;
	assert_true(overruled());
	assert_non_null(strstr(v.main.why, "33.0 MiB of 35.0 MiB are free memory that the allocator keeps, and"));
}

static void of_what_is_suspected_it_is_the_reason(void **state)
{
	(void)state;
	v.main.verdict = VERDICT_SUSPECTED;
	v.main.kind = LEAK_NONE;
	assert_true(overruled());
	assert_non_null(strstr(v.main.why, "not by the program's data"));
}

static void what_is_in_use_grows(void **state)
{
	(void)state;
	v.explained.in_use_lo_kb = 70;
	assert_false(overruled());
	assert_string_equal(v.main.why, "it leaks");
	assert_int_equal(v.series[0].verdict, VERDICT_LEAK);
	assert_int_equal(v.main.kind, LEAK_LINEAR);
}

/* In ten hours 640 KiB are below --min-rate; in a minute what it makes in an hour is. */
static void in_use_below_the_least_rate(void **state)
{
	(void)state;
	v.explained.span_s = 36000;
	v.explained.in_use_lo_kb = 630;
	v.main.rate_kb_per_h = 3.6 * MIB;
	assert_true(overruled());
	fresh(NULL);
	v.explained.span_s = 60;
	v.main.rate_kb_per_h = 36 * 60 * MIB;
	assert_true(overruled());
}

static void half_or_less_is_not_enough(void **state)
{
	(void)state;
	v.explained.fragmentation_kb = 17.4 * MIB; /* of 36, with 2 of retention */
	assert_true(overruled());
	fresh(NULL);
	v.explained.fragmentation_kb = 16 * MIB;
	assert_false(overruled());
}

static void never_for_what_no_account_knows(void **state)
{
	(void)state;
	v.explained.rest = REST_OTHER;
	assert_false(overruled());
	v.explained.rest = REST_NONE; /* its growth is not above the noise */
	assert_false(overruled());
}

static void processes_without_an_account_grow(void **state)
{
	(void)state;
	v.main.rate_kb_per_h = 43 * MIB;
	assert_true(overruled());
	fresh(NULL);
	v.main.rate_kb_per_h = 44 * MIB;
	assert_false(overruled());
}

static void something_else_leaks_or_decides(void **state)
{
	static const char *const others[] = { "shmem_kb", "processes", "threads", "fds" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		fresh(NULL);
		strcpy(v.series[3].column, others[i]);
		v.series[3].verdict = VERDICT_LEAK;
		assert_false(overruled());
	}
	fresh(NULL);
	strcpy(v.main.column, "shmem_kb");
	assert_false(overruled());
	fresh(NULL);
	v.main.verdict = VERDICT_PLATEAU;
	fragmentation_overrules(&v, MIN_RATE);
	assert_int_equal(v.main.verdict, VERDICT_PLATEAU);
	assert_false(v.explained.by_allocator);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(fragmentation_is_suspected_only, fresh),
		cmocka_unit_test_setup(so_is_free_memory_that_is_kept, fresh),
		cmocka_unit_test_setup(of_what_is_suspected_it_is_the_reason, fresh),
		cmocka_unit_test_setup(what_is_in_use_grows, fresh),
		cmocka_unit_test_setup(in_use_below_the_least_rate, fresh),
		cmocka_unit_test_setup(half_or_less_is_not_enough, fresh),
		cmocka_unit_test_setup(never_for_what_no_account_knows, fresh),
		cmocka_unit_test_setup(processes_without_an_account_grow, fresh),
		cmocka_unit_test_setup(something_else_leaks_or_decides, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
