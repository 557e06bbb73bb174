/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drawing a scene to any cairo_t: PNG today, other surfaces later. Nothing here knows what the surface is.
 * Cairo's errors are sticky: whoever made the surface looks at cairo_status() once, at the end.
 */
#ifndef PLOTS_DRAW_H
#define PLOTS_DRAW_H

#include <cairo.h>

#include "plots/axis.h"
#include "plots/layout.h"
#include "plots/scene.h"
#include "plots/theme.h"
#include "plots/type.h"

/* What every part needs. type NULL: everything but the text (tests compare pixels, and fonts differ between machines). */
struct draw {
	cairo_t *cr;
	struct type *type;
	const struct scene *scene;
	const struct layout *lay;
	const struct palette *pal;
	struct axis x; /* elapsed */
};

/* The layout of a scene whose sentence is measured with `type` (NULL: taken as one line). */
void draw_measure(struct layout *lay, const struct scene *s, struct type *type);

/* The whole page onto cr, whose user space is lay->px_width x lay->px_height pixels. */
void draw_scene(cairo_t *cr, const struct scene *s, const struct layout *lay, struct type *type);

/* The parts, in the order in which they cover each other. */
void draw_header(struct draw *d);
void draw_spans(struct draw *d, const struct rect *plot);
void draw_markers(struct draw *d, const struct rect *plot);
void draw_lane(struct draw *d);
void draw_panel(struct draw *d, size_t i);
void draw_series(struct draw *d, const struct rect *plot, const struct axis *y, const struct scene_series *s);
void draw_fit(struct draw *d, const struct rect *plot, const struct axis *y, const struct scene_line *l);
void draw_end_labels(struct draw *d, const struct layout_panel *at, const struct axis *y, const struct scene_panel *p);
void draw_table(struct draw *d);
void draw_footer(struct draw *d);
size_t draw_footer_lines(const struct scene *s, struct type *type, const char *text); /* that one of its texts takes */

/* Small tools. */
void draw_colour(cairo_t *cr, const struct rgb *c, double alpha);
void draw_symbol(struct draw *d, const struct line_style *st, double x, double y); /* the style's; nothing if it has none */
void draw_dash(cairo_t *cr, const struct dash *d);
void draw_rule(cairo_t *cr, const struct rgb *c, double width, double x0, double y0, double x1, double y1);
double draw_x(const struct draw *d, const struct rect *plot, double t); /* elapsed seconds to page units */
double draw_y(const struct rect *plot, const struct axis *y, double v); /* a value to page units */
double draw_text(struct draw *d, const struct type_style *st, double x, double y, double room, const char *s);
double draw_text_width(struct draw *d, const struct type_style *st, const char *s); /* 0 without type */

#endif
