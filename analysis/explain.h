/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which model a series has, before any slope is tested. */
#ifndef ANALYSIS_EXPLAIN_H
#define ANALYSIS_EXPLAIN_H

#include "analysis/judge.h"

/*
 * explain - the columns beside the shape (load, cycles, levels that come back), and the shape.
 *
 * In       f->tr; x->ops
 * Out      f->base, fit, period_s, load, regimes, wavy; after a warm-up that is judged without it also f->tr, warmed, warmup_s
 * Return   SK_OK, or what shape_select() says
 * Cost     one to seven shape_select()
 * Checked  tests/analysis/judge_test.c, tests/corpus/corpus_test.c
 */
enum sk_code explain(const struct context *x, struct findings *f);

/*
 * explain_end - a second attempt, for a smooth rise that slows down as no shape does.
 *
 * What no shape explains looks like a random walk, which hides any slope; but no random walk rises so far in so small steps.
 *
 * In, out  f after explain(): then tr and the model are those of the last half or third, and f->end_only is set
 * Return   false, and f as it was, where that is not so, or where the end is no simpler
 */
bool explain_end(struct findings *f);

/* Of the slope before a knee, what is after it: less is the end of a warm-up, more the beginning of a leak, and between one growth. */
#define BEND_SLOWS  .5
#define BEND_SPEEDS 1.2

/* Where the part begins whose slope is judged: after the warm-up, the knee, or at the start. */
size_t tail_start(const struct track *tr, const struct shape_fit *s);

#endif
