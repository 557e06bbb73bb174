/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row: who is there, what each has, the sums, two lines, the blocks. After warm-up it allocates nothing of its own. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/session.h"

#define EPOCHS_PER_RUN 24
#define CLOCK_STEP_S   1.0
#define CLOCK_SLEW     1e-3   /* twice what adjtimex(2) allows: a slewed clock is no step */
#define EPOCH_OPEN_S   3600.0 /* between epochs of a run without an end */

static double rss_of(const struct session *s, size_t i)
{
	return s->plan.rss >= 0 ? s->proc_rows[i * s->set.n_metric + (size_t)s->plan.rss] : NAN;
}

/* What has been saved up may buy a pass over page tables in this row; an epoch has one in any case. */
static unsigned tiers_of_row(struct session *s, bool epoch)
{
	double predicted = 0;

	if (epoch)
		return TIER_TICK | TIER_BUDGET; /* read_mappings() does the rest */
	for (size_t i = 0; i < s->target->n; i++)
		predicted += budget_predict(&s->budget, s->target->proc[i].zombie ? 0 : rss_of(s, i));
	if (!budget_allows(&s->budget, predicted))
		return TIER_TICK;
	return budget_allows(&s->budget, 2.5 * predicted) ? TIER_TICK | TIER_BUDGET | TIER_EPOCH : TIER_TICK | TIER_BUDGET;
}

/* First failure of a sampler is told, not every row. */
static void tell_fault(struct session *s, const struct proc *p, size_t i, const struct sk_err *err)
{
	if (err->code == SK_OK || err->code == SK_EGONE || i >= s->set.n || (s->said[i] & 1))
		return;
	s->said[i] |= 1;
	session_eventf(s, "unreadable", "%s of %s (pid %d): %s", s->set.s[i]->name, p->role, (int)p->pid, err->msg);
}

static void tell_faults(struct session *s, const struct proc *p, const struct sampler_fault *fault)
{
	for (size_t i = 0; i < s->set.n; i++)
		if (fault->code[i] != SK_OK)
			tell_fault(s, p, i, &fault->err[i]);
}

/* n where it was not chosen. */
static size_t sampler_index(const struct session *s, const char *name)
{
	size_t i = 0;

	while (i < s->set.n && strcmp(s->set.s[i]->name, name) != 0)
		i++;
	return i;
}

static bool any_gone(const struct session *s, const struct sampler_fault *fault)
{
	for (size_t i = 0; i < s->set.n; i++)
		if (fault->code[i] == SK_EGONE)
			return true;
	return false;
}

static void charge(struct session *s, const struct sampler_cost *cost, double rss_kb)
{
	for (size_t i = 0; i < s->set.n; i++)
		if (s->set.s[i]->tier != TIER_TICK && !isnan(cost->s[i]))
			budget_spend(&s->budget, rss_kb, cost->s[i]);
}

static void tell_guard(struct session *s, const struct proc *p, double rss_kb)
{
	char size[32];

	if (s->guarded_said++)
		return;
	session_eventf(s, "guard",
		       "page tables of %s (pid %d, %s resident) are not read: one read would take about %.0f ms; --allow-stall "
		       "lifts this",
		       p->role, (int)p->pid, fmt_kb(size, sizeof(size), rss_kb), budget_predict(&s->budget, rss_kb) * 1000);
}

/* Cheap tier of every process: enough to predict what the others would cost. */
static enum sk_code read_cheap(struct session *s, struct sk_err *err)
{
	size_t n = s->target->n, m = s->set.n_metric;
	struct sampler_fault fault;
	struct sampler_cost cost;

	if (sk_grow((void **)&s->proc_rows, &s->proc_rows_cap, n * m, sizeof(double)) != 0 ||
	    sk_grow((void **)&s->gone, &s->gone_cap, n, sizeof(*s->gone)) != 0)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for a row of %zu processes", n);
	for (size_t i = 0; i < n; i++) {
		memset(&fault, 0, sizeof(fault));
		s->gone[i] = sampler_set_read(&s->set, s->fs, s->target->proc[i].pid, TIER_TICK, s->proc_rows + i * m, &cost,
					      &fault) == SK_EGONE ||
			     any_gone(s, &fault);
		tell_faults(s, &s->target->proc[i], &fault);
	}
	return SK_OK;
}

