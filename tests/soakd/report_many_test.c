/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Many runs without files: alignment by operations, what is worst, the cells of a matrix, and what the page says and draws of
 * them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "soakd/report_many_internal.h"
#include "soakd/report_many_names.h"
#include "soakd/report_verify.h"

static struct block at(double t, double mean)
{
	return (struct block){ 1, t, mean, mean, mean, mean };
}

static const struct block gap = { 0, NAN, NAN, NAN, NAN, NAN };

/* A run that was read: its verdict, its rate, a line of three blocks. */
static struct many_run *add_run(struct many *m, const char *path, enum verdict_class c, enum scene_tone tone, double rate)
{
	char *copy = strdup(path);

	assert_int_equal(many_add(m, copy, NULL), SK_OK);
	struct many_run *r = &m->run[m->n - 1];

	strcpy(r->main.column, "anon_kb");
	r->main.verdict = c;
	r->main.rate_kb_per_h = rate;
	r->main.rate_lo = rate - 1;
	r->main.rate_hi = rate + 1;
	r->main.per_op_bytes = r->main.per_op_lo = r->main.per_op_hi = NAN;
	r->word = strdup(verdict_class_name[c]);
	r->tone = tone;
	r->judged = true;
	r->samples = 100;
	r->length_s = 3600;
	r->b = calloc(3, sizeof(*r->b));
	r->n = 3;
	for (size_t i = 0; i < 3; i++)
		r->b[i] = at(1800 * (double)i, 1000 + (double)i);
	return r;
}

static void fail_run(struct many *m, const char *path, const char *why)
{
	assert_int_equal(many_add(m, strdup(path), NULL), SK_OK);
	m->run[m->n - 1].error = strdup(why);
}

static void operations_lie_between_the_counts(void **state)
{
	const struct block count[] = { at(0, 100), gap, at(20, 300), at(30, 50), at(40, 60) };
	struct block b[] = { at(0, 1), at(5, 2), gap, at(20, 3), at(25, 4), at(40, 5), at(99, 6) };
	const double want[] = { 0, 50, NAN, 200, 225, 260, 260 }; /* 300 to 50: it began anew and has counted 50 since */

	(void)state;
	assert_true(many_over_operations(b, 7, count, 5));
	for (size_t i = 0; i < 7; i++)
		assert_true(i == 2 ? b[i].n == 0 : fabs(b[i].t - want[i]) < 1e-9);
	assert_false(many_over_operations(b, 7, &gap, 1));
	assert_false(many_over_operations(b, 7, count, 0));
	assert_true(many_over_operations(b, 1, count, 1) && b[0].t == 0);
}

static void worst_first(void **state)
{
	struct many m = { .n = 0 };

	(void)state;
	fail_run(&m, "bad", "it is no run");
	add_run(&m, "stable", VERDICT_STABLE, TONE_GOOD, 900);
	add_run(&m, "few", VERDICT_INSUFFICIENT, TONE_UNKNOWN, NAN);
	add_run(&m, "maybe", VERDICT_SUSPECTED, TONE_WARN, 5000);
	add_run(&m, "slow", VERDICT_LEAK, TONE_BAD, 10);
	add_run(&m, "fast", VERDICT_LEAK, TONE_BAD, 20);
	for (size_t i = 0; i < m.n; i++)
		for (size_t k = 0; k < m.n; k++)
			assert_true(i == k || (many_worse(&m.run[i], &m.run[k]) < 0) == (i > k)); /* added from best to worst */
	struct text t = TEXT_INIT;

	many_add_words(&t, &m, SIZE_MAX);
	assert_string_equal(text_str(&t), "2 leak, 1 suspected, 1 insufficient, 1 stable, 1 not read");
	assert_int_equal(many_tone(&m, SIZE_MAX), TONE_BAD);
	text_release(&t);
	many_release(&m);
}

