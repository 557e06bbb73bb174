/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is somebody's by the word before it or the quotes around it: names of people, databases and tables, values of variables,
 * statements.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "soakd/redact_rules_internal.h"

/* Words whose value, behind '=', or in quotes behind a blank, is a name: those of libpq, and of servers' messages. */
static const struct {
	const char *word;
	enum redact_kind kind;
	bool quoted; /* "role "alice" does not exist" */
} keys[] = {
	{ "hostaddr", REDACT_ADDRESS, false },  { "hostname", REDACT_HOST, true },
	{ "host", REDACT_HOST, true },          { "servername", REDACT_HOST, false },
	{ "server", REDACT_HOST, true },        { "username", REDACT_USER, true },
	{ "user", REDACT_USER, true },          { "role", REDACT_USER, true },
	{ "owner", REDACT_USER, true },         { "dbname", REDACT_NAME, false },
	{ "database", REDACT_NAME, true },      { "db", REDACT_NAME, false },
	{ "schema", REDACT_NAME, true },        { "relation", REDACT_NAME, true },
	{ "table", REDACT_NAME, true },         { "column", REDACT_NAME, true },
	{ "index", REDACT_NAME, true },         { "constraint", REDACT_NAME, true },
	{ "function", REDACT_NAME, true },      { "application_name", REDACT_NAME, false },
	{ "cluster_name", REDACT_NAME, false }, { "sequence", REDACT_NAME, true },
	{ "statement", REDACT_NAME, true },     { "user id", REDACT_USER, false },
	{ "data source", REDACT_HOST, false },  { "cookie", REDACT_NAME, true },
};

bool rule_key(const char *s, struct found *f)
{
	for (size_t i = 0; i < COUNT(keys); i++) {
		size_t n = strlen(keys[i].word), value = n + 1, length;
		char quote;

		if (!redact_starts(s, keys[i].word) ||
		    (s[n] != '=' && !(s[n] == ' ' && keys[i].quoted && (s[n + 1] == '"' || s[n + 1] == '\''))))
			continue;
		quote = s[value] == '"' || s[value] == '\'' ? s[value] : '\0';
		value += quote != '\0';
		length = quote ? strcspn(s + value, quote == '"' ? "\"" : "'") : strcspn(s + value, " \t&,;)'\"");
		if (length == 0 || redact_loopback(s + value, length) || strncmp(s + value, "***", 3) == 0)
			return false;
		f->n = value + length;
		found_add(f, value, length, s[value] == '/' ? REDACT_PATH : keys[i].kind,
			  keys[i].kind != REDACT_ADDRESS && s[value] != '/');
		return true;
	}
	return false;
}

/* A statement, to the end: it has quotes of its own. In small letters its second word must be one of SQL as well. */
bool rule_query(const char *s, struct found *f)
{
	static const struct {
		const char *word, *then;
	} statements[] = { { "select ", " from " },    { "insert into ", " " }, { "update ", " set " },
			   { "delete from ", " " },    { "with ", " as (" },    { "create table ", " " },
			   { "create index ", " " },   { "create ", " as " },   { "alter table ", " " },
			   { "alter role ", " " },     { "drop table ", " " },  { "copy ", " to " },
			   { "copy ", " from " },      { "grant ", " to " },    { "truncate ", " " },
			   { "merge into ", " " },     { "prepare ", " as " },  { "explain ", " select " },
			   { "declare ", " cursor " }, { "select ", "(" },      { "create user ", "" },
			   { "create role ", "" },     { "alter user ", "" },   { "drop user ", "" },
			   { "drop role ", "" },       { "values (", "" },      { "set role ", "" } };
	/* written in capitals alone: in small letters they are words of any sentence */
	static const char *const capital[] = { "VALUES",   "SET ",    "CALL ",   "EXECUTE ", "ALTER ", "CREATE ",
					       "DROP ",    "REVOKE ", "LISTEN ", "NOTIFY ",  "LOCK ",  "REINDEX ",
					       "COMMENT ", "FETCH ",  "AUTH ",   "CONFIG " };

	for (size_t i = 0; i < COUNT(statements); i++) {
		size_t n = strlen(statements[i].word);
		bool capitals = isupper((unsigned char)s[0]) && isupper((unsigned char)s[1]);
		const char *then;

		if (!redact_starts(s, statements[i].word))
			continue;
		then = strcasestr(s + n - 1, statements[i].then);
		if (capitals || then)
			return found_whole(f, redact_trim(s, strlen(s)), REDACT_QUERY, false);
	}
	for (size_t i = 0; i < COUNT(capital); i++)
		if (strncmp(s, capital[i], strlen(capital[i])) == 0)
			return found_whole(f, redact_trim(s, strlen(s)), REDACT_QUERY, false);
	return false;
}

static bool ends_with(const char *s, size_t n, const char *with)
{
	size_t k = strlen(with);

	return n >= k && strncmp(s + n - k, with, k) == 0;
}

/* PGUSER=alice, TENANT='a b': of a variable of the environment the value. Those of allocators and of the loader help, and numbers. */
bool rule_variable(const char *s, struct found *f)
{
	static const char *const known[] = { "MALLOC_", "GLIBC_TUNABLES", "JEMALLOC", "TCMALLOC_", "MIMALLOC_",
					     "LD_",     "LANG",           "LC_" };
	size_t name = isupper((unsigned char)*s) ? strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_" DIGITS) : 0, value = name + 1, n;
	enum redact_kind kind = ends_with(s, name, "USER")   ? REDACT_USER
				: ends_with(s, name, "HOST") ? REDACT_HOST
							     : REDACT_VALUE;
	char quote;

	if (name < 2 || s[name] != '=')
		return false;
	for (size_t i = 0; i < COUNT(known); i++)
		if (redact_starts(s, known[i]))
			return false;
	quote = s[value] == '"' || s[value] == '\'' ? s[value] : '\0';
	value += quote != '\0';
	n = quote ? strcspn(s + value, (char[]){ quote, '\0' }) : strcspn(s + value, " \t\r\n;,)'\"");
	if (n == 0 || strspn(s + value, DIGITS ".") == n || s[value] == '/' || redact_stands_in(s + value, n) ||
	    redact_loopback(s + value, n))
		return false;
	f->n = value + n;
	found_add(f, value, n, kind, kind != REDACT_VALUE);
	return true;
}

/* What PostgreSQL shows of a row that it refuses: data, to the end. */
bool rule_row(const char *s, struct found *f)
{
	static const char *const begins[] = { "Key (", "Failing row contains (", "parameters: $" };

	for (size_t i = 0; i < COUNT(begins); i++)
		if (strncmp(s, begins[i], strlen(begins[i])) == 0)
			return found_whole(f, strlen(s), REDACT_VALUE, false);
	return false;
}
