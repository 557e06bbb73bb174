/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For LD_PRELOAD: a load generator that leaks. In soakd-drive, and in no other program, each ppoll() takes 64 KiB that nobody
 * gives back, so that a test sees whom soakd accuses.
 */
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TAKEN 65536

int ppoll(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
	static int (*real)(struct pollfd *, nfds_t, const struct timespec *, const sigset_t *);
	volatile char *taken; /* or the compiler leaves out what nobody reads */

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "ppoll");
	if (strcmp(program_invocation_short_name, "soakd-drive") == 0 && (taken = malloc(TAKEN)) != NULL)
		for (size_t i = 0; i < TAKEN; i += 4096)
			taken[i] = 1;
	return real(fds, n, timeout, mask);
}
