/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which series go into which panel of the page, which role each line has, and the fit over the one that decides.
 *
 * The deciding series has a panel where its growth can be seen: beside an RSS that counts shared memory many times over, a leak
 * of private memory would be a flat line at the bottom. Where the others would hide it, they get a panel of their own.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/phase_table.h"
#include "soakd/report_internal.h"
#include "soakd/words.h"

#define PANELS_MAX  8
#define LINES_MAX   6 /* series of a panel */
#define BAND_POINTS 25
#define HIDES       3.0 /* a line this much higher hides the shape of another */

struct page {
	const struct evidence_file *f;
	const struct verdict *v;
	struct scene *s;
	bool failed; /* no memory: sticky */
};

struct line_of {
	const char *column;
	enum scene_role role;
	const char *label;
};

static char *dup_or_fail(struct page *p, const char *s)
{
	char *d = plain_dup(s);

	p->failed |= !d;
	return d;
}

static struct scene_panel *new_panel(struct page *p, const char *title, const char *y_label, enum scene_unit unit, double weight)
{
	struct scene_panel *panel = &p->s->panel[p->s->n_panels];

	*panel = (struct scene_panel){ .unit = unit, .weight = weight, .from_zero = true };
	p->s->n_panels++;
	panel->title = dup_or_fail(p, title);
	panel->y_label = dup_or_fail(p, y_label);
	panel->series = sk_calloc(LINES_MAX, sizeof(*panel->series));
	panel->line = sk_calloc(2, sizeof(*panel->line));
	p->failed |= !panel->series || !panel->line;
	return panel;
}

static const struct series *usable(const struct page *p, const char *column)
{
	const struct series *s = evidence_column(p->f, column);

	return s && s->all.n > 0 ? s : NULL;
}

static char *level_text(struct page *p, const char *column, double v)
{
	struct text t = TEXT_INIT;
	char *s;

	add_level(&t, column, v);
	s = text_take(&t);
	p->failed |= !s;
	return s;
}

/* Medians of the ends: one odd sample must not be what is written beside the line. */
static void end_texts(struct page *p, struct scene_series *l, const char *column)
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

static struct scene_series *add_line(struct page *p, struct scene_panel *panel, const struct series *s, enum scene_role role,
				     const char *label)
{
	struct scene_series *l = &panel->series[panel->n_series];

	if (p->failed || panel->n_series == LINES_MAX)
		return NULL;
	panel->n_series++;
	l->role = role;
	l->label = dup_or_fail(p, label);
	l->b = report_blocks(p->f, s, &l->n);
	p->failed |= !l->b;
	if (!p->failed)
		end_texts(p, l, s->name);
	return l;
}

static void fit_band(struct page *p, struct scene_line *l, const struct fit_line *fit)
{
	double slope = (fit->y1 - fit->y0) / (fit->t1 - fit->t0), half = (fit->slope_hi - fit->slope_lo) / 2;

	if (!(half >= 0) || !(fit->level_se >= 0))
		return;
	l->bx = sk_calloc(BAND_POINTS, sizeof(double));
	l->lo = sk_calloc(BAND_POINTS, sizeof(double));
	l->hi = sk_calloc(BAND_POINTS, sizeof(double));
	if (!l->bx || !l->lo || !l->hi) {
		p->failed = true;
		return;
	}
	for (size_t i = 0; i < BAND_POINTS; i++) {
		double t = fit->t0 + (fit->t1 - fit->t0) * (double)i / (BAND_POINTS - 1);
		double y = fit->y0 + slope * (t - fit->t0);
		/* level and slope are independent at the mean time; 1.96: 95 % */
		double e = hypot(1.96 * fit->level_se, half * (t - fit->t_mean));

		l->bx[i] = t;
		l->lo[i] = y - e;
		l->hi[i] = y + e;
	}
	l->n_band = BAND_POINTS;
}

static void add_fit(struct page *p, struct scene_panel *panel)
{
	const struct series_verdict *m = &p->v->main;
	const struct fit_line *fit = &m->fit;
	struct text t = TEXT_INIT;

	if (p->failed || !fit->valid || !(fit->t1 > fit->t0))
		return;
	struct scene_line *l = &panel->line[panel->n_lines++];

	*l = (struct scene_line){ .x0 = fit->t0, .y0 = fit->y0, .x1 = fit->t1, .y1 = fit->y1 };
	add_rate(&t, m->column, isfinite(m->rate_kb_per_h) ? m->rate_kb_per_h : 3600 * (fit->y1 - fit->y0) / (fit->t1 - fit->t0));
	l->label = text_take(&t);
	p->failed |= !l->label;
	fit_band(p, l, fit);
}

