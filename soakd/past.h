/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What soakd remembers of a process from row to row. It is a part of the process's entry in the tree: found without a search,
 * gone with the process, and never another's, because the entry's identity is pid and start time. All zeros: nothing is known yet.
 */
#ifndef SOAKD_PAST_H
#define SOAKD_PAST_H

#include <stdbool.h>
#include <stdint.h>

/* Figures of the cheap tier that tell whether a process has changed since its page tables were walked. */
enum cheap { CHEAP_RSS, CHEAP_ANON, CHEAP_FILE, CHEAP_SHMEM, CHEAP_THREADS, CHEAP_N };

struct proc_past {
	bool in; /* a member of the rows: who once is in (--min-age, --min-rss) stays in */

	/* pass.c: the last exact reading */
	uint64_t row, round;       /* number of the row, and of the round of the rotation; 0: never read */
	double at_s, took_s;       /* when, in elapsed seconds; how long it took */
	double then[CHEAP_N];      /* the cheap figures of that row */
	unsigned wait;             /* rows until the next one while nothing moves */
	unsigned failures, stalls; /* in succession: could not be read; took longer than a single read may */
	uint64_t retry_row;        /* after those: not before this row */

	/* pass_maps.c: the last reading of full smaps, whose cost is that of its mappings */
	uint64_t mappings;               /* at the last reading, or counting; 0: not known */
	double maps_took_s, maps_rss_kb; /* 0: never read, or not since they were counted */
	unsigned maps_stalls;            /* in succession: read or counted, and took or would have taken too long */
	uint64_t maps_retry_row;         /* after those: not before this row */

	/* census.c */
	unsigned role;            /* its place in the census, from 1; 0: not counted yet */
	bool before;              /* rows of the interrupted run have it: first_kb is from there */
	double first_kb, last_kb; /* private memory at first and at last sight; NaN: never known */
};

#endif
