/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The whole row - refresh, every sampler, totals, lines, blocks - over real processes, by a fake clock: after warm-up it takes no
 * memory and no descriptor, by the default samplers and by the fast one. A detector that grows is not believed.
 */
#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "tests/soakd/fake_proc.h"

#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/run_json.h"
#include "soakd/session.h"
#include "tests/samplers/count_malloc.h"

#define CHILDREN 40
#define START    1795204800.0

static pid_t sleeper(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	return pid;
}

static size_t open_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(d);
	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* Lines in a file, and in the last row of it: the newest timestamp's. */
static size_t lines_of(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t n = 0;

	assert_non_null(f);
	for (int c; (c = fgetc(f)) != EOF;)
		n += c == '\n';
	fclose(f);
	return n;
}

static void rows(struct session *s, struct clock_fake *clock, int n)
{
	struct sk_err err = { 0 };

	for (int i = 0; i < n; i++) {
		clock_fake_advance(clock, 1);
		if (session_row(s, 0, &err) != SK_OK)
			fail_msg("%s", err.msg);
	}
}

static void run_with(const char *list, const char *pulse)
{
	char dir[] = "/tmp/soakd-alloc-XXXXXX", work[64], path[PATH_MAX], argv0[] = "soakd", *argv[] = { argv0, NULL };
	struct clock_fake clock = { START, INT64_C(5000000000000) };
	struct sk_clock ticks = clock_fake_make(&clock);
	struct run_options opt = { 0 };
	struct target_spec spec;
	struct target target;
	struct procfs fs;
	struct session s;
	struct sk_err err = { 0 };
	pid_t pid[CHILDREN];
	unsigned long before;
	size_t all;
	int counting = count_begin();

	assert_non_null(mkdtemp(dir));
	snprintf(work, sizeof(work), "%s/run", dir);
	assert_int_equal(opt_defaults(&cmd_run_options, &opt, &err), SK_OK);
	opt.target = sk_strdup("pid:1");
	free(opt.samplers);
	opt.samplers = sk_strdup(list);
	opt.interval_s = 1;
	opt.overhead_pct = 100; /* every tier in every row, and on a busy machine too */
	opt.allow_stall = true;
	assert_int_equal(run_options_settle(&opt, &err), SK_OK);
	assert_int_equal(procfs_open(&fs, "/proc", NULL), SK_OK);
	assert_int_equal(target_spec_parse("pid:1", &spec, NULL), SK_OK);
	assert_int_equal(target_init(&target, &spec, &fs, NULL), SK_OK);
	for (int i = 0; i < CHILDREN; i++)
		assert_int_equal(target_adopt(&target, pid[i] = sleeper(), NULL), SK_OK);
	json_t *run = run_json_new(1, argv, &opt, "pid:1", START);

	if (session_open(&s, &opt, &ticks, &fs, &target, run, work, false, &err) != SK_OK)
		fail_msg("%s", err.msg);
	assert_string_equal(target.pulse, pulse);
	assert_int_equal(session_begin(&s, &err), SK_OK);
	rows(&s, &clock, 2 * LOOK_S); /* full looks, the pulse alone, every tier */
	all = open_descriptors();
	before = mallocs;
	rows(&s, &clock, 3 * LOOK_S);
	if (counting)
		assert_int_equal(mallocs - before, 0);
	assert_int_equal(open_descriptors(), all);
	snprintf(path, sizeof(path), "%s/processes.csv", work);
	assert_int_equal(lines_of(path), 1 + 5 * LOOK_S * CHILDREN);
	snprintf(path, sizeof(path), "%s/samples.csv", work);
	assert_int_equal(lines_of(path), 1 + 5 * LOOK_S);

	/* one dies, unreaped, and then is reaped: its line ends with it, the others' go on */
	kill(pid[7], SIGKILL);
	assert_int_equal(waitpid(pid[7], NULL, 0), pid[7]);
	rows(&s, &clock, 1);
	snprintf(path, sizeof(path), "%s/processes.csv", work);
	assert_int_equal(lines_of(path), 1 + 5 * LOOK_S * CHILDREN + CHILDREN - 1);
	for (int i = 0; i < CHILDREN; i++)
		if (i != 7) {
			kill(pid[i], SIGKILL);
			waitpid(pid[i], NULL, 0);
		}
	session_release(&s);
	target_release(&target);
	procfs_close(&fs);
	json_decref(run);
	opt_release(&cmd_run_options, &opt);
	fake_rm(dir);
	if (!counting)
		skip();
}

static void fast(void **state)
{
	(void)state;
	run_with("fast", "statm");
}

static void by_default(void **state)
{
	(void)state;
	run_with("default", "stat");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(fast), cmocka_unit_test(by_default) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
