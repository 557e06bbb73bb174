/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The median of slopes: by hand, by construction, and where a line through it must be blind to wild points. */
#include "tests/analysis/made.h"
#include "tests/analysis/nist.h"

#include "analysis/theil_sen.h"

static void by_hand(void **state)
{
	const double t[] = { 0, 1, 2, 3 }, y[] = { 0, 1, 5, 3 };
	struct theil_sen s;

	(void)state;
	/* slopes 1, 5/2, 1, 4, 1, -2: sorted -2 1 1 1 5/2 4 */
	assert_int_equal(theil_sen(t, y, 4, &s), SK_OK);
	assert_double_equal(s.slope, 1, 1e-15);
	assert_true(s.lo <= s.slope && s.slope <= s.hi);
	assert_int_equal(s.n, 4);
}

static void gaps_are_skipped(void **state)
{
	const double t[] = { 0, 60, 120, 180 }, y[] = { 100, 160, NAN, 280 };
	struct theil_sen s;

	(void)state;
	assert_int_equal(theil_sen(t, y, 4, &s), SK_OK);
	assert_double_equal(s.slope, 1, 1e-12);
	assert_double_equal(s.intercept, 100, 1e-12);
	assert_int_equal(s.n, 3);
}

static void a_quarter_of_wild_points(void **state)
{
	double t[200], y[200];
	struct theil_sen s;

	(void)state;
	for (int i = 0; i < 200; i++) {
		t[i] = i;
		y[i] = 5 * i + (i % 4 == 0 ? 1e9 : 0);
	}
	assert_int_equal(theil_sen(t, y, 200, &s), SK_OK);
	assert_double_equal(s.slope, 5, 1e-9);
}

static void norris(void **state)
{
	struct nist d;
	struct theil_sen s;

	(void)state;
	assert_true(nist_read("Norris", &d));
	assert_int_equal(theil_sen(d.x[0], d.y, d.n, &s), SK_OK);
	assert_true(fabs(s.slope - d.param[1]) < 4 * d.se[1]);
	assert_true(s.lo < d.param[1] && d.param[1] < s.hi);
}

static void errors(void **state)
{
	static double t[THEIL_SEN_MAX_N + 1], y[THEIL_SEN_MAX_N + 1];
	struct theil_sen s;

	(void)state;
	assert_int_equal(theil_sen(t, y, 2, &s), SK_EFEW);
	assert_int_equal(theil_sen(t, y, 5, &s), SK_EFLAT);
	assert_true(isnan(s.slope) && s.n == 0);
	assert_int_equal(theil_sen(t, y, THEIL_SEN_MAX_N + 1, &s), SK_EUSAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand), cmocka_unit_test(gaps_are_skipped), cmocka_unit_test(a_quarter_of_wild_points),
		cmocka_unit_test(norris),  cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
