/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The biggest mappings by name, in a table of constant size: a class says what grows, a mapping says where.
 *
 * Mappings with a name are added up by class and name ([heap], a library's data, all memfds of one name); one without a name
 * stands for itself and is known by its addresses. When the table is full the one that holds least makes room, so that of 200 000
 * mappings the biggest remain. What was pushed out and comes again begins anew: a name's sum may miss pieces, each of them smaller
 * than what is left in the table.
 */
#ifndef SAMPLERS_SMAPS_OBJECTS_H
#define SAMPLERS_SMAPS_OBJECTS_H

#include <stddef.h>
#include <stdint.h>

#include "samplers/smaps.h"

#define MAP_OBJECTS     64  /* candidates: some times what is shown of a process */
#define MAP_OBJECT_NAME 192 /* bytes that are kept of a name, its end where it is longer: there a path says most */

struct map_object {
	enum map_class class;
	uint64_t start, end;            /* lowest and highest address of its mappings */
	uint32_t dev_major, dev_minor;  /* of the file or the shared object */
	uint64_t inode;                 /* 0: none, or mappings of several under one name */
	char name[MAP_OBJECT_NAME + 1]; /* "": unnamed. As the kernel wrote it: any bytes, "\012" for a newline */
	struct map_sum sum;
};

struct map_objects {
	size_t n;
	uint64_t key[MAP_OBJECTS]; /* of class and name; 0: unnamed */
	double held[MAP_OBJECTS];  /* map_held_kb() of each */
	struct map_object v[MAP_OBJECTS];
};

/* What a mapping holds of memory, KiB: its share of shared pages, what is in swap, pages of hugetlbfs. */
double map_held_kb(const struct map_sum *s);

/* Adds one, with its name beside it: as long as the kernel gave it (o->name is not looked at). */
void map_objects_add(struct map_objects *t, const struct map_object *o, const char *name, size_t name_len);

#define MAP_OBJECT_ID 48
/* Device and inode, "08:01:1234": the same in every process that maps it. "" where there is none. n >= MAP_OBJECT_ID. */
const char *map_object_id(const struct map_object *o, char *buf, size_t n);

/* order[0 .. t->n - 1]: their indexes by what they hold, most first. */
void map_objects_order(const struct map_objects *t, unsigned char order[MAP_OBJECTS]);

#endif
