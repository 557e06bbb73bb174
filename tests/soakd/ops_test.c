/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of operation, from a driver's page to operations.csv and run.json: totals that go on, latencies of an interval. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

#include "base/json.h"
#include "base/mem.h"
#include "soakd/operations.h"
#include "soakd/operations_table.h"
#include "soakd/words.h"
#include "tests/samplers/count_malloc.h"
#include "tests/soakd/fake_page.h"
#include "tests/soakd/fixture_verdict.h"

static void assert_line(const struct operations *o, size_t i, const char *want)
{
	struct text line = TEXT_INIT;

	operations_line(o, i, 1795204800.5, &line);
	assert_string_equal(text_str(&line), want);
	text_release(&line);
}

static void totals_and_the_interval(void **state)
{
	struct drive_shared *page = sk_calloc(1, sizeof(*page));
	struct operations *o = operations_new();

	(void)state;
	operations_read(o, page);
	assert_int_equal(operations_count(o), 0);
	did(kind(page, "select"), 99, 990, 4000, 1 * MS);
	did(kind(page, "select"), 1, 10, 0, 50 * MS);
	kind(page, "a, b")->errors = 7;
	operations_read(o, page);
	assert_int_equal(operations_count(o), 2);
	assert_line(o, 0, "1795204800.500,select,100,0,1000,4000,1015.807,1015.807,1015.807,50000");
	assert_line(o, 1, "1795204800.500,\"a, b\",0,7,,,,,,"); /* nothing measured is no 0 */
	did(kind(page, "select"), 2, 0, 0, 3 * MS);
	operations_read(o, page);
	/* of the two alone; their maximum is known by its bucket, because an earlier one was longer */
	assert_line(o, 0, "1795204800.500,select,102,0,1000,4000,3014.655,3014.655,3014.655,3014.655");
	operations_read(o, page);
	assert_line(o, 0, "1795204800.500,select,102,0,1000,4000,,,,");
	did(kind(page, "select"), 1, 0, 0, 60 * MS);
	did(kind(page, "select"), 1, 0, 0, 0); /* counted, not measured */
	operations_read(o, page);
	assert_line(o, 0, "1795204800.500,select,104,0,1000,4000,60000,60000,60000,60000");
	operations_free(o);
	free(page);
}

static void the_whole_run(void **state)
{
	struct drive_shared *page = sk_calloc(1, sizeof(*page));
	struct operations *o = operations_new();
	json_t *j;

	(void)state;
	assert_null(operations_json(o, 10));
	did(kind(page, "get"), 950, 950, 0, 1 * MS);
	operations_read(o, page);
	did(kind(page, "get"), 50, 50, 0, 8 * MS);
	did(kind(page, "begin"), 3, 0, 0, 0);
	operations_read(o, page);
	j = operations_json(o, 20);
	assert_int_equal(json_array_size(j), 2);
	json_t *get = json_array_get(j, 0), *begin = json_array_get(j, 1);

	assert_string_equal(json_get_str(get, "kind", ""), "get");
	assert_double_equal(json_get_num(get, "ops", -1), 1000, 0);
	assert_double_equal(json_get_num(get, "errors", -1), 0, 0);
	assert_double_equal(json_get_num(get, "per_s", -1), 50, 0);
	assert_double_equal(json_get_num(get, "measured", -1), 1000, 0);
	assert_double_equal(json_get_num(get, "p50_us", -1), 1015.807, 1e-9);
	assert_double_equal(json_get_num(get, "p95_us", -1), 1015.807, 1e-9); /* of all buckets, not of the last row's */
	assert_double_equal(json_get_num(get, "p99_us", -1), 8000, 0);
	assert_double_equal(json_get_num(get, "max_us", -1), 8000, 0);
	assert_true(json_is_null(json_object_get(get, "bytes")));
	assert_true(json_is_null(json_object_get(begin, "p50_us")) && json_is_null(json_object_get(begin, "max_us")));
	assert_double_equal(json_get_num(begin, "measured", -1), 0, 0);
	json_decref(j);
	j = operations_json(o, 0);
	assert_true(json_is_null(json_object_get(json_array_get(j, 0), "per_s")));
	json_decref(j);
	operations_free(o);
	free(page);
}

/* A run of weeks: once its kinds are known nothing is allocated any more. */
static void nothing_grows(void **state)
{
	struct drive_shared *page = sk_calloc(1, sizeof(*page));
	struct operations *o = operations_new();
	struct text line = TEXT_INIT;
	int counting = count_begin();
	unsigned long before = 0;
	char name[DRIVE_OP_NAME];

	(void)state;
	text_reserve(&line, 1024);
	for (int i = 0; i < DRIVE_OP_KINDS; i++) {
		snprintf(name, sizeof(name), "kind %d", i);
		kind(page, name);
	}
	for (int r = 0; r < 50; r++) {
		for (int i = 0; i < DRIVE_OP_KINDS; i++)
			did(&page->kind[i], 1000, 1000, 1000, (uint64_t)(1 + r * i) * 1000);
		operations_read(o, page);
		for (size_t i = 0; i < operations_count(o); i++)
			operations_line(o, i, 1795204800 + r, &line);
		if (r == 0)
			before = mallocs;
	}
	if (counting)
		assert_int_equal(mallocs - before, 0);
	assert_int_equal(operations_count(o), DRIVE_OP_KINDS);
	operations_free(o);
	text_release(&line);
	free(page);
	if (!counting)
		skip();
}

