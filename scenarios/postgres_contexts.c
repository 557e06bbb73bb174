/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/postgres_contexts.h"

#include <stdio.h>
#include <string.h>

void contexts_begin(struct contexts *x)
{
	for (size_t i = 0; i < x->n; i++)
		x->path[i].bytes = 0;
	x->depth = 0;
	x->total = x->free = 0;
}

/* Index of the path; the last one is for all that find no room. */
static size_t find(struct contexts *x, const char *path)
{
	for (size_t i = 0; i < x->n; i++)
		if (strcmp(x->path[i].path, path) == 0)
			return i;
	if (x->n == CONTEXT_PATHS)
		return CONTEXT_PATHS - 1;
	x->path[x->n] = (struct context_sum){ .first = 0 };
	snprintf(x->path[x->n].path, CONTEXT_PATH, "%s", x->n == CONTEXT_PATHS - 1 ? "other" : path);
	return x->n++;
}

static size_t path_of(struct contexts *x, const char *name, size_t depth)
{
	char path[CONTEXT_PATH];
	const char *parent = depth ? x->path[x->at[depth - 1]].path : "";
	int n;

	if (depth && x->at[depth - 1] == CONTEXT_PATHS - 1)
		return CONTEXT_PATHS - 1; /* nothing is below "other" */
	n = snprintf(path, sizeof(path), "%s%s%s", parent, depth ? "/" : "", name);
	if (n < 0 || (size_t)n >= sizeof(path))
		return depth ? x->at[depth - 1] : find(x, "other");
	return find(x, path);
}

void contexts_row(struct contexts *x, const char *name, int64_t depth, int64_t bytes, int64_t free)
{
	/* a depth that no parent leads to is no order that we know: the row is taken as a child of the newest */
	size_t d = depth < 0 ? 0 : (uint64_t)depth > x->depth ? x->depth : (size_t)depth;
	size_t i;

	x->total += bytes;
	x->free += free;
	if (d == CONTEXT_DEPTH) {
		x->path[x->at[d - 1]].bytes += bytes;
		return;
	}
	i = path_of(x, name, d);
	x->path[i].bytes += bytes;
	x->at[d] = i;
	x->depth = d + 1;
}

/* The CONTEXT_TOP largest are those of more than so many bytes, and the first *equal of just as many. */
static int64_t top_above(const struct contexts *x, size_t *equal)
{
	int64_t top[CONTEXT_TOP] = { 0 };

	for (size_t i = 0; i < x->n; i++) {
		size_t at = CONTEXT_TOP;

		while (at > 0 && x->path[i].bytes > top[at - 1])
			at--;
		if (at == CONTEXT_TOP)
			continue;
		memmove(top + at + 1, top + at, (CONTEXT_TOP - at - 1) * sizeof(*top));
		top[at] = x->path[i].bytes;
	}
	*equal = 0;
	for (size_t k = CONTEXT_TOP; k > 0 && top[k - 1] == top[CONTEXT_TOP - 1] && top[k - 1] > 0; k--)
		++*equal;
	return top[CONTEXT_TOP - 1];
}

void contexts_end(struct contexts *x, contexts_tell_fn *tell, void *ctx)
{
	size_t equal;
	int64_t above = top_above(x, &equal);

	if (x->depth == 0)
		return;
	tell(ctx, "total", x->total);
	tell(ctx, "used", x->total - x->free);
	tell(ctx, "free", x->free);
	for (size_t i = 0; i < x->n; i++) {
		struct context_sum *c = &x->path[i];

		if (x->passes == 0)
			c->first = c->bytes;
		bool last = c->bytes == above && equal > 0;

		equal -= last;
		c->told = c->told || last || c->bytes > above || c->bytes > c->first;
		if (c->told)
			tell(ctx, c->path, c->bytes);
	}
	x->passes++;
}
