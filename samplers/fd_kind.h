/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a descriptor is, from the text of its link in /proc/PID/fd. */
#ifndef SAMPLERS_FD_KIND_H
#define SAMPLERS_FD_KIND_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "samplers/procfs.h"

enum fd_kind {
	FD_FILE,
	FD_SOCKET,
	FD_PIPE,
	FD_EVENTFD,
	FD_EVENTPOLL,
	FD_TIMERFD,
	FD_SIGNALFD,
	FD_INOTIFY,
	FD_MEMFD,
	FD_DEVICE,
	FD_OTHER,
	FD_KINDS
};
extern const char *const fd_kind_name[FD_KINDS]; /* "file", "socket" ... */

/* "socket:[1234]", "/var/log/x", "anon_inode:[eventfd]": n bytes, not terminated. */
enum fd_kind fd_kind_of(const char *link, size_t n);

#define FD_KINDS_MAX 65536 /* descriptors of one process that are looked at: 65 ms */

/*
 * Adds a process's descriptors to count[]. Codes as procfs_read; SK_EIO also where it has more than FD_KINDS_MAX. fs->buf is left
 * alone. 1.1 us for each descriptor, and no lock of the process's memory.
 */
enum sk_code fd_kinds_count(struct procfs *fs, pid_t pid, double count[FD_KINDS], struct sk_err *err);

#endif
