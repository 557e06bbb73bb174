/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ticks: which values, and what they say. Exact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plots/axis.h"

static void assert_near(double a, double b, double eps)
{
	assert_true(fabs(a - b) <= eps);
}

/* The labels of a, in one line. */
static void assert_labels(const struct axis *a, const char *expected)
{
	char all[AXIS_MAX_TICKS * (AXIS_LABEL + 2)] = "";
	size_t len = 0;

	for (size_t i = 0; i < a->n; i++)
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s", i ? ", " : "", a->tick[i].label);
	assert_string_equal(all, expected);
}

static void memory_counts_in_binary_units(void **state)
{
	static const struct {
		double lo, hi;
		size_t want;
		const char *labels;
	} cases[] = {
		{ 0, 107 * 1024.0, 5, "0, 50 MiB, 100 MiB" },
		{ 0, 107 * 1024.0, 8, "0, 20 MiB, 40 MiB, 60 MiB, 80 MiB, 100 MiB" },
		{ 0, 2 * 1048576.0, 4, "0, 0.5 GiB, 1.0 GiB, 1.5 GiB, 2.0 GiB" },
		{ 0, 900, 5, "0, 200 KiB, 400 KiB, 600 KiB, 800 KiB" },
		{ 0, 4.0 / 1024, 4, "0, 1 B, 2 B, 3 B, 4 B" },
		{ 43520, 45056, 4, "42.5 MiB, 43.0 MiB, 43.5 MiB, 44.0 MiB" },
		{ -5 * 1024.0, 2048, 4, "\342\210\2224 MiB, \342\210\2222 MiB, 0, 2 MiB" },
		{ 0, 1e18, 5, "0, 200 EiB, 400 EiB, 600 EiB, 800 EiB" },
		{ 412 * 1024.0, 492 * 1024.0, 1, "420 MiB, 440 MiB, 460 MiB, 480 MiB" }, /* 100 and 50 would give one tick */
	};
	struct axis a;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		axis_values(&a, UNIT_KIB, cases[i].lo, cases[i].hi, cases[i].want);
		assert_labels(&a, cases[i].labels);
	}
	axis_values(&a, UNIT_KIB, 0, 2 * 1048576.0, 4);
	assert_true(a.tick[1].v == 524288.0);
	assert_true(a.tick[4].v == 2097152.0);
}

static void counts_and_rates_and_seconds(void **state)
{
	static const struct {
		enum scene_unit u;
		double lo, hi;
		size_t want;
		const char *labels;
	} cases[] = {
		{ UNIT_COUNT, 0, 7, 4, "0, 2, 4, 6" },
		{ UNIT_COUNT, 0, 1, 5, "0, 1, 2, 3, 4" }, /* no half pieces: the range is widened */
		{ UNIT_COUNT, 0, 4000, 4, "0, 1000, 2000, 3000, 4000" },
		{ UNIT_COUNT, 0, 25000, 5, "0, 5 k, 10 k, 15 k, 20 k, 25 k" },
		{ UNIT_COUNT, 0, 3e7, 3, "0, 10 M, 20 M, 30 M" },
		{ UNIT_PER_S, 0, 0.025, 5, "0, 0.005/s, 0.010/s, 0.015/s, 0.020/s, 0.025/s" },
		{ UNIT_PER_S, 0, 200, 4, "0, 50/s, 100/s, 150/s, 200/s" },
		{ UNIT_PER_S, 0, 94000, 5, "0, 20 k/s, 40 k/s, 60 k/s, 80 k/s" },
		{ UNIT_SECONDS, 0, 0.0011, 5, "0, 0.5 ms, 1.0 ms" },
		{ UNIT_SECONDS, 0, 3.1e-7, 4, "0, 100 ns, 200 ns, 300 ns" },
		{ UNIT_SECONDS, 0, 2.5e-5, 5, "0, 5 \302\265s, 10 \302\265s, 15 \302\265s, 20 \302\265s, 25 \302\265s" },
		{ UNIT_SECONDS, 0, 1500, 3, "0, 500 s, 1000 s, 1500 s" },
	};
	struct axis a;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		axis_values(&a, cases[i].u, cases[i].lo, cases[i].hi, cases[i].want);
		assert_labels(&a, cases[i].labels);
	}
}

