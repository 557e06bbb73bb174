/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often a walk may be made whose cost is known only once it was made: so that, over time, it takes no more than a share of
 * wall time. What a walk cost has to be earned again before the next; nothing is predicted.
 */
#ifndef SAMPLERS_ALLOWANCE_H
#define SAMPLERS_ALLOWANCE_H

#include <stdbool.h>

struct allowance {
	double share;  /* of wall time: 0.01 */
	double next_s; /* not before */
};

static inline bool allowance_has(const struct allowance *a, double now_s)
{
	return now_s >= a->next_s;
}

/* A walk at now_s took took_s. */
static inline void allowance_spend(struct allowance *a, double now_s, double took_s)
{
	a->next_s = now_s + took_s / a->share;
}

#endif
