/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/terminal.h"

#include <limits.h>
#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "base/units.h"

#define WIDTH_UNKNOWN 80

const char *const chart_style_names[] = { "auto", "braille", "blocks", "ascii", "none", NULL };
const char *const colour_choice_names[] = { "auto", "always", "never", NULL };

static bool env_is(const char *name, const char *value)
{
	const char *s = getenv(name);

	return s && strcmp(s, value) == 0;
}

/* The name of the character set, as the first of the three that is set has it; the locale itself need not be installed. */
static bool env_utf8(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *s = getenv(names[i]);

		if (s && *s)
			return strcasestr(s, "UTF-8") || strcasestr(s, "UTF8");
	}
	return false;
}

/* What COLUMNS says, unless the terminal has fewer: lines that wrap are worse than short ones. */
static size_t width_of(int fd)
{
	const char *s = getenv("COLUMNS");
	struct winsize w = { .ws_col = 0 };
	int64_t n = 0;

	if (ioctl(fd, TIOCGWINSZ, &w) != 0)
		w.ws_col = 0;
	if (!s || int_parse(s, &n, NULL) != SK_OK || n <= 0)
		n = w.ws_col > 0 ? w.ws_col : WIDTH_UNKNOWN;
	if (w.ws_col > 0 && n > w.ws_col)
		n = w.ws_col;
	return n < TERMINAL_LEAST ? TERMINAL_LEAST : n > TERMINAL_MOST ? TERMINAL_MOST : (size_t)n;
}

static bool colours(const struct terminal *t, enum colour_choice choice)
{
	const char *no = getenv("NO_COLOR");

	return choice == COLOUR_ALWAYS || (choice == COLOUR_AUTO && t->rewrites && !(no && *no));
}

static enum chart_style style_of(const struct terminal *t)
{
	if (!t->utf8 || (t->is_one && !t->rewrites))
		return CHART_ASCII;
	return t->eighths ? CHART_BRAILLE : CHART_BLOCKS;
}

struct terminal terminal_of(int fd, const struct terminal_options *opt)
{
	struct terminal t = { .is_one = isatty(fd), .utf8 = env_utf8(), .width = width_of(fd) };

	t.rewrites = t.is_one && !env_is("TERM", "dumb");
	t.eighths = t.utf8 && !env_is("TERM", "linux"); /* its fonts have 512 characters, of blocks the full and the half ones */
	t.colour = colours(&t, opt ? (enum colour_choice)opt->colour : COLOUR_AUTO);
	t.chart = opt && opt->chart != CHART_AUTO ? (enum chart_style)opt->chart : style_of(&t);
	return t;
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t utf8_locale; /* 0: there is none, and each character counts one */

static void make_locale(void)
{
	utf8_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

/* One character of s: its bytes (at least 1 before the NUL) and its columns. The thread's locale must be utf8_locale if there is one. */
static size_t character(const char *s, size_t *columns)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t n = utf8_locale ? mbrtowc(&c, s, MB_LEN_MAX, &state) : (size_t)-1;

	*columns = 1;
	if (n != (size_t)-1 && n != (size_t)-2 && n > 0) {
		int w = wcwidth(c);

		*columns = w < 0 ? 1 : (size_t)w;
		return n;
	}
	for (n = 1; ((unsigned char)s[n] & 0xc0) == 0x80; n++)
		;
	return n;
}

/* Walks s as far as it takes at most `width` columns; returns the bytes, and the columns where `used` is no NULL. */
static size_t walk(const char *s, size_t width, size_t *used)
{
	size_t at = 0, columns = 0, w;
	locale_t old;

	pthread_once(&once, make_locale);
	old = utf8_locale ? uselocale(utf8_locale) : (locale_t)0;
	while (s[at]) {
		size_t n = character(s + at, &w);

		if (w > width - columns)
			break;
		at += n;
		columns += w;
	}
	if (old)
		uselocale(old);
	if (used)
		*used = columns;
	return at;
}

size_t columns_of(const char *s)
{
	size_t used;

	walk(s, (size_t)-1, &used);
	return used;
}

size_t columns_fit(const char *s, size_t width)
{
	return walk(s, width, NULL);
}

static void add_blanks(struct text *out, size_t n)
{
	while (n-- > 0)
		text_addc(out, ' ');
}

/* s as far as it fits, with its mark where it was cut; returns the columns that are left. */
static size_t add_cut(struct text *out, const char *s, size_t width, bool utf8)
{
	size_t used, n = walk(s, width, &used);

	if (!s[n] || width == 0) {
		text_addn(out, s, n);
		return width - used;
	}
	n = walk(s, width - 1, &used);
	text_addn(out, s, n);
	text_add(out, utf8 ? "\342\200\246" : "~");
	return width - 1 - used;
}

void add_cell_left(struct text *out, const char *s, size_t width, bool utf8)
{
	add_blanks(out, add_cut(out, s, width, utf8));
}

void add_cell_right(struct text *out, const char *s, size_t width, bool utf8)
{
	size_t columns = columns_of(s);

	add_blanks(out, columns < width ? width - columns : 0);
	add_blanks(out, columns < width ? 0 : add_cut(out, s, width, utf8));
	if (columns < width)
		text_add(out, s);
}

/* Bytes of s that make the next line: up to its last blank that fits, whole words where that is possible. */
static size_t line_of(const char *s, size_t room)
{
	size_t n = columns_fit(s, room), end = n;

	if (!s[n] || s[n] == ' ')
		return n;
	while (end > 0 && s[end - 1] != ' ')
		end--;
	return end > 0 ? end : n > 0 ? n : strlen(s);
}

void add_wrapped(struct text *out, const char *s, size_t width, size_t indent)
{
	size_t room = width > indent ? width - indent : 1;

	while (*s) {
		size_t n = line_of(s, room), words = n;

		while (words > 0 && s[words - 1] == ' ')
			words--;
		add_blanks(out, indent);
		text_addn(out, s, words);
		text_addc(out, '\n');
		s += n;
		s += strspn(s, " ");
	}
}

void add_ascii(struct text *out, const char *s)
{
	static const struct {
		const char *sign, *ascii;
	} known[] = {
		{ "\342\210\222", "-" },   /* minus sign */
		{ "\302\267", "-" },       /* middle dot */
		{ "\342\200\223", "-" },   /* en dash */
		{ "\342\200\246", "..." }, /* ellipsis */
		{ "\302\261", "+-" },      { "\302\265", "u" },      { "\303\227", "x" }, { "\342\211\245", ">=" },
		{ "\342\211\244", "<=" },  { "\342\206\222", "->" }, { "\302\240", " " },
	};
	const size_t n_known = sizeof(known) / sizeof(*known);

	while (*s) {
		size_t i = 0, n = 1;

		while ((unsigned char)*s >= 0x80 && i < n_known && strncmp(s, known[i].sign, strlen(known[i].sign)) != 0)
			i++;
		while ((unsigned char)*s >= 0x80 && ((unsigned char)s[n] & 0xc0) == 0x80)
			n++;
		if ((unsigned char)*s < 0x80)
			text_addc(out, *s);
		else
			text_add(out, i < n_known ? known[i].ascii : "?");
		s += n;
	}
}