static void read_dear(struct session *s, unsigned tiers)
{
	size_t m = s->set.n_metric;
	double dear[SAMPLER_METRICS_MAX];

	for (size_t i = 0; i < s->target->n; i++) {
		double *row = s->proc_rows + i * m, rss = rss_of(s, i);
		struct sampler_fault fault = { 0 };
		struct sampler_cost cost;

		if (budget_guards(&s->budget, rss)) {
			tell_guard(s, &s->target->proc[i], rss);
			continue;
		}
		if (sampler_set_read(&s->set, s->fs, s->target->proc[i].pid, tiers & ~(unsigned)TIER_TICK, dear, &cost, &fault) !=
		    SK_OK)
			continue;
		charge(s, &cost, rss);
		s->gone[i] = s->gone[i] || any_gone(s, &fault);
		tell_faults(s, &s->target->proc[i], &fault);
		for (size_t k = 0; k < m; k++)
			if (s->set.s[s->set.from[k]]->tier & tiers & ~(unsigned)TIER_TICK)
				row[k] = dear[k];
	}
}

static void map_line(struct session *s, double now, const struct proc *p, const char *class_name, const struct map_sum *c)
{
	char buf[40];

	text_reset(&s->line);
	snprintf(buf, sizeof(buf), "%.3f", now);
	csv_add_str(&s->line, buf);
	csv_add_num(&s->line, p->pid, 0);
	csv_add_str(&s->line, p->role);
	csv_add_str(&s->line, class_name);
	csv_add_str(&s->line, p->comm);
	csv_add_num(&s->line, (double)c->mappings, 0);
	csv_add_num(&s->line, c->size_kb, 0);
	csv_add_num(&s->line, c->rss_kb, 0);
	csv_add_num(&s->line, c->pss_kb, 0);
	csv_add_num(&s->line, c->private_dirty_kb, 0);
	csv_add_num(&s->line, c->anon_kb, 0);
	csv_add_num(&s->line, c->swap_kb, 0);
	csvlog_write(&s->dir.mappings, &s->line, NULL);
}

static void set_slot(const struct session *s, double *row, const char *metric, double v)
{
	int slot = sampler_set_find(&s->set, metric);

	if (slot >= 0)
		row[slot] = v;
}

/* At an epoch smaps is read once: its classes are lines of mappings.csv, their sums the row's heap, stacks and huge pages. */
static void read_mappings(struct session *s)
{
	struct smaps_summary sum;

	for (size_t i = 0; s->plan.heap >= 0 && i < s->target->n; i++) {
		const struct proc *p = &s->target->proc[i];
		double *row = s->proc_rows + i * s->set.n_metric, rss = rss_of(s, i);
		int64_t t0 = clock_boot_ns(&s->clock);

		struct sk_err err = { 0 };

		if (budget_guards(&s->budget, rss))
			continue;
		if (smaps_read(s->maps, s->fs, p->pid, &sum, &err) != SK_OK) {
			tell_fault(s, p, sampler_index(s, "smaps"), &err);
			continue;
		}
		budget_spend(&s->budget, rss, (double)(clock_boot_ns(&s->clock) - t0) / 1e9);
		struct smaps_heap h = smaps_heap(&sum);

		set_slot(s, row, "heap_kb", h.heap_kb);
		set_slot(s, row, "stack_kb", h.stack_kb);
		set_slot(s, row, "hugetlb_kb", h.hugetlb_kb);
		for (int c = 0; c < MAP_CLASSES; c++)
			if (sum.by_class[c].mappings)
				map_line(s, s->facts.timestamp, p, map_class_name[c], &sum.by_class[c]);
	}
}

static void add_processes(struct session *s)
{
	size_t m = s->set.n_metric;

	totals_begin(&s->totals);
	for (size_t i = 0; i < s->target->n; i++) {
		const struct proc *p = &s->target->proc[i];
		const double *row = s->proc_rows + i * m;

		totals_add(&s->totals, p->pid, p->starttime, (p->born ? TOTALS_BORN : 0) | (s->gone[i] ? TOTALS_GONE : 0), row,
			   NULL);
		online_role(s->online, p->role, s->plan.anon >= 0 ? row[s->plan.anon] : NAN);
		row_process_line(&s->plan, s->facts.timestamp, p, row, &s->line);
		csvlog_write(&s->dir.processes, &s->line, NULL);
	}
	totals_end(&s->totals);
}

static double supplied(const struct session *s, int slot)
{
	return slot >= 0 ? (double)s->totals.supplied[slot] : 0;
}

