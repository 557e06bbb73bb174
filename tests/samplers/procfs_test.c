/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "samplers/procfs.h"

#include <errno.h>
#include <fcntl.h>

#include "tests/samplers/fake_proc.h"

#define POSTGRES "tests/fixtures/proc/postgres/0001"

static void a_root_that_is_not_there(void **state)
{
	struct sk_err err = { 0 };
	struct procfs fs;

	(void)state;
	assert_int_equal(procfs_open(&fs, "/nonexistent/proc", &err), SK_ENOTFOUND);
	assert_non_null(strstr(err.msg, "/nonexistent/proc"));
	procfs_close(&fs);
	procfs_close(&fs);
	assert_int_equal(procfs_open(&fs, "Makefile", &err), SK_EIO); /* no directory */
	procfs_close(&fs);
}

static void a_file_is_read_whole(void **state)
{
	struct procfs fs;

	(void)state;
	assert_int_equal(procfs_open(&fs, POSTGRES, NULL), SK_OK);
	assert_false(fs.fd_size); /* the size of a recorded fd/ is not a number of descriptors */
	assert_int_equal(procfs_read(&fs, 19345, "statm", NULL), SK_OK);
	assert_int_equal(fs.buf[fs.len - 1], '\n');
	assert_int_equal(strlen(fs.buf), fs.len);
	assert_int_equal(procfs_read(&fs, 0, "19345/statm", NULL), SK_OK);
	assert_int_equal(fs.buf[fs.len - 1], '\n');
	/* 70 KiB into a buffer of 8: grown, and then kept */
	assert_int_equal(procfs_read(&fs, 19345, "smaps", NULL), SK_OK);
	assert_true(fs.len > 60000 && fs.cap > fs.len);
	size_t cap = fs.cap;

	assert_int_equal(procfs_read(&fs, 19345, "stat", NULL), SK_OK);
	assert_true(fs.cap == cap);
	assert_int_equal(strlen(fs.buf), fs.len);
	procfs_close(&fs);
}

static void gone_is_not_missing(void **state)
{
	struct sk_err err = { 0 };
	struct fake_proc f;
	struct procfs fs;
	size_t n;

	(void)state;
	fake_make(&f);
	fake_dir(&f, "42/status");
	assert_int_equal(procfs_open(&fs, f.root, NULL), SK_OK);
	assert_int_equal(procfs_read(&fs, 43, "stat", &err), SK_EGONE);
	assert_int_equal(procfs_count_fds(&fs, 43, &n, &err), SK_EGONE);
	assert_int_equal(procfs_read(&fs, 0, "self/stat", &err), SK_EGONE);
	assert_int_equal(err.msg[0], '\0');
	assert_int_equal(procfs_read(&fs, 42, "smaps_rollup", &err), SK_EIO); /* the process is there, the file is not */
	assert_int_equal(err.sys, ENOENT);
	assert_non_null(strstr(err.msg, "/42/smaps_rollup"));
	assert_int_equal(procfs_count_fds(&fs, 42, &n, &err), SK_EIO);
	assert_int_equal(procfs_read(&fs, 42, "status", &err), SK_EIO);
	assert_int_equal(err.sys, EISDIR);
	assert_int_equal(fs.len, 0);
	assert_string_equal(fs.buf, "");
	assert_int_equal(procfs_read(&fs, 0, "pressure", &err), SK_EIO);
	procfs_close(&fs);
	fake_remove(&f);
}

static int denied(const struct fake_proc *f)
{
	struct sk_err err = { 0 };
	struct procfs fs;
	size_t n;

	if (procfs_open(&fs, f->root, &err) != SK_OK)
		return 1;
	if (procfs_read(&fs, 42, "stat", &err) != SK_EPERM || err.sys != EACCES || !strstr(err.msg, "/42/stat"))
		return 2;
	if (procfs_count_fds(&fs, 42, &n, &err) != SK_EPERM)
		return 3;
	procfs_close(&fs);
	return 0;
}

static void what_may_not_be_read_is_said(void **state)
{
	struct fake_proc f;

	(void)state;
	fake_make(&f);
	fake_file(&f, "42/stat", ALIVE_STAT, 0);
	fake_dir(&f, "42/fd");
	assert_int_equal(chmod(f.path, 0), 0);
	as_nobody(&f, denied);
	fake_remove(&f);
}

static int count(void *ctx, pid_t pid)
{
	int *seen = ctx;

	assert_true(pid > 0);
	return ++*seen == 3;
}

static int sum(void *ctx, pid_t pid)
{
	*(long *)ctx += pid;
	return 0;
}

