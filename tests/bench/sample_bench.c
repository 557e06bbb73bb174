/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a sample costs us over what it must cost: CPU time per process of our samplers against a bare loop of the fewest system calls
 * for the same text, without a look at it, in the same run, in turn, medians of 7. Files that may stay open (statm, stat, status,
 * children) are read by pread() of kept descriptors on both sides; smaps_rollup and smaps, which may not, by open, read, close.
 * The tree: 100 children of 60 mappings and 1 MiB each.
 *   sample_bench NAME             that line alone
 *   sample_bench tree N           only a tree of N, for monitor.sh: says the pid of its root and waits to be killed
 *   sample_bench bare KIND PID S  the bare loop at 1 Hz over the children of PID: CPU in per cent of fast (statm, children) or
 *                                 default (status, stat, fd, children); once a second everything comes from cold caches
 *   sample_bench watch PID S      CPU of process PID over S seconds, in per cent, by its own clock: /proc counts in 10 ms
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "samplers/sampler.h"
#include "soakd/target.h"

#define CHILDREN     100
#define CHILDREN_MAX 2000
#define REPEATS      7

enum { STATM, STAT, STATUS, CHILDREN_FILE, FILES };

static pid_t child[CHILDREN_MAX];
static int children = CHILDREN;
static int kept[FILES][CHILDREN_MAX];
static char buf[65536];

