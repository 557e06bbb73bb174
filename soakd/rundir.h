/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The run directory: where it is, its CSV files, and finding an interrupted one again.
 *
 *   --out DIR, else $STATE_DIRECTORY/runs/TARGET-UTC (with a link `latest` beside it), else ./soak-TARGET-UTC
 */
#ifndef SOAKD_RUNDIR_H
#define SOAKD_RUNDIR_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/csvlog.h"
#include "base/err.h"
#include "base/metric.h"

struct rundir {
	char *path; /* absolute */
	struct csvlog samples, processes, mappings, objects, internals, events, operations;
	bool cut; /* a torn last line was cut off one of them */
	int lock; /* dirlock.h: nobody else writes here; -1 where there are no locks */
};

/* The default path for a new run; NULL without memory. */
char *rundir_default(const char *label, double wall_s);

/*
 * Makes the directory of that default name, or where it exists (runs that began in the same second) NAME-2, NAME-3 ...; *path is
 * replaced. A name that cannot be made is left to rundir_create(), which says why. SK_ENOMEM.
 */
enum sk_code rundir_reserve(char **path, struct sk_err *err);

/*
 * Creates the directory (its parents must exist; the state directory's `runs` is made). One that exists and is not empty is
 * refused: SK_EUSAGE says how to resume; so is one that another soakd has just begun. SK_EIO. The CSV files are opened with their
 * headers; samples.csv's further columns come in `samples` (all of them, the fixed ones included).
 */
enum sk_code rundir_create(struct rundir *d, const char *path, const struct metric *const *samples, size_t n, struct sk_err *err);

/* Opens an interrupted run's for more rows. SK_EUSAGE if it is no run directory, has other columns, or is being written. */
enum sk_code rundir_reopen(struct rundir *d, const char *path, const struct metric *const *samples, size_t n, struct sk_err *err);

/*
 * The newest unfinished run (run.json without ended_unix, and nobody writes it) of this target's label in $STATE_DIRECTORY/runs,
 * else below ".", and of the same configuration file (NULL: none): two units on one target do not take each other's runs.
 * SK_ENOTFOUND: there is none, which --resume last takes as "start a new one".
 */
enum sk_code rundir_find_last(const char *label, const char *config, char **path, struct sk_err *err);

void rundir_flush(struct rundir *d);
void rundir_reopen_logs(struct rundir *d); /* HUP */
/* Of a run that never began: removes our files and the directory, so that the same command can be given again. Others' files stay. */
void rundir_discard(struct rundir *d);
/* The file of target sqlite, and what SQLite has beside it: for when its own process was killed before it could. */
void rundir_remove_database(const struct rundir *d);
/* Lines of all files that are in memory only, and those that were dropped because too many waited. */
uint64_t rundir_waiting(const struct rundir *d);
/* For whom no new report can be written: "the report is that of 2026-11-20T20:00:00Z", or "there is no report yet". */
char *rundir_report_words(const struct rundir *d, char *buf, size_t n);
bool rundir_failing(const struct rundir *d);
void rundir_close(struct rundir *d);

#endif
