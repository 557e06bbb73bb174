/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The memory contexts of one backend, summed by path: "TopMemoryContext/CacheMemoryContext/CachedPlanSource".
 *
 * A leak is a hundred thousand contexts of the same name below the same parent; by path they are one number. The server names only
 * the parent, and names repeat (an ExprContext is below every ExecutorState), so the path is built from the order of the rows:
 * each comes right behind its parent or one of that parent's earlier descendants, and has its depth.
 * Identifiers of contexts are not taken: they may hold the text of a statement.
 */
#ifndef SCENARIOS_POSTGRES_CONTEXTS_H
#define SCENARIOS_POSTGRES_CONTEXTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTEXT_PATH  200 /* bytes with the NUL; what does not fit counts for its parent's path */
#define CONTEXT_DEPTH 16  /* deeper ones count for their ancestor there */
#define CONTEXT_PATHS 192 /* different paths of a backend; further ones are "other". An idle backend has about 40 */
#define CONTEXT_TOP   20  /* paths that are told because they are the largest */

struct contexts {
	struct context_sum {
		char path[CONTEXT_PATH];
		int64_t bytes, first; /* now; when the backend was first asked */
		bool told;            /* was told before, so goes on to be: its series has no holes */
	} path[CONTEXT_PATHS];
	size_t n;
	size_t at[CONTEXT_DEPTH]; /* the newest row of each depth: index of its path */
	size_t depth;             /* how many of `at` are valid */
	int64_t total, free;
	unsigned passes; /* complete ones */
};

void contexts_begin(struct contexts *x); /* before the rows of an answer; *x was zeroed when the backend was new */
/* One row, in the server's order: depth 0 for the root. bytes: taken from malloc; free: of these, not handed out. */
void contexts_row(struct contexts *x, const char *name, int64_t depth, int64_t bytes, int64_t free);

typedef void contexts_tell_fn(void *ctx, const char *item, int64_t bytes);
/*
 * After the rows: "total", "used" and "free", then each path that is among the CONTEXT_TOP largest, or has grown since the backend
 * was first asked, or was told before. Nothing for an answer without rows.
 */
void contexts_end(struct contexts *x, contexts_tell_fn *tell, void *ctx);

#endif
