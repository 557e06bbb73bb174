/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Growth that the target's own words put down to its allocator, and not to its data, is no proven leak. */
#ifndef ANALYSIS_FRAGMENTATION_H
#define ANALYSIS_FRAGMENTATION_H

struct verdict;

/*
 * fragmentation_overrules - a leak becomes suspected where the accounting says that the allocator keeps what grew; of what is
 * suspected already that becomes the reason.
 *
 * In       v->main and v->explained decided (account_for()); min_rate in KiB/h, as of verdict_options
 * When     all of: memory decided (anon_kb, uss_kb, pss_kb, rss_kb); the processes with an account grew by at least 80 % of the
 *          rate; fragmentation and retention make more than half of it, and the larger of them more than "other"; what is in use
 *          does not grow: the lower end is not above 0, or less than min_rate, or than what min_rate makes in an hour; and no
 *          other column that may decide (shared memory, processes, threads, descriptors) leaks.
 * Out      v->main suspected, without a kind, its reason anew; in v->series the memory columns that
 *          leaked too; v->explained.by_allocator. Else everything stays as it is.
 * Why      a leak is memory that is handed out and not given back: it would grow in use. It is not excluded either: what was
 *          given back by mistake too late looks like this, and the memory is gone all the same.
 * Checked  tests/analysis/fragmentation_test.c: both ways for each condition.
 */
void fragmentation_overrules(struct verdict *v, double min_rate);

#endif