static void names_are_last_parts_and_told_apart(void **state)
{
	struct many m = { .n = 0 };

	(void)state;
	assert_int_equal(many_add(&m, strdup("a/run//"), NULL), SK_OK);
	assert_int_equal(many_add(&m, strdup("b/run"), NULL), SK_OK);
	assert_int_equal(many_add(&m, strdup("b/o\001ther"), NULL), SK_OK);
	assert_int_equal(many_add(&m, strdup("/"), NULL), SK_OK);
	assert_string_equal(m.run[0].name, "run");
	assert_int_equal(many_names(&m, NULL), SK_OK);
	assert_string_equal(m.run[0].name, "a/run//");
	assert_string_equal(m.run[1].name, "b/run");
	assert_null(strchr(m.run[2].name, '\001'));
	assert_string_equal(m.run[3].name, "/");
	many_release(&m);
}

static enum sk_code find_cells(struct many *m, const char *text, struct sk_err *err)
{
	json_t *j = json_loads(text, 0, NULL);

	assert_non_null(j);
	*m = (struct many){ .page = PAGE_MATRIX };
	return many_find_cells(m, "dir/", j, err);
}

#define CELL(name, rows, status)                                                                                                 \
	"{\"name\":\"" name "\",\"options\":{\"rows\":\"" rows "\"},\"status\":" status ",\"rss_peak_kb\":2048}"

static void cells_of_one_combination_are_a_group(void **state)
{
	struct many m;

	(void)state;
	assert_int_equal(find_cells(&m,
				    "{\"cells\":[" CELL("a1", "10", "0") "," CELL("b1", "20", "1") "," CELL(
					    "b2", "20", "3") "," CELL("a2", "10", "null") "]}",
				    NULL),
			 SK_OK);
	assert_true(m.n == 3 && m.n_groups == 2 && m.not_run == 1);
	assert_string_equal(m.group[1].title, "rows=20");
	assert_string_equal(m.run[2].path, "dir/cells/b2");
	assert_true(m.run[0].group == 0 && m.run[1].group == 1 && m.run[2].group == 1);
	assert_true(m.run[0].rss_peak_kb == 2048 && isnan(m.run[0].errors));
	many_release(&m);
}

static void what_is_no_matrix_is_refused(void **state)
{
	static const char *const bad[] = { "{}",
					   "[]",
					   "{\"cells\":1}",
					   "{\"cells\":[1]}",
					   "{\"cells\":[{\"name\":\"x\"}]}",
					   "{\"cells\":[" CELL("../x", "1", "0") "]}",
					   "{\"cells\":[" CELL("..", "1", "0") "]}",
					   "{\"cells\":[" CELL("", "1", "0") "]}" };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct sk_err err = { 0 };
		struct many m;

		assert_int_equal(find_cells(&m, bad[i], &err), SK_EPARSE);
		assert_non_null(strstr(err.msg, "dir//matrix.json"));
		many_release(&m);
	}
	struct sk_err err = { 0 };
	struct many m;

	assert_int_equal(find_cells(&m, "{\"cells\":[" CELL("a", "1", "null") "]}", &err), SK_ENOTFOUND);
	assert_non_null(strstr(err.msg, "--resume"));
	many_release(&m);
}

static void a_matrix_is_cards_on_the_same_axes(void **state)
{
	struct many m = { .page = PAGE_MATRIX };
	struct scene s;

	(void)state;
	m.group = calloc(2, sizeof(*m.group));
	m.n_groups = 2;
	m.group[0].title = strdup("rows=10");
	m.group[1].title = strdup("rows=20");
	add_run(&m, "a", VERDICT_STABLE, TONE_GOOD, 1);
	add_run(&m, "b", VERDICT_STABLE, TONE_GOOD, 3)->group = 1;
	add_run(&m, "c", VERDICT_LEAK, TONE_BAD, 5)->group = 1;
	m.run[2].b[2].t = 7200;
	assert_int_equal(many_scene(&m, &s, NULL), SK_OK);
	assert_int_equal(s.page, PAGE_GRID);
	assert_true(s.same_y && s.n_panels == 2);
	assert_true(s.panel[0].n_series == 1 && s.panel[1].n_series == 2);
	assert_true(s.panel[0].tone == TONE_GOOD && s.panel[1].tone == TONE_BAD && s.tone == TONE_BAD);
	assert_true(s.panel[0].x1 == 7200 && s.panel[1].x1 == 7200);
	assert_string_equal(s.panel[0].y_label, "stable");
	assert_string_equal(s.panel[1].y_label, "1 leak, 1 stable");
	assert_string_equal(s.panel[1].note, "+4 KiB/h [+3, +5]"); /* median and span */
	assert_string_equal(s.verdict, "3 RUNS: 1 LEAK, 2 STABLE");
	assert_true(s.n_rows == 3 && s.n_cols == 7);
	assert_string_equal(s.table[7], "rows=10");
	scene_release(&s);
	many_release(&m);
}

