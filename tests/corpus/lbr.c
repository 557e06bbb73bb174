/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/corpus/lbr.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_fft_real.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "tests/corpus/line.h"

#define FREQUENCIES  10
#define LEAST_POINTS 60
#define RESAMPLE_S   300.0
#define CHANGE_Z     3.5 /* this and .6745 = Phi^-1(3/4): the modified z score of Iglewicz and Hoaglin */

static double *doubles(size_t n)
{
	double *p = calloc(n, sizeof(*p));

	if (!p)
		abort();
	return p;
}

static bool line_leaks(const double *t_s, const double *y_kb, size_t n, double min_rate, double least_r2)
{
	struct line l = line_fit(t_s, y_kb, n);

	return l.slope * 3600 > min_rate && l.r * l.r >= least_r2;
}

/* The numbers 0 .. n/2 - 1 of the strongest frequencies of y[n]; 0 is the level. n >= 2 * FREQUENCIES. */
static void strongest(const double *y, size_t n, size_t number[FREQUENCIES])
{
	gsl_fft_real_wavetable *table = gsl_fft_real_wavetable_alloc(n);
	gsl_fft_real_workspace *work = gsl_fft_real_workspace_alloc(n);
	double *f = doubles(n), *power = doubles(n / 2);

	memcpy(f, y, n * sizeof(*y));
	gsl_fft_real_transform(f, 1, n, table, work);
	power[0] = f[0] * f[0];
	for (size_t k = 1; k < n / 2; k++)
		power[k] = f[2 * k - 1] * f[2 * k - 1] + f[2 * k] * f[2 * k];
	gsl_sort_largest_index(number, FREQUENCIES, power, 1, n / 2);
	free(power);
	free(f);
	gsl_fft_real_workspace_free(work);
	gsl_fft_real_wavetable_free(table);
}

/*
 * The centred moving average over a period; with an even one the two outermost of its period + 1 points count half. It begins
 * at y[period / 2]. Return: how many.
 */
static size_t moving_average(const double *y, size_t n, size_t period, double *out)
{
	size_t half = period / 2, m = n - 2 * half;
	double sum = 0;

	for (size_t i = 0; i < 2 * half; i++)
		sum += y[i];
	for (size_t i = 0; i < m; i++) {
		double ends = period % 2 ? 0 : (y[i] + y[i + 2 * half]) / 2;

		sum += y[i + 2 * half];
		out[i] = (sum - ends) / (double)period;
		sum -= y[i];
	}
	return m;
}

static bool window_leaks(const double *t_s, const double *y_kb, size_t n, double min_rate)
{
	double *trend = doubles(n);
	size_t number[FREQUENCIES];
	bool leaks = false;

	strongest(y_kb, n, number);
	for (size_t i = 0; i < FREQUENCIES && !leaks; i++) {
		if (number[i] == 0)
			continue;
		size_t m = moving_average(y_kb, n, number[i], trend);

		leaks = line_leaks(t_s + number[i] / 2, trend, m, min_rate, nextafter(.8, 1)); /* above, not at */
	}
	free(trend);
	return leaks;
}

bool lbr_leaks(const double *t_s, const double *y_kb, size_t n, double min_rate)
{
	for (size_t w = n / 5 > LEAST_POINTS ? n / 5 : LEAST_POINTS; w <= n; w += 50) {
		if (window_leaks(t_s + n - w, y_kb + n - w, w, min_rate))
			return true;
	}
	return false;
}

/* Medians of 5 minutes at their beginnings. Return: how many are not empty. room, t, y: n each. */
static size_t resample(const double *t_s, const double *y_kb, size_t n, double *room, double *t, double *y)
{
	size_t m = 0;

	for (size_t i = 0, end; i < n; i = end) {
		double bin = floor(t_s[i] / RESAMPLE_S);

		for (end = i; end < n && floor(t_s[end] / RESAMPLE_S) == bin; end++)
			room[end - i] = y_kb[end];
		t[m] = bin * RESAMPLE_S;
		y[m++] = gsl_stats_median(room, 1, end - i);
	}
	return m;
}

/* |y[i+1] - y[i]| has the modified z score z[i]; infinite where more than half of them are equal and this one is not. */
static void change_scores(const double *y, size_t n, double *room, double *z)
{
	double median, mad;

	for (size_t i = 0; i + 1 < n; i++)
		room[i] = z[i] = fabs(y[i + 1] - y[i]);
	median = gsl_stats_median(room, 1, n - 1);
	for (size_t i = 0; i + 1 < n; i++)
		room[i] = z[i] = fabs(z[i] - median);
	mad = gsl_stats_median(room, 1, n - 1);
	for (size_t i = 0; i + 1 < n; i++)
		z[i] = z[i] > 0 ? .6745 * z[i] / mad : 0;
}

bool lbrcpd_leaks(const double *t_s, const double *y_kb, size_t n, double min_rate)
{
	double *room = doubles(n), *t = doubles(n), *y = doubles(n), *z = doubles(n);
	size_t m = resample(t_s, y_kb, n, room, t, y);
	bool leaks = false;

	if (m > 1) {
		change_scores(y, m, room, z);
		for (size_t from = 0; from + 1 < m && !leaks; from++) {
			if (from == 0 || (z[from] > CHANGE_Z && m - from > LEAST_POINTS))
				leaks = line_leaks(t + from, y + from, m - from, min_rate, .75);
		}
	}
	free(z);
	free(y);
	free(t);
	free(room);
	return leaks;
}
