/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words into an SVG, behind its root tag. */
#include "plots/picture_svg.h"

#include <string.h>

#include "base/xml.h"

void picture_title(struct text *out, const struct scene *s)
{
	text_add(out, s->verdict ? s->verdict : "");
	if (s->verdict && s->headline)
		text_add(out, ": ");
	text_add(out, s->headline ? s->headline : "");
}

static void add_element(struct text *out, const char *tag, const char *words)
{
	if (!words || !*words)
		return;
	text_addf(out, "<%s>", tag);
	add_xml(out, words);
	text_addf(out, "</%s>\n", tag);
}

static void add_pairs(struct text *out, const struct scene *s)
{
	if (s->n_meta == 0)
		return;
	text_add(out, "<metadata>\n");
	for (size_t i = 0; i < s->n_meta; i++) {
		if (!s->meta[2 * i] || !s->meta[2 * i + 1])
			continue;
		text_add(out, "<pair xmlns=\"\" key=\"");
		add_xml(out, s->meta[2 * i]);
		text_add(out, "\">");
		add_xml(out, s->meta[2 * i + 1]);
		text_add(out, "</pair>\n");
	}
	text_add(out, "</metadata>\n");
}

enum sk_code svg_describe(struct text *out, const char *svg, const struct scene *s, struct sk_err *err)
{
	static const char counted[] = "<g id=\"surface";
	const char *root = strstr(svg, "<svg "), *end = root ? strchr(root, '>') : NULL;
	struct text title = TEXT_INIT;

	if (!end)
		return sk_fail(err, SK_EIO, 0, "cannot draw the picture: Cairo's SVG has no root");
	text_addn(out, svg, (size_t)(end + 1 - svg));
	text_addc(out, '\n');
	picture_title(&title, s);
	add_element(out, "title", text_str(&title));
	add_element(out, "desc", s->why);
	add_pairs(out, s);
	end += end[1] == '\n' ? 2 : 1;
	const char *id = strstr(end, counted);

	if (id) {
		text_addn(out, end, (size_t)(id - end));
		text_add(out, "<g id=\"page");
		end = id + sizeof(counted) - 1;
		end += strspn(end, "0123456789");
	}
	text_add(out, end);
	text_release(&title);
	if (out->failed)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the picture");
	return SK_OK;
}
