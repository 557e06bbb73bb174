/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What those share that fill the panels of a page: panels and lines that are added one by one, and the series as they
 * are drawn. Memory that runs out is remembered in `failed`, and from then on nothing is added.
 */
#ifndef SOAKD_REPORT_PAGE_H
#define SOAKD_REPORT_PAGE_H

#include "analysis/landmarks.h"
#include "soakd/report_internal.h"

#define PAGE_PANELS      24
#define PAGE_LINES       6  /* series of a panel */
#define PAGE_RULES       16 /* lines of a panel */
#define PAGE_STRIPS      10 /* what of them has room the layout knows */
#define PAGE_BAND_POINTS 25

struct page {
	const struct evidence_file *f;
	const struct verdict *v;
	struct scene *s;
	struct landmarks marks; /* of the deciding series */
	bool at_loads;          /* memory at the same load is shown: what a line leaves would be the load */
	bool failed;
};

/* A new panel; NULL: no memory, or the page is full. */
struct scene_panel *page_panel(struct page *p, enum scene_place place, const char *title, const char *y_label,
			       enum scene_unit unit, double weight);

/* The series of a column that has samples, or NULL. */
const struct series *page_series(const struct page *p, const char *column);
bool page_decides(const struct page *p, const char *column);

/*
 * The blocks of a series as they are drawn, to be freed. One that is read less often than each row (PSS, heap) has holes
 * that are no gaps: where there were rows its line goes on to its next value, unless that is far. At a restart it breaks. NULL: no memory.
 */
struct block *page_blocks(struct page *p, const struct series *s, size_t *n);
/*
 * What the verdict's levels and fit are of: the deciding column, anonymous memory with what of it is in swap, and where
 * it is about that (beyond_own) less the target's own memory. NULL without such a column too.
 */
struct block *page_judged_blocks(struct page *p, size_t *n);

/*
 * A line of a column, or of another series; its role, its label, and its levels at both ends, or of what was not read any more the last one and its
 * time. NULL: there is no such line.
 */
struct scene_series *page_line(struct page *p, struct scene_panel *panel, const struct series *s, enum scene_role role,
			       const char *label);
/* A line of blocks that are ready, which it takes over; without levels at its ends. NULL: then b is freed. */
struct scene_series *page_block_line(struct page *p, struct scene_panel *panel, struct block *b, size_t n, enum scene_role role,
				     const char *label);
/* Medians of the first and the last block, as levels of the column, beside the line. */
void page_end_texts(struct page *p, struct scene_series *l, const char *column);

/* A straight line; the label is taken over. NULL: no memory, or too many of them. */
struct scene_line *page_rule(struct page *p, struct scene_panel *panel, double x0, double y0, double x1, double y1,
			     struct text *label);
/* Room for a band of PAGE_BAND_POINTS around the line: n_band is then that. */
bool page_band(struct page *p, struct scene_line *l);

/* The text as a string that the scene owns; NULL: no memory. */
char *page_text(struct page *p, struct text *t);
char *page_string(struct page *p, const char *s);

/* The column is memory that is not drawn beside the deciding one, because it would hide its shape. */
bool page_hidden(const struct page *p, const char *column);

/* There is a line that the verdict stands on: nothing else decided in its place. */
bool page_judged(const struct verdict *v);
/*
 * What the deciding series is said to be, ascending: the verdict's line, or one for each life, each level; or the line through the floors.
 * Returns how many, at most max.
 */
size_t page_fitted(struct page *p, struct fit_line *out, size_t max);

/* The parts of a page. */
void page_strips(struct page *p);
void page_operations(struct page *p); /* memory against operations */
bool page_load(struct page *p); /* in their place, of what follows the load: memory at the same load; false: it cannot be told */
void page_attribution(struct page *p); /* from start to end, part by part */
void page_residuals(struct page *p);   /* what the lines leave, or the floors or levels of the cycles */
void page_forecast(struct page *p);

/* The end of the growth is known, and worth a picture: only of growth that is proven, by a rate that is not as well 0. */
bool page_has_forecast(const struct evidence_file *f, const struct verdict *v);

/*
 * A counter's blocks as rates per second, in place: from the middle of one block to the middle of the next. Over a gap, and where
 * the counter falls, there is none.
 */
void page_to_rates(struct block *b, size_t n);

#endif
