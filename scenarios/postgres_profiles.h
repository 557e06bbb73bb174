/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The profiles of the scenario postgres that are scripts: postgres_profiles.def is their one table. */
#ifndef SCENARIOS_POSTGRES_PROFILES_H
#define SCENARIOS_POSTGRES_PROFILES_H

#include <stddef.h>

enum pg_profile_flag {
	PG_PLAIN = 0,
	PG_RECONNECT = 1, /* each run makes its connection anew */
	PG_TEXT = 2,      /* nothing is prepared: names of tables have variables in them, or what is prepared would be the load */
};

struct pg_profile {
	const char *name;
	const char *setup;  /* statements that make what it needs in the schema soakd, before the run; "" */
	const char *script; /* pgbench's language; one run is one operation */
	const char *wanted; /* SQLSTATEs with which its statements shall fail, "ok" for those that shall not; NULL: none shall */
	unsigned flags;
};

extern const struct pg_profile pg_profiles[];
extern const size_t n_pg_profiles;

const struct pg_profile *pg_profile_find(const char *name); /* NULL: there is none of that name */

/* How many statements of a profile shall fail; with which SQLSTATE statement k shall, copied to state; "": it shall not. */
size_t pg_profile_failures(const struct pg_profile *profile);
void pg_profile_wanted(const struct pg_profile *profile, size_t k, char state[6]);

#endif
