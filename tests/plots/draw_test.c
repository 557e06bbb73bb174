/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is drawn where, by looking at pixels of a page without text (fonts differ between machines). The places are
 * computed from the same axes that are tested exactly elsewhere; colours are compared within a tolerance.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "plots/draw.h"
#include "tests/plots/demo_scenes.h"

static const struct palette *light;

struct page_image {
	struct scene scene;
	struct layout lay;
	cairo_surface_t *surface;
	struct axis x;
};

static void page_draw(struct page_image *p)
{
	draw_measure(&p->lay, &p->scene, NULL);
	p->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, p->lay.px_width, p->lay.px_height);
	cairo_t *cr = cairo_create(p->surface);

	draw_scene(cr, &p->scene, &p->lay, NULL);
	assert_int_equal(cairo_status(cr), CAIRO_STATUS_SUCCESS);
	cairo_destroy(cr);
	cairo_surface_flush(p->surface);
	axis_elapsed(&p->x, p->scene.x0, p->scene.x1, 10);
}

static void page_release(struct page_image *p)
{
	cairo_surface_destroy(p->surface);
	scene_release(&p->scene);
}

static struct rgb pixel(const struct page_image *p, double x, double y)
{
	const unsigned char *row = cairo_image_surface_get_data(p->surface) + (int)y * cairo_image_surface_get_stride(p->surface);
	uint32_t v;

	memcpy(&v, row + 4 * (int)x, sizeof(v));
	return (struct rgb){ (v >> 16 & 255) / 255.0, (v >> 8 & 255) / 255.0, (v & 255) / 255.0 };
}

static bool is(const struct rgb *a, const struct rgb *b)
{
	return fabs(a->r - b->r) < 0.04 && fabs(a->g - b->g) < 0.04 && fabs(a->b - b->b) < 0.04;
}

static bool pixel_is(const struct page_image *p, double x, double y, const struct rgb *c)
{
	struct rgb got = pixel(p, x, y);

	return is(&got, c);
}

/* Does the colour occur in the column x of panel i? */
static bool column_has(const struct page_image *p, size_t i, double x, const struct rgb *c)
{
	const struct rect *r = &p->lay.panel[i].plot;

	for (double y = r->y; y < r->y + r->h; y++)
		if (pixel_is(p, x, y, c))
			return true;
	return false;
}

static double at_time(const struct page_image *p, double t)
{
	const struct rect *r = &p->lay.panel[0].plot;

	return axis_pixel(&p->x, t, r->x, r->x + r->w);
}

static double at_value(const struct page_image *p, size_t i, double v)
{
	const struct rect *r = &p->lay.panel[i].plot;
	double lo, hi;
	struct axis y;

	panel_range(&p->scene.panel[i], &lo, &hi);
	axis_values(&y, p->scene.panel[i].unit, lo, hi, 4);
	return axis_pixel(&y, v, r->y + r->h, r->y);
}

static void each_tone_has_its_colour_and_its_glyph(void **state)
{
	struct rgb corner[4];
	struct rgb middle;

	(void)state;
	for (int tone = TONE_BAD; tone <= TONE_UNKNOWN; tone++) {
		struct page_image p;

		demo_stable(&p.scene);
		p.scene.tone = (enum scene_tone)tone;
		page_draw(&p);
		corner[tone] = pixel(&p, 2, 2);
		assert_true(is(&corner[tone], &light->tone[tone].fill));
		assert_true(pixel_is(&p, 2, p.lay.why.y + 4, &light->tone[tone].tint));
		bool glyph = false;

		for (double x = 44; x < 124; x++) {
			middle = pixel(&p, x, p.lay.band.h / 2 + 20);
			glyph = glyph || is(&middle, &light->tone[tone].on);
		}
		assert_true(glyph);
		for (int other = 0; other < tone; other++)
			assert_false(is(&corner[tone], &corner[other]));
		page_release(&p);
	}
}

