/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing and reading JSON. The emitter is ours because jansson prints every real with 17 digits (0.10000000000000001),
 * which no person wants in a verdict; the values and the parser are jansson's.
 */
#include "base/json.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/atomic_file.h"
#include "base/units.h"

json_t *json_num(double v)
{
	if (!isfinite(v))
		return json_null();
	if (v == floor(v) && fabs(v) < 9007199254740992.0) /* 2^53 */
		return json_integer((json_int_t)v);
	return json_real(v);
}

static void add_string(struct text *out, const char *s, size_t n)
{
	static const char letters[] = "\b\f\n\r\t", names[] = "bfnrt";
	size_t from = 0;

	text_addc(out, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		text_addn(out, s + from, i - from);
		from = i + 1;
		const char *at = c ? strchr(letters, c) : NULL;

		if (c >= 0x20)
			text_addf(out, "\\%c", c);
		else if (at)
			text_addf(out, "\\%c", names[at - letters]);
		else
			text_addf(out, "\\u%04x", c);
	}
	text_addn(out, s + from, n - from);
	text_addc(out, '"');
}

/* A real stays one: "3.0", so that a reader with types reads the type that was written. */
static void add_real(struct text *out, double v)
{
	char buf[40];

	fmt_real(buf, sizeof(buf), v);
	text_add(out, buf);
	if (!strpbrk(buf, ".el")) /* l: null */
		text_add(out, ".0");
}

static void add_integer(struct text *out, json_int_t v)
{
	char buf[40];

	if (v > -1000000000000000 && v < 1000000000000000) /* fmt_real() needs no printf for these */
		text_add(out, fmt_real(buf, sizeof(buf), (double)v));
	else
		text_addf(out, "%" JSON_INTEGER_FORMAT, v);
}

static void add_value(struct text *out, const json_t *j, int indent, int depth);

/* Before an element: a new line, or a blank after a comma. */
static void add_break(struct text *out, int indent, int depth, bool first)
{
	if (indent > 0)
		text_addf(out, "\n%*s", indent * depth, "");
	else if (!first)
		text_addc(out, ' ');
}

/* An array of plain values stays on its line: an interval is read as a pair. */
static bool is_flat(const json_t *array)
{
	for (size_t i = 0; i < json_array_size(array); i++) {
		const json_t *v = json_array_get(array, i);

		if (json_is_object(v) || json_is_array(v))
			return false;
	}
	return true;
}

static void add_array(struct text *out, const json_t *j, int indent, int depth)
{
	size_t n = json_array_size(j);
	int inner = is_flat(j) ? 0 : indent;

	text_addc(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			text_addc(out, ',');
		add_break(out, inner, depth + 1, i == 0);
		add_value(out, json_array_get(j, i), indent, depth + 1);
	}
	if (inner > 0)
		add_break(out, inner, depth, true);
	text_addc(out, ']');
}

static void add_object(struct text *out, const json_t *j, int indent, int depth)
{
	json_t *o = (json_t *)j; /* jansson's iterator does not change it, but has no const */
	bool first = true;

	text_addc(out, '{');
	for (void *it = json_object_iter(o); it; it = json_object_iter_next(o, it), first = false) {
		const char *key = json_object_iter_key(it);

		if (!first)
			text_addc(out, ',');
		add_break(out, indent, depth + 1, first);
		add_string(out, key, strlen(key));
		text_add(out, ": ");
		add_value(out, json_object_iter_value(it), indent, depth + 1);
	}
	if (!first)
		add_break(out, indent, depth, true);
	text_addc(out, '}');
}

static void add_value(struct text *out, const json_t *j, int indent, int depth)
{
	switch (json_typeof(j)) {
	case JSON_OBJECT:
		add_object(out, j, indent, depth);
		break;
	case JSON_ARRAY:
		add_array(out, j, indent, depth);
		break;
	case JSON_STRING:
		add_string(out, json_string_value(j), json_string_length(j));
		break;
	case JSON_INTEGER:
		add_integer(out, json_integer_value(j));
		break;
	case JSON_REAL:
		add_real(out, json_real_value(j));
		break;
	case JSON_TRUE:
		text_add(out, "true");
		break;
	case JSON_FALSE:
		text_add(out, "false");
		break;
	case JSON_NULL:
		text_add(out, "null");
		break;
	}
}

void json_add(struct text *out, const json_t *j, int indent)
{
	if (j)
		add_value(out, j, indent, 0);
	else
		out->failed = true; /* only without memory does jansson give no value */
}

enum sk_code json_write_file(const char *path, const json_t *j, struct sk_err *err)
{
	struct text t = TEXT_INIT;
	enum sk_code rc;

	json_add(&t, j, 2);
	text_addc(&t, '\n');
	if (t.failed)
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory to write %s", path);
	else
		rc = atomic_write(path, t.s, t.len, err);
	text_release(&t);
	return rc;
}

enum sk_code json_read_file(const char *path, json_t **out, struct sk_err *err)
{
	json_error_t je;
	FILE *f = fopen(path, "re");

	if (!f)
		return sk_fail(err, errno == ENOENT || errno == ENOTDIR ? SK_ENOTFOUND : SK_EIO, errno, "cannot read %s: %s",
			       path, strerror(errno));
	errno = 0;
	json_t *j = json_loadf(f, 0, &je);
	int sys = ferror(f) ? errno : 0; /* a folder opens, and fails here */

	fclose(f);
	if (!j && sys)
		return sk_fail(err, SK_EIO, sys, "cannot read %s: %s", path, strerror(sys));
	if (!j && json_error_code(&je) == json_error_out_of_memory)
		return sk_fail(err, SK_ENOMEM, 0, "no memory to read %s", path);
	if (!j)
		return sk_fail(err, SK_EPARSE, 0, "%s is no JSON: line %d, column %d: %s", path, je.line, je.column, je.text);
	*out = j;
	return SK_OK;
}

double json_get_num(const json_t *obj, const char *key, double dflt)
{
	const json_t *v = json_object_get(obj, key);

	return json_is_number(v) ? json_number_value(v) : dflt;
}

const char *json_get_str(const json_t *obj, const char *key, const char *dflt)
{
	const char *s = json_string_value(json_object_get(obj, key));

	return s ? s : dflt;
}

int json_get_bool(const json_t *obj, const char *key, int dflt)
{
	const json_t *v = json_object_get(obj, key);

	return json_is_boolean(v) ? json_is_true(v) : dflt;
}
