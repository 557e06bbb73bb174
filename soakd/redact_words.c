/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is somebody's by the word before it or the quotes around it: names of people, databases and tables, values of variables,
 * statements.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "soakd/redact_rules_internal.h"

#define ASSIGNED   0 /* behind '=' */
#define QUOTED     1 /* in quotes behind a blank too: role "alice" does not exist */
#define COLON      2 /* behind ':' or " = " too: user: alice */
#define BARE       4 /* the next word too: masterauth x */
#define TO_THE_END 8 /* behind ':', to the end of the line or the quote: Cookie: a=b; c=d */

/* Words whose value is a name: those of libpq, of servers' messages and settings. */
static const struct {
	const char *word;
	enum redact_kind kind;
	int form;
} keys[] = {
	{ "hostaddr", REDACT_ADDRESS, COLON },
	{ "hostname", REDACT_HOST, QUOTED | COLON },
	{ "host", REDACT_HOST, QUOTED | COLON },
	{ "servername", REDACT_HOST, COLON },
	{ "server", REDACT_HOST, QUOTED | COLON },
	{ "username", REDACT_USER, QUOTED | COLON },
	{ "user", REDACT_USER, QUOTED | COLON },
	{ "login", REDACT_USER, QUOTED | COLON },
	{ "role", REDACT_USER, QUOTED },
	{ "owner", REDACT_USER, QUOTED | COLON },
	{ "dbname", REDACT_NAME, COLON },
	{ "databasename", REDACT_NAME, COLON },
	{ "database", REDACT_NAME, QUOTED | COLON },
	{ "db", REDACT_NAME, COLON },
	{ "initial catalog", REDACT_NAME, ASSIGNED },
	{ "schema", REDACT_NAME, QUOTED },
	{ "relation", REDACT_NAME, QUOTED },
	{ "table", REDACT_NAME, QUOTED },
	{ "column", REDACT_NAME, QUOTED },
	{ "index", REDACT_NAME, QUOTED },
	{ "constraint", REDACT_NAME, QUOTED },
	{ "function", REDACT_NAME, QUOTED },
	{ "application_name", REDACT_NAME, COLON },
	{ "cluster_name", REDACT_NAME, COLON },
	{ "sequence", REDACT_NAME, QUOTED },
	{ "statement", REDACT_NAME, QUOTED },
	{ "user id", REDACT_USER, COLON },
	{ "data source", REDACT_HOST, ASSIGNED },
	{ "cookie", REDACT_SECRET, QUOTED | TO_THE_END },
	{ "set-cookie", REDACT_SECRET, TO_THE_END },
	{ "authorization", REDACT_SECRET, TO_THE_END },
	{ "proxy-authorization", REDACT_SECRET, TO_THE_END },
	{ "requirepass", REDACT_SECRET, COLON | BARE },
	{ "masterauth", REDACT_SECRET, COLON | BARE },
	{ "masteruser", REDACT_USER, COLON | BARE },
	{ "noperm user", REDACT_USER, BARE },
	{ "namespace", REDACT_NAME, QUOTED | COLON },
	{ "tenant", REDACT_NAME, QUOTED | COLON },
	{ "bucket", REDACT_NAME, QUOTED | ASSIGNED },
	{ "name", REDACT_NAME, ASSIGNED },
	{ "key", REDACT_NAME, ASSIGNED },
	{ "pod", REDACT_NAME, QUOTED | ASSIGNED },
	{ "sessionid", REDACT_SECRET, COLON },
	{ "session_id", REDACT_SECRET, COLON },
	{ "jsessionid", REDACT_SECRET, COLON },
	{ "phpsessid", REDACT_SECRET, COLON },
	{ "accountname", REDACT_NAME, ASSIGNED },
	{ "accountkey", REDACT_SECRET, ASSIGNED },
	{ "sharedaccesskey", REDACT_SECRET, ASSIGNED },
	{ "sharedaccesskeyname", REDACT_NAME, ASSIGNED },
};