static void runs_over_one_another_share_a_panel(void **state)
{
	struct many m = { .page = PAGE_OVER, .align = ALIGN_OPERATIONS };
	struct text md = TEXT_INIT;
	struct scene s;

	(void)state;
	add_run(&m, "x/new|er", VERDICT_LEAK, TONE_BAD, 5);
	fail_run(&m, "x/gone", "it is not there");
	add_run(&m, "x/old", VERDICT_STABLE, TONE_GOOD, 0);
	assert_int_equal(many_scene(&m, &s, NULL), SK_OK);
	assert_true(s.n_panels == 1 && s.panel[0].n_series == 2 && s.panel[0].x == X_COUNT);
	assert_true(s.panel[0].series[0].role != s.panel[0].series[1].role);
	assert_string_equal(s.panel[0].series[0].end, "leak +5 KiB/h [+4, +6]");
	assert_string_equal(s.verdict, "3 RUNS: 1 LEAK, 1 STABLE, 1 NOT READ");
	assert_int_equal(s.n_rows, 4);
	assert_string_equal(s.table[2 * s.n_cols + 1], "not read: it is not there"); /* in the order of the arguments */
	assert_non_null(strstr(s.why, "not tested here"));
	assert_int_equal(many_markdown(&m, "runs.png", &md, NULL), SK_OK);
	assert_non_null(strstr(text_str(&md), "| new\\|er | leak |"));
	assert_non_null(strstr(text_str(&md), "](<runs.png>)"));
	text_release(&md);
	scene_release(&s);
	many_release(&m);
}

static const char *meta(const struct scene *s, const char *key)
{
	for (size_t i = 0; i < s->n_meta; i++)
		if (strcmp(s->meta[2 * i], key) == 0)
			return s->meta[2 * i + 1];
	return NULL;
}

/* A picture names its runs and options for programs, and the command for people. */
static void a_page_says_what_it_is_of(void **state)
{
	char one[] = "one", two[] = "it's two";
	char *paths[] = { one, two };
	const struct decide_options o = { .min_rate_bytes = 65536, .limit_bytes = NAN, .column = one };
	const struct many_job job = { .decide = &o, .path = paths, .n_paths = 2, .sheet = true };
	struct many m = { .job = &job, .page = PAGE_SHEET, .align = ALIGN_OPERATIONS };
	struct scene s;

	(void)state;
	add_run(&m, "one", VERDICT_LEAK, TONE_BAD, 5)->id = strdup("soak-1");
	strcpy(m.run[0].sha256, "ab12");
	add_run(&m, "a.csv", VERDICT_STABLE, TONE_GOOD, 0);
	fail_run(&m, "gone", "it is no run");
	assert_int_equal(many_scene(&m, &s, NULL), SK_OK);
	assert_string_equal(meta(&s, META_RUNS),
			    "{\"of\":3,\"runs\":["
			    "{\"name\":\"one\",\"run\":\"soak-1\",\"data-sha256\":\"ab12\",\"verdict\":\"leak\"},"
			    "{\"name\":\"a.csv\",\"verdict\":\"stable\"},{\"name\":\"gone\"}]}");
	assert_non_null(strstr(meta(&s, META_OPTIONS), "65536"));
	assert_int_equal(s.n_footer, 1);
	assert_int_equal(
		strncmp(s.footer[0],
			"$ soakd report --sheet one 'it'\\''s two' --align operations --column one --min-rate 65536 \302\267",
			90),
		0);
	scene_release(&s);
	for (size_t i = 0; i < 300; i++) /* more than there is room for */
		add_run(&m, "more", VERDICT_STABLE, TONE_GOOD, 0)->id = strdup("soak-postgres-20261122T100343Z");
	assert_int_equal(many_scene(&m, &s, NULL), SK_OK);
	assert_int_equal(strncmp(meta(&s, META_RUNS), "{\"of\":303,", 10), 0);
	assert_in_range(strlen(meta(&s, META_RUNS)), RUNS_BYTES, RUNS_BYTES + 200);
	scene_release(&s);
	many_release(&m);
}

