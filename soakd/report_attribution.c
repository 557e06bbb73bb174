/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the growth is: the level at the start, what each part added, what none of them explains, the level at the end.
 * The parts and the rest sum to the whole, because whole and parts are taken alike: medians of the first and the last
 * tenth of one span, or, of what is seldom read, one reading each that is no spike. The note says which span that is.
 *
 * Of roles where several grew; else by the target's own accounting (PostgreSQL's memory contexts) where that explains
 * most of it; else of mapping classes. The span is that which was judged, and of a plateau the whole run: it too has come from
 * somewhere. Where memory goes up and down, start and end are places in its cycle: none is drawn.
 * Of shared memory that was touched it is RSS that grew, of what the kernel says it consists of.
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
#define SELDOM  40   /* readings: below, a tenth of the span has less than four */
#define PARTS   64

struct change {
	char name[EXPLAINED_NAME];
	double kb;
};

struct whole {
	double from_s, to_s, start, end;
	struct change part[PARTS];
	size_t n;
	struct block read[SERIES_DRAWN]; /* when the parts were read: the blocks of the one that was most often */
	size_t n_read;
	bool seldom;    /* too few readings for a level of each tenth */
	double width_s; /* of a block: readings so near are of one moment */
};

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

/* When the parts of a kind were read, of mappings more seldom than each row. */
static void when_read(const struct page *p, const char *by, struct whole *w)
{
	const struct series *most = NULL;

	for (size_t i = 0; i < p->f->ev.n_parts; i++)
		if (strcmp(p->f->ev.part[i].by, by) == 0 && (!most || p->f->ev.part[i].series->all.n > most->all.n))
			most = p->f->ev.part[i].series;
	w->n_read = most && most->cap <= SERIES_DRAWN ? series_blocks(most, w->read, &w->width_s) : 0;
}

/* From the first to the last reading of a kind within the span; of who became too big there are none any more. Returns the span's length. */
static double span_of(const struct page *p, const char *by, struct whole *w)
{
	bool whole_run = p->v->main.verdict == VERDICT_PLATEAU || p->v->main.verdict == VERDICT_SHARED_TOUCH;
	double from = whole_run ? 0 : judged_from(&p->v->main);
	double to = p->v->main.fit.valid && verdict_grows(p->v->main.verdict) ? p->v->main.fit.t1 : p->s->x1;
	size_t readings = 0;

	when_read(p, by, w);
	w->from_s = w->to_s = NAN;
	for (size_t i = 0; i < w->n_read; i++) {
		if (w->read[i].n == 0 || w->read[i].t < from || w->read[i].t > to)
			continue;
		w->from_s = isnan(w->from_s) ? w->read[i].t : w->from_s;
		w->to_s = w->read[i].t;
		readings++;
	}
	w->seldom = readings < SELDOM;
	return to - from;
}

/* Levels of tenths; of what was seldom read the first and the last reading: medians of few that are far apart do not add up. */
static bool levels_of_ends(const struct whole *w, const struct block *b, size_t n, double *start, double *end)
{
	if (!w->seldom)
		return blocks_ends(b, n, w->from_s, w->to_s, start, end);
	*start = block_at(b, n, w->from_s, w->width_s);
	*end = block_at(b, n, w->to_s, w->width_s);
	return isfinite(*start) || isfinite(*end);
}

/* A part that is not there has no memory. */
static bool ends_of(struct page *p, const struct series *s, const struct whole *w, double *start, double *end)
{
	struct block *b = sk_calloc(s->cap, sizeof(*b));
	bool found;

	p->failed |= !b;
	found = b && levels_of_ends(w, b, series_blocks(s, b, NULL), start, end);
	*start = found && isnan(*start) ? 0 : *start;
	*end = found && isnan(*end) ? 0 : *end;
	free(b);
	return found;
}

/* Of few readings one at each end that is no spike: what came and went between two rows is no growth. */
static bool leave_spikes(struct whole *w, const struct block *b, size_t n)
{
	double t[SERIES_DRAWN], from, to;
	size_t k = 0;

	for (size_t i = 0; i < w->n_read; i++)
		if (w->read[i].n > 0)
			t[k++] = w->read[i].t;
	if (!reading_at_level(b, n, t, k, w->from_s, w->to_s, w->width_s, false, &from) ||
	    !reading_at_level(b, n, t, k, w->from_s, w->to_s, w->width_s, true, &to))
		return false;
	w->from_s = from;
	w->to_s = to;
	return to > from;
}

