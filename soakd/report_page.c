/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Panels, lines and blocks of a page, added one by one. */
#include "soakd/report_page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/words.h"

char *page_string(struct page *p, const char *s)
{
	char *d = plain_dup(s);

	p->failed |= !d;
	return d;
}

char *page_text(struct page *p, struct text *t)
{
	char *s = text_take(t);

	p->failed |= !s;
	return s;
}

struct scene_panel *page_panel(struct page *p, enum scene_place place, const char *title, const char *y_label,
			       enum scene_unit unit, double weight)
{
	if (p->failed || p->s->n_panels == PAGE_PANELS)
		return NULL;
	struct scene_panel *panel = &p->s->panel[p->s->n_panels++];

	*panel = (struct scene_panel){
		.place = place, .unit = unit, .weight = weight, .from_zero = true, .x0 = NAN, .x1 = NAN, .y0 = NAN, .y1 = NAN
	};
	panel->title = page_string(p, title);
	panel->y_label = page_string(p, y_label);
	panel->series = sk_calloc(PAGE_LINES, sizeof(*panel->series));
	panel->line = sk_calloc(PAGE_RULES, sizeof(*panel->line));
	p->failed |= !panel->series || !panel->line;
	return p->failed ? NULL : panel;
}

const struct series *page_series(const struct page *p, const char *column)
{
	const struct series *s = evidence_column(p->f, column);

	return s && s->all.n > 0 ? s : NULL;
}

bool page_decides(const struct page *p, const char *column)
{
	return strcmp(p->v->main.column, column) == 0;
}

/* The column that has a value in each row: where it has none there is no row, which is a gap. */
static const struct series *every_row(const struct page *p)
{
	const struct series *most = NULL;

	for (size_t i = 0; i < p->f->n_series; i++)
		if (!most || p->f->series[i].all.n > most->all.n)
			most = &p->f->series[i];
	return most;
}

#define APART .1  /* of the span: readings further apart say nothing of what was between them, and are points */
#define GAP   2.5 /* intervals between rows from which on some are missing, as evidence.c counts gaps */

/* Which of the n places have a row, or lie between two that followed one another: only the others are gaps. */
static void mark_covered(const struct page *p, const struct block *rows, size_t n, bool *covered)
{
	size_t before = n;

	for (size_t i = 0; i < n; i++) {
		if (rows[i].n == 0)
			continue;
		for (size_t k = before + 1; before < n && k < i; k++)
			covered[k] = rows[i].t - rows[before].t <= GAP * p->f->ev.interval_s;
		covered[i] = true;
		before = i;
	}
}

/*
 * Another process is another life: a line from the end of the one to the begin of the next would be growth or a fall that nobody
 * had. Returns how many blocks there are then; b has room for them. What is counted on over all lives goes on.
 */
static size_t break_at_restarts(const struct page *p, struct block *b, size_t n)
{
	const struct evidence *ev = &p->f->ev;

	for (size_t r = 0; r < ev->n_restarts && n < SERIES_DRAWN; r++) {
		size_t i = 0;

		while (i < n && !(b[i].t >= ev->restart_s[r])) /* NaN, a gap, is not */
			i++;
		if (i == 0 || i == n || b[i - 1].n == 0)
			continue;
		memmove(&b[i + 1], &b[i], (n - i) * sizeof(*b));
		b[i] = (struct block){ 0, NAN, NAN, NAN, NAN, NAN };
		n++;
	}
	return n;
}

struct block *page_blocks(struct page *p, const struct series *s, size_t *n)
{
	const struct series *rows = every_row(p);
	struct block *b = sk_calloc(s->cap + p->f->ev.n_restarts, sizeof(*b)), *r = sk_calloc(rows->cap, sizeof(*r));
	bool *covered = sk_calloc(rows->cap, sizeof(*covered));
	size_t kept = 0, n_rows = 0;

	*n = 0;
	if (!b || !r || !covered) {
		free(b);
		free(r);
		free(covered);
		p->failed = true;
		return NULL;
	}
	*n = series_blocks(s, b, NULL);
	n_rows = series_blocks(rows, r, NULL);
	mark_covered(p, r, n_rows, covered);
	for (size_t i = 0, left_out = 0; i < *n; i++) {
		if (b[i].n == 0 && i < n_rows && covered[i]) {
			left_out++;
			continue;
		}
		if (left_out > 0 && kept > 0 && b[i].t - b[kept - 1].t > APART * (s->last_t - s->first_t))
			b[kept++] = (struct block){ 0, NAN, NAN, NAN, NAN, NAN };
		b[kept++] = b[i];
		left_out = 0;
	}
	*n = break_at_restarts(p, b, kept);
	free(r);
	free(covered);
	return b;
}

/* anonymous + swapped out: what the verdict on private memory is about. Both are read in each row. */
static void add_swap(struct page *p, struct block *anon, size_t n_anon)
{
	const struct series *swap = page_series(p, "swap_kb");
	struct block *b = swap && swap->max > 0 ? sk_calloc(swap->cap, sizeof(*b)) : NULL;
	size_t n = 0, k = 0;

	if (b)
		n = series_blocks(swap, b, NULL);
	for (size_t i = 0; i < n_anon && b; i++) {
		if (anon[i].n == 0)
			continue;
		while (k < n && !(b[k].t >= anon[i].t - swap->width_s / 2)) /* NaN, no value, is not */
			k++;
		if (k == n || b[k].t > anon[i].t + swap->width_s / 2)
			continue;
		anon[i].mean += b[k].mean;
		anon[i].median += b[k].median;
		anon[i].min += b[k].min;
		anon[i].max += b[k].max;
	}
	free(b);
}

