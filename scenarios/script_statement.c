/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Statements: SQL up to its semicolon, a line of words for redis, a line of method, address and body for HTTP; and where in their text
 * variables stand. What is quoted, a comment or a cast (::) holds no variable in SQL.
 */
#include "scenarios/script_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

#define BLANKS " \t\r\n\v\f"

static size_t offset(const struct parser *p, const char *at)
{
	return (size_t)(at - p->s->text);
}

static void no_memory(struct parser *p)
{
	if (p->rc == SK_OK)
		p->rc = sk_fail(p->err, SK_ENOMEM, 0, "no memory for the script %s", p->s->file);
}

static unsigned line_of(struct parser *p, const char *at)
{
	for (; p->counted < at; p->counted++)
		p->line += *p->counted == '\n';
	return p->line;
}

/* A statement of no words yet, owned by the script. NULL: p->rc says why. */
static struct statement *new_statement(struct parser *p)
{
	struct script *s = p->s;
	void *all = s->statement;
	struct statement *t;

	if (sk_grow(&all, &s->cap_statement, s->n_statement + 1, sizeof(*s->statement)) != 0) {
		no_memory(p);
		return NULL;
	}
	s->statement = all;
	t = sk_calloc(1, sizeof(*t));
	if (!t) {
		no_memory(p);
		return NULL;
	}
	t->shown.index = s->n_statement;
	t->shown.line = line_of(p, p->p);
	t->shown.prefix = "";
	s->statement[s->n_statement++] = t;
	return t;
}

static void drop_last_statement(struct script *s)
{
	script_statement_release(s->statement[--s->n_statement]);
}

static struct template *new_part(struct parser *p, struct statement *t)
{
	void *all = t->part;

	if (sk_grow(&all, &t->cap_part, t->n_part + 1, sizeof(*t->part)) != 0) {
		no_memory(p);
		return NULL;
	}
	t->part = all;
	return &t->part[t->n_part++];
}

/* What was added to the literal since the last piece, and the variable behind it. */
static void end_piece(struct parser *p, struct template *m, uint32_t variable)
{
	void *all = m->piece;
	size_t from = m->n ? m->piece[m->n - 1].from + m->piece[m->n - 1].len : 0;

	if (sk_grow(&all, &m->cap, m->n + 1, sizeof(*m->piece)) != 0) {
		no_memory(p);
		return;
	}
	m->piece = all;
	m->piece[m->n++] = (struct piece){ from, m->literal.len - from, variable };
	if (m->literal.failed)
		no_memory(p);
}

/* At a colon: takes the variable that follows, or the colon itself. */
static void colon(struct parser *p, struct template *m)
{
	size_t n = script_name_length(p->p + 1);
	uint32_t v;

	if (n == 0) {
		text_addc(&m->literal, *p->p++);
		return;
	}
	v = script_variable(p, p->p + 1, n);
	if (p->rc == SK_OK)
		end_piece(p, m, v);
	p->p += n + 1;
}

static void take(struct parser *p, struct template *m, size_t n)
{
	text_addn(&m->literal, p->p, n);
	p->p += n;
}

static void unterminated(struct parser *p, const char *what)
{
	p->rc = script_wrong(p->s, offset(p, p->p), p->err, "%s begins here and has no end", what);
}

/* '...', "...": a doubled quote stays inside by itself, because the next one begins where this one ends. */
static void quoted(struct parser *p, struct template *m)
{
	const char *q = p->p, *end = q + 1, *text = p->s->text;
	bool escapes = *q == '\'' && q > text && (q[-1] == 'e' || q[-1] == 'E') && (q == text + 1 || !script_name_char(q[-2]));

	while (*end && *end != *q)
		end += escapes && *end == '\\' && end[1] ? 2 : 1;
	if (*end)
		take(p, m, (size_t)(end - q) + 1);
	else
		unterminated(p, *q == '\'' ? "a string ('...')" : "a name in quotes (\"...\")");
}

/* $$...$$ or $tag$...$tag$; false: that dollar quotes nothing. */
static bool dollar_quoted(struct parser *p, struct template *m)
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
		take(p, m, (size_t)(end - p->p) + n);
	else
		unterminated(p, "a string in dollar quotes ($$...$$)");
	return true;
}

