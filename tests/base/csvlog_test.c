/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The log of a run: whole lines always. A full disk is a limit on the size of a file (RLIMIT_FSIZE), which anybody may set:
 * write() then takes what fits and fails with EFBIG, as it would with ENOSPC.
 */
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/csvlog.h"
#include "tests/base/tmp.h"

static struct rlimit unlimited;

/* Files of this process may grow to `bytes`; 0 lifts the limit. */
static void limit_files(rlim_t bytes)
{
	struct rlimit r = unlimited;

	if (bytes > 0)
		r.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &r), 0);
}

static enum sk_code write_line(struct csvlog *l, const char *s, struct sk_err *err)
{
	struct text t = TEXT_INIT;

	text_add(&t, s);
	enum sk_code rc = csvlog_write(l, &t, err);

	text_release(&t);
	return rc;
}

static void appends(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "a.csv");
	struct csvlog l;
	bool cut = true;

	assert_int_equal(csvlog_open(&l, path, "a,b", &cut, NULL), SK_OK);
	assert_false(cut);
	assert_int_equal(write_line(&l, "1,2", NULL), SK_OK);
	assert_file(path, "a,b\n1,2\n"); /* readable at once */
	assert_int_equal(csvlog_flush(&l, NULL), SK_OK);
	csvlog_close(&l);
	csvlog_close(&l);
	assert_int_equal(csvlog_open(&l, path, "a,b", NULL, NULL), SK_OK);
	assert_int_equal(write_line(&l, "\"x\ny\",4", NULL), SK_OK);
	assert_int_equal(l.good, 16);
	csvlog_close(&l);
	assert_file(path, "a,b\n1,2\n\"x y\",4\n"); /* a record is a line */
}

static void cuts_a_torn_line(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "a.csv");
	struct csvlog l;
	bool cut = false;

	write_file(path, "a,b\n1,2\n3,", 10);
	assert_int_equal(csvlog_open(&l, path, "a,b", &cut, NULL), SK_OK);
	assert_true(cut);
	write_line(&l, "5,6", NULL);
	csvlog_close(&l);
	assert_file(path, "a,b\n1,2\n5,6\n");
	write_file(path, "a,", 2); /* a header that was cut short */
	assert_int_equal(csvlog_open(&l, path, "a,b", &cut, NULL), SK_OK);
	assert_true(cut);
	csvlog_close(&l);
	assert_file(path, "a,b\n");
}

/* The lines of a row reach the file together, and not before. */
static void a_row_in_one_write(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "a.csv");
	struct text line = TEXT_INIT;
	struct csvlog l;

	assert_int_equal(csvlog_open(&l, path, "a,b", NULL, NULL), SK_OK);
	text_add(&line, "1,2");
	assert_int_equal(csvlog_add(&l, &line, NULL), SK_OK);
	text_reset(&line);
	text_add(&line, "3,\"x\ny\rz\"");
	assert_int_equal(csvlog_add(&l, &line, NULL), SK_OK);
	assert_file(path, "a,b\n");
	assert_int_equal(csvlog_commit(&l, NULL), SK_OK);
	assert_file(path, "a,b\n1,2\n3,\"x y z\"\n");
	assert_int_equal(csvlog_commit(&l, NULL), SK_OK); /* of nothing */
	assert_file(path, "a,b\n1,2\n3,\"x y z\"\n");
	text_release(&line);
	csvlog_close(&l);
}

/* A row of a thousand processes is more than what a full disk's buffer is given back at: its memory stays. */
static void a_long_row_keeps_its_buffer(void **state)
{
	struct tmp *t = *state;
	struct text line = TEXT_INIT;
	struct csvlog l;
	size_t cap = 0;

	assert_int_equal(csvlog_open(&l, tmp_path(t, "a.csv"), "a,b", NULL, NULL), SK_OK);
	for (int i = 0; i < 99; i++)
		text_add(&line, "1");
	for (int row = 0; row < 3; row++) {
		for (int i = 0; i < 1000; i++)
			assert_int_equal(csvlog_add(&l, &line, NULL), SK_OK);
		assert_int_equal(csvlog_commit(&l, NULL), SK_OK);
		assert_true(l.kept.len == 0 && l.kept.cap >= 100000 && (row == 0 || l.kept.cap == cap));
		cap = l.kept.cap;
	}
	assert_int_equal(l.good, 4 + 3 * 100000);
	text_release(&line);
	csvlog_close(&l);
}

static void cuts_a_long_torn_line(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "a.csv");
	char text[20000];
	struct csvlog l;
	bool cut = false;

	memset(text, 'x', sizeof(text)); /* longer than what is read at once, looking for the newline */
	memcpy(text, "a,b\n1,2\n", 8);
	write_file(path, text, sizeof(text));
	assert_int_equal(csvlog_open(&l, path, "a,b", &cut, NULL), SK_OK);
	assert_true(cut);
	csvlog_close(&l);
	assert_file(path, "a,b\n1,2\n");
}

static void refuses_another_header(void **state)
{
	static const char *const other[] = { "a,c\n1,2\n", "a,b,c\n", "a\n", "foreign", "a,bc" };
	struct tmp *t = *state;
	const char *path = tmp_path(t, "a.csv");

	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
		struct sk_err e = { 0 };
		struct csvlog l;

		write_file(path, other[i], strlen(other[i]));
		assert_int_equal(csvlog_open(&l, path, "a,b", NULL, &e), SK_EUSAGE);
		assert_non_null(strstr(e.msg, "a.csv has another header line"));
		assert_file(path, other[i]); /* as it was */
		csvlog_close(&l);
	}
}

