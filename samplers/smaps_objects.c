/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/smaps_objects.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"

double map_held_kb(const struct map_sum *s)
{
	return s->pss_kb + s->swap_kb + s->hugetlb_kb;
}

/* Two names of one class with the same 64 bits would be taken for one; 0 is kept for those without a name. */
static uint64_t key_of(enum map_class class, const char *name, size_t n)
{
	const unsigned char c = (unsigned char)class;
	uint64_t h = hash_bytes(hash_bytes(HASH_START, &c, 1), name, n);

	if (n == 0)
		return 0;
	return h ? h : 1;
}

static size_t find(const struct map_objects *t, uint64_t key)
{
	size_t i = 0;

	while (i < t->n && t->key[i] != key)
		i++;
	return i;
}

static size_t least(const struct map_objects *t)
{
	size_t at = 0;

	for (size_t i = 1; i < t->n; i++)
		if (t->held[i] < t->held[at])
			at = i;
	return at;
}

static void join(struct map_object *to, const struct map_object *o)
{
	if (o->start < to->start)
		to->start = o->start;
	if (o->end > to->end)
		to->end = o->end;
	if (o->inode != to->inode || o->dev_major != to->dev_major || o->dev_minor != to->dev_minor)
		to->inode = to->dev_major = to->dev_minor = 0;
	map_sum_add(&to->sum, &o->sum);
}

void map_objects_add(struct map_objects *t, const struct map_object *o, const char *name, size_t name_len)
{
	uint64_t key = key_of(o->class, name, name_len);
	size_t cut = name_len > MAP_OBJECT_NAME ? name_len - MAP_OBJECT_NAME : 0, i = t->n;
	double held = map_held_kb(&o->sum);

	if (key) {
		i = find(t, key);
		if (i < t->n) {
			join(&t->v[i], o);
			t->held[i] = map_held_kb(&t->v[i].sum);
			return;
		}
	}
	if (t->n < MAP_OBJECTS) {
		t->n++;
	} else {
		i = least(t);
		if (held <= t->held[i])
			return;
	}
	t->key[i] = key;
	t->held[i] = held;
	t->v[i] = *o;
	memcpy(t->v[i].name, name + cut, name_len - cut);
	t->v[i].name[name_len - cut] = '\0';
}

/* Insertion of indexes: 64 at most. Equals keep the order of their addresses, so that the same text gives the same list. */
void map_objects_order(const struct map_objects *t, unsigned char order[MAP_OBJECTS])
{
	for (size_t i = 0; i < t->n; i++) {
		size_t k = i;

		for (; k > 0; k--) {
			size_t other = order[k - 1];

			if (t->held[other] > t->held[i] || (t->held[other] == t->held[i] && t->v[other].start <= t->v[i].start))
				break;
			order[k] = (unsigned char)other;
		}
		order[k] = (unsigned char)i;
	}
}

const char *map_object_id(const struct map_object *o, char *buf, size_t n)
{
	snprintf(buf, n, "%02x:%02x:%" PRIu64, o->dev_major, o->dev_minor, o->inode);
	return o->inode ? buf : "";
}
