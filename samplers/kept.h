/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Processes whose files stay open between rows: a read by pread() of a kept descriptor costs a fifth of open, read and close.
 *
 * A descriptor below /proc/PID belongs to the process and not to its number: once the process is reaped, reading gives ESRCH and
 * opening ENOENT, also when the number is used again. So all that is read of a kept process is of one process.
 * It stays right through exec() (the kernel looks up the memory at each read), which is not so for maps, smaps and
 * smaps_rollup: these are bound to the address space that was there at the opening, and are never kept.
 *
 * Each kept file has a page of the kernel's memory (seq_file's buffer), 12 KiB for the three of a process. Of PID/fd only the place
 * is kept.
 */
#ifndef SAMPLERS_KEPT_H
#define SAMPLERS_KEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "samplers/parse.h"

enum kept_file { KEPT_STATM, KEPT_STAT, KEPT_STATUS, KEPT_FILES };

#define KEPT_SPARE 128 /* descriptors left for everything else */

/* What was read of one file since the row began: stat has 52 numbers, some 350 bytes; longer ones are read again. */
struct kept_text {
	unsigned row, since; /* of the last read, and of the first that gave this very text */
	unsigned short len;
};

/* What status said in that row, after stat and statm of the same row had been read; known: it may stand for a later row. */
struct kept_status {
	bool known;
	unsigned row;
	double value[STATUS_N];
};

struct kept {
	struct kept *next; /* of the same bucket */
	pid_t pid;
	int dir;                  /* /proc/PID */
	int fd[KEPT_FILES];       /* -1: not opened yet */
	int fds;                  /* the directory PID/fd, whose stat() counts; -1: not opened yet */
	struct kept_text text[2]; /* of statm and stat */
	char statm[88], stat[408];
	struct kept_status status;
};

struct kept_table {
	struct kept **bucket;
	size_t buckets, n; /* a power of 2 */
	int fd_end;        /* descriptors from here on are not kept: RLIMIT_NOFILE less KEPT_SPARE */
	bool full;         /* there was no room; until somebody leaves nobody tries */
	unsigned row;
};

/* The file that may be kept under this name, or -1. */
int kept_file(const char *name);
/* NULL: not kept. */
struct kept *kept_find(const struct kept_table *t, pid_t pid);
/* Keeps that process. dir becomes the table's; false, and dir stays the caller's, without memory or room. */
bool kept_add(struct kept_table *t, pid_t pid, int dir);
void kept_remove(struct kept_table *t, pid_t pid);
void kept_clear(struct kept_table *t); /* nobody is kept; what was allocated is given back */
/* True if there is room to keep this open descriptor; they are numbered from below, so its number says how many there are. */
bool kept_room(struct kept_table *t, int fd);
/* The text that was read of it in this row, NULL: none. Not NUL-terminated. */
const char *kept_text(const struct kept_table *t, const struct kept *k, int file, size_t *len);
/* True if it was read in this row and is what it was in row `since` and in each one between in which it was read. */
bool kept_same_since(const struct kept_table *t, const struct kept *k, int file, unsigned since);
void kept_note(const struct kept_table *t, struct kept *k, int file, const char *text, size_t len);

#endif
