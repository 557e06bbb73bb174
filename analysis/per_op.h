/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Growth per operation: the number that finds the line of code. */
#ifndef ANALYSIS_PER_OP_H
#define ANALYSIS_PER_OP_H

#include "analysis/judge.h"

/*
 * per_op - bytes by which the column grows with each operation, over the tail that was judged.
 *
 * In       f, v after judge_column(); ops: the cumulative operations, KiB and ops at the same blocks
 * Out      v->per_op_*: least squares of level on operations, autocorrelation-robust 95 %; NaN where operations do not advance,
 * where fewer than 8 blocks have both, and across restarts (a counter cannot say which life an operation belongs to) Checked
 * tests/analysis/per_op_test.c: 512 bytes per operation under a rate that varies.
 */
void per_op(const struct findings *f, const struct column *ops, struct series_verdict *v);

#endif
