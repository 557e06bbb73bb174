/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Levels of load and idle worked by hand: what is given back, which trends they have, and what they say to a verdict. */
#include "tests/check.h"

#include <stdio.h>
#include <string.h>

#include "analysis/cycles.h"
#include "analysis/verdict.h"

static struct cycle_levels levels(const char *column, const double *load, const double *idle, size_t n)
{
	struct cycle_levels l = { .n = 0 };

	snprintf(l.column, sizeof(l.column), "%s", column);
	for (size_t i = 0; i < n; i++) {
		cycle_levels_add(&l, i, false, load[i]);
		cycle_levels_add(&l, i, true, idle[i]);
	}
	return l;
}

static void what_is_given_back(void **state)
{
	/* each load from the second on brings 400 and 300 of it go: 3/4; the first is warm-up */
	const double load[] = { 5000, 1500, 1500, 1500, 1500 }, idle[] = { 1100, 1200, 1200, 1200, 1200 };
	struct cycle_levels l = levels("anon_kb", load, idle, 5);
	struct cycles c;

	(void)state;
	cycles_judge(&l, 4, 64, &c);
	assert_int_equal(c.n, 5);
	assert_double_equal(c.returned_share, 1, 0); /* 300 of 300 from the third on: the median */
	assert_double_equal(c.first_peak_kb, 5000, 0);
	assert_double_equal(c.last_peak_kb, 1500, 0);
	assert_double_equal(c.idle_rate, 0, 1e-9);
	assert_true(c.flat && !c.idle_grows);
	/* four levels without spread are known to their pages: t(.975, 2) * 4/sqrt(12) / sqrt(5) */
	assert_double_equal(c.idle_hi, 4.302653 * 4 / sqrt(12) / sqrt(5), 1e-5);
	assert_double_equal(c.idle_growth_hi_kb, 3 * c.idle_hi, 1e-9);
}

static void a_line_has_its_slope_and_a_known_interval(void **state)
{
	/* idle from the second cycle on: 100, 210, 290, 400 on 2.5, 3.5 ... the line 103, 201, 299, 397 of slope 98 */
	const double load[] = { 0, 1100, 1210, 1290, 1400 }, idle[] = { 0, 100, 210, 290, 400 };
	struct cycle_levels l = levels("anon_kb", load, idle, 5);
	struct cycles c;
	double rss = 0, fit[] = { 103, 201, 299, 397 }, se;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		rss += (idle[i + 1] - fit[i]) * (idle[i + 1] - fit[i]);
	se = sqrt(rss / 2 / 5);
	cycles_judge(&l, 4, 64, &c);
	assert_double_equal(c.idle_rate, 98, 1e-9);
	assert_double_equal(c.idle_lo, 98 - 4.302653 * se, 1e-4);
	assert_double_equal(c.idle_hi, 98 + 4.302653 * se, 1e-4);
	assert_double_equal(c.load_rate, 98, 1e-9);
	assert_true(c.idle_grows && !c.flat);
	assert_double_equal(c.returned_share, 1000. / 1110, 2e-2);
}

static void few_cycles_have_no_say(void **state)
{
	const double load[] = { 500, 500, 500 }, idle[] = { 100, 100, 100 };
	struct cycle_levels l = levels("anon_kb", load, idle, 3), none = { .n = 0 };
	struct cycles c;

	(void)state;
	cycles_judge(&l, 4, 64, &c);
	assert_int_equal(c.n, 3);
	assert_true(isnan(c.idle_rate) && isnan(c.returned_share) && isnan(c.first_peak_kb));
	assert_false(c.flat || c.idle_grows);
	cycles_judge(&none, 4, 64, &c);
	assert_int_equal(c.n, 0);
}

static void the_last_level_must_have_been_there_before(void **state)
{
	/* noise as wide as the jump: no trend is proven, and still the end is where it never was */
	const double load[] = { 900, 900, 900, 900, 900, 900 }, idle[] = { 0, 100, 0, 100, 0, 300 };
	struct cycle_levels l = levels("anon_kb", load, idle, 6);
	struct cycles c;

	(void)state;
	cycles_judge(&l, 4, 64, &c);
	assert_false(c.idle_grows);
	assert_false(c.flat);
	cycles_judge(&l, 4, 200, &c);
	assert_true(c.flat);
}

static void many_cycles_are_merged_and_keep_their_slope(void **state)
{
	struct cycle_levels l = { .n = 0 };
	struct cycles c;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		cycle_levels_add(&l, i, false, 1000 + 3 * (double)i);
		cycle_levels_add(&l, i, true, 500 + 3 * (double)i);
	}
	assert_int_equal(l.stride, 8);
	assert_int_equal(l.n, 125);
	assert_double_equal(l.point[0].idle_kb, 500 + 3 * 3.5, 1e-9); /* the mean of cycles 0 to 7 */
	cycles_judge(&l, 4, 64, &c);
	assert_int_equal(c.n, 1000);
	assert_double_equal(c.idle_rate, 3, 1e-9);
	assert_true(c.idle_grows);
	assert_double_equal(c.last_peak_kb, 1000 + 3 * 999, 0);
}

