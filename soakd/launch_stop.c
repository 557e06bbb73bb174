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
#include "soakd/kin.h"
#include "soakd/launch.h"
#include "soakd/log_bound.h"
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
	const struct kin *kin; /* whose children of soakd are of the tree; NULL: nobody's */
	const struct log_bound *log;
	pid_t root;      /* of launch_stop_command() */
	bool root_alone; /* is asked in this round */
	bool (*spare)(pid_t root, pid_t pid, pid_t ppid, const char *comm);
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

/* Never soakd itself, init, or what has no parent (kernel threads, the first process of a container): whatever was asked for. */
static bool may_be_ended(const struct identity *id)
{
	return id->pid > 1 && id->pid != getpid() && id->ppid > 0;
}

static bool is_kin(struct stop *s, const struct identity *id)
{
	struct proc_stat st;

	return s->kin && id->ppid == s->kin->self && proc_stat_read(&s->fs, id->pid, &st, NULL) == SK_OK &&
	       st.starttime == id->starttime && kin_has(s->kin, &s->fs, &st);
}

/* Whether it belongs to the tree of `first` (0: nobody), by what is listed so far. */
static bool belongs(struct stop *s, const struct identity *id, pid_t first)
{
	return id->pid == first || listed(s, id->ppid) || is_kin(s, id);
}

/* Lists `first`, the kin, and all descendants of the listed. */
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

			if (may_be_ended(id) && !listed(s, id->pid) && belongs(s, id, first) && !list(s, id))
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

/* Who is not asked in this round. */
static bool is_left_alone(struct stop *s, const struct victim *v)
{
	struct proc_stat st;

	if (s->root_alone && v->who.pid != s->root)
		return true;
	return s->spare && proc_stat_read(&s->fs, v->who.pid, &st, NULL) == SK_OK &&
	       s->spare(s->root, v->who.pid, st.ppid, st.comm);
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
			if (s->victim[i].told != sig && !is_left_alone(s, &s->victim[i]))
				shoot(s, &s->victim[i], sig);
		rc = gather(s, 0, err); /* before the gone are dropped: their children are found by them */
		if (rc != SK_OK)
			return rc;
		drop_the_gone(s);
		log_bound_cut(s->log);
		if (s->n == 0 || clock_boot_ns(&clock_real) >= end)
			return SK_OK;
		nanosleep(&nap, NULL);
	}
}

static enum sk_code stop_begin(struct stop *s, pid_t pid, const struct identities *seen, struct sk_err *err)
{
	enum sk_code rc = procfs_open(&s->fs, "/proc", err);

	for (size_t i = 0; rc == SK_OK && seen && i < seen->n; i++) {
		struct identity id = seen->id[i];

		id.ppid = 1; /* what it was when it was seen says nothing; that soakd itself is never ended holds */
		if (may_be_ended(&id) && is_alive(s, &id) && !list(s, &id))
			rc = sk_fail(err, SK_ENOMEM, 0, "no memory to stop process %d", (int)id.pid);
	}
	if (rc == SK_OK)
		rc = gather(s, pid, err);
	if (rc == SK_OK && pid > 0)
		waitpid(pid, NULL, WNOHANG); /* it may have ended before we came */
	return rc;
}

static enum sk_code stop_end(struct stop *s, enum sk_code rc, struct sk_err *err)
{
	if (rc == SK_OK && s->n > 0)
		rc = round_of(s, SIGKILL, KILL_WAIT_S, err);
	if (rc == SK_OK && s->n > 0)
		rc = sk_fail(err, s->victim[0].sys == EPERM ? SK_EPERM : SK_EIO, s->victim[0].sys, "process %d does not end: %s",
			     (int)s->victim[0].who.pid,
			     s->victim[0].sys ? strerror(s->victim[0].sys) : "it took KILL and is still there");
	free(s->victim);
	free(s->scan.id);
	procfs_close(&s->fs);
	return rc;
}

enum sk_code launch_stop(pid_t pid, double grace_s, struct sk_err *err)
{
	struct stop s = { .fs = { .dirfd = -1 } };
	enum sk_code rc = stop_begin(&s, pid, NULL, err);

	if (rc == SK_OK && s.n > 0)
		rc = round_of(&s, SIGTERM, grace_s, err);
	return stop_end(&s, rc, err);
}

enum sk_code launch_stop_command(pid_t pid, const struct launch_ending *how, unsigned *killed, struct sk_err *err)
{
	struct stop s = { .fs = { .dirfd = -1 }, .kin = how->kin, .log = how->log, .root = pid, .spare = how->spare };
	double first_s = how->ask == SIGTERM ? 0 : how->wait_s / 2;
	enum sk_code rc = stop_begin(&s, 0, how->seen, err); /* pid alone may be another's by now */

	*killed = 0;
	if (rc == SK_OK && s.n > 0 && first_s > 0) {
		s.root_alone = true;
		rc = round_of(&s, how->ask, first_s, err);
		s.root_alone = false;
	}
	if (rc == SK_OK && s.n > 0)
		rc = round_of(&s, SIGTERM, how->wait_s - first_s, err);
	for (size_t i = 0; rc == SK_OK && i < s.n; i++)
		*killed += s.victim[i].told == SIGTERM;
	if (rc == SK_OK && *killed > 0) /* who writes down for them still has something to write */
		rc = round_of(&s, SIGKILL, KILL_WAIT_S, err);
	s.spare = NULL;
	return stop_end(&s, rc, err);
}
