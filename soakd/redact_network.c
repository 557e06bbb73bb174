/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is of the network, but for addresses of services (redact_url.c): addresses of machines (IPv4, IPv6, of cards), of people
 * (alice@example.com), and names of hosts. What is the same on every machine (localhost, 127.0.0.1) stays.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "soakd/redact_rules_internal.h"

#define ADDRESS_LONGEST 64

bool redact_loopback(const char *s, size_t n)
{
	static const char *const same[] = { "localhost", "::1", "[::1]", "0.0.0.0", "::", "[::]", "*", "localhost.localdomain" };

	for (size_t i = 0; i < COUNT(same); i++)
		if (strlen(same[i]) == n && strncasecmp(s, same[i], n) == 0)
			return true;
	return n > 4 && strncmp(s, "127.", 4) == 0 && strspn(s, DIGITS ".") >= n;
}

static size_t ipv4(const char *s);

/* Of four numbers a version: of which the first is small, and a word is joined to the last that is no card's. */
static bool is_version(const char *s, size_t n)
{
	static const char *const cards[] = { "eth",  "ens",  "enp",    "eno", "wlan", "wlp",
					     "bond", "veth", "docker", "tun", "tap",  "wg" };

	if (!isdigit((unsigned char)s[0]) || s[1] != '.' || (s[n] != '-' && s[n] != '_' && s[n] != '+'))
		return false;
	for (size_t i = 0; i < COUNT(cards); i++)
		if (redact_starts(s + n + 1, cards[i]))
			return false;
	return isalnum((unsigned char)s[n + 1]) && ipv4(s + n + 1) == 0;
}

/* A fifth number is a version's, or, as tcpdump has it, a port. */
static size_t ipv4(const char *s)
{
	size_t n = 0;

	for (int i = 0; i < 4; i++) {
		size_t digits = strspn(s + n, DIGITS);

		if (digits < 1 || digits > 3 || (i < 3 && s[n + digits] != '.'))
			return 0;
		n += digits + (i < 3);
	}
	if (isalpha((unsigned char)s[n]) || (s[n] == '.' && strspn(s + n + 1, DIGITS) > 0 && strspn(s + n + 1, DIGITS) < 4))
		return 0;
	return is_version(s, n) ? 0 : n;
}

/* IPv6, with or without "::", and the six pairs of a network card; times of day have three groups and are neither. */
static size_t ipv6(const char *s)
{
	size_t n = strspn(s, HEX ":"), groups = 0, pairs = 0;
	const char *gap = memmem(s, n, "::", 2);
	bool digit = strcspn(s, DIGITS) < n, shortened = gap != NULL;

	if (n > ADDRESS_LONGEST)
		return 0;
	if (s[n] == '.' && shortened) { /* ::ffff:1.2.3.4 */
		size_t last = n;

		while (last > 0 && s[last - 1] != ':')
			last--;
		if (ipv4(s + last))
			return last + ipv4(s + last);
	}
	for (size_t i = 0; i < n; i += s[i] == ':') {
		size_t k = strspn(s + i, HEX);

		if (k > 4)
			return 0;
		groups += k > 0;
		pairs += k == 2;
		i += k;
	}
	if (isalnum((unsigned char)s[n]))
		return 0;
	while (n > 2 && s[n - 1] == ':' && s[n - 2] != ':')
		n--;
	/* without a digit it may be a name of C++, of which the first is seldom of four such letters */
	return (shortened && (digit || strspn(s, HEX) == 4) && groups >= 1) || groups == 8 || (groups == 6 && pairs == 6) ? n : 0;
}

size_t redact_address(const char *s)
{
	size_t n = ipv4(s) ? ipv4(s) : ipv6(s);

	return redact_loopback(s, n) ? 0 : n;
}

void redact_path_behind(const char *s, bool remote, struct found *f)
{
	size_t at = f->n, port = s[at] == ':' ? strspn(s + at + 1, DIGITS) : 0, path;

	if (s[at] == ':') {
		path = strcspn(s + at + 1, ENDS);
		if (port == path || (!remote && !memchr(s + at + 1, '/', path))) /* a port alone, or a sentence */
			return;
		at += 1 + (s[at + 1 + port] == '/' ? port : 0);
	}
	if (s[at] == '/')
		at++;
	else if (at == f->n)
		return;
	path = redact_trim(s + at, strcspn(s + at, ENDS));
	found_add(f, at, path, REDACT_PATH, false);
	f->n = path > 0 ? at + path : f->n;
}