/* Less another column, block by block; where that has none, or none for that long, there is no difference. */
static void subtract(struct page *p, struct block *b, size_t n, double width, const char *column)
{
	const struct series *s = page_series(p, column);
	size_t n_own = 0, k = 0;
	struct block *own = s && !p->failed ? page_blocks(p, s, &n_own) : NULL;

	for (size_t i = 0; i < n && own; i++) {
		if (b[i].n == 0)
			continue;
		while (k < n_own && (own[k].n == 0 || own[k].t < b[i].t - width / 2))
			k++;
		if (k == n_own || fabs(own[k].t - b[i].t) > width)
			b[i] = (struct block){ 0, NAN, NAN, NAN, NAN, NAN };
		else
			b[i] = (struct block){ b[i].n,
					       b[i].t,
					       b[i].mean - own[k].mean,
					       b[i].median - own[k].median,
					       b[i].min - own[k].max,
					       b[i].max - own[k].min };
	}
	free(own);
}

struct block *page_judged_blocks(struct page *p, size_t *n)
{
	const char *column = p->v->main.column;
	const struct series *s = page_series(p, column);
	struct block *b = s && !p->failed ? page_blocks(p, s, n) : NULL;

	if (b && strcmp(column, "anon_kb") == 0)
		add_swap(p, b, *n);
	if (b && p->v->main.beyond_own) {
		subtract(p, b, *n, s->width_s, "anon_kb");
		subtract(p, b, *n, s->width_s, strcmp(column, "pss_kb") == 0 ? "shmem_kb" : "rss_shmem_kb");
	}
	return b;
}

static char *level_text(struct page *p, const char *column, double v)
{
	struct text t = TEXT_INIT;

	add_level(&t, column, v);
	return page_text(p, &t);
}

void page_end_texts(struct page *p, struct scene_series *l, const char *column)
{
	size_t first = 0, last = l->n;

	while (first < l->n && l->b[first].n == 0)
		first++;
	while (last > first && l->b[last - 1].n == 0)
		last--;
	if (first == last)
		return;
	free(l->start);
	free(l->end);
	l->start = level_text(p, column, l->b[first].median);
	l->end = level_text(p, column, l->b[last - 1].median);
}

#define STALE .1 /* of the run: a last value further from its end is not what the line ends at */

/* Of what was read seldom, and not any more: the last value, and when that was. "8.17 MiB at 0 s" is not where it went. */
static void say_when(struct page *p, struct scene_series *l, const char *column)
{
	const struct block *last = NULL;
	struct text t = TEXT_INIT;
	char at[40];

	for (size_t i = 0; i < l->n; i++)
		last = l->b[i].n > 0 ? &l->b[i] : last;
	if (!last || p->s->x1 - last->t <= STALE * (p->s->x1 - p->s->x0))
		return;
	add_level(&t, column, last->median);
	text_addf(&t, " at %s", fmt_duration(at, sizeof(at), last->t < 1 ? 0 : last->t));
	free(l->start);
	free(l->end);
	l->start = NULL;
	l->end = page_text(p, &t);
}

struct scene_series *page_block_line(struct page *p, struct scene_panel *panel, struct block *b, size_t n, enum scene_role role,
				     const char *label)
{
	if (p->failed || !b || panel->n_series == PAGE_LINES) {
		free(b);
		return NULL;
	}
	struct scene_series *l = &panel->series[panel->n_series++];

	*l = (struct scene_series){ .role = role, .b = b, .n = n };
	l->label = page_string(p, label);
	return p->failed ? NULL : l;
}

struct scene_series *page_line(struct page *p, struct scene_panel *panel, const struct series *s, enum scene_role role,
			       const char *label)
{
	size_t n = 0;
	struct block *b = p->failed ? NULL : page_blocks(p, s, &n);

	if (b && strcmp(s->name, "anon_kb") == 0)
		add_swap(p, b, n);

	struct scene_series *l = page_block_line(p, panel, b, n, role, label);

	if (l)
		page_end_texts(p, l, s->name);
	if (l)
		say_when(p, l, s->name);
	return p->failed ? NULL : l;
}

struct scene_line *page_rule(struct page *p, struct scene_panel *panel, double x0, double y0, double x1, double y1,
			     struct text *label)
{
	if (p->failed || panel->n_lines == PAGE_RULES) {
		text_release(label);
		return NULL;
	}
	struct scene_line *l = &panel->line[panel->n_lines++];

	*l = (struct scene_line){ .x0 = x0, .y0 = y0, .x1 = x1, .y1 = y1, .label = page_text(p, label) };
	return p->failed ? NULL : l;
}

bool page_band(struct page *p, struct scene_line *l)
{
	l->bx = sk_calloc(PAGE_BAND_POINTS, sizeof(double));
	l->lo = sk_calloc(PAGE_BAND_POINTS, sizeof(double));
	l->hi = sk_calloc(PAGE_BAND_POINTS, sizeof(double));
	p->failed |= !l->bx || !l->lo || !l->hi;
	if (!p->failed)
		l->n_band = PAGE_BAND_POINTS;
	return !p->failed;
}

void page_to_rates(struct block *b, size_t n)
{
	size_t before = n; /* the last block with a value */
	double mean = NAN, t = NAN;

	for (size_t i = 0; i < n; i++) {
		if (b[i].n == 0)
			continue;
		double rate = before < n && b[i].t > t ? (b[i].mean - mean) / (b[i].t - t) : NAN;
		bool joined = before + 1 == i; /* over a gap nothing is known of the middle */

		before = i;
		mean = b[i].mean;
		t = b[i].t;
		if (rate >= 0 && joined)
			b[i].mean = b[i].median = b[i].min = b[i].max = rate;
		else
			b[i] = (struct block){ 0, NAN, NAN, NAN, NAN, NAN };
	}
}
