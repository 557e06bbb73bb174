/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One process of the target: who it is, whether it is still the same one, what it is for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "soakd/roles.h"
#include "soakd/target_priv.h"

static enum sk_code parse_stat(enum sk_code rc, struct procfs *fs, pid_t pid, struct proc_stat *st, struct sk_err *err)
{
	if (rc != SK_OK)
		return rc;
	if (proc_stat_parse(fs->buf, fs->len, st) != 0)
		return sk_fail(err, SK_EPARSE, 0, "%s/%d/stat is not as the kernel writes it", fs->root, (int)pid);
	return SK_OK;
}

enum sk_code proc_stat_read(struct procfs *fs, pid_t pid, struct proc_stat *st, struct sk_err *err)
{
	return parse_stat(procfs_read(fs, pid, "stat", err), fs, pid, st, err);
}

enum sk_code proc_stat_read_once(struct procfs *fs, pid_t pid, struct proc_stat *st, struct sk_err *err)
{
	return parse_stat(procfs_read_once(fs, pid, "stat", err), fs, pid, st, err);
}

/* A first thread that has ended while others run looks like a zombie and is none. */
bool proc_stat_is_zombie(const struct proc_stat *st)
{
	return (st->state == 'Z' || st->state == 'X') && st->threads <= 1;
}

char *proc_cmdline(struct procfs *fs, pid_t pid)
{
	if (procfs_read(fs, pid, "cmdline", NULL) != SK_OK)
		return fs->buf; /* "" */
	for (size_t i = 0; i < fs->len; i++)
		if (fs->buf[i] == '\0')
			fs->buf[i] = ' ';
	while (fs->len > 0 && fs->buf[fs->len - 1] == ' ') /* the unused end of a title's space */
		fs->buf[--fs->len] = '\0';
	return fs->buf;
}

/* "Uid:\treal\teffective\tsaved\tfs" */
static bool status_second(const char *status, const char *key, unsigned *out)
{
	const char *line = strstr(status, key);
	char *end;

	if (!line)
		return false;
	strtoul(line + strlen(key), &end, 10);
	line = end;
	*out = (unsigned)strtoul(line, &end, 10);
	return end != line;
}

enum sk_code proc_owner(struct procfs *fs, pid_t pid, uid_t *uid, gid_t *gid, struct sk_err *err)
{
	enum sk_code rc = procfs_read(fs, pid, "status", err);

	if (rc != SK_OK)
		return rc;
	if (!status_second(fs->buf, "\nUid:", uid) || !status_second(fs->buf, "\nGid:", gid))
		return sk_fail(err, SK_EPARSE, 0, "%s/%d/status has no Uid and Gid", fs->root, (int)pid);
	return SK_OK;
}

/* ---- by number --------------------------------------------------------------------------------------------------------- */

static uint32_t *slot_of(const struct target *t, pid_t pid)
{
	const struct target_state_priv *v = t->priv;
	size_t i = (size_t)pid & (v->slots - 1);

	while (v->index[i] && t->proc[v->index[i] - 1].pid != pid)
		i = (i + 1) & (v->slots - 1);
	return &v->index[i];
}

/* Takes up who was appended since, or everybody. False without memory. */
static bool index_update(const struct target *t)
{
	struct target_state_priv *v = t->priv;

	if (2 * t->n >= v->slots) {
		size_t slots = v->slots ? v->slots : 64;

		while (2 * t->n >= slots)
			slots *= 2;
		free(v->index);
		v->index = sk_calloc(slots, sizeof(*v->index));
		v->slots = v->index ? slots : 0;
		v->indexed = 0;
	} else if (v->indexed == 0) {
		memset(v->index, 0, v->slots * sizeof(*v->index));
	}
	if (!v->index)
		return false;
	for (; v->indexed < t->n; v->indexed++) {
		uint32_t *slot = slot_of(t, t->proc[v->indexed].pid);

		if (!*slot)
			*slot = (uint32_t)v->indexed + 1;
	}
	return true;
}

struct proc *proc_by_pid(const struct target *t, pid_t pid)
{
	uint32_t *slot;

	if (t->n == 0)
		return NULL;
	if (t->priv->indexed == t->n || index_update(t)) {
		slot = slot_of(t, pid);
		return *slot ? &t->proc[*slot - 1] : NULL;
	}
	for (size_t i = 0; i < t->n; i++)
		if (t->proc[i].pid == pid)
			return &t->proc[i];
	return NULL;
}

/* ---- what it is for ---------------------------------------------------------------------------------------------------- */

#define TITLE_SHOWN 256 /* so much of two titles is compared */

/* Of its parent's kind, and so young that it may not have come to its own title: it has its parent's, or none. */
static bool is_starting(struct target *t, const struct proc *p, const struct proc *parent)
{
	char own[TITLE_SHOWN];

	if (p->zombie || p->root || t->priv->now_s - p->first_s >= YOUNG_S)
		return false;
	if (strcmp(p->role, p->comm) == 0)
		return true;
	snprintf(own, sizeof(own), "%s", proc_cmdline(t->fs, p->pid));
	return *own && strncmp(own, proc_cmdline(t->fs, parent->pid), sizeof(own) - 1) == 0;
}

/* Between fork and the first title a server's child has no role of its own: it is asked again. So is who may be retitled. */
static bool is_untitled(const struct target_kind *kind, const struct proc *p)
{
	if (!kind || !kind->role || p->zombie || p->load || (p->root && kind->titles & TITLES_NO_ROOT))
		return false;
	return kind->titles & TITLES_CHANGE || strcmp(p->role, p->comm) == 0 || strcmp(p->role, ROLE_STARTING) == 0;
}

