/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each rule looks at one place of a text where a word begins, and says how many bytes it takes and which of them go. The order of
 * the table is the order of asking: an address with a user before the path that it contains.
 */
#include "soakd/redact_rules_internal.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

void found_add(struct found *f, size_t at, size_t n, enum redact_kind kind, bool everywhere)
{
	if (n > 0 && f->n_parts == FOUND_PARTS) /* all that is between goes too */
		f->part[FOUND_PARTS - 1].n = at + n - f->part[FOUND_PARTS - 1].at;
	else if (n > 0)
		f->part[f->n_parts++] = (struct found_part){ at, n, kind, everywhere };
}

bool found_whole(struct found *f, size_t n, enum redact_kind kind, bool everywhere)
{
	f->n = n;
	found_add(f, 0, n, kind, everywhere);
	return n > 0;
}

size_t redact_trim(const char *s, size_t n)
{
	while (n > 0 && strchr(".:-!?", s[n - 1]))
		n--;
	return n;
}

bool redact_starts(const char *s, const char *with)
{
	return strncasecmp(s, with, strlen(with)) == 0;
}

/* U+0080 to U+00BF, U+2000 to U+207F, U+3000 to U+303F. */
size_t redact_mark(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	if (u[0] == 0xc2 && (u[1] & 0xc0) == 0x80)
		return 2;
	return ((u[0] == 0xe2 && (u[1] & 0xfe) == 0x80) || (u[0] == 0xe3 && u[1] == 0x80)) && (u[2] & 0xc0) == 0x80 ? 3 : 0;
}

bool redact_behind_mark(const char *s, size_t i)
{
	return (i >= 2 && redact_mark(s + i - 2) == 2) || (i >= 3 && redact_mark(s + i - 3) == 3);
}

size_t redact_letters(const char *s, const char *more)
{
	size_t n = 0;

	while (s[n] && (isalnum((unsigned char)s[n]) || ((s[n] & 0x80) && !redact_mark(s + n)) || strchr(more, s[n])))
		n++;
	return n;
}

size_t redact_token(const char *s)
{
	size_t n = s[0] == '/' && s[1] == '/' ? 2 : strspn(s, LETTER DIGITS "_.-/+");

	return n > 0 ? n : 1;
}

/* In quotes a path goes to the second of them, whatever it holds, and a statement to the last: it may have more. */
static void to_the_quote(const char *s, size_t i, bool statement, struct found *f)
{
	char quote = i > 0 && (s[i - 1] == '\'' || s[i - 1] == '"' || s[i - 1] == '`') ? s[i - 1] : '\0';
	const char *end = !quote ? NULL : statement ? strrchr(s + i, quote) : strchr(s + i, quote);

	if (!quote || f->n_parts == 0)
		return;
	f->n = end ? (size_t)(end - (s + i)) : strlen(s + i); /* a text may be cut short */
	f->part[0].n = f->n;
}

/* A word begins at s[i]: not within another, nor behind what joins words. */
static bool word_begins(const char *s, size_t i)
{
	char before = i > 0 ? s[i - 1] : ' ';

	if (s[i] == '.' || s[i] == '\\' || s[i] == '$' || s[i] == '%') /* "...", "\\server" */
		return before != '.' && before != '\\' && !isalnum((unsigned char)before);
	if (s[i] == '/' || s[i] == '~' || s[i] == '[')
		return !isalnum((unsigned char)before) && !strchr("/._~-])", before);
	return !isalnum((unsigned char)before) && before != '_' && ((before & 0x80) == 0 || redact_behind_mark(s, i));
}

/* As they are written in English, German, French, Danish, Swedish, Polish and Japanese; the opening one is of one language. */
size_t redact_quote(const char *s, size_t *n)
{
	static const char *const pairs[][2] = { { "\"", "\"" },
						{ "'", "'" },
						{ "`", "`" },
						{ "\302\273", "\302\253" },
						{ "\302\253", "\302\273" },
						{ "\342\200\236", "\342\200\234" },
						{ "\342\200\236", "\342\200\235" },
						{ "\342\200\234", "\342\200\235" },
						{ "\342\200\235", "\342\200\235" },
						{ "\342\200\232", "\342\200\230" },
						{ "\342\200\230", "\342\200\231" },
						{ "\342\200\272", "\342\200\271" },
						{ "\342\200\271", "\342\200\272" },
						{ "\343\200\214", "\343\200\215" },
						{ "\342\200\234", "\342\200\234" } };

	for (size_t i = 0; i < COUNT(pairs); i++) {
		size_t k = strlen(pairs[i][0]);
		const char *end = strncmp(s, pairs[i][0], k) == 0 ? strstr(s + k, pairs[i][1]) : NULL;

		if (!end || end == s + k || isalnum((unsigned char)end[strlen(pairs[i][1])]))
			continue;
		*n = (size_t)(end - s) - k;
		return k;
	}
	return 0;
}

/* A blank, or one that no line is broken at: bytes; 0. */
static size_t blank(const char *s)
{
	if (*s == ' ')
		return 1;
	return strncmp(s, "\302\240", 2) == 0 ? 2 : strncmp(s, "\342\200\257", 3) == 0 ? 3 : 0;
}

/*
 * What stands in quotes and is nothing else is a name: servers quote what is not theirs. Not what a rule sees by itself, and not
 * what stands for something already; an apostrophe is no quote. In the quotes of other languages no word before it says what it
 * is called by: one word is a name wherever it stands.
 */
static bool quoted(const char *s, struct found *f)
{
	struct found inner;
	size_t n = 0, k = redact_quote(s, &n), at = k, whole = n + 2 * k;

	while (k > 1 && blank(s + at) > 0 && blank(s + at) < n) { /* French has some inside */
		n -= blank(s + at);
		at += blank(s + at);
	}
	while (k > 1 && n > 1 && (blank(s + at + n - 1) == 1 || blank(s + at + n - 2) == 2 || blank(s + at + n - 3) == 3))
		n -= s[at + n - 1] == ' ' ? 1 : blank(s + at + n - 2) == 2 ? 2 : 3;
	if (k == 0 || n == 0 || strchr("\"'`", s[at]) || redact_stands_in(s + at, n) || redact_rule(s, at, &inner))
		return false;
	memset(f, 0, sizeof(*f));
	f->n = whole; /* the closing one is as long */
	found_add(f, at, n, REDACT_NAME, k > 1 && islower((unsigned char)s[at]) && redact_letters(s + at, "_-") >= n);
	return true;
}

bool redact_rule(const char *s, size_t i, struct found *out)
{
	static bool (*const rules[])(const char *, struct found *) = { rule_url,     rule_connection, rule_subject,  rule_access,
								       rule_request, rule_title,      rule_row,      rule_query,
								       rule_message, rule_key,        rule_variable, rule_path,
								       rule_unit,    rule_email,      rule_ip,       rule_host,
								       rule_secret,  rule_joined };

	if (!word_begins(s, i))
		return false;
	for (size_t k = 0; k < COUNT(rules); k++) {
		memset(out, 0, sizeof(*out));
		if (!rules[k](s + i, out))
			continue;
		if (rules[k] == rule_path || rules[k] == rule_query)
			to_the_quote(s, i, rules[k] == rule_query, out);
		return true;
	}
	return quoted(s + i, out);
}
