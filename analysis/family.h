/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One error rate over all series of a run: which of them are tested together, and which leak is none among so many. */
#ifndef ANALYSIS_FAMILY_H
#define ANALYSIS_FAMILY_H

#include <stdbool.h>

#include "analysis/verdict.h"

#define LEAK_Q .01 /* a leak among the series tested with it */

/*
 * family_adjust - q values of v->series and of `beyond`, and leaks that do not stand up to them taken back to `suspected`.
 *
 * In       v->series judged one by one; beyond: what a total has beyond the target's own memory (columns.h rule 2), NULL: none;
 *          only: the one column that decides (--column), NULL: the rule
 * Out      first family: the columns that may decide: anon_kb and shmem_kb and beyond, else one of uss_kb, pss_kb, rss_kb;
 * vsz_kb, processes, threads, fds. A leak among them needs q_value <= LEAK_Q. All others are context: a family below that is
 *          tested only if one of the first is rejected, and as much harder as fdr_scale() says; untested, their q_value is NaN.
 *          v->parts_scale: fdr_scale() at VERDICT_PART_Q for the parts of a rejected total.
 * Source   fdr.h. Checked: tests/analysis/fdr_test.c; tests/bench/many_series.c counts leaks among 18 series without one.
 */
void family_adjust(struct verdict *v, struct series_verdict *beyond, const char *only);

#endif
