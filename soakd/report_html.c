/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The page around the charts. All words are HTML written here, so that the page says everything without JavaScript too; the
 * script draws the charts into the figures that html_panels.c leaves for them. Nothing from outside is ever markup or script:
 * words go through add_xml(), numbers and words for the script through JSON without a single "<".
 */
#include "soakd/report_html.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "soakd/escape.h"
#include "soakd/html_data.h"
#include "soakd/html_palette.h"
#include "soakd/sha256.h"
#include "soakd/web_assets.h"
#include "version.h"

static const struct web_asset *const scripts[] = { &web_uplot_js, &web_units_js, &web_paint_js,
						   &web_chart_js, &web_touch_js, &web_report_js };
#define N_SCRIPTS (sizeof(scripts) / sizeof(*scripts))

static void add_asset(struct text *out, const struct web_asset *a)
{
	text_addn(out, a->begin, (size_t)(a->end - a->begin));
}

/* 'sha256-...' as a Content-Security-Policy names an inline script or style. */
static void add_hash(struct text *out, const char *s, size_t n)
{
	unsigned char digest[SHA256_SIZE];
	struct sha256 sha;

	sha256_init(&sha);
	sha256_add(&sha, s, n);
	sha256_digest(&sha, digest);
	text_add(out, " 'sha256-");
	base64_add(out, digest, sizeof(digest));
	text_addc(out, '\'');
}

static void add_styles(struct text *css)
{
	add_asset(css, &web_uplot_css);
	text_addc(css, '\n');
	html_palette(css);
	add_asset(css, &web_report_css);
}

