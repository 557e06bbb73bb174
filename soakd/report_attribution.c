/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the growth is: the level at the start, what each part added, what none of them explains, the level at the end.
 * The parts and the rest sum to the whole, because whole and parts are read alike: medians of the first and the last
 * tenth of one span.
 *
 * Of roles where several grew; else by the target's own accounting (PostgreSQL's memory contexts) where that explains
 * most of it; else of mapping classes. The span is that which was judged, and of a verdict without growth the whole run:
 * a plateau too has come from somewhere.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/residuals.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/report_page.h"
#include "soakd/words.h"

#define SHOWN   5    /* parts; the rest of them is one bar */
#define LEAST   .005 /* of the whole: what is less is in that bar */
#define COVERS  .8   /* of the span: what was read in less of it does not say what the whole of it brought */
#define MATTERS .01  /* of the level: a change below is none that needs an explanation; a leak always does */
#define PARTS   64

struct change {
	char name[EXPLAINED_NAME];
	double kb;
};

struct whole {
	double from_s, to_s, start, end;
	struct change part[PARTS];
	size_t n;
};

static bool grows(const struct verdict *v)
{
	return v->main.verdict == VERDICT_LEAK || v->main.verdict == VERDICT_SUSPECTED;
}

/* Shared memory explains no private memory, and the other way round. */
static bool of_column(const struct page *p, const struct evidence_part *part)
{
	bool shared = strcmp(part->name, "shmem") == 0;

	if (strcmp(part->by, "class") != 0)
		return true;
	if (page_decides(p, "anon_kb"))
		return !shared;
	return !page_decides(p, "shmem_kb") || shared;
}

/* What of the span a kind was read in: mappings are read more seldom, and of who became too big no more. Returns its length. */
static double span_of(const struct page *p, const char *by, struct whole *w)
{
	double first = INFINITY, last = -INFINITY;
	double from = grows(p->v) ? judged_from(&p->v->main) : 0;
	double to = p->v->main.fit.valid && grows(p->v) ? p->v->main.fit.t1 : p->s->x1;

	for (size_t i = 0; i < p->f->ev.n_parts; i++) {
		if (strcmp(p->f->ev.part[i].by, by) == 0 && p->f->ev.part[i].series->all.n > 0) {
			first = fmin(first, p->f->ev.part[i].series->first_t);
			last = fmax(last, p->f->ev.part[i].series->last_t);
		}
	}
	w->from_s = fmax(from, first);
	w->to_s = fmin(to, last);
	return to - from;
}

static bool ends_of(struct page *p, const struct series *s, const struct whole *w, double *start, double *end)
{
	struct block *b = sk_calloc(s->cap, sizeof(*b));
	bool found;

	p->failed |= !b;
	found = b && blocks_ends(b, series_blocks(s, b, NULL), w->from_s, w->to_s, start, end);
	free(b);
	return found;
}

static bool whole_ends(struct page *p, struct whole *w)
{
	size_t n = 0;
	struct block *b = w->to_s > w->from_s ? page_judged_blocks(p, &n) : NULL;
	bool found = b && blocks_ends(b, n, w->from_s, w->to_s, &w->start, &w->end);

	free(b);
	return found;
}

/* The parts of a kind; false: there are none, or they were read in less than COVERS of the span, or not at both ends of that. */
static bool read_parts(struct page *p, const char *by, struct whole *w)
{
	bool at_start = false, at_end = false;

	double judged;

	w->n = 0;
	judged = span_of(p, by, w);
	if (!(w->to_s - w->from_s >= COVERS * judged) || !whole_ends(p, w))
		return false;
	for (size_t i = 0; i < p->f->ev.n_parts && w->n < PARTS && !p->failed; i++) {
		const struct evidence_part *part = &p->f->ev.part[i];
		double start, end;

		if (strcmp(part->by, by) != 0 || !of_column(p, part) || !ends_of(p, part->series, w, &start, &end))
			continue;
		at_start |= start > 0;
		at_end |= end > 0;
		snprintf(w->part[w->n].name, sizeof(w->part[w->n].name), "%s", part->name);
		w->part[w->n++].kb = end - start;
	}
	return w->n > 0 && at_start && at_end;
}

static void add_change(struct whole *w, const char *name, double kb)
{
	snprintf(w->part[w->n].name, sizeof(w->part[w->n].name), "%s", name);
	w->part[w->n++].kb = kb;
}

/* "CachedPlanSource"; with what it lies below where another has that name too. */
static void item_label(char *out, size_t n, const struct explained *e, size_t item)
{
	const char *last = strrchr(e->top[item].name, '/');

	for (size_t i = 0; i < e->n_top && last; i++) {
		const char *other = strrchr(e->top[i].name, '/');

		if (i != item && other && strcmp(other, last) == 0)
			last = NULL;
	}
	if (last)
		snprintf(out, n, "%s", last + 1);
	else
		item_place(out, n, e->top[item].name);
}

/*
 * The target's own accounting: its items where they add up, else what is in use, fragmented and kept. It has rates and
 * no levels: what they come to between the middles of the two tenths.
 */
static bool read_account(struct page *p, struct whole *w)
{
	const struct explained *e = &p->v->explained;
	double times;

	w->n = 0;
	w->from_s = judged_from(&p->v->main);
	w->to_s = p->v->main.fit.valid ? p->v->main.fit.t1 : p->s->x1;
	if (!grows(p->v) || !e->source[0] || !(e->share >= .5) || !(e->span_s > 0) || !whole_ends(p, w))
		return false;
	times = .9 * (w->to_s - w->from_s) / e->span_s;
	for (size_t i = 0; i < e->n_top; i++) {
		char place[EXPLAINED_NAME];

		item_label(place, sizeof(place), e, i);
		add_change(w, place, e->top[i].growth_kb * times);
	}
	if (e->n_top == 0) {
		add_change(w, "in use", e->explained_kb * times);
		add_change(w, "fragmentation", e->fragmentation_kb * times);
		add_change(w, "kept free", e->retention_kb * times);
	}
	for (size_t i = 0; i < w->n; i++)
		if (!isfinite(w->part[i].kb))
			return false;
	return w->n > 0;
}

