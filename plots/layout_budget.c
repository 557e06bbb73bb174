/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has room on a page, from the most important to the least: see the header for the order. */
#include "plots/layout_budget.h"

#include <math.h>

double layout_weight(const struct scene_panel *p)
{
	return p->weight > 0 && isfinite(p->weight) ? p->weight : 1;
}

bool layout_has_lane(const struct scene *s)
{
	for (size_t i = 0; i < s->n_spans; i++)
		if (s->span[i].label)
			return true;
	for (size_t i = 0; i < s->n_markers; i++)
		if (s->marker[i].label && s->marker[i].kind != MARK_CHANGE && s->marker[i].x <= s->x1)
			return true; /* changes are named in the plot, and what lies beyond the run in the panel that reaches it */
	return false;
}

/* The panel that the page is about: the first of the heaviest; n_panels if there is none. */
static size_t main_panel(const struct layout *l, const struct scene *s)
{
	size_t best = l->n_panels;

	for (size_t i = 0; i < l->n_panels; i++)
		if (s->panel[i].place == PLACE_MAIN &&
		    (best == l->n_panels || layout_weight(&s->panel[i]) > layout_weight(&s->panel[best])))
			best = i;
	return best;
}

double layout_least_plot(const struct layout *l, const struct scene *s, size_t i)
{
	const struct page *p = l->page;

	if (s->panel[i].place == PLACE_STRIP)
		return p->strip;
	if (s->panel[i].n_bars)
		return fmax(p->least, (double)s->panel[i].n_bars * p->bar);
	return i == main_panel(l, s) ? p->main_least : p->least;
}

double layout_gap_above(const struct layout *l, const struct scene *s, const struct layout_column *c, size_t k)
{
	bool strips = k > 0 && s->panel[c->panel[k]].place == PLACE_STRIP && s->panel[c->panel[k - 1]].place == PLACE_STRIP;

	return k == 0 || strips ? 0 : l->page->panel_gap; /* strips touch each other */
}

double layout_title_height(const struct layout *l, const struct scene_panel *p)
{
	return p->place == PLACE_STRIP ? 0 : l->page->title;
}

double layout_key_height(const struct layout *l, size_t i)
{
	return l->key[i] ? l->page->key : 0;
}

double layout_x_height(const struct layout *l, const struct scene_panel *p)
{
	return p->n_bars ? 0 : l->page->side_x;
}

double layout_least_panel(const struct layout *l, const struct scene *s, size_t i)
{
	const struct scene_panel *p = &s->panel[i];
	double h = layout_title_height(l, p) + layout_least_plot(l, s, i);

	return p->place == PLACE_SIDE ? h + layout_key_height(l, i) + layout_x_height(l, p) : h;
}

/* Adds the panel below the others of its column if that still fits; what it takes is subtracted from *left. */
static bool take(const struct layout *l, const struct scene *s, struct layout_column *c, size_t i, double *left)
{
	c->panel[c->n] = i;
	double h = layout_gap_above(l, s, c, c->n) + layout_least_panel(l, s, i);

	if (h > *left)
		return false;
	*left -= h;
	c->n++;
	return true;
}

/* Main panels are drawn in the scene's order, but the one that the page is about is there whatever happens to the others. */
static void take_mains(const struct layout *l, const struct scene *s, struct layout_column *c, double *left)
{
	size_t best = main_panel(l, s);
	double reserved = best < l->n_panels ? l->page->panel_gap + layout_least_panel(l, s, best) : 0;
	double others = *left - reserved, most = INFINITY;

	for (size_t i = 0; i < l->n_panels; i++)
		if (s->panel[i].place == PLACE_MAIN)
			take(l, s, c, i, i == best ? &most : &others);
	for (size_t k = 0; k < c->n; k++)
		*left -= layout_gap_above(l, s, c, k) + layout_least_panel(l, s, c->panel[k]);
}

/* The texts of the footer, each of them whole or not at all; a line stays free to say what is left out. */
static double take_footer(struct layout *l, const struct scene *s, const struct layout_text *text, double *left)
{
	const struct page *p = l->page;
	double h = 0;

	for (l->n_footer = 0; l->n_footer < s->n_footer && l->n_footer < LAYOUT_FOOTER; l->n_footer++) {
		double more = (double)text->footer_lines[l->n_footer] * p->footer_line;

		if (p->footer_gap + h + more + p->row > *left)
			break;
		h += more;
	}
	*left -= h > 0 ? p->footer_gap + h : 0;
	return h;
}

