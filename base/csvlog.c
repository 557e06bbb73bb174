/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An append-only CSV file that outlives a full disk: every line goes through the buffer of kept lines, and what the file took
 * leaves it. On a good day the buffer holds the lines of one row for the length of one write.
 *
 *   csvlog_write -> keep() -> kept -> drain() -> file        a short write: back to the last newline, the rest stays kept
 */
#include "base/csvlog.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

#define SMALL (64u << 10) /* a buffer that grew beyond this while the disk was full is given back once it is empty */

/* Length of the regular file, or 0 for a device. -1 with errno on failure. */
static int64_t file_size(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return -1;
	return S_ISREG(st.st_mode) ? st.st_size : 0;
}

/* Cuts the file to n bytes if it is longer. Never makes it longer: somebody else may have cut it. 0 or errno. */
static int cut_to(int fd, int64_t n)
{
	int64_t size = file_size(fd);

	if (size < 0)
		return errno;
	return size > n && ftruncate(fd, n) != 0 ? errno : 0;
}

/* Bytes up to and with the last newline among the first `size`; -1 with errno on failure. */
static int64_t whole_lines(int fd, int64_t size)
{
	char buf[4096];

	while (size > 0) {
		int64_t from = size > (int64_t)sizeof(buf) ? size - (int64_t)sizeof(buf) : 0;
		ssize_t n = pread(fd, buf, (size_t)(size - from), from);

		if (n < 0)
			return -1;
		const char *nl = n > 0 ? memrchr(buf, '\n', (size_t)n) : NULL;

		if (nl)
			return from + (nl - buf) + 1;
		size = from;
	}
	return 0;
}

/* True if the file, `size` bytes long, begins with header + newline, or is torn inside of it. */
static bool header_is(int fd, int64_t size, const char *header)
{
	size_t want = strlen(header) + 1;
	size_t n = size < (int64_t)want ? (size_t)size : want;
	char *buf = sk_calloc(1, want);
	bool same = false;

	if (buf && pread(fd, buf, n, 0) == (ssize_t)n)
		same = memcmp(buf, header, n < want ? n : want - 1) == 0 && (n < want || buf[n - 1] == '\n');
	free(buf);
	return same;
}

/* Checks what is there and cuts a torn end. l->good is then the length of what stays. */
static enum sk_code check_file(struct csvlog *l, bool *cut, struct sk_err *err)
{
	int64_t size = file_size(l->fd), good;

	if (size < 0)
		goto io;
	if (size > 0 && !header_is(l->fd, size, l->header))
		return sk_fail(err, SK_EUSAGE, 0, "%s has another header line than this version writes: choose another folder",
			       l->path);
	good = whole_lines(l->fd, size);
	if (good < 0 || (good < size && ftruncate(l->fd, good) != 0))
		goto io;
	l->good = good;
	if (cut)
		*cut = good < size;
	return SK_OK;
io:
	return sk_fail(err, SK_EIO, errno, "cannot read %s: %s", l->path, strerror(errno));
}

/* Forgets the first n bytes of the kept lines. */
static void forget(struct csvlog *l, size_t n)
{
	l->kept.len -= n;
	if (l->kept.len > 0)
		memmove(l->kept.s, l->kept.s + n, l->kept.len);
	if (l->kept.s)
		l->kept.s[l->kept.len] = '\0';
	if (l->kept.len == 0 && l->kept.cap > SMALL && l->failing)
		text_release(&l->kept);
}

/* Of the kept lines n bytes are in the file: whole lines stay there, a part of one is undone. 0 or errno. */
static int settle(struct csvlog *l, size_t n)
{
	const char *nl = n > 0 ? memrchr(l->kept.s, '\n', n) : NULL;
	size_t whole = nl ? (size_t)(nl - l->kept.s) + 1 : 0;

	l->good += (int64_t)whole;
	forget(l, whole);
	return whole < n ? cut_to(l->fd, l->good) : 0;
}

/* Writes what is kept. 0, or the errno that stopped it: the file then ends with a whole line, or the next call sees to it. */
static int drain(struct csvlog *l)
{
	int sys = l->failing ? cut_to(l->fd, l->good) : 0;
	size_t done = 0;

	/* after a short write the rest is tried at once: that tells why, and until then nothing is undone */
	while (sys == 0 && done < l->kept.len) {
		ssize_t n = write(l->fd, l->kept.s + done, l->kept.len - done);

		if (n > 0)
			done += (size_t)n;
		else if (n == 0 || errno != EINTR)
			sys = n == 0 ? EIO : errno;
	}
	int undo = settle(l, done);

	l->failing = sys != 0 || undo != 0;
	return sys ? sys : undo;
}

