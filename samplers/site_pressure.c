/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long processes waited for memory, disk and processor: whether a machine that is short of memory spoiled the figures. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "samplers/cgroup.h"
#include "samplers/flat.h"
#include "samplers/held.h"
#include "samplers/site_registry.h"

enum { MEM_SOME, MEM_FULL, MEM_AVG, IO_SOME, IO_FULL, CPU_SOME, GROUP_SOME, GROUP_FULL, GROUP_AVG, N };

#define WAITED(name, label, help)                                                                                                \
	{                                                                                                                        \
		name, "s", METRIC_COUNTER, label, help                                                                           \
	}
#define SHARE(name, label, help)                                                                                                 \
	{                                                                                                                        \
		name, "%", METRIC_GAUGE, label, help                                                                             \
	}

static const struct metric metrics[N] = {
	[MEM_SOME] = WAITED("psi_memory_some_s", "waited for memory (some)",
			    "time in which some process of the machine waited for memory; some total in /proc/pressure/memory"),
	[MEM_FULL] = WAITED("psi_memory_full_s", "waited for memory (all)",
			    "time in which all that could run waited for memory; full total in /proc/pressure/memory"),
	[MEM_AVG] = SHARE(
		"psi_memory_avg10_pct", "memory pressure",
		"share of the last ten seconds in which some process waited for memory; some avg10 in /proc/pressure/memory"),
	[IO_SOME] =
		WAITED("psi_io_some_s", "waited for the disk (some)",
		       "time in which some process of the machine waited for input or output; some total in /proc/pressure/io"),
	[IO_FULL] = WAITED("psi_io_full_s", "waited for the disk (all)",
			   "time in which all that could run waited for input or output; full total in /proc/pressure/io"),
	[CPU_SOME] = WAITED("psi_cpu_some_s", "waited for a processor",
			    "time in which some process of the machine waited for a processor; some total in /proc/pressure/cpu"),
	[GROUP_SOME] = WAITED("cgroup_psi_memory_some_s", "control group waited for memory (some)",
			      "the same of the target's control group; some total in its memory.pressure (version 2's tree)"),
	[GROUP_FULL] = WAITED("cgroup_psi_memory_full_s", "control group waited for memory (all)",
			      "the same of the target's control group; full total in its memory.pressure (version 2's tree)"),
	[GROUP_AVG] = SHARE("cgroup_psi_memory_avg10_pct", "control group's memory pressure",
			    "the same of the target's control group; some avg10 in its memory.pressure (version 2's tree)"),
};

enum { MEMORY, IO, CPU, GROUP, FILES };

struct state {
	struct cgroup_watch watch;
	struct held file[FILES];
	int sys; /* why /proc/pressure/memory could not be opened; 0: it was */
};

static enum sk_code pressure_open(void *state, const struct site_env *env, struct sk_err *err)
{
	struct state *s = state;

	(void)err;
	for (size_t i = 0; i < FILES; i++)
		s->file[i] = (struct held)HELD_INIT;
	s->sys = held_open(&s->file[MEMORY], env->fs->dirfd, "pressure/memory");
	held_open(&s->file[IO], env->fs->dirfd, "pressure/io");
	held_open(&s->file[CPU], env->fs->dirfd, "pressure/cpu");
	return SK_OK;
}

static void pressure_close(void *state)
{
	struct state *s = state;

	for (size_t i = 0; i < FILES; i++)
		held_close(&s->file[i]);
}

/* 0, or an errno: a kernel that was built with pressure and started without it opens the files and refuses to read them. */
static int read_file(const struct state *s, int file, struct pressure *out)
{
	char buf[512];
	ssize_t n = s->file[file].fd == -1 ? -1 : held_read(&s->file[file], buf, sizeof(buf));

	*out = (struct pressure){ NAN, NAN, NAN };
	if (s->file[file].fd == -1)
		return ENOENT;
	if (n == -1)
		return errno;
	pressure_parse(buf, (size_t)n, out);
	return 0;
}

static void open_group(struct state *s)
{
	char path[CGROUP_PATH + 40];

	held_close(&s->file[GROUP]);
	if (!s->watch.place.unified[0])
		return;
	snprintf(path, sizeof(path), "%s/memory.pressure", s->watch.place.unified);
	held_open(&s->file[GROUP], AT_FDCWD, path);
}

static void read_group(struct state *s, const struct site_env *env, struct site_values *out)
{
	pid_t root = env->n_pid ? env->pid[0] : 0;
	struct pressure p;
	bool anew = cgroup_watch_look(&s->watch, env->fs, root, env->epoch, NULL);

	if (anew)
		open_group(s);
	if (read_file(s, GROUP, &p) == ENODEV && cgroup_watch_look(&s->watch, env->fs, root, true, NULL)) {
		anew = true; /* the group was removed: the target is in another one */
		open_group(s);
		read_file(s, GROUP, &p);
	}
	out->v[GROUP_SOME] = p.some_s;
	out->v[GROUP_FULL] = p.full_s;
	out->v[GROUP_AVG] = p.some_avg10_pct;
	out->anew = anew ? UINT64_C(1) << GROUP_SOME | UINT64_C(1) << GROUP_FULL : 0;
}

static enum sk_code pressure_read(void *state, const struct site_env *env, struct site_values *out, struct sk_err *err)
{
	struct state *s = state;
	struct pressure p;
	int sys = read_file(s, MEMORY, &p);

	out->v[MEM_SOME] = p.some_s;
	out->v[MEM_FULL] = p.full_s;
	out->v[MEM_AVG] = p.some_avg10_pct;
	read_file(s, IO, &p);
	out->v[IO_SOME] = p.some_s;
	out->v[IO_FULL] = p.full_s;
	read_file(s, CPU, &p);
	out->v[CPU_SOME] = p.some_s;
	read_group(s, env, out);
	if (sys == 0)
		return SK_OK;
	sys = s->sys ? s->sys : sys;
	return sk_fail(
		err, SK_EIO, sys,
		"cannot read %s/pressure/memory: %s; without pressure (a kernel with CONFIG_PSI, started with psi=1) its columns "
		"stay empty",
		env->fs->root, strerror(sys));
}

const struct site_sampler site_pressure = {
	.name = "pressure",
	.help = "how long the machine and the control group waited for memory, disk, processor",
	METRICS(metrics),
	.state_size = sizeof(struct state),
	.open = pressure_open,
	.read = pressure_read,
	.close = pressure_close
};
