/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One run without its event loop: what happens at a row, an epoch, an event. The loop (loop.c) calls it from real timers; tests
 * call it from a fake clock over recorded /proc trees and replay a day in milliseconds.
 *
 *   session_open ─▶ session_begin ─▶ session_row ... ─▶ session_end
 *                                       │
 *        target_refresh ─▶ read each process ─▶ totals ─▶ samples.csv, processes.csv ─▶ online blocks ─▶ a look at the verdict
 */
#ifndef SOAKD_SESSION_H
#define SOAKD_SESSION_H

#include <jansson.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/verdict.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "samplers/procfs.h"
#include "samplers/sampler.h"
#include "samplers/smaps.h"
#include "samplers/totals.h"
#include "soakd/around.h"
#include "soakd/budget.h"
#include "soakd/census.h"
#include "soakd/driver.h"
#include "soakd/log_bound.h"
#include "soakd/not_read.h"
#include "soakd/online.h"
#include "soakd/operations.h"
#include "soakd/pass.h"
#include "soakd/phase_table.h"
#include "soakd/rows.h"
#include "soakd/run_options.h"
#include "soakd/rundir.h"
#include "soakd/target.h"

struct session {
	const struct run_options *opt;
	struct sk_clock clock;
	struct procfs *fs;
	struct target *target;
	struct log_bound *target_log;  /* NULL: no command was launched */
	struct driver *driver;         /* NULL: no workload */
	struct operations *operations; /* what the driver did, kind by kind */
	struct malloc_watch *malloc;   /* NULL: without --malloc-stats */
	struct phase_table *phases;    /* what the phases were like, the caller's; NULL: the run has none */
	bool malloc_first;             /* there have been figures */
	unsigned malloc_said;          /* reasons for having none that were told, a bit each */
	json_t *run;                   /* run.json; written by session_save() */

	struct sampler_set set;
	struct totals totals;
	struct around *around; /* what surrounds the target */
	struct row_plan plan;
	struct rundir dir;
	struct budget budget;
	struct pass pass;
	struct census census;
	struct { /* of this process's rows: how many, with PSS of everybody, and the sum of the shares that were read */
		uint64_t rows, whole, epochs; /* epochs: that read everybody, budget or not */
		double share_sum;
	} exact;
	struct not_read unread, maps_unread; /* whose page tables, and of the others whose full smaps, are guarded */
	struct online *online;
	struct verdict_options vopt;
	struct look_page *look; /* shared with the child that looks */

	int64_t zero_ns;         /* boot time of second 0 of the run; earlier segments lie before this process */
	double resumed_s;        /* elapsed seconds at which this process took the run up; 0: it began it */
	double cpu_before_s;     /* CPU time of soakd before this process took the run up */
	double saved_s;          /* when run.json was last written, or was to be */
	double last_elapsed_s;   /* of the newest row; -1: none yet */
	double wall_zero_s;      /* wall time of second 0 as the newest row had it: moves when the clock is set; NaN: no row */
	uint64_t rows, missed;   /* of the whole run */
	uint64_t extra_rows;     /* of these: taken beside the interval (ends of phases, signals) */
	uint64_t reloads_before; /* of the target, before this process took the run up */
	uint64_t reloads_sent;   /* since: what session_reload_sent() was told of */
	bool sends_reloads;      /* the phases of the run will */
	double ops, errors_then; /* at the last row in which operations had gone on; errors then */
	double worked_s;         /* elapsed seconds without those of idle phases, at the newest row */
	double progress_s;       /* the same at the last row in which operations had gone on */
	double values[ROW_COLUMNS_MAX];
	struct row_facts facts;
	bool begun;                      /* session_begin() was called: before it the target's events are not told */
	bool look_told;                  /* that looks fail was said */
	pid_t grown_pid;                 /* neither root nor ours, and grew most; 0: none did */
	bool driver_told;                /* that the load generator leaks */
	bool log_asked;                  /* the target was asked about it, because growth was said */
	bool change_due;                 /* the next row is one because the verdict changed */
	bool epoch_due;                  /* the next row is an epoch: every tier, mappings.csv */
	bool boundary_due;               /* it is one between two phases */
	bool resting;                    /* an idle phase is under way */
	double next_epoch_s, next_ask_s; /* the next epoch; question of what the target says of itself */
	bool verdict_changed;            /* since the caller last cleared it: the report wants to be drawn again */
	bool disk_trouble;               /* lines are being kept in memory */

