/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows at their time, from the first to the end; loop.h has the drawing. */
#include "soakd/loop.h"

#include <math.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>

#include "soakd/loop_priv.h"
#include "soakd/target.h"
#include "soakd/under.h"
#include "soakd/workload.h"

#define DRIVER_STOP_S  20  /* to clean up its schema; then it is killed */
#define CHECKPOINT_S   120 /* the same with --checkpoint: a gigabyte of dirty buffers on a slow disk */
#define REPORT_STOP_S  60  /* the last picture, after that */
#define DISK_MIN_SHARE 0.10
#define DISK_MIN_BYTES (2.0 * 1024 * 1024 * 1024)
#define REPORT_S       3600.0
#define SAVE_S         240.0 /* looked at each minute: what run.json alone has is never older than five */

uint64_t loop_now_us(const struct loop *l)
{
	return (uint64_t)clock_boot_ns(&l->s->clock) / 1000;
}

int loop_arm(struct loop *l, sd_event_source **src, uint64_t us, sd_event_time_handler_t handler)
{
	*src = sd_event_source_disable_unref(*src);
	return sd_event_add_time(l->ev, src, CLOCK_BOOTTIME, us, 1000, handler, l);
}

/* Who reads the report should know that it is an old one. Once for each time that the disk is full. */
static void tell_owed(struct loop *l)
{
	char words[80];

	if (!l->report_owed)
		session_eventf(l->s, "error", "%s: no room to write a new one",
			       rundir_report_words(&l->s->dir, words, sizeof(words)));
	l->report_owed = true;
}

/* The report is drawn by a child that reads the run directory: fonts and offline analysis never enter the monitor. */
void loop_start_report(struct loop *l)
{
	if (l->report > 0) { /* one at a time; it may have read the files before this cause */
		l->report_again = true;
		return;
	}
	l->report_again = false;
	if (l->s->disk_trouble) {
		tell_owed(l);
		return;
	}
	l->report_owed = false;
	l->next_report_s = session_elapsed(l->s) + REPORT_S;
	l->s->verdict_changed = false;
	tell_report_start(l->s->dir.path, &l->report);
}

static void watch_root(struct loop *l);

/* After every refresh: another process may be the root now, restarted, or a daemon that its launcher left behind. */
static void follow_root(struct loop *l)
{
	const struct target *t = l->s->target;

	if (t->state == TARGET_ALIVE && t->n && (t->proc[0].pid != l->root_pid || t->proc[0].starttime != l->root_start))
		watch_root(l);
}

static void after_row(struct loop *l)
{
	struct session *s = l->s;

	if (l->look <= 0 && s->opt->under == UNDER_NONE && online_look_due(s->online, s->last_elapsed_s))
		l->look = session_look_start(s);
	if (s->verdict_changed || l->report_owed || s->last_elapsed_s >= l->next_report_s)
		loop_start_report(l);
	tell_row(&l->tell, s);
}

/* The command that we launched has ended by itself and well: the run is over, and nothing died. */
static bool ended_well(const struct target *t)
{
	return t->spec.how == TARGET_LAUNCH && t->exit_status >= 0 && WIFEXITED(t->exit_status) &&
	       WEXITSTATUS(t->exit_status) == 0;
}

static void target_lost(struct loop *l)
{
	if (ended_well(l->s->target))
		loop_finish(l, END_TARGET, "the launched command ended");
	else
		loop_finish(l, END_TARGET_DIED, "the target died");
}

static void take_row(struct loop *l, uint64_t missed, bool planned)
{
	unsigned restarts = l->s->target->restarts;
	struct sk_err err = { 0 };
	enum sk_code rc = session_row(l->s, missed, &err);

	if (l->s->target->state == TARGET_DEAD) {
		target_lost(l);
	} else if (rc != SK_OK && rc != SK_EGONE) {
		session_event(l->s, "error", err.msg);
		l->out->err = err;
		loop_finish(l, END_ERROR, err.msg);
	} else if (rc == SK_OK) {
		l->out->began = true;
		l->s->extra_rows += !planned;
		loop_phases_row(l);
		after_row(l);
	}
	follow_root(l);
	if (l->s->target->restarts != restarts && l->s->opt->exit_on_restart)
		loop_finish(l, END_RESTART, "the target restarted (--exit-on-restart)");
}

void loop_take_row(struct loop *l)
{
	take_row(l, 0, false);
}

