/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the found PostgreSQL listens. Its files are opened through /proc/PID/cwd, so that a server in a container is read in its
 * own file system. Format of postmaster.pid: src/include/utils/pidfile.h (lines: pid, data directory, start time, port, first
 * socket directory, first listen address, shared memory key, status).
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"
#include "soakd/target_priv.h"

enum { LINE_PID, LINE_DATADIR, LINE_START, LINE_PORT, LINE_SOCKET, LINE_ADDRESS, LINES };

static bool copy_line(char *dst, size_t n, const char *s, size_t len)
{
	if (len >= n)
		return false;
	memcpy(dst, s, len);
	dst[len] = '\0';
	return true;
}

/* A wildcard is no address to connect to. */
static bool set_address(struct postmaster_info *out, const char *s, size_t len)
{
	if ((len == 1 && *s == '*') || (len == 7 && memcmp(s, "0.0.0.0", 7) == 0))
		return copy_line(out->host, sizeof(out->host), "127.0.0.1", 9);
	if (len == 2 && memcmp(s, "::", 2) == 0)
		return copy_line(out->host, sizeof(out->host), "::1", 3);
	return len > 0 && copy_line(out->host, sizeof(out->host), s, len);
}

/* A relative one is below the data directory, as the server takes it; '@' is the abstract name space. */
static bool set_socket(struct postmaster_info *out, const char *s, size_t len)
{
	size_t dir = strlen(out->datadir);

	if (*s == '/' || *s == '@')
		return copy_line(out->host, sizeof(out->host), s, len);
	return copy_line(out->host, sizeof(out->host), out->datadir, dir) &&
	       copy_line(out->host + dir, sizeof(out->host) - dir, "/", 1) &&
	       copy_line(out->host + dir + 1, sizeof(out->host) - dir - 1, s, len);
}

enum sk_code postmaster_parse(const char *text, struct postmaster_info *out, pid_t *pid, struct sk_err *err)
{
	const char *line[LINES] = { NULL };
	size_t len[LINES] = { 0 };
	char number[16];
	int64_t v, port;
	int n;

	for (n = 0; n < LINES && *text; n++) {
		line[n] = text;
		len[n] = strcspn(text, "\r\n");
		text += len[n];
		text += *text == '\r';
		text += *text == '\n';
	}
	if (n < LINE_SOCKET + 1)
		return sk_fail(err, SK_EPARSE, 0,
			       "postmaster.pid has %d lines and no socket directory yet: the server is still starting", n);
	if (!copy_line(number, sizeof(number), line[LINE_PID], len[LINE_PID]) || int_parse(number, &v, NULL) != SK_OK || v < 1 ||
	    v > INT32_MAX)
		return sk_fail(err, SK_EPARSE, 0, "the first line of postmaster.pid is no process id");
	if (!copy_line(out->port, sizeof(out->port), line[LINE_PORT], len[LINE_PORT]) ||
	    int_parse(out->port, &port, NULL) != SK_OK || port < 1 || port > 65535)
		return sk_fail(err, SK_EPARSE, 0, "the fourth line of postmaster.pid is no port");
	if (len[LINE_SOCKET] > 0 ? !set_socket(out, line[LINE_SOCKET], len[LINE_SOCKET])
				 : !line[LINE_ADDRESS] || !set_address(out, line[LINE_ADDRESS], len[LINE_ADDRESS]))
		return sk_fail(err, SK_EPARSE, 0,
			       "postmaster.pid names neither a socket directory nor an address that can be used");
	*pid = (pid_t)v;
	return SK_OK;
}

static const struct proc *postmaster_of(const struct target *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->proc[i].role, "postmaster") == 0 && !t->proc[i].zombie)
			return &t->proc[i];
	return NULL;
}

static enum sk_code denied(const struct proc *p, const char *what, int sys, struct sk_err *err)
{
	struct passwd pw, *found = NULL;
	char buf[1024];

	if (sys != EACCES && sys != EPERM)
		return sk_fail(err, sys == ENOENT ? SK_ENOTFOUND : SK_EIO, sys, "cannot read %s of postmaster %d: %s", what,
			       (int)p->pid, strerror(sys));
	if (getpwuid_r(p->uid, &pw, buf, sizeof(buf), &found) == 0 && found)
		return sk_fail(err, SK_EPERM, sys, "%s of postmaster %d may not be read by us; run soakd as root or as %s", what,
			       (int)p->pid, found->pw_name);
	return sk_fail(err, SK_EPERM, sys, "%s of postmaster %d may not be read by us; run soakd as root or as uid %u", what,
		       (int)p->pid, (unsigned)p->uid);
}

static enum sk_code read_lock_file(const struct target *t, const struct proc *p, char *buf, size_t n, struct sk_err *err)
{
	char path[64];
	ssize_t got;
	int fd, sys;

	snprintf(path, sizeof(path), "%d/cwd/postmaster.pid", (int)p->pid);
	fd = openat(t->fs->dirfd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd == -1)
		return denied(p, "the file postmaster.pid", errno, err);
	got = read(fd, buf, n - 1);
	sys = errno;
	close(fd);
	if (got < 0)
		return denied(p, "the file postmaster.pid", sys, err);
	buf[got] = '\0';
	return SK_OK;
}

/* The number that the process has where it lives: the last one of NSpid (Linux 4.1), which differs from ours in a container. */
static pid_t inner_pid(const struct target *t, pid_t pid)
{
	const char *line;
	char *end;
	long v, last = pid;

	if (procfs_read(t->fs, pid, "status", NULL) != SK_OK)
		return pid;
	line = strstr(t->fs->buf, "\nNSpid:");
	if (!line)
		return pid;
	for (line += 7; *line && *line != '\n'; line = end) {
		v = strtol(line, &end, 10);
		if (end == line)
			break;
		last = v;
		end += strspn(end, " \t");
	}
	return (pid_t)last;
}

enum sk_code target_postmaster(const struct target *t, struct postmaster_info *out, struct sk_err *err)
{
	const struct proc *p = postmaster_of(t);
	struct postmaster_info info = { .uid = (uid_t)-1 };
	char path[64], text[4096];
	pid_t named = 0;
	ssize_t n;
	enum sk_code rc;

	if (!p)
		return sk_fail(err, SK_ENOTFOUND, 0, "%s is no PostgreSQL server: no postmaster is in the watched tree",
			       t->spec.text);
	snprintf(path, sizeof(path), "%d/cwd", (int)p->pid);
	n = readlinkat(t->fs->dirfd, path, info.datadir, sizeof(info.datadir) - 1);
	if (n < 0)
		return denied(p, "the data directory", errno, err);
	info.datadir[n] = '\0';
	rc = read_lock_file(t, p, text, sizeof(text), err);
	if (rc == SK_OK)
		rc = postmaster_parse(text, &info, &named, err);
	if (rc == SK_OK)
		rc = proc_owner(t->fs, p->pid, &info.uid, &info.gid, err);
	if (rc != SK_OK)
		return rc;
	if (named != p->pid && named != inner_pid(t, p->pid))
		return sk_fail(err, SK_ENOTFOUND, 0, "%s/postmaster.pid names process %d, not the watched postmaster %d",
			       info.datadir, (int)named, (int)p->pid);
	*out = info;
	return SK_OK;
}
