/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long names may be. Only soakd-draw has fonts, and what is cut from all names must be said in words before it draws: the
 * page is laid out with everything on it, and its widths are divided by that of a letter. A name of wide letters is cut in its
 * middle when it is drawn.
 */
#include <math.h>

#include "plots/layout.h"
#include "soakd/report_many_internal.h"

/* Of DejaVu Sans at the smallest size of the theme: names of options and rows measured 12.1 and 10.8 units a letter. */
static const double bold_letter = 12.5, letter = 11.2, title_left = 6, column_gap = 28;

static size_t letters(double width, double each)
{
	return width > each ? (size_t)(width / each) : 1;
}

/* What the columns behind the names take. */
static double other_columns(const struct scene *s)
{
	double all = 0;

	for (size_t c = 1; c < s->n_cols; c++) {
		double most = 0;

		for (size_t r = 0; r < s->n_rows; r++)
			most = fmax(most, (double)utf8_width(s->table[r * s->n_cols + c]) * (r == 0 ? bold_letter : letter));
		all += most + column_gap;
	}
	return all;
}

struct many_rooms many_rooms(const struct many *m, const struct scene *s)
{
	struct layout_text text = { .why_lines = WHY_LINES, .footer_lines = { 1 } };
	struct scene asked = *s;
	struct layout l;

	if (m->job && m->job->look.width > 0)
		report_look_at(&asked, &m->job->look);
	layout_scene(&l, &asked, &text);
	return (struct many_rooms){
		.card = l.n_panels ? letters(l.panel[0].title.w - title_left, bold_letter) : 1,
		.cell = letters(l.table.w - other_columns(s), letter),
	};
}
