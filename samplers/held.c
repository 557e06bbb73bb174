/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/held.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/*
 * The kernel's seq_file ends a read early only where the next record does not fit its page of 4 KiB or more. What ends well
 * before that was all, and the read that would say so is saved.
 */
#define SURELY_ALL 3072

int held_open(struct held *k, int dirfd, const char *path)
{
	held_close(k);
	do
		k->fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	while (k->fd == -1 && errno == EINTR);
	return k->fd == -1 ? errno : 0;
}

void held_close(struct held *k)
{
	if (k->fd != -1)
		close(k->fd);
	k->fd = -1;
}

ssize_t held_read(const struct held *k, char *buf, size_t n)
{
	size_t len = 0;

	while (len < n) {
		ssize_t got = pread(k->fd, buf + len, n - len, (off_t)len);

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			return -1;
		len += (size_t)got;
		if (got == 0 || len < SURELY_ALL)
			break;
	}
	return (ssize_t)len;
}
