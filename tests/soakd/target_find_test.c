/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding a root: by name, number and pid file; and every sentence for when there is none, several, or it may not be read. */
#include <fcntl.h>
#include <time.h>

#include "tests/soakd/fake_proc.h"

static void find_fixture(const char *text, const char *tree)
{
	struct fake f;
	struct target t;

	fake_open(&f);
	assert_int_equal(procfs_set_root(&f.fs, "tests/fixtures/tree/debian", NULL), SK_OK);
	fake_target(&f, &t, text);
	assert_int_equal(target_find(&t, NULL), SK_OK);
	assert_string_equal(fake_tree(&f, &t), tree);
	assert_int_equal(t.state, TARGET_ALIVE);
	assert_int_equal(t.proc[0].pidfd, -1); /* the recorded have none */
	assert_string_equal(f.events, "");
	target_release(&t);
	fake_close(&f);
}

static void by_name(void **state)
{
	(void)state;
	find_fixture("postgres", "400*:postmaster 401:checkpointer 402:background writer 403:walwriter 404:autovacuum launcher "
				 "405:logical replication launcher 410:backend 411:backend 412:autovacuum worker");
	find_fixture("nginx", "500*:master 501:worker 502:worker");
	find_fixture("a (b) c", "600*:a (b) c 601:a (b) c");
}

static void by_pid(void **state)
{
	(void)state;
	find_fixture("pid:500", "500*:master 501:worker 502:worker");
	find_fixture("pid:410", "410*:backend"); /* one backend alone: its title says what it is */
}

static void owner_and_identity(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	fake_open(&f);
	assert_int_equal(procfs_set_root(&f.fs, "tests/fixtures/tree/debian", NULL), SK_OK);
	fake_target(&f, &t, "nginx");
	assert_int_equal(target_find(&t, NULL), SK_OK);
	assert_int_equal(t.proc[0].uid, 0);
	assert_int_equal(t.proc[1].uid, 33);
	assert_int_equal(t.proc[1].ppid, 500);
	assert_int_equal(t.proc[1].starttime, 1101);
	assert_false(t.proc[1].born);
	target_release(&t);
	fake_close(&f);
}

static void fails(struct fake *f, const char *text, enum sk_code code, const char *words)
{
	struct target t;
	struct sk_err err = { 0 };

	fake_sync(f);
	fake_target(f, &t, text);
	assert_int_equal(target_find(&t, &err), code);
	if (!strstr(err.msg, words))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, words);
	assert_int_equal(t.n, 0);
	assert_int_equal(target_refresh(&t, 1, NULL), SK_ENOTFOUND);
	target_release(&t);
}

static void several_roots(void **state)
{
	struct fake f;

	(void)state;
	fake_open(&f);
	fake_add(&f, 812, 1, 10, "postgres", "/usr/lib/postgresql/15/bin/postgres|-D|/a\nb");
	fake_add(&f, 813, 812, 10, "postgres", "postgres: checkpointer");
	fake_add(&f, 99, 1, 11, "postmaster", "postmaster|-D|/c");
	fails(&f, "postgres", SK_EMANY,
	      "2 processes are named postgres and none is the other's parent; pick one with --target pid:N: pid 99 (postmaster "
	      "-D /c), "
	      "pid 812 (/usr/lib/postgresql/15/bin/postgres -D /a?b)");
	for (pid_t pid = 900; pid < 910; pid++)
		fake_add(&f, pid, 1, 12, "postgres", NULL);
	fails(&f, "postgres", SK_EMANY, ", and 6 more");
	fake_close(&f);
}

/* Command lines are cut, so that one is no wall of text. */
static void several_long(void **state)
{
	char cmd[300];
	struct fake f;

	(void)state;
	memset(cmd, 'x', sizeof(cmd));
	cmd[sizeof(cmd) - 1] = '\0';
	fake_open(&f);
	fake_add(&f, 20, 1, 10, "srv", cmd);
	fake_add(&f, 21, 1, 10, "srv", "srv");
	char want[200];

	snprintf(want, sizeof(want), "pid 20 (%.100s), pid 21 (srv)", cmd);
	fails(&f, "srv", SK_EMANY, want);
	fake_close(&f);
}

static void nobody(void **state)
{
	struct fake f;

	(void)state;
	fake_open(&f);
	fake_add(&f, 20, 1, 10, "zed", NULL)->state = 'Z';
	fake_add(&f, FAKE_SELF, 1, 10, "soakd", NULL);
	fake_add(&f, 21, FAKE_SELF, 10, "soakd", NULL);
	fake_add(&f, 22, 21, 10, "soakd", NULL);
	fails(&f, "nosuch", SK_ENOTFOUND, "no process is named nosuch; is it running? soakd list targets");
	fails(&f, "zed", SK_ENOTFOUND, "no process is named zed");     /* a zombie is nobody */
	fails(&f, "soakd", SK_ENOTFOUND, "no process is named soakd"); /* ourselves, our helper and its child */
	fails(&f, "pid:20", SK_ENOTFOUND, "process 20 is not running");
	fails(&f, "pid:77", SK_ENOTFOUND, "process 77 is not running");
	fails(&f, "pid:999999", SK_EUSAGE, "this soakd itself");
	fake_close(&f);
}

