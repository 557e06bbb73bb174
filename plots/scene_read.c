/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON to scene, strictly: soakd-draw reads what another process sent, so every key must be there, of its type and within
 * its limit, and no other. Numbers may be null (NaN: unknown) only where unknown has a meaning.
 * What was read belongs to the scene at once, so that scene_release cleans up after an error anywhere.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plots/scene.h"
#include "plots/scene_fields.h"

static enum sk_code wrong(struct sk_err *err, const char *key, const char *what)
{
	return sk_fail(err, SK_EPARSE, 0, "%s: %s", key, what);
}

static enum sk_code too_many(struct sk_err *err, const char *key, size_t n, size_t max)
{
	return sk_fail(err, SK_EUSAGE, 0, "%s: has %zu of at most %zu", key, n, max);
}

static enum sk_code read_string(const json_t *j, const char *key, char **out, struct sk_err *err)
{
	if (json_is_null(j))
		return SK_OK;
	if (!json_is_string(j))
		return wrong(err, key, "must be a string or null");
	if (json_string_length(j) > MAX_STRING)
		return too_many(err, key, json_string_length(j), MAX_STRING);
	if (strlen(json_string_value(j)) != json_string_length(j))
		return wrong(err, key, "has a NUL character");
	*out = sk_strdup(json_string_value(j));
	return *out ? SK_OK : sk_fail(err, SK_ENOMEM, 0, "no memory for the scene");
}

static enum sk_code read_number(const json_t *j, const char *key, bool may_be_null, double *out, struct sk_err *err)
{
	if (may_be_null && json_is_null(j)) {
		*out = NAN;
		return SK_OK;
	}
	if (!json_is_number(j))
		return wrong(err, key, may_be_null ? "must be a number or null" : "must be a number");
	*out = json_number_value(j);
	if (!may_be_null && !(fabs(*out) <= MAX_NUMBER))
		return sk_fail(err, SK_EUSAGE, 0, "%s: must be within +-1e15", key);
	return SK_OK;
}

static enum sk_code read_pixels(const json_t *j, const char *key, char *at, struct sk_err *err)
{
	if (!json_is_integer(j))
		return wrong(err, key, "must be a whole number of pixels");
	json_int_t v = json_integer_value(j);

	if (v < MIN_PIXELS || v > MAX_PIXELS)
		return sk_fail(err, SK_EUSAGE, 0, "%s: must be from %d to %d pixels", key, MIN_PIXELS, MAX_PIXELS);
	int n = (int)v;

	memcpy(at, &n, sizeof(n));
	return SK_OK;
}

static enum sk_code read_count(const json_t *j, const struct field *f, char *at, struct sk_err *err)
{
	if (!json_is_integer(j) || json_integer_value(j) < 0)
		return wrong(err, f->key, "must be a whole number");
	size_t n = (size_t)json_integer_value(j);

	if (n > f->max)
		return sk_fail(err, SK_EUSAGE, 0, "%s: must be at most %zu", f->key, f->max);
	memcpy(at, &n, sizeof(n));
	return SK_OK;
}

static enum sk_code read_enum(const json_t *j, const struct field *f, char *at, struct sk_err *err)
{
	const char *word = json_string_value(j);

	for (int i = 0; word && f->words[i]; i++) {
		if (strcmp(word, f->words[i]) == 0) {
			memcpy(at, &i, sizeof(i));
			return SK_OK;
		}
	}
	return wrong(err, f->key, "is not one of its words");
}

/* A column of a series or of a band: an array of exactly n. */
static const json_t *column(const json_t *obj, const char *name, size_t n)
{
	const json_t *a = json_object_get(obj, name);

	return json_is_array(a) && json_array_size(a) == n ? a : NULL;
}

static enum sk_code read_block(const json_t *const *col, size_t i, struct block *b, struct sk_err *err)
{
	double *to[N_COLUMNS] = { NULL, &b->t, &b->mean, &b->median, &b->min, &b->max };
	const json_t *n = json_array_get(col[0], i);

	if (!json_is_integer(n) || json_integer_value(n) < 0)
		return wrong(err, "n", "must be a whole number of samples");
	b->n = (uint64_t)json_integer_value(n);
	for (size_t c = 1; c < N_COLUMNS; c++) {
		enum sk_code rc = read_number(json_array_get(col[c], i), block_columns[c], true, to[c], err);

		if (rc != SK_OK)
			return rc;
	}
	return SK_OK;
}

static enum sk_code read_blocks(const json_t *j, const struct field *f, struct scene_series *s, struct sk_err *err)
{
	size_t n = json_array_size(json_object_get(j, "n"));
	const json_t *col[N_COLUMNS];

