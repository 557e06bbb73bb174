/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a parsed script is made of, for the files script*.c alone. A script becomes a list of commands; \if, \elif and \else
 * become tests and jumps, all of them forward, so that a run of it always ends. Places are offsets into the text, which the
 * script keeps: the line and the column are counted when somebody has to be told.
 */
#ifndef SCENARIOS_SCRIPT_INTERNAL_H
#define SCENARIOS_SCRIPT_INTERNAL_H

#include <stdarg.h>

#include "scenarios/script.h"

#define SCRIPT_MAX_VARIABLES 1000 /* of a script, and of a run */
#define SCRIPT_MAX_NESTING   100  /* of brackets, of \if */
#define SCRIPT_MAX_ARGUMENTS 16   /* of a function, as pgbench */
#define NO_VARIABLE          UINT32_MAX

enum value_type { VALUE_NULL, VALUE_INT, VALUE_DOUBLE, VALUE_BOOL };

struct value {
	enum value_type type;
	union {
		int64_t i;
		double d;
		bool b;
	};
};

enum operation {
	OP_CONSTANT,
	OP_VARIABLE,
	OP_AND,
	OP_OR,
	OP_CASE, /* evaluated as far as needed */
	OP_NOT,
	OP_IS,
	OP_ADD,
	OP_SUB,
	OP_MUL,
	OP_DIV,
	OP_MOD,
	OP_EQ,
	OP_NE,
	OP_LT,
	OP_LE,
	OP_BIT_AND,
	OP_BIT_OR,
	OP_BIT_XOR,
	OP_SHIFT_LEFT,
	OP_SHIFT_RIGHT,
	OP_ABS,
	OP_DEBUG,
	OP_DOUBLE,
	OP_EXP,
	OP_GREATEST,
	OP_FNV1A,
	OP_MURMUR2,
	OP_INT,
	OP_LEAST,
	OP_LN,
	OP_PERMUTE,
	OP_PI,
	OP_POW,
	OP_RANDOM,
	OP_EXPONENTIAL,
	OP_GAUSSIAN,
	OP_ZIPFIAN,
	OP_SQRT,
	OP_UNIQUE,
};

struct expr {
	enum operation op;
	unsigned depth; /* of the tree below: bounded by SCRIPT_MAX_NESTING times a few, because evaluation recurs */
	size_t at;
	struct value constant;
	uint32_t variable;
	struct expr *arg, *next; /* first argument; the next argument of the same parent */
	struct expr *older;      /* chain of all, for release */
};

/* Literal text, then a variable's value, and so on. The last piece has no variable; each of the others has one. */
struct piece {
	size_t from, len;
	uint32_t variable;
};

struct pattern {
	struct text literal;
	struct piece *piece;
	size_t n, cap;
};

struct statement {
	struct script_statement shown; /* the first member: what the scenario sees is found back */
	struct text sql;
	char *prefix;
	struct pattern *part; /* SQL: one; else the words */
	size_t n_part, cap_part;
};

/* A variable of a script. */
struct script_name {
	char *name;
	bool set;    /* by a \set */
	bool needed; /* by an expression or SQL, first at `used` */
	size_t used;
};

enum name_use { NAME_SET, NAME_NEEDED, NAME_WELCOME }; /* the last: without it the text stays as it is */

enum command_kind { DO_STATEMENT, DO_SET, DO_SLEEP, DO_TEST, DO_GOTO, DO_PIPELINE, DO_SYNC };

struct command {
	enum command_kind kind;
	size_t at;
	struct expr *expr; /* set, test; sleep: the number */
	uint32_t variable; /* set */
	int64_t unit_ns;   /* sleep */
	struct statement *statement;
	size_t to; /* where a false test and a goto lead */
};

struct script {
	uint64_t id; /* of this process, never used again */
	char *text, *file;
	enum script_language language;
	struct command *command;
	size_t n_command, cap_command;
	struct statement **statement;
	size_t n_statement, cap_statement;
	struct script_name *variable;
	size_t n_variable, cap_variable;
	struct expr *exprs;
};

