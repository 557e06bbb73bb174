/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/PID/smaps by mapping class: the rules of docs/formats.md, first match wins. Class sums equal smaps_rollup. */
#ifndef SAMPLERS_SMAPS_H
#define SAMPLERS_SMAPS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "samplers/procfs.h"

enum map_class {
	MAP_HUGETLB,
	MAP_HEAP,
	MAP_STACK,
	MAP_KERNEL,
	MAP_ANON_NAMED,
	MAP_SHMEM,
	MAP_DEVICE,
	MAP_FILE_SHARED,
	MAP_FILE_TEXT,
	MAP_FILE_DATA,
	MAP_FILE_RO,
	MAP_GUARD,
	MAP_ARENA,
	MAP_THREAD_STACK,
	MAP_FILE_BSS,
	MAP_ANON_JIT,
	MAP_ANON,
	MAP_CLASSES
};

extern const char *const map_class_name[MAP_CLASSES]; /* "hugetlb", "heap", ... as CONTRACT.md section 5 spells them */

/* KiB. hugetlb_kb: pages of hugetlbfs, in none of the others; thp_kb: transparent huge pages of any kind, in them. */
struct map_sum {
	uint64_t mappings;
	double size_kb, rss_kb, pss_kb, private_clean_kb, private_dirty_kb, anon_kb, swap_kb, hugetlb_kb, thp_kb;
};
void map_sum_add(struct map_sum *to, const struct map_sum *s);

struct smaps_summary {
	struct map_sum by_class[MAP_CLASSES];
	struct map_sum all;
};

/*
 * A parser that is fed the text in pieces of any size, so that 200 000 mappings need no more memory than one.
 * Thread stacks are known by a guard mapping in front of them (a stack pointer is readable only for our own uid).
 */
struct smaps_parser;
struct map_objects;
struct smaps_parser *smaps_parser_new(void); /* NULL without memory */
/* objects: emptied, and filled with the biggest mappings by name (smaps_objects.h); NULL: not wanted. */
void smaps_parser_reset(struct smaps_parser *p, struct map_objects *objects);
int smaps_parser_feed(void *p, const char *chunk, size_t n); /* always 0; the shape procfs_stream wants */
/* SK_OK; SK_EPARSE if the text is no smaps (empty, fields missing, torn): *out holds what was whole. */
enum sk_code smaps_parser_end(struct smaps_parser *p, struct smaps_summary *out, struct sk_err *err);
void smaps_parser_free(struct smaps_parser *p);

/* The sampler's three figures from the classes: heap_kb (heap, arena, anon, anon-named), stack_kb, hugetlb_kb. */
struct smaps_heap {
	double heap_kb, stack_kb, hugetlb_kb;
};
struct smaps_heap smaps_heap(const struct smaps_summary *sum);

/*
 * Reads and parses PID/smaps. p and *objects (NULL: not wanted) are reset first; fs->buf is overwritten. The kernel ends the text without an error when the
 * process exits meanwhile, so its life is asked for afterwards: SK_EGONE then. A zombie or kernel thread: SK_OK, all sums 0.
 * SK_EPERM says which capability is missing. SK_EIO, SK_EPARSE. Any failure: *out is not to be used.
 */
enum sk_code smaps_read(struct smaps_parser *p, struct procfs *fs, pid_t pid, struct smaps_summary *out,
			struct map_objects *objects, struct sk_err *err);

/*
 * The mappings of PID/maps, which takes a tenth of smaps's time: no page is looked at. Stops when there are `most` or a few more.
 * Codes as procfs_stream(); *n is set on SK_OK.
 */
enum sk_code smaps_count(struct procfs *fs, pid_t pid, uint64_t most, uint64_t *n, struct sk_err *err);

#endif