static int on_tick(sd_event_source *src, uint64_t us, void *ctx)
{
	struct loop *l = ctx;
	bool final;
	uint64_t missed = schedule_take(&l->sched, clock_boot_ns(&l->s->clock), &final);

	(void)src;
	(void)us;
	if (l->finishing)
		return 0;
	l->s->epoch_due |= final; /* the last row has everything */
	take_row(l, missed, true);
	if (l->finishing)
		return 0;
	if (final) {
		loop_finish(l, END_LENGTH, "the length of the run was reached");
		return 0;
	}
	return loop_arm(l, &l->tick, (uint64_t)schedule_due_ns(&l->sched) / 1000, on_tick);
}

/* While the target is away it is looked for every second, not only at ticks that may be minutes apart. */
int loop_on_away(sd_event_source *src, uint64_t us, void *ctx)
{
	struct loop *l = ctx;
	unsigned restarts = l->s->target->restarts;

	(void)src;
	if (l->finishing)
		return 0;
	target_refresh(l->s->target, fmax(0, session_elapsed(l->s)), NULL);
	if (l->s->target->state == TARGET_DEAD) {
		target_lost(l);
		return 0;
	}
	follow_root(l);
	if (l->s->target->restarts != restarts) {
		if (l->s->opt->exit_on_restart)
			loop_finish(l, END_RESTART, "the target restarted (--exit-on-restart)");
		else
			loop_take_row(l);
		return 0;
	}
	return l->s->target->state == TARGET_AWAY ? loop_arm(l, &l->root, us + US, loop_on_away) : 0;
}

static int on_root_exit(sd_event_source *src, int fd, uint32_t events, void *ctx)
{
	struct loop *l = ctx;

	(void)fd;
	(void)events;
	sd_event_source_set_enabled(src, SD_EVENT_OFF);
	return loop_arm(l, &l->root, loop_now_us(l) + 1000, loop_on_away);
}

/* The root's pidfd wakes us when it exits; without pidfds the ticks find out. */
static void watch_root(struct loop *l)
{
	const struct target *t = l->s->target;
	int fd = target_root_pidfd(t);

	l->root_pid = t->n ? t->proc[0].pid : 0;
	l->root_start = t->n ? t->proc[0].starttime : 0;
	l->root = sd_event_source_disable_unref(l->root);
	if (fd >= 0)
		sd_event_add_io(l->ev, &l->root, fd, EPOLLIN, on_root_exit, l);
}

/* 0: the disk is fine; 1: under 10 % or 2 GiB free. */
static bool disk_is_low(const char *dir)
{
	struct statvfs v;

	if (!dir || statvfs(dir, &v) != 0 || v.f_blocks == 0)
		return false;
	double free_bytes = (double)v.f_bavail * (double)v.f_frsize;

	return free_bytes < DISK_MIN_BYTES || (double)v.f_bavail < DISK_MIN_SHARE * (double)v.f_blocks;
}

static void look_at_disk(struct loop *l)
{
	bool low = l->d && !l->d->observes && disk_is_low(l->data_dir);

	if (low == l->holding)
		return;
	l->holding = low;
	driver_say(l->d, low ? "hold" : "continue");
	session_eventf(l->s, low ? "disk-low" : "disk-ok",
		       low ? "under 10 %% or 2 GiB free in %s: the workload stops writing, the run goes on"
			   : "enough free space in %s again: the workload writes",
		       l->data_dir);
}

static int on_minute(sd_event_source *src, uint64_t us, void *ctx)
{
	struct loop *l = ctx;

	(void)src;
	if (l->finishing)
		return 0;
	look_at_disk(l);
	rundir_flush(&l->s->dir);
	if (session_elapsed(l->s) >= l->s->saved_s + SAVE_S)
		session_save(l->s, NULL); /* a full disk is told by the rows */
	return loop_arm(l, &l->minute, us + 60 * US, on_minute);
}

/* What the launched command writes: looked at each second, and while it floods as often as a disk could fill with it. */
static int on_log(sd_event_source *src, uint64_t us, void *ctx)
{
	struct loop *l = ctx;
	struct log_bound *log = l->s->target_log;
	bool cut = log_bound_cut(log);

	(void)src;
	if (cut && !log->told)
		session_event(l->s, "log",
			      "target.log was longer than 16 MiB: its first 8 MiB stay, of what follows the newest up to 8 MiB");
	log->told |= cut;
	return loop_arm(l, &l->log, us + (cut ? US / 20 : US), on_log);
}

