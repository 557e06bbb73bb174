/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In the order in which verdict.json lists them. */
#include "analysis/known.h"

#include <string.h>

const struct known_column known_columns[] = {
	{ "anon_kb", PAGE_KB, LEAK_NONE },
	{ "shmem_kb", PAGE_KB, LEAK_NONE },
	{ "uss_kb", PAGE_KB, LEAK_NONE },
	{ "pss_kb", PAGE_KB, LEAK_NONE },
	{ "rss_kb", PAGE_KB, LEAK_NONE },
	{ "vsz_kb", PAGE_KB, LEAK_ADDRESS_SPACE },
	{ "processes", 1, LEAK_PROCESSES },
	{ "threads", 1, LEAK_THREADS },
	{ "fds", 1, LEAK_FDS },
	{ "heap_kb", PAGE_KB, LEAK_NONE },
	{ "file_kb", PAGE_KB, LEAK_NONE },
	{ "rss_shmem_kb", PAGE_KB, LEAK_NONE },
	{ "swap_kb", PAGE_KB, LEAK_NONE },
	{ "stack_kb", PAGE_KB, LEAK_NONE },
	{ "hugetlb_kb", PAGE_KB, LEAK_NONE },
	{ "pagetables_kb", PAGE_KB, LEAK_NONE },
	{ "private_dirty_kb", PAGE_KB, LEAK_NONE },
	{ DRIVER_COLUMN, PAGE_KB, LEAK_NONE },
};
const size_t n_known_columns = sizeof(known_columns) / sizeof(*known_columns);

bool is_count(const char *column)
{
	return strcmp(column, "fds") == 0 || strcmp(column, "threads") == 0 || strcmp(column, "processes") == 0;
}

const struct series *evidence_series(const struct evidence *ev, const char *name)
{
	for (size_t i = 0; i < ev->n_columns; i++)
		if (strcmp(ev->column[i]->name, name) == 0)
			return ev->column[i];
	return NULL;
}

const struct series *evidence_samples(const struct evidence *ev, const char *name)
{
	const struct series *s = evidence_series(ev, name);

	return s && s->all.n > 0 ? s : NULL;
}