static void gather_facts(struct session *s, double began_s)
{
	struct self_cost self = { NAN, NAN, NAN }, driver = { NAN, NAN, NAN };
	const struct driver *d = s->driver;

	self_cost_read(s->fs, 0, &self, NULL);
	if (d && !d->own && d->pid > 0)
		self_cost_read(s->fs, d->pid, &driver, NULL);
	s->facts.processes = (double)s->totals.processes;
	s->facts.pss_sampled = supplied(s, s->plan.pss);
	s->facts.heap_sampled = supplied(s, s->plan.heap);
	s->facts.ops = d ? driver_ops(d) : NAN;
	s->facts.errors = d ? driver_errors(d) : NAN;
	s->facts.reconnects = d ? driver_reconnects(d) : NAN;
	if (d && !(s->facts.ops <= s->ops)) {
		s->ops = s->facts.ops;
		s->errors_then = s->facts.errors;
		s->progress_s = began_s;
	}
	s->facts.driver_anon_kb = driver.anon_kb;
	s->facts.missed = (double)s->missed;
	s->facts.soakd_cpu_s = self.cpu_s;
	s->facts.soakd_rss_kb = self.rss_kb;
	s->facts.soakd_anon_kb = self.anon_kb;
	s->facts.stall_ms = s->budget.worst_s * 1000;
	s->facts.sample_ms = (session_elapsed(s) - began_s) * 1000;
}

/* A full disk loses nothing: lines wait in memory. It is said once, and again when they are written. */
static void tell_disk(struct session *s)
{
	bool failing = rundir_failing(&s->dir);

	if (failing == s->disk_trouble)
		return;
	s->disk_trouble = failing;
	if (failing && s->tell)
		s->tell(s->tell_ctx, "error",
			"the run directory cannot be written (disk full?): rows are kept in memory until it can");
	if (!failing)
		session_event(s, "recovered", "the run directory can be written again; the rows that waited are in it");
}

static void take_gap(struct session *s, uint64_t missed, double elapsed)
{
	if (!missed)
		return;
	s->missed += missed;
	if (missed >= 2) { /* one lost tick is jitter of a busy machine; more are a hole */
		online_gap(s->online);
		session_eventf(s, "gap", "%" PRIu64 " samples missed in %.3g s (suspended, stopped or overloaded)", missed,
			       elapsed - s->last_elapsed_s);
	}
}

/* Somebody set the clock. Only timestamps follow it: elapsed_s, which the analysis counts by, is of the boot clock. */
static void tell_clock_step(struct session *s, double elapsed)
{
	double zero = clock_wall_s(&s->clock) - elapsed, step = zero - s->wall_zero_s;
	double slewed = CLOCK_SLEW * fmax(0, elapsed - s->last_elapsed_s);

	s->wall_zero_s = zero;
	if (fabs(step) > CLOCK_STEP_S + slewed) /* never true of NaN: the first row */
		session_eventf(s, "clock-step", "the wall clock was set %s by %.1f s; elapsed_s goes on",
			       step < 0 ? "back" : "forward", fabs(step));
}

static bool epoch_now(struct session *s, double elapsed)
{
	if (!s->epoch_due && elapsed < s->next_epoch_s)
		return false;
	s->epoch_due = false;
	return true;
}

/* The next one not before wall time has earned what this one took: 24 in a minute over a hundred processes would be 2 % of it. */
static void plan_epoch(struct session *s, double elapsed, double took_s)
{
	double every = isnan(s->opt->length_s) ? EPOCH_OPEN_S : s->opt->length_s / EPOCHS_PER_RUN;

	s->next_epoch_s = elapsed + fmax(every, budget_earned_in(&s->budget, took_s));
}

enum sk_code session_row(struct session *s, uint64_t missed, struct sk_err *err)
{
	double elapsed = fmax(0, session_elapsed(s)), spent = s->budget.spent_s;
	enum sk_code rc;

	tell_clock_step(s, elapsed);
	take_gap(s, missed, elapsed);
	budget_earn(&s->budget, s->last_elapsed_s < 0 ? s->opt->interval_s : elapsed - s->last_elapsed_s);
	rc = target_refresh(s->target, elapsed, err);
	if (rc != SK_OK && rc != SK_EGONE)
		return rc;
	if (s->target->n == 0)
		return SK_EGONE; /* nobody is there: no row, a hole in the picture */
	s->facts.timestamp = clock_wall_s(&s->clock);
	s->facts.elapsed_s = elapsed;
	rc = read_cheap(s, err);
	if (rc != SK_OK)
		return rc;
	bool epoch = epoch_now(s, elapsed);
	unsigned tiers = tiers_of_row(s, epoch);

	if (tiers != TIER_TICK)
		read_dear(s, tiers);
	if (epoch) {
		read_mappings(s);
		plan_epoch(s, elapsed, s->budget.spent_s - spent);
	}
	if (epoch && s->driver)
		driver_say(s->driver, "epoch");
	session_malloc(s, epoch);
	add_processes(s);
	gather_facts(s, elapsed);
	row_compose(&s->plan, &s->totals, &s->facts, s->values);
	row_line(&s->plan, s->values, &s->line);
	csvlog_write(&s->dir.samples, &s->line, NULL);
	online_row(s->online, elapsed, s->values);
	s->rows++;
	s->last_elapsed_s = elapsed;
	tell_disk(s);
	return SK_OK;
}
