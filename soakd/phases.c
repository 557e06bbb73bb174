/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One phase after the other: see phases.h. */
#include "soakd/phases.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

/* In the order in which a phase goes through them. IN_...: an order was given, its answer is waited for. */
enum place {
	BEFORE_HOOK,
	IN_BEFORE_HOOK,
	BEFORE_ROW,
	IN_BEFORE_ROW,
	OPENING,
	UNDER_WAY,
	DRAINING,
	STUCK, /* told, and then as if it had drained */
	SETTLING,
	AFTER_ROW,
	IN_AFTER_ROW,
	CLOSING,
	AFTER_HOOK,
	IN_AFTER_HOOK,
	LAST,
	OVER,
};

enum sk_code phases_init(struct phases *p, const struct phase_list *list, size_t k, unsigned round, struct sk_err *err)
{
	size_t most = 1;

	*p = (struct phases){ .list = list, .k = k, .round = round, .at = BEFORE_HOOK };
	for (size_t i = 0; i < list->n; i++)
		most = list->phase[i].n_inject > most ? list->phase[i].n_inject : most;
	p->due_s = sk_calloc(most, sizeof(*p->due_s));
	return p->due_s ? SK_OK : sk_fail(err, SK_ENOMEM, 0, "no memory for the phases");
}

void phases_release(struct phases *p)
{
	free(p->due_s);
	p->due_s = NULL;
}

static const struct phase *current(const struct phases *p)
{
	return &p->list->phase[p->k];
}

static struct phases_order order(const struct phases *p, enum phases_do what)
{
	return (struct phases_order){ .what = what, .phase = current(p) };
}

static struct phases_order wait(void)
{
	return (struct phases_order){ .what = PHASES_WAIT };
}

/* A hook changes things: what was measured before it is no measure any more. */
static struct phases_order hook(struct phases *p, char **argv, enum place in)
{
	struct phases_order o = order(p, PHASES_HOOK);

	o.argv = argv;
	p->at = (int)in;
	p->fresh = false;
	return o;
}

static struct phases_order row(struct phases *p, enum place in)
{
	p->at = (int)in;
	return order(p, PHASES_ROW);
}

static struct phases_order open_it(struct phases *p, double now_s)
{
	const struct phase *ph = current(p);

	p->at = UNDER_WAY;
	p->began_s = p->since_s = now_s;
	p->fresh = false;
	for (size_t i = 0; i < ph->n_inject; i++)
		p->due_s[i] = now_s + ph->inject[i].at_s;
	return order(p, PHASES_OPEN);
}

/* What is late is done once and not made up for. */
static void plan_again(struct phases *p, size_t i, double now_s)
{
	double every = current(p)->inject[i].every_s;

	if (every > 0)
		p->due_s[i] += every * (floor((now_s - p->due_s[i]) / every) + 1);
	else
		p->due_s[i] = INFINITY;
}

static double ends_s(const struct phases *p)
{
	const struct plan_phase *plan = &current(p)->plan;

	if (isnan(plan->length_s))
		return plan->ops ? p->began_s + PHASES_OPERATIONS_S : INFINITY;
	return p->began_s + plan->length_s;
}

/* The earliest that is due; n_inject: none. An end that has come goes before what would be injected after it. */
static size_t due_inject(const struct phases *p, double now_s)
{
	size_t best = current(p)->n_inject;
	double first = fmin(now_s, nextafter(ends_s(p), 0));

	for (size_t i = 0; i < current(p)->n_inject; i++)
		if (p->due_s[i] <= first) {
			first = p->due_s[i];
			best = i;
		}
	return best;
}

static struct phases_order under_way(struct phases *p, double now_s)
{
	size_t i = due_inject(p, now_s);
	struct phases_order o = order(p, PHASES_INJECT);

	if (i < current(p)->n_inject) {
		o.inject = &current(p)->inject[i];
		plan_again(p, i, now_s);
		return o;
	}
	if (now_s < ends_s(p))
		return wait();
	p->at = DRAINING;
	p->since_s = now_s;
	return order(p, PHASES_DRAIN);
}

static void advance(struct phases *p)
{
	p->at = BEFORE_HOOK;
	if (p->k + 1 < p->list->n) {
		p->k++;
	} else if (p->list->repeat) {
		p->k = 0;
		p->round++;
	} else {
		p->at = LAST;
	}
}

