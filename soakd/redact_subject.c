/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Subjects and issuers of certificates, and names in a directory: CN=Alice Smith,O=Acme as standards write it, C = DE, O = "Acme, Inc."
 * and /C=DE/O=Acme/CN=db7 as OpenSSL does. The attributes stay, and the country; each value goes, blanks and all.
 */
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "soakd/redact_rules_internal.h"

#define LOOKED_AT 256 /* bytes of a value that may be none */

static const struct attribute {
	const char *name;
	enum redact_kind kind;
	bool begins;     /* of other texts nothing looks so */
	bool everywhere; /* the value is a name by itself */
	bool stays;
} attributes[] = {
	{ "CN", REDACT_NAME, true, true, false },
	{ "commonName", REDACT_NAME, true, true, false },
	{ "emailAddress", REDACT_EMAIL, true, true, false },
	{ "OU", REDACT_NAME, true, false, false },
	{ "organizationName", REDACT_NAME, true, true, false },
	{ "organizationalUnitName", REDACT_NAME, true, false, false },
	{ "O", REDACT_NAME, false, true, false },
	{ "UID", REDACT_USER, false, true, false },
	{ "DC", REDACT_NAME, true, false, false },
	{ "L", REDACT_NAME, false, false, false },
	{ "localityName", REDACT_NAME, true, false, false },
	{ "ST", REDACT_NAME, false, false, false },
	{ "S", REDACT_NAME, false, false, false },
	{ "stateOrProvinceName", REDACT_NAME, true, false, false },
	{ "street", REDACT_NAME, false, false, false },
	{ "streetAddress", REDACT_NAME, true, false, false },
	{ "postalCode", REDACT_NAME, true, false, false },
	{ "serialNumber", REDACT_NAME, true, false, false },
	{ "givenName", REDACT_USER, true, true, false },
	{ "GN", REDACT_USER, false, true, false },
	{ "surname", REDACT_USER, true, true, false },
	{ "SN", REDACT_USER, false, true, false },
	{ "title", REDACT_NAME, false, false, false },
	{ "E", REDACT_EMAIL, false, true, false },
	{ "C", REDACT_NAME, false, false, true },
	{ "countryName", REDACT_NAME, false, false, true },
};

/* The attribute that begins at s, and where its value does. */
static const struct attribute *attribute(const char *s, size_t *value)
{
	size_t n = strspn(s, LETTER), blanks = strspn(s + n, " ");

	if (n == 0 || blanks > 1 || s[n + blanks] != '=')
		return NULL;
	*value = n + blanks + 1;
	*value += blanks > 0 && s[*value] == ' ';
	for (size_t i = 0; i < COUNT(attributes); i++)
		if (strlen(attributes[i].name) == n && strncasecmp(attributes[i].name, s, n) == 0)
			return &attributes[i];
	return NULL;
}

/* A sentence goes on behind a name that has no quotes. */
static bool sentence_goes_on(const char *s)
{
	static const char *const words[] = { " is ", " was ",   " has ",    " does ", " did ",    " not ",   " for ",
					     " at ", " cannot", " failed ", " but ",  " expired", " until ", " from " };

	for (size_t i = 0; i < COUNT(words); i++)
		if (strncmp(s, words[i], strlen(words[i])) == 0)
			return true;
	return s[0] == ':' && s[1] == ' ';
}

/* Bytes of the value, at most so many, and of the quote before it. In the form with '/' it goes to the next attribute. */
static size_t value_length(const char *s, bool slashes, size_t most, size_t *quote)
{
	size_t n = 0, next;

	*quote = *s == '"';
	if (*quote) {
		while (n < most && s[1 + n] && s[1 + n] != '"')
			n++;
		return n;
	}
	for (; n < most && s[n] && !strchr("\r\n\"'`<>|", s[n]) && !sentence_goes_on(s + n); n++) {
		if (s[n] == '\\' && s[n + 1])
			n++;
		else if (slashes ? s[n] == '/' && attribute(s + n + 1, &next) : strchr(",;+", s[n]) != NULL)
			break;
	}
	while (n > 0 && strchr(" .:,;)", s[n - 1]))
		n--;
	return n;
}

/* What stands between two of them: bytes; 0 where the last was the last. */
static size_t separator(const char *s, bool slashes)
{
	size_t n = slashes ? *s == '/' : strchr(",;+", *s) && *s ? 1 + strspn(s + 1, " ") : 0, value;

	return n > 0 && n < 4 && attribute(s + n, &value) ? n : 0;
}

/* A short attribute may be anything: it begins a subject if it has no number and another follows, or its value is a word in any case. */
static bool begins(const struct attribute *a, const char *s, size_t value, size_t n, bool slashes)
{
	size_t quote = s[value] == '"', end = value + n + 2 * quote;

	if (n == 0 || isdigit((unsigned char)s[value + quote]))
		return false;
	if (separator(s + end, slashes) > 0)
		return true;
	return !a->stays && (isupper((unsigned char)s[0]) || a->kind == REDACT_USER) &&
	       isalpha((unsigned char)s[value + quote]) && n > 1;
}

bool rule_subject(const char *s, struct found *f)
{
	bool slashes = *s == '/';
	size_t at = slashes, value, quote;
	const struct attribute *a = attribute(s + at, &value);

	for (bool first = true; a; first = false) {
		bool sure = !first || a->begins;
		size_t n = value_length(s + at + value, slashes, sure ? SIZE_MAX : LOOKED_AT, &quote), next;

		if (!sure && (n >= LOOKED_AT || !begins(a, s + at, value, n, slashes)))
			return false;
		if (!a->stays && !redact_stands_in(s + at + value + quote, n))
			found_add(f, at + value + quote, n, a->kind, a->everywhere);
		at += value + quote + n;
		at += quote && s[at] == '"';
		f->n = at;
		next = separator(s + at, slashes);
		a = next ? attribute(s + at + next, &value) : NULL;
		at += next;
	}
	return f->n_parts > 0;
}
