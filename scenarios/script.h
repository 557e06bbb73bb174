/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Scripts of the user's own: pgbench's language, and the same meta-commands around redis commands and HTTP requests.
 *
 * A script is parsed once and run by many: a script_run is one connection's place in it, with its variables and its random
 * state. The scenario asks script_next() what to do, does it, and asks again; one run from the start to the end is one operation
 * (pgbench: a transaction).
 *
 *   script.c            a script as a whole             script_run.c      what comes next, the variables of a run
 *   script_meta.c       lines, meta-commands            script_eval.c     expressions evaluated
 *   script_statement.c  statements: script_sql.c,       script_value.c    their values: types, texts
 *                       script_line.c (redis, HTTP)     script_random.c   pgbench's distributions and hashes
 *   script_expr.c       expressions parsed, word by     script_builtin.c  pgbench's own scripts
 *                       word: script_token.c
 *
 * Source: the language is that of PostgreSQL 15's documentation of pgbench ("Custom Scripts"), written anew.
 */
#ifndef SCENARIOS_SCRIPT_H
#define SCENARIOS_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum script_language {
	SCRIPT_SQL,   /* statements end with ; and may span lines */
	SCRIPT_REDIS, /* a command per line; words, quotes as in redis-cli */
	SCRIPT_HTTP,  /* a request per line: METHOD PATH-OR-URL [BODY]; the body is the rest of the line */
};

struct script; /* parsed, read-only from then on */

#define SCRIPT_MAX_PARAMS 64
#define SCRIPT_MAX_BYTES  (1024 * 1024)

struct script_statement {
	size_t index;       /* in the script, from 0: a name for what is prepared */
	unsigned line;      /* where it begins, for messages */
	const char *sql;    /* SQL: with $1, $2 ... for its variables, without the semicolon; else NULL */
	bool preparable;    /* SQL: SELECT, INSERT, UPDATE, DELETE, MERGE, VALUES or WITH: the others take no parameters */
	size_t n_param;     /* variables in the order of $1 ... */
	size_t n_word;      /* redis, HTTP: words, each a text with variables */
	bool gset, aset;    /* \gset, \aset follow it: its (last) row becomes variables */
	const char *prefix; /* of the names of these, "" */
};

/* Parses text. SK_EUSAGE: "FILE:LINE:COLUMN: what is wrong", the first mistake. */
enum sk_code script_parse(const char *text, const char *file, enum script_language language, struct script **out,
			  struct sk_err *err);
void script_release(struct script *s);
const char *script_file(const struct script *s); /* its name, for messages */
size_t script_statements(const struct script *s);
const struct script_statement *script_statement(const struct script *s, size_t index);

/*
 * Whether each variable that SQL or an expression of the scripts of a run needs is set in one of them, is automatic, or
 * `defined`. SK_EUSAGE: "FILE:LINE:COLUMN: what", of its first use. Where a \gset or \aset is among them nobody can tell, and
 * all is well.
 */
enum sk_code script_check_variables(struct script *const *s, size_t n, bool (*defined)(void *ctx, const char *name), void *ctx,
				    struct sk_err *err);

/* Scripts that pgbench has built in ("tpcb-like", "simple-update", "select-only"), in our words; NULL: none of that name. */
const char *script_builtin(const char *name);

enum script_what {
	SCRIPT_DO,       /* the statement */
	SCRIPT_SLEEP,    /* \sleep: wait_ns */
	SCRIPT_PIPELINE, /* \startpipeline: what follows needs no answer before the next */
	SCRIPT_SYNC,     /* \endpipeline: all answers are needed before the next */
	SCRIPT_END,
	SCRIPT_FAILED, /* an expression could not be evaluated: err has FILE:LINE:COLUMN */
};

struct script_step {
	enum script_what what;
	const struct script_statement *statement;
	int64_t wait_ns;
};

struct script_run;

/*
 * A run of one connection: client is :client_id (from 0). `unique` gives the next number that nobody else gets, for the function
 * unique() (ours, not pgbench's). The random sequence is a function of seed and client alone. NULL without memory.
 */
struct script_run *script_run_new(uint64_t seed, unsigned client, uint64_t (*unique)(void *ctx), void *ctx);
void script_run_release(struct script_run *r);
/* Begins a script at its start; variables stay, as pgbench's do. */
void script_run_begin(struct script_run *r, const struct script *s);
/* What to do now; all meta-commands up to it are evaluated. Bounded: a script has no loops. */
void script_next(struct script_run *r, struct script_step *step, struct sk_err *err);

/*
 * Variables: text as pgbench prints them. set: false without memory, or for no name ([A-Za-z_][A-Za-z0-9_]*; other letters too).
 */
bool script_set(struct script_run *r, const char *name, const char *value);
const char *script_get(const struct script_run *r,
		       const char *name); /* NULL: there is none; valid until the next script_next() or set */

/*
 * The k-th parameter of the statement as text; NULL: its variable is not set, and the operation fails. Valid as script_get()'s.
 */
const char *script_param(const struct script_run *r, const struct script_statement *s, size_t k);
/* Its value is NULL (of an expression, not the text "NULL"): pass a null, where script_param() says "NULL" as pgbench does. */
bool script_param_null(const struct script_run *r, const struct script_statement *s, size_t k);
/*
 * The statement with its variables put in as text (simple protocol; also what is not preparable, or has several statements
 * between \;); false: a variable is not set, or no memory. The k-th word (redis, HTTP): there :name without such a variable
 * stays as it is, because keys and bodies have colons of their own; false: no memory. What was in *out goes; its memory is used
 * again.
 */
bool script_text(const struct script_run *r, const struct script_statement *s, struct text *out);
bool script_word(const struct script_run *r, const struct script_statement *s, size_t k, struct text *out);

#endif
