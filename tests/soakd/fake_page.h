/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shared page as a driver fills it, by the hand of a test. */
#ifndef TESTS_SOAKD_FAKE_PAGE_H
#define TESTS_SOAKD_FAKE_PAGE_H

#include <stdio.h>
#include <string.h>

#include "base/drive.h"

#define MS 1000000u

/* As drive_kind() does. */
static inline struct drive_op *kind(struct drive_shared *page, const char *name)
{
	unsigned n = page->n_kinds;

	for (unsigned i = 0; i < n; i++)
		if (strcmp(page->kind[i].name, name) == 0)
			return &page->kind[i];
	snprintf(page->kind[n].name, DRIVE_OP_NAME, "%.31s", name);
	page->n_kinds = n + 1;
	return &page->kind[n];
}

static inline void did(struct drive_op *op, uint64_t n, uint64_t rows, uint64_t bytes, uint64_t ns)
{
	op->ops += n;
	op->rows += rows;
	op->bytes += bytes;
	if (ns)
		latency_add(&op->latency, ns, n);
}

#endif
