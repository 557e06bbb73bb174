/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes that call themselves answers of a Redis, in two pieces: what is seen stays within them, and an error has a text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#ifdef HAVE_HIREDIS
#include "scenarios/redis_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	redisReader *reader = redisReaderCreateWithFunctions(&redis_look);
	struct redis_seen seen = { 0 };
	size_t half = n / 2;
	void *mark;

	if (!reader)
		return 0;
	reader->privdata = &seen;
	for (int i = 0; i < 2; i++) {
		redisReaderFeed(reader, (const char *)data + (i ? half : 0), i ? n - half : half);
		for (mark = NULL; redisReaderGetReply(reader, &mark) == REDIS_OK && mark; mark = NULL) {
			if (seen.bytes > n || (seen.error && strlen(seen.text) >= sizeof(seen.text)))
				abort();
			seen.bytes = 0;
		}
	}
	redisReaderFree(reader);
	return 0;
}
#else
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	(void)data;
	(void)n;
	return 0;
}
#endif
