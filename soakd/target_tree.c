/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tree: the dead leave, new children join. Who once was a member stays one as long as it lives, whoever its parent is by
 * then. Children are read from the children files of its threads; where the kernel has none (CONFIG_PROC_CHILDREN), from every
 * process's ppid. An unchanged tree costs no memory: directories are read into a buffer on the stack.
 */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "soakd/target_priv.h"

enum sk_code identities_add(struct identities *set, struct identity id, struct sk_err *err)
{
	void *p = set->id;

	if (sk_grow(&p, &set->cap, set->n + 1, sizeof(*set->id)) != 0)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for a list of %zu processes", set->n + 1);
	set->id = p;
	set->id[set->n++] = id;
	return SK_OK;
}

bool identities_has(const struct identities *set, pid_t pid)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->id[i].pid == pid)
			return true;
	return false;
}

/* ---- the dead ---------------------------------------------------------------------------------------------------------- */

void tally_add(struct tally *y, const struct proc *p)
{
	if (y->n < TARGET_TALK)
		snprintf(y->detail[y->n], sizeof(y->detail[0]), "%s %d", p->role, (int)p->pid);
	y->n++;
}

/* How our own child ended, while it still waits to be reaped: the loop may reap it only later. Reaps nothing. */
static void learn_exit(struct target *t, pid_t pid)
{
	siginfo_t si = { 0 };

	if (t->exit_status != -1 || (t->spec.how != TARGET_LAUNCH && t->spec.how != TARGET_OWN))
		return;
	if (waitid(P_PID, (id_t)pid, &si, WEXITED | WNOHANG | WNOWAIT) != 0 || si.si_pid != pid)
		return;
	if (si.si_code == CLD_EXITED)
		t->exit_status = W_EXITCODE(si.si_status & 0xff, 0);
	else
		t->exit_status = W_EXITCODE(0, si.si_status) | (si.si_code == CLD_DUMPED ? WCOREFLAG : 0);
}

static void tell_root_exit(struct target *t, const struct proc *p)
{
	int status = t->exit_status;

	if (status == -1)
		target_tell(t, "target-exit", "%s %d has exited", p->role, (int)p->pid);
	else if (WIFSIGNALED(status))
		target_tell(t, "target-exit", "%s %d was killed by signal %d%s", p->role, (int)p->pid, WTERMSIG(status),
			    WCOREDUMP(status) ? " and dumped core" : "");
	else
		target_tell(t, "target-exit", "%s %d has exited with status %d", p->role, (int)p->pid, WEXITSTATUS(status));
}

static void leave(struct target *t, struct proc *p)
{
	if (t->left)
		t->left(t->event_ctx, p);
	if (p->root) {
		learn_exit(t, p->pid);
		tell_root_exit(t, p);
		t->priv->last_root = p->pid;
	} else {
		if (p->untold && t->priv->went.n < TARGET_TALK) /* who goes has come: that is said first */
			target_tell(t, "process-new", "%s %d", p->role, (int)p->pid);
		tally_add(&t->priv->went, p);
	}
	proc_close(t, p);
	t->priv->indexed = 0;
}

/* A kept process by its pulse alone. Without memory it may be a zombie: that is for a full look to say. */
static enum sk_code feel_pulse(struct target *t, const struct proc *p, bool *certain)
{
	enum sk_code rc = procfs_read_once(t->fs, p->pid, t->pulse, NULL);

	*certain = rc == SK_EGONE || (rc == SK_OK && strncmp(t->fs->buf, "0 ", 2) != 0);
	return rc;
}

/* Is it the process that joined? What may not be read now is not proven dead. */
static bool still_there(struct target *t, struct proc *p)
{
	struct proc_stat st;
	enum sk_code rc;
	bool certain;

	if (strcmp(t->pulse, "stat") != 0 && !t->priv->look && !proc_is_restless(t, p)) {
		rc = feel_pulse(t, p, &certain);
		if (certain)
			return rc == SK_OK;
	}
	rc = proc_stat_read_once(t->fs, p->pid, &st, NULL);
	if (rc == SK_EGONE || (rc == SK_OK && st.starttime != p->starttime))
		return false;
	if (rc == SK_OK)
		proc_update(t, p, &st);
	proc_tell_new(t, p, true);      /* it had a whole row for its title */
	return !(p->root && p->zombie); /* an exited root serves nobody, reaped or not */
}

void tree_prune(struct target *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (!still_there(t, &t->proc[i]))
			leave(t, &t->proc[i]);
		else if (kept++ != i)
			t->proc[kept - 1] = t->proc[i];
	}
	if (t->n != kept)
		t->priv->indexed = 0;
	t->n = kept;
}