static void every_range_gives_a_usable_axis(void **state)
{
	const double extremes[] = {
		NAN, -INFINITY, -1e308, -1e18, -1, -1e-300, 0, 1e-300, 1, 4096, 102400, 1e18, 1e308, INFINITY
	};
	const size_t n = sizeof(extremes) / sizeof(extremes[0]);
	struct axis a;

	(void)state;
	for (int u = UNIT_KIB; u <= UNIT_SECONDS; u++) {
		for (size_t i = 0; i < n * n; i++) {
			axis_values(&a, (enum scene_unit)u, extremes[i / n], extremes[i % n], 2 + i % 7);
			assert_true(isfinite(a.lo) && isfinite(a.hi) && a.lo < a.hi);
			assert_in_range(a.n, 2, 24);
			for (size_t k = 0; k < a.n; k++) {
				assert_true(a.tick[k].v >= a.lo && a.tick[k].v <= a.hi);
				assert_true(k == 0 || a.tick[k].v > a.tick[k - 1].v);
				assert_true(k == 0 || strcmp(a.tick[k].label, a.tick[k - 1].label) != 0);
			}
		}
	}
}

static void a_flat_series_is_not_magnified(void **state)
{
	struct axis a;

	(void)state;
	axis_values(&a, UNIT_KIB, 102400, 102400, 4);
	assert_near(a.hi - a.lo, 0.0022 * 102400, 1e-9);
	assert_labels(&a, "99.9 MiB, 100.0 MiB, 100.1 MiB");
	axis_values(&a, UNIT_COUNT, 0, 0, 4);
	assert_true(a.lo == 0); /* what cannot be negative gets no negative axis */
}

static void elapsed_time_in_the_unit_of_the_step(void **state)
{
	static const struct {
		double x1;
		const char *labels;
	} cases[] = {
		{ 1, "0, 0.2 s, 0.4 s, 0.6 s, 0.8 s, 1.0 s" },
		{ 10, "0, 2 s, 4 s, 6 s, 8 s, 10 s" },
		{ 60, "0, 10 s, 20 s, 30 s, 40 s, 50 s, 60 s" },
		{ 3600, "0, 10 min, 20 min, 30 min, 40 min, 50 min, 60 min" },
		{ 86400, "0, 3 h, 6 h, 9 h, 12 h, 15 h, 18 h, 21 h, 24 h" },
		{ 7 * 86400.0, "0, 1 d, 2 d, 3 d, 4 d, 5 d, 6 d, 7 d" },
		{ 90 * 86400.0, "0, 14 d, 28 d, 42 d, 56 d, 70 d, 84 d" },
		{ 3650 * 86400.0, "0, 500 d, 1000 d, 1500 d, 2000 d, 2500 d, 3000 d, 3500 d" },
	};
	struct axis a;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		axis_elapsed(&a, 0, cases[i].x1, 10);
		assert_labels(&a, cases[i].labels);
	}
	axis_elapsed(&a, 0, 0, 10); /* one sample */
	assert_true(a.hi == 1);
}

