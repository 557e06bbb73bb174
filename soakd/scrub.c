/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One pass from left to right. Whether a value begins at a place is told by looking back at the source, never at what was
 * written, so that a value which is itself a key ("--password --token x") still announces the next. See scrub.h for the forms.
 */
#include "soakd/scrub.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

/* Names that end so, or so and a number; '-' and '_' in a name do not count. */
static const char *const secret_keys[] = { "password",      "passwd",     "pwd",        "pw",          "pass",
					   "passphrase",    "secret",     "secretkey",  "token",       "apikey",
					   "accesskey",     "privatekey", "credential", "credentials", "masterauth",
					   "authorization", "dsn" };
/* "Authorization: Bearer x": the value has two words */
static const char *const schemes[] = { "bearer", "basic" };
/* Clients that take the password behind one letter; the name's beginning is enough. */
static const struct {
	const char *name;
	char letter;
} clients[] = { { "mysql", 'p' },  { "mariadb", 'p' },    { "mycli", 'p' },     { "mongo", 'p' }, { "sshpass", 'p' },
		{ "sqlcmd", 'P' }, { "ldapsearch", 'w' }, { "redis-cli", 'a' }, { "curl", 'u' } };

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

struct scrubber {
	const char *s;
	size_t n;
	bool words;            /* s is words that end in NUL; else blanks separate */
	char letter;           /* of the client seen last, or 0 */
	size_t url_v, url_end; /* the password of the address seen last; none where both are equal */
	struct text out;
};

static bool is_blank(char c)
{
	return c == '\0' || isspace((unsigned char)c);
}

static bool is_quote(char c)
{
	return c == '\'' || c == '"';
}

