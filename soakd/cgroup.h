/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory limit that a control group sets, version 1, 2 and hybrid mounts. */
#ifndef SOAKD_CGROUP_H
#define SOAKD_CGROUP_H

#include <sys/types.h>

#include "samplers/procfs.h"

/*
 * The lowest memory limit of the process's group and its parents, KiB. mount: "/sys/fs/cgroup", or a recorded tree.
 * NaN: no limit, or it cannot be read.
 */
double cgroup_limit_kb(struct procfs *fs, pid_t pid, const char *mount);

#endif