static void a_missing_level_is_left_out(void **state)
{
	const double load[] = { 500, 500, NAN, 500, 500, 500 }, idle[] = { 100, 100, 100, NAN, 100, 100 };
	struct cycle_levels l = levels("anon_kb", load, idle, 6);
	struct cycles c;

	(void)state;
	cycle_levels_add(&l, 6, false, 500); /* a load whose idle period has not ended */
	cycles_judge(&l, 4, 64, &c);
	assert_int_equal(c.n, 5);
	assert_double_equal(c.idle_rate, 0, 1e-9);
	assert_true(c.flat);
}

static void a_cycle_that_was_begun_anew_counts_once(void **state)
{
	const double load[] = { 500, 600, 700 }, idle[] = { 100, 200, 300 };
	struct cycle_levels l = levels("anon_kb", load, idle, 3), many = { .n = 0 };

	(void)state;
	cycle_levels_add(&l, 2, false, 750);
	cycle_levels_add(&l, 2, true, 350);
	assert_int_equal(l.cycles, 3);
	assert_double_equal(l.point[2].load_kb, 750, 0);
	assert_double_equal(l.point[2].idle_kb, 350, 0);
	assert_double_equal(l.idle.last_kb, 350, 0);
	assert_double_equal(l.load.n[2] + l.idle.n[2], 2, 0);
	for (size_t i = 0; i < 130; i++) /* two cycles in a point: the other one stays in its mean */
		cycle_levels_add(&many, i, true, 10. * (double)i);
	cycle_levels_add(&many, 129, true, 1300);
	assert_int_equal(many.stride, 2);
	assert_int_equal(many.cycles, 130);
	assert_double_equal(many.point[64].idle_kb, (1280 + 1300) / 2., 1e-9);
}

static void swap_is_added_to_anon(void **state)
{
	const double load[] = { 500, 600 }, idle[] = { 100, 200 }, none[] = { NAN, 7 };
	struct cycle_levels a = levels("anon_kb", load, idle, 2), b = levels("swap_kb", none, none, 2), sum;

	(void)state;
	cycle_levels_sum(&a, &b, &sum);
	assert_string_equal(sum.column, "anon_kb");
	assert_double_equal(sum.point[0].load_kb, 500, 0); /* unknown is not subtracted from what is known */
	assert_double_equal(sum.point[1].idle_kb, 207, 0);
	assert_double_equal(sum.idle.last_kb, 207, 0);
}

/* ---- the verdict ------------------------------------------------------------------------------------------------------- */

static struct verdict a_leak(double growth_kb)
{
	static struct verdict v;

	memset(&v, 0, sizeof(v));
	v.main = (struct series_verdict){ .verdict = VERDICT_LEAK, .kind = LEAK_LINEAR, .growth_kb = growth_kb };
	snprintf(v.main.column, sizeof(v.main.column), "anon_kb");
	snprintf(v.main.why, sizeof(v.main.why), "it grows");
	v.series[0] = v.main;
	v.n_series = 1;
	return v;
}

/* Six cycles in two hours. */
static struct verdict overruled_after(const double *idle, struct verdict v, size_t n_restarts)
{
	static const double load[] = { 9000, 9000, 9000, 9000, 9000, 9000 }, restart_s[] = { 3000 };
	struct cycle_levels l = levels("anon_kb", load, idle, 6);
	struct evidence ev = { .cycles = &l, .n_cycles = 1, .samples = 7200, .interval_s = 1 };
	struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;

	ev.restart_s = restart_s;
	ev.n_restarts = n_restarts;
	cycles_overrule(&ev, &opt, &v);
	return v;
}

static struct verdict overruled(const double *idle, double growth_kb)
{
	return overruled_after(idle, a_leak(growth_kb), 0);
}

static void flat_idle_ends_make_a_plateau(void **state)
{
	static const double idle[] = { 1000, 3000, 3000, 3004, 3000, 3000 };
	struct verdict v = overruled(idle, 4000);

	(void)state;
	assert_int_equal(v.main.verdict, VERDICT_PLATEAU);
	assert_int_equal(v.series[0].verdict, VERDICT_PLATEAU);
	assert_int_equal(v.main.kind, LEAK_NONE);
	assert_int_equal(v.cycles.n, 6);
	assert_non_null(strstr(v.main.why, "6 cycles"));
	assert_non_null(strstr(v.main.why, "it grows"));
}

static void the_rate_of_a_plateau_is_that_of_the_idle_levels(void **state)
{
	static const double idle[] = { 1000, 3000, 3000, 3004, 3000, 3000 };
	struct verdict was = a_leak(4000), v;

	(void)state;
	was.main.rate_kb_per_h = was.main.rate_lo = was.main.rate_hi = 2000;
	was.main.detectable_kb_per_h = .5;
	was.main.per_op_bytes = 99;
	was.main.fit.valid = true;
	v = overruled_after(idle, was, 0);
	assert_int_equal(v.main.verdict, VERDICT_PLATEAU);
	assert_double_equal(v.main.rate_kb_per_h, 3 * v.cycles.idle_rate, 1e-9); /* three cycles an hour */
	assert_double_equal(v.main.rate_lo, 3 * v.cycles.idle_lo, 1e-9);
	assert_double_equal(v.main.detectable_kb_per_h, 3 * v.cycles.idle_hi, 1e-9);
	assert_true(v.main.detectable_kb_per_h > .5);
	assert_true(isnan(v.main.per_op_bytes) && isnan(v.main.q_value) && !v.main.fit.valid);
}

