/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All pairs: at most 32 640 slopes of 256 blocks, and selection instead of sorting. */
#include "analysis/theil_sen.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "base/mem.h"

#define SAMPLE 512

/* The value of rank k, and in *before that of rank k - 1, from v, which is reordered. */
static double select_plain(double *v, size_t n, size_t k, double *before)
{
	double at = gsl_stats_select(v, 1, n, k), most = -INFINITY;
	size_t below = 0;

	for (size_t i = 0; i < n; i++) {
		double x = v[i] < at ? v[i] : -INFINITY;

		below += v[i] < at;
		most = x > most ? x : most;
	}
	*before = below == k ? most : at; /* fewer are below: the one before is equal */
	return at;
}

/*
 * The same, exactly. A sorted sample says between which two values it must be; what lies between them is taken out in one pass
 * without a branch, which is where selection by exchanges loses its time. A bracket that missed costs that pass. room: n doubles.
 */
static double select_rank(double *v, size_t n, size_t k, double *room, double *before)
{
	double sample[SAMPLE], a, b;
	size_t below = 0, m = 0, margin = 36 /* 3 standard errors of the rank of a median in the sample */, at = k * SAMPLE / n;

	if (n < 4 * SAMPLE)
		return select_plain(v, n, k, before);
	for (size_t i = 0; i < SAMPLE; i++)
		sample[i] = v[i * n / SAMPLE];
	gsl_sort(sample, 1, SAMPLE);
	a = at > margin ? sample[at - margin] : -INFINITY;
	b = at + margin < SAMPLE ? sample[at + margin] : INFINITY;
	for (size_t i = 0; i < n; i++) {
		below += v[i] < a;
		room[m] = v[i];
		m += (v[i] >= a) & (v[i] <= b);
	}
	if (k <= below || k >= below + m)
		return select_plain(v, n, k, before);
	return select_plain(room, m, k - below, before);
}

static double median_of(double *v, size_t n, double *room)
{
	double before, hi = select_rank(v, n, n / 2, room, &before);

	return n % 2 ? hi : (hi + before) / 2;
}

static size_t slopes(const double *t, const double *y, size_t n, double *s)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			if (t[j] != t[i])
				s[m++] = (y[j] - y[i]) / (t[j] - t[i]);
	return m;
}

static double lag1(const double *v, size_t n)
{
	double m = 0, s0 = 0, s1 = 0;

	for (size_t i = 0; i < n; i++)
		m += v[i] / (double)n;
	for (size_t i = 0; i < n; i++) {
		s0 += (v[i] - m) * (v[i] - m);
		if (i > 0)
			s1 += (v[i] - m) * (v[i - 1] - m);
	}
	return s0 > 0 ? fmin(fmax(s1 / s0, 0), .97) : 0;
}

static void interval(double *s, size_t m, size_t n, double r, double *room, struct theil_sen *out)
{
	double dn = (double)n;
	double sd = sqrt(dn * (dn - 1) * (2 * dn + 5) / 18 * (1 + r) / (1 - r));
	double before, half = 1.959964 * sd / 2; /* Phi^-1(.975) */
	double lo = floor((double)m / 2 - half), hi = ceil((double)m / 2 + half);

	out->lo = select_rank(s, m, lo < 0 ? 0 : (size_t)lo, room, &before);
	out->hi = select_rank(s, m, hi > (double)m - 1 ? m - 1 : (size_t)hi, room, &before);
}

/* The usable points. SK_EUSAGE, SK_EFEW. */
static enum sk_code usable(const double *t, const double *y, size_t n, double *tu, double *yu, size_t *k)
{
	*k = 0;
	if (n > THEIL_SEN_MAX_N)
		return SK_EUSAGE;
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(t[i]) || !isfinite(y[i]))
			continue;
		tu[*k] = t[i];
		yu[(*k)++] = y[i];
	}
	return *k < 3 ? SK_EFEW : SK_OK;
}

/* All slopes and as much room again: the caller frees it. NULL: no memory. */
static double *room_for(size_t k)
{
	return sk_calloc(k * (k - 1), sizeof(double));
}

enum sk_code theil_sen_slope(const double *t, const double *y, size_t n, double *slope)
{
	double tu[THEIL_SEN_MAX_N], yu[THEIL_SEN_MAX_N];
	size_t k;
	enum sk_code rc = usable(t, y, n, tu, yu, &k);

	*slope = NAN;
	if (rc != SK_OK)
		return rc;

	double *s = room_for(k);

	if (!s)
		return SK_ENOMEM;
	size_t m = slopes(tu, yu, k, s);

	if (m > 0)
		*slope = median_of(s, m, s + m);
	free(s);
	return m > 0 ? SK_OK : SK_EFLAT;
}

enum sk_code theil_sen(const double *t, const double *y, size_t n, struct theil_sen *out)
{
	double tu[THEIL_SEN_MAX_N], yu[THEIL_SEN_MAX_N], res[THEIL_SEN_MAX_N];
	size_t k;
	enum sk_code rc = usable(t, y, n, tu, yu, &k);

	*out = (struct theil_sen){ NAN, NAN, NAN, NAN, 0 };
	if (rc != SK_OK)
		return rc;

	double *s = room_for(k);

	if (!s)
		return SK_ENOMEM;
	size_t m = slopes(tu, yu, k, s);

	if (m > 0) {
		out->slope = median_of(s, m, s + m);
		for (size_t i = 0; i < k; i++)
			res[i] = yu[i] - out->slope * tu[i];
		interval(s, m, k, lag1(res, k), s + m, out);
		out->intercept = median_of(res, k, s + m);
		out->n = k;
	}
	free(s);
	return m > 0 ? SK_OK : SK_EFLAT;
}
