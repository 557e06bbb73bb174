/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/PID/stat: who a process is, and its counters. */
#ifndef SAMPLERS_PROC_STAT_H
#define SAMPLERS_PROC_STAT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* include/linux/sched.h; proc(5) names the field, these two bits have not moved since 2.6 */
#define PROC_STAT_EXITING 0x00000004u
#define PROC_STAT_KTHREAD 0x00200000u

struct proc_stat {
	pid_t pid, ppid;
	char comm[64];      /* as the kernel has it: up to 15 bytes (kernel threads: more), any byte but NUL */
	char state;         /* 'R', 'S', 'D', 'Z' (zombie), 'X' ... */
	uint32_t flags;     /* PF_* of the kernel */
	uint64_t starttime; /* clock ticks since boot: with the pid, the identity of a process within one boot */
	uint64_t minflt, majflt;
	double cpu_s; /* user + system */
	long threads;
	uint64_t vsize_bytes;
};

/*
 * Parses the text of /proc/PID/stat. The command may hold spaces, parentheses and newlines: it ends at the LAST ')'.
 * 0 on success; -1 if a field is missing or no number (*out is then unspecified).
 */
int proc_stat_parse(const char *buf, size_t n, struct proc_stat *out);

#endif
