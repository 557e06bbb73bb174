/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a sample costs us over what it must cost: CPU time per process of sampler_set_read() against a bare loop of open, read,
 * close over the same files, in the same run, in turn, medians of 5. The tree: 100 children of 60 mappings and 1 MiB each.
 * sample_bench tree: only the tree, for monitor.sh.
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "samplers/sampler.h"

#define CHILDREN 100
#define REPEATS  5

static pid_t child[CHILDREN];
static char buf[65536];

static double cpu_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e6 + (double)ts.tv_nsec / 1e3;
}

static void be_a_child(int ready)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < 60; i++) {
		/* every other one readable only: neighbours of one kind would merge */
		char *p = mmap(NULL, 20480, PROT_READ | (i % 2 ? PROT_WRITE : 0), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		if (p == MAP_FAILED)
			_exit(1);
		if (i % 2)
			memset(p, 1, 20480);
	}
	char *more = malloc(400 << 10);

	if (!more)
		_exit(1);
	memset(more, 1, 400 << 10);
	if (write(ready, "x", 1) != 1)
		_exit(1);
	for (;;)
		pause();
}

static int grow_tree(void)
{
	int pipe_fd[2];

	if (pipe(pipe_fd) != 0)
		return -1;
	for (int i = 0; i < CHILDREN; i++) {
		child[i] = fork();
		if (child[i] == 0)
			be_a_child(pipe_fd[1]);
		if (child[i] < 0 || read(pipe_fd[0], buf, 1) != 1)
			return -1;
	}
	return 0;
}

static void fell_tree(void)
{
	for (int i = 0; i < CHILDREN; i++)
		if (child[i] > 0) {
			kill(child[i], SIGKILL);
			waitpid(child[i], NULL, 0);
		}
}

static void bare_file(pid_t pid, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return;
	while (read(fd, buf, sizeof(buf)) > 0)
		;
	close(fd);
}

static void bare_dir(pid_t pid)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return;
	while (getdents64(fd, buf, sizeof(buf)) > 0)
		;
	close(fd);
}

static void bare_tick(pid_t pid)
{
	bare_file(pid, "status");
	bare_file(pid, "stat");
	bare_dir(pid);
}

static void bare_statm(pid_t pid)
{
	bare_file(pid, "statm");
}

static void bare_rollup(pid_t pid)
{
	bare_file(pid, "smaps_rollup");
}

static void bare_smaps(pid_t pid)
{
	bare_file(pid, "smaps");
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int bench(const char *name, const char *list, struct procfs *fs, void (*bare)(pid_t), int rounds,
		 const char *goal)
{
	double ours[REPEATS], floor_us[REPEATS], row[SAMPLER_METRICS_MAX];
	struct sampler_set set;
	struct sampler_cost cost;

	if (sampler_set_init(&set, list, NULL) != SK_OK)
		return -1;
	for (int r = 0; r < REPEATS; r++) {
		double t0 = cpu_us(), t1;

		for (int k = 0; k < rounds; k++)
			for (int i = 0; i < CHILDREN; i++)
				if (sampler_set_read(&set, fs, child[i], TIER_TICK | TIER_BUDGET | TIER_EPOCH, row, &cost,
						     NULL) != SK_OK)
					return -1;
		t1 = cpu_us();
		for (int k = 0; k < rounds; k++)
			for (int i = 0; i < CHILDREN; i++)
				bare(child[i]);
		ours[r] = (t1 - t0) / (rounds * CHILDREN);
		floor_us[r] = (cpu_us() - t1) / (rounds * CHILDREN);
	}
	qsort(ours, REPEATS, sizeof(*ours), ascending);
	qsort(floor_us, REPEATS, sizeof(*floor_us), ascending);
	printf("sample/%s\t%.2f\tus\tbare open, read, close\t%.2f\t<= %s\n", name, ours[REPEATS / 2], floor_us[REPEATS / 2], goal);
	return 0;
}

/* For monitor.sh: the CPU share of the bare loop at 1 Hz, in per cent, and the pids; then the tree stays until it is killed. */
static void be_a_tree(void)
{
	double from = cpu_us();

	for (int k = 0; k < 50; k++)
		for (int i = 0; i < CHILDREN; i++)
			bare_tick(child[i]);
	printf("%.3f\t", (cpu_us() - from) / 50 / 1e4);
	for (int i = 0; i < CHILDREN; i++)
		printf("%s%d", i ? "," : "", (int)child[i]);
	printf("\n");
	fflush(stdout);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	struct sk_err err = { 0 };
	struct procfs fs;
	int bad;

	if (procfs_open(&fs, "/proc", &err) != SK_OK || grow_tree() != 0) {
		fprintf(stderr, "sample_bench: %s\n", err.msg[0] ? err.msg : "cannot start 100 children");
		fell_tree();
		return 1;
	}
	if (argc == 2 && strcmp(argv[1], "tree") == 0)
		be_a_tree();
	bad = bench("statm", "fast", &fs, bare_statm, 100, "1.2") ||
	      bench("status+stat+fds", "status,stat,fds", &fs, bare_tick, 50, "1.2") ||
	      bench("smaps_rollup", "smaps_rollup", &fs, bare_rollup, 20, "1.2") ||
	      bench("smaps", "smaps", &fs, bare_smaps, 5, "1.5");
	fell_tree();
	procfs_close(&fs);
	return bad ? 1 : 0;
}
