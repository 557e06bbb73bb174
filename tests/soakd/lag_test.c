/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tests/check.h"

#include "soakd/lag.h"

static void bounds_by_kernel(void **state)
{
	(void)state;
	assert_double_equal(lag_bound_kb("6.1.0-18-amd64", 2, 1, 17), 17 * 264, 0);
	assert_double_equal(lag_bound_kb("4.19.0-26-amd64", 64, 20, 20), 20 * 264, 0);
	assert_double_equal(lag_bound_kb("5.10.0", 2, 3, 5), 5 * 264, 0);
	assert_double_equal(lag_bound_kb("6.2.0", 2, 3, 50), 3 * 2 * 32 * 4, 0);
	assert_double_equal(lag_bound_kb("6.12.9-generic", 64, 1, 50), 64 * 128 * 4, 0);
	assert_double_equal(lag_bound_kb("6.18.44", 2, 3, 50), 0, 0);
	assert_double_equal(lag_bound_kb("7.0-rc1", 2, 3, 50), 0, 0);
	assert_true(isnan(lag_bound_kb("unknown", 2, 3, 50)));
	assert_true(isnan(lag_bound_kb(NULL, 2, 3, 50)));
}

static double error_of(const char *kernel, size_t n, double from, double step)
{
	struct series s[3];
	const struct series *column[3] = { &s[0], &s[1], &s[2] };
	struct evidence ev = { .column = column, .n_columns = 3 };
	double kb;

	series_init(&s[0], "anon_lag_kb", 1, SERIES_ONLINE, NULL);
	series_init(&s[1], "threads", 1, SERIES_ONLINE, NULL);
	series_init(&s[2], "processes", 1, SERIES_ONLINE, NULL);
	for (size_t i = 0; i < 20; i++) {
		series_add(&s[0], (double)i, i < n ? from + step * (double)i : (double)NAN);
		series_add(&s[1], (double)i, 4);
		series_add(&s[2], (double)i, 2);
	}
	kb = lag_error_kb(&ev, kernel, 2);
	for (size_t i = 0; i < 3; i++)
		series_release(&s[i]);
	return kb;
}

static void what_was_seen_counts_within_the_bound(void **state)
{
	(void)state;
	assert_double_equal(error_of("6.1.0", 0, 0, 0), 1056, 0);     /* never calibrated: 4 threads */
	assert_double_equal(error_of("6.1.0", 7, 100, 10), 1056, 0);  /* hardly */
	assert_double_equal(error_of("6.1.0", 8, -20, 10), 70, 0);    /* seen, the level is no matter */
	assert_double_equal(error_of("6.1.0", 11, 0, 1000), 2112, 0); /* it was growing between the two readings */
	assert_double_equal(error_of("6.1.0", 20, 2188, 0), 0, 0);    /* off by 2 MiB, and always by as much */
	assert_double_equal(error_of("6.18.44", 11, 0, 1000), 0, 0);  /* the same on a kernel that counts exactly */
	assert_double_equal(error_of("6.18.44", 0, 0, 0), 0, 0);
	assert_double_equal(error_of(NULL, 0, 0, 0), 0, 0);
	assert_double_equal(error_of(NULL, 11, 0, 10), 100, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_by_kernel),
		cmocka_unit_test(what_was_seen_counts_within_the_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
