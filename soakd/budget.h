/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the expensive reads may cost. smaps_rollup and smaps walk page tables under the target's mmap lock: 9 ms per GiB of
 * private 4 KiB pages, 14 of shared (measured). So they are taken only when wall time has earned them, and never from a process
 * where one read is predicted to hold the lock for over 20 ms. Pure arithmetic; costs are learned from each read.
 */
#ifndef SOAKD_BUDGET_H
#define SOAKD_BUDGET_H

#include <stdbool.h>

#define BUDGET_STALL_S 0.020 /* longest single read without --allow-stall */

struct budget {
	double share; /* of wall time: 0.001 */
	double credit_s, cap_s;
	double debt_s;        /* of epochs: paid off with half of what is earned */
	double s_per_kb;      /* learned: seconds of a rollup read per resident KiB */
	double fixed_s;       /* learned: of a read of nothing */
	double s_per_mapping; /* learned: seconds that full smaps takes per mapping, beside its pages */
	bool allow_stall;
	double worst_s; /* longest single read so far */
	double spent_s;
};

/* save_s: seconds of wall time whose earnings may be saved up. */
void budget_init(struct budget *b, double share, double save_s, bool allow_stall);
void budget_earn(struct budget *b, double wall_s);

double budget_predict(const struct budget *b, double rss_kb);   /* seconds of one read of one process */
bool budget_guards(const struct budget *b, double rss_kb);      /* too big to be read at all */
bool budget_allows(const struct budget *b, double predicted_s); /* one more read; with a full purse any */
/* An epoch reads everybody, credit or not: what it overdrew becomes debt, so that the rows until the next one have a credit. */
void budget_defer(struct budget *b);
/* Seconds of wall time that earn what was spent; 0 where no share limits it. */
double budget_earned_in(const struct budget *b, double spent_s);

/* After each read. rss_kb NaN: it is paid and teaches nothing. */
void budget_spend(struct budget *b, double rss_kb, double took_s);
/* After a file that is read in pieces: took_s is paid, and only its longest piece is a stall. */
void budget_pay(struct budget *b, double took_s, double longest_s);
/* What full smaps of so many mappings took teaches what one of them costs, and nothing about pages. */
void budget_learn_maps(struct budget *b, double rss_kb, double mappings, double took_s);

#endif
