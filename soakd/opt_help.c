/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --help and the OPTIONS section of the man page, from the same table. */
#include <stdio.h>
#include <string.h>

#include "soakd/opt.h"

#define HELP_COLUMN 30
#define HELP_WIDTH 100

/* Words of s wrapped at HELP_WIDTH, continuation lines indented to HELP_COLUMN. */
static void add_wrapped(struct text *out, const char *s)
{
	size_t column = HELP_COLUMN;

	for (s += strspn(s, " "); *s; s += strspn(s, " ")) {
		size_t n = strcspn(s, " ");

		if (column > HELP_COLUMN && column + 1 + n > HELP_WIDTH) {
			text_addf(out, "\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		} else if (column > HELP_COLUMN) {
			text_addc(out, ' ');
			column++;
		}
		text_addn(out, s, n);
		column += n;
		s += n;
	}
}

static void add_option(struct text *out, const struct opt *o)
{
	struct text left = TEXT_INIT;

	if (o->letter)
		text_addf(&left, "  -%c, --%s", o->letter, o->name);
	else
		text_addf(&left, "      --%s", o->name);
	if (o->metavar)
		text_addf(&left, " %s", o->metavar);
	if (left.len + 2 > HELP_COLUMN)
		text_addf(out, "%s\n%*s", text_str(&left), HELP_COLUMN, "");
	else
		text_addf(out, "%-*s", HELP_COLUMN, text_str(&left));
	text_release(&left);
}

static void add_meaning(struct text *out, const struct opt *o)
{
	text_add(out, o->help);
	if (o->choices) {
		text_add(out, ":");
		for (int i = 0; o->choices[i]; i++)
			text_addf(out, " %s", o->choices[i]);
	}
	if (o->dflt && o->type != OPT_FLAG)
		text_addf(out, " [%s]", o->dflt);
}

void opt_help(const struct opt_command *c, struct text *out)
{
	struct text meaning = TEXT_INIT;

	text_addf(out, "Usage: soakd %s [OPTIONS]%s%s\n%s\n\n", c->verb, *c->operands ? " " : "", c->operands, c->summary);
	for (const struct opt *o = c->opt; o->name; o++) {
		text_reset(&meaning);
		add_meaning(&meaning, o);
		add_option(out, o);
		add_wrapped(out, text_str(&meaning));
		text_addc(out, '\n');
	}
	text_addf(out, "%-*s%s\n", HELP_COLUMN, "  -h, --help", "this text");
	if (c->details)
		text_addf(out, "\n%s", c->details);
	text_release(&meaning);
}

/* man(7) takes a leading dot or quote for a request, and - for a hyphen. */
static void add_man(struct text *out, const char *s)
{
	for (; *s; s++) {
		if (*s == '-')
			text_add(out, "\\-");
		else if (*s == '\\')
			text_add(out, "\\e");
		else
			text_addc(out, *s);
	}
}

void opt_man(const struct opt_command *c, struct text *out)
{
	struct text meaning = TEXT_INIT;

	for (const struct opt *o = c->opt; o->name; o++) {
		text_add(out, ".TP\n");
		if (o->letter)
			text_addf(out, "\\fB\\-%c\\fR, ", o->letter);
		text_add(out, "\\fB\\-\\-");
		add_man(out, o->name);
		text_add(out, "\\fR");
		if (o->metavar)
			text_addf(out, " \\fI%s\\fR", o->metavar);
		text_addc(out, '\n');
		text_reset(&meaning);
		add_meaning(&meaning, o);
		add_man(out, text_str(&meaning));
		text_addc(out, '\n');
	}
	text_release(&meaning);
}

void opt_print(const struct opt_command *c, bool man)
{
	struct text out = TEXT_INIT;

	(man ? opt_man : opt_help)(c, &out);
	fputs(text_str(&out), stdout);
	text_release(&out);
}
