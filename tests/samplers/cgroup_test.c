/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the files of a control group are: both versions, hybrid mounts, containers; and the three forms of text in them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "samplers/cgroup.h"
#include "samplers/flat.h"
#include "tests/check.h"

#define ROOT "tests/fixtures/around/"

static struct cgroup_place place;
static struct sk_err err;

static enum sk_code find(const char *tree, pid_t pid)
{
	struct procfs fs;
	char root[128];
	enum sk_code rc;

	snprintf(root, sizeof(root), ROOT "%s/proc", tree);
	assert_int_equal(procfs_open(&fs, root, NULL), SK_OK);
	rc = cgroup_find(&fs, pid, &place, &err);
	procfs_close(&fs);
	return rc;
}

static void version_1(void **state)
{
	(void)state;
	assert_int_equal(find("v1", 42), SK_OK);
	assert_int_equal(place.version, 1);
	assert_string_equal(place.memory, ROOT "v1/sys/fs/cgroup/cpuset,memory/soak/a:b");
	assert_string_equal(place.unified, "");
	assert_double_equal(cgroup_place_limit_kb(&place), 524288, 0); /* the parent's */
}

static void version_2(void **state)
{
	(void)state;
	assert_int_equal(find("v2", 42), SK_OK);
	assert_int_equal(place.version, 2);
	assert_string_equal(place.memory, ROOT "v2/sys/fs/cgroup/system.slice/pg.service");
	assert_string_equal(place.unified, place.memory);
	assert_double_equal(cgroup_place_limit_kb(&place), 921600, 0); /* its own memory.high, below the slice's memory.max */
	assert_int_equal(find("v2", 45), SK_OK);
	assert_string_equal(place.memory, ROOT "v2/sys/fs/cgroup");
	assert_true(isnan(cgroup_place_limit_kb(&place)));
}

static void hybrid(void **state)
{
	(void)state;
	assert_int_equal(find("hybrid", 42), SK_OK);
	assert_int_equal(place.version, 1);
	assert_string_equal(place.memory, ROOT "hybrid/sys/fs/cgroup/memory/soak");
	assert_string_equal(place.unified, ROOT "hybrid/sys/fs/cgroup/unified/system.slice/pg.service");
	assert_double_equal(cgroup_place_limit_kb(&place), 524288, 0);
}

static void containers(void **state)
{
	(void)state;
	assert_int_equal(find("container", 42), SK_OK);
	assert_string_equal(place.memory, ROOT "container/sys/fs/cgroup/memory");
	assert_double_equal(cgroup_place_limit_kb(&place), 524288, 0);
	assert_int_equal(find("container", 43), SK_ENOTFOUND);
	assert_non_null(strstr(err.msg, "/docker/other"));
	assert_int_equal(find("namespace", 42), SK_OK);
	assert_string_equal(place.memory, ROOT "namespace/mnt/cgroup two/pg.service");
	assert_double_equal(cgroup_place_limit_kb(&place), 2097152, 0);
	assert_int_equal(find("namespace", 43), SK_ENOTFOUND);
	assert_int_equal(find("namespace", 44), SK_ENOTFOUND);
	assert_int_equal(find("namespace", 99), SK_EGONE);
}

