/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What redact_run.c and redact_command.c share: texts of JSON without what must not be told. */
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

/* Behind the last '/'. */
const char *redact_base_name(const char *path);

#endif
