/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three ways to shorten, from the one that reads best to the one that always tells names apart. */
#include "soakd/report_many_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "soakd/report_internal.h"

#define LEAST_SHARED 3 /* bytes: the ellipsis is no shorter */

bool many_is_long(const char *name)
{
	return utf8_width(name) > MANY_NAME;
}

size_t many_shared_beginning(const char *const *name, size_t n)
{
	const char *first = NULL;
	size_t same = 0, others = 0;

	for (size_t i = 0; i < n; i++) {
		if (!many_is_long(name[i]))
			continue;
		if (!first) {
			first = name[i];
			same = strlen(first);
			continue;
		}
		others++;
		for (size_t k = 0; k < same; k++)
			if (name[i][k] != first[k])
				same = k;
	}
	while (others && same > 0 && !strchr(" /=-_.:,", first[same - 1]))
		same--;
	return others && same > LEAST_SHARED ? same : 0;
}

char *many_without_beginning(const char *name, const char *beginning, size_t shared)
{
	if (shared == 0 || !many_is_long(name) || strncmp(name, beginning, shared) != 0)
		return sk_strdup(name);
	return sk_asprintf(MORE "%s", name + shared);
}

enum way { CUT_BEGINNING, CUT_MIDDLE, NUMBERED, WAYS };

static char *shortened(const char *name, size_t place, size_t shared, enum way way)
{
	struct text t = TEXT_INIT;
	size_t room = MANY_NAME;

	if (!many_is_long(name))
		return sk_strdup(name);
	if (way == NUMBERED) {
		text_addf(&t, "#%zu ", place);
		room -= t.len;
	}
	if (way == CUT_BEGINNING && shared > 0) {
		text_add(&t, MORE);
		text_add_ends(&t, name + shared, room - 1);
	} else {
		text_add_ends(&t, name, room);
	}
	return text_take(&t);
}

/* Names that were different are alike now. */
static bool mixes_up(const char *const *name, char *const *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if (strcmp(out[i], out[k]) == 0 && strcmp(name[i], name[k]) != 0)
				return true;
	return false;
}

static bool shorten_all(const char *const *name, char **out, size_t n, size_t shared, enum way way)
{
	for (size_t i = 0; i < n; i++) {
		free(out[i]);
		out[i] = shortened(name[i], i + 1, shared, way);
		if (!out[i])
			return false;
	}
	return true;
}

char **many_short_names(const char *const *name, size_t n, size_t shared)
{
	char **out = n ? sk_calloc(n, sizeof(*out)) : NULL;

	for (enum way way = CUT_BEGINNING; out && way < WAYS; way++) {
		if (shorten_all(name, out, n, shared, way)) {
			if (!mixes_up(name, out, n))
				break;
			continue;
		}
		for (size_t i = 0; i < n; i++)
			free(out[i]);
		free(out);
		out = NULL;
	}
	return out;
}
