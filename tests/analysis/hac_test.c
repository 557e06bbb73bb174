/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Long-run variance by hand, the table of critical values, coverage of the interval. */
#include "tests/analysis/made.h"

#include "analysis/hac.h"

static void by_hand(void **state)
{
	const double v[] = { 1, -1, 2, -2 };

	(void)state;
	/* gamma0 = 10/4, gamma1 = (-1 - 2 - 4)/4; Bartlett weight of lag 1 at bandwidth 2 is 1/2 */
	assert_double_equal(hac_lrv(v, 4, 1), 2.5, 1e-15);
	assert_double_equal(hac_lrv(v, 4, 2), 2.5 - 7. / 4, 1e-15);
	assert_double_equal(hac_lrv(v, 0, 1), 0, 0);
	/* r = -.7: a1 = 4 * .49 / (1.7^2 * .3^2) */
	assert_double_equal(hac_bandwidth(v, 4), fmin(1.1447 * cbrt(4 * .49 / (2.89 * .09) * 4), 4), 1e-12);
}

static void critical_values(void **state)
{
	(void)state;
	assert_double_equal(hac_critical(.1, .95), 2.049, 0);
	assert_double_equal(hac_critical(1, .99), 7.363, 1e-12);
	assert_double_equal(hac_critical(.001, .975), 2.058, 0);
	assert_double_equal(hac_critical(.15, .95), (2.049 + 2.475) / 2, 1e-12);
	assert_true(isnan(hac_critical(.1, .9)) && isnan(hac_critical(NAN, .95)));
}

static int covered(double phi, int n)
{
	int hits = 0;

	for (unsigned long seed = 1; seed <= 100; seed++) {
		double t[256], y[256];
		struct made m;
		struct hac_slope h;

		made_init(&m, seed);
		for (int i = 0; i < n; i++) {
			t[i] = i;
			y[i] = 3 * i + 50 * made_noise(&m, phi);
		}
		made_free(&m);
		assert_int_equal(hac_slope(t, y, (size_t)n, &h), SK_OK);
		hits += h.lo <= 3 && 3 <= h.hi;
	}
	return hits;
}

static void coverage(void **state)
{
	(void)state;
	assert_in_range(covered(0, 144), 90, 99);
	assert_in_range(covered(.8, 144), 85, 99);
}

static void too_little(void **state)
{
	const double t[8] = { 0 }, y[8] = { 0 };
	struct hac_slope h;

	(void)state;
	assert_int_equal(hac_slope(t, y, 7, &h), SK_EFEW);
	assert_int_equal(hac_slope(t, y, 8, &h), SK_EFLAT);
	assert_true(isnan(h.slope));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),
		cmocka_unit_test(critical_values),
		cmocka_unit_test(coverage),
		cmocka_unit_test(too_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
