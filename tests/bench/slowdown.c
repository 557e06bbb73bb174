/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does the target notice that it is watched? A process of 10 GiB in 4 KiB pages maps, touches and unmaps memory as fast as it can: each turn takes
 * the lock that a walk over its page tables holds. Phases without and with soakd (a row each 10 s) in turn; per phase turns per second
 * and the longest turn. slowdown PHASE_S PAIRS SOAKD: a line of GiB, slowdown in per cent (median of the pairs), its spread, longest
 * turns without and with in ms.
 */
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHUNK     ((size_t)256 << 10)
#define PAIRS_MAX 32

struct page {
	_Atomic unsigned long turns, worst_ns;
	_Atomic int ready;
};

static unsigned long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (unsigned long)ts.tv_sec * 1000000000 + (unsigned long)ts.tv_nsec;
}

static void turn(void)
{
	char *p = mmap(NULL, CHUNK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		_exit(1);
	for (size_t i = 0; i < CHUNK; i += 4096)
		p[i] = 1;
	munmap(p, CHUNK);
}

static void be_the_target(struct page *page, size_t bytes)
{
	cpu_set_t one;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	CPU_ZERO(&one);
	CPU_SET(0, &one);
	sched_setaffinity(0, sizeof(one),
			  &one); /* soakd has the others; one processor makes both share it, and that is said by the figure */
	char *big = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (big == MAP_FAILED || madvise(big, bytes, MADV_NOHUGEPAGE) != 0)
		_exit(1);
	for (size_t i = 0; i < bytes; i += 4096)
		big[i] = 1;
	page->ready = 1;
	for (unsigned long t0 = now_ns();;) {
		turn();
		unsigned long t1 = now_ns();

		if (t1 - t0 > page->worst_ns)
			page->worst_ns = t1 - t0;
		page->turns++;
		t0 = t1;
	}
}

/* 10 GiB, or half of what there is. */
static size_t target_bytes(void)
{
	size_t want = (size_t)10 << 30, half = (size_t)sysconf(_SC_AVPHYS_PAGES) / 2 * 4096;

	return want < half ? want : half;
}

static pid_t start_soakd(const char *soakd, pid_t target, int seconds, int number)
{
	pid_t pid = fork();
	char id[16], length[16], out[32];

	if (pid != 0)
		return pid;
	snprintf(id, sizeof(id), "%d", (int)target);
	snprintf(length, sizeof(length), "%d", seconds);
	snprintf(out, sizeof(out), "slowdown-%d", number);
	if (!freopen("/dev/null", "w", stdout) || !freopen("soakd.log", "w", stderr))
		_exit(1);
	execl(soakd, "soakd", "--pid", id, "--scenario", "none", "--interval", "10", "--duration", length, "--quiet", "--out",
	      out, (char *)NULL);
	_exit(127);
}

/* Turns per second of a phase; *worst its longest turn in ms. */
static double phase(struct page *page, int seconds, double *worst)
{
	unsigned long turns = page->turns, t0 = now_ns();

	page->worst_ns = 0;
	sleep((unsigned)seconds);
	*worst = fmax(*worst, (double)page->worst_ns / 1e6);
	return (double)(page->turns - turns) / (double)(now_ns() - t0) * 1e9;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* One phase each, which first in turn: a machine that grows slower meanwhile is no slowdown. Per cent; NaN: soakd took no rows. */
static double pair(struct page *page, pid_t target, const char *soakd, int seconds, int number, double worst[2])
{
	double rate[2];
	int status = 0;

	for (int i = 0; i < 2; i++) {
		int with = i ^ (number & 1);
		pid_t pid = with ? start_soakd(soakd, target, seconds, number) : -1;

		rate[with] = phase(page, seconds, &worst[with]);
		if (with && (pid <= 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) > 3))
			return NAN;
	}
	return (rate[0] / rate[1] - 1) * 100;
}

int main(int argc, char **argv)
{
	struct page *page = mmap(NULL, sizeof(*page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int seconds = argc == 4 ? atoi(argv[1]) : 0, pairs = argc == 4 ? atoi(argv[2]) : 0;
	double slower[PAIRS_MAX], worst[2] = { 0, 0 };
	size_t bytes = target_bytes();
	pid_t target;

	if (seconds < 1 || pairs < 1 || pairs > PAIRS_MAX || page == MAP_FAILED) {
		fprintf(stderr, "usage: slowdown PHASE_S PAIRS SOAKD\n");
		return 2;
	}
	target = fork();
	if (target == 0)
		be_the_target(page, bytes);
	while (target > 0 && !page->ready && waitpid(target, NULL, WNOHANG) == 0)
		usleep(100000);
	for (int i = 0; i < pairs; i++) {
		slower[i] = pair(page, target, argv[3], seconds, i, worst);
		if (isnan(slower[i]))
			fprintf(stderr, "slowdown: the run of pair %d failed\n", i);
	}
	kill(target, SIGKILL);
	waitpid(target, NULL, 0);
	qsort(slower, (size_t)pairs, sizeof(*slower), ascending);
	printf("%.1f\t%.2f\t%.2f\t%.2f\t%.1f\t%.1f\n", (double)bytes / (1 << 30), slower[pairs / 2], slower[0], slower[pairs - 1],
	       worst[0], worst[1]);
	return 0;
}
