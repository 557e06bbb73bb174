/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts worked by hand, small series against every partition that there is, and seeded noise. */
#include <math.h>

#include "tests/analysis/made.h"

#include "analysis/partition.h"

#define Q 4 /* quantum of every series here */

static void assert_level(const struct part *p, size_t from, size_t to, double level)
{
	assert_int_equal(p->from, from);
	assert_int_equal(p->to, to);
	assert_false(p->ramp);
	assert_double_equal(p->first, level, 1e-9);
	assert_double_equal(p->last, level, 1e-9);
}

static void bic_by_hand(void **state)
{
	const double swings[] = { 1, -1, 1, -1 }, stays[] = { 1, 1, 1, 1 }, none[4] = { 0 };
	double all[200];

	(void)state;
	/* r0 = 4, r1 = -3: no autocorrelation below 0, variance 4 / 4 */
	assert_double_equal(partition_bic(swings, 4, 2, 0), 2 * log(4), 1e-12);
	/* r0 = 4, r1 = 3: phi = 3 / 4, (4 (1 + 9 / 16) - 2 * 3 / 4 * 3) / 4 = 7 / 16 */
	assert_double_equal(partition_bic(stays, 4, 0, 0), 4 * log(7. / 16), 1e-12);
	/* what rounding to 6 leaves: 36 / 12 */
	assert_double_equal(partition_bic(none, 4, 1, 6), 4 * log(3) + log(4), 1e-12);
	for (size_t i = 0; i < 200; i++)
		all[i] = 1;
	/* phi is 199 / 200 and held at .99: (200 (1 + .9801) - 1.98 * 199) / 200 = .01 */
	assert_double_equal(partition_bic(all, 200, 0, 0), 200 * log(.01), 1e-9);
}

static void one_level(void **state)
{
	double y[256];
	struct parts l;

	(void)state;
	for (size_t i = 0; i < 256; i++)
		y[i] = 1234;
	for (int ramps = 0; ramps <= 1; ramps++) {
		for (size_t n = 2; n <= 256; n += 127) {
			double bic = partition_best(y, n, Q, ramps, &l);

			assert_int_equal(l.n, 1);
			assert_level(&l.p[0], 0, n, 1234);
			assert_double_equal(bic, (double)n * log(Q * Q / 12.) + log((double)n), 1e-9);
		}
	}
}

/* A level of 1e9 KiB: squares have no digits left for a page, differences have. */
static void jumps_without_noise(void **state)
{
	static const double base[] = { 0, 1e9 };
	struct parts l;
	double y[60];

	(void)state;
	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < 60; i++)
			y[i] = base[k] + (i < 20 ? 0 : i < 21 ? 400 : i < 45 ? 100 : 60);
		for (int ramps = 0; ramps <= 1; ramps++) {
			partition_best(y, 60, Q, ramps, &l);
			assert_int_equal(l.n, 4);
			assert_level(&l.p[0], 0, 20, base[k]);
			assert_level(&l.p[1], 20, 21, base[k] + 400);
			assert_level(&l.p[2], 21, 45, base[k] + 100);
			assert_level(&l.p[3], 45, 60, base[k] + 60);
		}
	}
}

/* 20 points at 100, 100 more at each of 6, 25 points at 700: the ramp may begin at the last point of the level, which lies on it.
 */
static void a_ramp_without_noise(void **state)
{
	struct parts l;
	double y[50];

	(void)state;
	for (size_t i = 0; i < 50; i++)
		y[i] = 100 + 100 * fmin(fmax((double)i - 19, 0), 6);
	partition_best(y, 50, Q, true, &l);
	assert_int_equal(l.n, 3);
	assert_true(l.p[1].ramp && !l.p[0].ramp && !l.p[2].ramp);
	assert_in_range(l.p[1].from, 19, 20);
	assert_in_range(l.p[1].to, 25, 26);
	assert_double_equal(l.p[0].first, 100, 1e-9);
	assert_double_equal(l.p[1].first, y[l.p[1].from], 1e-9);
	assert_double_equal(l.p[1].last, y[l.p[1].to - 1], 1e-9);
	assert_double_equal(l.p[2].first, 700, 1e-9);
	for (size_t i = 0; i < 50; i++)
		y[i] = 1e6 + 50 * (double)i;
	partition_best(y, 50, Q, true, &l);
	assert_int_equal(l.n, 1);
	assert_true(l.p[0].ramp);
	assert_double_equal(l.p[0].first, 1e6, 1e-6);
	assert_double_equal(l.p[0].last, 1e6 + 50 * 49, 1e-6);
	partition_best(y, 50, Q, false, &l);
	assert_in_range(l.n, 8, 50);
	for (size_t j = 0; j < l.n; j++)
		assert_false(l.p[j].ramp);
}

/* Residual sum of y[a..b) about its mean, or about its line. */
static double residual_sum(const double *y, size_t a, size_t b, bool line, double *e)
{
	double m = (double)(b - a), mean = 0, sxy = 0, sxx = 0, rss = 0;

	for (size_t i = a; i < b; i++)
		mean += y[i] / m;
	for (size_t i = a; i < b; i++) {
		double x = (double)i - ((double)(a + b) - 1) / 2;

		sxy += x * (y[i] - mean);
		sxx += x * x;
	}
	for (size_t i = a; i < b; i++) {
		double x = (double)i - ((double)(a + b) - 1) / 2;

		e[i] = y[i] - mean - (line && sxx > 0 ? sxy / sxx * x : 0);
		rss += e[i] * e[i];
	}
	return rss;
}