static double seconds(clockid_t clock)
{
	struct timespec ts = { 0 };

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double cpu_us(void)
{
	return seconds(CLOCK_PROCESS_CPUTIME_ID) * 1e6;
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
	for (int i = 0; i < children; i++) {
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
	for (int i = 0; i < children; i++)
		if (child[i] > 0) {
			kill(child[i], SIGKILL);
			waitpid(child[i], NULL, 0);
		}
}

/* ---- the floor --------------------------------------------------------------------------------------------------------- */

static int keep_files(void)
{
	for (int i = 0; i < children; i++) {
		char name[FILES][64];

		snprintf(name[STATM], 64, "/proc/%d/statm", (int)child[i]);
		snprintf(name[STAT], 64, "/proc/%d/stat", (int)child[i]);
		snprintf(name[STATUS], 64, "/proc/%d/status", (int)child[i]);
		snprintf(name[CHILDREN_FILE], 64, "/proc/%d/task/%d/children", (int)child[i], (int)child[i]);
		for (int f = 0; f < FILES; f++)
			if ((kept[f][i] = open(name[f], O_RDONLY | O_CLOEXEC)) == -1)
				return -1;
	}
	return 0;
}

static void bare_kept(int file, int i)
{
	if (pread(kept[file][i], buf, sizeof(buf), 0) < 0)
		abort();
}

/* By reads of n bytes: see procfs.c for why smaps is read in pieces. */
static void bare_file(pid_t pid, const char *name, size_t n)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return;
	while (read(fd, buf, n) > 0)
		;
	close(fd);
}

static void bare_statm(int i)
{
	bare_kept(STATM, i);
}

static void bare_refresh(int i)
{
	bare_kept(STATM, i);
	bare_kept(CHILDREN_FILE, i);
}

static void bare_three(int i)
{
	bare_kept(STAT, i);
	bare_kept(STATUS, i);
	bare_kept(STATM, i);
}

static void bare_tick(int i)
{
	char path[64];
	struct stat st;

	bare_kept(STATUS, i);
	bare_kept(STAT, i);
	snprintf(path, sizeof(path), "/proc/%d/fd", (int)child[i]);
	if (stat(path, &st) != 0)
		abort();
}

static void bare_rollup(int i)
{
	bare_file(child[i], "smaps_rollup", sizeof(buf));
}

static void bare_smaps(int i)
{
	bare_file(child[i], "smaps", 3300);
}

/* ---- ours -------------------------------------------------------------------------------------------------------------- */

static struct procfs fs;
static struct target target;

static int watch_tree(struct sk_err *err)
{
	struct target_spec spec;
	char text[32];

	snprintf(text, sizeof(text), "pid:%d", (int)getpid());
	if (procfs_open(&fs, "/proc", err) != SK_OK || target_spec_parse(text, &spec, err) != SK_OK ||
	    target_init(&target, &spec, &fs, err) != SK_OK)
		return -1;
	/* our own children: whoever runs this is no process that soakd could watch, so they are adopted one by one */
	for (int i = 0; i < CHILDREN; i++)
		if (target_adopt(&target, child[i], err) != SK_OK)
			return -1;
	target.pulse = "statm";
	return 0;
}

static int read_all(const struct sampler_set *set)
{
	double row[SAMPLER_METRICS_MAX];

	for (int i = 0; i < CHILDREN; i++)
		if (sampler_set_read(set, &fs, child[i], TIER_TICK | TIER_BUDGET | TIER_EPOCH, row, NULL, NULL) != SK_OK)
			return -1;
	return 0;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct one {
	const char *name, *list;
	void (*bare)(int i);
	int rounds;
	bool refresh;
	bool busy; /* status of everybody in every row, as if all had done something; else of those that did, and they sleep */
	const char *peer, *goal;
};

static void forget_status(void)
{
	for (int i = 0; i < CHILDREN; i++) {
		struct kept *k = kept_find(&fs.kept, child[i]);

		if (k)
			k->status.known = false;
	}
}

static int bench(const struct one *o)
{
	double ours[REPEATS], floor_us[REPEATS], elapsed = 100000;
	struct sampler_set set;

	if (sampler_set_init(&set, o->list, NULL) != SK_OK)
		return -1;
	for (int r = 0; r < REPEATS; r++) {
		double t0 = cpu_us(), t1;

		for (int k = 0; k < o->rounds; k++) {
			procfs_row(&fs);
			if (o->busy)
				forget_status();
			if (o->refresh && target_refresh(&target, elapsed += 1, NULL) != SK_OK)
				return -1;
			if (read_all(&set) != 0)
				return -1;
		}
		t1 = cpu_us();
		for (int k = 0; k < o->rounds; k++)
			for (int i = 0; i < CHILDREN; i++)
				o->bare(i);
		ours[r] = (t1 - t0) / (o->rounds * CHILDREN);
		floor_us[r] = (cpu_us() - t1) / (o->rounds * CHILDREN);
	}
	qsort(ours, REPEATS, sizeof(*ours), ascending);
	qsort(floor_us, REPEATS, sizeof(*floor_us), ascending);
	printf("sample/%s\t%.2f\tus\t%s\t%.2f\t<= %s\n", o->name, ours[REPEATS / 2], o->peer, floor_us[REPEATS / 2], o->goal);
	return 0;
}

static const struct one all[] = {
	{ "statm", "fast", bare_statm, 200, false, false, "bare pread, kept descriptor", "1.3" },
	{ "statm + tree", "fast", bare_refresh, 200, true, false, "bare preads, kept descriptors", "1.3" },
	{ "stat+status+statm, busy", "stat,status,statm", bare_three, 50, false, true, "bare preads, kept descriptors", "1.1" },
	{ "status+stat+fds", "status,stat,fds", bare_tick, 50, false, false, "bare preads, and stat of fd", "1.1" },
	{ "smaps_rollup", "smaps_rollup", bare_rollup, 20, false, false, "bare open, read, close", "1.05" },
	{ "smaps", "smaps", bare_smaps, 8, false, false, "bare open, 3300-byte reads, close", "1.1" },
};

/* ---- for monitor.sh ---------------------------------------------------------------------------------------------------- */

static int be_a_tree(void)
{
	if (grow_tree() != 0) {
		fell_tree();
		return 1;
	}
	printf("%d\n", (int)getpid());
	fflush(stdout);
	for (;;)
		pause();
}

static int watch(pid_t pid, double span_s)
{
	clockid_t clock;
	double cpu, wall;

	if (clock_getcpuclockid(pid, &clock) != 0)
		return 1;
	cpu = seconds(clock);
	wall = seconds(CLOCK_MONOTONIC);
	nanosleep(&(struct timespec){ (time_t)span_s, 0 }, NULL);
	cpu = seconds(clock) - cpu;
	wall = seconds(CLOCK_MONOTONIC) - wall;
	printf("%.4f\n", cpu / wall * 100);
	return 0;
}

/* The children of the tree's root become ours to read. */
static int list_tree(const char *root)
{
	char name[128];
	ssize_t n;
	int fd;

	snprintf(name, sizeof(name), "/proc/%.20s/task/%.20s/children", root, root);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	for (children = 0; fd != -1 && (n = read(fd, buf, sizeof(buf) - 1)) > 0;) {
		buf[n] = '\0';
		for (char *s = buf, *end; children < CHILDREN_MAX && (child[children] = (pid_t)strtol(s, &end, 10)) > 0; s = end)
			children++;
	}
	if (fd != -1)
		close(fd);
	return children > 0 ? keep_files() : -1;
}

static int bare_at_1_hz(bool fast, const char *root, int span_s)
{
	double cpu;

	if (list_tree(root) != 0)
		return 1;
	cpu = cpu_us();
	for (int k = 0; k < span_s; k++) {
		for (int i = 0; i < children; i++)
			fast ? bare_statm(i) : bare_tick(i);
		for (int i = 0; i < children; i++)
			bare_kept(CHILDREN_FILE, i);
		nanosleep(&(struct timespec){ 1, 0 }, NULL);
	}
	printf("%.4f\n", (cpu_us() - cpu) / span_s / 1e4);
	return 0;
}

int main(int argc, char **argv)
{
	struct sk_err err = { 0 };
	int bad = 0;

	if (argc == 4 && strcmp(argv[1], "watch") == 0)
		return watch((pid_t)strtol(argv[2], NULL, 10), strtod(argv[3], NULL));
	if (argc == 5 && strcmp(argv[1], "bare") == 0)
		return bare_at_1_hz(strcmp(argv[2], "fast") == 0, argv[3], (int)strtol(argv[4], NULL, 10));
	if (argc == 3 && strcmp(argv[1], "tree") == 0) {
		children = (int)strtol(argv[2], NULL, 10);
		return children < 1 || children > CHILDREN_MAX ? 2 : be_a_tree();
	}
	if (grow_tree() != 0 || keep_files() != 0 || watch_tree(&err) != 0) {
		fprintf(stderr, "sample_bench: %s\n", err.msg[0] ? err.msg : "cannot start 100 children");
		fell_tree();
		return 1;
	}
	for (size_t i = 0; !bad && i < sizeof(all) / sizeof(*all); i++)
		if (argc != 2 || strcmp(argv[1], all[i].name) == 0)
			bad = bench(&all[i]);
	target_release(&target);
	procfs_close(&fs);
	fell_tree();
	return bad ? 1 : 0;
}
