/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields by their number in proc(5). What newer kernels append is never looked at. */
#include "samplers/proc_stat.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { PPID = 4, FLAGS = 9, MINFLT = 10, MAJFLT = 12, UTIME = 14, STIME = 15, NUM_THREADS = 20, STARTTIME = 22, VSIZE = 23 };

/* One decimal number that a blank or a newline ends (a torn one could be any number); *s moves past it. */
static bool number(const char **s, const char *end, int64_t *out)
{
	const char *p = *s;
	bool minus = p < end && *p == '-';
	int64_t v = 0;

	p += minus;
	if (p == end || *p < '0' || *p > '9')
		return false;
	for (; p < end && *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *p - '0', &v))
			return false;
	if (p == end || (*p != ' ' && *p != '\n'))
		return false;
	*out = minus ? -v : v;
	*s = p + 1;
	return true;
}

/* "12 (comm) ": pid and command; returns where field 3 begins, or NULL. */
static const char *head(const char *buf, size_t n, struct proc_stat *out)
{
	const char *s = buf, *close = memrchr(buf, ')', n);
	int64_t pid;
	size_t len;

	if (!close || !number(&s, close, &pid) || pid <= 0 || pid > INT32_MAX || s >= close || *s != '(')
		return NULL;
	out->pid = (pid_t)pid;
	len = (size_t)(close - ++s);
	if (len >= sizeof(out->comm))
		len = sizeof(out->comm) - 1;
	memcpy(out->comm, s, len);
	out->comm[len] = '\0';
	return close + 1;
}

int proc_stat_parse(const char *buf, size_t n, struct proc_stat *out)
{
	const char *end = buf + n, *s = head(buf, n, out);
	int64_t v[VSIZE + 1];

	if (!s || end - s < 4 || s[0] != ' ' || s[2] != ' ')
		return -1;
	out->state = s[1];
	s += 3;
	for (int i = PPID; i <= VSIZE; i++)
		if (!number(&s, end, &v[i]))
			return -1;
	if (v[PPID] < 0 || v[PPID] > INT32_MAX || v[FLAGS] < 0 || v[FLAGS] > UINT32_MAX || v[MINFLT] < 0 || v[MAJFLT] < 0 ||
	    v[UTIME] < 0 || v[STIME] < 0 || v[NUM_THREADS] < 0 || v[STARTTIME] < 0 || v[VSIZE] < 0)
		return -1;
	out->ppid = (pid_t)v[PPID];
	out->flags = (uint32_t)v[FLAGS];
	out->minflt = (uint64_t)v[MINFLT];
	out->majflt = (uint64_t)v[MAJFLT];
	out->cpu_s = ((double)v[UTIME] + (double)v[STIME]) / (double)sysconf(_SC_CLK_TCK);
	out->threads = (long)v[NUM_THREADS];
	out->starttime = (uint64_t)v[STARTTIME];
	out->vsize_bytes = (uint64_t)v[VSIZE];
	return 0;
}
