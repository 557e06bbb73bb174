/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/evidence_growers.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

#define SLOTS (2 * GROWERS_MAX) /* a power of two: at most half full, so that probing stays short */

struct growers {
	struct grower v[GROWERS_MAX];
	size_t n;
	uint16_t slot[SLOTS]; /* 0: free, else index in v + 1 */
	double now;
};

struct growers *growers_new(void)
{
	return sk_calloc(1, sizeof(struct growers));
}

void growers_free(struct growers *g)
{
	free(g);
}

static size_t hash(const struct process_id *id)
{
	return (size_t)(hash_bytes(HASH_START, id, sizeof(*id)) >> 32) % SLOTS;
}

/* The slot of the process, or the free one where it belongs. */
static uint16_t *find(struct growers *g, const struct process_id *id)
{
	size_t i = hash(id);

	while (g->slot[i]) {
		const struct process_id *other = &g->v[g->slot[i] - 1].id;

		if (other->pid == id->pid && other->start == id->start)
			break;
		i = (i + 1) % SLOTS;
	}
	return &g->slot[i];
}

static int by_growth(const void *a, const void *b)
{
	const struct grower *x = a, *y = b;
	double gx = x->last - x->first, gy = y->last - y->first;

	return (gx < gy) - (gx > gy);
}

/* Half of the room again: the living stay as long as they fit, then those that grew most. */
static void forget(struct growers *g)
{
	size_t alive = 0;

	for (size_t i = 0; i < g->n; i++) {
		if (g->v[i].last_t >= g->now) {
			struct grower other = g->v[alive];

			g->v[alive++] = g->v[i];
			g->v[i] = other;
		}
	}
	qsort(g->v, alive, sizeof(*g->v), by_growth);
	qsort(g->v + alive, g->n - alive, sizeof(*g->v), by_growth);
	g->n = GROWERS_MAX / 2;
	memset(g->slot, 0, sizeof(g->slot));
	for (size_t i = 0; i < g->n; i++)
		*find(g, &g->v[i].id) = (uint16_t)(i + 1);
}

void growers_add(struct growers *g, const struct process_id *id, size_t role, double t, double kb)
{
	uint16_t *slot;

	if (isnan(id->pid) || isnan(id->start))
		return;
	g->now = t;
	slot = find(g, id);
	if (!*slot) {
		if (g->n == GROWERS_MAX) {
			forget(g);
			slot = find(g, id);
		}
		g->v[g->n] = (struct grower){ *id, role, t, kb, kb };
		*slot = (uint16_t)++g->n;
	}
	g->v[*slot - 1].last_t = t;
	g->v[*slot - 1].last = kb;
}

const struct grower *growers_all(const struct growers *g, size_t *n)
{
	*n = g->n;
	return g->v;
}

size_t growers_top(const struct growers *g, struct grower *top)
{
	size_t n = 0;

	/* insertion into a short sorted list: 4096 x 32 comparisons at most */
	for (size_t i = 0; i < g->n; i++) {
		size_t at = n;

		if (!(g->v[i].last > g->v[i].first))
			continue;
		while (at > 0 && by_growth(&g->v[i], &top[at - 1]) < 0)
			at--;
		if (at == GROWERS_TOP)
			continue;
		n += n < GROWERS_TOP;
		memmove(top + at + 1, top + at, (n - at - 1) * sizeof(*top));
		top[at] = g->v[i];
	}
	return n;
}
