/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between a launched program and the monitor: a page of slots, one for each process of the program that says what its allocator
 * has.
 *
 *   preload/malloc_stats.c, inside the program         soakd/malloc_page.c, the monitor
 *   claims a slot: pid 0 -> its own (CAS)              reads at each row those whose pid and start time are in the tree
 *   writes figures, each second, under a seqlock       gives back the slots of the dead: pid -> 0
 *
 * All is inline and uses nothing but atomics: the library that is loaded into foreign programs must need nothing of ours, and
 * must not allocate. It is a file in memory (/dev/shm) with all its room taken beforehand, so that none can run full below a foreign
 * program's write.
 */
#ifndef BASE_MALLOC_PAGE_H
#define BASE_MALLOC_PAGE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MALLOC_PAGE_ENV   "SOAKD_MALLOC_PAGE" /* the path */
#define MALLOC_PAGE_MAGIC 0x31636c6d6b616f73  /* "soakmlc1" */
#define MALLOC_SLOTS      1023
#define MALLOC_UNKNOWN    UINT64_MAX

enum malloc_code {
	MALLOC_CLAIMED,   /* nothing was written yet */
	MALLOC_GOOD,      /* there are figures */
	MALLOC_FOREIGN,   /* malloc() is of an allocator that is asked in no way we know */
	MALLOC_NO_THREAD, /* no thread could be started */
	MALLOC_SLOW,      /* a look at the heap takes too long: the program would wait for it */
	MALLOC_CODES
};

struct malloc_slot {
	_Atomic uint32_t pid;       /* 0: free */
	_Atomic uint32_t seq;       /* odd while being written, 0: never was */
	_Atomic uint64_t starttime; /* clock ticks since boot, as in /proc/PID/stat: with pid the identity */
	_Atomic uint64_t until_ns;  /* CLOCK_MONOTONIC: older figures were left behind by something else */
	_Atomic uint64_t in_use, mapped, unused, retained; /* bytes; MALLOC_UNKNOWN */
	_Atomic uint32_t code, spare;
};

struct malloc_page {
	uint64_t magic;
	uint32_t interval_ms;  /* between two looks */
	uint32_t allow_stall;  /* 1: also where one takes long */
	_Atomic uint32_t high; /* slots from here on were never claimed */
	_Atomic uint32_t full; /* processes that found no slot */
	char pad[40];
	struct malloc_slot slot[MALLOC_SLOTS];
};
_Static_assert(sizeof(struct malloc_slot) == 64 && sizeof(struct malloc_page) == 65536, "both sides have the same page");

struct malloc_figures {
	uint64_t in_use;   /* bytes that the program has asked for and not given back, with the allocator's rounding */
	uint64_t mapped;   /* bytes that the allocator has from the kernel for them */
	uint64_t unused;   /* of these, free in its arenas */
	uint64_t retained; /* address space kept without memory behind it; MALLOC_UNKNOWN with glibc */
	uint64_t until_ns;
	uint32_t code;
};

/* A slot for this process, the one it had before an exec first; NULL: all are taken. Any number of processes at once. */
static inline struct malloc_slot *malloc_slot_claim(struct malloc_page *p, uint32_t pid, uint64_t starttime)
{
	uint32_t high = atomic_load(&p->high), at = MALLOC_SLOTS, free_pid;
	struct malloc_slot *s;

	for (uint32_t i = 0; i < high && i < MALLOC_SLOTS && at == MALLOC_SLOTS; i++)
		if (atomic_load(&p->slot[i].pid) == pid)
			at = i;
	for (uint32_t i = 0; i < MALLOC_SLOTS && at == MALLOC_SLOTS; i++) {
		free_pid = 0;
		if (atomic_compare_exchange_strong(&p->slot[i].pid, &free_pid, pid))
			at = i;
	}
	if (at == MALLOC_SLOTS) {
		atomic_fetch_add(&p->full, 1);
		return NULL;
	}
	s = &p->slot[at];
	atomic_store(&s->seq, 0);
	atomic_store(&s->code, MALLOC_CLAIMED);
	atomic_store(&s->starttime, starttime);
	while (high <= at && !atomic_compare_exchange_weak(&p->high, &high, at + 1))
		;
	return s;
}

/* One writer per slot. */
static inline void malloc_slot_write(struct malloc_slot *s, const struct malloc_figures *f)
{
	uint32_t seq = atomic_load_explicit(&s->seq, memory_order_relaxed);

	atomic_store_explicit(&s->seq, seq + 1, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	atomic_store_explicit(&s->in_use, f->in_use, memory_order_relaxed);
	atomic_store_explicit(&s->mapped, f->mapped, memory_order_relaxed);
	atomic_store_explicit(&s->unused, f->unused, memory_order_relaxed);
	atomic_store_explicit(&s->retained, f->retained, memory_order_relaxed);
	atomic_store_explicit(&s->until_ns, f->until_ns, memory_order_relaxed);
	atomic_store_explicit(&s->code, f->code, memory_order_relaxed);
	atomic_store_explicit(&s->seq, seq + 2 ? seq + 2 : 2, memory_order_release);
}

/* false: nothing was written yet, or somebody died in the middle of it. Never waits. */
static inline bool malloc_slot_read(const struct malloc_slot *s, struct malloc_figures *f)
{
	for (int tries = 0; tries < 8; tries++) {
		uint32_t seq = atomic_load_explicit(&s->seq, memory_order_acquire);

		f->in_use = atomic_load_explicit(&s->in_use, memory_order_relaxed);
		f->mapped = atomic_load_explicit(&s->mapped, memory_order_relaxed);
		f->unused = atomic_load_explicit(&s->unused, memory_order_relaxed);
		f->retained = atomic_load_explicit(&s->retained, memory_order_relaxed);
		f->until_ns = atomic_load_explicit(&s->until_ns, memory_order_relaxed);
		f->code = atomic_load_explicit(&s->code, memory_order_relaxed);
		atomic_thread_fence(memory_order_acquire);
		if (seq && !(seq & 1) && atomic_load_explicit(&s->seq, memory_order_relaxed) == seq)
			return true;
	}
	return false;
}

#endif
