/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The XML that valgrind's memcheck writes, a file per process: what was definitely lost, by the place that asked for it.
 * Protocol 4 of valgrind's docs/internals/xml-output-protocol4.txt.
 * Streamed: memory grows neither with a file nor with their number.
 */
#ifndef SOAKD_UNDER_MEMCHECK_H
#define SOAKD_UNDER_MEMCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define MEMCHECK_NAME  96   /* bytes of a function's name and of a place, with their NUL; what is longer is cut */
#define MEMCHECK_SITES 1024 /* places that are told apart; those beyond are in the totals alone */

/* A place in the program: the first frame below the allocator, and who called it. */
struct memcheck_site {
	char function[MEMCHECK_NAME];    /* "leak_here"; "" where there is no symbol */
	char place[MEMCHECK_NAME];       /* "leak.c:10", else the object's name, "" if not even that is known */
	char callers[2 * MEMCHECK_NAME]; /* "main", "exec <- main"; "" */
	uint64_t bytes, blocks;
	unsigned processes; /* in how many of the files */
	unsigned last;      /* the newest of them, counted from 1 */
};

struct memcheck_totals {
	unsigned files, whole;  /* that were read; that end as the protocol says */
	uint64_t bytes, blocks; /* definitely lost, over all files. What a process lost before it forked is its children's too */
	uint64_t errors;        /* other errors: kind and place each once in a file */
};

struct memcheck; /* the reader */

struct memcheck *memcheck_new(void); /* NULL without memory */
void memcheck_free(struct memcheck *m);

/*
 * A file, piece by piece: begin, feed, end. A file that is torn or no such XML is read as far as it goes and is not `whole`;
 * feed() is false when nothing more of it will be taken. end() says whether it was whole.
 */
void memcheck_begin(struct memcheck *m);
bool memcheck_feed(struct memcheck *m, const char *bytes, size_t n);
bool memcheck_end(struct memcheck *m);

/* A whole file by its path. SK_EIO, SK_ENOTFOUND, SK_EPERM. */
enum sk_code memcheck_file(struct memcheck *m, const char *path, bool *whole, struct sk_err *err);

const struct memcheck_totals *memcheck_totals(const struct memcheck *m);
/* The n places that lost most bytes, the first the most; how many there are. The pointers are the reader's. */
size_t memcheck_top(const struct memcheck *m, const struct memcheck_site **out, size_t n);

#endif
