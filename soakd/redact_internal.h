/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What redact_evidence.c, redact_run.c, redact_command.c (texts of JSON) and redact_sentence.c (sentences of ours) share. */
#ifndef SOAKD_REDACT_INTERNAL_H
#define SOAKD_REDACT_INTERNAL_H

#include <jansson.h>

#include "soakd/redact.h"

/* A new JSON string of redact_text(); NULL and r->failed without memory. */
json_t *redact_text_json(struct redactor *r, const char *s);

/* The words of a command of ours as they may be shown, in a new array. */
json_t *redact_command(struct redactor *r, const json_t *words);

/* The options of run.json, in place. */
void redact_options(struct redactor *r, json_t *options);

/* First the names that run.json says itself, so that they are known wherever else they stand; then all of it, in place, with the
 * commonest kind of operation, which its series is called by. */
void redact_learn_run(struct redactor *r, const json_t *j);
void redact_run_json(struct redactor *r, json_t *run, struct series *latency);

/* Behind the last '/'. */
const char *redact_base_name(const char *path);

/* A copy of s without what has the form of something private; known names stay. Free it; NULL and r->failed without memory. */
char *redact_form(struct redactor *r, const char *s);

/* The name of a part by "class", "mapping", ... : what classes are called are words of ours. As redact_form(). */
char *redact_part(struct redactor *r, const char *by, const char *name);

/* Names that stand in sentences of ours, and what is written for them. Zeroed at first. */
struct redact_names {
	struct redact_inserted {
		char *was, *now;
	} * v;
	size_t n, cap;
};
void redact_names_release(struct redact_names *names);

/* Without memory r->failed. */
void redact_name_add(struct redactor *r, struct redact_names *names, const char *name);
void redact_part_add(struct redactor *r, struct redact_names *names, const char *by, const char *name);

/* A sentence that soakd worded: names go where it has one, and all else stays to the letter but for forms. As redact_form(). */
char *redact_sentence(struct redactor *r, const struct redact_names *names, const char *s);

#endif
