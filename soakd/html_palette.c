/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/html_palette.h"

#include <math.h>
#include <stddef.h>

#include "plots/theme.h"

static const char *const roles[] = { "private", "pss", "rss", "heap", "shared", "virtual", "ops", "errors", "count", "driver" };
static const char *const tones[] = { "bad", "warn", "good", "unknown" };
static const char *const marks[] = { "restart", "event", "epoch", "onset", "change", "limit-reached" };
static const char *const bars[] = { "bar-start", "bar-part", "bar-unexplained", "bar-end" };

const char *html_role(enum scene_role role)
{
	return roles[role];
}

const char *html_tone(enum scene_tone tone)
{
	return tones[tone];
}

const char *html_bar(enum scene_bar_kind kind)
{
	return bars[kind];
}

static void colour(struct text *css, const char *name, const char *suffix, const struct rgb *c)
{
	text_addf(css, "--%s%s:#%02lx%02lx%02lx;", name, suffix, lrint(c->r * 255), lrint(c->g * 255), lrint(c->b * 255));
}

/* Lengths in hundredths of a page unit, as text without a locale. */
static void length(struct text *out, double v)
{
	long hundredths = lrint(v * 100);

	text_addf(out, "%ld", hundredths / 100);
	if (hundredths % 100)
		text_addf(out, ".%02ld", hundredths % 100);
}

static void dash(struct text *out, const struct dash *d)
{
	if (d->n == 0)
		text_add(out, "none");
	for (int i = 0; i < d->n; i++) {
		text_add(out, i ? " " : "");
		length(out, d->len[i]);
	}
}

void html_dash(struct text *out, enum scene_role role)
{
	dash(out, &palette_of(THEME_LIGHT)->role[role].dash);
}

static void dash_property(struct text *css, const char *name, const struct dash *d)
{
	text_addf(css, "--%s-dash:", name);
	dash(css, d);
	text_addc(css, ';');
}

static void line(struct text *css, const char *name, const struct line_style *l)
{
	colour(css, name, "", &l->line);
	colour(css, name, "-ink", &l->ink);
	dash_property(css, name, &l->dash);
	text_addf(css, "--%s-width:", name);
	length(css, l->width);
	text_addc(css, ';');
}

static void palette(struct text *css, const struct palette *p)
{
	colour(css, "paper", "", &p->paper);
	colour(css, "ink", "", &p->ink);
	colour(css, "muted", "", &p->muted);
	colour(css, "rule", "", &p->rule);
	colour(css, "grid", "", &p->grid);
	colour(css, "axis", "", &p->axis);
	colour(css, "warmup", "", &p->warmup);
	colour(css, "phase", "", &p->phase);
	colour(css, "hatch", "", &p->hatch);
	for (size_t i = 0; i < sizeof(tones) / sizeof(*tones); i++) {
		colour(css, tones[i], "", &p->tone[i].fill);
		colour(css, tones[i], "-on", &p->tone[i].on);
		colour(css, tones[i], "-tint", &p->tone[i].tint);
	}
	for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++)
		line(css, roles[i], &p->role[i]);
	line(css, "fit", &p->fit);
	line(css, "limit", &p->limit);
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		colour(css, marks[i], "", &p->mark[i].line);
		colour(css, marks[i], "-ink", &p->mark[i].ink);
		dash_property(css, marks[i], &p->mark[i].dash);
	}
	for (size_t i = 0; i < sizeof(bars) / sizeof(*bars); i++) {
		colour(css, bars[i], "", &p->bar[i].fill);
		colour(css, bars[i], "-ink", &p->bar[i].ink);
	}
	text_add(css, "--fit-band:");
	length(css, p->fit_band);
	text_add(css, ";--series-band:");
	length(css, p->series_band);
	text_addc(css, ';');
}

void html_palette(struct text *css)
{
	text_add(css, ":root{color-scheme:light;");
	palette(css, palette_of(THEME_LIGHT));
	text_add(css, "}\n@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;");
	palette(css, palette_of(THEME_DARK));
	text_add(css, "}}\n@media screen{:root[data-theme=dark]{color-scheme:dark;");
	palette(css, palette_of(THEME_DARK));
	text_add(css, "}}\n");
}