static bool whole_ends(struct page *p, struct whole *w)
{
	size_t n = 0;
	struct block *b = w->to_s > w->from_s ? page_judged_blocks(p, &n) : NULL;
	bool found = b && (!w->seldom || leave_spikes(w, b, n)) && levels_of_ends(w, b, n, &w->start, &w->end) &&
		     isfinite(w->start) && isfinite(w->end);

	free(b);
	return found;
}

/* The parts of a kind; false: there are none, or they were read in less than COVERS of the span, or not at both ends of that. */
static bool read_parts(struct page *p, const char *by, struct whole *w)
{
	bool at_start = false, at_end = false;
	double judged = span_of(p, by, w);

	w->n = 0;
	if (!whole_ends(p, w) || !(w->to_s - w->from_s >= COVERS * judged))
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
	w->seldom = false;
	w->from_s = judged_from(&p->v->main);
	w->to_s = p->v->main.fit.valid ? p->v->main.fit.t1 : p->s->x1;
	if (!verdict_grows(p->v->main.verdict) || !e->source[0] || !(e->share >= .5) || !(e->span_s > 0) || !whole_ends(p, w))
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

/* RSS and what the kernel counts it as: the three sum to it. */
static bool read_resident(struct page *p, struct whole *w)
{
	static const struct {
		const char *column, *name;
	} kinds[] = { { "rss_shmem_kb", "shared, touched" }, { "anon_kb", "private" }, { "file_kb", "files, programs" } };
	const struct series *rss = page_series(p, "rss_kb");
	double start, end;

	w->n = 0;
	w->seldom = false;
	w->from_s = 0;
	w->to_s = p->s->x1;
	if (!rss || !page_series(p, kinds[0].column) || !ends_of(p, rss, w, &w->start, &w->end))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		const struct series *s = page_series(p, kinds[i].column);

		if (s && ends_of(p, s, w, &start, &end))
			add_change(w, kinds[i].name, end - start);
	}
	return true;
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
			snprintf(label, sizeof(label), "%zu other%s", n_others, n_others == 1 ? "" : "s");
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

	if (m->verdict == VERDICT_SAWTOOTH || m->verdict == VERDICT_LOAD || (m->kind == LEAK_UNDER_SAWTOOTH && w->seldom))
		return false;
	if (verdict_grows(m->verdict) && restarted_within(&p->f->ev, w->from_s, w->to_s))
		return false; /* its two ends are of two lives, and their difference is not what grew in each */
	if (calm && !(m->rate_lo > 0 || m->rate_hi < 0)) /* noise has no parts */
		return false;
	return change > 0 &&
	       (verdict_grows(p->v->main.verdict) || (change >= least && change >= MATTERS * fmax(w->start, w->end)));
}

/* Whose parts explain it; NULL: nobody's are known. */
static const char *choose(struct page *p, struct whole *w)
{
	if (p->v->main.verdict == VERDICT_SHARED_TOUCH)
		return read_resident(p, w) ? "kind of page" : NULL;
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

/* The table has a span of its own for each series; here it is that in which the parts are known, between the levels that are taken. */
static char *span_note(struct page *p, const struct whole *w)
{
	struct text t = TEXT_INIT;
	double middle = w->seldom ? 0 : (w->to_s - w->from_s) / 20; /* of a tenth, at which its median is the level */
	double start = w->from_s + middle;
	char from[40], to[40];

	text_addf(&t, "from %s to %s", fmt_duration(from, sizeof(from), start < 1 ? 0 : start),
		  fmt_duration(to, sizeof(to), w->to_s - middle));
	return page_text(p, &t);
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
			text_addf(&title, "%s by %s",
				  p->v->main.verdict == VERDICT_SHARED_TOUCH ? "RSS"
				  : verdict_grows(p->v->main.verdict)        ? "Growth"
									     : "Change",
				  by);

		struct scene_panel *panel = page_panel(p, PLACE_SIDE, text_str(&title), "",
						       column_is_memory(p->v->main.column) ? UNIT_KIB : UNIT_COUNT, 1.2);

		if (panel)
			panel->bar = sk_calloc(SHOWN + 4, sizeof(*panel->bar));
		p->failed |= title.failed || (panel && !panel->bar);
		if (panel)
			panel->note = span_note(p, w);
		if (!p->failed && panel)
			add_bars(p, panel, w);
	}
	text_release(&title);
	free(w);
}
