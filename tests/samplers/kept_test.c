/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that stay open, on the real /proc: the same numbers as by opening, one text a row, and never another process's. */
#include "samplers/procfs.h"

#include <dirent.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "samplers/sampler.h"
#include "tests/check.h"

/* It is stopped: nothing of it changes. */
static pid_t start(void)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		for (;;)
			raise(SIGSTOP);
	assert_int_equal(waitpid(pid, NULL, WUNTRACED), pid);
	return pid;
}

static void end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* A process of that very number; -1 where we may not choose. */
static pid_t start_as(pid_t pid)
{
	struct clone_args args = { .exit_signal = SIGCHLD, .set_tid = (uint64_t)(uintptr_t)&pid, .set_tid_size = 1 };
	pid_t child = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	if (child == 0)
		for (;;)
			raise(SIGSTOP);
	return child;
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

static void read_like_anybody(void **state)
{
	static const char *const names[] = { "statm", "stat", "status", "cmdline", "smaps_rollup", "maps" };
	struct procfs fs, plain;
	pid_t pid = start();

	(void)state;
	assert_int_equal(procfs_open(&fs, "/proc", NULL), SK_OK);
	assert_int_equal(procfs_open(&plain, "/proc", NULL), SK_OK);
	assert_false(procfs_is_kept(&fs, pid));
	procfs_keep(&fs, pid);
	procfs_keep(&fs, pid); /* once is enough */
	assert_true(procfs_is_kept(&fs, pid));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_int_equal(procfs_read(&plain, pid, names[i], NULL), SK_OK);
		assert_int_equal(procfs_read_once(&fs, pid, names[i], NULL), SK_OK);
		size_t same = strlen(plain.buf);

		if (strcmp(names[i], "status") == 0) /* it counts how often somebody made the process wait */
			same = 0;
		if (strcmp(names[i], "smaps_rollup") ==
		    0) /* behind Rss is what others have of the same libraries, who come and go */
			same = (size_t)(strstr(plain.buf, "\nPss:") - plain.buf);
		assert_memory_equal(fs.buf, plain.buf, same);
		assert_true(fs.len >= strlen(fs.buf) && fs.buf[fs.len] == '\0');
		assert_int_equal(procfs_read(&fs, pid, names[i], NULL), SK_OK);
		assert_true(fs.len > 0);
	}
	size_t n = 0, all;

	assert_int_equal(procfs_count_fds(&fs, pid, &n, NULL), SK_OK);
	all = open_descriptors();

	for (int i = 0; i < 100; i++) {
		procfs_row(&fs);
		assert_int_equal(procfs_read_once(&fs, pid, "stat", NULL), SK_OK);
		assert_int_equal(procfs_read_once(&fs, pid, "statm", NULL), SK_OK);
		assert_int_equal(procfs_count_fds(&fs, pid, &n, NULL), SK_OK);
		assert_int_equal(procfs_read(&fs, pid, "smaps_rollup", NULL), SK_OK);
	}
	assert_int_equal(open_descriptors(), all);
	procfs_drop(&fs, pid);
	assert_int_equal(open_descriptors(), all - 4 - fs.fd_size);   /* its directory, three files, and its descriptors' */
	assert_int_equal(procfs_read(&fs, pid, "stat", NULL), SK_OK); /* by its number, as anybody */
	procfs_close(&plain);
	procfs_close(&fs);
	end(pid);
}

/* What was read stands for the row, and for no other; a plain read is always of now. */
static void one_text_a_row(void **state)
{
	struct procfs fs;
	char before[1024];
	pid_t pid = start();

	(void)state;
	assert_int_equal(procfs_open(&fs, "/proc", NULL), SK_OK);
	procfs_keep(&fs, pid);
	procfs_row(&fs);
	assert_int_equal(procfs_read_once(&fs, pid, "stat", NULL), SK_OK);
	snprintf(before, sizeof(before), "%s", fs.buf);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT), 0);
	memset(fs.buf, 'x', fs.len); /* the buffer is everybody's */
	assert_int_equal(procfs_read_once(&fs, pid, "stat", NULL), SK_OK);
	assert_string_equal(fs.buf, before);
	assert_int_equal(procfs_read(&fs, pid, "stat", NULL), SK_OK);
	assert_non_null(strstr(fs.buf, ") Z "));
	procfs_row(&fs);
	assert_int_equal(procfs_read_once(&fs, pid, "stat", NULL), SK_OK);
	assert_non_null(strstr(fs.buf, ") Z "));
	assert_int_equal(procfs_read_once(&fs, pid, "statm", NULL), SK_OK);
	assert_string_equal(fs.buf, "0 0 0 0 0 0 0\n");
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(procfs_read_once(&fs, pid, "statm", NULL), SK_OK); /* still of this row */
	procfs_row(&fs);
	assert_int_equal(procfs_read_once(&fs, pid, "statm", NULL), SK_EGONE);
	procfs_close(&fs);
}

static int never(void *ctx, const char *chunk, size_t n)
{
	(void)ctx;
	fail_msg("%zu bytes of another process: %.60s", n, chunk);
	return 1;
}

