/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pure parsers of status, statm and smaps_rollup, and the lines that two of them share. */
#include <stdlib.h>
#include <string.h>

#include "samplers/key_value.h"
#include "samplers/parse.h"
#include "tests/check.h"

#define STATUS                                                                                                                   \
	"Name:\tVmRSS:\t1 kB\\n\n"                                                                                               \
	"State:\tS (sleeping)\n"                                                                                                 \
	"VmPeak:\t  99999 kB\n"                                                                                                  \
	"VmSize:\t  50000 kB\n"                                                                                                  \
	"VmRSS:\t   30000 kB\n"                                                                                                  \
	"RssAnon:\t    8000 kB\n"                                                                                                \
	"RssFile:\t   20000 kB\n"                                                                                                \
	"RssShmem:\t    2000 kB\n"                                                                                               \
	"VmPTE:\t     144 kB\n"                                                                                                  \
	"VmSwap:\t      12 kB\n"                                                                                                 \
	"Threads:\t17\n"

static void status_has_all(void **state)
{
	double v[STATUS_N];

	(void)state;
	status_parse(STATUS, strlen(STATUS), v);
	assert_double_equal(v[STATUS_RSS], 30000, 0);
	assert_double_equal(v[STATUS_VSZ], 50000, 0);
	assert_double_equal(v[STATUS_ANON], 8000, 0);
	assert_double_equal(v[STATUS_FILE], 20000, 0);
	assert_double_equal(v[STATUS_SHMEM], 2000, 0);
	assert_double_equal(v[STATUS_SWAP], 12, 0);
	assert_double_equal(v[STATUS_PTE], 144, 0);
	assert_double_equal(v[STATUS_THREADS], 17, 0);
}

/* Linux before 4.5 had no RssAnon: the value is unknown, not 0. */
static void status_of_an_old_kernel(void **state)
{
	static const char text[] = "VmSize:\t 500 kB\nVmRSS:\t 300 kB\nVmFuture:\t 1 kB\nThreads:\t1\n";
	double v[STATUS_N];

	(void)state;
	status_parse(text, sizeof(text) - 1, v);
	assert_double_equal(v[STATUS_RSS], 300, 0);
	assert_double_equal(v[STATUS_ANON], NAN, 0);
	assert_double_equal(v[STATUS_SWAP], NAN, 0);
}

/* Whatever is cut off, each value is the right one or none. */
static void status_cut_anywhere(void **state)
{
	double whole[STATUS_N], v[STATUS_N];

	(void)state;
	status_parse(STATUS, strlen(STATUS), whole);
	for (size_t n = 0; n < strlen(STATUS); n++) {
		char *copy = malloc(n ? n : 1);

		assert_non_null(copy);
		memcpy(copy, STATUS, n);
		status_parse(copy, n, v);
		free(copy);
		for (int i = 0; i < STATUS_N; i++)
			assert_true(isnan(v[i]) || v[i] == whole[i]);
		assert_double_equal(v[STATUS_THREADS], NAN, 0);
	}
}

static void only_numbers_are_numbers(void **state)
{
	static const struct {
		const char *text;
		double v;
	} cases[] = {
		{ "  12 kB", 12 },
		{ "\t0", 0 },
		{ "18446744073709551615 kB", 18446744073709551615.0 },
		{ "18446744073709551616 kB", NAN },
		{ "", NAN },
		{ " kB", NAN },
		{ "-1 kB", NAN },
		{ "12 MB", NAN },
		{ "12kB", NAN },
		{ "12 kB ", NAN },
		{ "1.5 kB", NAN },
		{ "0x10", NAN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		double v = NAN;
		bool ok = key_number(cases[i].text, cases[i].text + strlen(cases[i].text), &v);

		assert_int_equal(ok, !isnan(cases[i].v));
		assert_double_equal(v, cases[i].v, 0);
	}
}

static void keys_stand_at_the_start_of_a_line(void **state)
{
	static const char text[] = "SwapPss: 9 kB\nPssX: 8 kB\n Pss: 7 kB\nPss: 6 kB\nPss: 5 kB\n";
	static const struct key keys[] = { KEY("Pss"), KEY("Absent") };
	double v[2];

	(void)state;
	key_values(text, sizeof(text) - 1, keys, 2, v);
	assert_double_equal(v[0], 6, 0);
	assert_double_equal(v[1], NAN, 0);
}

static void rollup(void **state)
{
	static const char text[] = "55b7d15e4000-7ffff0ba7000 ---p 00000000 00:00 0                          [rollup]\n"
				   "Rss:                2176 kB\nPss:                 611 kB\nPss_Dirty:           148 kB\n"
				   "Pss_Shmem:            40 kB\nShared_Clean:       1744 kB\nPrivate_Clean:       284 kB\n"
				   "Private_Dirty:       148 kB\nAnonymous:           140 kB\nSwapPss:             999 kB\n";
	double v[ROLLUP_N];

	(void)state;
	assert_true(rollup_parse(text, sizeof(text) - 1, v));
	assert_double_equal(v[ROLLUP_PSS], 611, 0);
	assert_double_equal(v[ROLLUP_USS], 432, 0);
	assert_double_equal(v[ROLLUP_SHMEM], 40, 0);
	assert_double_equal(v[ROLLUP_ANON], 140, 0);
}

/* 4.19 has no Pss_Shmem in it; half of the private pages are not the private pages. */
static void rollup_without_some(void **state)
{
	static const char old[] = "Pss: 611 kB\nPrivate_Clean: 284 kB\nPrivate_Dirty: 148 kB\nAnonymous: 140 kB\n";
	static const char half[] = "Pss: 611 kB\nPrivate_Clean: 284 kB\n";
	double v[ROLLUP_N];

	(void)state;
	assert_true(rollup_parse(old, sizeof(old) - 1, v));
	assert_double_equal(v[ROLLUP_USS], 432, 0);
	assert_double_equal(v[ROLLUP_SHMEM], NAN, 0);
	assert_true(rollup_parse(half, sizeof(half) - 1, v));
	assert_double_equal(v[ROLLUP_USS], NAN, 0);
	assert_false(rollup_parse("", 0, v));
	assert_false(rollup_parse("Rss: 5 kB\n", 10, v));
}

static void statm(void **state)
{
	double v[STATM_N];

	(void)state;
	assert_true(statm_parse("586 278 256 1 0 56 0\n", 21, 4, v));
	assert_double_equal(v[STATM_VSZ], 2344, 0);
	assert_double_equal(v[STATM_RSS], 1112, 0);
	assert_true(statm_parse("586 278 ", 8, 64, v));
	assert_double_equal(v[STATM_RSS], 17792, 0);
	assert_false(statm_parse("586 278", 7, 4, v)); /* torn: the number may go on */
	assert_false(statm_parse("586", 3, 4, v));
	assert_false(statm_parse("", 0, 4, v));
	assert_false(statm_parse("-5 278 1", 8, 4, v));
	assert_false(statm_parse("586 99999999999999999999 1", 26, 4, v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_has_all),
		cmocka_unit_test(status_of_an_old_kernel),
		cmocka_unit_test(status_cut_anywhere),
		cmocka_unit_test(only_numbers_are_numbers),
		cmocka_unit_test(keys_stand_at_the_start_of_a_line),
		cmocka_unit_test(rollup),
		cmocka_unit_test(rollup_without_some),
		cmocka_unit_test(statm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
