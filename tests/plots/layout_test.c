/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page's rectangles, names that move apart, columns of a table. Exact, without Cairo. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "plots/layout.h"
#include "plots/theme.h"
#include "tests/plots/demo_scenes.h"

static void assert_near(double a, double b, double eps)
{
	assert_true(fabs(a - b) <= eps);
}

static double bottom(const struct rect *r)
{
	return r->y + r->h;
}

static double right(const struct rect *r)
{
	return r->x + r->w;
}

static bool present(const struct rect *r)
{
	return r->w > 0 && r->h > 0;
}

static bool apart(const struct rect *a, const struct rect *b)
{
	const double eps = 1e-6;

	return right(a) <= b->x + eps || right(b) <= a->x + eps || bottom(a) <= b->y + eps || bottom(b) <= a->y + eps;
}

enum { MOST_PARTS = 8 + 5 * LAYOUT_PANELS, TABLE = 13 };

/* Every part of the page that is there. */
static size_t parts(const struct layout *l, struct rect *out)
{
	const struct rect *page[] = { &l->band, &l->why, &l->utc, &l->lane, &l->elapsed, &l->aside, &l->table, &l->footer };
	size_t n = 0;

	for (size_t i = 0; i < sizeof(page) / sizeof(page[0]); i++)
		if (present(page[i]))
			out[n++] = *page[i];
	for (size_t i = 0; i < l->n_panels; i++) {
		const struct layout_panel *p = &l->panel[i];
		const struct rect *of[] = { &p->title, &p->key, &p->plot, &p->labels, &p->x };

		for (size_t k = 0; k < 5; k++)
			if (present(of[k]))
				out[n++] = *of[k];
	}
	return n;
}

/* All inside the page and none on another. */
static void assert_apart(const struct layout *l)
{
	struct rect r[MOST_PARTS];
	size_t n = parts(l, r);

	for (size_t i = 0; i < n; i++) {
		assert_true(r[i].x >= 0 && right(&r[i]) <= l->width + 1e-9);
		assert_true(r[i].y >= 0 && bottom(&r[i]) <= l->height + 1e-6);
		for (size_t k = 0; k < i; k++)
			assert_true(apart(&r[i], &r[k]));
	}
}

/* Plots as high as they must be, all on time below one another with the same axis. */
static void assert_legible(const struct layout *l, const struct scene *s)
{
	size_t left = 0;

	for (size_t i = 0; i < l->n_panels; i++) {
		const struct layout_panel *at = &l->panel[i];
		const struct scene_panel *p = &s->panel[i];

		if (!present(&at->plot)) {
			assert_true(!present(&at->title) && !present(&at->x) && !present(&at->labels));
			left++;
			continue;
		}
		assert_true(present(&at->title));
		if (p->place == PLACE_STRIP)
			assert_true(at->plot.h >= l->page->strip - 1e-6);
		else
			assert_true(at->plot.h >= fmax(l->page->least, (double)p->n_bars * l->page->bar) - 1e-6);
		assert_true(present(&at->x) == (p->place == PLACE_SIDE && p->n_bars == 0));
		assert_true(present(&at->labels) == (p->place != PLACE_SIDE));
		if (p->place != PLACE_SIDE)
			assert_true(at->plot.x == l->page->plot_left && right(&at->plot) == l->page->plot_right);
	}
	assert_int_equal(left, l->panels_left);
	assert_true(left == 0 || present(&l->aside)); /* which says so */
	assert_int_equal(l->n_rows + l->rows_left, s->n_rows ? s->n_rows - 1 : 0);
	if (l->n_rows)
		assert_near(l->table.h, (double)(l->n_rows + 1 + (l->rows_left > 0)) * l->page->row, 1e-9);
	if (l->first < l->n_panels) {
		assert_near(bottom(&l->lane), l->panel[l->first].plot.y, 1e-9);
		assert_near(bottom(&l->panel[l->last].plot), l->elapsed.y, 1e-9);
	}
}

/* Each text of the footer takes as many lines. */
static void lay_out(struct layout *l, const struct scene *s, size_t why_lines, size_t footer_lines)
{
	struct layout_text text = { .why_lines = why_lines };

	for (size_t i = 0; i < s->n_footer; i++)
		text.footer_lines[i] = footer_lines;
	layout_scene(l, s, &text);
}

