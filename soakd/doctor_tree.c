/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `soakd doctor`, a target's tree: read once as a run would read it, with what that costs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/units.h"
#include "samplers/cgroup.h"
#include "samplers/fd_kind.h"
#include "samplers/sampler.h"
#include "samplers/site.h"
#include "soakd/budget.h"
#include "soakd/doctor.h"
#include "soakd/pass.h"

struct tier_cost { /* of one pass over the tree */
	double total_s, worst_s;
	pid_t worst_pid;
	size_t processes;
};

struct reading {
	const struct run_options *o;
	struct findings *f;
	struct procfs *fs;
	struct sampler_set set;
	struct budget budget;
	double row[SAMPLER_METRICS_MAX];
	struct tier_cost tick, rollup, maps;
	size_t gone, guarded;
	double guarded_s; /* the longest walk that was not tried, as predicted */
	size_t denied[SAMPLER_MAX];
	struct sk_err denied_err[SAMPLER_MAX];
	double rss_kb;
};

static double cost_of(const struct reading *r, const struct sampler_cost *cost, enum sampler_tier tier)
{
	double s = 0;

	for (size_t i = 0; i < r->set.n; i++)
		if (r->set.s[i]->tier == tier && !isnan(cost->s[i]))
			s += cost->s[i];
	return s;
}

static void add_cost(struct tier_cost *c, double s, pid_t pid)
{
	c->processes++;
	c->total_s += s;
	if (s > c->worst_s) {
		c->worst_s = s;
		c->worst_pid = pid;
	}
}

/* One tier of one process. False: it has exited. What was refused cost nothing, and is not counted as read. */
static bool read_tier(struct reading *r, pid_t pid, enum sampler_tier tier, struct tier_cost *into)
{
	struct sampler_cost cost;
	struct sampler_fault fault = { 0 };
	bool refused = false;

	if (sampler_set_read(&r->set, r->fs, pid, tier, r->row, &cost, &fault) == SK_EGONE)
		return false;
	for (size_t i = 0; i < r->set.n; i++) {
		if (fault.code[i] == SK_OK || fault.code[i] == SK_EGONE)
			continue;
		if (r->denied[i]++ == 0)
			r->denied_err[i] = fault.err[i];
		refused |= tier != TIER_TICK;
	}
	if (!refused)
		add_cost(into, cost_of(r, &cost, tier), pid);
	return true;
}

static void read_process(struct reading *r, pid_t pid)
{
	int rss = sampler_set_find(&r->set, "rss_kb");
	double rss_kb;

	if (!read_tier(r, pid, TIER_TICK, &r->tick)) {
		r->gone++;
		return;
	}
	rss_kb = rss >= 0 ? r->row[rss] : NAN;
	if (!isnan(rss_kb))
		r->rss_kb += rss_kb;
	if (budget_guards(&r->budget, rss_kb)) {
		r->guarded++;
		r->guarded_s = fmax(r->guarded_s, budget_predict(&r->budget, rss_kb));
		return;
	}
	if (read_tier(r, pid, TIER_BUDGET, &r->rollup))
		read_tier(r, pid, TIER_EPOCH, &r->maps);
}

/* How often the budget pays for a pass of that cost. */
static void every(char *buf, size_t n, const struct reading *r, double pass_s)
{
	double earned = r->o->overhead_pct / 100 * r->o->interval_s;

	if (earned <= 0)
		snprintf(buf, n, "only at epochs");
	else if (pass_s <= earned)
		snprintf(buf, n, "in every row");
	else
		snprintf(buf, n, "in about every %.0fth row", ceil(pass_s / earned));
}

static void tell_walk(struct reading *r, const char *what, const struct tier_cost *c, double before_s)
{
	char often[48];

	if (c->processes == 0)
		return;
	every(often, sizeof(often), r, before_s + c->total_s);
	found_ok(r->f, "%s of %zu process%s: %.2f ms, the longest %.2f ms (pid %d), for which the memory lock is held: read %s",
		 what, c->processes, c->processes == 1 ? "" : "es", 1e3 * c->total_s, 1e3 * c->worst_s, (int)c->worst_pid, often);
}