/* The band has the worst, the headline the others: what is well in one number, and not the first again. */
static void a_headline_has_what_the_band_has_not(void **state)
{
	struct many m = { .page = PAGE_SHEET };
	struct scene s;

	(void)state;
	add_run(&m, "a", VERDICT_STABLE, TONE_GOOD, 1);
	add_run(&m, "b", VERDICT_PLATEAU, TONE_GOOD, 1);
	add_run(&m, "c", VERDICT_INSUFFICIENT, TONE_UNKNOWN, 1);
	add_run(&m, "d", VERDICT_LEAK, TONE_BAD, 5);
	add_run(&m, "e", VERDICT_LEAK, TONE_BAD, 4);
	add_run(&m, "f", VERDICT_SUSPECTED, TONE_WARN, 3);
	fail_run(&m, "g", "it is not there");
	assert_int_equal(many_scene(&m, &s, NULL), SK_OK);
	assert_string_equal(s.verdict, "7 RUNS: 2 LEAK");
	assert_string_equal(s.headline, "1 suspected, 1 insufficient, 2 others where all is well, 1 not read \302\267 "
					"private memory (anonymous) \302\267 by elapsed time");
	scene_release(&s);
	many_release(&m);
}

/*
 * Three cards beside one another have room for some 36 letters, two for more: the same names are cut from all there, and from
 * none here.
 */
static void names_have_the_room_of_the_page(void **state)
{
	static const char *const titles[] = { "leak-rate=0 scenario=leaky/linear",    "leak-rate=0 scenario=leaky/sawtooth",
					      "leak-rate=1GiB scenario=leaky/linear", "leak-rate=1GiB scenario=leaky/sawtooth",
					      "leak-rate=2GiB scenario=leaky/linear", "leak-rate=2GiB scenario=leaky/sawtooth" };

	(void)state;
	for (size_t n = 4; n <= 6; n += 2) {
		struct many m = { .page = PAGE_MATRIX, .n_groups = n, .group = calloc(n, sizeof(*m.group)) };
		bool cut = n == 6;
		struct scene s;

		for (size_t i = 0; i < n; i++) {
			m.group[i].title = strdup(titles[i]);
			add_run(&m, "a", VERDICT_STABLE, TONE_GOOD, 1)->group = i;
		}
		assert_int_equal(many_scene(&m, &s, NULL), SK_OK);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(strncmp(s.panel[i].title, cut ? MORE : "leak-rate=", 3), 0);
			assert_string_equal(s.table[(i + 1) * s.n_cols], titles[i]); /* the table has room in both */
		}
		assert_int_equal(strstr(s.why, MORE " stands for \"leak-rate=\"") != NULL, cut);
		scene_release(&s);
		many_release(&m);
	}
}

static void a_sheet_says_how_many_are_beyond(void **state)
{
	struct many m = { .page = PAGE_SHEET };
	struct text md = TEXT_INIT;
	struct scene s;
	char name[16];

	(void)state;
	for (int i = 0; i < 60; i++) {
		snprintf(name, sizeof(name), "run%02d", i);
		add_run(&m, name, VERDICT_STABLE, TONE_GOOD, 60 - i);
	}
	assert_int_equal(many_beyond(&m), 12);
	assert_int_equal(many_scene(&m, &s, NULL), SK_OK);
	assert_true(s.n_panels == MANY_CARDS && !s.same_y && s.n_rows == 0);
	assert_string_equal(s.panel[47].title, "run47");
	assert_non_null(strstr(s.why, "12 more have no card"));
	assert_int_equal(many_markdown(&m, NULL, &md, NULL), SK_OK);
	assert_non_null(strstr(text_str(&md), "| run59 |"));
	assert_non_null(strstr(text_str(&md), "<details><summary>12 more</summary>"));
	text_release(&md);
	scene_release(&s);
	many_release(&m);
}

