/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which mapping of one epoch is which of the next, in constant memory, and how much each grew.
 *
 * A mapping with a name is the sum of all that are called so (the caller decides what a name holds: of shared memory the object, of
 * private memory also whose it is). One without a name belongs to its process and is the one whose range it overlaps most: the
 * kernel merges neighbours, so that a heap of mmap'ed chunks keeps its end and its start moves down, and brk keeps its start.
 * The same rows give the same numbers: a second pass finds what the first one ranked.
 */
#ifndef SOAKD_EVIDENCE_REGIONS_H
#define SOAKD_EVIDENCE_REGIONS_H

#include <stddef.h>
#include <stdint.h>

#include "soakd/evidence_growers.h"

#define REGIONS_MAX 4096
#define REGIONS_TOP 8
#define REGION_NAME 64 /* as a series' */

struct region {
	uint64_t number;	/* in the order of first sight */
	char name[REGION_NAME]; /* of an unnamed one that of its newest range */
	struct process_id id;	/* of an unnamed one; else NaN */
	uint64_t start, end;
	double now, first, last; /* KiB: sum of the open group, of the first and of the newest closed one */
	uint64_t seen;		/* group of the newest row */
	uint32_t next;		/* of the same bucket, index + 1; while some are forgotten: 1 for those that live */
};

struct regions;

struct regions *regions_new(void); /* NULL without memory */
void regions_free(struct regions *r);

void regions_add_named(struct regions *r, const char *name, double kb);
/* class: two mappings of different classes are never the same one. name: what it is called if it stays the newest. */
void regions_add_range(struct regions *r, const struct process_id *id, const char *class, uint64_t start, uint64_t end,
		       const char *name, double kb);
/* The rows of one time are complete: what had none of them holds nothing now. */
void regions_close_group(struct regions *r);

/* After the last group: the at most REGIONS_TOP that grew, most first. Returns how many. */
size_t regions_top(const struct regions *r, struct region *top);
/* Of the group that was closed last: what the region with that number held; NaN before it was first seen, and when it was forgotten. */
double regions_value(const struct regions *r, uint64_t number);

#endif
