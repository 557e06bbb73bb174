/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits by simulated paths, against laws and against what really came; power and hours: arithmetic, exactly. */
#include "tests/analysis/made.h"

#include "analysis/effect.h"
#include "analysis/forecast.h"

/* From 1000 KiB to 3000 at 100 KiB/h, a block a minute, seen for a day. */
static struct forecast_in plain(void)
{
	return (struct forecast_in){ .limit_kb = 3000,
				     .rate = 100 / 3600.,
				     .line_kb = 1000,
				     .noise = { .phi = 0, .sd = 0, .last_kb = 1000, .block_s = 60 },
				     .seen_s = 86400 };
}

static void without_noise_a_line(void **state)
{
	struct forecast_in in = plain();
	struct forecast f;

	(void)state;
	for (int walk = 0; walk < 2; walk++) {
		in.noise.phi = walk;
		assert_int_equal(forecast_limit(&in, &f), SK_OK);
		assert_double_equal(f.at_s, 20 * 3600, 60);
		assert_double_equal(f.hi_s, f.lo_s, 0);
		assert_double_equal(f.never, 0, 0);
	}
	in.rate_se = in.rate / 4; /* its quantiles are those of room / rate */
	assert_int_equal(forecast_limit(&in, &f), SK_OK);
	assert_double_equal(f.at_s, 20 * 3600, 200);
	assert_double_equal(f.p10_s, 20 * 3600 / (1 + 1.2816 / 4), 400);
	assert_double_equal(f.p90_s, 20 * 3600 / (1 - 1.2816 / 4), 800);
	assert_double_equal(f.lo_s, 20 * 3600 / (1 + 1.96 / 4), 600);
}

static void what_has_no_forecast(void **state)
{
	struct forecast_in in = plain();
	struct forecast f;

	(void)state;
	in.noise.last_kb = 3000; /* it is there */
	assert_int_equal(forecast_limit(&in, &f), SK_OK);
	assert_true(f.at_s == 0 && f.hi_s == 0 && f.never == 0);
	in = plain();
	in.limit_kb = NAN;
	assert_int_equal(forecast_limit(&in, &f), SK_OK);
	assert_true(isnan(f.at_s) && isnan(f.lo_s) && isnan(f.never));
	in = plain();
	in.rate = -1;
	assert_int_equal(forecast_limit(&in, &f), SK_OK);
	assert_true(isnan(f.at_s) && isnan(f.never));
	in = plain();
	in.limit_kb = 1e12; /* not within ten years */
	assert_int_equal(forecast_limit(&in, &f), SK_OK);
	assert_true(isnan(f.at_s) && f.never == 1);
}

/* A rate that may as well be none: some futures never get there, and far away half of them is no answer without the others. */
static void never_and_far(void **state)
{
	struct forecast_in in = plain();
	struct forecast f;

	(void)state;
	in.rate_se = in.rate; /* below 0 with probability .159 */
	assert_int_equal(forecast_limit(&in, &f), SK_OK);
	assert_double_equal(f.never, .159, .01);
	assert_double_equal(f.at_s, 20 * 3600, 200);
	assert_true(isfinite(f.p10_s) && isnan(f.p90_s) && isnan(f.hi_s));
	in.seen_s = 6 * 3600; /* 20 h are more than three times that */
	assert_int_equal(forecast_limit(&in, &f), SK_OK);
	assert_true(isnan(f.at_s) && isfinite(f.p10_s));
}

/* Inverse Gaussian: first passage of a walk with drift mu and variance s2 over the distance a. */
static double first_passage_cdf(double t, double a, double mu, double s2)
{
	double z = sqrt(s2 * t);

	return .5 * erfc(-(mu * t - a) / z / M_SQRT2) + exp(2 * mu * a / s2) * .5 * erfc((mu * t + a) / z / M_SQRT2);
}

static void a_walk_keeps_the_law_of_first_passage(void **state)
{
	static const double sds[] = { 5, 20, 60 };
	double reach[FORECAST_PATHS], mu = 100 / 60., a = 2000;

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		struct forecast_in in = plain();
		double mean = 0, worst = 0, sd = sds[k], law = sqrt(a * sd * sd / mu / mu / mu); /* blocks */

		in.noise.phi = 1;
		in.noise.sd = sd;
		assert_int_equal(forecast_paths(&in, reach), SK_OK);
		for (size_t i = 0; i < FORECAST_PATHS; i++) {
			mean += reach[i] / 60 / FORECAST_PATHS;
			worst = fmax(worst,
				     fabs(first_passage_cdf(reach[i] / 60, a, mu, sd * sd) - ((double)i + .5) / FORECAST_PATHS));
		}
		assert_double_equal(mean, a / mu, 2.5 * law / sqrt(FORECAST_PATHS));
		assert_true(worst < 1.36 / sqrt(FORECAST_PATHS)); /* Kolmogorov and Smirnov, 5 % */
	}
}

