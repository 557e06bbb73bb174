/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scene's fields as one table, from which JSON is written and read: writer and reader cannot drift apart.
 *
 * The blocks of a series are columns (n, t, mean, median, min, max), not objects: a fifth of the size.
 * No Cairo here: soakd links this.
 */
#ifndef PLOTS_SCENE_FIELDS_H
#define PLOTS_SCENE_FIELDS_H

#include <stddef.h>

#include "plots/scene.h"

enum {
	MAX_PANELS = 48, MAX_SERIES = 16, MAX_LINES = 16, MAX_BARS = 32, MAX_CHIPS = 8, MAX_ADVICE = 4, MAX_BAND = SERIES_DRAWN, MAX_SPANS = 4096,
	MAX_MARKERS = 4096,
	MAX_ROWS = 1024, MAX_COLS = 16, MAX_FOOTER = 32, MAX_META = 64, MAX_STRING = 65536, MIN_PIXELS = 200, MAX_PIXELS = 8192
};

enum field_kind {
	FIELD_PIXELS,  /* int */
	FIELD_COUNT,   /* size_t, 0 to max */
	FIELD_ENUM,    /* one of `words` */
	FIELD_BOOL,
	FIELD_STRING,  /* or null */
	FIELD_NUMBER,  /* within +-MAX_NUMBER */
	FIELD_UNKNOWN, /* a number, or null: NaN */
	FIELD_LIST,    /* array of objects: pointer at off, count at off_n */
	FIELD_BLOCKS,  /* columns of struct block: pointer at off, count at off_n */
	FIELD_BAND,    /* of a struct scene_line: columns x, lo, hi */
	FIELD_TABLE,   /* of a struct scene: array of rows */
	FIELD_STRINGS, /* array of strings: pointer at off, count at off_n */
	FIELD_META,    /* of a struct scene: array of pairs */
};

struct field {
	const char *key;
	enum field_kind kind;
	size_t off, off_n;
	const char *const *words; /* FIELD_ENUM, ended by NULL */
	const struct field *sub;  /* FIELD_LIST: its elements' fields */
	size_t size, max;	  /* FIELD_LIST: bytes of an element; most of them, as of FIELD_COUNT and FIELD_STRINGS */
};

#define MAX_NUMBER 1e15 /* seconds or a weight: whatever is beyond is no time of this world */

extern const struct field scene_fields[]; /* of struct scene; ended by key = NULL */

#define N_COLUMNS 6
extern const char *const block_columns[N_COLUMNS];

#endif
