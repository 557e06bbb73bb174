/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One run of a command: a process group of its own, its output in a pipe. Nothing of it outlives its end: the rest of the group
 * is killed, and so is what left the group (setsid, a double fork), because the driver is the reaper of its descendants
 * (PR_SET_CHILD_SUBREAPER): who loses its parent becomes our child, and we have no other children.
 */
#ifndef SCENARIOS_EXEC_CHILD_H
#define SCENARIOS_EXEC_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

struct exec_child {
	pid_t pid; /* and its process group; 0: none */
	int pidfd; /* -1: none, or this kernel has none */
	int out;   /* the reading end of its stdout and stderr, non-blocking; -1: none */
};

#define EXEC_CHILD_NONE                                                                                                          \
	{                                                                                                                        \
		0, -1, -1                                                                                                        \
	}

/* 0, or an errno. Descendants are ours from then on. */
int exec_child_adopt(void);
/* 0, or the errno of what failed: ENOENT and EACCES are execvp()'s. No shell. */
int exec_child_start(struct exec_child *c, char *const argv[]);
void exec_child_signal(const struct exec_child *c, int sig); /* to the group */
/*
 * If the command has ended: kills what is left of its group while its number still is its own.
 * Takes no status: exec_child_reap().
 */
bool exec_child_ended(const struct exec_child *c);
int exec_child_reap(struct exec_child *c); /* the wait status; closes the pipe */
/*
 * Descendants that lost their parents: those that have exited are reaped; `all`: the others are killed. Returns how many were
 * seen, at most a few hundred at a time. Nobody is left only when none was: the end of one may bring its children.
 */
size_t exec_child_orphans(const struct exec_child *c, bool all);

#endif