/* While parsing. */
struct parser {
	struct script *s;
	const char *p; /* where we are in s->text */
	struct sk_err *err;
	enum sk_code rc; /* the first mistake stands */
	unsigned line;   /* of what was counted until `counted` */
	const char *counted;
};

/* "FILE:LINE:COLUMN: what"; columns count characters, from 1. */
enum sk_code script_wrong(const struct script *s, size_t at, struct sk_err *err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
enum sk_code script_wrong_args(const struct script *s, size_t at, struct sk_err *err, const char *fmt, va_list ap)
	__attribute__((format(printf, 4, 0)));

bool script_name_start(char c);
bool script_name_char(char c);
size_t script_name_length(const char *p); /* 0: no name */

/* The place of a variable in the script, made where it is new; NO_VARIABLE and p->rc for too many or without memory. */
uint32_t script_variable(struct parser *p, const char *name, size_t n, enum name_use use, size_t at);

/* The expression from p->p to `end`. NULL: p->rc says why. */
struct expr *script_expr(struct parser *p, const char *end);

void script_parse_lines(struct parser *p); /* the whole text */

/* A statement from p->p on, which is left behind it; adds a DO_STATEMENT. SQL: nothing for a lone semicolon. */
void script_parse_sql(struct parser *p);
void script_parse_redis(struct parser *p);
void script_parse_http(struct parser *p);

/* What they share: script_statement.c. NULL: p->rc says why. */
struct statement *script_new_statement(struct parser *p); /* of no words yet, owned by the script */
struct pattern *script_new_part(struct parser *p, struct statement *t);
void script_take(struct parser *p, struct pattern *m, size_t n); /* n bytes from p->p on, literally */
void script_colon(struct parser *p, struct pattern *m);          /* the variable behind the colon at p->p, or the colon */
void script_end_piece(struct parser *p, struct pattern *m, uint32_t variable);
void script_unterminated(struct parser *p, const char *what); /* begins at p->p */
void script_no_memory(struct parser *p);
size_t script_offset(const struct parser *p, const char *at);
unsigned script_line_of(struct parser *p, const char *at); /* of ever later places */
void script_statement_release(struct statement *t);

#define BLANKS " \t\r\n\v\f"
bool script_add_command(struct parser *p, struct command c);
/* The end of the line at `from`, past line ends behind a backslash. */
const char *script_line_end(const char *from);

/* xoroshiro128** 1.0 (Blackman, Vigna 2018), seeded by splitmix64: the generator that permute() of pgbench is defined by. */
struct random {
	uint64_t s0, s1;
};
void random_seed(struct random *r, uint64_t seed);
uint64_t random_next(struct random *r);
double random_unit(struct random *r);                             /* [0, 1) */
int64_t random_range(struct random *r, int64_t min, int64_t max); /* min <= max */
int64_t random_exponential(struct random *r, int64_t min, int64_t max, double parameter);
int64_t random_gaussian(struct random *r, int64_t min, int64_t max, double parameter);
int64_t random_zipfian(struct random *r, int64_t min, int64_t max, double s);
int64_t hash_of_fnv1a(int64_t value, int64_t seed);
int64_t hash_of_murmur2(int64_t value, int64_t seed);
int64_t random_permute(int64_t value, int64_t size, int64_t seed);

struct variable {
	char *name;
	bool set, typed, shown; /* it has a value; `value` is it; `text` is it */
	struct value value;
	char *text;
	size_t cap;
};

/* Where the variables of a script are in the run. */
struct script_map {
	uint64_t id;
	uint32_t *at;
};

struct script_run {
	const struct script *script;
	const uint32_t *at; /* of that script */
	size_t next;        /* command */
	bool pipeline;
	struct random random;
	uint64_t (*unique)(void *ctx);
	void *ctx;
	struct variable *variable;
	size_t n_variable, cap_variable;
	struct script_map *map;
	size_t n_map, cap_map;
};

/* false: err has FILE:LINE:COLUMN. */
bool script_eval(struct script_run *r, const struct expr *e, struct value *out, struct sk_err *err);
bool value_truth(const struct value *v); /* of \if and CASE: not null, not false, not 0 */

#endif
