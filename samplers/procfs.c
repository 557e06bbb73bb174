/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of /proc, read relative to a directory descriptor: a recorded tree is read by the same code as the machine's own.
 * One kept buffer and no stdio, because a row of 500 processes is 1500 of these reads: libproc2 needs 32 us per process where
 * open, read and close need 19, and it returns 0 for what it could not read (both measured).
 */
#include "samplers/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/dirents.h"
#include "base/mem.h"

#define FIRST_BUF 8192 /* status is 1.5 KiB, stat 0.3; longer ones (children, cmdline) grow it once */
/*
 * seq_file drops the record that overflows its page and walks that mapping's pages again in the next read. Reads that stop
 * before the page is full avoid it: up to 1.9 times faster (measured on smaps of a 128 MiB mapping).
 */
#define STREAM_BUF 3300
#define NAME_BUF   320
#define END_SURE   2048 /* half of the smallest page; no line of a kept file is as long */

static void path_make(char *path, pid_t pid, const char *name)
{
	if (pid)
		snprintf(path, NAME_BUF, "%d/%s", (int)pid, name);
	else
		snprintf(path, NAME_BUF, "%s", name);
}

/* ENOENT of PID/name has two causes: no such process, or a kernel without that file. */
static bool process_is_there(const struct procfs *fs, pid_t pid)
{
	const struct kept *k = kept_find(&fs->kept, pid);
	struct stat st;
	char path[NAME_BUF];

	if (!pid)
		return true;
	if (k)
		return fstatat(k->dir, "stat", &st, 0) == 0;
	path_make(path, pid, "");
	return fstatat(fs->dirfd, path, &st, 0) == 0;
}

static enum sk_code fail(const struct procfs *fs, pid_t pid, const char *name, int sys, struct sk_err *err)
{
	char path[NAME_BUF];

	/* pid 0 is a file of the whole machine, or "self/...": only a process can be gone */
	if (sys == ESRCH || (sys == ENOENT && (!process_is_there(fs, pid) || (!pid && strncmp(name, "self/", 5) == 0))))
		return SK_EGONE;
	path_make(path, pid, name);
	return sk_fail(err, sys == EACCES || sys == EPERM ? SK_EPERM : SK_EIO, sys, "cannot read %s/%s: %s", fs->root, path,
		       strerror(sys));
}

static int open_at(const struct procfs *fs, pid_t pid, const char *name, int flags)
{
	const struct kept *k = kept_find(&fs->kept, pid);
	char path[NAME_BUF];
	int fd;

	if (!k)
		path_make(path, pid, name);
	do
		fd = openat(k ? k->dir : fs->dirfd, k ? name : path, O_RDONLY | O_CLOEXEC | flags);
	while (fd == -1 && errno == EINTR);
	return fd;
}

static ssize_t read_some(int fd, char *buf, size_t n)
{
	ssize_t got;

	do
		got = read(fd, buf, n);
	while (got == -1 && errno == EINTR);
	return got;
}

/* The kernel takes the target's mmap lock anew for each read: what one takes is how long the target may wait. */
static ssize_t read_timed(struct procfs *fs, int fd, char *buf, size_t n)
{
	int64_t began = clock_boot_ns(&clock_real);
	ssize_t got = read_some(fd, buf, n);
	double took_s = (double)(clock_boot_ns(&clock_real) - began) / 1e9;

	if (took_s > fs->longest_s)
		fs->longest_s = took_s;
	return got;
}

static bool is_procfs(int dirfd)
{
	struct statfs sf;

	return fstatfs(dirfd, &sf) == 0 && sf.f_type == PROC_SUPER_MAGIC;
}

/* Only a real /proc's sizes mean descriptors, and only since Linux 6.2: ours are never none, fs->dirfd is one. */
static bool knows_fd_size(int dirfd)
{
	struct stat st;

	return fstatat(dirfd, "self/fd", &st, 0) == 0 && st.st_size > 0;
}

enum sk_code procfs_set_root(struct procfs *fs, const char *root, struct sk_err *err)
{
	char *copy = sk_strdup(root);
	int fd;

	if (!copy)
		return sk_fail(err, SK_ENOMEM, 0, "no memory to open %s", root);
	fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1) {
		int sys = errno;

		free(copy);
		return sk_fail(err,
			       sys == ENOENT   ? SK_ENOTFOUND
			       : sys == EACCES ? SK_EPERM
					       : SK_EIO,
			       sys, "cannot open %s: %s", root, strerror(sys));
	}
	kept_clear(&fs->kept);
	if (fs->dirfd != -1)
		close(fs->dirfd);
	free(fs->root);
	fs->root = copy;
	fs->dirfd = fd;
	fs->real = is_procfs(fd);
	fs->fd_size = fs->real && knows_fd_size(fd);
	return SK_OK;
}

