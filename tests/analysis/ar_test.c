/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Autoregression recovered, and the trend test's size and power counted on fixed seeds. */
#include "tests/analysis/made.h"

#include "analysis/ar.h"
#include "analysis/shape.h"

static void track_of(struct track *tr, double phi, unsigned long seed, size_t n, double slope)
{
	struct made m;

	memset(tr, 0, sizeof(*tr));
	made_init(&m, seed);
	tr->n = n;
	tr->segments = 1;
	tr->width_s = 1;
	tr->quantum = .01;
	for (size_t i = 0; i < n; i++) {
		tr->t[i] = tr->u[i] = (double)i;
		tr->lag[i] = i > 0;
		tr->y[i] = 10 * made_noise(&m, phi) + slope * (double)i;
	}
	made_free(&m);
}

/* Of 100 seeds, how many reject "no growth" at 1 %. */
static int rejected(double phi, double slope)
{
	int hits = 0;

	for (unsigned long seed = 1; seed <= 100; seed++) {
		struct track tr;
		struct design d;
		struct py_test p;
		const double *col[2] = { d.x[0], d.x[1] };

		track_of(&tr, phi, seed, 144, slope);
		design_levels(&d, &tr);
		assert_true(design_add(&d, tr.u));
		assert_int_equal(py_trend(&tr, col, 2, 2, &p), SK_OK);
		hits += p.p_up < .01;
	}
	return hits;
}

static void size_from_white_to_walk(void **state)
{
	(void)state;
	assert_in_range(rejected(0, 0), 0, 4);
	assert_in_range(rejected(.5, 0), 0, 4);
	assert_in_range(rejected(.8, 0), 0, 4);
	assert_in_range(rejected(.95, 0), 0, 4);
	assert_in_range(rejected(1, 0), 0, 6); /* 2-4 % over 2000 seeds: the decision asks for more than this test */
}

static void power(void **state)
{
	(void)state;
	assert_int_equal(rejected(0, 60. / 144), 100); /* six noise sd over the run */
	assert_in_range(rejected(.8, 60. / 144), 90, 100);
}

static void exact_recursion(void **state)
{
	double e[200], lag[200];
	struct ar a;
	struct made m;

	(void)state;
	made_init(&m, 7);
	for (int i = 0; i < 200; i++) {
		lag[i] = i > 0;
		e[i] = (i > 0 ? .6 * e[i - 1] : 0) + gsl_ran_gaussian(m.r, 1);
	}
	made_free(&m);
	assert_int_equal(ar_fit(e, lag, 200, &a), SK_OK);
	assert_int_equal(a.order, 1);
	assert_double_equal(a.sum, .6, 3 * a.sum_se);
	assert_double_equal(a.sigma2, 1, .3);
}

static void nothing_to_fit(void **state)
{
	double e[50] = { 0 }, lag[50];
	struct ar a;

	(void)state;
	for (int i = 0; i < 50; i++)
		lag[i] = i > 0;
	assert_int_not_equal(ar_fit(e, lag, 50, &a), SK_OK);
	assert_true(isnan(a.sum));
	assert_int_equal(ar_fit(e, lag, 8, &a), SK_EFEW);
}

static void a_clean_line_is_certain(void **state)
{
	struct track tr;
	struct design d;
	struct py_test p;
	const double *col[3] = { d.x[0], d.x[1], d.x[2] };

	(void)state;
	track_of(&tr, 0, 1, 40, 0);
	for (size_t i = 0; i < tr.n; i++)
		tr.y[i] = 8 * (double)i;
	design_levels(&d, &tr);
	assert_true(design_add(&d, tr.u));
	assert_int_equal(py_trend(&tr, col, 2, 2, &p), SK_OK);
	assert_double_equal(p.slope, 8, 1e-9);
	assert_true(p.z > 100 && p.p_up < 1e-10);
	assert_true(design_add(&d, tr.u)); /* the same again: nothing of its own to test */
	assert_int_equal(py_trend(&tr, col, 3, 3, &p), SK_EFLAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(size_from_white_to_walk), cmocka_unit_test(power),
		cmocka_unit_test(exact_recursion),         cmocka_unit_test(nothing_to_fit),
		cmocka_unit_test(a_clean_line_is_certain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
