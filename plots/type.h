/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Setting type with Pango: one line at a place, or a paragraph, cut with an ellipsis where there is no room.
 *
 * Vertical places are the middle of the capitals, so that words of different sizes line up. A character that no font has
 * (process names may hold anything) is written "?", and type_lacks() says so; a machine without any font is an error, for Pango draws boxes and succeeds.
 */
#ifndef PLOTS_TYPE_H
#define PLOTS_TYPE_H

#include <cairo.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "plots/theme.h"

struct type; /* fonts and the layout that is used again for each word */

enum type_align { TYPE_LEFT, TYPE_CENTRE, TYPE_RIGHT };

struct type_style {
	double px; /* size, page units */
	bool bold;
	struct rgb colour;
	enum type_align align; /* which part of the text is at x */
	bool name;             /* cut in its middle: what tells names apart is at their ends as well */
	size_t lead;           /* of a paragraph: bytes at its beginning that are bold */
};

/* SK_EIO if there is no font for plain letters: the sentence names the package. Free with type_free. */
enum sk_code type_new(struct type **out, struct sk_err *err);
void type_free(struct type *t);

/* The first character, of all that was measured or drawn, that no font has; 0: none. */
uint32_t type_lacks(const struct type *t);
/* The Debian package whose fonts have it. */
const char *type_package(uint32_t character);

/* Page units that s takes on one line. NULL is an empty text, here and below. */
double type_width(struct type *t, const struct type_style *st, const char *s);

/* How many lines s takes in `room` units of width, at most `most`; 0 for an empty text. */
size_t type_lines(struct type *t, const struct type_style *st, const char *s, double room, size_t most);

/* One line, its capitals' middle at y, cut to `room` units. Returns the width that it took. */
double type_line(struct type *t, cairo_t *cr, const struct type_style *st, double x, double y, double room, const char *s);

/* Up to `lines` lines of `pitch` units, the first one's capitals' middle at y, the last one cut to `room`. */
void type_paragraph(struct type *t, cairo_t *cr, const struct type_style *st, double x, double y, double room, size_t lines,
		    double pitch, const char *s);

#endif
