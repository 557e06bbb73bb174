/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is this picture what the data say? A PNG of ours names its run, the SHA-256 of its CSV, its verdict, and the options that
 * decided. The data are hashed and judged again. Of the pixels only the sums are compared: whoever doubts what they show draws the page anew.
 */
#ifndef SOAKD_REPORT_VERIFY_H
#define SOAKD_REPORT_VERIFY_H

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"
#include "soakd/decide.h"

/* Keywords of the PNG's text, and of the pairs in SVG and PDF. */
#define META_VERDICT "soakd:verdict"     /* the class: "leak" */
#define META_RUN     "soakd:run"         /* the id in run.json */
#define META_DATA    "soakd:data"        /* the CSV's name, without its folder */
#define META_SHA256  "soakd:data-sha256" /* of that CSV */
#define META_OPTIONS "soakd:options"     /* JSON: options of the verdict that were given by hand */

/* The options as META_OPTIONS has them, to be freed; NULL: none is given, or no memory. */
char *report_options_text(const struct decide_options *o);

/*
 * picture: a PNG. path: the run directory or CSV, or NULL: beside the picture (the name that it says; else samples.csv; else its
 * own name with .csv). *says gets one line for each difference, or one that begins with "verified: "; *same says which.
 * SK_EPARSE: no PNG, a broken one, or none of ours; SK_ENOTFOUND: no data; and what reading evidence can fail with.
 */
enum sk_code report_verify(const char *picture, const char *path, struct text *says, bool *same, struct sk_err *err);

#endif
