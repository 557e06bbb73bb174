/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The monitor's end of soakd-drive: starts it, hands it its job, hears its messages, reads its counters, ends it.
 * The protocol is in base/drive.h. The counters' page belongs to the monitor, so that they go on when a driver is replaced.
 */
#ifndef SOAKD_DRIVER_H
#define SOAKD_DRIVER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/drive.h"
#include "base/err.h"

enum driver_state {
	DRIVER_OFF,        /* no driver */
	DRIVER_CONNECTING, /* started; nothing written to the server yet */
	DRIVER_SETUP,      /* told to go; schema and seed rows are being made */
	DRIVER_RUNNING,
	DRIVER_STOPPING,
	DRIVER_GONE, /* has exited */
};

struct driver_hooks { /* each called from driver_readable() */
	void (*backend)(void *ctx, pid_t pid);
	void (*connected)(void *ctx); /* answer with driver_go() or driver_kill() */
	void (*ready)(void *ctx);
	void (*event)(void *ctx, const char *kind, const char *detail);
	void (*internal)(void *ctx, pid_t pid, const char *source, const char *unit, const char *value, const char *item);
	void (*info)(void *ctx, const char *key, const char *value); /* what the target is: version, settings; for run.json */
	void (*failed)(void *ctx, int status, const char *sentence);
	void (*drained)(void *ctx, size_t phase); /* nothing of that phase is under way any more; NULL: the run has no phases */
	void *ctx;
};

enum driver_total {
	DRIVER_OPS,
	DRIVER_ERRORS,
	DRIVER_ROWS,
	DRIVER_BYTES,
	DRIVER_CONNECTS,
	DRIVER_RECONNECTS,
	DRIVER_MISSED,
	DRIVER_TOTALS,
};
extern const char *const driver_total_column[DRIVER_TOTALS]; /* of samples.csv: "ops", ... "missed_ops" */

struct driver {
	enum driver_state state;
	pid_t pid;
	int sock; /* -1 while there is none */
	int shared_fd;
	struct drive_shared *shared;
	uint64_t before[DRIVER_TOTALS]; /* of earlier segments of a resumed run */
	struct driver_hooks hooks;
	json_t *job;
	bool observes; /* it makes no load: its failures are events, and it has no operations */
	bool own;      /* the driver is the target (sqlite, leaky) */
	bool set_up;   /* one of this run was ready: those that replace it find what it made */
	bool done;     /* it said so: everything was cleaned up */
};

/* Maps the shared page. *job is taken over. SK_EIO. driver_release() is safe after a failed init. */
enum sk_code driver_init(struct driver *d, json_t *job, const struct driver_hooks *hooks, struct sk_err *err);
/* Starts soakd-drive; state CONNECTING. SK_ENOTFOUND (not installed), SK_EIO. Also to replace one that died. */
enum sk_code driver_start(struct driver *d, struct sk_err *err);
/* Its socket is readable: takes every waiting message. SK_EEND: it has closed; SK_EIO. */
enum sk_code driver_readable(struct driver *d, struct sk_err *err);
/* "go", "hold", "continue", "epoch", "log PID", "phase K ...", "drain", "inject W", "stop"; lost if the driver is gone */
void driver_say(struct driver *d, const char *message);
void driver_go(struct driver *d);
void driver_stop(struct driver *d);
void driver_kill(struct driver *d);   /* KILL, reaped by the caller's SIGCHLD or here when gone */
void driver_exited(struct driver *d); /* the caller has reaped it */

/*
 * A total since the run began. NaN without a driver, or with one that only observes; rows and bytes also while there are none,
 * because not every driver can count them.
 */
double driver_total(const struct driver *d, enum driver_total which);
/* Operations that were started since the monitor was: what a phase of so many counts. 0 without a driver. */
uint64_t driver_started(const struct driver *d);
/* The counters of a driver that works; NULL: there is none. */
const struct drive_shared *driver_page(const struct driver *d);
void driver_release(struct driver *d);

#endif
