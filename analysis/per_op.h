/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Growth per operation: the number that finds the line of code. */
#ifndef ANALYSIS_PER_OP_H
#define ANALYSIS_PER_OP_H

#include "analysis/grows_with.h"

/*
 * per_op - bytes by which the column grows with each operation after the warm-up, and the 95 % interval.
 *
 * In       f, v after judge_column() with v->grows_with; r lined up, and raced where the column grows
 * Out      v->per_op_*: generalised least squares of level on operations, with the errors of the trend test (ar.h); NaN where
 *          operations do not advance, under 12 points, across restarts (a counter cannot say which life an operation belongs to)
 *          and where growth is proven to go with something else
 * Checked  tests/analysis/grows_with_test.c: coverage counted on seeded series.
 */
void per_op(const struct findings *f, const struct rivals *r, struct series_verdict *v);

#endif
