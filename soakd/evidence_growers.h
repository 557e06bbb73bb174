/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which processes grew most, of any number, in constant memory: a table of first and last values.
 * When it is full, processes that have gone are forgotten, the least grown first.
 */
#ifndef SOAKD_EVIDENCE_GROWERS_H
#define SOAKD_EVIDENCE_GROWERS_H

#include <stddef.h>

#define GROWERS_TOP 32
#define GROWERS_MAX 4096 /* processes remembered */

struct process_id {
	double pid, start; /* a pid is used again; with the start time it is one process */
};

struct grower {
	struct process_id id;
	size_t role;	 /* the caller's number for it */
	double last_t;	 /* when it was last seen */
	double first, last; /* KiB */
};

struct growers;

struct growers *growers_new(void); /* NULL without memory */
void growers_free(struct growers *g);
/* A process at time t (not before earlier ones) with so many KiB. Ids with NaN are left out. */
void growers_add(struct growers *g, const struct process_id *id, size_t role, double t, double kb);
/* The at most GROWERS_TOP that grew, most first. Returns how many. */
size_t growers_top(const struct growers *g, struct grower *top);
/* All that are remembered, in no order. */
const struct grower *growers_all(const struct growers *g, size_t *n);

#endif