static void full_disk_loses_nothing(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "a.csv");
	struct sk_err e = { 0 };
	struct csvlog l;

	assert_int_equal(csvlog_open(&l, path, "a,b", NULL, NULL), SK_OK);
	assert_int_equal(write_line(&l, "1,2", NULL), SK_OK);
	limit_files(10); /* room for "a,b\n1,2\n" and half a line */
	enum sk_code rc = write_line(&l, "3,4", &e), rc2 = write_line(&l, "5,6", NULL), rc3 = csvlog_flush(&l, NULL);

	limit_files(0);
	assert_int_equal(rc, SK_OK);
	assert_int_equal(rc2, SK_OK);
	assert_int_equal(rc3, SK_EIO);
	assert_true(l.failing);
	assert_int_equal(e.sys, EFBIG);
	assert_non_null(strstr(e.msg, "a.csv: File too large (lines are kept in memory"));
	assert_file(path, "a,b\n1,2\n"); /* the half line was undone */
	assert_int_equal(write_line(&l, "7,8", NULL), SK_OK);
	assert_false(l.failing);
	assert_int_equal(l.lost_lines, 0);
	assert_file(path, "a,b\n1,2\n3,4\n5,6\n7,8\n");
	csvlog_close(&l);
}

static void what_fits_is_written(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "a.csv");
	struct csvlog l;

	assert_int_equal(csvlog_open(&l, path, "a,b", NULL, NULL), SK_OK);
	limit_files(4);
	for (int i = 0; i < 4; i++)
		write_line(&l, "1,2", NULL);
	limit_files(14); /* two and a half lines more */
	enum sk_code rc = csvlog_flush(&l, NULL);

	limit_files(0);
	assert_int_equal(rc, SK_EIO);
	assert_file(path, "a,b\n1,2\n1,2\n");
	assert_int_equal(l.kept.len, 8);
	csvlog_close(&l); /* the last try */
	assert_file(path, "a,b\n1,2\n1,2\n1,2\n1,2\n");
}

static void oldest_lines_go_when_memory_is_full(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "a.csv");
	struct text line = TEXT_INIT;
	struct csvlog l;

	assert_int_equal(csvlog_open(&l, path, "a", NULL, NULL), SK_OK);
	text_addf(&line, "%0*d", (1 << 20) - 1, 0); /* with its newline 1 MiB: four fill what is kept */
	limit_files(2);
	for (int i = 0; i < 6; i++) {
		line.s[0] = (char)('0' + i);
		csvlog_write(&l, &line, NULL);
	}
	limit_files(0);
	text_release(&line);
	assert_int_equal(l.lost_lines, 2);
	assert_int_equal(l.kept.len, CSVLOG_KEEP);
	assert_int_equal(l.kept.s[0], '2');
	assert_int_equal(csvlog_flush(&l, NULL), SK_OK);
	assert_int_equal(l.good, 2 + CSVLOG_KEEP);
	assert_int_equal(l.kept.cap, 0); /* what the bad hour took is given back */
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 2 + CSVLOG_KEEP);
	csvlog_close(&l);
}

static void no_room_for_the_header(void **state)
{
	struct sk_err e = { 0 };
	struct csvlog l;

	(void)state;
	assert_int_equal(csvlog_open(&l, "/dev/full", "a,b", NULL, &e), SK_EIO);
	assert_int_equal(e.sys, ENOSPC);
	assert_int_equal(csvlog_open(&l, "/nonexistent/a.csv", "a,b", NULL, &e), SK_EIO);
	assert_string_equal(e.msg, "cannot open /nonexistent/a.csv: No such file or directory");
	struct csvlog zero;

	memset(&zero, 0, sizeof(zero));
	csvlog_close(&zero);
}

static void reopens_after_a_rename(void **state)
{
	struct tmp *t = *state;
	char path[128], old[128];
	struct csvlog l;

	snprintf(path, sizeof(path), "%s/a.csv", t->dir);
	snprintf(old, sizeof(old), "%s/a.csv.1", t->dir);
	assert_int_equal(csvlog_open(&l, path, "a,b", NULL, NULL), SK_OK);
	write_line(&l, "1,2", NULL);
	limit_files(8);
	write_line(&l, "3,4", NULL); /* waits */
	limit_files(0);
	assert_int_equal(rename(path, old), 0);
	assert_int_equal(csvlog_reopen(&l, NULL), SK_OK);
	write_line(&l, "5,6", NULL);
	csvlog_close(&l);
	assert_file(old, "a,b\n1,2\n");
	assert_file(path, "a,b\n3,4\n5,6\n");
}

static void reopen_that_fails_keeps_the_old_file(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "a.csv");
	struct csvlog l;

	assert_int_equal(csvlog_open(&l, path, "a,b", NULL, NULL), SK_OK);
	write_file(path, "foreign\n", 8); /* somebody put another file there */
	assert_int_equal(csvlog_reopen(&l, NULL), SK_EUSAGE);
	assert_int_equal(write_line(&l, "1,2", NULL), SK_OK);
	assert_false(l.failing);
	csvlog_close(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(appends, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(cuts_a_torn_line, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(cuts_a_long_torn_line, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(refuses_another_header, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(full_disk_loses_nothing, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(what_fits_is_written, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(oldest_lines_go_when_memory_is_full, tmp_setup, tmp_teardown),
		cmocka_unit_test(no_room_for_the_header),
		cmocka_unit_test_setup_teardown(a_row_in_one_write, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(a_long_row_keeps_its_buffer, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(reopens_after_a_rename, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(reopen_that_fails_keeps_the_old_file, tmp_setup, tmp_teardown),
	};

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &unlimited);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
