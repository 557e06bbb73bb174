/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several regressors, against NIST's certified values; Longley and Wampler are ill-conditioned on purpose. */
#include "tests/analysis/made.h"

#include <float.h>

#include "tests/analysis/nist.h"

#include "analysis/lsq.h"

/* Fits the file with the given powers of x (or its columns) and returns the fewest digits over all parameters. */
static double digits(const char *name, int intercept, int powers, double *se_digits)
{
	static double ones[NIST_ROWS], pw[8][NIST_ROWS];
	const double *col[LSQ_MAX_P];
	struct nist d;
	struct lsq f;
	size_t p = 0;
	double least = 15;

	assert_true(nist_read(name, &d));
	for (size_t i = 0; i < d.n; i++)
		ones[i] = 1;
	if (intercept)
		col[p++] = ones;
	for (int k = 1; k <= powers; k++) {
		for (size_t i = 0; i < d.n; i++)
			pw[k][i] = pow(d.x[0][i], k);
		col[p++] = pw[k];
	}
	for (size_t j = 0; powers == 0 && j < d.p; j++)
		col[p++] = d.x[j];
	assert_int_equal(p, d.n_param);
	assert_int_equal(lsq_fit(col, p, d.y, d.n, &f, NULL), SK_OK);
	assert_int_equal(f.rank, p);
	*se_digits = 15;
	for (size_t j = 0; j < p; j++) {
		double s = sqrt(f.rss / (double)(d.n - p) * f.var[j]);

		least = fmin(least, nist_digits(f.beta[j], d.param[j]));
		if (d.se[j] > 0)
			*se_digits = fmin(*se_digits, nist_digits(s, d.se[j]));
	}
	return least;
}

/* valgrind computes long double in 64 bits. */
static double digits_asked(void)
{
	volatile long double one = 1, least = LDBL_EPSILON;

	return one + least > one ? 9 : 7;
}

static void certified(void **state)
{
	static const struct {
		const char *name;
		int intercept, powers; /* of x; 0: the columns as they are */
	} sets[] = {
		{ "Norris", 1, 1 },   { "NoInt1", 0, 1 },   { "NoInt2", 0, 1 },   { "Pontius", 1, 2 },  { "Longley", 1, 0 },
		{ "Wampler1", 1, 5 }, { "Wampler2", 1, 5 }, { "Wampler3", 1, 5 }, { "Wampler4", 1, 5 }, { "Wampler5", 1, 5 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		double se, least = digits(sets[i].name, sets[i].intercept, sets[i].powers, &se);

		print_message("%-8s %4.1f digits, of the standard errors %4.1f\n", sets[i].name, least, se);
		assert_true(least >= digits_asked());
		assert_true(se >= digits_asked());
	}
}

static void a_column_twice_is_left_out(void **state)
{
	const double one[] = { 1, 1, 1, 1 }, x[] = { 1, 2, 3, 4 }, y[] = { 3, 5, 7, 9 };
	const double *col[] = { one, x, x };
	struct lsq f;
	double r[4];

	(void)state;
	assert_int_equal(lsq_fit(col, 3, y, 4, &f, r), SK_OK);
	assert_int_equal(f.rank, 2);
	assert_double_equal(f.beta[1], 2, 1e-14);
	assert_double_equal(f.beta[2], 0, 0);
	assert_true(isnan(f.var[2]));
	for (int i = 0; i < 4; i++)
		assert_double_equal(r[i], 0, 1e-14);
}

static void limits(void **state)
{
	const double x[] = { 1 };
	const double *col[LSQ_MAX_P + 1] = { x };
	struct lsq f;

	(void)state;
	assert_int_equal(lsq_fit(col, 0, x, 1, &f, NULL), SK_EFEW);
	assert_int_equal(lsq_fit(col, LSQ_MAX_P + 1, x, 1, &f, NULL), SK_EUSAGE);
	assert_int_equal(lsq_fit(col, 1, x, LSQ_MAX_N + 1, &f, NULL), SK_EUSAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(certified),
		cmocka_unit_test(a_column_twice_is_left_out),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
