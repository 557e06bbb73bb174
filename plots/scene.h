/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scene: everything a picture shows, as numbers and words, and nothing about how it looks.
 * soakd/ fills one, scene_to_json() writes it to soakd-draw's standard input, soakd-draw reads and draws it.
 * Numbers arrive ready: at most 1200 blocks a series, fits as lines; plots/ computes no statistic and decimates nothing.
 * x is seconds since the run began; gaps are blocks with n = 0 and stay gaps. Strings are UTF-8, owned by the scene.
 *
 * A page of PLACE_MAIN panels alone is one column of them. PLACE_STRIP panels lie below them on the same time axis; with
 * PLACE_SIDE panels the page has a second column. All members may be zero: then they are as if they were not there.
 *
 * A PAGE_GRID is of many things: a card for each panel, beside and below one another, each with its own x axis. A card says in
 * colour, glyph and the words of y_label what the panel's tone is, and its note beside them; what the scene itself marks in time
 * (spans, markers) is of no one panel and is not drawn. A panel that is alone has the names of its lines at their ends.
 */
#ifndef PLOTS_SCENE_H
#define PLOTS_SCENE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/series.h"

#define SCENE_DPI 96.0 /* where a pixel of width and height is one */

enum scene_tone { TONE_BAD, TONE_WARN, TONE_GOOD, TONE_UNKNOWN }; /* each has its colour AND its glyph */
enum scene_unit { UNIT_KIB, UNIT_COUNT, UNIT_PER_S, UNIT_SECONDS }; /* how a y axis counts and writes its ticks */
enum scene_role { /* what a line is for: gives colour, dash and width from the theme table */
	LINE_PRIVATE, LINE_PSS, LINE_RSS, LINE_HEAP, LINE_SHARED, LINE_VIRTUAL, LINE_OPS, LINE_ERRORS, LINE_COUNT, LINE_DRIVER
};
enum scene_shade { SHADE_WARMUP, SHADE_GAP, SHADE_PHASE }; /* phases: every second one is shaded */
enum scene_page { PAGE_REPORT, PAGE_GRID };
enum scene_theme { THEME_LIGHT, THEME_DARK, THEME_PRINT };
enum scene_mark {
	MARK_RESTART, MARK_EVENT, MARK_EPOCH, MARK_ONSET,
	MARK_CHANGE, /* a change point; its label is its size: "+12.0 MiB" */
	MARK_LIMIT   /* where growth reaches the limit; its label is the date */
};
enum scene_place { PLACE_MAIN, PLACE_STRIP, PLACE_SIDE };
enum scene_x { X_ELAPSED, X_COUNT }; /* what a panel's x counts: seconds since the run began, or operations */
enum scene_bar_kind { BAR_START, BAR_PART, BAR_UNEXPLAINED, BAR_END };

struct scene_series {
	char *label;	  /* at the end of the line: "private (anonymous)" */
	char *start, *end; /* written beside it: "31.2 MiB", "107 MiB"; NULL: none */
	enum scene_role role;
	bool band;	  /* draw min..max of each block behind the line of means */
	struct block *b;
	size_t n;
};

struct scene_line { /* a fit, or a limit */
	double x0, y0, x1, y1;
	double *bx, *lo, *hi; /* a band around it: n_band points, or none */
	size_t n_band;
	char *label;
	bool limit; /* a horizontal limit: dashed, labelled at the right */
};

/* A step of a waterfall, drawn from `from` to `to` in the panel's unit: the first and the last from 0, the parts from where
 * the one before ended. */
struct scene_bar {
	char *label, *text; /* "backend", "+74.7 MiB · 98 %" */
	double from, to;
	enum scene_bar_kind kind;
};

struct scene_panel {
	char *title, *y_label; /* the label carries no unit: the ticks do */
	char *note;	       /* what the panel says in one muted line: "412 B per operation [380, 440]" */
	enum scene_place place;
	enum scene_tone tone;  /* of PAGE_GRID alone */
	enum scene_x x;	       /* X_COUNT: t of the blocks and x of the lines are operations; of PLACE_SIDE and PAGE_GRID */
	double x0, x1;	       /* of PLACE_SIDE and PAGE_GRID; unless x0 < x1 the scene's span, or of X_COUNT that of the data */
	enum scene_unit unit;
	double weight;	       /* share of the height */
	bool from_zero;
	double y0, y1; /* of the series, in the place of all that they reach, where y0 < y1: what is beyond is cut off, and marked */
	char *beyond;  /* what is said of that: "1 beyond: -52.0 MiB"; NULL: nothing */
	struct scene_series *series;
	size_t n_series;
	struct scene_line *line;
	size_t n_lines;
	struct scene_bar *bar; /* with bars the panel is a waterfall, and its series and lines are not drawn */
	size_t n_bars;
	size_t inset; /* 1 + index of the series that is drawn again with a y axis of its own, in PLACE_MAIN; 0: none */
};

struct scene_span { double x0, x1; enum scene_shade kind; char *label; };
/* Beyond the scene's span a marker is drawn in the panels whose own span reaches it: the date at the end of a forecast. */
struct scene_marker { double x; enum scene_mark kind; char *label; };

struct scene {
	int width, height; /* pixels; default 1600 x 1200; a page has this size, and says what it has no room for */
	enum scene_page page;
	bool same_y; /* of PAGE_GRID: one y axis for all panels of a unit, so that they can be compared by eye */
	enum scene_theme theme;
	double dpi; /* SCENE_DPI by default: width and height are pixels at 96; a PNG for 192 has twice as many each way */
	enum scene_tone tone;
	char *verdict;	/* "LEAK" */
	char *headline; /* "postgres · private memory +3.10 MiB/h [2.70, 3.49] · 412 B per operation" */
	char *why;	/* one plain sentence */
	char **chip;	/* what the headline does not say, a few words each: "since 2 h 10 min" */
	size_t n_chips;
	char **advice;	/* below why, a paragraph each, bold up to its first colon: "Next: ls -l /proc/812/fd" */
	size_t n_advice;
	char *flat;	/* what never moved, in words instead of strips: "descriptors 170, threads 8"; NULL: nothing */
	double x0, x1;	/* seconds */
	double start_unix;
	struct scene_panel *panel;
	size_t n_panels;
	struct scene_span *span;
	size_t n_spans;
	struct scene_marker *marker;
	size_t n_markers;
	char **table; /* n_rows * n_cols cells, the first row is the header; NULL: no table */
	size_t n_rows, n_cols;
	char *table_note; /* what its numbers are, for the line that says how many rows are left out; NULL: none */
	char *table_mark; /* "* of the line": what its first character, ASCII, means at the end of a number; NULL: no number has it */
	char **footer;
	size_t n_footer;
	char **meta; /* n_meta pairs key, value: PNG tEXt chunks */
	size_t n_meta;
};

void scene_init(struct scene *s); /* zero, default size */
void scene_release(struct scene *s);

/* A number (not the header, not the first column) in these rows ends with the character that `mark` begins with. */
bool scene_has_mark(char *const *table, size_t n_rows, size_t n_cols, const char *mark);

/*
 * Both directions lose nothing. NaN is null. scene_from_json: SK_EPARSE says which key; SK_EUSAGE over the limits (48 panels,
 * 16 series, 16 lines and 32 bars each, 1200 blocks, 4096 spans, 4096 markers, 8 chips, 4 paragraphs of advice, 1024 x 16 cells, 32 footer lines,
 * 64 pairs of meta).
 */
json_t *scene_to_json(const struct scene *s); /* NULL without memory */
enum sk_code scene_from_json(const json_t *j, struct scene *out, struct sk_err *err);

#endif