static size_t growing(const struct whole *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++)
		n += w->part[i].kb * (w->end - w->start) > 0 && fabs(w->part[i].kb) > LEAST * fabs(w->end - w->start);
	return n;
}

static int by_size(const void *pa, const void *pb)
{
	const struct change *a = pa, *b = pb;

	return fabs(a->kb) != fabs(b->kb) ? (fabs(a->kb) < fabs(b->kb) ? 1 : -1) : strcmp(a->name, b->name);
}

static char *change_text(struct page *p, const struct whole *w, double kb)
{
	struct text t = TEXT_INIT;

	text_add(&t, kb > 0 ? "+" : "");
	add_level(&t, p->v->main.column, kb);
	text_addf(&t, " \302\267 %.0f %%", round(100 * kb / (w->end - w->start)) + 0.0);
	return page_text(p, &t);
}

static void add_bar(struct page *p, struct scene_panel *panel, enum scene_bar_kind kind, const char *label, char *text,
		    double from, double to)
{
	panel->bar[panel->n_bars++] = (struct scene_bar){ page_string(p, label), text, from, to, kind };
}

static char *level_text(struct page *p, double v)
{
	struct text t = TEXT_INIT;

	add_level(&t, p->v->main.column, v);
	return page_text(p, &t);
}

/* The first SHOWN parts, the others as one, and what is left over as exactly what is left over. */
static void add_bars(struct page *p, struct scene_panel *panel, struct whole *w)
{
	double at = w->start, others = 0;
	size_t n_others = 0;
	bool uncounted = false;
	char label[40];

	qsort(w->part, w->n, sizeof(*w->part), by_size);
	add_bar(p, panel, BAR_START, "start", level_text(p, w->start), 0, w->start);
	for (size_t i = 0; i < w->n; i++) {
		double kb = w->part[i].kb;

		bool rest = strcmp(w->part[i].name, "other") == 0; /* those that were too many to read each by itself */

		if (i >= SHOWN || fabs(kb) < LEAST * fabs(w->end - w->start) || rest) {
			others += kb;
			n_others += kb != 0;
			uncounted = uncounted || rest;
			continue;
		}
		add_bar(p, panel, BAR_PART, w->part[i].name, change_text(p, w, kb), at, at + kb);
		at += kb;
	}
	if (fabs(others) >= LEAST * fabs(w->end - w->start)) {
		if (uncounted)
			snprintf(label, sizeof(label), "all others");
		else
			snprintf(label, sizeof(label), "%zu others", n_others);
		add_bar(p, panel, BAR_PART, label, change_text(p, w, others), at, at + others);
		at += others;
	}
	add_bar(p, panel, BAR_UNEXPLAINED, "not explained", change_text(p, w, w->end - at), at, w->end);
	add_bar(p, panel, BAR_END, "end", level_text(p, w->end), 0, w->end);
}

static bool matters(const struct page *p, const struct whole *w)
{
	double change = fabs(w->end - w->start), least = column_is_memory(p->v->main.column) ? 64 : 2;
	const struct series_verdict *m = &p->v->main;
	bool calm = m->verdict == VERDICT_STABLE || m->verdict == VERDICT_INSUFFICIENT;

	if (calm && !(m->rate_lo > 0 || m->rate_hi < 0)) /* noise has no parts */
		return false;
	return change > 0 && (grows(p->v) || (change >= least && change >= MATTERS * fmax(w->start, w->end)));
}

/* Whose parts explain it; NULL: nobody's are known. */
static const char *choose(struct page *p, struct whole *w)
{
	if (page_decides(p, "fds"))
		return read_parts(p, "fd-kind", w) ? "kind of descriptor" : NULL;
	if (p->v->main.beyond_own || !column_is_memory(p->v->main.column) || page_decides(p, DRIVER_COLUMN) ||
	    page_decides(p, "vsz_kb"))
		return NULL;
	if (read_parts(p, "role", w) && growing(w) > 1)
		return "role";
	if (read_account(p, w))
		return p->v->explained.n_top > 0 ? "memory context" : p->v->explained.source;
	if (read_parts(p, "class", w))
		return "mapping class";
	return read_parts(p, "role", w) ? "role" : NULL;
}

void page_attribution(struct page *p)
{
	struct whole *w = sk_calloc(1, sizeof(*w));
	struct text title = TEXT_INIT;

	p->failed |= !w;

	const char *by = w && !p->failed && p->v->gate == GATE_NONE ? choose(p, w) : NULL;

	if (by && matters(p, w)) {
		if (by == p->v->explained.source)
			text_addf(&title, "Growth as %s has it", by);
		else
			text_addf(&title, "%s by %s", w->end < w->start ? "Change" : "Growth", by);

		struct scene_panel *panel = page_panel(p, PLACE_SIDE, text_str(&title), "",
						       column_is_memory(p->v->main.column) ? UNIT_KIB : UNIT_COUNT, 1.2);

		if (panel)
			panel->bar = sk_calloc(SHOWN + 4, sizeof(*panel->bar));
		p->failed |= title.failed || (panel && !panel->bar);
		if (!p->failed && panel)
			add_bars(p, panel, w);
	}
	text_release(&title);
	free(w);
}
