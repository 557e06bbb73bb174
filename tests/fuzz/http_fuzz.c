/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any text as an HTTP address, as the URL of a request and as a line of the kernel's list of sockets. An address that is taken is
 * one that reads the same again, has nothing in it that ends a line of a request, and is on its own server.
 */
#include <stdlib.h>
#include <string.h>

#include "scenarios/http_address.h"
#include "soakd/listeners.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_address(const struct http_address *a)
{
	struct http_address again;
	char url[HTTP_URL];
	const char *path;

	http_address_url(a, NULL, url, sizeof(url));
	for (const char *s = url; *s; s++)
		if ((unsigned char)*s <= ' ')
			abort();
	if (http_address_parse(url, &again, NULL) != SK_OK || strcmp(again.host, a->host) != 0 || again.port != a->port ||
	    strcmp(again.path, a->path) != 0 || again.tls != a->tls || again.loopback != a->loopback)
		abort();
	if (!http_address_has(a, url, &path) || *path != '/')
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = malloc(n + 1);
	struct http_address a, here;
	struct listener l;
	const char *path;

	if (!text)
		return 0;
	if (n)
		memcpy(text, data, n);
	text[n] = '\0';
	if (http_address_parse(text, &a, NULL) == SK_OK)
		check_address(&a);
	if (http_address_parse("127.0.0.1:8080", &here, NULL) == SK_OK && http_address_has(&here, text, &path) && *path != '/')
		abort();
	if (listener_parse(text, &l) && (l.port == 0 || l.port > 65535 || l.inode == 0))
		abort();
	free(text);
	return 0;
}
