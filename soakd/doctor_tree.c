/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `soakd doctor`, a target's tree: read once as a run would read it, with what that costs. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/units.h"
#include "samplers/cgroup.h"
#include "samplers/fd_kind.h"
#include "samplers/sampler.h"
#include "samplers/site.h"
#include "samplers/smaps.h"
#include "soakd/budget.h"
#include "soakd/doctor.h"
#include "soakd/pass_maps.h"

struct reading {
	const struct run_options *o;
	struct findings *f;
	struct procfs *fs;
	struct sampler_set set;
	struct budget budget;
	double row[SAMPLER_METRICS_MAX];
	struct tree_cost cost;
	size_t denied[SAMPLER_MAX];
	struct sk_err denied_err[SAMPLER_MAX]; /* the first process's */
	bool shut;                             /* one that was denied is not dumpable */
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

/* Its files belong to root, and it does not: it changed its user (nginx, memcached -u), and not even that user may read it. */
static bool is_shut(struct procfs *fs, pid_t pid)
{
	char name[24];
	const char *uid;
	struct stat st;

	snprintf(name, sizeof(name), "%d/status", (int)pid);
	if (fstatat(fs->dirfd, name, &st, 0) != 0 || procfs_read(fs, pid, "status", NULL) != SK_OK)
		return false;
	uid = strstr(fs->buf, "\nUid:\t");
	return uid && st.st_uid == 0 && uid[6] != '0';
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
		r->shut |= is_shut(r->fs, pid);
		refused |= tier != TIER_TICK;
	}
	if (!refused)
		add_cost(into, cost_of(r, &cost, tier), pid);
	return true;
}

/* Whether a run would leave full smaps of it out, as it does: by the number of mappings, where the rollup took long. */
static bool crowded(struct reading *r, pid_t pid, double rss_kb, double rollup_s)
{
	struct proc_past past = { .row = r->set.tiers & TIER_BUDGET ? 1 : 0, .took_s = rollup_s };
	struct pass_item it = { .past = &past, .now = { [CHEAP_RSS] = rss_kb }, .predicted_s = rollup_s };
	struct pass p = { .row = 1 };
	uint64_t n;

	if (!maps_want_count(&p, &r->budget, &it) || smaps_count(r->fs, pid, maps_too_many(&r->budget), &n, NULL) != SK_OK)
		return false;
	maps_counted(&p, &r->budget, &it, n);
	return maps_guarded(&p, &r->budget, &it);
}

static void read_process(struct reading *r, pid_t pid)
{
	int rss = sampler_set_find(&r->set, "rss_kb");
	double rss_kb, before_s = r->cost.rollup.total_s;

	if (!read_tier(r, pid, TIER_TICK, &r->cost.tick))
		return;
	rss_kb = rss >= 0 ? r->row[rss] : NAN;
	if (!isnan(rss_kb))
		r->rss_kb += rss_kb;
	if (budget_guards(&r->budget, rss_kb)) {
		r->cost.guarded++;
		r->cost.guarded_s = fmax(r->cost.guarded_s, budget_predict(&r->budget, rss_kb));
		return;
	}
	if (!read_tier(r, pid, TIER_BUDGET, &r->cost.rollup))
		return;
	if (r->set.tiers & TIER_EPOCH && crowded(r, pid, rss_kb, r->cost.rollup.total_s - before_s))
		r->cost.crowded++;
	else
		read_tier(r, pid, TIER_EPOCH, &r->cost.maps);
}

static const char other[] = "run as root or as the target's user, or see CAP_SYS_PTRACE above";
static const char shut[] = "run as root, or see CAP_SYS_PTRACE above (it is not dumpable: its own user may not read it either)";

/* "pss_kb, uss_kb, shmem_kb stay empty": the columns that only this sampler fills. */
static const char *columns_lost(char *buf, size_t n, const struct sampler_set *set, size_t sampler)
{
	size_t at = 0, left = 0, shown = 0;

	for (size_t i = 0; i < set->n_metric; i++)
		left += set->from[i] == (int)sampler;
	for (size_t i = 0; i < set->n_metric && at < n; i++)
		if (set->from[i] == (int)sampler && shown++ < 4)
			at += (size_t)snprintf(buf + at, n - at, "%s%s", shown > 1 ? ", " : "", set->metric[i]->name);
	if (at < n)
		snprintf(buf + at, n - at, "%s empty", left > 4 ? " ... stay" : left > 1 ? " stay" : " stays");
	return buf;
}

