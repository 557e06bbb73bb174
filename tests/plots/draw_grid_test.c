/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cards by their pixels, without text: the colour of the tone, and lines on one y axis or each on its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "plots/draw.h"
#include "tests/plots/demo_scenes.h"

static const struct palette *light;

struct image {
	struct scene scene;
	struct layout lay;
	cairo_surface_t *surface;
};

static double low(double f)
{
	return 10 * MIB + f * MIB;
}

static double high(double f)
{
	return 90 * MIB + 10 * f * MIB;
}

/* One card of each tone; the first is low, the others are high. */
static void cards_draw(struct image *im, bool same_y)
{
	struct scene *s = &im->scene;

	scene_init(s);
	demo_words(s, TONE_BAD, "4 runs", "one of each", "");
	s->page = PAGE_GRID;
	s->same_y = same_y;
	s->x1 = HOUR;
	demo_panels(s, 4);
	for (size_t i = 0; i < 4; i++) {
		demo_panel(&s->panel[i], "a run", "its verdict", UNIT_KIB, 1, 1);
		s->panel[i].tone = (enum scene_tone)i;
		s->panel[i].from_zero = false;
		demo_series(&s->panel[i].series[0], "private", NULL, NULL, LINE_PRIVATE, 60, HOUR, i ? high : low, 0, 0, 0);
	}
	draw_measure(&im->lay, s, NULL);
	im->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, im->lay.px_width, im->lay.px_height);
	cairo_t *cr = cairo_create(im->surface);

	draw_scene(cr, s, &im->lay, NULL);
	assert_int_equal(cairo_status(cr), CAIRO_STATUS_SUCCESS);
	cairo_destroy(cr);
	cairo_surface_flush(im->surface);
}

static void image_release(struct image *im)
{
	cairo_surface_destroy(im->surface);
	scene_release(&im->scene);
}

static bool pixel_is(const struct image *im, double x, double y, const struct rgb *c)
{
	const unsigned char *row =
		cairo_image_surface_get_data(im->surface) + (int)y * cairo_image_surface_get_stride(im->surface);
	uint32_t v;

	memcpy(&v, row + 4 * (int)x, sizeof(v));
	return fabs((v >> 16 & 255) / 255.0 - c->r) < 0.04 && fabs((v >> 8 & 255) / 255.0 - c->g) < 0.04 &&
	       fabs((v & 255) / 255.0 - c->b) < 0.04;
}

/* Where the line crosses the middle of card i, from 0 at the plot's top to 1 at its foot; -1 if it does not. */
static double crossing(const struct image *im, size_t i)
{
	const struct rect *r = &im->lay.panel[i].plot;

	for (double y = r->y; y < r->y + r->h; y++)
		if (pixel_is(im, r->x + r->w / 2 + 7, y, &light->role[LINE_PRIVATE].line))
			return (y - r->y) / r->h;
	return -1;
}

static void each_card_has_the_colour_of_its_tone(void **state)
{
	struct image im;

	(void)state;
	cards_draw(&im, false);
	for (size_t i = 0; i < 4; i++) {
		const struct rect *c = &im.lay.panel[i].card;

		assert_true(pixel_is(&im, c->x + 3, c->y + c->h / 2, &light->tone[i].fill));
		assert_true(pixel_is(&im, c->x + c->w + 8, c->y + c->h / 2, &light->paper));
		for (size_t k = 0; k < 4; k++) /* its glyph is in the row below the title, no other's is */
			assert_true(k == i || !pixel_is(&im, im.lay.panel[i].title.x + 8, im.lay.panel[i].key.y + 12,
							&light->tone[k].fill));
	}
	image_release(&im);
}

static void one_axis_tells_low_from_high(void **state)
{
	struct image own, same;

	(void)state;
	cards_draw(&own, false);
	cards_draw(&same, true);
	for (size_t i = 0; i < 4; i++)
		assert_true(crossing(&own, i) > 0.3 && crossing(&own, i) < 0.7); /* each fills its plot */
	assert_true(crossing(&same, 0) > 0.85);
	for (size_t i = 1; i < 4; i++)
		assert_true(crossing(&same, i) >= 0 && crossing(&same, i) < 0.2);
	image_release(&own);
	image_release(&same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_card_has_the_colour_of_its_tone),
		cmocka_unit_test(one_axis_tells_low_from_high),
	};

	light = palette_of(THEME_LIGHT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
