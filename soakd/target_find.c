/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a root is looked for: by name, by number, in a pid file. Units and control groups: target_group.c. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "base/units.h"
#include "soakd/roles.h"
#include "soakd/target_priv.h"

#define COMM_LEN        15 /* TASK_COMM_LEN - 1 */
#define ANCESTORS_MAX   64 /* a chain of parents longer than this is a loop of recycled numbers */
#define LIST_MAX        6  /* roots that a message names */
#define CMD_SHOWN       100
#define PIDFILE_SLACK_S 2 /* a start time is whole ticks on a whole second of btime */

bool find_is_ours(struct target *t, pid_t pid)
{
	struct proc_stat st;

	for (int i = 0; pid > 1 && i < ANCESTORS_MAX; i++) {
		if (pid == t->priv->self)
			return true;
		if (proc_stat_read(t->fs, pid, &st, NULL) != SK_OK)
			return false;
		pid = st.ppid;
	}
	return false;
}

/* ---- by name ----------------------------------------------------------------------------------------------------------- */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/*
 * comm holds 15 bytes of a name; the rest is asked of the executable, and of the first two words of the command line: the
 * program, and the script that an interpreter runs. exe may not be readable by us.
 */
static bool long_name_matches(struct procfs *fs, pid_t pid, const char *name)
{
	char path[64], exe[4096];
	ssize_t n;

	snprintf(path, sizeof(path), "%d/exe", (int)pid);
	n = readlinkat(fs->dirfd, path, exe, sizeof(exe) - 1);
	if (n > 0) {
		exe[n] = '\0';
		char *deleted = strstr(exe, " (deleted)");

		if (deleted)
			*deleted = '\0';
		if (strcmp(base_name(exe), name) == 0)
			return true;
	}
	if (procfs_read(fs, pid, "cmdline", NULL) != SK_OK)
		return false;
	const char *word = fs->buf, *end = fs->buf + fs->len;

	for (int i = 0; i < 2 && word < end; i++, word += strlen(word) + 1)
		if (strcmp(base_name(word), name) == 0)
			return true;
	return false;
}

static bool name_matches(struct target *t, pid_t pid, const struct proc_stat *st)
{
	const char *name = t->spec.arg;

	if (t->spec.kind)
		for (size_t i = 0; i < sizeof(t->spec.kind->comms) / sizeof(*t->spec.kind->comms) && t->spec.kind->comms[i]; i++)
			if (strcmp(st->comm, t->spec.kind->comms[i]) == 0)
				return true;
	if (strlen(name) <= COMM_LEN)
		return strcmp(st->comm, name) == 0;
	return strlen(st->comm) == COMM_LEN && strncmp(st->comm, name, COMM_LEN) == 0 && long_name_matches(t->fs, pid, name);
}

struct scan_ctx {
	struct target *t;
	struct sk_err *err;
	enum sk_code rc;
};

static int consider(void *ctx, pid_t pid)
{
	struct scan_ctx *c = ctx;
	struct proc_stat st;

	if (proc_stat_read(c->t->fs, pid, &st, NULL) == SK_OK && !proc_stat_is_zombie(&st) && name_matches(c->t, pid, &st))
		c->rc = identities_add(&c->t->priv->seen, (struct identity){ pid, st.ppid, st.starttime }, c->err);
	return c->rc != SK_OK;
}

/* What a dead root left behind is not its successor. */
static bool is_orphan(const struct target *t, const struct identity *id)
{
	for (size_t i = 0; i < t->priv->orphan.n; i++)
		if (t->priv->orphan.id[i].pid == id->pid && t->priv->orphan.id[i].starttime == id->starttime)
			return true;
	return false;
}

