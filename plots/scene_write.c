/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scene to JSON. No Cairo here: soakd links this file. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "plots/scene.h"
#include "plots/scene_fields.h"

/* Fields are reached by their offset; memcpy keeps that legal whatever their pointer type is. */
static void *load_pointer(const char *at)
{
	void *p;

	memcpy(&p, at, sizeof(p));
	return p;
}

static size_t load_count(const char *at)
{
	size_t n;

	memcpy(&n, at, sizeof(n));
	return n;
}

static double load_double(const char *at)
{
	double v;

	memcpy(&v, at, sizeof(v));
	return v;
}

static int load_int(const char *at)
{
	int v;

	static_assert(sizeof(enum scene_role) == sizeof(int), "enums are written as ints");
	memcpy(&v, at, sizeof(v));
	return v;
}

/* A process may call itself anything: what is not UTF-8 becomes "?", for a picture with a scarred name beats none. */
static json_t *string_json(const char *s)
{
	if (!s)
		return json_null();
	json_t *j = json_string(s);

	if (j)
		return j;
	char *ascii = sk_strdup(s);

	for (char *p = ascii; p && *p; p++)
		if (*p & 0x80)
			*p = '?';
	j = ascii ? json_string(ascii) : NULL;
	free(ascii);
	return j;
}

/* Appends, taking v; clears *ok without memory, so that a caller looks once. */
static void push(json_t *array, json_t *v, bool *ok)
{
	if (json_array_append_new(array, v) != 0)
		*ok = false;
}

static void put(json_t *object, const char *key, json_t *v, bool *ok)
{
	if (json_object_set_new(object, key, v) != 0)
		*ok = false;
}

/*
 * A block's number to twelve digits: no page has as many pixels, and to write and read the seventeen of a mean takes longer than to
 * draw it. (Below 10^-4 nothing is saved: those have exponents.)
 */
static json_t *number_json(double v)
{
	static const double power[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12 };
	double size = fabs(v);
	size_t digits = 0; /* before the point */

	if (!(size >= 1e-4 && size < 1e12))
		return json_num(v);
	while (power[digits] <= size)
		digits++;
	return json_num(round(v * power[12 - digits]) / power[12 - digits]);
}

static json_t *blocks_json(const struct block *b, size_t n, bool *ok)
{
	json_t *j = json_object();
	json_t *col[N_COLUMNS];

	for (size_t c = 0; c < N_COLUMNS; c++) {
		col[c] = json_array();
		put(j, block_columns[c], col[c], ok);
	}
	for (size_t i = 0; *ok && i < n; i++) {
		push(col[0], json_integer((json_int_t)(b[i].n > INT64_MAX ? INT64_MAX : b[i].n)), ok);
		push(col[1], number_json(b[i].t), ok);
		push(col[2], number_json(b[i].mean), ok);
		push(col[3], number_json(b[i].median), ok);
		push(col[4], number_json(b[i].min), ok);
		push(col[5], number_json(b[i].max), ok);
	}
	return j;
}

static json_t *numbers_json(const double *v, size_t n, bool *ok)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++)
		push(a, json_num(v[i]), ok);
	return a;
}

static json_t *band_json(const struct scene_line *l, bool *ok)
{
	json_t *j = json_object();

	put(j, "x", numbers_json(l->bx, l->n_band, ok), ok);
	put(j, "lo", numbers_json(l->lo, l->n_band, ok), ok);
	put(j, "hi", numbers_json(l->hi, l->n_band, ok), ok);
	return j;
}

static json_t *strings_json(char *const *v, size_t n, bool *ok)
{
	json_t *a = json_array();

	for (size_t i = 0; i < n; i++)
		push(a, string_json(v[i]), ok);
	return a;
}

/* n rows of `width` strings each. */
static json_t *rows_json(char *const *v, size_t n, size_t width, bool *ok)
{
	json_t *a = json_array();

	for (size_t i = 0; v && i < n; i++)
		push(a, strings_json(v + i * width, width, ok), ok);
	return a;
}

static json_t *object_json(const void *obj, const struct field *f, bool *ok);

static json_t *list_json(const void *obj, const struct field *f, bool *ok)
{
	json_t *a = json_array();
	const char *p = load_pointer((const char *)obj + f->off);

	for (size_t i = 0; i < load_count((const char *)obj + f->off_n); i++)
		push(a, object_json(p + i * f->size, f->sub, ok), ok);
	return a;
}

static json_t *field_json(const void *obj, const struct field *f, bool *ok)
{
	const char *at = (const char *)obj + f->off;
	const struct scene *s = obj; /* of FIELD_TABLE and FIELD_META */

	switch (f->kind) {
	case FIELD_PIXELS:
		return json_integer(load_int(at));
	case FIELD_COUNT:
		return json_integer((json_int_t)load_count(at));
	case FIELD_ENUM:
		return json_string(f->words[load_int(at)]);
	case FIELD_BOOL:
		return json_boolean(*(const bool *)at);
	case FIELD_STRING:
		return string_json(load_pointer(at));
	case FIELD_NUMBER:
	case FIELD_UNKNOWN:
		return json_num(load_double(at));
	case FIELD_LIST:
		return list_json(obj, f, ok);
	case FIELD_BLOCKS:
		return blocks_json(load_pointer(at), load_count((const char *)obj + f->off_n), ok);
	case FIELD_BAND:
		return band_json(obj, ok);
	case FIELD_TABLE:
		return rows_json(s->table, s->n_rows, s->n_cols, ok);
	case FIELD_STRINGS:
		return strings_json(load_pointer(at), load_count((const char *)obj + f->off_n), ok);
	case FIELD_META:
		return rows_json(s->meta, s->n_meta, 2, ok);
	}
	return NULL;
}

static json_t *object_json(const void *obj, const struct field *f, bool *ok)
{
	json_t *j = json_object();

	for (; f->key; f++)
		put(j, f->key, field_json(obj, f, ok), ok);
	return j;
}

json_t *scene_to_json(const struct scene *s)
{
	bool ok = true;
	json_t *j = object_json(s, scene_fields, &ok);

	if (ok)
		return j;
	json_decref(j);
	return NULL;
}
