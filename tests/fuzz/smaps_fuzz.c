/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /proc/PID/smaps: in one piece and in pieces the result is the same, the classes' mappings are all mappings, and the table of the
 * biggest holds no more than there is.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/smaps_objects.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum sk_code parse(const uint8_t *data, size_t size, size_t chunk, struct smaps_summary *sum, struct map_objects *t)
{
	struct smaps_parser *p = smaps_parser_new();
	enum sk_code rc;

	if (!p)
		abort();
	smaps_parser_reset(p, t);
	for (size_t at = 0; at < size; at += chunk)
		smaps_parser_feed(p, (const char *)data + at, size - at < chunk ? size - at : chunk);
	rc = smaps_parser_end(p, sum, NULL);
	smaps_parser_free(p);
	return rc;
}

static void same(const struct map_object *a, const struct map_object *b)
{
	if (a->class != b->class || a->start != b->start || a->end != b->end || a->inode != b->inode ||
	    strcmp(a->name, b->name) != 0 || memcmp(&a->sum, &b->sum, sizeof(a->sum)) != 0)
		abort();
}

static void check(const struct smaps_summary *sum, const struct map_objects *t, const struct map_objects *pieces)
{
	uint64_t of_class[MAP_CLASSES] = { 0 };
	unsigned char order[MAP_OBJECTS];

	if (t->n > MAP_OBJECTS || t->n != pieces->n || t->n > sum->all.mappings || (t->n == 0) != (sum->all.mappings == 0))
		abort();
	map_objects_order(t, order);
	for (size_t i = 0; i < t->n; i++) {
		const struct map_object *o = &t->v[order[i]];

		same(&t->v[i], &pieces->v[i]);
		if (strlen(o->name) > MAP_OBJECT_NAME || o->start >= o->end || o->sum.mappings == 0)
			abort();
		of_class[o->class] += o->sum.mappings;
		if (i > 0 && t->held[order[i]] > t->held[order[i - 1]])
			abort();
	}
	for (int c = 0; c < MAP_CLASSES; c++)
		if (of_class[c] > sum->by_class[c].mappings)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct map_objects of_whole, of_pieces;
	struct smaps_summary whole, pieces;
	uint64_t n = 0;

	if (parse(data, size, size + 1, &whole, &of_whole) != parse(data, size, 61, &pieces, &of_pieces) ||
	    memcmp(&whole, &pieces, sizeof(whole)) != 0)
		abort();
	for (int c = 0; c < MAP_CLASSES; c++)
		n += whole.by_class[c].mappings;
	if (n != whole.all.mappings)
		abort();
	check(&whole, &of_whole, &of_pieces);
	return 0;
}
