/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of the report in the columns of a terminal. */
#include <string.h>

#include "soakd/report_term.h"

#define GAP         2
#define COLS_MOST   16
#define WORDS_MOST  22 /* a first column is cut down to this before other columns go */
#define WORDS_LEAST 8

/* What goes first where the terminal is narrow. Heads that are not named stay. */
static const char *const expendable[] = { "per op",     "per cent", "operations", "peak",   "length",     "start",   "95 %",
					  "RSS before", "end",      "after",      "change", "net growth", "per hour" };

struct plan {
	bool shown[COLS_MOST];
	size_t width[COLS_MOST];
	size_t n;
};

static size_t total(const struct plan *p)
{
	size_t sum = 0;

	for (size_t c = 0; c < p->n; c++)
		sum += p->shown[c] ? p->width[c] + (c ? GAP : 0) : 0;
	return sum;
}

static size_t lesser(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Makes room by the width of a column of words, down to `least`. */
static void shrink(struct plan *p, size_t column, size_t room, size_t least)
{
	size_t over = total(p) > room ? total(p) - room : 0, most = p->width[column] > least ? p->width[column] - least : 0;

	p->width[column] -= lesser(over, most);
}

/* Columns are left out only as far as a cut first column does not make the room: what a row is of must be seen. */
static void fit(struct plan *p, char *const *cell, size_t room)
{
	size_t cut = p->width[0] > WORDS_MOST ? p->width[0] - WORDS_MOST : 0;

	for (size_t i = 0; i < sizeof(expendable) / sizeof(*expendable); i++)
		for (size_t c = 1; c < p->n && total(p) - cut > room; c++)
			if (strcmp(cell[c], expendable[i]) == 0)
				p->shown[c] = false;
	shrink(p, 0, room, WORDS_LEAST);
	shrink(p, p->n - 1, room, WORDS_LEAST);
}

static struct plan plan_of(char *const *cell, size_t n_rows, size_t n_cols, size_t room)
{
	struct plan p = { .n = lesser(n_cols, COLS_MOST) };

	for (size_t c = 0; c < p.n; c++) {
		bool any = false;

		for (size_t r = 0; r < n_rows; r++) {
			size_t w = columns_of(cell[r * n_cols + c]);

			p.width[c] = w > p.width[c] ? w : p.width[c];
			any |= r > 0 && w > 0;
		}
		p.shown[c] = any || c == 0; /* a column that says nothing takes no room */
	}
	fit(&p, cell, room);
	return p;
}

void add_terminal_table(struct text *out, char *const *cell, size_t n_rows, size_t n_cols, const struct terminal *term)
{
	struct plan p;

	if (n_rows == 0 || n_cols == 0)
		return;
	p = plan_of(cell, n_rows, n_cols, term->width);
	for (size_t r = 0; r < n_rows; r++) {
		size_t from = out->len;

		if (r == 0 && term->colour)
			text_add(out, "\033[2m");
		for (size_t c = 0; c < p.n; c++) {
			if (!p.shown[c])
				continue;
			if (c > 0)
				text_addn(out, "  ", GAP);
			(c == 0 || c + 1 == n_cols ? add_cell_left : add_cell_right)(out, cell[r * n_cols + c], p.width[c],
										     term->utf8);
		}
		while (out->len > from && out->s[out->len - 1] == ' ')
			out->s[--out->len] = '\0';
		text_add(out, r == 0 && term->colour ? "\033[0m\n" : "\n");
	}
}
