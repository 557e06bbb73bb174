/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time to a limit by simulated paths: the line says when the mean is there, and a limit is met by the first level that is. */
#include "analysis/forecast.h"

#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>

#define SEED      1
#define MAX_STEPS 4096 /* of a path about a line; what hovers that long does not get there */

/* One future, in blocks. */
struct path {
	double drift;   /* KiB per block */
	double sd, phi; /* of the innovation */
	double room;    /* from the line to the limit */
	double off;     /* of the level from its line */
	double far;     /* blocks */
};

/* Inverse Gaussian by Michael, Schucany and Haas, Am. Stat. 30 (1976) 88-90; the smaller root without its cancellation. */
static double inverse_gaussian(gsl_rng *r, double mean, double shape)
{
	double g = gsl_ran_gaussian_ziggurat(r, 1), my = mean * g * g;
	double x = 2 * shape * mean / (2 * shape + my + sqrt(my * (4 * shape + my)));

	return gsl_rng_uniform(r) * (mean + x) <= mean ? x : mean * mean / x;
}

/* A random walk with drift is there for the first time after an inverse Gaussian time; one that drifts away perhaps never. */
static double walk(const struct path *p, gsl_rng *r)
{
	double against = fmax(-p->drift, 0);

	if (!(p->sd > 0))
		return p->drift > 0 ? p->room / p->drift : INFINITY;
	if (gsl_rng_uniform(r) >= exp(-2 * against * p->room / (p->sd * p->sd)))
		return INFINITY;
	return inverse_gaussian(r, p->room / fmax(fabs(p->drift), 1e-12 * p->sd), p->room * p->room / (p->sd * p->sd));
}

/* A line with an AR(1) about it: nothing happens until it is within 6 sd of the limit, then step by step. */
static double line(const struct path *p, gsl_rng *r)
{
	double sd = p->sd / sqrt(1 - p->phi * p->phi), near = 6 * sd, off = p->off, t = 0, since;

	if (p->room > near && !(p->drift > 0))
		return INFINITY;
	double k = p->room > near ? ceil((p->room - near) / p->drift) : 1;

	since = k - 1;
	for (int i = 0; i < MAX_STEPS && t < p->far; i++) {
		double keep = p->phi > 0 ? pow(p->phi, k) : 0;

		t += k;
		off = off * keep + gsl_ran_gaussian_ziggurat(r, sd * sqrt(1 - keep * keep));
		if (p->drift * t + off >= p->room)
			return t;
		k = fmax(1, floor((t - since) / 32));
	}
	return INFINITY;
}

enum sk_code forecast_paths(const struct forecast_in *in, double reach_s[FORECAST_PATHS])
{
	const struct noise *e = &in->noise;
	gsl_rng *r = gsl_rng_alloc(gsl_rng_taus2);

	if (!r)
		return SK_ENOMEM;
	gsl_rng_set(r, SEED);
	for (size_t i = 0; i < FORECAST_PATHS; i++) {
		double more = in->rate_se * gsl_cdf_ugaussian_Pinv(((double)i + .5) / FORECAST_PATHS);
		double level = in->line_kb + more * in->pivot_s + gsl_ran_gaussian_ziggurat(r, in->level_se);
		struct path p = {
			.drift = (in->rate + more) * e->block_s, .sd = e->sd, .phi = e->phi, .far = FORECAST_FAR_S / e->block_s
		};
		bool walks = e->phi >= 1; /* it has no line to come back to */

		p.room = in->limit_kb - (walks ? e->last_kb : level);
		p.off = walks ? 0 : e->last_kb - level;
		reach_s[i] = e->last_kb >= in->limit_kb ? 0 : (walks ? walk(&p, r) : line(&p, r)) * e->block_s;
		if (!(reach_s[i] <= FORECAST_FAR_S))
			reach_s[i] = INFINITY;
	}
	gsl_rng_free(r);
	gsl_sort(reach_s, 1, FORECAST_PATHS);
	return SK_OK;
}

/* Between two order statistics; NaN unless both are there. */
static double quantile(const double *v, double share)
{
	double at = share * (FORECAST_PATHS - 1);
	size_t i = (size_t)at;
	double q = v[i] + (v[i + 1] - v[i]) * (at - (double)i);

	return isfinite(q) ? q : NAN;
}

enum sk_code forecast_limit(const struct forecast_in *in, struct forecast *out)
{
	double reach[FORECAST_PATHS];
	size_t never = 0;

	*out = (struct forecast){ NAN, NAN, NAN, NAN, NAN, NAN };
	if (!(in->noise.block_s > 0) || !(in->rate > 0) ||
	    !isfinite(in->limit_kb + in->rate_se + in->line_kb + in->level_se + in->pivot_s + in->noise.last_kb + in->noise.sd))
		return SK_OK;
	enum sk_code rc = forecast_paths(in, reach);

	if (rc != SK_OK)
		return rc;
	while (never < FORECAST_PATHS && isinf(reach[FORECAST_PATHS - 1 - never]))
		never++;
	*out = (struct forecast){ .at_s = quantile(reach, .5),
				  .p10_s = quantile(reach, .1),
				  .p90_s = quantile(reach, .9),
				  .lo_s = quantile(reach, .025),
				  .hi_s = quantile(reach, .975),
				  .never = (double)never / FORECAST_PATHS };
	if (out->at_s > 3 * in->seen_s && !isfinite(out->p10_s + out->p90_s))
		out->at_s = NAN;
	return SK_OK;
}
