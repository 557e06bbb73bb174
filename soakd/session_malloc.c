/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --malloc-stats in a row: the sums, at epochs a line per figure and process, and who has none. */
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "soakd/malloc_page.h"
#include "soakd/session.h"

#define SETTLE_S 5 /* a process that young may still be on its way to its first figures */

static uint64_t monotonic_ns(void)
{
	struct timespec t = { 0, 0 };

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void figure(struct session *s, pid_t pid, uint64_t bytes, const char *item)
{
	char value[24];

	snprintf(value, sizeof(value), "%" PRIu64, bytes);
	if (bytes != MALLOC_UNKNOWN)
		session_internal(s, pid, "malloc", "bytes", value, item);
}

static void figures(struct session *s, const struct proc *p, uint64_t now_ns)
{
	const struct malloc_slot *slot = malloc_watch_slot(s->malloc, p);
	struct malloc_figures f;

	if (!slot || !malloc_watch_read(slot, now_ns, &f))
		return;
	figure(s, p->pid, f.in_use, "in use");
	figure(s, p->pid, f.mapped, "mapped");
	figure(s, p->pid, f.unused, "arenas free");
	figure(s, p->pid, f.retained, "retained");
}

/* Each reason is said once in a run, with the first process that has it. */
static void tell_silent(struct session *s, uint64_t now_ns)
{
	struct malloc_figures f;

	for (size_t i = 0; i < s->target->n; i++) {
		const struct proc *p = &s->target->proc[i];
		const struct malloc_slot *slot = malloc_watch_slot(s->malloc, p);
		uint32_t code = slot ? atomic_load(&slot->code) : MALLOC_CODES;
		unsigned bit = 1u << (code < MALLOC_CODES ? code : MALLOC_CODES);

		if (p->zombie || s->facts.elapsed_s < p->first_s + SETTLE_S || (s->malloc_said & bit) ||
		    (slot && malloc_watch_read(slot, now_ns, &f)))
			continue;
		s->malloc_said |= bit;
		session_eventf(s, "unreadable", "allocator statistics of %s (pid %d): %s", p->role, (int)p->pid,
			       malloc_watch_why(s->malloc, s->target->fs, p));
	}
}

void session_malloc(struct session *s, bool epoch)
{
	struct malloc_sum sum;
	uint64_t now_ns;

	if (!s->malloc)
		return;
	now_ns = monotonic_ns();
	malloc_watch_sum(s->malloc, s->target, now_ns, &sum);
	s->facts.malloc_used_kb = sum.used_kb;
	s->facts.malloc_mapped_kb = sum.mapped_kb;
	s->facts.malloc_sampled = sum.sampled;
	if (sum.sampled < (double)s->target->n)
		tell_silent(s, now_ns);
	if (!s->malloc_first && !epoch && sum.sampled > 0)
		s->epoch_due = true; /* the first row was too early for them: growth needs a beginning */
	s->malloc_first |= sum.sampled > 0;
	for (size_t i = 0; epoch && i < s->target->n; i++)
		figures(s, &s->target->proc[i], now_ns);
}
