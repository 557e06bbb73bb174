/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/corpus/baselines.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>

#include "tests/corpus/lbr.h"
#include "tests/corpus/line.h"
#include "tests/corpus/mann_kendall.h"

#define MIN_RATE  64.0 /* KiB/h: --min-rate */
#define ALPHA     .01
#define PAIRS_MAX 1500

/* The script that everybody has written once: least squares on the row number, and a limit on KiB per row. */
static bool fixed_slope(const double *t_s, const double *y_kb, size_t n)
{
	double *row = calloc(n, sizeof(*row));
	bool leaks;

	(void)t_s;
	if (!row)
		abort();
	for (size_t i = 0; i < n; i++)
		row[i] = (double)i;
	leaks = line_fit(row, y_kb, n).slope > 100;
	free(row);
	return leaks;
}

/* Significance of the least squares slope; any textbook. Assumes independent errors, which memory does not have. */
static bool ols_p01(const double *t_s, const double *y_kb, size_t n)
{
	struct line l = line_fit(t_s, y_kb, n);

	return l.slope * 3600 > MIN_RATE && line_p(&l, n) < ALPHA;
}

/* "Looks like a line": the gate of many tools on the coefficient of determination. */
static bool ols_r2_075(const double *t_s, const double *y_kb, size_t n)
{
	struct line l = line_fit(t_s, y_kb, n);

	return n > 2 && l.slope * 3600 > MIN_RATE && l.r * l.r > .75;
}

/*
 * Sum over lags of the products of v, with Bartlett's weights: Newey and West, Econometrica 55 (1987) 703-708. How many lags:
 * Andrews, Econometrica 59 (1991) 817-858, by the residuals' autocorrelation rho, at most .97.
 */
static double newey_west(const double *v, size_t n, double rho)
{
	double a = 4 * rho * rho / ((1 - rho) * (1 - rho) * (1 + rho) * (1 + rho)), sum = 0;
	size_t lags = (size_t)fmin((double)n / 2, 1.1447 * cbrt(a * (double)n));

	for (size_t k = 0; k <= lags; k++) {
		double shared = 0;

		for (size_t i = k; i < n; i++)
			shared += v[i] * v[i - k];
		sum += (k ? 2 * (1 - (double)k / (double)(lags + 1)) : 1) * shared;
	}
	return sum;
}

/* Significance with errors that count autocorrelation, as econometrics has it. */
static bool ols_newey_west(const double *t_s, const double *y_kb, size_t n)
{
	struct line l = line_fit(t_s, y_kb, n);
	double *v = calloc(n, sizeof(*v)), before = 0, products = 0, squares = 0, variance;

	if (!v)
		abort();
	for (size_t i = 0; i < n; i++) {
		double dt = t_s[i] - l.mean_t, e = y_kb[i] - l.mean_y - l.slope * dt;

		v[i] = dt * e;
		if (i > 0) {
			products += e * before;
			squares += before * before;
		}
		before = e;
	}
	variance = newey_west(v, n, fmax(-.97, fmin(.97, products / fmax(squares, 1e-9)))) / (l.stt * l.stt);
	free(v);
	/* 1e-12 (KiB/h)^2: a perfect line has a large z, not an infinite one */
	return n > 2 && l.slope * 3600 > MIN_RATE &&
	       2 * gsl_cdf_ugaussian_Q(l.slope * 3600 / sqrt(fmax(variance * 3600 * 3600, 1e-12))) < ALPHA;
}

struct points {
	double t_h[PAIRS_MAX], y_kb[PAIRS_MAX];
	size_t n;
};

/* Evenly picked, first and last among them. */
static void thin(const double *t_s, const double *y_kb, size_t n, struct points *p)
{
	double step = n > PAIRS_MAX ? (double)(n - 1) / (PAIRS_MAX - 1) : 1;

	p->n = n > PAIRS_MAX ? PAIRS_MAX : n;
	for (size_t i = 0; i < p->n; i++) {
		size_t from = i + 1 == p->n ? n - 1 : (size_t)((double)i * step);

		p->t_h[i] = t_s[from] / 3600;
		p->y_kb[i] = y_kb[from];
	}
}

/* Machida et al., ISSREW 2013: the test that software aging uses, with Sen's slope for the rate. Corrections: mann_kendall.h. */
static bool trend_leaks(const double *t_s, const double *y_kb, size_t n, enum mk_correction how)
{
	struct points p;
	struct mk m;

	thin(t_s, y_kb, n, &p);
	m = mk_test(p.y_kb, p.n, how, how == MK_HAMED_RAO ? p.n / 2 - 1 : MK_ALL_LAGS);
	return m.z > 0 && m.p < ALPHA && sen_slope(p.t_h, p.y_kb, p.n) > MIN_RATE;
}

static bool mk_plain(const double *t_s, const double *y_kb, size_t n)
{
	return trend_leaks(t_s, y_kb, n, MK_PLAIN);
}

static bool mk_hamed_rao(const double *t_s, const double *y_kb, size_t n)
{
	return trend_leaks(t_s, y_kb, n, MK_HAMED_RAO);
}

static bool mk_yue_wang(const double *t_s, const double *y_kb, size_t n)
{
	return trend_leaks(t_s, y_kb, n, MK_YUE_WANG);
}

static bool mk_pw(const double *t_s, const double *y_kb, size_t n)
{
	return trend_leaks(t_s, y_kb, n, MK_PW);
}

static bool mk_tfpw(const double *t_s, const double *y_kb, size_t n)
{
	return trend_leaks(t_s, y_kb, n, MK_TFPW);
}

static bool lbr(const double *t_s, const double *y_kb, size_t n)
{
	return lbr_leaks(t_s, y_kb, n, MIN_RATE);
}

static bool lbrcpd(const double *t_s, const double *y_kb, size_t n)
{
	return lbrcpd_leaks(t_s, y_kb, n, MIN_RATE);
}

const struct baseline baselines[] = {
	{ "slope > 100 KB per row", fixed_slope },
	{ "OLS p < .01", ols_p01 },
	{ "OLS R2 > .75", ols_r2_075 },
	{ "OLS, Newey-West", ols_newey_west },
	{ "Mann-Kendall", mk_plain },
	{ "MK, Hamed-Rao", mk_hamed_rao },
	{ "MK, Yue-Wang", mk_yue_wang },
	{ "MK, pre-whitened", mk_pw },
	{ "MK, TFPW", mk_tfpw },
	{ "Precog LBR", lbr },
	{ "Precog LBRCPD", lbrcpd },
};
const size_t n_baselines = sizeof(baselines) / sizeof(baselines[0]);

unsigned baselines_say(const double *t_s, const double *y_kb, size_t n)
{
	unsigned said = 0;

	for (size_t k = 0; k < n_baselines; k++)
		said |= (unsigned)baselines[k].leaks(t_s, y_kb, n) << k;
	return said;
}
