/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/escape.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

/*
 * Length of the UTF-8 character at s (the shortest form, no surrogate, at most U+10FFFF), 0 if there is none.
 * The NUL ends it: no byte behind it is looked at.
 */
static size_t utf8_length(const unsigned char *s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = s[0] < 0x80 ? 1 : (s[0] & 0xe0) == 0xc0 ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 : (s[0] & 0xf8) == 0xf0 ? 4 : 0;
	uint32_t c = n == 1 ? s[0] : s[0] & (0x7fu >> n);

	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fu);
	}
	return n > 0 && c >= least[n] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff) ? n : 0;
}

/* Characters that no line of text has: ASCII and Latin-1 controls, line and paragraph separators, directions of writing. */
static int is_control(const unsigned char *s, size_t n)
{
	if (n == 1)
		return s[0] < 0x20 || s[0] == 0x7f;
	if (n == 2)
		return s[0] == 0xc2 && s[1] < 0xa0;
	if (n == 3 && s[0] == 0xef) /* U+FFFE and U+FFFF are no characters, and XML cannot hold them */
		return s[1] == 0xbf && s[2] >= 0xbe;
	return n == 3 && s[0] == 0xe2 &&
	       ((s[1] == 0x80 && s[2] >= 0xa8 && s[2] <= 0xae) || (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9));
}

/* Each character of s through `add`, or as it is where add says no. */
static void add_each(struct text *out, const char *s, int (*add)(struct text *out, char c))
{
	while (*s) {
		size_t n = utf8_length((const unsigned char *)s);

		if (n == 0)
			text_addc(out, '?');
		else if (is_control((const unsigned char *)s, n))
			text_addc(out, ' ');
		else if (n > 1 || !add || !add(out, *s))
			text_addn(out, s, n);
		s += n ? n : 1;
	}
}

void add_plain(struct text *out, const char *s)
{
	add_each(out, s, NULL);
}

static int markdown_char(struct text *out, char c)
{
	if (c == '<')
		text_add(out, "&lt;");
	else if (c == '&')
		text_add(out, "&amp;");
	else if (c == '@' || c == '#') /* a name or a number behind it would call somebody, or another issue */
		text_addf(out, "%c<!-- -->", c);
	else if (strchr("\\`*_[|~$", c)) /* without its "[" no "](" makes a link */
		text_addf(out, "\\%c", c);
	else
		return 0;
	return 1;
}

void add_markdown(struct text *out, const char *s)
{
	add_each(out, s, markdown_char);
}

/* "+3.10 MiB/h", "12 %": whether a cell is of figures, whose units are to stay with them. */
static bool is_figures(const char *cell)
{
	return *cell && (strchr("+-0123456789", *cell) || strncmp(cell, "\302\261", 2) == 0);
}

void add_markdown_figures(struct text *out, const char *s)
{
	struct text kept = TEXT_INIT;

	for (size_t i = 0; s[i]; i++) {
		if (i > 0 && s[i] == ' ' && (isalpha((unsigned char)s[i + 1]) || s[i + 1] == '%') &&
		    isdigit((unsigned char)s[i - 1]))
			text_add(&kept, "\302\240");
		else
			text_addc(&kept, s[i]);
	}
	add_markdown(out, text_str(&kept));
	out->failed |= kept.failed;
	text_release(&kept);
}

void add_markdown_cells(struct text *out, char *const *cell, size_t n)
{
	text_addc(out, '|');
	for (size_t i = 0; i < n; i++) {
		text_addc(out, ' ');
		if (is_figures(cell[i]))
			add_markdown_figures(out, cell[i]);
		else
			add_markdown(out, cell[i]);
		text_add(out, " |");
	}
}

/* Within the brackets one of the words' own would end them; a name in pointed brackets ends with the bracket or the line. */
void add_markdown_image(struct text *out, const char *words, const char *name)
{
	struct text md = TEXT_INIT;

	add_markdown(&md, words);
	text_add(out, "\n![");
	for (const char *p = text_str(&md); *p; p++) {
		if (*p == ']')
			text_addc(out, '\\');
		text_addc(out, *p);
	}
	text_add(out, "](<");
	for (const char *p = name; *p; p++)
		text_addf(out, *p == '<' || *p == '>' || *p == '\\' || (unsigned char)*p < ' ' ? "%%%02X" : "%c",
			  (unsigned char)*p);
	text_add(out, ">)\n");
	out->failed |= md.failed;
	text_release(&md);
}

void add_code(struct text *out, const char *s)
{
	size_t run = 0, longest = 0;

	for (const char *p = s; *p; p++) {
		run = *p == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	for (size_t i = 0; i <= longest; i++)
		text_addc(out, '`');
	if (longest > 0 || *s == '\0')
		text_addc(out, ' ');
	add_plain(out, s);
	if (longest > 0)
		text_addc(out, ' ');
	for (size_t i = 0; i <= longest; i++)
		text_addc(out, '`');
}

static int xml_char(struct text *out, char c)
{
	const char *name = c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : NULL;

	if (name)
		text_add(out, name);
	return name != NULL;
}

void add_xml(struct text *out, const char *s)
{
	add_each(out, s, xml_char);
}

void add_xml_lines(struct text *out, const char *s)
{
	for (; *s; s += *s == '\n') {
		struct text line = TEXT_INIT;
		size_t n = strcspn(s, "\n");

		text_addn(&line, s, n);
		add_xml(out, text_str(&line));
		s += n;
		if (*s)
			text_addc(out, '\n');
		out->failed |= line.failed;
		text_release(&line);
	}
}

char *plain_dup(const char *s)
{
	struct text t = TEXT_INIT;

	text_add(&t, "");
	add_plain(&t, s);
	if (!t.failed)
		return t.s;
	text_release(&t);
	return NULL;
}
