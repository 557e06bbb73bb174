/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scenario, and what the driver gives it.
 *
 * The driver is one thread around one ppoll(): it asks the scenario which descriptors to wait for, waits until one is ready or
 * the time that run() asked for has come, and calls run(). Phases, and who moves on:
 *
 *   CONNECTING --drive_connected()--> WAITING --go--> SETUP --drive_ready()--> RUNNING --stop--> STOPPING --drive_done()--> OVER
 *
 * "stop" and drive_failed() are possible in any phase. Nothing may be written to a foreign server before SETUP.
 *
 * While RUNNING a scenario asks drive_due() how many operations may start now, draws with drive_pick() what each is, says with
 * drive_take() that it started them and with drive_did() or drive_error() how they ended. The phases of a plan, their rates and
 * their ends are in the answers of drive_due(): a scenario need not know of them, but says with busy() whether something is under
 * way.
 */
#ifndef SCENARIOS_SCENARIO_H
#define SCENARIOS_SCENARIO_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/drive.h"
#include "base/err.h"
#include "scenarios/job.h"
#include "scenarios/turns.h"

#define NS_PER_S 1000000000

enum drive_phase { DRIVE_CONNECTING, DRIVE_WAITING, DRIVE_SETUP, DRIVE_RUNNING, DRIVE_STOPPING, DRIVE_OVER };

#define DRIVE_KINDS 32 /* kinds of error that are told apart in events */
#define DRIVE_KEY   16

struct drive_kind {
	char key[DRIVE_KEY];
	uint64_t n;
};

/* Operations are under way and none ends: how long already, and whether that was said. */
struct drive_stall {
	uint64_t ops, errors; /* at the last look */
	int64_t since_ns;     /* when one ended last, or was begun while none was under way */
	bool busy, told;
};
#define DRIVE_STALL_NS (10 * (int64_t)NS_PER_S)

struct drive {
	const struct drive_job *job;
	struct drive_shared *shared;
	const struct sk_clock *clock;
	int control; /* the socket to the monitor */
	enum drive_phase phase;
	bool holding; /* told to stop writing */
	int status;   /* the driver's exit status */
	struct turns turns;
	uint64_t missed_told; /* of its missed operations those that the shared page has */
	bool told_drained;
	struct drive_stall stall;
	uint64_t unique; /* what drive_unique() gave last; 0: nothing yet */
	struct drive_kind kind[DRIVE_KINDS];
	size_t n_kind;
};

struct scenario {
	const char *name;  /* as in catalog.c */
	size_t state_size; /* bytes; the driver allocates them zeroed */
	/*
	 * MUST. Begins: checks, allocates, starts to connect; calls drive_connected() now or later. An error ends the driver
	 * with `failed 2`, or 127 for SK_ENOTFOUND and 126 for SK_EPERM (a command that cannot be run).
	 */
	enum sk_code (*open)(struct drive *d, void *state, struct sk_err *err);
	/* MAY. The first writes; drive_ready() when done. Without it the driver is ready at once. */
	void (*go)(struct drive *d, void *state);
	/* MAY. What to wait for: at most max entries of fds; returns how many. A negative fd is skipped, as in poll(). */
	size_t (*fds)(struct drive *d, void *state, struct pollfd *fds, size_t max);
	/*
	 * MUST. Takes what has come on fds (as fds() gave them, n of them), starts what is due, never waits for long: a few
	 * milliseconds at most. Returns when it wants to be called again at the latest; INT64_MAX: not before a descriptor.
	 */
	int64_t (*run)(struct drive *d, void *state, const struct pollfd *fds, size_t n, int64_t now_ns);
	/*
	 * MAY. Whether an operation is under way: a phase ends when none is. Without it none ever is between two calls of run().
	 */
	bool (*busy)(const struct drive *d, const void *state);
	bool lasts; /* one operation may well take minutes: that none ends is no news */
	/* MAY. "reconnect", "vacuum" or another word; true: it is known here. RUNNING only. */
	bool (*inject)(struct drive *d, void *state, const char *what);
	/* MAY. What the target says of itself: drive_internal(). Called in RUNNING only. */
	void (*epoch)(struct drive *d, void *state);
	/*
	 * MAY. Process pid of the target, none of ours, shall write to the target's own log what it says of itself; told by an event.
	 * RUNNING only.
	 */
	void (*log)(struct drive *d, void *state, pid_t pid);
	/* MAY. Finish what is under way, leave nothing behind (unless job->keep), then drive_done(), now or from run(). */
	void (*stop)(struct drive *d, void *state);
	/* MUST. Gives everything back, in any phase, also after a failed open; waits for nothing. */
	void (*close)(struct drive *d, void *state);
};

