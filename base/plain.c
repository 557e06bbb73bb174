/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/plain.h"

#include <stdint.h>

/*
 * Length of the UTF-8 character at s (the shortest form, no surrogate, at most U+10FFFF), 0 if there is none.
 * The NUL ends it: no byte behind it is looked at.
 */
static size_t utf8_length(const unsigned char *s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = s[0] < 0x80 ? 1 : (s[0] & 0xe0) == 0xc0 ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 : (s[0] & 0xf8) == 0xf0 ? 4 : 0;
	uint32_t c = n == 1 ? s[0] : s[0] & (0x7fu >> n);

	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3fu);
	}
	return n > 0 && c >= least[n] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff) ? n : 0;
}

/* Characters that no line of text has: ASCII and Latin-1 controls, line and paragraph separators, directions of writing. */
static bool is_control(const unsigned char *s, size_t n)
{
	if (n == 1)
		return s[0] < 0x20 || s[0] == 0x7f;
	if (n == 2)
		return s[0] == 0xc2 && s[1] < 0xa0;
	if (n == 3 && s[0] == 0xef) /* U+FFFE and U+FFFF are no characters, and XML cannot hold them */
		return s[1] == 0xbf && s[2] >= 0xbe;
	return n == 3 && s[0] == 0xe2 &&
	       ((s[1] == 0x80 && s[2] >= 0xa8 && s[2] <= 0xae) || (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9));
}

void add_plain_escaped(struct text *out, const char *s, plain_escape *escape)
{
	while (*s) {
		size_t n = utf8_length((const unsigned char *)s);

		if (n == 0)
			text_addc(out, '?');
		else if (is_control((const unsigned char *)s, n))
			text_addc(out, ' ');
		else if (n > 1 || !escape || !escape(out, *s))
			text_addn(out, s, n);
		s += n ? n : 1;
	}
}

void add_plain(struct text *out, const char *s)
{
	add_plain_escaped(out, s, NULL);
}

char *plain_dup(const char *s)
{
	struct text t = TEXT_INIT;

	add_plain(&t, s);
	return text_take(&t);
}
