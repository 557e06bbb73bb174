/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From findings and numbers to a class: no statistics here, only thresholds. */
#ifndef ANALYSIS_CLASSIFY_H
#define ANALYSIS_CLASSIFY_H

#include "analysis/judge.h"

#define MIN_POINTS  24 /* fewer independent points carry no verdict, */
#define LEAK_POINTS 48 /* fewer never a leak */

/*
 * classify - the class of a column with at least MIN_POINTS points.
 *
 * In       f after the test; v with its rate, interval, growth (KiB or counts per hour)
 * Return   leak, suspected, shrinking, or what its shape is called: plateau, step, sawtooth, load, stable. Never insufficient:
 *          that is demand_power()'s.
 * Checked  tests/analysis/judge_test.c: counted for every family.
 */
enum verdict_class classify(const struct findings *f, const struct context *x, const struct series_verdict *v);

/*
 * demand_power - "no leak" is only said where a leak would have been seen, else v becomes insufficient; over a cycle growth below
 * its range cannot be seen and is not asked for. Sets need_more_s (finite, > 0) of insufficient and suspected, and f->limit_rate.
 */
void demand_power(struct findings *f, struct series_verdict *v);

#endif
