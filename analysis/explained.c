/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/explained.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/known.h"
#include "analysis/season.h"
#include "analysis/theil_sen.h"
#include "analysis/track.h"
#include "analysis/verdict.h"

#define PART_SHARE  .01 /* items below this share of the growth are not named */
#define PARTS_ADDED 8
#define PAGES_MIN   8192. /* KiB of the allocator's pages: of fewer a few size classes that are not full make any ratio */

const char *const growth_rest_name[GROWTH_RESTS] = { NULL, "fragmentation", "retention", "other" };

const char *fragmentation_word(double ratio)
{
	if (isnan(ratio))
		return NULL;
	return ratio > FRAGMENTATION_HIGH ? "high" : ratio >= FRAGMENTATION_NOTABLE ? "notable" : "normal";
}

struct span {
	double from, to;
};

/* The points of p within the span. */
static struct points cut(const struct points *p, const struct span *s)
{
	size_t a = 0, b = p->n;

	if (b == 0)
		return *p; /* not known: there is no array to point into */
	while (a < b && p->t[a] < s->from)
		a++;
	while (b > a && p->t[b - 1] > s->to)
		b--;
	return (struct points){ p->t + a, p->kb + a, b - a };
}

/* From where the growth is judged, if enough epochs lie there: after a late bend there may be few. */
static struct span span_of(const struct verdict *v, const struct account *a)
{
	const struct series_verdict *m = &v->main;
	struct span s = { judged_from(m), INFINITY };
	struct points in_use = cut(&a->in_use, &s);

	if (in_use.n < SPAN_EPOCHS) {
		in_use = a->in_use;
		s.from = -INFINITY;
	}
	if (in_use.n)
		s = (struct span){ in_use.t[0], in_use.t[in_use.n - 1] };
	return s;
}

/* Growth over the span; NaN for fewer than EXPLAINED_EPOCHS points. lo (may be NULL): its lower bound. */
static enum sk_code growth(const struct points *all, const struct span *s, double *kb, double *lo)
{
	struct points p = cut(all, s);
	struct theil_sen fit;
	enum sk_code rc;

	*kb = NAN;
	if (lo)
		*lo = NAN;
	if (p.n < EXPLAINED_EPOCHS)
		return SK_OK;
	rc = theil_sen(p.t, p.kb, p.n, &fit);
	if (rc != SK_OK)
		return rc == SK_ENOMEM ? rc : SK_OK;
	*kb = fit.slope * (s->to - s->from);
	if (lo)
		*lo = fit.lo * (s->to - s->from);
	return SK_OK;
}

/* Sums over the processes of one source. */
struct sums {
	double seen, lo, in_use, in_use_lo, active, held;
	double end_in_use, end_active; /* at the last epoch */
	struct span span;
};

static double last_of(const struct points *p)
{
	return p->n ? p->kb[p->n - 1] : NAN;
}

static struct explained_item *item_of(struct explained *e, const char *name)
{
	size_t i = 0;

	while (i < e->n_top && strcmp(e->top[i].name, name) != 0)
		i++;
	return i < e->n_top ? &e->top[i] : NULL;
}

static void add_item(struct explained *e, const char *name, double kb)
{
	struct explained_item *it = item_of(e, name);

	if (!it && e->n_top < EXPLAINED_TOP) {
		it = &e->top[e->n_top++];
		snprintf(it->name, sizeof(it->name), "%s", name);
	}
	if (it)
		it->growth_kb += kb;
}

static enum sk_code add_items(struct explained *e, const struct account *a, const struct span *s)
{
	double kb;

	for (size_t i = 0; a->source->by && i < a->n_items; i++) {
		if (growth(&a->item[i].kb, s, &kb, NULL) != SK_OK)
			return SK_ENOMEM;
		if (isfinite(kb))
			add_item(e, a->item[i].name, kb);
	}
	return SK_OK;
}

/* A process takes part if the kernel's figure and its own are both known. A number that its source does not give is 0 here. */
static enum sk_code add_process(struct explained *e, struct sums *sum, const struct verdict *v, const struct account *a)
{
	double seen, lo, in_use, in_use_lo, active, held, end_active = last_of(a->active.n ? &a->active : &a->held);
	struct span s = span_of(v, a);