enum sk_code procfs_open(struct procfs *fs, const char *root, struct sk_err *err)
{
	memset(fs, 0, sizeof(*fs));
	fs->dirfd = -1;
	if (sk_grow((void **)&fs->buf, &fs->cap, FIRST_BUF, 1) != 0)
		return sk_fail(err, SK_ENOMEM, 0, "no memory to open %s", root);
	return procfs_set_root(fs, root, err);
}

size_t procfs_prefix(const struct procfs *fs)
{
	size_t n = strlen(fs->root);

	return n >= 5 && strcmp(fs->root + n - 5, "/proc") == 0 ? n - 5 : n;
}

void procfs_close(struct procfs *fs)
{
	kept_clear(&fs->kept);
	if (fs->dirfd != -1)
		close(fs->dirfd);
	free(fs->root);
	free(fs->buf);
	memset(fs, 0, sizeof(*fs));
	fs->dirfd = -1;
}

/*
 * From the beginning of the file to its end; 0, or an errno. The kernel gives the lines of the files that are kept open (stat,
 * statm, status, children) by the page, and stops before a line that does not fit: after less than END_SURE there is no more,
 * and the read that would say so is saved.
 */
static int read_whole(struct procfs *fs, int fd, size_t end_sure)
{
	fs->len = 0;
	for (;;) {
		ssize_t got;

		if (fs->len + 1 == fs->cap && sk_grow((void **)&fs->buf, &fs->cap, fs->cap + 1, 1) != 0)
			return ENOMEM;
		do
			got = pread(fd, fs->buf + fs->len, fs->cap - fs->len - 1, (off_t)fs->len);
		while (got == -1 && errno == EINTR);
		if (got == -1)
			return errno;
		fs->len += (size_t)got;
		if (got == 0 || ((size_t)got < end_sure && fs->len + 1 < fs->cap))
			break;
	}
	fs->buf[fs->len] = '\0';
	return 0;
}

static void forget(struct procfs *fs)
{
	fs->len = 0;
	fs->buf[0] = '\0';
}

static enum sk_code cannot_read(struct procfs *fs, pid_t pid, const char *name, int sys, struct sk_err *err)
{
	forget(fs);
	return sys == ENOMEM ? sk_fail(err, SK_ENOMEM, 0, "no memory to read %s", name) : fail(fs, pid, name, sys, err);
}

enum sk_code procfs_read(struct procfs *fs, pid_t pid, const char *name, struct sk_err *err)
{
	struct kept *k = kept_find(&fs->kept, pid);
	int file = k ? kept_file(name) : -1, fd = file >= 0 ? k->fd[file] : -1, sys;
	bool stays = fd != -1;

	if (!stays)
		fd = open_at(fs, pid, name, 0);
	if (fd == -1)
		return cannot_read(fs, pid, name, errno, err);
	sys = read_whole(fs, fd, stays ? END_SURE : 0);
	if (!stays)
		close(fd);
	return sys ? cannot_read(fs, pid, name, sys, err) : SK_OK;
}

enum sk_code procfs_read_once(struct procfs *fs, pid_t pid, const char *name, struct sk_err *err)
{
	struct kept *k = kept_find(&fs->kept, pid);
	int file = k ? kept_file(name) : -1;
	const char *text = file >= 0 ? kept_text(&fs->kept, k, file, &fs->len) : NULL;
	enum sk_code rc;

	if (text) { /* shorter than the first buffer */
		memcpy(fs->buf, text, fs->len);
		fs->buf[fs->len] = '\0';
		return SK_OK;
	}
	if (file >= 0 && k->fd[file] == -1 && !fs->kept.full)
		k->fd[file] = procfs_hold(fs, pid, name); /* what hinders it will hinder the read too, and be told then */
	rc = procfs_read(fs, pid, name, err);
	if (rc == SK_OK && file >= 0)
		kept_note(&fs->kept, k, file, fs->buf, fs->len);
	return rc;
}

void procfs_row(struct procfs *fs)
{
	fs->kept.row++;
}

void procfs_keep(struct procfs *fs, pid_t pid)
{
	int dir;

	if (!fs->real || kept_find(&fs->kept, pid))
		return;
	dir = open_at(fs, pid, "", O_PATH | O_DIRECTORY);
	if (dir != -1 && !kept_add(&fs->kept, pid, dir))
		close(dir);
}

bool procfs_is_kept(const struct procfs *fs, pid_t pid)
{
	return kept_find(&fs->kept, pid) != NULL;
}

void procfs_drop(struct procfs *fs, pid_t pid)
{
	kept_remove(&fs->kept, pid);
}

