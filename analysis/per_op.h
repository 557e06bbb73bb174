/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Growth per operation, per connection made, per reload: the number that finds the line of code. */
#ifndef ANALYSIS_PER_OP_H
#define ANALYSIS_PER_OP_H

#include "analysis/grows_with.h"

/*
 * per_op - bytes by which the column grows with each operation after the warm-up, and the 95 % interval; the same of connections
 *          made and of reloads.
 *
 * In       f, v after judge_column() with v->grows_with; r lined up, and raced where the column grows
 * Out      v->per_op_*, per_connection_*, per_reload_*: generalised least squares of level on operations (connections, reloads),
 *          with the errors of the trend test (ar.h); NaN where they do not advance, under 12 points, across restarts (a counter
 *          cannot say which life an operation belongs to) and where growth is proven to go with something else; of a twin of the
 *          operations where growth goes with these. Of what came evenly, so that growth with it and with time is the same line, the
 *          rate and its interval over how many of them an hour has
 * Checked  tests/analysis/grows_with_test.c: coverage counted on seeded series; the same line has the same slope.
 */
void per_op(const struct findings *f, const struct rivals *r, struct series_verdict *v);

#endif