static void every_demo_is_laid_out_without_overlap(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_DEMOS; i++) {
		struct scene s;
		struct layout l;

		demos[i].make(&s);
		for (size_t lines = 0; lines <= WHY_LINES; lines++) {
			lay_out(&l, &s, lines, 2);
			assert_apart(&l);
			assert_legible(&l, &s);
			assert_true(l.px_width == 1600 && l.px_height == 1200 && l.scale == 1);
		}
		scene_release(&s);
	}
}

/* A scene of nothing but counts; panels as they come: main, strips, sides. */
struct counts {
	size_t mains, strips, sides, rows, footer;
	int width, height;
};

#define USUAL 1600, 1200

/* Such a scene, and what it points at. */
struct sheet {
	struct scene_panel p[LAYOUT_PANELS];
	char *footer[12];
	struct scene s;
};

static void lay_out_counts(struct layout *l, struct sheet *t, const struct counts *n, size_t why_lines, size_t footer_lines)
{
	struct scene *s = &t->s;

	memset(t, 0, sizeof(*t));
	scene_init(s);
	s->panel = t->p;
	s->footer = t->footer;
	s->n_panels = n->mains + n->strips + n->sides;
	s->n_rows = n->rows;
	s->n_cols = n->rows ? 8 : 0;
	s->n_footer = n->footer;
	s->width = n->width;
	s->height = n->height;
	for (size_t i = 0; i < s->n_panels; i++)
		t->p[i] = (struct scene_panel){ .place = i < n->mains               ? PLACE_MAIN
							 : i < n->mains + n->strips ? PLACE_STRIP
										    : PLACE_SIDE,
						.weight = 1,
						.n_bars = i == n->mains + n->strips + 1 ? 8 : 0 };
	lay_out(l, s, why_lines, footer_lines);
}

static void no_counts_and_no_sizes_overlap(void **state)
{
	static const int sizes[][2] = { { 800, 600 }, { 1600, 1200 }, { 3200, 2400 }, { 1200, 1600 }, { 8192, 200 } };
	size_t tried = 0;

	(void)state;
	for (size_t i = 0; i < 2u * 9 * 5 * 7 * 5; i++) {
		const int *size = sizes[i % 5];
		const struct counts n = { i % 2, i / 2 % 9, i / 18 % 5, i / 90 % 7 * 2, i / 630 % 5 * 3, size[0], size[1] };
		struct sheet t;
		struct layout l;

		lay_out_counts(&l, &t, &n, i % 4, 1 + i % 2);
		assert_apart(&l);
		assert_legible(&l, &t.s);
		assert_true(l.px_width == size[0] && l.px_height == size[1]); /* whatever there is to show */
		assert_near(l.scale, fmin(size[0] / 1600.0, size[1] / l.page->lowest), 1e-12);
		assert_near(l.scale * (l.width + 2 * l.left), size[0], 1e-9);
		assert_true(l.columns == (n.sides > 0 && n.mains + n.strips > 0));
		assert_true(n.mains == 0 || l.panel[0].plot.h >= l.page->main_least - 1e-9);
		assert_true(n.footer == 0 || l.n_footer > 0);
		tried += l.columns;
	}
	assert_true(tried > 1000);
}

