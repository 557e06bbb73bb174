/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV (RFC 4180): a streaming reader that never holds more than one record, and the two writers of a field.
 * Empty = no value. The reader accepts CRLF, a UTF-8 byte order mark, quoted fields with newlines, and blank lines (skipped).
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

#define CSV_SPARE      16 /* bytes that can be read behind the last field: numbers are taken eight or sixteen at a time */
#define CSV_MAX_RECORD (16u << 20) /* bytes; more is no CSV of ours: SK_EPARSE */

struct csv_reader {
	int fd;
	char *path;
	char *buf; /* read buffer */
	size_t buf_len, buf_pos, buf_cap;
	char *rec; /* a record that was not whole in buf or has quotes: unquoted, NUL after each field */
	size_t rec_len, rec_cap;
	char **field; /* n_field pointers into buf or rec; valid until the next csv_next() */
	size_t n_field, field_cap;
	uint64_t line;      /* of the record's first line, from 1 */
	uint64_t next_line; /* the one to read next */
	uint64_t offset;    /* file offset just after the record */
	bool torn;          /* the record ended with the file and had no newline: a write may have been cut short */
	bool eof;
	/* Is given all that is read from the file, in order, each byte once; set it behind csv_open(). NULL: nobody asks. */
	void (*on_read)(void *arg, const void *bytes, size_t n);
	void *on_read_arg;
};

/*
 * The reader is released on error too; csv_close() may be repeated. path "-" is standard input.
 * SK_EIO, SK_ENOTFOUND, SK_EPERM, SK_ENOMEM.
 */
enum sk_code csv_open(struct csv_reader *r, const char *path, struct sk_err *err);
/*
 * SK_OK: fields are there. SK_EEND: no more. SK_EPARSE (an unclosed quote, a NUL byte, a record over CSV_MAX_RECORD): says file
 * and line; there are no fields, and the next call goes on behind the record (after an over-long one: SK_EEND). A quote that the
 * end of the file left open has `torn` set too. SK_EIO, SK_ENOMEM.
 */
enum sk_code csv_next(struct csv_reader *r, struct sk_err *err);
void csv_close(struct csv_reader *r);
/*
 * Field i < n_field as a number, if it is at most 15 digits with or without a point among them or behind; the same value as real_parse()
 * gives. False for all else: numbers too.
 */
bool csv_number(const struct csv_reader *r, size_t i, double *out);
/* Column of that name in the current record (the header), or -1. */
int csv_find(const struct csv_reader *r, const char *name);

/* A comma first unless the line is empty, then the field, quoted where it must be. An empty first field is written as "". */
void csv_add_str(struct text *line, const char *s);
/* The same for a number with at most `decimals` decimals, trailing zeros cut; NaN and infinities are an empty field. */
void csv_add_num(struct text *line, double v, int decimals);
/* With exactly so many decimals, zeros too. */
void csv_add_fixed(struct text *line, double v, int decimals);
void csv_add_count(struct text *line, uint64_t v);

#endif
