/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The distributions of scripts against the probabilities that PostgreSQL 15's documentation of pgbench gives ("Built-in
 * Functions", notes on random_gaussian, random_exponential, random_zipfian and permute). Seeds are fixed: what is drawn is
 * always the same.
 */
#include "tests/check.h"

#include <math.h>
#include <string.h>

#include "scenarios/script_internal.h"

#define DRAWS 200000
#define MIN   11
#define N     10

static unsigned count[N];

enum distribution { UNIFORM, EXPONENTIAL, GAUSSIAN, ZIPFIAN };

static void draw_all(enum distribution d, double parameter)
{
	struct random r;

	random_seed(&r, 20);
	memset(count, 0, sizeof(count));
	for (int i = 0; i < DRAWS; i++) {
		int64_t v = d == UNIFORM       ? random_range(&r, MIN, MIN + N - 1)
			    : d == EXPONENTIAL ? random_exponential(&r, MIN, MIN + N - 1, parameter)
			    : d == GAUSSIAN    ? random_gaussian(&r, MIN, MIN + N - 1, parameter)
					       : random_zipfian(&r, MIN, MIN + N - 1, parameter);

		assert_true(v >= MIN && v < MIN + N);
		count[v - MIN]++;
	}
}

/* Within four standard deviations of what is expected. */
static void assert_share(int i, double p)
{
	assert_double_equal(count[i], DRAWS * p, 4 * sqrt(DRAWS * p * (1 - p)));
}

static void uniform(void **state)
{
	(void)state;
	draw_all(UNIFORM, 0);
	for (int i = 0; i < N; i++)
		assert_share(i, 1.0 / N);
}

/* f(x) = exp(-parameter * (x - min) / (max - min + 1)) / (1 - exp(-parameter)); i comes with f(i) - f(i + 1). */
static void exponential(void **state)
{
	(void)state;
	draw_all(EXPONENTIAL, 3);
	for (int i = 0; i < N; i++)
		assert_share(i, (exp(-3.0 * i / N) - exp(-3.0 * (i + 1) / N)) / (1 - exp(-3.0)));
}

static double phi(double x)
{
	return 0.5 * (1 + erf(x / sqrt(2)));
}

/*
 * mu = (max + min) / 2; f(x) = PHI(2 * parameter * (x - mu) / (max - min + 1)) / (2 * PHI(parameter) - 1); i with f(i + 0.5) -
 * f(i - 0.5)
 */
static void gaussian(void **state)
{
	(void)state;
	draw_all(GAUSSIAN, 2.5);
	for (int i = 0; i < N; i++) {
		double x = i - (N - 1) / 2.0;

		assert_share(i, (phi(5 * (x + 0.5) / N) - phi(5 * (x - 0.5) / N)) / (2 * phi(2.5) - 1));
	}
}

/* k comes ((k + 1) / k) ** parameter times as often as k + 1. */
static void zipfian(void **state)
{
	static const double parameters[] = { 1.01, 1.5, 2.5 };

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		double all = 0;

		for (int i = 0; i < N; i++)
			all += pow(i + 1, -parameters[k]);
		draw_all(ZIPFIAN, parameters[k]);
		for (int i = 0; i < N; i++)
			assert_share(i, pow(i + 1, -parameters[k]) / all);
	}
}

static void at_the_ends_of_64_bits(void **state)
{
	struct random r;

	(void)state;
	random_seed(&r, 1);
	for (int i = 0; i < 1000; i++) {
		assert_true(random_range(&r, INT64_MIN, INT64_MIN) == INT64_MIN);
		assert_true(random_range(&r, INT64_MAX - 1, INT64_MAX) >= INT64_MAX - 1);
		assert_true(random_exponential(&r, 0, INT64_MAX - 1, 1e-9) >= 0);
		assert_true(random_gaussian(&r, INT64_MIN / 2, 0, 2) <= 0);
		assert_true(random_zipfian(&r, 1, INT64_MAX - 1, 1.2) >= 1);
		assert_true(random_zipfian(&r, 7, 7, 1.001) == 7);
	}
}

/* One to one, for every size. */
static void permutation(void **state)
{
	bool seen[200];

	(void)state;
	for (int64_t n = 1; n <= 200; n++) {
		memset(seen, 0, sizeof(seen));
		for (int64_t v = 0; v < n; v++) {
			int64_t to = random_permute(v, n, n * 7);

			assert_true(to >= 0 && to < n && !seen[to]);
			seen[to] = true;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uniform),
		cmocka_unit_test(exponential),
		cmocka_unit_test(gaussian),
		cmocka_unit_test(zipfian),
		cmocka_unit_test(at_the_ends_of_64_bits),
		cmocka_unit_test(permutation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
