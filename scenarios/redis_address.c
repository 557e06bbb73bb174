/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/redis_address.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

#define DEFAULT_PORT 6379

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* len bytes with %XX into dst. false: too long, or a % without its two digits, or %00. */
static bool decode(char *dst, size_t n, const char *s, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < len; i++, at++) {
		char c = s[i];

		if (c == '%') {
			int a = i + 2 < len ? hex(s[i + 1]) : -1, b = i + 2 < len ? hex(s[i + 2]) : -1;

			if (a < 0 || b < 0 || a * 16 + b == 0)
				return false;
			c = (char)(a * 16 + b);
			i += 2;
		}
		if (at + 1 >= n)
			return false;
		dst[at] = c;
	}
	dst[at] = '\0';
	return true;
}

static bool copy(char *dst, size_t n, const char *s, size_t len)
{
	if (len >= n)
		return false;
	memcpy(dst, s, len);
	dst[len] = '\0';
	return true;
}

static bool set_port(struct redis_address *a, const char *s, size_t len)
{
	char buf[8];
	int64_t v;

	if (!copy(buf, sizeof(buf), s, len) || int_parse(buf, &v, NULL) != SK_OK || v < 1 || v > 65535)
		return false;
	a->port = (int)v;
	return true;
}

static bool is_numeric(const char *host)
{
	unsigned char buf[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, buf) == 1 || inet_pton(AF_INET6, host, buf) == 1;
}

/* "HOST", "HOST:PORT", "[V6]:PORT", "V6"; an empty one is this machine. */
static bool set_server(struct redis_address *a, const char *s, size_t len)
{
	const char *port = NULL, *first = memchr(s, ':', len), *last = memrchr(s, ':', len);
	size_t n_host = len;

	if (len > 0 && *s == '[') {
		const char *close = memchr(s, ']', len);

		if (!close)
			return false;
		n_host = (size_t)(close - s) + 1;
		if (n_host < len && s[n_host] != ':')
			return false;
		port = n_host < len ? s + n_host + 1 : NULL;
		if (!copy(a->host, sizeof(a->host), s + 1, n_host - 2))
			return false;
	} else {
		if (first && first == last) {
			port = first + 1;
			n_host = (size_t)(first - s);
		}
		if (!copy(a->host, sizeof(a->host), s, n_host))
			return false;
	}
	if (*a->host == '\0' || strcmp(a->host, "localhost") == 0)
		snprintf(a->host, sizeof(a->host), "127.0.0.1");
	a->port = DEFAULT_PORT;
	return is_numeric(a->host) && (!port || set_port(a, port, len - (size_t)(port - s)));
}

static bool set_socket(struct redis_address *a, const char *s, size_t len)
{
	a->port = 0;
	return len > 0 && *s == '/' && copy(a->host, sizeof(a->host), s, len);
}

/* "[[USER:]PASSWORD@]": *s moves behind it. As redis-cli: one word alone is the password. */
static bool set_login(struct redis_address *a, const char **s, size_t len)
{
	const char *at = memrchr(*s, '@', len), *colon;
	size_t n;

	if (!at)
		return true;
	n = (size_t)(at - *s);
	colon = memchr(*s, ':', n);
	if (colon && !decode(a->user, sizeof(a->user), *s, (size_t)(colon - *s)))
		return false;
	if (!decode(a->password, sizeof(a->password), colon ? colon + 1 : *s, colon ? (size_t)(at - colon) - 1 : n))
		return false;
	*s = at + 1;
	return true;
}

/* The database behind an address; nothing is the first. */
static bool set_db(struct redis_address *a, const char *s)
{
	int64_t v = 0;

	if (*s && (int_parse(s, &v, NULL) != SK_OK || v < 0 || v > 1000000))
		return false;
	a->db = (int)v;
	return true;
}

static bool parse(struct redis_address *a, const char *dsn)
{
	static const char tcp[] = "redis://", local[] = "unix://";
	const char *s = dsn;
	size_t len;

	if (strncmp(dsn, tcp, sizeof(tcp) - 1) == 0) {
		s += sizeof(tcp) - 1;
		len = strlen(s);
		/* a password may have a slash: the database's comes after the last @ */
		const char *at = memrchr(s, '@', len), *slash = strchr(at ? at : s, '/');

		len = slash ? (size_t)(slash - s) : len;
		return set_login(a, &s, len) && set_server(a, s, (size_t)((slash ? slash : s + strlen(s)) - s)) &&
		       set_db(a, slash ? slash + 1 : "");
	}
	if (strncmp(dsn, local, sizeof(local) - 1) == 0) {
		s += sizeof(local) - 1;
		len = strcspn(s, "?");
		const char *end = s + len;

		return set_login(a, &s, len) && set_socket(a, s, (size_t)(end - s)) &&
		       set_db(a, strncmp(end, "?db=", 4) == 0 ? end + 4 : "");
	}
	return *s == '/' ? set_socket(a, s, strlen(s)) : !strchr(s, '@') && set_server(a, s, strlen(s));
}

enum sk_code redis_address_init(struct redis_address *a, const struct drive_job *job, struct sk_err *err)
{
	const char *auth = getenv("REDISCLI_AUTH"), *host = job->host ? job->host : "";
	bool good;

	*a = (struct redis_address){ .port = DEFAULT_PORT };
	if (job->dsn && *job->dsn)
		good = parse(a, job->dsn);
	else if (*host == '/')
		good = set_socket(a, host, strlen(host));
	else
		good = set_server(a, host, strlen(host)) && (!*job->port || set_port(a, job->port, strlen(job->port)));
	if (!good) {
		redis_address_release(a);
		return sk_fail(
			err, SK_EUSAGE, 0,
			"--dsn is no address of a Redis on this machine (it is not repeated here: it may hold a password); "
			"try redis://127.0.0.1:6379, unix:///run/redis/redis.sock or 127.0.0.1:6379; "
			"a password is better in REDISCLI_AUTH");
	}
	if (!*a->password && auth)
		copy(a->password, sizeof(a->password), auth, strlen(auth));
	return SK_OK;
}

char *redis_address_text(const struct redis_address *a, char *buf, size_t n)
{
	if (a->port == 0)
		snprintf(buf, n, "%s", a->host);
	else
		snprintf(buf, n, strchr(a->host, ':') ? "[%s]:%d" : "%s:%d", a->host, a->port);
	return buf;
}

void redis_address_release(struct redis_address *a)
{
	explicit_bzero(a, sizeof(*a));
}
