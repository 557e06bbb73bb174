/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking an HTTP address apart: see http_address.h. */
#include "scenarios/http_address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool starts(const char *s, const char *with)
{
	return strncasecmp(s, with, strlen(with)) == 0;
}

/* What a URL may have: no blanks, no control characters; a fragment is the browser's own. */
static bool is_clean(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f || *s == '#' || *s == '\\')
			return false;
	return true;
}

static bool copy(char *dst, size_t size, const char *s, size_t n)
{
	if (n == 0 || n >= size)
		return false;
	memcpy(dst, s, n);
	dst[n] = '\0';
	return true;
}

/* "[::1]", "127.0.0.1", "name"; *s moves behind it. */
static bool take_host(struct http_address *a, const char **s)
{
	const char *p = *s;
	size_t n;

	if (*p == '[') {
		n = strcspn(p + 1, "]/");
		*s = p + 1 + n + (p[1 + n] == ']');
		return p[1 + n] == ']' && memchr(p + 1, ':', n) && copy(a->host, sizeof(a->host), p + 1, n);
	}
	n = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
	*s = p + n;
	return copy(a->host, sizeof(a->host), p, n);
}

/* ":8080"; *s moves behind it. */
static bool take_port(struct http_address *a, const char **s)
{
	const char *p = *s;

	a->port = 0;
	if (*p != ':')
		return true;
	for (p++; *p >= '0' && *p <= '9' && a->port < 65536; p++)
		a->port = a->port * 10 + (unsigned)(*p - '0');
	*s = p;
	return a->port > 0 && a->port < 65536;
}

/* localhost, or a name below it. */
static bool is_localhost(const char *host)
{
	static const char name[] = "localhost";
	size_t n = strlen(host), end = sizeof(name) - 1;

	return n >= end && strcasecmp(host + n - end, name) == 0 && (n == end || host[n - end - 1] == '.');
}

static bool settle_ip(struct http_address *a)
{
	struct in6_addr v6;
	struct in_addr v4;

	if (inet_pton(AF_INET, a->host, &v4) == 1)
		a->loopback = (ntohl(v4.s_addr) >> 24) == 127;
	else if (inet_pton(AF_INET6, a->host, &v6) == 1)
		a->loopback = IN6_IS_ADDR_LOOPBACK(&v6);
	else {
		a->loopback = is_localhost(a->host);
		snprintf(a->ip, sizeof(a->ip), "%s", a->loopback ? "127.0.0.1" : "");
		return !strchr(a->host, ':');
	}
	memcpy(a->ip, a->host, sizeof(a->ip));
	return true;
}

enum sk_code http_address_parse(const char *dsn, struct http_address *out, struct sk_err *err)
{
	struct http_address a = { .tls = starts(dsn, "https://") };
	bool scheme = a.tls || starts(dsn, "http://");
	const char *s = scheme ? dsn + (a.tls ? 8 : 7) : dsn;

	if (memchr(s, '@', strcspn(s, "/?")))
		return sk_fail(
			err, SK_EUSAGE, 0,
			"--dsn: a user and password in an HTTP address are not taken: watch a service that needs no login, "
			"or use --scenario exec with a client of your own");
	if (!is_clean(s) || !take_host(&a, &s) || !take_port(&a, &s) || (*s && *s != '/' && *s != '?') ||
	    (!scheme && a.port == 0) || !settle_ip(&a) ||
	    snprintf(a.path, sizeof(a.path), "%s%s", *s == '/' ? "" : "/", s) >= (int)sizeof(a.path))
		return sk_fail(
			err, SK_EUSAGE, 0,
			"--dsn is no HTTP address; try http://127.0.0.1:8080/, https://localhost:8443/path or 127.0.0.1:8080");
	if (a.port == 0)
		a.port = a.tls ? 443 : 80;
	*out = a;
	return SK_OK;
}

char *http_address_url(const struct http_address *a, const char *path, char *buf, size_t n)
{
	bool v6 = strchr(a->host, ':') != NULL;

	snprintf(buf, n, "%s://%s%s%s:%u%s", a->tls ? "https" : "http", v6 ? "[" : "", a->host, v6 ? "]" : "", a->port,
		 path ? path : a->path);
	return buf;
}

bool http_address_has(const struct http_address *a, const char *url, const char **path)
{
	struct http_address other;
	const char *s;

	*path = url;
	if (*url == '/' && url[1] != '/')
		return is_clean(url);
	if ((!starts(url, "http://") && !starts(url, "https://")) || http_address_parse(url, &other, NULL) != SK_OK)
		return false;
	s = strstr(url, "://") + 3;
	*path = s + strcspn(s, "/?");
	if (**path != '/')
		*path = "/"; /* of a query without a path the path alone: nobody writes that */
	return other.tls == a->tls && other.port == a->port && strcasecmp(other.host, a->host) == 0;
}
