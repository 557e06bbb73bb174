/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/report_term.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/advice.h"
#include "soakd/escape.h"
#include "soakd/phase_table.h"
#include "soakd/report_page.h"
#include "soakd/term_chart.h"
#include "soakd/verdict_json.h"
#include "soakd/words.h"

#define ROWS_LEAST    8
#define ROWS_MOST     16
#define COLUMNS_A_ROW 8 /* of the terminal to a row of the plot: a chart is wider than high */
#define PHASES_SHOWN  8

/* What is printed, as this terminal can show it. NULL, with out->failed, without memory. */
static char *shown(struct text *out, const struct terminal *term, const char *s)
{
	struct text t = TEXT_INIT;
	char *r;

	if (term->utf8)
		text_add(&t, s);
	else
		add_ascii(&t, s);
	r = text_take(&t);
	out->failed |= !r;
	return r;
}

static void add_words(struct text *out, const struct terminal *term, const char *s, size_t indent)
{
	char *words = shown(out, term, s);

	if (words)
		add_wrapped(out, words, term->width, indent);
	free(words);
}

/* A tone's colours are chosen with their background, so that they are the same on a dark and on a light terminal. */
static void add_badge(struct text *out, const struct terminal *term, enum scene_tone tone, const char *word)
{
	static const struct {
		const char *glyph, *ascii, *colour;
	} tones[] = {
		[TONE_BAD] = { "\342\234\226", "[X]", "\033[1;97;41m" },
		[TONE_WARN] = { "\342\226\262", "[!]", "\033[1;30;43m" },
		[TONE_GOOD] = { "\342\234\224", "[+]", "\033[1;97;42m" },
		[TONE_UNKNOWN] = { "?", "[?]", "\033[1;30;47m" },
	};
	struct text t = TEXT_INIT;

	text_addf(&t, "%s %s", term->utf8 ? tones[tone].glyph : tones[tone].ascii, word);
	if (term->colour)
		text_addf(out, "%s %s \033[0m\n", tones[tone].colour, text_str(&t));
	else
		text_addf(out, "%s\n", text_str(&t));
	out->failed |= t.failed;
	text_release(&t);
}

/* What need not be looked at, and what to send next. */
static void add_advice(struct text *out, const struct evidence_file *f, const struct verdict *v, const struct terminal *term)
{
	struct text ruled = TEXT_INIT, next = TEXT_INIT;

	text_add(&ruled, "Ruled out: ");
	if (add_ruled_out(&ruled, v)) {
		text_addc(&ruled, '.');
		add_words(out, term, text_str(&ruled), 0);
	}
	text_add(&next, "Next: ");
	add_next(&next, v, f->run);
	text_addc(&next, '.');
	add_words(out, term, text_str(&next), 0);
	out->failed |= ruled.failed || next.failed;
	text_release(&ruled);
	text_release(&next);
}

static void add_head(struct text *out, const struct evidence_file *f, const struct verdict *v, const struct terminal *term)
{
	const char *phases = report_phases_word(f, v);
	char *headline = report_headline(f, v);
	struct text why = TEXT_INIT, plain = TEXT_INIT;

	add_badge(out, term, report_tone(f, v), phases ? phases : verdict_headline(v));
	add_words(out, term, headline ? headline : "", 0);
	report_why(f, v, &why);
	add_plain(&plain, text_str(&why));
	text_addc(out, '\n');
	add_words(out, term, text_str(&plain), 0);
	if (!report_phases_alone(f, v))
		add_advice(out, f, v, term);
	out->failed |= !headline || why.failed || plain.failed;
	free(headline);
	text_release(&why);
	text_release(&plain);
}

/* As on the page: where the phases are the result their table is. */
static void add_table(struct text *out, const struct evidence_file *f, const struct verdict *v, const struct terminal *term)
{
	bool phases = report_phases_alone(f, v) && f->phases && f->phases->n;
	size_t n_cols = phases ? PHASE_CELLS : TABLE_COLUMNS, n_rows, most = 1 + (phases ? PHASES_SHOWN : TABLE_ROWS);
	char **cell = sk_calloc(most * n_cols, sizeof(*cell));

	if (!cell) {
		out->failed = true;
		return;
	}
	n_rows = phases ? phase_table_cells(f->phases, PHASES_SHOWN, cell) : report_table(v, cell);
	out->failed |= n_rows == 0;
	for (size_t i = 0; i < n_rows * n_cols; i++) {
		char *s = shown(out, term, cell[i]);

		free(cell[i]);
		cell[i] = s;
	}
	text_addc(out, '\n');
	if (!out->failed)
		add_terminal_table(out, cell, n_rows, n_cols, term);
	if (!out->failed && !phases && scene_has_mark(cell, n_rows, n_cols, TABLE_MARK))
		add_words(out, term, TABLE_MARK, 0);
	for (size_t i = 0; i < n_rows * n_cols; i++)
		free(cell[i]);
	free(cell);
}

