/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/pass_maps.h"

#include <math.h>

#define MANY 2000 /* mappings: 0.7 ms of a rollup */

uint64_t maps_too_many(const struct budget *b)
{
	return (uint64_t)(BUDGET_STALL_S / b->s_per_mapping) + 1;
}

static double by_number(const struct budget *b, const struct pass_item *it)
{
	return (double)it->past->mappings * b->s_per_mapping;
}

/* Without its own history: its pages as the rollup walks them, and its mappings. */
static double explained(const struct budget *b, const struct pass_item *it)
{
	return it->predicted_s + by_number(b, it);
}

double maps_predict(const struct budget *b, const struct pass_item *it)
{
	const struct proc_past *past = it->past;
	double rss = it->now[CHEAP_RSS], known = explained(b, it), took = past->maps_took_s;
	double fixed = fmin(took, b->fixed_s + by_number(b, it));

	/* once is the scheduler's doing, as in pass.c */
	if (!(took > 0) || isnan(rss) || !(past->maps_rss_kb > 0) || (past->maps_stalls == 1 && known < BUDGET_STALL_S / 4))
		return known;
	return fixed + (took - fixed) * rss / past->maps_rss_kb;
}

bool maps_want_count(const struct pass *p, const struct budget *b, const struct pass_item *it)
{
	const struct proc_past *past = it->past;

	if (b->allow_stall)
		return false;
	if (past->mappings == 0)
		return past->row == 0 || past->took_s >= MAPS_COUNT_FROM_S;
	/* too many at the last look: they may have gone */
	return by_number(b, it) > BUDGET_STALL_S / 2 && maps_predict(b, it) > BUDGET_STALL_S && p->row >= past->maps_retry_row;
}

void maps_counted(const struct pass *p, const struct budget *b, struct pass_item *it, uint64_t mappings)
{
	struct proc_past *past = it->past;

	past->mappings = mappings;
	past->maps_took_s = 0; /* of other mappings */
	past->maps_stalls = maps_predict(b, it) > BUDGET_STALL_S ? past->maps_stalls + 1 : 0;
	if (past->maps_stalls > 0)
		past->maps_retry_row = pass_retry_row(p, past->maps_stalls);
}

bool maps_guarded(const struct pass *p, const struct budget *b, const struct pass_item *it)
{
	bool again = it->past->maps_stalls > 0 && p->row >= it->past->maps_retry_row && explained(b, it) <= BUDGET_STALL_S;

	return !b->allow_stall && maps_predict(b, it) > BUDGET_STALL_S && !again;
}

void maps_done(const struct pass *p, struct budget *b, struct pass_item *it, double took_s, uint64_t mappings)
{
	struct proc_past *past = it->past;

	budget_learn_maps(b, it->now[CHEAP_RSS], (double)mappings, took_s);
	past->mappings = mappings;
	past->maps_took_s = took_s;
	past->maps_rss_kb = it->now[CHEAP_RSS];
	past->maps_stalls = took_s > BUDGET_STALL_S && !b->allow_stall ? past->maps_stalls + 1 : 0;
	if (past->maps_stalls > 0)
		past->maps_retry_row = pass_retry_row(p, past->maps_stalls);
}

bool maps_are_many(const struct pass_item *it)
{
	return it->past->mappings > MANY;
}