void tree_clear(struct target *t)
{
	t->priv->orphan.n = 0;
	for (size_t i = 0; i < t->n; i++) {
		const struct proc *p = &t->proc[i];

		/* without memory for it an orphan may be taken for a second root: the search then waits for its end */
		identities_add(&t->priv->orphan, (struct identity){ p->pid, p->ppid, p->starttime }, NULL);
		if (t->left)
			t->left(t->event_ctx, p);
		proc_close(t, &t->proc[i]);
	}
	t->n = t->priv->indexed = 0;
	t->priv->came.n = t->priv->went.n = 0; /* the root's end says it all */
}

/* ---- roots ------------------------------------------------------------------------------------------------------------- */

bool tree_has_root(const struct target *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->proc[i].root)
			return true;
	return false;
}

static bool has_no_parent(const struct target *t, const struct proc *p)
{
	return !p->root && !p->zombie && !proc_by_pid(t, p->ppid);
}

void tree_promote(struct target *t)
{
	struct proc_stat st;

	for (size_t i = 0; i < t->n; i++) {
		struct proc *p = &t->proc[i];

		if (!has_no_parent(t, p))
			continue;
		/* by the pulse alone its parent may be of some seconds ago */
		if (proc_stat_read_once(t->fs, p->pid, &st, NULL) == SK_OK && st.starttime == p->starttime)
			proc_update(t, p, &st);
		if (has_no_parent(t, p))
			proc_make_root(t, p);
	}
}

void tree_roots_first(struct target *t)
{
	size_t roots = 0;

	for (size_t i = 0; i < t->n; i++) {
		if (!t->proc[i].root)
			continue;
		if (i != roots) {
			struct proc p = t->proc[i];

			memmove(t->proc + roots + 1, t->proc + roots, (i - roots) * sizeof(p));
			t->proc[roots] = p;
			t->priv->indexed = 0;
		}
		roots++;
	}
}

/* ---- new children ------------------------------------------------------------------------------------------------------ */

struct scan_ctx {
	struct procfs *fs;
	struct identities *out;
	struct sk_err *err;
	enum sk_code rc;
};

static int scan_one(void *ctx, pid_t pid)
{
	struct scan_ctx *c = ctx;
	struct proc_stat st;

	if (proc_stat_read(c->fs, pid, &st, NULL) == SK_OK)
		c->rc = identities_add(c->out, (struct identity){ pid, st.ppid, st.starttime }, c->err);
	return c->rc != SK_OK;
}

/* Every process whose parent is a member, again until nobody joins: a child may have a lower number than its parent. */
static enum sk_code grow_by_ppid(struct target *t, struct sk_err *err)
{
	struct identities *seen = &t->priv->seen;
	struct scan_ctx c = { .fs = t->fs, .out = seen, .err = err, .rc = SK_OK };
	enum sk_code rc;
	size_t before;

	seen->n = 0;
	rc = procfs_each(t->fs, scan_one, &c, err);
	if (rc == SK_OK)
		rc = c.rc;
	do {
		before = t->n;
		for (size_t i = 0; rc == SK_OK && i < seen->n; i++)
			if (proc_by_pid(t, seen->id[i].ppid))
				rc = proc_add(t, seen->id[i].pid, false, err);
	} while (rc == SK_OK && t->n != before);
	return rc;
}

static enum sk_code grow_by_children(struct target *t, struct sk_err *err)
{
	struct identities *seen = &t->priv->seen;
	struct sk_err why;
	enum sk_code rc;

	for (size_t i = 0; i < t->n; i++) { /* grows while it runs: the new ones' children come in the same refresh */
		struct proc *p = &t->proc[i];
		bool all = t->priv->look || proc_is_restless(t, p);

		seen->n = 0;
		rc = p->zombie ? SK_EGONE : children_read(t, p, all, seen, &why);
		if (rc == SK_EIO) {
			t->priv->no_children = true;
			return grow_by_ppid(t, err);
		}
		if (rc == SK_ENOMEM)
			return sk_fail(err, rc, 0, "%s", why.msg);
		for (size_t k = 0; k < seen->n; k++) {
			rc = proc_add(t, seen->id[k].pid, false, err);
			if (rc != SK_OK)
				return rc;
		}
	}
	return SK_OK;
}

static enum sk_code grow_by_group(struct target *t, struct sk_err *err)
{
	struct identities *seen = &t->priv->seen;
	enum sk_code rc = group_members(t, err);

	for (size_t i = 0; rc == SK_OK && i < seen->n; i++)
		if (!proc_by_pid(t, seen->id[i].pid) && !find_is_ours(t, seen->id[i].pid))
			rc = proc_add(t, seen->id[i].pid, false, err);
	tree_promote(t);
	return rc == SK_EGONE ? SK_OK : rc; /* all have left, or will soon be found dead */
}

enum sk_code tree_grow(struct target *t, struct sk_err *err)
{
	enum sk_code rc;

	if (t->spec.how == TARGET_UNIT || t->spec.how == TARGET_CGROUP)
		rc = grow_by_group(t, err);
	else
		rc = t->priv->no_children ? grow_by_ppid(t, err) : grow_by_children(t, err);
	tree_roots_first(t);
	return rc;
}
