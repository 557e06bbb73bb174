/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For LD_PRELOAD: a load generator that leaks. In soakd-drive, and in no other program, the calls of ppoll() take 4 MiB each two
 * seconds that nobody gives back. By the clock and not by their number, so that a busy machine bends nothing; in steps, so that a
 * driver that is kept waiting for two seconds, even the last ones of a run, looks no different from one that leaks.
 */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define STEP_S 2.
#define PAGES  1024 /* of a step */
#define PAGE   4096

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void take_step(void)
{
	for (size_t i = 0; i < PAGES; i++) {
		volatile char *taken = malloc(PAGE); /* volatile: or the compiler leaves out what nobody reads */

		if (taken)
			*taken = 1;
	}
}

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
	static int (*real)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
	static double next_s; /* when the next step is due */

	if (!real) {
		*(void **)&real = dlsym(RTLD_NEXT, "ppoll");
		next_s = now_s() + STEP_S;
	}
	if (strcmp(program_invocation_short_name, "soakd-drive") == 0)
		for (double now = now_s(); next_s <= now; next_s += STEP_S)
			take_step();
	return real(fds, n, timeout, mask);
}