/* The same walk taken step by step: uphill, and downhill, where many never arrive. */
static void a_walk_arrives_as_one_on_foot_does(void **state)
{
	double reach[FORECAST_PATHS];
	gsl_rng *r = gsl_rng_alloc(gsl_rng_mt19937);

	(void)state;
	for (int downhill = 0; downhill < 2; downhill++) {
		struct forecast_in in = plain();
		double mu = downhill ? -.02 : .05;
		size_t arrived = 0, early = 0, paths_early = 0, paths = 0;

		in.limit_kb = 1000 + 30;
		in.rate = mu / 60;
		in.noise.phi = 1;
		in.noise.sd = 1;
		assert_int_equal(forecast_paths(&in, reach), SK_OK);
		gsl_rng_set(r, 7);
		for (size_t i = 0; i < FORECAST_PATHS; i++) {
			double y = 0;
			int t = 0;

			for (; y < 30 && t < 5000; t++)
				y += mu + gsl_ran_gaussian_ziggurat(r, 1);
			arrived += y >= 30;
			early += y >= 30 && t < 500;
			paths += reach[i] < 5000 * 60;
			paths_early += reach[i] < 500 * 60;
		}
		double n = FORECAST_PATHS, sd = sqrt(2 * .25 / n);

		assert_double_equal((double)paths / n, (double)arrived / n, 2.5 * sd);
		assert_double_equal((double)paths_early / n, (double)early / n, 2.5 * sd);
	}
	gsl_rng_free(r);
}

/* How long an AR(1) on a line took, and where the forecast of its first 200 points lies. */
struct tried {
	int seen, inside80, inside95, below;
	double phi, sd; /* sums of what was estimated */
};

static void one_future(double phi, unsigned long seed, struct tried *out)
{
	const double limit = 204800 + 2000 * 30; /* the line is there at twice the points */
	const struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	static struct verdict v;
	struct series s;
	struct made m;
	double y = 0;
	int i;

	made_init(&m, seed);
	assert_int_equal(series_init(&s, "anon_kb", 60, SERIES_ONLINE, NULL), SK_OK);
	for (i = 0; i < 200; i++)
		series_add(&s, i * 60, 204800 + 2000 * (.075 * i + made_noise(&m, phi)));
	for (; y < limit; i++)
		y = 204800 + 2000 * (.075 * i + made_noise(&m, phi));
	made_free(&m);

	const struct series *cols[] = { &s };
	struct evidence ev = made_evidence(cols, 1, 60);
	double truth = ev.start_unix + (i - 1) * 60;

	ev.limit_kb = limit;
	assert_int_equal(verdict_decide(&ev, &opt, &v, NULL), SK_OK);
	series_release(&s);
	if (!isfinite(v.limit_unix_p10))
		return;
	out->seen++;
	out->inside80 += v.limit_unix_p10 <= truth && !(truth > v.limit_unix_p90);
	out->inside95 += v.limit_unix_lo <= truth && !(truth > v.limit_unix_hi);
	out->below += truth < v.limit_unix;
	out->phi += v.main.noise.phi;
	out->sd += v.main.noise.sd;
}

/*
 * 120 series each. The interval of the rate itself covers the truth in 86 % of walks and 91 to 93 % of the others; the time to
 * the limit cannot be known better.
 */
static void the_truth_is_where_it_should_be(void **state)
{
	static const struct {
		double phi, sd;
		int in80, in95;
	} of[] = { { 0, 2000, 92, 110 }, { .8, 1200, 90, 106 }, { 1, 200, 78, 98 } };

	(void)state;
	for (size_t k = 0; k < 3; k++) {
		struct tried t = { 0 };

		for (unsigned long seed = 1; seed <= 120; seed++)
			one_future(of[k].phi, seed, &t);
		assert_true(t.seen >= 119);
		assert_true(t.inside80 >= of[k].in80 && t.inside95 >= of[k].in95);
		assert_true(t.below > 45 && t.below < 75);
		assert_double_equal(t.phi / t.seen, of[k].phi, .05);
		assert_double_equal(t.sd / t.seen, of[k].sd, .1 * of[k].sd);
	}
}

static void limits_and_power(void **state)
{
	(void)state;
	assert_double_equal(effect_detectable(10), 39.71202, 1e-9);
	assert_double_equal(effect_limit(1000, 64, 86400), 64, 0);
	assert_double_equal(effect_limit(2400000, 64, 86400), 1000, 1e-9); /* 1 % a day */
	assert_double_equal(effect_limit(1000, 64, 60), 64 * 120, 1e-9);
	assert_double_equal(effect_limit(NAN, 64, 3600), 128, 0);
}

static void how_much_longer(void **state)
{
	(void)state;
	assert_double_equal(effect_need_more(800, 100, 3600, .5), 3 * 3600, 1e-6); /* 8 = 4^(3/2) */
	assert_double_equal(effect_need_more(200, 100, 3600, 1), 3 * 3600, 1e-6);
	assert_double_equal(effect_need_more(1, 2, 3600, .5), 180, 0);
	assert_double_equal(effect_need_more(1e300, 1, 3600, 1), 8640000, 0);
	assert_double_equal(effect_need_more(NAN, 1, 3600, 1), 3600, 0);
	assert_double_equal(effect_need_more(NAN, NAN, NAN, NAN), 60, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_noise_a_line),
		cmocka_unit_test(what_has_no_forecast),
		cmocka_unit_test(never_and_far),
		cmocka_unit_test(a_walk_keeps_the_law_of_first_passage),
		cmocka_unit_test(a_walk_arrives_as_one_on_foot_does),
		cmocka_unit_test(the_truth_is_where_it_should_be),
		cmocka_unit_test(limits_and_power),
		cmocka_unit_test(how_much_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
