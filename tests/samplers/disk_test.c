/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The size of data files: as du(1) counts it, each file once, and what it refuses to guess. */
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "samplers/disk_walk.h"
#include "samplers/site.h"
#include "tests/check.h"
#include "tests/samplers/fake_proc.h"

static double blocks_kb(const char *path)
{
	struct stat st;

	assert_int_equal(lstat(path, &st), 0);
	return (double)st.st_blocks / 2;
}

static const char *in(struct fake_proc *f, const char *name)
{
	snprintf(f->path, sizeof(f->path), "%s/%s", f->root, name);
	return f->path;
}

static void put(struct fake_proc *f, const char *name, size_t kb)
{
	char *text = calloc(kb * 1024 + 1, 1);
	int fd = open(in(f, name), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	assert_non_null(text);
	memset(text, 'x', kb * 1024);
	assert_int_equal(write(fd, text, kb * 1024), kb * 1024);
	assert_int_equal(fsync(fd), 0); /* blocks are given late */
	assert_int_equal(close(fd), 0);
	free(text);
}

/* data/{a 64 KiB, sub/b 128 KiB, sub/a2 another name of a, link -> /}; 42 is fake_make()'s. */
static double make_data(struct fake_proc *f)
{
	char other[128];

	fake_make(f);
	fake_dir(f, "data");
	fake_dir(f, "data/sub");
	put(f, "data/a", 64);
	put(f, "data/sub/b", 128);
	snprintf(other, sizeof(other), "%s/data/sub/a2", f->root);
	assert_int_equal(link(in(f, "data/a"), other), 0);
	assert_int_equal(symlink("/", in(f, "data/link")), 0);
	return blocks_kb(in(f, "data")) + blocks_kb(in(f, "data/sub")) + blocks_kb(in(f, "data/a")) +
	       blocks_kb(in(f, "data/sub/b")) + blocks_kb(in(f, "data/link"));
}

static void each_file_once(void **state)
{
	struct disk_walk w;
	struct fake_proc f;
	double kb, expected = make_data(&f);

	(void)state;
	assert_true(expected >= 192);
	disk_walk_init(&w);
	for (int i = 0; i < 3; i++) {
		disk_walk_begin(&w);
		assert_int_equal(disk_walk_path(&w, in(&f, "data"), &kb, NULL), SK_OK);
		assert_double_equal(kb, expected, 0);
		assert_int_equal(w.entries, 6);
	}
	disk_walk_begin(&w);
	assert_int_equal(disk_walk_path(&w, in(&f, "data/sub/b"), &kb, NULL), SK_OK);
	assert_double_equal(kb, blocks_kb(in(&f, "data/sub/b")), 0);
	assert_true(disk_free_kb(in(&f, "data")) > 0);
	assert_true(isnan(disk_free_kb(in(&f, "none"))));
	disk_walk_release(&w);
	disk_walk_release(&w);
	fake_remove(&f);
}

static void what_is_refused(void **state)
{
	struct disk_walk w;
	struct fake_proc f;
	struct sk_err err;
	char deep[128];
	double kb;
	int fd;

	(void)state;
	fake_make(&f);
	disk_walk_init(&w);
	disk_walk_begin(&w);
	assert_int_equal(disk_walk_path(&w, in(&f, "none"), &kb, &err), SK_ENOTFOUND);
	assert_true(isnan(kb));
	assert_non_null(strstr(err.msg, "/none"));
	w.entries = DISK_ENTRIES_MAX;
	put(&f, "42/x", 1);
	assert_int_equal(disk_walk_path(&w, in(&f, "42"), &kb, &err), SK_EIO);
	assert_non_null(strstr(err.msg, "more than 100000 files"));
	assert_true(isnan(kb));
	/* a chain of folders that is too deep */
	snprintf(deep, sizeof(deep), "%s", in(&f, "42"));
	fd = open(deep, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; i <= DISK_DEPTH_MAX; i++) {
		assert_int_equal(mkdirat(fd, "d", 0755), 0);
		int next = openat(fd, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		close(fd);
		fd = next;
	}
	close(fd);
	disk_walk_begin(&w);
	assert_int_equal(disk_walk_path(&w, deep, &kb, &err), SK_EIO);
	assert_non_null(strstr(err.msg, "more than 64 folders deep"));
	disk_walk_release(&w);
	fake_remove(&f);
}

static int a_closed_folder(const struct fake_proc *f)
{
	struct disk_walk w;
	struct sk_err err = { 0 };
	char path[128];
	double kb;

	disk_walk_init(&w);
	disk_walk_begin(&w);
	snprintf(path, sizeof(path), "%s/42", f->root);
	if (disk_walk_path(&w, path, &kb, &err) != SK_EPERM)
		return __LINE__;
	if (!isnan(kb) || !strstr(err.msg, "closed"))
		return __LINE__;
	disk_walk_release(&w);
	return 0;
}

static void no_rights(void **state)
{
	struct fake_proc f;

	(void)state;
	fake_make(&f);
	fake_dir(&f, "42/closed");
	assert_int_equal(chmod(f.path, 0), 0);
	as_nobody(&f, a_closed_folder);
	fake_remove(&f);
}

static void keep_line(void *ctx, const char *source, const char *item, double v, const char *unit)
{
	size_t *n = ctx;

	assert_string_equal(source, "disk");
	assert_string_equal(unit, "KiB");
	assert_int_equal(*item, '/');
	assert_true(v > 0);
	++*n;
}

/* A path inside of another one, by whatever name, is in its size already. */
static void the_sampler(void **state)
{
	struct fake_proc f;
	double expected = make_data(&f), row[SITE_METRICS_MAX];
	char paths[4][128], *disk[4];
	struct site_set set;
	struct site_fault fault;
	struct procfs fs;
	size_t lines = 0;

	(void)state;
	snprintf(paths[0], 128, "%s/data/sub/b", f.root);
	snprintf(paths[1], 128, "%s/data", f.root);
	snprintf(paths[2], 128, "%s/alias", f.root);
	snprintf(paths[3], 128, "%s/late", f.root);
	assert_int_equal(symlink("data", paths[2]), 0);
	for (size_t i = 0; i < 4; i++)
		disk[i] = paths[i];
	assert_int_equal(procfs_open(&fs, "/proc", NULL), SK_OK);
	struct site_env env = { .fs = &fs, .disk = disk, .n_disk = 3, .interval_s = 1, .epoch = true };

	assert_int_equal(site_set_init(&set, "fast", true, NULL), SK_OK);
	assert_int_equal(site_set_open(&set, &env, NULL), SK_OK);
	site_set_read(&set, &env, row, &fault);
	assert_int_equal(fault.code[0], SK_OK);
	assert_double_equal(row[0], expected, 0);
	assert_true(row[1] > 0);
	site_set_detail(&set, keep_line, &lines);
	assert_int_equal(lines, 3);
	site_set_read(&set, &env, row, &fault); /* not earned yet, an epoch or not */
	assert_true(isnan(row[0]) && row[1] > 0);
	site_set_detail(&set, keep_line, &lines);
	assert_int_equal(lines, 3);
	site_set_release(&set);
	/* a path that is not there: no sum, until it is */
	env.n_disk = 4;
	assert_int_equal(site_set_init(&set, "fast", true, NULL), SK_OK);
	assert_int_equal(site_set_open(&set, &env, NULL), SK_OK);
	site_set_read(&set, &env, row, &fault);
	assert_int_equal(fault.code[0], SK_ENOTFOUND);
	assert_true(isnan(row[0]));
	put(&f, "late", 4);
	env.elapsed_s = 3600;
	site_set_read(&set, &env, row, &fault);
	assert_double_equal(row[0], expected + blocks_kb(paths[3]), 0);
	site_set_release(&set);
	procfs_close(&fs);
	fake_remove(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_file_once),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(no_rights),
		cmocka_unit_test(the_sampler),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
