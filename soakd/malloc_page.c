/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/malloc_page.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/spawn.h"

#define PRELOAD "LD_PRELOAD="

/*
 * A file and no descriptor of ours: /proc/OUR_PID/fd is closed to the programs where soakd has capabilities or they take another
 * user. Those of a soakd that root started may: the name is the key to it, as the folder can be passed and not listed.
 */
static bool make_file(struct malloc_watch *m, const char *place)
{
	bool others = geteuid() == 0, ok;
	uint64_t key[2];
	void *p = MAP_FAILED;
	int fd;

	snprintf(m->dir, sizeof(m->dir), "%s/soakd-XXXXXX", place);
	if (!mkdtemp(m->dir)) {
		*m->dir = '\0';
		return false;
	}
	if (getrandom(key, sizeof(key), 0) != (ssize_t)sizeof(key))
		return false;
	snprintf(m->path, sizeof(m->path), "%s/%016" PRIx64 "%016" PRIx64, m->dir, key[0], key[1]);
	fd = open(m->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd == -1)
		return false;
	errno = posix_fallocate(fd, 0, sizeof(*m->page)); /* a full disk is ours to hear of, and no SIGBUS in a foreign program */
	ok = errno == 0 && (!others || (fchmod(fd, 0666) == 0 && chmod(m->dir, 0711) == 0));
	if (ok)
		p = mmap(NULL, sizeof(*m->page), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	m->page = p == MAP_FAILED ? NULL : p;
	return m->page != NULL;
}

static enum sk_code make_page(struct malloc_watch *m, struct sk_err *err)
{
	static const char *const places[] = { "/dev/shm", "/tmp" };
	int sys = 0;

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		if (make_file(m, places[i]))
			return SK_OK;
		sys = errno;
		malloc_watch_release(m);
	}
	return sk_fail(err, SK_EIO, sys,
		       "cannot make the page for the allocator's statistics, neither in /dev/shm nor in /tmp: %s", strerror(sys));
}

enum sk_code malloc_watch_init(struct malloc_watch *m, double interval_s, bool allow_stall, struct sk_err *err)
{
	enum sk_code rc;

	*m = (struct malloc_watch){ 0 };
	rc = helper_path(MALLOC_LIBRARY, m->library, sizeof(m->library), err);
	if (rc == SK_OK && strpbrk(m->library, " :"))
		rc = sk_fail(err, SK_EUSAGE, 0,
			     "--malloc-stats: %s lies at a path with a blank or a colon, where LD_PRELOAD ends a name; move it",
			     m->library);
	if (rc == SK_OK)
		rc = make_page(m, err);
	if (rc != SK_OK) {
		malloc_watch_release(m);
		return rc;
	}
	m->page->interval_ms = (uint32_t)fmin(1000, fmax(100, interval_s * 1000));
	m->page->allow_stall = allow_stall;
	m->page->magic = MALLOC_PAGE_MAGIC;
	return SK_OK;
}

void malloc_watch_release(struct malloc_watch *m)
{
	if (m->page)
		munmap(m->page, sizeof(*m->page));
	m->page = NULL;
	if (*m->path)
		unlink(m->path);
	if (*m->dir)
		rmdir(m->dir);
	*m->path = *m->dir = '\0';
}

static bool is_variable(const char *entry, const char *name)
{
	return strncmp(entry, name, strlen(name)) == 0;
}

char **malloc_watch_environ(const struct malloc_watch *m, char *const *from)
{
	const char *loaded = "";
	size_t n = 0, at = 0, room, room_page, k;
	char **env, *text;

	for (; from[n]; n++)
		if (is_variable(from[n], PRELOAD))
			loaded = from[n] + strlen(PRELOAD);
	room = strlen(PRELOAD) + strlen(loaded) + 1 + strlen(m->library) + 1;
	room_page = sizeof(MALLOC_PAGE_ENV "=") + strlen(m->path);
	env = sk_calloc(1, (n + 3) * sizeof(*env) + room + room_page);
	if (!env)
		return NULL;
	text = (char *)(env + n + 3);
	for (k = 0; k < n; k++)
		if (!is_variable(from[k], PRELOAD) && !is_variable(from[k], MALLOC_PAGE_ENV "="))
			env[at++] = from[k];
	snprintf(text, room, PRELOAD "%s%s%s", loaded, *loaded ? ":" : "", m->library);
	env[at++] = text;
	snprintf(text + room, room_page, MALLOC_PAGE_ENV "=%s", m->path);
	env[at] = text + room;
	return env;
}

static uint32_t claimed(const struct malloc_watch *m)
{
	uint32_t high = atomic_load(&m->page->high);

	return high < MALLOC_SLOTS ? high : MALLOC_SLOTS; /* foreign programs can write it */
}

