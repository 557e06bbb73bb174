/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A program to be run under a memory tool. Words: `lose` forgets ten blocks of 100 bytes, `keep` has as many and does not, `fork`
 * does the same in a child as well; `deaf` hears neither TERM nor INT; `wait` says that all this is done, and goes on until it is
 * told to end.
 */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char *kept[10];
static volatile sig_atomic_t told;

static void on_term(int sig)
{
	told = sig;
}

__attribute__((noinline)) static void forget_ten(void)
{
	for (int i = 0; i < 10; i++) {
		char *volatile block = malloc(100);

		if (block)
			memset(block, 1, 100);
	}
}

static void keep_ten(void)
{
	for (int i = 0; i < 10; i++)
		kept[i] = malloc(100);
}

int main(int argc, char **argv)
{
	bool deaf = false, wait_for_it = false;
	const struct timespec nap = { 0, 20000000 };

	signal(SIGTERM, on_term);
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "lose") == 0)
			forget_ten();
		else if (strcmp(argv[i], "keep") == 0)
			keep_ten();
		else if (strcmp(argv[i], "fork") == 0 && fork() == 0)
			return forget_ten(), 0;
		deaf |= strcmp(argv[i], "deaf") == 0;
		wait_for_it |= strcmp(argv[i], "wait") == 0;
	}
	if (deaf) {
		signal(SIGTERM, SIG_IGN);
		signal(SIGINT, SIG_IGN);
	}
	while (wait(NULL) > 0)
		;
	if (wait_for_it)
		puts("lose: waiting");
	fflush(stdout);
	while (wait_for_it && !told)
		nanosleep(&nap, NULL);
	for (int i = 0; i < 10; i++)
		free(kept[i]);
	return 0;
}
