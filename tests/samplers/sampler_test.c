/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The readers and the set over recorded processes; the expected figures are those of the recorded files, read by eye. */
#include "samplers/sampler.h"

#include "base/columns.h"
#include "samplers/smaps.h"
#include "tests/samplers/fake_proc.h"

#define PROC "tests/fixtures/proc/"

static struct procfs fs;
static struct sampler_set set;
static double row[SAMPLER_METRICS_MAX];
static struct sampler_cost cost;
static struct sampler_fault fault;

static enum sk_code read_all(const char *root, const char *list, pid_t pid)
{
	enum sk_code rc;

	assert_int_equal(sampler_set_init(&set, list, NULL), SK_OK);
	assert_int_equal(procfs_open(&fs, root, NULL), SK_OK);
	rc = sampler_set_read(&set, &fs, pid, TIER_TICK | TIER_BUDGET | TIER_EPOCH, row, &cost, &fault);
	procfs_close(&fs);
	return rc;
}

static double value(const char *metric)
{
	int at = sampler_set_find(&set, metric);

	assert_true(at >= 0);
	return row[at];
}

static enum sk_code code_of(const char *sampler, const char **msg)
{
	for (size_t i = 0; i < set.n; i++)
		if (strcmp(set.s[i]->name, sampler) == 0) {
			*msg = fault.err[i].msg;
			return fault.code[i];
		}
	fail_msg("%s is not in the set", sampler);
	return SK_OK;
}

static void expect(const char *sampler, enum sk_code code, const char *word)
{
	const char *msg;

	assert_int_equal(code_of(sampler, &msg), code);
	if (word && !strstr(msg, word))
		fail_msg("\"%s\" does not say \"%s\"", msg, word);
}

static void lists(void **state)
{
	struct sk_err err = { 0 };

	(void)state;
	assert_int_equal(sampler_set_init(&set, NULL, &err), SK_OK);
	assert_int_equal(set.n, 5);
	assert_string_equal(set.s[0]->name, "status");
	assert_string_equal(set.s[4]->name, "smaps");
	assert_int_equal(sampler_set_find(&set, "no_such_kb"), -1);
	assert_int_equal(sampler_set_init(&set, "fast", &err), SK_OK);
	assert_int_equal(set.n, 1);
	assert_int_equal(set.n_metric, 2);
	assert_int_equal(sampler_set_init(&set, "smaps,status,default,smaps", &err), SK_OK);
	assert_int_equal(set.n, 5);
	assert_string_equal(set.metric[0]->name, "heap_kb"); /* the list's order is the row's */

	static const char *const bad[] = { "", "status,", ",status", "statu", "status ", "status,,stat", "Status" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(sampler_set_init(&set, bad[i], &err), SK_EUSAGE);
		assert_non_null(strstr(err.msg, "smaps_rollup, smaps, cgroup, pressure, system, vmstat, fd_kinds, disk, default, fast")); /* the known ones */
	}
	assert_int_equal(err.sys, 0);
}

/* rss_kb of two samplers is one column, the first one's. */
static void a_metric_of_two_is_one_column(void **state)
{
	(void)state;
	assert_int_equal(sampler_set_init(&set, "statm,status", NULL), SK_OK);
	assert_int_equal(set.n_metric, set.s[0]->n_metric + set.s[1]->n_metric - 2);
	assert_int_equal(set.from[sampler_set_find(&set, "rss_kb")], 0);
	assert_int_equal(set.from[sampler_set_find(&set, "anon_kb")], 1);
	assert_int_equal(set.slot[1][0], -1);
}

/* One metric, one meaning: the words of the CSV's tables are the words of the samplers. */
static void metrics_agree_with_the_columns(void **state)
{
	int fixed = 0;

	(void)state;
	for (size_t i = 0; samplers[i]; i++) {
		assert_true(samplers[i]->n_metric <= SAMPLER_METRICS_MAX);
		for (size_t j = 0; j < samplers[i]->n_metric; j++) {
			const struct metric *m = &samplers[i]->metric[j];
			int at = metric_find(samples_columns, n_samples_columns, m->name);

			assert_true(m->label && m->help);
			if (at < 0)
				continue;
			fixed++;
			assert_string_equal(m->unit, samples_columns[at].unit);
			assert_int_equal(m->kind, samples_columns[at].kind);
			assert_string_equal(m->label, samples_columns[at].label);
		}
	}
	assert_int_equal(fixed, 20); /* 18 different ones, rss_kb and vsz_kb twice */
}

