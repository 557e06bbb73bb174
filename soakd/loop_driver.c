/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workload's process in the loop: started, heard, started again when it dies, ended. */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "soakd/cmds.h"
#include "soakd/loop_priv.h"
#include "soakd/target.h"
#include "soakd/under.h"

#define DRIVER_START_S 120 /* to connect and seed; a server under a tool starts slowly, and has --under-wait if that is longer */

static int on_driver_readable(sd_event_source *src, int fd, uint32_t events, void *ctx);
static int on_driver_again(sd_event_source *src, uint64_t us, void *ctx);

static void workload_failed(struct loop *l, int status, const char *sentence)
{
	l->out->status = status;
	sk_fail(&l->out->err, SK_EUSAGE, 0, "%s", sentence);
	loop_finish(l, END_WORKLOAD, sentence);
}

#define LAUNCHED_UP_S   10 /* a server that we launched has to answer the workload by then; under a tool as long as start_s() */
#define LAUNCHED_LOOK_S 0.3

static double start_s(const struct loop *l)
{
	return l->s->opt->under == UNDER_NONE ? DRIVER_START_S : fmax(DRIVER_START_S, l->s->opt->under_wait_s);
}

int loop_driver_deadline(sd_event_source *src, uint64_t us, void *ctx)
{
	struct loop *l = ctx;

	(void)src;
	(void)us;
	if (l->finishing) {
		session_event(l->s, "error",
			      "the workload did not stop in time and was killed; it may have left its schema or file behind");
		driver_kill(l->d);
		return 0;
	}
	driver_kill(l->d);
	char words[120];

	snprintf(words, sizeof(words), "the workload was not ready within %g s; is the server overloaded, or waiting for a lock?",
		 start_s(l));
	workload_failed(l, 5, words);
	return 0;
}

/* The workload is started again, each time later: 1, 2, 4 ... 64 s. */
static void driver_again(struct loop *l, const char *why)
{
	unsigned wait = 1u << (l->driver_losses < 6 ? l->driver_losses : 6);

	l->driver_losses++;
	session_eventf(l->s, "driver-exit", "%s; started again in %u s", why, wait);
	loop_arm(l, &l->driver_again, loop_now_us(l) + (uint64_t)wait * US, on_driver_again);
}

void loop_driver_start(struct loop *l)
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
		loop_arm(l, &l->driver_deadline, loop_now_us(l) + (uint64_t)(start_s(l) * US), loop_driver_deadline);
}

/* Watching never asks one server and judges another: nothing of it is taken, and that is said. */
static void tell_foreign(struct loop *l)
{
	session_event(l->s, "error",
		      "the server that was asked is not the one watched: nothing of what it says is recorded; look at --dsn");
}

/* A backend that has ended belongs to nobody; neither does one of a server that is being started. */
static bool is_there(const struct target *t, pid_t pid)
{
	return t->state == TARGET_ALIVE && pid > 0 && (kill(pid, 0) == 0 || errno == EPERM);
}

/* Watching never loads one server and judges another. */
static void stop_foreign(struct loop *l)
{
	driver_kill(l->d);
	session_event(l->s, "error", "the workload reached another server than the one watched and was stopped");
}

static void found_backend(struct loop *l, pid_t pid)
{
	l->backend_foreign &= !l->d->observes;
	if (!l->d->observes)
		target_mark_load(l->s->target, pid);
}

/* Of those that were not in the tree when they were told of. A refresh walks all processes: one for all of them. */
static void place_backends(struct loop *l)
{
	bool stop = false;

	if (l->n_unplaced == 0)
		return;
	target_refresh(l->s->target, fmax(0, session_elapsed(l->s)), NULL);
	for (size_t i = 0; i < l->n_unplaced; i++) {
		if (target_has_pid(l->s->target, l->unplaced[i])) {
			found_backend(l, l->unplaced[i]);
			continue;
		}
		l->backend_foreign = true;
		stop |= l->d->state == DRIVER_RUNNING && is_there(l->s->target, l->unplaced[i]);
	}
	l->n_unplaced = 0;
	if (l->d->observes && l->backend_foreign && l->began)
		tell_foreign(l);
	else if (!l->d->observes && stop)
		stop_foreign(l);
}

/* A thousand connections come one by one, and each may be in the tree only after a refresh: they are looked for together. */
static void on_backend(void *ctx, pid_t pid)
{
	struct loop *l = ctx;

	if (target_has_pid(l->s->target, pid)) {
		found_backend(l, pid);
		return;
	}
	l->unplaced[l->n_unplaced++] = pid;
	/* what an observer says next counts only where it asks the watched server */
	if (l->n_unplaced == UNPLACED_MOST || l->d->observes)
		place_backends(l);
}

