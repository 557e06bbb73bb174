/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What each phase of a run began with, reached and left behind, and whether its budgets were kept: phases.csv, line by line, in
 * constant memory. The monitor adds the lines that it writes, the offline verbs those that they read, and both tell the same.
 */
#ifndef SOAKD_PHASE_TABLE_H
#define SOAKD_PHASE_TABLE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "analysis/cycles.h"
#include "base/err.h"
#include "base/text.h"
#include "soakd/phase.h"

#define PHASE_TABLE_KEPT    48 /* phases whose figures are kept: the last ones */
#define PHASE_TABLE_COLUMNS 24
#define PHASE_TABLE_BUDGETS 128
#define PHASE_COLUMN        32

/* A line of phases.csv: one column of one phase that is over, and one budget on it or none. NaN: not known. */
struct phase_line {
	double started, ended; /* Unix seconds */
	unsigned round;
	char phase[PLAN_NAME], column[PHASE_COLUMN];
	double before, peak, after; /* in the column's unit */
	bool cut;                   /* it did not come to its end: `after` is only where it was cut off */
	bool budgeted;
	enum budget_of of;
	double most;
};

struct phase_figures {
	char column[PHASE_COLUMN];
	double before, peak, after;
};

struct phase_done {
	char name[PLAN_NAME];
	unsigned round;
	double started, ended;
	struct phase_figures column[PHASE_TABLE_COLUMNS];
	size_t n;
	bool cut;
	unsigned budgets, exceeded, unknown; /* on this phase, in this round */
};

/* A budget over all rounds. */
struct budget_kept {
	char phase[PLAN_NAME], column[PHASE_COLUMN];
	enum budget_of of;
	double most, worst;   /* worst: the highest value of all rounds; NaN: none was known */
	unsigned worst_round; /* whose it is */
	unsigned rounds, exceeded, unknown;
};

struct phase_table {
	struct phase_done kept[PHASE_TABLE_KEPT]; /* a ring: the i-th phase of the run is kept[i % PHASE_TABLE_KEPT] */
	size_t n;                                 /* phases that are over */
	struct budget_kept budget[PHASE_TABLE_BUDGETS];
	size_t n_budget;
	size_t exceeded; /* times that any budget was */
	bool cycle;      /* load and idle alternate: levels are collected */
	struct cycle_levels levels[CYCLE_COLUMNS];
	size_t n_levels;
	struct cycle_levels judged[CYCLE_COLUMNS]; /* phase_table_cycles() */
};

/* About 170 KiB, zeroed but for `cycle`. NULL without memory. Free it with free(). */
struct phase_table *phase_table_new(bool cycle);

/* Lines come in the order of the file: those of one phase together. */
void phase_table_add(struct phase_table *t, const struct phase_line *l);

/*
 * The levels as the verdict asks for them, anon_kb with swap_kb, into t->judged. Returns how many; 0: no cycles. t may
 * be NULL.
 */
size_t phase_table_cycles(struct phase_table *t);

/*
 * What a budget bounds of the line's column; NaN: not known. Exceeded: known and above. Of a phase that was cut off only what is
 * exceeded already is known: a peak, a rise, what a counter counted.
 */
double phase_line_value(const struct phase_line *l);
bool phase_line_exceeded(const struct phase_line *l);

/* A line of phases.csv, of the columns phases_columns (base/columns.h). */
void phase_line_csv(const struct phase_line *l, struct text *out);

/*
 * DIR/phases.csv into *t. SK_ENOTFOUND: there is none. SK_EPARSE, SK_EIO, SK_ENOMEM: what came before stays in. A line without
 * times, phase or column is left out; a torn last one too.
 */
enum sk_code phase_table_read(const char *dir, struct phase_table *t, struct sk_err *err);

/* The i-th of the phases that are kept, oldest first; how many they are. */
size_t phase_table_kept(const struct phase_table *t);
const struct phase_done *phase_table_at(const struct phase_table *t, size_t i);
/* Of one phase; NULL: it has no such column. */
const struct phase_figures *phase_done_column(const struct phase_done *d, const char *column);

/* run.json says that the phases are the result of the run (--phases-only), and not the verdict. */
bool phases_alone(const json_t *run);
/* Budgets that were measured in no round: nobody can say that they were kept. t may be NULL. */
size_t phase_table_unmeasured(const struct phase_table *t);
/*
 * The exit status of a run with this verdict: 1 where a budget was exceeded, 3 in the place of 0 where one was never measured;
 * else 0 where the phases alone count.
 */
int phase_table_status(const struct phase_table *t, bool alone, int verdict_status);

/* Into verdict.json: `phases` and `budgets`. t NULL: nothing. false without memory. */
bool phase_table_to_json(const struct phase_table *t, json_t *verdict);

/*
 * Rows for a report: phase, length, operations, RSS before, peak, after, net growth, budget. cell: (1 + max) * PHASE_CELLS, each
 * to be freed; row 0 is the header. The last `max` phases. Returns the number of rows with the header; 0: no phase is over, or no
 * memory (nothing is left to free).
 */
#define PHASE_CELLS 8
size_t phase_table_cells(const struct phase_table *t, size_t max, char **cell);
/*
 * An empty line, the table, and a line for each budget that was exceeded or never measured; where that is more than `most` lines
 * earlier phases and later budgets are left out, and a line says how many and where they are. One phase and one such budget are
 * always there: eight lines where `most` is less.
 */
void phase_table_markdown(const struct phase_table *t, size_t most, struct text *out);
void phase_table_human(const struct phase_table *t, struct text *out); /* the same for a terminal, columns aligned */
/*
 * What the budgets come to, where that is the result and not the verdict: "BUDGET EXCEEDED", "BUDGET NOT
 * MEASURED"; alone: "WITHIN BUDGET", "MEASURED"; else NULL.
 */
const char *phase_table_word(const struct phase_table *t, bool alone);
void phase_table_result(const struct phase_table *t, const char *path, struct text *out); /* of phases alone, for a terminal */
/* The first budget that was exceeded, else that was never measured, and how many others: one sentence; nothing where all were kept. */
void phase_table_why(const struct phase_table *t, struct text *out);
/* "phase load: rss peak 120 MiB, budget 100 MiB (round 3; exceeded in 2 of 5)" */
void phase_budget_told(const struct budget_kept *b, struct text *out);

#endif
