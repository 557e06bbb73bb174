/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Names that messages say without quotes: of PostgreSQL ("permission denied for table payroll"), of SQLite ("no such table:
 * payroll"), of who logs in, and the lines of access logs, where the user stands behind the address.
 *
 * The words around it say that a word is a name: "table of 7 rows" has none.
 */
#include <ctype.h>
#include <string.h>

#include "soakd/redact_rules_internal.h"

#define WORD_LONGEST 256 /* no name, address or user is longer: what is looked at from one place has an end */
#define BEHIND_NAME  " \t\r\n'\"`,;()<>[]{}|"

/* As PostgreSQL calls what it holds, the longer before what they begin with. */
static const char *const objects[] = { "materialized view",
				       "foreign table",
				       "foreign server",
				       "foreign-data wrapper",
				       "event trigger",
				       "text search configuration",
				       "text search dictionary",
				       "statistics object",
				       "operator class",
				       "operator family",
				       "table column",
				       "tablespace",
				       "table",
				       "relation",
				       "column",
				       "index",
				       "view",
				       "sequence",
				       "schema",
				       "database",
				       "function",
				       "procedure",
				       "routine",
				       "aggregate",
				       "constraint",
				       "trigger",
				       "policy",
				       "publication",
				       "subscription",
				       "extension",
				       "collation",
				       "conversion",
				       "domain",
				       "type",
				       "language",
				       "operator",
				       "rule",
				       "role",
				       "user" };

/* Before a name, or before the word that says of what: "of table payroll". */
static const struct {
	const char *words;
	enum redact_kind kind;
	bool object;      /* a word of the table above follows, and the name behind that */
	const char *tail; /* nothing else follows; NULL: anything; "": the end of the text */
} phrases[] = {
	{ "permission denied for ", REDACT_NAME, true, NULL },
	{ "must be owner of ", REDACT_NAME, true, NULL },
	{ "owner of ", REDACT_NAME, true, NULL },
	{ "privileges for ", REDACT_NAME, true, NULL },
	{ "depends on ", REDACT_NAME, true, NULL },
	{ "cannot drop ", REDACT_NAME, true, NULL },
	{ "PL/pgSQL ", REDACT_NAME, true, NULL },
	{ "no such table: ", REDACT_NAME, false, NULL },
	{ "no such column: ", REDACT_NAME, false, NULL },
	{ "no such index: ", REDACT_NAME, false, NULL },
	{ "no such view: ", REDACT_NAME, false, NULL },
	{ "no such trigger: ", REDACT_NAME, false, NULL },
	{ "no such function: ", REDACT_NAME, false, NULL },
	{ "no such module: ", REDACT_NAME, false, NULL },
	{ "no such collation sequence: ", REDACT_NAME, false, NULL },
	{ "no such savepoint: ", REDACT_NAME, false, NULL },
	{ "ambiguous column name: ", REDACT_NAME, false, NULL },
	{ "duplicate column name: ", REDACT_NAME, false, NULL },
	{ "has no column named ", REDACT_NAME, false, NULL },
	{ "constraint failed: ", REDACT_NAME, false, NULL },
	{ "unknown database ", REDACT_NAME, false, NULL },
	{ "session opened for user ", REDACT_USER, false, NULL },
	{ "session closed for user ", REDACT_USER, false, NULL },
	{ "failed password for invalid user ", REDACT_USER, false, NULL },
	{ "failed password for ", REDACT_USER, false, NULL },
	{ "accepted password for ", REDACT_USER, false, NULL },
	{ "accepted publickey for ", REDACT_USER, false, NULL },
	{ "invalid user ", REDACT_USER, false, NULL },
	{ "user ", REDACT_USER, false, ": authentication" },
	{ "user ", REDACT_USER, false, " not found" },
	{ "connect to host ", REDACT_HOST, false, NULL },
	{ "connect to ", REDACT_HOST, false, " port " },
	{ "lookup ", REDACT_HOST, false, " on " },
	{ "lookup ", REDACT_HOST, false, ": no such host" },
	{ "ENOTFOUND ", REDACT_HOST, false, NULL },
	{ "EAI_AGAIN ", REDACT_HOST, false, NULL },
	{ "nfs: server ", REDACT_HOST, false, NULL },
	{ "container ", REDACT_NAME, false, " exited" },
	{ "container ", REDACT_NAME, false, " died" },
	{ "container ", REDACT_NAME, false, " is not running" },
	{ "for tenant ", REDACT_NAME, false, NULL },
	{ "of tenant ", REDACT_NAME, false, NULL },
	{ "tenant ", REDACT_NAME, false, " not found" },
	{ "tenant ", REDACT_NAME, false, " exceeded" },
	{ "tenant ", REDACT_NAME, false, "" },
};

/* Bytes up to one of `ends`, at most `most`. */
static size_t span(const char *s, const char *ends, size_t most)
{
	size_t n = 0;

	while (n < most && s[n] && !strchr(ends, s[n]))
		n++;
	return n;
}

/* The bytes of a word that says what the next one names, with the blank behind it; 0. */
static size_t object(const char *s)
{
	for (size_t i = 0; i < COUNT(objects); i++) {
		size_t n = strlen(objects[i]);

		if (redact_starts(s, objects[i]) && s[n] == ' ')
			return n + 1;
	}
	return 0;
}

/* Of what begins there more than a word goes. */
static bool is_more(const char *s)
{
	static bool (*const rules[])(const char *, struct found *) = { rule_url,  rule_connection, rule_subject, rule_access,
								       rule_row,  rule_query,      rule_key,     rule_variable,
								       rule_path, rule_title };
	struct found f;
	size_t n;

	for (size_t i = 0; i < COUNT(rules); i++) {
		memset(&f, 0, sizeof(f));
		if (rules[i](s, &f))
			return true;
	}
	return redact_quote(s, &n) > 0;
}

/* "the container has exited" */
static bool is_verb(const char *s, size_t n)
{
	static const char *const verbs[] = { "has", "have", "had", "is", "are", "was", "were", "cannot", "failed" };

	for (size_t i = 0; i < COUNT(verbs); i++)
		if (strlen(verbs[i]) == n && strncmp(verbs[i], s, n) == 0)
			return true;
	return false;
}

/* The name that begins at s; a number and what is quoted are left to who knows them better. */
static size_t name_length(const char *s)
{
	size_t n = redact_trim(s, span(s, BEHIND_NAME, WORD_LONGEST));

	return strspn(s, DIGITS) < n && !redact_stands_in(s, n) && !is_verb(s, n) && !is_more(s) ? n : 0;
}

/* What is said about a name that nobody calls a table: "payroll does not exist", "payroll.id of table". */
static bool is_named(const char *s, size_t n)
{
	static const char *const tails[] = { " does not exist", " already exists", " has no column ", " is not a ",
					     " is a ",          " depends on ",    " of table ",      " of relation ",
					     " on table ",      " because other ", " line " };
	size_t arguments = s[n] == '(' ? 1 + span(s + n + 1, "()\n", WORD_LONGEST) : 0;
	const char *tail = s + n + arguments + (arguments > 0 && s[n + arguments] == ')');

	for (size_t i = 0; i < COUNT(tails); i++)
		if (redact_starts(tail, tails[i]))
			return true;
	return false;
}

/* "column a of table b": one more of them behind a name. */
static void add_owner(const char *s, struct found *f)
{
	size_t kind = redact_starts(s + f->n, " of ") ? object(s + f->n + 4) : 0, n = kind ? name_length(s + f->n + 4 + kind) : 0;

	if (n == 0)
		return;
	found_add(f, f->n + 4 + kind, n, REDACT_NAME, true);
	f->n += 4 + kind + n;
}

/* Parts of a name as they stand alone elsewhere are known too: payroll of hr.payroll. */
static bool take_name(const char *s, size_t at, size_t n, enum redact_kind kind, struct found *f)
{
	if (n == 0)
		return false;
	for (size_t i = 0, part; i < n; i += part + 1) {
		part = kind == REDACT_NAME ? span(s + at + i, ".", n - i) : n;
		found_add(f, at + i, part, kind, true);
	}
	f->n = at + n;
	add_owner(s, f);
	return true;
}

/* "constraint failed: payroll.year, payroll.month" */
static void add_columns(const char *s, struct found *f)
{
	for (size_t n; strncmp(s + f->n, ", ", 2) == 0 && (n = name_length(s + f->n + 2)) > 0;)
		take_name(s, f->n + 2, n, REDACT_NAME, f);
}

/* memory context "ExprContext": words of PostgreSQL, which say where memory went. */
static size_t context(const char *s)
{
	size_t begin = strlen("memory context \""), n;

	if (!redact_starts(s, "memory context \"") || !isupper((unsigned char)s[begin]))
		return 0;
	n = strspn(s + begin, LETTER " ");
	return s[begin + n] == '"' ? begin + n + 1 : 0;
}

/* Behind the words of a phrase. */
static bool behind_phrase(const char *s, size_t i, struct found *f)
{
	size_t at = strlen(phrases[i].words), kind = phrases[i].object ? object(s + at) : 0, n;
	const char *tail = phrases[i].tail;

	if (phrases[i].object && kind == 0)
		return false;
	at += kind;
	n = name_length(s + at);
	if (n == 0 || (tail && !(*tail ? redact_starts(s + at + n, tail) : s[at + n] == '\0')))
		return false;
	if (phrases[i].kind == REDACT_HOST && redact_loopback(s + at, n))
		return false;
	take_name(s, at, n, phrases[i].kind, f);
	if (strcmp(phrases[i].words, "constraint failed: ") == 0)
		add_columns(s, f);
	return true;
}

bool rule_message(const char *s, struct found *f)
{
	size_t at = object(s), n = at ? name_length(s + at) : 0;
	bool person = redact_starts(s, "user ") || redact_starts(s, "role ");

	f->n = context(s);
	if (f->n > 0)
		return true;
	if (n > 0 && is_named(s + at, n))
		return take_name(s, at, n, person ? REDACT_USER : REDACT_NAME, f);
	for (size_t i = 0; i < COUNT(phrases); i++)
		if (redact_starts(s, phrases[i].words) && behind_phrase(s, i, f))
			return true;
	return false;
}

/* GET /payroll HTTP/1.1 */
bool rule_request(const char *s, struct found *f)
{
	static const char *const methods[] = { "GET ", "HEAD ", "POST ", "PUT ", "PATCH ", "DELETE ", "OPTIONS ", "PROPFIND " };

	for (size_t i = 0; i < COUNT(methods); i++) {
		size_t at = strlen(methods[i]), path;

		if (strncmp(s, methods[i], at) != 0 || s[at] != '/')
			continue;
		path = strcspn(s + at, " \t\r\n\"");
		if (strncmp(s + at + path, " HTTP/", 6) != 0)
			return false;
		f->n = at + path;
		if (path > 1)
			found_add(f, at, path, REDACT_PATH, false);
		return true;
	}
	return false;
}

/* "postgres: alice payroll 10.0.0.5(45678) idle", "postgres: alice payroll [local] idle": user and database, whatever they hold. */
bool rule_title(const char *s, struct found *f)
{
	size_t begin = strlen("postgres: "), n, at;

	if (strncmp(s, "postgres: ", begin) != 0)
		return false;
	n = span(s + begin, "\r\n", WORD_LONGEST);
	for (at = begin; at < begin + n; at += 1 + span(s + at + 1, " ", begin + n - at - 1)) {
		size_t address = redact_address(s + at + 1);

		if (at > begin && (redact_starts(s + at, " [local]") || (address > 0 && s[at + 1 + address] == '(')))
			break;
	}
	if (at >= begin + n)
		return false;
	f->n = at;
	found_add(f, begin, at - begin, REDACT_NAME, false);
	return true;
}

/* " [22/Nov/2026:" */
static bool is_date(const char *s)
{
	return strncmp(s, " [", 2) == 0 && strspn(s + 2, DIGITS) == 2 && s[4] == '/' && strspn(s + 5, LETTER) == 3 &&
	       s[8] == '/' && strspn(s + 9, DIGITS) >= 4;
}

/* The address, who asks by the machine's word, by the server's: "10.0.0.5 - alice [22/Nov/2026:08:00:00 +0000]". */
bool rule_access(const char *s, struct found *f)
{
	size_t host = span(s, " \t\r\n[", WORD_LONGEST),
	       other = s[host] == ' ' ? span(s + host + 1, " \t\r\n[", WORD_LONGEST) : 0;
	size_t user = host + 1 + other + 1, n;
	bool nobody = other == 1 && s[host + 1] == '-';

	if (host == 0 || other == 0 || s[user - 1] != ' ')
		return false;
	n = span(s + user, nobody ? "\r\n[\"" : " \t\r\n[", WORD_LONGEST); /* of some servers it may hold blanks */
	n -= nobody && n > 0 && s[user + n - 1] == ' ';
	if (n == 0 || !is_date(s + user + n) || !(nobody || redact_address(s) > 0 || redact_loopback(s, host)))
		return false;
	f->n = user + n;
	if (!redact_loopback(s, host) && !(host == 1 && *s == '-'))
		found_add(f, 0, host, redact_address(s) > 0 ? REDACT_ADDRESS : REDACT_HOST, redact_address(s) == 0);
	if (!nobody)
		found_add(f, host + 1, other, REDACT_USER, true);
	if (!(n == 1 && s[user] == '-'))
		found_add(f, user, n, REDACT_USER, true);
	return true;
}
