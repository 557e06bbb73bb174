/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict as verdict.json and as words. */
#ifndef SOAKD_VERDICT_JSON_H
#define SOAKD_VERDICT_JSON_H

#include <jansson.h>

#include "analysis/verdict.h"
#include "base/text.h"

/* Schema soakd.verdict/1; NULL without memory. path: what was analysed. */
json_t *verdict_to_json(const struct verdict *v, const char *path);

/* The same of a run, with what its run.json alone knows (`under`: what a tool found; null without one). run may be NULL. */
json_t *verdict_of_run_json(const struct verdict *v, const json_t *run, const char *path);

/*
 * What DIR/verdict.json says: class, column, rate, interval, why, what explains it and the changes; what else *v has is NaN or 0. SK_ENOTFOUND,
 * SK_EIO, SK_EPARSE (no verdict of this schema); then *v has nothing.
 */
enum sk_code verdict_read(const char *dir, struct verdict *v, struct sk_err *err);
/* The changes alone, into a verdict that was decided anew; none where the file has none. */
void verdict_read_changes(const char *dir, struct verdict *v);

/* One block of lines for people: verdict, rate, interval, why, what next. run: run.json, or NULL; colour: ANSI. */
void verdict_to_human(const struct verdict *v, const json_t *run, const char *path, int colour, struct text *out);

/* The verdict in the words of the header band: "LEAK", "NO LEAK: STABLE", "INSUFFICIENT DATA" ... */
const char *verdict_headline_word(enum verdict_class c);
const char *verdict_headline(const struct verdict *v); /* the same, or what a tool said in its place */

/* soakd's exit status for it: 1 leak, 3 suspected or insufficient, 0 all else. */
int verdict_exit_status(const struct verdict *v);

#endif
