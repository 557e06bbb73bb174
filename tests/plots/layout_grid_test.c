/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page of cards: how many beside one another, and that none lies on another. Exact, without Cairo. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "plots/layout_grid.h"

static const double eps = 1e-6;

static double bottom(const struct rect *r)
{
	return r->y + r->h;
}

static double right(const struct rect *r)
{
	return r->x + r->w;
}

static bool apart(const struct rect *a, const struct rect *b)
{
	return right(a) <= b->x + eps || right(b) <= a->x + eps || bottom(a) <= b->y + eps || bottom(b) <= a->y + eps;
}

static bool inside(const struct rect *r, const struct rect *of)
{
	return r->x >= of->x - eps && right(r) <= right(of) + eps && r->y >= of->y - eps && bottom(r) <= bottom(of) + eps;
}

static void assert_apart(const struct rect *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			assert_true(r[i].h <= 0 || r[k].h <= 0 || apart(&r[i], &r[k]));
}

static void assert_card(const struct layout_panel *p, bool alone)
{
	const struct rect of[] = { p->title, p->key, p->plot, p->labels, p->x };

	for (size_t i = 0; i < 5; i++)
		assert_true(of[i].h == 0 || inside(&of[i], &p->card));
	assert_apart(of, 5);
	assert_true(p->plot.h >= (alone ? theme.grid.main_least : theme.grid.least) - eps);
	assert_true((p->labels.h > 0) == alone);
	assert_true(p->plot.x - p->card.x >= theme.grid.card_left - eps); /* room for the labels of the y axis */
	assert_true(p->card.w >= theme.grid.card - eps);
	assert_true(p->x.x == p->plot.x && p->x.w == p->plot.w);
}

static void lay_out(struct layout *l, int width, int height, size_t panels, size_t rows, size_t footer)
{
	static struct scene_panel p[LAYOUT_PANELS];
	struct scene s;

	scene_init(&s);
	s.page = PAGE_GRID;
	s.width = width;
	s.height = height;
	s.panel = p;
	s.n_panels = panels;
	s.n_rows = rows;
	s.n_cols = rows ? 5 : 0;
	s.n_footer = footer;
	struct layout_text text = { .why_lines = 1 };

	for (size_t i = 0; i < footer; i++)
		text.footer_lines[i] = 1;
	layout_scene(l, &s, &text);
}

static void no_counts_and_no_sizes_overlap(void **state)
{
	static const int sizes[][2] = {
		{ 1600, 1200 }, { 800, 600 }, { 3200, 2400 }, { 1200, 1600 }, { 8192, 200 }, { 200, 8192 }
	};

	(void)state;
	for (size_t i = 0; i < 49u * 6 * 4; i++) {
		const int *size = sizes[i / 49 % 6];
		size_t n = i % 49, rows = i / 294 * 21;
		struct rect all[LAYOUT_PANELS + 4];
		struct layout l;

		lay_out(&l, size[0], size[1], n, rows, 3);
		assert_int_equal(l.n_panels, n);
		assert_true(l.px_width == size[0] && l.px_height >= size[1]);
		for (size_t k = 0; k < n; k++) {
			assert_card(&l.panel[k], n == 1);
			all[k] = l.panel[k].card;
		}
		all[n] = l.band;
		all[n + 1] = l.why;
		all[n + 2] = l.table;
		all[n + 3] = l.footer;
		for (size_t k = 0; k < n + 4; k++)
			assert_true(all[k].x >= 0 && right(&all[k]) <= PAGE_WIDTH + eps && bottom(&all[k]) <= l.height + eps);
		assert_apart(all, n + 4);
		assert_true(l.first == n && l.last == n && l.elapsed.h == 0);
	}
}

/* 1512 x 900 units, which is about what the usual page leaves. */
static void columns_by_count_and_shape(void **state)
{
	static const struct {
		size_t n, columns;
	} cases[] = { { 0, 1 }, { 1, 1 }, { 2, 1 }, { 4, 2 }, { 6, 3 }, { 9, 3 }, { 12, 3 }, { 16, 3 }, { 24, 3 }, { 48, 3 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(grid_columns(cases[i].n, 1512, 900), cases[i].columns);
	assert_int_equal(grid_columns(3, 1512, 300), 3); /* a low page: beside one another */
	assert_int_equal(grid_columns(48, 459, 900), 1); /* never narrower than can be read */
	assert_int_equal(grid_columns(8, 2 * theme.grid.card + theme.grid.card_gap, 300), 2);
}

static void cards_are_of_one_size_in_rows(void **state)
{
	struct layout l;

	(void)state;
	lay_out(&l, 1600, 1200, 9, 5, 2);
	assert_int_equal(l.px_height, 1200);
	for (size_t i = 1; i < 9; i++) {
		assert_true(fabs(l.panel[i].card.w - l.panel[0].card.w) < eps &&
			    fabs(l.panel[i].card.h - l.panel[0].card.h) < eps);
		assert_true(i % 3 == 0 ? l.panel[i].card.x == l.panel[0].card.x : l.panel[i].card.y == l.panel[i - 1].card.y);
	}
	assert_true(fabs(l.table.y - bottom(&l.panel[8].card) - theme.grid.table_gap) < eps);
	assert_true(l.footer.y > bottom(&l.table));
}

static void many_make_the_page_higher_and_not_smaller(void **state)
{
	struct layout l;

	(void)state;
	lay_out(&l, 1600, 1200, 48, 0, 1);
	assert_true(l.px_height > 1200 && l.px_height < 4000);
	assert_true(fabs(l.panel[0].plot.h - theme.grid.least) < eps);
	lay_out(&l, 1600, 1200, 4, 500, 0);
	assert_int_equal(l.n_rows, GRID_ROWS - 1); /* and a line that says how many more */
	assert_true(l.rows_left > 0);
	assert_true(fabs(l.table.h - (GRID_ROWS + 1) * theme.grid.row) < eps);
}

/* At 830 pixels a page unit is 0.52 pixels: capitals of the smallest type are then 7.6 pixels high. */
static void type_fits_its_rows(void **state)
{
	(void)state;
	assert_true(theme.grid.title >= 1.3 * theme.px_small && theme.grid.key >= 1.3 * theme.px_small);
	assert_true(theme.grid.row >= 1.3 * theme.px_small && theme.grid.side_x >= 1.3 * theme.px_small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_counts_and_no_sizes_overlap),
		cmocka_unit_test(columns_by_count_and_shape),
		cmocka_unit_test(cards_are_of_one_size_in_rows),
		cmocka_unit_test(many_make_the_page_higher_and_not_smaller),
		cmocka_unit_test(type_fits_its_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