/* What is beyond a range of the panel's own is cut off, with an arrow at the edge where it is. */
static void what_is_beyond_has_an_arrow(void **state)
{
	struct page_image p;
	struct rgb ink = light->role[LINE_PRIVATE].ink;

	(void)state;
	for (int beyond = 0; beyond <= 1; beyond++) {
		demo_all_equal(&p.scene);
		struct scene_panel *panel = &p.scene.panel[0];
		struct block *b = &panel->series[0].b[panel->series[0].n / 2];

		panel->from_zero = false;
		panel->y0 = 102300;
		panel->y1 = 102500;
		b->max = beyond ? 1e9 : b->max;
		page_draw(&p);
		assert_true(pixel_is(&p, at_time(&p, 3600), at_value(&p, 0, 102400), &light->role[LINE_PRIVATE].line));
		assert_true(pixel_is(&p, at_time(&p, b->t), p.lay.panel[0].plot.y + 8, &ink) == beyond);
		page_release(&p);
	}
}

static void a_line_is_where_its_values_are(void **state)
{
	struct page_image p;

	(void)state;
	demo_all_equal(&p.scene);
	page_draw(&p);
	for (double t = 3600; t < 86400; t += 5000)
		assert_true(pixel_is(&p, at_time(&p, t), at_value(&p, 0, 102400), &light->role[LINE_PRIVATE].line));
	assert_false(pixel_is(&p, at_time(&p, 3600), at_value(&p, 0, 102400) - 12, &light->role[LINE_PRIVATE].line));
	page_release(&p);
}

static void gaps_stay_gaps(void **state)
{
	struct page_image p;

	(void)state;
	demo_with(&p.scene, 289, 86400, demo_equal, 0);
	for (size_t i = 100; i < 130; i++)
		p.scene.panel[0].series[0].b[i] = (struct block){ 0, NAN, NAN, NAN, NAN, NAN };
	for (size_t i = 200; i < 230; i++)
		p.scene.panel[0].series[0].b[i].mean = NAN; /* samples, but no value */
	page_draw(&p);
	assert_true(column_has(&p, 0, at_time(&p, 90 * 300.0), &light->role[LINE_PRIVATE].line));
	assert_false(column_has(&p, 0, at_time(&p, 115 * 300.0), &light->role[LINE_PRIVATE].line));
	assert_true(column_has(&p, 0, at_time(&p, 150 * 300.0), &light->role[LINE_PRIVATE].line));
	assert_false(column_has(&p, 0, at_time(&p, 215 * 300.0), &light->role[LINE_PRIVATE].line));
	page_release(&p);
}

static void a_restart_is_marked_and_not_bridged(void **state)
{
	struct page_image p;
	const double t = 12 * HOUR;

	(void)state;
	demo_with(&p.scene, 5, 24 * HOUR, demo_equal, 0); /* a block each 6 h: the line would cross the restart */
	p.scene.panel[0].series[0].b[2].t = 13 * HOUR;
	p.scene.marker = demo_alloc(1, sizeof(*p.scene.marker));
	p.scene.n_markers = 1;
	p.scene.marker[0] = (struct scene_marker){ t, MARK_RESTART, NULL };
	page_draw(&p);
	assert_true(column_has(&p, 0, at_time(&p, t), &light->mark[MARK_RESTART].line));
	assert_true(column_has(&p, 1, at_time(&p, t), &light->mark[MARK_RESTART].line));
	assert_true(column_has(&p, 0, at_time(&p, 3 * HOUR), &light->role[LINE_PRIVATE].line));
	assert_false(column_has(&p, 0, at_time(&p, 9 * HOUR), &light->role[LINE_PRIVATE].line));
	assert_true(column_has(&p, 0, at_time(&p, 15 * HOUR), &light->role[LINE_PRIVATE].line));
	page_release(&p);
}

static void one_sample_is_a_dot(void **state)
{
	struct page_image p;

	(void)state;
	demo_with(&p.scene, 3, 600, demo_equal, 0);
	p.scene.panel[0].series[0].b[0].n = p.scene.panel[0].series[0].b[2].n = 0;
	page_draw(&p);
	assert_true(pixel_is(&p, at_time(&p, 300), at_value(&p, 0, 102400), &light->role[LINE_PRIVATE].line));
	assert_false(column_has(&p, 0, at_time(&p, 320), &light->role[LINE_PRIVATE].line));
	page_release(&p);
}

