/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three ways to shorten, from the one that reads best to the one that always tells names apart. */
#include "soakd/report_many_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "soakd/report_internal.h"

#define LEAST_SHARED 3 /* bytes: the ellipsis is no shorter */

bool many_any_long(const char *const *name, size_t n, size_t room)
{
	for (size_t i = 0; i < n; i++)
		if (utf8_width(name[i]) > room)
			return true;
	return false;
}

static bool ends_word(char c)
{
	return c && strchr(" /=-_.:,", c);
}

/* Of those that are longer than least: bytes of whole words that all begin with, and more behind them in each. */
static size_t beginning_of(const char *const *name, size_t n, size_t least, const char **first)
{
	size_t same = 0, found = 0;

	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(name[i]), k = 0;

		if (utf8_width(name[i]) <= least)
			continue;
		if (found++ == 0) {
			*first = name[i];
			same = len;
		}
		while (k < same && k + 1 < len && name[i][k] == (*first)[k])
			k++;
		same = k;
	}
	while (found > 1 && same > 0 && !ends_word((*first)[same - 1]))
		same--;
	return found > 1 && same > LEAST_SHARED ? same : 0;
}

size_t many_shared_beginning(const char *const *name, size_t n, size_t room, const char **beginning)
{
	size_t all = 0;

	*beginning = "";
	if (!many_any_long(name, n, room))
		return 0;
	all = beginning_of(name, n, 0, beginning);
	return all ? all : beginning_of(name, n, room, beginning);
}

char *many_without_beginning(const char *name, const char *beginning, size_t shared)
{
	if (shared == 0 || strncmp(name, beginning, shared) != 0)
		return sk_strdup(name);
	return sk_asprintf(MORE "%s", name + shared);
}

enum way { CUT_BEGINNING, CUT_MIDDLE, NUMBERED, WAYS };

/* How names are shortened, all of them in one way. */
struct cut {
	enum way way;
	const char *beginning;
	size_t shared, room;
};

static char *shortened(const char *name, size_t place, const struct cut *c)
{
	struct text t = TEXT_INIT;
	size_t room = c->room;

	if (c->way == CUT_BEGINNING && c->shared > 0 && strncmp(name, c->beginning, c->shared) == 0) {
		text_add(&t, MORE);
		text_add_ends(&t, name + c->shared, room - 1);
		return text_take(&t);
	}
	if (c->way == NUMBERED && utf8_width(name) > room) {
		text_addf(&t, "#%zu ", place);
		room -= t.len < room ? t.len : room - 1;
	}
	text_add_ends(&t, name, room);
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

static bool shorten_all(const char *const *name, char **out, size_t n, const struct cut *c)
{
	for (size_t i = 0; i < n; i++) {
		free(out[i]);
		out[i] = shortened(name[i], i + 1, c);
		if (!out[i])
			return false;
	}
	return true;
}

char **many_short_names(const char *const *name, size_t n, const char *beginning, size_t shared, size_t room)
{
	char **out = n ? sk_calloc(n, sizeof(*out)) : NULL;
	struct cut c = { CUT_BEGINNING, beginning, many_any_long(name, n, room) ? shared : 0, room };

	for (; out && c.way < WAYS; c.way++) {
		if (shorten_all(name, out, n, &c)) {
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
