/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The dear part of a row: page tables are walked as far as the budget goes, and what was left out is said. */
#include "soakd/session_exact.h"

#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "samplers/memoryless.h"
#include "soakd/pass_maps.h"

static void fill_items(struct session *s)
{
	for (size_t i = 0; i < s->target->n; i++) {
		struct proc *p = &s->target->proc[i];

		s->item[i] = (struct pass_item){ .past = &p->past,
						 .role = p->past.role > 0 ? p->past.role - 1 : 0,
						 .now = { [CHEAP_RSS] = session_value(s, i, s->plan.rss),
							  [CHEAP_ANON] = session_value(s, i, s->plan.anon),
							  [CHEAP_FILE] = session_value(s, i, s->plan.file),
							  [CHEAP_SHMEM] = session_value(s, i, s->plan.rss_shmem),
							  [CHEAP_THREADS] = (double)p->threads },
						 .able = p->past.in && !s->left[i] };
	}
}

bool session_may_walk(const struct session *s, size_t i)
{
	return s->item[i].able && !s->item[i].guarded;
}

/* The reads are paid; returns what they took, which the next one is predicted from. */
static double charge(struct session *s, const struct sampler_cost *cost, double rss_kb)
{
	double took_s = 0;

	for (size_t i = 0; i < s->set.n; i++) {
		if (s->set.s[i]->tier != TIER_BUDGET || isnan(cost->s[i]))
			continue;
		budget_spend(&s->budget, rss_kb, cost->s[i]);
		took_s += cost->s[i];
	}
	return took_s;
}

/*
 * An exiting process gives its address space back before it is gone: smaps_rollup is then empty or all 0, though the cheap tier of the
 * same row still saw what it had. The 0 of a thread of the kernel is true, and so is that of one whose pages are all in swap.
 */
static bool given_back(struct session *s, size_t i)
{
	const struct proc *p = &s->target->proc[i];

	enum sk_code rc = p->kernel ? SK_EIO : memoryless_check(s->fs, p->pid, "smaps_rollup", NULL);

	return rc == SK_OK || rc == SK_EGONE;
}

static void read_one(struct session *s, size_t i, double elapsed_s)
{
	struct pass_item *it = &s->item[i];
	double *row = s->proc_rows + i * s->set.n_metric, dear[SAMPLER_METRICS_MAX];
	struct sampler_fault fault;
	struct sampler_cost cost;
	bool gone = sampler_set_read(&s->set, s->fs, s->target->proc[i].pid, TIER_BUDGET, dear, &cost, &fault) == SK_EGONE;
	double took_s = charge(s, &cost, maps_are_many(it) ? (double)NAN : it->now[CHEAP_RSS]);

	if (gone || session_any_gone(s, &fault) || (s->plan.pss >= 0 && dear[s->plan.pss] == 0 && given_back(s, i)))
		s->left[i] |= TOTALS_GONE;
	session_tell_faults(s, &s->target->proc[i], &fault);
	for (size_t k = 0; k < s->set.n_metric; k++)
		if (s->set.s[s->set.from[k]]->tier == TIER_BUDGET)
			row[k] = dear[k];
	if (s->plan.pss >= 0 && isnan(dear[s->plan.pss]))
		pass_failed(&s->pass, it);
	else
		pass_done(&s->pass, &s->budget, it, elapsed_s, took_s);
}

static void tell_guard(struct session *s)
{
	struct not_read now = { 0 };
	char size[32];

	for (size_t i = 0; i < s->target->n && s->pass.guarded > 0; i++) {
		const struct proc *p = &s->target->proc[i];

		if (!s->item[i].guarded)
			continue;
		not_read_add(&now, p, s->item[i].now[CHEAP_RSS], s->item[i].predicted_s);
		if (s->guard_told)
			continue;
		s->guard_told = true;
		session_eventf(s, "guard",
			       "page tables of %s (pid %d, %s resident) are not read: one read would take about %.0f ms; "
			       "--allow-stall lifts this",
			       p->role, (int)p->pid, fmt_kb(size, sizeof(size), s->item[i].now[CHEAP_RSS]),
			       s->item[i].predicted_s * 1000);
	}
	not_read_take(&s->unread, &now);
}

static void tell_partial(struct session *s)
{
	char some[120];

	if (s->partial_told)
		return;
	s->partial_told = true;
	pass_pace_words(some, sizeof(some), &s->pass, &s->budget);
	session_eventf(s, "partial", "PSS is %s (budget %g %%)", some, s->budget.share * 100);
}

bool session_exact(struct session *s, enum pass_wish wish, double elapsed_s)
{
	size_t n = s->target->n;

	fill_items(s);
	if (!(s->set.tiers & (TIER_BUDGET | TIER_EPOCH)))
		return false;
	enum pass_kind kind = pass_begin(&s->pass, &s->budget, s->item, n, s->census.n, elapsed_s, wish);
	bool maps = wish != PASS_ROW || (kind == PASS_ALL && s->budget.credit_s >= PASS_MAPS * s->pass.all_s);

	if (s->set.tiers & TIER_BUDGET)
		for (size_t i; (i = pass_next(&s->pass, &s->budget, s->item, n)) < n;)
			read_one(s, i, elapsed_s);
	tell_guard(s);
	s->exact.epochs += s->pass.wish == PASS_EPOCH;
	if (kind == PASS_SOME && wish == PASS_ROW)
		tell_partial(s);
	return maps;
}
