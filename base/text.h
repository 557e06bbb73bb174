/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A growing text buffer. Failure is sticky, as in Cairo: add all, then look at `failed` once.
 * TEXT_INIT allocates nothing; text_release() may be repeated.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct text {
	char *s; /* NUL-terminated once anything was added */
	size_t len, cap;
	bool failed; /* an addition found no memory: the text is incomplete and must not be used */
};

#define TEXT_INIT                                                                                                                \
	{                                                                                                                        \
		NULL, 0, 0, false                                                                                                \
	}

void text_release(struct text *t);
bool text_reserve(struct text *t, size_t n); /* room for n more bytes without a further allocation; false without memory */
void text_reset(struct text *t);             /* empty again, the memory and a clean `failed` kept for the next row */
void text_add(struct text *t, const char *s);
void text_addn(struct text *t, const char *s, size_t n);
void text_addc(struct text *t, char c);
void text_addf(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *text_take(struct text *t);            /* as a string for the caller, "" of nothing; NULL without memory; t is empty after */
const char *text_str(const struct text *t); /* never NULL: "" when nothing was added */

/* Filled up with blanks to `width` characters, on its right or its left side. A longer one is not cut. */
void text_add_left(struct text *t, const char *s, size_t width);
void text_add_right(struct text *t, const char *s, size_t width);

#define MORE "\342\200\246" /* U+2026, where something was cut */

/* s, or as much of its beginning and its end as `room` characters hold, MORE between them. */
void text_add_ends(struct text *t, const char *s, size_t room);

/* Characters, not bytes: what a terminal's columns are, near enough. */
size_t utf8_width(const char *s);
/* Bytes of the longest beginning of s that has at most `max` bytes and cuts no UTF-8 character. */
size_t utf8_fit(const char *s, size_t max);
/* The longest end of s that has at most `max` bytes and begins within no UTF-8 character. */
const char *utf8_end(const char *s, size_t max);

#endif
