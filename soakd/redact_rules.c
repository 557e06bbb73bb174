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

size_t redact_letters(const char *s, const char *more)
{
	size_t n = 0;

	while (s[n] && (isalnum((unsigned char)s[n]) || (s[n] & 0x80) || strchr(more, s[n])))
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

	if (!end || f->n_parts == 0)
		return;
	f->n = (size_t)(end - (s + i));
	f->part[0].n = f->n;
}

/* A word begins at s[i]: not within another, nor behind what joins words. */
static bool word_begins(const char *s, size_t i)
{
	char before = i > 0 ? s[i - 1] : ' ';

	if (s[i] == '.' || s[i] == '\\') /* "...", "\\server" */
		return before != '.' && before != '\\' && !isalnum((unsigned char)before);
	if (s[i] == '/' || s[i] == '~' || s[i] == '[')
		return !isalnum((unsigned char)before) && !strchr("/._~-])", before);
	return !isalnum((unsigned char)before) && before != '_' && (before & 0x80) == 0;
}

/*
 * What stands in quotes and is nothing else is a name: servers quote what is not theirs. Not what a rule sees by itself, and not
 * what stands for something already; an apostrophe is no quote.
 */
static bool quoted(const char *s, struct found *f)
{
	struct found inner;
	size_t n;

	if (*s != '"' && *s != '\'' && *s != '`')
		return false;
	n = strcspn(s + 1, (char[]){ *s, '\0' });
	if (n == 0 || s[1 + n] != *s || isalnum((unsigned char)s[2 + n]) || strchr("\"'`", s[1]) || redact_stands_in(s + 1, n) ||
	    redact_rule(s, 1, &inner))
		return false;
	memset(f, 0, sizeof(*f));
	f->n = n + 2;
	found_add(f, 1, n, REDACT_NAME, false);
	return true;
}

bool redact_rule(const char *s, size_t i, struct found *out)
{
	static bool (*const rules[])(const char *, struct found *) = { rule_url,      rule_row,  rule_query,  rule_key,
								       rule_variable, rule_path, rule_unit,   rule_email,
								       rule_ip,       rule_host, rule_secret, rule_joined };

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
