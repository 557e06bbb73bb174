/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row: who is there, what each has, the sums, two lines, the blocks. After warm-up it allocates nothing of its own. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/run_json.h"
#include "soakd/session_exact.h"
#include "soakd/session_maps.h"

#define EPOCHS_PER_RUN 24
#define CLOCK_STEP_S   1.0
#define CLOCK_SLEW     1e-3   /* twice what adjtimex(2) allows: a slewed clock is no step */
#define EPOCH_OPEN_S   3600.0 /* between epochs of a run without an end */
#define FIRST_ROWS     16     /* in which a launched command becomes, by exec, what it is */

static double epoch_every_s(const struct session *s)
{
	return isnan(s->opt->length_s) ? EPOCH_OPEN_S : s->opt->length_s / EPOCHS_PER_RUN;
}

void session_fault(struct session *s, const struct proc *p, size_t i, const struct sk_err *err)
{
	if (err->code == SK_OK || err->code == SK_EGONE || i >= s->set.n || (s->said[i] & 1))
		return;
	s->said[i] |= 1;
	session_eventf(s, "unreadable", "%s of %s (pid %d): %s", s->set.s[i]->name, p->role, (int)p->pid, err->msg);
}

void session_tell_faults(struct session *s, const struct proc *p, const struct sampler_fault *fault)
{
	for (size_t i = 0; i < s->set.n; i++)
		if (fault->code[i] != SK_OK)
			session_fault(s, p, i, &fault->err[i]);
}

size_t session_sampler(const struct session *s, const char *name)
{
	size_t i = 0;

	while (i < s->set.n && strcmp(s->set.s[i]->name, name) != 0)
		i++;
	return i;
}

bool session_any_gone(const struct session *s, const struct sampler_fault *fault)
{
	for (size_t i = 0; i < s->set.n; i++)
		if (fault->code[i] == SK_EGONE)
			return true;
	return false;
}

/* Old and big enough to be watched (--min-age, --min-rss). Roots are, and who once was: else the sum would jump. */
static bool joins(const struct session *s, const struct proc *p, double rss_kb)
{
	return p->root || p->past.in ||
	       (!(session_age_s(s, p) < s->opt->min_age_s) && !(rss_kb < s->opt->min_rss_bytes / 1024) &&
		!(s->opt->min_rss_bytes > 0 && isnan(rss_kb)));
}

/* No address space: it exits, and what it had is given back. By stat this may not show yet (target_refresh() was before). */
static bool exiting(const struct session *s, size_t i)
{
	const struct proc *p = &s->target->proc[i];

	return !p->kernel && (p->zombie || session_value(s, i, s->plan.vsz) == 0);
}

/* To be without memory is no level that a process has had: an empty cell, and its growth is what it was when it was seen last. */
static void forget_memory(const struct session *s, double *row)
{
	for (size_t k = 0; k < s->set.n_metric; k++)
		if (strcmp(s->set.metric[k]->unit, "KiB") == 0)
			row[k] = NAN;
}

static void read_ticks(struct session *s, size_t i)
{
	struct proc *p = &s->target->proc[i];
	double *row = s->proc_rows + i * s->set.n_metric;
	struct sampler_fault fault;
	bool gone = sampler_set_read(&s->set, s->fs, p->pid, TIER_TICK, row, NULL, &fault) == SK_EGONE;

	session_tell_faults(s, p, &fault);
	s->left[i] = gone || session_any_gone(s, &fault) ? TOTALS_GONE : exiting(s, i) ? TOTALS_EXITING : 0;
	if (s->left[i] & TOTALS_EXITING)
		forget_memory(s, row);
}

/* Cheap tier of every process: enough to predict what the others would cost. */
static enum sk_code read_cheap(struct session *s, struct sk_err *err)
{
	size_t n = s->target->n, m = s->set.n_metric;

	if (sk_grow((void **)&s->proc_rows, &s->proc_rows_cap, n * m, sizeof(double)) != 0 ||
	    sk_grow((void **)&s->item, &s->item_cap, n, sizeof(*s->item)) != 0 ||
	    sk_grow((void **)&s->left, &s->left_cap, n, sizeof(*s->left)) != 0)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for a row of %zu processes", n);
	census_begin(&s->census);
	s->facts.left_out = 0;
	for (size_t i = 0; i < n; i++) {
		struct proc *p = &s->target->proc[i];

		read_ticks(s, i);
		p->past.in = joins(s, p, session_value(s, i, s->plan.rss));
		s->facts.left_out += !p->past.in && !(s->left[i] & TOTALS_GONE);
		if (p->past.in)
			census_see(&s->census, p, session_value(s, i, s->plan.anon));
	}
	return SK_OK;
}

