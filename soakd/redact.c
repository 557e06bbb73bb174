/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One pass from left to right over a text that scrub() has already been over. Where a word begins each rule of the table is asked
 * for how many bytes it takes; the first that takes some writes what stands in their place. redact.h says what goes and what stays.
 */
#include "soakd/redact.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "soakd/redact_rules.h"
#include "soakd/scrub.h"

#define SHORTEST 3 /* a name of two letters is half of a word of ours */

static const struct {
	const char *word, *one, *many;
} kinds[REDACT_KINDS] = {
	[REDACT_SECRET] = { "***", "secret", "secrets" },
	[REDACT_PATH] = { "PATH", "path", "paths" },
	[REDACT_HOST] = { "HOST", "host name", "host names" },
	[REDACT_ADDRESS] = { "ADDRESS", "network address", "network addresses" },
	[REDACT_EMAIL] = { "EMAIL", "e-mail address", "e-mail addresses" },
	[REDACT_USER] = { "USER", "user name", "user names" },
	[REDACT_NAME] = { "NAME", "other name", "other names" },
	[REDACT_QUERY] = { "QUERY", "query", "queries" },
	[REDACT_VALUE] = { "VALUE", "value of a variable, a setting or a row", "values of variables, settings or rows" },
	[REDACT_WORD] = { "ARGUMENTS", "value or operand of a command", "values and operands of commands" },
};

/* Names that tell nobody from anybody else: they go where they stand as names, and nowhere else. */
static const char *const common[] = { "root",      "nobody",     "user",      "admin",   "www-data", "localhost",
				      "postgres",  "postgresql", "template0", "redis",   "nginx",    "mysql",
				      "template1", "sqlite",     "leaky",     "soakd",   "debian",   "linux",
				      "git",       "server",     "client",    "backend", "worker",   "master",
				      "default",   "main",       "public",    "none",    "test" };

/* Words of ours in what others' texts surround (an error's first words, "heap [heap] of worker"): sentences of ours are safe. */
static const char *const ours[] = { "pid", "unit", "process", "processes", "heap", "memory", "container", "table" };

void redactor_release(struct redactor *r)
{
	for (size_t i = 0; i < r->n; i++)
		free(r->v[i].was);
	free(r->v);
	memset(r, 0, sizeof(*r));
}

/* It says nothing itself: a text that was redacted before. */
bool redact_stands_in(const char *s, size_t n)
{
	for (int k = 0; k < REDACT_KINDS; k++)
		if (strlen(kinds[k].word) == n && memcmp(kinds[k].word, s, n) == 0)
			return true;
	return false;
}

static void keep(struct redactor *r, enum redact_kind kind, const char *was, size_t n, bool everywhere, bool seen)
{
	if (redact_stands_in(was, n))
		return;
	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].kind == kind && strlen(r->v[i].was) == n && memcmp(r->v[i].was, was, n) == 0) {
			r->v[i].everywhere |= everywhere;
			r->v[i].seen |= seen;
			return;
		}
	char *copy = sk_calloc(n + 1, 1);

	if (!copy || sk_grow((void **)&r->v, &r->cap, r->n + 1, sizeof(*r->v)) != 0) {
		free(copy);
		r->failed = true;
		return;
	}
	memcpy(copy, was, n);
	r->v[r->n++] = (struct redacted){ copy, kind, everywhere, seen };
}

static bool is_among(const char *const *words, size_t n_words, const char *s, size_t n)
{
	for (size_t i = 0; i < n_words; i++)
		if (strlen(words[i]) == n && strncasecmp(words[i], s, n) == 0)
			return true;
	return false;
}

static bool is_common(const char *s, size_t n)
{
	return is_among(common, sizeof(common) / sizeof(*common), s, n) || is_among(ours, sizeof(ours) / sizeof(*ours), s, n);
}

static void know(struct redactor *r, enum redact_kind kind, const char *s, size_t n)
{
	if (n >= SHORTEST && !is_common(s, n) && strspn(s, "0123456789.") < n)
		keep(r, kind, s, n, true, false);
}

void redact_know(struct redactor *r, enum redact_kind kind, const char *name)
{
	know(r, kind, name, strlen(name));
	if (kind == REDACT_HOST && name[0] && strspn(name, "0123456789.") < strlen(name)) /* build7 of build7.example.com */
		know(r, kind, name, strcspn(name, "."));
}

