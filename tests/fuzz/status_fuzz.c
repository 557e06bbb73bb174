/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/PID/status and statm: a value is a number of whole KiB or unknown, whatever the text is. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "samplers/parse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	double v[STATUS_N], m[STATM_N];

	status_parse((const char *)data, size, v);
	for (int i = 0; i < STATUS_N; i++)
		if (!isnan(v[i]) && !(v[i] >= 0 && v[i] <= (double)UINT64_MAX))
			abort();
	if (statm_parse((const char *)data, size, 4, m) && !(m[STATM_RSS] >= 0 && m[STATM_VSZ] >= 0))
		abort();
	return 0;
}