static void utc_ticks_are_round_times_of_day(void **state)
{
	const double eight_pm = 1795204800; /* 2026-11-20T20:00:00Z */
	struct axis a;

	(void)state;
	axis_utc(&a, 0, 86400, eight_pm, 9);
	assert_labels(&a, "21:00, 21 Nov, 03:00, 06:00, 09:00, 12:00, 15:00, 18:00");
	assert_true(a.tick[0].v == 3600);
	assert_true(a.tick[1].strong && !a.tick[0].strong);
	axis_utc(&a, 0, 10, eight_pm, 9);
	assert_labels(&a, "20:00:00, 20:00:02, 20:00:04, 20:00:06, 20:00:08, 20:00:10");
	axis_utc(&a, 0, 12 * 86400.0, eight_pm, 9);
	assert_labels(&a, "21 Nov, 23 Nov, 25 Nov, 27 Nov, 29 Nov, 1 Dec");
	axis_utc(&a, 0, 365 * 86400.0, eight_pm, 5); /* no day twice: the year goes without saying */
	assert_labels(&a, "13 Dec, 23 Mar, 1 Jul, 9 Oct");
	axis_utc(&a, 0, 366 * 86400.0, eight_pm, 5);
	assert_labels(&a, "2026-12-13, 2027-03-23, 2027-07-01, 2027-10-09");
	axis_utc(&a, 0, 86400, -86400 * 365.0 + 72000, 9); /* 1969-01-01T20:00:00Z */
	assert_labels(&a, "21:00, 2 Jan, 03:00, 06:00, 09:00, 12:00, 15:00, 18:00");
}

/* Clocks in Berlin go back on 2026-10-25 at 01:00Z: no tick is doubled or missing, and each is an hour after the one before. */
static void utc_has_no_clock_change(void **state)
{
	struct axis a;

	(void)state;
	axis_utc(&a, 0, 6 * 3600.0, 1792879200, 7); /* 2026-10-24T22:00:00Z */
	static const char *const labels[] = { "22:00", "23:00", "25 Oct", "01:00", "02:00", "03:00", "04:00" };

	assert_int_equal(a.n, 7);
	for (size_t i = 0; i < 7; i++) {
		assert_string_equal(a.tick[i].label, labels[i]);
		assert_true(a.tick[i].v == 3600.0 * (double)i);
	}
}

static void assert_count(double x0, double x1, size_t most, size_t n, const char *second, const char *last)
{
	struct axis a;

	axis_count(&a, x0, x1, most);
	assert_int_equal(a.n, n);
	assert_string_equal(a.tick[1].label, second);
	assert_string_equal(a.tick[n - 1].label, last);
	assert_true(a.lo == x0 && a.hi == x1);
}

static void operations_are_counted_in_few_letters(void **state)
{
	struct axis a;

	(void)state;
	assert_count(0, 17.2e6, 5, 4, "5 M", "15 M");
	assert_count(0, 1e6, 3, 3, "0.5 M", "1.0 M");
	assert_count(0, 40000, 5, 5, "10 k", "40 k");
	assert_count(0, 900, 5, 2, "500", "500");
	axis_count(&a, NAN, NAN, 5);
	assert_true(a.lo < a.hi && isfinite(a.hi));
	axis_count(&a, 7, 7, 5);
	assert_true(a.lo == 7 && a.hi == 8 && a.n >= 2);
	for (size_t most = 2; most <= 6; most++) {
		for (double end = 1; end < 1e15; end *= 3.7) {
			axis_count(&a, 0, end, most);
			assert_true(a.n >= 1 && a.n <= most);
		}
	}
}