static int by_pid(const void *a, const void *b)
{
	const struct identity *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* How to pick one comes first: a list may be cut. */
static enum sk_code several(struct target *t, struct sk_err *err)
{
	const struct identities *r = &t->priv->roots;
	char cmd[CMD_SHOWN + 1];
	struct text list = TEXT_INIT;
	enum sk_code rc;

	for (size_t i = 0; i < r->n && i < LIST_MAX; i++) {
		role_clean(cmd, sizeof(cmd), proc_cmdline(t->fs, r->id[i].pid));
		text_addf(&list, "%s pid %d (%s)", i ? "," : "", (int)r->id[i].pid, cmd);
	}
	if (r->n > LIST_MAX)
		text_addf(&list, ", and %zu more", r->n - LIST_MAX);
	rc = sk_fail(err, SK_EMANY, 0,
		     "%zu processes are named %s and none is the other's parent; pick one with --target pid:N%s:%s", r->n,
		     t->spec.arg, t->dsn ? " beside --dsn" : "", text_str(&list));
	text_release(&list);
	return rc;
}

static enum sk_code find_name(struct target *t, struct sk_err *err)
{
	struct target_state_priv *v = t->priv;
	struct scan_ctx c = { t, err, SK_OK };
	enum sk_code rc;

	v->seen.n = 0;
	rc = procfs_each(t->fs, consider, &c, err);
	if (rc == SK_OK)
		rc = c.rc;
	for (size_t i = 0; rc == SK_OK && i < v->seen.n; i++) {
		const struct identity *id = &v->seen.id[i];

		if (!identities_has(&v->seen, id->ppid) && !is_orphan(t, id) && !find_is_ours(t, id->pid))
			rc = identities_add(&v->roots, *id, err);
	}
	if (rc != SK_OK)
		return rc;
	if (v->roots.n == 0)
		return sk_fail(err, SK_ENOTFOUND, 0,
			       "no process is named %s; is it running? soakd list targets shows what can be watched",
			       t->spec.arg);
	qsort(v->roots.id, v->roots.n, sizeof(*v->roots.id), by_pid);
	if (v->roots.n > 1 && t->dsn && t->spec.kind && strcmp(t->spec.kind->name, "redis") == 0 && redis_pick(t, &v->roots))
		return SK_OK;
	return v->roots.n == 1 ? SK_OK : several(t, err);
}

/* ---- by number --------------------------------------------------------------------------------------------------------- */

/* A process that lives and is not soakd. `who` begins the sentence about one that does not. */
static enum sk_code take_pid(struct target *t, pid_t pid, const char *who, struct sk_err *err)
{
	struct proc_stat st;
	enum sk_code rc;

	if (pid == t->priv->self)
		return sk_fail(err, SK_EUSAGE, 0, "%s%d is this soakd itself, which cannot be its own target", who, (int)pid);
	rc = proc_stat_read(t->fs, pid, &st, err);
	if (rc == SK_EGONE || (rc == SK_OK && proc_stat_is_zombie(&st)))
		return sk_fail(err, SK_ENOTFOUND, 0, "%s%d is not running", who, (int)pid);
	if (rc != SK_OK)
		return rc;
	return identities_add(&t->priv->roots, (struct identity){ pid, st.ppid, st.starttime }, err);
}

/* ---- by pid file ------------------------------------------------------------------------------------------------------- */

static enum sk_code read_pidfile(const char *path, pid_t *pid, struct timespec *written, struct sk_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), sys = errno;
	struct stat st;
	char buf[64];
	ssize_t n = -1;
	int64_t v;

	if (fd == -1 && (sys == ENOENT || sys == ENOTDIR))
		return sk_fail(err, SK_ENOTFOUND, sys, "there is no pid file %s; is the server running?", path);
	if (fd == -1 && (sys == EACCES || sys == EPERM))
		return sk_fail(err, SK_EPERM, sys, "pid file %s may not be read by us; run soakd as root or as the server's user",
			       path);
	if (fd != -1 && fstat(fd, &st) == 0)
		n = read(fd, buf, sizeof(buf) - 1);
	if (n < 0) {
		sys = errno;
		if (fd != -1)
			close(fd);
		return sk_fail(err, SK_EIO, sys, "cannot read pid file %s: %s", path, strerror(sys));
	}
	close(fd);
	buf[n] = '\0';
	buf[strcspn(buf, "\r\n")] = '\0';
	char *first = buf + strspn(buf, " \t");

	first[strcspn(first, " \t")] = '\0';
	if (int_parse(first, &v, NULL) != SK_OK || v < 1 || v > INT32_MAX)
		return sk_fail(err, SK_ENOTFOUND, 0,
			       "the first line of pid file %s is no process id; is the server still starting?", path);
	*pid = (pid_t)v;
	*written = st.st_mtim;
	return SK_OK;
}

