/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/around.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/units.h"
#include "samplers/numa.h"
#include "soakd/pass_maps.h"
#include "soakd/session.h"

/* A pressure is told when it first exceeds `above`, and again when it is over, `below`. Per cent of the last ten seconds. */
static const struct threshold {
	const char *column, *whose;
	double above, below;
} thresholds[] = {
	{ "psi_memory_avg10_pct", "the machine", 10, 1 },
	{ "cgroup_psi_memory_avg10_pct", "the target's control group", 10, 1 },
};
#define THRESHOLDS (sizeof(thresholds) / sizeof(*thresholds))

struct around {
	struct site_set set;
	struct site_env env;
	struct site_fault fault;
	double row[SITE_METRICS_MAX];
	pid_t *pid;
	size_t pid_cap;
	size_t nodes;
	double oom_kills;         /* as last told; NaN: no reading */
	bool pressed[THRESHOLDS]; /* told, and not over yet */
	enum { TOLD_NOTHING, TOLD_FAILURE, TOLD_RECOVERY } told[SITE_MAX];
	bool numa_said;
};

struct around *around_new(const struct session *s, struct sk_err *err)
{
	const struct run_options *o = s->opt;
	struct around *a = sk_calloc(1, sizeof(*a));
	enum sk_code rc;

	if (!a) {
		sk_fail(err, SK_ENOMEM, 0, "no memory for the samplers");
		return NULL;
	}
	a->env = (struct site_env){ .fs = s->fs, .disk = o->disk.v, .n_disk = o->disk.n, .interval_s = o->interval_s };
	a->oom_kills = NAN;
	a->nodes = numa_nodes(s->fs);
	rc = site_set_init(&a->set, o->samplers, o->disk.n > 0, err);
	if (rc == SK_OK)
		rc = site_set_open(&a->set, &a->env, err);
	if (rc == SK_OK)
		return a;
	around_free(a);
	return NULL;
}

void around_free(struct around *a)
{
	if (!a)
		return;
	site_set_release(&a->set);
	free(a->pid);
	free(a);
}

const struct site_set *around_set(const struct around *a)
{
	return &a->set;
}

void around_resume(struct session *s)
{
	struct around *a = s->around;
	double counters[SITE_METRICS_MAX];

	for (size_t i = 0; i < a->set.n_metric; i++)
		counters[i] = NAN;
	for (size_t i = 0; i < s->plan.n; i++)
		if (s->plan.site[i] >= 0)
			counters[s->plan.site[i]] = s->values[i];
	site_set_resume(&a->set, counters);
}

/* Where the column is in the row; NaN where it was not chosen. */
static double value_of(const struct around *a, const char *column)
{
	for (size_t i = 0; i < a->set.n_metric; i++)
		if (strcmp(a->set.metric[i]->name, column) == 0)
			return a->row[i];
	return NAN;
}

static void tell_pressure(struct session *s, struct around *a)
{
	for (size_t i = 0; i < THRESHOLDS; i++) {
		const struct threshold *t = &thresholds[i];
		double pct = value_of(a, t->column);

		if (!a->pressed[i] && pct > t->above) {
			a->pressed[i] = true;
			session_eventf(s, "pressure",
				       "%s is short of memory: some process waited for it %.0f %% of the last ten seconds",
				       t->whose, pct);
		} else if (a->pressed[i] && pct < t->below) {
			a->pressed[i] = false;
			session_eventf(s, "pressure", "%s is no longer short of memory", t->whose);
		}
	}
}

static void tell_oom(struct session *s, struct around *a)
{
	double kills = value_of(a, "cgroup_oom_kills"), more = kills - a->oom_kills;

	if (more > 0)
		session_eventf(s, "oom", "the kernel killed %.0f process%s of the target's control group for want of memory",
			       more, more > 1 ? "es" : "");
	if (!isnan(kills))
		a->oom_kills = kills;
}

/*
 * First failure and first recovery are told, not every row. One that is not read in each row has recovered when its first metric has a
 * value again: that it was passed over is no failure and no recovery.
 */
static void tell_faults(struct session *s, struct around *a)
{
	for (size_t i = 0; i < a->set.n; i++) {
		const char *name = a->set.s[i]->name;

		if (a->fault.code[i] != SK_OK && a->told[i] == TOLD_NOTHING) {
			a->told[i] = TOLD_FAILURE;
			session_eventf(s, "unreadable", "%s: %s", name, a->fault.err[i].msg);
		} else if (a->fault.code[i] == SK_OK && a->told[i] == TOLD_FAILURE && !isnan(a->row[a->set.first[i]])) {
			a->told[i] = TOLD_RECOVERY;
			session_eventf(s, "recovered", "%s can be read", name);
		}
	}
}

static void say(void *ctx, const char *source, const char *item, double value, const char *unit)
{
	struct session *s = ctx;
	char number[40];

	session_internal(s, s->target->proc[0].pid, source, unit, fmt_real(number, sizeof(number), value), item);
}

static void say_node(struct session *s, size_t node, const char *what, double kb)
{
	char item[40];

	if (kb <= 0)
		return;
	snprintf(item, sizeof(item), "node%zu %s", node, what);
	say(s, "numa", item, kb, "KiB");
}

/*
 * Memory by node over the tree: numa_maps walks page tables under the target's memory lock as smaps_rollup does, so it is charged
 * to the same budget and the same guard keeps it from the big ones. Of a tree that was not read whole nothing is said.
 */
static void say_nodes(struct session *s, struct around *a)
{
	struct numa_sum sum = { { 0 }, { 0 } };
	struct sk_err err = { 0 };

	for (size_t i = 0; i < s->target->n; i++) {
		double rss = session_value(s, i, s->plan.rss);
		int64_t began = clock_boot_ns(&clock_real);
		enum sk_code rc = SK_OK;

		if (!s->target->proc[i].past.in)
			continue;
		if (budget_guards(&s->budget, rss) || maps_guarded(&s->pass, &s->budget, &s->item[i]))
			return;
		rc = numa_read(s->fs, s->target->proc[i].pid, &sum, &err);
		budget_pay(&s->budget, (double)(clock_boot_ns(&clock_real) - began) / 1e9, s->fs->longest_s);
		if (rc == SK_OK || rc == SK_EGONE)
			continue;
		if (!a->numa_said)
			session_eventf(s, "unreadable", "numa: %s", err.msg);
		a->numa_said = true;
		return;
	}
	for (size_t i = 0; i < NUMA_NODES; i++) {
		say_node(s, i, "anon", sum.anon_kb[i]);
		say_node(s, i, "file", sum.file_kb[i]);
	}
}

const double *around_row(struct session *s, double elapsed_s, bool epoch)
{
	struct around *a = s->around;
	bool room = sk_grow((void **)&a->pid, &a->pid_cap, s->target->n, sizeof(*a->pid)) == 0;

	a->env.n_pid = 0;
	for (size_t i = 0; room && i < s->target->n; i++)
		if (s->target->proc[i].past.in) /* who is left out is in no figure */
			a->pid[a->env.n_pid++] = s->target->proc[i].pid;
	a->env.pid = a->pid;
	a->env.elapsed_s = elapsed_s;
	a->env.epoch = epoch;
	site_set_read(&a->set, &a->env, a->row, &a->fault);
	tell_faults(s, a);
	tell_pressure(s, a);
	tell_oom(s, a);
	if (epoch) {
		site_set_detail(&a->set, say, s);
		if (a->nodes > 1 && s->pass.wish != PASS_CHANGE)
			say_nodes(s, a);
	}
	return a->row;
}
