/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What surrounds a target: each site sampler on a recorded tree with exact values, lists, counters, what is missing and what moves. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "samplers/sampler.h"
#include "tests/check.h"
#include "tests/samplers/count_malloc.h"
#include "tests/samplers/fake_proc.h"
#include "tests/samplers/site.h"

struct expected {
	const char *name;
	double v;
};

static void expect_all(const struct site *s, const struct expected *e, size_t n)
{
	assert_int_equal(s->fault.code[0], SK_OK);
	for (size_t i = 0; i < n; i++)
		if (isnan(e[i].v) != isnan(value(s, e[i].name)) || fabs(value(s, e[i].name) - e[i].v) > 1e-9)
			fail_msg("%s is %g, not %g", e[i].name, value(s, e[i].name), e[i].v);
}

static const struct expected group[] = { { "cgroup_kb", 172032 },     { "cgroup_peak_kb", 204800 },  { "cgroup_anon_kb", 102400 },
					 { "cgroup_file_kb", 51200 }, { "cgroup_mapped_kb", 20480 }, { "cgroup_shmem_kb", 8192 },
					 { "cgroup_swap_kb", 4096 },  { "cgroup_oom_kills", 0 },     { "cgroup_limit_hits", 0 } };
#define GROUP (sizeof(group) / sizeof(*group))

static void groups_of_both_versions(void **state)
{
	static const struct expected v1[] = { { "cgroup_limit_kb", 524288 },
					      { "cgroup_kernel_kb", 2048 },
					      { "cgroup_slab_kb", NAN },
					      { "cgroup_sock_kb", NAN },
					      { "cgroup_high_hits", NAN } };
	static const struct expected v2[] = { { "cgroup_limit_kb", 921600 },
					      { "cgroup_kernel_kb", 6144 },
					      { "cgroup_slab_kb", 4096 },
					      { "cgroup_sock_kb", 128 },
					      { "cgroup_high_hits", 0 } };
	static const char *const like_v1[] = { "v1", "hybrid", "container" };
	struct site s;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char root[64];

		snprintf(root, sizeof(root), TREE "%s/proc", like_v1[i]);
		site_open(&s, root, 42, "cgroup");
		site_read(&s);
		expect_all(&s, group, GROUP);
		expect_all(&s, v1, 5);
		site_close(&s);
	}
	site_open(&s, TREE "v2/proc", 42, "cgroup");
	site_read(&s);
	expect_all(&s, group, GROUP);
	expect_all(&s, v2, 5);
	s.pid = 45; /* another root, in the root group, which has no files: no value, and no fault */
	site_read(&s);
	assert_int_equal(s.fault.code[0], SK_OK);
	for (size_t i = 0; i < s.set.n_metric; i++)
		assert_true(s.set.metric[i]->kind == METRIC_COUNTER || isnan(s.row[i]));
	site_close(&s);
	site_open(&s, TREE "namespace/proc", 43, "cgroup");
	site_read(&s);
	assert_int_equal(s.fault.code[0], SK_ENOTFOUND);
	assert_non_null(strstr(s.fault.err[0].msg, "outside of what is mounted here"));
	site_close(&s);
}

static void pressure_of_both(void **state)
{
	static const struct expected first[] = { { "psi_memory_some_s", 0 },
						 { "psi_memory_full_s", 0 },
						 { "psi_memory_avg10_pct", 0.4 },
						 { "psi_io_some_s", 0 },
						 { "psi_io_full_s", 0 },
						 { "psi_cpu_some_s", 0 },
						 { "cgroup_psi_memory_some_s", 0 },
						 { "cgroup_psi_memory_full_s", 0 },
						 { "cgroup_psi_memory_avg10_pct", 12.5 } };
	struct site s;

	(void)state;
	site_open(&s, TREE "v2/proc", 42, "pressure");
	site_read(&s);
	expect_all(&s, first, 9);
	/* counters as the kernel has them, before they are counted from the start of the run */
	assert_double_equal(s.set.last[0], 4, 0);
	assert_double_equal(s.set.last[3], 90.847257, 1e-12);
	assert_double_equal(s.set.last[6], 2.5, 0);
	site_close(&s);
	site_open(&s, TREE "hybrid/proc", 42, "pressure"); /* no /proc/pressure here, but the group's */
	site_read(&s);
	assert_int_equal(s.fault.code[0], SK_EIO);
	assert_non_null(strstr(s.fault.err[0].msg, "psi=1"));
	assert_true(isnan(value(&s, "psi_memory_avg10_pct")));
	assert_double_equal(value(&s, "cgroup_psi_memory_avg10_pct"), 12.5, 0);
	site_close(&s);
}

