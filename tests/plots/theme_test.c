/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Can everybody read it? Contrasts as WCAG 2.1 computes them (text 4.5 : 1, lines 3 : 1), and the distances of lines that share a panel
 * as protanopes and deuteranopes see them: Machado, Oliveira and Fernandes, IEEE TVCG 15 (2009), severity 1; CIELAB, D65.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <string.h>

#include "plots/theme.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static const enum scene_theme themes[] = { THEME_LIGHT, THEME_DARK, THEME_PRINT };

static double linear(double c)
{
	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(const struct rgb *c)
{
	return 0.2126 * linear(c->r) + 0.7152 * linear(c->g) + 0.0722 * linear(c->b);
}

static double contrast(const struct rgb *a, const struct rgb *b)
{
	double x = luminance(a) + 0.05, y = luminance(b) + 0.05;

	return x > y ? x / y : y / x;
}

static void the_arithmetic_is_the_standards(void **state)
{
	const struct rgb black = { 0, 0, 0 }, white = { 1, 1, 1 }, grey = { 0x77 / 255.0, 0x77 / 255.0, 0x77 / 255.0 };

	(void)state;
	assert_float_equal(contrast(&black, &white), 21, 1e-9);
	assert_float_equal(contrast(&grey, &white), 4.48, 0.005); /* the well-known grey that just fails */
}

static void text_is_legible(void **state)
{
	(void)state;
	for (size_t t = 0; t < COUNT(themes); t++) {
		const struct palette *p = palette_of(themes[t]);
		const struct rgb *paper[] = { &p->paper, &p->warmup, &p->phase };

		for (size_t k = 0; k < COUNT(paper); k++) {
			assert_true(contrast(&p->ink, paper[k]) >= 4.5);
			assert_true(contrast(&p->muted, paper[k]) >= 4.5);
		}
		for (size_t i = 0; i < COUNT(p->role); i++)
			assert_true(contrast(&p->role[i].ink, &p->paper) >= 4.5);
		for (size_t i = 0; i < COUNT(p->mark); i++)
			assert_true(contrast(&p->mark[i].ink, &p->paper) >= 4.5);
		for (size_t i = 0; i < COUNT(p->bar); i++)
			assert_true(contrast(&p->bar[i].ink, &p->paper) >= 4.5);
		for (size_t i = 0; i < COUNT(p->tone); i++) {
			assert_true(contrast(&p->tone[i].on, &p->tone[i].fill) >= 4.5);
			assert_true(contrast(&p->ink, &p->tone[i].tint) >= 4.5);
		}
		assert_true(contrast(&p->fit.ink, &p->paper) >= 4.5);
		assert_true(contrast(&p->limit.ink, &p->paper) >= 4.5);
	}
}

/* The light theme keeps Okabe and Ito's hues, of which two are paler than 3 : 1 on white: there the names beside the lines are darker. */
static void lines_are_seen(void **state)
{
	(void)state;
	for (size_t t = 0; t < COUNT(themes); t++) {
		const struct palette *p = palette_of(themes[t]);
		double least = themes[t] == THEME_LIGHT ? 2.2 : 3;

		for (size_t i = 0; i < COUNT(p->role); i++)
			assert_true(contrast(&p->role[i].line, &p->paper) >= least);
		for (size_t i = 0; i < COUNT(p->mark); i++)
			assert_true(contrast(&p->mark[i].line, &p->paper) >= 3);
		assert_true(contrast(&p->axis, &p->paper) >= 3);
		assert_true(contrast(&p->fit.line, &p->paper) >= 3);
		assert_true(contrast(&p->limit.line, &p->paper) >= 3);
	}
}

/* Which may lie in one panel: memory, classes of mappings, load. The fit and the limit lie on the first two. */
static const enum scene_role memory[] = { LINE_PRIVATE, LINE_PSS, LINE_RSS, LINE_HEAP, LINE_SHARED };
static const enum scene_role classes[] = { LINE_HEAP, LINE_PRIVATE, LINE_COUNT, LINE_SHARED, LINE_PSS, LINE_VIRTUAL, LINE_RSS };
static const enum scene_role load[] = { LINE_OPS, LINE_ERRORS };
static const struct {
	const enum scene_role *role;
	size_t n;
} panels[] = { { memory, COUNT(memory) }, { classes, COUNT(classes) }, { load, COUNT(load) } };

static const double eyes[3][3][3] = {
	{ { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
	{ { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 }, { -0.003882, -0.048116, 1.051998 } },
	{ { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 }, { -0.011820, 0.042940, 0.968881 } },
};

static double lab_f(double t)
{
	return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

static void lab_of(const struct rgb *c, const double m[3][3], double out[3])
{
	const double in[3] = { linear(c->r), linear(c->g), linear(c->b) };
	double l[3];

	for (int i = 0; i < 3; i++)
		l[i] = fmin(1, fmax(0, m[i][0] * in[0] + m[i][1] * in[1] + m[i][2] * in[2]));
	double x = lab_f((0.4124564 * l[0] + 0.3575761 * l[1] + 0.1804375 * l[2]) / 0.95047);
	double y = lab_f(0.2126729 * l[0] + 0.7151522 * l[1] + 0.0721750 * l[2]);
	double z = lab_f((0.0193339 * l[0] + 0.1191920 * l[1] + 0.9503041 * l[2]) / 1.08883);

	out[0] = 116 * y - 16;
	out[1] = 500 * (x - y);
	out[2] = 200 * (y - z);
}

static double distance(const struct rgb *a, const struct rgb *b, const double m[3][3])
{
	double x[3], y[3];

	lab_of(a, m, x);
	lab_of(b, m, y);
	return hypot(hypot(x[0] - y[0], x[1] - y[1]), x[2] - y[2]);
}

static void colours_are_told_apart_by_every_eye(void **state)
{
	(void)state;
	for (size_t t = 0; t < 2; t++) { /* print has none */
		const struct palette *p = palette_of(themes[t]);

		for (size_t g = 0; g < COUNT(panels); g++)
			for (size_t i = 0; i < panels[g].n; i++)
				for (size_t k = 0; k < i; k++)
					for (size_t e = 0; e < COUNT(eyes); e++)
						assert_true(distance(&p->role[panels[g].role[i]].line,
								     &p->role[panels[g].role[k]].line, eyes[e]) > 15);
	}
}

static bool same_dash(const struct dash *a, const struct dash *b)
{
	return a->n == b->n && memcmp(a->len, b->len, (size_t)a->n * sizeof(*a->len)) == 0;
}

static bool told_apart(const struct line_style *a, const struct line_style *b)
{
	return !same_dash(&a->dash, &b->dash) || a->symbol != b->symbol;
}

/* Nothing rests on colour alone in the panel of memory, and nothing at all in print. */
static void lines_are_told_apart_without_colour(void **state)
{
	(void)state;
	for (size_t t = 0; t < COUNT(themes); t++) {
		const struct palette *p = palette_of(themes[t]);

		for (size_t g = 0; g < COUNT(panels); g++) {
			if (panels[g].role == classes && themes[t] != THEME_PRINT)
				continue;
			for (size_t i = 0; i < panels[g].n; i++) {
				const struct line_style *st = &p->role[panels[g].role[i]];

				for (size_t k = 0; k < i; k++)
					assert_true(told_apart(st, &p->role[panels[g].role[k]]));
				assert_true(told_apart(st, &p->fit) && told_apart(st, &p->limit));
			}
		}
		assert_true(told_apart(&p->fit, &p->limit));
	}
}

static void print_has_no_colour(void **state)
{
	const struct palette *p = palette_of(THEME_PRINT);
	const double *v = (const double *)(const void *)&p->paper;

	(void)state;
	assert_true(p->paper.r == 1 && p->paper.g == 1 && p->paper.b == 1);
	for (size_t i = 0; i < offsetof(struct palette, role) / sizeof(struct rgb); i++)
		assert_true(v[3 * i] == v[3 * i + 1] && v[3 * i] == v[3 * i + 2]);
	for (size_t i = 0; i < COUNT(p->role); i++)
		assert_true(p->role[i].line.r == p->role[i].line.g && p->role[i].line.r == p->role[i].line.b &&
			    p->role[i].ink.r == p->role[i].ink.g && p->role[i].ink.r == p->role[i].ink.b);
	for (size_t i = 0; i < COUNT(p->bar); i++)
		assert_true(p->bar[i].fill.r == p->bar[i].fill.g && p->bar[i].fill.r == p->bar[i].fill.b);
}

static void what_is_no_theme_is_the_light_one(void **state)
{
	(void)state;
	assert_ptr_equal(palette_of((enum scene_theme)77), palette_of(THEME_LIGHT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_arithmetic_is_the_standards),
		cmocka_unit_test(text_is_legible),
		cmocka_unit_test(lines_are_seen),
		cmocka_unit_test(colours_are_told_apart_by_every_eye),
		cmocka_unit_test(lines_are_told_apart_without_colour),
		cmocka_unit_test(print_has_no_colour),
		cmocka_unit_test(what_is_no_theme_is_the_light_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
