/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Published values of the trend tests, cases worked by hand, and what each rule says of series whose shape is known. */
#include "tests/check.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/analysis/nist.h"
#include "tests/corpus/baselines.h"
#include "tests/corpus/lbr.h"
#include "tests/corpus/line.h"
#include "tests/corpus/mann_kendall.h"

#define RAIN_ROWS 360
#define POINTS    4000

/* The months; those without a value are NaN, or left out so that the next takes their place. */
static size_t rainfall(bool keep_missing, double *y)
{
	FILE *f = fopen("tests/data/pymannkendall/rainfall.csv", "r");
	char line[64];
	size_t n = 0;

	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f)); /* the header */
	while (fgets(line, sizeof(line), f) && n < RAIN_ROWS) {
		const char *value = strchr(line, ',');

		assert_non_null(value);
		if (strncmp(value + 1, "NA", 2) != 0)
			y[n++] = strtod(value + 1, NULL);
		else if (keep_missing)
			y[n++] = NAN;
	}
	fclose(f);
	return n;
}

/*
 * Release 1.4 counts the place of a missing month in Sen's slope, release 1.0 did not: both published their results. Left out:
 * 1.0 for MK_TFPW, where equal values are told apart by rounding (S is -634, or -633 with fused multiplication).
 */
static const struct published {
	bool keep_missing;
	enum mk_correction how;
	size_t lags;
	double s, var_s, z, p, slope;
} published[] = {
	{ true, MK_PLAIN, 0, -1959, 4889800.333333333, -0.8854562842589916, 0.37591058740506833, -0.006369426751592357 },
	{ true, MK_HAMED_RAO, MK_ALL_LAGS, -1959, 259723.81316716125, -3.8419950613710894, 0.00012203829241275166,
	  -0.006369426751592357 },
	{ true, MK_HAMED_RAO, 3, -1959, 14228919.889368296, -0.5190709455046154, 0.6037112685123898, -0.006369426751592357 },
	{ true, MK_YUE_WANG, MK_ALL_LAGS, -1959, 551950.4269211816, -2.6354977553857504, 0.008401398144858296,
	  -0.006369426751592357 },
	{ true, MK_YUE_WANG, 1, -1959, 10377313.384506395, -0.6078133313683783, 0.5433112864060043, -0.006369426751592357 },
	{ true, MK_PW, 0, -219, 4865719, -0.09882867695903437, 0.9212742990272651, -0.006369426751592357 },
	{ true, MK_TFPW, 0, -630, 4866576, -0.28512735834365455, 0.7755465706913385, -0.006369426751592357 },
	{ false, MK_PLAIN, 0, -1959, 4889800.333333333, -0.8854562842589916, 0.37591058740506833, -0.0064516129032258064 },
	{ false, MK_HAMED_RAO, MK_ALL_LAGS, -1959, 257403.38678462413, -3.859273515045842, 0.00011372459883540742,
	  -0.0064516129032258064 },
	{ false, MK_HAMED_RAO, 3, -1959, 14226812.425138814, -0.5191093899188985, 0.603684460662274, -0.0064516129032258064 },
	{ false, MK_YUE_WANG, MK_ALL_LAGS, -1959, 550988.7079774942, -2.6377968071103193, 0.008344656549921448,
	  -0.0064516129032258064 },
	{ false, MK_YUE_WANG, 1, -1959, 10377301.691383107, -0.6078136738097195, 0.5433110592605916, -0.0064516129032258064 },
};

static void published_values(void **state)
{
	double y[RAIN_ROWS];

	(void)state;
	assert_int_equal(rainfall(true, y), RAIN_ROWS);
	for (size_t i = 0; i < sizeof(published) / sizeof(published[0]); i++) {
		const struct published *want = &published[i];
		size_t n = rainfall(want->keep_missing, y);
		struct mk got = mk_test(y, n, want->how, want->lags);

		assert_double_equal(got.s, want->s, 0);
		assert_double_equal(got.var_s, want->var_s, 1e-9 * want->var_s);
		assert_double_equal(got.z, want->z, 1e-9);
		assert_double_equal(got.p, want->p, 1e-9);
		assert_double_equal(got.slope, want->slope, 1e-15);
	}
}

static void trend_by_hand(void **state)
{
	const double tied[] = { 1, 2, 2, 3 }, gap[] = { 1, NAN, 3 }, flat[] = { 7, 7, 7, 7 }, t[] = { 0, 1, 1, 4 };
	struct mk m = mk_test(tied, 4, MK_PLAIN, 0);

	(void)state;
	assert_double_equal(m.s, 5, 0);
	assert_double_equal(m.var_s, (4 * 3 * 13 - 2 * 1 * 9) / 18., 1e-12);
	assert_double_equal(m.z, 4 / sqrt(138 / 18.), 1e-12);
	assert_double_equal(m.slope, (1 / 2. + 2 / 3.) / 2, 1e-15); /* 0 1/2 1/2 2/3 1 1 */
	assert_double_equal(sen_slope(t, tied, 4), 1 / 2., 1e-15);  /* 1/3 1/3 1/2 1 1, and a pair at one time */
	assert_double_equal(mk_test(gap, 3, MK_PLAIN, 0).slope, 1, 0);
	for (enum mk_correction how = MK_PLAIN; how <= MK_TFPW; how++) {
		m = mk_test(flat, 4, how, MK_ALL_LAGS);
		assert_double_equal(m.z, 0, 0);
		assert_double_equal(m.p, 1, 0);
		m = mk_test(tied, 2, how, MK_ALL_LAGS);
		assert_double_equal(m.z, 0, 0);
		assert_double_equal(m.slope, 1, 0);
	}
}