	if (growth(&a->seen, &s, &seen, &lo) != SK_OK || growth(&a->in_use, &s, &in_use, &in_use_lo) != SK_OK ||
	    growth(&a->active, &s, &active, NULL) != SK_OK || growth(&a->held, &s, &held, NULL) != SK_OK)
		return SK_ENOMEM;
	if (!isfinite(seen) || !isfinite(in_use))
		return SK_OK;
	active = isfinite(active) ? active : in_use;
	held = isfinite(held) ? held : active;
	sum->seen += seen;
	sum->lo += isfinite(lo) ? lo : seen;
	sum->in_use += in_use;
	sum->in_use_lo += isfinite(in_use_lo) ? in_use_lo : in_use;
	sum->active += active;
	sum->held += held;
	sum->end_in_use += last_of(&a->in_use);
	sum->end_active += end_active;
	sum->span.from = fmin(sum->span.from, s.from);
	sum->span.to = fmax(sum->span.to, s.to);
	e->processes++;
	return add_items(e, a, &s);
}

static enum growth_rest largest(const struct explained *e)
{
	if (!(e->rest_kb > 0))
		return REST_NONE;
	if (e->other_kb >= e->retention_kb && e->other_kb >= e->fragmentation_kb)
		return REST_OTHER;
	return e->retention_kb >= e->fragmentation_kb ? REST_RETENTION : REST_FRAGMENTATION;
}

/* Operations within the span; NaN where they are not counted. What lies outside of the blocks' mean times goes on as between them. */
static enum sk_code ops_within(const struct evidence *ev, const struct span *s, double *ops)
{
	const struct series *counted = evidence_samples(ev, "ops");
	double from = s->from, to = s->to;
	struct column c;
	size_t first = 0;

	*ops = NAN;
	if (!counted)
		return SK_OK;
	if (column_load(&c, counted, 1) != SK_OK)
		return SK_ENOMEM;
	while (first < c.n && c.b[first].n == 0)
		first++;
	if (first == c.n)
		return SK_OK;
	from = fmax(from, c.b[first].t);
	to = fmin(to, c.b[c.n - 1].t);
	if (to > from)
		*ops = (ops_at(&c, to) - ops_at(&c, from)) * (s->to - s->from) / (to - from);
	return SK_OK;
}

static void sort_items(struct explained *e)
{
	for (size_t i = 1; i < e->n_top; i++) {
		struct explained_item it = e->top[i];
		size_t at = i;

		for (; at > 0 && e->top[at - 1].growth_kb < it.growth_kb; at--)
			e->top[at] = e->top[at - 1];
		e->top[at] = it;
	}
}

static void conclude(struct explained *e, const struct sums *sum, const struct account_source *source, double ops)
{
	double slack = fmax(0, fmin(sum->held - sum->active, source->slack * sum->in_use));

	snprintf(e->source, sizeof(e->source), "%s", source->name);
	e->span_s = sum->span.to - sum->span.from;
	e->growth_kb = sum->seen;
	e->explained_kb = sum->in_use + slack;
	e->in_use_lo_kb = sum->in_use_lo;
	e->fragmentation_kb = sum->active - sum->in_use;
	e->retention_kb = sum->held - sum->active - slack;
	e->other_kb = sum->seen - sum->held;
	e->rest_kb = e->growth_kb - e->explained_kb;
	e->rest = largest(e);
	e->fragmentation =
		sum->end_active >= PAGES_MIN ? fmax(0, 1 - sum->end_in_use * (1 + source->slack) / sum->end_active) : NAN;
	e->per_op_bytes = ops > 0 ? e->explained_kb * 1024 / ops : NAN;
	e->share = sum->lo > 0 ? e->explained_kb / e->growth_kb : NAN;
	if (isnan(e->share))
		e->rest = REST_NONE;
	for (size_t i = 0; i < e->n_top; i++)
		e->top[i].share = sum->lo > 0 ? e->top[i].growth_kb / e->growth_kb : NAN;
	sort_items(e);
	while (e->n_top && !(e->top[e->n_top - 1].growth_kb > 0 && e->top[e->n_top - 1].share >= PART_SHARE))
		e->n_top--;
}

static enum sk_code of_source(const struct evidence *ev, const struct verdict *v, const struct account_source *source,
			      struct explained *e)
{
	struct sums sum = { .span = { INFINITY, -INFINITY } };
	double ops;

	memset(e, 0, sizeof(*e));
	for (size_t i = 0; i < ev->n_accounts; i++)
		if (ev->account[i].source == source && add_process(e, &sum, v, &ev->account[i]) != SK_OK)
			return SK_ENOMEM;
	if (!e->processes)
		return SK_OK;
	if (ops_within(ev, &sum.span, &ops) != SK_OK)
		return SK_ENOMEM;
	conclude(e, &sum, source, ops);
	return SK_OK;
}

/* An account of the same source comes earlier: it was done with that. */
static bool done(const struct evidence *ev, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (ev->account[k].source == ev->account[i].source)
			return true;
	return false;
}