static void warm_up_is_shaded_and_gaps_are_hatched(void **state)
{
	struct page_image p;
	const struct rect *r;
	size_t hatched = 0, clear = 0;

	(void)state;
	demo_leak(&p.scene);
	page_draw(&p);
	r = &p.lay.panel[1].plot;
	assert_true(pixel_is(&p, at_time(&p, 1000) + 1, r->y + 4, &light->warmup));
	assert_true(pixel_is(&p, at_time(&p, 5 * HOUR) + 1, r->y + 4, &light->paper));
	for (double x = at_time(&p, 12.6 * HOUR); x < at_time(&p, 13 * HOUR); x++) {
		hatched += pixel_is(&p, x, r->y + 30, &light->hatch);
		clear += pixel_is(&p, x, r->y + 30, &light->paper);
	}
	assert_true(hatched > 0 && clear > 0);
	page_release(&p);
}

static void limits_and_fits(void **state)
{
	struct page_image p;
	struct scene_line *l;
	struct rgb got;

	(void)state;
	demo_with(&p.scene, 288, 86400, demo_equal, 0);
	free(p.scene.panel[0].line);
	l = p.scene.panel[0].line = demo_alloc(2, sizeof(*l));
	p.scene.panel[0].n_lines = 2;
	l[0] = (struct scene_line){ .y0 = 200 * MIB, .limit = true };
	l[1] = (struct scene_line){ .x0 = 0, .y0 = 100 * MIB, .x1 = 43200, .y1 = 150 * MIB, .n_band = 2 };
	l[1].bx = demo_alloc(2, sizeof(double));
	l[1].lo = demo_alloc(2, sizeof(double));
	l[1].hi = demo_alloc(2, sizeof(double));
	l[1].bx[1] = 43200;
	l[1].lo[0] = l[1].lo[1] = 110 * MIB;
	l[1].hi[0] = l[1].hi[1] = 170 * MIB;
	page_draw(&p);
	size_t dashes = 0, breaks = 0, n = 0;

	for (double x = at_time(&p, 0) + 1; x < at_time(&p, 86400); x++, n++) {
		dashes += pixel_is(&p, x, at_value(&p, 0, 200 * MIB), &light->limit.line);
		breaks += pixel_is(&p, x, at_value(&p, 0, 200 * MIB), &light->paper) ||
			  pixel_is(&p, x, at_value(&p, 0, 200 * MIB), &light->grid);
	}
	assert_true(dashes > n / 2 && breaks > n / 8);                   /* dashed 16 : 7 */
	got = pixel(&p, at_time(&p, 40000), at_value(&p, 0, 165 * MIB)); /* within the band: the ink over paper, thinly */
	assert_true(fabs(got.r - (1 - light->fit_band * (1 - light->fit.line.r))) < 0.02);
	assert_true(pixel_is(&p, at_time(&p, 50000), at_value(&p, 0, 165 * MIB), &light->paper)); /* beyond the fit's end */
	page_release(&p);
}

/* The first panel of a place, after `skip` of them. */
static size_t panel_at(const struct page_image *p, enum scene_place place, size_t skip)
{
	size_t i = 0;

	for (; i < p->scene.n_panels; i++)
		if (p->scene.panel[i].place == place && skip-- == 0)
			break;
	assert_true(i < p->scene.n_panels);
	return i;
}

static bool rect_has(const struct page_image *p, double x0, double y0, double x1, double y1, const struct rgb *c)
{
	for (double y = y0; y < y1; y++)
		for (double x = x0; x < x1; x++)
			if (pixel_is(p, x, y, c))
				return true;
	return false;
}

static struct rgb mix(const struct rgb *over, const struct rgb *under, double alpha)
{
	return (struct rgb){ under->r + alpha * (over->r - under->r), under->g + alpha * (over->g - under->g),
			     under->b + alpha * (over->b - under->b) };
}

static void chips_are_pills_in_the_band(void **state)
{
	struct page_image p;

	(void)state;
	demo_page(&p.scene);
	page_draw(&p);
	const struct tone_style *tone = &light->tone[TONE_BAD];
	struct rgb pill = mix(&tone->on, &tone->fill, 0.16);
	double y = p.lay.band.y + 0.72 * p.lay.band.h + 2;
	size_t pills = 0;
	bool before = false;

	for (double x = 154; x < 400; x++) {
		bool now = pixel_is(&p, x, y, &pill);

		pills += now && !before;
		before = now;
	}
	assert_int_equal(pills, 4);
	page_release(&p);
}