/* What the page was designed for fits its usual size: five strips, four panels beside them, six rows, four lines. */
static void the_whole_page_fits_its_size(void **state)
{
	const struct counts n = { 1, 5, 4, 7, 2, USUAL };
	struct sheet t;
	struct layout l;

	(void)state;
	lay_out_counts(&l, &t, &n, 2, 2);
	assert_true(l.panels_left == 0 && l.rows_left == 0 && l.n_footer == 2 && !present(&l.aside));
	assert_true(l.band.h == 120 && bottom(&l.why) <= 200);
	assert_true(l.panel[0].plot.h > 310);
	assert_true(right(&l.panel[0].labels) == 1076 && l.panel[6].title.x == 1106);
	assert_near(bottom(&l.footer), 1200 - l.page->bottom, 1e-9);
	assert_true(l.footer.w == 1512 && right(&l.table) == 1076); /* beside the side panels, which go on to the footer */
	assert_near(bottom(&l.panel[9].x), bottom(&l.table), 1e-9);
	for (size_t i = 2; i <= 5; i++)
		assert_near(l.panel[i].plot.y, bottom(&l.panel[i - 1].plot), 1e-9); /* strips touch */
	assert_int_equal(l.first, 0);
	assert_int_equal(l.last, 5);
	double main = l.panel[0].plot.h, below = bottom(&l.elapsed);

	t.s.n_panels = 4; /* fewer strips, and one side: their room is the main panel's */
	t.p[3].place = PLACE_SIDE;
	lay_out(&l, &t.s, 2, 2);
	assert_near(l.panel[0].plot.h, main + 3 * l.page->strip, 1e-9);
	assert_near(bottom(&l.elapsed), below, 1e-9);
	assert_near(bottom(&l.panel[3].x), below, 1e-9); /* the columns end together, and the table goes on below both */
	assert_true(right(&l.table) == 1556);
	t.p[3].place = PLACE_MAIN;
	lay_out(&l, &t.s, 2, 2);
	assert_false(l.columns);
	assert_true(right(&l.panel[0].labels) == 1556 && l.footer.y > bottom(&l.table));
}

/* More than there is room for: strips and rows by turns in their order, and two lines that say what is missing. */
static void what_has_no_room_is_left_out_and_said(void **state)
{
	const struct counts n = { 1, 9, 4, TABLE, 3, USUAL };
	struct sheet t;
	struct layout l;

	(void)state;
	lay_out_counts(&l, &t, &n, 3, 2);
	/* 1200 - 120 band - 105 why - 16 below - 22 and 6 * 26 footer - 66 axes - 34 title - 310 plot: 371; two lines of 28, a gap
	 * of 10 above the strips, and the table's gap of 10 and header of 28: 267; 4 strips of 33 and 4 rows of 28 leave 23 */
	assert_int_equal(l.panels_left, 9 - 4);
	assert_int_equal(l.n_rows, 4);
	assert_int_equal(l.rows_left, TABLE - 1 - 4);
	assert_true(present(&l.panel[4].plot) && !present(&l.panel[5].plot));
	assert_near(l.panel[0].plot.h, 310 + 23, 1e-9);
	assert_near(l.aside.h, l.page->row, 1e-9);
	assert_apart(&l);
	t.s.flat = (char *)(uintptr_t) "threads 8"; /* the line is there already */
	double main = l.panel[0].plot.h;

	lay_out(&l, &t.s, 3, 2);
	assert_true(l.panels_left == 5 && l.panel[0].plot.h == main);
}

/* A mark that a drawn row has is explained below the table, though nothing is left out; one that only a name has is none. */
static void a_mark_has_a_line(void **state)
{
	const struct counts n = { 1, 0, 0, 3, 1, USUAL };
	char name[] = "a*", plain[] = "1 MiB", marked[] = "2 MiB*", mark[] = "* of the line";
	char *cells[3 * 8];
	struct sheet t;
	struct layout l;

	(void)state;
	lay_out_counts(&l, &t, &n, 1, 1);
	assert_true(l.n_rows == 2 && l.rows_left == 0);
	assert_near(l.table.h, 3 * l.page->row, 1e-9);
	for (size_t i = 0; i < 3 * 8; i++)
		cells[i] = i % 8 == 0 ? name : plain;
	t.s.table = cells;
	t.s.table_mark = mark;
	lay_out(&l, &t.s, 1, 1);
	assert_near(l.table.h, 3 * l.page->row, 1e-9);
	cells[8 + 1] = marked;
	lay_out(&l, &t.s, 1, 1);
	assert_near(l.table.h, 4 * l.page->row, 1e-9);
	assert_true(l.n_rows == 2 && l.rows_left == 0);
	t.s.table_mark = NULL;
	lay_out(&l, &t.s, 1, 1);
	assert_near(l.table.h, 3 * l.page->row, 1e-9);
}

