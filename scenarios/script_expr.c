/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Expressions of \set, \if and \elif, parsed by precedence climbing. The levels, loosest first: OR; AND; NOT; IS, ISNULL,
 * NOTNULL; comparison; | & # << >> ~; + -; * / %; unary + -. Source: PostgreSQL 15, "pgbench", "Built-in Operators".
 */
#include "scenarios/script_token.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

enum level {
	LEVEL_NONE,
	LEVEL_OR,
	LEVEL_AND,
	LEVEL_NOT,
	LEVEL_IS,
	LEVEL_COMPARE,
	LEVEL_BITS,
	LEVEL_SUM,
	LEVEL_PRODUCT,
	LEVEL_UNARY
};

struct function {
	const char *name;
	enum operation op;
	size_t least, most;
};

static const struct function functions[] = {
	{ "abs", OP_ABS, 1, 1 },
	{ "debug", OP_DEBUG, 1, 1 },
	{ "double", OP_DOUBLE, 1, 1 },
	{ "exp", OP_EXP, 1, 1 },
	{ "greatest", OP_GREATEST, 1, SCRIPT_MAX_ARGUMENTS },
	{ "hash", OP_MURMUR2, 1, 2 },
	{ "hash_fnv1a", OP_FNV1A, 1, 2 },
	{ "hash_murmur2", OP_MURMUR2, 1, 2 },
	{ "int", OP_INT, 1, 1 },
	{ "least", OP_LEAST, 1, SCRIPT_MAX_ARGUMENTS },
	{ "ln", OP_LN, 1, 1 },
	{ "mod", OP_MOD, 2, 2 },
	{ "permute", OP_PERMUTE, 2, 3 },
	{ "pi", OP_PI, 0, 0 },
	{ "pow", OP_POW, 2, 2 },
	{ "power", OP_POW, 2, 2 },
	{ "random", OP_RANDOM, 2, 2 },
	{ "random_exponential", OP_EXPONENTIAL, 3, 3 },
	{ "random_gaussian", OP_GAUSSIAN, 3, 3 },
	{ "random_zipfian", OP_ZIPFIAN, 3, 3 },
	{ "sqrt", OP_SQRT, 1, 1 },
	{ "unique", OP_UNIQUE, 0, 0 },
};

static const struct binary {
	const char *sign;
	enum operation op;
	enum level level;
	bool swapped; /* a > b is b < a */
} binaries[] = {
	{ "or", OP_OR, LEVEL_OR, false },           { "and", OP_AND, LEVEL_AND, false },
	{ "<", OP_LT, LEVEL_COMPARE, false },       { "<=", OP_LE, LEVEL_COMPARE, false },
	{ ">", OP_LT, LEVEL_COMPARE, true },        { ">=", OP_LE, LEVEL_COMPARE, true },
	{ "=", OP_EQ, LEVEL_COMPARE, false },       { "<>", OP_NE, LEVEL_COMPARE, false },
	{ "!=", OP_NE, LEVEL_COMPARE, false },      { "|", OP_BIT_OR, LEVEL_BITS, false },
	{ "&", OP_BIT_AND, LEVEL_BITS, false },     { "#", OP_BIT_XOR, LEVEL_BITS, false },
	{ "<<", OP_SHIFT_LEFT, LEVEL_BITS, false }, { ">>", OP_SHIFT_RIGHT, LEVEL_BITS, false },
	{ "+", OP_ADD, LEVEL_SUM, false },          { "-", OP_SUB, LEVEL_SUM, false },
	{ "*", OP_MUL, LEVEL_PRODUCT, false },      { "/", OP_DIV, LEVEL_PRODUCT, false },
	{ "%", OP_MOD, LEVEL_PRODUCT, false },
};

static struct expr *parse(struct script_reader *r, enum level least);

static bool at_word(const struct script_reader *r, const char *word)
{
	return (r->now.kind == T_NAME || r->now.kind == T_SIGN) && strlen(word) == r->now.n &&
	       strncasecmp(word, r->now.at, r->now.n) == 0;
}

static bool took(struct script_reader *r, const char *word)
{
	if (!at_word(r, word))
		return false;
	script_reader_next(r);
	return r->p->rc == SK_OK;
}

static struct expr *unexpected(struct script_reader *r, const char *wanted)
{
	if (r->now.kind == T_END)
		return script_reader_wrong(r, r->now.at, "the expression ends where %s should follow", *wanted ? wanted : "more");
	return script_reader_wrong(r, r->now.at, "\"%.*s\" is not expected here", script_shown(r->now.n), r->now.at);
}

static bool expect(struct script_reader *r, const char *word)
{
	if (took(r, word))
		return true;
	unexpected(r, word);
	return false;
}

static struct expr *node(struct script_reader *r, enum operation op, const char *at)
{
	struct script *s = r->p->s;
	struct expr *e = sk_calloc(1, sizeof(*e));