/*
 * The role comes from the process's own command, not from the target's: a shell may have started the server. Who has no parent of
 * its own kind is its kind's root.
 */
static void set_role(struct target *t, struct proc *p)
{
	const struct target_kind *kind = target_kind_of_comm(p->comm);
	const struct proc *parent = proc_by_pid(t, p->ppid);
	bool kin = parent && target_kind_of_comm(parent->comm) == kind;

	if (p->load)
		snprintf(p->role, sizeof(p->role), "backend (soakd)");
	else if (kind && kind->role)
		kind->role(p->comm, proc_cmdline(t->fs, p->pid), !kin, p->role, sizeof(p->role));
	else
		snprintf(p->role, sizeof(p->role), "%s", p->comm);
	if (!p->load && kind && kind->role && kin && is_starting(t, p, parent))
		snprintf(p->role, sizeof(p->role), ROLE_STARTING);
	p->untitled = is_untitled(kind, p);
}

/*
 * A server that is reloaded makes new workers, and the old ones shut down when they have answered: the first of a generation to do so
 * tells of the reload. Those of one generation began together, so that a start time says whose one was.
 */
static void tell_reload(struct target *t, const struct proc *p)
{
	uint64_t second = (uint64_t)sysconf(_SC_CLK_TCK);

	if (!strstr(p->role, ROLE_RETIRING) || (t->reloads > 0 && p->starttime <= t->retired_start + second))
		return;
	t->reloads++;
	t->retired_start = p->starttime;
	target_tell(t, "target-reload", "%s %d: generation %u of the workers takes over", p->role, (int)p->pid, t->reloads + 1);
}

bool proc_is_restless(const struct target *t, const struct proc *p)
{
	return t->priv->now_s - p->first_s < YOUNG_S || p->zombie || p->untitled || !procfs_is_kept(t->fs, p->pid);
}

void proc_tell_new(struct target *t, struct proc *p, bool at_last)
{
	if (!p->untold || (!at_last && strcmp(p->role, ROLE_STARTING) == 0))
		return;
	p->untold = false;
	tally_add(&t->priv->came, p);
}

static void take_mark(struct target *t, struct proc *p)
{
	struct target_state_priv *v = t->priv;

	for (size_t i = 0; i < v->n_mark; i++) {
		if (v->mark[i] != p->pid)
			continue;
		v->mark[i] = v->mark[--v->n_mark];
		p->load = true;
		return;
	}
}

/* A recorded process has none, valgrind and kernels before 5.3 do not know the call: -1. The descriptor is CLOEXEC by itself. */
static int open_pidfd(const struct target *t, const struct proc *p)
{
	struct proc_stat st;
	int fd;

	if (p->zombie || strcmp(t->fs->root, "/proc") != 0)
		return -1;
	fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (fd == -1)
		return -1;
	/* Opened by number: is it still the one that was meant? A reused number has another start time. */
	if (proc_stat_read(t->fs, p->pid, &st, NULL) == SK_OK && st.starttime == p->starttime)
		return fd;
	close(fd);
	return -1;
}

void proc_make_root(struct target *t, struct proc *p)
{
	p->root = true;
	if (p->pidfd == -1)
		p->pidfd = open_pidfd(t, p);
}

void proc_close(struct target *t, struct proc *p)
{
	children_close(p);
	procfs_drop(t->fs, p->pid);
	if (p->pidfd != -1)
		close(p->pidfd);
	p->pidfd = -1;
}

void proc_update(struct target *t, struct proc *p, const struct proc_stat *st)
{
	char comm[sizeof(p->comm)];
	bool renamed;

	role_clean(comm, sizeof(comm), st->comm);
	renamed = strcmp(comm, p->comm) != 0; /* it has called exec, or prctl */
	p->ppid = st->ppid;
	p->threads = st->threads;
	p->zombie = proc_stat_is_zombie(st);
	p->kernel = st->flags & PROC_STAT_KTHREAD;
	if (!renamed && !(p->untitled && !p->zombie))
		return;
	memcpy(p->comm, comm, sizeof(comm));
	set_role(t, p);
	tell_reload(t, p);
}

static struct proc *append(struct target *t)
{
	void *p = t->proc;

	if (sk_grow(&p, &t->cap, t->n + 1, sizeof(*t->proc)) != 0)
		return NULL;
	t->proc = p;
	return &t->proc[t->n];
}

enum sk_code proc_add(struct target *t, pid_t pid, bool root, struct sk_err *err)
{
	struct proc_stat st;
	struct proc *p;
	gid_t gid;
	enum sk_code rc;

	if (pid == t->priv->self || proc_by_pid(t, pid))
		return SK_OK;
	procfs_keep(t->fs, pid); /* first: what is read from here on is of one process */
	rc = proc_stat_read_once(t->fs, pid, &st, err);
	p = rc == SK_OK ? append(t) : NULL;
	if (!p)
		procfs_drop(t->fs, pid);
	if (rc != SK_OK)
		return rc == SK_EGONE ? SK_OK : rc;
	if (!p)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the %zuth process of the target", t->n + 1);
	*p = (struct proc){ .pid = pid,
			    .starttime = st.starttime,
			    .pidfd = -1,
			    .uid = (uid_t)-1,
			    .first_s = t->priv->now_s,
			    .born = t->priv->now_s > 0 };
	proc_owner(t->fs, pid, &p->uid, &gid, NULL); /* unknown stays (uid_t)-1: it matters to nobody who watches */
	take_mark(t, p);
	t->n++;
	/* It has no command yet, so its role is asked for; set_role() looks at parents, so it had to be a member by now. */
	proc_update(t, p, &st);
	if (root)
		proc_make_root(t, p);
	else
		p->untold = true;
	proc_tell_new(t, p, false);
	return SK_OK;
}
