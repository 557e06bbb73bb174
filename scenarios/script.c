/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A script as a whole: its text, its commands and its variables. Its lines are read in script_meta.c, statements in
 * script_statement.c, script_sql.c and script_line.c, expressions in script_expr.c.
 */
#include "scenarios/script_internal.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clocale.h"
#include "base/mem.h"

bool script_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

bool script_name_char(char c)
{
	return script_name_start(c) || (c >= '0' && c <= '9');
}

size_t script_name_length(const char *p)
{
	size_t n = 0;

	if (script_name_start(*p))
		while (script_name_char(p[n]))
			n++;
	return n;
}

enum sk_code script_wrong_args(const struct script *s, size_t at, struct sk_err *err, const char *fmt, va_list ap)
{
	char what[512];
	unsigned line = 1, column = 1;

	for (size_t i = 0; i < at; i++) {
		column += ((unsigned char)s->text[i] & 0xc0) != 0x80;
		if (s->text[i] == '\n') {
			line++;
			column = 1;
		}
	}
	c_vsnprintf(what, sizeof(what), fmt, ap);
	return sk_fail(err, SK_EUSAGE, 0, "%s:%u:%u: %s", s->file, line, column, what);
}

enum sk_code script_wrong(const struct script *s, size_t at, struct sk_err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	script_wrong_args(s, at, err, fmt, ap);
	va_end(ap);
	return SK_EUSAGE;
}

static uint32_t note_use(struct script *s, size_t i, enum name_use use, size_t at)
{
	struct script_name *v = &s->variable[i];

	v->set = v->set || use == NAME_SET;
	if (use == NAME_NEEDED && !v->needed) {
		v->needed = true;
		v->used = at;
	}
	return (uint32_t)i;
}

uint32_t script_variable(struct parser *p, const char *name, size_t n, enum name_use use, size_t at)
{
	struct script *s = p->s;
	void *all = s->variable;

	for (size_t i = 0; i < s->n_variable; i++)
		if (strncmp(s->variable[i].name, name, n) == 0 && !s->variable[i].name[n])
			return note_use(s, i, use, at);
	if (s->n_variable == SCRIPT_MAX_VARIABLES) {
		p->rc = script_wrong(s, at, p->err, "a script has at most %d variables", SCRIPT_MAX_VARIABLES);
		return NO_VARIABLE;
	}
	if (sk_grow(&all, &s->cap_variable, s->n_variable + 1, sizeof(*s->variable)) == 0) {
		s->variable = all;
		s->variable[s->n_variable].name = strndup(name, n);
		if (s->variable[s->n_variable].name)
			return note_use(s, s->n_variable++, use, at);
	}
	p->rc = sk_fail(p->err, SK_ENOMEM, 0, "no memory for the script %s", s->file);
	return NO_VARIABLE;
}

bool script_add_command(struct parser *p, struct command c)
{
	struct script *s = p->s;
	void *all = s->command;

	if (sk_grow(&all, &s->cap_command, s->n_command + 1, sizeof(*s->command)) != 0) {
		p->rc = sk_fail(p->err, SK_ENOMEM, 0, "no memory for the script %s", s->file);
		return false;
	}
	s->command = all;
	s->command[s->n_command++] = c;
	return true;
}

const char *script_line_end(const char *from)
{
	const char *end = from;

	for (;; end++) {
		end += strcspn(end, "\n");
		if (!*end || end == from || !(end[-1] == '\\' || (end - from > 1 && end[-1] == '\r' && end[-2] == '\\')))
			return end;
	}
}

enum sk_code script_parse(const char *text, const char *file, enum script_language language, struct script **out,
			  struct sk_err *err)
{
	static atomic_uint_least64_t ids;
	struct parser p = { .err = err };
	struct script *s = sk_calloc(1, sizeof(*s));

	*out = NULL;
	if (!s)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the script %s", file);
	s->id = atomic_fetch_add(&ids, 1) + 1;
	s->language = language;
	s->text = sk_strdup(text);
	s->file = sk_strdup(file);
	p.s = s;
	if (!s->text || !s->file)
		p.rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the script %s", file);
	else if (strlen(text) > SCRIPT_MAX_BYTES)
		p.rc = sk_fail(err, SK_EUSAGE, 0, "%s: a script has at most 1 MiB", file);
	if (p.rc == SK_OK) {
		p.p = p.counted = s->text;
		p.line = 1;
		script_parse_lines(&p);
	}
	if (p.rc != SK_OK)
		script_release(s);
	else
		*out = s;
	return p.rc;
}

void script_release(struct script *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n_statement; i++)
		script_statement_release(s->statement[i]);
	for (size_t i = 0; i < s->n_variable; i++)
		free(s->variable[i].name);
	for (struct expr *e = s->exprs, *older; e; e = older) {
		older = e->older;
		free(e);
	}
	free(s->statement);
	free(s->variable);
	free(s->command);
	free(s->text);
	free(s->file);
	free(s);
}

const char *script_file(const struct script *s)
{
	return s->file;
}

size_t script_statements(const struct script *s)
{
	return s->n_statement;
}

const struct script_statement *script_statement(const struct script *s, size_t index)
{
	return index < s->n_statement ? &s->statement[index]->shown : NULL;
}

static bool sets(const struct script *s, const char *name)
{
	for (size_t i = 0; i < s->n_variable; i++)
		if (s->variable[i].set && strcmp(s->variable[i].name, name) == 0)
			return true;
	return false;
}

/* The columns of a row become variables: which, only the server knows. */
static bool takes_rows(const struct script *s)
{
	for (size_t i = 0; i < s->n_statement; i++)
		if (s->statement[i]->shown.gset || s->statement[i]->shown.aset)
			return true;
	return false;
}

static bool is_automatic(const char *name)
{
	static const char *const all[] = { "client_id", "random_seed", "scale", "default_seed" };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (strcmp(all[i], name) == 0)
			return true;
	return false;
}

enum sk_code script_check_variables(struct script *const *s, size_t n, bool (*defined)(void *ctx, const char *name), void *ctx,
				    struct sk_err *err)
{
	for (size_t k = 0; k < n; k++)
		if (takes_rows(s[k]))
			return SK_OK;
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < s[k]->n_variable; i++) {
			const struct script_name *v = &s[k]->variable[i];
			bool known = !v->needed || is_automatic(v->name) || defined(ctx, v->name);

			for (size_t other = 0; !known && other < n; other++)
				known = sets(s[other], v->name);
			if (!known)
				return script_wrong(s[k], v->used, err,
						    "the variable %.60s is set nowhere: \\set it, or give --define %.60s=VALUE",
						    v->name, v->name);
		}
	return SK_OK;
}
