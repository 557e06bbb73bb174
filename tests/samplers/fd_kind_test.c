/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Descriptors by kind, and memory by node: of links, of ourselves, of a tree, of a recording. */
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "samplers/fd_kind.h"
#include "samplers/numa.h"
#include "tests/samplers/fake_proc.h"
#include "tests/samplers/site.h"

static void kinds_of_links(void **state)
{
	static const struct {
		const char *link;
		enum fd_kind kind;
	} all[] = {
		{ "/var/log/x", FD_FILE },
		{ "/", FD_FILE },
		{ "/dev/shm/x", FD_FILE },
		{ "/dev/null", FD_DEVICE },
		{ "/dev/pts/0", FD_DEVICE },
		{ "/devices", FD_FILE },
		{ "/memfd:x (deleted)", FD_MEMFD },
		{ "socket:[1]", FD_SOCKET },
		{ "pipe:[1]", FD_PIPE },
		{ "anon_inode:[eventfd]", FD_EVENTFD },
		{ "anon_inode:[eventfd:7]", FD_EVENTFD },
		{ "anon_inode:[eventpoll]", FD_EVENTPOLL },
		{ "anon_inode:[timerfd]", FD_TIMERFD },
		{ "anon_inode:[signalfd]", FD_SIGNALFD },
		{ "anon_inode:inotify", FD_INOTIFY },
		{ "anon_inode:[io_uring]", FD_OTHER },
		{ "mnt:[4026531840]", FD_OTHER },
		{ "socket", FD_OTHER },
		{ "", FD_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (fd_kind_of(all[i].link, strlen(all[i].link)) != all[i].kind)
			fail_msg("%s is %s", all[i].link, fd_kind_name[fd_kind_of(all[i].link, strlen(all[i].link))]);
}

static void keep_line(void *ctx, const char *source, const char *item, double v, const char *unit)
{
	char *all = ctx;
	size_t n = strlen(all);

	snprintf(all + n, 512 - n, "%s %s %g %s\n", source, item, v, unit);
}

static void descriptors_of_ourselves(void **state)
{
	char lines[512] = "";
	struct site s;
	int fd[4];

	(void)state;
	site_open(&s, "/proc", getpid(), "fd_kinds");
	site_read(&s);
	double eventfds = value(&s, "fds_eventfd"), pipes = value(&s, "fds_pipe"), memfds = value(&s, "fds_memfd");

	fd[0] = eventfd(0, EFD_CLOEXEC);
	fd[1] = memfd_create("soakd-test", MFD_CLOEXEC);
	assert_int_equal(pipe2(fd + 2, O_CLOEXEC), 0);
	site_read(&s);
	assert_double_equal(value(&s, "fds_eventfd"), eventfds + 1, 0);
	assert_double_equal(value(&s, "fds_memfd"), memfds + 1, 0);
	assert_double_equal(value(&s, "fds_pipe"), pipes + 2, 0);
	site_set_detail(&s.set, keep_line, lines);
	assert_non_null(strstr(lines, "fds memfd 1 1\n"));
	/* what a read cost is to be earned: at the same second there is no second one, but at an epoch */
	s.env.epoch = false;
	site_read(&s);
	assert_true(isnan(value(&s, "fds_pipe")));
	s.env.elapsed_s = 3600;
	site_read(&s);
	assert_double_equal(value(&s, "fds_pipe"), pipes + 2, 0);
	for (size_t i = 0; i < 4; i++)
		close(fd[i]);
	site_close(&s);
}

/* One that cannot be read makes the sum unknown; one that has gone does not. */
static void descriptors_of_a_tree(void **state)
{
	pid_t tree[] = { 42, 43 };
	struct fake_proc f;
	struct site s;

	(void)state;
	fake_make(&f);
	fake_dir(&f, "42/fd");
	assert_int_equal(symlink("socket:[1]", (snprintf(f.path, sizeof(f.path), "%s/42/fd/3", f.root), f.path)), 0);
	assert_int_equal(symlink("/x", (snprintf(f.path, sizeof(f.path), "%s/42/fd/4", f.root), f.path)), 0);
	site_open(&s, f.root, 42, "fd_kinds");
	s.env.pid = tree;
	s.env.n_pid = 2;
	site_read(&s);
	assert_int_equal(s.fault.code[0], SK_OK);
	assert_double_equal(value(&s, "fds_socket"), 1, 0);
	assert_double_equal(value(&s, "fds_file"), 1, 0);
	assert_double_equal(value(&s, "fds_other"), 0, 0);
	fake_dir(&f, "43");
	site_read(&s);
	assert_int_equal(s.fault.code[0], SK_EIO);
	assert_true(isnan(value(&s, "fds_socket")));
	site_close(&s);
	fake_remove(&f);
}

/* ---- memory by node ---------------------------------------------------------------------------------------------------- */

static void nodes(void **state)
{
	struct numa_sum sum = { { 0 }, { 0 } };
	struct procfs fs;

	(void)state;
	assert_int_equal(procfs_open(&fs, TREE "v2/proc", NULL), SK_OK);
	assert_int_equal(numa_nodes(&fs), 2);
	assert_int_equal(numa_read(&fs, 42, &sum, NULL), SK_OK);
	assert_double_equal(sum.anon_kb[0], (1500 + 9) * 4, 0);
	assert_double_equal(sum.anon_kb[1], 1000 * 4 + 4 * 2048, 0);
	assert_double_equal(sum.file_kb[0], (300 + 25) * 4, 0);
	assert_double_equal(sum.file_kb[1], 270 * 4, 0);
	assert_double_equal(sum.anon_kb[2] + sum.file_kb[2], 0, 0);
	assert_int_equal(numa_read(&fs, 77, &sum, NULL), SK_EGONE);
	procfs_close(&fs);
	assert_int_equal(procfs_open(&fs, TREE "v1/proc", NULL), SK_OK);
	assert_int_equal(numa_nodes(&fs), 1);
	procfs_close(&fs);
	assert_int_equal(numa_list_count("0-1,4\n", 6), 3);
	assert_int_equal(numa_list_count("0\n", 2), 1);
	assert_int_equal(numa_list_count("\n", 1), 0);
	assert_int_equal(numa_list_count("3-1\n", 4), 0);
	assert_int_equal(numa_list_count("0-999999999\n", 12), 0);
	assert_int_equal(numa_list_count("0-1", 3), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_of_links),
		cmocka_unit_test(descriptors_of_ourselves),
		cmocka_unit_test(descriptors_of_a_tree),
		cmocka_unit_test(nodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
