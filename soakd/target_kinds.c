/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What soakd knows of programs by name. A new one is one entry here, and a function in roles.c if its processes have titles. */
#include <string.h>

#include "soakd/roles.h"
#include "soakd/target.h"

const struct target_kind target_kinds[] = {
	{ "postgres",
	  { "postgres", "postmaster" },
	  "postgres/mixed",
	  false,
	  role_postgres,
	  0,
	  "a running PostgreSQL server: the postmaster and all its processes, by role" },
	{ "redis",
	  { "redis-server" },
	  "redis/observe",
	  false,
	  role_redis,
	  TITLES_NO_ROOT,
	  "a running Redis server and the children that save for it" },
	{ "nginx", { "nginx" }, NULL, false, role_nginx, TITLES_CHANGE | TITLES_RETIRE, "a running nginx: master and workers" },
	{ "memcached", { "memcached" }, NULL, false, NULL, 0, "a running memcached" },
	{ "sqlite", { NULL }, "sqlite/mixed", true, NULL, 0, "SQLite in a process of our own: needs no server" },
	{ "leaky", { NULL }, "leaky/linear", true, NULL, 0, "a process of our own that leaks as told: the known truth" },
	{ 0 },
};

const struct target_kind *target_kind_find(const char *name)
{
	for (const struct target_kind *k = target_kinds; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

const struct target_kind *target_kind_of_comm(const char *comm)
{
	for (const struct target_kind *k = target_kinds; k->name; k++)
		for (size_t i = 0; i < sizeof(k->comms) / sizeof(*k->comms) && k->comms[i]; i++)
			if (strcmp(k->comms[i], comm) == 0)
				return k;
	return NULL;
}

bool target_tells_reloads(const struct target *t)
{
	const struct target_kind *kind = t->spec.kind;

	if (!kind && t->n > 0)
		kind = target_kind_of_comm(t->proc[0].comm);
	return kind && (kind->titles & TITLES_RETIRE);
}
