/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between the monitor and soakd-drive: a shared page of counters, a socket of short messages, one JSON job.
 *
 *   fd 0  the job: one JSON object, then end of file (never the command line: it may hold a password)
 *   fd 3  DRIVE_FD_SHARED   a memfd of one struct drive_shared; outlives a driver that dies, so that counters go on
 *   fd 4  DRIVE_FD_CONTROL  SOCK_SEQPACKET: one message per packet, at most DRIVE_MSG bytes, text, no newline
 *
 *   driver -> monitor                          monitor -> driver
 *   backend PID        one per connection      go         after every backend was seen in the watched tree
 *   connected          all are up; nothing     hold       stop writing (the disk runs full); reads may go on
 *                      was written yet         continue   write again
 *   ready              set-up ended            epoch      say what the target says of itself (`internal` messages)
 *   event KIND DETAIL  for events.csv          log PID    have that process of the target log what it says of itself
 *   internal PID SOURCE UNIT VALUE ITEM        stop       finish, clean up, say done, exit
 *                      PID 0: of no one process
 *   info KEY VALUE             what the target is (version, setting.NAME), for run.json
 *   drained K                  phase K: nothing is under   phase K [LEFT|- [AGE]]  begin phase K of the job's (from 0). For a driver
 *                      way any more, because it was told              that replaces one: LEFT: start so many operations of it, in
 *                      so or its operations were done                 the place of the job's `ops` (-: that; 0: none); AGE: it began
 *                                                                     so many milliseconds ago, where the load has a shape
 *                                                          drain      start nothing more of this phase, then say drained
 *                                                          inject W   reconnect: close all connections and make them again;
 *                                                          vacuum, or another word that the scenario knows
 *   failed STATUS SENTENCE   then exits; STATUS is soakd's exit status (2 environment, 5 workload)
 *   done
 *
 * The driver exits when the socket closes, and is killed by the kernel when the monitor dies (PR_SET_PDEATHSIG).
 */
#ifndef BASE_DRIVE_H
#define BASE_DRIVE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/latency.h"

#define DRIVE_FD_SHARED  3
#define DRIVE_FD_CONTROL 4
#define DRIVE_MSG        2048
#define DRIVE_MAGIC      0x736f616b /* "soak" */

#define DRIVE_VERSION 4

#define DRIVE_OP_KINDS 24 /* kinds of operation that are told apart; the last takes those beyond */
#define DRIVE_OP_NAME  32

/* Of one kind of operation: totals since the start of the run. */
struct drive_op {
	char name[DRIVE_OP_NAME]; /* "select"; written before drive_shared.n_kinds counts it */
	_Atomic uint64_t ops, errors, rows, bytes;
	struct latency latency; /* of completed operations, from their sending to their last answer */
};

/* Written by the driver with relaxed atomics, read by the monitor: totals since the start of the run. */
struct drive_shared {
	uint32_t magic, version;
	/* completed operations: a statement, a transaction of a batch is one per row, a command of exec */
	_Atomic uint64_t ops;
	_Atomic uint64_t started;     /* operations that were begun, as a phase of so many counts them: in units of its `ops` */
	_Atomic uint64_t errors;      /* operations that failed, lost connections included */
	_Atomic uint64_t rows;        /* rows written or read */
	_Atomic uint64_t bytes;       /* of values sent and received, where the driver knows them */
	_Atomic uint64_t connects;    /* connections made: the first, after a loss, and those that a profile makes on purpose */
	_Atomic uint64_t reconnects;  /* of them those after a loss */
	_Atomic uint64_t missed;      /* operations whose time passed while the target was busy; they are not caught up with */
	_Atomic uint64_t next_id;     /* the next unused row id, so that a restarted driver never repeats one */
	_Atomic uint32_t connections; /* up now */
	_Atomic uint32_t holding;     /* 1 while told to hold */
	_Atomic uint64_t truth_bytes; /* leaky: bytes leaked on purpose so far */
	_Atomic uint32_t n_kinds;     /* of kind[] in use; never falls, a name keeps its place */
	struct drive_op kind[DRIVE_OP_KINDS];
};

/*
 * The job's keys (units as here; absent = the default in brackets):
 *   scenario "postgres", profile "mixed"; seed [1]; connections [4]; rate ops/s in all, 0 = unpaced [200]; batch [100];
 *   depth, units under way on a connection (postgres, redis), 0 = by the rate [0]; rows, the table is held at it, 0 = the
 *   default [1000000, redis 10000]; length_s of the run, null = open; interval_s
 *   keep [false]: leave schema or file behind; checkpoint [false]: a final one; journal "wal"|"rollback"|"memory" ["wal"]
 *   run_id: 8 hexadecimal digits, of this run and no other, also when it is resumed: what it makes in a server is named so ["00000000"]
 *   dir: the run directory, absolute (sqlite's file is DIR/soakd.sqlite)
 *   dsn: libpq string or null; host, port: of the found postmaster, used where neither dsn nor PG* variables say otherwise
 *   uid, gid: to become before anything is connected, or null
 *   work: what is done, by weight [one entry: `profile`, weight 1]: [{name, weight [1], profile} or {name, weight, script, file,
 *         reconnect [false], at_end [false]}, ...]; name is what the operations are called; script: the text, file: its name for
 *         messages; at_end: done once more when the run ends (postgres)
 *   define: {NAME: VALUE, ...} variables of scripts, as text
 *   protocol "simple"|"extended"|"prepared" ["prepared"] (scripts, postgres)
 *   phases: as in base/plan.h; with them the driver waits, after "ready", for "phase 0" [none: one that never ends, at `rate`]
 *   exec: [argv...]; exec_continuous [false]: back to back, not once per interval; exec_timeout_s of one run [none]
 *   leak_rate_bytes_per_h, leak_noise_bytes, leak_onset_s (leaky)
 *   look [false]: after "go" only say what the user may do (info user, database, contexts, log), and make nothing (postgres)
 *   resumed: true if an earlier driver of this run already did the set-up
 */

#endif
