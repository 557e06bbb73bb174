/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file is the old one or the new one, and nothing is left beside it. */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/atomic_file.h"
#include "tests/base/tmp.h"

static void writes_and_replaces(void **state)
{
	struct tmp *t = *state;
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "%s/f", t->dir);
	mode_t mask = umask(022);

	assert_int_equal(atomic_write(path, "one\n", 4, NULL), SK_OK);
	umask(mask);
	assert_file(path, "one\n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_int_equal(atomic_write(path, "two two\n", 8, NULL), SK_OK);
	assert_file(path, "two two\n");
	assert_int_equal(atomic_write(path, "", 0, NULL), SK_OK);
	assert_file(path, "");
	assert_int_not_equal(access(tmp_path(t, "f.tmp"), F_OK), 0);
}

static void stale_temporary_is_no_obstacle(void **state)
{
	struct tmp *t = *state;
	char path[128], other[128];

	snprintf(path, sizeof(path), "%s/f", t->dir);
	snprintf(other, sizeof(other), "%s/other", t->dir);
	write_file(other, "mine", 4);
	assert_int_equal(symlink(other, tmp_path(t, "f.tmp")), 0);
	assert_int_equal(atomic_write(path, "new", 3, NULL), SK_OK);
	assert_file(path, "new");
	assert_file(other, "mine"); /* a planted link is not followed */
}

static void no_folder(void **state)
{
	struct sk_err e = { 0 };

	(void)state;
	assert_int_equal(atomic_write("/nonexistent/f", "x", 1, &e), SK_EWRITE);
	assert_int_equal(e.sys, ENOENT);
	assert_string_equal(e.msg, "cannot write /nonexistent/f: there is no such folder; make it first");
	assert_int_equal(atomic_write("/proc/f", "x", 1, &e), SK_EWRITE); /* that one is there */
	assert_string_equal(e.msg, "cannot write /proc/f: no file can be made in that folder; name another one");
}

static void full_disk_leaves_the_old_file(void **state)
{
	struct tmp *t = *state;
	struct rlimit was, tight;
	struct sk_err e = { 0 };
	char path[128], big[40000];

	snprintf(path, sizeof(path), "%s/f", t->dir);
	memset(big, 'x', sizeof(big));
	write_file(path, "old", 3);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	tight = was;
	tight.rlim_cur = 20000;
	setrlimit(RLIMIT_FSIZE, &tight);
	enum sk_code rc = atomic_write(path, big, sizeof(big), &e);

	setrlimit(RLIMIT_FSIZE, &was);
	assert_int_equal(rc, SK_EWRITE);
	assert_int_equal(e.sys, EFBIG);
	assert_file(path, "old");
	assert_int_not_equal(access(tmp_path(t, "f.tmp"), F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writes_and_replaces, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(stale_temporary_is_no_obstacle, tmp_setup, tmp_teardown),
		cmocka_unit_test(no_folder),
		cmocka_unit_test_setup_teardown(full_disk_leaves_the_old_file, tmp_setup, tmp_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
