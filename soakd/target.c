/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Following a target: what the loop calls. How the parts go together is drawn in target_priv.h. */
#include "soakd/target.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "soakd/target_priv.h"

#define RESTART_WAIT_S 30

void target_tell(struct target *t, const char *kind, const char *fmt, ...)
{
	char detail[512];
	va_list ap;

	if (!t->event)
		return;
	va_start(ap, fmt);
	vsnprintf(detail, sizeof(detail), fmt, ap);
	va_end(ap);
	t->event(t->event_ctx, kind, detail);
}

enum sk_code target_init(struct target *t, struct target_spec *spec, struct procfs *fs, struct sk_err *err)
{
	*t = (struct target){ .fs = fs, .pulse = "stat", .restart_wait_s = RESTART_WAIT_S, .exit_status = -1 };
	t->priv = sk_calloc(1, sizeof(*t->priv));
	if (t->priv)
		t->priv->cgroup_root = sk_strdup("/sys/fs/cgroup");
	if (!t->priv || !t->priv->cgroup_root) {
		free(t->priv);
		t->priv = NULL;
		return sk_fail(err, SK_ENOMEM, 0, "no memory to follow %s", spec->text);
	}
	t->priv->self = getpid();
	t->priv->looked_s = NAN;
	t->spec = *spec;
	*spec = (struct target_spec){ 0 };
	return SK_OK;
}

enum sk_code target_find(struct target *t, struct sk_err *err)
{
	enum sk_code rc = find_roots(t, err);

	return rc == SK_OK ? find_take(t, err) : rc;
}

enum sk_code target_adopt(struct target *t, pid_t pid, struct sk_err *err)
{
	t->priv->roots.n = 0;
	if (identities_add(&t->priv->roots, (struct identity){ .pid = pid }, err) != SK_OK)
		return SK_ENOMEM;
	return find_take(t, err);
}

static void tell_tally(struct target *t, struct tally *y, const char *kind, const char *verb)
{
	if (y->n < TARGET_TALK)
		for (size_t i = 0; i < y->n; i++)
			target_tell(t, kind, "%s", y->detail[i]);
	else
		target_tell(t, kind, "%zu processes %s", y->n, verb);
	y->n = 0;
}

enum sk_code target_refresh(struct target *t, double elapsed_s, struct sk_err *err)
{
	struct target_state_priv *v = t->priv;
	enum sk_code rc;

	if (!v->found)
		return sk_fail(err, SK_ENOTFOUND, 0, "%s was not found yet", t->spec.text);
	if (t->state == TARGET_DEAD)
		return sk_fail(err, SK_EGONE, 0, "%s has exited", t->spec.text);
	v->now_s = elapsed_s;
	v->came.n = v->went.n = 0;
	v->look = !(elapsed_s - v->looked_s < LOOK_S);
	if (v->look)
		v->looked_s = elapsed_s;
	procfs_row(t->fs);
	tree_prune(t);
	rc = tree_has_root(t) ? tree_grow(t, err) : restart_look(t, err);
	tell_tally(t, &v->went, "process-gone", "have exited");
	tell_tally(t, &v->came, "process-new", "are new");
	return rc;
}

enum sk_code target_members(const struct target *t, struct identities *out, struct sk_err *err)
{
	const struct identities *lost = &t->priv->orphan;
	enum sk_code rc = SK_OK;

	for (size_t i = 0; rc == SK_OK && i < t->n; i++)
		rc = identities_add(out, (struct identity){ t->proc[i].pid, t->proc[i].ppid, t->proc[i].starttime }, err);
	for (size_t i = 0; rc == SK_OK && i < lost->n; i++)
		rc = identities_add(out, lost->id[i], err);
	return rc;
}

int target_root_pidfd(const struct target *t)
{
	return t->n && t->proc[0].root ? t->proc[0].pidfd : -1;
}

bool target_has_pid(const struct target *t, pid_t pid)
{
	return proc_by_pid(t, pid) != NULL;
}

void target_mark_load(struct target *t, pid_t pid)
{
	struct target_state_priv *v = t->priv;
	struct proc *p = proc_by_pid(t, pid);
	void *mark = v->mark;

	if (p && p->root)
		return; /* a server that is one process serves others as well */
	if (p) {
		p->load = true;
		snprintf(p->role, sizeof(p->role), "backend (soakd)");
		return;
	}
	for (size_t i = 0; i < v->n_mark; i++)
		if (v->mark[i] == pid)
			return;
	if (sk_grow(&mark, &v->mark_cap, v->n_mark + 1, sizeof(*v->mark)) != 0)
		return; /* it will count as any other backend */
	v->mark = mark;
	v->mark[v->n_mark++] = pid;
}

void target_release(struct target *t)
{
	struct target_state_priv *v = t->priv;

	for (size_t i = 0; i < t->n; i++)
		proc_close(t, &t->proc[i]);
	free(t->proc);
	target_spec_release(&t->spec);
	if (v) {
		free(v->cgroup_root);
		free(v->group);
		free(v->seen.id);
		free(v->roots.id);
		free(v->orphan.id);
		free(v->mark);
		free(v->index);
		free(v);
	}
	t->proc = NULL;
	t->n = t->cap = 0;
	t->priv = NULL;
}
