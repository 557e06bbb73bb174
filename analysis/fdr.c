/* SPDX-License-Identifier: GPL-3.0-or-later */
/* q values by their definition: the smallest of p m / rank over all that rank at or after it. */
#include "analysis/fdr.h"

#include <math.h>

/* p m / rank of test i; among equals the last rank. */
static double at_rank(const double *p, size_t n, size_t i)
{
	double tests = 0, rank = 0;

	for (size_t k = 0; k < n; k++) {
		tests += isfinite(p[k]) != 0;
		rank += p[k] <= p[i];
	}
	return p[i] * tests / rank;
}

void fdr_q(const double *p, size_t n, double scale, double *q)
{
	for (size_t i = 0; i < n; i++)
		q[i] = isfinite(p[i]) && isfinite(scale) ? at_rank(p, n, i) * scale : NAN;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < n; k++)
			if (p[k] >= p[i] && q[k] < q[i])
				q[i] = q[k]; /* a later rank that has its own minimum already is as good */
		q[i] = q[i] > 1 ? 1 : q[i];
	}
}

double fdr_scale(const double *q, size_t n, double level)
{
	double tests = 0, rejected = 0;

	for (size_t i = 0; i < n; i++) {
		tests += isfinite(q[i]) != 0;
		rejected += q[i] <= level;
	}
	return rejected > 0 ? tests / rejected : INFINITY;
}
