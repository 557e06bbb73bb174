/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we need beyond jansson: unknown numbers as null, numbers that read back the same, whole files. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

#include "base/err.h"
#include "base/text.h"

json_t *json_num(double v); /* null for NaN and infinities; an integer where v is one below 2^53 */

/*
 * Appends j as text: keys in insertion order, reals as the shortest text that reads back the same. indent 0 = one line; no
 * newline at the end. With indent an array of plain values stays on its line. j NULL (jansson had no memory) makes the text failed.
 */
void json_add(struct text *out, const json_t *j, int indent);

/* json_add with indent 2 and a newline, through atomic_write. */
enum sk_code json_write_file(const char *path, const json_t *j, struct sk_err *err);

/* Reads a whole file. SK_EIO, SK_ENOTFOUND (no such file), SK_EPARSE with line and column. */
enum sk_code json_read_file(const char *path, json_t **out, struct sk_err *err);

/* obj[key] if it has the type; else the default. The string is borrowed from obj. */
double json_get_num(const json_t *obj, const char *key, double dflt);
const char *json_get_str(const json_t *obj, const char *key, const char *dflt);
int json_get_bool(const json_t *obj, const char *key, int dflt);

#endif
