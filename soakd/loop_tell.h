/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run says while it goes on: to the terminal, to the log, to systemd; and the child that draws its report. */
#ifndef SOAKD_LOOP_TELL_H
#define SOAKD_LOOP_TELL_H

#include <stdbool.h>
#include <sys/types.h>

#include "soakd/session.h"

struct tell {
	bool terminal;	      /* stderr is one: a line that is rewritten */
	bool quiet, verbose;
	bool ready;	      /* the first row was good: from now on rows are told */
	bool line_open;	      /* the line has not been ended */
	double next_plain_s;  /* without a terminal: when to say something again */
	double next_paint_s;  /* on a terminal: at most 5 a second */
	double next_notify_s; /* STATUS= for systemd */
	double ops_before, ops_at_s; /* for operations per second */
	double ops_per_s;
};

void tell_init(struct tell *t, struct session *s); /* also takes the session's events (--verbose) */
void tell_ready(struct tell *t, struct session *s); /* READY=1: after the first good sample */
void tell_row(struct tell *t, struct session *s);
void tell_stopping(struct tell *t, const char *why, double need_s); /* systemd is asked for that long */
void tell_end(struct tell *t); /* ends an open line */

/* Starts `soakd report DIR` at low priority; *pid 0 if it could not be started. */
void tell_report_start(const char *dir, pid_t *pid);

#endif
