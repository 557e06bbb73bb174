/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a command prints: looked through line by line for pgbench's count of transactions. Constant memory, any input. */
#ifndef SCENARIOS_EXEC_OUTPUT_H
#define SCENARIOS_EXEC_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXEC_LINE 256 /* what is beyond of a line is not looked at */

struct exec_output {
	char line[EXEC_LINE];
	size_t n;
	bool found;            /* a count was seen */
	uint64_t transactions; /* the sum of those seen: a script may run pgbench several times */
};

void exec_output_reset(struct exec_output *o);
void exec_output_add(struct exec_output *o, const char *bytes, size_t n);
void exec_output_end(struct exec_output *o); /* the last line may have no newline */

#endif
