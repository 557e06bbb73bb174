/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Units and control groups. systemd names a group's directory like its unit; where the tree is mounted depends on the machine:
 *   version 2   /sys/fs/cgroup/system.slice/nginx.service
 *   hybrid      /sys/fs/cgroup/unified/..., and the same below /sys/fs/cgroup/systemd
 *   version 1   /sys/fs/cgroup/systemd/...
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/dirents.h"
#include "soakd/target_priv.h"

#define PATH_LEN  4096
#define DEPTH_MAX 16    /* of nested groups; systemd itself makes about six */
#define DIRS_MAX  20000 /* a search looks at no more groups than this */

/* ---- members ----------------------------------------------------------------------------------------------------------- */

struct members_ctx {
	int dirfd;
	int depth;
	struct identities *out;
	struct sk_err *err;
	enum sk_code rc;
};

/* Streams the numbers of cgroup.procs. A threaded group's cannot be read (EOPNOTSUPP): its parent lists its processes. */
static void read_procs(struct members_ctx *c)
{
	int fd = openat(c->dirfd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	char buf[1024];
	ssize_t n;
	pid_t pid = 0;

	if (fd == -1)
		return;
	while (c->rc == SK_OK && (n = read(fd, buf, sizeof(buf))) > 0) {
		for (ssize_t i = 0; i < n && c->rc == SK_OK; i++) {
			if (buf[i] >= '0' && buf[i] <= '9' && pid < INT32_MAX / 16) {
				pid = pid * 10 + (buf[i] - '0');
				continue;
			}
			if (pid > 0) /* 0: a process outside our pid namespace */
				c->rc = identities_add(c->out, (struct identity){ .pid = pid }, c->err);
			pid = 0;
		}
	}
	close(fd);
}

static int each_subgroup(void *ctx, const char *name, int may_be_dir);

static void read_group(struct members_ctx *c)
{
	read_procs(c);
	if (c->rc == SK_OK && c->depth < DEPTH_MAX)
		dirents_each(c->dirfd, each_subgroup, c);
}

static int each_subgroup(void *ctx, const char *name, int may_be_dir)
{
	struct members_ctx *c = ctx, below = *c;

	if (!may_be_dir)
		return 0;
	below.dirfd = openat(c->dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (below.dirfd == -1)
		return 0;
	below.depth++;
	read_group(&below);
	close(below.dirfd);
	c->rc = below.rc;
	return c->rc != SK_OK;
}

static enum sk_code members_of(const char *path, struct identities *out, struct sk_err *err)
{
	struct members_ctx c = { .dirfd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), .out = out, .err = err, .rc = SK_OK };
	int sys = errno;

	out->n = 0;
	if (c.dirfd == -1 && (sys == ENOENT || sys == ENOTDIR))
		return SK_EGONE;
	if (c.dirfd == -1)
		return sk_fail(err, sys == EACCES ? SK_EPERM : SK_EIO, sys, "cannot open control group %s: %s", path,
			       strerror(sys));
	read_group(&c);
	close(c.dirfd);
	return c.rc;
}

enum sk_code group_members(struct target *t, struct sk_err *err)
{
	return t->priv->group ? members_of(t->priv->group, &t->priv->seen, err) : SK_EGONE;
}

/* ---- by unit ----------------------------------------------------------------------------------------------------------- */

struct search {
	struct target *t;
	const char *name; /* the directory looked for */
	char path[PATH_LEN];
	int fd, depth;
	unsigned dirs;    /* looked at so far */
	unsigned matches; /* with processes in them */
	char first[PATH_LEN], second[PATH_LEN];
	struct sk_err *err;
	enum sk_code rc;
};

static void hit(struct search *s)
{
	s->rc = members_of(s->path, &s->t->priv->seen, s->err);
	if (s->rc == SK_EGONE)
		s->rc = SK_OK;
	if (s->rc != SK_OK || s->t->priv->seen.n == 0)
		return; /* a unit that has ended, or a slice's empty shell */
	s->matches++;
	if (s->matches <= 2)
		snprintf(s->matches == 1 ? s->first : s->second, PATH_LEN, "%s", s->path);
}

static int search_entry(void *ctx, const char *name, int may_be_dir)
{
	struct search *s = ctx;
	size_t len = strlen(s->path);
	int fd = s->fd;

	if (!may_be_dir || ++s->dirs > DIRS_MAX ||
	    snprintf(s->path + len, PATH_LEN - len, "/%s", name) >= (int)(PATH_LEN - len)) {
		s->path[len] = '\0';
		return 0;
	}
	if (strcmp(name, s->name) == 0) {
		hit(s);
	} else if (s->depth < DEPTH_MAX && (s->fd = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) != -1) {
		s->depth++;
		dirents_each(s->fd, search_entry, s);
		s->depth--;
		close(s->fd);
	}
	s->fd = fd;
	s->path[len] = '\0';
	return s->rc != SK_OK;
}

/* root/sub is searched if it is a control group hierarchy; "" is one on machines with version 2 alone. */
static void search_below(struct search *s, const char *root, const char *sub)
{
	if (snprintf(s->path, PATH_LEN, "%s%s/cgroup.procs", root, sub) >= PATH_LEN || access(s->path, F_OK) != 0)
		return;
	*strrchr(s->path, '/') = '\0';
	s->fd = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (s->fd == -1)
		return;
	dirents_each(s->fd, search_entry, s);
	close(s->fd);
}

static enum sk_code keep_group(struct target *t, const char *path, struct sk_err *err)
{
	char *copy = sk_strdup(path);

	if (!copy)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the path of a control group");
	free(t->priv->group);
	t->priv->group = copy;
	return SK_OK;
}

static enum sk_code locate_unit(struct target *t, struct sk_err *err)
{
	static const char *const mounts[] = { "/systemd", "/unified", "" };
	char name[300];
	struct search s = { .t = t, .name = name, .err = err, .rc = SK_OK };

	snprintf(name, sizeof(name), "%s%s", t->spec.arg, strchr(t->spec.arg, '.') ? "" : ".service");
	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts) && s.rc == SK_OK && s.matches == 0; i++)
		search_below(&s, t->priv->cgroup_root, mounts[i]);
	if (s.rc != SK_OK)
		return s.rc;
	if (s.matches > 1)
		return sk_fail(err, SK_EMANY, 0, "%u control groups are named %s; pick one with --target cgroup:PATH: %s, %s%s",
			       s.matches, name, s.first, s.second, s.matches > 2 ? ", ..." : "");
	if (s.matches == 0)
		return sk_fail(err, SK_ENOTFOUND, 0,
			       "no process belongs to unit %s; is it active? (Debian's postgresql.service has none: it is "
			       "postgresql@15-main)",
			       name);
	return keep_group(t, s.first, err);
}