static void a_backend(void **state)
{
	static const struct {
		const char *metric;
		double v;
	} want[] = {
		{ "rss_kb", 22284 },      { "vsz_kb", 100856 },  { "anon_kb", 6224 },      { "file_kb", 8624 },
		{ "rss_shmem_kb", 7436 }, { "swap_kb", 0 },      { "pagetables_kb", 152 }, { "threads", 1 },
		{ "minor_faults", 2802 }, { "major_faults", 1 }, { "cpu_s", 0.04 },        { "fds", 73 },
		{ "pss_kb", 12174 },      { "uss_kb", 9056 },    { "shmem_kb", 5287 },     { "anon_exact_kb", 6224 },
		{ "heap_kb", 4480 },      { "stack_kb", 36 },    { "hugetlb_kb", 0 },
	};

	(void)state;
	assert_int_equal(read_all(PROC "postgres/0002", NULL, 20066), SK_OK);
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++)
		assert_double_equal(value(want[i].metric), want[i].v, 1e-9);
	assert_int_equal(set.n_metric, sizeof(want) / sizeof(*want));
	for (size_t i = 0; i < set.n; i++) {
		assert_int_equal(fault.code[i], SK_OK);
		assert_true(cost.s[i] >= 0 && cost.s[i] < 60);
	}
}

/* threads.c says what it takes: 3 x 1000 blocks of 1000 bytes, 2 MiB, 1 MiB shared and 256 KiB of memfd, 64 KiB of code. */
static void a_program_with_known_mappings(void **state)
{
	struct smaps_parser *p = smaps_parser_new();
	struct smaps_summary sum;

	(void)state;
	assert_non_null(p);
	assert_int_equal(read_all(PROC "threads/0001", "smaps", 22726), SK_OK);
	assert_double_equal(value("heap_kb"), 4 + 2964 + 2064, 0);
	assert_double_equal(value("stack_kb"), 12 + 120, 0);
	assert_int_equal(procfs_open(&fs, PROC "threads/0001", NULL), SK_OK);
	assert_int_equal(smaps_read(p, &fs, 22726, &sum, NULL, NULL), SK_OK);
	assert_int_equal(sum.by_class[MAP_ARENA].mappings, 3);
	assert_double_equal(sum.by_class[MAP_ARENA].rss_kb, 3 * 988, 0);
	assert_int_equal(sum.by_class[MAP_THREAD_STACK].mappings, 3);
	assert_double_equal(sum.by_class[MAP_THREAD_STACK].size_kb, 3 * 8192, 0);
	assert_double_equal(sum.by_class[MAP_SHMEM].rss_kb, 1024 + 256, 0);
	assert_double_equal(sum.by_class[MAP_ANON_JIT].rss_kb, 64, 0);
	assert_double_equal(sum.by_class[MAP_ANON].rss_kb, 2064, 0);
	assert_int_equal(sum.by_class[MAP_GUARD].mappings, 6);
	assert_int_equal(sum.by_class[MAP_FILE_BSS].mappings, 1);
	procfs_close(&fs);
	smaps_parser_free(p);
}

/* jemalloc has no [heap]: who looks for that line finds no heap in redis. */
static void redis_has_a_heap(void **state)
{
	(void)state;
	assert_int_equal(read_all(PROC "redis/0001", NULL, 24921), SK_OK);
	assert_double_equal(value("heap_kb"), 3396, 0);
	assert_double_equal(value("stack_kb"), 24 + 36, 0);
}

static void has_no_memory(const char *root, pid_t pid, const char *list)
{
	static const char *const gauges[] = { "rss_kb", "vsz_kb",   "anon_kb", "swap_kb", "pss_kb",
					      "uss_kb", "shmem_kb", "heap_kb", "stack_kb" };

	assert_int_equal(read_all(root, list, pid), SK_OK);
	for (size_t i = 0; i < sizeof(gauges) / sizeof(*gauges); i++)
		if (sampler_set_find(&set, gauges[i]) >= 0)
			assert_double_equal(value(gauges[i]), 0, 0);
	for (size_t i = 0; i < set.n; i++)
		assert_int_equal(fault.code[i], SK_OK);
}

static void a_zombie_and_a_kernel_thread_have_none(void **state)
{
	(void)state;
	has_no_memory(PROC "odd/0001", 22731, NULL);
	assert_double_equal(value("threads"), 1, 0);
	assert_double_equal(value("minor_faults"), 16, 0);
	has_no_memory(PROC "odd/0001", 22731, "fast");
	has_no_memory(PROC "odd/0001", 14, NULL);
	assert_double_equal(value("cpu_s"), 0.14, 1e-9);
	has_no_memory(PROC "odd/0001", 14, "fast");
}