static void blank(char *s, size_t n, char c)
{
	for (char *p = s; (p = memchr(p, c, (size_t)(s + n - p))); p++)
		*p = ' ';
}

/* Adds the line to the kept ones, newlines inside as blanks, and drops the oldest where there are too many. */
static bool keep(struct csvlog *l, const char *s, size_t n)
{
	size_t had = l->kept.len;

	text_addn(&l->kept, s, n);
	text_addc(&l->kept, '\n');
	if (l->kept.failed) {
		l->kept.failed = false;
		l->kept.len = had;
		l->lost_lines++;
		return false;
	}
	blank(l->kept.s + had, n, '\n');
	blank(l->kept.s + had, n, '\r');
	size_t drop = 0;

	while (l->kept.len - drop > CSVLOG_KEEP) {
		const char *nl = memchr(l->kept.s + drop, '\n', l->kept.len - drop);

		drop = (size_t)(nl - l->kept.s) + 1;
		l->lost_lines++;
	}
	if (drop > 0)
		forget(l, drop);
	return true;
}

/* Opens the path, checks it and writes the header into an empty file. On failure l is closed. */
static enum sk_code open_file(struct csvlog *l, bool *cut, struct sk_err *err)
{
	enum sk_code rc;

	l->fd = open(l->path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (l->fd < 0)
		return sk_fail(err, SK_EIO, errno, "cannot open %s: %s", l->path, strerror(errno));
	rc = check_file(l, cut, err);
	if (rc != SK_OK || l->good > 0)
		return rc;
	/* the header is written alone: lines kept from before wait for it */
	struct csvlog head = { .fd = l->fd };

	if (!keep(&head, l->header, strlen(l->header)))
		return sk_fail(err, SK_ENOMEM, 0, "no memory to write %s", l->path);
	int sys = drain(&head);

	l->good = head.good;
	text_release(&head.kept);
	return sys == 0 ? SK_OK : sk_fail(err, SK_EIO, sys, "cannot write %s: %s", l->path, strerror(sys));
}

enum sk_code csvlog_open(struct csvlog *l, const char *path, const char *header, bool *cut, struct sk_err *err)
{
	enum sk_code rc;

	*l = (struct csvlog){ .fd = -1, .kept = TEXT_INIT };
	l->path = sk_strdup(path);
	l->header = sk_strdup(header);
	if (l->path && l->header)
		rc = open_file(l, cut, err);
	else
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory to write %s", path);
	if (rc != SK_OK)
		csvlog_close(l);
	return rc;
}

enum sk_code csvlog_add(struct csvlog *l, const struct text *line, struct sk_err *err)
{
	if (line->failed || !keep(l, text_str(line), line->len))
		return sk_fail(err, SK_ENOMEM, 0, "no memory for a line of %s", l->path);
	return SK_OK;
}

enum sk_code csvlog_commit(struct csvlog *l, struct sk_err *err)
{
	int sys = drain(l);

	if (sys != 0)
		sk_fail(err, SK_EIO, sys, "cannot write %s: %s (lines are kept in memory until it takes them again)", l->path,
			strerror(sys));
	return SK_OK;
}

enum sk_code csvlog_write(struct csvlog *l, const struct text *line, struct sk_err *err)
{
	enum sk_code rc = csvlog_add(l, line, err);

	return rc == SK_OK ? csvlog_commit(l, err) : rc;
}

enum sk_code csvlog_flush(struct csvlog *l, struct sk_err *err)
{
	int sys = drain(l);

	/* EINVAL, EROFS: a pipe or a device, which has nothing to sync */
	if (sys == 0 && fdatasync(l->fd) != 0 && errno != EINVAL && errno != EROFS)
		sys = errno;
	return sys == 0 ? SK_OK : sk_fail(err, SK_EIO, sys, "cannot write %s: %s", l->path, strerror(sys));
}

enum sk_code csvlog_reopen(struct csvlog *l, struct sk_err *err)
{
	struct csvlog fresh = { .path = l->path, .header = l->header };
	enum sk_code rc = open_file(&fresh, NULL, err);

	if (rc != SK_OK) {
		if (fresh.fd >= 0)
			close(fresh.fd);
		return rc; /* the old file stays in use */
	}
	cut_to(l->fd, l->good); /* it was renamed, most likely, and somebody will read it */
	close(l->fd);
	l->fd = fresh.fd;
	l->good = fresh.good;
	l->failing = l->kept.len > 0;
	return SK_OK;
}

void csvlog_close(struct csvlog *l)
{
	if (l->path && l->fd >= 0) {
		drain(l);
		close(l->fd);
	}
	free(l->path);
	free(l->header);
	text_release(&l->kept);
	l->path = l->header = NULL;
	l->fd = -1;
}
