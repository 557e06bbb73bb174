/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pango, kept to what a page needs. */
#include "plots/type.h"

#include <math.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/plain.h"
#include "base/text.h"

/* Half the height of capitals: 0.729 em in DejaVu Sans, 0.66 to 0.73 in the sans serifs that may stand in for it. */
#define HALF_CAPS 0.36

/*
 * Every word is set at this size and scaled when it is drawn: nothing is hinted, so that this is the same, and each further size
 * would cost a search through fontconfig (in a thread of Pango's).
 */
#define SET_PX 20.0

struct type {
	PangoFontMap *map;
	PangoContext *context;
	PangoLayout *layout;
	PangoFontDescription *font[2]; /* plain, bold */
	uint32_t lacks;                /* the first character that no font has */
};

static int unknown_glyphs(struct type *t, const char *s, size_t n)
{
	pango_layout_set_text(t->layout, s, (int)n);
	return pango_layout_get_unknown_glyphs_count(t->layout);
}

/* The same picture whatever the user's desktop prefers: grey edges, no hinting, widths that scale. */
static void neutral_rendering(PangoContext *c)
{
	cairo_font_options_t *o = cairo_font_options_create();

	cairo_font_options_set_antialias(o, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(o, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(o, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(c, o);
	pango_cairo_context_set_resolution(c, 96);
	pango_context_set_round_glyph_positions(c, FALSE);
	pango_context_set_base_dir(c, PANGO_DIRECTION_LTR);
	pango_context_set_language(c, pango_language_from_string("en")); /* not the locale of whoever runs it */
	cairo_font_options_destroy(o);
}

enum sk_code type_new(struct type **out, struct sk_err *err)
{
	static const char plain[] = "Aa0 /.";
	struct type *t = sk_calloc(1, sizeof(*t));

	if (!t)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the picture");
	t->map = pango_cairo_font_map_new();
	t->context = pango_font_map_create_context(t->map);
	neutral_rendering(t->context);
	t->layout = pango_layout_new(t->context);
	for (size_t bold = 0; bold < 2; bold++) {
		t->font[bold] = pango_font_description_from_string(theme.family);
		pango_font_description_set_absolute_size(t->font[bold], SET_PX * PANGO_SCALE);
		pango_font_description_set_weight(t->font[bold], bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	}
	pango_layout_set_font_description(t->layout, t->font[0]);
	pango_layout_set_auto_dir(t->layout, FALSE); /* a right-to-left name stays in its column */
	if (unknown_glyphs(t, plain, strlen(plain)) > 0) {
		type_free(t);
		return sk_fail(err, SK_EIO, 0,
			       "cannot write text into the picture: no font has plain letters; install fonts-dejavu-core");
	}
	*out = t;
	return SK_OK;
}

void type_free(struct type *t)
{
	if (!t)
		return;
	for (size_t bold = 0; bold < 2; bold++)
		pango_font_description_free(t->font[bold]);
	g_object_unref(t->layout);
	g_object_unref(t->context);
	g_object_unref(t->map);
	free(t);
}

uint32_t type_lacks(const struct type *t)
{
	return t->lacks;
}

const char *type_package(uint32_t c)
{
	static const struct {
		uint32_t from, to;
		const char *package;
	} known[] = {
		{ 0x1100, 0x11ff, "fonts-noto-cjk" },   { 0x2e80, 0xa4cf, "fonts-noto-cjk" },
		{ 0xac00, 0xd7ff, "fonts-noto-cjk" },   { 0xf900, 0xfaff, "fonts-noto-cjk" },
		{ 0xfe30, 0xfe4f, "fonts-noto-cjk" },   { 0xff00, 0xffef, "fonts-noto-cjk" },
		{ 0x20000, 0x3ffff, "fonts-noto-cjk" }, { 0x1f000, 0x1faff, "fonts-noto-color-emoji" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (c >= known[i].from && c <= known[i].to)
			return known[i].package;
	return "fonts-noto-core"; /* the other scripts */
}

/* Slow path: each character alone, "?" for those that no font has. */
static void replace_unknown(struct type *t, struct text *plain)
{
	struct text out = TEXT_INIT;

	for (const char *s = text_str(plain); *s;) {
		const char *next = g_utf8_next_char(s);

		if (unknown_glyphs(t, s, (size_t)(next - s)) > 0) {
			text_addc(&out, '?');
			t->lacks = t->lacks ? t->lacks : g_utf8_get_char(s);
		} else {
			text_addn(&out, s, (size_t)(next - s));
		}
		s = next;
	}
	text_release(plain);
	*plain = out;
}

/* The layout holds s in this style, on one endless line: line breaks and other control characters would break the page. */
static void set(struct type *t, const struct type_style *st, const char *s)
{
	struct text plain = TEXT_INIT;

	pango_layout_set_font_description(t->layout, t->font[st->bold]);
	pango_layout_set_attributes(t->layout, NULL);
	pango_layout_set_width(t->layout, -1);
	pango_layout_set_height(t->layout, -1);
	pango_layout_set_ellipsize(t->layout, PANGO_ELLIPSIZE_NONE);
	add_plain(&plain, s ? s : "");
	if (unknown_glyphs(t, text_str(&plain), plain.len) > 0) {
		replace_unknown(t, &plain);
		pango_layout_set_text(t->layout, text_str(&plain), (int)plain.len);
	}
	text_release(&plain);
}

static double width_now(struct type *t, const struct type_style *st)
{
	int w;

	pango_layout_get_size(t->layout, &w, NULL);
	return (double)w / PANGO_SCALE * st->px / SET_PX;
}

/* Page units as the layout counts them. */
static int layout_units(const struct type_style *st, double room)
{
	return (int)(fmax(room, 0) * SET_PX / st->px * PANGO_SCALE);
}

/* The line of the layout with its origin at x, y, in the size of the style. */
static void show(struct type *t, cairo_t *cr, const struct type_style *st, int line, double x, double y)
{
	cairo_save(cr);
	cairo_set_source_rgb(cr, st->colour.r, st->colour.g, st->colour.b);
	cairo_translate(cr, x, y);
	cairo_scale(cr, st->px / SET_PX, st->px / SET_PX);
	cairo_move_to(cr, 0, 0);
	pango_cairo_show_layout_line(cr, pango_layout_get_line_readonly(t->layout, line));
	cairo_restore(cr);
	cairo_new_path(cr);
}

static void cut_to(struct type *t, const struct type_style *st, double room)
{
	pango_layout_set_width(t->layout, layout_units(st, room));
	pango_layout_set_ellipsize(t->layout, st->name ? PANGO_ELLIPSIZE_MIDDLE : PANGO_ELLIPSIZE_END);
}

double type_width(struct type *t, const struct type_style *st, const char *s)
{
	set(t, st, s);
	return width_now(t, st);
}

/* No line ends between the byte at `at` and the next. */
static void keep_whole(PangoAttrList *attrs, ptrdiff_t at)
{
	PangoAttribute *whole = pango_attr_allow_breaks_new(FALSE);

	whole->start_index = (guint)at;
	whole->end_index = whole->start_index + 2; /* the end of the text at most: what is beyond is cut */
	pango_attr_list_insert(attrs, whole);
}

/* "MiB/h", "%", the micro sign: what a number before it means nothing without. */
static bool is_unit(const char *word)
{
	return g_ascii_isalpha(*word) || *word == '%' || strncmp(word, "\302\265", 2) == 0;
}

/*
 * A number and its unit stay together; other lines end at spaces: "--hours" torn behind its hyphens would be another command to whoever copies it, and the "h]" of "123 B/h]"
 * says nothing. A path may end a line behind its slashes.
 */
static void keep_hyphens(struct type *t, const struct type_style *st)
{
	const char *s = pango_layout_get_text(t->layout);
	PangoAttrList *attrs = pango_attr_list_new();

	if (st->lead > 0) {
		PangoAttribute *bold = pango_attr_weight_new(PANGO_WEIGHT_BOLD);

		bold->end_index = (guint)st->lead;
		pango_attr_list_insert(attrs, bold);
	}
	for (const char *blank = strchr(s, ' '); blank; blank = strchr(blank + 1, ' '))
		if (blank > s && g_ascii_isdigit(blank[-1]) && is_unit(blank + 1))
			keep_whole(attrs, blank - s);
	for (const char *h = strpbrk(s, "-/"); h; h = strpbrk(h + 1, "-/")) {
		if (*h == '/' && (h[1] != 'h' || g_ascii_isalnum(h[2])))
			continue;
		keep_whole(attrs, h - s);
	}
	pango_layout_set_attributes(t->layout, attrs);
	pango_attr_list_unref(attrs);
}

size_t type_lines(struct type *t, const struct type_style *st, const char *s, double room, size_t most)
{
	if (!s || !*s)
		return 0;
	set(t, st, s);
	keep_hyphens(t, st);
	pango_layout_set_width(t->layout, layout_units(st, room));
	pango_layout_set_wrap(t->layout, PANGO_WRAP_WORD_CHAR);
	size_t n = (size_t)pango_layout_get_line_count(t->layout);

	return n < most ? n : most;
}

double type_line(struct type *t, cairo_t *cr, const struct type_style *st, double x, double y, double room, const char *s)
{
	set(t, st, s);
	if (width_now(t, st) > room)
		cut_to(t, st, room);
	double w = width_now(t, st);

	show(t, cr, st, 0, x - (st->align == TYPE_RIGHT ? w : st->align == TYPE_CENTRE ? w / 2 : 0), y + HALF_CAPS * st->px);
	return w;
}

void type_paragraph(struct type *t, cairo_t *cr, const struct type_style *st, double x, double y, double room, size_t lines,
		    double pitch, const char *s)
{
	set(t, st, s);
	keep_hyphens(t, st);
	pango_layout_set_wrap(t->layout, PANGO_WRAP_WORD_CHAR);
	cut_to(t, st, room);
	pango_layout_set_height(t->layout, -(int)lines);
	for (int i = 0; i < pango_layout_get_line_count(t->layout) && (size_t)i < lines; i++)
		show(t, cr, st, i, x, y + HALF_CAPS * st->px + (double)i * pitch);
}
