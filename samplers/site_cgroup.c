/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The control group that the target's memory is charged to, version 1 or 2: usage, limit, what it consists of, who was killed. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "samplers/cgroup.h"
#include "samplers/flat.h"
#include "samplers/held.h"
#include "samplers/site_registry.h"

enum { USAGE, PEAK, LIMIT, ANON, FILES, MAPPED, SHMEM, KERNEL, SLAB, SOCK, SWAP, OOM, LIMIT_HITS, HIGH_HITS, N };

#define KB(name, label, help)                                                                                                    \
	{                                                                                                                        \
		name, "KiB", METRIC_GAUGE, label, help                                                                           \
	}
#define TOTAL(name, label, help)                                                                                                 \
	{                                                                                                                        \
		name, "1", METRIC_COUNTER, label, help                                                                           \
	}

static const struct metric metrics[N] = {
	[USAGE] = KB("cgroup_kb", "control group's memory",
		     "memory charged to the target's control group and those below it; memory.current, version 1 "
		     "memory.usage_in_bytes"),
	[PEAK] = KB("cgroup_peak_kb", "control group's peak",
		    "the most that was ever charged to it; memory.peak, version 1 memory.max_usage_in_bytes"),
	[LIMIT] = KB("cgroup_limit_kb", "control group's limit",
		     "the lowest limit of it and its parents, as of the last epoch; memory.max and memory.high, version 1 "
		     "memory.limit_in_bytes"),
	[ANON] = KB("cgroup_anon_kb", "control group's private memory",
		    "heaps and stacks of all its processes; anon, version 1 total_rss in memory.stat"),
	[FILES] = KB("cgroup_file_kb", "control group's page cache",
		     "cached files and shared memory that it brought in; file, version 1 total_cache in memory.stat"),
	[MAPPED] = KB("cgroup_mapped_kb", "control group's mapped files",
		      "of the page cache what a process maps; file_mapped, version 1 total_mapped_file in memory.stat"),
	[SHMEM] = KB("cgroup_shmem_kb", "control group's shared memory",
		     "of the page cache what is shared memory and tmpfs; shmem, version 1 total_shmem in memory.stat"),
	[KERNEL] = KB("cgroup_kernel_kb", "control group's kernel memory",
		      "kernel memory that was taken on its behalf; kernel in memory.stat (Linux 5.18), version 1 "
		      "memory.kmem.usage_in_bytes"),
	[SLAB] = KB("cgroup_slab_kb", "control group's slab",
		    "of the kernel memory its objects: inodes, dentries, sockets; slab in memory.stat, version 2 only"),
	[SOCK] = KB("cgroup_sock_kb", "control group's network buffers",
		    "buffers of its connections; sock in memory.stat, version 2 only"),
	[SWAP] = KB("cgroup_swap_kb", "control group's swap",
		    "what of it is swapped out; memory.swap.current, version 1 total_swap in memory.stat"),
	[OOM] = TOTAL("cgroup_oom_kills", "processes killed for memory",
		      "processes in it that the kernel killed for want of memory; oom_kill in memory.events, version 1 "
		      "memory.oom_control"),
	[LIMIT_HITS] = TOTAL("cgroup_limit_hits", "hits of the memory limit",
			     "how often its limit was hit and memory reclaimed; max in memory.events, version 1 memory.failcnt"),
	[HIGH_HITS] = TOTAL("cgroup_high_hits", "hits of the high mark",
			    "how often its processes were throttled over memory.high; high in memory.events, version 2 only"),
};

enum { F_USAGE, F_PEAK, F_STAT, F_SWAP, F_EVENTS, F_KERNEL, F_HITS, F_N };
static const char *const file_name[2][F_N] = {
	{ "memory.usage_in_bytes", "memory.max_usage_in_bytes", "memory.stat", NULL, "memory.oom_control",
	  "memory.kmem.usage_in_bytes", "memory.failcnt" },
	{ "memory.current", "memory.peak", "memory.stat", "memory.swap.current", "memory.events", NULL, NULL },
};

/* Of memory.stat, and where it goes. Version 1 has each figure twice: total_ has the groups below in it, as its usage has. */
static const struct key stat_v1[] = { KEY("total_rss"), KEY("total_cache"), KEY("total_mapped_file"), KEY("total_shmem"),
				      KEY("total_swap") };
static const int slot_v1[] = { ANON, FILES, MAPPED, SHMEM, SWAP };
static const struct key stat_v2[] = { KEY("anon"),  KEY("file"), KEY("kernel"), KEY("file_mapped"),
				      KEY("shmem"), KEY("slab"), KEY("sock") };
