/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/loop.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <systemd/sd-event.h>
#include <unistd.h>

#include "base/units.h"
#include "soakd/cmds.h"
#include "soakd/loop_tell.h"
#include "soakd/schedule.h"
#include "soakd/target.h"

#define US 1000000u
#define DRIVER_STOP_S 20   /* to clean up its schema; then it is killed */
#define CHECKPOINT_S 120   /* the same with --checkpoint: a gigabyte of dirty buffers on a slow disk */
#define REPORT_STOP_S 60   /* the last picture, after that */
#define DRIVER_START_S 120 /* to connect and seed */
#define LEAK_LOOKS 3	   /* looks in a row before --stop-on-leak believes it */
#define DISK_MIN_SHARE 0.10
#define DISK_MIN_BYTES (2.0 * 1024 * 1024 * 1024)
#define REPORT_S 3600.0

struct loop {
	sd_event *ev;
	struct session *s;
	struct driver *d;
	const char *data_dir;
	struct loop_result *out;
	struct schedule sched;
	struct tell tell;
	sd_event_source *tick, *driver_io, *root, *driver_deadline, *driver_again, *minute;
	pid_t root_pid;	     /* whose pidfd is watched */
	uint64_t root_start;
	bool began, finishing, holding;
	bool backend_foreign; /* the driver reached a server outside the watched tree */
	unsigned driver_losses; /* in a row, without a ready between */
	pid_t report, look; /* children at work, or 0 */
	double next_report_s;
};

static void finish(struct loop *l, enum loop_end why, const char *words);

static uint64_t now_us(const struct loop *l)
{
	return (uint64_t)clock_boot_ns(&l->s->clock) / 1000;
}

/* A timer at `us` of boot time, in place of the one that was there. */
static int arm(struct loop *l, sd_event_source **src, uint64_t us, sd_event_time_handler_t handler)
{
	*src = sd_event_source_disable_unref(*src);
	return sd_event_add_time(l->ev, src, CLOCK_BOOTTIME, us, 1000, handler, l);
}

/* The report is drawn by a child that reads the run directory: fonts and offline analysis never enter the monitor. */
static void start_report(struct loop *l)
{
	if (l->report > 0 || l->s->disk_trouble)
		return; /* one at a time, and none on a full disk; the next cause draws again */
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

	if (l->look <= 0 && online_look_due(s->online, s->last_elapsed_s))
		l->look = session_look_start(s);
	if (s->verdict_changed || s->last_elapsed_s >= l->next_report_s)
		start_report(l);
	tell_row(&l->tell, s);
}

/* The command that we launched has ended by itself and well: the run is over, and nothing died. */
static bool ended_well(const struct target *t)
{
	return t->spec.how == TARGET_LAUNCH && t->exit_status >= 0 && WIFEXITED(t->exit_status) && WEXITSTATUS(t->exit_status) == 0;
}

static void target_lost(struct loop *l)
{
	if (ended_well(l->s->target))
		finish(l, END_TARGET, "the launched command ended");
	else
		finish(l, END_TARGET_DIED, "the target died");
}

static void take_row(struct loop *l, uint64_t missed)
{
	unsigned restarts = l->s->target->restarts;
	struct sk_err err = { 0 };
	enum sk_code rc = session_row(l->s, missed, &err);

	if (l->s->target->state == TARGET_DEAD) {
		target_lost(l);
	} else if (rc != SK_OK && rc != SK_EGONE) {
		session_event(l->s, "error", err.msg);
		l->out->err = err;
		finish(l, END_ERROR, err.msg);
	} else if (rc == SK_OK) {
		l->out->began = true;
		after_row(l);
	}
	follow_root(l);
	if (l->s->target->restarts != restarts && l->s->opt->exit_on_restart)
		finish(l, END_RESTART, "the target restarted (--exit-on-restart)");
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
	take_row(l, missed);
	if (l->finishing)
		return 0;
	if (final) {
		finish(l, END_LENGTH, "the length of the run was reached");
		return 0;
	}
	return arm(l, &l->tick, (uint64_t)schedule_due_ns(&l->sched) / 1000, on_tick);
}

/* While the target is away it is looked for every second, not only at ticks that may be minutes apart. */
static int on_away(sd_event_source *src, uint64_t us, void *ctx)
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
			finish(l, END_RESTART, "the target restarted (--exit-on-restart)");
		else
			take_row(l, 0);
		return 0;
	}
	return l->s->target->state == TARGET_AWAY ? arm(l, &l->root, us + US, on_away) : 0;
}

