/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is due on a Redis is drawn and goes to whoever has room: see redis_load.h. */
#ifdef HAVE_HIREDIS
#include <math.h>

#include "scenarios/load.h"
#include "scenarios/redis_load.h"

#define DEEP_RATE   500   /* operations/s per connection above which one round trip each no longer suffices */
#define HELD_MOST   1000  /* writes passed over in a row while writing is on hold; then there is nothing else */
#define STARTS_MOST 20000 /* without waiting for a descriptor */

/* The next operation, drawn but not started. */
static void draw(struct redis_load *l)
{
	struct redis_next *x = &l->next;

	if (x->drawn && x->phase == l->d->turns.k)
		return;
	x->drawn = true;
	x->phase = l->d->turns.k;
	x->work = drive_pick(l->d);
	if (l->script[x->work]) {
		x->op = REDIS_RUN;
		x->id = x->work;
		return;
	}
	x->op = redis_share(l->profile[x->work], rng_below(&l->rng, 100));
	if (redis_commands[x->op].most_keys == REDIS_NO_KEYS)
		x->id = x->op == REDIS_EVAL ? drive_unique(l->d) : rng_next(&l->rng) >> 32;
	else
		x->id = rng_below(&l->rng, redis_keys(&redis_commands[x->op], l->d->job->rows));
}

/* What is drawn wants a connection that was made for it. */
static bool reconnects(const struct redis_load *l)
{
	const struct redis_profile *p = l->profile[l->next.work];

	return p ? p->reconnects : l->d->job->work[l->next.work].reconnect;
}

/* Nothing may be written now, and of a script nobody knows what it does. */
static bool is_held(const struct redis_load *l)
{
	return l->d->holding && (l->next.op == REDIS_RUN || redis_commands[l->next.op].writes);
}

/* How many of what is drawn may be under way on a connection. */
static size_t depth_of(const struct redis_load *l)
{
	const struct redis_profile *p = l->profile[l->next.work];
	double per_s = l->d->turns.per_s;

	if (!p || p->reconnects)
		return 1;
	if (l->d->job->depth || p->depth)
		return l->d->job->depth ? l->d->job->depth : p->depth;
	return isinf(per_s) || per_s / (double)l->n_worker > DEEP_RATE ? REDIS_DEEP : 1;
}

static bool has_room(const struct redis_load *l, const struct redis_link *c, bool alone, size_t depth)
{
	if (c->renew || c->script.runs)
		return false;
	if (c->parked || (alone && reconnects(l)))
		return redis_link_idle(c) && (c->phase == REDIS_UP || c->parked) && l->n_connecting < REDIS_CONNECTING_MOST;
	if (alone)
		return redis_link_idle(c) && c->phase == REDIS_UP;
	return c->phase == REDIS_UP && c->n < depth;
}

/* The next in turn that has room for what is drawn, among those that take part, or NULL: an answer will wake us. */
static struct redis_link *next_free(struct redis_load *l)
{
	const struct redis_profile *p = l->profile[l->next.work];
	bool alone = !p || p->reconnects || p->together;
	size_t depth = depth_of(l), part = turns_connections(&l->d->turns), n = part < l->n_worker ? part : l->n_worker;

	for (size_t i = 0; i < n; i++) {
		struct redis_link *c = &l->link[l->turn < n ? l->turn : 0];

		l->turn = l->turn + 1 < n ? l->turn + 1 : 0;
		if (has_room(l, c, alone, depth))
			return c;
	}
	return NULL;
}

/* A connection for this operation alone, or one that was closed for such: what is to be done waits until it is made. */
static void connect_first(struct redis_load *l, struct redis_link *c, struct redis_slot s, int64_t now_ns)
{
	if (c->phase == REDIS_UP)
		redis_link_close(l, c);
	c->waiting = s;
	c->first = true;
	redis_link_start(l, c, now_ns);
}

/* Gives a connection what is drawn, and more of the same profile as it is due and there is room; returns how many. */
static uint64_t start(struct redis_load *l, struct redis_link *c, uint64_t due, int64_t now_ns)
{
	const struct redis_profile *p = l->profile[l->next.work];
	size_t depth = depth_of(l);
	uint64_t n = 0, most = p && p->together && due < depth ? depth : due;

	do {
		struct redis_slot s = { .op = (uint8_t)l->next.op, .id = l->next.id, .start_ns = now_ns };

		l->next.drawn = false;
		n++;
		if (reconnects(l) || c->parked) {
			connect_first(l, c, s, now_ns);
			return n;
		}
		if (s.op == REDIS_RUN) {
			redis_script_begin(l, c, s.id, now_ns, now_ns);
			return n;
		}
		redis_link_put(l, c, s);
		if (n < most && c->n < depth)
			draw(l);
	} while (l->next.drawn && l->profile[l->next.work] == p && !is_held(l));
	redis_link_flush(l, c, now_ns);
	return n;
}

/* Sends what is due; returns when more is. */
int64_t redis_work(struct redis_load *l, int64_t now_ns)
{
	uint64_t due = drive_due(l->d, now_ns), held = 0, started = 0;

	while (due > 0) {
		struct redis_link *c;
		uint64_t n = 1;

		draw(l);
		if (is_held(l)) {
			l->next.drawn = false; /* its time passes */
			if (++held > HELD_MOST)
				return now_ns + NS_PER_S;
		} else {
			c = next_free(l);
			if (!c)
				return INT64_MAX;
			if (++started > STARTS_MOST)
				return INT64_MIN; /* scripts that send nothing end at once: others shall be heard as well */
			n = start(l, c, due, now_ns);
		}
		drive_take(l->d, n);
		due -= n < due ? n : due;
	}
	return drive_next_ns(l->d);
}
#endif
