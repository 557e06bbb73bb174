/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the workload did, kind by kind: the shared page as of the newest row, in constant memory.
 *
 *   operations_resume (earlier rows) ─▶ operations_read (the page) ─▶ operations_line ─▶ operations.csv
 *                                                    └────▶ operations_json ─▶ run.json ─▶ operations_table.h
 *
 * A kind is known by its name, and keeps its place in the order in which kinds were first seen. Totals go on over drivers that
 * were replaced (the page stays) and over segments of a resumed run (from its rows); latencies are those that this process saw.
 */
#ifndef SOAKD_OPERATIONS_H
#define SOAKD_OPERATIONS_H

#include <jansson.h>
#include <stddef.h>

#include "base/drive.h"
#include "base/err.h"
#include "base/text.h"

#define OPERATIONS_MAX (2 * DRIVE_OP_KINDS) /* of a run: a driver has so many, and a resumed run may have had others */

struct operations;

struct operations *operations_new(void); /* NULL without memory */
void operations_free(struct operations *o);

/* The totals of the last rows of DIR/operations.csv; none where there is no such file. SK_EPARSE, SK_EIO, SK_ENOMEM. */
enum sk_code operations_resume(struct operations *o, const char *dir, struct sk_err *err);

/*
 * Reads the page. Allocates once for each kind, when it first appears: 10 KiB; without memory for it, or beyond OPERATIONS_MAX,
 * a kind is left out. Latencies are then those since the call before.
 */
void operations_read(struct operations *o, const struct drive_shared *page);

size_t operations_count(const struct operations *o);
/* Kind i's line of operations.csv, as of the last operations_read(); *line is emptied first. */
void operations_line(const struct operations *o, size_t i, double timestamp, struct text *line);

/*
 * Array of objects, one per kind: kind, ops, errors, rows, bytes, per_s, measured, p50_us, p95_us, p99_us, max_us; null: not
 * known. Over the whole run, elapsed_s long; latencies of this process's share of it, `measured` operations. NULL: there is no
 * kind, or no memory.
 */
json_t *operations_json(const struct operations *o, double elapsed_s);

#endif
