/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modified Gram-Schmidt in long double: one routine behind every model of analysis/. */
#include "analysis/lsq.h"

#include <math.h>
#include <string.h>

struct mgs {
	long double q[LSQ_MAX_P + 1][LSQ_MAX_N]; /* the last used is the right side */
	long double r[LSQ_MAX_P][LSQ_MAX_P + 1];
	long double norm2[LSQ_MAX_P]; /* 0: the column is spanned by those before it */
};

static long double dot(const long double *a, const long double *b, size_t n)
{
	long double s = 0, t = 0;
	size_t i = 0;

	for (; i + 1 < n; i += 2) { /* two sums: one waits for each addition */
		s += a[i] * b[i];
		t += a[i + 1] * b[i + 1];
	}
	return i < n ? s + t + a[i] * b[i] : s + t;
}

static void load(struct mgs *w, const double *const x[], size_t p, const double *y, size_t n)
{
	memset(w->r, 0, sizeof(w->r));
	for (size_t j = 0; j <= p; j++)
		for (size_t i = 0; i < n; i++)
			w->q[j][i] = j < p ? x[j][i] : y[i];
}

/* Makes the columns orthogonal in order; r is unit upper triangular with y's coefficients in column p. */
static size_t orthogonalise(struct mgs *w, size_t p, size_t n)
{
	size_t rank = 0;
	long double before[LSQ_MAX_P];

	for (size_t j = 0; j < p; j++)
		before[j] = dot(w->q[j], w->q[j], n);
	for (size_t j = 0; j < p; j++) {
		long double d = dot(w->q[j], w->q[j], n);

		w->norm2[j] = d > before[j] * 1e-22L && d > 0 ? d : 0; /* 1e-11 of its length is left: rounding, no direction */
		if (w->norm2[j] == 0)
			continue;
		rank++;
		for (size_t k = j + 1; k <= p; k++) {
			long double c = dot(w->q[j], w->q[k], n) / d;

			w->r[j][k] = c;
			for (size_t i = 0; i < n; i++)
				w->q[k][i] -= c * w->q[j][i];
		}
	}
	return rank;
}

static void back_substitute(const struct mgs *w, size_t p, long double *b)
{
	for (size_t j = p; j-- > 0;) {
		if (w->norm2[j] == 0) {
			b[j] = 0;
			continue;
		}
		for (size_t k = j + 1; k < p; k++)
			b[j] -= w->r[j][k] * b[k];
	}
}

/* The diagonal of (X'X)^-1: row j of R^-1, squared and weighted. */
static void variances(const struct mgs *w, size_t p, struct lsq *out)
{
	for (size_t j = 0; j < p; j++)
		out->var[j] = w->norm2[j] > 0 ? 0 : NAN;
	for (size_t k = 0; k < p; k++) {
		long double e[LSQ_MAX_P] = { 0 };

		if (w->norm2[k] == 0)
			continue;
		e[k] = 1;
		back_substitute(w, p, e);
		for (size_t j = 0; j <= k; j++)
			out->var[j] += (double)(e[j] * e[j] / w->norm2[k]);
	}
}

enum sk_code lsq_fit(const double *const x[], size_t p, const double *y, size_t n, struct lsq *out, double *resid)
{
	struct mgs w;
	long double b[LSQ_MAX_P];

	*out = (struct lsq){ .p = p, .rss = NAN };
	if (p > LSQ_MAX_P || n > LSQ_MAX_N)
		return SK_EUSAGE;
	if (p == 0 || n == 0)
		return SK_EFEW;
	load(&w, x, p, y, n);
	out->rank = orthogonalise(&w, p, n);
	if (n < out->rank || out->rank == 0)
		return SK_EFEW;
	for (size_t j = 0; j < p; j++)
		b[j] = w.r[j][p];
	back_substitute(&w, p, b);
	for (size_t j = 0; j < p; j++)
		out->beta[j] = (double)b[j];
	variances(&w, p, out);
	out->rss = (double)dot(w.q[p], w.q[p], n);
	for (size_t i = 0; resid && i < n; i++)
		resid[i] = (double)w.q[p][i];
	return isfinite(out->rss) ? SK_OK : SK_ENUM;
}
