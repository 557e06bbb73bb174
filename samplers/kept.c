/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A hash table by process number; see kept.h. Nothing here reads a file. */
#include "samplers/kept.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/mem.h"

#define FIRST_BUCKETS 64

static const char *const names[KEPT_FILES] = { [KEPT_STATM] = "statm", [KEPT_STAT] = "stat", [KEPT_STATUS] = "status" };

int kept_file(const char *name)
{
	for (int i = 0; i < KEPT_FILES; i++)
		if (strcmp(name, names[i]) == 0)
			return i;
	return -1;
}

static struct kept **bucket_of(struct kept **bucket, size_t buckets, pid_t pid)
{
	return &bucket[(size_t)pid & (buckets - 1)]; /* numbers are handed out one after another: they spread by themselves */
}

struct kept *kept_find(const struct kept_table *t, pid_t pid)
{
	struct kept *k = t->n ? *bucket_of(t->bucket, t->buckets, pid) : NULL;

	while (k && k->pid != pid)
		k = k->next;
	return k;
}

static bool grow(struct kept_table *t)
{
	size_t buckets = t->buckets ? 2 * t->buckets : FIRST_BUCKETS;
	struct kept **bucket;

	if (t->n < t->buckets)
		return true;
	bucket = sk_calloc(buckets, sizeof(*bucket));
	if (!bucket)
		return false;
	for (size_t i = 0; i < t->buckets; i++)
		for (struct kept *k = t->bucket[i], *next; k; k = next) {
			struct kept **b = bucket_of(bucket, buckets, k->pid);

			next = k->next;
			k->next = *b;
			*b = k;
		}
	free(t->bucket);
	t->bucket = bucket;
	t->buckets = buckets;
	return true;
}

/* Once, when the first process is kept: by then the program has raised its limit. */
static void learn_limit(struct kept_table *t)
{
	struct rlimit r;

	if (t->fd_end != 0)
		return;
	t->fd_end = -1;
	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur > KEPT_SPARE)
		t->fd_end = r.rlim_cur > 1 << 30 ? 1 << 30 : (int)r.rlim_cur - KEPT_SPARE;
}

bool kept_room(struct kept_table *t, int fd)
{
	if (fd >= t->fd_end)
		t->full = true;
	return fd < t->fd_end;
}

bool kept_add(struct kept_table *t, pid_t pid, int dir)
{
	struct kept *k;

	learn_limit(t);
	if (!kept_room(t, dir) || !grow(t))
		return false;
	k = sk_calloc(1, sizeof(*k));
	if (!k)
		return false;
	k->pid = pid;
	k->dir = dir;
	for (int i = 0; i < KEPT_FILES; i++)
		k->fd[i] = -1;
	k->fds = -1;
	k->next = *bucket_of(t->bucket, t->buckets, pid);
	*bucket_of(t->bucket, t->buckets, pid) = k;
	t->n++;
	return true;
}

static void release(struct kept *k)
{
	for (int i = 0; i < KEPT_FILES; i++)
		if (k->fd[i] != -1)
			close(k->fd[i]);
	if (k->fds != -1)
		close(k->fds);
	close(k->dir);
	free(k);
}

void kept_remove(struct kept_table *t, pid_t pid)
{
	struct kept *k = kept_find(t, pid), **at;

	if (!k)
		return;
	for (at = bucket_of(t->bucket, t->buckets, pid); *at != k; at = &(*at)->next)
		;
	*at = k->next;
	t->n--;
	t->full = false;
	release(k);
}

void kept_clear(struct kept_table *t)
{
	for (size_t i = 0; i < t->buckets; i++)
		for (struct kept *k = t->bucket[i], *next; k; k = next) {
			next = k->next;
			release(k);
		}
	free(t->bucket);
	*t = (struct kept_table){ .row = t->row };
}

static char *room_for(struct kept *k, int file, size_t *n)
{
	*n = file == KEPT_STATM ? sizeof(k->statm) : sizeof(k->stat);
	return file == KEPT_STATM ? k->statm : k->stat;
}

const char *kept_text(const struct kept_table *t, const struct kept *k, int file, size_t *len)
{
	if (file > KEPT_STAT || k->text[file].len == 0 || k->text[file].row != t->row)
		return NULL;
	*len = k->text[file].len;
	return file == KEPT_STATM ? k->statm : k->stat;
}

bool kept_same_since(const struct kept_table *t, const struct kept *k, int file, unsigned since)
{
	size_t len;

	return kept_text(t, k, file, &len) && k->text[file].since <= since;
}

void kept_note(const struct kept_table *t, struct kept *k, int file, const char *text, size_t len)
{
	struct kept_text *was = &k->text[file];
	size_t n;
	char *to;

	if (file > KEPT_STAT)
		return;
	to = room_for(k, file, &n);
	if (len > n) {
		was->len = 0;
		return;
	}
	if (len != was->len || memcmp(to, text, len) != 0) {
		memcpy(to, text, len);
		was->len = (unsigned short)len;
		was->since = t->row;
	}
	was->row = t->row;
}
