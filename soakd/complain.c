/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's voice: what libraries return as code and sentence is said here, once, on stderr. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "soakd/cmds.h"
#include "soakd/escape.h"

const char *const out_format_names[] = { "human", "json", "jsonl", "csv", "markdown", "junit", NULL };

void complain(const struct sk_err *err)
{
	char *plain = plain_dup(err->msg); /* it may quote any name: one line, and nothing that a terminal obeys */

	fprintf(stderr, "soakd: %s\n", plain ? plain : err->msg);
	free(plain);
}

void complainf(const char *fmt, ...)
{
	struct sk_err err;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err.msg, sizeof(err.msg), fmt, ap);
	va_end(ap);
	complain(&err);
}

void say_path(const char *path)
{
	char *plain = isatty(STDOUT_FILENO) ? plain_dup(path) : NULL; /* a program that reads it wants the very name */

	printf("%s\n", plain ? plain : path);
	free(plain);
}

int exit_of(enum sk_code code)
{
	switch (code) {
	case SK_OK:
	case SK_EEND:
		return EXIT_NO_LEAK;
	case SK_ENOMEM:
	case SK_ENUM:
		return EXIT_INTERNAL;
	default:
		return EXIT_USAGE;
	}
}
