/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A growing text buffer with a sticky failure; see text.h. */
#include "base/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clocale.h"
#include "base/mem.h"

void text_release(struct text *t)
{
	free(t->s);
	*t = (struct text)TEXT_INIT;
}

void text_reset(struct text *t)
{
	t->len = 0;
	t->failed = false;
	if (t->s)
		t->s[0] = '\0';
}

/* Room for n more bytes and the NUL. */
bool text_reserve(struct text *t, size_t n)
{
	void *p = t->s;
	size_t need = t->len + n + 1;

	if (t->failed)
		return false;
	if (n >= SIZE_MAX - t->len) {
		t->failed = true;
		return false;
	}
	if (need <= t->cap)
		return true;
	if (need < 64)
		need = 64;
	t->failed = sk_grow(&p, &t->cap, need, 1) != 0;
	t->s = p;
	return !t->failed;
}

void text_addn(struct text *t, const char *s, size_t n)
{
	if (!text_reserve(t, n))
		return;
	if (n)
		memcpy(t->s + t->len, s, n);
	t->len += n;
	t->s[t->len] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_addn(t, s, strlen(s));
}

void text_addc(struct text *t, char c)
{
	text_addn(t, &c, 1);
}

void text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap, again;
	size_t room = t->cap - t->len;

	if (t->failed)
		return;
	va_start(ap, fmt);
	va_copy(again, ap);
	int len = c_vsnprintf(t->s ? t->s + t->len : NULL, room, fmt, ap);

	if (len < 0)
		t->failed = true;
	else if ((size_t)len < room)
		t->len += (size_t)len;
	else if (text_reserve(t, (size_t)len)) {
		c_vsnprintf(t->s + t->len, (size_t)len + 1, fmt, again);
		t->len += (size_t)len;
	}
	if (t->failed && t->s)
		t->s[t->len] = '\0'; /* no half of an addition */
	va_end(again);
	va_end(ap);
}

char *text_take(struct text *t)
{
	char *s;

	text_add(t, "");
	if (t->failed) {
		text_release(t);
		return NULL;
	}
	s = t->s;
	*t = (struct text)TEXT_INIT;
	return s;
}

const char *text_str(const struct text *t)
{
	return t->s ? t->s : "";
}

static void add_blanks(struct text *t, const char *s, size_t width)
{
	for (size_t n = utf8_width(s); n < width; n++)
		text_addc(t, ' ');
}

void text_add_left(struct text *t, const char *s, size_t width)
{
	text_add(t, s);
	add_blanks(t, s, width);
}

void text_add_right(struct text *t, const char *s, size_t width)
{
	add_blanks(t, s, width);
	text_add(t, s);
}

size_t utf8_width(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* Where the character of that number begins. */
static const char *character(const char *s, size_t number)
{
	for (; *s; s++)
		if (((unsigned char)*s & 0xc0) != 0x80 && number-- == 0)
			break;
	return s;
}

void text_add_ends(struct text *t, const char *s, size_t room)
{
	size_t n = utf8_width(s), head = room / 2, tail = room > head ? room - head - 1 : 0;

	if (n <= room) {
		text_add(t, s);
		return;
	}
	text_addn(t, s, (size_t)(character(s, head) - s));
	text_add(t, MORE);
	text_add(t, character(s, n - tail));
}

size_t utf8_fit(const char *s, size_t max)
{
	size_t n = strnlen(s, max), i = n;

	if (!s[n] || n == 0)
		return n;
	while (i > 0 && n - i < 3 && ((unsigned char)s[i] & 0xc0) == 0x80)
		i--;
	/* s[i] starts the character that does not fit; with no such byte near, the text is no UTF-8 and any cut will do */
	return ((unsigned char)s[i] & 0xc0) == 0x80 ? n : i;
}

const char *utf8_end(const char *s, size_t max)
{
	size_t n = strlen(s);

	if (n <= max)
		return s;
	for (s += n - max; ((unsigned char)*s & 0xc0) == 0x80; s++)
		;
	return s;
}
