/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/evidence_regions.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

#define BUCKETS REGIONS_MAX

struct regions {
	struct region v[REGIONS_MAX]; /* in the order of their numbers */
	size_t n;
	uint32_t bucket[BUCKETS]; /* index + 1 */
	uint64_t groups, born;
};

struct regions *regions_new(void)
{
	return sk_calloc(1, sizeof(struct regions));
}

void regions_free(struct regions *r)
{
	free(r);
}

/* All unnamed ones of a process are in one bucket: there are few of them. */
static uint32_t *bucket(struct regions *r, const struct process_id *id, const char *name)
{
	uint64_t h = isnan(id->pid) ? hash_bytes(HASH_START, name, strlen(name)) : hash_bytes(HASH_START, id, sizeof(*id));

	return &r->bucket[(h >> 32) % BUCKETS];
}

static bool is_of(const struct region *g, const struct process_id *id)
{
	return g->id.pid == id->pid && g->id.start == id->start;
}

static double growth(const struct region *g)
{
	return g->last - g->first;
}

static int keep_first(const void *a, const void *b)
{
	const struct region *x = a, *y = b;

	if (x->next != y->next) /* 1: alive */
		return x->next < y->next ? 1 : -1;
	if (growth(x) != growth(y))
		return growth(x) < growth(y) ? 1 : -1;
	return (x->number > y->number) - (x->number < y->number);
}

static int by_number(const void *a, const void *b)
{
	const struct region *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* Half of the room again: those stay that were there last time or are now, and of them those that grew most. */
static void forget(struct regions *r)
{
	for (size_t i = 0; i < r->n; i++)
		r->v[i].next = r->v[i].seen >= r->groups;
	qsort(r->v, r->n, sizeof(*r->v), keep_first);
	r->n = REGIONS_MAX / 2;
	qsort(r->v, r->n, sizeof(*r->v), by_number);
	memset(r->bucket, 0, sizeof(r->bucket));
	for (size_t i = 0; i < r->n; i++) {
		uint32_t *b = bucket(r, &r->v[i].id, r->v[i].name);

		r->v[i].next = *b;
		*b = (uint32_t)(i + 1);
	}
}

static struct region *born(struct regions *r, const struct process_id *id, const char *name)
{
	struct region *g;
	uint32_t *b;

	if (r->n == REGIONS_MAX)
		forget(r);
	b = bucket(r, id, name);
	g = &r->v[r->n++];
	*g = (struct region){ .number = r->born++, .id = *id, .first = NAN, .last = NAN, .next = *b };
	snprintf(g->name, sizeof(g->name), "%s", name);
	*b = (uint32_t)r->n;
	return g;
}

/* Rows come in, the open group is the one after the `groups` closed ones. */
static void take(struct regions *r, struct region *g, double kb)
{
	g->now += kb;
	g->seen = r->groups + 1;
}

void regions_add_named(struct regions *r, const char *name, double kb)
{
	const struct process_id nobody = { NAN, NAN };
	uint32_t i = *bucket(r, &nobody, name);

	while (i && (!isnan(r->v[i - 1].id.pid) || strncmp(r->v[i - 1].name, name, REGION_NAME - 1) != 0))
		i = r->v[i - 1].next;
	take(r, i ? &r->v[i - 1] : born(r, &nobody, name), kb);
}

static uint64_t overlap(const struct region *g, uint64_t start, uint64_t end)
{
	uint64_t a = start > g->start ? start : g->start, b = end < g->end ? end : g->end;

	return b > a ? b - a : 0;
}

void regions_add_range(struct regions *r, const struct process_id *id, const char *class, uint64_t start, uint64_t end,
		       const char *name, double kb)
{
	struct region *best = NULL;
	uint64_t most = 0;

	if (isnan(id->pid) || isnan(id->start))
		return;
	for (uint32_t i = *bucket(r, id, name); i; i = r->v[i - 1].next) {
		struct region *g = &r->v[i - 1];
		size_t n = strlen(class);

		if (!is_of(g, id) || strncmp(g->name, class, n) != 0 || g->name[n] != ' ')
			continue;
		if (overlap(g, start, end) > most) {
			most = overlap(g, start, end);
			best = g;
		}
	}
	if (!best)
		best = born(r, id, name);
	/* of one that was split the part that comes first goes on: no other overlaps it now */
	best->start = start;
	best->end = end;
	snprintf(best->name, sizeof(best->name), "%s", name);
	take(r, best, kb);
}

void regions_close_group(struct regions *r)
{
	r->groups++;
	for (size_t i = 0; i < r->n; i++) {
		r->v[i].last = r->v[i].now;
		if (isnan(r->v[i].first))
			r->v[i].first = r->v[i].now;
		r->v[i].now = 0;
	}
}

size_t regions_top(const struct regions *r, struct region *top)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		size_t at = n;

		if (!(growth(&r->v[i]) > 0))
			continue;
		while (at > 0 && growth(&r->v[i]) > growth(&top[at - 1]))
			at--;
		if (at == REGIONS_TOP)
			continue;
		n += n < REGIONS_TOP;
		memmove(top + at + 1, top + at, (n - at - 1) * sizeof(*top));
		top[at] = r->v[i];
	}
	return n;
}

double regions_value(const struct regions *r, uint64_t number)
{
	const struct region key = { .number = number }, *g = bsearch(&key, r->v, r->n, sizeof(*r->v), by_number);

	return g ? g->last : (double)NAN;
}
