/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the profiles of scenario http do: a line for each in one table. A step is one request; its name is the kind that its
 * operations are counted as. Pure.
 */
#ifndef SCENARIOS_HTTP_PROFILE_H
#define SCENARIOS_HTTP_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#define HTTP_BODY       4096 /* bytes of a POST */
#define HTTP_SLOW_BYTES 512  /* per second, of a slow reader */
#define HTTP_SLOW_S     10   /* so long it is slow; the rest of the answer is taken at once */

enum http_step {
	HTTP_GET,         /* keep-alive */
	HTTP_CLOSE,       /* GET, a connection for it alone */
	HTTP_POST,        /* HTTP_BODY bytes */
	HTTP_MISSING,     /* GET of a page that is not there: 404 is what is wanted */
	HTTP_SLOW,        /* GET, the answer taken slowly */
	HTTP_CUT_ANSWER,  /* GET, the connection closed after the first bytes of the answer */
	HTTP_CUT_REQUEST, /* POST, the connection closed with half of the body sent */
	HTTP_STEPS,
};

extern const char *const http_step_kind[HTTP_STEPS]; /* "GET", "POST", "404" ... */

struct http_profile {
	const char *name;
	uint8_t share[HTTP_STEPS]; /* per cent */
};

extern const struct http_profile http_profiles[];
extern const size_t n_http_profiles;

const struct http_profile *http_profile_find(const char *name); /* NULL: none of that name */

/* The next request; draws from *rng. connection: of two neighbours a slow reader is the first, so that half of them are. */
enum http_step http_profile_step(const struct http_profile *p, uint64_t *rng, unsigned connection);

#endif
