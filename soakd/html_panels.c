/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The panels of report.html: a figure each with its title, its lines and their values in words, which screen readers, search and
 * readers without JavaScript have too, and an empty place for the script's chart. Waterfalls are drawn here, as HTML and SVG.
 */
#include <math.h>
#include <string.h>

#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/html_palette.h"
#include "soakd/report_html.h"

#define EVENTS_SHOWN 200 /* events.csv has them all */

static const char *const place_class[] = { [PLACE_MAIN] = "main", [PLACE_STRIP] = "strip", [PLACE_SIDE] = "side" };

static void add_words(struct text *out, const char *s)
{
	add_xml(out, s ? s : "");
}

/* "private, 31.2 MiB to 107 MiB; PSS, ..." for a screen reader. */
static void add_summary(struct text *out, const struct scene_panel *p)
{
	const char *between = ": ";

	add_words(out, p->title);
	for (size_t i = 0; i < p->n_series; i++) {
		const struct scene_series *l = &p->series[i];

		text_add(out, between);
		add_words(out, l->label);
		text_add(out, l->start && l->end ? " from " : l->end ? " " : "");
		add_words(out, l->start);
		text_add(out, l->start && l->end ? " to " : "");
		add_words(out, l->end);
		between = "; ";
	}
	for (size_t i = 0; i < p->n_lines; i++) {
		if (!p->line[i].label)
			continue;
		text_addf(out, "%s%s", between, p->line[i].limit ? "" : "fitted line ");
		add_words(out, p->line[i].label);
		between = "; ";
	}
	if (p->note && *p->note) {
		text_add(out, between);
		add_words(out, p->note);
	}
}

static void add_sample(struct text *out, const char *role, struct text *dash)
{
	text_addf(
		out,
		"<svg class=\"sample\" viewBox=\"0 0 28 8\" aria-hidden=\"true\"><line class=\"%s\" x1=\"1\" y1=\"4\" x2=\"27\" "
		"y2=\"4\" stroke-dasharray=\"%s\"/></svg>",
		role, text_str(dash));
	out->failed |= dash->failed;
	text_release(dash);
}

static void add_legend(struct text *out, const struct scene_panel *p)
{
	text_add(out, "<ul class=\"legend\">\n");
	for (size_t i = 0; i < p->n_series; i++) {
		const struct scene_series *l = &p->series[i];
		struct text dash = TEXT_INIT;

		html_dash(&dash, l->role);
		text_addf(out, "<li class=\"role-%s\">", html_role(l->role));
		add_sample(out, html_role(l->role), &dash);
		text_add(out, "<span class=\"name\" dir=\"auto\">");
		add_words(out, l->label);
		text_add(out, "</span> <span class=\"value\">");
		add_words(out, l->start);
		text_add(out, l->start && l->end ? " \342\206\222 " : "");
		add_words(out, l->end);
		text_add(out, "</span></li>\n");
	}
	for (size_t i = 0; i < p->n_lines; i++) {
		struct text dash = TEXT_INIT;

		if (!p->line[i].label)
			continue;
		text_add(&dash, "4 3");
		text_addf(out, "<li class=\"line\">");
		add_sample(out, p->line[i].limit ? "limit" : "fit", &dash);
		text_addf(out, "<span class=\"name\" dir=\"auto\">%s",
			  p->line[i].limit || strncmp(p->line[i].label, "fit", 3) == 0 ? "" : "fit ");
		add_words(out, p->line[i].label);
		text_add(out, "</span></li>\n");
	}
	text_add(out, "</ul>\n");
}

/* What the bars span: 0 is in it. */
static void bar_range(const struct scene_panel *p, double *lo, double *hi)
{
	*lo = *hi = 0;
	for (size_t i = 0; i < p->n_bars; i++) {
		*lo = fmin(*lo, fmin(p->bar[i].from, p->bar[i].to)); /* fmin and fmax leave NaN out */
		*hi = fmax(*hi, fmax(p->bar[i].from, p->bar[i].to));
	}
}

