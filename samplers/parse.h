/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pure halves of the samplers: kernel text in, one double per metric out, in the order of the sampler's metric table; NaN
 * where the text has no value. Text need not be NUL-terminated. What a newer kernel adds is passed over. smaps: smaps.h.
 */
#ifndef SAMPLERS_PARSE_H
#define SAMPLERS_PARSE_H

#include <stdbool.h>
#include <stddef.h>

/* rss vsz anon file rss_shmem swap pagetables threads. Zombies and kernel threads have only the last (see memoryless.h). */
enum { STATUS_RSS, STATUS_VSZ, STATUS_ANON, STATUS_FILE, STATUS_SHMEM, STATUS_SWAP, STATUS_PTE, STATUS_THREADS, STATUS_N };
void status_parse(const char *buf, size_t n, double out[STATUS_N]);

/* Pages to KiB by `page_kb`. False if the text is torn. A zombie's statm is all 0. */
enum { STATM_RSS, STATM_VSZ, STATM_N };
bool statm_parse(const char *buf, size_t n, double page_kb, double out[STATM_N]);

/*
 * uss = Private_Clean + Private_Dirty. shmem = Pss_Shmem (Linux 5.3 and later), anon_exact = Anonymous. False if it is no rollup:
 * it has no Pss.
 */
enum { ROLLUP_PSS, ROLLUP_USS, ROLLUP_SHMEM, ROLLUP_ANON, ROLLUP_N };
bool rollup_parse(const char *buf, size_t n, double out[ROLLUP_N]);

#endif