/* Unix seconds at which the machine started; -1 if a recorded tree does not have it. */
static int64_t boot_time(struct procfs *fs)
{
	const char *line;

	if (procfs_read(fs, 0, "stat", NULL) != SK_OK)
		return -1;
	line = strstr(fs->buf, "\nbtime ");
	return line ? strtoll(line + 7, NULL, 10) : -1;
}

/* A process that is younger than the file got a recycled number. */
static enum sk_code find_pidfile(struct target *t, struct sk_err *err)
{
	const char *path = t->spec.arg;
	struct timespec written = { 0 };
	char who[512];
	pid_t pid = 0;
	enum sk_code rc = read_pidfile(path, &pid, &written, err);

	if (rc != SK_OK)
		return rc;
	snprintf(who, sizeof(who), "pid file %s is stale: process ", path);
	rc = take_pid(t, pid, who, err);
	if (rc != SK_OK)
		return rc;
	int64_t boot = boot_time(t->fs);
	double started = (double)boot + (double)t->priv->roots.id[0].starttime / (double)sysconf(_SC_CLK_TCK);

	if (boot < 0 || started <= (double)written.tv_sec + 1e-9 * (double)written.tv_nsec + PIDFILE_SLACK_S)
		return SK_OK;
	t->priv->roots.n = 0;
	return sk_fail(err, SK_ENOTFOUND, 0,
		       "%s%d started after the file was written; if it is the right one, say --target pid:%d", who, (int)pid,
		       (int)pid);
}

/* ---- all --------------------------------------------------------------------------------------------------------------- */

static enum sk_code find_group(struct target *t, struct sk_err *err)
{
	struct target_state_priv *v = t->priv;
	enum sk_code rc = group_locate(t, err);

	if (rc == SK_OK)
		rc = group_members(t, err);
	for (size_t i = 0; rc == SK_OK && i < v->seen.n; i++)
		if (!find_is_ours(t, v->seen.id[i].pid))
			rc = identities_add(&v->roots, v->seen.id[i], err);
	if (rc == SK_EGONE || (rc == SK_OK && v->roots.n == 0))
		return sk_fail(err, SK_ENOTFOUND, 0, "control group %s has no process", v->group);
	return rc;
}

enum sk_code find_roots(struct target *t, struct sk_err *err)
{
	t->priv->roots.n = 0;
	switch (t->spec.how) {
	case TARGET_NAME:
		return find_name(t, err);
	case TARGET_PID:
		return take_pid(t, t->spec.pid, "process ", err);
	case TARGET_PIDFILE:
		return find_pidfile(t, err);
	case TARGET_UNIT:
	case TARGET_CGROUP:
		return find_group(t, err);
	case TARGET_LAUNCH:
	case TARGET_OWN:
		break;
	}
	return sk_fail(err, SK_ENOTFOUND, 0, "%s is started by soakd, not looked for", t->spec.text);
}

enum sk_code find_take(struct target *t, struct sk_err *err)
{
	struct target_state_priv *v = t->priv;
	bool group = t->spec.how == TARGET_UNIT || t->spec.how == TARGET_CGROUP;
	enum sk_code rc = SK_OK;

	v->look = true; /* whoever is found is looked at whole */
	for (size_t i = 0; rc == SK_OK && i < v->roots.n; i++)
		rc = proc_add(t, v->roots.id[i].pid, !group, err);
	if (rc == SK_OK)
		rc = tree_grow(t, err); /* in a group it also says who is a root */
	v->came.n = v->went.n = 0;
	for (size_t i = 0; i < t->n; i++)
		t->proc[i].untold = false;
	if (rc == SK_OK && !tree_has_root(t))
		rc = sk_fail(err, SK_ENOTFOUND, 0, "%s exited while it was looked at", t->spec.text);
	if (rc != SK_OK) {
		tree_clear(t);
		return rc;
	}
	v->found = true;
	t->state = TARGET_ALIVE;
	return SK_OK;
}