static void add_policy(struct text *out, const struct text *css)
{
	text_add(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src");
	for (size_t i = 0; i < N_SCRIPTS; i++)
		add_hash(out, scripts[i]->begin, (size_t)(scripts[i]->end - scripts[i]->begin));
	text_add(out, "; style-src");
	add_hash(out, text_str(css), css->len);
	text_add(out, "; img-src data:; base-uri 'none'; form-action 'none'\">\n");
}

static void add_head(struct text *out, const struct scene *s)
{
	struct text css = TEXT_INIT;

	text_add(out, "<!doctype html>\n<!--\nWritten by soakd " SOAKD_VERSION
		      ". Its script and style are free software, GPL-3.0-or-later; the charts are drawn by uPlot:\n\n");
	add_asset(out, &web_uplot_licence);
	text_addf(out, "\n-->\n<html lang=\"en\"%s>\n<head>\n<meta charset=\"utf-8\">\n",
		  s->theme == THEME_DARK ? " data-theme=\"dark\"" : "");
	add_styles(&css);
	add_policy(out, &css);
	text_add(out,
		 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		 "<meta name=\"generator\" content=\"soakd " SOAKD_VERSION "\">\n<link rel=\"icon\" href=\"data:,\">\n<title>");
	add_xml(out, s->verdict ? s->verdict : "");
	text_add(out, ": ");
	add_xml(out, s->headline ? s->headline : "");
	text_add(out, "</title>\n<style>");
	text_addn(out, text_str(&css), css.len);
	text_add(out, "</style>\n</head>\n");
	out->failed |= css.failed;
	text_release(&css);
}

/* "<tag attributes>text</tag>"; nothing where there is no text. */
static void add_element(struct text *out, const char *tag, const char *attributes, const char *text)
{
	if (!text || !*text)
		return;
	text_addf(out, "<%s%s>", tag, attributes);
	add_xml(out, text);
	text_addf(out, "</%s>\n", tag);
}

/* The glyphs of the picture, in a square of -1 to 1: a triangle and three discs, each with its mark cut out. */
static void add_glyph(struct text *out, enum scene_tone tone)
{
	static const char disc[] = "<circle r=\"1\"/>";
	static const struct {
		const char *body, *mark;
		double dot; /* its middle's y; 0: none */
	} glyph[] = {
		[TONE_BAD] = { "<path d=\"M0-.82.88.72H-.88Z\"/>", "M0-.3V.16", .46 },
		[TONE_WARN] = { disc, "M0-.54V.12", .5 },
		[TONE_GOOD] = { disc, "M-.46.04-.12.38.48-.34", 0 },
		[TONE_UNKNOWN] = { disc, "M-.32-.28A.32.32 0 1 1 .19.02C.09.08 0 .1 0 .24", .54 },
	};

	text_addf(out, "<svg class=\"glyph\" viewBox=\"-1.1 -1.1 2.2 2.2\" aria-hidden=\"true\">%s<path class=\"mark\" d=\"%s",
		  glyph[tone].body, glyph[tone].mark);
	/* a line without length has round ends: a dot */
	if (glyph[tone].dot > 0)
		text_addf(out, "M0 .%02ldv0", lrint(glyph[tone].dot * 100));
	text_add(out, "\"/></svg>\n");
}

/* A paragraph whose words before the first colon are bold. */
static void add_advice(struct text *out, const char *advice)
{
	size_t lead = strcspn(advice, ":");
	struct text words = TEXT_INIT;

	lead += advice[lead] == ':';
	text_addn(&words, advice, lead);
	text_add(out, "<p class=\"advice\" dir=\"auto\"><strong>");
	add_xml(out, text_str(&words));
	text_add(out, "</strong>");
	add_xml(out, advice + lead);
	text_add(out, "</p>\n");
	out->failed |= words.failed;
	text_release(&words);
}

static void add_header(struct text *out, const struct html_page *page)
{
	const struct scene *s = page->scene;

	text_addf(out, "<body>\n<header class=\"band tone-%s\">\n", html_tone(s->tone));
	add_glyph(out, s->tone);
	text_add(out, "<div>\n");
	add_element(out, "h1", " id=\"verdict\"", s->verdict);
	add_element(out, "p", " class=\"headline\" dir=\"auto\"", s->headline);
	if (s->n_chips > 0) {
		text_add(out, "<ul class=\"chips\" aria-label=\"Figures\">\n");
		for (size_t i = 0; i < s->n_chips; i++)
			add_element(out, "li", " dir=\"auto\"", s->chip[i]);
		text_add(out, "</ul>\n");
	}
	text_addf(out, "</div>\n</header>\n<main>\n<section class=\"why tint-%s\" aria-label=\"Why\">\n", html_tone(s->tone));
	add_element(out, "p", " id=\"why\" dir=\"auto\"", s->why);
	for (size_t i = 0; i < s->n_advice; i++)
		if (s->advice[i])
			add_advice(out, s->advice[i]);
	text_add(out, "</section>\n<div id=\"tools\" role=\"toolbar\" aria-label=\"Charts\" hidden>\n"
		      "<button type=\"button\" id=\"zoom-in\">Zoom in</button>\n"
		      "<button type=\"button\" id=\"zoom-out\">Zoom out</button>\n"
		      "<button type=\"button\" id=\"reset\">Whole run</button>\n");
	if (page->markdown)
		text_add(out, "<button type=\"button\" id=\"copy\" title=\"The text of report.md. soakd report --for-issue "
			      "takes names of hosts, users, paths and data out of it\">Copy as Markdown</button>\n");
	text_add(out, "<button type=\"button\" id=\"theme\">Dark</button>\n"
		      "<span id=\"copied\" role=\"status\"></span>\n"
		      "<span class=\"help\" id=\"keys\">Drag to zoom, double-click for the whole run. In a chart:\n"
		      "<kbd>\342\206\220</kbd> <kbd>\342\206\222</kbd> values, <kbd>+</kbd> <kbd>\342\210\222</kbd> zoom, "
		      "<kbd>PgUp</kbd> <kbd>PgDn</kbd> earlier, later, <kbd>Esc</kbd> the whole run.</span>\n"
		      "<span class=\"help fingers\">Pinch a chart to zoom, draw it to move, touch it for "
		      "values.</span>\n</div>\n<p id=\"spoken\" class=\"unseen\" role=\"status\"></p>\n");
}

/* "+3.1 MiB/h", "12 %", "±24 B", "?" and the like are set to the right, one under the other. */
static bool is_figure(const char *cell)
{
	return cell && *cell &&
	       (strchr("+-0123456789?", *cell) || strncmp(cell, "\342\210\222", 3) == 0 || strncmp(cell, "\302\261", 2) == 0);
}

/* A column is of figures if the first row has one there: its heading and what is below it go with it. */
static bool column_of_figures(const struct scene *s, size_t c)
{
	return c > 0 && s->n_rows > 1 && is_figure(s->table[s->n_cols + c]);
}

static void add_row(struct text *out, const struct scene *s, size_t r)
{
	for (size_t c = 0; c < s->n_cols; c++) {
		const char *cell = s->table[r * s->n_cols + c], *tag = r == 0 || c == 0 ? "th" : "td";

		text_addf(out, "<%s%s%s dir=\"auto\">", tag,
			  r == 0   ? " scope=\"col\""
			  : c == 0 ? " scope=\"row\""
				   : "",
			  column_of_figures(s, c) ? " class=\"figure\"" : "");
		add_xml(out, cell ? cell : "");
		text_addf(out, "</%s>", tag);
	}
}

static void add_table(struct text *out, const struct scene *s)
{
	struct text caption = TEXT_INIT;

	if (!s->table || s->n_rows == 0)
		return;
	text_add(out, "<section class=\"table\" tabindex=\"0\" aria-labelledby=\"series\">\n<h2 "
		      "id=\"series\">Series</h2>\n<table>\n");
	text_addf(&caption, "%s%s%s", s->table_note ? s->table_note : "", s->table_mark ? "; " : "",
		  s->table_mark ? s->table_mark : "");
	add_element(out, "caption", "", text_str(&caption));
	out->failed |= caption.failed;
	text_release(&caption);
	text_add(out, "<thead><tr>");
	add_row(out, s, 0);
	text_add(out, "</tr></thead>\n<tbody>\n");
	for (size_t r = 1; r < s->n_rows; r++) {
		text_add(out, "<tr>");
		add_row(out, s, r);
		text_add(out, "</tr>\n");
	}
	text_add(out, "</tbody>\n</table>\n</section>\n");
}

/* "name: text" as a term and what it is; a line without a name is one by itself. */
static void add_footer(struct text *out, const struct scene *s)
{
	text_add(out, "<footer>\n<h2>How to reproduce it</h2>\n<dl>\n");
	for (size_t i = 0; i < s->n_footer; i++) {
		const char *line = s->footer[i] ? s->footer[i] : "", *colon = strstr(line, ": ");
		struct text name = TEXT_INIT;

		text_addn(&name, line, colon ? (size_t)(colon - line) : 0);
		text_add(out, colon ? "<div><dt>" : "<div><dt class=\"whole\" dir=\"auto\">");
		add_xml(out, colon ? text_str(&name) : line);
		text_add(out, colon ? "</dt><dd dir=\"auto\">" : "</dt><dd>");
		add_xml(out, colon ? colon + 2 : "");
		text_add(out, "</dd></div>\n");
		out->failed |= name.failed;
		text_release(&name);
	}
	for (size_t i = 0; i < s->n_meta; i++) {
		if (!s->meta[2 * i] || strcmp(s->meta[2 * i], "soakd:run") != 0)
			continue;
		text_add(out, "<div><dt>run</dt><dd>");
		add_xml(out, s->meta[2 * i + 1] ? s->meta[2 * i + 1] : "?");
		text_add(out, "</dd></div>\n");
	}
	text_add(out, "</dl>\n</footer>\n");
}

static void add_picture(struct text *out, const struct html_page *page)
{
	text_add(out, "<noscript>\n");
	if (page->png) {
		text_add(out, "<img class=\"picture\" alt=\"");
		add_xml(out, page->scene->verdict ? page->scene->verdict : "");
		text_add(out, ": ");
		add_xml(out, page->scene->headline ? page->scene->headline : "");
		text_add(out, "\" src=\"data:image/png;base64,");
		base64_add(out, page->png, page->n_png);
		text_add(out, "\">\n");
	} else {
		text_add(out, "<p>The charts need JavaScript, and this page has no picture in their place: "
			      "<code>soakd report --out report.png</code> makes one.</p>\n");
	}
	text_add(out, "</noscript>\n");
}

/* JSON for a script element: whatever would end the element, or begin a comment in it, begins with "<". */
static void add_json(struct text *out, const char *id, json_t *j)
{
	char *text = j ? json_dumps(j, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(HTML_DIGITS)) : NULL;

	text_addf(out, "<script type=\"application/json\" id=\"%s\">", id);
	for (const char *s = text; s && *s;) {
		size_t plain = strcspn(s, "<");

		text_addn(out, s, plain);
		s += plain;
		if (*s) {
			text_add(out, "\\u003c");
			s++;
		}
	}
	text_add(out, "</script>\n");
	out->failed |= !text;
	free(text);
	json_decref(j);
}

enum sk_code report_html(const struct html_page *page, struct text *out, struct sk_err *err)
{
	add_head(out, page->scene);
	add_header(out, page);
	html_panels(out, page->scene);
	add_picture(out, page);
	html_events(out, page->scene);
	html_said(out, page->scene);
	add_table(out, page->scene);
	text_add(out, "</main>\n");
	add_footer(out, page->scene);
	add_json(out, "scene", html_data(page->scene, page->ops, page->n_ops));
	if (page->markdown)
		add_json(out, "markdown", json_string(page->markdown));
	for (size_t i = 0; i < N_SCRIPTS; i++) {
		text_add(out, "<script>");
		add_asset(out, scripts[i]);
		text_add(out, "</script>\n");
	}
	text_add(out, "</body>\n</html>\n");
	return out->failed ? sk_fail(err, SK_ENOMEM, 0, "no memory for the page") : SK_OK;
}