void loop_begin(struct loop *l)
{
	struct session *s = l->s;
	struct sk_err err = { 0 };
	double left;

	l->began = true;
	if (session_begin(s, &err) != SK_OK) {
		session_event(s, "error", err.msg); /* run.json could not be written: rows are kept in memory, the run goes on */
	}
	l->resumed_s = s->last_elapsed_s >= 0 ? fmax(0, session_elapsed(s)) : 0;
	left = s->opt->length_s - l->resumed_s;
	if (left < 0)
		left = 0;
	schedule_init(&l->sched, clock_boot_ns(&s->clock), s->opt->interval_s, left);
	watch_root(l);
	look_at_disk(l);
	loop_arm(l, &l->minute, loop_now_us(l) + 60 * US, on_minute);
	if (s->target_log)
		on_log(NULL, loop_now_us(l), l);
	on_tick(NULL, 0, l);
	if (l->finishing)
		return;
	if (l->report <= 0) /* else the first row has started it */
		loop_start_report(l);
	tell_ready(&l->tell, s);
	loop_phases_begin(l);
}

/*
 * Rows of the whole run by the time of the event that ends it, not by now: to handle that event takes a row and more. Those of an
 * interruption are missing too.
 */
static uint64_t rows_due(const struct loop *l)
{
	double interval_s = l->s->opt->interval_s;
	uint64_t us;

	if (!l->began)
		return (uint64_t)(fmax(0, l->s->last_elapsed_s) / interval_s + 1e-3) + 1;
	if (sd_event_now(l->ev, CLOCK_BOOTTIME, &us) < 0)
		us = loop_now_us(l);
	return (uint64_t)(l->resumed_s / interval_s) + schedule_owed(&l->sched, (int64_t)us * 1000);
}

void loop_finish(struct loop *l, enum loop_end why, const char *words)
{
	if (l->finishing)
		return;
	l->finishing = true;
	loop_phases_end(l, why, words);
	l->out->end = why;
	l->out->idle = l->began && !l->holding && session_idle(l->s);
	workload_forget_failed(l->s->run);
	if (l->began && !l->holding && session_only_failed(l->s))
		workload_note_failed(l->s->run, NULL, l->s->facts.errors);
	l->out->workload_lost = l->out->idle || workload_has_failed(l->s->run) ||
				(l->began && l->d && !l->d->own && !l->d->observes && l->d->state != DRIVER_RUNNING);
	l->out->due = rows_due(l);
	if (l->began)
		session_event(l->s, "stopping", words);
	double stop_s = l->s->opt->checkpoint ? CHECKPOINT_S : DRIVER_STOP_S;

	tell_stopping(&l->tell, words, stop_s + REPORT_STOP_S);
	l->tick = sd_event_source_disable_unref(l->tick);
	l->driver_again = sd_event_source_disable_unref(l->driver_again);
	if (!l->d || l->d->pid <= 0) {
		sd_event_exit(l->ev, 0);
		return;
	}
	driver_stop(l->d);
	loop_arm(l, &l->driver_deadline, loop_now_us(l) + (uint64_t)(stop_s * US), loop_driver_deadline);
}

static void release(struct loop *l)
{
	sd_event_source **const all[] = { &l->tick,         &l->driver_io, &l->root, &l->driver_deadline,
					  &l->driver_again, &l->minute,    &l->log };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		*all[i] = sd_event_source_disable_unref(*all[i]);
	loop_phases_release(l);
	sd_event_unref(l->ev);
	if (l->report > 0)
		waitpid(l->report, NULL, 0);
	if (l->look > 0)
		waitpid(l->look, NULL, 0);
}

enum sk_code loop_run(struct session *s, struct driver *driver, const struct phase_list *phases, const char *data_dir,
		      struct loop_result *out, struct sk_err *err)
{
	struct loop l = { .s = s, .d = driver, .data_dir = data_dir, .out = out };
	int rc;

	*out = (struct loop_result){ .end = END_ERROR };
	if (phases->n && loop_phases_init(&l, phases, err) != SK_OK) {
		loop_phases_release(&l);
		return err->code;
	}
	rc = sd_event_default(&l.ev);
	tell_init(&l.tell, s);
	if (rc >= 0)
		rc = loop_signals(&l);
	if (rc >= 0)
		rc = sd_event_set_watchdog(l.ev, true);
	if (rc >= 0) {
		if (driver) {
			rc = loop_driver_listen(&l);
		} else {
			loop_begin(&l);
		}
	}
	if (rc >= 0)
		rc = sd_event_loop(l.ev);
	release(&l);
	tell_end(&l.tell);
	s->tell = NULL; /* it lives in this frame; the session does not */
	if (rc < 0)
		return sk_fail(err, SK_EIO, -rc, "the event loop failed: %s", strerror(-rc));
	return SK_OK;
}
