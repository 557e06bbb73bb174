/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/proc_stat.h"
#include "tests/check.h"

#define TAIL " S 7 1 1 0 -1 4194560 11 99 3 99 150 50 9 9 20 0 4 0 123456789012 8192000 500 18446744073709551615 1 2 3\n"

/* A copy without a NUL at its end, so that a sanitizer sees each byte read too far. */
static int parse_n(const char *s, size_t n, struct proc_stat *st)
{
	char *copy = malloc(n ? n : 1);
	int rc;

	assert_non_null(copy);
	memcpy(copy, s, n);
	rc = proc_stat_parse(copy, n, st);
	free(copy);
	return rc;
}

static int parse(const char *s, struct proc_stat *st)
{
	return parse_n(s, strlen(s), st);
}

static void every_field(void **state)
{
	struct proc_stat st;

	(void)state;
	assert_int_equal(parse("42 (postgres)" TAIL, &st), 0);
	assert_int_equal(st.pid, 42);
	assert_int_equal(st.ppid, 7);
	assert_string_equal(st.comm, "postgres");
	assert_int_equal(st.state, 'S');
	assert_int_equal(st.flags, 4194560);
	assert_int_equal(st.minflt, 11);
	assert_int_equal(st.majflt, 3);
	assert_double_equal(st.cpu_s, 2.0, 0); /* 200 ticks of 10 ms */
	assert_int_equal(st.threads, 4);
	assert_true(st.starttime == 123456789012u);
	assert_true(st.vsize_bytes == 8192000);
}

static void nasty_names(void **state)
{
	static const char *const names[] = { "a) R 1 (b", "a\nb", "", ")", "((", " ", "x) Z 1 1 1 1 1" };
	struct proc_stat st;
	char text[300];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(text, sizeof(text), "42 (%s)%s", names[i], TAIL);
		assert_int_equal(parse(text, &st), 0);
		assert_string_equal(st.comm, names[i]);
		assert_int_equal(st.state, 'S');
		assert_int_equal(st.ppid, 7);
	}
}

static void a_long_name_is_cut(void **state)
{
	char text[400], name[101];
	struct proc_stat st;

	(void)state;
	memset(name, 'k', 100);
	name[100] = '\0';
	snprintf(text, sizeof(text), "42 (%s)%s", name, TAIL);
	assert_int_equal(parse(text, &st), 0);
	assert_int_equal(strlen(st.comm), sizeof(st.comm) - 1);
	assert_int_equal(st.ppid, 7);
}

/* Cut anywhere up to vsize's last digit it is no stat: half a number is another number. Behind it nothing is looked at. */
static void cut_anywhere(void **state)
{
	static const char text[] = "42 (post) gres)" TAIL;
	size_t need = (size_t)(strstr(text, "8192000 ") - text) + 8;
	struct proc_stat st;

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++)
		assert_int_equal(parse_n(text, n, &st), n < need ? -1 : 0);
}

static void not_a_stat(void **state)
{
	static const char *const bad[] = {
		"",
		"42",
		"42 postgres S 7",
		"x (a)" TAIL,
		"0 (a)" TAIL,
		"-4 (a)" TAIL,
		"99999999999 (a)" TAIL,
		"42(a)" TAIL,
		"42 (a)S 7 1 1 0 -1 4194560 11 99 3 99 150 50 9 9 20 0 4 0 1 8192000 500\n",
		"42 (a) S 7 1 1 0 -1 4194560 11 99 x 99 150 50 9 9 20 0 4 0 1 8192000 500\n",
		"42 (a) S 7 1 1 0 -1 4194560 11 99 3 99 150 50 9 9 20 0 4 0 -1 8192000 500\n",
		"42 (a) S 7 1 1 0 -1 4194560 11 99 3 99 99999999999999999999 50 9 9 20 0 4 0 1 8192000 500\n",
	};
	struct proc_stat st;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(parse(bad[i], &st), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field),  cmocka_unit_test(nasty_names), cmocka_unit_test(a_long_name_is_cut),
		cmocka_unit_test(cut_anywhere), cmocka_unit_test(not_a_stat),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
