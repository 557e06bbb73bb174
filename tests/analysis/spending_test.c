/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Alpha spending: the published function, and that many looks add up to no more than one. */
#include "tests/check.h"

#include <gsl/gsl_cdf.h>

#include "analysis/spending.h"

/* Five looks at alpha = .025 one-sided: what is spent, worked from the formula with z(.0125) = 2.241403. */
static void the_published_table(void **state)
{
	const struct spending s = { .025, 5, NAN };
	const double spent[] = { 5.38871e-7, 3.94152e-4, 3.80806e-3, 1.221179e-2, .025 };

	(void)state;
	for (int k = 1; k <= 5; k++)
		assert_double_equal(spending_spent(&s, k) / spent[k - 1], 1, 2e-6);
	/* the first two boundaries of Lan and DeMets for these looks are 4.877 and 3.357: so early, no correlation matters */
	assert_double_equal(gsl_cdf_ugaussian_Qinv(spending_level(&s, 0, 1)), 4.877, 5e-4);
	assert_double_equal(gsl_cdf_ugaussian_Qinv(spending_level(&s, 1, 2)), 3.357, 5e-4);
}

static double spend_all(const struct spending *s, double from, double to, double factor, double step)
{
	double sum = 0, level;

	for (double before = 0, now = from; now <= to; before = now, now = now * factor + step) {
		level = spending_level(s, before, now);
		assert_true(level >= 0 && isfinite(level));
		assert_true(spending_spent(s, now) >= spending_spent(s, before));
		sum += level;
	}
	return sum;
}

static void the_levels_of_a_run_add_up_to_no_more_than_alpha(void **state)
{
	const struct spending day = { .005, 86400, 0 };

	(void)state;
	assert_double_equal(spend_all(&day, 3600, 86400, 1, 3600), .005, 1e-12);
	assert_true(spend_all(&day, 5, 86400, 1.05, 5) <= .005);
	assert_double_equal(spend_all(&day, 5, 1e6, 1.05, 5), .005, 1e-12); /* longer than planned: nothing more */
	assert_double_equal(spending_level(&day, 86400, 90000), 0, 0);
}

static void a_run_without_a_length_spends_by_octaves(void **state)
{
	const struct spending open = { .006, NAN, 100 };

	(void)state;
	assert_double_equal(spending_spent(&open, 0), 0, 0);
	assert_double_equal(spending_spent(&open, 100), 0, 0);
	assert_double_equal(spending_level(&open, 100, 200), .003, 1e-15); /* 1/2, 1/6, 1/12 of alpha */
	assert_double_equal(spending_level(&open, 200, 400), .001, 1e-15);
	assert_double_equal(spending_level(&open, 400, 800), .0005, 1e-15);
	assert_true(spend_all(&open, 5, 1e12, 1.05, 5) < .006);
}

static void nothing_is_spent_where_nothing_may_be_said(void **state)
{
	const struct spending day = { .005, 86400, 0 };

	(void)state;
	assert_double_equal(spending_spent(&day, 0), 0, 0);
	assert_double_equal(spending_level(&day, 0, 60), 0, 0);      /* the first minute: below any number */
	assert_double_equal(spending_level(&day, 7200, 3600), 0, 0); /* no look goes back */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_published_table),
		cmocka_unit_test(the_levels_of_a_run_add_up_to_no_more_than_alpha),
		cmocka_unit_test(a_run_without_a_length_spends_by_octaves),
		cmocka_unit_test(nothing_is_spent_where_nothing_may_be_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
