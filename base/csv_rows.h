/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records of a CSV as numbers, many at once and without being split: those that have the layout of the record before, which is
 * nearly every one of a file of measurements, where from row to row other digits stand in the same places. That a record is of
 * the layout is seen eight bytes at a step; then each column is read on its own, from the same places of all of them.
 */
#ifndef BASE_CSV_ROWS_H
#define BASE_CSV_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/csv.h"

struct csv_layout; /* csv_rows.c only */

struct csv_rows {
	struct csv_layout *layout; /* of the last record */
	const int *field;          /* of column c; below 0: none, nothing is written there */
	size_t n_columns, stride;
};

/* field[n_columns] stays the caller's and must stay. False without memory. Release it on that too; it may be repeated. */
bool csv_rows_init(struct csv_rows *c, const int *field, size_t n_columns, size_t stride);
void csv_rows_release(struct csv_rows *c);

/*
 * Up to `max` records of r: the value of record k in column c goes to out[c * stride + k], the same as real_parse() gives; NaN
 * for an empty cell. Returns how many. Fewer, also none, where the next record is for csv_next(): the first of a file, a blank
 * one, one that is not whole in the read buffer, is shorter than 8 bytes or longer than 1024, lacks a field that is asked for or
 * has anything else there than at most 15 digits with or without a point among them or behind, or has anything but digits,
 * points and commas at all. Each is one line, the last of them r->next_line - 1; r has no fields then.
 */
size_t csv_rows_read(const struct csv_rows *c, struct csv_reader *r, double *out, size_t max);

#endif
