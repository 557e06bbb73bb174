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
	struct axis x;                   /* elapsed, or what the panel counts */
	const struct scene_panel *panel; /* with an x of its own; NULL: on the page's axis of time */
};

/* The layout of a scene whose sentence is measured with `type` (NULL: taken as one line). */
void draw_measure(struct layout *lay, const struct scene *s, struct type *type);

/* The whole page onto cr, whose user space is lay->px_width x lay->px_height pixels. */
void draw_scene(cairo_t *cr, const struct scene *s, const struct layout *lay, struct type *type);

/* The parts, in the order in which they cover each other. */
void draw_header(struct draw *d);
void draw_spans(struct draw *d, const struct rect *plot);
void draw_markers(struct draw *d, const struct rect *plot);
void draw_change_tags(struct draw *d, const struct rect *plot);
void draw_marker_tags(struct draw *d, const struct rect *plot);
void draw_lane(struct draw *d);
void draw_panel(struct draw *d, size_t i);
void draw_grid(struct draw *d); /* all panels of a PAGE_GRID */
void draw_strip(struct draw *d, const struct layout_panel *at, const struct scene_panel *p);
void draw_bars(struct draw *d, const struct rect *plot, const struct scene_panel *p);
void draw_inset(struct draw *d, const struct rect *plot, const struct axis *y, const struct scene_panel *p);
void draw_series(struct draw *d, const struct rect *plot, const struct axis *y, const struct scene_series *s);
void draw_fit(struct draw *d, const struct rect *plot, const struct axis *y, const struct scene_line *l);
void draw_end_labels(struct draw *d, const struct layout_panel *at, const struct axis *y, const struct scene_panel *p);
void draw_inner_labels(struct draw *d, const struct rect *plot, const struct axis *y, const struct scene_panel *p);
void draw_table(struct draw *d);
void draw_footer(struct draw *d);
void draw_aside(struct draw *d);                               /* what is flat, and what had no room */
size_t draw_footer_lines(struct type *type, double room, const char *text); /* that one of its texts takes; 1 without type */

/* Axes. y: grid and labels; the others as rows of the layout, with d->x. */
void draw_y_axis(struct draw *d, const struct rect *plot, const struct axis *y, bool labels);
void draw_axis_foot(struct draw *d, const struct rect *plot, const struct axis *y);
void draw_x_grid(struct draw *d, const struct rect *plot);
void draw_utc_row(struct draw *d);
void draw_elapsed_row(struct draw *d);
void draw_own_x_row(struct draw *d, const struct rect *row);
size_t draw_ticks_for(double width, double apart, size_t most); /* how many labels fit, 2 at least */

/* Small tools. */
enum { SWATCH = 26 }; /* the length of a piece of line beside its name */
void draw_swatch(struct draw *d, const struct line_style *style, double x, double y);
void draw_hatch(cairo_t *cr, const struct rgb *c, const struct rect *r); /* on a grid of the page */
bool draw_known(const struct scene_panel *p);                            /* has any value */
bool draw_own_span(const struct draw *d); /* the panel's x is not the page's time: what happened when has no place there */
size_t draw_advice_lines(struct type *type, double room, const char *advice); /* a paragraph's, at most ADVICE_LINES */
bool draw_note_below(const struct scene_panel *p, struct type *type, double room); /* no room for the note beside the title */
void draw_tag(struct draw *d, const struct type_style *st, double x, double y, double room, const char *s); /* on paper */
void draw_colour(cairo_t *cr, const struct rgb *c, double alpha);
/* The glyph of a tone in a circle of radius r, and what is cut out of it. */
void draw_tone(struct draw *d, enum scene_tone tone, const struct rgb *paint, const struct rgb *hole, double x, double y,
	       double r);
void draw_symbol(struct draw *d, const struct line_style *st, double x, double y); /* the style's; nothing if it has none */
/* Triangles at the edge of the plot where values of a panel with y0..y1 are beyond its axis, and what it says of them. */
void draw_beyond(struct draw *d, const struct rect *plot, const struct axis *y, const struct scene_panel *p);
void draw_dash(cairo_t *cr, const struct dash *d);
void draw_rule(cairo_t *cr, const struct rgb *c, double width, double x0, double y0, double x1, double y1);
double draw_x(const struct draw *d, const struct rect *plot, double t); /* elapsed seconds to page units */
double draw_y(const struct rect *plot, const struct axis *y, double v); /* a value to page units */
double draw_text(struct draw *d, const struct type_style *st, double x, double y, double room, const char *s);
double draw_text_width(struct draw *d, const struct type_style *st, const char *s); /* 0 without type */

#endif
