/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Addresses of services: scheme://user:password@host:port,host:port/path, of which scheme and ports stay. As people write them,
 * not as the standard has them: a password may hold '/', '#' and blanks that nobody has encoded. And those without a scheme: of Go's
 * driver for MySQL, user:password@tcp(host:port)/name, and of Oracle, user/password@host:port/name.
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

#define CONNECTION_LONGEST 512

/* "tcp(", "unix(" and the like at s: bytes; 0. */
static size_t protocol(const char *s)
{
	static const char *const names[] = { "tcp", "tcp4", "tcp6", "udp", "unix", "cloudsql", "ssh" };
	size_t n = strspn(s, LETTER DIGITS);

	for (size_t i = 0; s[n] == '(' && i < COUNT(names); i++)
		if (strlen(names[i]) == n && strncmp(names[i], s, n) == 0)
			return n + 1;
	return 0;
}

/* Where the protocol begins, behind the last '@' of the word that has one: a password may hold any; 0 at s itself or nowhere. */
static size_t protocol_behind(const char *s, size_t word)
{
	for (size_t i = word; i > 0; i--)
		if (s[i - 1] == '@' && protocol(s + i) > 0)
			return i;
	return 0;
}

/* "user:password@" of at bytes. */
static void add_user(const char *s, size_t at, char joint, struct found *f)
{
	const char *joined = memchr(s, joint, at);
	size_t user = joined ? (size_t)(joined - s) : at - 1;

	found_add(f, 0, user, REDACT_USER, true);
	if (user + 1 < at - 1 && strncmp(s + user + 1, "***@", 4) != 0)
		found_add(f, user + 1, at - 1 - (user + 1), REDACT_SECRET, false);
}

/* user/password@host:port/name */
static bool oracle(const char *s, struct found *f)
{
	size_t user = strspn(s, LETTER DIGITS "_$#"), at, host;

	if (user == 0 || s[user] != '/' || !isalnum((unsigned char)s[user + 1]))
		return false;
	at = user + 1 + strcspn(s + user + 1, "@/" ENDS);
	if (s[at] != '@')
		return false;
	at += strncmp(s + at + 1, "//", 2) == 0 ? 3 : 1;
	host = redact_letters(s + at, "-._");
	if (host == 0 || strchr(":/", s[at + host]) == NULL || s[at + host] == '\0')
		return false;
	found_add(f, 0, user, REDACT_USER, true);
	found_add(f, user + 1, strcspn(s + user + 1, "@"), REDACT_SECRET, false);
	if (!redact_loopback(s + at, host))
		found_add(f, at, host, REDACT_HOST, true);
	f->n = at + host;
	redact_path_behind(s, false, f);
	return true;
}

bool rule_connection(const char *s, struct found *f)
{
	size_t word = strnlen(s, CONNECTION_LONGEST), at, address, host;

	for (at = 0; at < word && !strchr(WORD_ENDS, s[at]);)
		at++;
	word = at;
	at = protocol_behind(s, word);
	address = at + protocol(s + at);
	host = strcspn(s + address, ")" WORD_ENDS);
	if (address == at || s[address + host] != ')' || s[address + host + 1] != '/')
		return oracle(s, f);
	if (at > 0)
		add_user(s, at, ':', f);
	f->n = address + host + 2;
	if (s[address] == '/' || s[address] == '@') /* a socket */
		found_add(f, address, host, REDACT_PATH, false);
	else {
		size_t end = hosts(s, address, f);

		if (end < address + host) /* no host and port: all of it */
			found_add(f, end, address + host - end, REDACT_PATH, false);
	}
	host = redact_trim(s + f->n, strcspn(s + f->n, ENDS));
	found_add(f, f->n, host, REDACT_PATH, false);
	f->n += host;
	return true;
}
