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

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Whatever the selection does, it is the middle of the sorted slopes: in noise, with ties, sorted and with wild points. */
static void as_if_sorted(void **state)
{
	static double t[256], y[256], all[256 * 255 / 2];
	static const size_t lengths[] = { 3, 4, 64, 65, 66, 90, 255, 256 };
	struct made m;

	(void)state;
	made_init(&m, 5);
	for (size_t k = 0; k < sizeof(lengths) / sizeof(*lengths); k++) {
		for (int kind = 0; kind < 5; kind++) {
			size_t n = lengths[k], slopes = 0;
			struct theil_sen s;
			double slope;

			for (size_t i = 0; i < n; i++) {
				double noise = made_noise(&m, .8);

				t[i] = 300 * (double)i;
				y[i] = kind == 0   ? noise
				       : kind == 1 ? 4 * round(noise)
				       : kind == 2 ? 7
				       : kind == 3 ? (double)(i * i)
						   : exp(40 * noise);
				for (size_t j = 0; j < i; j++)
					all[slopes++] = (y[i] - y[j]) / (t[i] - t[j]);
			}
			qsort(all, slopes, sizeof(*all), ascending);
			assert_int_equal(theil_sen(t, y, n, &s), SK_OK);
			assert_int_equal(theil_sen_slope(t, y, n, &slope), SK_OK);
			assert_true(slope == (slopes % 2 ? all[slopes / 2] : (all[slopes / 2] + all[slopes / 2 - 1]) / 2));
			assert_true(s.slope == slope && s.lo <= slope && slope <= s.hi);
		}
	}
	made_free(&m);
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
	assert_int_equal(theil_sen_slope(t, y, 2, &s.slope), SK_EFEW);
	assert_int_equal(theil_sen_slope(t, y, 5, &s.slope), SK_EFLAT);
	assert_true(isnan(s.slope));
	assert_int_equal(theil_sen(t, y, THEIL_SEN_MAX_N + 1, &s), SK_EUSAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_hand),      cmocka_unit_test(gaps_are_skipped), cmocka_unit_test(a_quarter_of_wild_points),
		cmocka_unit_test(as_if_sorted), cmocka_unit_test(norris),           cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