/* Strips and rows by turns, in `left` units. */
static void take_by_turns(struct layout *l, const struct scene *s, struct layout_column *c, size_t rows, double left)
{
	size_t next = 0;
	bool any = true;

	l->n_rows = 0;
	while (any) {
		double row = l->page->row + (l->n_rows ? 0 : l->page->table_gap + l->page->row); /* the first brings the header */

		while (next < l->n_panels && s->panel[next].place != PLACE_STRIP)
			next++;
		any = next < l->n_panels && take(l, s, c, next, &left);
		next += any;
		if (l->n_rows < rows && row <= left) {
			left -= row;
			l->n_rows++;
			any = true;
		}
	}
}

static size_t rows_of(const struct scene *s)
{
	return s->n_rows > 0 ? s->n_rows - 1 : 0;
}

/* A line below the table: how many rows are left out, or what a mark in one that is not means. */
static bool says_below(const struct layout *l, const struct scene *s)
{
	return l->rows_left > 0 || (l->n_rows > 0 && scene_has_mark(s->table, l->n_rows + 1, s->n_cols, s->table_mark));
}

static bool says_aside(const struct layout *l, const struct scene *s)
{
	return (s->flat && *s->flat) || l->panels_left > 0 || (l->rows_left > 0 && l->n_rows == 0);
}

/* Until the lines that say what is left out are there where something is, and only then. */
static void take_strips_and_rows(struct layout *l, const struct scene *s, struct layout_budget *b, double left)
{
	const struct layout_column mains = b->time;
	double line = l->page->row;
	bool aside = false, rest = false;

	for (bool said = false; !said;) {
		b->time = mains;
		take_by_turns(l, s, &b->time, rows_of(s), left - (aside ? line : 0) - (rest ? line : 0));
		l->rows_left = rows_of(s) - l->n_rows;
		l->panels_left = l->n_panels - b->time.n - b->side.n;

		said = (aside || !says_aside(l, s)) && (rest || !says_below(l, s));
		aside |= says_aside(l, s);
		rest |= says_below(l, s);
	}
	b->aside = says_aside(l, s) ? line : 0;
	b->table = l->n_rows ? (double)(l->n_rows + 1 + says_below(l, s)) * line : 0;
}

static double height_of(const struct layout *l, const struct scene *s, const struct layout_column *c)
{
	double h = 0;

	for (size_t k = 0; k < c->n; k++)
		h += layout_gap_above(l, s, c, k) + layout_least_panel(l, s, c->panel[k]);
	return h;
}

void layout_budget(struct layout *l, const struct scene *s, const struct layout_text *text, double room, struct layout_budget *b)
{
	const struct page *p = l->page;
	double axes = p->panels_top + p->utc + (layout_has_lane(s) ? p->lane : 0) + p->elapsed, left = room;

	*b = (struct layout_budget){ .table = 0 };
	bool time = false;

	for (size_t i = 0; i < l->n_panels; i++)
		time |= s->panel[i].place != PLACE_SIDE;
	left -= time ? axes : 0;
	take_mains(l, s, &b->time, &left);
	b->footer = take_footer(l, s, text, &left);

	double below = b->footer > 0 ? b->footer + p->footer_gap : 0, beside = room - below - p->panels_top;

	if (!time)
		beside -= p->table_gap + 2 * p->row; /* all in one column: a table keeps a row */
	for (size_t i = 0; i < l->n_panels; i++)
		if (s->panel[i].place == PLACE_SIDE)
			take(l, s, &b->side, i, &beside);
	b->least_side = b->side.n ? p->panels_top + height_of(l, s, &b->side) : 0;
	take_strips_and_rows(l, s, b, time ? left : left - b->least_side);
	b->least_time = b->time.n ? axes + height_of(l, s, &b->time) : 0;
	below += b->table > 0 ? p->table_gap + b->table : 0;
	b->wide_table = l->columns && b->table > 0 && b->least_side <= room - below - b->aside;
}
