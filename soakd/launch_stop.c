/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ending a whole tree. Like systemd, TERM goes to every process of it at once. A parent's end gives its children to another
 * parent: who was once in the list stays in it, as pid and start time, and what the listed start meanwhile joins it.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "soakd/launch.h"
#include "soakd/target_priv.h"

#define LOOK_NS     20000000L /* 20 ms between two looks at who is left */
#define KILL_WAIT_S 5.0       /* KILL is not refused, but a process in uninterruptible sleep comes to it late */

struct victim {
	struct identity who;
	int told; /* the last signal it got, 0: none */
	int sys;  /* errno of a refusal */
};

struct stop {
	struct procfs fs;
	struct identities scan;
	struct victim *victim;
	size_t n, cap;
};

static int each_process(void *ctx, pid_t pid)
{
	struct stop *s = ctx;
	struct proc_stat st;

	if (proc_stat_read(&s->fs, pid, &st, NULL) != SK_OK || proc_stat_is_zombie(&st))
		return 0;
	return identities_add(&s->scan, (struct identity){ pid, st.ppid, st.starttime }, NULL) != SK_OK;
}

static bool listed(const struct stop *s, pid_t pid)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->victim[i].who.pid == pid)
			return true;
	return false;
}

static bool list(struct stop *s, const struct identity *id)
{
	void *p = s->victim;

	if (sk_grow(&p, &s->cap, s->n + 1, sizeof(*s->victim)) != 0)
		return false;
	s->victim = p;
	s->victim[s->n++] = (struct victim){ .who = *id };
	return true;
}

/* Lists `first` (0: nobody) and all descendants of the listed. */
static enum sk_code gather(struct stop *s, pid_t first, struct sk_err *err)
{
	size_t before;

	s->scan.n = 0;
	if (procfs_each(&s->fs, each_process, s, err) != SK_OK)
		return SK_EIO;
	do {
		before = s->n;
		for (size_t i = 0; i < s->scan.n; i++) {
			const struct identity *id = &s->scan.id[i];

			if ((id->pid == first || listed(s, id->ppid)) && !listed(s, id->pid) && !list(s, id))
				return sk_fail(err, SK_ENOMEM, 0, "no memory to stop process %d", (int)id->pid);
		}
	} while (s->n != before);
	return SK_OK;
}

static bool is_alive(struct stop *s, const struct identity *who)
{
	struct proc_stat st;
	enum sk_code rc = proc_stat_read(&s->fs, who->pid, &st, NULL);

	if (rc != SK_OK)
		return rc != SK_EGONE;
	return st.starttime == who->starttime && !proc_stat_is_zombie(&st);
}

static int send_signal(const struct victim *v, int pidfd, int sig)
{
	int rc = pidfd == -1 ? kill(v->who.pid, sig) : (int)syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0);

	return rc == -1 && errno != ESRCH ? errno : 0;
}

/* The pidfd is opened before the start time is compared: it cannot come to mean another process in between. */
static void shoot(struct stop *s, struct victim *v, int sig)
{
	int fd = (int)syscall(SYS_pidfd_open, v->who.pid, 0);

	if (is_alive(s, &v->who)) {
		v->sys = send_signal(v, fd, sig);
		if (sig == SIGTERM)
			send_signal(v, fd, SIGCONT); /* a stopped process cannot hear TERM */
	}
	v->told = sig;
	if (fd != -1)
		close(fd);
}

static void drop_the_gone(struct stop *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++) {
		waitpid(s->victim[i].who.pid, NULL, WNOHANG); /* ECHILD: another's child */
		if (is_alive(s, &s->victim[i].who))
			s->victim[kept++] = s->victim[i];
	}
	s->n = kept;
}

/* sig to all until nobody is left or wait_s have passed. */
static enum sk_code round_of(struct stop *s, int sig, double wait_s, struct sk_err *err)
{
	int64_t end = clock_boot_ns(&clock_real) + (int64_t)(wait_s * 1e9);
	const struct timespec nap = { 0, LOOK_NS };
	enum sk_code rc;

	for (;;) {
		for (size_t i = 0; i < s->n; i++)
			if (s->victim[i].told != sig)
				shoot(s, &s->victim[i], sig);
		rc = gather(s, 0, err); /* before the gone are dropped: their children are found by them */
		if (rc != SK_OK)
			return rc;
		drop_the_gone(s);
		if (s->n == 0 || clock_boot_ns(&clock_real) >= end)
			return SK_OK;
		nanosleep(&nap, NULL);
	}
}

enum sk_code launch_stop(pid_t pid, double grace_s, struct sk_err *err)
{
	struct stop s = { .fs = { .dirfd = -1 } };
	enum sk_code rc = procfs_open(&s.fs, "/proc", err);

	if (rc == SK_OK)
		rc = gather(&s, pid, err);
	if (rc == SK_OK)
		waitpid(pid, NULL, WNOHANG); /* it may have ended before we came */
	if (rc == SK_OK && s.n > 0)
		rc = round_of(&s, SIGTERM, grace_s, err);
	if (rc == SK_OK && s.n > 0)
		rc = round_of(&s, SIGKILL, KILL_WAIT_S, err);
	if (rc == SK_OK && s.n > 0)
		rc = sk_fail(err, s.victim[0].sys == EPERM ? SK_EPERM : SK_EIO, s.victim[0].sys, "process %d does not end: %s",
			     (int)s.victim[0].who.pid,
			     s.victim[0].sys ? strerror(s.victim[0].sys) : "it took KILL and is still there");
	free(s.victim);
	free(s.scan.id);
	procfs_close(&s.fs);
	return rc;
}