static int hold(struct procfs *fs, pid_t pid, const char *name, int flags)
{
	int fd = fs->real ? open_at(fs, pid, name, flags) : -1;

	if (fd == -1 || kept_room(&fs->kept, fd))
		return fd;
	close(fd);
	return -1;
}

int procfs_hold(struct procfs *fs, pid_t pid, const char *name)
{
	return hold(fs, pid, name, 0);
}

enum sk_code procfs_read_held(struct procfs *fs, int fd, struct sk_err *err)
{
	int sys = read_whole(fs, fd, END_SURE);

	if (!sys)
		return SK_OK;
	forget(fs);
	if (sys == ESRCH)
		return SK_EGONE;
	return sk_fail(err, sys == ENOMEM ? SK_ENOMEM : SK_EIO, sys, "cannot read a kept file of %s: %s", fs->root,
		       strerror(sys));
}

enum sk_code procfs_stream(struct procfs *fs, pid_t pid, const char *name, int (*feed)(void *ctx, const char *chunk, size_t n),
			   void *ctx, struct sk_err *err)
{
	char chunk[STREAM_BUF];
	ssize_t got;
	int fd, sys;

	fs->longest_s = 0;
	fd = open_at(fs, pid, name, 0);
	if (fd == -1)
		return fail(fs, pid, name, errno, err);
	while ((got = read_timed(fs, fd, chunk, sizeof(chunk))) > 0)
		if (feed(ctx, chunk, (size_t)got) != 0)
			break;
	sys = got == -1 ? errno : 0;
	close(fd);
	return sys ? fail(fs, pid, name, sys, err) : SK_OK;
}

/* The number that a directory entry's name is, or -1. */
static pid_t entry_number(const char *s)
{
	pid_t v = 0;

	if (!*s)
		return -1;
	for (; *s; s++)
		if (*s < '0' || *s > '9' || __builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *s - '0', &v))
			return -1;
	return v;
}

struct listing {
	int (*each)(void *ctx, int dir, const char *name);
	void *ctx;
	int dir;
};

static int list_one(void *ctx, const char *name, int may_be_dir)
{
	const struct listing *l = ctx;

	(void)may_be_dir;
	return l->each(l->ctx, l->dir, name) != 0;
}

enum sk_code procfs_list(struct procfs *fs, pid_t pid, const char *name, int (*each)(void *ctx, int dir, const char *entry),
			 void *ctx, struct sk_err *err)
{
	/* a descriptor of its own: its position must not be shared with a walk inside the callback */
	struct listing l = { each, ctx, open_at(fs, pid, name, O_DIRECTORY) };
	int sys;

	if (l.dir == -1)
		return fail(fs, pid, name, errno, err);
	sys = dirents_each(l.dir, list_one, &l) == -1 ? errno : 0;
	close(l.dir);
	return sys ? fail(fs, pid, name, sys, err) : SK_OK;
}

static int count_one(void *ctx, int dir, const char *name)
{
	(void)dir;
	*(size_t *)ctx += entry_number(name) >= 0;
	return 0;
}

/* As stat() gives it; by an open descriptor it takes half the time of finding the name. */
static int stat_fds(struct procfs *fs, pid_t pid, struct stat *st)
{
	struct kept *k = kept_find(&fs->kept, pid);
	char path[NAME_BUF];

	if (k && k->fds == -1 && !fs->kept.full)
		k->fds = hold(fs, pid, "fd", O_PATH | O_DIRECTORY);
	if (k && k->fds != -1)
		return fstat(k->fds, st);
	if (!k)
		path_make(path, pid, "fd");
	return fstatat(k ? k->dir : fs->dirfd, k ? "fd" : path, st, 0);
}

enum sk_code procfs_count_fds(struct procfs *fs, pid_t pid, size_t *n, struct sk_err *err)
{
	struct stat st;
	size_t count = 0;
	enum sk_code rc = SK_OK;

	if (fs->fd_size && stat_fds(fs, pid, &st) == 0)
		count = (size_t)st.st_size;
	else
		rc = procfs_list(fs, pid, "fd", count_one, &count, err);
	if (rc == SK_OK)
		*n = count;
	return rc;
}

struct numbers {
	int (*each)(void *ctx, pid_t pid);
	void *ctx;
};

static int each_number(void *ctx, int dir, const char *name)
{
	const struct numbers *n = ctx;
	pid_t number = entry_number(name);

	(void)dir;
	return number >= 0 && n->each(n->ctx, number) != 0;
}

enum sk_code procfs_each(struct procfs *fs, int (*each)(void *ctx, pid_t pid), void *ctx, struct sk_err *err)
{
	struct numbers n = { each, ctx };

	return procfs_list(fs, 0, ".", each_number, &n, err);
}
