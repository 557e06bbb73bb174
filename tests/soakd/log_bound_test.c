/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A log is cut only when it is too long; its beginning stays, and who appends goes on behind it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/soakd/fake_proc.h"

#include "soakd/log_bound.h"

static off_t size_of(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return st.st_size;
}

static void cut(void **state)
{
	char path[] = "/tmp/soakd-log-XXXXXX", found[5] = "";
	int reader = mkstemp(path), target = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	struct log_bound b;

	(void)state;
	assert_true(reader != -1 && target != -1);
	assert_int_equal(log_bound_open(&b, path, NULL), SK_OK);
	assert_int_equal(write(target, "head", 4), 4);
	assert_false(log_bound_cut(&b));
	assert_int_equal(size_of(reader), 4);
	assert_int_equal(ftruncate(reader, LOG_BOUND_MOST), 0);
	assert_false(log_bound_cut(&b)); /* it may be so long */
	assert_int_equal(write(target, "x", 1), 1);
	assert_true(log_bound_cut(&b));
	off_t size = size_of(reader);

	assert_true(size > LOG_BOUND_KEPT && size < LOG_BOUND_KEPT + 200);
	assert_int_equal(write(target, "tail", 4), 4);
	assert_int_equal(size_of(reader), size + 4);
	assert_int_equal(pread(reader, found, 4, size), 4);
	assert_string_equal(found, "tail");
	assert_int_equal(pread(reader, found, 4, 0), 4);
	assert_string_equal(found, "head");
	assert_false(log_bound_cut(&b));
	log_bound_close(&b);
	assert_false(log_bound_cut(&b));
	assert_false(log_bound_cut(NULL));
	unlink(path);
	assert_int_equal(log_bound_open(&b, path, NULL), SK_EIO);
	close(reader);
	close(target);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(cut) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
