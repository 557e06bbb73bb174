/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The main panels of the page, and the order of all: memory over time with the fit on what decided, the limit that
 * growth will reach.
 *
 * The axis begins at 0, so that nobody takes a hundredth for a catastrophe; where the deciding series changes by less
 * than a tenth of its level it is drawn again in an inset, where its shape is seen. A series that would press the
 * deciding one to the ground (an RSS that counts shared memory many times over) is a strip of its own.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/report_page.h"
#include "soakd/words.h"

#define HIDES 3.0 /* a line this much higher hides the shape of another */
#define NEAR  3.0 /* times the highest level: a limit further above would leave the memory no height */
#define SMALL 0.1 /* of the level: a change below needs an inset */

static void fit_band(struct page *p, struct scene_line *l, const struct fit_line *fit)
{
	double slope = (fit->y1 - fit->y0) / (fit->t1 - fit->t0), half = (fit->slope_hi - fit->slope_lo) / 2;

	if (!(half >= 0) || !(fit->level_se >= 0) || !page_band(p, l))
		return;
	for (size_t i = 0; i < PAGE_BAND_POINTS; i++) {
		double t = fit->t0 + (fit->t1 - fit->t0) * (double)i / (PAGE_BAND_POINTS - 1);
		double y = fit->y0 + slope * (t - fit->t0);
		/* level and slope are independent at the mean time; 1.96: 95 % */
		double e = hypot(1.96 * fit->level_se, half * (t - fit->t_mean));

		l->bx[i] = t;
		l->lo[i] = y - e;
		l->hi[i] = y + e;
	}
}

/* Of growth its rate; of what has levels the last one; a rate that may as well be 0 is none. */
static void fit_words(const struct page *p, const struct fit_line *last, struct text *t)
{
	const struct series_verdict *m = &p->v->main;

	if (p->marks.n_levels > 0 || m->verdict == VERDICT_PLATEAU) {
		text_add(t, "level ");
		add_level(t, m->column, last->y1);
	} else if (m->verdict != VERDICT_INSUFFICIENT && m->rate_lo <= 0 && m->rate_hi >= 0) {
		text_add(t, p->marks.teeth.n > 0 ? "floor" : "flat");
	} else {
		text_add(t, p->marks.teeth.n > 0 ? "floor " : "");
		add_rate(t, m->column,
			 isfinite(m->rate_kb_per_h) ? m->rate_kb_per_h : 3600 * (last->y1 - last->y0) / (last->t1 - last->t0));
	}
}

static void add_fit(struct page *p, struct scene_panel *panel)
{
	struct fit_line fit[LEVELS_MAX];
	size_t n = page_fitted(p, fit, LEVELS_MAX);

	for (size_t i = 0; i < n; i++) {
		struct text t = TEXT_INIT;

		if (i + 1 == n)
			fit_words(p, &fit[i], &t);

		struct scene_line *l = page_rule(p, panel, fit[i].t0, fit[i].y0, fit[i].t1, fit[i].y1, &t);

		if (l && p->marks.n_levels == 0)
			fit_band(p, l, &fit[i]);
	}
}

static void add_limit(struct page *p, struct scene_panel *panel)
{
	char buf[40];
	struct text t = TEXT_INIT;

	/* only where it matters: one that growth will reach, and that is near; the forecast has its own picture */
	if (!isfinite(p->v->limit_kb) || !isfinite(p->v->limit_unix) ||
	    p->v->limit_kb > NEAR * page_series(p, p->v->main.column)->max)
		return;
	text_addf(&t, "limit %s (%s)", fmt_kb(buf, sizeof(buf), p->v->limit_kb), limit_whose(p->f, p->v));

	struct scene_line *l = page_rule(p, panel, 0, p->v->limit_kb, p->s->x1, p->v->limit_kb, &t);

	if (l)
		l->limit = true;
}

static const struct line_of {
	const char *column;
	enum scene_role role;
	const char *label;
} memory[] = {
	{ "anon_kb", LINE_PRIVATE, "private" },
	{ "uss_kb", LINE_PRIVATE, "unshared (USS)" },
	{ "pss_kb", LINE_PSS, "PSS" },
	{ "rss_kb", LINE_RSS, "RSS" },
	{ "heap_kb", LINE_HEAP, "heap" },
	{ "shmem_kb", LINE_SHARED, "shared" },
	{ "rss_shmem_kb", LINE_SHARED, "shared, in RSS" },
};
#define N_MEMORY (sizeof(memory) / sizeof(*memory))

/*
 * USS beside private memory is the same line twice, unless it decides; so is a heap that a foreign script filled with 0. Shared memory
 * as RSS counts it is for the page whose word is that it was touched: there it is what is asked about.
 */
static bool wanted(const struct page *p, const struct line_of *l)
{
	const struct series *s = page_series(p, l->column);
	bool touched = p->v->main.verdict == VERDICT_SHARED_TOUCH && page_series(p, "rss_shmem_kb");

	if (strcmp(l->column, "rss_shmem_kb") == 0 || (touched && strcmp(l->column, "shmem_kb") == 0))
		return s && touched == (strcmp(l->column, "rss_shmem_kb") == 0);

	if (!s || (strcmp(l->column, "heap_kb") == 0 && !(s->max > 0)))
		return false;
	return strcmp(l->column, "uss_kb") != 0 || page_decides(p, "uss_kb") || !page_series(p, "anon_kb");
}