/* Cost of the partition that begins a part after each bit of cuts; *bic is that of its residuals. */
static double cost_of(const double *y, size_t n, unsigned cuts, double price, bool ramps, double *bic)
{
	double e[16], cost = 0, p = 0;

	for (size_t a = 0, b = 1; b <= n; b++) {
		if (b < n && !(cuts >> (b - 1) & 1))
			continue;
		double level = residual_sum(y, a, b, false, e) + price;
		double line = ramps && b - a >= 3 ? residual_sum(y, a, b, true, e) + 1.5 * price : INFINITY;

		if (!(line < level))
			residual_sum(y, a, b, false, e);
		cost += fmin(level, line);
		p += line < level ? 2 : 1;
		a = b;
	}
	*bic = partition_bic(e, n, p, Q);
	return cost;
}

/* The least BIC of the cheapest partitions, at each price, by trying all 2^(n - 1) of them. */
static double by_trying_all(const double *y, size_t n, double sigma, bool ramps)
{
	double least = INFINITY;

	for (double times = 1; times < 100; times *= 3) {
		double cheapest = INFINITY, of_cheapest = 0, bic;

		for (unsigned cuts = 0; cuts < 1U << (n - 1); cuts++) {
			double cost = cost_of(y, n, cuts, times * log((double)n) * sigma * sigma, ramps, &bic);

			if (cost < cheapest) {
				cheapest = cost;
				of_cheapest = bic;
			}
		}
		least = fmin(least, of_cheapest);
	}
	return least;
}

/* Most neighbours differ by less than the quantum: the noise that prices a part is then a quarter of that, and known here. */
static void as_good_as_trying_all(void **state)
{
	const size_t n = 11;
	size_t cut = 0, ramped = 0;
	struct parts l;
	struct made m;

	(void)state;
	made_init(&m, 21);
	for (int k = 0; k < 30; k++) {
		double y[16], level = 0, slope = 0;

		for (size_t i = 0; i < n; i++) {
			if (i % 4 == 3)
				level += 6 * gsl_ran_gaussian(m.r, 1);
			slope = i % 7 == 0 ? 0 : i % 7 == 5 ? gsl_ran_gaussian(m.r, 2) : slope;
			level += slope;
			y[i] = level + .2 * gsl_ran_gaussian(m.r, 1);
		}
		for (int ramps = 0; ramps <= 1; ramps++) {
			assert_double_equal(partition_best(y, n, Q, ramps, &l), by_trying_all(y, n, Q / 4., ramps), 1e-9);
			cut += l.n > 1;
			for (size_t j = 0; j < l.n; j++)
				ramped += l.p[j].ramp;
		}
	}
	made_free(&m);
	assert_true(cut > 40 && ramped > 10); /* else there was nothing to be good at */
}

/* A part begins within a point of `at`. */
static bool begins_at(const struct parts *l, size_t at)
{
	for (size_t j = 0; j < l->n; j++)
		if (l->p[j].from + 1 >= at && l->p[j].from <= at + 1)
			return true;
	return false;
}

/* Jumps of 6 sd every 25 points: each is found within a point. More cuts than there are jumps cost little and are allowed. */
static void jumps_in_noise(void **state)
{
	size_t missed = 0, more = 0;
	double y[200];
	struct parts l;

	(void)state;
	for (unsigned long seed = 1; seed <= 20; seed++) {
		struct made m;

		made_init(&m, seed);
		for (size_t i = 0; i < 200; i++)
			y[i] = 1e5 + 100 * (6 * (double)(i / 25) + gsl_ran_gaussian(m.r, 1));
		made_free(&m);
		partition_best(y, 200, Q, false, &l);
		more += l.n - 8;
		for (size_t at = 25; at < 200; at += 25)
			missed += !begins_at(&l, at);
	}
	print_message("%zu of 140 jumps missed, %zu parts too many in 20 series\n", missed, more);
	assert_in_range(missed, 0, 0);
	assert_in_range(more, 0, 60);
}

/* White noise falls into few parts; one that remembers is cut ten times as often, which is why those who ask have leads of their
 * own. */
static void parts_of_noise(void **state)
{
	size_t parts[3] = { 0 }, ramps = 0;
	static const double phi[] = { 0, .5, .8 };
	double y[200];
	struct parts l;

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		for (unsigned long seed = 1; seed <= 20; seed++) {
			struct made m;

			made_init(&m, seed);
			for (size_t i = 0; i < 200; i++)
				y[i] = 1e5 + 100 * made_noise(&m, phi[k]);
			made_free(&m);
			partition_best(y, 200, Q, true, &l);
			parts[k] += l.n;
			for (size_t j = 0; j < l.n; j++)
				ramps += l.p[j].ramp;
		}
	}
	print_message("parts in 20 series: %zu white, %zu .5, %zu .8; ramps %zu\n", parts[0], parts[1], parts[2], ramps);
	assert_in_range(parts[0], 20, 80);
	assert_in_range(parts[2], 20, 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bic_by_hand),           cmocka_unit_test(one_level),
		cmocka_unit_test(jumps_without_noise),   cmocka_unit_test(a_ramp_without_noise),
		cmocka_unit_test(as_good_as_trying_all), cmocka_unit_test(jumps_in_noise),
		cmocka_unit_test(parts_of_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
