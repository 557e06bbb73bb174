/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rectangles of a page, top to bottom, in one column or two, of what layout_budget() has found room for. */
#include "plots/layout_budget.h"

#include "plots/layout_grid.h"

#include <math.h>

static size_t panels_of(const struct scene *s)
{
	return s->n_panels < LAYOUT_PANELS ? s->n_panels : LAYOUT_PANELS;
}

static bool two_columns(const struct scene *s)
{
	size_t sides = 0;

	for (size_t i = 0; i < panels_of(s); i++)
		sides += s->panel[i].place == PLACE_SIDE;
	return sides > 0 && sides < panels_of(s);
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

static void place_on_time(struct layout *l, const struct scene *s, size_t i, double *y, double plot_h)
{
	const struct page *p = l->page;
	struct layout_panel *at = &l->panel[i];

	at->title = cut(y, p->margin, p->right, layout_title_height(l, &s->panel[i]));
	if (l->first == l->n_panels) {
		l->first = i;
		l->utc = plot_cut(l, y, p->utc);
		l->lane = plot_cut(l, y, layout_has_lane(s) ? p->lane : 0);
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
	at->key = cut(y, p->side_left, p->side_right, layout_key_height(l, i));
	at->plot = cut(y, left, p->side_right, plot_h);
	at->x = cut(y, left, p->side_right, layout_x_height(l, panel));
}

/* Bars are better read a little apart: of what a column has left they take that before curves do. Returns what each bar gets. */
static double bars_apart(const struct layout *l, const struct scene *s, const struct layout_column *c, double *rest)
{
	double n = 0, each;

	for (size_t k = 0; k < c->n; k++)
		n += (double)s->panel[c->panel[k]].n_bars;
	each = n > 0 ? fmax(0, fmin(l->page->bar_most - l->page->bar, *rest / n)) : 0;
	*rest -= n * each;
	return each;
}

/* A column from y on; `rest` is what it is higher than it need be. */
static void place_column(struct layout *l, const struct scene *s, const struct layout_column *c, bool time, double y, double rest)
{
	double sum = 0, apart = bars_apart(l, s, c, &rest);
	bool any = false; /* without anything elastic all take part */

	for (size_t k = 0; k < c->n; k++)
		any |= elastic(&s->panel[c->panel[k]]);
	for (size_t k = 0; k < c->n; k++)
		sum += !any || elastic(&s->panel[c->panel[k]]) ? layout_weight(&s->panel[c->panel[k]]) : 0;
	y += l->page->panels_top;
	for (size_t k = 0; k < c->n; k++) {
		const struct scene_panel *p = &s->panel[c->panel[k]];
		double h = layout_least_plot(l, s, c->panel[k]) + (!any || elastic(p) ? rest * layout_weight(p) / sum : 0);

		h += (double)p->n_bars * apart;
		y += layout_gap_above(l, s, c, k);
		(time ? place_on_time : place_at_side)(l, s, c->panel[k], &y, h);
	}
	if (time)
		l->elapsed = plot_cut(l, &y, l->page->elapsed);
}

/* From the foot of the page upwards: how it was made, the table, what is not drawn. */
static void place_foot(struct layout *l, const struct layout_budget *b)
{
	const struct page *p = l->page;
	double y = l->height - p->bottom - b->footer;

	l->footer = page_cut(l, &y, b->footer);
	y = l->footer.y - (b->footer > 0 ? p->footer_gap : 0) - b->table;
	l->table = (struct rect){ p->margin, y, (b->wide_table ? PAGE_WIDTH - p->margin : p->right) - p->margin, b->table };
	y -= (b->table > 0 ? p->table_gap : 0) + b->aside;
	l->aside = (struct rect){ p->margin, y, p->right - p->margin, b->aside };
}

double layout_footer_width(void)
{
	return PAGE_WIDTH - 2 * theme.page.margin;
}

double layout_title_width(const struct scene *s)
{
	const struct page *p = two_columns(s) ? &theme.columns : &theme.page;

	return p->side_right - p->side_left;
}

/* Exactly the size that is asked for: a page lower than it can be is drawn smaller, in the middle. */
static void set_size(struct layout *l, const struct scene *s)
{
	l->scale = fmin(s->width / PAGE_WIDTH, s->height / l->page->lowest);
	l->px_width = s->width;
	l->px_height = s->height;
	l->width = PAGE_WIDTH;
	l->height = s->height / l->scale;
	l->left = (s->width / l->scale - PAGE_WIDTH) / 2;
}

/* Where the side column ends when nothing but the footer is below it. */
static double side_end(const struct layout *l)
{
	return l->footer.y - (l->footer.h > 0 ? l->page->footer_gap : 0);
}

static double why_height(const struct page *p, const struct layout_text *text)
{
	size_t lines = text->why_lines;

	for (size_t i = 0; i < LAYOUT_ADVICE; i++)
		lines += text->advice_lines[i];
	return lines > 0 ? 2 * p->why_pad + (double)lines * p->why_line : 0;
}

void layout_scene(struct layout *l, const struct scene *s, const struct layout_text *text)
{
	struct layout_budget b;
	double y = 0, room;

	if (s->page == PAGE_GRID) {
		layout_grid(l, s, text);
		return;
	}

	*l = (struct layout){ .columns = two_columns(s) };
	l->page = l->columns ? &theme.columns : &theme.page;
	l->first = l->last = l->n_panels = panels_of(s);
	set_size(l, s);
	for (size_t i = 0; i < l->n_panels; i++)
		l->key[i] = has_key(&s->panel[i]) || text->note_below[i];
	l->band = cut(&y, 0, PAGE_WIDTH, l->page->band);
	l->why = cut(&y, 0, PAGE_WIDTH, why_height(l->page, text));
	room = l->height - y - l->page->bottom;
	layout_budget(l, s, text, room, &b);
	place_foot(l, &b);

	double time = l->aside.y - y; /* what the panels on the time axis have */

	if (b.time.n)
		place_column(l, s, &b.time, true, y, time - b.least_time);
	if (b.side.n)
		place_column(l, s, &b.side, false, y,
			     (b.wide_table || !l->columns ? l->aside.y : side_end(l)) - y - b.least_side);
}
