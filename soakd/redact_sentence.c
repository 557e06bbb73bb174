/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sentences that soakd words itself. A name that was learned somewhere may be a word of theirs: of a table that is called "load"
 * nothing may be left out of "the load was constant". So known names go only where such a sentence has one: behind the words that
 * lead to it. Rules of form (paths, addresses) hold for all of it, as what was said while the run went on is read from a file.
 */
#include <stdlib.h>
#include <string.h>

#include "analysis/explained.h"
#include "base/mem.h"
#include "soakd/redact_internal.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

#define CONTEXTS ", most of it in contexts "

/* Behind these a name stands: words.c, explained.c and workload.c of the verdict, and the events of phases. */
static const struct {
	const char *words;
	bool first; /* only where the sentence begins */
} leads[] = {
	{ "; mostly in mappings of class ", false },
	{ "; mostly in ", false },
	{ " of them are of kind ", false },
	{ CONTEXTS, false },
	{ ", most of it in context ", false },
	{ ", the largest part in context ", false },
	{ ", most of them by ", false },
	{ ", all of them by ", false },
	{ "phase ", true },
	{ "begin ", true },
	{ "end ", true },
};

void redact_names_release(struct redact_names *names)
{
	for (size_t i = 0; i < names->n; i++) {
		free(names->v[i].was);
		free(names->v[i].now);
	}
	free(names->v);
	memset(names, 0, sizeof(*names));
}

/* Takes *now. */
static void add_name(struct redactor *r, struct redact_names *names, const char *was, char *now)
{
	char *copy = sk_strdup(was);

	if (!copy || !now || sk_grow((void **)&names->v, &names->cap, names->n + 1, sizeof(*names->v)) != 0) {
		free(copy);
		free(now);
		r->failed = true;
		return;
	}
	names->v[names->n++] = (struct redact_inserted){ copy, now };
}

void redact_name_add(struct redactor *r, struct redact_names *names, const char *name)
{
	if (*name)
		add_name(r, names, name, redact_text(r, name));
}

static const char *last_of(const char *path)
{
	return strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
}

void redact_part_add(struct redactor *r, struct redact_names *names, const char *by, const char *name)
{
	char was[EXPLAINED_NAME + 16], now[EXPLAINED_NAME + 16], *clean = *name ? redact_part(r, by, name) : NULL;

	if (clean && strcmp(by, "context") == 0) { /* sentences have its last word, or that below the one before */
		item_place(was, sizeof(was), name);
		item_place(now, sizeof(now), clean);
		add_name(r, names, was, sk_strdup(now));
		if (*last_of(name))
			add_name(r, names, last_of(name), sk_strdup(last_of(clean)));
	}
	if (clean)
		add_name(r, names, name, clean);
}

char *redact_form(struct redactor *r, const char *s)
{
	char *clean;

	r->forms_only = true;
	clean = redact_text(r, s);
	r->forms_only = false;
	return clean;
}

char *redact_part(struct redactor *r, const char *by, const char *name)
{
	size_t n = strcmp(by, "mapping") == 0                               ? strcspn(name, " ")
		   : strcmp(by, "class") == 0 || strcmp(by, "fd-kind") == 0 ? strlen(name)
									    : 0;
	char *class = strndup(name, n), *own = class ? redact_form(r, class) : NULL, *rest = redact_text(r, name + n);
	char *all = own && rest ? sk_asprintf("%s%s", own, rest) : NULL;

	free(class);
	free(own);
	free(rest);
	r->failed |= !all;
	return all;
}

/* Behind a name the sentence goes on, or ends. */
static bool ends_name(const char *s)
{
	static const char *const ends[] = { "; ", ", ", ": ", " and ", " (" };

	for (size_t i = 0; i < COUNT(ends); i++)
		if (strncmp(s, ends[i], strlen(ends[i])) == 0)
			return true;
	return *s == '\0';
}

/* The name that begins at s, which may be cut short where the sentence was: *n bytes; NULL: none of them. */
static const char *name_at(const struct redact_names *names, const char *s, size_t *n)
{
	const char *now = NULL;
	size_t left = strlen(s);

	*n = 0;
	for (size_t i = 0; i < names->n; i++) {
		size_t whole = strlen(names->v[i].was), here = whole < left ? whole : left;

		if (here <= *n || strncmp(s, names->v[i].was, here) != 0 || !ends_name(s + here))
			continue;
		*n = here;
		now = names->v[i].now;
	}
	return now;
}

/* Bytes up to the end of the next words that lead to a name, or of all of s. */
static size_t lead(const char *s, bool first, bool *contexts)
{
	const char *found = NULL;
	size_t n = strlen(s);

	*contexts = false;
	for (size_t i = 0; i < COUNT(leads); i++) {
		const char *at = strstr(s, leads[i].words);

		if (!at || (leads[i].first && !(first && at == s)) || (found && at >= found)) /* at one place the longer */
			continue;
		found = at;
		n = (size_t)(at - s) + strlen(leads[i].words);
		*contexts = strcmp(leads[i].words, CONTEXTS) == 0;
	}
	return n;
}

/* What s begins with, without what has the form of something private. */
static void add_own(struct redactor *r, struct text *out, const char *s, size_t n)
{
	char *own = strndup(s, n), *clean = own ? redact_form(r, own) : NULL;

	if (clean)
		text_add(out, clean);
	out->failed |= !clean;
	free(own);
	free(clean);
}

/* The name at s: bytes. What no name is known for, as it was said of a part that has gone: all to the end, as any text. */
static size_t add_inserted(struct redactor *r, const struct redact_names *names, struct text *out, const char *s)
{
	size_t n;
	const char *now = name_at(names, s, &n);
	char *clean = now ? NULL : redact_text(r, s);

	if (now && strncmp(now, s, n) == 0)
		text_addn(out, s, n); /* as it was cut */
	else if (now || clean)
		text_add(out, now ? now : clean);
	out->failed |= !now && !clean;
	free(clean);
	return now ? n : strlen(s);
}

char *redact_sentence(struct redactor *r, const struct redact_names *names, const char *s)
{
	struct text out = TEXT_INIT;
	const char *begin = s;
	bool contexts;

	text_add(&out, "");
	while (*s) {
		size_t n = lead(s, s == begin, &contexts);

		add_own(r, &out, s, n);
		s += n;
		if (*s)
			s += add_inserted(r, names, &out, s);
		if (contexts && strncmp(s, " and ", 5) == 0) {
			text_add(&out, " and ");
			s += 5;
			s += add_inserted(r, names, &out, s);
		}
	}
	r->failed |= out.failed;
	return text_take(&out);
}
