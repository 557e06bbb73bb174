/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/schedule.h"

#include <math.h>

void schedule_init(struct schedule *s, int64_t first_ns, double interval_s, double length_s)
{
	s->first_ns = first_ns;
	s->interval_ns = (int64_t)llround(interval_s * 1e9);
	s->next = 0;
	s->missed = 0;
	s->last = isnan(length_s) ? INT64_MAX : (int64_t)floor(length_s / interval_s + 1e-3);
}

int64_t schedule_due_ns(const struct schedule *s)
{
	return s->first_ns + s->next * s->interval_ns;
}

/* Index of the last tick whose time has come at now_ns. */
static int64_t index_at(const struct schedule *s, int64_t now_ns)
{
	int64_t i = (now_ns - s->first_ns) / s->interval_ns;

	return i < s->last ? i : s->last;
}

uint64_t schedule_take(struct schedule *s, int64_t now_ns, bool *final)
{
	int64_t at = index_at(s, now_ns);
	uint64_t missed;

	if (at < s->next)
		at = s->next; /* woken a little early */
	missed = (uint64_t)(at - s->next);
	s->missed += missed;
	s->next = at + 1;
	*final = at >= s->last;
	return missed;
}

uint64_t schedule_owed(const struct schedule *s, int64_t now_ns)
{
	int64_t passed = now_ns < s->first_ns ? 0 : index_at(s, now_ns);

	return (uint64_t)(passed > s->next ? passed : s->next);
}
