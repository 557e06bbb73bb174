/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the found Redis listens, by the title that it gives itself (redis.conf, proc-title-template): "redis-server
 * 127.0.0.1:6379", "redis-server *:6379 [cluster]", "redis-server unixsocket:/run/redis.sock".
 */
#include <stdio.h>
#include <string.h>

#include "soakd/target_priv.h"

/* What listens everywhere listens here. */
static const char *address_of(const char *bind)
{
	bind += *bind == '-'; /* one that may be missing */
	if (strcmp(bind, "*") == 0 || strcmp(bind, "0.0.0.0") == 0 || *bind == '\0')
		return "127.0.0.1";
	return strcmp(bind, "::") == 0 || strcmp(bind, "::*") == 0 ? "::1" : bind;
}

bool redis_title_parse(const char *title, struct postmaster_info *out)
{
	static const char local[] = "unixsocket:";
	const char *word = title + strcspn(title, " ");
	char bind[sizeof(out->host)], *colon;
	size_t n;

	word += strspn(word, " ");
	n = strcspn(word, " ");
	if (n == 0 || n >= sizeof(bind))
		return false;
	memcpy(bind, word, n);
	bind[n] = '\0';
	if (strncmp(bind, local, sizeof(local) - 1) == 0) {
		snprintf(out->host, sizeof(out->host), "%s", bind + sizeof(local) - 1);
		*out->port = '\0';
		return *out->host == '/'; /* relative to where it was started: nobody knows that any more */
	}
	colon = strrchr(bind, ':');
	n = colon ? strlen(colon + 1) : 0;
	if (n < 1 || n > 5 || strspn(colon + 1, "0123456789") != n)
		return false;
	snprintf(out->port, sizeof(out->port), "%.5s", colon + 1);
	*colon = '\0';
	snprintf(out->host, sizeof(out->host), "%s", address_of(bind));
	return true;
}

bool redis_dsn_meets(const char *dsn, const struct postmaster_info *at)
{
	const char *scheme = strstr(dsn, "://"), *rest = scheme ? scheme + 3 : dsn, *login = strrchr(rest, '@'), *colon;
	char where[sizeof(at->host)];
	size_t n;

	rest = login ? login + 1 : rest;
	if (*rest == '/')
		return strcmp(rest, at->host) == 0;
	n = strcspn(rest, "/?");
	if (n >= sizeof(where) || *at->port == '\0')
		return false;
	memcpy(where, rest, n);
	where[n] = '\0';
	colon = strrchr(where, ':');
	return strcmp(colon ? colon + 1 : "6379", at->port) == 0;
}

bool redis_pick(struct target *t, struct identities *roots)
{
	struct postmaster_info at;
	size_t found = 0, which = 0;

	for (size_t i = 0; i < roots->n; i++)
		if (redis_title_parse(proc_cmdline(t->fs, roots->id[i].pid), &at) && redis_dsn_meets(t->dsn, &at)) {
			which = i;
			found++;
		}
	if (found != 1)
		return false;
	roots->id[0] = roots->id[which];
	roots->n = 1;
	return true;
}

enum sk_code target_redis(const struct target *t, struct postmaster_info *out, struct sk_err *err)
{
	const struct target_kind *kind;
	struct postmaster_info info = { .uid = (uid_t)-1 };

	for (size_t i = 0; i < t->n; i++) {
		const struct proc *p = &t->proc[i];

		kind = target_kind_of_comm(p->comm);
		if (!p->root || p->zombie || !kind || strcmp(kind->name, "redis") != 0)
			continue;
		if (!redis_title_parse(proc_cmdline(t->fs, p->pid), &info) ||
		    proc_owner(t->fs, p->pid, &info.uid, &info.gid, NULL) != SK_OK)
			continue;
		*out = info;
		return SK_OK;
	}
	return sk_fail(err, SK_ENOTFOUND, 0, "%s does not say where a Redis listens: its title has no address", t->spec.text);
}
