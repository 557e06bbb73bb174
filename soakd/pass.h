/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose page tables are walked in this row. Arithmetic over the figures of the cheap tier; nothing is read here.
 *
 *   an epoch ----------------------------------------------> all
 *   nobody is due -----------------------------------------> nobody
 *   the credit pays for all -------------------------------> all: a sum over the tree wants everybody in the same row
 *   it will soon, a pass costs less than may be saved up --> nobody, and wait
 *   it never will -----------------------------------------> some: those who speak for their role, and a rotation over the rest
 *
 * Due is who moved since the last exact reading, else who was not read for 1, 2, 4, 8, 16 rows: a server at rest costs a
 * sixteenth.
 */
#ifndef SOAKD_PASS_H
#define SOAKD_PASS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "soakd/budget.h"
#include "soakd/past.h"

#define PASS_WAIT_MAX 16  /* rows */
#define PASS_BACK_OFF 64  /* rows: the longest wait after failures */
#define PASS_RETRY    16  /* rows after the second read over 20 ms in succession; doubles, up to 1024 */
#define PASS_TURNS    4   /* of so many reads one is of a role's representative, the others are of the rotation */
#define PASS_OPEN_S   160 /* between readings at rest in a run without a length */
#define PASS_MAPS     2.5 /* of both passes, beside the exact one alone: full smaps takes one and a half times as long */
#define PASS_CHANCES  200 /* readings at rest that a run has at least, as far as its rows and the budget allow */

struct pass_item { /* one process in this row */
	struct proc_past *past;
	size_t role;         /* alike processes have the same number, below the pass's n_roles */
	double now[CHEAP_N]; /* NaN: not known */
	bool able;           /* false: left out, or gone */

	/* from pass_begin() */
	double predicted_s;
	bool guarded; /* one read would take over 20 ms */
	bool open;    /* may be read in this row */
	bool due, taken;
};

enum pass_kind { PASS_NONE, PASS_SOME, PASS_ALL };

/*
 * A row; an epoch; an epoch that a change of the verdict calls for: where the budget is in debt only those are read, with full
 * smaps, whom the credit pays for, first those who speak for their role. Verdicts may change often, and a pass over hundreds takes
 * half a second each time.
 */
enum pass_wish { PASS_ROW, PASS_CHANGE, PASS_EPOCH };

struct pass {
	double interval_s, every_s; /* every_s: longest time between two readings of a process that does not move */
	uint64_t row, round;
	enum pass_kind kind;  /* of this row */
	double all_s;         /* predicted cost of everybody who is open */
	size_t open, guarded; /* how many in this row */
	unsigned turn;
	size_t n_roles, role_turn, reps_left; /* representatives: whose turn it is, and how many more in this row */
	size_t at;                            /* where the rotation looks on in this row */
	enum pass_wish wish;                  /* PASS_CHANGE: in debt; else it has become PASS_EPOCH */
	double promised_s;                    /* of a change: for smaps of those who are read */
};

/* length_s NaN: open. */
void pass_init(struct pass *p, double interval_s, double length_s);
/* Seconds of earnings that may be saved up for a pass over everybody. */
double pass_saves_s(double interval_s, double length_s);

/* A row: fills what is said above of each item, and decides. */
enum pass_kind pass_begin(struct pass *p, const struct budget *b, struct pass_item *item, size_t n, size_t n_roles,
			  double elapsed_s, enum pass_wish wish);
/* Who is read next, or n: nobody, or the credit is used up. Then one of the two below. */
size_t pass_next(struct pass *p, const struct budget *b, struct pass_item *item, size_t n);
void pass_done(struct pass *p, const struct budget *b, struct pass_item *it, double elapsed_s, double took_s);
void pass_failed(struct pass *p, struct pass_item *it);

/* The row of the next attempt after so many in vain: 16 rows on, 32, up to 1024. */
uint64_t pass_retry_row(const struct pass *p, unsigned times);

/* Where some are read: about how many a row, and after how many rows everybody was. Estimates. */
void pass_pace(const struct pass *p, const struct budget *b, double *per_row, double *rows);
/* "read of about 37 of 412 processes a row, all of them every 15 rows". */
void pass_pace_words(char *buf, size_t n, const struct pass *p, const struct budget *b);

#endif