/* A quote that a text was cut short behind: what it holds goes to the end. */
static bool is_cut(const char *s)
{
	return (*s == '"' || *s == '\'') && s[1] && !strchr(s + 1, *s);
}

/* Where the value behind the word of n bytes begins; 0: none does. */
static size_t value_of(const char *s, size_t n, int form, bool *assigned)
{
	size_t blanks = strspn(s + n, " \t"), quote;
	bool colon = s[n] == ':' && (form & (COLON | TO_THE_END)) && !redact_stands_in(s, n); /* "HOST: no" says it */

	*assigned = s[n] == '=';
	if (*assigned)
		return n + 1;
	if (colon || ((form & COLON) && s[n + blanks] == '='))
		return n + 1 + (colon ? 0 : blanks) + strspn(s + n + 1 + (colon ? 0 : blanks), " \t");
	if (blanks == 0 ||
	    !((form & BARE) || ((form & QUOTED) && (redact_quote(s + n + blanks, &quote) > 0 || is_cut(s + n + blanks)))))
		return 0;
	return n + blanks;
}

/* Bytes of the value, without the quote of *k bytes around it. */
static size_t value_length(const char *value, int form, size_t *k)
{
	size_t n = 0;

	*k = redact_quote(value, &n);
	if (*k > 0)
		return n;
	*k = *value == '"' || *value == '\'';
	if (*k > 0)
		return strcspn(value + 1, *value == '"' ? "\"" : "'");
	return strcspn(value, form & TO_THE_END ? "\r\n'\"" : " \t\r\n&,;)'\"");
}

/* "could not connect to server: Connection refused": a word in capital and small letters, and more behind it. */
static bool is_sentence(const char *value, size_t n)
{
	return isupper((unsigned char)*value) && n > 1 && strspn(value + 1, "abcdefghijklmnopqrstuvwxyz") == n - 1 &&
	       value[n] == ' ';
}

bool rule_key(const char *s, struct found *f)
{
	for (size_t i = 0; i < COUNT(keys); i++) {
		size_t n = strlen(keys[i].word), value, length, quote;
		bool assigned;

		value = redact_starts(s, keys[i].word) ? value_of(s, n, keys[i].form, &assigned) : 0;
		if (value == 0)
			continue;
		length = value_length(s + value, keys[i].form, &quote);
		value += quote;
		if (length == 0 || (!assigned && quote == 0 && keys[i].kind == REDACT_HOST && is_sentence(s + value, length)) ||
		    redact_loopback(s + value, length) || redact_stands_in(s + value, length) ||
		    (!assigned && (strspn(s + value, DIGITS ".") == length || (quote == 0 && memchr(s + value, '=', length))) &&
		     keys[i].kind != REDACT_SECRET))
			return false;
		f->n = value + length + (s[value + length] ? quote : 0); /* the closing one is no opening one */
		found_add(f, value, length, s[value] == '/' ? REDACT_PATH : keys[i].kind,
			  keys[i].kind != REDACT_ADDRESS && keys[i].kind != REDACT_SECRET && s[value] != '/');
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
	static const char *const capital[] = { "VALUES",   "SET ",    "CALL ",   "EXECUTE ",     "ALTER ", "CREATE ",
					       "DROP ",    "REVOKE ", "LISTEN ", "NOTIFY ",      "LOCK ",  "REINDEX ",
					       "COMMENT ", "FETCH ",  "AUTH ",   "ACL SETUSER ", "CONFIG " };

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
	enum redact_kind kind = ends_with(s, name, "USER")      ? REDACT_USER
				: ends_with(s, name, "LOGNAME") ? REDACT_USER
				: ends_with(s, name, "HOST")    ? REDACT_HOST
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
	static const char *const begins[] = { "Key (", "Failing row contains (", "parameters: $", "Parameters: $" };

	for (size_t i = 0; i < COUNT(begins); i++)
		if (strncmp(s, begins[i], strlen(begins[i])) == 0)
			return found_whole(f, strlen(s), REDACT_VALUE, false);
	return false;
}
