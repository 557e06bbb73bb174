/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What scenarios and profiles there are, in words: for `soakd list`, for the check of --scenario and for --help.
 * A table and nothing else, so that the monitor can link it without any database client.
 */
#ifndef SCENARIOS_CATALOG_H
#define SCENARIOS_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

struct catalog_profile {
	const char *name, *help;
};

struct catalog_scenario {
	const char *name, *help;
	const struct catalog_profile *profile; /* the first is the default; none for exec and none */
	size_t n_profile;
	const char *observer; /* the profile that makes no load: it only asks, and its failures are events; NULL: none does */
	bool built; /* false: the client library was missing when soakd was built */
};

extern const struct catalog_scenario catalog[];
extern const size_t n_catalog;

/* NULL if there is none of that name. */
const struct catalog_scenario *catalog_find(const char *scenario);
/* NULL if the scenario has no such profile. */
const struct catalog_profile *catalog_profile_find(const struct catalog_scenario *s, const char *profile);
/* Whether that profile (NULL: none) of the scenario makes no load. */
bool catalog_observes(const struct catalog_scenario *s, const char *profile);

#endif
