/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Decided by PID/stat: its state, flags and number of threads are there for every kind of process. */
#include "samplers/memoryless.h"

bool proc_stat_memoryless(const struct proc_stat *st)
{
	if (st->flags & PROC_STAT_KTHREAD)
		return true;
	return st->threads <= 1 && (st->state == 'Z' || st->state == 'X' || (st->flags & PROC_STAT_EXITING));
}

enum sk_code memoryless_check(struct procfs *fs, pid_t pid, const char *file, struct sk_err *err)
{
	enum sk_code rc = procfs_read(fs, pid, "stat", err);
	struct proc_stat st;

	if (rc != SK_OK)
		return rc;
	if (proc_stat_parse(fs->buf, fs->len, &st) != 0)
		return sk_fail(err, SK_EIO, 0, "%s/%d/stat is not in its format", fs->root, (int)pid);
	if (proc_stat_memoryless(&st))
		return SK_OK;
	if (st.state == 'Z')
		return sk_fail(err, SK_EIO, 0,
			       "the main thread of process %d has exited and %ld more run: %s/%d/%s does not show their memory",
			       (int)pid, st.threads - 1, fs->root, (int)pid, file);
	return sk_fail(err, SK_EIO, 0, "%s/%d/%s shows no memory though the process runs: it is empty, torn or in another format",
		       fs->root, (int)pid, file);
}