static void a_panel_covers_its_own_span_or_the_scenes(void **state)
{
	struct block b[3] = { { .n = 1, .t = 500 }, { .n = 0, .t = NAN }, { .n = 1, .t = 900 } };
	struct scene_series ser = { .b = b, .n = 3 };
	struct scene_line l = { .x0 = 400, .x1 = 1000 };
	struct scene_panel p = { .series = &ser, .n_series = 1, .x0 = NAN, .x1 = NAN };
	struct scene s = { .x0 = 3, .x1 = 60 };
	double x0, x1;

	(void)state;
	panel_span(&s, &p, &x0, &x1);
	assert_true(x0 == 3 && x1 == 60);
	p.x = X_COUNT;
	panel_span(&s, &p, &x0, &x1);
	assert_true(x0 == 500 && x1 == 900);
	p.line = &l;
	p.n_lines = 1;
	panel_span(&s, &p, &x0, &x1);
	assert_true(x0 == 400 && x1 == 1000);
	l.limit = true; /* a limit is everywhere */
	panel_span(&s, &p, &x0, &x1);
	assert_true(x0 == 500 && x1 == 900);
	p.x0 = 0;
	p.x1 = 2000;
	panel_span(&s, &p, &x0, &x1);
	assert_true(x0 == 0 && x1 == 2000);
	p.x0 = p.x1 = 0; /* as in a scene that says nothing */
	p.n_series = 0;
	panel_span(&s, &p, &x0, &x1);
	assert_true(x0 == 0 && x1 == 0);
}

static void pixels(void **state)
{
	struct axis a = { .lo = 10, .hi = 20 };

	(void)state;
	assert_true(axis_pixel(&a, 10, 500, 100) == 500);
	assert_true(axis_pixel(&a, 20, 500, 100) == 100);
	assert_true(axis_pixel(&a, 15, 500, 100) == 300);
	assert_true(isnan(axis_pixel(&a, NAN, 500, 100)));
	assert_true(axis_pixel(&a, 1e300, 500, 100) == -1e5);
}

static void ranges_of_panels(void **state)
{
	struct block b[] = { { 1, 0, 10, 10, 5, 90 }, { 0, NAN, 1e9, NAN, NAN, NAN }, { 1, 2, 20, 20, 15, 30 } };
	struct scene_series s = { .b = b, .n = 3 };
	struct scene_line l = { .y0 = 50, .y1 = 50, .limit = true };
	struct scene_panel p = { .series = &s, .n_series = 1, .from_zero = true };
	double lo, hi;

	(void)state;
	panel_range(&p, &lo, &hi);
	assert_true(lo == 0);
	assert_near(hi, 20 * 1.07, 1e-12); /* the empty block's mean does not count */
	s.band = true;
	panel_range(&p, &lo, &hi);
	assert_near(hi, 90 * 1.07, 1e-12);
	s.band = false;
	p.line = &l;
	p.n_lines = 1;
	panel_range(&p, &lo, &hi);
	assert_near(hi, 50 * 1.07, 1e-12); /* a limit within three times the data is shown */
	l.y0 = 61;
	panel_range(&p, &lo, &hi);
	assert_near(hi, 20 * 1.07, 1e-12); /* one beyond is not */
	l = (struct scene_line){ .y0 = 12, .y1 = 40 };
	panel_range(&p, &lo, &hi);
	assert_near(hi, 40 * 1.07, 1e-12); /* a fit always is */
	p.y0 = -2;
	p.y1 = 15;
	panel_range(&p, &lo, &hi);
	assert_near(lo, -2 - 42 * .05, 1e-12);
	assert_near(hi, 40 + 42 * .07, 1e-12); /* of the series what is said of them */
	p.y0 = p.y1 = NAN;
	p.n_series = 0;
	p.n_lines = 0;
	panel_range(&p, &lo, &hi);
	assert_true(isnan(lo) && isnan(hi));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_counts_in_binary_units),
		cmocka_unit_test(counts_and_rates_and_seconds),
		cmocka_unit_test(every_range_gives_a_usable_axis),
		cmocka_unit_test(a_flat_series_is_not_magnified),
		cmocka_unit_test(elapsed_time_in_the_unit_of_the_step),
		cmocka_unit_test(utc_ticks_are_round_times_of_day),
		cmocka_unit_test(utc_has_no_clock_change),
		cmocka_unit_test(operations_are_counted_in_few_letters),
		cmocka_unit_test(a_panel_covers_its_own_span_or_the_scenes),
		cmocka_unit_test(pixels),
		cmocka_unit_test(ranges_of_panels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