static void what_the_cycles_may_hide_must_be_small(void **state)
{
	/* no trend, but 400 KiB of noise: more than 64 KiB/h fits into it, though less than a quarter of what was seen */
	static const double idle[] = { 1000, 3200, 3000, 3400, 3000, 3200 };
	struct verdict v = overruled(idle, 40000);

	(void)state;
	assert_true(v.cycles.flat);
	assert_true(v.cycles.idle_growth_hi_kb < 10000);
	assert_int_equal(v.main.verdict, VERDICT_INSUFFICIENT);
	assert_true(v.main.need_more_s > 0 && isfinite(v.main.need_more_s));
	assert_non_null(strstr(v.main.why, "could have been missed"));
}

static void a_restart_takes_the_say_of_the_cycles(void **state)
{
	static const double idle[] = { 1000, 3000, 3000, 3000, 3000, 3000 };
	struct verdict across = a_leak(4000);

	(void)state;
	assert_int_equal(overruled_after(idle, a_leak(4000), 0).main.verdict, VERDICT_PLATEAU);
	assert_int_equal(overruled_after(idle, a_leak(4000), 1).main.verdict, VERDICT_LEAK);
	across.main.kind = across.series[0].kind = LEAK_ACROSS_RESTARTS;
	across = overruled_after(idle, across, 0);
	assert_int_equal(across.main.verdict, VERDICT_LEAK);
	assert_int_equal(across.series[0].verdict, VERDICT_LEAK);
}

static void what_grows_when_idle_stays_a_leak_and_says_how(void **state)
{
	static const double idle[] = { 1000, 1500, 2000, 2500, 3000, 3500 };
	struct verdict v = overruled(idle, 2500);

	(void)state;
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_non_null(strstr(v.main.why, "after each idle period 500 KiB more than after the one before"));
}

static void noise_that_could_hide_the_growth_changes_nothing(void **state)
{
	static const double idle[] = { 1000, 3000, 1000, 3000, 1000, 3000 };
	struct verdict v = overruled(idle, 2000);

	(void)state;
	assert_true(!v.cycles.idle_grows);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
}

static void a_leak_of_something_else_stays_the_runs_verdict(void **state)
{
	static const double load[] = { 9000, 9000, 9000, 9000, 9000 }, idle[] = { 3000, 3000, 3000, 3000, 3000 };
	struct cycle_levels l = levels("anon_kb", load, idle, 5);
	struct evidence ev = { .cycles = &l, .n_cycles = 1, .samples = 100, .interval_s = 1 };
	struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	struct verdict v = a_leak(4000);

	(void)state;
	v.series[1] = (struct series_verdict){ .verdict = VERDICT_LEAK };
	snprintf(v.series[1].column, sizeof(v.series[1].column), "shmem_kb");
	v.n_series = 2;
	cycles_overrule(&ev, &opt, &v);
	assert_int_equal(v.main.verdict, VERDICT_LEAK);
	assert_int_equal(v.series[0].verdict, VERDICT_PLATEAU);
}

static void without_cycles_nothing_is_touched(void **state)
{
	struct evidence ev = { .n_cycles = 0 };
	struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	struct verdict v = a_leak(100), was = v;

	(void)state;
	cycles_overrule(&ev, &opt, &v);
	assert_memory_equal(&v, &was, sizeof(v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_given_back),
		cmocka_unit_test(a_line_has_its_slope_and_a_known_interval),
		cmocka_unit_test(few_cycles_have_no_say),
		cmocka_unit_test(the_last_level_must_have_been_there_before),
		cmocka_unit_test(many_cycles_are_merged_and_keep_their_slope),
		cmocka_unit_test(a_missing_level_is_left_out),
		cmocka_unit_test(a_cycle_that_was_begun_anew_counts_once),
		cmocka_unit_test(swap_is_added_to_anon),
		cmocka_unit_test(flat_idle_ends_make_a_plateau),
		cmocka_unit_test(the_rate_of_a_plateau_is_that_of_the_idle_levels),
		cmocka_unit_test(what_the_cycles_may_hide_must_be_small),
		cmocka_unit_test(a_restart_takes_the_say_of_the_cycles),
		cmocka_unit_test(what_grows_when_idle_stays_a_leak_and_says_how),
		cmocka_unit_test(noise_that_could_hide_the_growth_changes_nothing),
		cmocka_unit_test(a_leak_of_something_else_stays_the_runs_verdict),
		cmocka_unit_test(without_cycles_nothing_is_touched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