static const int slot_v2[] = { ANON, FILES, KERNEL, MAPPED, SHMEM, SLAB, SOCK };
#define KEYS_MAX 8

struct state {
	struct cgroup_watch watch;
	struct held file[F_N];
	double limit_kb;
};

static enum sk_code cgroup_open(void *state, const struct site_env *env, struct sk_err *err)
{
	struct state *s = state;

	(void)env;
	(void)err;
	for (size_t i = 0; i < F_N; i++)
		s->file[i] = (struct held)HELD_INIT;
	s->limit_kb = NAN;
	return SK_OK;
}

static void cgroup_close(void *state)
{
	struct state *s = state;

	for (size_t i = 0; i < F_N; i++)
		held_close(&s->file[i]);
}

/* The root of version 2 has none of these files, and an older kernel not all: no value, and no fault. */
static void open_files(struct state *s)
{
	const struct cgroup_place *p = &s->watch.place;
	char path[CGROUP_PATH + 40];

	cgroup_close(s);
	for (size_t i = 0; i < F_N && p->version; i++) {
		const char *name = file_name[p->version - 1][i];

		if (!name)
			continue;
		snprintf(path, sizeof(path), "%s/%s", p->memory, name);
		held_open(&s->file[i], AT_FDCWD, path);
	}
}

static double read_kb(const struct state *s, int file)
{
	char buf[64];
	ssize_t n = s->file[file].fd == -1 ? -1 : held_read(&s->file[file], buf, sizeof(buf));

	return n > 0 ? flat_bytes_kb(buf, (size_t)n) : NAN;
}

static void read_keys(const struct state *s, int file, const struct key *key, const int *slot, size_t n_key, double scale,
		      double *out)
{
	char buf[8192];
	double v[KEYS_MAX];
	ssize_t n = s->file[file].fd == -1 ? -1 : held_read(&s->file[file], buf, sizeof(buf));

	if (n <= 0)
		return;
	flat_values(buf, (size_t)n, key, n_key, v);
	for (size_t i = 0; i < n_key; i++)
		out[slot[i]] = v[i] * scale;
}

static void read_v1(const struct state *s, double *out)
{
	static const struct key killed[] = { KEY("oom_kill") };
	static const int killed_slot[] = { OOM };

	read_keys(s, F_STAT, stat_v1, slot_v1, sizeof(stat_v1) / sizeof(*stat_v1), 1.0 / 1024, out);
	read_keys(s, F_EVENTS, killed, killed_slot, 1, 1, out);
	out[KERNEL] = read_kb(s, F_KERNEL);
	out[LIMIT_HITS] = read_kb(s, F_HITS) * 1024; /* a count, and no bytes */
}

static void read_v2(const struct state *s, double *out)
{
	static const struct key event[] = { KEY("oom_kill"), KEY("max"), KEY("high") };
	static const int event_slot[] = { OOM, LIMIT_HITS, HIGH_HITS };

	read_keys(s, F_STAT, stat_v2, slot_v2, sizeof(stat_v2) / sizeof(*stat_v2), 1.0 / 1024, out);
	read_keys(s, F_EVENTS, event, event_slot, 3, 1, out);
	out[SWAP] = read_kb(s, F_SWAP);
}

static enum sk_code cgroup_read(void *state, const struct site_env *env, struct site_values *out, struct sk_err *err)
{
	struct state *s = state;
	double usage = read_kb(s, F_USAGE);
	/* the files of a group that was removed cannot be read (ENODEV): the target is in another one by now */
	bool again = env->epoch || (isnan(usage) && s->file[F_USAGE].fd != -1);

	if (cgroup_watch_look(&s->watch, env->fs, env->n_pid ? env->pid[0] : 0, again, err)) {
		open_files(s);
		usage = read_kb(s, F_USAGE);
		out->anew = UINT64_C(1) << OOM | UINT64_C(1) << LIMIT_HITS | UINT64_C(1) << HIGH_HITS;
		again = true;
	}
	if (again)
		s->limit_kb = cgroup_place_limit_kb(&s->watch.place);
	if (!s->watch.place.version)
		return s->watch.code == SK_EGONE ? SK_OK : s->watch.code;
	out->v[USAGE] = usage;
	out->v[PEAK] = read_kb(s, F_PEAK);
	out->v[LIMIT] = s->limit_kb;
	if (s->watch.place.version == 1)
		read_v1(s, out->v);
	else
		read_v2(s, out->v);
	return SK_OK;
}

const struct site_sampler site_cgroup = { .name = "cgroup",
					  .help = "memory of the target's control group, its limit and what it consists of",
					  METRICS(metrics),
					  .state_size = sizeof(struct state),
					  .open = cgroup_open,
					  .read = cgroup_read,
					  .close = cgroup_close };
