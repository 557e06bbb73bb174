/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The monitor's end of --malloc-stats: makes the page (base/malloc_page.h), puts the library into a launched command's
 * environment, and reads what the processes of the tree have written.
 */
#ifndef SOAKD_MALLOC_PAGE_H
#define SOAKD_MALLOC_PAGE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/malloc_page.h"
#include "soakd/target.h"

#define MALLOC_LIBRARY "libsoakd-malloc.so"

struct malloc_watch {
	struct malloc_page *page;
	char dir[32], path[72]; /* where the page is a file; "": not made */
	char library[PATH_MAX];
};

/* Sums over the tree's processes that have figures; NaN where none has. */
struct malloc_sum {
	double used_kb, mapped_kb;
	double sampled; /* processes with figures */
};

/*
 * interval_s: of the run's rows; figures are taken as often, but once a second at most and ten times a second at most.
 * allow_stall: also where a look at the heap takes over 20 ms. SK_ENOTFOUND: the library is not installed; SK_EUSAGE: it lies at
 * a path that LD_PRELOAD cannot name; SK_EIO: there is no room for the page. malloc_watch_release() may be repeated, also after a failed init.
 */
enum sk_code malloc_watch_init(struct malloc_watch *m, double interval_s, bool allow_stall, struct sk_err *err);
void malloc_watch_release(struct malloc_watch *m);

/* `from` (as environ) with the library behind what LD_PRELOAD has, and the page's path. One allocation; NULL: no memory. */
char **malloc_watch_environ(const struct malloc_watch *m, char *const *from);

/* The slot of a process of the tree, or NULL: the library is not in it. Allocates nothing. */
const struct malloc_slot *malloc_watch_slot(const struct malloc_watch *m, const struct proc *p);

/* What a slot says now (CLOCK_MONOTONIC); false: nothing, or figures that an earlier program of this process left behind. */
bool malloc_watch_read(const struct malloc_slot *slot, uint64_t now_ns, struct malloc_figures *f);

/* Sums, and takes back the slots of processes that have gone. Allocates nothing. */
void malloc_watch_sum(struct malloc_watch *m, const struct target *t, uint64_t now_ns, struct malloc_sum *out);

/* Why a process has no figures, for an event: by its slot; where it has none, by what is mapped into it. Allocates nothing. */
const char *malloc_watch_why(const struct malloc_watch *m, struct procfs *fs, const struct proc *p);

#endif
