/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SQL up to its semicolon, and where variables stand in it: not in what is quoted, in comments, or behind the second colon of a
 * cast (::).
 */
#include "scenarios/script_internal.h"

#include <string.h>
#include <strings.h>

static void drop_last_statement(struct script *s)
{
	script_statement_release(s->statement[--s->n_statement]);
}

/* '...', "...": a doubled quote stays inside by itself, because the next one begins where this one ends. */
static void quoted(struct parser *p, struct pattern *m)
{
	const char *q = p->p, *end = q + 1, *text = p->s->text;
	bool escapes = *q == '\'' && q > text && (q[-1] == 'e' || q[-1] == 'E') && (q == text + 1 || !script_name_char(q[-2]));

	while (*end && *end != *q)
		end += escapes && *end == '\\' && end[1] ? 2 : 1;
	if (*end)
		script_take(p, m, (size_t)(end - q) + 1);
	else
		script_unterminated(p, *q == '\'' ? "a string ('...')" : "a name in quotes (\"...\")");
}

/* $$...$$ or $tag$...$tag$; false: that dollar quotes nothing. */
static bool dollar_quoted(struct parser *p, struct pattern *m)
{
	size_t n = script_name_length(p->p + 1) + 2;
	char tag[64];
	const char *end;

	if (p->p[n - 1] != '$' || n >= sizeof(tag) || (p->p > p->s->text && script_name_char(p->p[-1])))
		return false;
	memcpy(tag, p->p, n);
	tag[n] = '\0';
	end = strstr(p->p + n, tag);
	if (end)
		script_take(p, m, (size_t)(end - p->p) + n);
	else
		script_unterminated(p, "a string in dollar quotes ($$...$$)");
	return true;
}

/* Kept, because it may be a hint to a planner; they nest, as PostgreSQL's do. */
static void block_comment(struct parser *p, struct pattern *m)
{
	const char *c = p->p + 2;
	int depth = 1;

	for (; *c && depth; c++) {
		int step = c[0] == '/' && c[1] == '*' ? 1 : c[0] == '*' && c[1] == '/' ? -1 : 0;

		depth += step;
		c += step != 0;
	}
	if (depth)
		script_unterminated(p, "a comment (/*)");
	else
		script_take(p, m, (size_t)(c - p->p));
}

struct sql_scan {
	struct pattern *m;
	int brackets;
	bool substance, several; /* more than blanks and comments; more than one statement (\;) */
	const char *first;       /* the statement's first word */
};

/* One character or quoted thing; false: the statement ends here. */
static bool scan_sql(struct parser *p, struct sql_scan *q)
{
	char c = *p->p, next = c ? p->p[1] : '\0';

	if (!c || (c == ';' && q->brackets <= 0) || (c == '\\' && next != ';'))
		return false;
	if (c == '-' && next == '-') {
		p->p += strcspn(p->p, "\n");
		return true;
	}
	if (c == '/' && next == '*') {
		block_comment(p, q->m);
		return p->rc == SK_OK;
	}
	if (strchr(BLANKS, c) && !q->m->literal.len && !q->m->n) { /* where comments stood in front */
		p->p++;
		return true;
	}
	if (!strchr(BLANKS, c) && !q->substance) {
		q->substance = true;
		q->first = p->p;
	}
	q->brackets += (c == '(') - (c == ')');
	if (c == '\\') {
		p->p++;
		q->several = true;
		script_take(p, q->m, 1);
	} else if (c == '\'' || c == '"')
		quoted(p, q->m);
	else if (c == ':' && next == ':')
		script_take(p, q->m, 2);
	else if (c == ':')
		script_colon(p, q->m);
	else if (c != '$' || !dollar_quoted(p, q->m))
		script_take(p, q->m, 1);
	return p->rc == SK_OK;
}

static bool takes_parameters(const char *first)
{
	static const char *const words[] = { "select", "insert", "update", "delete", "merge", "values", "with" };
	size_t n;

	while (*first == '(' || (*first && strchr(BLANKS, *first)))
		first++;
	n = script_name_length(first);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (n == strlen(words[i]) && strncasecmp(first, words[i], n) == 0)
			return true;
	return false;
}

/* The text with $1, $2 ... */
static void number_parameters(struct parser *p, struct statement *t, size_t at)
{
	const struct pattern *m = &t->part[0];

	for (size_t i = 0; i < m->n; i++) {
		text_addn(&t->sql, text_str(&m->literal) + m->piece[i].from, m->piece[i].len);
		if (m->piece[i].variable != NO_VARIABLE)
			text_addf(&t->sql, "$%zu", i + 1);
	}
	t->shown.n_param = m->n - 1;
	t->shown.sql = text_str(&t->sql);
	if (t->sql.failed)
		script_no_memory(p);
	else if (m->n - 1 > SCRIPT_MAX_PARAMS)
		p->rc = script_wrong(p->s, at, p->err, "a statement has at most %d variables, this one has %zu",
				     SCRIPT_MAX_PARAMS, m->n - 1);
}

static void end_sql(struct parser *p, struct statement *t, const struct sql_scan *q, size_t at)
{
	struct pattern *m = q->m;
	size_t from = m->n ? m->piece[m->n - 1].from + m->piece[m->n - 1].len : 0;

	if (*p->p == ';')
		p->p++;
	if (!q->substance) { /* blanks, comments, a lone semicolon */
		drop_last_statement(p->s);
		return;
	}
	while (m->literal.len > from && strchr(BLANKS, m->literal.s[m->literal.len - 1]))
		m->literal.s[--m->literal.len] = '\0';
	script_end_piece(p, m, NO_VARIABLE);
	if (p->rc == SK_OK)
		number_parameters(p, t, at);
	t->shown.preparable = !q->several && takes_parameters(q->first);
	if (p->rc == SK_OK)
		script_add_command(p, (struct command){ .kind = DO_STATEMENT, .at = at, .statement = t });
}

void script_parse_sql(struct parser *p)
{
	struct sql_scan q = { 0 };
	size_t at = script_offset(p, p->p);
	struct statement *t = script_new_statement(p);

	if (!t || !(q.m = script_new_part(p, t)))
		return;
	while (scan_sql(p, &q))
		;
	if (p->rc == SK_OK && q.substance) {
		at = script_offset(p, q.first);
		t->shown.line = script_line_of(p, q.first);
	}
	if (p->rc == SK_OK)
		end_sql(p, t, &q, at);
}