void redact_count(struct redactor *r, enum redact_kind kind, const char *was)
{
	keep(r, kind, was, strlen(was), false, true);
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* It ends where s begins with `behind`, and `before` stands before it: on its own, or as alice_db, which is alice's. */
static bool stands_alone(const struct redacted *name, size_t n, char before, char behind)
{
	bool whose = (name->kind == REDACT_USER || name->kind == REDACT_HOST) && n >= 4;

	return (!is_word(before) || (whose && before == '_')) && (!is_word(behind) || (whose && behind == '_'));
}

/* A name that is known begins at s[i]: its length, or 0. */
static size_t known_at(struct redactor *r, const char *text, size_t i, enum redact_kind *kind)
{
	const char *s = text + i, before = i > 0 ? text[i - 1] : ' ';
	struct redacted *found = NULL;
	size_t best = 0;

	if (r->forms_only || (is_word(before) && before != '_'))
		return 0;

	for (size_t k = 0; k < r->n; k++) {
		size_t n = strlen(r->v[k].was);

		if (!r->v[k].everywhere || n <= best || strncasecmp(s, r->v[k].was, n) != 0 ||
		    !stands_alone(&r->v[k], n, before, s[n]))
			continue;
		best = n;
		found = &r->v[k];
	}
	if (found) {
		found->seen = true;
		*kind = found->kind;
	}
	return best;
}

/* The bytes from s[i] to s[end], but for names that are known. */
static void copy(struct redactor *r, const char *s, size_t i, size_t end, struct text *out)
{
	while (i < end) {
		enum redact_kind kind = REDACT_WORD;
		size_t n = known_at(r, s, i, &kind);

		if (n > 0)
			text_add(out, kinds[kind].word);
		else
			text_addc(out, s[i]);
		i += n ? n : 1;
	}
}

/* What the rule found goes, and what stands around it within the match stays: "user=" of user=alice. */
static void replace(struct redactor *r, const struct found *f, const char *s, struct text *out)
{
	size_t at = 0;

	for (size_t i = 0; i < f->n_parts; i++) {
		const struct found_part *p = &f->part[i];

		copy(r, s, at, p->at, out);
		at = p->at + p->n;
		if (p->kind == REDACT_SECRET)
			r->secrets++;
		else
			keep(r, p->kind, s + p->at, p->n, false, true);
		if (p->everywhere)
			know(r, p->kind, s + p->at, p->n);
		text_add(out, kinds[p->kind].word);
	}
	copy(r, s, at, f->n, out);
}

/* Names in a text are known before it is read: /home/alice may stand behind alice, and anywhere within a path. */
static void learn(struct redactor *r, const char *s)
{
	struct found f;

	for (size_t i = 0; s[i]; i++) {
		size_t n = s[i] == '~' && i > 0 && is_word(s[i - 1]) ? 0 : redact_person(s + i), from = redact_person_from(s + i);

		if (n > 0)
			know(r, REDACT_USER, s + i + from, n - from);
	}
	for (size_t i = 0, token = 0; s[i]; i++) {
		if (i < token || redact_person(s + i) > 0)
			continue;
		if (!redact_rule(s, i, &f)) {
			token = i + redact_token(s + i);
			continue;
		}
		for (size_t k = 0; k < f.n_parts; k++)
			if (f.part[k].everywhere)
				know(r, f.part[k].kind, s + i + f.part[k].at, f.part[k].n);
		i += f.n - 1;
	}
}

static size_t count_stars(const char *s)
{
	size_t n = 0;

	while ((s = strstr(s, "***")) != NULL) {
		n++;
		s += 3;
	}
	return n;
}

static void take_out(struct redactor *r, const char *s, struct text *out)
{
	size_t token = 0; /* up to here a word was seen that no rule takes: only names within it are looked for */

	for (size_t i = 0; s[i];) {
		enum redact_kind kind = REDACT_WORD;
		struct found f;
		size_t n = 0;

		if (i >= token && redact_rule(s, i, &f)) {
			replace(r, &f, s + i, out);
			i += f.n;
			if (s[i] == '-') /* to the next address */
				text_addc(out, s[i++]);
			token = i;
			continue;
		}
		if (i >= token)
			token = i + redact_token(s + i);
		n = known_at(r, s, i, &kind);
		if (n > 0)
			text_add(out, kinds[kind].word);
		else
			text_addc(out, s[i]);
		i += n ? n : 1;
	}
}

void redact_learn(struct redactor *r, const char *s)
{
	learn(r, s); /* not of what scrub() leaves: it may take the word away by which a name is known */
}

char *redact_text(struct redactor *r, const char *s)
{
	struct text out = TEXT_INIT;
	char *clean = scrub(s);

	if (clean) {
		size_t before = count_stars(s), after = count_stars(clean);

		r->secrets += after > before ? after - before : 0;
		redact_learn(r, s);
		text_add(&out, "");
		take_out(r, clean, &out);
	}
	free(clean);
	if (clean && !out.failed)
		return out.s;
	r->failed = true;
	text_release(&out);
	return NULL;
}

void redact_told(const struct redactor *r, struct text *out)
{
	bool any = false;

	for (int k = 0; k < REDACT_KINDS; k++) {
		size_t n = k == REDACT_SECRET ? r->secrets : 0;

		for (size_t i = 0; i < r->n; i++)
			n += r->v[i].seen && r->v[i].kind == (enum redact_kind)k;
		if (n == 0)
			continue;
		text_addf(out, "%s%zu %s", any ? ", " : "", n, n == 1 ? kinds[k].one : kinds[k].many);
		any = true;
	}
	if (!any)
		text_add(out, "nothing was found that had to be");
}
