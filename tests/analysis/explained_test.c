/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines with known slopes: what explains them, each rest in turn, and when nothing may be said. */
#include "analysis/explained.h"

#include <math.h>
#include <string.h>

#include "analysis/verdict.h"
#include "tests/check.h"

#define N 24

static const struct account_source contexts = {
	"pg_backend_memory_contexts", "context", "the contexts", "explain", "outside of them", 1
};
static const struct account_source allocator = { "redis", NULL, "its accounting", "explains", "outside", 0 };

static double t[N], store[64][N];
static size_t used_stores;
static struct verdict v;

/* start + slope * t (KiB/s) at N epochs, 10 s apart */
static struct points line(double start, double slope)
{
	double *y = store[used_stores++];

	for (size_t i = 0; i < N; i++) {
		t[i] = 10 * (double)i;
		y[i] = start + slope * t[i];
	}
	return (struct points){ t, y, N };
}

static int fresh(void **state)
{
	(void)state;
	used_stores = 0;
	memset(&v, 0, sizeof(v));
	v.main.verdict = VERDICT_LEAK;
	v.main.onset_s = NAN;
	strcpy(v.main.column, "anon_kb");
	strcpy(v.main.why, "it grows");
	return 0;
}

static const struct explained *of(const struct account *a, size_t n)
{
	const struct evidence ev = { .account = a, .n_accounts = n };

	assert_int_equal(account_for(&ev, &v), SK_OK);
	return &v.explained;
}

#define SPAN       (10.0 * (N - 1))
#define NEAR(a, b) assert_double_equal(a, b, 1e-6)

/* 9 kB/s by the kernel, 5 in use, 3 free beside it: within what contexts take by design. */
static void contexts_explain_with_their_slack(void **state)
{
	const struct account_item items[] = { { "Top/Cache/Source", line(0, 6) },
					      { "Top/Small", line(0, .01) }, /* not a hundredth */
					      { "Top/Other", line(50, 2) } };
	const struct account a = { .source = &contexts,
				   .seen = line(3000, 9),
				   .in_use = line(1000, 5),
				   .held = line(1400, 8),
				   .item = items,
				   .n_items = 3 };
	const struct explained *e = of(&a, 1);

	(void)state;
	assert_string_equal(e->source, "pg_backend_memory_contexts");
	assert_int_equal(e->processes, 1);
	NEAR(e->span_s, SPAN);
	NEAR(e->growth_kb, 9 * SPAN);
	NEAR(e->explained_kb, 8 * SPAN);
	NEAR(e->share, 8.0 / 9);
	NEAR(e->rest_kb, SPAN);
	NEAR(e->other_kb, SPAN);
	NEAR(e->retention_kb, 0);
	NEAR(e->fragmentation_kb, 0);
	assert_int_equal(e->rest, REST_OTHER);
	assert_true(isnan(e->per_op_bytes)); /* no operations are counted */
	assert_int_equal(e->n_top, 2);
	assert_string_equal(e->top[0].name, "Top/Cache/Source");
	NEAR(e->top[0].share, 6.0 / 9);
	assert_string_equal(e->top[1].name, "Top/Other");
	assert_string_equal(
		v.main.why,
		"it grows; of the growth of one process 89 % is in the contexts, most of it in context Source below Cache");
	assert_int_equal(v.n_parts, 2);
	assert_string_equal(v.part[0].by, "context");
	assert_string_equal(v.part[0].name, "Top/Cache/Source");
	NEAR(v.part[0].rate_kb_per_h, 6 * 3600);
	assert_true(isnan(v.part[0].q_value));
}

