/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small server for tests/e2e/cycle.sh: tenant MODE FIFO. Each byte in the FIFO is a request; after 300 ms without one
 * it is idle.
 *
 *   frag  a request replaces some hundred blocks of a cache at random, and when idle three quarters of it are freed:
 *   glibc's heap stays full
 *         of holes, which the next load uses again
 *   leak  the same, and each request keeps 64 KiB for good
 */
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SLOTS       6000
#define PER_REQUEST 1500
#define KEPT        (64 << 10)

static void *slot[SLOTS];
static uint64_t state = 1;

static uint64_t draw(uint64_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % below;
}

static void *block(size_t n)
{
	void *p = malloc(n);

	if (!p)
		exit(1);
	memset(p, 1, n);
	return p;
}

static void request(int leak)
{
	static void **kept;

	for (int i = 0; i < PER_REQUEST; i++) {
		uint64_t k = draw(SLOTS);

		free(slot[k]);
		slot[k] = block(100 + draw(1900));
	}
	if (leak) {
		void **more = block(KEPT);

		*more = kept;
		kept = more;
	}
}

static void rest(void)
{
	for (int i = 0; i < SLOTS; i++)
		if (draw(4) != 0) {
			free(slot[i]);
			slot[i] = NULL;
		}
}

int main(int argc, char **argv)
{
	struct pollfd p = { .fd = argc == 3 ? open(argv[2], O_RDWR | O_CLOEXEC) : -1, .events = POLLIN };
	int busy = 0;
	char byte;

	if (p.fd == -1)
		return 2;
	for (;;) {
		int n = poll(&p, 1, busy ? 300 : -1);

		if (n == 0)
			rest();
		busy = n > 0 && read(p.fd, &byte, 1) == 1;
		if (busy)
			request(strcmp(argv[1], "leak") == 0);
	}
}
