/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Roles from process titles. A PostgreSQL title is "postgres: [CLUSTER: ]WHAT [ACTIVITY]"; WHAT is a backend type, the name of a
 * background worker, or "USER DATABASE HOST(PORT)" of a client, where no part is quoted: so the shape decides, not the words.
 */
#include "soakd/roles.h"

#include <stdio.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

void role_clean(char *dst, size_t n, const char *src)
{
	size_t len = 0;

	for (; src[len] && len + 1 < n; len++)
		dst[len] = src[len] >= ' ' && src[len] < 0x7f ? src[len] : '?';
	while (len > 0 && dst[len - 1] == ' ')
		len--;
	if (n)
		dst[len] = '\0';
}

/* s starts with these words and they end there. */
static bool has_words(const char *s, const char *words)
{
	size_t n = strlen(words);

	return strncmp(s, words, n) == 0 && (s[n] == '\0' || s[n] == ' ');
}

/* Where the client sits: a word "[local]", or one that ends with "(PORT)". */
static bool is_client_address(const char *word, size_t n)
{
	size_t i = n;

	if (n == 7 && memcmp(word, "[local]", 7) == 0)
		return true;
	if (n < 4 || word[--i] != ')')
		return false;
	while (i > 0 && is_digit(word[i - 1]))
		i--;
	return i > 1 && i < n - 1 && word[i - 1] == '(';
}

/* A client's title has its address as third word or later: names may hold blanks, and neither is empty. */
static bool is_client(const char *title)
{
	size_t words = 0;

	for (const char *s = title; *s; words++) {
		size_t n = strcspn(s, " ");

		if (words >= 2 && is_client_address(s, n))
			return true;
		s += n;
		s += strspn(s, " ");
	}
	return false;
}

/* What a title begins with -> the word of backend_type. Where one is the beginning of another the longer comes first. */
static const struct {
	const char *title, *role;
} pg_types[] = {
	{ "walsender", "walsender" },
	{ "wal sender process", "walsender" }, /* up to version 9.6 */
	{ "checkpointer", "checkpointer" },
	{ "background writer", "background writer" },
	{ "writer process", "background writer" },
	{ "walwriter", "walwriter" },
	{ "wal writer process", "walwriter" },
	{ "walreceiver", "walreceiver" },
	{ "wal receiver process", "walreceiver" },
	{ "walsummarizer", "walsummarizer" },
	{ "autovacuum launcher", "autovacuum launcher" },
	{ "autovacuum worker", "autovacuum worker" },
	{ "logical replication launcher", "logical replication launcher" },
	{ "logical replication", "logical replication worker" }, /* since 16: apply, tablesync worker */
	{ "parallel worker", "parallel worker" },
	{ "slotsync worker", "slotsync worker" },
	{ "io worker", "io worker" },
	{ "startup", "startup" },
	{ "archiver", "archiver" },
	{ "logger", "logger" },
	{ "stats collector", "stats collector" },
	{ "standalone backend", "standalone backend" },
};

/* A background worker of an extension: its name without the numbers (of databases, of processes) that some append. */
static void worker_name(const char *title, char *role, size_t n)
{
	const char *colon = strstr(title, ": ");
	size_t len;

	if (colon && colon[2])
		title = colon + 2; /* the cluster's name */
	if (strncmp(title, "bgworker: ", 10) == 0)
		title += 10; /* up to version 10 */
	role_clean(role, n, title);
	for (len = strcspn(role, " "); role[len]; len += 1 + strcspn(role + len + 1, " "))
		if (is_digit(role[len + 1]))
			role[len] = '\0';
}

/* The cluster's name may hold ": " itself and its absence is no sign: WHAT may begin behind any of them. */
static const char *pg_type_anywhere(const char *title)
{
	while (title) {
		for (size_t i = 0; i < sizeof(pg_types) / sizeof(*pg_types); i++)
			if (has_words(title, pg_types[i].title))
				return pg_types[i].role;
		title = strstr(title, ": ");
		if (title)
			title += 2;
	}
	return NULL;
}

/* title: behind "postgres: ". Only a walsender has a type and a client; else a client is one, whatever its user is called. */
static void pg_role(const char *title, char *role, size_t n)
{
	const char *type = pg_type_anywhere(title);

	if (is_client(title) && (!type || strcmp(type, "walsender") != 0))
		type = "backend";
	if (type)
		snprintf(role, n, "%s", type);
	else
		worker_name(title, role, n);
}

void role_postgres(const char *comm, const char *cmdline, bool is_root, char *role, size_t n)
{
	const char *title = "postgres: ";

	if (strncmp(cmdline, title, strlen(title)) == 0 && cmdline[strlen(title)] > ' ')
		pg_role(cmdline + strlen(title), role, n);
	else
		role_clean(role, n, is_root ? "postmaster" : comm);
}

void role_nginx(const char *comm, const char *cmdline, bool is_root, char *role, size_t n)
{
	const char *title = "nginx: ", *retiring = " process is shutting down", *end;

	(void)is_root;
	role_clean(role, n, comm);
	if (strncmp(cmdline, title, strlen(title)) != 0)
		return;
	cmdline += strlen(title);
	end = strstr(cmdline, " process");
	if (end && end > cmdline && (size_t)(end - cmdline) < n) {
		role_clean(role, n, cmdline);
		snprintf(role + (end - cmdline), n - (size_t)(end - cmdline), "%s",
			 strncmp(end, retiring, strlen(retiring)) == 0 ? ROLE_RETIRING : "");
	}
}

/* src/rdb.c, aof.c and module.c name them by redisSetProcTitle(), which may add address and mode. */
void role_redis(const char *comm, const char *cmdline, bool is_root, char *role, size_t n)
{
	static const char *const children[][2] = {
		{ "redis-rdb-bgsave", "rdb-save" },
		{ "redis-aof-rewrite", "aof-rewrite" },
		{ "redis-module-fork", "module-fork" },
	};

	(void)is_root;
	role_clean(role, n, comm);
	for (size_t i = 0; i < sizeof(children) / sizeof(*children); i++)
		if (has_words(cmdline, children[i][0]))
			role_clean(role, n, children[i][1]);
}
