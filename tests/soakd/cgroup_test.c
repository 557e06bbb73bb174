/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limit of a group, as five kernels write it (tests/fixtures/kernels). */
#include "soakd/cgroup.h"

#include <stdio.h>

#include "tests/check.h"

static const struct kernel {
	const char *root;
	pid_t pid; /* of a process in the group */
} kernels[] = {
	{ "tests/fixtures/kernels/4.19", 87 },  { "tests/fixtures/kernels/5.10", 87 },    { "tests/fixtures/kernels/6.1", 97 },
	{ "tests/fixtures/kernels/6.12", 147 }, { "tests/fixtures/kernels/6.18", 13875 },
};

/* 128 MiB in version 1 and 2 alike; nobody limits the kernel's own threads. */
static void limit_of_the_group(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kernels) / sizeof(*kernels); i++) {
		struct procfs fs;
		char mount[128];

		assert_int_equal(procfs_open(&fs, kernels[i].root, NULL), SK_OK);
		snprintf(mount, sizeof(mount), "%s/cgroup", kernels[i].root);
		assert_double_equal(cgroup_limit_kb(&fs, kernels[i].pid, mount), 131072, 0);
		assert_double_equal(cgroup_limit_kb(&fs, 3, mount), NAN, 0);
		assert_double_equal(cgroup_limit_kb(&fs, 4, mount), NAN, 0); /* there is no process 4 */
		procfs_close(&fs);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limit_of_the_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
