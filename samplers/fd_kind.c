/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/fd_kind.h"

#include <string.h>
#include <unistd.h>

#include "samplers/denied.h"

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

struct counting {
	double *count;
	size_t seen;
};

/* A descriptor that is closed while we look is none. */
static int count_link(void *ctx, int dir, const char *name)
{
	struct counting *c = ctx;
	char link[64]; /* its beginning is enough */
	ssize_t n;

	if (name[0] < '0' || name[0] > '9')
		return 0;
	if (++c->seen > FD_KINDS_MAX)
		return 1;
	n = readlinkat(dir, name, link, sizeof(link));
	if (n > 0)
		c->count[fd_kind_of(link, (size_t)n)]++;
	return 0;
}

enum sk_code fd_kinds_count(struct procfs *fs, pid_t pid, double count[FD_KINDS], struct sk_err *err)
{
	struct counting c = { count, 0 };
	enum sk_code rc = procfs_list(fs, pid, "fd", count_link, &c, err);

	if (rc == SK_OK && c.seen > FD_KINDS_MAX)
		return sk_fail(err, SK_EIO, 0, "pid %d has more than %d descriptors: of what kinds they are is not counted",
			       (int)pid, FD_KINDS_MAX);
	return denied_explain(rc, fs, pid, "fd", "CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH", "kinds of descriptors (fds_...)", err);
}
