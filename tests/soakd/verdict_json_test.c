/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.json key by key, and the same verdict in every other format. */
#include "soakd/verdict_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "soakd/output.h"
#include "tests/check.h"
#include "tests/soakd/fixture_verdict.h"

static struct verdict v;

static const char *const run_keys[] = { "schema",
					"path",
					"verdict",
					"leaking",
					"kind",
					"column",
					"rate_kb_per_h",
					"rate_ci95_kb_per_h",
					"p_value",
					"q_value",
					"growth_kb",
					"ols_slope_kb_per_h",
					"ols_slope_kb_per_interval",
					"per_op_bytes",
					"per_op_ci95_bytes",
					"per_connection_bytes",
					"per_connection_ci95_bytes",
					"per_reload_bytes",
					"per_reload_ci95_bytes",
					"grows_with",
					"onset",
					"warmup_s",
					"detectable_kb_per_h",
					"need_more_s",
					"limit_kb",
					"limit_at",
					"limit_at_ci95",
					"limit_at_p10",
					"limit_at_p90",
					"limit_never_share",
					"why",
					"samples",
					"gaps",
					"restarts",
					"series",
					"attribution",
					"explained",
					"driver",
					"changes",
					"cycles",
					NULL };

static void assert_keys(json_t *o, const char *const *keys)
{
	size_t i = 0;
	const char *key;
	json_t *value;

	json_object_foreach(o, key, value)
	{
		assert_non_null(keys[i]);
		assert_string_equal(key, keys[i]);
		i++;
	}
	assert_null(keys[i]);
}

static double num(json_t *o, const char *key)
{
	json_t *n = json_object_get(o, key);

	assert_true(json_is_number(n));
	return json_number_value(n);
}

static void assert_pair(json_t *o, const char *key, double lo, double hi)
{
	json_t *a = json_object_get(o, key);

	assert_int_equal(json_array_size(a), 2);
	assert_true(json_number_value(json_array_get(a, 0)) == lo);
	assert_true(json_number_value(json_array_get(a, 1)) == hi);
}

/* Through text and back, as a reader gets it. */
static json_t *read_back(const struct verdict *from, const char *path)
{
	json_t *j = verdict_to_json(from, path), *back;
	struct text t = TEXT_INIT;
	json_error_t e;

	assert_non_null(j);
	json_add(&t, j, 0);
	assert_false(t.failed);
	assert_null(strchr(t.s, '\n'));
	back = json_loads(t.s, JSON_REJECT_DUPLICATES, &e);
	assert_non_null(back);
	json_decref(j);
	text_release(&t);
	return back;
}

static void a_leak_has_every_number(void **state)
{
	json_t *j, *s, *p;

	(void)state;
	fixture_leak(&v);
	j = read_back(&v, "runs/x");
	assert_keys(j, run_keys);
	assert_string_equal(json_get_str(j, "schema", ""), "soakd.verdict/1");
	assert_string_equal(json_get_str(j, "path", ""), "runs/x");
	assert_string_equal(json_get_str(j, "verdict", ""), "leak");
	assert_true(json_is_true(json_object_get(j, "leaking")));
	assert_string_equal(json_get_str(j, "kind", ""), "linear");
	assert_string_equal(json_get_str(j, "column", ""), "anon_kb");
	assert_true(num(j, "rate_kb_per_h") == 3174.1);
	assert_pair(j, "rate_ci95_kb_per_h", 2765, 3583.2);
	assert_true(num(j, "p_value") == 1e-9 && num(j, "q_value") == 4e-9);
	assert_true(num(j, "growth_kb") == 76178.4);
	assert_true(num(j, "ols_slope_kb_per_h") == 3105.92170512 && num(j, "ols_slope_kb_per_interval") == 258.82680876);
	assert_true(num(j, "per_op_bytes") == 412);
	assert_pair(j, "per_op_ci95_bytes", 371, 453);
	assert_true(num(j, "per_connection_bytes") == 20600);
	assert_pair(j, "per_connection_ci95_bytes", 18550, 22650);
	assert_true(json_is_null(json_object_get(j, "per_reload_bytes")));
	assert_string_equal(json_get_str(j, "grows_with", ""), "operations");
	assert_true(json_is_null(json_object_get(j, "onset")) && json_is_null(json_object_get(j, "need_more_s")));
	assert_true(num(j, "warmup_s") == 2040 && num(j, "detectable_kb_per_h") == 96);
	assert_true(num(j, "limit_kb") == 2097152 && num(j, "limit_at") == 1796340000);
	assert_pair(j, "limit_at_ci95", 1796100000, 1796700000);
	assert_true(num(j, "limit_at_p10") == 1796200000 && num(j, "limit_at_p90") == 1796600000);
	assert_true(num(j, "limit_never_share") == .025);
	assert_true(json_is_integer(json_object_get(j, "samples")));
	assert_true(num(j, "samples") == 288 && num(j, "gaps") == 1 && num(j, "restarts") == 2);
	assert_int_equal(json_array_size(json_object_get(j, "series")), 2);
	s = json_array_get(json_object_get(j, "series"), 1);
	assert_string_equal(json_get_str(s, "column", ""), "rss_kb");
	assert_string_equal(json_get_str(s, "verdict", ""), "plateau");
	assert_true(json_is_false(json_object_get(s, "leaking")) && json_is_null(json_object_get(s, "kind")));
	assert_true(json_is_null(json_object_get(s, "p_value")));
	assert_int_equal(json_array_size(json_object_get(j, "attribution")), 2);
	p = json_array_get(json_object_get(j, "attribution"), 0);
	assert_string_equal(json_get_str(p, "by", ""), "role");
	assert_string_equal(json_get_str(p, "name", ""), "backend");
	assert_true(num(p, "rate_kb_per_h") == 3100.2 && num(p, "share") == 0.98);
	assert_true(num(p, "p_value") == 1e-8 && num(p, "q_value") == 4e-8);
	assert_true(json_is_null(json_object_get(json_array_get(json_object_get(j, "attribution"), 1), "share")));
	json_decref(j);
}

