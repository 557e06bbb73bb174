/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A process whose files show no memory: is that the truth, or do we just not see it? A zombie and a kernel thread have none, and
 * their 0 must reach the totals, which one zombie in the tree would else turn into "unknown". Any other absence stays unknown.
 */
#ifndef SAMPLERS_MEMORYLESS_H
#define SAMPLERS_MEMORYLESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "samplers/proc_stat.h"
#include "samplers/procfs.h"

/*
 * True for a kernel thread, and for a zombie or exiting process without other threads: what it had is given back. False for
 * a main thread that has exited while others run: its files show nothing, the memory is there.
 */
bool proc_stat_memoryless(const struct proc_stat *st);

/*
 * Asks PID/stat (fs->buf is overwritten). SK_OK: it has certainly no memory. SK_EGONE. SK_EIO: it lives and has some; the message
 * names `file`, which did not show it.
 */
enum sk_code memoryless_check(struct procfs *fs, pid_t pid, const char *file, struct sk_err *err);

#endif
