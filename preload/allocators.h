/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which allocator malloc() is of in this program, and what it says of itself. */
#ifndef PRELOAD_ALLOCATORS_H
#define PRELOAD_ALLOCATORS_H

#include <stdbool.h>

#include "base/malloc_page.h"

/* Looks by name, once, before the program runs. false: none that is known. */
bool allocator_find(void);

/*
 * Fills in_use, mapped, unused and retained; false: it cannot say. Allocates nothing; holds the allocator's locks for as long as
 * it needs to count: glibc walks all free chunks.
 */
bool allocator_ask(struct malloc_figures *f);

#endif