static void a_strip_is_a_filled_line_on_the_pages_axis(void **state)
{
	struct page_image p;

	(void)state;
	demo_page(&p.scene);
	page_draw(&p);
	size_t i = panel_at(&p, PLACE_STRIP, 0);
	const struct rect *r = &p.lay.panel[i].plot;
	const struct line_style *st = &light->role[p.scene.panel[i].series[0].role];
	struct rgb below = mix(&st->line, &light->paper, light->series_band);

	assert_true(r->x == p.lay.panel[0].plot.x && r->w == p.lay.panel[0].plot.w);
	assert_true(column_has(&p, i, at_time(&p, 5 * HOUR), &st->line));
	assert_true(pixel_is(&p, at_time(&p, 5 * HOUR), r->y + r->h - 8, &below));
	assert_false(column_has(&p, i, at_time(&p, 12.8 * HOUR), &st->line)); /* the gap goes through */
	assert_true(rect_has(&p, at_time(&p, 12.5 * HOUR), r->y + 1, at_time(&p, 13 * HOUR), r->y + r->h - 1, &light->hatch));
	assert_true(pixel_is(&p, at_time(&p, 1000), r->y + 2, &light->warmup));
	assert_true(column_has(&p, i, at_time(&p, p.scene.marker[3].x), &light->mark[MARK_CHANGE].line));
	page_release(&p);
}

static void a_flat_strip_is_in_the_middle_and_one_from_zero_at_its_level(void **state)
{
	struct page_image p;

	(void)state;
	demo_page(&p.scene);
	size_t i = panel_at(&p, PLACE_STRIP, 4); /* threads: 5 throughout */

	p.scene.panel[i].from_zero = false;
	page_draw(&p);
	const struct rect *r = &p.lay.panel[i].plot;

	assert_true(pixel_is(&p, at_time(&p, 5 * HOUR), r->y + r->h / 2, &light->role[LINE_COUNT].line));
	page_release(&p);
}

static void operations_are_an_axis_of_their_own(void **state)
{
	struct page_image p;

	(void)state;
	demo_page(&p.scene);
	size_t i = panel_at(&p, PLACE_SIDE, 0);
	struct scene_series *s = &p.scene.panel[i].series[0];

	p.scene.panel[i].n_lines = 0;
	for (size_t k = 0; k < s->n; k++)
		s->b[k].t = 1e6 + 1e4 * (double)k; /* 1 M to 2.19 M, and the restart's time is in between no two of them */
	page_draw(&p);
	const struct rect *r = &p.lay.panel[i].plot;

	for (double x = r->x + 3; x < r->x + r->w - 3; x += 7)
		assert_true(column_has(&p, i, x, &light->role[LINE_PRIVATE].line));
	assert_false(rect_has(&p, r->x, r->y, r->x + r->w, r->y + r->h, &light->mark[MARK_RESTART].line));
	assert_false(rect_has(&p, r->x, r->y, r->x + r->w, r->y + r->h, &light->mark[MARK_CHANGE].line));
	p.scene.panel[i].n_lines = 1; /* to be freed */
	page_release(&p);
}

