/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside of the smaps parser: lines become mappings (smaps.c), a mapping becomes a class (smaps_class.c).
 *
 *   chunk ─▶ line ─▶ header? ── finishes the mapping before it: classify(previous, current, next) ─▶ sums
 *                └─▶ field?  ── fills the current one
 */
#ifndef SAMPLERS_SMAPS_PARSE_H
#define SAMPLERS_SMAPS_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "samplers/smaps.h"

/* What is kept of a line. A path may be longer; what tells a class is in its first bytes. */
#define SMAPS_LINE 512

/* The lines below a header but for VmFlags, in the order that every kernel keeps; older ones lack some. */
enum mapping_field {
	F_SIZE,
	F_KERNEL_PAGE,
	F_MMU_PAGE,
	F_RSS,
	F_PSS,
	F_PSS_DIRTY, /* 6.0 */
	F_SHARED_CLEAN,
	F_SHARED_DIRTY,
	F_PRIVATE_CLEAN,
	F_PRIVATE_DIRTY,
	F_REFERENCED,
	F_ANON,
	F_KSM, /* 6.7 */
	F_LAZY_FREE,
	F_ANON_HUGE,
	F_SHMEM_HUGE,
	F_FILE_HUGE,
	F_SHARED_HUGETLB,
	F_PRIVATE_HUGETLB,
	F_SWAP,
	F_SWAP_PSS,
	F_LOCKED,
	F_THP_ELIGIBLE,
	F_COUNT
};

struct mapping {
	uint64_t start, end;
	char perms[4]; /* "rw-p" */
	uint32_t dev_major, dev_minor;
	uint64_t inode; /* 0: it maps no file and no shared object */
	double kb[F_COUNT];
	unsigned seen;   /* bit per field */
	bool flags;      /* it had a VmFlags line */
	bool hugetlb;    /* VmFlags ht */
	bool grows_down; /* VmFlags gd */
	size_t name_len;
	char name[SMAPS_LINE]; /* the last: no more of it is copied than there is */
};

/* Of the mapping below the current one: all that the rules look at. */
struct mapping_below {
	uint64_t end;
	enum map_class class;
	bool small_guard; /* may be a thread stack's */
};

struct smaps_parser {
	struct smaps_summary sum;
	struct map_objects *objects; /* or NULL */
	struct mapping map;
	struct mapping_below below;
	bool open;     /* `map` has begun */
	unsigned next; /* the field that its next line should be */
	bool bad;      /* a line was none of smaps, or a mapping lacked fields */
	size_t line_len;
	char line[SMAPS_LINE];
};

/* A header line, "start-end perms offset dev inode name". False: it is none. *m is reset but for what the line says. */
bool mapping_header(const char *s, const char *end, struct mapping *m);
/* above: the mapping that follows in the text, its fields not yet read; NULL at the end. */
enum map_class mapping_classify(const struct mapping *m, const struct mapping_below *below, const struct mapping *above);
/* What the next mapping must know of m; `below` is what m knew. */
struct mapping_below mapping_below(const struct mapping *m, enum map_class class, const struct mapping_below *below);

#endif