/* All that a driver may call its operations, and more kinds than there is room for. */
static void names(void **state)
{
	struct drive_shared *page = sk_calloc(1, sizeof(*page));
	struct operations *o = operations_new();
	char name[DRIVE_OP_NAME];

	(void)state;
	kind(page, "caf\xc3\xa9");
	kind(page, "cut\xc3");
	kind(page, "bell\a");
	memset(page->kind[3].name, 'x',
	       DRIVE_OP_NAME); /* no NUL: no driver of ours leaves it so, and nothing is read behind it */
	page->n_kinds = 4;
	while (page->n_kinds < DRIVE_OP_KINDS) {
		snprintf(name, sizeof(name), "k%u", page->n_kinds);
		kind(page, name);
	}
	page->n_kinds = DRIVE_OP_KINDS + 5;
	operations_read(o, page);
	assert_int_equal(operations_count(o), DRIVE_OP_KINDS - 1);
	assert_line(o, 0, "1795204800.500,caf\xc3\xa9,0,0,,,,,,");
	assert_line(o, 1, "1795204800.500,cut?,0,0,,,,,,");
	assert_line(o, 2, "1795204800.500,bell ,0,0,,,,,,");
	json_t *j = operations_json(o, 1);

	assert_int_equal(json_array_size(j), DRIVE_OP_KINDS - 1);
	assert_string_equal(json_get_str(json_array_get(j, 1), "kind", ""), "cut?");
	json_decref(j);
	operations_free(o);
	free(page);
}

/* ---- the table ----------------------------------------------------------------------------------------------------------- */

static const char run_json[] =
	"{\"operations\": [{\"kind\": \"commit\", \"ops\": 120, \"errors\": 0, \"per_s\": 2, \"p50_us\": null},"
	"{\"kind\": \"none|known\"},"
	"{\"kind\": \"caf\xc3\xa9\", \"ops\": 1234567, \"errors\": 31, \"per_s\": 20576.1, \"p50_us\": 12.345, \"p95_us\": 999.4,"
	" \"p99_us\": 1015.807, \"max_us\": 2000000}]}";

static void the_table_for_the_terminal(void **state)
{
	struct text t = TEXT_INIT;
	json_t *run = json_loads(run_json, 0, NULL), *none = json_object();

	(void)state;
	assert_non_null(run);
	operations_table_human(&t, run);
	assert_string_equal(text_str(&t),
			    "  operations: operation   operations  per second  errors      p50     p95      p99  max\n"
			    "              caf\xc3\xa9            1.23 M      20.6 k      31  12.3 us  999 us  1.02 ms  2 s\n"
			    "              commit             120           2       0        -       -        -    -\n"
			    "              none|known           -           -       -        -       -        -    -\n");
	text_reset(&t);
	operations_table_human(&t, none);
	operations_table_human(&t, NULL); /* a directory without run.json */
	assert_string_equal(text_str(&t), "");
	json_decref(run);
	json_decref(none);
	text_release(&t);
}

static void the_table_of_the_report(void **state)
{
	struct text t = TEXT_INIT;
	json_t *run = json_loads(run_json, 0, NULL), *all = json_object_get(run, "operations");

	(void)state;
	assert_non_null(all);
	operations_table_markdown(&t, run);
	assert_string_equal(text_str(&t), "\n| operation | operations | per second | errors | p50 | p95 | p99 | max |\n"
					  "|---|--:|--:|--:|--:|--:|--:|--:|\n"
					  "| caf\xc3\xa9 | 1.23\302\240M | 20.6\302\240k | 31 | 12.3\302\240us | 999\302\240us | 1.02\302\240ms | 2\302\240s |\n"
					  "| commit | 120 | 2 | 0 | - | - | - | - |\n"
					  "| none\\|known | - | - | - | - | - | - | - |\n");
	for (size_t i = json_array_size(all); i < OPERATIONS_SHOWN + 3; i++)
		json_array_append_new(all, json_pack("{s:s, s:i}", "kind", "k", "ops", (int)i));
	text_reset(&t);
	operations_table_markdown(&t, run);
	assert_null(strstr(text_str(&t), "none"));
	assert_non_null(strstr(text_str(&t), "\n\nand 3 kinds more, in operations.csv and run.json\n"));
	json_decref(run);
	text_release(&t);
}

/* What won the race is what the growth is said by. */
static void the_words_of_what_explains_it(void **state)
{
	struct text t = TEXT_INIT;
	struct verdict *v = sk_calloc(1, sizeof(*v));

	(void)state;
	fixture_leak(v);
	assert_true(add_per_op(&t, &v->main));
	assert_string_equal(text_str(&t), "412 B [371, 453] per operation");
	text_reset(&t);
	v->main.grows_with = GROWS_CONNECTS;
	assert_true(add_per_op(&t, &v->main));
	assert_string_equal(text_str(&t), "20.1 KiB [18.1, 22.1] per connection");
	text_reset(&t);
	v->main.grows_with = GROWS_RELOADS;
	assert_false(add_per_op(&t, &v->main)); /* not known */
	assert_string_equal(text_str(&t), "");
	v->main.per_reload_bytes = 3e6;
	assert_true(add_per_op(&t, &v->main));
	assert_string_equal(text_str(&t), "2.86 MiB per reload");
	text_release(&t);
	free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(totals_and_the_interval),
		cmocka_unit_test(the_whole_run),
		cmocka_unit_test(nothing_grows),
		cmocka_unit_test(names),
		cmocka_unit_test(the_table_for_the_terminal),
		cmocka_unit_test(the_table_of_the_report),
		cmocka_unit_test(the_words_of_what_explains_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