/* The lines that say what is missing are there only where something is, and none of them drives out what they would name. */
static void nothing_is_missed_that_would_have_fitted(void **state)
{
	size_t cut = 0;

	(void)state;
	for (size_t i = 0; i < 12 * 14; i++) {
		const struct counts n = { 1, i % 12, 2, i / 12, 2, USUAL };
		struct sheet t;
		struct layout l;

		lay_out_counts(&l, &t, &n, 1, 1);
		double spare = l.panel[0].plot.h - l.page->main_least;

		if (l.panels_left + l.rows_left == 0) {
			assert_false(present(&l.aside));
			continue;
		}
		cut++;
		assert_true(spare < l.page->strip + l.page->row + l.page->panel_gap); /* one of each is what is next */
		assert_true(l.rows_left != 1 || spare < l.page->row);
		assert_true(present(&l.aside) == (l.panels_left > 0));
	}
	assert_true(cut > 20);
}

/* A waterfall or a curve that the side column has no room for goes, the last first. */
static void side_panels_fill_a_column_of_their_own(void **state)
{
	const struct counts n = { 1, 2, 8, 5, 2, USUAL };
	struct sheet t;
	struct layout l;

	(void)state;
	lay_out_counts(&l, &t, &n, 1, 1);
	size_t drawn = 0;

	for (size_t i = 3; i < 11; i++) {
		assert_true(!present(&l.panel[i].plot) || i - 3 == drawn); /* all before the last are there */
		drawn += present(&l.panel[i].plot);
	}
	assert_true(drawn >= 4 && drawn < 8);
	assert_int_equal(l.panels_left, 8 - drawn);
	assert_true(present(&l.aside));
	assert_true(right(&l.table) == 1076);
}

/* Of the room that is left bars take what sets them apart, curves the rest. */
static void bars_are_set_apart_before_curves_grow(void **state)
{
	const struct counts few = { 1, 3, 2, 5, 2, USUAL }, many = { 1, 3, 4, 3, 3, USUAL };
	struct sheet t;
	struct layout l;

	(void)state;
	lay_out_counts(&l, &t, &few, 1, 1);
	assert_near(l.panel[5].plot.h, 8 * l.page->bar_most, 1e-9);
	assert_true(l.panel[4].plot.h > l.page->least);
	lay_out_counts(&l, &t, &many, 3, 2); /* the same bars in a column that has less to give */
	assert_true(l.panels_left == 0);
	assert_near(l.panel[4].plot.h, l.page->least, 1e-9);
	assert_true(l.panel[5].plot.h > 8 * l.page->bar && l.panel[5].plot.h < 8 * l.page->bar_most);
	assert_near(bottom(&l.panel[7].x), l.footer.y - l.page->footer_gap, 1e-9);
	assert_apart(&l);
}

/* A picture too low for the least of the page: all of it smaller, and wider for that. */
static void a_low_picture_is_a_smaller_page(void **state)
{
	const struct counts n = { 1, 9, 4, TABLE, 3, 1600, 430 };
	struct sheet t;
	struct layout l;

	(void)state;
	lay_out_counts(&l, &t, &n, 3, 1);
	assert_true(l.px_width == 1600 && l.px_height == 430);
	assert_near(l.scale, 0.5, 1e-12);        /* 860 units are the least */
	assert_near(l.width, PAGE_WIDEST, 1e-9); /* its plots have what it is wider than the usual page */
	assert_near(l.left, 0, 1e-9);
	assert_near(l.panel[0].plot.w, theme.columns.plot_right - theme.columns.plot_left + .6 * 1600, 1e-9);
	assert_true(l.panel[0].plot.h >= 310 && l.n_footer == 3);
	assert_apart(&l);
}

/* A larger picture has room for no less: what is higher than the usual page in proportion is not taken for larger type. */
static void larger_has_no_less(void **state)
{
	static const int sizes[][2] = { { 2400, 1400 }, { 2400, 1800 }, { 3200, 1800 }, { 1600, 1600 }, { 2000, 1200 } };
	struct counts n = { 1, 9, 4, TABLE, 3, USUAL };
	struct sheet t;
	struct layout usual, l;

	(void)state;
	lay_out_counts(&usual, &t, &n, 3, 1);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		n.width = sizes[i][0];
		n.height = sizes[i][1];
		lay_out_counts(&l, &t, &n, 3, 1);
		assert_apart(&l);
		assert_true(l.panels_left <= usual.panels_left && l.rows_left <= usual.rows_left);
		assert_true(l.left == 0 && l.scale >= 1);
	}
	n.width = 8192;
	n.height = 200;
	lay_out_counts(&l, &t, &n, 3, 1);
	assert_near(l.width, PAGE_WIDEST, 1e-9);
	assert_near(l.scale * (l.width + 2 * l.left), 8192, 1e-9);
}

