/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking through a command's output: see exec_output.h. */
#include "scenarios/exec_output.h"

#include <string.h>

/* pgbench 15: "number of transactions actually processed: 1234", or "1234/2000" when it was given -t */
static const char words[] = "number of transactions actually processed: ";

void exec_output_reset(struct exec_output *o)
{
	o->n = 0;
	o->found = false;
	o->transactions = 0;
}

static void look(struct exec_output *o)
{
	size_t at = sizeof(words) - 1;
	uint64_t v = 0;

	if (o->n <= at || memcmp(o->line, words, at) != 0 || o->line[at] < '0' || o->line[at] > '9')
		return;
	for (; at < o->n && o->line[at] >= '0' && o->line[at] <= '9'; at++)
		if (__builtin_mul_overflow(v, 10u, &v) || __builtin_add_overflow(v, (uint64_t)(o->line[at] - '0'), &v))
			return; /* no count that a program could have reached */
	o->found = true;
	if (__builtin_add_overflow(o->transactions, v, &o->transactions))
		o->transactions = UINT64_MAX;
}

void exec_output_end(struct exec_output *o)
{
	look(o);
	o->n = 0;
}

void exec_output_add(struct exec_output *o, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n')
			exec_output_end(o);
		else if (o->n < sizeof(o->line))
			o->line[o->n++] = bytes[i];
	}
}