static void each_process(void **state)
{
	struct procfs fs;
	long all = 0;
	int n = 0;

	(void)state;
	assert_int_equal(procfs_open(&fs, POSTGRES, NULL), SK_OK);
	assert_int_equal(procfs_each(&fs, sum, &all, NULL), SK_OK);
	assert_int_equal(all, 19345 + 19346 + 19347 + 19349 + 19350 + 19351 + 20065 + 20066);
	assert_int_equal(procfs_each(&fs, count, &n, NULL), SK_OK);
	assert_int_equal(n, 3); /* stopped */
	procfs_close(&fs);
}

static void the_next_instant(void **state)
{
	struct sk_err err = { 0 };
	struct procfs fs;

	(void)state;
	assert_int_equal(procfs_open(&fs, POSTGRES, NULL), SK_OK);
	assert_int_equal(procfs_read(&fs, 20065, "stat", NULL), SK_OK);
	assert_int_equal(procfs_set_root(&fs, "tests/fixtures/proc/postgres/0002", NULL), SK_OK);
	assert_int_equal(procfs_read(&fs, 20065, "stat", NULL), SK_EGONE);
	assert_int_equal(procfs_read(&fs, 20627, "stat", NULL), SK_OK);
	assert_int_equal(procfs_set_root(&fs, "tests/fixtures/proc/postgres/0003", &err), SK_ENOTFOUND);
	assert_string_equal(fs.root, "tests/fixtures/proc/postgres/0002");
	assert_int_equal(procfs_read(&fs, 20627, "stat", NULL), SK_OK);
	procfs_close(&fs);
}

static void descriptors(void **state)
{
	struct procfs fs;
	size_t n = 0, more = 0;

	(void)state;
	assert_int_equal(procfs_open(&fs, POSTGRES, NULL), SK_OK);
	assert_int_equal(procfs_count_fds(&fs, 19351, &n, NULL), SK_OK);
	assert_int_equal(n, 9); /* .keep is no number */
	procfs_close(&fs);

	/* the machine's own, by whichever way this kernel has: one more is one more */
	assert_int_equal(procfs_open(&fs, "/proc", NULL), SK_OK);
	assert_int_equal(procfs_count_fds(&fs, getpid(), &n, NULL), SK_OK);
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(procfs_count_fds(&fs, getpid(), &more, NULL), SK_OK);
	assert_int_equal(more, n + 1);
	fs.fd_size = false; /* as on Linux before 6.2: the directory is read, which takes a descriptor itself */
	assert_int_equal(procfs_count_fds(&fs, getpid(), &n, NULL), SK_OK);
	assert_int_equal(n, more + 1);
	close(fd);
	procfs_close(&fs);
}

struct gathered {
	char *text;
	size_t len, stop_at;
};

static int gather(void *ctx, const char *chunk, size_t n)
{
	struct gathered *g = ctx;

	assert_true(n > 0 && g->len + n < 200000);
	memcpy(g->text + g->len, chunk, n);
	g->len += n;
	return g->len >= g->stop_at;
}

static void streams_what_it_reads(void **state)
{
	struct gathered g = { malloc(200000), 0, 200000 };
	struct procfs fs;

	(void)state;
	assert_non_null(g.text);
	assert_int_equal(procfs_open(&fs, POSTGRES, NULL), SK_OK);
	assert_int_equal(procfs_read(&fs, 19345, "smaps", NULL), SK_OK);
	assert_int_equal(procfs_stream(&fs, 19345, "smaps", gather, &g, NULL), SK_OK);
	assert_int_equal(g.len, fs.len); /* fs->buf is left alone */
	assert_true(fs.longest_s > 0 && fs.longest_s < 60);
	assert_memory_equal(g.text, fs.buf, fs.len);
	g.len = 0;
	g.stop_at = 1;
	assert_int_equal(procfs_stream(&fs, 19345, "smaps", gather, &g, NULL), SK_OK);
	assert_true(g.len > 0 && g.len < fs.len);
	assert_int_equal(procfs_stream(&fs, 1, "smaps", gather, &g, NULL), SK_EGONE);
	procfs_close(&fs);
	free(g.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_root_that_is_not_there),
		cmocka_unit_test(a_file_is_read_whole),
		cmocka_unit_test(gone_is_not_missing),
		cmocka_unit_test(what_may_not_be_read_is_said),
		cmocka_unit_test(each_process),
		cmocka_unit_test(the_next_instant),
		cmocka_unit_test(descriptors),
		cmocka_unit_test(streams_what_it_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