/* Another soakd is a target like any other. */
static void another_soakd(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	fake_open(&f);
	fake_add(&f, FAKE_SELF, 1, 10, "soakd", NULL);
	fake_add(&f, 30, 1, 10, "soakd", NULL);
	fake_sync(&f);
	fake_target(&f, &t, "soakd");
	assert_int_equal(target_find(&t, NULL), SK_OK);
	assert_string_equal(fake_tree(&f, &t), "30*:soakd");
	target_release(&t);
	fake_close(&f);
}

/* The kernel keeps 15 bytes of a name; the rest is in exe, or in the command line. */
static void long_names(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	fake_open(&f);
	fake_add(&f, 30, 1, 10, "averylongservic", "/opt/averylongserviceA|-x");
	fake_add(&f, 31, 1, 10, "averylongservic", "python3|/opt/averylongserviceB");
	fake_add(&f, 32, 1, 10, "averylongservic", "renamed");
	fake_sync(&f);
	assert_int_equal(symlink("/opt/averylongserviceC (deleted)", fake_path(&f, "proc/32/exe")), 0);
	for (int i = 0; i < 3; i++) {
		char name[] = "averylongserviceA";

		name[strlen(name) - 1] = (char)('A' + i);
		fake_target(&f, &t, name);
		assert_int_equal(target_find(&t, NULL), SK_OK);
		assert_int_equal(t.proc[0].pid, 30 + i);
		target_release(&t);
	}
	fails(&f, "averylongserviceD", SK_ENOTFOUND, "no process is named averylongserviceD");
	fails(&f, "averylongservic", SK_EMANY, "3 processes");
	fake_close(&f);
}

/* ---- pid files --------------------------------------------------------------------------------------------------------- */

#define BTIME 1795000000

static void write_pidfile(struct fake *f, char *spec, size_t n, const char *text, time_t written)
{
	char path[512];
	struct timespec times[2] = { { written, 0 }, { written, 0 } };

	fake_write(fake_path(f, "proc/stat"), "cpu 1\nbtime 1795000000\n");
	snprintf(path, sizeof(path), "%s", fake_path(f, "a.pid"));
	fake_write(path, text);
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	snprintf(spec, n, "pidfile:%s", path);
}

static void pidfile(void **state)
{
	char spec[600];
	struct fake f;
	struct target t;
	long hz = sysconf(_SC_CLK_TCK);

	(void)state;
	fake_open(&f);
	fake_add(&f, 40, 1, (uint64_t)(1000 * hz), "srv", NULL);
	fake_sync(&f);
	write_pidfile(&f, spec, sizeof(spec), "40\n/data\n1795000000\n", BTIME + 1000);
	fake_target(&f, &t, spec);
	assert_int_equal(target_find(&t, NULL), SK_OK);
	assert_int_equal(t.proc[0].pid, 40);
	target_release(&t);

	/* two seconds are what whole ticks and a whole second of btime may add up to; three are a recycled number */
	write_pidfile(&f, spec, sizeof(spec), "  40 \r\n", BTIME + 998);
	fake_target(&f, &t, spec);
	assert_int_equal(target_find(&t, NULL), SK_OK);
	target_release(&t);
	write_pidfile(&f, spec, sizeof(spec), "40\n", BTIME + 997);
	fails(&f, spec, SK_ENOTFOUND, "is stale: process 40 started after the file was written");

	write_pidfile(&f, spec, sizeof(spec), "41\n", BTIME + 2000);
	fails(&f, spec, SK_ENOTFOUND, "is stale: process 41 is not running");
	write_pidfile(&f, spec, sizeof(spec), "", BTIME + 2000);
	fails(&f, spec, SK_ENOTFOUND, "no process id");
	write_pidfile(&f, spec, sizeof(spec), "-40\n", BTIME + 2000);
	fails(&f, spec, SK_ENOTFOUND, "no process id");
	fails(&f, "pidfile:/nonexistent/x.pid", SK_ENOTFOUND, "there is no pid file /nonexistent/x.pid");
	snprintf(spec, sizeof(spec), "pidfile:%s", f.dir);
	fails(&f, spec, SK_EIO, "Is a directory");
	fake_close(&f);
}

/* Root reads everything: become nobody for it, if we can. */
static void unreadable_pidfile(void **state)
{
	char spec[600];
	bool root = geteuid() == 0;
	struct fake f;

	(void)state;
	fake_open(&f);
	fake_sync(&f);
	assert_int_equal(chmod(f.dir, 0755), 0);
	write_pidfile(&f, spec, sizeof(spec), "40\n", BTIME);
	assert_int_equal(chmod(fake_path(&f, "a.pid"), 0), 0);
	if (root)
		assert_int_equal(seteuid(65534), 0);
	struct target t;
	struct sk_err err = { 0 };

	fake_target(&f, &t, spec);
	enum sk_code rc = target_find(&t, &err);

	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(rc, SK_EPERM);
	assert_non_null(strstr(err.msg, "may not be read"));
	target_release(&t);
	fake_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_name),
		cmocka_unit_test(by_pid),
		cmocka_unit_test(owner_and_identity),
		cmocka_unit_test(several_roots),
		cmocka_unit_test(several_long),
		cmocka_unit_test(nobody),
		cmocka_unit_test(another_soakd),
		cmocka_unit_test(long_names),
		cmocka_unit_test(pidfile),
		cmocka_unit_test(unreadable_pidfile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