static void the_machine(void **state)
{
	static const struct expected memory[] = { { "system_available_kb", 23075452 }, { "system_free_kb", 22418088 },
						  { "system_cached_kb", 692724 },      { "system_shmem_kb", 19460 },
						  { "system_slab_kb", 306740 },        { "system_swap_used_kb", 48576 } };
	double page_kb = (double)sysconf(_SC_PAGESIZE) / 1024;
	struct site s;

	(void)state;
	site_open(&s, TREE "v2/proc", 42, "system");
	site_read(&s);
	expect_all(&s, memory, 6);
	site_close(&s);
	site_open(&s, TREE "v2/proc", 42, "vmstat");
	site_read(&s);
	assert_double_equal(s.set.last[0], 2, 0);
	assert_double_equal(s.set.last[1], 10 * page_kb, 0);
	assert_double_equal(s.set.last[2], 20 * page_kb, 0);
	site_close(&s);
	site_open(&s, TREE "v1/proc", 42, "system");
	site_read(&s);
	assert_int_equal(s.fault.code[0], SK_EIO);
	assert_true(isnan(s.row[0]));
	site_close(&s);
}

/* The number with which the file of a recording begins, or that follows `word`. */
static double number_in(const char *root, const char *name, const char *word)
{
	char path[128], text[8192];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	f = fopen(path, "r");
	assert_non_null(f);
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	const char *at = strstr(text, word);

	assert_non_null(at);
	return strtod(&at[strlen(word)], NULL);
}

