/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of figures and the footer that says how the run was made. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "plots/draw.h"

enum { LEAST_NAME = 130, MAX_COLUMNS = 16, FOOTER_LINES = 3 }; /* as in a scene; of one text, then it is cut */

static const char *cell(const struct scene *s, size_t row, size_t col)
{
	const char *c = s->table[row * s->n_cols + col];

	return c ? c : "";
}

static struct type_style cell_style(const struct draw *d, size_t row, size_t col)
{
	return (struct type_style){ .px = theme.px_small,
				    .bold = row == 0,
				    .name = col == 0,
				    .colour = row == 0 ? d->pal->muted : d->pal->ink,
				    .align = col == 0 ? TYPE_LEFT : TYPE_RIGHT };
}

static void natural_widths(struct draw *d, size_t rows, size_t cols, double *w)
{
	for (size_t c = 0; c < cols; c++) {
		w[c] = 0;
		for (size_t r = 0; r <= rows; r++) {
			struct type_style st = cell_style(d, r, c);
			double need = draw_text_width(d, &st, cell(d->scene, r, c));

			w[c] = need > w[c] ? need : w[c];
		}
	}
}

/* Where not all columns fit the names give way before the numbers: half a name is still known, half a number is not. */
static void shorten_names(double *natural, size_t cols, double room, double gap)
{
	double need = gap * (double)(cols - 1);

	for (size_t c = 0; c < cols; c++)
		need += natural[c];
	if (need > room && natural[0] > LEAST_NAME)
		natural[0] = natural[0] - (need - room) > LEAST_NAME ? natural[0] - (need - room) : LEAST_NAME;
}

static void add_piece(struct text *t, const char *piece)
{
	if (piece && *piece)
		text_addf(t, "%s%s", t->len ? "; " : "", piece);
}

/* How many rows are left out; what the numbers are, where there is room for that; what a mark in the rows that are drawn means. */
static void below_text(const struct draw *d, struct text *t, bool note)
{
	const struct scene *s = d->scene;

	text_reset(t);
	if (d->lay->rows_left)
		text_addf(t, "%s%zu more%s", s->table_note ? "" : "and ", d->lay->rows_left,
			  s->page == PAGE_GRID ? " rows" : theme.more_rows);
	add_piece(t, note ? s->table_note : NULL);
	if (scene_has_mark(s->table, d->lay->n_rows + 1, s->n_cols, s->table_mark))
		add_piece(t, s->table_mark);
}

static void below_table(struct draw *d, double x, double y, double room)
{
	const struct type_style st = { .px = theme.px_small, .colour = d->pal->muted };
	struct text t = TEXT_INIT;

	below_text(d, &t, true);
	if (draw_text_width(d, &st, text_str(&t)) > room)
		below_text(d, &t, false);
	if (d->lay->table.h > ((double)d->lay->n_rows + 1.5) * d->lay->page->row)
		draw_text(d, &st, x, y, room, text_str(&t));
	text_release(&t);
}

void draw_table(struct draw *d)
{
	const struct rect *t = &d->lay->table;
	size_t cols = d->scene->n_cols < MAX_COLUMNS ? d->scene->n_cols : MAX_COLUMNS;
	double natural[MAX_COLUMNS], width[MAX_COLUMNS];

	if (t->h == 0 || cols == 0)
		return;
	size_t shown = d->lay->n_rows;

	double least_gap = d->lay->columns ? 10 : 28;

	natural_widths(d, shown, cols, natural);
	shorten_names(natural, cols, t->w, least_gap);
	double gap = layout_columns(natural, cols, t->w, least_gap, 220, width);

	for (size_t r = 0; r <= shown; r++) {
		double x = t->x, y = t->y + ((double)r + 0.5) * d->lay->page->row;

		for (size_t c = 0; c < cols; c++) {
			struct type_style st = cell_style(d, r, c);

			draw_text(d, &st, c == 0 ? x : x + width[c], y, width[c] + 1, cell(d->scene, r, c));
			x += width[c] + gap;
		}
		draw_rule(d->cr, r == 0 ? &d->pal->axis : &d->pal->grid, 1, t->x, y + d->lay->page->row / 2, t->x + t->w,
			  y + d->lay->page->row / 2);
	}
	below_table(d, t->x, t->y + ((double)shown + 1.5) * d->lay->page->row, t->w);
}

/* The name of the i-th thing that is not drawn, or NULL behind the last: the table and the panels before the strips. */
static const char *not_drawn(const struct draw *d, size_t nth)
{
	if (d->lay->n_rows == 0 && d->lay->rows_left && nth-- == 0)
		return theme.the_table;
	for (int strips = 0; strips < 2; strips++)
		for (size_t i = 0; i < d->lay->n_panels; i++)
			if (d->lay->panel[i].plot.h == 0 && (d->scene->panel[i].place == PLACE_STRIP) == strips && nth-- == 0)
				return d->scene->panel[i].title ? d->scene->panel[i].title : "?";
	return NULL;
}

/* With the first n of those names, and how many there are beside them. */
static void aside_text(const struct draw *d, struct text *t, size_t n)
{
	size_t i = 0, more = 0;

	text_reset(t);
	if (d->scene->flat && *d->scene->flat)
		text_addf(t, "%s: %s", theme.flat, d->scene->flat);
	if (not_drawn(d, 0))
		text_addf(t, "%s%s: ", t->len ? " \302\267 " : "", theme.not_drawn);
	for (; not_drawn(d, i); i++) {
		if (i < n)
			text_addf(t, "%s%s", i ? ", " : "", not_drawn(d, i));
		else
			more++;
	}
	if (more)
		text_addf(t, "%s%zu more", n ? " and " : "", more);
}

/* "flat: threads 8 · no room for: virtual size, disk waits", with as many names as the line has room for. */
void draw_aside(struct draw *d)
{
	const struct type_style st = { .px = theme.px_small, .colour = d->pal->muted };
	const struct rect *r = &d->lay->aside;
	struct text t = TEXT_INIT;
	size_t n = d->lay->panels_left + 1;

	if (r->h == 0)
		return;
	do
		aside_text(d, &t, n);
	while (draw_text_width(d, &st, text_str(&t)) > r->w && n-- > 0);
	draw_text(d, &st, r->x, r->y + r->h / 2, r->w, text_str(&t));
	text_release(&t);
}

size_t draw_footer_lines(struct type *type, double room, const char *text)
{
	const struct type_style st = { .px = theme.px_small };
	size_t lines = type ? type_lines(type, &st, text, room, FOOTER_LINES) : 1;

	return lines ? lines : 1;
}

void draw_footer(struct draw *d)
{
	const struct rect *f = &d->lay->footer;
	const struct page *p = d->lay->page;
	const struct type_style st = { .px = theme.px_small, .colour = d->pal->muted };
	double y = f->y + p->footer_line / 2;

	if (f->h == 0)
		return;
	draw_rule(d->cr, &d->pal->rule, 1, f->x, f->y - p->footer_gap / 2, f->x + f->w, f->y - p->footer_gap / 2);
	for (size_t i = 0; i < d->lay->n_footer; i++) {
		size_t lines = draw_footer_lines(d->type, f->w, d->scene->footer[i]);

		if (d->type)
			type_paragraph(d->type, d->cr, &st, f->x, y, f->w, lines, p->footer_line, d->scene->footer[i]);
		y += (double)lines * p->footer_line;
	}
}
