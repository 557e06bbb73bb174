/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a process's control group has its files: version 1, version 2, hybrid mounts, and from within a container. Nothing is
 * guessed: mount points are those of /proc/self/mountinfo, the group is what /proc/PID/cgroup says.
 */
#ifndef SAMPLERS_CGROUP_H
#define SAMPLERS_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "samplers/procfs.h"

#define CGROUP_PATH 1024

struct cgroup_place {
	int version;               /* whose memory controller counts the process: 1, 2; 0: none that is mounted here */
	char memory[CGROUP_PATH];  /* folder of that group; "" with version 0 */
	size_t mount;              /* length of the mount point at its beginning: its parents lie between */
	char unified[CGROUP_PATH]; /* the group in version 2's tree, which a hybrid mount has for pressure; "" */
};

/* The groups that /proc/PID/cgroup names, "" where it has none: version 1's for memory, and version 2's. Longer ones are none. */
struct cgroup_names {
	char memory[CGROUP_PATH], unified[CGROUP_PATH];
};
void cgroup_names_parse(const char *buf, size_t n, struct cgroup_names *out);

/* A line of mountinfo that mounts version 2, or version 1's memory controller. */
struct cgroup_mount {
	int version;
	char root[CGROUP_PATH], point[CGROUP_PATH]; /* the group that is mounted, and where */
};
/* One line without its newline. False: another file system, or no such line. */
bool cgroup_mount_parse(const char *line, size_t n, struct cgroup_mount *out);

/*
 * What of `group` lies below the mounted `root`: "" or "/a/b", NULL where it is not to be seen from here. In a cgroup namespace
 * both may begin with "/..".
 */
const char *cgroup_below(const char *root, const char *group);

/*
 * SK_OK: *out is set, also where no version counts it. SK_EGONE, SK_EPERM, SK_EIO as procfs_read. SK_ENOTFOUND: its groups are
 * outside of what is mounted here. Of a recorded tree mount points are below procfs_prefix().
 */
enum sk_code cgroup_find(struct procfs *fs, pid_t pid, struct cgroup_place *out, struct sk_err *err);

/* The lowest memory limit of the group and its parents, KiB: memory.max and memory.high, memory.limit_in_bytes. NaN: none. */
double cgroup_place_limit_kb(const struct cgroup_place *place);
/* The same for a process. */
double cgroup_limit_kb(struct procfs *fs, pid_t pid);

/* A place that is looked up again when there is reason to. */
struct cgroup_watch {
	pid_t pid; /* it was looked up for; 0: never */
	enum sk_code code;
	struct cgroup_place place;
};
/*
 * Looks when pid is another than before, or `again`; never for 0, when nobody is there. True: the place is another one (also at
 * the first time), and what was opened of the old one is to be opened anew. w->code: of cgroup_find().
 */
bool cgroup_watch_look(struct cgroup_watch *w, struct procfs *fs, pid_t pid, bool again, struct sk_err *err);

#endif