/* names and what becomes of them, NULL at the end of each */
static const struct shortening {
	const char *name[5], *want[5];
} shortenings[] = {
	{ { "b", "a" }, { "b", "a" } }, /* 36 characters, which are more bytes, have room */
	{ { "\303\251\303\251\303\251456789abcdef0123456789abcdef0123", "0123456789abcdef0123456789abcdef0123" },
	  { "\303\251\303\251\303\251456789abcdef0123456789abcdef0123", "0123456789abcdef0123456789abcdef0123" } },
	/* what all long ones begin with, up to the word that differs */
	{ { "postgres/very-long-name-of-a-profile-with-churn", "postgres/very-long-name-of-a-profile-without", "postgres" },
	  { "\342\200\246"
	    "with-churn",
	    "\342\200\246"
	    "without",
	    "postgres" } },
	{ { "scenario=postgres/mixed connections=40 rows=1000000 journal=wal",
	    "scenario=postgres/mixed connections=41 rows=1000000 journal=wal" },
	  { "\342\200\246"
	    "40 rows=1000000 journal=wal",
	    "\342\200\246"
	    "41 rows=1000000 journal=wal" } },
	/* one long name, or no common beginning: the middle */
	{ { "postgres/very-long-name-of-a-profile-with-churn", "x" },
	  { "postgres/very-long\342\200\246"
	    "rofile-with-churn",
	    "x" } },
	{ { "one-of-them-with-a-name-that-has-no-end", "another-of-them-with-a-name-that-has-no-end" },
	  { "one-of-them-with-a\342\200\246"
	    "e-that-has-no-end",
	    "another-of-them-wi\342\200\246"
	    "e-that-has-no-end" } },
	/* behind the common beginning both ends are alike: with the beginning they are no better, so their places */
	{ { "a-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "a-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa2aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
	  { "#1 a-aaaaaaaaaaaaaa\342\200\246"
	    "aaaaaaaaaaaaaaaa",
	    "#2 a-aaaaaaaaaaaaaa\342\200\246"
	    "aaaaaaaaaaaaaaaa" } },
	/* from all or from none, short ones too */
	{ { "leak-rate=0 scenario=leaky/linear", "leak-rate=100MiB scenario=leaky/sawtooth" },
	  { MORE "0 scenario=leaky/linear", MORE "100MiB scenario=leaky/sawtooth" } },
	{ { "leak-rate=0 scenario=leaky/linear", "leak-rate=2GiB scenario=leaky/linear" },
	  { "leak-rate=0 scenario=leaky/linear", "leak-rate=2GiB scenario=leaky/linear" } },
	/* nothing that is only the beginning: a name stays one */
	{ { "a-name-that-is-too-long-for-any-card-of-all/", "a-name-that-is-too-long-for-any-card-of-all/x" },
	  { MORE "all/", MORE "all/x" } },
	{ { "one-of-them-with-a-name-that-has-no-end", "one-of-them-with-a-name-that-has-no-end" },
	  { "\342\200\246"
	    "end",
	    "\342\200\246"
	    "end" } },
};

static void what_tells_names_apart_is_not_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(shortenings) / sizeof(*shortenings); i++) {
		const struct shortening *s = &shortenings[i];
		size_t n = 0;

		while (s->name[n])
			n++;
		const char *beginning;
		size_t shared = many_shared_beginning(s->name, n, MANY_NAME, &beginning);
		char **brief = many_short_names(s->name, n, beginning, shared, MANY_NAME);

		assert_non_null(brief);
		for (size_t k = 0; k < n; k++) {
			assert_string_equal(brief[k], s->want[k]);
			free(brief[k]);
		}
		free(brief);
	}
	assert_null(many_short_names(NULL, 0, "", 0, MANY_NAME));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(operations_lie_between_the_counts),   cmocka_unit_test(worst_first),
		cmocka_unit_test(names_are_last_parts_and_told_apart), cmocka_unit_test(cells_of_one_combination_are_a_group),
		cmocka_unit_test(what_is_no_matrix_is_refused),        cmocka_unit_test(a_matrix_is_cards_on_the_same_axes),
		cmocka_unit_test(runs_over_one_another_share_a_panel), cmocka_unit_test(a_sheet_says_how_many_are_beyond),
		cmocka_unit_test(what_tells_names_apart_is_not_cut),   cmocka_unit_test(a_page_says_what_it_is_of),
		cmocka_unit_test(names_have_the_room_of_the_page),     cmocka_unit_test(a_headline_has_what_the_band_has_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