static bool is_name(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static size_t skip_blanks(const struct scrubber *x, size_t i)
{
	while (i < x->n && is_blank(x->s[i]))
		i++;
	return i;
}

/* Where the key that ends at `end` begins, or `end` if none does. */
static size_t key_start(const struct scrubber *x, size_t end)
{
	size_t name = end;

	while (name > 0 && isdigit((unsigned char)x->s[name - 1]))
		name--;
	for (size_t i = 0; i < COUNT(secret_keys); i++) {
		size_t k = strlen(secret_keys[i]), at = name;

		while (k > 0 && at > 0) {
			char c = x->s[at - 1];

			if (c != '-' && c != '_' && tolower((unsigned char)c) != secret_keys[i][k - 1])
				break;
			k -= c != '-' && c != '_';
			at--;
		}
		if (k == 0)
			return at;
	}
	return end;
}

/* "password", "password  ", "\"password\"": a key before a '=' or ':' at `at`. */
static bool key_before(const struct scrubber *x, size_t at, size_t *start)
{
	while (at > 0 && is_blank(x->s[at - 1]))
		at--;
	if (at > 0 && is_quote(x->s[at - 1]))
		at--;
	*start = key_start(x, at);
	return *start < at;
}

/* The name that ends at the blank s[i] takes the next word for its value: an option, a scheme, a client's letter, SQL's PASSWORD
 * '...' */
static bool takes_next(const struct scrubber *x, size_t i)
{
	size_t begin = i, key = key_start(x, i), next;

	while (begin > 0 && is_name(x->s[begin - 1]))
		begin--;
	if (key < i && memchr(x->s + begin, '-', key > begin ? key - begin : 1))
		return true;
	for (size_t k = 0; k < COUNT(schemes); k++)
		if (i - begin == strlen(schemes[k]) && strncasecmp(x->s + begin, schemes[k], i - begin) == 0)
			return true;
	if (x->letter && i - begin == 2 && x->s[begin] == '-' && x->s[begin + 1] == x->letter)
		return true;
	next = skip_blanks(x, i);
	return key < i && next < x->n && is_quote(x->s[next]);
}

/* The '&' or ';' at s[i] begins the next parameter of a list. */
static bool next_parameter(const struct scrubber *x, size_t i)
{
	size_t k = skip_blanks(x, i + 1), from = k;

	if (x->s[i] != '&' && x->s[i] != ';')
		return false;
	while (k < x->n && is_name(x->s[k]))
		k++;
	return k > from && k < x->n && x->s[k] == '=';
}

/* Where the value at v ends: a quoted part, then up to a blank or the next parameter. */
static size_t value_end(const struct scrubber *x, size_t v)
{
	size_t i = v;
	char quote = v < x->n && is_quote(x->s[v]) ? x->s[v] : '\0';

	if (quote) {
		for (i++; i < x->n && x->s[i] != quote && !(x->words && x->s[i] == '\0'); i++)
			i += x->s[i] == '\\' && i + 1 < x->n && x->s[i + 1] != '\0';
		i += i < x->n && x->s[i] == quote;
	}
	for (; i < x->n && !is_blank(x->s[i]) && !next_parameter(x, i); i++)
		i += x->s[i] == '\\' && i + 1 < x->n && x->s[i + 1] != '\0';
	/* the closing quote of what stands around it: sh -c '... --password x' */
	if (!quote && i > v + 1 && is_quote(x->s[i - 1]))
		i--;
	return i;
}

static size_t word_end(const struct scrubber *x, size_t i)
{
	while (i < x->n && x->s[i] != '\0')
		i++;
	return i;
}

static bool word_start(const struct scrubber *x, size_t i)
{
	return i == 0 || (x->words ? x->s[i - 1] == '\0' : is_blank(x->s[i - 1]));
}

/* A value begins at or behind i: where it begins and ends. */
static bool value_at(const struct scrubber *x, size_t i, size_t *v, size_t *end)
{
	size_t key = 0;
	bool whole = false; /* of a word: its blanks belong to the value */

	if (i == 0)
		return false;
	if (x->s[i - 1] == '=' || x->s[i - 1] == ':') {
		if (!key_before(x, i - 1, &key))
			return false;
		while (key > 0 && (is_name(x->s[key - 1]) || x->s[key - 1] == '=')) /* --define=NAME=VALUE */
			key--;
		whole = word_start(x, key);
	} else if (!is_blank(x->s[i]) || is_blank(x->s[i - 1]) || !takes_next(x, i)) {
		return false;
	}
	*v = skip_blanks(x, i);
	*end = x->words && (whole || word_start(x, *v)) ? word_end(x, *v) : value_end(x, *v);
	return *end > *v;
}

/* "://user:password@host" at s[i]: remembers where the password begins and ends. */
static void look_for_url(struct scrubber *x, size_t i)
{
	size_t k, colon = 0, host = 0;

	if (x->n - i < 3 || memcmp(x->s + i, "://", 3) != 0)
		return;
	for (k = i + 3; k < x->n && !is_blank(x->s[k]) && !strchr("/?#", x->s[k]); k++) {
		if (x->s[k] == ':' && !colon)
			colon = k;
		if (x->s[k] == '@')
			host = k;
	}
	if (!colon || host <= colon + 1)
		return;
	x->url_v = colon + 1;
	x->url_end = host;
}

/* The address's password, or what another value has left of it. */
static bool url_at(const struct scrubber *x, size_t i, size_t *v, size_t *end)
{
	*v = i;
	*end = x->url_end;
	return i >= x->url_v && i < x->url_end;
}

/* "-pVALUE" at s[i], of the client seen last. */
static bool attached_at(const struct scrubber *x, size_t i, size_t *v, size_t *end)
{
	if (!x->letter || x->n - i < 3 || x->s[i] != '-' || x->s[i + 1] != x->letter || is_blank(x->s[i + 2]) ||
	    (i > 0 && !is_blank(x->s[i - 1])))
		return false;
	*v = i + 2;
	*end = x->words && word_start(x, i) ? word_end(x, *v) : value_end(x, *v);
	return true;
}

/* A word that begins at s[i] may be a client's name, behind a path and a quote. */
static void look_for_client(struct scrubber *x, size_t i)
{
	if (i > 0 && !is_blank(x->s[i - 1]) && !is_quote(x->s[i - 1]) && x->s[i - 1] != '/')
		return;
	for (size_t k = 0; k < COUNT(clients); k++)
		if (x->n - i >= strlen(clients[k].name) && memcmp(x->s + i, clients[k].name, strlen(clients[k].name)) == 0)
			x->letter = clients[k].letter;
}

static char *run(struct scrubber *x)
{
	text_add(&x->out, "");
	for (size_t i = 0; i < x->n;) {
		size_t v, end;
		look_for_client(x, i);
		look_for_url(x, i);
		bool hide = attached_at(x, i, &v, &end) || url_at(x, i, &v, &end) || value_at(x, i, &v, &end);

		if (hide) {
			text_addn(&x->out, x->s + i, v - i);
			text_add(&x->out, "***");
		} else {
			text_addc(&x->out, x->s[i]);
		}
		for (size_t next = hide ? end : i + 1; ++i < next;) {
			look_for_client(x, i);
			look_for_url(x, i);
		}
	}
	if (x->out.failed) {
		text_release(&x->out);
		return NULL;
	}
	return x->out.s ? x->out.s : calloc(1, 1);
}

char *scrub(const char *s)
{
	struct scrubber x = { .s = s, .n = strlen(s), .out = TEXT_INIT };

	return run(&x);
}

char *scrub_words(const char *words, size_t n, size_t *out_n)
{
	struct scrubber x = { .s = words, .n = n, .words = true, .out = TEXT_INIT };
	char *s = run(&x);

	*out_n = s ? x.out.len : 0;
	return s;
}
