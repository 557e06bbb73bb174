/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a phase began with, its peak and what it left, of the columns that are told of each phase and those that have a budget. */
#ifndef SOAKD_PHASE_MEASURE_H
#define SOAKD_PHASE_MEASURE_H

#include <stddef.h>

#include "base/err.h"
#include "base/metric.h"
#include "soakd/phase_table.h"

/* Mapping classes, told of each phase too: they are behind the columns of a row, and known where full smaps was read. */
#define PHASE_CLASSES 5
extern const struct metric phase_class_metric[PHASE_CLASSES]; /* "class_heap_kb" ... */

struct phase_measure {
	size_t n;
	size_t slot[PHASE_TABLE_COLUMNS]; /* places in a row */
	const char *column[PHASE_TABLE_COLUMNS];
	double before[PHASE_TABLE_COLUMNS], peak[PHASE_TABLE_COLUMNS], after[PHASE_TABLE_COLUMNS];
	double started; /* Unix seconds */
};

/*
 * Of rows with these columns. SK_EUSAGE: a budget is on a column that the rows do not have, or there are too many of them; the
 * sentence says whose.
 */
enum sk_code phase_measure_init(struct phase_measure *m, const struct phase_list *list, const struct metric *const *columns,
				size_t n, struct sk_err *err);

/* The phase begins: values is the row just before it, NULL: none could be taken. */
void phase_measure_open(struct phase_measure *m, const double *values, double now_unix);
void phase_measure_row(struct phase_measure *m, const double *values);
/* No row could be taken at its end: what it left is not known. */
void phase_measure_lost(struct phase_measure *m);

/*
 * It is over, as the last row has it: each line of phases.csv is given to take(). round: from 1. A column has a line,
 * or one for each of its budgets.
 */
void phase_measure_close(const struct phase_measure *m, const struct phase *phase, unsigned round, bool cut, double now_unix,
			 void (*take)(void *ctx, const struct phase_line *l), void *ctx);

#endif
