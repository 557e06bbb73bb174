/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenarios and their profiles in words. Adding a scenario: one entry here, one line in registry.c, one .c file. */
#include "scenarios/catalog.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#ifdef HAVE_LIBPQ
#define BUILT_POSTGRES true
#else
#define BUILT_POSTGRES false
#endif
#ifdef HAVE_SQLITE
#define BUILT_SQLITE true
#else
#define BUILT_SQLITE false
#endif

#ifdef HAVE_HIREDIS
#define BUILT_REDIS true
#else
#define BUILT_REDIS false
#endif

#ifdef HAVE_LIBCURL
#define BUILT_HTTP true
#else
#define BUILT_HTTP false
#endif

/*
 * One list for both databases: first those of load.c, which a test compares, of them those of PostgreSQL alone last; then
 * the scripts of postgres_profiles.def.
 */
static const struct catalog_profile sql_profiles[] = {
	{ "mixed", "50 % point selects, 50 % inserts, each a transaction of its own; 10 000 rows are seeded first" },
	{ "insert-heavy", "100 % inserts, --batch rows in a transaction" },
	{ "read-heavy", "90 % point selects, 10 % inserts, each a transaction of its own; 10 000 rows are seeded first" },
	{ "scan-heavy", "full scans with LIKE over the seeded rows (10 000, or --rows if that is less)" },
	{ "series-blob", "INSERT ... SELECT of 2 KiB blobs over a series of --batch, one statement a transaction" },
	{ "prepare",
	  "a leak: PREPARE under unique names, never deallocated (about 9 kB each, in the session's memory contexts)" },
	{ "settings", "a leak: set_config of unique settings of 1000 bytes (about 1.2 kB each, outside of the memory contexts)" },
	{ "point-select", "prepared point selects over 10 000 rows and nothing else: the driver's own cost is least" },
#define PROFILE(name, help, setup, script, wanted, flags) { name, help },
#include "scenarios/postgres_profiles.def"
#undef PROFILE
};
#define IN_SQLITE 5 /* the first of them */

static const struct catalog_profile leaky_profiles[] = {
	{ "linear", "leaks at --leak-rate all the time" },
	{ "staircase", "the same mean rate in 16 equal steps over the run (every 10 minutes in a run without a length)" },
	{ "sawtooth", "32 MiB that grow and are freed, 12 times in the run (every 10 minutes without a length), over a floor "
		      "that leaks at --leak-rate" },
	{ "onset", "flat until --leak-onset (a third of the run, or 10 minutes without a length), from there at --leak-rate" },
	{ "warmup",
	  "32 MiB of saturating growth (time constant a twentieth of the run, or 5 minutes), and --leak-rate beside it" },
	{ "none", "no leak, whatever --leak-rate says" },
};

static const struct catalog_profile redis_profiles[] = {
	{ "observe", "no load of ours: INFO, MEMORY STATS and MEMORY MALLOC-STATS at each epoch, over one connection" },
	{ "set-get", "50 % SET, 50 % GET of values of 96 bytes; --rows keys, all of them written first" },
	{ "read-heavy", "90 % GET, 10 % SET, the same keys" },
	{ "expire", "50 % SET with a life of 1 to 10 s, 50 % TTL" },
	{ "pipeline", "set-get with 16 commands (or --depth) in each round trip" },
	{ "pubsub", "half of the connections SUBSCRIBE, the others PUBLISH; rows are the messages that arrived" },
	{ "lua", "EVALSHA of one script, handed over anew when the server does not have it" },
	{ "lua-cache", "a leak: EVAL of unique scripts, which Redis compiles and keeps (up to 7.2; later ones keep 500)" },
	{ "big-values", "50 % SET, 50 % GET of values of 1 MiB, at most 64 keys" },
	{ "structures",
	  "hashes, lists and streams of bounded length, at most 100 of each: HSET, HGETALL, LPUSH, LRANGE, XADD, XRANGE" },
	{ "churn", "each operation connects, asks PING and SET, and closes" },
};

/* The shares are in http_profile.c, and a test compares the two. */
static const struct catalog_profile http_profiles[] = {
	{ "get", "GET of the address, over connections that are kept" },
	{ "get-close", "GET, a connection for each: churn" },
	{ "post", "POST of 4 KiB" },
	{ "slow-readers", "GET on half of the connections as usual; on the others the answer is taken at 512 bytes per second "
			  "for ten seconds, then the rest of it" },
	{ "aborted",
	  "half of them GET, the connection closed after the first bytes of the answer; half POST, closed with half of "
	  "the body sent" },
	{ "mixed", "70 % GET, 10 % GET on a connection of its own, 10 % POST, 5 % GET of pages that are not there, 5 % aborted" },
	{ "errors", "GET of pages that are not there, each another one: 404 is what is wanted" },
};

const struct catalog_scenario catalog[] = {
	{ "postgres", "SQL over persistent connections, all of it in a schema of its own", sql_profiles, COUNT(sql_profiles),
	  NULL, BUILT_POSTGRES },
	{ "sqlite", "SQL on a file in the run directory; the driver is itself the target", sql_profiles, IN_SQLITE, NULL,
	  BUILT_SQLITE },
	{ "redis", "commands on keys soakd:RUN_ID:*, and what a Redis server says of its own memory", redis_profiles,
	  COUNT(redis_profiles), "observe", BUILT_REDIS },
	{ "http", "requests to an HTTP service on this machine", http_profiles, COUNT(http_profiles), NULL, BUILT_HTTP },
	{ "leaky", "a process that leaks a known amount; it is itself the target", leaky_profiles, COUNT(leaky_profiles), NULL,
	  true },
	{ "exec", "a command, run once per interval or back to back", NULL, 0, NULL, true },
	{ "none", "no load of ours", NULL, 0, NULL, true },
};
const size_t n_catalog = COUNT(catalog);

const struct catalog_scenario *catalog_find(const char *scenario)
{
	for (size_t i = 0; i < n_catalog; i++)
		if (strcmp(catalog[i].name, scenario) == 0)
			return &catalog[i];
	return NULL;
}

const struct catalog_profile *catalog_profile_find(const struct catalog_scenario *s, const char *profile)
{
	for (size_t i = 0; i < s->n_profile; i++)
		if (strcmp(s->profile[i].name, profile) == 0)
			return &s->profile[i];
	return NULL;
}

bool catalog_observes(const struct catalog_scenario *s, const char *profile)
{
	return s->observer && profile && strcmp(s->observer, profile) == 0;
}