/* A live one: the kernel answers ESRCH where a recorded tree has an empty file. */
static void a_zombie_of_this_kernel(void **state)
{
	pid_t pid = fork();
	siginfo_t info;

	(void)state;
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	has_no_memory("/proc", pid, "default,statm");
	assert_double_equal(value("fds"), 0, 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(read_all("/proc", NULL, pid), SK_EGONE);
}

/* Its files look like a zombie's. Its memory is there, and no file of the main thread has it. */
static void a_dead_main_thread_is_unknown(void **state)
{
	(void)state;
	assert_int_equal(read_all(PROC "odd/0001", "default,statm", 22735), SK_OK);
	assert_double_equal(value("rss_kb"), NAN, 0);
	assert_double_equal(value("anon_kb"), NAN, 0);
	assert_double_equal(value("pss_kb"), NAN, 0);
	assert_double_equal(value("heap_kb"), NAN, 0);
	assert_double_equal(value("minor_faults"), 34, 0);
	expect("status", SK_EIO, "main thread of process 22735 has exited");
	expect("statm", SK_EIO, "main thread");
	expect("smaps_rollup", SK_EIO, "main thread");
	expect("smaps", SK_EIO, "main thread");
	expect("stat", SK_OK, NULL);
}

static void a_name_made_to_break_parsers(void **state)
{
	(void)state;
	assert_int_equal(read_all(PROC "odd/0001", NULL, 22732), SK_OK);
	assert_double_equal(value("rss_kb"), 548, 0);
	assert_double_equal(value("minor_faults"), 19, 0);
	assert_double_equal(value("anon_kb"), 88, 0);
}

static void only_the_tiers_asked_for(void **state)
{
	(void)state;
	assert_int_equal(sampler_set_init(&set, NULL, NULL), SK_OK);
	assert_int_equal(procfs_open(&fs, PROC "postgres/0002", NULL), SK_OK);
	assert_int_equal(sampler_set_read(&set, &fs, 20066, TIER_BUDGET, row, &cost, &fault), SK_OK);
	procfs_close(&fs);
	for (size_t k = 0; k < set.n_metric; k++)
		assert_int_equal(isnan(row[k]), set.s[set.from[k]]->tier != TIER_BUDGET);
	for (size_t i = 0; i < set.n; i++)
		assert_int_equal(isnan(cost.s[i]), set.s[i]->tier != TIER_BUDGET);
}

static void gone_before_the_first(void **state)
{
	(void)state;
	assert_int_equal(read_all(PROC "postgres/0002", NULL, 20065), SK_EGONE);
	for (size_t k = 0; k < set.n_metric; k++)
		assert_double_equal(row[k], NAN, 0);
	for (size_t i = 0; i < set.n; i++)
		assert_int_equal(fault.code[i], SK_EGONE);
	/* and without anybody who wants to know more */
	assert_int_equal(procfs_open(&fs, PROC "postgres/0002", NULL), SK_OK);
	assert_int_equal(sampler_set_read(&set, &fs, 20065, TIER_TICK, row, NULL, NULL), SK_EGONE);
	procfs_close(&fs);
}

/* An old kernel without smaps_rollup, and files that are cut short: nothing of them is in the row, the others are. */
static void absent_and_torn_files(void **state)
{
	struct fake_proc f;

	(void)state;
	fake_make(&f);
	fake_file(&f, "42/stat", ALIVE_STAT, 0644);
	fake_file(&f, "42/status", "Name:\ta\nVmSize:\t 500 kB\nVmRSS:\t 30", 0644);
	fake_file(&f, "42/statm", "586 278 256 1 0 56 0\n", 0644);
	fake_file(&f, "42/smaps", "7f0000000000-7f0000200000 rw-p 00000000 00:00 0\nSize: 4 kB\nRss: 4 kB\n", 0644);
	assert_int_equal(read_all(f.root, NULL, 42), SK_OK);
	assert_double_equal(value("vsz_kb"), 500, 0);
	assert_double_equal(value("rss_kb"), NAN, 0);
	assert_double_equal(value("cpu_s"), 2, 0);
	expect("smaps_rollup", SK_EIO, "/42/smaps_rollup");
	expect("fds", SK_EIO, "/42/fd");
	expect("smaps", SK_EPARSE, "/42/smaps");
	assert_double_equal(value("heap_kb"), NAN, 0);
	/* empty files of a process that lives are no zombie's */
	fake_file(&f, "42/status", "", 0644);
	fake_file(&f, "42/smaps", "", 0644);
	fake_file(&f, "42/smaps_rollup", "", 0644);
	fake_file(&f, "42/statm", "586", 0644);
	assert_int_equal(read_all(f.root, "default,statm", 42), SK_OK);
	expect("status", SK_EIO, "shows no memory though the process runs");
	expect("smaps", SK_EIO, "shows no memory");
	expect("smaps_rollup", SK_EIO, "shows no memory");
	expect("statm", SK_EIO, "not in its format");
	fake_file(&f, "42/stat", "42 (a", 0644);
	assert_int_equal(read_all(f.root, NULL, 42), SK_OK);
	expect("stat", SK_EIO, "not in its format");
	expect("status", SK_EIO, "not in its format");
	fake_remove(&f);
}

/* The kernel cuts smaps short without an error when the process exits: an empty statm afterwards tells. */
static void smaps_of_one_that_exits_meanwhile(void **state)
{
	struct fake_proc f;

	(void)state;
	fake_make(&f);
	fake_file(&f, "42/stat", ALIVE_STAT, 0644);
	fake_file(&f, "42/statm", "0 0 0 0 0 0 0\n", 0644);
	fake_file(&f, "42/smaps", "7f0000000000-7f0000200000 rw-p 00000000 00:00 0\nSize: 4 kB\nRss: 4 kB\n", 0644);
	assert_int_equal(read_all(f.root, "smaps", 42), SK_EGONE);
	assert_double_equal(value("heap_kb"), NAN, 0);
	fake_remove(&f);
}

static int denied(const struct fake_proc *f)
{
	static const char *const words[][4] = {
		{ "smaps_rollup", "/42/smaps_rollup", "CAP_SYS_PTRACE", "pss_kb" },
		{ "smaps", "/42/smaps", "CAP_SYS_PTRACE", "heap_kb" },
		{ "fds", "/42/fd", "CAP_DAC_READ_SEARCH", "fds" },
	};

	if (sampler_set_init(&set, NULL, NULL) != SK_OK || procfs_open(&fs, f->root, NULL) != SK_OK)
		return 1;
	if (sampler_set_read(&set, &fs, 42, TIER_TICK | TIER_BUDGET | TIER_EPOCH, row, NULL, &fault) != SK_OK)
		return 2;
	procfs_close(&fs);
	for (int w = 0; w < 3; w++) {
		const char *msg = "";

		if (code_of(words[w][0], &msg) != SK_EPERM)
			return 10 + w;
		for (int i = 1; i < 4; i++)
			if (!strstr(msg, words[w][i]))
				return 20 + 4 * w + i;
		if (!isnan(value(words[w][3])))
			return 40 + w;
	}
	return isnan(value("rss_kb")) || isnan(value("cpu_s")) ? 50 : 0;
}

static void no_rights(void **state)
{
	struct fake_proc f;

	(void)state;
	fake_make(&f);
	fake_file(&f, "42/stat", ALIVE_STAT, 0644);
	fake_file(&f, "42/status", "VmSize:\t 500 kB\nVmRSS:\t 300 kB\n", 0644);
	fake_file(&f, "42/smaps", "", 0);
	fake_file(&f, "42/smaps_rollup", "", 0);
	fake_dir(&f, "42/fd");
	assert_int_equal(chmod(f.path, 0), 0);
	as_nobody(&f, denied);
	fake_remove(&f);
}

static void own_cost(void **state)
{
	struct sk_err err = { 0 };
	struct self_cost c;

	(void)state;
	assert_int_equal(procfs_open(&fs, PROC "postgres/0002", NULL), SK_OK);
	assert_int_equal(self_cost_read(&fs, 20066, &c, NULL), SK_OK);
	assert_double_equal(c.cpu_s, 0.04, 1e-9);
	assert_double_equal(c.rss_kb, 22284, 0);
	assert_double_equal(c.anon_kb, 6224, 0);
	assert_int_equal(self_cost_read(&fs, 1, &c, NULL), SK_EGONE);
	assert_double_equal(c.rss_kb, NAN, 0);
	procfs_close(&fs);
	assert_int_equal(procfs_open(&fs, "/proc", &err), SK_OK);
	assert_int_equal(self_cost_read(&fs, 0, &c, NULL), SK_OK);
	assert_true(c.rss_kb > 0 && c.anon_kb > 0 && c.anon_kb <= c.rss_kb && c.cpu_s >= 0);
	procfs_close(&fs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(a_metric_of_two_is_one_column),
		cmocka_unit_test(metrics_agree_with_the_columns),
		cmocka_unit_test(a_backend),
		cmocka_unit_test(a_program_with_known_mappings),
		cmocka_unit_test(redis_has_a_heap),
		cmocka_unit_test(a_zombie_and_a_kernel_thread_have_none),
		cmocka_unit_test(a_zombie_of_this_kernel),
		cmocka_unit_test(a_dead_main_thread_is_unknown),
		cmocka_unit_test(a_name_made_to_break_parsers),
		cmocka_unit_test(only_the_tiers_asked_for),
		cmocka_unit_test(gone_before_the_first),
		cmocka_unit_test(absent_and_torn_files),
		cmocka_unit_test(smaps_of_one_that_exits_meanwhile),
		cmocka_unit_test(no_rights),
		cmocka_unit_test(own_cost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
