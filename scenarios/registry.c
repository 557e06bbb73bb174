/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of scenarios. Explicit, because objects that register themselves vanish from static archives. */
#include "scenarios/registry.h"

#include <string.h>

static const struct scenario *const scenarios[] = {
#ifdef HAVE_LIBPQ
	&scenario_postgres,
#endif
#ifdef HAVE_SQLITE
	&scenario_sqlite,
#endif
#ifdef HAVE_HIREDIS
	&scenario_redis,
#endif
#ifdef HAVE_LIBCURL
	&scenario_http,
#endif
	&scenario_leaky,    &scenario_exec, &scenario_none,
};

const struct scenario *scenario_find(const char *name)
{
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		if (strcmp(scenarios[i]->name, name) == 0)
			return scenarios[i];
	return NULL;
}
