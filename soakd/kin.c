/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is of the launched command: see kin.h. */
#include "soakd/kin.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

struct scan {
	struct kin *k;
	struct procfs *fs;
	struct sk_err *err;
	enum sk_code rc;
};

static int note_child(void *ctx, pid_t pid)
{
	struct scan *c = ctx;
	struct proc_stat st;

	if (proc_stat_read(c->fs, pid, &st, NULL) == SK_OK && st.ppid == c->k->self)
		c->rc = identities_add(&c->k->before, (struct identity){ pid, st.ppid, st.starttime }, c->err);
	return c->rc != SK_OK;
}

enum sk_code kin_init(struct kin *k, struct procfs *fs, struct sk_err *err)
{
	struct scan c = { .k = k, .fs = fs, .err = err, .rc = SK_OK };
	struct proc_stat own;
	int reaper = 0;
	enum sk_code rc;

	*k = (struct kin){ .self = getpid() };
	rc = proc_stat_read(fs, k->self, &own, err);
	if (rc != SK_OK)
		return rc == SK_EGONE ? sk_fail(err, SK_EIO, 0, "/proc does not show soakd itself") : rc;
	snprintf(k->mark, sizeof(k->mark), "SOAKD_LAUNCHED_BY=%d.%" PRIu64, (int)k->self, own.starttime);
	rc = procfs_each(fs, note_child, &c, err);
	if (rc == SK_OK)
		rc = c.rc;
	/* whoever was here before us may have asked for orphans, and exec keeps that */
	k->alone = k->before.n == 0 && k->self != 1 && prctl(PR_GET_CHILD_SUBREAPER, &reaper) == 0 && !reaper;
	return rc;
}

void kin_mix(struct kin *k)
{
	if (k)
		k->alone = false;
}

static bool was_there_before(const struct kin *k, const struct proc_stat *child)
{
	for (size_t i = 0; i < k->before.n; i++)
		if (k->before.id[i].pid == child->pid && k->before.id[i].starttime == child->starttime)
			return true;
	return false;
}

/* A program that writes its title over its environment has none any more. */
static bool has_mark(const struct kin *k, struct procfs *fs, pid_t pid)
{
	const char *word, *end;

	if (!k->mark[0] || procfs_read(fs, pid, "environ", NULL) != SK_OK)
		return false;
	word = fs->buf;
	end = fs->buf + fs->len;
	for (; word < end; word += strlen(word) + 1)
		if (strcmp(word, k->mark) == 0)
			return true;
	return false;
}

bool kin_has(const struct kin *k, struct procfs *fs, const struct proc_stat *child)
{
	if (was_there_before(k, child))
		return false;
	if (k->launched > 0 && (child->pid == k->launched || getpgid(child->pid) == k->launched))
		return true;
	/* our helpers, and we ourselves before an exec, are known by name */
	return has_mark(k, fs, child->pid) || (k->alone && strncmp(child->comm, "soakd", 5) != 0);
}

void kin_release(struct kin *k)
{
	free(k->before.id);
	k->before = (struct identities){ 0 };
}