bool rule_ip(const char *s, struct found *f)
{
	bool bracket = *s == '[';
	size_t n = bracket ? 0 : ipv4(s), end;

	if (n == 0)
		n = ipv6(s + bracket);
	if (n == 0)
		return false;
	end = n + bracket;
	if (s[end] == '%') /* an IPv6 address's interface */
		end += 1 + strspn(s + end + 1, LETTER DIGITS "-_.");
	end += bracket && s[end] == ']';
	if (s[end] == '/' && isdigit((unsigned char)s[end + 1]))
		end += 1 + strspn(s + end + 1, DIGITS);
	if (redact_loopback(s + bracket, n))
		f->n = end;
	else
		found_whole(f, end, REDACT_ADDRESS, false);
	redact_path_behind(s, false, f);
	return true;
}

/* What looks like a host's name and is that of a file, a unit or a library. */
static bool is_file_ending(const char *s, size_t n)
{
	static const char *const endings[] = { "so",    "png",   "csv",    "json",  "md",   "conf",   "service", "log",
					       "txt",   "sql",   "py",     "sh",    "xml",  "html",   "svg",     "pdf",
					       "slice", "scope", "socket", "timer", "cfg",  "ini",    "yaml",    "sqlite",
					       "db",    "pid",   "sock",   "tmp",   "c",    "h",      "js",      "jar",
					       "cpp",   "max",   "high",   "stat",  "peak", "events", "current" };

	for (size_t i = 0; i < COUNT(endings); i++)
		if (strlen(endings[i]) == n && strncmp(s, endings[i], n) == 0)
			return true;
	return false;
}

static size_t host_length(const char *s)
{
	return redact_trim(s, redact_letters(s, "-._"));
}

/* What is no file's: the bytes behind the last dot of s[0..n), and the dots. */
static bool has_file_ending(const char *s, size_t n)
{
	size_t last = n;

	while (last > 0 && s[last - 1] != '.')
		last--;
	return last > 0 && is_file_ending(s + last, n - last);
}

/* A whole name of a host with its domain: two dots, or one and an ending that domains have and files have not. */
static bool is_domain(const char *s, size_t n)
{
	static const char *const domains[] = { "com",     "org",  "net",    "io",      "dev",  "local",   "internal", "lan",
					       "corp",    "home", "intern", "cloud",   "edu",  "gov",     "de",       "fr",
					       "uk",      "eu",   "ch",     "at",      "nl",   "us",      "jp",       "cn",
					       "ru",      "in",   "au",     "ca",      "info", "biz",     "test",     "example",
					       "invalid", "prod", "stage",  "staging", "svc",  "cluster", "priv",     "private",
					       "host",    "app",  "ai",     "me",      "co",   "pl",      "se",       "it",
					       "es",      "be",   "cz",     "dk",      "fi",   "no",      "pt",       "ie",
					       "il",      "br",   "kr",     "tw",      "sg",   "nz",      "za" };
	size_t dots = 0, last = n;

	for (size_t i = 0; i < n; i++)
		dots += s[i] == '.';
	while (last > 0 && s[last - 1] != '.')
		last--;
	if (dots == 0 || n - last < 2 || strspn(s + last, LETTER) < n - last || is_file_ending(s + last, n - last))
		return false;
	for (size_t i = 0; dots == 1 && i < COUNT(domains); i++)
		if (strlen(domains[i]) == n - last && strncasecmp(s + last, domains[i], n - last) == 0)
			return true;
	return dots > 1 && strspn(s, DIGITS ".") < last;
}

/* "db7:5432": a word of a port's digits behind it; what counts or numbers something is none. */
static bool has_port(const char *s, size_t n)
{
	static const char *const counts[] = { "pid",    "line",  "port", "uid",  "gid",    "fd",      "row",   "rows", "exit",
					      "status", "error", "code", "byte", "offset", "samples", "epoch", "limit" };
	size_t digits = s[n] == ':' ? strspn(s + n + 1, DIGITS) : 0;
	bool named = strcspn(s, DIGITS "-") < n; /* machines have numbers */
	const char *behind = s + n + 1 + digits;

	if (!isalpha((unsigned char)*s) || digits < (named ? 2 : 4) || digits > 5 || has_file_ending(s, n))
		return false;
	if (isalnum((unsigned char)*behind) || ((*behind == ':' || *behind == '.') && isdigit((unsigned char)behind[1])))
		return false; /* a time of day, a number */
	for (size_t i = 0; i < COUNT(counts); i++)
		if (strlen(counts[i]) == n && strncasecmp(counts[i], s, n) == 0)
			return false;
	return true;
}

