/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/disk_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/dirents.h"
#include "base/mem.h"

#define FIRST_LINK 64

struct walk {
	struct disk_walk *w;
	const char *path; /* for words */
	dev_t dev;
	double blocks; /* of 512 bytes */
	struct sk_err *err;
};

void disk_walk_init(struct disk_walk *w)
{
	memset(w, 0, sizeof(*w));
}

void disk_walk_release(struct disk_walk *w)
{
	free(w->link);
	disk_walk_init(w);
}

void disk_walk_begin(struct disk_walk *w)
{
	w->entries = w->n_link = 0;
	if (w->link)
		memset(w->link, 0, w->cap * sizeof(*w->link));
}

/* The place of that file in a table of a power of two, or the free one where it belongs. */
static struct disk_link *place(struct disk_link *link, size_t cap, uint64_t dev, uint64_t ino)
{
	size_t i = (size_t)((ino ^ dev << 32) * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (cap - 1);

	while (link[i].ino && (link[i].ino != ino || link[i].dev != dev))
		i = (i + 1) & (cap - 1);
	return &link[i];
}

static int grow(struct disk_walk *w)
{
	size_t cap = w->cap ? 2 * w->cap : FIRST_LINK;
	struct disk_link *link = sk_calloc(cap, sizeof(*link));

	if (!link)
		return -1;
	for (size_t i = 0; i < w->cap; i++)
		if (w->link[i].ino)
			*place(link, cap, w->link[i].dev, w->link[i].ino) = w->link[i];
	free(w->link);
	w->link = link;
	w->cap = cap;
	return 0;
}

/* 1: it was met before; 0: it is known from now on; -1: no memory. */
static int met(struct disk_walk *w, const struct stat *st)
{
	struct disk_link *at;

	if (2 * (w->n_link + 1) > w->cap && grow(w) != 0)
		return -1;
	at = place(w->link, w->cap, st->st_dev, st->st_ino);
	if (at->ino)
		return 1;
	*at = (struct disk_link){ st->st_dev, st->st_ino };
	w->n_link++;
	return 0;
}

static enum sk_code failed(const struct walk *k, const char *name, int sys)
{
	return sk_fail(k->err, sys == EACCES || sys == EPERM ? SK_EPERM : SK_EIO, sys, "cannot read %.300s%s%.200s: %s", k->path,
		       *name ? ", in it " : "", name, strerror(sys));
}

static enum sk_code folder(struct walk *k, int fd, int depth);

static enum sk_code entry(struct walk *k, int dir, const char *name, int depth)
{
	struct stat st;
	enum sk_code rc;
	int fd, seen;

	if (++k->w->entries > DISK_ENTRIES_MAX)
		return sk_fail(k->err, SK_EIO, 0,
			       "%.300s has more than %d files: to count what they take would cost too much; give folders in it",
			       k->path, DISK_ENTRIES_MAX);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return errno == ENOENT ? SK_OK : failed(k, name, errno);
	if (st.st_dev != k->dev)
		return SK_OK;
	seen = !S_ISDIR(st.st_mode) && st.st_nlink > 1 ? met(k->w, &st) : 0;
	if (seen == -1)
		return sk_fail(k->err, SK_ENOMEM, 0, "no memory to walk %.300s", k->path);
	if (!seen)
		k->blocks += (double)st.st_blocks;
	if (!S_ISDIR(st.st_mode))
		return SK_OK;
	if (depth == DISK_DEPTH_MAX)
		return sk_fail(k->err, SK_EIO, 0, "%.300s is more than %d folders deep", k->path, DISK_DEPTH_MAX);
	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd == -1)
		return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ? SK_OK : failed(k, name, errno);
	rc = folder(k, fd, depth + 1);
	close(fd);
	return rc;
}

struct level {
	struct walk *k;
	int fd, depth;
	enum sk_code rc;
};

static int each_entry(void *ctx, const char *name, int may_be_dir)
{
	struct level *l = ctx;

	(void)may_be_dir;
	l->rc = entry(l->k, l->fd, name, l->depth);
	return l->rc != SK_OK;
}

static enum sk_code folder(struct walk *k, int fd, int depth)
{
	struct level l = { k, fd, depth, SK_OK };

	if (dirents_each(fd, each_entry, &l) == -1 && errno != ENOENT)
		return failed(k, "", errno);
	return l.rc;
}

enum sk_code disk_walk_path(struct disk_walk *w, const char *path, double *kb, struct sk_err *err)
{
	struct walk k = { .w = w, .path = path, .err = err };
	enum sk_code rc = SK_OK;
	struct stat st;
	int fd;

	*kb = NAN;
	if (stat(path, &st) != 0)
		return errno == ENOENT ? sk_fail(err, SK_ENOTFOUND, ENOENT, "there is no %.300s", path) : failed(&k, "", errno);
	w->entries++;
	k.dev = st.st_dev;
	int seen = !S_ISDIR(st.st_mode) && st.st_nlink > 1 ? met(w, &st) : 0;

	if (seen == -1)
		return sk_fail(err, SK_ENOMEM, 0, "no memory to walk %.300s", path);
	k.blocks = seen ? 0 : (double)st.st_blocks;
	if (S_ISDIR(st.st_mode)) {
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd == -1)
			return failed(&k, "", errno);
		rc = folder(&k, fd, 1);
		close(fd);
	}
	if (rc == SK_OK)
		*kb = k.blocks / 2;
	return rc;
}

double disk_free_kb(const char *path)
{
	struct statvfs st;

	return statvfs(path, &st) == 0 ? (double)st.f_bavail * (double)st.f_frsize / 1024 : (double)NAN;
}
