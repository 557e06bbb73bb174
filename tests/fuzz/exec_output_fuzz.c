/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any output of a command, in two pieces: cut anywhere, it says the same; and whatever it says is a name and a number. */
#include <stdlib.h>
#include <string.h>

#include "scenarios/exec_output.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct exec_output a, b;
	size_t cut = n ? data[0] % n : 0;

	exec_output_reset(&a);
	exec_output_reset(&b);
	exec_output_add(&a, (const char *)data, n);
	exec_output_end(&a);
	exec_output_add(&b, (const char *)data, cut);
	exec_output_add(&b, (const char *)data + cut, n - cut);
	exec_output_end(&b);
	if (a.counted != b.counted || exec_output_ops(&a) != exec_output_ops(&b) ||
	    exec_output_errors(&a) != exec_output_errors(&b) || a.tool != b.tool || a.n_figure != b.n_figure ||
	    memcmp(a.figure, b.figure, sizeof(a.figure)) != 0)
		abort();
	for (size_t i = 0; i < a.n_figure; i++)
		if (!memchr(a.figure[i].item, '\0', EXEC_ITEM) || !a.figure[i].unit || a.figure[i].value < 0 || !a.tool)
			abort();
	return 0;
}