/* Without private memory nothing can be decided; all else a run can do without. */
static void tell_denied(struct reading *r)
{
	int anon = sampler_set_find(&r->set, "anon_kb");
	char lost[200];

	for (size_t i = 0; i < r->set.n; i++) {
		bool needed = anon >= 0 && r->set.from[anon] == (int)i, denied = r->denied_err[i].code == SK_EPERM;

		if (r->denied[i] == 0)
			continue;
		columns_lost(lost, sizeof(lost), &r->set, i);
		if (denied)
			found(r->f, needed ? FINDING_FAIL : FINDING_WARN, lost, r->shut ? shut : other,
			      "%s cannot be read of %zu of %zu process%s", r->set.s[i]->name, r->denied[i],
			      r->cost.tick.processes, r->cost.tick.processes == 1 ? "" : "es");
		else
			found(r->f, needed ? FINDING_FAIL : FINDING_WARN, lost, NULL,
			      "%s cannot be read of %zu of %zu processes (%s)", r->set.s[i]->name, r->denied[i],
			      r->cost.tick.processes, r->denied_err[i].msg);
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

/* The command that has a unit's memory counted; the unit is the last word of the group's path. */
static void accounting_command(char *buf, size_t n, const char *group)
{
	const char *unit = strrchr(group, '/');

	unit = unit ? unit + 1 : group;
	if (strstr(unit, ".service") || strstr(unit, ".scope") || strstr(unit, ".slice"))
		snprintf(buf, n, "sudo systemctl set-property %.100s MemoryAccounting=yes", unit);
	else
		snprintf(buf, n, "echo +memory | sudo tee %.*s/cgroup.subtree_control",
			 (int)(unit > group ? unit - group - 1 : 0), group);
}

static void tell_group(struct reading *r, pid_t pid)
{
	struct cgroup_place place;
	struct sk_err err = { 0 };
	char file[CGROUP_PATH + 20], fix[CGROUP_PATH + 64];
	enum sk_code rc = cgroup_find(r->fs, pid, &place, &err);

	if (rc == SK_EGONE)
		return;
	snprintf(file, sizeof(file), "%s/memory.current", place.memory);
	if (rc == SK_OK && place.version == 2 && strlen(place.memory) > place.mount && access(file, F_OK) != 0) {
		accounting_command(fix, sizeof(fix), place.memory);
		found(r->f, FINDING_WARN, "the columns of its control group stay empty", fix,
		      "control group %s does not count memory: the controller is off", place.memory);
	} else if (rc == SK_OK && place.version) {
		found_ok(r->f, "its memory is counted by control group %s (version %d)%s", place.memory, place.version,
			 place.unified[0] ? "" : "; without version 2's tree it has no pressure of its own");
	} else {
		found(r->f, FINDING_WARN, "the columns of its control group stay empty", NULL, "%s",
		      rc == SK_OK ? "no control group counts its memory" : err.msg);
	}
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
		      r->shut ? shut : other,
		      "/proc/PID/io can be read of %zu, and the links in /proc/PID/fd of %zu of %zu processes", io, fd, n);
}

/* What surrounds it, read as a run would: what stays empty. */
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
		r->cost.site_s = (double)(clock_boot_ns(&clock_real) - began) / 1e9;
		for (size_t i = 0; i < set.n; i++) /* the others have a line of their own */
			if (fault.code[i] != SK_OK && strcmp(set.s[i]->name, "cgroup") != 0 &&
			    strcmp(set.s[i]->name, "pressure") != 0 && strcmp(set.s[i]->name, "fd_kinds") != 0)
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
	budget_init(&r.budget, o->overhead_pct / 100, pass_saves_s(o->interval_s, NAN), o->allow_stall);
	tell_roles(f, t);
	for (size_t i = 0; i < t->n; i++)
		if (!t->proc[i].zombie)
			read_process(&r, t->proc[i].pid);
	if (r.cost.tick.processes == 0) {
		found(f, FINDING_FAIL, "there is nothing to measure", "start it, then try again",
		      "every process of the target has exited");
		return;
	}
	tell_denied(&r);
	tell_limit(&r, t->proc[0].pid);
	tell_group(&r, t->proc[0].pid);
	tell_site(&r, t);
	tell_debuggers(&r, t);
	doctor_cost(f, &r.cost, o);
}
