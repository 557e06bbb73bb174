/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any text that calls itself INFO or MALLOC-STATS: whole numbers from 0 on, in known units, and never beyond its end. */
#include <stdlib.h>
#include <string.h>

#include "scenarios/redis_info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void look(void *ctx, const char *item, const char *unit, int64_t value)
{
	(void)ctx;
	if (!*item || value < 0 || (strcmp(unit, "bytes") != 0 && strcmp(unit, "1") != 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = malloc(n), buf[16]; /* without a NUL behind it: reading on is seen */
	int64_t v;

	if (!text)
		return 0;
	if (n)
		memcpy(text, data, n);
	redis_info_items(text, n, look, NULL);
	if (redis_info_value(text, n, "redis_version", buf, sizeof(buf)) && strlen(buf) >= sizeof(buf))
		abort();
	if (redis_info_number(text, n, "process_id", &v) && v < 0)
		abort();
	if (redis_malloc_stats(text, n, "retained", &v) && v < 0)
		abort();
	redis_malloc_stats(text, n, "Allocated", &v);
	free(text);
	return 0;
}