static void tell_cost(struct reading *r)
{
	char interval[32];

	fmt_duration(interval, sizeof(interval), r->o->interval_s);
	found_ok(r->f, "a sample's cheap part (%zu process%s): %.2f ms, %.4f %% of an interval of %s", r->tick.processes,
		 r->tick.processes == 1 ? "" : "es", 1e3 * r->tick.total_s, 100 * r->tick.total_s / r->o->interval_s, interval);
	found_ok(r->f, "%g %% of an interval of %s allow %.1f ms of page-table walks", r->o->overhead_pct, interval,
		 10 * r->o->overhead_pct * r->o->interval_s);
	tell_walk(r, "smaps_rollup (PSS, USS)", &r->rollup, 0);
	tell_walk(r, "smaps (heap, mapping classes)", &r->maps, r->rollup.total_s);
	if (r->guarded == 0)
		return;
	found(r->f, FINDING_WARN, "their PSS, USS and heap stay empty; private memory (anon_kb), which decides, does not",
	      "--allow-stall, if the target may wait that long",
	      "%zu process%s so big that one page-table walk would hold the memory lock for about %.0f ms (over %.0f ms)",
	      r->guarded, r->guarded == 1 ? " is" : "es are", 1e3 * r->guarded_s, 1e3 * BUDGET_STALL_S);
}

/* Without private memory nothing can be decided; all else a run can do without. */
static void tell_denied(struct reading *r)
{
	int anon = sampler_set_find(&r->set, "anon_kb");

	for (size_t i = 0; i < r->set.n; i++) {
		bool needed = anon >= 0 && r->set.from[anon] == (int)i, denied = r->denied_err[i].code == SK_EPERM;

		if (r->denied[i] == 0)
			continue;
		found(r->f, needed ? FINDING_FAIL : FINDING_WARN, "these columns stay empty",
		      denied ? "run as root or as the target's user, or see CAP_SYS_PTRACE above" : NULL,
		      "%s cannot be read of %zu of %zu processes (%s)", r->set.s[i]->name, r->denied[i], r->tick.processes,
		      r->denied_err[i].msg);
	}
}

static void tell_limit(struct reading *r, pid_t pid)
{
	char limit[32], rss[32];
	double kb = cgroup_limit_kb(r->fs, pid);

	fmt_kb(rss, sizeof(rss), r->rss_kb);
	if (isnan(kb))
		found_ok(r->f, "resident memory %s in all; no limit of its control group: the forecast uses physical memory",
			 rss);
	else
		found_ok(r->f, "resident memory %s in all; its control group's limit is %s", rss,
			 fmt_kb(limit, sizeof(limit), kb));
}

static void tell_group(struct reading *r, pid_t pid)
{
	struct cgroup_place place;
	struct sk_err err = { 0 };
	enum sk_code rc = cgroup_find(r->fs, pid, &place, &err);

	if (rc == SK_OK && place.version)
		found_ok(r->f, "its memory is counted by control group %s (version %d)%s", place.memory, place.version,
			 place.unified[0] ? "" : "; without version 2's tree it has no pressure of its own");
	else if (rc != SK_EGONE)
		found(r->f, FINDING_WARN, "the columns of its control group stay empty", NULL, "%s",
		      rc == SK_OK ? "no control group counts its memory" : err.msg);
}

/* Input, output and descriptors of others are a debugger's to read. */
static void tell_debuggers(struct reading *r, const struct target *t)
{
	size_t io = 0, fd = 0, n = 0;

	for (size_t i = 0; i < t->n; i++) {
		double kinds[FD_KINDS] = { 0 };
		enum sk_code rc = procfs_read(r->fs, t->proc[i].pid, "io", NULL);

		if (rc == SK_EGONE)
			continue;
		n++;
		io += rc == SK_OK;
		fd += fd_kinds_count(r->fs, t->proc[i].pid, kinds, NULL) == SK_OK;
	}
	if (io == n && fd == n)
		found_ok(r->f,
			 "what it reads and writes (--samplers default,io), and of what kinds its descriptors are, can be told");
	else
		found(r->f, FINDING_WARN, "no input and output (io_read_kb), no kinds of descriptors (fds_socket ...)",
		      "run as root or as the target's user, or see CAP_SYS_PTRACE above",
		      "/proc/PID/io can be read of %zu, and the links in /proc/PID/fd of %zu of %zu processes", io, fd, n);
}

