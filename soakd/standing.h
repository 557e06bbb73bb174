/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verdict that stands while a run goes on, and what it takes to change it. A look finds something each time; what is said
 * changes only when several looks agree, so that it does not flap with the noise. Pure: the looks come from online.c.
 */
#ifndef SOAKD_STANDING_H
#define SOAKD_STANDING_H

#include <stdbool.h>

#include "analysis/verdict.h"

#define LOOKS_AGREE   3    /* looks in a row that find the same make it the verdict */
#define LOOKS_AGAINST 6    /* looks in a row that do not find what stands end it also where they do not agree */
#define WITHDRAW_DATA 1.25 /* a leak goes when the looks against it reach over this much more data than the first of them had */

/*
 * What a leak needs besides LOOKS_AGREE looks that prove it, each at the level that it may spend. No level helps against what is
 * no noise: the rising flank of a slow warm-up or of a day is a perfect line for hours. So it has to go on: the looks reach over
 * `data` times as much data as the first of them had, and at none of them is the rate below that one's interval, else they begin
 * again. docs/method.md, Online, has what was measured.
 */
struct leak_rule {
	double from_s; /* said no sooner: half of the planned length */
	double data;   /* > 1 */
};

struct standing {
	struct verdict v; /* what is said, with the numbers of the newest look that found it; v.change: the changes */
	bool said;        /* v is valid */
	bool whole;       /* v has all its numbers; false: only its class and rate, taken up from a file */
	bool changed;     /* by the newest look */
	struct leak_rule leak;
	enum verdict_class found;  /* by the newest look, at the level that it was allowed */
	enum verdict_class newest; /* what that amounts to: a leak that is not confirmed is suspected */
	unsigned agree, against;   /* looks in a row that amount to the same; that are not what stands */
	double against_s;          /* elapsed at the first of those */
	unsigned proofs;           /* looks in a row that found this leak; at the first of them: */
	double proof_s;            /* elapsed */
	double least_rate;         /* the lower end of its rate, KiB/h */
	char column[SERIES_NAME];
	unsigned driver_proofs; /* looks in a row that found the load generator's own memory to leak */
	double driver_rate;     /* by the newest of them, KiB/h */
};

/*
 * standing_look - what one more look found, elapsed_s into the run. The first class that is found stands at once. A leak
 * that is not confirmed counts as suspected, with need_more_s until it may be. True if what is said has changed; the change is
 * then the last of v.change.
 */
bool standing_look(struct standing *s, const struct verdict *found, double elapsed_s, double start_unix);

/*
 * standing_conclude - the end: *v, decided on the whole run at the plain level, is the verdict whatever stood. Gives it the
 * changes so far, and one more if it differs from what stood: then true. A run that was never looked at has no changes.
 */
bool standing_conclude(struct standing *s, struct verdict *v, double elapsed_s, double start_unix);

/* The run begins; *s is zeroed. length_s planned, NaN: open; first_s: of an open run, no leak is said sooner. */
void standing_start(struct standing *s, double length_s, double first_s);

/* A run is resumed: what stood then (verdict_read(), so not whole) stands until looks agree on something else. */
void standing_resume(struct standing *s, const struct verdict *v);

#endif
