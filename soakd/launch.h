/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Starting and stopping processes of our own: the command behind "--", and our helpers.
 *
 * What both get: default signal handlers and an empty mask (the loop blocks signals and hears them by descriptor), no descriptor
 * but those named here, and none of the variables by which systemd talks to us. A failed exec is the caller's error, not a
 * child's exit status: SK_ENOTFOUND (no such program: exit status 127), SK_EPERM or SK_EIO (it cannot be run: 126).
 */
#ifndef SOAKD_LAUNCH_H
#define SOAKD_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/*
 * Starts a command as the target; argv[0] is looked for in PATH. It gets a process group of its own (a terminal's Ctrl-C is ours,
 * the command is stopped after the last sample), stdin from /dev/null, stdout and stderr appended to log_path (created 0644), and
 * TERM when soakd dies. From now on soakd is the reaper of what its descendants leave behind: a command that puts itself into the
 * background stays ours. env: its environment, or NULL for ours. SK_EIO also if log_path cannot be opened.
 */
enum sk_code launch_command(char *const argv[], char **env, const char *log_path, pid_t *pid, struct sk_err *err);

/*
 * Starts a program of the user's beside the target: as launch_command() does, but out takes what it writes, and what its descendants
 * leave behind is not ours.
 */
enum sk_code launch_program(char *const argv[], char **env, int out, pid_t *pid, struct sk_err *err);

/*
 * `from` (as environ) and extra ("NAME=value", which win). The array is the caller's, the strings are not. NULL without memory.
 */
char **environment_with(char *const *from, char *const *extra);

/* In the child, descriptor `from` becomes `to`. Those `from` stay the caller's. */
struct launch_fd {
	int from, to;
};

/* Starts a program of ours by its path. stdin is /dev/null unless mapped; stdout and stderr are soakd's. */
enum sk_code launch_helper(char *const argv[], const struct launch_fd *fds, size_t n, pid_t *pid, struct sk_err *err);

/*
 * Ends pid and all its descendants: TERM to each, up to grace_s to go, then KILL. Each is known by pid and start time, so that a
 * recycled number is never shot. Blocks until they are gone; those that are our children are reaped. SK_OK also when nobody was
 * there; SK_EPERM, SK_EIO if one survives.
 */
enum sk_code launch_stop(pid_t pid, double grace_s, struct sk_err *err);

/*
 * The same for a launched command, of which pid is or was the first process, and all that it has left behind: the children of
 * soakd that are kin's, `seen` (who was once a member of the tree) as far as they live, and their descendants; nobody else. ask TERM: each process
 * is asked at once; another signal: pid gets it, alone, and has half of the time to end the whole tree, before TERM. spare: who is
 * not asked, because it writes down what the others do and ends with them (NULL: nobody). *killed: processes that were asked, still
 * there after wait_s, and got KILL.
 */
struct kin;
struct identities;
struct log_bound;
struct launch_ending {
	int ask;
	double wait_s;
	const struct kin *kin;
	const struct identities *seen; /* NULL: nobody */
	const struct log_bound *log;   /* of its output, kept small meanwhile; NULL: none */
	bool (*spare)(pid_t root, pid_t pid, pid_t ppid, const char *comm);
};
enum sk_code launch_stop_command(pid_t pid, const struct launch_ending *how, unsigned *killed, struct sk_err *err);

#endif
