/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The machine's memory: whether the target grew into what was free, or made others give way. /proc/meminfo through a kept
 * descriptor: 5.9 us with the parsing, of which the kernel takes 5.5; procps_meminfo_select() of libproc2 takes 7.8 for the same
 * seven figures (measured), and gives 0 for what the kernel did not say.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "samplers/flat.h"
#include "samplers/held.h"
#include "samplers/site_registry.h"

#define KB(name, label, help)                                                                                                    \
	{                                                                                                                        \
		name, "KiB", METRIC_GAUGE, label, help                                                                           \
	}
#define TOTAL(name, unit, label, help)                                                                                           \
	{                                                                                                                        \
		name, unit, METRIC_COUNTER, label, help                                                                          \
	}

enum { AVAILABLE, FREE, CACHED, SHMEM, SLAB, SWAP_USED, SYSTEM_N };
static const struct metric system_metrics[SYSTEM_N] = {
	[AVAILABLE] = KB("system_available_kb", "machine's available memory",
			 "what new programs can have without swapping; MemAvailable in /proc/meminfo"),
	[FREE] = KB("system_free_kb", "machine's free memory",
		    "pages that nobody uses, not even as cache; MemFree in /proc/meminfo"),
	[CACHED] = KB("system_cached_kb", "machine's page cache", "cached files and shared memory; Cached in /proc/meminfo"),
	[SHMEM] = KB("system_shmem_kb", "machine's shared memory", "shared memory and tmpfs; Shmem in /proc/meminfo"),
	[SLAB] = KB("system_slab_kb", "machine's slab", "objects of the kernel; Slab in /proc/meminfo"),
	[SWAP_USED] = KB("system_swap_used_kb", "machine's used swap",
			 "swap that holds something; SwapTotal less SwapFree in /proc/meminfo"),
};

enum { OOM, SWAP_IN, SWAP_OUT, VMSTAT_N };
static const struct metric vmstat_metrics[VMSTAT_N] = {
	[OOM] = TOTAL("system_oom_kills", "1", "processes killed for memory (machine)",
		      "processes that the kernel killed for want of memory, whosoever; oom_kill in /proc/vmstat"),
	[SWAP_IN] = TOTAL("system_swap_in_kb", "KiB", "swapped in (machine)",
			  "memory brought back from swap; pswpin in /proc/vmstat"),
	[SWAP_OUT] = TOTAL("system_swap_out_kb", "KiB", "swapped out (machine)", "memory moved to swap; pswpout in /proc/vmstat"),
};

struct state {
	struct held file;
	int sys;
};

static enum sk_code open_one(struct state *s, const struct site_env *env, const char *name)
{
	s->file = (struct held)HELD_INIT;
	s->sys = held_open(&s->file, env->fs->dirfd, name);
	return SK_OK;
}

static enum sk_code meminfo_open(void *state, const struct site_env *env, struct sk_err *err)
{
	(void)err;
	return open_one(state, env, "meminfo");
}

static enum sk_code vmstat_open(void *state, const struct site_env *env, struct sk_err *err)
{
	(void)err;
	return open_one(state, env, "vmstat");
}

static void system_close(void *state)
{
	held_close(&((struct state *)state)->file);
}

static enum sk_code read_file(const struct state *s, const struct site_env *env, const char *name, char *buf, size_t n,
			      size_t *len, struct sk_err *err)
{
	ssize_t got = held_read(&s->file, buf, n);
	int sys = s->sys ? s->sys : errno;

	*len = got > 0 ? (size_t)got : 0;
	return got > 0 ? SK_OK
		       : sk_fail(err, SK_EIO, sys, "cannot read %s/%s: %s; its columns stay empty", env->fs->root, name,
				 got == 0 ? "it is empty" : strerror(sys));
}

static enum sk_code meminfo_read(void *state, const struct site_env *env, struct site_values *out, struct sk_err *err)
{
	static const struct key key[] = { KEY("MemAvailable"), KEY("MemFree"),   KEY("Cached"),  KEY("Shmem"),
					  KEY("Slab"),         KEY("SwapTotal"), KEY("SwapFree") };
	char buf[8192];
	double v[7];
	size_t n;
	enum sk_code rc = read_file(state, env, "meminfo", buf, sizeof(buf), &n, err);

	key_values(buf, n, key, 7, v);
	memcpy(out->v, v, 5 * sizeof(*v));
	out->v[SWAP_USED] = v[5] - v[6];
	return rc;
}

static enum sk_code vmstat_read(void *state, const struct site_env *env, struct site_values *out, struct sk_err *err)
{
	static const struct key key[] = { KEY("oom_kill"), KEY("pswpin"), KEY("pswpout") };
	double page_kb = (double)sysconf(_SC_PAGESIZE) / 1024;
	char buf[16384];
	size_t n;
	enum sk_code rc = read_file(state, env, "vmstat", buf, sizeof(buf), &n, err);

	flat_values(buf, n, key, 3, out->v);
	out->v[SWAP_IN] *= page_kb;
	out->v[SWAP_OUT] *= page_kb;
	return rc;
}

const struct site_sampler site_system = { .name = "system",
					  .help = "memory and swap of the machine",
					  .metric = system_metrics,
					  .n_metric = SYSTEM_N,
					  .state_size = sizeof(struct state),
					  .open = meminfo_open,
					  .read = meminfo_read,
					  .close = system_close };

const struct site_sampler site_vmstat = { .name = "vmstat",
					  .help = "swapping and processes killed for memory, of the machine",
					  .metric = vmstat_metrics,
					  .n_metric = VMSTAT_N,
					  .state_size = sizeof(struct state),
					  .open = vmstat_open,
					  .read = vmstat_read,
					  .close = system_close };
