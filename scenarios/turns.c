/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates and shares over the phases: see turns.h. */
#include "scenarios/turns.h"

#include <math.h>

#include "scenarios/load.h"

#define NS 1e9

void turns_init(struct turns *s, const struct drive_job *job)
{
	*s = (struct turns){
		.job = job, .k = TURNS_NONE, .until_ns = INT64_MAX, .left = UINT64_MAX, .rng = job->seed ^ 0x736f616b
	};
}

static void set_rate(struct turns *s, double per_s, int64_t now_ns)
{
	uint64_t least = 2 * s->job->batch;

	s->per_s = per_s;
	if (per_s > 0 && !isinf(per_s) && s->pace.per_s > 0)
		pace_rate(&s->pace, per_s, now_ns);
	else {
		s->missed += s->pace.missed;
		pace_init(&s->pace, isinf(per_s) ? 0 : per_s, 1, now_ns);
	}
	if (s->pace.backlog < least)
		s->pace.backlog = least; /* a batch is taken whole */
}

/* The rate of now, where its time has passed. */
static void follow(struct turns *s, int64_t now_ns)
{
	double t, until;

	if (!s->phase || now_ns < s->until_ns)
		return;
	t = (double)(now_ns - s->start_ns) / NS;
	set_rate(s, plan_rate(s->phase, t, s->job->rate), now_ns);
	until = plan_rate_until(s->phase, t);
	s->until_ns = isinf(until) ? INT64_MAX : s->start_ns + (int64_t)ceil(until * NS);
	if (s->until_ns <= now_ns)
		s->until_ns = now_ns + 1;
}

void turns_open(struct turns *s, int64_t now_ns)
{
	s->open = s->job->n_phase == 0;
	if (s->open)
		set_rate(s, s->job->rate > 0 ? s->job->rate : INFINITY, now_ns);
}

void turns_begin(struct turns *s, size_t k, uint64_t left, int64_t start_ns, int64_t now_ns)
{
	s->phase = &s->job->phase[k];
	s->k = k;
	s->open = true;
	s->left = left == UINT64_MAX && s->phase->ops ? s->phase->ops : left;
	s->draining = s->left == 0;
	s->start_ns = start_ns;
	s->until_ns = now_ns;
	s->missed += s->pace.missed;
	s->pace = (struct pace){ .unit = 1 };
	follow(s, now_ns);
}

void turns_drain(struct turns *s)
{
	s->draining = true;
}

uint64_t turns_due(struct turns *s, int64_t now_ns)
{
	uint64_t n;

	if (!s->open || s->draining)
		return 0;
	follow(s, now_ns);
	if (s->per_s <= 0)
		return 0;
	n = pace_due(&s->pace, now_ns);
	return n < s->left ? n : s->left;
}

void turns_take(struct turns *s, uint64_t n)
{
	pace_take(&s->pace, n);
	if (s->left == UINT64_MAX)
		return;
	s->left -= n < s->left ? n : s->left;
	s->draining |= s->left == 0;
}

bool turns_loaded(struct turns *s, int64_t now_ns)
{
	if (!s->open || s->draining)
		return false;
	follow(s, now_ns);
	return s->per_s > 0;
}

int64_t turns_next_ns(const struct turns *s)
{
	int64_t next;

	if (!s->open || s->draining)
		return INT64_MAX;
	next = s->per_s > 0 ? pace_next_ns(&s->pace) : INT64_MAX;
	return next < s->until_ns ? next : s->until_ns;
}

static double weight(const struct turns *s, size_t i)
{
	return s->phase && s->phase->weight ? s->phase->weight[i] : s->job->work[i].weight;
}

size_t turns_pick(struct turns *s)
{
	size_t n = s->job->n_work;
	double sum = 0, x;

	if (n == 1)
		return 0;
	for (size_t i = 0; i < n; i++)
		sum += weight(s, i);
	x = rng_unit(&s->rng) * sum;
	for (size_t i = 0; i < n; i++) {
		x -= weight(s, i);
		if (x < 0)
			return i;
	}
	while (n > 1 && weight(s, n - 1) <= 0)
		n--;
	return n - 1;
}

unsigned turns_connections(const struct turns *s)
{
	unsigned n = s->phase && s->phase->connections ? s->phase->connections : s->job->connections;

	return n < s->job->connections ? n : s->job->connections;
}

uint64_t turns_missed(const struct turns *s)
{
	return s->missed + s->pace.missed;
}