/* What surrounds it, read once as a run would: what that costs, and what stays empty. */
static void tell_site(struct reading *r, const struct target *t)
{
	pid_t root = t->proc[0].pid;
	struct site_env env = { .fs = r->fs, .pid = &root, .n_pid = 1, .interval_s = r->o->interval_s };
	double row[SITE_METRICS_MAX];
	struct site_fault fault;
	struct site_set set;
	int64_t began;

	if (site_set_init(&set, r->o->samplers, false, NULL) == SK_OK && site_set_open(&set, &env, NULL) == SK_OK && set.n > 0) {
		site_set_read(&set, &env, row, NULL); /* the first one opens the files */
		began = clock_boot_ns(&clock_real);
		site_set_read(&set, &env, row, &fault);
		found_ok(r->f, "what surrounds it (%s to %s): %.3f ms a sample", set.s[0]->name, set.s[set.n - 1]->name,
			 (double)(clock_boot_ns(&clock_real) - began) / 1e6);
		for (size_t i = 0; i < set.n; i++)
			if (fault.code[i] != SK_OK && strcmp(set.s[i]->name, "cgroup") != 0)
				found(r->f, FINDING_WARN, "its columns stay empty", NULL, "%s: %s", set.s[i]->name,
				      fault.err[i].msg);
	}
	site_set_release(&set);
}

/* Roles with how many processes each has: "postmaster, checkpointer, 4 backend". */
static void tell_roles(struct findings *f, const struct target *t)
{
	struct text all = TEXT_INIT;
	size_t shown = 0;

	for (size_t i = 0; i < t->n && shown < 24; i++) {
		size_t same = 0;
		bool before = false;

		for (size_t j = 0; j < t->n; j++) {
			same += strcmp(t->proc[i].role, t->proc[j].role) == 0;
			before |= j < i && strcmp(t->proc[i].role, t->proc[j].role) == 0;
		}
		if (before)
			continue;
		text_add(&all, shown++ ? ", " : "");
		if (same > 1)
			text_addf(&all, "%zu ", same);
		text_add(&all, t->proc[i].role);
	}
	found_ok(f, "found %s: pid %d, %zu process%s (%s)", t->spec.text, (int)t->proc[0].pid, t->n, t->n == 1 ? "" : "es",
		 text_str(&all));
	text_release(&all);
}

void doctor_tree(struct findings *f, struct procfs *fs, const struct target *t, const struct run_options *o)
{
	struct reading r = { .o = o, .f = f, .fs = fs };
	struct sk_err err = { 0 };

	if (sampler_set_init(&r.set, o->samplers, &err) != SK_OK) {
		found(f, FINDING_FAIL, NULL, "soakd list samplers", "%s", err.msg);
		return;
	}
	budget_init(&r.budget, o->overhead_pct / 100, pass_saves_s(o->interval_s, o->length_s), o->allow_stall);
	tell_roles(f, t);
	for (size_t i = 0; i < t->n; i++)
		if (!t->proc[i].zombie)
			read_process(&r, t->proc[i].pid);
	if (r.tick.processes == 0) {
		found(f, FINDING_FAIL, "there is nothing to measure", "start it, then try again",
		      "every process of the target has exited");
		return;
	}
	tell_denied(&r);
	tell_limit(&r, t->proc[0].pid);
	tell_group(&r, t->proc[0].pid);
	tell_site(&r, t);
	tell_debuggers(&r, t);
	tell_cost(&r);
}
