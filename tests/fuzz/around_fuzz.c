/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What surrounds a process, as text: control groups and their mounts, "key value" lines, pressure, nodes, links of descriptors. A
 * value is a number of the right range or none, and what lies below a mount never leads out of it.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/cgroup.h"
#include "samplers/fd_kind.h"
#include "samplers/flat.h"
#include "samplers/numa.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(double v)
{
	if (!isnan(v) && !(v >= 0 && v <= (double)UINT64_MAX))
		abort();
}

static void numbers(const char *s, size_t n)
{
	static const struct key key[] = { KEY("anon"), KEY("max"), KEY("oom_kill") };
	struct pressure p;
	double v[3];

	flat_values(s, n, key, 3, v);
	for (size_t i = 0; i < 3; i++)
		check(v[i]);
	check(flat_bytes_kb(s, n));
	pressure_parse(s, n, &p);
	if (isinf(p.some_s) || p.some_s < 0 || p.full_s < 0 || p.some_avg10_pct < 0)
		abort();
	if (fd_kind_of(s, n) >= FD_KINDS)
		abort();
}

static void groups(const char *s, size_t n)
{
	static struct cgroup_names names;
	static struct cgroup_mount m;
	const char *rest;

	cgroup_names_parse(s, n, &names);
	if (strlen(names.memory) >= CGROUP_PATH || (names.memory[0] && names.memory[0] != '/'))
		abort();
	if (!cgroup_mount_parse(s, n, &m))
		return;
	if ((m.version != 1 && m.version != 2) || m.root[0] != '/' || m.point[0] != '/')
		abort();
	rest = cgroup_below(m.root, m.point);
	if (rest && (strcmp(rest, "/..") == 0 || strncmp(rest, "/../", 4) == 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct numa_sum sum = { { 0 }, { 0 } };
	char *s = malloc(size ? size : 1); /* exactly as long: an overrun is seen */

	if (!s)
		return 0;
	memcpy(s, data, size);
	numbers(s, size);
	groups(s, size);
	numa_line_add(s, size, &sum);
	for (size_t i = 0; i < NUMA_NODES; i++)
		if (!(sum.anon_kb[i] >= 0 && sum.file_kb[i] >= 0))
			abort();
	if (numa_list_count(s, size) > size * 4097)
		abort();
	free(s);
	return 0;
}
