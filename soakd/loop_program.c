/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Programs in the loop: started without a shell, their output read through a pipe so that hooks.log stays bounded, ended by TERM
 * and KILL to their whole process group when their time is over. A daemon that one leaves behind keeps the pipe: it is read until
 * the run ends, so that the daemon is never stopped by a full one.
 */
#include "soakd/loop_program.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "soakd/kin.h"
#include "soakd/launch.h"
#include "soakd/loop_phases.h"
#include "soakd/loop_priv.h"

#define KILL_AFTER_S 5

bool programs_init(struct programs *p, struct loop *l, char *const *environment)
{
	*p = (struct programs){ .log = -1 };
	for (size_t i = 0; i < PROGRAMS_MAX; i++)
		p->one[i] = (struct program){ .loop = l, .out = -1 };
	p->env = environment ? environment_with(environ, environment) : NULL;
	return !environment || p->env;
}

static int open_log(struct programs *p, const struct loop *l)
{
	char path[PATH_MAX];

	if (p->log == -1 && snprintf(path, sizeof(path), "%s/hooks.log", l->s->dir.path) < (int)sizeof(path))
		p->log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
	return p->log;
}

static void write_log(struct programs *p, struct loop *l, const char *s, size_t n)
{
	size_t room = p->written < PROGRAM_LOG ? (size_t)(PROGRAM_LOG - p->written) : 0;

	if (n > room && !p->flooded) {
		p->flooded = true;
		session_eventf(l->s, "hook", "hooks.log has its %u KiB: what programs write from here on is dropped",
			       PROGRAM_LOG >> 10);
	}
	n = n < room ? n : room;
	p->written += n;
	if (n && open_log(p, l) != -1 && write(p->log, s, n) < 0)
		p->written -= n; /* a full disk: told by the rows */
}

static void close_output(struct program *one)
{
	one->io = sd_event_source_disable_unref(one->io);
	if (one->out != -1)
		close(one->out);
	one->out = -1;
}

/* A few pipes full at a time: a flood must not keep the loop from its rows. */
static bool read_output(struct program *one)
{
	struct programs *all = &one->loop->phases.programs;
	char buf[4096];

	for (int i = 0; i < 16; i++) {
		ssize_t n = read(one->out, buf, sizeof(buf));

		if (n > 0)
			write_log(all, one->loop, buf, (size_t)n);
		else
			return n < 0 && (errno == EAGAIN || errno == EINTR);
	}
	return true;
}

static int on_output(sd_event_source *src, int fd, uint32_t events, void *ctx)
{
	(void)src;
	(void)fd;
	(void)events;
	if (!read_output(ctx))
		close_output(ctx);
	return 0;
}

static int on_timeout(sd_event_source *src, uint64_t us, void *ctx)
{
	struct program *one = ctx;

	(void)src;
	(void)us;
	if (one->pid <= 0)
		return 0;
	kill(-one->pid, one->told_to_end ? SIGKILL : SIGTERM); /* our child, not reaped yet: the number is its own */
	if (one->told_to_end)
		return 0;
	one->told_to_end = true;
	session_eventf(one->loop->s, "error", "%s was ended: it ran longer than %g s", one->words, one->timeout_s);
	one->timer = sd_event_source_disable_unref(one->timer);
	sd_event_add_time(one->loop->ev, &one->timer, CLOCK_BOOTTIME, loop_now_us(one->loop) + KILL_AFTER_S * (uint64_t)US, 1000,
			  on_timeout, one);
	return 0;
}

static struct program *free_place(struct programs *p)
{
	for (size_t i = 0; i < PROGRAMS_MAX; i++)
		if (p->one[i].pid <= 0 && p->one[i].out == -1)
			return &p->one[i];
	for (size_t i = 0; i < PROGRAMS_MAX; i++) /* only what somebody left behind still holds its output */
		if (p->one[i].pid <= 0) {
			close_output(&p->one[i]);
			return &p->one[i];
		}
	return NULL;
}

static enum sk_code launch(struct programs *p, struct program *one, char *const *argv, struct sk_err *err)
{
	int ends[2];
	enum sk_code rc;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return sk_fail(err, SK_EIO, errno, "no pipe for its output: %s", strerror(errno));
	kin_mix(one->loop->s->target->kin); /* what it leaves behind comes to us as well */
	rc = launch_program(argv, p->env, ends[1], &one->pid, err);
	close(ends[1]);
	one->out = ends[0];
	if (rc != SK_OK) {
		one->pid = 0;
		close_output(one);
		return rc;
	}
	fcntl(one->out, F_SETFL, O_NONBLOCK);
	sd_event_add_io(one->loop->ev, &one->io, one->out, EPOLLIN, on_output, one);
	return SK_OK;
}

bool programs_start(struct programs *p, char *const *argv, double timeout_s, bool hook, const char *words)
{
	struct program *one = free_place(p);
	struct loop *l = p->one[0].loop;
	struct sk_err err = { 0 };

	if (!one) {
		session_eventf(l->s, "error", "%s was not run: %d others still do", words, PROGRAMS_MAX);
		return false;
	}
	one->hook = hook;
	one->told_to_end = false;
	one->timeout_s = timeout_s;
	snprintf(one->words, sizeof(one->words), "%s", words);
	if (launch(p, one, argv, &err) != SK_OK) {
		session_eventf(l->s, "error", "%s: %s", words, err.msg);
		return false;
	}
	sd_event_add_time(l->ev, &one->timer, CLOCK_BOOTTIME, loop_now_us(l) + (uint64_t)(timeout_s * US), 1000, on_timeout, one);
	return true;
}

bool programs_reaped(struct programs *p, pid_t pid, int status)
{
	struct program *one = NULL;

	for (size_t i = 0; i < PROGRAMS_MAX && !one; i++)
		one = p->one[i].pid == pid ? &p->one[i] : NULL;
	if (!one)
		return false;
	one->pid = 0;
	one->timer = sd_event_source_disable_unref(one->timer);
	if (one->out != -1 && !read_output(one))
		close_output(one);
	if (WIFSIGNALED(status) && !one->told_to_end)
		session_eventf(one->loop->s, "error", "%s was killed by signal %d", one->words, WTERMSIG(status));
	else if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		session_eventf(one->loop->s, "error", "%s exited with status %d; its output is in hooks.log", one->words,
			       WEXITSTATUS(status));
	if (one->hook)
		loop_phases_hook_ended(one->loop);
	return true;
}

void programs_stop(struct programs *p)
{
	for (size_t i = 0; i < PROGRAMS_MAX; i++)
		if (p->one[i].pid > 0)
			kill(-p->one[i].pid, SIGTERM);
}

void programs_release(struct programs *p)
{
	if (!p->one[0].loop)
		return;
	for (size_t i = 0; i < PROGRAMS_MAX; i++) {
		struct program *one = &p->one[i];

		if (one->pid > 0 && kill(-one->pid, SIGKILL) == 0)
			waitpid(one->pid, NULL, 0);
		one->pid = 0;
		one->timer = sd_event_source_disable_unref(one->timer);
		close_output(one);
	}
	if (p->log != -1)
		close(p->log);
	p->log = -1;
	free(p->env);
	p->env = NULL;
}
