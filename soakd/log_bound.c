/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cutting a log that others append to: see log_bound.h. */
#include "soakd/log_bound.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char cut_here[] = "\n[soakd: target.log was longer than 16 MiB; what was written here is left out]\n";

enum sk_code log_bound_open(struct log_bound *b, const char *path, struct sk_err *err)
{
	*b = (struct log_bound){ .fd = open(path, O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC) };
	if (b->fd == -1)
		return sk_fail(err, SK_EIO, errno, "cannot open %s: %s", path, strerror(errno));
	return SK_OK;
}

bool log_bound_cut(const struct log_bound *b)
{
	struct stat st;

	if (!b || b->fd == -1 || fstat(b->fd, &st) != 0 || st.st_size <= LOG_BOUND_MOST || ftruncate(b->fd, LOG_BOUND_KEPT) != 0)
		return false;
	/* without room for these words it is cut all the same */
	return write(b->fd, cut_here, sizeof(cut_here) - 1) != 0;
}

void log_bound_close(struct log_bound *b)
{
	if (b->fd != -1)
		close(b->fd);
	b->fd = -1;
}
