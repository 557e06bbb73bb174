/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a limit is reached if the growth goes on as it is. */
#ifndef ANALYSIS_FORECAST_H
#define ANALYSIS_FORECAST_H

struct forecast {
	double at_s, lo_s, hi_s; /* seconds after now; NaN: not within FORECAST_FAR_S */
};

#define FORECAST_FAR_S (10 * 365.25 * 86400)

/*
 * forecast_limit - level_kb now, rate and its 95 % interval in KiB/h.
 * Out: earliest (lo_s, from rate_hi) and latest (hi_s, from rate_lo); NaN where that rate does not grow. All NaN without a limit,
 * a level or growth; 0 where the limit is passed already.
 */
void forecast_limit(double level_kb, double limit_kb, double rate, double rate_lo, double rate_hi, struct forecast *out);

#endif