	if (!json_is_object(j) || json_object_size(j) != N_COLUMNS)
		return wrong(err, f->key, "must have the columns n, t, mean, median, min, max");
	if (n > SERIES_DRAWN)
		return too_many(err, f->key, n, SERIES_DRAWN);
	for (size_t c = 0; c < N_COLUMNS; c++) {
		col[c] = column(j, block_columns[c], n);
		if (!col[c])
			return wrong(err, f->key, "needs the columns n, t, mean, median, min, max, equally long");
	}
	s->b = sk_calloc(n, sizeof(*s->b));
	if (!s->b)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the scene");
	s->n = n;
	for (size_t i = 0; i < n; i++) {
		enum sk_code rc = read_block(col, i, &s->b[i], err);

		if (rc != SK_OK) {
			sk_err_prefix(err, "%s[%zu].", f->key, i);
			return rc;
		}
	}
	return SK_OK;
}

static enum sk_code read_numbers(const json_t *obj, const char *name, size_t n, double **out, struct sk_err *err)
{
	const json_t *a = column(obj, name, n);

	if (!a)
		return wrong(err, "band", "needs the columns x, lo, hi, equally long");
	*out = sk_calloc(n, sizeof(**out));
	if (!*out)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the scene");
	for (size_t i = 0; i < n; i++) {
		enum sk_code rc = read_number(json_array_get(a, i), name, true, &(*out)[i], err);

		if (rc != SK_OK) {
			sk_err_prefix(err, "band.");
			return rc;
		}
	}
	return SK_OK;
}

static enum sk_code read_band(const json_t *j, struct scene_line *l, struct sk_err *err)
{
	size_t n = json_array_size(json_object_get(j, "x"));

	if (!json_is_object(j) || json_object_size(j) != 3)
		return wrong(err, "band", "must have the columns x, lo, hi");
	if (n > MAX_BAND)
		return too_many(err, "band", n, MAX_BAND);
	enum sk_code rc = read_numbers(j, "x", n, &l->bx, err);

	if (rc == SK_OK)
		rc = read_numbers(j, "lo", n, &l->lo, err);
	if (rc == SK_OK)
		rc = read_numbers(j, "hi", n, &l->hi, err);
	if (rc == SK_OK)
		l->n_band = n;
	return rc;
}

/* An array of strings into v[0..]; the caller has made room for them and owns what was read, also after an error. */
static enum sk_code read_strings(const json_t *j, const char *key, char **v, struct sk_err *err)
{
	for (size_t i = 0; i < json_array_size(j); i++) {
		enum sk_code rc = read_string(json_array_get(j, i), key, &v[i], err);

		if (rc != SK_OK)
			return rc;
	}
	return SK_OK;
}

static enum sk_code read_list_of_strings(const json_t *j, const struct field *f, void *obj, struct sk_err *err)
{
	size_t n = json_array_size(j);
	char **v;

	if (!json_is_array(j))
		return wrong(err, f->key, "must be an array of strings");
	if (n > f->max)
		return too_many(err, f->key, n, f->max);
	v = sk_calloc(n, sizeof(*v));
	if (!v)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the scene");
	memcpy((char *)obj + f->off, &v, sizeof(v));
	memcpy((char *)obj + f->off_n, &n, sizeof(n));
	return read_strings(j, f->key, v, err);
}

/* Rows of one width; *out has rows * width strings. */
static enum sk_code read_rows(const json_t *j, const char *key, size_t max, size_t width, char ***out, size_t *n,
			      struct sk_err *err)
{
	size_t rows = json_array_size(j);

	if (!json_is_array(j))
		return wrong(err, key, "must be an array of rows");
	if (rows > max)
		return too_many(err, key, rows, max);
	for (size_t i = 0; i < rows; i++)
		if (!json_is_array(json_array_get(j, i)) || json_array_size(json_array_get(j, i)) != width)
			return wrong(err, key, "has rows of different lengths");
	*out = sk_calloc(rows * width, sizeof(char *));
	if (!*out)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the scene");
	*n = rows;
	for (size_t i = 0; i < rows; i++) {
		enum sk_code rc = read_strings(json_array_get(j, i), key, *out + i * width, err);

		if (rc != SK_OK)
			return rc;
	}
	return SK_OK;
}

static enum sk_code read_table(const json_t *j, const char *key, struct scene *s, struct sk_err *err)
{
	size_t width = json_array_size(json_array_get(j, 0));

