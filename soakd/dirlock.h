/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One soakd per run directory. The lock is flock(2) on the directory itself: no file to leave behind, and the kernel takes it
 * away with the process, so that a crash leaves nothing stale. Helpers do not inherit it (O_CLOEXEC).
 */
#ifndef SOAKD_DIRLOCK_H
#define SOAKD_DIRLOCK_H

#include <stdbool.h>

#include "base/err.h"

/*
 * *fd holds the lock until it is closed. SK_EUSAGE with the pid of the one that has it. A file system without locks is no error:
 * *fd is then -1 or unlocked.
 */
enum sk_code dirlock_take(const char *dir, int *fd, struct sk_err *err);

/* Somebody is writing there now. False where it cannot be told. */
bool dirlock_is_taken(const char *dir);

#endif
