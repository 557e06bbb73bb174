/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one door to /proc, real or recorded: reads a process's file whole into a kept buffer.
 * A recorded tree is a directory of the same shape (tests/fixtures/NAME/0001/PID/status ...); a replay moves the root.
 */
#ifndef SAMPLERS_PROCFS_H
#define SAMPLERS_PROCFS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

struct procfs {
	char *root; /* "/proc" */
	int dirfd;
	char *buf;    /* last file read, NUL-terminated; valid until the next read */
	size_t len, cap;
};

enum sk_code procfs_open(struct procfs *fs, const char *root, struct sk_err *err);
enum sk_code procfs_set_root(struct procfs *fs, const char *root, struct sk_err *err); /* replay: the next recorded instant */
void procfs_close(struct procfs *fs);

/*
 * Reads /proc/PID/name (pid 0: /proc/name) into fs->buf. Grows the buffer to what it met, so that it allocates only until then.
 * SK_EGONE (ENOENT, ESRCH), SK_EPERM (EACCES, EPERM), SK_EIO. err is filled only for SK_EPERM and SK_EIO.
 */
enum sk_code procfs_read(struct procfs *fs, pid_t pid, const char *name, struct sk_err *err);

/* The same for a file that is streamed through `feed` in chunks and never held whole (smaps). feed returns non-zero to stop. */
enum sk_code procfs_stream(struct procfs *fs, pid_t pid, const char *name, int (*feed)(void *ctx, const char *chunk, size_t n),
			   void *ctx, struct sk_err *err);

/* Entries of /proc/PID/fd: *n descriptors. Codes as procfs_read. */
enum sk_code procfs_count_fds(struct procfs *fs, pid_t pid, size_t *n, struct sk_err *err);

/* Calls each(ctx, pid) for every process there is (numeric entries of the root); stops early when it returns non-zero. */
enum sk_code procfs_each(struct procfs *fs, int (*each)(void *ctx, pid_t pid), void *ctx, struct sk_err *err);

#endif