static void add_processes(struct session *s)
{
	size_t m = s->set.n_metric;

	totals_begin(&s->totals);
	s->facts.pss_expected = s->facts.heap_expected = 0;
	for (size_t i = 0; i < s->target->n; i++) {
		const struct proc *p = &s->target->proc[i];
		const double *row = s->proc_rows + i * m;

		if (!p->past.in)
			continue;
		totals_add(&s->totals, p->pid, p->starttime, s->left[i] | (p->born ? TOTALS_BORN : 0), row, NULL);
		if (s->left[i] & TOTALS_GONE)
			continue; /* it is not of this row */
		s->facts.pss_expected += !s->left[i];
		s->facts.heap_expected += !s->left[i];
		online_role(s->online, p->role, session_value(s, i, s->plan.anon));
		row_process_line(&s->plan, s->facts.timestamp, p, row, &s->line);
		csvlog_add(&s->dir.processes, &s->line, NULL);
	}
	csvlog_commit(&s->dir.processes, NULL);
	totals_end(&s->totals);
}

static double supplied(const struct session *s, int slot)
{
	return slot >= 0 ? (double)s->totals.supplied[slot] : 0;
}

static double total(const struct session *s, int slot)
{
	return slot >= 0 ? s->totals.sum[slot] : (double)NAN;
}

/* What the run as a whole has to say of its page-table walks. */
static void count_exact(struct session *s)
{
	const struct row_facts *f = &s->facts;

	if (s->plan.pss < 0 || !(f->pss_expected > 0))
		return;
	s->exact.rows++;
	s->exact.whole += f->pss_sampled >= f->pss_expected;
	s->exact.share_sum += f->pss_sampled / f->pss_expected;
}

static void gather_totals(struct session *s)
{
	double *const into[DRIVER_TOTALS] = {
		[DRIVER_OPS] = &s->facts.ops,           [DRIVER_ERRORS] = &s->facts.errors,
		[DRIVER_ROWS] = &s->facts.op_rows,      [DRIVER_BYTES] = &s->facts.op_bytes,
		[DRIVER_CONNECTS] = &s->facts.connects, [DRIVER_RECONNECTS] = &s->facts.reconnects,
		[DRIVER_MISSED] = &s->facts.missed_ops,
	};

	for (size_t i = 0; i < DRIVER_TOTALS; i++)
		*into[i] = s->driver ? driver_total(s->driver, (enum driver_total)i) : NAN;
}

/*
 * Those that were seen by the workers that retire, and those that the run sent, are the same ones where both are known. Without a
 * workload and phases that send them, and of a target whose processes do not tell, nobody would have seen one.
 */
static double reloads(const struct session *s)
{
	uint64_t seen = s->target->reloads, sent = s->reloads_sent;

	if (!s->driver && !s->sends_reloads && !target_tells_reloads(s->target))
		return NAN;
	return (double)(s->reloads_before + (seen > sent ? seen : sent));
}

void session_reload_sent(struct session *s)
{
	s->reloads_sent++;
}

