/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/fd_kind.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "samplers/denied.h"

#define DIR_BUF 4096

const char *const fd_kind_name[FD_KINDS] = {
	[FD_FILE] = "file",           [FD_SOCKET] = "socket",   [FD_PIPE] = "pipe",         [FD_EVENTFD] = "eventfd",
	[FD_EVENTPOLL] = "eventpoll", [FD_TIMERFD] = "timerfd", [FD_SIGNALFD] = "signalfd", [FD_INOTIFY] = "inotify",
	[FD_MEMFD] = "memfd",         [FD_DEVICE] = "device",   [FD_OTHER] = "other",
};

/* The first that matches; /dev/shm is a file system like any other. */
static const struct {
	const char *start;
	enum fd_kind kind;
} rules[] = {
	{ "socket:", FD_SOCKET },
	{ "pipe:", FD_PIPE },
	{ "anon_inode:[eventfd", FD_EVENTFD },
	{ "anon_inode:[eventpoll", FD_EVENTPOLL },
	{ "anon_inode:[timerfd", FD_TIMERFD },
	{ "anon_inode:[signalfd", FD_SIGNALFD },
	{ "anon_inode:inotify", FD_INOTIFY },
	{ "anon_inode:[inotify", FD_INOTIFY },
	{ "/memfd:", FD_MEMFD },
	{ "/dev/shm/", FD_FILE },
	{ "/dev/", FD_DEVICE },
	{ "/", FD_FILE },
};

enum fd_kind fd_kind_of(const char *link, size_t n)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		size_t len = strlen(rules[i].start);

		if (n >= len && memcmp(link, rules[i].start, len) == 0)
			return rules[i].kind;
	}
	return FD_OTHER;
}

/* A descriptor that is closed while we look is none. */
static void count_link(int dir, const char *name, double count[FD_KINDS])
{
	char link[64]; /* its beginning is enough */
	ssize_t n = readlinkat(dir, name, link, sizeof(link));

	if (n > 0)
		count[fd_kind_of(link, (size_t)n)]++;
}

/* 0, or an errno; E2BIG beyond FD_KINDS_MAX. */
static int count_links(int dir, double count[FD_KINDS])
{
	char buf[DIR_BUF] __attribute__((aligned(8)));
	size_t seen = 0;
	ssize_t got;

	while ((got = getdents64(dir, buf, sizeof(buf))) > 0) {
		for (ssize_t at = 0; at < got;) {
			const struct dirent64 *d = (const struct dirent64 *)(const void *)(buf + at);

			at += d->d_reclen;
			if (d->d_name[0] < '0' || d->d_name[0] > '9')
				continue;
			if (++seen > FD_KINDS_MAX)
				return E2BIG;
			count_link(dir, d->d_name, count);
		}
	}
	return got == 0 ? 0 : errno;
}

enum sk_code fd_kinds_count(struct procfs *fs, pid_t pid, double count[FD_KINDS], struct sk_err *err)
{
	char path[32];
	int dir, sys;

	snprintf(path, sizeof(path), "%d/fd", (int)pid);
	dir = openat(fs->dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	sys = dir == -1 ? errno : count_links(dir, count);
	if (dir != -1)
		close(dir);
	snprintf(path, sizeof(path), "%d", (int)pid);
	if (sys == 0)
		return SK_OK;
	if (sys == ESRCH || (sys == ENOENT && faccessat(fs->dirfd, path, F_OK, 0) != 0))
		return SK_EGONE;
	if (sys == E2BIG)
		return sk_fail(err, SK_EIO, 0, "pid %d has more than %d descriptors: of what kinds they are is not counted",
			       (int)pid, FD_KINDS_MAX);
	return denied_explain(sk_fail(err, sys == EACCES || sys == EPERM ? SK_EPERM : SK_EIO, sys, "cannot read %s/%d/fd: %s",
				      fs->root, (int)pid, strerror(sys)),
			      fs, pid, "fd", "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH", "kinds of descriptors (fds_...)", err);
}
