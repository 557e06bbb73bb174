/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one door to /proc, real or recorded: reads a process's file whole into a kept buffer.
 * A recorded tree is a directory of the same shape (tests/fixtures/NAME/0001/PID/status ...); a replay moves the root.
 */
#ifndef SAMPLERS_PROCFS_H
#define SAMPLERS_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "samplers/kept.h"

struct procfs {
	char *root; /* "/proc" */
	int dirfd;
	char *buf; /* last file read, NUL-terminated; valid until the next read */
	size_t len, cap;
	bool real;        /* the kernel's, no recorded tree: only there processes are kept */
	double longest_s; /* of the last procfs_stream(): its longest read, while which the target may have waited */
	bool fd_size;     /* stat() of PID/fd tells the number of descriptors (Linux 6.2 and later) */
	struct kept_table kept;
};

/* SK_ENOTFOUND, SK_EPERM, SK_EIO, SK_ENOMEM. *fs may be closed after a failure too, and more than once. */
enum sk_code procfs_open(struct procfs *fs, const char *root, struct sk_err *err);
/* Replay: the next recorded instant. On error *fs stays where it was. */
enum sk_code procfs_set_root(struct procfs *fs, const char *root, struct sk_err *err);
void procfs_close(struct procfs *fs);

/*
 * What else a recording holds than /proc lies in this beginning of fs->root: of "X/proc" beside it, in X; else in the folder itself.
 * Its length; 0 for "/proc", whose machine is ours.
 */
size_t procfs_prefix(const struct procfs *fs);

/*
 * Reads /proc/PID/name (pid 0: /proc/name) into fs->buf. Grows the buffer to what it met, so that it allocates only until then.
 * SK_EGONE: the process has exited (ESRCH is also what a zombie's and a kernel thread's smaps_rollup give: see memoryless.h).
 * SK_EPERM (EACCES, EPERM). SK_EIO: anything else, also a file that this kernel or fixture does not have while PID is there.
 * SK_ENOMEM. err is filled for all but SK_EGONE. On error fs->buf is "" and fs->len 0.
 */
enum sk_code procfs_read(struct procfs *fs, pid_t pid, const char *name, struct sk_err *err);

/*
 * The same for what each row reads: of a kept process stat, statm and status stay open from the first call on, and what was read
 * of stat or statm since procfs_row() is given again: what it was in this row, and not whether the process still lives.
 */
enum sk_code procfs_read_once(struct procfs *fs, pid_t pid, const char *name, struct sk_err *err);
/* A new row begins: what was read before is old. */
void procfs_row(struct procfs *fs);

/*
 * From now on all files of this process are opened relative to its directory, and some stay open: what is read is of the process
 * that has the number now, whoever has it later (kept.h). Does nothing for a recorded tree, and where descriptors or memory are
 * short: then each read opens and closes, as for everybody else.
 */
void procfs_keep(struct procfs *fs, pid_t pid);
bool procfs_is_kept(const struct procfs *fs, pid_t pid);
void procfs_drop(struct procfs *fs, pid_t pid);

/*
 * A descriptor of PID/name for the caller to keep, and to close; -1 where it is not there or there is no room to keep one.
 * procfs_read_held() reads its file from the beginning into fs->buf: SK_OK, SK_EGONE, SK_ENOMEM, SK_EIO.
 */
int procfs_hold(struct procfs *fs, pid_t pid, const char *name);
enum sk_code procfs_read_held(struct procfs *fs, int fd, struct sk_err *err);

/*
 * As procfs_read() for a file that is streamed through `feed` in chunks and never held whole (smaps); fs->buf is left alone. feed
 * returns non-zero to stop; fs->longest_s is set. A process that exits meanwhile may look like a file that ends early: smaps_read() asks again afterwards.
 */
enum sk_code procfs_stream(struct procfs *fs, pid_t pid, const char *name, int (*feed)(void *ctx, const char *chunk, size_t n),
			   void *ctx, struct sk_err *err);

/*
 * Calls each(ctx, dir, entry) for what is in the folder /proc/PID/name, "." and ".." left out; dir: that folder, open. Stops early when
 * it returns non-zero. Codes as procfs_read; fs->buf is left alone, and each may read.
 */
enum sk_code procfs_list(struct procfs *fs, pid_t pid, const char *name, int (*each)(void *ctx, int dir, const char *entry),
			 void *ctx, struct sk_err *err);

/*
 * Entries of /proc/PID/fd: *n descriptors. Codes as procfs_read. Where stat() tells the number (Linux 6.2) this costs one
 * system call and needs no capability; else the directory is read. fs->buf is left alone.
 */
enum sk_code procfs_count_fds(struct procfs *fs, pid_t pid, size_t *n, struct sk_err *err);

/* Calls each(ctx, pid) for every process there is (numeric entries of the root); stops early when it returns non-zero. each may
 * read. */
enum sk_code procfs_each(struct procfs *fs, int (*each)(void *ctx, pid_t pid), void *ctx, struct sk_err *err);

#endif
