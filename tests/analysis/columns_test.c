/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which column decides: each rule with series made for it. */
#include "tests/analysis/made.h"

#include "analysis/verdict.h"

#define N 200
static struct verdict v;

/* slope in KiB/h from start on; sin-free deterministic jitter of a page or two keeps the noise real. */
static void line(struct series *s, const char *name, double level, double slope)
{
	struct made m;

	made_init(&m, 42 + (unsigned long)name[0]);
	assert_int_equal(series_init(s, name, 60, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < N; i++)
		series_add(s, i * 60, floor(level + slope * i / 60 + 4 * gsl_ran_gaussian(m.r, 1) * (level > 1000)));
	made_free(&m);
}

static double anon_error_kb; /* of the evidence */

static enum sk_code decide(struct series *s, size_t n, const char *column, struct sk_err *err)
{
	const struct series *cols[8];
	struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;

	opt.column = column;
	for (size_t i = 0; i < n; i++)
		cols[i] = &s[i];
	struct evidence ev = made_evidence(cols, n, 60);

	ev.anon_error_kb = anon_error_kb;
	enum sk_code rc = verdict_decide(&ev, &opt, &v, err);

	for (size_t i = 0; i < n; i++)
		series_release(&s[i]);
	return rc;
}

static void anonymous_memory_decides(void **state)
{
	struct series s[4];

	(void)state;
	line(&s[0], "rss_kb", 90000, 3000);
	line(&s[1], "anon_kb", 50000, 3000);
	line(&s[2], "vsz_kb", 500000, 0);
	line(&s[3], "private_dirty_kb", 60000, 9000);
	assert_int_equal(decide(s, 4, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_string_equal(v.main.column, "anon_kb");
	assert_double_equal(v.main.rate_kb_per_h, 3000, 30);
	assert_int_equal(v.n_series, 4);
	assert_true(v.main.q_value >= v.main.p_value && v.main.q_value < .01);
}

static void what_moves_to_swap_is_still_owned(void **state)
{
	struct series s[2];

	(void)state;
	line(&s[0], "anon_kb", 50000, -3000);
	line(&s[1], "swap_kb", 10000, 3000);
	assert_int_equal(decide(s, 2, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_STABLE);
	assert_double_equal(v.main.ols_slope_kb_per_h, 0, 20);
	line(&s[0], "anon_kb", 50000, 0);
	line(&s[1], "swap_kb", 10000, 3000);
	assert_int_equal(decide(s, 2, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_double_equal(v.main.rate_kb_per_h, 3000, 30);
}

/* Memory that stays, 17 threads, and a kernel whose counters catch up with it in steps of 64 pages: RssAnon rises by 3 MiB. */
static void catching_up(struct series *s)
{
	struct made m;

	made_init(&m, 7);
	assert_int_equal(series_init(s, "anon_kb", 60, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < N; i++)
		series_add(s, i * 60, 50000 - 256 * (12 - i * 12 / N) + floor(8 * gsl_ran_gaussian(m.r, 1)));
	made_free(&m);
}

static void growth_within_the_error_of_the_counters_is_none(void **state)
{
	struct series s[1];

	(void)state;
	catching_up(&s[0]);
	assert_int_equal(decide(s, 1, NULL, NULL), SK_OK); /* who does not know better takes it for a leak */
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_double_equal(v.main.growth_kb, 3072, 300);
	anon_error_kb = 17 * 256;
	catching_up(&s[0]);
	assert_int_equal(decide(s, 1, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_INSUFFICIENT);
	assert_non_null(strstr(v.main.why, "no more than this kernel's RssAnon may be off by (4.25 MiB)"));
	double more_s = N * 60 * (anon_error_kb / v.main.growth_kb - 1);

	assert_true(v.main.need_more_s > more_s && v.main.need_more_s < more_s + N * 60 * .06);
	line(&s[0], "anon_kb", 50000, 1500); /* 4.9 MiB */
	assert_int_equal(decide(s, 1, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	line(&s[0], "anon_kb", 50000, 0);
	assert_int_equal(decide(s, 1, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_STABLE);
	anon_error_kb = 0;
}

static void shared_memory_decides_too(void **state)
{
	struct series s[2];

	(void)state;
	line(&s[0], "anon_kb", 50000, 0);
	line(&s[1], "shmem_kb", 50000, 2000);
	assert_int_equal(decide(s, 2, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_string_equal(v.main.column, "shmem_kb");
}

static void touching_what_others_own(void **state)
{
	struct series s[3];

	(void)state;
	line(&s[0], "anon_kb", 50000, 0);
	line(&s[1], "pss_kb", 90000, 2000);
	line(&s[2], "vsz_kb", 500000, 0);
	assert_int_equal(decide(s, 3, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_SHARED_TOUCH);
	assert_string_equal(v.main.column, "pss_kb");
	assert_false(verdict_leaking(&v));
	assert_non_null(strstr(v.main.why, "others own"));
	assert_non_null(strstr(v.main.why, "growth of its own memory above +64 KiB/h would have been found"));
	line(&s[0], "anon_kb", 50000, 0);
	line(&s[1], "pss_kb", 90000, 2000);
	line(&s[2], "vsz_kb", 500000, 2000); /* new mappings: memfd, shm */
	assert_int_equal(decide(s, 3, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_string_equal(v.main.column, "pss_kb");
}

/* The address space is asked how it grew over the time over which the growth is counted: after a bend as before it. */
static void new_mappings_a_little_fewer(void **state)
{
	struct series s[3];

	(void)state;
	for (int percent = 60; percent <= 115; percent += 5) {
		line(&s[0], "anon_kb", 50000, 0);
		assert_int_equal(series_init(&s[1], "pss_kb", 60, SERIES_ONLINE, NULL), SK_OK);
		assert_int_equal(series_init(&s[2], "vsz_kb", 60, SERIES_ONLINE, NULL), SK_OK);
		for (int i = 0; i < N; i++) {
			double grown = 300 * (i < N * .6 ? i : N * .6 + percent / 100. * (i - N * .6));

			series_add(&s[1], i * 60, 200000 + grown);
			series_add(&s[2], i * 60, 900000 + grown);
		}
		assert_int_equal(decide(s, 3, NULL, NULL), SK_OK);
		assert_int_equal(v.main.verdict, VERDICT_LEAK);
		assert_string_equal(v.main.column, "pss_kb");
	}
}

/* What a server maps while it warms up is no growth of either: by its rate the address space is compared, not by what it grew after that. */
static void new_mappings_after_a_long_warmup(void **state)
{
	struct series s[3];

	(void)state;
	line(&s[0], "anon_kb", 50000, 0);
	line(&s[1], "pss_kb", 200000, 3000);
	assert_int_equal(series_init(&s[2], "vsz_kb", 60, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < N; i++)
		series_add(&s[2], i * 60, 900000 + 3000. * i / 60 + 90000 * (1 - exp(-5. * i / N)));
	assert_int_equal(decide(s, 3, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_string_equal(v.main.column, "pss_kb");
}

/* smaps_rollup is read under a budget: ten values in a run say nothing of shmem_kb, but resident shared memory has one in each row. */
static void few_readings_of_shared_memory(void **state)
{
	struct series s[3];

	(void)state;
	for (int grows = 0; grows < 2; grows++) {
		line(&s[0], "anon_kb", 50000, 0);
		line(&s[1], "rss_shmem_kb", 20000, grows ? 3000 : 0);
		assert_int_equal(series_init(&s[2], "shmem_kb", 60, SERIES_ONLINE, NULL), SK_OK);
		for (int i = 0; i < N; i++)
			series_add(&s[2], i * 60, i % 20 ? NAN : 5000);
		assert_int_equal(decide(s, 3, NULL, NULL), SK_OK);
		assert_int_equal(v.main.verdict, grows ? VERDICT_INSUFFICIENT : VERDICT_STABLE);
	}
}

/* A backend that reads through fresh shared buffers: its RSS rises, its address space does not, and PSS was seldom read. */
static void buffers_touched_for_the_first_time(void **state)
{
	struct series s[5];

	(void)state;
	line(&s[0], "anon_kb", 5000, 0);
	line(&s[1], "rss_shmem_kb", 20000, 30000);
	line(&s[2], "rss_kb", 30000, 30000);
	line(&s[3], "vsz_kb", 500000, 0);
	assert_int_equal(series_init(&s[4], "shmem_kb", 60, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < N; i++)
		series_add(&s[4], i * 60, i % 50 ? NAN : 5000 + 500.0 * i);
	assert_int_equal(decide(s, 5, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_SHARED_TOUCH);
	assert_string_equal(v.main.column, "anon_kb");
	assert_non_null(strstr(v.main.why, "shared memory that was touched for the first time"));
}

/*
 * Shared buffers that are read of the later part of a run only, and fill faster than the address space grows meanwhile: what that
 * grew before has nothing to do with them. New segments in that part are a leak.
 */
static void buffers_that_fill_after_the_start(void **state)
{
	struct series s[3];

	(void)state;
	for (int leaks = 0; leaks < 2; leaks++) {
		line(&s[0], "anon_kb", 50000, 0);
		assert_int_equal(series_init(&s[1], "vsz_kb", 60, SERIES_ONLINE, NULL), SK_OK);
		assert_int_equal(series_init(&s[2], "shmem_kb", 60, SERIES_ONLINE, NULL), SK_OK);
		for (int i = 0; i < N; i++) {
			double filled = i < 120 ? 0 : 10.0 * (i - 120);

			series_add(&s[1], i * 60, 900000 + 4 * i + (leaks ? filled : 0));
			series_add(&s[2], i * 60, i >= 120 ? 9000 + filled + i % 6 : NAN);
		}
		assert_int_equal(decide(s, 3, NULL, NULL), SK_OK);
		assert_int_equal(v.main.verdict, leaks ? VERDICT_LEAK : VERDICT_SHARED_TOUCH);
		assert_string_equal(v.main.column, "shmem_kb");
	}
}

static void without_anonymous_memory(void **state)
{
	struct series s[4];

	(void)state;
	line(&s[0], "rss_kb", 90000, 2000);
	line(&s[1], "vsz_kb", 900000, 0);
	line(&s[2], "heap_kb", 10000, 0);
	assert_int_equal(decide(s, 3, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_string_equal(v.main.column, "rss_kb");
	line(&s[0], "rss_kb", 90000, 2000);
	line(&s[1], "pss_kb", 80000, 0);
	line(&s[2], "uss_kb", 70000, 0);
	assert_int_equal(decide(s, 3, NULL, NULL), SK_OK);
	assert_string_equal(v.main.column, "uss_kb");
	assert_int_equal(v.main.verdict, VERDICT_STABLE);
}

/* Unreadable, or text: a flat address space is no proof that the memory inside it is flat. */
static void a_deciding_column_without_a_value(void **state)
{
	struct series s[3];

	(void)state;
	line(&s[0], "rss_kb", NAN, 0);
	line(&s[1], "vsz_kb", 500000, 0);
	assert_int_equal(decide(s, 2, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_INSUFFICIENT);
	assert_string_equal(v.main.column, "rss_kb");
	assert_non_null(strstr(v.main.why, "has no value in any row"));
	line(&s[0], "rss_kb", NAN, 0);
	line(&s[1], "vsz_kb", 100000, 90000); /* a leak is a leak all the same */
	assert_int_equal(decide(s, 2, NULL, NULL), SK_OK);
	assert_int_equal(v.main.kind, LEAK_ADDRESS_SPACE);
	line(&s[0], "pss_kb", NAN, 0);
	line(&s[1], "rss_kb", 90000, 0);
	line(&s[2], "vsz_kb", 500000, 0);
	assert_int_equal(decide(s, 3, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_STABLE);
	assert_string_equal(v.main.column, "rss_kb");
}

static void address_space_and_counts(void **state)
{
	struct series s[2];

	(void)state;
	line(&s[0], "anon_kb", 50000, 0);
	line(&s[1], "vsz_kb", 100000, 10000); /* to 133 MB: not twice */
	assert_int_equal(decide(s, 2, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_STABLE);
	line(&s[0], "anon_kb", 50000, 0);
	line(&s[1], "vsz_kb", 100000, 90000);
	assert_int_equal(decide(s, 2, NULL, NULL), SK_OK);
	assert_int_equal(v.main.kind, LEAK_ADDRESS_SPACE);
	line(&s[0], "anon_kb", 50000, 0);
	line(&s[1], "fds", 20, 30);
	assert_int_equal(decide(s, 2, NULL, NULL), SK_OK);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_int_equal(v.main.kind, LEAK_FDS);
	assert_double_equal(v.main.rate_kb_per_h, 30, 1);
	line(&s[0], "anon_kb", 50000, 3000);
	line(&s[1], "processes", 5, 30);
	assert_int_equal(decide(s, 2, NULL, NULL), SK_OK);
	assert_int_equal(v.main.kind, LEAK_PROCESSES);
	assert_string_equal(v.main.column, "anon_kb");
}

static void by_name_and_by_no_name(void **state)
{
	struct series s[2];
	struct sk_err err = { SK_OK, 0, "" };

	(void)state;
	line(&s[0], "anon_kb", 50000, 0);
	line(&s[1], "heap_kb", 50000, 2000);
	assert_int_equal(decide(s, 2, "heap_kb", NULL), SK_OK);
	assert_string_equal(v.main.column, "heap_kb");
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	line(&s[0], "anon_kb", 50000, 0);
	line(&s[1], "heap_kb", 50000, 2000);
	assert_int_equal(decide(s, 2, "foo_kb", &err), SK_ENOTFOUND);
	assert_non_null(strstr(err.msg, "anon_kb, heap_kb"));
	line(&s[0], "heap_kb", 50000, 2000);
	line(&s[1], "private_dirty_kb", 50000, 2000);
	assert_int_equal(decide(s, 2, NULL, &err), SK_ENOTFOUND);
}

/*
 * Recorded every half second of a PostgreSQL whose clients came and went: its rows go from 67 to 96 descriptors, and 10 of a line through
 * them are no heap that nobody closes. Three times as many are.
 */
static void descriptors_of_those_who_come_and_go(void **state)
{
	static const double fds[] = { 52, 86, 77, 81, 77, 77, 77, 77, 77, 77, 76, 81, 67, 76, 75, 75, 77, 81, 77, 81, 77,
				      81, 92, 75, 81, 76, 76, 77, 76, 91, 77, 77, 92, 77, 77, 88, 67, 77, 77, 77, 92, 92,
				      71, 82, 75, 90, 92, 77, 77, 77, 77, 91, 77, 77, 77, 92, 92, 92, 88, 92, 80, 77, 96 };
	static const size_t n = sizeof(fds) / sizeof(*fds);

	(void)state;
	for (int more = 0; more <= 1; more++) {
		struct series s[2];

		assert_int_equal(series_init(&s[0], "anon_kb", .5, SERIES_ONLINE, NULL), SK_OK);
		assert_int_equal(series_init(&s[1], "fds", .5, SERIES_ONLINE, NULL), SK_OK);
		for (size_t i = 0; i < n; i++) {
			series_add(&s[0], .5 * (double)i, 50000);
			series_add(&s[1], .5 * (double)i, fds[i] + floor(20. * more * (double)i / (double)n));
		}
		assert_int_equal(decide(s, 2, NULL, NULL), SK_OK);
		assert_int_equal(v.main.verdict, more ? VERDICT_LEAK : VERDICT_STABLE);
		assert_int_equal(v.series[1].verdict, more ? VERDICT_LEAK : VERDICT_SUSPECTED);
		assert_int_equal(strstr(v.series[1].why, "but it goes up and down by 13 anyhow: run ") != NULL, !more);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(anonymous_memory_decides),
		cmocka_unit_test(what_moves_to_swap_is_still_owned),
		cmocka_unit_test(shared_memory_decides_too),
		cmocka_unit_test(touching_what_others_own),
		cmocka_unit_test(new_mappings_a_little_fewer),
		cmocka_unit_test(new_mappings_after_a_long_warmup),
		cmocka_unit_test(descriptors_of_those_who_come_and_go),
		cmocka_unit_test(a_deciding_column_without_a_value),
		cmocka_unit_test(buffers_that_fill_after_the_start),
		cmocka_unit_test(without_anonymous_memory),
		cmocka_unit_test(address_space_and_counts),
		cmocka_unit_test(by_name_and_by_no_name),
		cmocka_unit_test(few_readings_of_shared_memory),
		cmocka_unit_test(buffers_touched_for_the_first_time),
		cmocka_unit_test(growth_within_the_error_of_the_counters_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
