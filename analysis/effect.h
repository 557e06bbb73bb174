/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How small a growth could have been seen, how small it must be for "no leak", and how much longer until it is. */
#ifndef ANALYSIS_EFFECT_H
#define ANALYSIS_EFFECT_H

#include <stddef.h>

/* Growth found with 95 % power by a one-sided 1 % test: (2.326 + 1.645) standard errors. Same unit as se. */
double effect_detectable(double se);

/*
 * effect_limit - growth in KiB/h that a verdict other than leak must have excluded: max(min_rate, 1 % of the level per day);
 * over a run shorter than two hours what makes that much in two hours, because pages are 4 KiB and minutes are short.
 * In: level and min_rate in KiB and KiB/h, span_s > 0. The level may be NaN.
 */
double effect_limit(double level_kb, double min_rate_kb_per_h, double span_s);

/*
 * effect_need_more - seconds still to run until `have` (a detectable rate, or a standard error) has fallen to `want`.
 *
 * Source   the error of a slope falls with T^(3/2) where errors are stationary, with T^(1/2) where they wander (phi = 1).
 * Return   finite, > 0: at least a twentieth of the span, at most 100 days. Also for NaN.
 */
double effect_need_more(double have, double want, double span_s, double phi);

/* Student's 97.5 % quantile, close from 10 degrees of freedom on. */
double effect_quantile(size_t df);

#endif
