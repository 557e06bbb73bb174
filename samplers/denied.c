/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One sentence for every file that may not be read; see denied.h. */
#include "samplers/denied.h"

#include <string.h>

enum sk_code denied_explain(enum sk_code rc, const struct procfs *fs, pid_t pid, const char *file, const char *cap,
			    const char *lost, struct sk_err *err)
{
	if (rc != SK_EPERM || !err)
		return rc;
	int sys = err->sys;

	return sk_fail(err, SK_EPERM, sys, "cannot read %s/%d/%s: %s; without %s this process gives no %s", fs->root, (int)pid,
		       file, strerror(sys), cap, lost);
}
