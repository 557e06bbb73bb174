/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the target_*.c files share, and tests inject. One refresh:
 *
 *   target.c          tree_prune ─▶ roots left? ─yes─▶ tree_grow ─▶ events
 *                                       │no
 *   target_restart.c                    └─▶ promote, look again, wait, or give up
 *   target_find.c     where a root is looked for: name, pid, pid file;  target_group.c: unit, control group
 *   target_proc.c     one process: identity, role;  target_tree.c: all of them;  target_children.c: who was forked
 */
#ifndef SOAKD_TARGET_PRIV_H
#define SOAKD_TARGET_PRIV_H

#include "samplers/proc_stat.h"
#include "soakd/target.h"

#define LOOK_S 30 /* seconds between full looks: at a row a second they are a tenth of a refresh by statm */
#define YOUNG_S 10 /* a process's first seconds, in which it may fork, exec and take its title: it is looked at in full */
#define TARGET_TALK 20 /* so many processes that came, or went, in one refresh are told one by one; more in one line */

/* Who a process is within one boot. */
struct identity {
	pid_t pid, ppid;
	uint64_t starttime;
};

struct identities {
	struct identity *id;
	size_t n, cap;
};

/* Processes that came, or went, in this refresh. */
struct tally {
	size_t n;
	char detail[TARGET_TALK][80]; /* "ROLE PID" */
};

struct target_state_priv {
	char *cgroup_root; /* "/sys/fs/cgroup", or a test's */
	char *group;	   /* the directory of unit: and cgroup:, once found */
	pid_t self;	   /* soakd: never a member of its own target */
	bool found;	   /* there has been a root */
	bool no_children;  /* this kernel has no children files: the tree is read from every process's ppid */
	double now_s;	   /* elapsed seconds of this refresh; new processes get it */
	bool look;	   /* this refresh looks at all of everybody */
	double looked_s;   /* when the last such one was; NaN: never */
	uint32_t *index;   /* by process number: 1 + place in t->proc; open addressing, 0: free */
	size_t slots;	   /* of the index, a power of 2 */
	size_t indexed;	   /* so many of t->proc are in it; 0 after any change that is no appending */
	struct identities seen;	  /* scratch: of a scan, or a group's members */
	struct identities roots;  /* scratch: what a search found */
	struct identities orphan; /* what a dead root left behind: not to be taken for its successor */
	pid_t *mark; /* the driver's backends that did not appear yet */
	size_t n_mark, mark_cap;
	struct tally came, went;
	pid_t last_root;
};

void tally_add(struct tally *y, const struct proc *p);
void target_tell(struct target *t, const char *kind, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* SK_ENOMEM. */
enum sk_code identities_add(struct identities *set, struct identity id, struct sk_err *err);
bool identities_has(const struct identities *set, pid_t pid);

/* target_proc.c: SK_EGONE if there is no such process (err is then not filled), SK_EPERM, SK_EIO, SK_EPARSE, SK_ENOMEM. */
enum sk_code proc_stat_read(struct procfs *fs, pid_t pid, struct proc_stat *st, struct sk_err *err);
/* What this row has read of it already will do. */
enum sk_code proc_stat_read_once(struct procfs *fs, pid_t pid, struct proc_stat *st, struct sk_err *err);
bool proc_stat_is_zombie(const struct proc_stat *st);
/* Command line with blanks for NULs, in fs->buf; "" if it cannot be read. */
char *proc_cmdline(struct procfs *fs, pid_t pid);
/* Effective user and group. */
enum sk_code proc_owner(struct procfs *fs, pid_t pid, uid_t *uid, gid_t *gid, struct sk_err *err);
struct proc *proc_by_pid(const struct target *t, pid_t pid);
/* A new member; SK_OK also when pid has exited meanwhile, is a member already, or is soakd itself. */
enum sk_code proc_add(struct target *t, pid_t pid, bool root, struct sk_err *err);
/* The same process at a later time: parent, command, state, role; and the role of one that is on its way to its title. */
void proc_update(struct target *t, struct proc *p, const struct proc_stat *st);
void proc_make_root(struct target *t, struct proc *p);
/* "process-new" of one that was not told of yet; not while it is only starting, unless at_last. */
void proc_tell_new(struct target *t, struct proc *p, bool at_last);
void proc_close(struct target *t, struct proc *p);
/* True if p may change any moment: it is young, has no role of its own yet, or can only be watched by its number. */
bool proc_is_restless(const struct target *t, const struct proc *p);

/* target_tree.c */
void tree_prune(struct target *t); /* the dead leave; tells of roots that exited */
enum sk_code tree_grow(struct target *t, struct sk_err *err); /* new children join */
void tree_clear(struct target *t); /* nobody is there any more; what lived becomes priv->orphan */
bool tree_has_root(const struct target *t);
void tree_promote(struct target *t); /* members without a parent among the members are roots */
void tree_roots_first(struct target *t);

/* target_children.c: the children of every thread of pid, added to *out. SK_EIO: this kernel does not list them. SK_EGONE, SK_ENOMEM.
 */
enum sk_code tree_children(struct procfs *fs, pid_t pid, long threads, struct identities *out, struct sk_err *err);
/* The same of a member, cheaper: `all` of its threads, else those that are known to fork (all of one that is not kept). */
enum sk_code children_read(struct target *t, struct proc *p, bool all, struct identities *out, struct sk_err *err);
void children_close(struct proc *p);

/* target_find.c: fills priv->roots with what answers to the spec now: one process, or all of a group. Codes as target_find(). */
enum sk_code find_roots(struct target *t, struct sk_err *err);
enum sk_code find_take(struct target *t, struct sk_err *err); /* makes them, and all below, the tree */
/* pid is soakd or was started by it. */
bool find_is_ours(struct target *t, pid_t pid);

/* target_group.c */
enum sk_code group_locate(struct target *t, struct sk_err *err);   /* unit or path -> priv->group. SK_ENOTFOUND, SK_EMANY */
enum sk_code group_members(struct target *t, struct sk_err *err);  /* priv->group -> priv->seen. SK_EGONE: the group is gone */

/* target_restart.c: no root is left. Sets t->state. */
enum sk_code restart_look(struct target *t, struct sk_err *err);

/* target_postmaster.c: the text of postmaster.pid. SK_EPARSE. pid: its first line. out->datadir is read (a socket may be
 * named relative to it), host and port are filled. */
enum sk_code postmaster_parse(const char *text, struct postmaster_info *out, pid_t *pid, struct sk_err *err);

/* target_redis.c: the address in a process title, into host and port ("" with a socket). false: there is none to connect to. */
bool redis_title_parse(const char *title, struct postmaster_info *out);
/*
 * Is that where --dsn leads (scenarios/redis_address.h says how it is written)? By port or socket alone: whoever connects asks who
 * answered. redis_pick: leaves the one of several roots that it leads to; false, and all stay: none, or not one.
 */
bool redis_dsn_meets(const char *dsn, const struct postmaster_info *at);
bool redis_pick(struct target *t, struct identities *roots);

#endif