/* Fit and signs of the chart, with the words that this terminal can show. */
static void words_of(struct scene *s, struct scene_line *fit, const struct verdict *v, const struct terminal *term,
		     struct text *out)
{
	const struct fit_line *l = &v->main.fit;
	struct text rate = TEXT_INIT;

	*fit = (struct scene_line){ .x0 = l->t0, .y0 = l->y0, .x1 = l->t1, .y1 = l->y1 };
	if (l->valid && l->t1 > l->t0)
		add_rate(&rate, v->main.column,
			 isfinite(v->main.rate_kb_per_h) ? v->main.rate_kb_per_h : 3600 * (l->y1 - l->y0) / (l->t1 - l->t0));
	out->failed |= rate.failed;
	fit->label = shown(out, term, text_str(&rate));
	text_release(&rate);
	for (size_t i = 0; !term->utf8 && i < s->n_spans + s->n_markers; i++) {
		char **label = i < s->n_spans ? &s->span[i].label : &s->marker[i - s->n_spans].label;
		char *ascii = shown(out, term, *label ? *label : "");

		free(*label);
		*label = ascii;
	}
}

/* "private memory (anonymous), 24 h from 2026-11-20T20:00:00Z"; from when only where one line has room for it. */
static void add_title(struct text *out, const struct verdict *v, const struct scene *s, const struct terminal *term)
{
	char how_long[40], from[40];
	struct text t = TEXT_INIT, begin = TEXT_INIT;

	add_plain(&t, report_main_label(v));
	text_addf(&t, ", %s", fmt_duration(how_long, sizeof(how_long), s->x1 - s->x0));
	text_addf(&begin, " from %s", fmt_utc(from, sizeof(from), s->start_unix));
	if (columns_of(text_str(&t)) + columns_of(text_str(&begin)) <= term->width)
		text_add(&t, text_str(&begin));
	add_words(out, term, text_str(&t), 0);
	out->failed |= t.failed || begin.failed;
	text_release(&t);
	text_release(&begin);
}

static bool starts_at_zero(const struct block *b, size_t n)
{
	double lo = INFINITY, hi = -INFINITY;

	for (size_t i = 0; i < n; i++) {
		if (b[i].n > 0) {
			lo = fmin(lo, b[i].min);
			hi = fmax(hi, b[i].max);
		}
	}
	return !(hi - lo < 0.1 * hi);
}

enum sk_code report_terminal_chart(const struct evidence_file *f, const struct verdict *v, const struct terminal *term,
				   struct text *out, struct sk_err *err)
{
	struct term_chart c = { .style = term->chart, .colour = term->colour, .width = term->width };
	struct scene s;
	struct page page = { .f = f, .v = v, .s = &s };
	struct scene_line fit = { .label = NULL };
	struct block *b = NULL;

	if (term->chart == CHART_NONE || !evidence_column(f, v->main.column))
		return SK_OK;
	scene_init(&s);
	b = page_judged_blocks(&page, &c.n);
	if (page.failed || !report_times(f, v, &s)) {
		out->failed = true;
	} else if (b && c.n > 0) { /* none: the column has no value in any row, and the words have said so */
		words_of(&s, &fit, v, term, out);
		c.rows = term->width / COLUMNS_A_ROW;
		c.rows = c.rows < ROWS_LEAST ? ROWS_LEAST : c.rows > ROWS_MOST ? ROWS_MOST : c.rows;
		c.unit = column_is_memory(v->main.column) ? UNIT_KIB : UNIT_COUNT;
		c.from_zero = starts_at_zero(b, c.n);
		c.x0 = s.x0;
		c.x1 = s.x1;
		c.b = b;
		c.fit = v->main.fit.valid ? &fit : NULL;
		c.span = s.span;
		c.n_spans = s.n_spans;
		c.marker = s.marker;
		c.n_markers = s.n_markers;
		add_title(out, v, &s, term);
		if (!out->failed)
			term_chart(&c, out);
	}
	free(fit.label);
	free(b);
	scene_release(&s);
	return out->failed ? sk_fail(err, SK_ENOMEM, 0, "no memory for the chart") : SK_OK;
}

enum sk_code report_terminal(const struct evidence_file *f, const struct verdict *v, const struct terminal *term,
			     struct text *out, struct sk_err *err)
{
	add_head(out, f, v, term);
	add_table(out, f, v, term);
	text_addc(out, '\n');
	if (out->failed)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the report");
	return report_terminal_chart(f, v, term, out, err);
}