/* The line whose shape must be seen: the deciding one if it is memory of this table, else the first there is. */
static const struct line_of *main_line(const struct page *p)
{
	for (size_t i = 0; i < N_MEMORY; i++)
		if (page_decides(p, memory[i].column) && page_series(p, memory[i].column))
			return &memory[i];
	for (size_t i = 0; i < N_MEMORY; i++)
		if (wanted(p, &memory[i]))
			return &memory[i];
	return NULL;
}

static bool hides(const struct page *p, const struct line_of *l, const struct line_of *main)
{
	bool asked = p->v->main.verdict == VERDICT_SHARED_TOUCH && (l->role == LINE_RSS || l->role == LINE_SHARED);

	return !asked && page_series(p, l->column)->max > HIDES * fmax(page_series(p, main->column)->max, 1);
}

bool page_hidden(const struct page *p, const char *column)
{
	const struct line_of *main = main_line(p);

	for (size_t i = 0; i < N_MEMORY && main; i++)
		if (&memory[i] != main && strcmp(memory[i].column, column) == 0)
			return wanted(p, &memory[i]) && hides(p, &memory[i], main);
	return false;
}

static bool changes_little(const struct scene_series *l)
{
	double lo = INFINITY, hi = -INFINITY;

	for (size_t i = 0; i < l->n; i++) {
		if (l->b[i].n > 0) {
			lo = fmin(lo, l->b[i].min);
			hi = fmax(hi, l->b[i].max);
		}
	}
	return hi > lo && hi - lo < SMALL * hi;
}

/* What decides gets its fit, its limit and, where it needs one, its inset. */
static void dress(struct page *p, struct scene_panel *panel, const struct scene_series *line)
{
	if (changes_little(line))
		panel->inset = (size_t)(line - panel->series) + 1;
	add_fit(p, panel);
	if (panel->unit == UNIT_KIB)
		add_limit(p, panel);
}

/* What the fit is through, where that is no column. */
static const struct scene_series *beyond_line(struct page *p, struct scene_panel *panel)
{
	size_t n = 0;
	struct block *b = page_judged_blocks(p, &n);
	struct scene_series *l = page_block_line(p, panel, b, n, LINE_COUNT, "beyond its own");

	if (l) {
		page_end_texts(p, l, p->v->main.column);
		l->band = true;
	}
	return l;
}

static void memory_panel(struct page *p, bool alone)
{
	const struct line_of *main = main_line(p);
	struct scene_panel *panel =
		main ? page_panel(p, PLACE_MAIN, "Memory", "whole process tree", UNIT_KIB, alone ? 3 : 2) : NULL;
	const struct scene_series *deciding = NULL;

	for (size_t i = 0; panel && i < N_MEMORY; i++) {
		if (!wanted(p, &memory[i]) || (&memory[i] != main && hides(p, &memory[i], main)))
			continue;
		struct scene_series *line =
			page_line(p, panel, page_series(p, memory[i].column), memory[i].role, memory[i].label);

		if (line && page_decides(p, memory[i].column) && !p->v->main.beyond_own) {
			line->band = true;
			deciding = line;
		}
	}
	if (panel && p->v->main.beyond_own)
		deciding = beyond_line(p, panel);
	if (deciding)
		dress(p, panel, deciding);
}

/* Whatever decided must be on the page. True: it is no line of the memory panel, and has one of its own. */
static bool deciding_panel(struct page *p)
{
	const char *column = p->v->main.column;
	const struct series *s = page_series(p, column);
	enum scene_role role = strcmp(column, "vsz_kb") == 0        ? LINE_VIRTUAL
			       : strcmp(column, DRIVER_COLUMN) == 0 ? LINE_DRIVER
								    : LINE_COUNT;

	for (size_t i = 0; i < N_MEMORY; i++)
		if (page_decides(p, memory[i].column))
			return false;
	if (!s)
		return false;
	char title[80];

	snprintf(title, sizeof(title), "%s", report_label(column));
	title[0] = (char)(title[0] >= 'a' && title[0] <= 'z' ? title[0] - 'a' + 'A' : title[0]);

	struct scene_panel *panel = page_panel(p, PLACE_MAIN, title, "", column_is_memory(column) ? UNIT_KIB : UNIT_COUNT, 3);
	struct scene_series *line = panel ? page_line(p, panel, s, role, report_label(column)) : NULL;

	if (line) {
		line->band = true;
		dress(p, panel, line);
	}
	return true;
}

enum sk_code report_panels(const struct evidence_file *f, const struct verdict *v, struct scene *s, struct sk_err *err)
{
	struct page p = { .f = f, .v = v, .s = s };

	s->panel = sk_calloc(PAGE_PANELS, sizeof(*s->panel));
	if (!s->panel)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the picture");
	p.failed = page_judged(v) && landmarks_find(&f->ev, &v->main, &p.marks) != SK_OK;
	memory_panel(&p, !deciding_panel(&p));
	page_strips(&p);
	page_operations(&p);
	page_attribution(&p);
	page_forecast(&p); /* before what the line leaves: where a column has no room for both, the date matters more */
	page_residuals(&p);
	return p.failed ? sk_fail(err, SK_ENOMEM, 0, "no memory for the picture") : SK_OK;
}
