/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/spending.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

double spending_spent(const struct spending *s, double t_s)
{
	if (isnan(s->length_s)) {
		double octaves = t_s > s->first_s ? log2(t_s / s->first_s) : 0;

		return s->alpha * octaves / (1 + octaves); /* sum of 1 / (k (k + 1)) for k = 1 .. octaves */
	}
	if (!(t_s > 0))
		return 0;
	if (t_s >= s->length_s)
		return s->alpha;
	return 2 * gsl_cdf_ugaussian_Q(gsl_cdf_ugaussian_Qinv(s->alpha / 2) / sqrt(t_s / s->length_s));
}

double spending_level(const struct spending *s, double before_s, double now_s)
{
	return fmax(0, spending_spent(s, now_s) - spending_spent(s, before_s));
}
