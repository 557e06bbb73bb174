/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON to scene: whatever arrives is refused or understood; what was understood is written back and read again, the same. */
#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plots/scene.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *dump(const struct scene *s)
{
	json_t *j = scene_to_json(s);
	char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;

	json_decref(j);
	return text;
}

static void there_and_back(const struct scene *s)
{
	char *first = dump(s);
	json_t *j = first ? json_loads(first, JSON_REJECT_DUPLICATES, NULL) : NULL;
	struct scene again;

	if (!j || scene_from_json(j, &again, NULL) != SK_OK)
		abort();
	char *second = dump(&again);

	if (!second || strcmp(first, second) != 0)
		abort();
	free(first);
	free(second);
	json_decref(j);
	scene_release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *j = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
	struct sk_err err;
	struct scene s;

	if (!j)
		return 0;
	if (scene_from_json(j, &s, &err) == SK_OK) {
		there_and_back(&s);
		scene_release(&s);
	}
	json_decref(j);
	return 0;
}
