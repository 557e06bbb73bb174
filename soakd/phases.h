/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The phases of a run, one after the other, as a state machine: times go in, orders come out. Pure: no clock, no process, no
 * file; loop_phases.c carries the orders out and tells what happened.
 *
 *   before-hook ─▶ row ─▶ OPEN ─under way, injects─▶ DRAIN ─drained─▶ settle ─▶ row ─▶ CLOSE ─▶ after-hook ─▶ the next one
 *
 * One row is the "after" of a phase and the "before" of the next where no hook stands between them.
 */
#ifndef SOAKD_PHASES_H
#define SOAKD_PHASES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "soakd/phase.h"

#define PHASES_DRAIN_S 60 /* so long a phase may take to end what is under way; then the run goes on without */

#define PHASES_OPERATIONS_S 86400.0 /* and so long one of so many operations and no length: a server may hang */

enum phases_do {
	PHASES_WAIT,   /* nothing until phases_due_s(), or until something is told */
	PHASES_ROW,    /* take a row with everything in it; answer phases_row_taken() */
	PHASES_HOOK,   /* run argv; answer phases_hook_ended(), also where it cannot be started */
	PHASES_OPEN,   /* the phase begins: the newest row is its "before" */
	PHASES_INJECT, /* let `inject` happen */
	PHASES_DRAIN,  /* start nothing more; answer phases_drained() */
	PHASES_STUCK,  /* what is under way did not end in time: only to be told, it goes on */
	PHASES_CLOSE,  /* the phase is over: the newest row is its "after" */
	PHASES_OVER,   /* the last phase is over; said once */
};

struct phases_order {
	enum phases_do what;
	const struct phase *phase; /* that it is of; NULL with WAIT and OVER */
	char **argv;               /* HOOK */
	const struct phase_inject *inject;
};

struct phases {
	const struct phase_list *list; /* borrowed */
	size_t k;                      /* the phase under way, or the next one */
	unsigned round;                /* from 1 */
	int at;                        /* enum place of phases.c */
	bool fresh;                    /* the newest row has everything and nothing was done since */
	double since_s;                /* when the phase began, was told to drain, began to settle */
	double began_s;
	double *due_s; /* of each inject of the phase under way; INFINITY: no more */
};

/* From phase k (below list->n) of a round on: 0 and 1, or where an interrupted run was. SK_ENOMEM. */
enum sk_code phases_init(struct phases *p, const struct phase_list *list, size_t k, unsigned round, struct sk_err *err);
void phases_release(struct phases *p); /* may be repeated */

/* What is to be done at now_s (any clock that goes forward); ask again until it says WAIT. */
struct phases_order phases_next(struct phases *p, double now_s);
/* When to ask again though nothing was told; INFINITY: never. */
double phases_due_s(const struct phases *p);

void phases_row_taken(struct phases *p); /* also of one that could not be read; at the start: of one that was just taken */
void phases_hook_ended(struct phases *p);
void phases_drained(struct phases *p, size_t k, double now_s); /* phase k has nothing under way; of another phase it is no news */

bool phases_open(const struct phases *p);     /* between OPEN and CLOSE */
bool phases_loading(const struct phases *p);  /* between OPEN and DRAIN: a driver that begins anew is to be told of the phase */
bool phases_draining(const struct phases *p); /* it was told to end */

/* "load", where the list repeats "load (round 2)". */
const char *phases_label(const struct phases *p, char *buf, size_t n);
#define PHASES_LABEL (PLAN_NAME + 24)

#endif
