/* SPDX-License-Identifier: GPL-3.0-or-later */
/* On which node's memory a process's pages are: /proc/PID/numa_maps, which walks page tables as smaps does. */
#ifndef SAMPLERS_NUMA_H
#define SAMPLERS_NUMA_H

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "samplers/procfs.h"

#define NUMA_NODES 64 /* the numbers of those that are told apart */

struct numa_sum {                                        /* KiB by node */
	double anon_kb[NUMA_NODES], file_kb[NUMA_NODES]; /* mappings without a file; of files and shared memory */
};

/* Nodes with memory of this machine: /sys/devices/system/node/has_memory ("0-1,4"). 1 where there is no such file. */
size_t numa_nodes(const struct procfs *fs);
/* How many numbers such a list has; 0: it is none. */
size_t numa_list_count(const char *buf, size_t n);

/* Adds one line of numa_maps, without its newline. Pages of unknown size count with 4 KiB. */
void numa_line_add(const char *line, size_t n, struct numa_sum *sum);

/* Adds a process. Codes as procfs_stream. */
enum sk_code numa_read(struct procfs *fs, pid_t pid, struct numa_sum *sum, struct sk_err *err);

#endif
