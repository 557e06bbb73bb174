/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a maintainer asks of the machine: kernel, libc, memory and swap, and the kernel's own habits with memory. Huge
 * pages make RSS grow in steps of 2 MiB, overcommit says what malloc promises, swap where private memory may have gone.
 */
#include "soakd/host_json.h"

#include <fcntl.h>
#include <gnu/libc-version.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/json.h"
#include "base/units.h"

void chosen_word(const char *s, char *buf, size_t n)
{
	const char *from = strchr(s, '['), *to = from ? strchr(from, ']') : NULL;

	*buf = '\0';
	if (to && (size_t)(to - from) <= n)
		snprintf(buf, n, "%.*s", (int)(to - from - 1), from + 1);
}

/* The first line of a small file of the kernel; "" where it cannot be read. */
static const char *line_of(const char *root, const char *file, char *buf, size_t n)
{
	char path[PATH_MAX];
	ssize_t got = -1;

	snprintf(path, sizeof(path), "%s%s", root, file);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd != -1) {
		got = read(fd, buf, n - 1);
		close(fd);
	}
	buf[got > 0 ? got : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	return buf;
}

static void set_whole(json_t *j, const char *key, const char *text)
{
	int64_t v;

	if (int_parse(text, &v, NULL) == SK_OK)
		json_object_set_new(j, key, json_integer(v));
}

static void add_habits(json_t *j, const char *root)
{
	char line[128], word[32];

	chosen_word(line_of(root, "/sys/kernel/mm/transparent_hugepage/enabled", line, sizeof(line)), word, sizeof(word));
	if (*word)
		json_object_set_new(j, "thp", json_string(word));
	set_whole(j, "overcommit", line_of(root, "/proc/sys/vm/overcommit_memory", line, sizeof(line)));
	set_whole(j, "swappiness", line_of(root, "/proc/sys/vm/swappiness", line, sizeof(line)));
}

json_t *host_json(const char *root)
{
	struct utsname u;
	struct sysinfo info;
	char libc[64];
	json_t *j = json_object();

	if (uname(&u) == 0) {
		json_object_set_new(j, "kernel", json_string(u.release));
		json_object_set_new(j, "machine", json_string(u.machine));
	}
	json_object_set_new(j, "cpus", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	json_object_set_new(j, "memory_kb", json_num((double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE) / 1024));
	if (sysinfo(&info) == 0)
		json_object_set_new(j, "swap_kb", json_num((double)info.totalswap * info.mem_unit / 1024));
	snprintf(libc, sizeof(libc), "glibc %s", gnu_get_libc_version());
	json_object_set_new(j, "libc", json_string(libc));
	add_habits(j, root);
	return j;
}
