/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * glibc's mallinfo2(), jemalloc's mallctl(), tcmalloc's MallocExtension. All are looked up by name when the program starts, so
 * that the library needs none of them to be loaded: a missing symbol would end the program.
 */
#include "preload/allocators.h"

#include <dlfcn.h>
#include <malloc.h>
#include <string.h>

typedef int mallctl_fn(const char *name, void *old, size_t *old_n, void *new, size_t new_n);
typedef int property_fn(const char *name, size_t *value);
typedef struct mallinfo2 mallinfo2_fn(void);

static mallctl_fn *mallctl_of_jemalloc;
static property_fn *property_of_tcmalloc;
static mallinfo2_fn *mallinfo2_of_glibc;

/* The function of that name if it is in the same object as malloc(): a program may have two allocators and use one. */
static void *beside_malloc(const char *name)
{
	void *f = dlsym(RTLD_DEFAULT, name), *m = dlsym(RTLD_DEFAULT, "malloc");
	Dl_info of_f, of_m;

	if (!f || !m || !dladdr(f, &of_f) || !dladdr(m, &of_m) || of_f.dli_fbase != of_m.dli_fbase)
		return NULL;
	return f;
}

/* ISO C knows no way from an object's address to a function's; POSIX has it that they are alike. */
#define FIND(f, name)                                                                                                            \
	do {                                                                                                                     \
		void *found_ = beside_malloc(name);                                                                              \
		memcpy(&(f), &found_, sizeof(found_));                                                                           \
	} while (0)

bool allocator_find(void)
{
	FIND(mallctl_of_jemalloc, "mallctl");
	FIND(property_of_tcmalloc, "MallocExtension_GetNumericProperty");
	FIND(mallinfo2_of_glibc, "mallinfo2");
	return mallctl_of_jemalloc || property_of_tcmalloc || mallinfo2_of_glibc;
}

static bool ctl(const char *name, uint64_t *value)
{
	size_t v = 0, n = sizeof(v);

	if (mallctl_of_jemalloc(name, &v, &n, NULL, 0) != 0 || n != sizeof(v))
		return false;
	*value = v;
	return true;
}

/* jemalloc(3): statistics are of the last time that "epoch" was written. "active" has the pages that allocations are in. */
static bool ask_jemalloc(struct malloc_figures *f)
{
	uint64_t epoch = 1, active;
	size_t n = sizeof(epoch);

	if (mallctl_of_jemalloc("epoch", &epoch, &n, &epoch, n) != 0 || !ctl("stats.allocated", &f->in_use) ||
	    !ctl("stats.active", &active) || !ctl("stats.mapped", &f->mapped))
		return false; /* built without statistics */
	f->unused = active > f->in_use ? active - f->in_use : 0;
	if (!ctl("stats.retained", &f->retained))
		f->retained = MALLOC_UNKNOWN;
	return true;
}

static bool ask_tcmalloc(struct malloc_figures *f)
{
	size_t used = 0, heap = 0, unmapped = 0;

	if (!property_of_tcmalloc("generic.current_allocated_bytes", &used) ||
	    !property_of_tcmalloc("generic.heap_size", &heap) ||
	    !property_of_tcmalloc("tcmalloc.pageheap_unmapped_bytes", &unmapped))
		return false;
	f->in_use = used;
	f->mapped = heap > unmapped ? heap - unmapped : 0;
	f->unused = f->mapped > used ? f->mapped - used : 0;
	f->retained = unmapped;
	return true;
}

/* mallinfo(3): chunks that a thread keeps for itself (tcache) count as in use. */
static bool ask_glibc(struct malloc_figures *f)
{
	struct mallinfo2 m = mallinfo2_of_glibc();

	f->in_use = m.uordblks + m.hblkhd;
	f->mapped = m.arena + m.hblkhd;
	f->unused = m.fordblks;
	f->retained = MALLOC_UNKNOWN;
	return f->mapped > 0; /* our own thread's start took some: valgrind's stand-in says 0 of everything */
}

bool allocator_ask(struct malloc_figures *f)
{
	if (mallctl_of_jemalloc)
		return ask_jemalloc(f);
	if (property_of_tcmalloc)
		return ask_tcmalloc(f);
	return mallinfo2_of_glibc && ask_glibc(f);
}
