/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What full smaps of one process would take, and whether that is too long. smaps_rollup costs what its pages cost; smaps costs
 * 4 us for each mapping beside them: of 30 000 mappings and 59 MiB the one took 10 ms and the other 100 to 190. So it has a history
 * of its own. The kernel takes the lock for some mappings at a time, and still the target waits again and again: the guard looks at
 * the whole. Arithmetic as in pass.h; who asks for a count makes it.
 */
#ifndef SOAKD_PASS_MAPS_H
#define SOAKD_PASS_MAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "soakd/pass.h"

#define MAPS_COUNT_FROM_S                                                                                                        \
	0.001 /* a mapping costs rollup a twelfth of what it costs smaps: whose took less has no 20 ms of them */

uint64_t maps_too_many(const struct budget *b); /* as many as alone take longer than may be */
/* The figures of *it of pass_begin(). Its mappings, where they are not known, count as none. */
double maps_predict(const struct budget *b, const struct pass_item *it);
/* They are to be counted (/proc/PID/maps, up to maps_too_many()) before it is said whether smaps is read; then maps_counted(). */
bool maps_want_count(const struct pass *p, const struct budget *b, const struct pass_item *it);
void maps_counted(const struct pass *p, const struct budget *b, struct pass_item *it, uint64_t mappings);
bool maps_guarded(const struct pass *p, const struct budget *b, const struct pass_item *it);
/* It was read. The time is paid elsewhere (budget_pay). */
void maps_done(const struct pass *p, struct budget *b, struct pass_item *it, double took_s, uint64_t mappings);
/* So many that a read's time says more of them than of pages. */
bool maps_are_many(const struct pass_item *it);

#endif
