/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits, power and hours: arithmetic, exactly. */
#include "tests/analysis/made.h"

#include "analysis/effect.h"
#include "analysis/forecast.h"

static void time_to_the_limit(void **state)
{
	struct forecast f;

	(void)state;
	forecast_limit(1000, 3000, 100, 50, 200, &f);
	assert_double_equal(f.at_s, 20 * 3600, 1e-9);
	assert_double_equal(f.lo_s, 10 * 3600, 1e-9);
	assert_double_equal(f.hi_s, 40 * 3600, 1e-9);
	forecast_limit(1000, 3000, 100, -5, 200, &f);
	assert_true(isnan(f.hi_s));
	forecast_limit(4000, 3000, 100, 50, 200, &f);
	assert_double_equal(f.at_s, 0, 0);
	forecast_limit(1000, NAN, 100, 50, 200, &f);
	assert_true(isnan(f.at_s) && isnan(f.lo_s));
	forecast_limit(1000, 1e12, 1, 1, 1, &f);
	assert_true(isnan(f.at_s)); /* not within ten years */
	forecast_limit(1000, 3000, -1, -2, 1, &f);
	assert_true(isnan(f.at_s));
}

static void limits_and_power(void **state)
{
	(void)state;
	assert_double_equal(effect_detectable(10), 39.71202, 1e-9);
	assert_double_equal(effect_limit(1000, 64, 86400), 64, 0);
	assert_double_equal(effect_limit(2400000, 64, 86400), 1000, 1e-9); /* 1 % a day */
	assert_double_equal(effect_limit(1000, 64, 60), 64 * 120, 1e-9);
	assert_double_equal(effect_limit(NAN, 64, 3600), 128, 0);
}

static void how_much_longer(void **state)
{
	(void)state;
	assert_double_equal(effect_need_more(800, 100, 3600, .5), 3 * 3600, 1e-6); /* 8 = 4^(3/2) */
	assert_double_equal(effect_need_more(200, 100, 3600, 1), 3 * 3600, 1e-6);
	assert_double_equal(effect_need_more(1, 2, 3600, .5), 180, 0);
	assert_double_equal(effect_need_more(1e300, 1, 3600, 1), 8640000, 0);
	assert_double_equal(effect_need_more(NAN, 1, 3600, 1), 3600, 0);
	assert_double_equal(effect_need_more(NAN, NAN, NAN, NAN), 60, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(time_to_the_limit),
		cmocka_unit_test(limits_and_power),
		cmocka_unit_test(how_much_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