/* Everything that is asked of a kept process says that it is gone, also when another one has its number. */
static void its_number_used_again(void **state)
{
	static const char *const names[] = { "statm", "stat", "status", "cmdline", "smaps_rollup" };
	struct sk_err err = { 0 };
	struct procfs fs;
	pid_t pid = start(), heir;
	size_t n;

	(void)state;
	assert_int_equal(procfs_open(&fs, "/proc", NULL), SK_OK);
	procfs_keep(&fs, pid);
	assert_int_equal(procfs_read_once(&fs, pid, "statm", NULL), SK_OK); /* one is open, the others were never */
	end(pid);
	heir = start_as(pid);
	procfs_row(&fs);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		assert_int_equal(procfs_read_once(&fs, pid, names[i], &err), SK_EGONE);
		assert_int_equal(procfs_read(&fs, pid, names[i], &err), SK_EGONE);
		assert_string_equal(fs.buf, "");
	}
	assert_int_equal(procfs_count_fds(&fs, pid, &n, &err), SK_EGONE);
	assert_int_equal(procfs_stream(&fs, pid, "smaps", never, NULL, &err), SK_EGONE);
	assert_int_equal(procfs_hold(&fs, pid, "task"), -1);
	assert_string_equal(err.msg, "");
	procfs_drop(&fs, pid);
	assert_int_equal(procfs_read(&fs, pid, "stat", NULL), heir == pid ? SK_OK : SK_EGONE);
	procfs_close(&fs);
	if (heir != pid)
		skip();
	end(heir);
}

/* A descriptor belongs to the process, and follows it into another program. */
static void through_exec(void **state)
{
	char name[] = "sleep", seconds[] = "1000";
	char *const argv[] = { name, seconds, NULL };
	struct procfs fs;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0) {
		raise(SIGSTOP);
		execvp(name, argv);
		_exit(1);
	}
	assert_int_equal(waitpid(pid, NULL, WUNTRACED), pid);
	assert_int_equal(procfs_open(&fs, "/proc", NULL), SK_OK);
	procfs_keep(&fs, pid);
	assert_int_equal(procfs_read_once(&fs, pid, "stat", NULL), SK_OK);
	assert_null(strstr(fs.buf, "(sleep)"));
	assert_int_equal(kill(pid, SIGCONT), 0);
	do {
		procfs_row(&fs);
		assert_int_equal(procfs_read_once(&fs, pid, "stat", NULL), SK_OK);
	} while (!strstr(fs.buf, "(sleep)"));
	procfs_close(&fs);
	end(pid);
}

/* Without room for more descriptors all is read as before, only dearer. */
static void without_room(void **state)
{
	struct rlimit was, tight;
	struct procfs fs;
	pid_t pid[3];
	size_t all;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
	assert_int_equal(procfs_open(&fs, "/proc", NULL), SK_OK);
	tight = (struct rlimit){ KEPT_SPARE + (rlim_t)fs.dirfd + 3, was.rlim_max }; /* for two more */
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
	for (int i = 0; i < 3; i++)
		procfs_keep(&fs, pid[i] = start());
	assert_true(procfs_is_kept(&fs, pid[0]) && procfs_is_kept(&fs, pid[1]));
	assert_false(procfs_is_kept(&fs, pid[2]));
	all = open_descriptors();
	for (int i = 0; i < 3; i++) {
		procfs_row(&fs);
		assert_int_equal(procfs_read_once(&fs, pid[i], "stat", NULL), SK_OK);
		assert_int_equal(strtol(fs.buf, NULL, 10), pid[i]);
		assert_int_equal(procfs_read_once(&fs, pid[i], "statm", NULL), SK_OK);
		assert_int_equal(procfs_hold(&fs, pid[i], "statm"), -1);
	}
	assert_int_equal(open_descriptors(), all);
	procfs_drop(&fs, pid[0]); /* one leaves: there is room for one */
	assert_int_equal(procfs_read_once(&fs, pid[1], "stat", NULL), SK_OK);
	assert_int_equal(open_descriptors(), all);
	procfs_close(&fs);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
	for (int i = 0; i < 3; i++)
		end(pid[i]);
}

/* A replay moves the root below the descriptors: of a recorded tree none stays open. */
static void a_recorded_tree_is_not_kept(void **state)
{
	struct procfs fs;

	(void)state;
	assert_int_equal(procfs_open(&fs, "tests/fixtures/proc/postgres/0001", NULL), SK_OK);
	procfs_keep(&fs, 20065);
	assert_false(procfs_is_kept(&fs, 20065));
	assert_int_equal(procfs_hold(&fs, 20065, "stat"), -1);
	assert_int_equal(procfs_read_once(&fs, 20065, "stat", NULL), SK_OK);
	assert_int_equal(procfs_set_root(&fs, "tests/fixtures/proc/postgres/0002", NULL), SK_OK);
	assert_int_equal(procfs_read_once(&fs, 20065, "stat", NULL), SK_EGONE);
	procfs_close(&fs);
}

/* More than any bucket of the first table holds, leaving in another order than they came. */
static void many(void **state)
{
	struct kept_table t = { 0 };

	(void)state;
	for (pid_t pid = 1; pid <= 300; pid++)
		assert_true(kept_add(&t, pid * 64, dup(1)));
	assert_int_equal(t.n, 300);
	for (pid_t pid = 300; pid >= 1; pid -= 3)
		kept_remove(&t, pid * 64);
	for (pid_t pid = 1; pid <= 300; pid++) {
		const struct kept *k = kept_find(&t, pid * 64);

		assert_int_equal(k != NULL, pid % 3 != 0);
		assert_true(!k || k->pid == pid * 64);
		assert_null(kept_find(&t, pid * 64 + 1));
	}
	kept_remove(&t, 12345);
	assert_int_equal(t.n, 200);
	kept_clear(&t);
	assert_null(kept_find(&t, 64));
	kept_clear(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_like_anybody),
		cmocka_unit_test(one_text_a_row),
		cmocka_unit_test(its_number_used_again),
		cmocka_unit_test(through_exec),
		cmocka_unit_test(without_room),
		cmocka_unit_test(a_recorded_tree_is_not_kept),
		cmocka_unit_test(many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