static void a_waterfall_steps_from_bar_to_bar(void **state)
{
	struct page_image p;

	(void)state;
	demo_page(&p.scene);
	page_draw(&p);
	size_t i = panel_at(&p, PLACE_SIDE, 1);
	const struct scene_panel *w = &p.scene.panel[i];
	const struct rect *r = &p.lay.panel[i].plot;
	double left = r->x, room = r->w, pitch = r->h / (double)w->n_bars, most = 109 * MIB;
	const struct rgb *fill[] = { &light->bar[BAR_START].fill,  &light->bar[BAR_PART].fill,        &light->bar[BAR_PART].fill,
				     &light->role[LINE_HEAP].line, &light->bar[BAR_UNEXPLAINED].fill, &light->bar[BAR_END].fill };

	pitch = pitch < 44 ? pitch : 44;
	for (size_t k = 0; k < w->n_bars; k++) {
		double from = fmin(w->bar[k].from, w->bar[k].to), to = fmax(w->bar[k].from, w->bar[k].to);
		double y = r->y + (double)k * pitch + 25, x0 = left + from / most * room, x1 = left + to / most * room;

		assert_true(rect_has(&p, x0 + 1, y - 2, x1 - 1, y + 2, fill[k]));
		assert_false(rect_has(&p, left + 2, y - 2, x0 - 12, y + 2, fill[k]));
	}
	double y = r->y + 4 * pitch + 25; /* hatched: its paper is seen too */

	assert_true(rect_has(&p, left + 104.5 / 109.0 * room, y - 2, left + 108.5 / 109.0 * room, y + 2, &light->paper));
	page_release(&p);
}

static void a_waterfall_far_from_zero_is_broken(void **state)
{
	struct page_image p;

	(void)state;
	demo_inset_page(&p.scene);
	page_draw(&p);
	size_t i = panel_at(&p, PLACE_SIDE, 1);
	const struct rect *r = &p.lay.panel[i].plot;
	double pitch = fmin(44, r->h / (double)p.scene.panel[i].n_bars), left = r->x, y = round(r->y + 22) + 2;

	assert_true(pixel_is(&p, left + 3, y, &light->bar[BAR_START].fill));
	assert_true(rect_has(&p, left + 6, y - 1, left + 24, y + 1, &light->paper)); /* the cut */
	assert_true(pixel_is(&p, left + 28, y, &light->bar[BAR_START].fill));
	assert_true(rect_has(&p, left + 0.4 * r->w, y + pitch - 1, left + 0.9 * r->w, y + pitch + 1, &light->bar[BAR_PART].fill));
	page_release(&p);
}

static void an_inset_lies_where_nothing_is(void **state)
{
	struct page_image p;

	(void)state;
	demo_inset_page(&p.scene);
	page_draw(&p);
	const struct rect *r = &p.lay.panel[0].plot;
	double x = at_time(&p, 22 * HOUR), level = at_value(&p, 0, demo_high(22 / 24.0));

	/* the line where it was, and once more below it */
	assert_true(rect_has(&p, x - 2, level - 3, x + 2, level + 3, &light->role[LINE_PRIVATE].line) ||
		    rect_has(&p, x - 9, level - 4, x + 9, level + 4, &light->fit.line));
	assert_true(
		rect_has(&p, r->x + 0.5 * r->w, level + 12, r->x + r->w - 12, r->y + r->h - 12, &light->role[LINE_PRIVATE].line));
	page_release(&p);
	demo_inset_page(&p.scene);
	p.scene.panel[0].inset = 0;
	page_draw(&p);
	assert_false(
		rect_has(&p, r->x + 0.5 * r->w, level + 12, r->x + r->w - 12, r->y + r->h - 12, &light->role[LINE_PRIVATE].line));
	p.scene.panel[0].inset = 16; /* there is no such series: nothing, and no harm */
	cairo_surface_destroy(p.surface);
	page_draw(&p);
	assert_false(
		rect_has(&p, r->x + 0.5 * r->w, level + 12, r->x + r->w - 12, r->y + r->h - 12, &light->role[LINE_PRIVATE].line));
	page_release(&p);
}

static void a_forecast_goes_on_beyond_the_run(void **state)
{
	struct page_image p;
	struct axis x;

	(void)state;
	demo_page(&p.scene);
	page_draw(&p);
	size_t i = panel_at(&p, PLACE_SIDE, 3);
	const struct scene_panel *f = &p.scene.panel[i];
	const struct rect *r = &p.lay.panel[i].plot;

	axis_elapsed(&x, f->x0, f->x1, 4);
	double end = axis_pixel(&x, 26.1 * 24 * HOUR, r->x, r->x + r->w), mid = axis_pixel(&x, 22 * 24 * HOUR, r->x, r->x + r->w);
	struct rgb cone = mix(&light->fit.line, &light->paper, light->fit_band);

	assert_true(column_has(&p, i, end, &light->mark[MARK_LIMIT].line));
	assert_true(column_has(&p, i, mid, &cone));
	assert_true(column_has(&p, i, mid, &light->limit.line) || column_has(&p, i, mid + 9, &light->limit.line));
	assert_false(rect_has(&p, mid, r->y, end - 3, r->y + r->h, &light->role[LINE_PRIVATE].line)); /* data end with the run */
	assert_false(rect_has(&p, r->x, r->y, r->x + r->w, r->y + r->h, &light->mark[MARK_CHANGE].line)); /* of the run */
	page_release(&p);
}

