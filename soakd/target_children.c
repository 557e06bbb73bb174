/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The children of a process. A child that a thread forked is in that thread's file alone, but most threads never fork: the file
 * of the first thread and of each that was seen to have children stays open and is read in every refresh, 0.4 us each, and all
 * threads' files only in a full look. What another thread forks between two of these is found by the next.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "soakd/target_priv.h"

struct forker {
	pid_t tid;
	int fd; /* -1: there was no room to keep it */
};

struct children_ctx {
	struct procfs *fs;
	pid_t pid;
	struct proc *p; /* whose forkers are learned; NULL: of nobody */
	struct identities *out;
	struct sk_err *err;
	enum sk_code rc;
};

/* "12 34 " of a children file in fs->buf. */
static enum sk_code add_listed(const struct procfs *fs, struct identities *out, struct sk_err *err)
{
	enum sk_code rc = SK_OK;
	char *s, *end;

	for (s = fs->buf; rc == SK_OK; s = end) {
		long pid = strtol(s, &end, 10);

		if (end == s)
			break;
		rc = identities_add(out, (struct identity){ .pid = (pid_t)pid }, err);
	}
	return rc;
}

static const char *children_name(char *name, size_t n, pid_t tid)
{
	snprintf(name, n, "task/%d/children", (int)tid);
	return name;
}

/* The new one at the end, or NULL without memory: then this thread's later children are found in full looks. */
static struct forker *learn(struct children_ctx *c, pid_t tid)
{
	void *f = c->p->forker;
	char name[64];

	if (sk_grow(&f, &c->p->forker_cap, c->p->n_forker + 1, sizeof(*c->p->forker)) != 0)
		return NULL;
	c->p->forker = f;
	c->p->forker[c->p->n_forker] = (struct forker){ tid, procfs_hold(c->fs, c->pid, children_name(name, sizeof(name), tid)) };
	return &c->p->forker[c->p->n_forker++];
}

static enum sk_code read_thread(struct children_ctx *c, pid_t tid)
{
	char name[64];
	enum sk_code rc = procfs_read(c->fs, c->pid, children_name(name, sizeof(name), tid), c->err);

	return rc == SK_OK ? add_listed(c->fs, c->out, c->err) : rc;
}

static enum sk_code read_forker(struct children_ctx *c, const struct forker *f)
{
	enum sk_code rc;

	if (f->fd == -1)
		return read_thread(c, f->tid);
	rc = procfs_read_held(c->fs, f->fd, c->err);
	return rc == SK_OK ? add_listed(c->fs, c->out, c->err) : rc;
}

/* A thread may end between the listing and the reading: that is no fault. The first one's entry stays as long as the process. */
static int each_thread(void *ctx, int dir, const char *name)
{
	struct children_ctx *c = ctx;
	pid_t tid = (pid_t)strtol(name, NULL, 10);
	size_t before = c->out->n;
	enum sk_code rc;

	(void)dir;
	if (c->p && tid == c->pid)
		return 0; /* it was read as the first forker */
	rc = read_thread(c, tid);
	if (rc == SK_ENOMEM || (rc == SK_EIO && tid == c->pid))
		c->rc = rc;
	else if (c->p && c->out->n > before)
		learn(c, tid);
	return c->rc != SK_OK;
}

static enum sk_code read_threads(struct children_ctx *c)
{
	enum sk_code rc = procfs_list(c->fs, c->pid, "task", each_thread, c, NULL);

	return rc == SK_OK ? c->rc : SK_EGONE;
}

enum sk_code tree_children(struct procfs *fs, pid_t pid, long threads, struct identities *out, struct sk_err *err)
{
	struct children_ctx c = { .fs = fs, .pid = pid, .out = out, .err = err, .rc = SK_OK };

	return threads <= 1 ? read_thread(&c, pid) : read_threads(&c);
}

static void unlearn(struct proc *p, size_t from)
{
	while (p->n_forker > from)
		if (p->forker[--p->n_forker].fd != -1)
			close(p->forker[p->n_forker].fd);
}

void children_close(struct proc *p)
{
	unlearn(p, 0);
	free(p->forker);
	p->forker = NULL;
	p->forker_cap = 0;
}

enum sk_code children_read(struct target *t, struct proc *p, bool all, struct identities *out, struct sk_err *err)
{
	struct children_ctx c = { .fs = t->fs, .pid = p->pid, .p = p, .out = out, .err = err, .rc = SK_OK };
	enum sk_code rc;

	if (!procfs_is_kept(t->fs, p->pid))
		return tree_children(t->fs, p->pid, p->threads, out, err);
	if (p->n_forker == 0 && !learn(&c, p->pid))
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the children of process %d", (int)p->pid);
	all = all && p->threads > 1;
	if (all)
		unlearn(p, 1); /* a thread's number may be another thread's by now */
	rc = read_forker(&c, &p->forker[0]);
	/* the file of a thread that has ended is empty, or says so: its children went to another thread, and are members already */
	for (size_t i = 1; rc == SK_OK && i < p->n_forker; i++)
		if (read_forker(&c, &p->forker[i]) == SK_ENOMEM)
			rc = SK_ENOMEM;
	return rc == SK_OK && all ? read_threads(&c) : rc;
}