	if (!e) {
		r->p->rc = sk_fail(r->p->err, SK_ENOMEM, 0, "no memory for the script %s", s->file);
		return NULL;
	}
	e->op = op;
	e->at = (size_t)(at - s->text);
	e->variable = NO_VARIABLE;
	e->depth = 1;
	e->older = s->exprs;
	s->exprs = e;
	return e;
}

/* arg becomes the last argument of e. NULL if arg is, or if the tree becomes too deep to evaluate. */
static struct expr *with(struct script_reader *r, struct expr *e, struct expr *arg)
{
	struct expr **last;

	if (!e || !arg)
		return NULL;
	for (last = &e->arg; *last; last = &(*last)->next)
		;
	*last = arg;
	if (e->depth <= arg->depth)
		e->depth = arg->depth + 1;
	if (e->depth > 5 * SCRIPT_MAX_NESTING)
		return script_reader_wrong(r, r->now.at, "the expression is too long: write it in several \\set");
	return e;
}

static struct expr *constant(struct script_reader *r, const char *at, struct value v)
{
	struct expr *e = node(r, OP_CONSTANT, at);

	if (e)
		e->constant = v;
	return e;
}

static struct expr *variable(struct script_reader *r, const char *at, const char *name, size_t n)
{
	struct expr *e = node(r, OP_VARIABLE, at);

	if (e)
		e->variable = script_variable(r->p, name, n, NAME_NEEDED, e->at);
	return e && r->p->rc == SK_OK ? e : NULL;
}

/* -9223372036854775808 is a number, though what follows the minus is none. */
static struct expr *minus(struct script_reader *r, const char *at)
{
	struct expr *e;

	if (r->now.kind == T_NUMBER && r->now.value.type == VALUE_NULL) {
		script_reader_next(r);
		return constant(r, at, (struct value){ .type = VALUE_INT, .i = INT64_MIN });
	}
	e = with(r, node(r, OP_SUB, at), constant(r, at, (struct value){ .type = VALUE_INT, .i = 0 }));
	return with(r, e, parse(r, LEVEL_UNARY));
}

static struct expr *parse_case(struct script_reader *r, const char *at)
{
	struct expr *e = node(r, OP_CASE, at), *last = NULL;

	if (!at_word(r, "when"))
		return unexpected(r, "WHEN");
	while (e && r->p->rc == SK_OK && took(r, "when")) {
		struct expr *test = parse(r, LEVEL_OR), *value;

		if (!test || !expect(r, "then"))
			return NULL;
		value = parse(r, LEVEL_OR);
		if (!value)
			return NULL;
		/* at the end by hand: with() walks from the first, and there may be thousands */
		test->next = value;
		*(last ? &last->next : &e->arg) = test;
		last = value;
		e->depth = test->depth >= e->depth ? test->depth + 1 : e->depth;
		e->depth = value->depth >= e->depth ? value->depth + 1 : e->depth;
	}
	if (!e || r->p->rc != SK_OK)
		return NULL;
	if (took(r, "else"))
		last = with(r, e, parse(r, LEVEL_OR));
	return last && expect(r, "end") ? e : NULL;
}

static const struct function *function_of(const struct script_token *t)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		if (strlen(functions[i].name) == t->n && strncasecmp(functions[i].name, t->at, t->n) == 0)
			return &functions[i];
	return NULL;
}

static struct expr *wrong_count(struct script_reader *r, const struct function *f, const char *at, size_t n)
{
	if (f->least == f->most)
		return script_reader_wrong(r, at, "%s() takes %zu argument%s, not %zu", f->name, f->most, f->most == 1 ? "" : "s",
					   n);
	return script_reader_wrong(r, at, "%s() takes %zu to %zu arguments, not %zu", f->name, f->least, f->most, n);
}

static struct expr *parse_call(struct script_reader *r)
{
	struct script_token name = r->now;
	const struct function *f = function_of(&name);
	struct expr *e;
	size_t n = 0;

	script_reader_next(r);
	if (!at_word(r, "("))
		return script_reader_wrong(r, name.at,
					   "\"%.*s\" is not expected here; a variable is written with a colon in front",
					   script_shown(name.n), name.at);
	if (!f)
		return script_reader_wrong(r, name.at, "there is no function %.*s()", script_shown(name.n), name.at);
	script_reader_next(r);
	e = node(r, f->op, name.at);
	if (!at_word(r, ")"))
		do {
			e = with(r, e, parse(r, LEVEL_OR));
			n++;
		} while (e && n <= SCRIPT_MAX_ARGUMENTS && took(r, ","));
	if (!e || r->p->rc != SK_OK)
		return NULL;
	if (n < f->least || n > f->most)
		return wrong_count(r, f, name.at, n);
	if (!expect(r, ")"))
		return NULL;
	if ((f->op == OP_MURMUR2 || f->op == OP_FNV1A || f->op == OP_PERMUTE) && n < f->most)
		e = with(r, e, variable(r, name.at, "default_seed", strlen("default_seed")));
	return e;
}

static struct expr *parse_word(struct script_reader *r)
{
	const char *at = r->now.at;

