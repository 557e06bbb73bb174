/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which class a mapping is of: an ordered list of rules, the first that matches. Checked on a test program with known arenas and
 * threads, redis, memcached, nginx and PostgreSQL. The kernel merges neighbours, so a chunk of malloc()'s own mmap() and any
 * other anonymous memory are one class, `anon`: nothing outside the process can tell more.
 */
#include <string.h>

#include "samplers/smaps_parse.h"

#define ARENA        ((uint64_t)64 << 20) /* glibc's HEAP_MAX_SIZE on 64 bits: an arena's part is aligned to it */
#define GUARD_MAX    ((uint64_t)64 << 10) /* one page of any size that Linux has; musl: 8 KiB */
#define HUGE_PAGE_KB 2048

const char *const map_class_name[MAP_CLASSES] = {
	[MAP_HUGETLB] = "hugetlb",
	[MAP_HEAP] = "heap",
	[MAP_STACK] = "stack",
	[MAP_KERNEL] = "kernel",
	[MAP_ANON_NAMED] = "anon-named",
	[MAP_SHMEM] = "shmem",
	[MAP_DEVICE] = "device",
	[MAP_FILE_SHARED] = "file-shared",
	[MAP_FILE_TEXT] = "file-text",
	[MAP_FILE_DATA] = "file-data",
	[MAP_FILE_RO] = "file-ro",
	[MAP_GUARD] = "guard",
	[MAP_ARENA] = "arena",
	[MAP_THREAD_STACK] = "thread-stack",
	[MAP_FILE_BSS] = "file-bss",
	[MAP_ANON_JIT] = "anon-jit",
	[MAP_ANON] = "anon",
};

static bool begins(const struct mapping *m, const char *prefix)
{
	size_t n = strlen(prefix);

	return m->name_len >= n && memcmp(m->name, prefix, n) == 0;
}

static bool is(const struct mapping *m, const char *name)
{
	return m->name_len == strlen(name) && memcmp(m->name, name, m->name_len) == 0;
}

static bool perms_are(const struct mapping *m, const char *perms)
{
	return memcmp(m->perms, perms, sizeof(m->perms)) == 0;
}

static bool unnamed_none(const struct mapping *m)
{
	return m->name_len == 0 && perms_are(m, "---p");
}

/* The shared anonymous mapping of PostgreSQL's buffers is "/dev/zero (deleted)"; memfd also when it is mapped privately. */
static bool shared_memory(const struct mapping *m)
{
	return begins(m, "/SYSV") || begins(m, "/memfd:") || is(m, "/dev/zero (deleted)") || begins(m, "/dev/shm/") ||
	       (is(m, "/dev/zero") && m->perms[3] == 's') || begins(m, "[anon_shmem:");
}

static enum map_class bracketed(const struct mapping *m)
{
	if (is(m, "[heap]"))
		return MAP_HEAP;
	if (begins(m, "[stack")) /* "[stack:TID]" until Linux 4.4 */
		return MAP_STACK;
	if (begins(m, "[anon:"))
		return MAP_ANON_NAMED;
	return MAP_KERNEL; /* vdso vvar vvar_vclock vsyscall uprobes sigpage ... */
}

static enum map_class file(const struct mapping *m)
{
	if (m->perms[3] == 's')
		return MAP_FILE_SHARED;
	if (m->perms[2] == 'x')
		return MAP_FILE_TEXT;
	return m->perms[1] == 'w' ? MAP_FILE_DATA : MAP_FILE_RO;
}

static enum map_class named(const struct mapping *m)
{
	if (shared_memory(m))
		return MAP_SHMEM;
	if (m->name[0] == '[')
		return bracketed(m);
	/* "anon_inode:[io_uring]", "socket:[7]": no path, so made by a driver of the kernel */
	if (m->name[0] != '/' || begins(m, "/dev/"))
		return MAP_DEVICE;
	return file(m);
}

/* The reserved rest of an arena follows its used part up to the next multiple of 64 MiB; a full arena has no rest. */
static bool arena(const struct mapping *m, const struct mapping *above)
{
	if (m->start % ARENA != 0)
		return false;
	return m->end % ARENA == 0 || (above && above->start == m->end && unnamed_none(above) && above->end % ARENA == 0);
}

static enum map_class unnamed(const struct mapping *m, const struct mapping_below *below, const struct mapping *above)
{
	bool touches = below->end == m->start;

	if (unnamed_none(m))
		return MAP_GUARD;
	if (m->perms[2] == 'x')
		return MAP_ANON_JIT;
	if (!perms_are(m, "rw-p"))
		return MAP_ANON;
	if (arena(m, above))
		return MAP_ARENA;
	if (touches && below->small_guard)
		return MAP_THREAD_STACK;
	return touches && below->class == MAP_FILE_DATA ? MAP_FILE_BSS : MAP_ANON;
}

enum map_class mapping_classify(const struct mapping *m, const struct mapping_below *below, const struct mapping *above)
{
	if (m->hugetlb || m->kb[F_KERNEL_PAGE] >= HUGE_PAGE_KB)
		return MAP_HUGETLB;
	if (m->grows_down)
		return MAP_STACK;
	return m->name_len ? named(m) : unnamed(m, below, above);
}

struct mapping_below mapping_below(const struct mapping *m, enum map_class class, const struct mapping_below *below)
{
	bool rest_of_arena =
		below->class == MAP_ARENA && below->end == m->start; /* a nearly full arena's is as small as a guard */

	return (struct mapping_below){
		.end = m->end,
		.class = class,
		.small_guard = class == MAP_GUARD && m->end - m->start <= GUARD_MAX && !rest_of_arena,
	};
}
