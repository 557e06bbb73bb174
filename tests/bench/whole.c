/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * whole N COMMAND...: CPU time of the whole process, from exec to exit with the children it waited for, in ms, median of N runs; and
 * its largest resident memory in MiB. CPU time, because others work on the machine; measured here, because a shell's own processes
 * around a command take longer than a command of a millisecond.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define MAX_RUNS 1000

extern char **environ;

static double ms(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* 0; or errno, EIO where the command could not do its work: 0, 1 and 3 are verdicts. */
static int one(char **argv, const posix_spawn_file_actions_t *quiet, struct rusage *use)
{
	int status, rc;
	pid_t pid;

	rc = posix_spawnp(&pid, argv[0], quiet, NULL, argv, environ);
	if (rc != 0)
		return rc;
	if (wait4(pid, &status, 0, use) != pid)
		return errno;
	return WIFEXITED(status) && WEXITSTATUS(status) <= 3 && WEXITSTATUS(status) != 2 ? 0 : EIO;
}

int main(int argc, char **argv)
{
	static double t[MAX_RUNS];
	int n = argc > 2 ? atoi(argv[1]) : 0;
	posix_spawn_file_actions_t quiet;
	struct rusage use;
	long peak_kb = 0;

	if (n < 1 || n > MAX_RUNS || posix_spawn_file_actions_init(&quiet) != 0 ||
	    posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0) != 0 ||
	    posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0) != 0)
		return 2;
	for (int i = 0; i < n; i++) {
		int rc = one(argv + 2, &quiet, &use);

		if (rc != 0) {
			fprintf(stderr, "whole: %s: %s\n", argv[2], strerror(rc));
			return 1;
		}
		t[i] = ms(use.ru_utime) + ms(use.ru_stime);
		peak_kb = use.ru_maxrss > peak_kb ? use.ru_maxrss : peak_kb;
	}
	qsort(t, (size_t)n, sizeof(*t), ascending);
	printf("%.3f %.2f\n", t[n / 2], (double)peak_kb / 1024);
	posix_spawn_file_actions_destroy(&quiet);
	return 0;
}
