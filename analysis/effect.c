/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Power of the trend test, turned into rates and hours. */
#include "analysis/effect.h"

#include <math.h>

double effect_detectable(double se)
{
	return (2.326348 + 1.644854) * se; /* Phi^-1(.99) + Phi^-1(.95) */
}

double effect_limit(double level_kb, double min_rate_kb_per_h, double span_s)
{
	double rate = fmax(min_rate_kb_per_h, isfinite(level_kb) ? fabs(level_kb) * .01 / 24 : 0);

	return rate * fmax(1, 7200 / span_s);
}

double effect_need_more(double have, double want, double span_s, double phi)
{
	double least = fmax(span_s / 20, 1), most = 100 * 86400.0;
	double ratio = have / want;

	if (!isfinite(ratio) || !isfinite(span_s))
		return fmin(fmax(span_s, 60), most);
	double more = span_s * (pow(fmax(ratio, 1), phi < 1 ? 2. / 3 : 2) - 1);

	return fmin(fmax(more, least), most);
}

double effect_quantile(size_t df)
{
	return 1.959964 /* Phi^-1(.975) */ * (1 + 1.5 / (double)df);
}