	if (json_is_array(j) && json_array_size(j) == 0)
		return SK_OK; /* no table stays NULL */
	if (width == 0 || width > MAX_COLS)
		return sk_fail(err, width ? SK_EUSAGE : SK_EPARSE, 0, "%s: rows must have 1 to %d cells", key, MAX_COLS);
	s->n_cols = width;
	return read_rows(j, key, MAX_ROWS, width, &s->table, &s->n_rows, err);
}

static enum sk_code read_object(const json_t *j, const struct field *f, void *obj, struct sk_err *err);

static enum sk_code read_list(const json_t *j, const struct field *f, void *obj, struct sk_err *err)
{
	size_t n = json_array_size(j);

	if (!json_is_array(j))
		return wrong(err, f->key, "must be an array");
	if (n > f->max)
		return too_many(err, f->key, n, f->max);
	char *p = sk_calloc(n, f->size);

	if (!p)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the scene");
	memcpy((char *)obj + f->off, &p, sizeof(p)); /* owned by the scene from here: scene_release cleans up after an error */
	memcpy((char *)obj + f->off_n, &n, sizeof(n));
	for (size_t i = 0; i < n; i++) {
		if (!json_is_object(json_array_get(j, i)))
			return sk_fail(err, SK_EPARSE, 0, "%s[%zu]: must be an object", f->key, i);
		enum sk_code rc = read_object(json_array_get(j, i), f->sub, p + i * f->size, err);

		if (rc != SK_OK) {
			sk_err_prefix(err, "%s[%zu].", f->key, i);
			return rc;
		}
	}
	return SK_OK;
}

static enum sk_code read_field(const json_t *j, const struct field *f, void *obj, struct sk_err *err)
{
	char *at = (char *)obj + f->off;
	struct scene *s = obj; /* of FIELD_TABLE and FIELD_META */
	char *str = NULL;
	double v = NAN;
	enum sk_code rc;

	switch (f->kind) {
	case FIELD_PIXELS:
		return read_pixels(j, f->key, at, err);
	case FIELD_COUNT:
		return read_count(j, f, at, err);
	case FIELD_ENUM:
		return read_enum(j, f, at, err);
	case FIELD_BOOL:
		if (!json_is_boolean(j))
			return wrong(err, f->key, "must be true or false");
		*(bool *)at = json_is_true(j);
		return SK_OK;
	case FIELD_STRING:
		rc = read_string(j, f->key, &str, err);
		memcpy(at, &str, sizeof(str));
		return rc;
	case FIELD_NUMBER:
	case FIELD_UNKNOWN:
		rc = read_number(j, f->key, f->kind == FIELD_UNKNOWN, &v, err);
		memcpy(at, &v, sizeof(v));
		return rc;
	case FIELD_LIST:
		return read_list(j, f, obj, err);
	case FIELD_BLOCKS:
		return read_blocks(j, f, obj, err);
	case FIELD_BAND:
		return read_band(j, obj, err);
	case FIELD_TABLE:
		return read_table(j, f->key, s, err);
	case FIELD_STRINGS:
		return read_list_of_strings(j, f, obj, err);
	case FIELD_META:
		return read_rows(j, f->key, MAX_META, 2, &s->meta, &s->n_meta, err);
	}
	return SK_EPARSE;
}

static enum sk_code unknown_key(const json_t *j, const struct field *fields, struct sk_err *err)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)j, key, v)
	{
		const struct field *f = fields;

		while (f->key && strcmp(f->key, key) != 0)
			f++;
		if (!f->key)
			return sk_fail(err, SK_EPARSE, 0, "%.64s: no such key in a scene", key);
	}
	return SK_OK;
}

static enum sk_code read_object(const json_t *j, const struct field *fields, void *obj, struct sk_err *err)
{
	size_t n = 0;

	if (!json_is_object(j))
		return sk_fail(err, SK_EPARSE, 0, "must be an object");
	for (const struct field *f = fields; f->key; f++, n++) {
		const json_t *v = json_object_get(j, f->key);
		enum sk_code rc = v ? read_field(v, f, obj, err) : wrong(err, f->key, "is missing");

		if (rc != SK_OK)
			return rc;
	}
	return json_object_size(j) == n ? SK_OK : unknown_key(j, fields, err);
}

enum sk_code scene_from_json(const json_t *j, struct scene *out, struct sk_err *err)
{
	scene_init(out);
	enum sk_code rc = read_object(j, scene_fields, out, err);

	if (rc == SK_OK)
		return SK_OK;
	sk_err_prefix(err, "scene: ");
	scene_release(out);
	return rc;
}
