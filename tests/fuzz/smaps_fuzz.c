/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /proc/PID/smaps: in one piece and in pieces the result is the same, and the classes' mappings are all mappings. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/smaps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum sk_code parse(const uint8_t *data, size_t size, size_t chunk, struct smaps_summary *sum)
{
	struct smaps_parser *p = smaps_parser_new();
	enum sk_code rc;

	if (!p)
		abort();
	for (size_t at = 0; at < size; at += chunk)
		smaps_parser_feed(p, (const char *)data + at, size - at < chunk ? size - at : chunk);
	rc = smaps_parser_end(p, sum, NULL);
	smaps_parser_free(p);
	return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct smaps_summary whole, pieces;
	uint64_t n = 0;

	if (parse(data, size, size + 1, &whole) != parse(data, size, 61, &pieces) || memcmp(&whole, &pieces, sizeof(whole)) != 0)
		abort();
	for (int c = 0; c < MAP_CLASSES; c++)
		n += whole.by_class[c].mappings;
	if (n != whole.all.mappings)
		abort();
	return 0;
}
