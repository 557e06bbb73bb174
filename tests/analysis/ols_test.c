/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain least squares against certified values and by hand. */
#include "tests/analysis/made.h"
#include "tests/analysis/nist.h"

#include "analysis/ols.h"

static void norris_from_arrays_and_from_moments(void **state)
{
	struct nist d;
	struct ols f;
	struct moments m = { .n = 0 };

	(void)state;
	assert_true(nist_read("Norris", &d));
	assert_int_equal(d.n, 36);
	assert_int_equal(ols_fit(d.x[0], d.y, d.n, &f), SK_OK);
	assert_true(nist_digits(f.slope, d.param[1]) > 12);
	assert_true(nist_digits(f.intercept, d.param[0]) > 11);
	assert_true(nist_digits(f.slope_se, d.se[1]) > 11);
	moments_add(&m, d.x[0], d.y, d.n);
	assert_int_equal(ols_moments(&m, &f), SK_OK);
	assert_true(nist_digits(f.slope, d.param[1]) > 12);
}

static void far_from_the_origin(void **state)
{
	double t[100], y[100];
	struct ols f;

	(void)state;
	for (int i = 0; i < 100; i++) {
		t[i] = 1795140000 + i * 300; /* Unix seconds: uncentred sums lose every digit */
		y[i] = 1e6 + i * 3;
	}
	assert_int_equal(ols_fit(t, y, 100, &f), SK_OK);
	assert_double_equal(f.slope, .01, 1e-15);
}

static void what_has_no_slope(void **state)
{
	const double t[] = { 1, 1, 1 }, y[] = { 1, 2, NAN };
	struct ols f;

	(void)state;
	assert_int_equal(ols_fit(t, y, 1, &f), SK_EFEW);
	assert_int_equal(ols_fit(t, y, 3, &f), SK_EFLAT);
	assert_true(isnan(f.slope) && f.n == 0);
}

static void gaps_are_skipped(void **state)
{
	const double t[] = { 0, 60, 120, 180 }, y[] = { 100, 160, NAN, 280 };
	struct ols f;

	(void)state;
	assert_int_equal(ols_fit(t, y, 4, &f), SK_OK);
	assert_int_equal(f.n, 3);
	assert_double_equal(f.slope, 1, 1e-12);
	assert_double_equal(f.intercept, 100, 1e-10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(norris_from_arrays_and_from_moments),
		cmocka_unit_test(far_from_the_origin),
		cmocka_unit_test(what_has_no_slope),
		cmocka_unit_test(gaps_are_skipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
