/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/dirlock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define TRIES 5 /* 20 ms apart: another's dirlock_is_taken() holds it for a moment */

/* "00:2f:56789 ..." is this device and inode. */
static bool same_file(const char *p, const struct stat *st)
{
	char *end;
	uintmax_t dev_major = strtoumax(p, &end, 16), dev_minor, inode;

	if (*end != ':')
		return false;
	dev_minor = strtoumax(end + 1, &end, 16);
	if (*end != ':')
		return false;
	inode = strtoumax(end + 1, &end, 10);
	return inode == st->st_ino && dev_major == major(st->st_dev) && dev_minor == minor(st->st_dev);
}

/* A line of /proc/locks: "1: FLOCK  ADVISORY  WRITE 1234 00:2f:56789 0 EOF". The pid, or 0 if it is another lock. */
static intmax_t holder_in(const char *line, const struct stat *st)
{
	const char *p = strstr(line, " WRITE ");
	char *end;
	intmax_t pid;

	if (!p || !strstr(line, ": FLOCK "))
		return 0;
	pid = strtoimax(p + strlen(" WRITE "), &end, 10);
	return pid > 0 && *end == ' ' && same_file(end + 1, st) ? pid : 0;
}

/*
 * 0: not to be seen from this pid namespace, or a file system (btrfs, overlayfs) whose device is another there than for stat().
 */
static intmax_t holder(int fd)
{
	FILE *f = fopen("/proc/locks", "re");
	char line[256];
	struct stat st;
	intmax_t pid = 0;

	if (f && fstat(fd, &st) == 0)
		while (!pid && fgets(line, sizeof(line), f))
			pid = holder_in(line, &st);
	if (f)
		fclose(f);
	return pid;
}

static bool refused(int fd, int how)
{
	const struct timespec moment = { .tv_nsec = 20000000 };

	for (int i = 0; i < TRIES; i++) {
		if (flock(fd, how | LOCK_NB) == 0 || errno != EWOULDBLOCK)
			return false;
		nanosleep(&moment, NULL);
	}
	return true;
}

enum sk_code dirlock_take(const char *dir, int *fd, struct sk_err *err)
{
	enum sk_code rc;
	intmax_t pid;

	*fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd == -1 || !refused(*fd, LOCK_EX))
		return SK_OK;
	pid = holder(*fd);
	if (pid)
		rc = sk_fail(err, SK_EUSAGE, 0,
			     "soakd with pid %jd is writing the run directory %s: let it end (kill -INT %jd), or choose another "
			     "directory",
			     pid, dir, pid);
	else
		rc = sk_fail(err, SK_EUSAGE, 0,
			     "another soakd is writing the run directory %s: let it end, or choose another directory", dir);
	close(*fd);
	*fd = -1;
	return rc;
}

bool dirlock_is_taken(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool taken = fd != -1 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;

	if (fd != -1)
		close(fd);
	return taken;
}
