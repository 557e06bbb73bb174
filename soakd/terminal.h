/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a terminal can do: how wide it is, whether it takes colours, which characters it has; and how many columns a text takes
 * there. Known from the descriptor, the environment (COLUMNS, TERM, NO_COLOR, LC_ALL, LC_CTYPE, LANG) and two options.
 */
#ifndef SOAKD_TERMINAL_H
#define SOAKD_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "soakd/opt.h"

enum chart_style { CHART_AUTO, CHART_BRAILLE, CHART_BLOCKS, CHART_ASCII, CHART_NONE };
enum colour_choice { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };
extern const char *const chart_style_names[];   /* NULL-terminated, in that order */
extern const char *const colour_choice_names[]; /* likewise */

struct terminal_options {
	int chart, colour; /* enum chart_style, enum colour_choice */
};

/* Rows of an option table for a struct that has a struct terminal_options at this offset. */
#define TERMINAL_OPTS(base, chart_default, chart_help)                                                                           \
	{ "chart",                                                                                                               \
	  0,                                                                                                                     \
	  OPT_CHOICE,                                                                                                            \
	  (base) + offsetof(struct terminal_options, chart),                                                                     \
	  "STYLE",                                                                                                               \
	  chart_default,                                                                                                         \
	  0,                                                                                                                     \
	  0,                                                                                                                     \
	  chart_style_names,                                                                                                     \
	  chart_help },                                                                                                          \
	{                                                                                                                        \
		"color", 0, OPT_CHOICE, (base) + offsetof(struct terminal_options, colour), "WHEN", "auto", 0, 0,                \
			colour_choice_names, "auto: on a terminal, unless NO_COLOR is set or TERM=dumb"                          \
	}

#define TERMINAL_LEAST 20  /* narrower ones are written to as if they were so wide */
#define TERMINAL_MOST  200 /* wider ones are not filled: lines that long are not read */

struct terminal {
	bool is_one;            /* the descriptor is a terminal */
	bool rewrites;          /* and lines can be rewritten there: not TERM=dumb */
	bool colour;            /* as the option, else as NO_COLOR and TERM say */
	bool utf8;              /* it shows UTF-8: else whatever is printed must be ASCII */
	bool eighths;           /* and has the blocks of one to eight eighths: the console of Linux has not */
	enum chart_style chart; /* as the option, never CHART_AUTO */
	size_t width;           /* TERMINAL_LEAST to TERMINAL_MOST: COLUMNS, at most the terminal's own, else that, else 80 */
};

/* opt NULL: both auto. Never fails. */
struct terminal terminal_of(int fd, const struct terminal_options *opt);

/*
 * Columns that a text takes: two for a wide character (CJK), none for a combining one, one where that is not known. s is
 * plain UTF-8 (escape.h).
 */
size_t columns_of(const char *s);
/* Bytes of the longest beginning of s that takes at most `width` columns; a combining character stays with its base. */
size_t columns_fit(const char *s, size_t width);

/* s in exactly `width` columns: cut where it is longer, its last column then "…" (utf8) or "~"; blanks before or behind it. */
void add_cell_left(struct text *out, const char *s, size_t width, bool utf8);
void add_cell_right(struct text *out, const char *s, size_t width, bool utf8);

/* Plain text in lines of at most `width` columns, each begun with `indent` blanks and ended; words that are longer are cut in two. */
void add_wrapped(struct text *out, const char *s, size_t width, size_t indent);

/* s with ASCII alone: our own signs by what is next to them ("−" is "-"), all else "?". */
void add_ascii(struct text *out, const char *s);

#endif
