/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/PID/smaps_rollup: a rollup has a Pss, and no value is negative. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "samplers/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	double v[ROLLUP_N];
	bool ok = rollup_parse((const char *)data, size, v);

	if (ok == isnan(v[ROLLUP_PSS]))
		abort();
	for (int i = 0; i < ROLLUP_N; i++)
		if (v[i] < 0)
			abort();
	return 0;
}
