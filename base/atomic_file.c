/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The name PATH always leads to a whole file: the data is on the disk before the name points to it. The folder itself is not
 * synced: after a power cut PATH is the old file or the new one, and both are whole.
 */
#include "base/atomic_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

/* 0, or the errno of the failure. */
static int write_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t w = write(fd, p, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return errno;
		p += w;
		n -= (size_t)w;
	}
	return 0;
}

/* Writes and syncs a new file. 0, or the errno of the first failure. */
static int write_new(const char *tmp, const void *data, size_t n)
{
	/* What a crash left is removed, never followed: the name may be a link that somebody else made. */
	if (unlink(tmp) != 0 && errno != ENOENT)
		return errno;
	int fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);

	if (fd < 0)
		return errno;
	int rc = write_all(fd, data, n);

	if (rc == 0 && fsync(fd) != 0)
		rc = errno;
	if (close(fd) != 0 && rc == 0)
		rc = errno;
	return rc;
}

/* Whether the folder of a path is there. */
static bool has_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = sk_asprintf("%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
	struct stat st;
	bool there = folder && stat(folder, &st) == 0 && S_ISDIR(st.st_mode);

	free(folder);
	return there;
}

enum sk_code atomic_write(const char *path, const void *data, size_t n, struct sk_err *err)
{
	char *tmp = sk_asprintf("%s.tmp", path);

	if (!tmp)
		return sk_fail(err, SK_ENOMEM, 0, "no memory to write %s", path);
	int sys = write_new(tmp, data, n);

	if (sys == 0 && rename(tmp, path) != 0)
		sys = errno;
	if (sys != 0)
		unlink(tmp);
	free(tmp);
	if (sys == 0)
		return SK_OK;
	if (sys == ENOENT && has_folder(path)) /* as /proc says it */
		return sk_fail(err, SK_EWRITE, sys, "cannot write %s: no file can be made in that folder; name another one",
			       path);
	if (sys == ENOENT) /* "No such file" says little of a file that is to be made */
		return sk_fail(err, SK_EWRITE, sys, "cannot write %s: there is no such folder; make it first", path);
	return sk_fail(err, SK_EWRITE, sys, "cannot write %s: %s", path, strerror(sys));
}
