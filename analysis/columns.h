/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which column speaks for the run: only memory that the target owns can leak.
 *
 *   1. anon_kb (+ swap_kb) and shmem_kb decide.
 *   2. What pss_kb (else rss_kb) grows beyond them is a leak only if vsz_kb grows with it; inside an address space that does not
 *      grow the target touches memory that others own: shared-touch.
 *   3. Without anon_kb: uss_kb, else pss_kb, else rss_kb.
 *   4. vsz_kb alone: address-space, when it keeps growing to more than twice its level; processes, threads and fds give their
 *      kinds. heap_* and private_dirty_* support the reason and never decide.
 *
 * The columns are judged one by one first (judge.h).
 */
#ifndef ANALYSIS_COLUMNS_H
#define ANALYSIS_COLUMNS_H

#include "analysis/judge.h"
#include "analysis/verdict.h"

/*
 * columns_judge - every known column of ev, and options' own, into v->series; then v->main by the rule.
 *
 * Return   SK_OK; SK_ENOTFOUND: no column that could decide; *err names those that exist. SK_ENOMEM.
 * Cost     one judge_column() per column with samples; scratch on the heap.
 * Checked  tests/analysis/columns_test.c: each rule with series made for it.
 */
enum sk_code columns_judge(const struct evidence *ev, const struct verdict_options *opt, struct verdict *v, struct sk_err *err);

#endif
