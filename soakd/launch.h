/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starting and ending the processes that are ours: helpers with the descriptors they need, and a command to watch. */
#ifndef SOAKD_LAUNCH_H
#define SOAKD_LAUNCH_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

struct launch_fd {
	int fd; /* ours */
	int as; /* its number in the child */
};

/*
 * Starts argv[0] (a path) with fds mapped and everything else that is CLOEXEC closed; stdin is /dev/null unless mapped. Default
 * signal handlers and an empty signal mask: the caller blocks signals for its event loop. SK_ENOTFOUND, SK_EIO: as the child's exec said.
 */
enum sk_code launch_helper(char *const *argv, const struct launch_fd *fds, size_t n, pid_t *pid, struct sk_err *err);

/*
 * Starts a command to watch, found by PATH: a process group of its own, output appended to `log`. We become the subreaper, so that
 * what daemonises stays below us. SK_ENOTFOUND (exit status 127), SK_EPERM or SK_EIO (126) with a sentence.
 */
enum sk_code launch_command(char *const *argv, const char *log, pid_t *pid, struct sk_err *err);

/*
 * Ends a child of ours: TERM, after grace_s KILL, and reaps it. *status (may be NULL) as waitpid has it.
 * A pid that is no child of ours is left alone: SK_ENOTFOUND.
 */
enum sk_code launch_stop(pid_t pid, double grace_s, int *status);

#endif