const struct scenario *scenario_find(const char *name); /* NULL: none of that name, or not built */

/* Runs a whole job; returns the driver's exit status: 0, or the status that `failed` said. */
int drive_run(struct drive *d);

/*
 * Messages to the monitor. pid 0: of no one process.
 * Line ends and other control characters become blanks, what is too long is cut.
 */
void drive_say(struct drive *d, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void drive_event(struct drive *d, const char *kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void drive_internal(struct drive *d, pid_t pid, const char *source, const char *unit, int64_t value, const char *item);

/*
 * A server that hangs closes nothing and refuses nothing: when something is under way and nothing has ended for DRIVE_STALL_NS there
 * is an event `stalled`, and another when something ends again. When to look again at the latest; INT64_MAX: nothing is awaited.
 */
int64_t drive_watch_stall(struct drive *d, bool busy, int64_t now_ns);

/* Phases: see above. drive_failed() says why with soakd's exit status, and ends the driver. */
void drive_connected(struct drive *d);
void drive_ready(struct drive *d);
void drive_done(struct drive *d);
void drive_failed(struct drive *d, int status, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* What is due, and who takes part: turns.h of the driver's own. */
uint64_t drive_due(struct drive *d, int64_t now_ns);
void drive_take(struct drive *d, uint64_t n);
int64_t drive_next_ns(const struct drive *d);
size_t drive_pick(struct drive *d);

/*
 * The place of a kind of operation in the shared page, made where it is new; a name longer than DRIVE_OP_NAME - 1 is cut. From
 * the DRIVE_OP_KINDS-th name on they share the last place, "other". Ask once and keep it: it compares names.
 */
unsigned drive_kind(struct drive *d, const char *name);
#define DRIVE_NO_KIND DRIVE_OP_KINDS /* of errors that belong to no kind of operation */

/*
 * The next number that nobody else gets, for unique() in scripts; ctx is the driver. From 1; in a run that goes on from the time in
 * microseconds, because nobody knows what the scripts have done with those before, and there were fewer than a million in a second.
 */
uint64_t drive_unique(void *ctx);

struct script_run;

/*
 * The run of scripts on a connection of the job: its seed and its definitions (--define). client: from 0, :client_id. NULL without
 * memory.
 */
struct script_run *drive_script_run(struct drive *d, unsigned client);

/* ops operations of a kind ended well, together after ns nanoseconds (0: not measured); rows and bytes where they are known. */
void drive_did(struct drive *d, unsigned kind, uint64_t ops, uint64_t rows, uint64_t bytes, uint64_t ns);

/*
 * n operations of a kind failed. Counted, and said once per key (a SQLSTATE, an exit status), not once per row; how often each
 * came is said at the end. From the DRIVE_KINDS-th key on they are one.
 */
void drive_error(struct drive *d, unsigned kind, uint64_t n, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
/* The same without a word, for errors that are wanted (a profile that fails on purpose) or told elsewhere. */
void drive_count_errors(struct drive *d, unsigned kind, uint64_t n);

/* The driver is the counters' only writer: a load and a store do, and cost a tenth of a locked addition. */
static inline void drive_count(_Atomic uint64_t *counter, uint64_t n)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + n, memory_order_relaxed);
}

#endif
