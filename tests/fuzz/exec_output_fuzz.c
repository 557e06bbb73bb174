/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any output of a command, in two pieces: cut anywhere, it counts the same. */
#include <stdlib.h>

#include "scenarios/exec_output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct exec_output a, b;
	size_t cut = n ? data[0] % n : 0;

	exec_output_reset(&a);
	exec_output_reset(&b);
	exec_output_add(&a, (const char *)data, n);
	exec_output_end(&a);
	exec_output_add(&b, (const char *)data, cut);
	exec_output_add(&b, (const char *)data + cut, n - cut);
	exec_output_end(&b);
	if (a.found != b.found || a.transactions != b.transactions)
		abort();
	return 0;
}