/* Nothing more is started: what is under way ends, or is left, and then nothing is done for a while. */
static bool wind_down(struct phases *p, double now_s, struct phases_order *o)
{
	double over = p->since_s + (p->at == DRAINING ? PHASES_DRAIN_S : current(p)->settle_s);

	if (p->at == STUCK) {
		p->since_s = now_s;
		p->at = SETTLING;
		return false;
	}
	if (now_s < over)
		return true;
	if (p->at == SETTLING) {
		p->at = AFTER_ROW;
		return false;
	}
	p->at = STUCK;
	*o = order(p, PHASES_STUCK);
	return true;
}

/* One step. true: *o is an order or a wait; false: only the place has changed. */
static bool step(struct phases *p, double now_s, struct phases_order *o)
{
	*o = wait();
	switch ((enum place)p->at) {
	case BEFORE_HOOK:
		p->at = BEFORE_ROW;
		if (current(p)->before)
			*o = hook(p, current(p)->before, IN_BEFORE_HOOK);
		return o->what != PHASES_WAIT;
	case BEFORE_ROW:
		p->at = OPENING;
		if (!p->fresh)
			*o = row(p, IN_BEFORE_ROW);
		return o->what != PHASES_WAIT;
	case OPENING:
		*o = open_it(p, now_s);
		return true;
	case UNDER_WAY:
		*o = under_way(p, now_s);
		return true;
	case DRAINING:
	case STUCK:
	case SETTLING:
		return wind_down(p, now_s, o);
	case AFTER_ROW:
		*o = row(p, IN_AFTER_ROW);
		return true;
	case CLOSING:
		p->at = AFTER_HOOK;
		*o = order(p, PHASES_CLOSE);
		return true;
	case AFTER_HOOK:
		if (current(p)->after)
			*o = hook(p, current(p)->after, IN_AFTER_HOOK);
		else
			advance(p);
		return o->what != PHASES_WAIT;
	case LAST:
		p->at = OVER;
		o->what = PHASES_OVER;
		return true;
	case IN_BEFORE_HOOK:
	case IN_BEFORE_ROW:
	case IN_AFTER_ROW:
	case IN_AFTER_HOOK:
	case OVER:
		break;
	}
	return true;
}

struct phases_order phases_next(struct phases *p, double now_s)
{
	struct phases_order o;

	while (!step(p, now_s, &o))
		;
	return o;
}

double phases_due_s(const struct phases *p)
{
	double due;

	switch ((enum place)p->at) {
	case UNDER_WAY:
		due = ends_s(p);
		for (size_t i = 0; i < current(p)->n_inject; i++)
			due = fmin(due, p->due_s[i]);
		return due;
	case DRAINING:
		return p->since_s + PHASES_DRAIN_S;
	case SETTLING:
		return p->since_s + current(p)->settle_s;
	case IN_BEFORE_HOOK:
	case IN_BEFORE_ROW:
	case IN_AFTER_ROW:
	case IN_AFTER_HOOK:
	case OVER:
		return INFINITY;
	default:
		return -INFINITY; /* an order waits to be asked for */
	}
}

void phases_row_taken(struct phases *p)
{
	p->fresh = true;
	if (p->at == IN_BEFORE_ROW)
		p->at = OPENING;
	else if (p->at == IN_AFTER_ROW)
		p->at = CLOSING;
}

void phases_hook_ended(struct phases *p)
{
	if (p->at == IN_BEFORE_HOOK)
		p->at = BEFORE_ROW;
	else if (p->at == IN_AFTER_HOOK)
		advance(p);
}

void phases_drained(struct phases *p, size_t k, double now_s)
{
	if (k != p->k || (p->at != UNDER_WAY && p->at != DRAINING))
		return;
	p->at = SETTLING;
	p->since_s = now_s;
}

bool phases_open(const struct phases *p)
{
	return p->at >= UNDER_WAY && p->at <= CLOSING;
}

bool phases_loading(const struct phases *p)
{
	return p->at == UNDER_WAY;
}

bool phases_draining(const struct phases *p)
{
	return p->at == DRAINING;
}

const char *phases_label(const struct phases *p, char *buf, size_t n)
{
	if (p->list->repeat)
		snprintf(buf, n, "%s (round %u)", current(p)->plan.name, p->round);
	else
		snprintf(buf, n, "%s", current(p)->plan.name);
	return buf;
}
