/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A series as it is drawn, on the page and in the terminal. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "soakd/report_internal.h"

/* The column that has a value in each row: where it has none there is no row, which is a gap. */
static const struct series *every_row(const struct evidence_file *f)
{
	const struct series *most = NULL;

	for (size_t i = 0; i < f->n_series; i++)
		if (!most || f->series[i].all.n > most->all.n)
			most = &f->series[i];
	return most;
}

/* anonymous + swapped out: what the verdict on private memory is about. false without memory. */
static bool add_swap(const struct evidence_file *f, struct block *to, size_t n)
{
	const struct series *swap = evidence_column(f, "swap_kb");
	struct block *b;
	size_t n_swap;

	if (!swap || !(swap->max > 0))
		return true;
	b = sk_calloc(swap->cap, sizeof(*b));
	if (!b)
		return false;
	n_swap = series_blocks(swap, b, NULL);
	for (size_t i = 0; i < n && i < n_swap; i++) {
		if (to[i].n == 0 || b[i].n == 0)
			continue;
		to[i].mean += b[i].mean;
		to[i].median += b[i].median;
		to[i].min += b[i].min;
		to[i].max += b[i].max;
	}
	free(b);
	return true;
}

/* Takes out the blocks without a value where there were rows; returns how many stay. SIZE_MAX without memory. */
static size_t close_holes(const struct evidence_file *f, struct block *b, size_t n)
{
	const struct series *rows = every_row(f);
	struct block *r = sk_calloc(rows->cap, sizeof(*r));
	size_t kept = 0, n_rows;

	if (!r)
		return SIZE_MAX;
	n_rows = series_blocks(rows, r, NULL);
	for (size_t i = 0; i < n; i++)
		if (b[i].n > 0 || i >= n_rows || r[i].n == 0)
			b[kept++] = b[i];
	free(r);
	return kept;
}

struct block *report_blocks(const struct evidence_file *f, const struct series *s, size_t *n)
{
	struct block *b = sk_calloc(s->cap, sizeof(*b));
	bool ok = b != NULL;

	*n = 0;
	if (!ok)
		return NULL;
	*n = series_blocks(s, b, NULL);
	if (strcmp(s->name, "anon_kb") == 0)
		ok = add_swap(f, b, *n);
	if (ok) {
		*n = close_holes(f, b, *n);
		ok = *n != SIZE_MAX;
	}
	if (ok)
		return b;
	free(b);
	*n = 0;
	return NULL;
}
