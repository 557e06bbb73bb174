/* SPDX-License-Identifier: GPL-3.0-or-later */
/* $GITHUB_STEP_SUMMARY: see report_summary.h. */
#include "soakd/report_summary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "soakd/cmds.h"
#include "soakd/report.h"

/* O_NONBLOCK: the name of a pipe that nobody reads must not hold up the end of a run. */
static enum sk_code open_page(const char *path, int *fd, size_t *size, struct sk_err *err)
{
	struct stat st;

	*fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0644);
	if (*fd == -1 || fstat(*fd, &st) != 0)
		return sk_fail(err, errno == EACCES ? SK_EPERM : SK_EIO, errno,
			       "cannot append the report to $GITHUB_STEP_SUMMARY (%s): %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return sk_fail(err, SK_EIO, 0, "$GITHUB_STEP_SUMMARY (%s) is no file: the report is not appended to it", path);
	*size = (size_t)st.st_size;
	return SK_OK;
}

/* All of it, or the page as it was. */
static enum sk_code append(const char *path, int fd, size_t size, const struct text *t, struct sk_err *err)
{
	ssize_t n;

	if (size > SUMMARY_MAX || t->len > SUMMARY_MAX - size)
		return sk_fail(
			err, SK_EIO, 0,
			"$GITHUB_STEP_SUMMARY (%s) would be longer than 1 MiB, which GitHub does not show: the report is not "
			"appended to it",
			path);
	n = TEMP_FAILURE_RETRY(write(fd, t->s, t->len));
	if (n == (ssize_t)t->len)
		return SK_OK;
	int sys = n == -1 ? errno : ENOSPC;

	if (n > 0 && ftruncate(fd, (off_t)size) != 0)
		sys = errno;
	return sk_fail(err, SK_EIO, sys, "cannot append the report to $GITHUB_STEP_SUMMARY (%s): %s", path, strerror(sys));
}

enum sk_code report_summary(const struct evidence_file *f, const struct verdict *v, struct sk_err *err)
{
	/* nothing where capabilities of the file make us more than who asks */
	const char *path = secure_getenv("GITHUB_STEP_SUMMARY");
	struct text t = TEXT_INIT;
	size_t size = 0;
	int fd = -1;
	enum sk_code rc;

	if (!path || !*path)
		return SK_OK;
	rc = report_markdown(f, v, NULL, &t, err);
	text_addc(&t, '\n'); /* another heading may follow */
	if (rc == SK_OK && t.failed)
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the step summary");
	if (rc == SK_OK)
		rc = open_page(path, &fd, &size, err);
	if (rc == SK_OK)
		rc = append(path, fd, size, &t, err);
	if (fd != -1)
		close(fd);
	text_release(&t);
	return rc;
}

void report_summary_try(const struct evidence_file *f, const struct verdict *v)
{
	struct sk_err err = { 0 };

	if (report_summary(f, v, &err) != SK_OK)
		complain(&err);
}
