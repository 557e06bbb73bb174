/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening, ending and the words of a run; a row is in session_row.c, how an interrupted run goes on in session_resume.c. */
#include "soakd/session.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "samplers/smaps_objects.h"
#include "soakd/run_json.h"
#include "soakd/session_resume.h"
#include "soakd/verdict_json.h"

#define NUMBER_WIDTH 26 /* of a number in a line, with its comma */

double session_age_s(const struct session *s, const struct proc *p)
{
	return (double)clock_boot_ns(&s->clock) / 1e9 - (double)p->starttime / (double)sysconf(_SC_CLK_TCK);
}

double session_elapsed(const struct session *s)
{
	return (double)(clock_boot_ns(&s->clock) - s->zero_ns) / 1e9;
}

void session_event(struct session *s, const char *kind, const char *detail)
{
	char stamp[40];
	struct text line = TEXT_INIT;

	snprintf(stamp, sizeof(stamp), "%.3f", clock_wall_s(&s->clock));
	csv_add_str(&line, stamp);
	csv_add_str(&line, kind);
	csv_add_str(&line, detail);
	if (!line.failed && (s->begun || s->rows))
		csvlog_write(&s->dir.events, &line, NULL);
	text_release(&line);
	if (s->tell)
		s->tell(s->tell_ctx, kind, detail);
}

