/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/budget.h"

#include <math.h>

/* Before anything was measured: the dearer of the two kinds of page, and an ordinary process with little memory. */
#define FIRST_S_PER_KB (0.014 / 1048576)
#define FIRST_FIXED_S  60e-6
#define LEARN          0.2 /* weight of a new measurement */

void budget_init(struct budget *b, double share, double save_s, bool allow_stall)
{
	*b = (struct budget){ .share = share, .s_per_kb = FIRST_S_PER_KB, .fixed_s = FIRST_FIXED_S, .allow_stall = allow_stall };
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

void budget_spend(struct budget *b, double rss_kb, double took_s)
{
	b->credit_s -= took_s;
	b->spent_s += took_s;
	if (took_s > b->worst_s)
		b->worst_s = took_s;
	/* small processes teach the fixed cost, big ones the cost of a page: neither is known from the other */
	if (isnan(rss_kb))
		return;
	if (rss_kb < 16384)
		b->fixed_s += LEARN * (fmax(10e-6, took_s - b->s_per_kb * rss_kb) - b->fixed_s);
	else
		b->s_per_kb += LEARN * (fmax(0.0002 / 1048576, (took_s - b->fixed_s) / rss_kb) - b->s_per_kb);
}
