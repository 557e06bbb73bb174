/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of postgres_profiles.def, and which of a profile's statements shall fail. Needs no client library. */
#include "scenarios/postgres_profiles.h"

#include <stdio.h>
#include <string.h>

const struct pg_profile pg_profiles[] = {
#define PROFILE(name, help, setup, script, wanted, flags) { name, setup, script, wanted, flags },
#include "scenarios/postgres_profiles.def"
#undef PROFILE
};
const size_t n_pg_profiles = sizeof(pg_profiles) / sizeof(pg_profiles[0]);

const struct pg_profile *pg_profile_find(const char *name)
{
	for (size_t i = 0; i < n_pg_profiles; i++)
		if (strcmp(pg_profiles[i].name, name) == 0)
			return &pg_profiles[i];
	return NULL;
}

/* The word at w, and where the next one begins. */
static size_t word_at(const char *w, const char **next)
{
	size_t n = strcspn(w, " ");

	*next = w + n + strspn(w + n, " ");
	return n;
}

void pg_profile_wanted(const struct pg_profile *profile, size_t k, char state[6])
{
	const char *next = profile && profile->wanted ? profile->wanted : "";

	state[0] = '\0';
	for (size_t i = 0; *next && i <= k; i++) {
		const char *w = next;
		size_t n = word_at(w, &next);

		snprintf(state, 6, "%.*s", i == k && n == 5 ? 5 : 0, w);
	}
}

size_t pg_profile_failures(const struct pg_profile *profile)
{
	size_t n = 0;

	for (const char *w = profile->wanted ? profile->wanted : ""; *w;)
		n += word_at(w, &w) == 5;
	return n;
}
