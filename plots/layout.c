/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page, top to bottom, in one column or two. Each column is measured first, with what lies below it: the higher one says how high
 * the page is. */
#include "plots/layout.h"

#include "plots/layout_grid.h"

#include <math.h>

static double weight(const struct scene_panel *p)
{
	return p->weight > 0 && isfinite(p->weight) ? p->weight : 1;
}

/* The panels that lie under one another, by their index in the scene. */
struct column {
	size_t panel[LAYOUT_PANELS], n;
};

static void add_panels(struct column *c, const struct scene *s, size_t n, enum scene_place place)
{
	for (size_t i = 0; i < n; i++)
		if (s->panel[i].place == place)
			c->panel[c->n++] = i;
}

static size_t panels_of(const struct scene *s)
{
	return s->n_panels < LAYOUT_PANELS ? s->n_panels : LAYOUT_PANELS;
}

static bool two_columns(const struct scene *s)
{
	struct column sides = { .n = 0 };

	add_panels(&sides, s, panels_of(s), PLACE_SIDE);
	return sides.n > 0 && sides.n < panels_of(s);
}

/* The panel that the page is about: the first of the heaviest; n if there is none. */
static size_t main_panel(const struct scene *s, size_t n)
{
	size_t best = n;

	for (size_t i = 0; i < n; i++)
		if (s->panel[i].place == PLACE_MAIN && (best == n || weight(&s->panel[i]) > weight(&s->panel[best])))
			best = i;
	return best;
}

static bool has_labels(const struct scene *s)
{
	for (size_t i = 0; i < s->n_spans; i++)
		if (s->span[i].label)
			return true;
	for (size_t i = 0; i < s->n_markers; i++)
		if (s->marker[i].label && s->marker[i].kind != MARK_CHANGE && s->marker[i].x <= s->x1)
			return true; /* changes are named in the plot, and what lies beyond the run in the panel that reaches it */
	return false;
}

/* Cuts h units off the top of what is left of a column; y moves down. */
static struct rect cut(double *y, double x0, double x1, double h)
{
	struct rect r = { x0, *y, x1 - x0, h };

	*y += h;
	return r;
}

static struct rect page_cut(const struct layout *l, double *y, double h)
{
	return cut(y, l->page->margin, PAGE_WIDTH - l->page->margin, h);
}

static struct rect plot_cut(const struct layout *l, double *y, double h)
{
	return cut(y, l->page->plot_left, l->page->plot_right, h);
}

/* One line needs no key: the panel's title says what it is. */
static bool has_key(const struct scene_panel *p)
{
	size_t named = 0;

	for (size_t i = 0; i < p->n_series && p->n_bars == 0; i++)
		named += p->series[i].label != NULL;
	return named > 1;
}

/* Strips and bars are as high as they should be; curves show more where they are higher. */
static bool elastic(const struct scene_panel *p)
{
	return p->place != PLACE_STRIP && p->n_bars == 0;
}

static double least_plot(const struct layout *l, const struct scene *s, size_t i)
{
	const struct page *p = l->page;

	if (s->panel[i].place == PLACE_STRIP)
		return p->strip;
	if (s->panel[i].n_bars)
		return fmax(p->least, (double)s->panel[i].n_bars * p->bar);
	return i == main_panel(s, l->n_panels) ? p->main_least : p->least;
}

/* Above the k-th of a column: strips touch each other. */
static double gap_above(const struct layout *l, const struct scene *s, const struct column *c, size_t k)
{
	bool strips = k > 0 && s->panel[c->panel[k]].place == PLACE_STRIP && s->panel[c->panel[k - 1]].place == PLACE_STRIP;

	return k == 0 || strips ? 0 : l->page->panel_gap;
}

static double title_height(const struct layout *l, const struct scene_panel *p)
{
	return p->place == PLACE_STRIP ? 0 : l->page->title;
}

static double key_height(const struct layout *l, size_t i)
{
	return l->key[i] ? l->page->key : 0;
}

static double x_height(const struct layout *l, const struct scene_panel *p)
{
	return p->n_bars ? 0 : l->page->side_x;
}

/* What a column takes with its plots as low as they may be. time: it has the axes of time, of the other each plot has its own. */
static double column_least(const struct layout *l, const struct scene *s, const struct column *c, bool time)
{
	const struct page *p = l->page;
	double h = p->panels_top + (time ? p->utc + (has_labels(s) ? p->lane : 0) + p->elapsed : 0);

	for (size_t k = 0; k < c->n; k++) {
		const struct scene_panel *panel = &s->panel[c->panel[k]];

		h += gap_above(l, s, c, k) + title_height(l, panel) + least_plot(l, s, c->panel[k]);
		h += time ? 0 : key_height(l, c->panel[k]) + x_height(l, panel);
	}
	return c->n ? h : 0;
}

static void place_on_time(struct layout *l, const struct scene *s, size_t i, double *y, double plot_h)
{
	const struct page *p = l->page;
	struct layout_panel *at = &l->panel[i];

	at->title = cut(y, p->margin, p->right, title_height(l, &s->panel[i]));
	if (l->first == l->n_panels) {
		l->first = i;
		l->utc = plot_cut(l, y, p->utc);
		l->lane = plot_cut(l, y, has_labels(s) ? p->lane : 0);
	}
	l->last = i;
	at->plot = plot_cut(l, y, plot_h);
	at->labels = (struct rect){ p->plot_right + p->label_gap, at->plot.y, p->right - p->plot_right - p->label_gap, plot_h };
	if (s->panel[i].place == PLACE_STRIP)
		at->title = (struct rect){ p->margin, at->plot.y, p->plot_left - p->margin, plot_h };
}