/* Sixteen classes of which one grows are one line; of fds there may be none at all. */
static void what_does_not_grow_is_no_part(void **state)
{
	static const struct verdict_part still[] = { { "class", "stack", 0, 0, 0, 1, 1 },
						     { "class", "file-ro", -3, NAN, -70, 1, 1 },
						     { "class", "file-data", 8, .004, 200, .5, 1 } };
	json_t *j;

	(void)state;
	fixture_leak(&v);
	for (size_t i = 0; i < sizeof(still) / sizeof(*still); i++)
		v.part[v.n_parts++] = still[i];
	j = read_back(&v, "runs/x");
	assert_int_equal(json_array_size(json_object_get(j, "attribution")), 2);
	json_decref(j);
}

static void what_is_unknown_is_null(void **state)
{
	static const char *const unknown[] = { "kind",
					       "rate_kb_per_h",
					       "rate_ci95_kb_per_h",
					       "p_value",
					       "q_value",
					       "growth_kb",
					       "ols_slope_kb_per_h",
					       "ols_slope_kb_per_interval",
					       "per_op_bytes",
					       "per_op_ci95_bytes",
					       "per_connection_bytes",
					       "per_connection_ci95_bytes",
					       "per_reload_bytes",
					       "per_reload_ci95_bytes",
					       "grows_with",
					       "onset",
					       "detectable_kb_per_h",
					       "limit_kb",
					       "limit_at",
					       "limit_at_ci95",
					       "limit_at_p10",
					       "limit_at_p90",
					       "limit_never_share" };
	json_t *j;

	(void)state;
	fixture_insufficient(&v);
	j = read_back(&v, "a\377b");
	assert_keys(j, run_keys);
	assert_string_equal(json_get_str(j, "path", ""), "a?b");
	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		assert_true(json_is_null(json_object_get(j, unknown[i])));
	assert_true(num(j, "need_more_s") == 5400);
	assert_int_equal(json_array_size(json_object_get(j, "series")), 0);
	json_decref(j);
}

static void an_onset_has_its_date(void **state)
{
	json_t *j, *s;

	(void)state;
	fixture_leak(&v);
	v.main.onset_s = v.series[0].onset_s = 600;
	v.series[1].onset_s = 1200;
	j = read_back(&v, "x");
	assert_true(num(j, "onset") == 1795140600);
	s = json_array_get(json_object_get(j, "series"), 1);
	assert_true(num(s, "onset") == 1795141200);
	json_decref(j);
	v.main.onset_s = NAN; /* that of a series does not depend on it */
	j = read_back(&v, "x");
	assert_true(json_is_null(json_object_get(j, "onset")));
	s = json_array_get(json_object_get(j, "series"), 1);
	assert_true(num(s, "onset") == 1795141200);
	json_decref(j);
}

