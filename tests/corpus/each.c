/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/corpus/each.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS_MAX 64

struct shared {
	atomic_size_t next; /* number that nobody has taken yet */
	_Alignas(64) char results[];
};

static void die(const char *what)
{
	fprintf(stderr, "corpus: %s\n", what);
	exit(2);
}

static size_t cores(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > WORKERS_MAX ? WORKERS_MAX : (size_t)n;
}

void *each(size_t n, size_t size, void (*make)(size_t i, const void *context, void *result), const void *context)
{
	struct shared *m = mmap(NULL, sizeof(*m) + n * size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	size_t workers = cores();
	pid_t pid[WORKERS_MAX];
	int status, bad = 0;

	if (m == MAP_FAILED)
		die("no memory for the results");
	fflush(stdout);
	for (size_t w = 0; w < workers; w++) {
		pid[w] = fork();
		if (pid[w] < 0)
			die("no process to work in");
		if (pid[w] > 0)
			continue;
		for (size_t i; (i = atomic_fetch_add(&m->next, 1)) < n;)
			make(i, context, m->results + i * size);
		_exit(0);
	}
	for (size_t w = 0; w < workers; w++)
		bad |= waitpid(pid[w], &status, 0) != pid[w] || status != 0;
	if (bad)
		die("a process that worked has failed");
	return m->results;
}

void each_free(void *results, size_t n, size_t size)
{
	if (results)
		munmap((char *)results - offsetof(struct shared, results), sizeof(struct shared) + n * size);
}