	if (took(r, "not"))
		return with(r, node(r, OP_NOT, at), parse(r, LEVEL_NOT));
	if (took(r, "null"))
		return constant(r, at, (struct value){ .type = VALUE_NULL });
	if (took(r, "true"))
		return constant(r, at, (struct value){ .type = VALUE_BOOL, .b = true });
	if (took(r, "false"))
		return constant(r, at, (struct value){ .type = VALUE_BOOL, .b = false });
	if (took(r, "case"))
		return parse_case(r, at);
	return r->p->rc == SK_OK ? parse_call(r) : NULL;
}

/* What an expression may begin with. */
static struct expr *parse_prefix(struct script_reader *r)
{
	struct script_token t = r->now;
	struct expr *e;

	if (t.kind == T_NAME)
		return parse_word(r);
	if (t.kind == T_VARIABLE) {
		script_reader_next(r);
		return variable(r, t.at, t.at + 1, t.n - 1);
	}
	if (t.kind == T_NUMBER) {
		if (t.value.type == VALUE_NULL)
			return script_reader_wrong(r, t.at, "the number %.*s is too large", script_shown(t.n), t.at);
		script_reader_next(r);
		return constant(r, t.at, t.value);
	}
	if (took(r, "("))
		return (e = parse(r, LEVEL_OR)) && expect(r, ")") ? e : NULL;
	if (took(r, "-"))
		return minus(r, t.at);
	if (took(r, "+"))
		return parse(r, LEVEL_UNARY);
	if (took(r, "~")) {
		e = with(r, node(r, OP_BIT_XOR, t.at), constant(r, t.at, (struct value){ .type = VALUE_INT, .i = -1 }));
		return with(r, e, parse(r, LEVEL_SUM));
	}
	return r->p->rc == SK_OK ? unexpected(r, "a value") : NULL;
}

/* IS [NOT] NULL, TRUE or FALSE; ISNULL; NOTNULL. The word itself has been taken. */
static struct expr *parse_is(struct script_reader *r, struct expr *left, const char *at, bool null, bool negated)
{
	struct value v = { .type = VALUE_NULL };
	struct expr *e;

	if (!null) {
		negated = took(r, "not");
		if (at_word(r, "true") || at_word(r, "false"))
			v = (struct value){ .type = VALUE_BOOL, .b = at_word(r, "true") };
		else if (!at_word(r, "null"))
			return unexpected(r, "NULL, TRUE or FALSE");
		script_reader_next(r);
	}
	e = with(r, with(r, node(r, OP_IS, at), left), constant(r, at, v));
	return e && negated ? with(r, node(r, OP_NOT, at), e) : e;
}

static const struct binary *binary_here(const struct script_reader *r)
{
	for (size_t i = 0; i < sizeof(binaries) / sizeof(*binaries); i++)
		if (at_word(r, binaries[i].sign))
			return &binaries[i];
	return NULL;
}

static enum level level_here(const struct script_reader *r)
{
	const struct binary *b = binary_here(r);

	if (at_word(r, "is") || at_word(r, "isnull") || at_word(r, "notnull"))
		return LEVEL_IS;
	return b ? b->level : LEVEL_NONE;
}

/* left and what stands behind it, of one level. */
static struct expr *parse_infix(struct script_reader *r, struct expr *left, enum level level)
{
	const struct binary *b = binary_here(r);
	const char *at = r->now.at;
	struct expr *e, *right;
	bool isnull = at_word(r, "isnull"), notnull = at_word(r, "notnull");

	script_reader_next(r);
	if (level == LEVEL_IS)
		return parse_is(r, left, at, isnull || notnull, notnull);
	right = parse(r, level + 1);
	e = node(r, b->op, at);
	return b->swapped ? with(r, with(r, e, right), left) : with(r, with(r, e, left), right);
}

static struct expr *parse(struct script_reader *r, enum level least)
{
	struct expr *e = NULL;
	enum level level;

	if (r->p->rc != SK_OK)
		return NULL;
	if (++r->nesting > SCRIPT_MAX_NESTING)
		return script_reader_wrong(r, r->now.at, "the expression is nested too deeply");
	e = parse_prefix(r);
	while (e && r->p->rc == SK_OK && (level = level_here(r)) != LEVEL_NONE && level >= least) {
		e = parse_infix(r, e, level);
		/* a < b < c means nothing, as in SQL */
		if (e && level_here(r) == level && (level == LEVEL_COMPARE || level == LEVEL_IS))
			e = unexpected(r, "");
	}
	r->nesting--;
	return r->p->rc == SK_OK ? e : NULL;
}

struct expr *script_expr(struct parser *p, const char *end)
{
	struct script_reader r = { .p = p, .end = end };
	struct expr *e;

	script_reader_next(&r);
	e = parse(&r, LEVEL_OR);
	if (e && r.now.kind != T_END)
		e = unexpected(&r, "");
	return p->rc == SK_OK ? e : NULL;
}
