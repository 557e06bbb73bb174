/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every shape is recognised in noise, its place found; restarts leave shapes without a place. */
#include "tests/analysis/made.h"

#include "analysis/shape.h"

static enum shape shape_of(double (*f)(double u), unsigned long seed, struct shape_fit *fit)
{
	struct track tr;
	struct design d;
	struct made m;

	memset(&tr, 0, sizeof(tr));
	made_init(&m, seed);
	tr.n = 160;
	tr.segments = 1;
	tr.width_s = 60;
	tr.quantum = 4;
	for (size_t i = 0; i < tr.n; i++) {
		tr.t[i] = tr.u[i] = (double)i * 60;
		tr.lag[i] = i > 0;
		tr.y[i] = 1e5 + 100 * (made_noise(&m, .6) + f((double)i / (double)tr.n));
	}
	made_free(&m);
	design_levels(&d, &tr);
	assert_int_equal(shape_select(&tr, &d, fit), SK_OK);
	return fit->shape;
}

static double flat(double u)
{
	return 0 * u;
}
static double line(double u)
{
	return 20 * u;
}
static double step(double u)
{
	return u >= .5 ? 15 : 0;
}
static double warmup(double u)
{
	return 30 * (1 - exp(-u / .1));
}
static double warmup_line(double u)
{
	return 40 * (1 - exp(-u / .06)) + 20 * u;
}
static double two_warmups(double u)
{
	return 60 * (1 - exp(-u / .03)) + 60 * (1 - exp(-u / .2));
}
static double creep(double u)
{
	return 120 * log1p(u / .02) / log1p(50);
}
static double step_line(double u)
{
	return (u >= .5 ? 20 : 0) + 20 * u;
}
static double onset(double u)
{
	return 50 * fmax(u - .5, 0);
}
static double fill(double u)
{
	return 40 * fmin(u, .5);
}
static double broken(double u)
{
	return 60 * fmin(u, .5) + 15 * fmax(u - .5, 0);
}
static double square(double u)
{
	return 40 * u * u;
}
static double fourth(double u)
{
	return 60 * pow(u, 4);
}
static double steps(double u)
{
	return (u >= .25 ? 15 : 0) + (u >= .75 ? -20 : 0);
}

static void every_shape(void **state)
{
	static const struct {
		double (*f)(double u);
		enum shape shape;
		size_t at; /* 0: no place */
		size_t slack;
	} want[] = {
		{ flat, SHAPE_FLAT, 0, 0 },
		{ line, SHAPE_TREND, 0, 0 },
		{ step, SHAPE_STEP, 80, 0 },
		{ warmup, SHAPE_WARMUP, 0, 0 },
		{ warmup_line, SHAPE_WARMUP_TREND, 0, 0 },
		{ step_line, SHAPE_STEP_TREND, 80, 0 },
		{ onset, SHAPE_ONSET, 80, 8 },
		{ fill, SHAPE_FILL, 80, 8 },
		{ broken, SHAPE_BROKEN, 80, 8 },
		{ steps, SHAPE_STEPS, 40, 0 },
		{ square, SHAPE_CURVE, 0, 0 },
		{ fourth, SHAPE_CURVE, 0, 0 },
		{ two_warmups, SHAPE_WARMUPS, 0, 0 },
		{ creep, SHAPE_CREEP, 0, 0 },
	};
	struct shape_fit fit;

	(void)state;
	for (size_t k = 0; k < sizeof(want) / sizeof(*want); k++) {
		int right = 0, placed = 0;

		for (unsigned long seed = 1; seed <= 20; seed++) {
			right += shape_of(want[k].f, seed, &fit) == want[k].shape;
			placed += fit.at + want[k].slack >= want[k].at && fit.at <= want[k].at + want[k].slack;
		}
		print_message("shape %zu: %d of 20, placed %d\n", k, right, placed);
		assert_in_range(right, 18, 20);
		if (want[k].at)
			assert_in_range(placed, 18, 20);
	}
}

static void time_constant(void **state)
{
	struct shape_fit fit;

	(void)state;
	assert_int_equal(shape_of(warmup, 3, &fit), SHAPE_WARMUP);
	assert_double_equal(fit.tau_s, .1 * 160 * 60, .03 * 160 * 60);
}

/* The slow one first, and what both become in a design: a column each, and a line that has nothing to explain. */
static void two_time_constants(void **state)
{
	double span = 159 * 60;
	struct shape_fit fit;
	struct track tr;
	struct design d, full;

	(void)state;
	memset(&tr, 0, sizeof(tr));
	tr.n = 160;
	tr.segments = 1;
	tr.width_s = 60;
	tr.quantum = 4;
	for (size_t i = 0; i < tr.n; i++) {
		tr.t[i] = tr.u[i] = (double)i * 60;
		tr.lag[i] = i > 0;
		tr.y[i] = 1e5 + 4 * floor(2000 * two_warmups((double)i / 159));
	}
	design_levels(&d, &tr);
	assert_int_equal(shape_select(&tr, &d, &fit), SK_OK);
	assert_int_equal(fit.shape, SHAPE_WARMUPS);
	assert_double_equal(fit.tau_s, .2 * span, .01 * span);
	assert_double_equal(fit.tau2_s, .03 * span, .002 * span);
	assert_int_equal(shape_design(&tr, &d, &fit, &full), 3);
	assert_double_equal(full.x[1][30], 1 - exp(-1800 / fit.tau2_s), 1e-9);
	assert_double_equal(full.x[2][30], 1 - exp(-1800 / fit.tau_s), 1e-9);
	assert_double_equal(full.x[3][30], 1800, 0);
	assert_true(shape_warms_up(SHAPE_WARMUPS) && !shape_grows(SHAPE_WARMUPS));
}