/* ---- by path ----------------------------------------------------------------------------------------------------------- */

static bool is_group(const char *path)
{
	char procs[PATH_LEN + 16];

	snprintf(procs, sizeof(procs), "%s/cgroup.procs", path);
	return access(procs, F_OK) == 0;
}

/* A whole path, or one as /proc/PID/cgroup has it, in whichever hierarchy knows it. */
static enum sk_code locate_path(struct target *t, struct sk_err *err)
{
	static const char *const mounts[] = { "", "/unified", "/systemd", "/memory", "/pids" };
	const char *arg = t->spec.arg, *root = t->priv->cgroup_root;
	char path[PATH_LEN];

	if (strncmp(arg, root, strlen(root)) == 0 && is_group(arg))
		return keep_group(t, arg, err);
	for (size_t i = 0; i < sizeof(mounts) / sizeof(*mounts); i++)
		if (snprintf(path, sizeof(path), "%s%s/%s", root, mounts[i], arg + strspn(arg, "/")) < PATH_LEN && is_group(path))
			return keep_group(t, path, err);
	return sk_fail(err, SK_ENOTFOUND, 0, "there is no control group %s below %s; /proc/PID/cgroup names a process's", arg,
		       root);
}

enum sk_code group_locate(struct target *t, struct sk_err *err)
{
	return t->spec.how == TARGET_UNIT ? locate_unit(t, err) : locate_path(t, err);
}