/* Kept, because it may be a hint to a planner; they nest, as PostgreSQL's do. */
static void block_comment(struct parser *p, struct template *m)
{
	const char *c = p->p + 2;
	int depth = 1;

	for (; *c && depth; c++) {
		int step = c[0] == '/' && c[1] == '*' ? 1 : c[0] == '*' && c[1] == '/' ? -1 : 0;

		depth += step;
		c += step != 0;
	}
	if (depth)
		unterminated(p, "a comment (/*)");
	else
		take(p, m, (size_t)(c - p->p));
}

struct sql_scan {
	struct template *m;
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
		take(p, q->m, 1);
	} else if (c == '\'' || c == '"')
		quoted(p, q->m);
	else if (c == ':' && next == ':')
		take(p, q->m, 2);
	else if (c == ':')
		colon(p, q->m);
	else if (c != '$' || !dollar_quoted(p, q->m))
		take(p, q->m, 1);
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
	const struct template *m = &t->part[0];

	for (size_t i = 0; i < m->n; i++) {
		text_addn(&t->sql, text_str(&m->literal) + m->piece[i].from, m->piece[i].len);
		if (m->piece[i].variable != NO_VARIABLE)
			text_addf(&t->sql, "$%zu", i + 1);
	}
	t->shown.n_param = m->n - 1;
	t->shown.sql = text_str(&t->sql);
	if (t->sql.failed)
		no_memory(p);
	else if (m->n - 1 > SCRIPT_MAX_PARAMS)
		p->rc = script_wrong(p->s, at, p->err, "a statement has at most %d variables, this one has %zu",
				     SCRIPT_MAX_PARAMS, m->n - 1);
}

static void end_sql(struct parser *p, struct statement *t, const struct sql_scan *q, size_t at)
{
	struct template *m = q->m;
	size_t from = m->n ? m->piece[m->n - 1].from + m->piece[m->n - 1].len : 0;

	if (*p->p == ';')
		p->p++;
	if (!q->substance) { /* blanks, comments, a lone semicolon */
		drop_last_statement(p->s);
		return;
	}
	while (m->literal.len > from && strchr(BLANKS, m->literal.s[m->literal.len - 1]))
		m->literal.s[--m->literal.len] = '\0';
	end_piece(p, m, NO_VARIABLE);
	if (p->rc == SK_OK)
		number_parameters(p, t, at);
	t->shown.preparable = !q->several && takes_parameters(q->first);
	if (p->rc == SK_OK)
		script_add_command(p, (struct command){ .kind = DO_STATEMENT, .at = at, .statement = t });
}

void script_parse_sql(struct parser *p)
{
	struct sql_scan q = { 0 };
	size_t at = offset(p, p->p);
	struct statement *t = new_statement(p);

	if (!t || !(q.m = new_part(p, t)))
		return;
	while (scan_sql(p, &q))
		;
	if (p->rc == SK_OK && q.substance) {
		at = offset(p, q.first);
		t->shown.line = line_of(p, q.first);
	}
	if (p->rc == SK_OK)
		end_sql(p, t, &q, at);
}

/* A line that is a comment, in languages that end with the line. */
static bool line_comment(struct parser *p)
{
	if (*p->p != '#' && strncmp(p->p, "--", 2) != 0)
		return false;
	p->p += strcspn(p->p, "\n");
	return true;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *d = c ? strchr(digits, c | (c >= 'A' && c <= 'F' ? 0x20 : 0)) : NULL;

	return d ? (int)(d - digits) : -1;
}

/* Behind a backslash in double quotes: as redis-cli. */
static void escape(struct parser *p, struct template *m)
{
	static const char names[] = "nrtba", means[] = "\n\r\t\b\a";
	const char *known;
	char c = *p->p;

	if (c == 'x' && hex_digit(p->p[1]) >= 0 && hex_digit(p->p[2]) >= 0) {
		text_addc(&m->literal, (char)(hex_digit(p->p[1]) * 16 + hex_digit(p->p[2])));
		p->p += 3;
		return;
	}
	known = strchr(names, c);
	text_addc(&m->literal, known ? means[known - names] : c);
	p->p++;
}