static void add_limit(struct page *p, struct scene_panel *panel)
{
	char buf[40];
	struct text t = TEXT_INIT;

	/* only where it matters: a limit that growth will reach */
	if (p->failed || !isfinite(p->v->limit_kb) || !isfinite(p->v->limit_unix))
		return;
	text_addf(&t, "limit %s", fmt_kb(buf, sizeof(buf), p->v->limit_kb));
	panel->line[panel->n_lines] = (struct scene_line){
		.y0 = p->v->limit_kb, .y1 = p->v->limit_kb, .x1 = p->s->x1, .limit = true, .label = text_take(&t)
	};
	p->failed |= !panel->line[panel->n_lines++].label;
}

static const struct line_of memory[] = {
	{ "anon_kb", LINE_PRIVATE, "private" }, { "uss_kb", LINE_PRIVATE, "unshared (USS)" }, { "pss_kb", LINE_PSS, "PSS" },
	{ "rss_kb", LINE_RSS, "RSS" },          { "shmem_kb", LINE_SHARED, "shared" },
};
#define N_MEMORY (sizeof(memory) / sizeof(*memory))

static bool decides(const struct page *p, const char *column)
{
	return strcmp(p->v->main.column, column) == 0;
}

/* USS beside private memory is the same line twice, unless it decides. */
static bool wanted(const struct page *p, const struct line_of *l)
{
	return usable(p, l->column) && (strcmp(l->column, "uss_kb") != 0 || decides(p, "uss_kb") || !usable(p, "anon_kb"));
}

static void memory_line(struct page *p, struct scene_panel *panel, const struct line_of *l)
{
	struct scene_series *line = add_line(p, panel, usable(p, l->column), l->role, l->label);

	if (!line || p->failed)
		return;
	line->band = decides(p, l->column);
}

/* The line whose shape must be seen: the deciding one if it is memory of this table, else the first there is. */
static const struct line_of *main_line(const struct page *p)
{
	for (size_t i = 0; i < N_MEMORY; i++)
		if (decides(p, memory[i].column) && usable(p, memory[i].column))
			return &memory[i];
	for (size_t i = 0; i < N_MEMORY; i++)
		if (wanted(p, &memory[i]))
			return &memory[i];
	return NULL;
}

static bool hides(const struct page *p, const struct line_of *l, const struct line_of *main)
{
	return usable(p, l->column)->max > HIDES * fmax(usable(p, main->column)->max, 1);
}

/*
 * The deciding series may have a truncated axis, where its change would not be seen on a whole one; the axis shows that it is
 * broken. The others start at 0: their flatness is what they are there to show.
 */
static bool from_zero(const struct scene_panel *panel)
{
	double lo = INFINITY, hi = -INFINITY;

	for (size_t k = 0; k < panel->n_series; k++) {
		for (size_t i = 0; i < panel->series[k].n; i++) {
			if (panel->series[k].b[i].n > 0) {
				lo = fmin(lo, panel->series[k].b[i].min);
				hi = fmax(hi, panel->series[k].b[i].max);
			}
		}
	}
	return !(hi - lo < 0.1 * hi);
}

static void memory_panels(struct page *p)
{
	const struct line_of *main = main_line(p);
	struct scene_panel *panel;
	bool others = false;

	if (!main)
		return;
	panel = new_panel(p, "Memory", "whole process tree", UNIT_KIB, 3);
	if (p->failed)
		return;
	for (size_t i = 0; i < N_MEMORY; i++) {
		if (!wanted(p, &memory[i]))
			continue;
		if (&memory[i] == main || !hides(p, &memory[i], main))
			memory_line(p, panel, &memory[i]);
		else
			others = true;
	}
	if (decides(p, main->column)) {
		panel->from_zero = from_zero(panel);
		add_fit(p, panel);
		add_limit(p, panel);
	}
	if (!others || p->failed)
		return;
	panel = new_panel(p, "Memory with shared pages", "whole process tree", UNIT_KIB, 1.5);
	for (size_t i = 0; i < N_MEMORY && !p->failed; i++)
		if (&memory[i] != main && wanted(p, &memory[i]) && hides(p, &memory[i], main))
			memory_line(p, panel, &memory[i]);
}

/* A panel of one series, where the column has values. */
static void single_panel(struct page *p, const char *column, const char *title, const char *label, enum scene_role role,
			 enum scene_unit unit, double weight)
{
	const struct series *s = usable(p, column);
	struct scene_panel *panel;

