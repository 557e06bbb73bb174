/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Grows in one place at a steady rate of wall time, for tests/e2e/classes.sh: grow KIND KIB_PER_S
 *
 *   heap   small blocks of the main thread: brk      arena  the same in a thread: an arena of its own
 *   mmap   blocks that malloc maps one by one        memfd  a shared object that gets longer, each piece mapped
 *   stack  one thread, deeper and deeper             file   a private mapping of a file, written page after page
 */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define ROOM ((size_t)1 << 30) /* what is reserved for those that do not reserve as they go */

static double rate; /* bytes per second */
static struct timespec began;

/* Waits until n bytes are due: after a pause it catches up, so that the line is straight however busy the machine is. */
static void wait_for(double n)
{
	const struct timespec pause = { 0, 2000000 };
	struct timespec now;

	for (;; nanosleep(&pause, NULL)) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (((double)(now.tv_sec - began.tv_sec) + 1e-9 * (double)(now.tv_nsec - began.tv_nsec)) * rate >= n)
			return;
	}
}

static void *blocks(void *size)
{
	size_t n = (size_t)(uintptr_t)size;

	for (double done = 0;; done += (double)n) {
		char *p = malloc(n);

		wait_for(done);
		if (!p)
			return NULL;
		memset(p, 1, n);
	}
}

static void memfd(void)
{
	const size_t piece = 64 << 10;
	int fd = memfd_create("grow", MFD_CLOEXEC);

	for (size_t done = 0;; done += piece) {
		wait_for((double)done);
		if (ftruncate(fd, (off_t)(done + piece)) != 0)
			exit(1);
		char *p = mmap(NULL, piece, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)done);

		if (p == MAP_FAILED)
			exit(1);
		memset(p, 1, piece);
	}
}

static void file(void)
{
	FILE *f = tmpfile();
	char *p = f && ftruncate(fileno(f), ROOM) == 0 ? mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_PRIVATE, fileno(f), 0)
						       : MAP_FAILED;

	if (p == MAP_FAILED)
		exit(1);
	for (size_t done = 0; done < ROOM; done += 4096) {
		wait_for((double)done);
		p[done] = 1;
	}
}

static __attribute__((noinline)) char deeper(double done)
{
	volatile char page[16 << 10];

	if (done > (double)ROOM / 2)
		return 0;
	wait_for(done);
	memset((char *)page, 1, sizeof(page));
	return (char)(deeper(done + sizeof(page)) + page[7]); /* what comes after the call keeps the frame */
}

static void *stack(void *unused)
{
	deeper(0);
	return unused;
}

static void in_thread(void *(*work)(void *), void *arg)
{
	pthread_attr_t attr;
	pthread_t t;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, ROOM);
	if (pthread_create(&t, &attr, work, arg) == 0)
		pthread_join(t, NULL);
}

int main(int argc, char **argv)
{
	const char *kind = argc == 3 ? argv[1] : "";

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	rate = argc == 3 ? 1024 * strtod(argv[2], NULL) : 0;
	clock_gettime(CLOCK_MONOTONIC, &began);
	if (!(rate > 0))
		return 2;
	if (strcmp(kind, "heap") == 0)
		blocks((void *)4000);
	else if (strcmp(kind, "mmap") == 0)
		blocks((void *)(uintptr_t)(256 << 10));
	else if (strcmp(kind, "arena") == 0)
		in_thread(blocks, (void *)4000);
	else if (strcmp(kind, "stack") == 0)
		in_thread(stack, NULL);
	else if (strcmp(kind, "memfd") == 0)
		memfd();
	else if (strcmp(kind, "file") == 0)
		file();
	return 2;
}
