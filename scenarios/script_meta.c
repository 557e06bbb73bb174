/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A script's lines: which are meta-commands and what these are. \if, \elif, \else and \endif are resolved here into tests and
 * jumps.
 */
#include "scenarios/script_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

#define NO_JUMP SIZE_MAX

/* An \if that is open: its test, whose place to go to is not yet known, and the jumps that lead behind its \endif. */
struct open_if {
	size_t at, test;  /* NO_JUMP: after \else */
	size_t last_goto; /* chained by `to` until \endif; NO_JUMP: none */
};

struct lines {
	struct parser *p;
	struct open_if open[SCRIPT_MAX_NESTING];
	size_t n_open;
};

struct meta {
	const char *name;
	void (*parse)(struct lines *l, size_t at, const char *end);
};

/* Blanks, and line ends behind a backslash. */
static void skip_blanks(struct parser *p, const char *end)
{
	while (p->p < end && (strchr(BLANKS, *p->p) || (*p->p == '\\' && (p->p[1] == '\n' || p->p[1] == '\r'))))
		p->p++;
}

static enum sk_code wrong_here(struct parser *p, const char *what)
{
	return p->rc = script_wrong(p->s, (size_t)(p->p - p->s->text), p->err, "%s", what);
}

static void no_more(struct lines *l, const char *end, const char *name)
{
	skip_blanks(l->p, end);
	if (l->p->rc == SK_OK && l->p->p < end)
		l->p->rc = script_wrong(l->p->s, (size_t)(l->p->p - l->p->s->text), l->p->err, "\\%s takes nothing more", name);
}

static void parse_set(struct lines *l, size_t at, const char *end)
{
	struct parser *p = l->p;
	size_t n = script_name_length(p->p);
	struct command c = { .kind = DO_SET, .at = at };

	if (n == 0 || !strchr(" \t\r\n\\", p->p[n])) {
		wrong_here(p,
			   "\\set takes the name of a variable (letters, digits, _) and an expression: \\set id random(1, 1000)");
		return;
	}
	c.variable = script_variable(p, p->p, n, NAME_SET, at);
	p->p += n;
	if (p->rc == SK_OK)
		c.expr = script_expr(p, end);
	if (c.expr)
		script_add_command(p, c);
}

static bool unit_of(const char *word, size_t n, int64_t *ns)
{
	static const struct {
		const char *name;
		int64_t ns;
	} units[] = { { "us", 1000 }, { "ms", 1000000 }, { "s", 1000000000 } };

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strlen(units[i].name) == n && strncasecmp(units[i].name, word, n) == 0) {
			*ns = units[i].ns;
			return true;
		}
	return false;
}

static void parse_sleep(struct lines *l, size_t at, const char *end)
{
	struct parser *p = l->p;
	struct command c = { .kind = DO_SLEEP, .at = at, .unit_ns = 1000000000 };
	const char *number = p->p;
	size_t n = *p->p == ':' ? script_name_length(p->p + 1) : strspn(p->p, "0123456789");

	if (n == 0) {
		wrong_here(p, "\\sleep takes a whole number or a :variable, and a unit: us, ms or s");
		return;
	}
	p->p += n + (*p->p == ':');
	c.expr = script_expr(&(struct parser){ .s = p->s, .p = number, .err = p->err }, p->p);
	if (!c.expr) {
		p->rc = p->err ? p->err->code : SK_EUSAGE;
		return;
	}
	skip_blanks(p, end);
	n = p->p < end ? strcspn(p->p, " \t\r\n\\") : 0;
	if (n && !unit_of(p->p, n, &c.unit_ns)) {
		wrong_here(p, "the unit of \\sleep is us, ms or s");
		return;
	}
	p->p += n;
	no_more(l, end, "sleep");
	if (p->rc == SK_OK)
		script_add_command(p, c);
}

static bool add_test(struct lines *l, size_t at, const char *end)
{
	struct command c = { .kind = DO_TEST, .at = at, .expr = script_expr(l->p, end) };

	return c.expr && script_add_command(l->p, c);
}

static void parse_if(struct lines *l, size_t at, const char *end)
{
	struct parser *p = l->p;

	if (l->n_open == SCRIPT_MAX_NESTING)
		p->rc = script_wrong(p->s, at, p->err, "\\if is nested more than %d times", SCRIPT_MAX_NESTING);
	else if (add_test(l, at, end))
		l->open[l->n_open++] = (struct open_if){ at, p->s->n_command - 1, NO_JUMP };
}

/* The end of a branch: whoever comes here goes behind \endif, and a test that failed goes on from here. */
static bool end_branch(struct lines *l, size_t at, const char *name)
{
	struct parser *p = l->p;
	struct open_if *o = l->n_open ? &l->open[l->n_open - 1] : NULL;

	if (!o || o->test == NO_JUMP) {
		p->rc = script_wrong(p->s, at, p->err, o ? "\\%s after \\else" : "\\%s without \\if", name);
		return false;
	}
	if (!script_add_command(p, (struct command){ .kind = DO_GOTO, .at = at, .to = o->last_goto }))
		return false;
	o->last_goto = p->s->n_command - 1;
	p->s->command[o->test].to = p->s->n_command;
	o->test = NO_JUMP;
	return true;
}

