/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From files to evidence: streams a run directory, or any CSV with a `timestamp` column, into series of blocks.
 * Offline: needs neither samplers/ nor the target. Memory does not grow with the file.
 */
#ifndef SOAKD_EVIDENCE_H
#define SOAKD_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/verdict.h"
#include "base/err.h"
#include "base/series.h"
#include "soakd/sha256.h"

struct evidence_event {
	double elapsed_s;
	double length_s; /* of a gap: from the row before it to the row after; else 0 */
	char kind[32];
	char detail[200];
};

struct phase_table;
struct reading; /* evidence_internals.c */

struct evidence_file {
	struct evidence ev;      /* points into the rest */
	char *path;              /* as given */
	char *dir;               /* the run directory, or NULL for a plain CSV */
	char *csv;               /* the file that was read */
	char sha256[SHA256_HEX]; /* of its bytes as they were read; "" without SERIES_DRAWN */
	struct json_t *run;      /* run.json, or NULL */
	struct series *series;   /* storage of ev.column */
	size_t n_series;
	struct series *part_series;
	size_t n_part_series;
	struct account_item *account_item; /* storage of ev.account */
	struct reading *internals;
	struct series
		latency; /* for a picture: p99, in seconds, of the commonest kind of operation, whose name it has; state NULL: none */
	struct phase_table *phases;   /* storage of ev.cycles; NULL: the run has no phases */
	struct evidence_event *event; /* restarts, gaps, reconnects ... by time; at most 600, the first and the last kept */
	size_t n_events;
	double first_unix, last_unix;
	double step_median_s, step_longest_s; /* between neighbouring rows, the median of block medians; NaN with one row */
	uint64_t dropped_rows;                /* time went backwards or stood still */
	uint64_t bad_cells;                   /* text, or a size below 0, where a number belongs: taken as no value */
	bool torn;                            /* the last line was cut short and left out */
	char *redacted; /* what redact_evidence() took out of all texts, in words; NULL: nothing was asked for */
	char note[512]; /* one sentence on what was wrong with the file and what was done; "" if nothing */
};

/*
 * blocks: how many a series may have (SERIES_ONLINE for analysis; SERIES_DRAWN for a picture).
 * A directory: samples.csv, processes.csv (roles, the 32 processes that grew most), mappings.csv (classes),
 * objects.csv (the 8 mappings that grew most), internals.csv (accounts), events.csv, phases.csv, run.json; with SERIES_DRAWN
 * operations.csv (latency), which nothing is decided on.
 * A file: `timestamp` (Unix seconds or ISO 8601) and columns *_kb, *_mb, *_bytes (all turned into *_kb), pid, nproc|processes,
 * ops, threads, fds; others are ignored. A UTF-8 mark, CRLF and spaces around fields are taken.
 * SK_ENOTFOUND, SK_EPERM, SK_EIO; SK_EPARSE: no `timestamp`, no usable column, no row: each names file, line and what to do.
 */
enum sk_code evidence_read(const char *path, size_t blocks, struct evidence_file *out, struct sk_err *err);
void evidence_release(struct evidence_file *f);

/* Series by column name, or NULL. */
const struct series *evidence_column(const struct evidence_file *f, const char *column);

#endif
