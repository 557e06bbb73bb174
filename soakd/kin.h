/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which children of soakd are of the command that it launched. Being a child proves nothing: whoever became soakd by exec may have
 * had children before, a hook leaves daemons behind, and as the first process of a container soakd is given every orphan. Of the
 * command is
 *
 *   who is in the process group that it got, or has the mark that was put into its environment, which all that it starts inherit;
 *   and, while nothing else could have left somebody to us, each other child that was not there before.
 */
#ifndef SOAKD_KIN_H
#define SOAKD_KIN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "samplers/procfs.h"
#include "soakd/target_priv.h"

struct kin {
	struct identities before; /* children that soakd had already */
	pid_t self;               /* soakd */
	pid_t launched;           /* the command's first process and process group; 0: not yet */
	bool alone;               /* orphans that come to us can be the command's only */
	char mark[80];            /* "SOAKD_LAUNCHED_BY=PID.START", for its environment */
};

/* Before the command is started. SK_EIO: /proc cannot be read; SK_ENOMEM. */
enum sk_code kin_init(struct kin *k, struct procfs *fs, struct sk_err *err);
/* Something else that may leave processes behind is started: a hook, a command of the workload. k may be NULL. */
void kin_mix(struct kin *k);
/* child: a child of soakd, not reaped yet, as /proc has it. Uses fs->buf. */
bool kin_has(const struct kin *k, struct procfs *fs, const struct proc_stat *child);
void kin_release(struct kin *k); /* may be repeated */

#endif
