/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The palettes of plots/ as custom properties of CSS, so that page and picture have the same colours, dashes and widths:
 * --paper, --ink ..., --tone-bad (with -on, -tint), --private (with -ink, -dash, -width) and so on, by the words of the scene.
 */
#ifndef SOAKD_HTML_PALETTE_H
#define SOAKD_HTML_PALETTE_H

#include "base/text.h"
#include "plots/scene.h"

/* Light, dark where the reader's system or the page's data-theme="dark" asks for it, light again on paper. */
void html_palette(struct text *css);

/* Words of classes and properties: "private", "bad", "bar-part". Roles and tones are those of the scene's JSON. */
const char *html_role(enum scene_role role);
const char *html_tone(enum scene_tone tone);
const char *html_bar(enum scene_bar_kind kind);

/* A dash as SVG's stroke-dasharray, "13 6"; "none" where the line is solid. */
void html_dash(struct text *out, enum scene_role role);

#endif
