/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks less a line, the height of a line, levels at two ends: by hand. */
#include "analysis/residuals.h"

#include <math.h>

#include "tests/check.h"

static const struct fit_line line = { .valid = true, .t0 = 10, .t1 = 50, .y0 = 100, .y1 = 180 }; /* 2 a second */

static struct block at(double t, double y)
{
	return (struct block){ 4, t, y + 1, y, y - 3, y + 5 };
}

static void blocks_less_the_line(void **state)
{
	const struct block gap = { 0, NAN, NAN, NAN, NAN, NAN };
	const struct block b[] = { at(0, 7), gap, at(10, 100), at(20, 123), gap, at(40, 157), at(50, 180), gap, at(60, 0) };
	struct block out[9];
	struct residuals r;

	(void)state;
	assert_int_equal(residuals_of(b, 9, &line, out, &r), 5); /* the gap in the middle stays, those at the ends do not */
	assert_int_equal(r.n, 4);
	assert_true(out[0].median == 0 && out[0].mean == 1 && out[0].min == -3 && out[0].max == 5 && out[0].t == 10);
	assert_true(out[1].median == 3 && out[1].n == 4);
	assert_int_equal(out[2].n, 0);
	assert_true(out[3].median == -3 && out[4].median == 0);
	assert_double_equal(r.scatter, 3, 1e-12); /* the third of 0, 0, 3, 3 */
	assert_true(isnan(r.lag));                /* two neighbours */
}

static void neighbours_that_alternate(void **state)
{
	struct block b[11];
	struct residuals r;

	(void)state;
	for (int i = 0; i < 11; i++)
		b[i] = at(10 + 4 * i, 100 + 8 * i + (i % 2 ? 1 : -1));
	assert_int_equal(residuals_of(b, 11, &line, b, &r), 11); /* in place */
	assert_double_equal(r.lag, -1, 1e-12);
	assert_double_equal(r.scatter, 1, 1e-12);
	for (int i = 0; i < 11; i++)
		b[i] = at(10 + 4 * i, 100 + 8 * i);
	residuals_of(b, 11, &line, b, &r);
	assert_true(r.scatter == 0 && isnan(r.lag)); /* nothing is left: no correlation of nothing */
}

/* One far out moves neither the scatter nor the range; six of a hundred at one end are no exception. */
static void one_far_out_is_beyond(void **state)
{
	struct block b[100];
	struct residuals r;
	double lo, hi, far;

	(void)state;
	for (int i = 0; i < 100; i++)
		b[i] = at(i, i % 10);
	assert_int_equal(residuals_range(b, 100, &lo, &hi, &far), 0);
	assert_true(lo == -3 && hi == 14 && isnan(far)); /* a block reaches from 3 below its median to 5 above */
	residuals_describe(b, 100, &r);
	assert_double_equal(r.scatter, 6, 1e-12); /* the 69th of 0, 0 and so on to 9 */
	b[50] = at(50, -1000);
	assert_int_equal(residuals_range(b, 100, &lo, &hi, &far), 1);
	assert_true(lo == -3 && hi == 14 && far == -1003);
	residuals_describe(b, 100, &r);
	assert_double_equal(r.scatter, 6, 1e-12);
	b[70] = at(70, 2000);
	assert_int_equal(residuals_range(b, 100, &lo, &hi, &far), 2);
	assert_true(lo == -3 && hi == 14 && far == 2005);
	for (int i = 0; i < 5; i++)
		b[10 + i] = at(10 + i, -900);
	assert_int_equal(residuals_range(b, 100, &lo, &hi, &far), 0); /* six at the lower end are how it is, and wide */
	assert_true(lo == -1003 && hi == 2005 && isnan(far));
	assert_int_equal(residuals_range(b, RANGE_LEAST - 1, &lo, &hi, &far), 0);
	assert_true(lo == -903);
	b[0].n = 0;
	assert_int_equal(residuals_range(b, 1, &lo, &hi, &far), 0);
	assert_true(isnan(lo) && isnan(hi));
}

static void the_height_of_a_line(void **state)
{
	static const double x[] = { 0, 1, 2, 3, 4 }, y[] = { 5, 7, 9, 1000, 13 };

	(void)state;
	assert_true(line_level(x, y, 5, 2) == 5); /* the odd point is one of five */
	assert_true(line_level(x, y, 2, 3) == 4.5);
	assert_true(isnan(line_level(x, y, 0, 2)));
	assert_true(isnan(line_level(x, y, SERIES_DRAWN + 1, 2)));
}

static void levels_at_two_ends(void **state)
{
	struct block b[101] = { 0 };
	double start, end;

	(void)state;
	assert_false(blocks_ends(b, 0, 0, 100, &start, &end));
	assert_true(isnan(start) && isnan(end));
	for (int i = 0; i <= 100; i++)
		b[i] = i < 20 ? (struct block){ 0, NAN, NAN, NAN, NAN, NAN } : at(i, i);
	assert_true(blocks_ends(b, 101, 0, 100, &start, &end));
	assert_true(start == 0 && end == 95); /* born at 20: it had none before */
	assert_true(blocks_ends(b, 101, 20, 120, &start, &end));
	assert_true(start == 25 && end == 0);
	assert_true(blocks_ends(b, 101, 20, 100, &start, &end));
	assert_true(start == 24 && end == 96); /* of 20 to 28, and 92 to 100 */
}

/* A peak in the last row, where a reading was too, is not where growth went to; nor one in the first. */
static void a_reading_is_no_spike(void **state)
{
	static const double t[] = { 0, 30, 60, 90, 97, 100 };
	struct block b[101];
	double from, to;

	(void)state;
	for (int i = 0; i <= 100; i++)
		b[i] = at(i, 1000 + i);
	assert_true(reading_at_level(b, 101, t, 6, 0, 100, 1, false, &from) && from == 0); /* a line ends where it ends */
	assert_true(reading_at_level(b, 101, t, 6, 0, 100, 1, true, &to) && to == 100);
	b[100] = at(100, 95000);
	b[0] = at(0, 500);
	assert_true(reading_at_level(b, 101, t, 6, 0, 100, 1, false, &from) && from == 30);
	assert_true(reading_at_level(b, 101, t, 6, 0, 100, 1, true, &to) && to == 97);
	assert_true(block_at(b, 101, 97.4, 1) == 1097 && isnan(block_at(b, 101, 102, 1)));
	/* seven rows: of the last five one is the spike; all readings at spikes are none */
	for (int i = 0; i < 7; i++)
		b[i] = at(i, i == 6 ? 95000 : 560);
	assert_true(reading_at_level(b, 7, (double[]){ 0, 3, 6 }, 3, 0, 6, 1, true, &to) && to == 3);
	assert_false(reading_at_level(b, 7, (double[]){ 6 }, 1, 0, 6, 1, true, &to));
	assert_false(reading_at_level(b, 0, t, 6, 0, 100, 1, true, &to));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_less_the_line), cmocka_unit_test(neighbours_that_alternate),
		cmocka_unit_test(the_height_of_a_line), cmocka_unit_test(one_far_out_is_beyond),
		cmocka_unit_test(levels_at_two_ends),   cmocka_unit_test(a_reading_is_no_spike),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
