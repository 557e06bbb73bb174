/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON text: shortest reals, null for the unknown, escapes, indentation; files that fail say where. */
#include <float.h>
#include <math.h>

#include "base/json.h"
#include "tests/base/tmp.h"

/* The one-line text of j, which is given back. */
static void assert_json(json_t *j, const char *want)
{
	struct text t = TEXT_INIT;

	json_add(&t, j, 0);
	assert_false(t.failed);
	assert_string_equal(text_str(&t), want);
	text_release(&t);
	json_decref(j);
}

static void numbers(void **state)
{
	(void)state;
	assert_json(json_num(0.1), "0.1");
	assert_json(json_num(3105.92170512), "3105.92170512");
	assert_json(json_num(0.1 + 0.2), "0.30000000000000004");
	assert_json(json_num(1e-9), "1e-09");
	assert_json(json_num(288), "288");
	assert_json(json_num(-0.0), "0");
	assert_json(json_num(9007199254740991.0), "9007199254740991");
	assert_json(json_num(-5), "-5");
	assert_json(json_num(NAN), "null");
	assert_json(json_num(INFINITY), "null");
	assert_json(json_real(3), "3.0"); /* a real stays one */
	assert_json(json_real(1e22), "1e+22");
	assert_json(json_num(DBL_MAX), "1.7976931348623157e+308");
	assert_json(json_integer(INT64_MIN), "-9223372036854775808");
}

static void strings(void **state)
{
	(void)state;
	assert_json(json_string("a\"b\\c/"), "\"a\\\"b\\\\c/\"");
	assert_json(json_string("\b\f\n\r\t\x01\x1f\x7f"), "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
	assert_json(json_string("\xc3\xa4\xe2\x82\xac"), "\"\xc3\xa4\xe2\x82\xac\"");
	assert_json(json_stringn("a\0b", 3), "\"a\\u0000b\"");
	assert_json(json_string(""), "\"\"");
}

static void containers(void **state)
{
	(void)state;
	assert_json(json_pack("{s:i,s:[i,f],s:{},s:[],s:b,s:n}", "z", 1, "a", 2, 2.5, "o", "l", "t", 1, "n"),
		    "{\"z\": 1, \"a\": [2, 2.5], \"o\": {}, \"l\": [], \"t\": true, \"n\": null}");
}

static void indented(void **state)
{
	struct text t = TEXT_INIT;
	json_t *j = json_pack("{s:[f,f],s:[{s:i},{}],s:b}", "ci", 1.5, 2.5, "series", "n", 1, "ok", 0);

	(void)state;
	json_add(&t, j, 2);
	assert_string_equal(text_str(&t), "{\n"
					  "  \"ci\": [1.5, 2.5],\n"
					  "  \"series\": [\n"
					  "    {\n"
					  "      \"n\": 1\n"
					  "    },\n"
					  "    {}\n"
					  "  ],\n"
					  "  \"ok\": false\n"
					  "}");
	json_t *again = json_loads(text_str(&t), 0, NULL);

	assert_true(json_equal(j, again));
	json_decref(again);
	json_decref(j);
	text_release(&t);
}

static void no_value_is_a_failure(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	json_add(&t, NULL, 0);
	assert_true(t.failed);
	text_release(&t);
}

static void file_round_trip(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "j.json");
	json_t *j = json_pack("{s:o,s:s}", "x", json_real(0.1), "s", "\xc3\xa4"), *back = NULL;

	assert_int_equal(json_write_file(path, j, NULL), SK_OK);
	assert_file(path, "{\n  \"x\": 0.1,\n  \"s\": \"\xc3\xa4\"\n}\n");
	assert_int_equal(json_read_file(path, &back, NULL), SK_OK);
	assert_true(json_equal(j, back));
	json_decref(j);
	json_decref(back);
}

static void bad_files(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "bad.json");
	struct sk_err e = { 0 };
	json_t *j = NULL;

	write_file(path, "{\"a\": 1,\n \"b\" 2}", 17);
	assert_int_equal(json_read_file(path, &j, &e), SK_EPARSE);
	assert_non_null(strstr(e.msg, "bad.json is no JSON: line 2, column "));
	write_file(path, "", 0);
	assert_int_equal(json_read_file(path, &j, &e), SK_EPARSE);
	assert_int_equal(json_read_file("/nonexistent/x", &j, &e), SK_ENOTFOUND);
	assert_int_equal(json_read_file(t->dir, &j, &e), SK_EIO);
	assert_null(j);
}

static void getters(void **state)
{
	json_t *j = json_pack("{s:i,s:f,s:s,s:b,s:n}", "i", 7, "f", 0.5, "s", "word", "b", 1, "n");

	(void)state;
	assert_true(json_get_num(j, "i", -1) == 7 && json_get_num(j, "f", -1) == 0.5);
	assert_true(json_get_num(j, "s", -1) == -1 && json_get_num(j, "none", -1) == -1 && isnan(json_get_num(j, "n", NAN)));
	assert_string_equal(json_get_str(j, "s", "d"), "word");
	assert_string_equal(json_get_str(j, "i", "d"), "d");
	assert_null(json_get_str(j, "none", NULL));
	assert_int_equal(json_get_bool(j, "b", 0), 1);
	assert_int_equal(json_get_bool(j, "i", 5), 5);
	assert_true(json_get_num(NULL, "i", 3) == 3);
	json_decref(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(strings),
		cmocka_unit_test(containers),
		cmocka_unit_test(indented),
		cmocka_unit_test(no_value_is_a_failure),
		cmocka_unit_test_setup_teardown(file_round_trip, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(bad_files, tmp_setup, tmp_teardown),
		cmocka_unit_test(getters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
