/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is this picture what the data say? A PNG of ours names its run, or its runs, the SHA-256 of its CSV, its verdict, and the
 * options that decided. The data are hashed and judged again. Of the pixels only the sums are compared: whoever doubts what they
 * show draws the page anew.
 */
#ifndef SOAKD_REPORT_VERIFY_H
#define SOAKD_REPORT_VERIFY_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"
#include "plots/png_text.h"
#include "soakd/decide.h"

/* Keywords of the PNG's text, and of the pairs in SVG and PDF. */
#define META_VERDICT "soakd:verdict"     /* the class: "leak" */
#define META_RUN     "soakd:run"         /* the id in run.json */
#define META_DATA    "soakd:data"        /* the CSV's name, without its folder */
#define META_SHA256  "soakd:data-sha256" /* of that CSV */
#define META_RUNS    "soakd:runs"        /* of a picture of many runs, in the place of these four: JSON, see docs/formats.md */
#define META_OPTIONS "soakd:options"     /* JSON: options of the verdict that were given by hand */

/* The options as META_OPTIONS has them, to be freed; NULL: none is given, or no memory. */
char *report_options_text(const struct decide_options *o);

/*
 * picture: a PNG. Of one run n is 1 at most, path the run directory or CSV; without it: beside the picture (the name that it
 * says; else samples.csv; else its own name with .csv). Of many runs: these, or directories of them, as a contact sheet finds
 * them; without any only pixels and title are compared. *says gets one line for each difference, or lines that begin with
 * "verified: "; *same says which. SK_EPARSE: no PNG, a broken one, or none of ours; SK_EUSAGE: n; SK_ENOTFOUND: no data; and
 * what reading evidence can fail with.
 */
enum sk_code report_verify(const char *picture, char *const *path, size_t n, struct text *says, bool *same, struct sk_err *err);

/* ---- what pictures of one run and of many have in common --------------------------------------------------------------- */

/* Of a picture with META_RUNS; report_many_verify.c. */
enum sk_code many_verify(const struct png_texts *t, const char *picture, char *const *path, size_t n, struct text *says,
			 bool *same, struct sk_err *err);

/* The options that the picture was decided with. Their strings are borrowed from *j, which the caller releases. */
struct decide_options verify_options(const struct png_texts *t, struct json_t **j);
/* One line; *same is cleared. What the picture says comes from outside. */
void verify_differs(struct text *says, bool *same, const char *what, const char *then, const char *now);
/* A line, and *same cleared, where the pixels or the title are not those that were drawn. */
void verify_pixels(const struct png_texts *t, struct text *says, bool *same);
/* Where something differs: a line that another version drew it. */
void verify_drawn_by(const struct png_texts *t, struct text *says, bool same);

#endif