static void on_connected(void *ctx)
{
	struct loop *l = ctx;

	place_backends(l);
	if (l->backend_foreign && !l->d->own && !l->d->observes) {
		if (l->began) {
			stop_foreign(l);
			return;
		}
		driver_kill(l->d);
		workload_failed(
			l, 2,
			"the workload reached a server that is not the one watched: its backend is no process of the target; "
			"check --dsn (of PostgreSQL PGHOST, PGPORT and PGSERVICE too), or watch the other one with --target "
			"pid:N");
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
	if (l->began) {
		session_event(l->s, "driver-ready", "the workload goes on");
		loop_phases_driver_ready(l);
		return;
	}
	loop_begin(l);
	if (l->d->observes && l->backend_foreign)
		tell_foreign(l);
}

static void on_driver_event(void *ctx, const char *kind, const char *detail)
{
	session_event(((struct loop *)ctx)->s, kind, detail);
}

static void on_internal(void *ctx, pid_t pid, const char *source, const char *unit, const char *value, const char *item)
{
	struct loop *l = ctx;

	if (!l->d->observes || target_has_pid(l->s->target, pid)) {
		session_internal(l->s, pid, source, unit, value, item);
	} else if (!l->backend_foreign) { /* it was a process of the target when it was reached */
		l->backend_foreign = true;
		tell_foreign(l);
	}
}

static void on_info(void *ctx, const char *key, const char *value)
{
	const struct loop *l = ctx;
	struct session *s = l->s;
	json_t *info = json_object_get(s->run, "target_info");

	if (l->d->observes && l->backend_foreign)
		return;
	if (!info) {
		info = json_object();
		json_object_set_new(s->run, "target_info", info);
	}
	json_object_set_new(info, key, json_string(value));
}

/* A server that was launched a moment ago does not listen yet: the workload is started again until it does. */
static bool may_come_up(const struct loop *l)
{
	return !l->began && !l->finishing && l->s->target->spec.how == TARGET_LAUNCH && l->s->target->state == TARGET_ALIVE &&
	       loop_now_us(l) < l->ready_by_us;
}

static void on_failed(void *ctx, int status, const char *sentence)
{
	struct loop *l = ctx;

	if (status == EXIT_USAGE && may_come_up(l)) {
		l->driver_early = true;
		return;
	}
	if (!l->began)
		workload_failed(l, status ? status : 5, sentence);
	else
		session_event(l->s, "error", sentence);
}

static void on_drained(void *ctx, size_t phase)
{
	loop_phases_drained(ctx, phase);
}

static const struct driver_hooks hooks_of_loop = { on_backend, on_connected, on_ready, on_driver_event, on_internal, on_info,
						   on_failed,  on_drained,   NULL };

static int on_driver_readable(sd_event_source *src, int fd, uint32_t events, void *ctx)
{
	struct loop *l = ctx;

	(void)src;
	(void)fd;
	(void)events;
	if (driver_readable(l->d, NULL) != SK_OK)
		l->driver_io = sd_event_source_disable_unref(l->driver_io);
	if (l->began) /* before, none may be foreign until all are connected */
		place_backends(l);
	return 0;
}

static int on_driver_again(sd_event_source *src, uint64_t us, void *ctx)
{
	struct loop *l = ctx;

	(void)src;
	(void)us;
	if (!l->finishing && !l->began) { /* the server is waited for: as long as it lives */
		target_refresh(l->s->target, 0, NULL);
		if (l->s->target->state != TARGET_ALIVE)
			loop_finish(l, END_TARGET_DIED, "the target died");
	}
	if (!l->finishing) {
		l->backend_foreign = false;
		loop_driver_start(l);
	}
	return 0;
}

void loop_driver_reaped(struct loop *l, int status)
{
	struct driver *d = l->d;

	driver_readable(d, NULL); /* its last words */
	l->n_unplaced = 0;        /* its connections have gone with it */
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
		loop_finish(l, END_TARGET_DIED, "the target died");
		return;
	}
	if (l->driver_early) {
		l->driver_early = false;
		l->driver_deadline = sd_event_source_disable_unref(l->driver_deadline);
		loop_arm(l, &l->driver_again, loop_now_us(l) + (uint64_t)(LAUNCHED_LOOK_S * US), on_driver_again);
		return;
	}
	if (!l->began) {
		workload_failed(l, 5, "the workload ended before it was ready");
		return;
	}
	char why[80];

	snprintf(why, sizeof(why), "the workload's process %s %d",
		 WIFSIGNALED(status) ? "was killed by signal" : "exited with status",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	driver_again(l, why);
	loop_phases_driver_lost(l);
}

int loop_driver_listen(struct loop *l)
{
	l->ready_by_us = loop_now_us(l) + (uint64_t)((l->s->opt->under == UNDER_NONE ? LAUNCHED_UP_S : start_s(l)) * US);
	l->d->hooks = hooks_of_loop;
	l->d->hooks.ctx = l;
	if (l->d->sock == -1) {
		loop_driver_start(l);
		return 0;
	}
	/* the target is a process of ours: already started and adopted */
	loop_arm(l, &l->driver_deadline, loop_now_us(l) + (uint64_t)(start_s(l) * US), loop_driver_deadline);
	return sd_event_add_io(l->ev, &l->driver_io, l->d->sock, EPOLLIN, on_driver_readable, l);
}