static void the_driver_has_a_verdict_of_its_own(void **state)
{
	struct series_verdict *d;
	struct text t = TEXT_INIT;
	json_t *j, *o;

	(void)state;
	fixture_leak(&v);
	v.main.verdict = VERDICT_STABLE;
	d = &v.series[v.n_series++];
	*d = v.main;
	snprintf(d->column, sizeof(d->column), DRIVER_COLUMN);
	d->verdict = VERDICT_LEAK;
	d->rate_kb_per_h = 2048;
	d->rate_lo = d->rate_hi = NAN;
	j = read_back(&v, "x");
	o = json_object_get(j, "driver");
	assert_string_equal(json_get_str(o, "verdict", ""), "leak");
	assert_true(num(o, "rate_kb_per_h") == 2048);
	assert_string_equal(json_get_str(j, "verdict", ""), "stable");
	assert_int_equal(verdict_exit_status(&v), 0);
	verdict_to_human(&v, NULL, "x", 0, &t);
	assert_non_null(strstr(text_str(&t), "the DRIVER leaks +2.00 MiB/h: not the target\n"));
	text_reset(&t);
	junit_suite(&t, "x", &v, NULL, NULL);
	assert_non_null(strstr(text_str(&t), "failures=\"0\""));
	text_release(&t);
	json_decref(j);
}

static void exit_statuses_and_words(void **state)
{
	static const int status[VERDICT_CLASSES] = { [VERDICT_LEAK] = 1, [VERDICT_SUSPECTED] = 3, [VERDICT_INSUFFICIENT] = 3 };

	(void)state;
	fixture_leak(&v);
	for (int c = 0; c < VERDICT_CLASSES; c++) {
		v.main.verdict = (enum verdict_class)c;
		assert_int_equal(verdict_exit_status(&v), status[c]);
		assert_non_null(verdict_headline_word((enum verdict_class)c));
		assert_true(status[c] != 0 || strncmp(verdict_headline_word((enum verdict_class)c), "NO LEAK: ", 9) == 0);
	}
}

/* What output.c writes for these inputs, in *all; an input without verdict has failed. */
static char *written(enum out_format format, const struct verdict *const *verdict, size_t n)
{
	char *all = NULL;
	size_t size;
	FILE *f = open_memstream(&all, &size);
	struct output o;

	assert_non_null(f);
	output_init(&o, format, n, f);
	o.colour = false;
	for (size_t i = 0; i < n; i++)
		output_add(&o, i ? "b,\"|<c>.csv" : "a.csv", verdict[i], verdict[i] ? NULL : "no <such> file");
	output_end(&o);
	fclose(f);
	return all;
}

static void assert_has(const char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("\"%s\" has no \"%s\"", text, words);
}

