/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/redis_info.h"

#include <string.h>

#include "base/units.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct wanted {
	const char *name, *unit;
};

/* INFO's sections clients, memory and stats, in its order (Redis 7.0; older ones have fewer). */
static const struct wanted info_items[] = {
	{ "connected_clients", "1" },
	{ "client_recent_max_input_buffer", "bytes" },
	{ "client_recent_max_output_buffer", "bytes" },
	{ "blocked_clients", "1" },
	{ "used_memory", "bytes" },
	{ "used_memory_rss", "bytes" },
	{ "used_memory_peak", "bytes" },
	{ "used_memory_overhead", "bytes" },
	{ "used_memory_startup", "bytes" },
	{ "used_memory_dataset", "bytes" },
	{ "allocator_allocated", "bytes" },
	{ "allocator_active", "bytes" },
	{ "allocator_resident", "bytes" },
	{ "used_memory_lua", "bytes" },
	{ "used_memory_vm_total", "bytes" },
	{ "used_memory_scripts", "bytes" },
	{ "number_of_cached_scripts", "1" },
	{ "number_of_functions", "1" },
	{ "maxmemory", "bytes" },
	{ "allocator_frag_bytes", "bytes" },
	{ "allocator_rss_bytes", "bytes" },
	{ "rss_overhead_bytes", "bytes" },
	{ "mem_fragmentation_bytes", "bytes" },
	{ "mem_replication_backlog", "bytes" },
	{ "mem_clients_slaves", "bytes" },
	{ "mem_clients_normal", "bytes" },
	{ "mem_cluster_links", "bytes" },
	{ "mem_aof_buffer", "bytes" },
	{ "active_defrag_running", "1" },
	{ "lazyfree_pending_objects", "1" },
	{ "total_commands_processed", "1" },
	{ "total_connections_received", "1" },
	{ "expired_keys", "1" },
	{ "evicted_keys", "1" },
	{ "pubsub_channels", "1" },
	{ "pubsub_patterns", "1" },
};

static const struct wanted stats_items[] = {
	{ "overhead.total", "bytes" }, { "keys.count", "1" },     { "keys.bytes-per-key", "bytes" },
	{ "dataset.bytes", "bytes" },  { "lua.caches", "bytes" }, { "functions.caches", "bytes" },
};

/* One line: key and value without the line's end. */
struct line {
	const char *key, *value;
	size_t n_key, n_value;
};

/* The next line with a colon behind *at, which moves on. false: the text is over. */
static bool next_line(const char *text, size_t n, size_t *at, struct line *l)
{
	while (*at < n) {
		const char *s = text + *at, *end = memchr(s, '\n', n - *at), *colon;
		size_t len = end ? (size_t)(end - s) : n - *at;

		*at += len + (end != NULL);
		if (len > 0 && s[len - 1] == '\r')
			len--;
		colon = memchr(s, ':', len);
		if (!colon || *s == '#')
			continue;
		*l = (struct line){ s, colon + 1, (size_t)(colon - s), len - (size_t)(colon - s) - 1 };
		return true;
	}
	return false;
}

static bool is_word(const char *s, size_t n, const char *word)
{
	return strlen(word) == n && memcmp(s, word, n) == 0;
}

/* n bytes as a whole number from 0 on. */
static bool number(const char *s, size_t n, int64_t *value)
{
	char buf[24];

	if (n == 0 || n >= sizeof(buf) || memchr(s, '\0', n))
		return false;
	memcpy(buf, s, n);
	buf[n] = '\0';
	return int_parse(buf, value, NULL) == SK_OK && *value >= 0;
}

/* "db0:keys=7,expires=0,avg_ttl=0": 7 */
static bool keys_of(const struct line *l, int64_t *keys)
{
	static const char first[] = "keys=";
	const size_t skip = sizeof(first) - 1;
	const char *comma = memchr(l->value, ',', l->n_value);
	size_t n = comma ? (size_t)(comma - l->value) : l->n_value;

	return l->n_key > 2 && memcmp(l->key, "db", 2) == 0 && n > skip && memcmp(l->value, first, skip) == 0 &&
	       number(l->value + skip, n - skip, keys);
}

static bool has_section(const char *text, size_t n, const char *title)
{
	size_t len = strlen(title);

	for (const char *s = text, *end = text + n; (size_t)(end - s) >= len;) {
		const char *eol = memchr(s, '\n', (size_t)(end - s));

		if (memcmp(s, title, len) == 0)
			return true;
		if (!eol)
			return false;
		s = eol + 1;
	}
	return false;
}

void redis_info_items(const char *text, size_t n, redis_item_fn *item, void *ctx)
{
	struct line l;
	int64_t v, keys = 0;

	for (size_t at = 0; next_line(text, n, &at, &l);) {
		for (size_t i = 0; i < COUNT(info_items); i++)
			if (is_word(l.key, l.n_key, info_items[i].name) && number(l.value, l.n_value, &v))
				item(ctx, info_items[i].name, info_items[i].unit, v);
		if (keys_of(&l, &v) && v <= INT64_MAX - keys)
			keys += v;
	}
	if (has_section(text, n, "# Keyspace")) /* one without databases has no keys, a text that was cut says nothing */
		item(ctx, "keys", "1", keys);
}

bool redis_info_value(const char *text, size_t n, const char *key, char *buf, size_t size)
{
	struct line l;

	for (size_t at = 0; next_line(text, n, &at, &l);) {
		if (!is_word(l.key, l.n_key, key) || l.n_value >= size || memchr(l.value, '\0', l.n_value))
			continue;
		memcpy(buf, l.value, l.n_value);
		buf[l.n_value] = '\0';
		return true;
	}
	return false;
}

bool redis_info_number(const char *text, size_t n, const char *key, int64_t *value)
{
	char buf[24];

	return redis_info_value(text, n, key, buf, sizeof(buf)) && number(buf, strlen(buf), value);
}

const char *redis_stats_unit(const char *item)
{
	for (size_t i = 0; i < COUNT(stats_items); i++)
		if (strcmp(stats_items[i].name, item) == 0)
			return stats_items[i].unit;
	return NULL;
}

bool redis_malloc_stats(const char *text, size_t n, const char *key, int64_t *value)
{
	static const char first[] = "Allocated: ";
	const char *s = memmem(text, n, first, sizeof(first) - 1), *end = text + n;
	size_t len = strlen(key);

	if (!s || (s != text && s[-1] != '\n'))
		return false;
	const char *eol = memchr(s, '\n', (size_t)(end - s));

	for (end = eol ? eol : end, s++; s < end; s++) {
		const char *p = s + len + 2, *q = p;

		if ((size_t)(end - s) < len + 3 || memcmp(s, key, len) != 0 || memcmp(s + len, ": ", 2) != 0 || s[-1] != ' ')
			continue;
		while (q < end && *q >= '0' && *q <= '9')
			q++;
		return number(p, (size_t)(q - p), value);
	}
	return false;
}