	struct text line;
	struct text name; /* a mapping's, made plain */
	struct smaps_parser *maps;
	struct map_objects *objects;
	double mapped_s; /* of the newest row with lines in mappings.csv; -1: none yet */
	double class_kb
		[MAP_CLASSES]; /* of the tree in this row, shares of shared pages (PSS); NaN: full smaps of some was not read */
	double *proc_rows;     /* one row of the set for each process of the tree */
	size_t proc_rows_cap;
	struct pass_item *item; /* each process, for the page-table walks */
	size_t item_cap;
	unsigned *left; /* each process: TOTALS_GONE, exited while its row was read; TOTALS_EXITING; 0: it lives */
	size_t left_cap;
	uint64_t said[SAMPLER_MAX]; /* samplers whose failure was told already, until they recover */
	bool guard_told, maps_guard_told, partial_told;
	void (*tell)(void *ctx, const char *kind, const char *detail); /* each event, for the terminal and the journal */
	void *tell_ctx;
};

/*
 * Opens everything that a run writes to: a new directory, or with resume an interrupted one (its counters and series are taken
 * up). The target must have been found. *run is borrowed. On error the session is released.
 */
enum sk_code session_open(struct session *s, const struct run_options *opt, const struct sk_clock *clock, struct procfs *fs,
			  struct target *target, json_t *run, const char *dir, bool resume, struct sk_err *err);

/* The workload, once it is known: before session_begin(). A resumed run's counters go on. */
void session_driver(struct session *s, struct driver *driver);

/* Second 0 of the run, or after a resume its second so far: event `start` or `gap`. */
enum sk_code session_begin(struct session *s, struct sk_err *err);

double session_elapsed(const struct session *s);

/* Of the i-th process of the tree, in this row; slot of the sampler set, -1: it was not chosen. NaN: not known. */
static inline double session_value(const struct session *s, size_t i, int slot)
{
	return slot >= 0 ? s->proc_rows[i * s->set.n_metric + (size_t)slot] : (double)NAN;
}
/* Since the process was started, by the clock of /proc. */
double session_age_s(const struct session *s, const struct proc *p);

/* One row, now. missed: ticks that passed without one since the last. A full disk is no error: rows are kept. */
enum sk_code session_row(struct session *s, uint64_t missed, struct sk_err *err);

/* A line in events.csv; before a new run has begun the terminal alone hears it, so that `start` is the first line. */
void session_event(struct session *s, const char *kind, const char *detail);
void session_eventf(struct session *s, const char *kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* A line in internals.csv. pid 0: of no one process, an empty cell. */
void session_internal(struct session *s, pid_t pid, const char *source, const char *unit, const char *value, const char *item);

/* The run made the target reload itself (a signal, a program): counted in column `reloads`. */
void session_reload_sent(struct session *s);

/* session_log.c: who grew, after the row's processes were read; have that one log what it holds; the same when growth is first said. */
void session_note_growth(struct session *s);
void session_log_grown(struct session *s);
void session_log_once(struct session *s);
/* Allocator statistics of a launched command's processes: the row's sums, and at an epoch lines in internals.csv. */
void session_malloc(struct session *s, bool epoch);

/* Looks now (online_look) and writes verdict.json; a change of what is said is an event. */
enum sk_code session_look(struct session *s, struct sk_err *err);
/*
 * The same in a child of its own: what the analysis allocates goes with it, so that the monitor's memory stays as it is for days,
 * and rows are taken meanwhile. Returns its pid, or -1; when it was reaped, session_look_done() takes what it found.
 */
pid_t session_look_start(struct session *s);
void session_look_done(struct session *s);
/* The run is over and *v its verdict: gives it the changes on the way, and tells the last one, if it is one. */
void session_conclude(struct session *s, struct verdict *v);
/* The levels of load and idle phases so far are given to the analysis. */
void session_cycles(struct session *s);
/* The thresholds of a reloaded configuration: --min-rate, --warmup, --limit. */
void session_thresholds(struct session *s, const struct run_options *o);
/* The workload did nothing for the last quarter of its time (idle phases left out), at least 10 s and three intervals, while operations failed: it is no workload. */
bool session_idle(const struct session *s);
/* Operations failed, and in the whole run none ended well. */
bool session_only_failed(const struct session *s);
/* verdict.json of *v. */
enum sk_code session_write_verdict(const struct session *s, const struct verdict *v, struct sk_err *err);
/* Writes run.json. */
enum sk_code session_save(struct session *s, struct sk_err *err);

/* The last words: run.json with ended_unix, everything flushed. */
enum sk_code session_end(struct session *s, const char *why, struct sk_err *err);
void session_release(struct session *s);

#endif