/* "Most of it" is more than half: of one, or of two that are alike; else the largest is no more than that. */
static void most_of_it_is_more_than_half(void **state)
{
	static const struct {
		const char *name[3];
		double rate[3]; /* of 10 */
		const char *words;
	} cases[] = {
		{ { "Top/Plan", "Top/Plan/Query", "Top/Other" }, { 4.4, 4.3, .1 }, ", most of it in contexts Plan and Query" },
		{ { "Top/A/Plan", "Top/B/Plan", "Top/Other" },
		  { 4.4, 4.3, .1 },
		  ", most of it in contexts Plan below A and Plan below B" },
		{ { "Top/Plan", "Top/Query", "Top/Other" }, { 4.9, 2, 1 }, ", the largest part in context Plan below Top" },
		{ { "Top/Plan", "Top/Query", "Top/Other" }, { 2.5, 2.5, 2.4 }, ", the largest part in context Plan below Top" },
		{ { "Top/Plan", "Top/Query", "Top/Other" }, { 5.1, 4, .1 }, ", most of it in context Plan below Top" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct account_item items[3];

		fresh(state);
		const struct account a = { .source = &contexts,
					   .seen = line(3000, 10),
					   .in_use = line(1000, 9),
					   .held = line(1400, 9),
					   .item = items,
					   .n_items = 3 };

		for (size_t k = 0; k < 3; k++)
			items[k] = (struct account_item){ cases[i].name[k], line(0, cases[i].rate[k]) };
		of(&a, 1);
		assert_non_null(strstr(v.main.why, cases[i].words));
	}
}

static void retention_is_free_space_beyond_the_slack(void **state)
{
	const struct account a = { .source = &contexts, .seen = line(0, 10), .in_use = line(100, 1), .held = line(200, 9.5) };
	const struct explained *e = of(&a, 1);

	(void)state;
	NEAR(e->explained_kb, 2 * SPAN);
	NEAR(e->retention_kb, 7.5 * SPAN);
	NEAR(e->other_kb, .5 * SPAN);
	NEAR(e->explained_kb + e->fragmentation_kb + e->retention_kb + e->other_kb, e->growth_kb);
	assert_int_equal(e->rest, REST_RETENTION);
	assert_string_equal(
		v.main.why,
		"it grows; the contexts explain only 20 % of the growth of one process: the rest is free memory that is kept");
	assert_true(isnan(e->fragmentation)); /* of 2 MiB: a ratio of so little says nothing */
}

static void outside_of_the_accounting(void **state)
{
	const struct account a[] = {
		{ .source = &contexts, .seen = line(0, 3), .in_use = line(1000, 0), .held = line(1300, 0) },
		{ .source = &contexts, .seen = line(0, 1), .in_use = line(1000, .04), .held = line(1300, .04) },
	};
	const struct explained *e = of(a, 2);

	(void)state;
	assert_int_equal(e->processes, 2);
	NEAR(e->growth_kb, 4 * SPAN);
	NEAR(e->share, .01);
	assert_int_equal(e->rest, REST_OTHER);
	assert_string_equal(v.main.why,
			    "it grows; the contexts explain only 1 % of the growth of 2 processes: the rest is outside of them");
	assert_int_equal(v.n_parts, 0);
}

static void nothing_is_explained(void **state)
{
	const struct account a = { .source = &allocator, .seen = line(0, 3), .in_use = line(1000, .01), .held = line(1300, .01) };

	(void)state;
	NEAR(of(&a, 1)->share, .01 / 3);
	assert_string_equal(v.main.why, "it grows; its accounting explains none of the growth of one process: it is outside");
}

static void fragmentation_of_an_allocator(void **state)
{
	const struct account a = { .source = &allocator,
				   .seen = line(0, 4),
				   .in_use = line(6000, 1),
				   .active = line(8000, 3),
				   .held = line(8100, 3.5) };
	const struct explained *e = of(&a, 1);

	(void)state;
	NEAR(e->explained_kb, SPAN); /* an allocator's free space is no slack */
	NEAR(e->fragmentation_kb, 2 * SPAN);
	NEAR(e->retention_kb, .5 * SPAN);
	NEAR(e->other_kb, .5 * SPAN);
	assert_int_equal(e->rest, REST_FRAGMENTATION);
	NEAR(e->fragmentation, 1 - (6000 + SPAN) / (8000 + 3 * SPAN));
	assert_non_null(strstr(v.main.why, "the rest is fragmentation"));
	assert_string_equal(fragmentation_word(.19), "normal");
	assert_string_equal(fragmentation_word(.20), "notable");
	assert_string_equal(fragmentation_word(.35), "notable");
	assert_string_equal(fragmentation_word(.36), "high");
	assert_null(fragmentation_word(NAN));
}

static void too_few_epochs_say_nothing(void **state)
{
	struct account a = { .source = &contexts, .seen = line(0, 9), .in_use = line(0, 5), .held = line(0, 8) };

	(void)state;
	a.in_use.n = a.seen.n = a.held.n = EXPLAINED_EPOCHS - 1;
	assert_string_equal(of(&a, 1)->source, "");
	assert_string_equal(v.main.why, "it grows");
	a.in_use.n = a.seen.n = a.held.n = EXPLAINED_EPOCHS;
	assert_int_equal(of(&a, 1)->processes, 1);
}

static void what_does_not_grow_is_not_explained(void **state)
{
	struct points seen = line(1000, 0);
	const struct account a = { .source = &contexts, .seen = seen, .in_use = line(5000, .01), .held = line(9000, .01) };

	(void)state;
	for (size_t i = 0; i < N; i++)
		store[0][i] += i % 2 ? 40 : -40;
	assert_true(isnan(of(&a, 1)->share));
	assert_int_equal(v.explained.rest, REST_NONE);
	assert_true(isfinite(v.explained.fragmentation));
	assert_string_equal(v.main.why, "it grows");
}

/* The judged span, where enough epochs lie in it; operations counted within. */
static void only_what_is_judged(void **state)
{
	const struct account a = { .source = &contexts, .seen = line(0, 9), .in_use = line(0, 5), .held = line(0, 8) };
	const struct series *columns[1];
	struct series ops;
	struct evidence ev = { .column = columns, .n_columns = 1, .account = &a, .n_accounts = 1 };

	(void)state;
	assert_int_equal(series_init(&ops, "ops", 10, SERIES_ONLINE, NULL), SK_OK);
	for (int i = 0; i < N; i++)
		series_add(&ops, 10 * i, 40 * i);
	columns[0] = &ops;
	v.main.onset_s = 95;
	assert_int_equal(account_for(&ev, &v), SK_OK);
	NEAR(v.explained.span_s, SPAN - 100);
	NEAR(v.explained.growth_kb, 9 * (SPAN - 100));
	NEAR(v.explained.per_op_bytes, 8 * 1024 / 4.0);
	v.main.onset_s = SPAN - 20; /* three epochs: all are taken */
	assert_int_equal(account_for(&ev, &v), SK_OK);
	NEAR(v.explained.span_s, SPAN);
	series_release(&ops);
}

/* A bend near the end leaves four epochs: they are on the line, but no interval of theirs excludes 0. All are looked at. */
static void after_a_late_bend(void **state)
{
	const struct account a = { .source = &allocator, .seen = line(3000, 9), .in_use = line(1000, 9), .held = line(1400, 9) };

	(void)state;
	v.main.warmup_s = 10. * (N - 4);
	NEAR(of(&a, 1)->share, 1);
	NEAR(v.explained.span_s, SPAN);
	v.main.warmup_s = 10. * (N - SPAN_EPOCHS);
	NEAR(of(&a, 1)->share, 1);
	NEAR(v.explained.span_s, 10. * (SPAN_EPOCHS - 1));
}

/* The source whose processes grew most speaks; parts keep their order. */
static void two_sources(void **state)
{
	const struct account_item item = { "lone", line(0, 1) };
	const struct account a[] = {
		{ .source = &allocator, .seen = line(0, 1), .in_use = line(0, 1), .held = line(0, 1) },
		{ .source = &contexts,
		  .seen = line(0, 2),
		  .in_use = line(0, 1),
		  .held = line(0, 1),
		  .item = &item,
		  .n_items = 1 },
		{ .source = &allocator, .seen = line(0, .5), .in_use = line(0, .5), .held = line(0, .5) },
	};

	(void)state;
	v.part[0] = (struct verdict_part){ .by = "class", .name = "heap" };
	v.part[1] = (struct verdict_part){ .by = "role", .name = "backend" };
	v.n_parts = 2;
	assert_string_equal(of(a, 3)->source, "pg_backend_memory_contexts");
	assert_int_equal(v.n_parts, 3);
	assert_string_equal(v.part[0].name, "heap");
	assert_string_equal(v.part[1].name, "lone");
	assert_string_equal(v.part[2].name, "backend");
	v.main.verdict = VERDICT_STABLE; /* nobody is named for what is no growth; the figures are there */
	v.n_parts = 0;
	strcpy(v.main.why, "flat");
	assert_int_equal(of(a, 3)->processes, 1);
	assert_int_equal(v.n_parts, 0);
	assert_string_equal(v.main.why, "flat");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(contexts_explain_with_their_slack, fresh),
		cmocka_unit_test_setup(most_of_it_is_more_than_half, fresh),
		cmocka_unit_test_setup(retention_is_free_space_beyond_the_slack, fresh),
		cmocka_unit_test_setup(outside_of_the_accounting, fresh),
		cmocka_unit_test_setup(nothing_is_explained, fresh),
		cmocka_unit_test_setup(fragmentation_of_an_allocator, fresh),
		cmocka_unit_test_setup(too_few_epochs_say_nothing, fresh),
		cmocka_unit_test_setup(what_does_not_grow_is_not_explained, fresh),
		cmocka_unit_test_setup(only_what_is_judged, fresh),
		cmocka_unit_test_setup(after_a_late_bend, fresh),
		cmocka_unit_test_setup(two_sources, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
