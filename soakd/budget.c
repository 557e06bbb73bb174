/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/budget.h"

#include <math.h>

/* Before anything was measured: the dearer of the two kinds of page, and an ordinary process with little memory. */
#define FIRST_S_PER_KB      (0.014 / 1048576)
#define FIRST_FIXED_S       60e-6
#define FIRST_S_PER_MAPPING 4e-6 /* 3.2 us where there are 60 of them, 3.4 to 6 where there are 30 000 */
#define LEARN               0.2  /* weight of a new measurement, */
#define OUTLIER             4    /* and how many times what was known it may be */

void budget_init(struct budget *b, double share, double save_s, bool allow_stall)
{
	*b = (struct budget){ .share = share,
			      .s_per_kb = FIRST_S_PER_KB,
			      .fixed_s = FIRST_FIXED_S,
			      .s_per_mapping = FIRST_S_PER_MAPPING,
			      .allow_stall = allow_stall };
	b->cap_s = share * save_s;
}

void budget_earn(struct budget *b, double wall_s)
{
	double earned = b->share * wall_s, paid = fmin(b->debt_s, earned / 2);

	b->debt_s -= paid;
	b->credit_s = fmin(b->cap_s, b->credit_s + earned - paid);
}

void budget_defer(struct budget *b)
{
	b->debt_s += fmax(0, -b->credit_s);
	b->credit_s = fmax(0, b->credit_s);
}

double budget_predict(const struct budget *b, double rss_kb)
{
	return b->fixed_s + b->s_per_kb * (isnan(rss_kb) ? 0 : rss_kb);
}

bool budget_guards(const struct budget *b, double rss_kb)
{
	return !b->allow_stall && budget_predict(b, rss_kb) > BUDGET_STALL_S;
}

bool budget_allows(const struct budget *b, double predicted_s)
{
	/* a full purse may always buy one read, so that a big process is read seldom and not never */
	return b->credit_s >= predicted_s || (b->share > 0 && b->credit_s >= b->cap_s);
}

double budget_earned_in(const struct budget *b, double spent_s)
{
	return b->share > 0 ? spent_s / b->share : 0;
}

/* A read that the scheduler interrupted took fifty times as long: it teaches little. */
static void learn(double *known, double seen)
{
	*known += LEARN * (fmin(seen, OUTLIER * *known) - *known);
}

void budget_pay(struct budget *b, double took_s, double longest_s)
{
	b->credit_s -= took_s;
	b->spent_s += took_s;
	if (longest_s > b->worst_s)
		b->worst_s = longest_s;
}

void budget_learn_maps(struct budget *b, double rss_kb, double mappings, double took_s)
{
	if (mappings >= 1 && !isnan(rss_kb))
		learn(&b->s_per_mapping, fmax(0.5e-6, (took_s - budget_predict(b, rss_kb)) / mappings));
}

void budget_spend(struct budget *b, double rss_kb, double took_s)
{
	budget_pay(b, took_s, took_s);
	/* small processes teach the fixed cost, big ones the cost of a page: neither is known from the other */
	if (isnan(rss_kb))
		return;
	if (rss_kb < 16384)
		learn(&b->fixed_s, fmax(10e-6, took_s - b->s_per_kb * rss_kb));
	else
		learn(&b->s_per_kb, fmax(0.0002 / 1048576, (took_s - b->fixed_s) / rss_kb));
}
