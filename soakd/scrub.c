/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/scrub.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static const char *const secret_keys[] = { "password", "passwd", "pwd", "sslpassword", "secret", "token", "api_key", "apikey",
					   "access_key", "requirepass", "pass", NULL };

/* Length of the secret's name that ends just before the '=' or ':' or blank at s[at], or 0. */
static size_t key_before(const char *s, size_t at)
{
	size_t begin;

	while (at > 0 && s[at - 1] == ' ') /* "password = x" is a connection string too */
		at--;
	begin = at;
	while (begin > 0 && (isalnum((unsigned char)s[begin - 1]) || s[begin - 1] == '_'))
		begin--;
	for (int i = 0; secret_keys[i]; i++) {
		size_t n = strlen(secret_keys[i]);

		/* PGPASSWORD, db_password, --redis-pass: the name may have something in front */
		if (at - begin >= n && strncasecmp(s + at - n, secret_keys[i], n) == 0)
			return n;
	}
	return 0;
}

/* Length of a value: quoted with ' or ", else up to a blank, '&' or ';'. */
static size_t value_length(const char *v)
{
	if (*v == '\'' || *v == '"') {
		size_t n = 1;

		while (v[n] && v[n] != *v)
			n += v[n] == '\\' && v[n + 1] ? 2 : 1;
		return v[n] ? n + 1 : n;
	}
	size_t n = 0;

	while (v[n] && !strchr(" \t\n&;", v[n]))
		n += v[n] == '\\' && v[n + 1] ? 2 : 1;
	return n;
}

/* For "://user:password@host" at s: offset and length of the password, or 0. */
static size_t url_password(const char *s, size_t *at)
{
	if (strncmp(s, "://", 3) != 0)
		return 0;
	size_t end = strcspn(s + 3, "/?# \t\n") + 3;
	const char *host = NULL, *colon = NULL;

	for (size_t i = 3; i < end; i++)
		if (s[i] == '@')
			host = s + i;
	if (!host)
		return 0;
	colon = memchr(s + 3, ':', (size_t)(host - s) - 3);
	if (!colon || colon + 1 == host)
		return 0;
	*at = (size_t)(colon - s) + 1;
	return (size_t)(host - colon) - 1;
}

char *scrub(const char *s)
{
	struct text out = TEXT_INIT;

	text_add(&out, "");
	for (size_t i = 0; s[i];) {
		size_t at = 0, n = url_password(s + i, &at);

		if (n) {
			text_addn(&out, s + i, at);
			text_add(&out, "***");
			i += at + n;
			continue;
		}
		text_addc(&out, s[i]);
		if (s[i] == '=' && key_before(s, i)) {
			size_t skip = strspn(s + i + 1, " ");

			n = value_length(s + i + 1 + skip);
			text_addn(&out, s + i + 1, skip);
			if (n)
				text_add(&out, "***");
			i += skip + n;
		}
		i++;
	}
	if (out.failed) {
		text_release(&out);
		return NULL;
	}
	if (!out.s)
		return calloc(1, 1);
	return out.s;
}