static void parse_elif(struct lines *l, size_t at, const char *end)
{
	if (end_branch(l, at, "elif") && add_test(l, at, end))
		l->open[l->n_open - 1].test = l->p->s->n_command - 1;
}

static void parse_else(struct lines *l, size_t at, const char *end)
{
	if (end_branch(l, at, "else"))
		no_more(l, end, "else");
}

static void parse_endif(struct lines *l, size_t at, const char *end)
{
	struct script *s = l->p->s;
	struct open_if *o;

	if (l->n_open == 0) {
		l->p->rc = script_wrong(s, at, l->p->err, "\\endif without \\if");
		return;
	}
	o = &l->open[--l->n_open];
	if (o->test != NO_JUMP)
		s->command[o->test].to = s->n_command;
	for (size_t k = o->last_goto, before; k != NO_JUMP; k = before) {
		before = s->command[k].to;
		s->command[k].to = s->n_command;
	}
	no_more(l, end, "endif");
}

/* \gset and \aset say what happens with the rows of the statement in front of them. */
static void take_rows(struct lines *l, size_t at, const char *end, bool all)
{
	struct parser *p = l->p;
	struct script *s = p->s;
	const char *name = all ? "aset" : "gset";
	struct statement *t =
		s->n_command && s->command[s->n_command - 1].kind == DO_STATEMENT ? s->command[s->n_command - 1].statement : NULL;
	size_t n = script_name_length(p->p);

	if (s->language != SCRIPT_SQL || !t || t->shown.gset || t->shown.aset) {
		p->rc = script_wrong(s, at, p->err, "\\%s must follow an SQL statement", name);
		return;
	}
	t->prefix = strndup(p->p, n);
	p->p += n;
	no_more(l, end, name);
	t->shown.gset = !all;
	t->shown.aset = all;
	t->shown.prefix = t->prefix;
	if (!t->prefix && p->rc == SK_OK)
		p->rc = sk_fail(p->err, SK_ENOMEM, 0, "no memory for the script %s", s->file);
}

static void parse_gset(struct lines *l, size_t at, const char *end)
{
	take_rows(l, at, end, false);
}

static void parse_aset(struct lines *l, size_t at, const char *end)
{
	take_rows(l, at, end, true);
}

static void parse_startpipeline(struct lines *l, size_t at, const char *end)
{
	if (script_add_command(l->p, (struct command){ .kind = DO_PIPELINE, .at = at }))
		no_more(l, end, "startpipeline");
}

static void parse_endpipeline(struct lines *l, size_t at, const char *end)
{
	if (script_add_command(l->p, (struct command){ .kind = DO_SYNC, .at = at }))
		no_more(l, end, "endpipeline");
}

static void parse_shell(struct lines *l, size_t at, const char *end)
{
	(void)end;
	l->p->rc = script_wrong(
		l->p->s, at, l->p->err,
		"\\shell and \\setshell run programs of the script's choice, which soakd does not do: set a variable "
		"with \\set, --define or \\gset");
}

static const struct meta metas[] = {
	{ "set", parse_set },
	{ "sleep", parse_sleep },
	{ "if", parse_if },
	{ "elif", parse_elif },
	{ "else", parse_else },
	{ "endif", parse_endif },
	{ "gset", parse_gset },
	{ "aset", parse_aset },
	{ "shell", parse_shell },
	{ "setshell", parse_shell },
	{ "startpipeline", parse_startpipeline },
	{ "endpipeline", parse_endpipeline },
};

/* At a backslash. */
static void parse_meta(struct lines *l)
{
	struct parser *p = l->p;
	size_t at = (size_t)(p->p - p->s->text), n = strcspn(++p->p, " \t\r\n\\"), k = 0;
	const char *name = p->p, *end = script_line_end(p->p);

	while (k < sizeof(metas) / sizeof(*metas) && (strlen(metas[k].name) != n || strncasecmp(metas[k].name, name, n) != 0))
		k++;
	if (k == sizeof(metas) / sizeof(*metas)) {
		p->rc = script_wrong(p->s, at, p->err,
				     "there is no meta-command \\%.*s; there are \\set, \\sleep, \\if, \\elif, \\else, \\endif, "
				     "\\gset, \\aset, \\startpipeline and \\endpipeline",
				     n < 40 ? (int)n : 40, name);
		return;
	}
	p->p += n;
	skip_blanks(p, end);
	metas[k].parse(l, at, end);
	p->p = end;
}

void script_parse_lines(struct parser *p)
{
	static void (*const statement[])(struct parser * p) = {
		[SCRIPT_SQL] = script_parse_sql, [SCRIPT_REDIS] = script_parse_redis, [SCRIPT_HTTP] = script_parse_http
	};
	struct lines l = { .p = p };

	while (p->rc == SK_OK) {
		p->p += strspn(p->p, BLANKS);
		if (!*p->p)
			break;
		if (*p->p == '\\')
			parse_meta(&l);
		else
			statement[p->s->language](p);
	}
	if (p->rc == SK_OK && l.n_open)
		p->rc = script_wrong(p->s, l.open[l.n_open - 1].at, p->err, "\\if without \\endif");
	if (p->rc == SK_OK && p->s->n_command == 0)
		p->rc = script_wrong(p->s, 0, p->err, "the script is empty: it has neither a statement nor a meta-command");
}
