/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What statements of all languages are made of: text with variables in it. */
#include "scenarios/script_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

size_t script_offset(const struct parser *p, const char *at)
{
	return (size_t)(at - p->s->text);
}

void script_no_memory(struct parser *p)
{
	if (p->rc == SK_OK)
		p->rc = sk_fail(p->err, SK_ENOMEM, 0, "no memory for the script %s", p->s->file);
}

unsigned script_line_of(struct parser *p, const char *at)
{
	for (; p->counted < at; p->counted++)
		p->line += *p->counted == '\n';
	return p->line;
}

/* A statement of no words yet, owned by the script. NULL: p->rc says why. */
struct statement *script_new_statement(struct parser *p)
{
	struct script *s = p->s;
	void *all = s->statement;
	struct statement *t;

	if (sk_grow(&all, &s->cap_statement, s->n_statement + 1, sizeof(*s->statement)) != 0) {
		script_no_memory(p);
		return NULL;
	}
	s->statement = all;
	t = sk_calloc(1, sizeof(*t));
	if (!t) {
		script_no_memory(p);
		return NULL;
	}
	t->shown.index = s->n_statement;
	t->shown.line = script_line_of(p, p->p);
	t->shown.prefix = "";
	s->statement[s->n_statement++] = t;
	return t;
}

struct pattern *script_new_part(struct parser *p, struct statement *t)
{
	void *all = t->part;

	if (sk_grow(&all, &t->cap_part, t->n_part + 1, sizeof(*t->part)) != 0) {
		script_no_memory(p);
		return NULL;
	}
	t->part = all;
	return &t->part[t->n_part++];
}

/* What was added to the literal since the last piece, and the variable behind it. */
void script_end_piece(struct parser *p, struct pattern *m, uint32_t variable)
{
	void *all = m->piece;
	size_t from = m->n ? m->piece[m->n - 1].from + m->piece[m->n - 1].len : 0;

	if (sk_grow(&all, &m->cap, m->n + 1, sizeof(*m->piece)) != 0) {
		script_no_memory(p);
		return;
	}
	m->piece = all;
	m->piece[m->n++] = (struct piece){ from, m->literal.len - from, variable };
	if (m->literal.failed)
		script_no_memory(p);
}

/* At a colon: takes the variable that follows, or the colon itself. */
void script_colon(struct parser *p, struct pattern *m)
{
	size_t n = script_name_length(p->p + 1);
	uint32_t v;

	if (n == 0) {
		text_addc(&m->literal, *p->p++);
		return;
	}
	v = script_variable(p, p->p + 1, n, p->s->language == SCRIPT_SQL ? NAME_NEEDED : NAME_WELCOME, script_offset(p, p->p));
	if (p->rc == SK_OK)
		script_end_piece(p, m, v);
	p->p += n + 1;
}

void script_take(struct parser *p, struct pattern *m, size_t n)
{
	text_addn(&m->literal, p->p, n);
	p->p += n;
}

void script_unterminated(struct parser *p, const char *what)
{
	p->rc = script_wrong(p->s, script_offset(p, p->p), p->err, "%s begins here and has no end", what);
}

void script_statement_release(struct statement *t)
{
	for (size_t i = 0; i < t->n_part; i++) {
		text_release(&t->part[i].literal);
		free(t->part[i].piece);
	}
	free(t->part);
	free(t->prefix);
	text_release(&t->sql);
	free(t);
}
