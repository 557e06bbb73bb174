/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reason in one sentence that a maintainer understands, with numbers in human units. */
#ifndef ANALYSIS_WORDS_H
#define ANALYSIS_WORDS_H

#include "analysis/grows_with.h"

/* Fills out->why from what was found; `out` has its verdict already. */
void words_of_column(const struct findings *f, struct series_verdict *out);

/*
 * The growth of what others own: replaces a reason that called it a leak. found: growth of the target's own memory that would
 * have been found; NaN: not known. vsz_known: that its address space does not grow was seen.
 */
void words_of_shared_touch(struct series_verdict *v, double found_kb_per_h, bool vsz_known);

/* Appends that RSS rose by rise_kb, of which shared_kb are shared memory that was touched. */
void words_of_touched(struct series_verdict *v, double rise_kb, double shared_kb);

/* A leak that one look found, and others have not confirmed yet: replaces the reason that says so. v->need_more_s is when they may have. */
void words_of_one_look(struct series_verdict *v);

/*
 * Appends what growth goes with and by how much for each, or why that cannot be told; nothing where nothing was counted and nothing
 * is proven. After per_op().
 */
void words_of_driver(const struct rivals *r, struct series_verdict *v);

/*
 * A leak that is none among so many series: replaces the reason that called it one. tests: how many were tested together; 0: it
 * was not tested, because none of the columns that decide grows.
 */
void words_of_many(struct series_verdict *v, size_t tests);

/* Memory that the allocator keeps, and that the target does not use: replaces the reason that called it a leak. */
void words_of_fragmentation(struct verdict *v);

/* Appends to v->main.why the class and the mapping, or the kind of descriptor, that make most of the growth, as far as v->part proves it. */
void words_of_parts(struct verdict *v);

/* "anonymous memory" for anon_kb; the column's name where there are no better words. */
const char *words_for_column(const char *column);

#endif
