/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What this /proc shows us of the processes there are. Mounted with hidepid it shows an ordinary user no processes but its own:
 * another's looks as if it had never been. Mounted in another PID namespace its numbers are not ours: what we start as 7 is
 * there under another number, and its 7 is a stranger.
 */
#ifndef SOAKD_VIEW_H
#define SOAKD_VIEW_H

#include <stdbool.h>

#include "base/err.h"
#include "samplers/procfs.h"

/* Process 1 is there, in each PID namespace. fs->buf is overwritten. */
bool view_hides(struct procfs *fs);

/* rc as it is; if it is SK_ENOTFOUND and others are hidden, *err says so after what it says: it may be there all the same. */
enum sk_code view_explain(enum sk_code rc, struct procfs *fs, struct sk_err *err);

/* SK_EIO: the numbers in fs are those of another PID namespace. SK_OK also for a recorded tree. */
enum sk_code view_check(const struct procfs *fs, struct sk_err *err);

#endif
