/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding a metric by name; see metric.h. */
#include "base/metric.h"

#include <string.h>

int metric_find(const struct metric *m, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(m[i].name, name) == 0)
			return (int)i;
	return -1;
}
