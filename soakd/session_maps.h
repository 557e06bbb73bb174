/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Full smaps within a row: heap, stacks and huge pages for the row's columns, lines of mappings.csv and objects.csv. */
#ifndef SOAKD_SESSION_MAPS_H
#define SOAKD_SESSION_MAPS_H

#include <stdbool.h>

#include "soakd/session.h"

/*
 * Reads smaps of every process of the tree once, charges the budget for it and passes over the processes that it guards. The row
 * must have its cheap columns and s->facts its times. What is read is also written, but in long runs of short intervals not each
 * time: from the MAPS_ROWS-th row on only after a MAPS_ROWS-th of the time that has passed. A day at one second has some 3000
 * such rows instead of 86400, and no block of a series loses its value. An epoch is always written. In one that the
 * budget could not pay for whole (PASS_CHANGE) only those are read whose rollup was.
 */
void session_maps(struct session *s, bool epoch);

/* n where it was not chosen: a fault of a sampler that the session reads itself is told under the sampler's name. */
size_t session_sampler(const struct session *s, const char *name);
/* First failure of a sampler is told, not every row. */
void session_fault(struct session *s, const struct proc *p, size_t sampler, const struct sk_err *err);

#endif
