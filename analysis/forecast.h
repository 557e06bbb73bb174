/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a limit is reached if the growth goes on as it is: many futures, and the first time that each of them is there. */
#ifndef ANALYSIS_FORECAST_H
#define ANALYSIS_FORECAST_H

#include "analysis/verdict.h"

#define FORECAST_FAR_S (10 * 365.25 * 86400) /* nobody plans beyond */
#define FORECAST_PATHS 1000

struct forecast_in {
	double limit_kb;
	double rate, rate_se; /* KiB/s */
	double line_kb;       /* of the line, at the last point */
	double level_se;      /* of the line at its mean time, */
	double pivot_s;       /* this long before the last point */
	struct noise noise;   /* with the level at the last point, where all paths begin */
	double seen_s;        /* length of the run */
};

/* Seconds after the last point; NaN: that share of the paths does not reach the limit within FORECAST_FAR_S. */
struct forecast {
	double at_s;         /* half of the paths are there. Beyond three times seen_s only with both p10_s and p90_s */
	double p10_s, p90_s; /* the middle 80 % */
	double lo_s, hi_s;   /* the middle 95 % */
	double never;        /* share that does not reach it */
};

/*
 * forecast_paths - first passage of FORECAST_PATHS simulated levels, seconds after the last point, ascending; INFINITY: not
 * within FORECAST_FAR_S.
 *
 * How      each path has a rate of its own, drawn from the rate's estimate at even quantiles, and a level that fits to it. About
 *          that line goes an AR(1), followed block by block from 6 sd before the limit on, later in steps of 3 % of the time
 *          since; where the noise is a random walk (phi = 1) the first passage is drawn from its law: inverse Gaussian with mean
 *          room / drift, and for a rate below 0 reached at all with probability exp(-2 room |drift| / sd^2).
 *          The seed is fixed: the same input gives the same paths.
 * Return   SK_OK; SK_ENOMEM.
 * Cost     1 to 3 ms, a walk .2 ms.
 * Source   Schroedinger 1915; Folks and Chhikara, J. R. Stat. Soc. B 40 (1978) 263-289.
 * Checked  tests/analysis/forecast_test.c: mean and distribution of a walk's passages against the law, and against walks taken
 *          step by step; coverage of the true time on seeded series that go on.
 */
enum sk_code forecast_paths(const struct forecast_in *in, double reach_s[FORECAST_PATHS]);

/*
 * forecast_limit - quantiles of forecast_paths().
 * Out      all NaN without a limit, noise or growth; all 0 where the last point is at the limit already. SK_OK, SK_ENOMEM.
 */
enum sk_code forecast_limit(const struct forecast_in *in, struct forecast *out);

#endif