static int on_root_exit(sd_event_source *src, int fd, uint32_t events, void *ctx)
{
	struct loop *l = ctx;

	(void)fd;
	(void)events;
	sd_event_source_set_enabled(src, SD_EVENT_OFF);
	return arm(l, &l->root, now_us(l) + 1000, on_away);
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
	bool low = l->d && disk_is_low(l->data_dir);

	if (low == l->holding)
		return;
	l->holding = low;
	driver_say(l->d, low ? "hold" : "continue");
	session_eventf(l->s, low ? "disk-low" : "disk-ok", low ? "under 10 %% or 2 GiB free in %s: the workload stops writing, the run goes on"
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
	return arm(l, &l->minute, us + 60 * US, on_minute);
}

/* Set-up has ended: second 0, the first row at once. */
static void begin(struct loop *l)
{
	struct session *s = l->s;
	struct sk_err err = { 0 };
	double resumed_s, left;

	l->began = true;
	if (session_begin(s, &err) != SK_OK) {
		session_event(s, "error", err.msg); /* run.json could not be written: rows are kept in memory, the run goes on */
	}
	resumed_s = fmax(0, session_elapsed(s));
	left = s->opt->length_s - (s->last_elapsed_s >= 0 ? resumed_s : 0);
	if (left < 0)
		left = 0;
	schedule_init(&l->sched, clock_boot_ns(&s->clock), s->opt->interval_s, left);
	watch_root(l);
	look_at_disk(l);
	arm(l, &l->minute, now_us(l) + 60 * US, on_minute);
	on_tick(NULL, 0, l);
	if (l->finishing)
		return;
	start_report(l);
	tell_ready(&l->tell, s);
}

/* ---- the driver ------------------------------------------------------------------------------------------------------- */

static int on_driver_readable(sd_event_source *src, int fd, uint32_t events, void *ctx);
static int on_driver_again(sd_event_source *src, uint64_t us, void *ctx);

static void workload_failed(struct loop *l, int status, const char *sentence)
{
	l->out->status = status;
	sk_fail(&l->out->err, SK_EUSAGE, 0, "%s", sentence);
	finish(l, END_WORKLOAD, sentence);
}

static int on_driver_deadline(sd_event_source *src, uint64_t us, void *ctx)
{
	struct loop *l = ctx;

	(void)src;
	(void)us;
	if (l->finishing) {
		session_event(l->s, "error", "the workload did not stop in time and was killed; it may have left its schema or file behind");
		driver_kill(l->d);
		return 0;
	}
	driver_kill(l->d);
	workload_failed(l, 5, "the workload was not ready within 120 s; is the server overloaded, or waiting for a lock?");
	return 0;
}

/* The workload is started again, each time later: 1, 2, 4 ... 64 s. */
static void driver_again(struct loop *l, const char *why)
{
	unsigned wait = 1u << (l->driver_losses < 6 ? l->driver_losses : 6);

	l->driver_losses++;
	session_eventf(l->s, "driver-exit", "%s; started again in %u s", why, wait);
	arm(l, &l->driver_again, now_us(l) + (uint64_t)wait * US, on_driver_again);
}

static void start_driver(struct loop *l)
{
	struct sk_err err = { 0 };

	l->driver_io = sd_event_source_disable_unref(l->driver_io);
	if (driver_start(l->d, &err) != SK_OK) {
		if (!l->began)
			workload_failed(l, err.code == SK_ENOTFOUND ? 127 : 126, err.msg);
		else
			driver_again(l, err.msg);
		return;
	}
	sd_event_add_io(l->ev, &l->driver_io, l->d->sock, EPOLLIN, on_driver_readable, l);
	if (!l->began)
		arm(l, &l->driver_deadline, now_us(l) + DRIVER_START_S * (uint64_t)US, on_driver_deadline);
}

static void on_backend(void *ctx, pid_t pid)
{
	struct loop *l = ctx;

	target_refresh(l->s->target, fmax(0, session_elapsed(l->s)), NULL);
	if (!target_has_pid(l->s->target, pid))
		l->backend_foreign = true;
	else
		target_mark_load(l->s->target, pid);
}

/* Watching never loads one server and judges another. */
static void on_connected(void *ctx)
{
	struct loop *l = ctx;

	if (l->backend_foreign && !l->d->own) {
		driver_kill(l->d);
		if (!l->began)
			workload_failed(l, 2, "the workload reached a server that is not the one watched: its backend is no child of the target; "
					      "check PGHOST, PGPORT, PGSERVICE and --dsn, or watch the other one with --target pid:N");
		else
			session_event(l->s, "error", "the workload reached another server than the one watched and was stopped");
		return;
	}
	driver_go(l->d);
	if (l->holding)
		driver_say(l->d, "hold");
}

static void on_ready(void *ctx)
{
	struct loop *l = ctx;

	l->driver_losses = 0;
	l->driver_deadline = sd_event_source_disable_unref(l->driver_deadline);
	if (!l->began)
		begin(l);
	else
		session_event(l->s, "driver-ready", "the workload goes on");
}

static void on_driver_event(void *ctx, const char *kind, const char *detail)
{
	session_event(((struct loop *)ctx)->s, kind, detail);
}

static void on_internal(void *ctx, pid_t pid, const char *source, const char *unit, const char *value, const char *item)
{
	session_internal(((struct loop *)ctx)->s, pid, source, unit, value, item);
}

static void on_info(void *ctx, const char *key, const char *value)
{
	struct session *s = ((struct loop *)ctx)->s;
	json_t *info = json_object_get(s->run, "target_info");

	if (!info) {
		info = json_object();
		json_object_set_new(s->run, "target_info", info);
	}
	json_object_set_new(info, key, json_string(value));
}

static void on_failed(void *ctx, int status, const char *sentence)
{
	struct loop *l = ctx;

	if (!l->began)
		workload_failed(l, status ? status : 5, sentence);
	else
		session_event(l->s, "error", sentence);
}

static const struct driver_hooks hooks_of_loop = { on_backend, on_connected, on_ready, on_driver_event, on_internal, on_info, on_failed, NULL };

static int on_driver_readable(sd_event_source *src, int fd, uint32_t events, void *ctx)
{
	struct loop *l = ctx;

	(void)src;
	(void)fd;
	(void)events;
	if (driver_readable(l->d, NULL) != SK_OK)
		l->driver_io = sd_event_source_disable_unref(l->driver_io);
	return 0;
}

static int on_driver_again(sd_event_source *src, uint64_t us, void *ctx)
{
	struct loop *l = ctx;

	(void)src;
	(void)us;
	if (!l->finishing) {
		l->backend_foreign = false;
		start_driver(l);
	}
	return 0;
}

static void driver_reaped(struct loop *l, int status)
{
	struct driver *d = l->d;

	driver_readable(d, NULL); /* its last words */
	l->driver_io = sd_event_source_disable_unref(l->driver_io);
	driver_exited(d);
	if (l->finishing) {
		l->driver_deadline = sd_event_source_disable_unref(l->driver_deadline);
		sd_event_exit(l->ev, 0);
		return;
	}
	if (d->own) {
		l->s->target->exit_status = status;
		target_refresh(l->s->target, fmax(0, session_elapsed(l->s)), NULL);
		finish(l, END_TARGET_DIED, "the target died");
		return;
	}
	if (!l->began) {
		workload_failed(l, 5, "the workload ended before it was ready");
		return;
	}
	char why[80];

	snprintf(why, sizeof(why), "the workload's process %s %d", WIFSIGNALED(status) ? "was killed by signal" : "exited with status",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	driver_again(l, why);
}

/* ---- signals ---------------------------------------------------------------------------------------------------------- */

static void look_done(struct loop *l)
{
	l->look = 0;
	session_look_done(l->s);
	if (l->s->opt->stop_on_leak && online_leak_looks(l->s->online) >= LEAK_LOOKS)
		finish(l, END_LEAK, "the verdict is a leak (--stop-on-leak)");
}

static int on_child(sd_event_source *src, const struct signalfd_siginfo *si, void *ctx)
{
	struct loop *l = ctx;
	int status;
	pid_t pid;

	(void)src;
	(void)si;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (l->d && pid == l->d->pid) {
			driver_reaped(l, status);
		} else if (pid == l->look) {
			look_done(l);
		} else if (pid == l->report) {
			l->report = 0;
			if (status != 0)
				session_event(l->s, "error", "the report could not be drawn; soakd report on this directory says why");
		} else if (l->s->target->spec.how == TARGET_LAUNCH && l->s->target->n && pid == l->s->target->proc[0].pid) {
			l->s->target->exit_status = status;
			if (!l->finishing && l->began)
				arm(l, &l->root, now_us(l) + 1000, on_away);
		}
	}
	return 0;
}

static int on_stop(sd_event_source *src, const struct signalfd_siginfo *si, void *ctx)
{
	struct loop *l = ctx;

	(void)src;
	if (l->out->interrupted && si->ssi_signo == SIGINT) {
		l->out->at_once = true;
		if (l->d)
			driver_kill(l->d);
		if (l->report > 0)
			kill(l->report, SIGKILL);
		if (l->look > 0)
			kill(l->look, SIGKILL);
		return sd_event_exit(l->ev, 0);
	}
	l->out->interrupted = true;
	l->s->epoch_due = true;
	if (!l->finishing && l->began)
		take_row(l, 0);
	finish(l, END_SIGNAL, si->ssi_signo == SIGINT ? "interrupted (INT)" : "asked to stop (TERM)");
	return 0;
}

/* HUP: --min-rate, --warmup and --limit of the configuration file, as it is now. A bad file changes nothing. */
static void reload_thresholds(struct session *s)
{
	struct run_options o = { 0 };
	struct sk_err err = { 0 };

	if (!s->opt->config)
		return;
	if (opt_defaults(&cmd_run_options, &o, &err) == SK_OK && opt_config(&cmd_run_options, s->opt->config, &o, NULL, &err) == SK_OK &&
	    run_options_warmup(&o, &err) == SK_OK) {
		session_thresholds(s, &o);
		session_eventf(s, "reload", "thresholds of %s taken (HUP)", s->opt->config);
	} else {
		session_eventf(s, "error", "thresholds not reloaded: %s", err.msg);
	}
	opt_release(&cmd_run_options, &o);
}

static int on_user(sd_event_source *src, const struct signalfd_siginfo *si, void *ctx)
{
	struct loop *l = ctx;

	(void)src;
	if (l->finishing || !l->began)
		return 0;
	if (si->ssi_signo == SIGHUP) {
		rundir_reopen_logs(&l->s->dir);
		session_event(l->s, "reopen", "logs reopened (HUP)");
		reload_thresholds(l->s);
		return 0;
	}
	if (si->ssi_signo == SIGUSR2) {
		l->s->epoch_due = true;
		session_event(l->s, "epoch", "marked by hand (USR2)");
	}
	take_row(l, 0);
	if (si->ssi_signo == SIGUSR1 && !l->finishing)
		start_report(l);
	return 0;
}

/* From here on nothing is sampled: the workload cleans up, then the loop ends. Safe to call again. */
static void finish(struct loop *l, enum loop_end why, const char *words)
{
	if (l->finishing)
		return;
	l->finishing = true;
	l->out->end = why;
	l->out->idle = l->began && !l->holding && session_idle(l->s);
	l->out->workload_lost = l->out->idle || (l->began && l->d && !l->d->own && l->d->state != DRIVER_RUNNING);
	l->out->elapsed_s = l->began ? fmin(session_elapsed(l->s), isnan(l->s->opt->length_s) ? INFINITY : l->s->opt->length_s) : 0;
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
	arm(l, &l->driver_deadline, now_us(l) + (uint64_t)(stop_s * US), on_driver_deadline);
}

static int add_signals(struct loop *l)
{
	const struct {
		int sig;
		sd_event_signal_handler_t handler;
	} all[] = { { SIGINT, on_stop }, { SIGTERM, on_stop }, { SIGHUP, on_user }, { SIGUSR1, on_user }, { SIGUSR2, on_user }, { SIGCHLD, on_child } };
	int rc = 0;

	for (size_t i = 0; rc >= 0 && i < sizeof(all) / sizeof(*all); i++)
		rc = sd_event_add_signal(l->ev, NULL, all[i].sig, all[i].handler, l);
	return rc;
}

static void release(struct loop *l)
{
	sd_event_source **const all[] = { &l->tick, &l->driver_io, &l->root, &l->driver_deadline, &l->driver_again, &l->minute };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		*all[i] = sd_event_source_disable_unref(*all[i]);
	sd_event_unref(l->ev);
	if (l->report > 0)
		waitpid(l->report, NULL, 0);
	if (l->look > 0)
		waitpid(l->look, NULL, 0);
}

enum sk_code loop_run(struct session *s, struct driver *driver, const char *data_dir, struct loop_result *out, struct sk_err *err)
{
	struct loop l = { .s = s, .d = driver, .data_dir = data_dir, .out = out };
	int rc = sd_event_default(&l.ev);

	*out = (struct loop_result){ .end = END_ERROR };
	tell_init(&l.tell, s);
	if (rc >= 0)
		rc = add_signals(&l);
	if (rc >= 0)
		rc = sd_event_set_watchdog(l.ev, true);
	if (rc >= 0) {
		if (driver) {
			driver->hooks = hooks_of_loop;
			driver->hooks.ctx = &l;
			if (driver->sock != -1) /* the target is a process of ours: already started and adopted */
				rc = sd_event_add_io(l.ev, &l.driver_io, driver->sock, EPOLLIN, on_driver_readable, &l);
			else
				start_driver(&l);
		} else {
			begin(&l);
		}
	}
	if (rc >= 0)
		rc = sd_event_loop(l.ev);
	release(&l);
	tell_end(&l.tell);
	if (rc < 0)
		return sk_fail(err, SK_EIO, -rc, "the event loop failed: %s", strerror(-rc));
	return SK_OK;
}
