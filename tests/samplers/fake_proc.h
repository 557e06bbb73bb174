/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A /proc of a test's own in a temporary directory: for what no recorded tree can hold (no rights, a file that is not there). */
#ifndef TESTS_SAMPLERS_FAKE_PROC_H
#define TESTS_SAMPLERS_FAKE_PROC_H

#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"

#define ALIVE_STAT "42 (a) S 1 1 1 0 -1 4194560 11 99 3 99 150 50 9 9 20 0 4 0 777 8192000 500 1 2 3\n"

struct fake_proc {
	char root[64];
	char path[128];
};

static inline void fake_dir(struct fake_proc *f, const char *name)
{
	snprintf(f->path, sizeof(f->path), "%s/%s", f->root, name);
	assert_int_equal(mkdir(f->path, 0755), 0);
}

static inline void fake_file(struct fake_proc *f, const char *name, const char *text, mode_t mode)
{
	FILE *file;

	snprintf(f->path, sizeof(f->path), "%s/%s", f->root, name);
	file = fopen(f->path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(f->path, mode), 0);
}

/* With one process, 42, of which there is only what the test adds. */
static inline void fake_make(struct fake_proc *f)
{
	snprintf(f->root, sizeof(f->root), "/tmp/soakd-test-XXXXXX");
	assert_non_null(mkdtemp(f->root));
	assert_int_equal(chmod(f->root, 0755), 0);
	fake_dir(f, "42");
}

static inline void fake_remove(struct fake_proc *f)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		execlp("rm", "rm", "-rf", "--", f->root, (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Runs check(f) in a child without root's rights; it returns 0 when all is as it should be, else the line that is not. */
static inline void as_nobody(const struct fake_proc *f, int (*check)(const struct fake_proc *f))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		if (geteuid() == 0 &&
		    (setgroups(0, NULL) != 0 || setresgid(65534, 65534, 65534) != 0 || setresuid(65534, 65534, 65534) != 0))
			_exit(255);
		_exit(check(f));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != 0)
		fail_msg("check %d in the child without rights", WEXITSTATUS(status));
}

#endif