/* v within lo..hi in thousandths, where a unit of the drawing is one. */
static long thousandths(double v, double lo, double hi)
{
	return hi > lo && isfinite(v) ? lrint((v - lo) / (hi - lo) * 1000) : 0;
}

static void add_bars(struct text *out, const struct scene_panel *p)
{
	double lo, hi;

	bar_range(p, &lo, &hi);
	text_add(out, "<ol class=\"bars\">\n");
	for (size_t i = 0; i < p->n_bars; i++) {
		const struct scene_bar *b = &p->bar[i];
		long from = thousandths(fmin(b->from, b->to), lo, hi), to = thousandths(fmax(b->from, b->to), lo, hi);
		long end = thousandths(b->to, lo, hi);

		text_addf(out, "<li class=\"%s\"><span class=\"name\" dir=\"auto\">", html_bar(b->kind));
		add_words(out, b->label);
		text_add(out, "</span>");
		text_add(out, "<svg viewBox=\"0 0 1000 20\" preserveAspectRatio=\"none\" aria-hidden=\"true\">");
		/* a bar too thin to be seen would be no bar: three thousandths is a pixel */
		if (isfinite(b->from) && isfinite(b->to))
			text_addf(out, "<rect x=\"%ld\" width=\"%ld\" height=\"20\"/>", from, to - from < 3 ? 3 : to - from);
		if (i + 1 < p->n_bars && isfinite(b->to))
			text_addf(out, "<line x1=\"%ld\" x2=\"%ld\" y1=\"0\" y2=\"20\"/>", end, end);
		text_add(out, "</svg><span class=\"value\" dir=\"auto\">");
		add_words(out, b->text ? b->text : "?");
		text_add(out, "</span></li>\n");
	}
	text_add(out, "</ol>\n");
}

static void add_panel(struct text *out, const struct scene_panel *p, size_t i)
{
	text_addf(out, "<figure class=\"panel %s\" id=\"panel-%zu\"", place_class[p->place], i);
	if (p->n_bars == 0) {
		text_add(out, " tabindex=\"0\" role=\"application\" aria-roledescription=\"chart\" aria-describedby=\"keys\" "
			      "aria-label=\"");
		add_summary(out, p);
		text_addc(out, '"');
	}
	text_add(out, ">\n<figcaption><h2 dir=\"auto\">");
	add_words(out, p->title);
	text_add(out, "</h2>");
	if (p->y_label && *p->y_label) {
		text_add(out, " <span class=\"what\" dir=\"auto\">");
		add_words(out, p->y_label);
		text_add(out, "</span>");
	}
	if (p->note && *p->note) {
		text_add(out, " <span class=\"note\" dir=\"auto\">");
		add_words(out, p->note);
		text_add(out, "</span>");
	}
	if (p->beyond && *p->beyond) {
		text_add(out, " <span class=\"note\" dir=\"auto\">");
		add_words(out, p->beyond);
		text_add(out, "</span>");
	}
	text_add(out, "<span class=\"when\"></span></figcaption>\n");
	if (p->n_bars > 0) {
		add_bars(out, p);
	} else {
		add_legend(out, p);
		text_add(out, "<div class=\"chart\"></div>\n");
	}
	text_add(out, "</figure>\n");
}

static void add_column(struct text *out, const struct scene *s, const char *name, bool side)
{
	text_addf(out, "<div class=\"column %s\">\n", name);
	/* panels on the time axis first, strips below them */
	for (enum scene_place place = side ? PLACE_SIDE : PLACE_MAIN; place <= (side ? PLACE_SIDE : PLACE_STRIP); place++)
		for (size_t i = 0; i < s->n_panels; i++)
			if (s->panel[i].place == place)
				add_panel(out, &s->panel[i], i);
	if (!side && s->flat) {
		text_add(out, "<p class=\"flat\">flat: ");
		add_words(out, s->flat);
		text_add(out, "</p>\n");
	}
	text_add(out, "</div>\n");
}

