/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the verb `map` share: which processes are read (map_read.c), and how they are printed (map_print.c). */
#ifndef SOAKD_MAP_H
#define SOAKD_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "samplers/smaps_objects.h"

enum map_format { MAP_HUMAN, MAP_JSON, MAP_CSV };

struct map {
	pid_t pid;
	char *name; /* valid UTF-8 without control characters; NULL: not known */
	char *role; /* of a target's process; NULL: it was given by its number */
	struct smaps_summary sum;
	struct map_objects *objects;
	double read_s;
};

struct map_list {
	struct map *v;
	size_t n, cap;
	size_t denied; /* processes of a target that could not be read, and the first one's reason */
	struct sk_err why;
};

/*
 * Adds what a word names: a number is that process alone, anything else a target (soakd run --target) with its whole tree. Who is in
 * the list already is not read again. Of a tree, processes that exit meanwhile are left out and those that may not be read are
 * counted; a process that was given by its number must be there and readable. SK_EUSAGE, SK_ENOTFOUND, SK_EMANY, SK_EPERM, ...
 */
enum sk_code map_add(struct map_list *l, const char *word, struct sk_err *err);
/* All of them in one, with pid 0: shared memory counts once by its PSS, and what has no name is told by its process. SK_ENOMEM. */
enum sk_code map_add_up(const struct map_list *l, struct map *out, struct sk_err *err);
void map_release(struct map *m);
void map_list_release(struct map_list *l);

/* sum: NULL, or all of them in one, in place of the classes of each. top: mappings shown of each. */
void map_print(const struct map_list *l, const struct map *sum, enum map_format format, size_t top);

#endif
