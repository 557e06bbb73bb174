/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The event loop of a run: one thread, sd-event.
 *
 *   driver's socket ──ready──▶ begin ──tick──▶ row ──tick──▶ row ... ──last tick, signal, target's end──▶ finish ──▶ driver gone
 *   SIGCHLD ──▶ driver (started again), report (a child), launched target          INT/TERM: finish; a second INT: at once
 *   pidfd of the root ──▶ look at once instead of at the next tick                  HUP, USR1, USR2: reopen, sample, epoch
 */
#ifndef SOAKD_LOOP_H
#define SOAKD_LOOP_H

#include <stdbool.h>

#include "base/err.h"
#include "soakd/driver.h"
#include "soakd/phase.h"
#include "soakd/session.h"

enum loop_end { /* why it ended */
	END_LENGTH,	 /* the last tick was taken */
	END_SIGNAL,	 /* INT or TERM */
	END_TARGET,	 /* a launched command that ended well */
	END_TARGET_DIED,
	END_RESTART,	 /* --exit-on-restart */
	END_LEAK,	 /* --stop-on-leak */
	END_WORKLOAD,	 /* the workload could not be started: status says why */
	END_ERROR,
};

struct loop_result {
	enum loop_end end;
	int status;	   /* exit status that the workload asked for, or 0 */
	bool began;	   /* at least one row could be taken */
	bool interrupted;  /* INT or TERM was heard */
	bool at_once;	   /* and then a second INT: no report is waited for */
	bool workload_lost; /* the workload was not running at the end, */
	bool idle;	   /* or only failed */
	uint64_t due;	   /* rows whose time had come by the event that ended the run; those of an interruption too */
	struct sk_err err; /* of END_WORKLOAD and END_ERROR */
};

/*
 * Runs an opened session to its end. driver NULL: watch only. phases: with none in it the run is one piece. data_dir: where the target
 * keeps its data, watched for free space, or NULL. SK_EIO if the loop itself cannot be set up; SK_EUSAGE for phases that do not fit
 * the rows.
 */
enum sk_code loop_run(struct session *s, struct driver *driver, const struct phase_list *phases, const char *data_dir,
		      struct loop_result *out, struct sk_err *err);

#endif