static void line_by_hand(void **state)
{
	const double t[] = { 0, 1, 2 }, y[] = { 0, 1, 1 }, flat[] = { 2, 2, 2 };
	struct nist d;
	struct line l = line_fit(t, y, 3);

	(void)state;
	assert_double_equal(l.slope, 1 / 2., 1e-15);
	assert_double_equal(l.r, sqrt(3) / 2, 1e-15);
	/* t = tan(60 degrees) with one degree of freedom: 1 - 2/pi times that angle */
	assert_double_equal(line_p(&l, 3), 1 / 3., 1e-12);
	l = line_fit(t, flat, 3);
	assert_double_equal(l.slope, 0, 0);
	assert_double_equal(line_p(&l, 3), 1, 0);
	assert_int_equal(nist_read("Norris", &d), 1);
	l = line_fit(d.x[0], d.y, d.n);
	assert_double_equal(l.slope, 1.00211681802045, 1e-13);
	assert_double_equal(l.r * l.r, 0.999993745883712, 1e-14);
}

/* What row i has above 200 MiB. Rates are for rows 300 s apart. */
static double flat_at(size_t i)
{
	(void)i;
	return 0;
}

static double line_at(size_t i) /* 400 KiB/h, 33 a row */
{
	return 400. / 12 * (double)i;
}

static double steep_at(size_t i) /* 1260 KiB/h, 105 a row */
{
	return 105. * (double)i;
}

static double slow_at(size_t i) /* 60 KiB/h: less than counts */
{
	return 5. * (double)i;
}

static double fall_at(size_t i)
{
	return -line_at(i);
}

static double step_at(size_t i) /* after a quarter: within 5/8 of the pairs nothing happens */
{
	return i < 72 ? 0 : 1e4;
}

static double hinge_at(size_t i) /* the last quarter rises, too late for half of the pairs */
{
	return i < 216 ? 0 : 2 * line_at(i - 216);
}

static double restart_at(size_t i) /* a line, anew after the middle */
{
	return line_at(i % 150);
}

static double wave_at(size_t i) /* slow and large over a small slope */
{
	return 100. / 12 * (double)i + 2e3 * cos((double)i / 40);
}

static double spikes_at(size_t i) /* one row in seven is far off, to and fro */
{
	return line_at(i) + (i % 7 ? 0 : i % 2 ? 6e4 : -6e4);
}

static double teeth_at(size_t i) /* restarts, the last too near the end for a change point */
{
	return line_at(i % 48);
}

static double cycle_at(size_t i) /* of 20 rows, which is not the number of its cycles */
{
	return line_at(i) + 4e3 * sin(2 * M_PI * (double)i / 20);
}

static double walk_at(size_t i) /* a random walk that happens to end higher */
{
	double sum = 0;

	for (size_t k = 0; k <= i; k++)
		sum += 500 * sin(8. * (double)(k * k));
	return sum;
}

static const struct shape {
	const char *name;
	double (*at)(size_t row);
	double rough_kb; /* how far rows are off, without order: residuals of an exact line are rounding */
	size_t n;
	double interval_s;
	const char *says; /* rule by rule, in the order of the table */
} shapes[] = {
	{ "constant", flat_at, 0, 288, 300, "00000000000" },        { "flat", flat_at, 20, 288, 300, "00000000000" },
	{ "line", line_at, 20, 288, 300, "01111111111" },           { "line, R2 .79", line_at, 2000, 288, 300, "01111111111" },
	{ "line, R2 .19", line_at, 8000, 288, 300, "01011111110" }, { "line, thinned", line_at, 20, POINTS, 300, "01111111111" },
	{ "steep", steep_at, 20, 288, 300, "11111111111" },         { "slow", slow_at, 20, 288, 300, "00000000000" },
	{ "fall", fall_at, 20, 288, 300, "00000000000" },           { "step", step_at, 20, 288, 300, "01010000000" },
	{ "hinge", hinge_at, 20, 288, 300, "01000000011" },         { "restart", restart_at, 20, 288, 300, "01001011111" },
	{ "teeth", teeth_at, 20, 288, 300, "00000000000" },         { "cycle", cycle_at, 20, 288, 300, "01011111100" },
	{ "wave", wave_at, 20, 288, 300, "01001001110" },           { "walk", walk_at, 0, 288, 300, "01001010110" },
	{ "spikes", spikes_at, 20, 2016, 30, "01011111111" },       { "two points", steep_at, 0, 2, 300, "10000000001" },
};

static void known_shapes(void **state)
{
	static double t[POINTS], y[POINTS];

	(void)state;
	for (size_t k = 0; k < sizeof(shapes) / sizeof(shapes[0]); k++) {
		const struct shape *s = &shapes[k];

		assert_int_equal(n_baselines, strlen(s->says));
		for (size_t i = 0; i < s->n; i++) {
			t[i] = s->interval_s * (double)i;
			y[i] = 200 * 1024 + s->at(i) + s->rough_kb * sin((double)(i * i));
		}
		for (size_t b = 0; b < n_baselines; b++) {
			if (baselines[b].leaks(t, y, s->n) != (s->says[b] == '1'))
				fail_msg("%s: %s does not say %c", s->name, baselines[b].name, s->says[b]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_values),
		cmocka_unit_test(trend_by_hand),
		cmocka_unit_test(line_by_hand),
		cmocka_unit_test(known_shapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
