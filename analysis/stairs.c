/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Levels and ramps, and whether growth is in the jumps between them. */
#include "analysis/stairs.h"

#include <math.h>

#include "analysis/ols.h"
#include "analysis/partition.h"

#define RISES_MIN 3
#define LEAD_MIN  25  /* BIC; with the rest 2 % of lines with AR(1) noise pass */
#define JUMPS_MIN -20 /* BIC; where jumps are so much worse than a line, ramps are that line */
#define RAMP_LEAD -6  /* BIC by which ramps must beat jumps; jumps are the easier to find where ramps are */

static double bic_line(const double *t, const double *y, size_t n, double quantum)
{
	double e[TRACK_MAX];
	struct ols f;

	if (ols_fit(t, y, n, &f) != SK_OK)
		return INFINITY;
	for (size_t i = 0; i < n; i++)
		e[i] = y[i] - f.intercept - f.slope * t[i];
	return partition_bic(e, n, 3, quantum);
}

/* Residuals of the levels about their means, for the slope inside of them and its error. */
struct inside {
	double sxy, sxx, rr, rl;
	size_t n;
};

static void look_inside(const double *y, const struct part *p, struct inside *in)
{
	double mid = ((double)p->from + (double)p->to - 1) / 2, before = 0;

	for (size_t i = p->from; i < p->to; i++) {
		double x = (double)i - mid, r = y[i] - p->first;

		in->sxy += x * r;
		in->sxx += x * x;
		in->rr += r * r;
		in->rl += i > p->from ? r * before : 0;
		before = r;
		in->n++;
	}
}

/*
 * Slope inside the levels, all together, over that of the whole: near 0 for levels, near 1 for a line that was cut into pieces. The upper
 * edge of its interval: two standard errors, with autocorrelation.
 */
static double inside_slope(const double *y, const struct parts *l, double whole)
{
	struct inside in = { 0, 0, 0, 0, 0 };

	for (size_t j = 0; j < l->n; j++)
		if (!l->p[j].ramp && l->p[j].to - l->p[j].from >= 2)
			look_inside(y, &l->p[j], &in);
	if (!(in.sxx > 0) || in.n < 8)
		return 1;
	double phi = in.rr > 0 ? fmin(fmax(in.rl / in.rr, 0), .95) : 0;

	return (in.sxy / in.sxx + 2 * sqrt(in.rr / (double)in.n / in.sxx * (1 + phi) / (1 - phi))) / whole;
}

static void add_rise(struct stairs *out, double rise, bool ramp, double *up)
{
	out->n += rise > 0;
	*up += fmax(rise, 0);
	if (ramp)
		out->ramps += fmax(rise, 0);
}

static void measure(const double *y, size_t n, const struct parts *l, struct stairs *out)
{
	double up = 0, whole = l->p[l->n - 1].last - l->p[0].first;

	for (size_t j = 0; j < l->n; j++) {
		const struct part *p = &l->p[j];

		out->flat += p->ramp ? 0 : (double)(p->to - p->from) / (double)n;
		if (p->ramp)
			add_rise(out, p->last - p->first, true, &up);
		else if (j > 0 && !l->p[j - 1].ramp)
			add_rise(out, p->first - l->p[j - 1].first, false, &up);
	}
	if (!(up > 0))
		return;
	out->share = whole / up;
	out->ramps /= up;
	out->mean = up / (double)out->n;
	out->inside = inside_slope(y, l, whole / (double)n);
}

static bool portions(const struct stairs *s, double quantum)
{
	return s->n >= RISES_MIN && s->lead > LEAD_MIN && s->flat > .42 && s->share > .8 && s->inside < .35 &&
	       s->mean > 3 * quantum;
}

bool stairs_find(const double *t, const double *y, size_t n, double quantum, struct stairs *out)
{
	struct parts l;
	struct stairs jumps = { .inside = 1 }, ramps = { .inside = 1 };

	*out = jumps;
	if (n < 24 || n > TRACK_MAX)
		return false;
	double line = bic_line(t, y, n, quantum);

	jumps.lead = line - partition_best(y, n, quantum, false, &l);
	measure(y, n, &l, &jumps);
	*out = jumps;
	if (jumps.lead < JUMPS_MIN)
		return false;
	ramps.lead = line - partition_best(y, n, quantum, true, &l);
	measure(y, n, &l, &ramps);
	*out = portions(&jumps, quantum) && jumps.lead > ramps.lead - RAMP_LEAD ? jumps : ramps;
	return portions(out, quantum);
}
