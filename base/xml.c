/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/xml.h"

#include <string.h>

#include "base/plain.h"

static bool xml_char(struct text *out, char c)
{
	const char *name = c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : NULL;

	if (name)
		text_add(out, name);
	return name != NULL;
}

void add_xml(struct text *out, const char *s)
{
	add_plain_escaped(out, s, xml_char);
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
