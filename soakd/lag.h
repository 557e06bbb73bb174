/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far RssAnon may be from the truth. Kernels before 6.2 keep up to 66 page faults of each thread apart from the process's
 * counters (TASK_RSS_EVENTS_THRESH); later ones have a counter per CPU, of which status read only the common part (percpu_counter:
 * a batch of max(32, 2 * CPUs) pages on each CPU). On 6.18 status was measured to be exact. On 6.1 a process of 17 threads said
 * 956 KiB where smaps had 3144.
 */
#ifndef SOAKD_LAG_H
#define SOAKD_LAG_H

#include "analysis/verdict.h"

/* KiB by which anon_kb of a tree may be off; 0: the kernel counts exactly; NaN: unknown kernel. kernel: "6.1.0-18-amd64". */
double lag_bound_kb(const char *kernel, double cpus, double processes, double threads);

/*
 * For evidence.anon_error_kb: the range that anon_lag_kb had in the rows that were counted exactly, no more than the bound in both
 * directions; with fewer than 8 such rows the bound. 0 where the kernel is not known and nothing was seen.
 */
double lag_error_kb(const struct evidence *ev, const char *kernel, double cpus);

#endif