/* A line for each kind, in one write. */
static void write_operations(struct session *s)
{
	const struct drive_shared *page = s->driver ? driver_page(s->driver) : NULL;

	if (!page)
		return;
	operations_read(s->operations, page);
	for (size_t i = 0; i < operations_count(s->operations); i++) {
		operations_line(s->operations, i, s->facts.timestamp, &s->line);
		csvlog_add(&s->dir.operations, &s->line, NULL);
	}
	csvlog_commit(&s->dir.operations, NULL);
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
	s->facts.guarded = (double)s->pass.guarded;
	s->facts.anon_lag_kb = total(s, s->plan.exact) - total(s, s->plan.anon);
	s->facts.processes_born = (double)s->census.born;
	s->facts.processes_died = (double)s->census.died;
	count_exact(s);
	gather_totals(s);
	s->facts.reloads = reloads(s);
	if (!s->resting && s->last_elapsed_s >= 0) /* an idle phase begins and ends with a row */
		s->worked_s += fmax(0, began_s - s->last_elapsed_s);
	if (d && !(s->facts.ops <= s->ops)) {
		s->ops = s->facts.ops;
		s->errors_then = s->facts.errors;
		s->progress_s = s->worked_s;
	}
	s->facts.driver_anon_kb = driver.anon_kb;
	s->facts.missed = (double)s->missed;
	s->facts.soakd_cpu_s = s->cpu_before_s + self.cpu_s;
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

static enum pass_wish wish_now(struct session *s, double elapsed)
{
	bool epoch = s->epoch_due || s->boundary_due || elapsed >= s->next_epoch_s, change = s->change_due;

	s->epoch_due = s->change_due = false;
	return epoch ? PASS_EPOCH : change ? PASS_CHANGE : PASS_ROW;
}

/* The next one not before half of wall time has earned what this one took and what is owed of others: 24 in a minute over a hundred processes would be 2 % of it. */
static void plan_epoch(struct session *s, double elapsed, double took_s)
{
	budget_defer(&s->budget);
	s->next_epoch_s = elapsed + fmax(epoch_every_s(s), 2 * budget_earned_in(&s->budget, fmax(took_s, s->budget.debt_s)));
}

/*
 * The target is asked about itself at each epoch, and as often also where page tables are too dear for that: the workload's own
 * connections and a page of shared memory answer, and nobody waits. To answer takes memory, in PostgreSQL megabytes for a session of
 * ten thousand contexts: in an idle phase and at the ends of phases, which are compared, it is done only on demand.
 */
static void ask_target(struct session *s, bool epoch, bool demanded, double elapsed)
{
	bool quiet = s->resting || s->boundary_due, due = demanded || (!quiet && (epoch || elapsed >= s->next_ask_s));

	s->boundary_due = false;
	if (due)
		s->next_ask_s = elapsed + epoch_every_s(s);
	if (due && s->driver)
		driver_say(s->driver, "epoch");
	session_malloc(s, due);
}

static bool everybody_left(const struct session *s)
{
	for (size_t i = 0; i < s->target->n; i++)
		if (!(s->left[i] & TOTALS_GONE))
			return false;
	return true;
}

/* Times have milliseconds: of a row that is late and one at the end of a phase the second is moved on, or both would have one. */
static double next_elapsed(const struct session *s, double now)
{
	return fmax(now, s->last_elapsed_s < 0 ? 0 : s->last_elapsed_s + 1e-3);
}

enum sk_code session_row(struct session *s, uint64_t missed, struct sk_err *err)
{
	double now = session_elapsed(s), elapsed = next_elapsed(s, now), spent = s->budget.spent_s;
	enum sk_code rc;

	tell_clock_step(s, now);
	take_gap(s, missed, elapsed);
	budget_earn(&s->budget, s->last_elapsed_s < 0 ? s->opt->interval_s : elapsed - s->last_elapsed_s);
	rc = target_refresh(s->target, elapsed, err);
	if (rc != SK_OK && rc != SK_EGONE)
		return rc;
	if (s->target->n == 0)
		return SK_EGONE; /* nobody is there: no row, a hole in the picture */
	s->facts.timestamp = clock_wall_s(&s->clock) + (elapsed - now);
	s->facts.elapsed_s = elapsed;
	rc = read_cheap(s, err);
	if (rc != SK_OK)
		return rc;
	bool demanded = s->epoch_due;
	enum pass_wish wish = wish_now(s, elapsed);
	bool epoch = wish != PASS_ROW, maps = session_exact(s, wish, elapsed);

	for (int c = 0; c < MAP_CLASSES; c++)
		s->class_kb[c] = NAN;
	if (maps && s->set.tiers & TIER_EPOCH)
		session_maps(s, epoch); /* in place of the sampler: smaps is read once for its columns and its classes */
	if (epoch && s->pass.wish != PASS_CHANGE) /* one that was paid for leaves the others where they are */
		plan_epoch(s, elapsed, s->budget.spent_s - spent);
	ask_target(s, epoch, demanded, elapsed);
	const double *around = around_row(s, elapsed, epoch);

	if (everybody_left(s))
		return SK_EGONE; /* while it was read: the next look finds the end, or who comes after */
	add_processes(s);
	session_note_growth(s);
	gather_facts(s, elapsed);
	row_compose(&s->plan, &s->totals, &s->facts, around, s->values);
	row_line(&s->plan, s->values, &s->line);
	csvlog_write(&s->dir.samples, &s->line, NULL);
	write_operations(s);
	online_row(s->online, elapsed, s->values);
	s->rows++;
	s->last_elapsed_s = elapsed;
	tell_disk(s);
	if ((epoch || s->rows <= FIRST_ROWS) && run_json_follow(s->run, s->fs, s->target))
		epoch = true;
	if (epoch)
		session_save(s, NULL); /* roles and cost so far, for the reports on the way; a full disk is told by the rows */
	return SK_OK;
}