void session_eventf(struct session *s, const char *kind, const char *fmt, ...)
{
	char detail[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	session_event(s, kind, detail);
}

void session_internal(struct session *s, pid_t pid, const char *source, const char *unit, const char *value, const char *item)
{
	char stamp[40];
	struct text line = TEXT_INIT;

	snprintf(stamp, sizeof(stamp), "%.3f", clock_wall_s(&s->clock));
	csv_add_str(&line, stamp);
	csv_add_num(&line, pid > 0 ? (double)pid : NAN, 0);
	csv_add_str(&line, source);
	csv_add_str(&line, item);
	csv_add_str(&line, value);
	csv_add_str(&line, unit);
	if (!line.failed)
		csvlog_write(&s->dir.internals, &line, NULL);
	text_release(&line);
}

/* The target's own events go to events.csv; a restart is also a new segment and known to the verdict. */
static void on_target_event(void *ctx, const char *kind, const char *detail)
{
	struct session *s = ctx;

	if (!s->begun)
		return;
	session_event(s, kind, detail);
	if (strcmp(kind, "restart") != 0)
		return;
	double elapsed = fmax(0, session_elapsed(s));

	online_restart(s->online, elapsed);
	run_json_segment(s->run, clock_wall_s(&s->clock), elapsed, "restart");
	run_json_target(s->run, s->fs, s->target);
	run_json_root(s->run, s->target);
	session_save(s, NULL);
	s->epoch_due = true;
}

static void on_left(void *ctx, const struct proc *p)
{
	struct session *s = ctx;

	census_left(&s->census, p);
}

enum sk_code session_open(struct session *s, const struct run_options *opt, const struct sk_clock *clock, struct procfs *fs,
			  struct target *target, json_t *run, const char *dir, bool resume, struct sk_err *err)
{
	enum sk_code rc;

	*s = (struct session){
		.opt = opt,
		.clock = *clock,
		.fs = fs,
		.target = target,
		.run = run,
		.last_elapsed_s = -1,
		.mapped_s = -1,
		.facts = { .malloc_used_kb = NAN, .malloc_mapped_kb = NAN, .malloc_sampled = NAN, .soakd_cpu_s = NAN },
		.wall_zero_s = NAN,
		.vopt = { opt->min_rate_bytes / 1024, opt->warmup_s, NULL, VERDICT_ALPHA }
	};
	rc = sampler_set_init(&s->set, opt->samplers, err);
	if (rc != SK_OK)
		return rc;
	target->pulse = sampler_set_has(&s->set, "stat") ? "stat" : "statm"; /* what is read anyway, or nearly nothing */
	s->around = around_new(s, err);
	if (!s->around)
		return err ? err->code : SK_ENOMEM;
	row_plan_init(&s->plan, &s->set, around_set(s->around));
	for (size_t i = 0; i < s->plan.n; i++)
		s->values[i] = NAN;
	rc = totals_init(&s->totals, &s->set, err);
	if (rc != SK_OK)
		goto fail;
	/* the longest line there may be, now: else a sum that gains a digit after days would have it grow */
	text_reserve(&s->line, (size_t)ROW_COLUMNS_MAX * NUMBER_WIDTH);
	s->maps = smaps_parser_new();
	s->objects = sk_calloc(1, sizeof(*s->objects));
	s->operations = operations_new();
	s->online = online_new(s->plan.metric, s->plan.n, opt->interval_s, err);
	if (!s->maps || !s->objects || !s->online || !s->operations) {
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the run's series");
		goto fail;
	}
	budget_init(&s->budget, opt->overhead_pct / 100, pass_saves_s(opt->interval_s, opt->length_s), opt->allow_stall);
	pass_init(&s->pass, opt->interval_s, opt->length_s);
	rc = (resume ? rundir_reopen : rundir_create)(&s->dir, dir, s->plan.metric, s->plan.n, err);
	if (rc == SK_OK && resume)
		rc = session_take_up(s, err);
	if (rc != SK_OK)
		goto fail;
	target->event = on_target_event;
	target->left = on_left;
	target->event_ctx = s;
	return SK_OK;
fail:
	session_release(s);
	return rc;
}

/* The limit of the forecast for the root that is here now. */
static double root_limit_kb(const struct session *s, const struct run_options *o)
{
	return memory_limit_kb(o, s->fs, s->target->n ? s->target->proc[0].pid : 0);
}

enum sk_code session_begin(struct session *s, struct sk_err *err)
{
	double now = clock_wall_s(&s->clock);
	double elapsed = s->rows ? session_resumed_at(s, now) : 0;
	double started = json_get_num(s->run, "started_unix", now);
	double limit_kb = root_limit_kb(s, s->opt);

	s->begun = true;
	s->resumed_s = elapsed;
	s->zero_ns = clock_boot_ns(&s->clock) - (int64_t)llround(elapsed * 1e9);
	online_start(s->online, started, s->opt->length_s, limit_kb);
	const json_t *host = json_object_get(s->run, "host");

	online_kernel(s->online, json_get_str(host, "kernel", NULL), json_get_num(host, "cpus", 1));
	json_object_set_new(s->run, "limit_kb", json_num(limit_kb));
	run_json_target(s->run, s->fs, s->target);
	if (s->rows) {
		session_go_on(s, now, elapsed);
	} else {
		session_eventf(s, "start", "%zu process%s, interval %g s", s->target->n, s->target->n == 1 ? "" : "es",
			       s->opt->interval_s);
		run_json_segment(s->run, now, 0, "start");
	}
	run_json_root(s->run, s->target);
	s->worked_s = s->progress_s = elapsed;
	s->ops = NAN;
	s->epoch_due = true;
	return session_save(s, err);
}

/* What the watching took; the shares are of this process's own rows, of CPU time once an interval has passed. */
static json_t *cost_json(const struct session *s)
{
	json_t *cost = json_object();
	double rows = (double)s->exact.rows, elapsed = s->last_elapsed_s - fmax(0, s->resumed_s),
	       own = s->facts.soakd_cpu_s - s->cpu_before_s;

	json_object_set_new(cost, "cpu_s", json_num(s->facts.soakd_cpu_s));
	json_object_set_new(cost, "cpu_share", json_num(elapsed >= s->opt->interval_s ? own / elapsed : NAN));
	json_object_set_new(cost, "worst_stall_ms", json_num(s->budget.worst_s * 1000));
	json_object_set_new(cost, "exact_s", json_num(s->budget.spent_s));
	json_object_set_new(cost, "exact_share", json_num(elapsed > 0 ? s->budget.spent_s / elapsed : NAN));
	json_object_set_new(cost, "budget_share", json_num(s->budget.share));
	json_object_set_new(cost, "whole_epochs", json_integer((json_int_t)s->exact.epochs));
	json_object_set_new(cost, "rows", json_integer((json_int_t)s->exact.rows));
	json_object_set_new(cost, "rows_with_pss", json_integer((json_int_t)s->exact.whole));
	json_object_set_new(cost, "pss_share", json_num(rows > 0 ? s->exact.share_sum / rows : NAN));
	if (s->unread.n > 0)
		json_object_set_new(cost, "not_read", not_read_json(&s->unread));
	if (s->maps_unread.n > 0)
		json_object_set_new(cost, "smaps_not_read", not_read_json(&s->maps_unread));
	json_object_set_new(cost, "missed", json_integer((json_int_t)s->missed));
	return cost;
}

enum sk_code session_save(struct session *s, struct sk_err *err)
{
	char path[PATH_MAX];

	s->saved_s = session_elapsed(s);
	json_object_set_new(s->run, "cost", cost_json(s));
	json_object_set_new(s->run, "extra_rows", json_integer((json_int_t)s->extra_rows));
	json_object_set_new(s->run, "roles", census_json(&s->census));
	if (operations_count(s->operations) > 0)
		json_object_set_new(s->run, "operations", operations_json(s->operations, s->last_elapsed_s));
	snprintf(path, sizeof(path), "%s/run.json", s->dir.path);
	return json_write_file(path, s->run, err);
}

void session_thresholds(struct session *s, const struct run_options *o)
{
	s->vopt.min_rate_kb_per_h = o->min_rate_bytes / 1024;
	s->vopt.warmup_s = o->warmup_s;
	online_limit(s->online, root_limit_kb(s, o));
}

bool session_idle(const struct session *s)
{
	double idle = s->worked_s - s->progress_s;

	return s->driver && s->facts.errors > s->errors_then && idle >= fmax(10, 3 * s->opt->interval_s) &&
	       idle >= 0.25 * s->worked_s;
}

bool session_only_failed(const struct session *s)
{
	return s->driver && !s->driver->own && !s->driver->observes && s->facts.ops <= 0 && s->facts.errors > 0;
}

enum sk_code session_write_verdict(const struct session *s, const struct verdict *v, struct sk_err *err)
{
	char path[PATH_MAX];
	json_t *j = verdict_of_run_json(v, s->run, s->dir.path);
	enum sk_code rc;

	snprintf(path, sizeof(path), "%s/verdict.json", s->dir.path);
	if (j && !phase_table_to_json(s->phases, j)) {
		json_decref(j);
		j = NULL;
	}
	rc = j ? json_write_file(path, j, err) : sk_fail(err, SK_ENOMEM, 0, "no memory for the verdict");
	json_decref(j);
	return rc;
}

void session_cycles(struct session *s)
{
	if (s->phases)
		online_cycles(s->online, s->phases->judged, phase_table_cycles(s->phases));
}

/* A change is an event, an epoch and a reason to draw the report again. */
static void tell_change(struct session *s)
{
	const struct verdict *v = online_verdict(s->online);
	const struct verdict_change *c;
	char at[40];

	if (!online_standing(s->online)->changed)
		return;
	c = &v->change[v->n_changes - 1];
	fmt_duration(at, sizeof(at), s->last_elapsed_s);
	session_eventf(s, "verdict", "%s -> %s at %s: %s", verdict_class_name[c->from], verdict_class_name[c->to], at, c->why);
	s->verdict_changed = true;
	s->change_due = true;
}

/* What was only taken up from verdict.json is there already, with all its numbers. */
static enum sk_code write_standing(const struct session *s, struct sk_err *err)
{
	return online_standing(s->online)->whole ? session_write_verdict(s, online_verdict(s->online), err) : SK_OK;
}

enum sk_code session_look(struct session *s, struct sk_err *err)
{
	enum sk_code rc = online_look(s->online, session_elapsed(s), &s->vopt, err);

	if (rc != SK_OK)
		return rc;
	rc = write_standing(s, err);
	tell_change(s);
	return rc;
}

/* Once. It is no verdict on the target, and changes none. */
static void tell_driver(struct session *s, double rate_kb_per_h)
{
	char rate[40];

	if (s->driver_told)
		return;
	s->driver_told = true;
	session_eventf(s, "driver-leak", "the DRIVER leaks %s: not the target", fmt_kb_rate(rate, sizeof(rate), rate_kb_per_h));
}

void session_conclude(struct session *s, struct verdict *v)
{
	const struct series_verdict *d = verdict_of_driver(v);

	if (d && d->verdict == VERDICT_LEAK)
		tell_driver(s, d->rate_kb_per_h);

	if (online_conclude(s->online, s->last_elapsed_s, v))
		tell_change(s);
}

struct look_page {
	bool found;
	double elapsed_s;
	struct standing standing;
};

pid_t session_look_start(struct session *s)
{
	if (!s->look) {
		void *p = mmap(NULL, sizeof(*s->look), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			return -1;
		s->look = p;
	}
	s->look->found = false;
	s->look->elapsed_s = session_elapsed(s);
	pid_t pid = fork();

	if (pid == -1 && !s->look_told) {
		s->look_told = true;
		session_eventf(s, "error", "cannot look at the verdict while the run goes on: %s", strerror(errno));
	}
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (online_look(s->online, s->look->elapsed_s, &s->vopt, NULL) != SK_OK)
		_exit(1);
	s->look->standing = *online_standing(s->online);
	s->look->found = true;
	write_standing(s, NULL); /* a full disk is told by the rows, and the end writes it again */
	_exit(0);
}

void session_look_done(struct session *s)
{
	if (!s->look || !s->look->found)
		return;
	online_take(s->online, s->look->elapsed_s, &s->look->standing);
	tell_change(s);
	if (s->look->standing.driver_proofs >= LOOKS_AGREE)
		tell_driver(s, s->look->standing.driver_rate);
	session_log_once(s);
}

enum sk_code session_end(struct session *s, const char *why, struct sk_err *err)
{
	enum sk_code rc;

	session_event(s, "end", why);
	run_json_follow(s->run, s->fs, s->target);
	json_object_set_new(s->run, "ended_unix", json_num(clock_wall_s(&s->clock)));
	rc = session_save(s, err);
	rundir_flush(&s->dir);
	return rc;
}

void session_release(struct session *s)
{
	totals_release(&s->totals);
	around_free(s->around);
	s->around = NULL;
	smaps_parser_free(s->maps);
	online_free(s->online);
	operations_free(s->operations);
	rundir_close(&s->dir);
	text_release(&s->line);
	text_release(&s->name);
	free(s->objects);
	free(s->proc_rows);
	s->maps = NULL;
	s->objects = NULL;
	s->online = NULL;
	s->operations = NULL;
	free(s->left);
	free(s->item);
	if (s->look)
		munmap(s->look, sizeof(*s->look));
	s->look = NULL;
	s->proc_rows = NULL;
	s->left = NULL;
	s->item = NULL;
	s->proc_rows_cap = s->left_cap = s->item_cap = 0;
}
