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

/* Every part below the one before it, inside the page, none overlapping. */
static void assert_stacked(const struct layout *l)
{
	double y = bottom(&l->why);

	assert_true(l->why.y == bottom(&l->band));
	for (size_t i = 0; i < l->n_panels; i++) {
		assert_true(l->panel[i].title.y >= y);
		y = bottom(&l->panel[i].title);
		if (i == 0) {
			assert_true(l->utc.y == y);
			assert_true(l->lane.y == bottom(&l->utc));
			y = bottom(&l->lane);
		}
		assert_true(l->panel[i].plot.y == y);
		assert_true(l->panel[i].plot.h >= MIN_PLOT);
		assert_true(l->panel[i].plot.x == theme.page.plot_left);
		assert_true(l->panel[i].labels.x + l->panel[i].labels.w == PAGE_WIDTH - theme.page.margin);
		y = bottom(&l->panel[i].plot);
	}
	if (l->n_panels) {
		assert_true(l->elapsed.y == y);
		y = bottom(&l->elapsed);
	}
	if (l->table.h > 0) {
		assert_true(l->table.y >= y + theme.page.table_gap - 1e-6);
		y = bottom(&l->table);
	}
	if (l->footer.h > 0) {
		assert_true(l->footer.y >= y + theme.page.footer_gap - 1e-6);
		y = bottom(&l->footer);
	}
	assert_true(y <= l->height);
}

static void every_demo_is_stacked(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_DEMOS; i++) {
		struct scene s;
		struct layout l;

		demos[i].make(&s);
		for (size_t lines = 0; lines <= 2; lines++) {
			layout_scene(&l, &s, lines);
			assert_stacked(&l);
			assert_int_equal(l.px_width, 1600);
			assert_true(l.px_height >= 1200);
		}
		scene_release(&s);
	}
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
	layout_scene(&l, &s, 1);
	double rest = l.panel[1].plot.h - MIN_PLOT;

	assert_true(rest > 0);
	assert_near(l.panel[2].plot.h, l.panel[1].plot.h, 1e-9); /* no weight counts as 1 */
	assert_near(l.panel[0].plot.h, MAIN_PLOT + 2 * rest, 1e-9);
	assert_near(bottom(&l.elapsed), l.height - theme.page.bottom, 1e-9); /* nothing below: the panels take all */
	assert_true(l.lane.h == 0);
}

static void a_page_grows_rather_than_shrink_its_panels(void **state)
{
	struct scene_panel p[32] = { { .weight = 1 } };
	struct scene s;
	struct layout l;

	(void)state;
	scene_init(&s);
	s.panel = p;
	s.n_panels = 32;
	s.width = 800; /* half scale */
	layout_scene(&l, &s, 1);
	assert_true(l.scale == 0.5);
	assert_near(l.panel[31].plot.h, MIN_PLOT, 1.5); /* the page is rounded up to whole pixels */
	assert_near(l.panel[0].plot.h, MAIN_PLOT, 1.5);
	assert_true(l.px_height > 1200);
	assert_stacked(&l);
}

static void long_tables_are_cut(void **state)
{
	struct scene s;
	struct layout l;

	(void)state;
	scene_init(&s);
	s.n_rows = 100;
	s.n_cols = 1;
	layout_scene(&l, &s, 0);
	assert_int_equal(l.n_rows, LAYOUT_ROWS);
	assert_near(l.table.h, (LAYOUT_ROWS + 1) * theme.page.row, 1e-9);
	assert_true(l.why.h == 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_demo_is_stacked),
		cmocka_unit_test(heights_go_by_weight),
		cmocka_unit_test(a_page_grows_rather_than_shrink_its_panels),
		cmocka_unit_test(long_tables_are_cut),
		cmocka_unit_test(names_move_apart_as_little_as_possible),
		cmocka_unit_test(spread_never_overlaps),
		cmocka_unit_test(columns_share_the_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
