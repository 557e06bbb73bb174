/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cards in rows and columns: how many beside one another, and where each part of each lies. */
#include "plots/layout_grid.h"

#include <math.h>

static const struct page *const sizes = &theme.grid;

static const double names = 0.34; /* of one card's width, for the names of its lines */

/* What a card has besides its plot. */
static double around_plot(void)
{
	return sizes->title + sizes->key + sizes->side_x;
}

static double least_plot(size_t n)
{
	return n == 1 ? sizes->main_least : sizes->least;
}

static size_t rows_of(size_t n, size_t columns)
{
	return (n + columns - 1) / columns;
}

static double card_width(double width, size_t columns)
{
	return (width - (double)(columns - 1) * sizes->card_gap) / (double)columns;
}

static double card_height(size_t n, double height, size_t rows)
{
	double h = (height - (double)(rows - 1) * sizes->panel_gap) / (double)rows;

	return fmax(h, around_plot() + least_plot(n));
}

/* 0 is best: how far the plots are from the wanted shape, and which share of the places stays empty. */
static double badness(size_t n, size_t columns, double width, double height)
{
	size_t rows = rows_of(n, columns);
	double w = card_width(width, columns) - sizes->card_left - 2 * sizes->card_pad;
	double h = card_height(n, height, rows) - around_plot();

	return fabs(log(w / h / GRID_ASPECT)) + (double)(columns * rows - n) / (double)(columns * rows);
}

size_t grid_columns(size_t n, double width, double height)
{
	size_t best = 1;

	for (size_t c = 2; c <= n && card_width(width, c) >= sizes->card; c++)
		if (badness(n, c, width, height) < badness(n, best, width, height))
			best = c;
	return best;
}

static struct rect cut(struct rect *from, double h)
{
	struct rect top = { from->x, from->y, from->w, h };

	from->y += h;
	from->h -= h;
	return top;
}

static void place_card(struct layout_panel *at, struct rect card, bool alone)
{
	struct rect left = { card.x + sizes->card_pad, card.y, card.w - 2 * sizes->card_pad, card.h };

	at->card = card;
	at->title = cut(&left, sizes->title);
	at->key = cut(&left, sizes->key);
	left.x = card.x + sizes->card_left;
	left.w = card.w - sizes->card_left - 2 * sizes->card_pad; /* half of the last tick's label is right of the plot */
	if (alone) {
		double w = names * left.w;

		left.w -= w + sizes->label_gap;
		at->labels = (struct rect){ left.x + left.w + sizes->label_gap, left.y, w, left.h - sizes->side_x };
	}
	at->plot = cut(&left, left.h - sizes->side_x);
	at->x = cut(&left, sizes->side_x);
}

static void place_cards(struct layout *l, double y, size_t columns, double card_h)
{
	double width = PAGE_WIDTH - 2 * sizes->margin, w = card_width(width, columns);

	for (size_t i = 0; i < l->n_panels; i++)
		place_card(&l->panel[i],
			   (struct rect){ sizes->margin + (double)(i % columns) * (w + sizes->card_gap),
					  y + (double)(i / columns) * (card_h + sizes->panel_gap), w, card_h },
			   l->n_panels == 1);
}

static struct rect across(double y, double h)
{
	return (struct rect){ sizes->margin, y, PAGE_WIDTH - 2 * sizes->margin, h };
}

static double footer_height(const struct scene *s, const struct layout_text *text)
{
	size_t lines = 0;

	for (size_t i = 0; i < s->n_footer && i < LAYOUT_FOOTER; i++)
		lines += text->footer_lines[i];
	return (double)lines * sizes->footer_line;
}

void layout_grid(struct layout *l, const struct scene *s, const struct layout_text *text)
{
	*l = (struct layout){ .width = PAGE_WIDTH, .scale = s->width / PAGE_WIDTH, .px_width = s->width, .page = sizes };
	l->n_panels = s->n_panels < LAYOUT_PANELS ? s->n_panels : LAYOUT_PANELS;
	l->first = l->last = l->n_panels; /* no axis of time that all share */
	l->n_rows = s->n_rows > 0 ? s->n_rows - 1 : 0;
	if (l->n_rows > GRID_ROWS)
		l->n_rows = GRID_ROWS - 1; /* the last one says how many more there are */
	l->rows_left = s->n_rows > 0 ? s->n_rows - 1 - l->n_rows : 0;
	l->n_footer = s->n_footer;
	l->band = (struct rect){ 0, 0, PAGE_WIDTH, sizes->band };
	l->why = (struct rect){ 0, sizes->band, PAGE_WIDTH,
				layout_why_height(sizes, text) };

	double top = l->why.y + l->why.h + sizes->panels_top;
	double table = s->n_rows ? (double)(l->n_rows + 1 + (l->rows_left > 0)) * sizes->row : 0,
	       table_gap = s->n_rows ? sizes->table_gap : 0;
	double footer = footer_height(s, text), footer_gap = footer > 0 ? sizes->footer_gap : 0;
	double foot = table_gap + table + footer_gap + footer + sizes->bottom, cards = 0;

	if (l->n_panels) {
		double room = s->height / l->scale - top - foot;
		size_t columns = grid_columns(l->n_panels, PAGE_WIDTH - 2 * sizes->margin, room);
		size_t rows = rows_of(l->n_panels, columns);
		double h = card_height(l->n_panels, room, rows);

		place_cards(l, top, columns, h);
		cards = (double)rows * h + (double)(rows - 1) * sizes->panel_gap;
	}
	l->px_height = (int)fmax(s->height, ceil((top + cards + foot) * l->scale - 1e-6));
	l->height = l->px_height / l->scale;
	l->footer = across(l->height - sizes->bottom - footer, footer);
	l->table = across(l->footer.y - footer_gap - table, table);
}
