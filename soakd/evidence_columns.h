/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which columns of a CSV are read; for evidence_rows.c. */
#ifndef SOAKD_EVIDENCE_COLUMNS_H
#define SOAKD_EVIDENCE_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/csv.h"
#include "base/err.h"
#include "base/series.h"
#include "soakd/evidence_internal.h"

struct column_of {
	int field;
	double scale; /* to KiB */
	bool size;    /* of memory: never below 0, which a difference may be */
};

struct columns_of {
	int time_field, elapsed_field, pid_field; /* the last two: -1 where there is none */
	struct column_of col[EVIDENCE_COLUMNS_MAX];
	char (*name)[SERIES_NAME]; /* what they are called here */
	size_t n_col;              /* 1 at least */
	size_t n_twice;            /* columns that are there already, left out */
	char twice[SERIES_NAME];   /* the first of them */
	bool cr_ends;              /* the header has a carriage return within: that of a file whose lines end so */
};

/*
 * Reads the header of csv, which was just opened. ours: samples.csv of a run directory. Release c on error too; it may be repeated.
 * SK_EPARSE says what is missing and what was found; else what csv_next() may say.
 */
enum sk_code columns_of_header(struct columns_of *c, struct csv_reader *csv, bool ours, struct sk_err *err);
void columns_of_release(struct columns_of *c);

#endif
