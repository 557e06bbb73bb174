/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/numa.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "samplers/denied.h"
#include "samplers/held.h"

#define PAGE_KB 4.0

/* Digits at *s, moved behind them; false if there are none or too many. */
static bool number(const char **s, const char *end, uint64_t *out)
{
	const char *p = *s;

	for (*out = 0; p < end && *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(*out, 10u, out) || __builtin_add_overflow(*out, (uint64_t)(*p - '0'), out))
			return false;
	if (p == *s)
		return false;
	*s = p;
	return true;
}

size_t numa_list_count(const char *buf, size_t n)
{
	const char *s = buf, *end = memchr(buf, '\n', n);
	size_t count = 0;
	uint64_t from, to;

	while (end && s < end) {
		if (!number(&s, end, &from))
			return 0;
		to = from;
		if (s < end && *s == '-') {
			s++;
			if (!number(&s, end, &to) || to < from || to - from > 4096)
				return 0;
		}
		count += (size_t)(to - from) + 1;
		if (s < end && *s++ != ',')
			return 0;
	}
	return count;
}

size_t numa_nodes(const struct procfs *fs)
{
	struct held k = HELD_INIT;
	char path[PATH_MAX], buf[256];
	size_t count = 0;
	ssize_t n = -1;

	snprintf(path, sizeof(path), "%.*s/sys/devices/system/node/has_memory", (int)procfs_prefix(fs), fs->root);
	if (held_open(&k, AT_FDCWD, path) == 0)
		n = held_read(&k, buf, sizeof(buf));
	held_close(&k);
	if (n > 0)
		count = numa_list_count(buf, (size_t)n);
	return count ? count : 1;
}

/* "7f12 default anon=10 dirty=10 N0=6 N1=4 kernelpagesize_kB=4", "... file=/lib/x mapped=3 N0=3 kernelpagesize_kB=4" */
void numa_line_add(const char *line, size_t n, struct numa_sum *sum)
{
	static const char size_word[] = "kernelpagesize_kB=";
	uint64_t pages[NUMA_NODES] = { 0 }, node, v;
	const char *end = line + n, *s = line;
	double page_kb = PAGE_KB;
	bool file = false;

	while (s < end) {
		const char *stop = memchr(s, ' ', (size_t)(end - s)), *p = s + 1;

		stop = stop ? stop : end;
		if (stop - s > 5 && memcmp(s, "file=", 5) == 0)
			file = true;
		if (*s == 'N' && number(&p, stop, &node) && node < NUMA_NODES && p < stop && *p++ == '=' &&
		    number(&p, stop, &v) && p == stop)
			pages[node] = v;
		p = s + sizeof(size_word) - 1;
		if (p < stop && memcmp(s, size_word, sizeof(size_word) - 1) == 0 && number(&p, stop, &v) && p == stop)
			page_kb = (double)v;
		s = stop + 1;
	}
	for (size_t i = 0; i < NUMA_NODES; i++)
		(file ? sum->file_kb : sum->anon_kb)[i] += (double)pages[i] * page_kb;
}

/* A file of 200 000 mappings is never held whole: a line that a chunk cuts waits here for its rest. */
struct lines {
	struct numa_sum *sum;
	size_t n;
	char cut[8192];
};

static int feed(void *ctx, const char *chunk, size_t n)
{
	struct lines *l = ctx;
	const char *s = chunk, *end;

	while ((end = memchr(s, '\n', n - (size_t)(s - chunk)))) {
		size_t len = (size_t)(end - s);

		if (l->n == 0) {
			numa_line_add(s, len, l->sum);
		} else if (l->n + len <= sizeof(l->cut)) {
			memcpy(l->cut + l->n, s, len);
			numa_line_add(l->cut, l->n + len, l->sum);
		}
		l->n = 0;
		s = end + 1;
	}
	n -= (size_t)(s - chunk);
	if (l->n + n <= sizeof(l->cut))
		memcpy(l->cut + l->n, s, n);
	l->n += l->n + n <= sizeof(l->cut) ? n : sizeof(l->cut); /* too long for a line: its end will not fit either */
	return 0;
}

enum sk_code numa_read(struct procfs *fs, pid_t pid, struct numa_sum *sum, struct sk_err *err)
{
	struct lines l = { .sum = sum };

	return denied_explain(procfs_stream(fs, pid, "numa_maps", feed, &l, err), fs, pid, "numa_maps", "CAP_SYS_PTRACE",
			      "memory by node", err);
}