const struct malloc_slot *malloc_watch_slot(const struct malloc_watch *m, const struct proc *p)
{
	for (uint32_t i = 0; i < claimed(m); i++) {
		const struct malloc_slot *s = &m->page->slot[i];

		if (atomic_load(&s->pid) == (uint32_t)p->pid && atomic_load(&s->starttime) == p->starttime)
			return s;
	}
	return NULL;
}

bool malloc_watch_read(const struct malloc_slot *slot, uint64_t now_ns, struct malloc_figures *f)
{
	return malloc_slot_read(slot, f) && f->code == MALLOC_GOOD && now_ns <= f->until_ns && f->in_use != MALLOC_UNKNOWN &&
	       f->mapped != MALLOC_UNKNOWN;
}

/* Of a process that has gone: nobody writes it any more. One that is not in the tree and lives may be on its way into it. */
static bool is_dead(const struct malloc_slot *s, uint32_t pid, const struct target *t)
{
	for (size_t i = 0; i < t->n; i++)
		if ((uint32_t)t->proc[i].pid == pid)
			return atomic_load(&s->starttime) != t->proc[i].starttime && atomic_load(&s->code) != MALLOC_CLAIMED;
	return pid > INT32_MAX || (kill((pid_t)pid, 0) != 0 && errno == ESRCH);
}

static const struct proc *owner(const struct malloc_slot *s, const struct target *t)
{
	uint32_t pid = atomic_load(&s->pid);

	for (size_t i = 0; i < t->n; i++)
		if ((uint32_t)t->proc[i].pid == pid && atomic_load(&s->starttime) == t->proc[i].starttime)
			return &t->proc[i];
	return NULL;
}

void malloc_watch_sum(struct malloc_watch *m, const struct target *t, uint64_t now_ns, struct malloc_sum *out)
{
	double used = 0, mapped = 0;
	size_t n = 0;

	for (uint32_t i = 0; i < claimed(m); i++) {
		struct malloc_slot *s = &m->page->slot[i];
		uint32_t pid = atomic_load(&s->pid);
		struct malloc_figures f;

		if (!pid)
			continue;
		if (!owner(s, t)) {
			if (is_dead(s, pid, t))
				atomic_compare_exchange_strong(&s->pid, &pid, 0);
		} else if (malloc_watch_read(s, now_ns, &f)) {
			used += (double)f.in_use / 1024;
			mapped += (double)f.mapped / 1024;
			n++;
		}
	}
	*out = (struct malloc_sum){ n ? used : NAN, n ? mapped : NAN, (double)n };
}

struct search {
	char last[sizeof(MALLOC_LIBRARY) - 1];
	bool found;
};

/* Chunks may end within the name. */
static int search(void *ctx, const char *chunk, size_t n)
{
	struct search *s = ctx;

	for (size_t i = 0; i < n && !s->found; i++) {
		memmove(s->last, s->last + 1, sizeof(s->last) - 1);
		s->last[sizeof(s->last) - 1] = chunk[i];
		s->found = memcmp(s->last, MALLOC_LIBRARY, sizeof(s->last)) == 0;
	}
	return s->found;
}

static const char *why_no_slot(const struct malloc_watch *m, struct procfs *fs, const struct proc *p)
{
	struct search s = { 0 };

	if (procfs_stream(fs, p->pid, "maps", search, &s, NULL) != SK_OK && !s.found)
		return "whether the library is in it cannot be seen: its maps may not be read";
	if (!s.found)
		return "the library is not in it: a program that is static, setuid, of another libc or started with an "
		       "environment of its own";
	return atomic_load(&m->page->full) > 0 ? "more processes than there is room for on the page"
					       : "the library is in it but could not open the page: a program of another user, "
						 "below another root directory, or without it in its environment";
}

const char *malloc_watch_why(const struct malloc_watch *m, struct procfs *fs, const struct proc *p)
{
	static const char *const why[MALLOC_CODES] = {
		[MALLOC_CLAIMED] = "its thread has not come to write yet",
		[MALLOC_GOOD] = "its thread writes no more: it has called exec or capset",
		[MALLOC_FOREIGN] = "its malloc() is neither glibc's nor jemalloc's or tcmalloc's with their statistics",
		[MALLOC_NO_THREAD] = "no thread could be started in it",
		[MALLOC_SLOW] =
			"to count its free chunks takes over 20 ms, for which it would have to wait; --allow-stall lifts this",
	};
	const struct malloc_slot *slot = malloc_watch_slot(m, p);
	uint32_t code = slot ? atomic_load(&slot->code) : MALLOC_CODES;

	return code < MALLOC_CODES ? why[code] : why_no_slot(m, fs, p);
}
