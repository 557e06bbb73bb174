/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenarios that take scripts: see script_language.h. */
#include "soakd/script_language.h"

#include <string.h>

const struct scripted scripted[] = {
	{ "postgres", SCRIPT_SQL, "sql" },
	{ "sqlite", SCRIPT_SQL, "sql" },
	{ "redis", SCRIPT_REDIS, "commands" },
	{ "http", SCRIPT_HTTP, "requests" },
};
const size_t n_scripted = sizeof(scripted) / sizeof(*scripted);

const struct scripted *scripted_find(const char *scenario)
{
	for (size_t i = 0; i < n_scripted; i++)
		if (strcmp(scripted[i].scenario, scenario) == 0)
			return &scripted[i];
	return NULL;
}
