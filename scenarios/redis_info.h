/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Redis says of its memory, from its own texts to numbers: INFO and MEMORY MALLOC-STATS. Pure; the texts may be anything. */
#ifndef SCENARIOS_REDIS_INFO_H
#define SCENARIOS_REDIS_INFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* item: Redis's own word, as long as the program lives; unit: "bytes" or "1". */
typedef void redis_item_fn(void *ctx, const char *item, const char *unit, int64_t value);

/*
 * Hands on each line of INFO's n bytes of text that is about memory or tells what it grows with, in the text's order, and at last
 * `keys`, the sum over the databases, if the text has the section Keyspace. A value that is no integer is no value.
 */
void redis_info_items(const char *text, size_t n, redis_item_fn *item, void *ctx);

/* The value of one of INFO's lines, into buf with a NUL. false: no such line, or it does not fit into size bytes. */
bool redis_info_value(const char *text, size_t n, const char *key, char *buf, size_t size);

/* The same as an integer from 0 on. false: not there, or none. */
bool redis_info_number(const char *text, size_t n, const char *key, int64_t *value);

/* The unit of an item of MEMORY STATS that INFO does not have, or NULL: not wanted, or INFO has it. */
const char *redis_stats_unit(const char *item);

/*
 * A sum over all arenas from MEMORY MALLOC-STATS, such as "retained": from jemalloc's line "Allocated: N, active: N, ...", bytes.
 * false: another allocator, or another jemalloc's words.
 */
bool redis_malloc_stats(const char *text, size_t n, const char *key, int64_t *value);

#endif
