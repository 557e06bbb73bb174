/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regular cycles and load: what a level follows besides time. Both become columns of the design; BIC decides whether they stay.
 */
#ifndef ANALYSIS_SEASON_H
#define ANALYSIS_SEASON_H

#include <stdbool.h>

#include "analysis/shape.h"
#include "analysis/track.h"

/*
 * season_period - the period whose sine explains most of what a cubic leaves, in seconds.
 *
 * Return   SK_OK; SK_EFEW under 24 points, under 2.5 periods or fewer than 6 points in one, or several segments.
 *          *share: of the variance, 0 .. 1. White noise of 150 points stays under .1.
 * Cost     about 4 n / 6 + 25 frequencies, each n sines.
 * Checked  tests/analysis/season_test.c: sines with trend, the period within 5 %.
 */
enum sk_code season_period(const struct track *tr, double *period_s, double *share);

/*
 * season_wave - the slow cycle of 1 to 2.75 periods that, with its second harmonic, explains most beside a level; or of 2 to 2.75
 *               beside a line.
 *
 * Return   SK_OK; SK_EFEW under 24 points, with several segments; SK_ENOTFOUND: beside a line, under half of what that leaves.
 * How      every quarter of a cycle, then every twentieth about the best; beside a line down to an 800th.
 * Cost     17 n sines and 28 * 17 n multiplications, 31 n sines beside a line: only worth it where growth is to be proven.
 * Checked  tests/analysis/season_test.c: waves with a second harmonic, exactly.
 */
enum sk_code season_wave(const struct track *tr, bool lined, double *period_s);

/* Sine and cosine of the period and its harmonics up to `harmonics` that have 4 points in a period. False if d is full. */
bool season_columns(const struct track *tr, double period_s, int harmonics, struct design *d);

/*
 * load_column - operations per second around each point, from the cumulative column `ops`, in units of their mean.
 *
 * Return   SK_OK; SK_EFEW without operations at every point of the track; SK_EFLAT when its middle 80 % lie
 *          within 20 % of the mean, in all or in the last half: nothing can follow it, or it was the load's own warm-up.
 * Cost     n^2: the largest block is sought for each point.
 * Checked  tests/analysis/season_test.c: blocks of known rates exactly, the last one full or not.
 */
enum sk_code load_column(const struct track *tr, const struct column *ops, double *x);

/* Cumulative operations at second t, between blocks by line; NaN outside. */
double ops_at(const struct column *ops, double t);

#endif
