/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/cgroup.h"

#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/units.h"

#define V1_UNLIMITED 9e18 /* version 1 says "no limit" with the largest page count */

static double read_limit_kb(const char *path)
{
	char buf[64];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	double v;

	if (fd == -1)
		return NAN;
	ssize_t n = read(fd, buf, sizeof(buf) - 1);

	close(fd);
	if (n <= 0)
		return NAN;
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	if (real_parse(buf, &v, NULL) != SK_OK || v < 0 || v >= V1_UNLIMITED) /* "max" is no number */
		return NAN;
	return v / 1024;
}

/* The least limit from the group up to the mount. */
static double walk_up(const char *mount, const char *sub, char *group, const char *file)
{
	double least = NAN;

	for (;;) {
		char path[PATH_MAX];

		if (snprintf(path, sizeof(path), "%s%s%s/%s", mount, sub, group, file) < (int)sizeof(path)) {
			double v = read_limit_kb(path);

			if (!isnan(v) && (isnan(least) || v < least))
				least = v;
		}
		char *slash = strrchr(group, '/');

		if (!slash || slash == group)
			return least;
		*slash = '\0';
	}
}

double cgroup_limit_kb(struct procfs *fs, pid_t pid, const char *mount)
{
	char unified[1024] = "", memory[1024] = "";
	double limit = NAN;

	if (procfs_read(fs, pid, "cgroup", NULL) != SK_OK)
		return NAN;
	for (char *line = fs->buf, *next; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		char *controllers = strchr(line, ':'), *group = controllers ? strchr(controllers + 1, ':') : NULL;

		if (!group)
			continue;
		*group++ = '\0';
		controllers++;
		if (*controllers == '\0')
			snprintf(unified, sizeof(unified), "%s", group);
		else if (strcmp(controllers, "memory") == 0)
			snprintf(memory, sizeof(memory), "%s", group);
	}
	if (*memory)
		limit = walk_up(mount, "/memory", memory, "memory.limit_in_bytes");
	if (*unified && isnan(limit)) {
		char copy[1024];

		memcpy(copy, unified, sizeof(copy));
		limit = walk_up(mount, "", unified, "memory.max");
		if (isnan(limit))
			limit = walk_up(mount, "/unified", copy, "memory.max");
	}
	return limit;
}
