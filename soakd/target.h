/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is watched: found once, then followed. Identity is pid + start time, held by a pidfd where the kernel has them.
 *
 *   spec ──find──▶ root(s) ──children of every thread──▶ tree, refreshed before each row
 *                   │ exits
 *                   └──▶ away: looked for again under the same name, pid file, unit or cgroup ──▶ restart: a new segment
 *                                                                                            └──▶ dead after restart_wait_s
 */
#ifndef SOAKD_TARGET_H
#define SOAKD_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "samplers/procfs.h"
#include "soakd/past.h"

enum target_how { TARGET_NAME, TARGET_PID, TARGET_PIDFILE, TARGET_UNIT, TARGET_CGROUP, TARGET_LAUNCH, TARGET_OWN };

#define TITLES_CHANGE  1u /* a process may get another title during its life: it is asked in every row */
#define TITLES_NO_ROOT 2u /* the root never gets one: it is asked once */
#define TITLES_RETIRE  4u /* a worker says when its generation ends, so that reloads are counted */

/* What soakd knows of programs by name: a const table in target_kinds.c, listed by `soakd list`. */
struct target_kind {
	const char *name;     /* "postgres" */
	const char *comms[4]; /* command names its root may have */
	const char *scenario; /* default scenario, or NULL */
	bool own;             /* a process of our own: the scenario is the target */
	/* Role from comm and command line (arguments joined by spaces); NULL = the command name is the role. */
	void (*role)(const char *comm, const char *cmdline, bool is_root, char *role, size_t n);
	unsigned titles; /* a mask of TITLES_... */
	const char *help;
};
extern const struct target_kind target_kinds[]; /* ends with name NULL */
const struct target_kind *target_kind_find(const char *name);
/* The kind whose comms hold this command, or NULL: so that pid: or unit: of a postmaster gets its roles too. */
const struct target_kind *target_kind_of_comm(const char *comm);
struct target;
/* Its kind is one whose reloads are seen (struct target's `reloads`). */
bool target_tells_reloads(const struct target *t);

struct target_spec {
	enum target_how how;
	char *text;  /* as given: "postgres", "pid:42" */
	char *label; /* for file names: [A-Za-z0-9._-] only */
	char *arg;   /* name, path or unit without the prefix */
	pid_t pid;
	const struct target_kind *kind; /* or NULL */
};

/* SK_EUSAGE with a sentence for an unknown form, a pid that is no number, an empty name. */
enum sk_code target_spec_parse(const char *s, struct target_spec *out, struct sk_err *err);
enum sk_code target_spec_launch(const char *argv0, struct target_spec *out, struct sk_err *err); /* -- CMD */
void target_spec_release(struct target_spec *spec);

struct forker;     /* target_children.c */
struct kin;        /* kin.h */
struct identities; /* target_priv.h */

struct proc {
	pid_t pid, ppid;
	uint64_t starttime;
	int pidfd; /* of a root, else and where the kernel has none -1: tells of the exit at once (starttime is the identity) */
	uid_t uid;
	char comm[64], role[64];
	bool root;
	bool untitled; /* its role is still its command's name and its kind has better ones, or it may get another: it is asked again */
	bool untold;           /* its "process-new" waits for its title, at most until the next row */
	bool born;             /* appeared after the run began: its counters count from 0 */
	bool zombie;           /* has exited, not reaped: no memory */
	bool kernel;           /* a thread of the kernel: it never has any */
	long threads;          /* at the last full look */
	bool load;             /* made by the driver on purpose: role "backend (soakd)" */
	double first_s;        /* elapsed seconds at which it was first seen */
	struct forker *forker; /* threads whose children are looked for in every refresh, its first one in front */
	size_t n_forker, forker_cap;
	struct proc_past past; /* what the rows remember of it */
};

enum target_state { TARGET_ALIVE, TARGET_AWAY, TARGET_DEAD };

typedef void target_event_fn(void *ctx, const char *kind, const char *detail);

struct target {
	struct target_spec spec;
	struct procfs *fs;
	struct kin *kin; /* whose children of soakd a launched command's daemons are, borrowed; NULL: nobody's */
	const char *dsn; /* --dsn, borrowed, or NULL: of several servers with the target's name it may pick one */
	enum target_state state;
	struct proc *proc; /* live tree, roots first, then by first sight */
	size_t n, cap;
	/*
	 * The file whose reading tells each refresh that a kept process lives: "stat" (target_init), or "statm" where no sampler
	 * wants stat. By statm the rest (parent, command, threads) is learned in full looks: of the young always, of all every
	 * LOOK_S seconds.
	 */
	const char *pulse;
	unsigned restarts;      /* roots seen after the first */
	unsigned reloads;       /* generations of workers that were seen to retire */
	uint64_t retired_start; /* start time of the last one's first worker */
	double away_since_s;
	double restart_wait_s; /* how long an absent root is waited for (default 30) */
	bool exit_on_restart;
	int exit_status;                                     /* of a launched command, as waitpid has it; -1 unknown */
	target_event_fn *event;                              /* "target-exit", "restart", "process-new" ... for events.csv */
	void (*left)(void *event_ctx, const struct proc *p); /* it is no member any more; NULL: nobody wants to know */
	void *event_ctx;
	struct target_state_priv *priv;
};

/* Takes over *spec. Finds nothing yet. */
enum sk_code target_init(struct target *t, struct target_spec *spec, struct procfs *fs, struct sk_err *err);

/*
 * Finds the root and reads the tree. SK_ENOTFOUND: no such process (and what to do). SK_EMANY: several roots; the message
 * lists them with pid and command line and says how to pick one (pid:N). SK_EPERM, SK_EIO.
 */
enum sk_code target_find(struct target *t, struct sk_err *err);

/* For TARGET_LAUNCH and TARGET_OWN: the child that soakd has just started is the root. */
enum sk_code target_adopt(struct target *t, pid_t pid, struct sk_err *err);

/*
 * Before each row, which begins with it (procfs_row): who is there now. New children join, the dead leave, a root that
 * died makes the target AWAY (or DEAD where it cannot come back), a root that came back is event "restart" and a new segment. elapsed_s is the row's time.
 */
enum sk_code target_refresh(struct target *t, double elapsed_s, struct sk_err *err);

/* Who lives of it, or lived when its last root was lost, is added to *out. SK_ENOMEM. */
enum sk_code target_members(const struct target *t, struct identities *out, struct sk_err *err);

int target_root_pidfd(const struct target *t); /* -1: none */
bool target_has_pid(const struct target *t, pid_t pid);
void target_mark_load(struct target *t, pid_t pid); /* role "backend (soakd)", now or when it appears */

/*
 * Where a found server listens. The found postmaster: data directory by its cwd, then postmaster.pid: socket directory (or address) and port, owner.
 * SK_ENOTFOUND if it is no postmaster; SK_EPERM when its files are not readable (says as whom they would be).
 */
struct postmaster_info {
	char datadir[512], host[256], port[16];
	uid_t uid;
	gid_t gid;
};
enum sk_code target_postmaster(const struct target *t, struct postmaster_info *out, struct sk_err *err);

/*
 * Where the found Redis listens and as whom it runs, by its process title ("redis-server 127.0.0.1:6379", the default): a guess
 * that costs no privilege, as whoever connects checks INFO's process_id. datadir stays "". SK_ENOTFOUND: no Redis is in the
 * tree, or its title is another.
 */
enum sk_code target_redis(const struct target *t, struct postmaster_info *out, struct sk_err *err);

void target_release(struct target *t);

#endif
