/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of the schedule: see pace.h. */
#include "scenarios/pace.h"

#include <math.h>

#define BACKLOG_S 0.1

void pace_init(struct pace *p, double per_s, uint64_t unit, int64_t now_ns)
{
	uint64_t tenth = per_s > 0 ? (uint64_t)ceil(per_s * BACKLOG_S) : 0;

	*p = (struct pace){ .per_s = per_s, .start_ns = now_ns, .unit = unit };
	p->backlog = tenth > 2 * unit ? tenth : 2 * unit;
}

/* Operations whose time has come: those of a unit come together, at the time of its first. */
static uint64_t scheduled(const struct pace *p, int64_t now_ns)
{
	double elapsed = (double)(now_ns - p->start_ns) * 1e-9;

	if (elapsed < 0)
		return 0;
	/* the small term forgives the rounding of "exactly at its time", a billionth of an operation */
	return ((uint64_t)(elapsed * p->per_s / (double)p->unit + 1e-9) + 1) * p->unit;
}

uint64_t pace_due(struct pace *p, int64_t now_ns)
{
	uint64_t waiting, sched;

	if (p->per_s <= 0)
		return UINT64_MAX;
	sched = scheduled(p, now_ns);
	if (sched <= p->taken)
		return 0;
	waiting = sched - p->taken;
	if (waiting > p->backlog) {
		uint64_t drop = (waiting - p->backlog) / p->unit * p->unit;

		p->missed += drop;
		p->taken += drop;
		waiting -= drop;
	}
	return waiting / p->unit;
}

void pace_take(struct pace *p, uint64_t units)
{
	p->taken += units * p->unit;
}

void pace_rate(struct pace *p, double per_s, int64_t now_ns)
{
	uint64_t missed = p->missed, backlog = p->backlog, sched = p->per_s > 0 ? scheduled(p, now_ns) : p->taken;
	uint64_t ahead = p->taken > sched ? p->taken - sched : 0, least = 2 * p->unit;

	if (sched > p->taken)
		missed += sched - p->taken;
	pace_init(p, per_s, p->unit, now_ns);
	p->missed = missed;
	p->taken = ahead;
	if (p->backlog < least)
		p->backlog = backlog;
}

int64_t pace_next_ns(const struct pace *p)
{
	if (p->per_s <= 0)
		return INT64_MIN;
	return p->start_ns + (int64_t)ceil((double)p->taken / p->per_s * 1e9);
}

double pace_retry(double *next_s, double first_s, double most_s, double random)
{
	double now_s = *next_s > 0 ? *next_s : first_s;

	*next_s = fmin(now_s * 2, most_s);
	return now_s * (0.5 + random / 2);
}