static size_t lines(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static void formats_of_one_and_of_several(void **state)
{
	const struct verdict *list[] = { &v, NULL };
	json_t *j;
	char *s;

	(void)state;
	fixture_leak(&v);
	s = written(FORMAT_JSON, list, 1);
	j = json_loads(s, 0, NULL);
	assert_true(json_is_object(j));
	json_decref(j);
	free(s);
	s = written(FORMAT_JSON, list, 2);
	j = json_loads(s, 0, NULL);
	assert_int_equal(json_array_size(j), 2);
	assert_string_equal(json_get_str(json_array_get(j, 1), "error", ""), "no <such> file");
	json_decref(j);
	free(s);
	s = written(FORMAT_JSONL, list, 2);
	assert_int_equal(lines(s), 2);
	assert_has(s, "\n{\"path\": \"b,\\\"|<c>.csv\", \"error\": \"no <such> file\"}\n");
	free(s);
}

static void csv_and_markdown_rows(void **state)
{
	const struct verdict *list[] = { &v, NULL };
	char *s;

	(void)state;
	fixture_leak(&v);
	s = written(FORMAT_CSV, list, 2);
	assert_int_equal(lines(s), 3);
	assert_has(s, "\na.csv,leak,true,linear,anon_kb,3174.1,2765,3583.2,1e-09,76178.4,3105.92170512,258.82680876,412,2040,96,,"
		      "288,1,2,"
		      "\"anonymous memory grows, a | b <c>\",\n");
	assert_has(s, "\n\"b,\"\"|<c>.csv\",,,,,,,,,,,,,,,,,,,,no <such> file\n");
	free(s);
	s = written(FORMAT_MARKDOWN, list, 2);
	assert_int_equal(lines(s), 4);
	assert_has(s, "| a.csv | **LEAK** | +3.10 MiB/h [+2.70, +3.50] | anonymous memory grows, a \\| b &lt;c> |\n");
	assert_has(s, "| b,\"\\|&lt;c>.csv | error | | no &lt;such> file |\n");
	free(s);
}

static void junit_of_a_leak_and_an_error(void **state)
{
	const struct verdict *list[] = { &v, NULL };
	char *s;

	(void)state;
	fixture_leak(&v);
	s = written(FORMAT_JUNIT, list, 2);
	assert_has(s, "<testsuite name=\"a.csv\" tests=\"3\" failures=\"2\" errors=\"0\" skipped=\"0\">");
	assert_has(s, "name=\"verdict\"><failure message=\"LEAK: private memory (anonymous) +3.10 MiB/h [+2.70, +3.50]\">LEAK: "
		      "anonymous memory grows, a | b &lt;c&gt;\n");
	assert_has(s, "name=\"rss_kb\"><system-out>NO LEAK: PLATEAU");
	assert_has(s, "errors=\"1\"");
	assert_has(s, "no &lt;such&gt; file</error>");
	assert_has(s, "</testsuites>\n");
	free(s);
	fixture_insufficient(&v);
	s = written(FORMAT_JUNIT, list, 1);
	assert_has(s, "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\"");
	free(s);
}

static void words_for_people(void **state)
{
	const struct verdict *list[] = { &v };
	char *s;

	(void)state;
	fixture_leak(&v);
	s = written(FORMAT_HUMAN, list, 1);
	assert_has(s, "a.csv: LEAK (linear)\n  anonymous memory grows, a | b <c>\n");
	assert_has(s, "anon_kb +3.10 MiB/h [+2.70, +3.50], 412 B [371, 453] per operation\n");
	assert_has(s, "role backend +3.03 MiB/h (98 %), class heap +3.02 MiB/h\n");
	assert_has(s, "2.00 GiB are reached 2026-12-03 (80%: 2026-12-02 to 2026-12-06)\n");
	assert_has(s, "3105.92 KiB/h = 258.827 KiB per interval");
	assert_has(s, "288 samples, 1 gap, 2 restarts, warm-up 34 min left out\n");
	free(s);
	v.limit_unix_p10 = v.limit_unix - 3600;
	v.limit_unix_p90 = v.limit_unix + 3600;
	s = written(FORMAT_HUMAN, list, 1);
	assert_has(s, "2.00 GiB are reached 2026-12-03T23:20Z (80%: 2026-12-03T22:20Z to 2026-12-04T00:20Z)\n");
	free(s);
	v.limit_unix_p90 = NAN;
	s = written(FORMAT_HUMAN, list, 1);
	assert_has(s, "2.00 GiB are reached 2026-12-03 (80%: 2026-12-03 to never)\n");
	free(s);
	v.limit_unix_p10 = v.limit_unix_p90 = v.limit_unix;
	v.part[0].q_value = .06; /* grows, perhaps: nobody is blamed */
	s = written(FORMAT_HUMAN, list, 1);
	assert_has(s, "  grows in:   class heap +3.02 MiB/h\n");
	assert_has(s, "  forecast:   the limit of 2.00 GiB is exceeded already\n");
	free(s);
	fixture_insufficient(&v);
	s = written(FORMAT_HUMAN, list, 1);
	assert_has(s, "a.csv: INSUFFICIENT DATA\n");
	assert_has(s, "go on for about 1 h 30 min more");
	assert_null(strstr(s, "nan"));
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_leak_has_every_number),
		cmocka_unit_test(what_does_not_grow_is_no_part),
		cmocka_unit_test(what_is_unknown_is_null),
		cmocka_unit_test(an_onset_has_its_date),
		cmocka_unit_test(the_driver_has_a_verdict_of_its_own),
		cmocka_unit_test(exit_statuses_and_words),
		cmocka_unit_test(formats_of_one_and_of_several),
		cmocka_unit_test(csv_and_markdown_rows),
		cmocka_unit_test(junit_of_a_leak_and_an_error),
		cmocka_unit_test(words_for_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
