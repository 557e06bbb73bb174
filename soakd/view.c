/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool view_hides(struct procfs *fs)
{
	enum sk_code rc = procfs_read(fs, 1, "stat", NULL);

	return rc == SK_EGONE || rc == SK_EPERM; /* hidepid=2, hidepid=1 */
}

enum sk_code view_explain(enum sk_code rc, struct procfs *fs, struct sk_err *err)
{
	size_t len;

	if (rc != SK_ENOTFOUND || !err || !view_hides(fs))
		return rc;
	len = strlen(err->msg);
	snprintf(err->msg + len, sizeof(err->msg) - len,
		 ". It may be another user's: %s hides those from us (hidepid); run as root, or: sudo mount -o "
		 "remount,hidepid=0 %s",
		 fs->root, fs->root);
	return rc;
}

enum sk_code view_check(const struct procfs *fs, struct sk_err *err)
{
	char self[32];
	ssize_t n = readlinkat(fs->dirfd, "self", self, sizeof(self) - 1);

	if (n < 0 && strcmp(fs->root, "/proc") != 0)
		return SK_OK;
	self[n > 0 ? n : 0] = '\0';
	if (strtol(self, NULL, 10) == (long)getpid())
		return SK_OK;
	return sk_fail(err, SK_EIO, 0,
		       "%s belongs to another PID namespace: we are process %d, and it calls us %s; mount it anew "
		       "(mount -t proc proc %s, or unshare --mount-proc)",
		       fs->root, (int)getpid(), n > 0 ? self : "nothing", fs->root);
}
