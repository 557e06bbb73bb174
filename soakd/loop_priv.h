/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the loop share: rows and their end (loop.c), the driver (loop_driver.c), signals and children
 * (loop_signals.c),
 * phases (loop_phases.c) and programs of the user's (loop_program.c).
 */
#ifndef SOAKD_LOOP_PRIV_H
#define SOAKD_LOOP_PRIV_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>

#include "soakd/loop.h"
#include "soakd/loop_phases.h"
#include "soakd/loop_tell.h"
#include "soakd/schedule.h"

#define US            1000000u
#define UNPLACED_MOST 256

struct loop {
	sd_event *ev;
	struct session *s;
	struct driver *d;
	const char *data_dir;
	struct loop_result *out;
	struct schedule sched;
	double resumed_s; /* elapsed when this process took an interrupted run up; 0: it began it */
	struct tell tell;
	struct loop_phases phases;
	sd_event_source *tick, *driver_io, *root, *driver_deadline, *driver_again, *minute, *log;
	pid_t root_pid;	     /* whose pidfd is watched */
	uint64_t root_start;
	bool began, finishing, holding;
	bool driver_early;    /* it ended because the launched server does not answer yet */
	bool backend_foreign; /* the driver reached a server outside the watched tree */
	pid_t unplaced[UNPLACED_MOST]; /* backends that were told of and not yet looked for in the tree */
	size_t n_unplaced;
	unsigned driver_losses; /* in a row, without a ready between */
	uint64_t ready_by_us;	/* until then a server that we launched need not answer the workload */
	pid_t report, look; /* children at work, or 0 */
	double next_report_s;
	bool report_again; /* another was asked for while one was drawn: it follows */
	bool report_owed; /* one was wanted on a full disk: said, and drawn when there is room */
};

uint64_t loop_now_us(const struct loop *l);
/* A timer at `us` of boot time, in place of the one that was there. */
int loop_arm(struct loop *l, sd_event_source **src, uint64_t us, sd_event_time_handler_t handler);

void loop_begin(struct loop *l);			/* set-up has ended: second 0, the first row at once */
void loop_take_row(struct loop *l);			/* one beside the ticks */
void loop_start_report(struct loop *l);			/* draws in a child; one at a time */
int loop_on_away(sd_event_source *src, uint64_t us, void *ctx); /* the root may have gone: look now, then each second */
/* From here on nothing is sampled: the workload cleans up, then the loop ends. Safe to call again. */
void loop_finish(struct loop *l, enum loop_end why, const char *words);

int loop_driver_listen(struct loop *l);			/* to a driver that was started before the loop */
void loop_driver_start(struct loop *l);
void loop_driver_reaped(struct loop *l, int status);
int loop_driver_deadline(sd_event_source *src, uint64_t us, void *ctx); /* not ready, or not gone, in time */

int loop_signals(struct loop *l); /* hears them all; negative errno */

#endif
