/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sawtooth: slow rises and sudden releases (garbage collectors, caches that are flushed). Its floor is what leaks. */
#ifndef ANALYSIS_SAWTOOTH_H
#define ANALYSIS_SAWTOOTH_H

#include <stddef.h>

#include "analysis/track.h"

struct sawtooth {
	size_t n; /* releases: each gives a minimum, the level just after it */
	double t[TRACK_MAX], floor[TRACK_MAX];
	double amplitude; /* U: median fall */
	double period_s;  /* median time between minima */
};

/*
 * sawtooth_find - the cycles of a series, if it is a sawtooth.
 *
 * A turn counts when the detrended series moves back by 35 % of its range. A sawtooth has at least 5 falls, falls at most
 * half as long as rises (median), and an amplitude of at least 6 noise sd and 10 quanta.
 *
 * Return   SK_OK; SK_EFEW: no sawtooth, or several segments. *out is then empty.
 * Checked  tests/analysis/sawtooth_test.c: seeded sawteeth with and without a rising floor; sines, white and AR(1) noise are
 * none.
 */
enum sk_code sawtooth_find(const struct track *tr, struct sawtooth *out);

/*
 * sawtooth_of_cycle - the lowest point of each whole period, of a cycle that is no sawtooth: nights, whatever the days are like.
 *
 * In       period_s > 0, counted back from the end
 * Out      *out; period_s, amplitude: median range of a period; at most TRACK_MAX periods
 * Return   SK_OK; SK_EFEW under 5 whole periods, or several segments. *out is then empty.
 * Checked  tests/analysis/sawtooth_test.c
 */
enum sk_code sawtooth_of_cycle(const struct track *tr, double period_s, struct sawtooth *out);

struct floor_trend {
	double slope, se, lo, hi; /* U/s, 95 % */
	double p_up;              /* one-sided */
	double last_half;         /* slope of the last half of the minima */
};

/*
 * sawtooth_floor - line through the minima. Their errors are taken as independent below 24 of them (Student's t), with
 * autocorrelation from there (hac.h). SK_EFEW under 5 minima.
 */
enum sk_code sawtooth_floor(const struct sawtooth *s, double quantum, struct floor_trend *out);

#endif