	if (!s || p->failed || p->s->n_panels == PANELS_MAX)
		return;
	panel = new_panel(p, title, "", unit, weight);
	if (p->failed)
		return;
	add_line(p, panel, s, role, label);
	if (decides(p, column)) {
		panel->from_zero = from_zero(panel);
		add_fit(p, panel);
	}
}

/* What the memory is made of. False: the run does not say, or has only one kind, which the panel of the heap shows as well. */
static bool classes_panel(struct page *p)
{
	struct report_class c[REPORT_CLASSES];
	size_t n = report_classes(p->f, c);
	struct scene_panel *panel;

	if (n < 2 || p->failed || p->s->n_panels == PANELS_MAX || decides(p, "heap_kb"))
		return false;
	panel = new_panel(p, "By mapping class", "private pages; shmem: its share", UNIT_KIB, 1.5);
	for (size_t i = 0; i < n && !p->failed; i++) {
		struct scene_series *l = add_line(p, panel, c[i].series, c[i].role, c[i].series->name);

		if (l && !p->failed)
			end_texts(p, l, "anon_kb"); /* in KiB, though its name is no column's */
	}
	return true;
}

/* A counter's blocks as rates: from the middle of one block to the middle of the next. A counter that falls is a new one. */
static void to_rates(struct block *b, size_t n)
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

/* A block has what was before and behind a phase's boundary; the rows at the two boundaries say that nothing was done between. */
static void rest_in_phases(const struct page *p, const char *column, struct scene_series *l)
{
	const struct phase_table *t = p->f->phases;

	for (size_t k = 0; t && k < phase_table_kept(t); k++) {
		const struct phase_done *d = phase_table_at(t, k);
		const struct phase_figures *f = phase_done_column(d, column);
		double from = d->started - p->f->ev.start_unix, to = d->ended - p->f->ev.start_unix;

		for (size_t i = 0; f && f->after == f->before && i < l->n; i++)
			if (l->b[i].n > 0 && l->b[i].t >= from && l->b[i].t <= to)
				l->b[i].mean = l->b[i].median = l->b[i].min = l->b[i].max = 0;
	}
}

static void rate_line(struct page *p, struct scene_panel *panel, const char *column, enum scene_role role, const char *label)
{
	const struct series *s = usable(p, column);
	struct scene_series *l = s ? add_line(p, panel, s, role, label) : NULL;
	struct text t = TEXT_INIT;
	char buf[40];

	if (!l || p->failed)
		return;
	to_rates(l->b, l->n);
	rest_in_phases(p, column, l);
	free(l->start);
	free(l->end);
	l->start = NULL;
	text_addf(&t, "%s in all", fmt_count(buf, sizeof(buf), s->last_y));
	l->end = text_take(&t);
	p->failed |= !l->end;
}

static void operations_panel(struct page *p)
{
	const struct series *ops = usable(p, "ops"), *errors = usable(p, "errors");
	struct scene_panel *panel;

	if (!ops || ops->all.n < 2 || !(ops->max > 0) || p->failed)
		return;
	panel = new_panel(p, "Operations", "per second", UNIT_PER_S, 1);
	if (p->failed)
		return;
	rate_line(p, panel, "ops", LINE_OPS, "operations");
	if (errors && errors->max > 0)
		rate_line(p, panel, "errors", LINE_ERRORS, "errors");
}

/* Whatever decided must be on the page. */
static void deciding_panel(struct page *p)
{
	const char *column = p->v->main.column;
	bool kb = column_is_memory(column);

	for (size_t i = 0; i < N_MEMORY; i++)
		if (decides(p, memory[i].column))
			return;
	if (decides(p, "vsz_kb") || decides(p, "heap_kb") || decides(p, "driver_anon_kb"))
		return;
	single_panel(p, column, report_label(column), column, LINE_COUNT, kb ? UNIT_KIB : UNIT_COUNT, 2);
}

enum sk_code report_panels(const struct evidence_file *f, const struct verdict *v, struct scene *s, struct sk_err *err)
{
	struct page p = { f, v, s, false };

	s->panel = sk_calloc(PANELS_MAX, sizeof(*s->panel));
	if (!s->panel)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the picture");
	deciding_panel(&p);
	memory_panels(&p);
	single_panel(&p, "vsz_kb", "Virtual size", "virtual", LINE_VIRTUAL, UNIT_KIB, 1);
	if (!classes_panel(&p))
		single_panel(&p, "heap_kb", "Heap", "heap", LINE_HEAP, UNIT_KIB, 1);
	operations_panel(&p);
	single_panel(&p, "driver_anon_kb", "Load driver", "private", LINE_DRIVER, UNIT_KIB, 0.6);
	return p.failed ? sk_fail(err, SK_ENOMEM, 0, "no memory for the picture") : SK_OK;
}
