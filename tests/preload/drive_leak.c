/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For LD_PRELOAD: a load generator that leaks. In soakd-drive, and in no other program, the calls of ppoll() take 2 MiB a second
 * that nobody gives back, by the clock and not by their number, so that a busy machine bends nothing and a test sees whom soakd accuses.
 */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TAKEN  4096
#define EACH_S (1. / 512)

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
	static int (*real)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
	static double taken_s; /* as far as this moment memory has been taken */

	if (!real) {
		*(void **)&real = dlsym(RTLD_NEXT, "ppoll");
		taken_s = now_s();
	}
	for (double now = now_s(); strcmp(program_invocation_short_name, "soakd-drive") == 0 && taken_s < now;
	     taken_s += EACH_S) {
		volatile char *taken = malloc(TAKEN); /* volatile: or the compiler leaves out what nobody reads */

		if (taken)
			*taken = 1;
	}
	return real(fds, n, timeout, mask);
}