/* From a quote to behind its end. */
static void quoted_word(struct parser *p, struct template *m, const char *end)
{
	const char *begin = p->p;
	char quote = *p->p++;

	while (p->rc == SK_OK && p->p < end && *p->p != quote) {
		if (*p->p == '\\' && p->p + 1 < end && (quote == '"' || p->p[1] == '\'')) {
			p->p++;
			escape(p, m);
		} else if (*p->p == ':' && quote == '"')
			colon(p, m);
		else
			take(p, m, 1);
	}
	if (p->rc != SK_OK)
		return;
	if (p->p >= end) {
		p->p = begin;
		unterminated(p, "a quoted word");
	} else if (++p->p < end && !strchr(BLANKS, *p->p)) {
		p->rc = script_wrong(p->s, offset(p, p->p), p->err, "a blank must follow the closing quote");
	}
}

static void redis_word(struct parser *p, struct template *m, const char *end)
{
	while (p->rc == SK_OK && p->p < end && !strchr(BLANKS, *p->p)) {
		if (*p->p == '"' || *p->p == '\'')
			quoted_word(p, m, end);
		else if (*p->p == ':')
			colon(p, m);
		else
			take(p, m, 1);
	}
	if (p->rc == SK_OK)
		end_piece(p, m, NO_VARIABLE);
}

static void skip_to_word(struct parser *p, const char *end)
{
	while (p->p < end && (strchr(BLANKS, *p->p) || (*p->p == '\\' && (p->p[1] == '\n' || p->p[1] == '\r'))))
		p->p++;
}

void script_parse_redis(struct parser *p)
{
	const char *end = script_line_end(p->p);
	size_t at = offset(p, p->p);
	struct statement *t;
	struct template *m;

	if (line_comment(p))
		return;
	t = new_statement(p);
	while (t && p->rc == SK_OK && p->p < end) {
		m = new_part(p, t);
		if (m)
			redis_word(p, m, end);
		skip_to_word(p, end);
	}
	if (p->rc != SK_OK)
		return;
	t->shown.n_word = t->n_part;
	script_add_command(p, (struct command){ .kind = DO_STATEMENT, .at = at, .statement = t });
}

/* Text up to `end`, its variables found; a backslash at a line's end is left out. */
static void http_part(struct parser *p, struct statement *t, const char *end)
{
	struct template *m = new_part(p, t);

	while (m && p->rc == SK_OK && p->p < end) {
		if (*p->p == ':')
			colon(p, m);
		else if (*p->p == '\\' && (p->p[1] == '\n' || (p->p[1] == '\r' && p->p[2] == '\n')))
			p->p++;
		else
			take(p, m, 1);
	}
	if (m && p->rc == SK_OK)
		end_piece(p, m, NO_VARIABLE);
}

static const char *word_end(const char *from, const char *end)
{
	while (from < end && !strchr(BLANKS, *from))
		from++;
	return from;
}

static bool is_address(const char *from, const char *end)
{
	return from < end && (*from == '/' || *from == ':' || (size_t)(end - from) > 7) &&
	       (*from == '/' || *from == ':' || strncasecmp(from, "http://", 7) == 0 || strncasecmp(from, "https://", 8) == 0);
}

void script_parse_http(struct parser *p)
{
	const char *end = script_line_end(p->p), *method = p->p, *word;
	struct statement *t;

	if (line_comment(p))
		return;
	while (end > method && strchr(BLANKS, end[-1]))
		end--;
	word = word_end(p->p, end);
	for (const char *c = p->p; c < word; c++)
		if (!((*c | 0x20) >= 'a' && (*c | 0x20) <= 'z')) {
			p->rc = script_wrong(p->s, offset(p, c), p->err,
					     "a request is METHOD ADDRESS [BODY], such as GET /item/:id");
			return;
		}
	t = new_statement(p);
	if (!t)
		return;
	http_part(p, t, word);
	skip_to_word(p, end);
	word = word_end(p->p, end);
	if (p->rc == SK_OK && !is_address(p->p, word))
		p->rc = script_wrong(p->s, offset(p, p->p), p->err,
				     "the address of a request is a path (/...), http://... or https://...");
	if (p->rc == SK_OK)
		http_part(p, t, word);
	skip_to_word(p, end);
	if (p->rc == SK_OK && p->p < end)
		http_part(p, t, end);
	p->p = end;
	t->shown.n_word = t->n_part;
	if (p->rc == SK_OK)
		script_add_command(p, (struct command){ .kind = DO_STATEMENT, .at = offset(p, method), .statement = t });
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
