/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program that allocates as told, for the tests of --malloc-stats. Each word is done in turn, then it waits to be ended:
 *
 *   leak        100 000 blocks of 100 bytes that stay         fragment    400 000 of 100 bytes, all but each 64th freed
 *   threads     8 threads that allocate and free until the end fork        the rest is done by a child
 *   daemon      the rest is done by a daemon                   closefds    closes every descriptor from 3 on
 *   drip        32 KiB in small blocks that stay, each tenth of a second, until the end
 *   creep       as much is taken, and as much given back, but no new block fits into the holes of the old ones
 *   big         one block of 64 MiB, which malloc maps by itself
 *   loop        20 million pairs of malloc and free; prints the nanoseconds of one
 *   mainends    main() ends and leaves the rest to a thread that ends soon: then the program is over
 *   wait        until a file GO is in the working directory; at the end a file DONE is there
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static void *volatile keep;

static void *taken(size_t n)
{
	char *p = malloc(n);

	if (!p)
		abort();
	memset(p, 1, n);
	keep = p;
	return p;
}

static void fragment(size_t n)
{
	void **p = calloc(n, sizeof(*p));

	for (size_t i = 0; p && i < n; i++)
		p[i] = taken(100);
	for (size_t i = 0; p && i < n; i++)
		if (i % 64)
			free(p[i]);
	free(p);
}

#define DRIP     32768
#define BALLAST  100 /* bytes; a chunk of 112 */
#define BALLASTS 300000

/* By the clock, and what is late is made up for, so that a busy machine bends no growth. */
static void next_tenth(void)
{
	static struct timespec next;

	if (!next.tv_sec)
		clock_gettime(CLOCK_MONOTONIC, &next);
	next.tv_nsec += 100000000;
	next.tv_sec += next.tv_nsec / 1000000000;
	next.tv_nsec %= 1000000000;
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL) == EINTR)
		;
}

static void drip(void)
{
	for (;; next_tenth())
		for (int i = 0; i < DRIP / 128; i++)
			taken(120);
}

/* The ballast's holes are too small for what is taken, and never lie side by side. */
static void creep(void)
{
	void **ballast = calloc(BALLASTS, sizeof(*ballast));
	size_t at = 0;

	for (size_t i = 0; ballast && i < BALLASTS; i++)
		ballast[i] = taken(BALLAST);
	for (;; next_tenth()) {
		for (int i = 0; i < DRIP / 256; i++)
			taken(248);
		for (size_t back = 0; ballast && back < DRIP && at < BALLASTS; back += BALLAST + 12, at += 2)
			free(ballast[at]);
	}
}

static void *busy(void *arg)
{
	for (unsigned i = 0;; i++) {
		free(taken(16 + i % 5000));
		if (i % 1000 == 0)
			usleep(1000);
	}
	return arg;
}

static void loop(void)
{
	struct timespec a, b;
	const int n = 20000000;

	clock_gettime(CLOCK_MONOTONIC, &a);
	for (int i = 0; i < n; i++) {
		keep = malloc((size_t)(16 + i % 500));
		free(keep);
	}
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("%.2f ns\n", ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / n);
	fflush(stdout);
}

static void become_child(void)
{
	pid_t parent = getpid();

	if (fork() != 0)
		for (;;)
			pause();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
}

static void *soon(void *arg)
{
	usleep(500000);
	return arg;
}

static void act(const char *word)
{
	pthread_t t;

	if (strcmp(word, "leak") == 0)
		for (int i = 0; i < 100000; i++)
			taken(100);
	else if (strcmp(word, "fragment") == 0)
		fragment(400000);
	else if (strcmp(word, "drip") == 0)
		drip();
	else if (strcmp(word, "creep") == 0)
		creep();
	else if (strcmp(word, "big") == 0)
		taken((size_t)64 << 20);
	else if (strcmp(word, "threads") == 0)
		for (int i = 0; i < 8; i++)
			pthread_create(&t, NULL, busy, NULL);
	else if (strcmp(word, "fork") == 0)
		become_child();
	else if (strcmp(word, "daemon") == 0 && daemon(1, 1) != 0)
		_exit(1);
	else if (strcmp(word, "closefds") == 0)
		close_range(3, ~0U, 0);
	else if (strcmp(word, "loop") == 0)
		loop();
	else if (strcmp(word, "mainends") == 0 && pthread_create(&t, NULL, soon, NULL) == 0)
		pthread_exit(NULL);
	else if (strcmp(word, "wait") == 0)
		while (access("GO", F_OK) != 0)
			usleep(10000);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		act(argv[i]);
	close(open("DONE", O_WRONLY | O_CREAT, 0644));
	if (argc > 1 && strcmp(argv[argc - 1], "loop") == 0)
		return 0;
	for (;;)
		pause();
}
