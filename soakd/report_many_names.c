/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three ways to shorten, from the one that reads best to the one that always tells names apart. */
#include "soakd/report_many_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "soakd/report_internal.h"

#define LEAST_SHARED 3 /* bytes: the ellipsis is no shorter */

static bool begins_character(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += begins_character(*s);
	return n;
}

bool many_is_long(const char *name)
{
	return characters(name) > MANY_NAME;
}

/* Where the character of that number begins. */
static const char *character(const char *s, size_t number)
{
	for (; *s; s++)
		if (begins_character(*s) && number-- == 0)
			break;
	return s;
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
	return sk_asprintf("\342\200\246%s", name + shared);
}

void many_add_ends(struct text *out, const char *s, size_t room)
{
	size_t n = characters(s), head = room / 2, tail = room - head - 1;

	if (n <= room) {
		text_add(out, s);
		return;
	}
	text_addn(out, s, (size_t)(character(s, head) - s));
	text_add(out, "\342\200\246");
	text_add(out, character(s, n - tail));
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
		text_add(&t, "\342\200\246");
		many_add_ends(&t, name + shared, room - 1);
	} else {
		many_add_ends(&t, name, room);
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
