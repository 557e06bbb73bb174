/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A matrix under way: what its command line said, and running its cells one after the other (matrix_run.c). */
#ifndef SOAKD_MATRIX_RUN_H
#define SOAKD_MATRIX_RUN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "soakd/matrix.h"
#include "soakd/opt.h"

struct matrix_options {
	struct opt_list vary;
	int64_t repeat;
	char *out, *resume, *reset;
	bool dry_run;
};

/* Zeroed but for `lock`, -1. */
struct run_all {
	struct matrix_options opt;
	struct matrix m;
	char **run;              /* words for `run`: options, then maybe -- CMD; borrowed, the array owned */
	size_t n_run, n_options; /* of them before -- */
	json_t *arguments;       /* those of the command line, scrubbed; or of the interrupted matrix */
	char **reset;
	const char *dir, *note;
	struct matrix_result *result;
	int lock;
};

/* The words of one cell's `run`: those of all cells, its own values, --out=dir (NULL: none). argv is NULL without memory. */
struct cell_words {
	char **argv;
	size_t n;
	struct text store;
};
void cell_words(const struct run_all *r, struct matrix_cell c, const char *dir, struct cell_words *w);
void cell_words_release(struct cell_words *w);

/*
 * Runs the cells whose result is not done yet, with matrix.json and matrix.csv after each, and prints the table. INT and TERM end
 * the cell under way, which stays undone. Returns the exit status.
 */
int matrix_run_cells(struct run_all *r);

#endif