/* Five kernels, as they are: what each of them has is read, and what it lacks is no value. */
static void recorded_kernels(void **state)
{
	static const struct {
		const char *root;
		pid_t pid;
		bool v2, peak, kernel, psi;
	} all[] = {
		{ "tests/fixtures/kernels/4.19", 87, false, true, true, false },
		{ "tests/fixtures/kernels/5.10", 87, true, false, false, true },
		{ "tests/fixtures/kernels/6.1", 97, true, true, true, true },
		{ "tests/fixtures/kernels/6.12", 147, true, true, true, true },
		{ "tests/fixtures/kernels/6.18", 13875, false, true, true, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		const char *root = all[i].root,
			   *usage = all[i].v2 ? "cgroup/soak/memory.current" : "cgroup/memory/soak/memory.usage_in_bytes";
		const char *stat = all[i].v2 ? "cgroup/soak/memory.stat" : "cgroup/memory/soak/memory.stat";
		struct site s;

		site_open(&s, root, all[i].pid, "cgroup,system,vmstat,pressure");
		site_read(&s);
		assert_int_equal(s.fault.code[0], SK_OK);
		assert_double_equal(value(&s, "cgroup_kb"), number_in(root, usage, "") / 1024, 0);
		assert_double_equal(value(&s, "cgroup_limit_kb"), 131072, 0);
		assert_double_equal(value(&s, "cgroup_anon_kb"), number_in(root, stat, all[i].v2 ? "anon " : "total_rss ") / 1024,
				    0);
		assert_double_equal(value(&s, "cgroup_shmem_kb"),
				    number_in(root, stat, all[i].v2 ? "\nshmem " : "total_shmem ") / 1024, 0);
		assert_true(!isnan(value(&s, "cgroup_peak_kb")) == all[i].peak);
		assert_true(!isnan(value(&s, "cgroup_kernel_kb")) == all[i].kernel);
		assert_true(!isnan(value(&s, "cgroup_slab_kb")) == all[i].v2);
		assert_double_equal(value(&s, "cgroup_oom_kills"), 0, 0);
		assert_true(!isnan(value(&s, "psi_memory_some_s")) == all[i].psi);
		assert_true(!isnan(value(&s, "cgroup_psi_memory_some_s")) == all[i].psi);
		for (size_t k = 1; k < 3 && i > 0; k++) { /* the machine's memory, which 4.19 is recorded without */
			assert_int_equal(s.fault.code[k], SK_OK);
			for (size_t m = 0; m < s.set.s[k]->n_metric; m++)
				assert_true(!isnan(s.row[s.set.first[k] + m]));
		}
		site_close(&s);
	}
}

/* ---- what a test writes ------------------------------------------------------------------------------------------------ */

#define FAKE_MOUNTS "35 31 0:32 / /cg rw - cgroup cgroup rw,memory\n41 31 0:38 / /u rw - cgroup2 cgroup2 rw\n"

/* The root of a tree with process 42 in version 1's group /a, and /b beside it. */
static void make_groups(struct fake_proc *f)
{
	fake_make(f);
	fake_dir(f, "proc");
	fake_dir(f, "proc/42");
	fake_dir(f, "proc/self");
	fake_dir(f, "proc/pressure");
	fake_dir(f, "cg");
	fake_dir(f, "cg/a");
	fake_dir(f, "cg/b");
	fake_file(f, "proc/self/mountinfo", FAKE_MOUNTS, 0644);
	fake_file(f, "proc/42/cgroup", "4:memory:/a\n", 0644);
	fake_file(f, "cg/a/memory.usage_in_bytes", "1024\n", 0644);
	fake_file(f, "cg/a/memory.failcnt", "5\n", 0644);
	fake_file(f, "cg/b/memory.usage_in_bytes", "2048\n", 0644);
	fake_file(f, "cg/b/memory.failcnt", "100\n", 0644);
}

static void counters_count_from_the_start(void **state)
{
	struct fake_proc f;
	struct site s;
	double resumed[SITE_METRICS_MAX];
	char proc[80];

	(void)state;
	make_groups(&f);
	snprintf(proc, sizeof(proc), "%s/proc", f.root);
	site_open(&s, proc, 42, "cgroup");
	site_read(&s);
	assert_double_equal(value(&s, "cgroup_limit_hits"), 0, 0);
	fake_file(&f, "cg/a/memory.failcnt", "9\n", 0644);
	s.env.epoch = false;
	site_read(&s);
	assert_double_equal(value(&s, "cgroup_limit_hits"), 4, 0);
	fake_file(&f, "cg/a/memory.failcnt", "x\n", 0644); /* a row without it keeps what it had */
	site_read(&s);
	assert_double_equal(value(&s, "cgroup_limit_hits"), 4, 0);
	fake_file(&f, "cg/a/memory.failcnt", "11\n", 0644);
	site_read(&s);
	assert_double_equal(value(&s, "cgroup_limit_hits"), 6, 0);
	/* it moves: another group's past is not its own, seen at the next epoch */
	fake_file(&f, "proc/42/cgroup", "4:memory:/b\n", 0644);
	site_read(&s);
	assert_double_equal(value(&s, "cgroup_kb"), 1, 0);
	s.env.epoch = true;
	site_read(&s);
	assert_double_equal(value(&s, "cgroup_kb"), 2, 0);
	assert_double_equal(value(&s, "cgroup_limit_hits"), 6, 0);
	fake_file(&f, "cg/b/memory.failcnt", "101\n", 0644);
	site_read(&s);
	assert_double_equal(value(&s, "cgroup_limit_hits"), 7, 0);
	assert_true(isnan(value(&s, "cgroup_oom_kills"))); /* never given */
	site_close(&s);
	/* a resumed run goes on from what the interrupted one had */
	site_open(&s, proc, 42, "cgroup");
	for (size_t i = 0; i < s.set.n_metric; i++)
		resumed[i] = strcmp(s.set.metric[i]->name, "cgroup_limit_hits") == 0 ? 7 : (double)NAN;
	site_set_resume(&s.set, resumed);
	site_read(&s);
	assert_double_equal(value(&s, "cgroup_limit_hits"), 7, 0);
	assert_true(isnan(value(&s, "cgroup_oom_kills")));
	site_close(&s);
	fake_remove(&f);
}

static void lists(void **state)
{
	struct sampler_set set;
	struct site_set site;
	struct sk_err err = { 0 };

	(void)state;
	assert_int_equal(site_set_init(&site, NULL, false, NULL), SK_OK);
	assert_int_equal(site.n, 4);
	assert_string_equal(site.s[0]->name, "cgroup");
	assert_string_equal(site.s[3]->name, "fd_kinds");
	site_set_release(&site);
	assert_int_equal(site_set_init(&site, "fast", false, NULL), SK_OK);
	assert_int_equal(site.n, 0);
	site_set_release(&site);
	assert_int_equal(site_set_init(&site, "fast,disk,default", true, NULL), SK_OK);
	assert_int_equal(site.n, 5);
	site_set_release(&site);
	/* each kind passes over the other's names; neither an unknown one */
	assert_int_equal(sampler_set_init(&set, "cgroup,statm,pressure", NULL), SK_OK);
	assert_int_equal(set.n, 1);
	assert_int_equal(sampler_set_init(&set, "cgroup", &err), SK_EUSAGE);
	assert_non_null(strstr(err.msg, "none that reads processes"));
	assert_int_equal(sampler_set_init(&set, "cgroups", &err), SK_EUSAGE);
	assert_non_null(strstr(err.msg, "fd_kinds"));
	assert_int_equal(site_set_init(&site, "statm,disk", false, NULL), SK_OK);
	assert_int_equal(site_set_open(&site, &(struct site_env){ 0 }, &err), SK_EUSAGE);
	assert_non_null(strstr(err.msg, "--disk"));
	site_set_release(&site);
}

static void every_metric_is_one(void **state)
{
	struct sampler_set set;
	struct site_set site;

	(void)state;
	assert_int_equal(sampler_set_init(&set, "default,statm,io", NULL), SK_OK);
	assert_int_equal(site_set_init(&site, "default,vmstat,disk", true, NULL), SK_OK);
	for (size_t i = 0; i < site.n_metric; i++) {
		const struct metric *m = site.metric[i];

		assert_int_equal(sampler_set_find(&set, m->name), -1);
		assert_int_equal(metric_find(m, 1, m->name), 0);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(site.metric[k]->name, m->name);
		assert_true(*m->unit && *m->label && *m->help);
		if (strcmp(m->unit, "KiB") == 0)
			assert_string_equal(m->name + strlen(m->name) - 3, "_kb");
	}
	site_set_release(&site);
}

/* ---- a day ------------------------------------------------------------------------------------------------------------- */

static void a_row_allocates_nothing(void **state)
{
	int counting = count_begin();
	unsigned long before;
	struct site s;

	(void)state;
	site_open(&s, TREE "v2/proc", 42, "default,vmstat");
	site_read(&s);
	before = mallocs;
	for (int i = 0; i < 100; i++) {
		s.env.epoch = i % 10 == 0;
		site_read(&s);
	}
	assert_int_equal(mallocs - before, 0);
	site_close(&s);
	if (!counting)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_of_both_versions),
		cmocka_unit_test(pressure_of_both),
		cmocka_unit_test(the_machine),
		cmocka_unit_test(recorded_kernels),
		cmocka_unit_test(counters_count_from_the_start),
		cmocka_unit_test(lists),
		cmocka_unit_test(every_metric_is_one),

		cmocka_unit_test(a_row_allocates_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
