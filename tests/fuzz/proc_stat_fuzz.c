/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/PID/stat holds a name that its process chooses: whatever is in it, no read beyond the text, and no impossible value. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/memoryless.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct proc_stat st;

	if (proc_stat_parse((const char *)data, size, &st) != 0)
		return 0;
	if (st.pid <= 0 || st.ppid < 0 || st.threads < 0 || !(st.cpu_s >= 0) || !memchr(st.comm, '\0', sizeof(st.comm)))
		abort();
	(void)proc_stat_memoryless(&st);
	return 0;
}