static void a_crowd_of_markers_hides_nothing(void **state)
{
	struct page_image p;
	size_t seen = 0, n = 0;

	(void)state;
	demo_markers(&p.scene);
	page_draw(&p);
	const struct rect *r = &p.lay.panel[0].plot;

	for (double t = HOUR; t < 12 * HOUR; t += 600, n++)
		seen += column_has(&p, 0, at_time(&p, t), &light->role[LINE_RSS].line) ||
			column_has(&p, 0, at_time(&p, t) + 4, &light->role[LINE_RSS].line) ||
			column_has(&p, 0, at_time(&p, t) + 8, &light->role[LINE_RSS].line);
	assert_true(seen > 9 * n / 10);
	assert_true(rect_has(&p, r->x, r->y, r->x + r->w, r->y + 8, &light->mark[MARK_EPOCH].line));
	assert_false(rect_has(&p, r->x, r->y + 14, r->x + r->w, r->y + r->h, &light->mark[MARK_CHANGE].line));
	page_release(&p);
}

static void every_demo_draws_at_any_scale(void **state)
{
	static const int widths[] = { 200, 830, 3200 };

	(void)state;
	for (size_t i = 0; i < N_DEMOS; i++) {
		struct page_image p;

		demos[i].make(&p.scene);
		p.scene.width = widths[i % 3];
		page_draw(&p);
		assert_int_equal(p.lay.px_width, widths[i % 3]);
		assert_true(pixel_is(&p, 1, 1, &light->tone[p.scene.tone].fill));
		page_release(&p);
	}
}

static void absurd_numbers_do_not_upset_cairo(void **state)
{
	struct page_image p;
	struct scene_line *l;

	(void)state;
	demo_leak(&p.scene);
	l = &p.scene.panel[0].line[0];
	l->lo[0] = -1e300;
	l->hi[0] = 1e300;
	l->bx[1] = NAN;
	l->y1 = NAN;
	p.scene.panel[1].series[0].b[10].mean = -1e308;
	p.scene.panel[1].series[0].b[11].mean = 1e308;
	p.scene.span[0].x1 = -1e15;
	p.scene.marker[0].x = 1e15;
	p.scene.x0 = 1e15;
	p.scene.x1 = -1e15;
	page_draw(&p);
	page_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_tone_has_its_colour_and_its_glyph),
		cmocka_unit_test(a_line_is_where_its_values_are),
		cmocka_unit_test(what_is_beyond_has_an_arrow),
		cmocka_unit_test(gaps_stay_gaps),
		cmocka_unit_test(a_restart_is_marked_and_not_bridged),
		cmocka_unit_test(one_sample_is_a_dot),
		cmocka_unit_test(warm_up_is_shaded_and_gaps_are_hatched),
		cmocka_unit_test(limits_and_fits),
		cmocka_unit_test(chips_are_pills_in_the_band),
		cmocka_unit_test(a_strip_is_a_filled_line_on_the_pages_axis),
		cmocka_unit_test(a_flat_strip_is_in_the_middle_and_one_from_zero_at_its_level),
		cmocka_unit_test(operations_are_an_axis_of_their_own),
		cmocka_unit_test(a_waterfall_steps_from_bar_to_bar),
		cmocka_unit_test(a_waterfall_far_from_zero_is_broken),
		cmocka_unit_test(an_inset_lies_where_nothing_is),
		cmocka_unit_test(a_forecast_goes_on_beyond_the_run),
		cmocka_unit_test(a_crowd_of_markers_hides_nothing),
		cmocka_unit_test(every_demo_draws_at_any_scale),
		cmocka_unit_test(absurd_numbers_do_not_upset_cairo),
	};

	light = palette_of(THEME_LIGHT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
