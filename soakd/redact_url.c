/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses of services: scheme://user:password@host:port,host:port/path, of which scheme and ports stay. As people write them,
 * not as the standard has them: a password may hold '/', '#' and blanks that nobody has encoded.
 */
#include <ctype.h>
#include <string.h>

#include "soakd/redact_rules_internal.h"

#define WORD_ENDS " \t\r\n'\"`<>"

/* Bytes before the host: "scheme://", or "//" alone; 0 where none begins. */
static size_t scheme(const char *s)
{
	size_t n = isalpha((unsigned char)*s) ? strspn(s, LETTER DIGITS "+.-") : 0;

	if (n == 0 && s[0] == '/' && s[1] == '/' && (isalnum((unsigned char)s[2]) || s[2] == '['))
		return 2;
	return n > 0 && strncmp(s + n, "://", 3) == 0 ? n + 3 : 0;
}

/* What stands before the last '@' of the word is who asks, whatever it holds; 0 without one. */
static size_t who_asks(const char *s)
{
	size_t word = strcspn(s, WORD_ENDS), name = strcspn(s, ":@/?#" WORD_ENDS), first = strcspn(s, "/?#" WORD_ENDS), last = 0;

	if (s[name] == ':' && strspn(s + name + 1, DIGITS) < first - name - 1 && !memchr(s, '@', word) && s[word] == ' ') {
		size_t at = word + strcspn(s + word, "@\r\n'\"`<>"); /* no port: a password with blanks */

		word = s[at] == '@' ? at + strcspn(s + at, WORD_ENDS) : word;
	}
	for (size_t i = 0; i < word; i++)
		if (s[i] == '@')
			last = i;
	/* http://localhost:80/@alice: the machine is known */
	return last > first && redact_loopback(s, name) && strspn(s + name, ":" DIGITS) == first - name ? 0 : last;
}

/* Where the hosts end. A port that is no number is what somebody left there. */
static size_t hosts(const char *s, size_t at, struct found *f)
{
	for (;;) {
		size_t host = s[at] == '[' ? strspn(s + at, "[" HEX LETTER ":.%-_") : strcspn(s + at, ":/?#" ENDS), port;

		host += s[at] == '[' && s[at + host] == ']';
		if (!redact_loopback(s + at, host))
			found_add(f, at, host, REDACT_HOST, true);
		at += host;
		port = s[at] == ':' ? 1 + strcspn(s + at + 1, "/?#" ENDS) : 0;
		if (port > 1 && strspn(s + at + 1, DIGITS ":.!-") < port - 1)
			found_add(f, at + 1, port - 1, REDACT_SECRET, false);
		at += port;
		if (s[at] != ',' || !(isalnum((unsigned char)s[at + 1]) || s[at + 1] == '[') || scheme(s + at + 1))
			return at;
		at++;
	}
}

bool rule_url(const char *s, struct found *f)
{
	size_t at = scheme(s), who = at ? who_asks(s + at) : 0, name = who ? strcspn(s + at, ":@") : 0, end, path;

	if (at == 0)
		return false;
	found_add(f, at, name, REDACT_USER, true);
	if (who > name + 1 && strncmp(s + at + name + 1, "***@", 4) != 0)
		found_add(f, at + name + 1, who - name - 1, REDACT_SECRET, false);
	end = hosts(s, at + who + (who > 0 || s[at] == '@'), f);
	path = strcspn(s + end, WORD_ENDS);
	while (path > 0 && strchr(".:-!?,;)]}|", s[end + path - 1]))
		path--;
	f->n = end + path;
	if (path > 0 && strchr("/?#", s[end]))
		found_add(f, end + (s[end] == '/'), path - (s[end] == '/'), REDACT_PATH, false);
	else
		f->n = end;
	return true;
}