/* Strips are drawn below the main panels wherever the scene has them. */
static void strips_come_last(void **state)
{
	struct scene_panel p[3] = { { .place = PLACE_STRIP }, { .place = PLACE_MAIN }, { .place = PLACE_MAIN } };
	struct scene s;
	struct layout l;

	(void)state;
	scene_init(&s);
	s.panel = p;
	s.n_panels = 3;
	lay_out(&l, &s, 1, 0);
	assert_int_equal(l.first, 1);
	assert_int_equal(l.last, 0);
	assert_true(l.panel[0].plot.y > bottom(&l.panel[2].plot));
	assert_true(right(&l.panel[0].title) == l.panel[0].plot.x);
	assert_apart(&l);
}

static void a_key_only_where_lines_must_be_told_apart(void **state)
{
	struct scene s;
	struct layout l;

	(void)state;
	demo_page(&s);
	struct scene_panel *side = &s.panel[s.n_panels - 2];

	lay_out(&l, &s, 1, 3);
	assert_true(l.panel[s.n_panels - 2].key.h == 0);
	free(side->series[0].label);
	side->series[0].label = demo_str("load");
	side->series = realloc(side->series, 2 * sizeof(*side->series));
	side->series[1] = (struct scene_series){ .label = demo_str("idle") };
	side->n_series = 2;
	lay_out(&l, &s, 1, 3);
	assert_true(l.panel[s.n_panels - 2].key.h == l.page->key);
	assert_apart(&l);
	scene_release(&s);
}

static void heights_go_by_weight(void **state)
{
	struct scene_panel p[3] = { { .weight = 2 }, { .weight = 1 }, { .weight = NAN } };
	struct scene s;
	struct layout l;

	(void)state;
	scene_init(&s);
	s.panel = p;
	s.n_panels = 3;
	s.height = 2000;
	lay_out(&l, &s, 1, 0);
	double rest = l.panel[1].plot.h - theme.page.least;

	assert_true(rest > 0);
	assert_near(l.panel[2].plot.h, l.panel[1].plot.h, 1e-9); /* no weight counts as 1 */
	assert_near(l.panel[0].plot.h, theme.page.main_least + 2 * rest, 1e-9);
	assert_near(bottom(&l.elapsed), l.height - theme.page.bottom, 1e-9); /* nothing below: the panels take all */
	assert_true(l.lane.h == 0);
}

/* Half scale and more main panels than any page has room for: the heaviest is there, wherever it stands. */
static void the_heaviest_panel_is_always_there(void **state)
{
	struct scene_panel p[32] = { { .weight = 1 } };
	struct scene s;
	struct layout l;

	(void)state;
	scene_init(&s);
	s.panel = p;
	s.n_panels = 32;
	s.width = 800;
	s.height = 600;
	p[30].weight = 3;
	lay_out(&l, &s, 1, 0);
	assert_true(l.scale == 0.5 && l.px_height == 600);
	assert_true(l.panel[30].plot.h >= theme.page.main_least);
	assert_true(present(&l.panel[0].plot) && !present(&l.panel[29].plot));
	assert_apart(&l);
	assert_legible(&l, &s);
}

static void names_move_apart_as_little_as_possible(void **state)
{
	double far[] = { 10, 100 }, size[] = { 20, 20, 20 };
	double same[] = { 50, 50 }, three[] = { 50, 48, 90 }, top[] = { 2, 3 }, full[] = { 10, 10, 10 };

	(void)state;
	layout_spread(far, size, 2, 0, 200);
	assert_true(far[0] == 10 && far[1] == 100);
	layout_spread(same, size, 2, 0, 200);
	assert_true(same[0] == 40 && same[1] == 60); /* equal ones keep their order, half the way each */
	layout_spread(three, size, 3, 0, 200);
	assert_true(three[1] == 39 && three[0] == 59 && three[2] == 90);
	layout_spread(top, size, 2, 0, 200);
	assert_true(top[0] == 10 && top[1] == 30);
	layout_spread(full, size, 3, 0, 50); /* too many: from the top, in order */
	assert_true(full[0] == 10 && full[1] == 30 && full[2] == 50);
}

