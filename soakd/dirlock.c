/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/dirlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#define TRIES 5 /* 20 ms apart: another's dirlock_is_taken() holds it for a moment */

/* The n-th word of a line, counted from 0; its end when there are fewer. */
static const char *nth_word(const char *p, int n)
{
	for (p += strspn(p, " "); n > 0; n--) {
		p += strcspn(p, " \n");
		p += strspn(p, " ");
	}
	return p;
}

static bool is_word(const char *p, const char *word)
{
	size_t n = strcspn(p, " \n");

	return n == strlen(word) && memcmp(p, word, n) == 0;
}

/*
 * Who holds it, by /proc/locks: "1: FLOCK  ADVISORY  WRITE 1234 00:2f:56789 0 EOF". 0: not to be seen from this pid namespace, or
 * a file system (btrfs, overlayfs) whose device there is another than that of stat().
 */
static int holder(int fd)
{
	FILE *f = fopen("/proc/locks", "re");
	char line[256], file[64];
	struct stat st;
	int pid = 0;

	if (!f || fstat(fd, &st) != 0)
		goto out;
	snprintf(file, sizeof(file), "%02x:%02x:%ju", major(st.st_dev), minor(st.st_dev), (uintmax_t)st.st_ino);
	while (pid <= 0 && fgets(line, sizeof(line), f))
		if (is_word(nth_word(line, 1), "FLOCK") && is_word(nth_word(line, 3), "WRITE") && is_word(nth_word(line, 5), file))
			pid = (int)strtol(nth_word(line, 4), NULL, 10);
out:
	if (f)
		fclose(f);
	return pid > 0 ? pid : 0;
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
