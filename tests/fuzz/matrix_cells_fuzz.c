/* SPDX-License-Identifier: GPL-3.0-or-later */
/* matrix.json to the cells of a page: whatever stands in it, no cell leads out of the directory. */
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "soakd/report_many_internal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct many m = { .page = PAGE_MATRIX };
	json_t *j = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	struct sk_err err;

	if (!j)
		return 0;
	many_find_cells(&m, "dir", j, &err);
	for (size_t i = 0; i < m.n; i++)
		if (strncmp(m.run[i].path, "dir/cells/", 10) != 0 || strchr(m.run[i].path + 10, '/') ||
		    m.run[i].group >= m.n_groups)
			abort();
	many_release(&m);
	return 0;
}