/* Without noise each power is found, on the grid and between. */
static void the_power_of_a_curve(void **state)
{
	static const double power[] = { 1.5, 2, 2.7, 4, 2.1, 4.4 };
	struct track tr;
	struct design d;
	struct shape_fit fit;

	(void)state;
	memset(&tr, 0, sizeof(tr));
	tr.n = 160;
	tr.segments = 1;
	tr.width_s = 60;
	tr.quantum = 4;
	for (size_t k = 0; k < sizeof(power) / sizeof(*power); k++) {
		for (size_t i = 0; i < tr.n; i++) {
			tr.t[i] = tr.u[i] = (double)i * 60;
			tr.lag[i] = i > 0;
			tr.y[i] = 1e5 + 5000 * pow((double)i / 159, power[k]);
		}
		design_levels(&d, &tr);
		assert_int_equal(shape_select(&tr, &d, &fit), SK_OK);
		assert_int_equal(fit.shape, SHAPE_CURVE);
		assert_double_equal(fit.power, power[k], .03 * power[k]);
		assert_true(isnan(fit.tau_s) && isnan(fit.tau2_s) && fit.at == 0 && fit.at2 == 0);
	}
}

/* The curve's column rises by a tenth of the span over the last tenth, as a line does: its coefficient is the rate there. */
static void the_slope_of_a_curve_is_that_of_its_last_tenth(void **state)
{
	struct shape_fit fit = { .shape = SHAPE_CURVE, .power = 2, .tau_s = NAN };
	struct track tr;
	struct design d, full;

	(void)state;
	assert_double_equal(shape_growth(&fit), .1 / .19, 1e-15); /* u^2 from .9 to 1 is .19 */
	memset(&tr, 0, sizeof(tr));
	tr.n = 101;
	tr.segments = 1;
	for (size_t i = 0; i < tr.n; i++)
		tr.t[i] = tr.u[i] = (double)i * 60;
	design_levels(&d, &tr);
	for (fit.power = 1.5; fit.power < 4.1; fit.power += .5) {
		assert_int_equal(shape_design(&tr, &d, &fit, &full), 3);
		assert_double_equal(full.x[3][0], 0, 0);
		assert_double_equal(full.x[3][100] - full.x[3][90], 600, 1e-9);
		assert_double_equal(full.x[3][100], 6000 * shape_growth(&fit), 1e-9);
		for (size_t j = 1; j < 3; j++) /* beside it: what does not grow in the last tenth */
			assert_double_equal(full.x[j][100] - full.x[j][90], 0, 1e-9);
		assert_double_equal(full.x[1][50] + full.x[3][50], tr.u[50], 1e-9);
		assert_true(full.x[2][50] < 0);
	}
	fit.shape = SHAPE_TREND;
	assert_double_equal(shape_growth(&fit), 1, 0);
	assert_true(shape_grows(SHAPE_CURVE) && !shape_jumps(SHAPE_CURVE));
}

static void restarts_have_levels_of_their_own(void **state)
{
	struct track tr;
	struct design d, full;
	struct shape_fit fit;
	struct made m;

	(void)state;
	memset(&tr, 0, sizeof(tr));
	made_init(&m, 5);
	tr.n = 120;
	tr.segments = 3;
	tr.width_s = 60;
	tr.quantum = 4;
	for (size_t i = 0; i < tr.n; i++) {
		tr.t[i] = (double)i * 60;
		tr.segment[i] = i / 40;
		tr.u[i] = (double)(i % 40) * 60;
		tr.lag[i] = i % 40 > 0;
		tr.y[i] = 1e5 + 500 * (double)tr.segment[i] + 20 * (double)(i % 40) + 10 * made_noise(&m, .3);
	}
	made_free(&m);
	design_levels(&d, &tr);
	assert_int_equal(d.p, 3);
	assert_int_equal(shape_select(&tr, &d, &fit), SK_OK);
	assert_int_equal(fit.shape, SHAPE_TREND);
	assert_true(isinf(fit.bic_of[SHAPE_STEP]));
	assert_true(isinf(fit.bic_of[SHAPE_CURVE]));
	assert_int_equal(shape_design(&tr, &d, &fit, &full), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_shape),
		cmocka_unit_test(time_constant),
		cmocka_unit_test(two_time_constants),
		cmocka_unit_test(the_power_of_a_curve),
		cmocka_unit_test(the_slope_of_a_curve_is_that_of_its_last_tenth),
		cmocka_unit_test(restarts_have_levels_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