/* Among the parts, each `by` apart: "context" lies between "class" and "process", in the order of the others. */
static void add_parts(struct verdict *v, const struct account_source *source)
{
	const struct explained *e = &v->explained;
	size_t at = 0, n = e->n_top < PARTS_ADDED ? e->n_top : PARTS_ADDED;

	while (at < v->n_parts && strcmp(v->part[at].by, source->by) < 0)
		at++;
	for (size_t i = 0; i < n && v->n_parts < VERDICT_PARTS_MAX; i++, at++) {
		struct verdict_part *p = &v->part[at];

		memmove(p + 1, p, (v->n_parts++ - at) * sizeof(*p));
		*p = (struct verdict_part){ .growth_kb = e->top[i].growth_kb,
					    .rate_kb_per_h = e->top[i].growth_kb / e->span_s * 3600,
					    .share = e->top[i].share,
					    .p_value = NAN,
					    .q_value = NAN };
		snprintf(p->by, sizeof(p->by), "%s", source->by);
		snprintf(p->name, sizeof(p->name), "%s", e->top[i].name);
	}
}

void item_place(char *out, size_t n, const char *path)
{
	const char *last = strrchr(path, '/'), *parent = last;

	while (parent && parent > path && parent[-1] != '/')
		parent--;
	if (last)
		snprintf(out, n, "%s below %.*s", last + 1, (int)(last - parent), parent);
	else
		snprintf(out, n, "%s", path);
}

void item_beside(char *out, size_t n, const char *path, const char *other)
{
	const char *last = strrchr(path, '/'), *others = strrchr(other, '/');

	if (last && others && strcmp(last, others) != 0)
		snprintf(out, n, "%s", last + 1);
	else
		item_place(out, n, path);
}

/* ", most of it in context A below B": only of more than half of the growth, which two may have together. */
static void say_items(const struct explained *e, const char *by, char *out, size_t n)
{
	char place[EXPLAINED_NAME + 16], second[EXPLAINED_NAME + 16];
	const struct explained_item *top = e->top;

	*out = '\0';
	if (e->n_top == 0)
		return;
	if (!(top[0].share > .5) && e->n_top > 1 && top[0].share + top[1].share > .5 && top[1].share > top[0].share / 2) {
		item_beside(place, sizeof(place), top[0].name, top[1].name);
		item_beside(second, sizeof(second), top[1].name, top[0].name);
		snprintf(out, n, ", most of it in %ss %s and %s", by, place, second);
		return;
	}
	item_place(place, sizeof(place), top[0].name);
	snprintf(out, n, ", %s in %s %s", top[0].share > .5 ? "most of it" : "the largest part", by, place);
}

static void add_words(struct verdict *v, const struct account_source *source)
{
	static const char *const rests[GROWTH_RESTS] = {
		[REST_FRAGMENTATION] = "fragmentation: pages that hold less and less",
		[REST_RETENTION] = "free memory that is kept",
	};
	const struct explained *e = &v->explained;
	size_t at = strlen(v->main.why), room = sizeof(v->main.why) - at;
	const char *rest = e->rest == REST_OTHER ? source->outside : rests[e->rest];
	char most[2 * EXPLAINED_NAME + 80], whose[64], much[40];

	snprintf(whose, sizeof(whose), e->processes == 1 ? "one process" : "%zu processes", e->processes);
	if (e->share < .5) {
		bool none = e->share < .005;

		snprintf(much, sizeof(much), "only %.0f %%", 100 * e->share);
		snprintf(v->main.why + at, room, "; %s %s %s of the growth of %s: %s is %s", source->what, source->explains,
			 none ? "none" : much, whose, none ? "it" : "the rest", rest ? rest : "not known");
		return;
	}
	say_items(e, source->by, most, sizeof(most));
	snprintf(v->main.why + at, room, "; of the growth of %s %.0f %% is in %s%s", whose, 100 * e->share, source->what, most);
}

enum sk_code account_for(const struct evidence *ev, struct verdict *v)
{
	const struct series_verdict *m = &v->main;
	const struct account_source *best = NULL;
	struct explained e;

	for (size_t i = 0; i < ev->n_accounts; i++) {
		const struct account_source *source = ev->account[i].source;

		if (done(ev, i))
			continue;
		if (of_source(ev, v, source, &e) != SK_OK)
			return SK_ENOMEM;
		if (e.processes && (!best || e.growth_kb > v->explained.growth_kb)) {
			best = source;
			v->explained = e;
		}
	}
	if (!best || !verdict_grows(m->verdict) || is_count(m->column) || isnan(v->explained.share))
		return SK_OK;
	if (best->by)
		add_parts(v, best);
	add_words(v, best);
	return SK_OK;
}
