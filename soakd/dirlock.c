/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/dirlock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define TRIES 5 /* 20 ms apart: another's dirlock_is_taken() holds it for a moment */

/*
 * Who holds it, by /proc/locks: "1: FLOCK  ADVISORY  WRITE 1234 00:2f:56789 0 EOF". 0: not to be seen from this pid namespace, or
 * a file system (btrfs, overlayfs) whose device there is another than that of stat().
 */
static int holder(int fd)
{
	FILE *f = fopen("/proc/locks", "re");
	char line[256];
	struct stat st;
	int pid = 0;

	if (!f || fstat(fd, &st) != 0)
		goto out;
	while (!pid && fgets(line, sizeof(line), f)) {
		unsigned dev_major, dev_minor;
		uint64_t inode;
		int p;

		if (sscanf(line, "%*d: FLOCK %*s WRITE %d %x:%x:%" SCNu64, &p, &dev_major, &dev_minor, &inode) == 4 &&
		    inode == st.st_ino && dev_major == major(st.st_dev) && dev_minor == minor(st.st_dev) && p > 0)
			pid = p;
	}
out:
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
	int pid;

	*fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd == -1 || !refused(*fd, LOCK_EX))
		return SK_OK;
	pid = holder(*fd);
	if (pid)
		rc = sk_fail(err, SK_EUSAGE, 0, "soakd with pid %d is writing the run directory %s: let it end (kill -INT %d), or choose another directory",
			     pid, dir, pid);
	else
		rc = sk_fail(err, SK_EUSAGE, 0, "another soakd is writing the run directory %s: let it end, or choose another directory", dir);
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