/* 128 MiB in version 1 and 2 alike; nobody limits the kernel's own threads. */
static void as_five_kernels_have_it(void **state)
{
	static const struct {
		const char *root;
		pid_t pid; /* of a process in the group */
	} kernels[] = {
		{ "tests/fixtures/kernels/4.19", 87 },    { "tests/fixtures/kernels/5.10", 87 },
		{ "tests/fixtures/kernels/6.1", 97 },     { "tests/fixtures/kernels/6.12", 147 },
		{ "tests/fixtures/kernels/6.18", 13875 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(kernels) / sizeof(*kernels); i++) {
		struct procfs fs;

		assert_int_equal(procfs_open(&fs, kernels[i].root, NULL), SK_OK);
		assert_double_equal(cgroup_limit_kb(&fs, kernels[i].pid), 131072, 0);
		assert_double_equal(cgroup_limit_kb(&fs, 3), NAN, 0);
		assert_double_equal(cgroup_limit_kb(&fs, 4), NAN, 0); /* there is no process 4 */
		procfs_close(&fs);
	}
}

static void what_is_below(void **state)
{
	(void)state;
	assert_string_equal(cgroup_below("/", "/"), "");
	assert_string_equal(cgroup_below("/", "/a/b"), "/a/b");
	assert_string_equal(cgroup_below("/a", "/a"), "");
	assert_string_equal(cgroup_below("/a", "/a/b"), "/b");
	assert_null(cgroup_below("/a", "/ab"));
	assert_null(cgroup_below("/a/b", "/a"));
	assert_null(cgroup_below("/", "/.."));
	assert_null(cgroup_below("/", "/../b"));
	assert_string_equal(cgroup_below("/", "/..b"), "/..b");
	assert_string_equal(cgroup_below("/..", "/../b"), "/b");
	assert_null(cgroup_below("/..", "/../../b"));
	assert_null(cgroup_below("/..", "/b"));
}

static bool mount(const char *line, struct cgroup_mount *m)
{
	return cgroup_mount_parse(line, strlen(line), m);
}

static void mounts(void **state)
{
	struct cgroup_mount m;

	(void)state;
	assert_true(mount("35 31 0:32 /a\\040b /m\\134n rw shared:9 master:2 - cgroup x rw,cpuset,memory", &m));
	assert_int_equal(m.version, 1);
	assert_string_equal(m.root, "/a b");
	assert_string_equal(m.point, "/m\\n");
	assert_true(mount("35 31 0:32 / /u rw - cgroup2 none rw", &m));
	assert_int_equal(m.version, 2);
	assert_false(mount("35 31 0:32 / /u rw - cgroup cgroup rw,memory2", &m));
	assert_false(mount("35 31 0:32 / /u rw - cgroup cgroup", &m));
	assert_false(mount("35 31 0:32 / /u rw - tmpfs memory memory", &m));
	assert_false(mount("35 31 0:32 / /u rw shared:1", &m));
	assert_false(mount("35 31 0:32 memory memory rw - cgroup2 none rw", &m));
	assert_false(mount("", &m));
}

static void names(void **state)
{
	struct cgroup_names n;
	char line[2 * CGROUP_PATH];
	const char *text = "x\n4:memory:\n3:memory:relative\n0::/ok\n5:memory,cpu:/m:n\n0::/torn";

	(void)state;
	cgroup_names_parse(text, strlen(text), &n);
	assert_string_equal(n.memory, "/m:n");
	assert_string_equal(n.unified, "/ok");
	snprintf(line, sizeof(line), "0::/%0*d\n", CGROUP_PATH, 0); /* too long: none, and not another one */
	cgroup_names_parse(line, strlen(line), &n);
	assert_string_equal(n.unified, "");
}

static void flat_text(void **state)
{
	static const struct key key[] = { KEY("max"), KEY("oom_kill"), KEY("anon") };
	const char *text = "low 0\nmax 3\nmax 4\noom_kill x\nfile_anon 9\nanon 7";
	double v[3];

	(void)state;
	flat_values(text, strlen(text), key, 3, v);
	assert_double_equal(v[0], 3, 0);
	assert_true(isnan(v[1]));
	assert_true(isnan(v[2])); /* torn */
	assert_double_equal(flat_bytes_kb("2048\n", 5), 2, 0);
	assert_true(isnan(flat_bytes_kb("max\n", 4)));
	assert_true(isnan(flat_bytes_kb("9223372036854771712\n", 20)));
	assert_true(isnan(flat_bytes_kb("2048", 4)));
	assert_true(isnan(flat_bytes_kb("-1\n", 3)));
	assert_true(isnan(flat_bytes_kb("", 0)));
}

static void pressure_text(void **state)
{
	const char *text = "some avg10=12.50 avg60=1.00 avg300=0.00 total=2500000\nfull avg10=1.00 avg60=0 avg300=0 total=7\n";
	const char *odd = "some avg10=x avg60=1 total=99999999999999999999\nfull total=5";
	struct pressure p;

	(void)state;
	pressure_parse(text, strlen(text), &p);
	assert_double_equal(p.some_s, 2.5, 0);
	assert_double_equal(p.full_s, 7e-6, 1e-18);
	assert_double_equal(p.some_avg10_pct, 12.5, 0);
	pressure_parse(odd, strlen(odd), &p);
	assert_true(isnan(p.some_avg10_pct));
	assert_true(isnan(p.full_s));
	pressure_parse("", 0, &p);
	assert_true(isnan(p.some_s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_1),
		cmocka_unit_test(version_2),
		cmocka_unit_test(hybrid),
		cmocka_unit_test(containers),
		cmocka_unit_test(as_five_kernels_have_it),
		cmocka_unit_test(what_is_below),
		cmocka_unit_test(mounts),
		cmocka_unit_test(names),
		cmocka_unit_test(flat_text),
		cmocka_unit_test(pressure_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