void html_panels(struct text *out, const struct scene *s)
{
	bool side = false;

	for (size_t i = 0; i < s->n_panels; i++)
		side = side || s->panel[i].place == PLACE_SIDE;
	text_addf(out, "<section id=\"charts\" class=\"%s\" aria-label=\"Charts\">\n", side ? "two" : "one");
	add_column(out, s, "time", false);
	if (side)
		add_column(out, s, "beside", true);
	text_add(out, "</section>\n");
}

static void add_event(struct text *out, double from, double to, const char *label)
{
	char begin[40], end[40];

	text_addf(out, "<li><b>%s", fmt_duration(begin, sizeof(begin), from));
	if (to > from)
		text_addf(out, " to %s", fmt_duration(end, sizeof(end), to));
	text_add(out, "</b> <span dir=\"auto\">");
	add_words(out, label);
	text_add(out, "</span></li>\n");
}

static void add_said_row(struct text *out, const char *chart, const char *line, const char *start, const char *end)
{
	const char *const cell[] = { line, start, end };

	text_add(out, "<tr><th scope=\"row\" dir=\"auto\">");
	add_words(out, chart);
	text_add(out, "</th>");
	for (size_t i = 0; i < sizeof(cell) / sizeof(*cell); i++) {
		text_add(out, i == 0 ? "<td dir=\"auto\">" : "<td class=\"figure\">");
		add_words(out, cell[i]);
		text_add(out, "</td>");
	}
	text_add(out, "</tr>\n");
}

void html_said(struct text *out, const struct scene *s)
{
	text_add(
		out,
		"<details class=\"said\"><summary>What the charts say</summary>\n<table>\n<thead><tr><th scope=\"col\">chart</th>"
		"<th scope=\"col\">line</th><th scope=\"col\" class=\"figure\">start</th>"
		"<th scope=\"col\" class=\"figure\">end</th></tr></thead>\n<tbody>\n");
	for (size_t i = 0; i < s->n_panels; i++) {
		const struct scene_panel *p = &s->panel[i];

		for (size_t k = 0; k < p->n_series; k++)
			add_said_row(out, p->title, p->series[k].label, p->series[k].start, p->series[k].end);
		for (size_t k = 0; k < p->n_lines; k++)
			if (p->line[k].label)
				add_said_row(out, p->title, p->line[k].limit ? "limit" : "fitted line", NULL, p->line[k].label);
		for (size_t k = 0; k < p->n_bars; k++)
			add_said_row(out, p->title, p->bar[k].label, NULL, p->bar[k].text ? p->bar[k].text : "?");
	}
	text_add(out, "</tbody>\n</table>\n</details>\n");
}

void html_events(struct text *out, const struct scene *s)
{
	size_t shown = 0, n = 0;

	for (size_t i = 0; i < s->n_spans; i++)
		n += s->span[i].label != NULL;
	for (size_t i = 0; i < s->n_markers; i++)
		n += s->marker[i].label != NULL;
	if (n == 0)
		return;
	text_addf(out, "<details class=\"events\"><summary>What happened when (%zu)</summary>\n<ol>\n", n);
	for (size_t i = 0; i < s->n_spans && shown < EVENTS_SHOWN; i++)
		if (s->span[i].label && ++shown)
			add_event(out, s->span[i].x0, s->span[i].x1, s->span[i].label);
	for (size_t i = 0; i < s->n_markers && shown < EVENTS_SHOWN; i++)
		if (s->marker[i].label && ++shown)
			add_event(out, s->marker[i].x, NAN, s->marker[i].label);
	text_add(out, "</ol>\n");
	if (shown < n)
		text_addf(out, "<p>and %zu more: events.csv has them all.</p>\n", n - shown);
	text_add(out, "</details>\n");
}
