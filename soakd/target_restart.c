/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * No root is left. A command that put itself into the background, or a group whose first process ended, goes on with what lives;
 * what can come back is looked for in the same place until restart_wait_s have passed; the rest is dead.
 */
#include "soakd/kin.h"
#include "soakd/target_priv.h"

/*
 * A daemon's last parent may have come and gone between two refreshes; we are its reaper (launch_command), so the kernel made it
 * our child. Not each child of ours is one: kin.h.
 */
static void adopt_daemons(struct target *t)
{
	struct identities *seen = &t->priv->seen;
	struct proc_stat st;

	seen->n = 0;
	if (!t->kin || tree_children(t->fs, t->priv->self, 1, seen, NULL) != SK_OK)
		return;
	for (size_t i = 0; i < seen->n; i++)
		if (proc_stat_read(t->fs, seen->id[i].pid, &st, NULL) == SK_OK && !proc_stat_is_zombie(&st) &&
		    kin_has(t->kin, t->fs, &st))
			proc_add(t, seen->id[i].pid, true, NULL);
}

static bool goes_on(struct target *t)
{
	if (t->spec.how != TARGET_LAUNCH && t->spec.how != TARGET_UNIT && t->spec.how != TARGET_CGROUP)
		return false;
	tree_promote(t);
	if (t->spec.how == TARGET_LAUNCH && !tree_has_root(t))
		adopt_daemons(t);
	if (!tree_has_root(t))
		return false;
	tree_roots_first(t);
	t->exit_status = -1; /* the new root's end is yet to come */
	target_tell(t, "process-new", "%s %d goes on as the target's root", t->proc[0].role, (int)t->proc[0].pid);
	return true;
}

static bool can_return(const struct target *t)
{
	return t->spec.how == TARGET_NAME || t->spec.how == TARGET_PIDFILE || t->spec.how == TARGET_UNIT ||
	       t->spec.how == TARGET_CGROUP;
}

static enum sk_code look_again(struct target *t, struct sk_err *err)
{
	enum sk_code rc = find_roots(t, err);

	if (rc == SK_OK)
		rc = find_take(t, err);
	if (rc != SK_OK)
		return rc;
	t->restarts++;
	target_tell(t, "restart", "%s %d -> %d", t->proc[0].role, (int)t->priv->last_root, (int)t->proc[0].pid);
	return SK_OK;
}

enum sk_code restart_look(struct target *t, struct sk_err *err)
{
	double now = t->priv->now_s;

	if (t->state == TARGET_ALIVE) {
		if (goes_on(t))
			return tree_grow(t, err);
		t->state = TARGET_AWAY;
		t->away_since_s = now;
		tree_clear(t); /* a tree without its root is no longer what is watched */
	}
	if (can_return(t) && look_again(t, NULL) == SK_OK)
		return SK_OK;
	if (!can_return(t)) {
		t->state = TARGET_DEAD;
	} else if (now - t->away_since_s >= t->restart_wait_s) {
		t->state = TARGET_DEAD;
		target_tell(t, "target-exit", "%s did not come back in %g s", t->spec.text, t->restart_wait_s);
	}
	return sk_fail(err, SK_EGONE, 0, "%s has exited%s", t->spec.text, t->state == TARGET_AWAY ? " and is waited for" : "");
}
