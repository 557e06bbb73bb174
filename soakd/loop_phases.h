/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The phases of a run in its loop: the orders of phases.c carried out, with the driver, rows, programs and files. */
#ifndef SOAKD_LOOP_PHASES_H
#define SOAKD_LOOP_PHASES_H

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-event.h>

#include "base/csvlog.h"
#include "base/err.h"
#include "soakd/loop.h"
#include "soakd/loop_program.h"
#include "soakd/phase_measure.h"
#include "soakd/phases.h"
#include "soakd/rows.h"

struct loop;

struct loop_phases { /* all zero: the run has no phases */
	const struct phase_list *list;
	struct phases machine;
	struct phase_measure measure;
	double ops, errors; /* when the phase under way began */
	struct phase_table *table;                      /* the session's */
	double values[ROW_COLUMNS_MAX + PHASE_CLASSES]; /* the newest row and its mapping classes */
	struct csvlog log;                              /* phases.csv */
	struct text line;
	struct programs programs;
	sd_event_source *timer;
	bool going, busy;    /* it was begun and has not ended; orders are being carried out */
	uint64_t started;    /* operations of the workload when the phase under way began */
	double opened_s;     /* when that was */
	const char *why_cut; /* the phase under way came to its end without all that belongs to it; NULL: nothing is missing */
};

/* Before anything begins: phases.csv is opened, budgets are looked at. list->n > 0. SK_EUSAGE, SK_EIO, SK_ENOMEM. */
enum sk_code loop_phases_init(struct loop *l, const struct phase_list *list, struct sk_err *err);
void loop_phases_begin(struct loop *l); /* the first row was taken */
void loop_phases_row(struct loop *l);   /* after each row: peaks */
void loop_phases_drained(struct loop *l, size_t k);
void loop_phases_driver_ready(struct loop *l); /* a driver that was started anew waits to be told of its phase */
void loop_phases_driver_lost(struct loop *l);
void loop_phases_hook_ended(struct loop *l);
/* The run ends: the phase under way is closed, and was cut off where it has an end of its own; programs are told to end. */
void loop_phases_end(struct loop *l, enum loop_end why, const char *words);
void loop_phases_release(struct loop *l); /* may be repeated */

#endif
