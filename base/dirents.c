/* SPDX-License-Identifier: GPL-3.0-or-later */
/* opendir() takes 32 KiB and gives them back each time; getdents64() fills what the caller's stack has. */
#include "base/dirents.h"

#include <dirent.h>
#include <string.h>
#include <sys/types.h>

int dirents_each(int fd, int (*each)(void *ctx, const char *name, int may_be_dir), void *ctx)
{
	_Alignas(struct dirent64) char buf[4096];
	ssize_t n;

	while ((n = getdents64(fd, buf, sizeof(buf))) > 0) {
		for (ssize_t at = 0; at < n;) {
			const struct dirent64 *d = (const struct dirent64 *)(const void *)(buf + at);
			int rc;

			at += d->d_reclen;
			if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
				continue;
			rc = each(ctx, d->d_name, d->d_type == DT_DIR || d->d_type == DT_UNKNOWN);
			if (rc != 0)
				return rc;
		}
	}
	return n < 0 ? -1 : 0;
}
