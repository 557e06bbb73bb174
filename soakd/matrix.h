/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * soakd matrix: options of run that vary, every combination of their values so many times, in an order that keeps a drift of the
 * machine from looking like an effect. Pure: what the cells are; matrix_run.c runs them, matrix_result.c says what came out.
 *
 * Order: repeat by repeat, each of them every combination once. The first value of the last option moves fastest; repeat r begins
 * at combination r * n / repeats and goes round, so that no combination is always first or always last.
 */
#ifndef SOAKD_MATRIX_H
#define SOAKD_MATRIX_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "soakd/opt.h"

#define MATRIX_CELLS 10000
#define MATRIX_VARY  16
#define MATRIX_NAME  200 /* bytes of a cell's name, with its NUL */

struct matrix_vary {
	char *option; /* "rows"; owned */
	char **value; /* owned */
	size_t n;
};

struct matrix {
	struct matrix_vary vary[MATRIX_VARY];
	size_t n_vary, combinations, repeats; /* cells: combinations * repeats */
};

struct matrix_cell {
	size_t combination, repeat; /* from 0 */
};

/*
 * vary: texts "OPTION=VALUE,VALUE..."; given: options of run that stand on the command line, which cannot vary as well. SK_EUSAGE
 * with a sentence: no or unknown option, one that cannot vary, twice the same option or value, a value that run would refuse, no
 * value, too many cells. On error nothing is left to release.
 */
enum sk_code matrix_init(struct matrix *m, const struct opt_list *vary, int64_t repeats, const struct opt_given *given,
			 struct sk_err *err);
void matrix_release(struct matrix *m);

size_t matrix_cells(const struct matrix *m);
/* The i-th to be run. */
struct matrix_cell matrix_cell(const struct matrix *m, size_t i);
/* Where in that order a combination is in a repeat. */
size_t matrix_index(const struct matrix *m, struct matrix_cell c);
/* The value that an option has in a combination. */
const char *matrix_value(const struct matrix *m, size_t combination, size_t vary);
/* "rows=1000,journal=wal,repeat=1": fit for a file's name, and another one for each cell. */
char *matrix_name(const struct matrix *m, struct matrix_cell c, char *buf, size_t n);
/* "rows=1000 journal=wal", for a table. */
void matrix_words(const struct matrix *m, size_t combination, struct text *out);

/* ---- results --------------------------------------------------------------------------------------------------------- */

struct matrix_result {
	bool done;
	int status; /* exit status of the run */
	char verdict[16];
	double rate_kb_per_h, per_op_bytes, rss_peak_kb, ops_per_s, errors; /* NaN: not known */
};

/* Of the run directory dir, whose run ended with this status. What it does not have is NaN. */
void matrix_read(const char *dir, int status, struct matrix_result *out);
/* From matrix.json; done stays false where a cell is not over. */
void matrix_result_from_json(const json_t *cell, struct matrix_result *out);

/*
 * DIR/matrix.json and DIR/matrix.csv, each whole. results: one for each cell, in the order of matrix_cell(). SK_EIO, SK_ENOMEM.
 */
enum sk_code matrix_write(const struct matrix *m, const char *dir, const json_t *arguments, const char *note,
			  const struct matrix_result *results, struct sk_err *err);
/* A row for each combination. */
void matrix_table(const struct matrix *m, const struct matrix_result *results, struct text *out);
/* The first of 125, 1, 4, 5, 6, 127, 126, 2, 3, 0 that a cell has. */
int matrix_status(const struct matrix_result *results, size_t n);

#endif
