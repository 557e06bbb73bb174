/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the HTTP service is: from --dsn, else where the watched processes listen. Text in, fields out: nothing is looked up, so
 * that the monitor, which compares it with the watched sockets, and the driver read it alike.
 */
#ifndef SCENARIOS_HTTP_ADDRESS_H
#define SCENARIOS_HTTP_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define HTTP_HOST 256  /* bytes of a host with its NUL */
#define HTTP_PATH 2048 /* of path and query */
#define HTTP_URL  (HTTP_PATH + HTTP_HOST + 32)

struct http_address {
	bool tls;
	char host[HTTP_HOST]; /* a name or a numeric address, IPv6 without brackets */
	char ip[HTTP_HOST];   /* the same as an address: "127.0.0.1" for localhost and NAME.localhost; "" for other names */
	unsigned port;
	char path[HTTP_PATH]; /* begins with '/'; with the query */
	bool loopback;        /* ip is 127.0.0.0/8 or ::1 */
};

/*
 * http://HOST[:PORT][/PATH][?QUERY], https://..., or HOST:PORT[/PATH]; an IPv6 address is in brackets. localhost and names that
 * end in .localhost are 127.0.0.1 (RFC 6761; say [::1] for the other one). SK_EUSAGE with a sentence that does not repeat the
 * text: a user and password in it, which are not taken, would be seen.
 */
enum sk_code http_address_parse(const char *dsn, struct http_address *out, struct sk_err *err);

/* "http://127.0.0.1:8080/path" with another path than the address's own where `path` is not NULL. Returns buf. */
char *http_address_url(const struct http_address *a, const char *path, char *buf, size_t n);

/*
 * Is the URL or path of a request on this server: begins with '/', or is an absolute URL with the same scheme, host and port?
 * Then *path is the part of `url` from the path on ("/" for none). false: it leads elsewhere, or is neither.
 */
bool http_address_has(const struct http_address *a, const char *url, const char **path);

#endif
