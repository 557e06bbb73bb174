/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of profiles: see http_profile.h. */
#include "scenarios/http_profile.h"

#include <string.h>

#include "scenarios/load.h"

const char *const http_step_kind[HTTP_STEPS] = {
	[HTTP_GET] = "GET",
	[HTTP_CLOSE] = "GET close",
	[HTTP_POST] = "POST",
	[HTTP_MISSING] = "404",
	[HTTP_SLOW] = "GET slow",
	[HTTP_CUT_ANSWER] = "aborted answer",
	[HTTP_CUT_REQUEST] = "aborted request",
};

/* A slow reader's share is of the connections: the others of that profile GET. */
const struct http_profile http_profiles[] = {
	{ "get", { [HTTP_GET] = 100 } },
	{ "get-close", { [HTTP_CLOSE] = 100 } },
	{ "post", { [HTTP_POST] = 100 } },
	{ "slow-readers", { [HTTP_SLOW] = 100 } },
	{ "aborted", { [HTTP_CUT_ANSWER] = 50, [HTTP_CUT_REQUEST] = 50 } },
	{ "mixed",
	  { [HTTP_GET] = 70,
	    [HTTP_CLOSE] = 10,
	    [HTTP_POST] = 10,
	    [HTTP_MISSING] = 5,
	    [HTTP_CUT_ANSWER] = 3,
	    [HTTP_CUT_REQUEST] = 2 } },
	{ "errors", { [HTTP_MISSING] = 100 } },
};
const size_t n_http_profiles = sizeof(http_profiles) / sizeof(http_profiles[0]);

const struct http_profile *http_profile_find(const char *name)
{
	for (size_t i = 0; i < n_http_profiles; i++)
		if (strcmp(http_profiles[i].name, name) == 0)
			return &http_profiles[i];
	return NULL;
}

enum http_step http_profile_step(const struct http_profile *p, uint64_t *rng, unsigned connection)
{
	uint64_t x = rng_below(rng, 100);
	unsigned step = 0;

	while (step < HTTP_STEPS - 1 && x >= p->share[step])
		x -= p->share[step++];
	return step == HTTP_SLOW && connection % 2 ? HTTP_GET : (enum http_step)step;
}
