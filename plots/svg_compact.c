/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pass over the text: phrases by a table, numbers by their digits, paths by their points. */
#include "plots/svg_compact.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PLACES    100.0 /* parts of a pixel that are kept */
#define MOST_STEP 1e7   /* pixels: beyond it a path is copied as it is */

/* The second takes the place of the first. */
static const struct phrase {
	const char *from, *to;
	bool path; /* follows, up to the next quote */
} phrases[] = {
	{ "<symbol overflow=\"visible\" id=\"glyph", "<path id=\"g", false },
	{ "\">\n<path style=\"stroke:none;\" d=\"", "\" d=\"", true },
	{ "\n</symbol>", "", false },
	{ " d=\"", " d=\"", true },
	{ "id=\"glyph", "id=\"g", false },
	{ "href=\"#glyph", "href=\"#g", false },
	{ "xmlns:xlink", "xmlns:x", false },
	{ " xlink:", " x:", false },
	{ "fill-rule:nonzero;", "", false },
	{ "fill-opacity:1;", "", false },
	{ "stroke-opacity:1;", "", false },
	{ "stroke-linecap:butt;", "", false },
	{ "/>\n  <use", "/><use", false },
	{ "style=\" ", "style=\"", false },
};

/* "12.5", ".05", "-3": hundredths as a number. */
static void add_hundredths(struct text *out, long v)
{
	long whole = labs(v) / 100, part = labs(v) % 100;

	text_add(out, v < 0 ? "-" : "");
	if (whole || !part)
		text_addf(out, "%ld", whole);
	if (part % 10)
		text_addf(out, ".%02ld", part);
	else if (part)
		text_addf(out, ".%ld", part / 10);
}

struct path {
	long x, y, from_x, from_y; /* where it is; where its piece began */
	char command;              /* that the next numbers belong to */
};

/* A minus parts two numbers, else a blank does; behind a letter nothing is needed. */
static void add_step(struct text *out, long step, bool behind_letter)
{
	text_add(out, step >= 0 && !behind_letter ? " " : "");
	add_hundredths(out, step);
}

/* n points of two numbers at *s; false: they are not there, or too far. */
static bool read_points(const char **s, size_t n, long *v)
{
	for (size_t i = 0; i < 2 * n; i++) {
		char *end;
		double at = strtod(*s, &end); /* a drawing program has no locale but C */

		if (end == *s || !(fabs(at) < MOST_STEP))
			return false;
		v[i] = lround(at * PLACES);
		*s = end;
	}
	return true;
}

/* The letter only where it changes; of a level step x alone, of an upright one y. */
static void add_steps(struct text *out, const struct path *p, char small, const long *v, size_t n)
{
	bool behind_letter = p->command != small;

	if (behind_letter)
		text_addc(out, small);
	for (size_t i = 0; i < 2 * n; i++) {
		if ((small == 'h' && i == 1) || (small == 'v' && i == 0))
			continue;
		add_step(out, v[i] - (i % 2 ? p->y : p->x), behind_letter);
		behind_letter = false;
	}
}

/* From the letter on; the points of a command are all relative to where it began. */
static bool add_command(struct text *out, struct path *p, char command, const char **s)
{
	const size_t n = command == 'C' ? 3 : 1;
	char small = command == 'C' ? 'c' : 'l';
	long v[6];

	if (command == 'Z') {
		text_addc(out, 'z');
		p->x = p->from_x;
		p->y = p->from_y;
		p->command = 'z';
		return true;
	}
	if ((command != 'M' && command != 'L' && command != 'C') || !read_points(s, n, v))
		return false;
	if (command == 'M') {
		if (p->command == 'z' && (*s)[strspn(*s, " ")] == '"')
			return true; /* Cairo moves on behind each closed piece, also behind the last */
		text_addc(out, 'M');
		add_step(out, v[0], true);
		add_step(out, v[1], false);
		p->from_x = v[0];
		p->from_y = v[1];
	} else {
		if (command == 'L' && v[1] == p->y)
			small = 'h';
		else if (command == 'L' && v[0] == p->x)
			small = 'v';
		add_steps(out, p, small, v, n);
	}
	p->x = v[2 * n - 2];
	p->y = v[2 * n - 1];
	p->command = command == 'M' ? 'M' : small;
	return true;
}

/* What stands between the quotes of d="...": returns what is behind, or NULL: it is no path that we know. */
static const char *add_path(struct text *out, const char *s)
{
	struct path p = { .command = 0 };
	size_t before = out->len;

	while (*s && *s != '"') {
		char command = *s++;

		if (command != ' ' && !add_command(out, &p, command, &s)) {
			out->len = before;
			return NULL;
		}
	}
	return s;
}

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number with more than two decimals, rounded; returns what is behind, or s: there is none. */
static const char *add_number(struct text *out, const char *s)
{
	size_t whole = strspn(s, "0123456789"), part = whole && s[whole] == '.' ? strspn(s + whole + 1, "0123456789") : 0;

	if (part < 3 || whole > 7)
		return s;
	add_hundredths(out, lround(strtod(s, NULL) * PLACES));
	return s + whole + 1 + part;
}

static const struct phrase *phrase_at(const char *s)
{
	for (size_t i = 0; i < sizeof(phrases) / sizeof(*phrases); i++)
		if (strncmp(s, phrases[i].from, strlen(phrases[i].from)) == 0)
			return &phrases[i];
	return NULL;
}

/* The phrase, and its path; returns what is behind. */
static const char *add_phrase(struct text *out, const struct phrase *p, const char *s)
{
	const char *behind = s + strlen(p->from), *path_end;

	text_add(out, p->to);
	path_end = p->path ? add_path(out, behind) : NULL;
	return path_end ? path_end : behind;
}

/* Whatever is no phrase: a matrix, a number, a character. */
static const char *add_other(struct text *out, const char *s, char before)
{
	size_t n = strncmp(s, "matrix(", 7) == 0 ? strcspn(s, ")") : 1;
	const char *behind = digit(*s) && !digit(before) && before != '.' ? add_number(out, s) : s;

	if (behind != s)
		return behind;
	text_addn(out, s, n);
	return s + n + (*s == '\n' ? strspn(s + 1, " ") : 0);
}

void svg_compact(struct text *out, const char *svg)
{
	for (const char *s = svg; *s;) {
		const struct phrase *p = phrase_at(s);

		s = p ? add_phrase(out, p, s) : add_other(out, s, s == svg ? ' ' : s[-1]);
	}
}