static void spread_never_overlaps(void **state)
{
	uint32_t seed = 42;

	(void)state;
	for (int round = 0; round < 500; round++) {
		double c[12], size[12];
		size_t n = 1 + (size_t)round % 12;

		for (size_t i = 0; i < n; i++) {
			c[i] = 150 + 60 * demo_noise(&seed);
			size[i] = i % 3 ? 27 : 50;
		}
		layout_spread(c, size, n, 0, 480);
		for (size_t i = 0; i < n; i++) {
			assert_true(c[i] - size[i] / 2 >= -1e-9 && c[i] + size[i] / 2 <= 480 + 1e-9);
			for (size_t k = 0; k < i; k++)
				assert_true(fabs(c[i] - c[k]) >= (size[i] + size[k]) / 2 - 1e-9);
		}
	}
}

static void columns_share_the_room(void **state)
{
	const double narrow[] = { 100, 50, 50 }, wide[] = { 400, 100, 300 };
	double out[3];

	(void)state;
	assert_true(layout_columns(narrow, 3, 400, 20, 90, out) == 90); /* 100 each would fit: the most is 90 */
	assert_memory_equal(out, narrow, sizeof(out));
	assert_true(layout_columns(narrow, 3, 300, 20, 90, out) == 50);
	assert_true(layout_columns(wide, 3, 540, 20, 90, out) == 20); /* 500 for 800: 100 stays, the others get 200 each */
	assert_true(out[0] == 200 && out[1] == 100 && out[2] == 200);
	assert_true(layout_columns(wide, 1, 1000, 20, 90, out) == 20);
	assert_true(out[0] == 400);
	layout_columns(wide, 1, 300, 20, 90, out);
	assert_true(out[0] == 300);
}

/* Advice is in the same band, below the sentence; the panels give way, the page stays as high as it is. */
static void advice_takes_its_lines_from_the_panels(void **state)
{
	struct layout_text text = { .why_lines = 2 };
	struct scene s;
	struct layout plain, advised;

	(void)state;
	demo_leak(&s);
	layout_scene(&plain, &s, &text);
	text.advice_lines[0] = 1;
	text.advice_lines[1] = 2;
	layout_scene(&advised, &s, &text);
	assert_near(advised.why.h, plain.why.h + 3 * plain.page->why_line, 1e-9);
	assert_near(advised.height, plain.height, 1e-9);
	assert_true(advised.panel[0].plot.h >= advised.page->main_least - 1e-9);
	assert_near(advised.footer.y, plain.footer.y, 1e-9);
	scene_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(advice_takes_its_lines_from_the_panels),
		cmocka_unit_test(every_demo_is_laid_out_without_overlap),
		cmocka_unit_test(no_counts_and_no_sizes_overlap),
		cmocka_unit_test(the_whole_page_fits_its_size),
		cmocka_unit_test(what_has_no_room_is_left_out_and_said),
		cmocka_unit_test(a_mark_has_a_line),
		cmocka_unit_test(nothing_is_missed_that_would_have_fitted),
		cmocka_unit_test(side_panels_fill_a_column_of_their_own),
		cmocka_unit_test(bars_are_set_apart_before_curves_grow),
		cmocka_unit_test(a_low_picture_is_a_smaller_page),
		cmocka_unit_test(larger_has_no_less),
		cmocka_unit_test(strips_come_last),
		cmocka_unit_test(a_key_only_where_lines_must_be_told_apart),
		cmocka_unit_test(heights_go_by_weight),
		cmocka_unit_test(the_heaviest_panel_is_always_there),
		cmocka_unit_test(names_move_apart_as_little_as_possible),
		cmocka_unit_test(spread_never_overlaps),
		cmocka_unit_test(columns_share_the_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
