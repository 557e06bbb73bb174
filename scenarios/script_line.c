/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Languages whose statements end with the line: a redis command in words, an HTTP request of method, address and body. */
#include "scenarios/script_internal.h"

#include <string.h>
#include <strings.h>

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
static void escape(struct parser *p, struct pattern *m)
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
static void quoted_word(struct parser *p, struct pattern *m, const char *end)
{
	const char *begin = p->p;
	char quote = *p->p++;

	while (p->rc == SK_OK && p->p < end && *p->p != quote) {
		if (*p->p == '\\' && p->p + 1 < end && (quote == '"' || p->p[1] == '\'')) {
			p->p++;
			escape(p, m);
		} else if (*p->p == ':' && quote == '"')
			script_colon(p, m);
		else
			script_take(p, m, 1);
	}
	if (p->rc != SK_OK)
		return;
	if (p->p >= end) {
		p->p = begin;
		script_unterminated(p, "a quoted word");
	} else if (++p->p < end && !strchr(BLANKS, *p->p)) {
		p->rc = script_wrong(p->s, script_offset(p, p->p), p->err, "a blank must follow the closing quote");
	}
}

static void redis_word(struct parser *p, struct pattern *m, const char *end)
{
	while (p->rc == SK_OK && p->p < end && !strchr(BLANKS, *p->p)) {
		if (*p->p == '"' || *p->p == '\'')
			quoted_word(p, m, end);
		else if (*p->p == ':')
			script_colon(p, m);
		else
			script_take(p, m, 1);
	}
	if (p->rc == SK_OK)
		script_end_piece(p, m, NO_VARIABLE);
}

static void skip_to_word(struct parser *p, const char *end)
{
	while (p->p < end && (strchr(BLANKS, *p->p) || (*p->p == '\\' && (p->p[1] == '\n' || p->p[1] == '\r'))))
		p->p++;
}

void script_parse_redis(struct parser *p)
{
	const char *end = script_line_end(p->p);
	size_t at = script_offset(p, p->p);
	struct statement *t;
	struct pattern *m;

	if (line_comment(p))
		return;
	t = script_new_statement(p);
	while (t && p->rc == SK_OK && p->p < end) {
		m = script_new_part(p, t);
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
	struct pattern *m = script_new_part(p, t);

	while (m && p->rc == SK_OK && p->p < end) {
		if (*p->p == ':')
			script_colon(p, m);
		else if (*p->p == '\\' && (p->p[1] == '\n' || (p->p[1] == '\r' && p->p[2] == '\n')))
			p->p++;
		else
			script_take(p, m, 1);
	}
	if (m && p->rc == SK_OK)
		script_end_piece(p, m, NO_VARIABLE);
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
			p->rc = script_wrong(p->s, script_offset(p, c), p->err,
					     "a request is METHOD ADDRESS [BODY], such as GET /item/:id");
			return;
		}
	t = script_new_statement(p);
	if (!t)
		return;
	http_part(p, t, word);
	skip_to_word(p, end);
	word = word_end(p->p, end);
	if (p->rc == SK_OK && !is_address(p->p, word))
		p->rc = script_wrong(p->s, script_offset(p, p->p), p->err,
				     "the address of a request is a path (/...), http://... or https://...");
	if (p->rc == SK_OK)
		http_part(p, t, word);
	skip_to_word(p, end);
	if (p->rc == SK_OK && p->p < end)
		http_part(p, t, end);
	p->p = end;
	t->shown.n_word = t->n_part;
	if (p->rc == SK_OK)
		script_add_command(p, (struct command){ .kind = DO_STATEMENT, .at = script_offset(p, method), .statement = t });
}
