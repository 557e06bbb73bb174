/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scene as a file: PNG, SVG or PDF, from one drawing that knows none of them.
 *
 * Text in SVG is outlines, for that is how Cairo writes it: the page looks the same where our fonts are not installed, but its
 * words cannot be marked; <title> and <desc> say what it shows to whoever cannot see it. PDF embeds the glyphs that it needs and
 * keeps the words.
 */
#ifndef PLOTS_PICTURE_H
#define PLOTS_PICTURE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"
#include "plots/scene.h"

enum picture_form { PICTURE_PNG, PICTURE_SVG, PICTURE_PDF };

/* By the ending of the path's last part: .png, .svg, .pdf. false: another one, or none. */
bool picture_form_of(const char *path, enum picture_form *form);

/*
 * Adds the picture to *out: same scene and fonts, same bytes; no date but the scene's. PNG has width * dpi / 96 pixels; SVG is as
 * wide in px, PDF in px of 1/96 inch. The pairs of meta are in all three: PNG text chunks, SVG <metadata>, PDF keywords.
 * SK_EIO: no fonts, or Cairo failed; SK_EUSAGE: more pixels than MOST_PIXELS, or a dpi that is none; SK_ENOMEM.
 */
#define MOST_PIXELS 100e6 /* 400 MB while it is drawn */
enum sk_code picture_make(const struct scene *s, enum picture_form form, struct text *out, struct sk_err *err);

/*
 * The same into a file, which is whole or as it was; its ending says the form (SK_EUSAGE: it does not; SK_EWRITE: not there). *note, which may be NULL, gets the
 * sentence that the page has about characters that no font has, and the package that has them; nothing where all are drawn.
 */
enum sk_code picture_write(const struct scene *s, const char *path, struct text *note, struct sk_err *err);

#endif
