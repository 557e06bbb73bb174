/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/escape.h"

#include <ctype.h>
#include <string.h>

static bool markdown_char(struct text *out, char c)
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
		return false;
	return true;
}

void add_markdown(struct text *out, const char *s)
{
	add_plain_escaped(out, s, markdown_char);
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