static void place_at_side(struct layout *l, const struct scene *s, size_t i, double *y, double plot_h)
{
	const struct page *p = l->page;
	const struct scene_panel *panel = &s->panel[i];
	struct layout_panel *at = &l->panel[i];
	double left = panel->n_bars ? p->side_left : p->side_plot;

	at->title = cut(y, p->side_left, p->side_right, p->title);
	at->key = cut(y, p->side_left, p->side_right, key_height(l, i));
	at->plot = cut(y, left, p->side_right, plot_h);
	at->x = cut(y, left, p->side_right, x_height(l, panel));
}

/* A column from y on; `rest` is what it is higher than it need be. */
static void place_column(struct layout *l, const struct scene *s, const struct column *c, bool time, double y, double rest)
{
	double sum = 0;
	bool any = false; /* without anything elastic all take part */

	for (size_t k = 0; k < c->n; k++)
		any |= elastic(&s->panel[c->panel[k]]);
	for (size_t k = 0; k < c->n; k++)
		sum += !any || elastic(&s->panel[c->panel[k]]) ? weight(&s->panel[c->panel[k]]) : 0;
	y += l->page->panels_top;
	for (size_t k = 0; k < c->n; k++) {
		const struct scene_panel *p = &s->panel[c->panel[k]];
		double h = least_plot(l, s, c->panel[k]) + (!any || elastic(p) ? rest * weight(p) / sum : 0);

		y += gap_above(l, s, c, k);
		(time ? place_on_time : place_at_side)(l, s, c->panel[k], &y, h);
	}
	if (time)
		l->elapsed = plot_cut(l, &y, l->page->elapsed);
}

/* Table and footer: under one another, or, where there are two columns, each at the foot of its own. */
struct foot {
	double table, footer;
	double below_time, below_side; /* what lies below each column, with the gaps */
	bool beside;
};

static struct foot foot_of(const struct layout *l, const struct scene *s, size_t footer_lines)
{
	const struct page *p = l->page;
	struct foot f = { .beside = l->columns && s->n_rows && s->n_footer };

	f.table = s->n_rows ? (double)(l->n_rows + 1) * p->row : 0;
	f.footer = s->n_footer ? p->footer_title + (double)footer_lines * p->footer_line : 0;
	if (f.beside) {
		f.below_time = p->table_gap + f.table;
		f.below_side = p->table_gap + f.footer;
	} else {
		f.below_time = (s->n_rows ? p->table_gap : 0) + f.table + (s->n_footer ? p->footer_gap : 0) + f.footer;
		f.below_side = f.below_time;
	}
	return f;
}

static void place_foot(struct layout *l, const struct foot *f)
{
	const struct page *p = l->page;
	double end = l->height - p->bottom, y = end - f->footer;

	if (f->beside) {
		l->table = (struct rect){ p->margin, end - f->table, p->right - p->margin, f->table };
		l->footer = (struct rect){ p->side_left, y, p->side_right - p->side_left, f->footer };
		return;
	}
	l->footer = page_cut(l, &y, f->footer);
	y = l->footer.y - (f->footer > 0 ? p->footer_gap : 0) - f->table;
	l->table = page_cut(l, &y, f->table);
}

double layout_footer_width(const struct scene *s)
{
	const struct page *p = two_columns(s) ? &theme.columns : &theme.page;

	return two_columns(s) && s->n_rows ? p->side_right - p->side_left : PAGE_WIDTH - 2 * p->margin;
}

double layout_title_width(const struct scene *s)
{
	const struct page *p = two_columns(s) ? &theme.columns : &theme.page;

	return p->side_right - p->side_left;
}

void layout_scene(struct layout *l, const struct scene *s, const struct layout_text *text)
{
	struct column time = { .n = 0 }, side = { .n = 0 };
	double y = 0, least_time, least_side, room;

	if (s->page == PAGE_GRID) {
		layout_grid(l, s, text);
		return;
	}

	*l = (struct layout){ .width = PAGE_WIDTH, .scale = s->width / PAGE_WIDTH, .px_width = s->width };
	l->columns = two_columns(s);
	l->page = l->columns ? &theme.columns : &theme.page;
	l->first = l->last = l->n_panels = panels_of(s);
	l->n_rows = s->n_rows > 0 ? s->n_rows - 1 : 0;
	if (l->n_rows > LAYOUT_ROWS)
		l->n_rows = LAYOUT_ROWS;
	add_panels(&time, s, l->n_panels, PLACE_MAIN);
	add_panels(&time, s, l->n_panels, PLACE_STRIP);
	add_panels(&side, s, l->n_panels, PLACE_SIDE);
	for (size_t i = 0; i < l->n_panels; i++)
		l->key[i] = has_key(&s->panel[i]) || text->note_below[i];
	l->band = cut(&y, 0, PAGE_WIDTH, l->page->band);
	l->why = cut(&y, 0, PAGE_WIDTH, text->why_lines ? 2 * l->page->why_pad + (double)text->why_lines * l->page->why_line : 0);

	struct foot foot = foot_of(l, s, text->footer_lines);

	least_time = column_least(l, s, &time, true) + foot.below_time;
	least_side = column_least(l, s, &side, false) + foot.below_side;
	l->px_height = (int)fmax(s->height, ceil((y + fmax(least_time, least_side) + l->page->bottom) * l->scale));
	l->height = l->px_height / l->scale;
	room = l->height - y - l->page->bottom;
	if (time.n)
		place_column(l, s, &time, true, y, room - least_time);
	if (side.n)
		place_column(l, s, &side, false, y, room - least_side);
	place_foot(l, &foot);
}