/* "nas:/export/acme": no file lies below a folder that is called so. */
static bool has_share(const char *s, size_t n)
{
	static const char *const shares[] = { ":/export", ":/exports", ":/nfs", ":/share", ":/shares", ":/volume1", ":/vol" };

	for (size_t i = 0; isalpha((unsigned char)*s) && i < COUNT(shares); i++)
		if (redact_starts(s + n, shares[i]) && !isalnum((unsigned char)s[n + strlen(shares[i])]))
			return true;
	return false;
}

/* "nas7:/export", "ip-10-0-0-5": machines have numbers. */
static bool has_number(const char *s, size_t n)
{
	size_t numbers = 0, at = 2;

	if (isalpha((unsigned char)*s) && isdigit((unsigned char)s[n - 1]) && strncmp(s + n, ":/", 2) == 0 && s[n + 2] != '/')
		return true;
	while (strncmp(s, "ip-", 3) == 0 && at < n && s[at] == '-' && isdigit((unsigned char)s[at + 1])) {
		at += 1 + strspn(s + at + 1, DIGITS);
		numbers++;
	}
	return numbers == 4;
}

bool rule_host(const char *s, struct found *f)
{
	size_t n = host_length(s);

	bool same = redact_loopback(s, n);

	if (n == 0 || redact_stands_in(s, n) ||
	    !(same || is_domain(s, n) || has_port(s, n) || has_number(s, n) || has_share(s, n)))
		return false;
	f->n = n;
	if (!same)
		found_add(f, 0, n, REDACT_HOST, true);
	redact_path_behind(s, false, f);
	return f->n_parts > 0;
}

/* postgresql@acme.service: what the unit is of stays, the word between is a name; numbers, and what says nothing, stay. */
bool rule_unit(const char *s, struct found *f)
{
	static const char *const plain[] = { "main", "postgres", "postgresql", "redis", "nginx", "NAME" };
	static const char *const endings[] = { "service", "socket", "timer", "slice", "scope", "target", "mount" };
	size_t unit = strspn(s, LETTER DIGITS ":_.-"), word, dot;
	bool ours = false, is_unit = false;

	if (unit == 0 || s[unit] != '@')
		return false;
	f->n = unit + 1 + host_length(s + unit + 1);
	for (dot = f->n; dot > unit && s[dot - 1] != '.';)
		dot--;
	for (size_t i = 0; i < COUNT(endings); i++)
		is_unit |= strlen(endings[i]) == f->n - dot && strncmp(endings[i], s + dot, f->n - dot) == 0;
	if (dot <= unit + 2 || !is_unit)
		return false;
	word = dot - 1 - (unit + 1);
	for (size_t i = 0; i < COUNT(plain); i++)
		ours |= strlen(plain[i]) == word && strncmp(plain[i], s + unit + 1, word) == 0;
	if (!ours && strspn(s + unit + 1, DIGITS) < word)
		found_add(f, unit + 1, word, REDACT_NAME, true);
	return true;
}

/* alice@example.com; alice@db1, as ssh has it; alice:password@db1. Weights (tx.sql@3) are neither. */
bool rule_email(const char *s, struct found *f)
{
	size_t user = redact_letters(s, "._%+-"), at = user, host;

	if (user > 0 && s[user] == ':')
		at += 1 + strcspn(s + user + 1, "@/:" ENDS);
	host = s[at] == '@' ? host_length(s + at + 1) : 0;
	if (user > 0 && at == user && strncmp(s + at, "@[local]", 8) == 0) { /* of PostgreSQL's log */
		f->n = at + 8;
		found_add(f, 0, user, REDACT_USER, true);
		return true;
	}
	if (user == 0 || host == 0 || strspn(s + at + 1, DIGITS ".") >= host || has_file_ending(s + at + 1, host))
		return false;
	f->n = at + 1 + host;
	if (at == user && memchr(s + at + 1, '.', host) && s[f->n] != ':')
		return found_whole(f, f->n, REDACT_EMAIL, false);
	found_add(f, 0, user, REDACT_USER, true);
	if (at > user && strncmp(s + user + 1, "***@", 4) != 0)
		found_add(f, user + 1, at - user - 1, REDACT_SECRET, false);
	if (!redact_loopback(s + at + 1, host))
		found_add(f, at + 1, host, REDACT_HOST, true);
	redact_path_behind(s, true, f); /* of git and scp */
	return true;
}
