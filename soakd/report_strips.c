/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The strips below the memory: load and health on the same time axis, for the eye that asks "and what else changed
 * then?". What never moved is no strip: where that is an answer (no errors, as many descriptors as before) it is said in words.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "soakd/phase_table.h"
#include "soakd/report_page.h"
#include "soakd/words.h"

enum strip_kind {
	STRIP_LEVEL, /* a gauge, with its levels at both ends */
	STRIP_COUNT, /* a counter, drawn as a rate: "17.2 M in all" */
	STRIP_CPU,   /* processor time, in per cent of one */
	STRIP_WAIT,  /* time that somebody waited, in per cent of it */
	STRIP_HIDDEN /* memory that would hide the deciding line in the main panel */
};

static const struct strip {
	const char *column, *title;
	enum strip_kind kind;
	enum scene_unit unit;
	enum scene_role role;
	bool flat_too; /* that it did not move is worth a word */
} strips[] = {
	{ "rss_kb", "RSS", STRIP_HIDDEN, UNIT_KIB, LINE_RSS, false },
	{ "pss_kb", "PSS", STRIP_HIDDEN, UNIT_KIB, LINE_PSS, false },
	{ "shmem_kb", "shared memory", STRIP_HIDDEN, UNIT_KIB, LINE_SHARED, false },
	{ "ops", "operations/s", STRIP_COUNT, UNIT_PER_S, LINE_OPS, false },
	{ "", "latency p99", STRIP_LEVEL, UNIT_SECONDS, LINE_OPS, false }, /* of operations.csv */
	{ "errors", "errors/s", STRIP_COUNT, UNIT_PER_S, LINE_ERRORS, true },
	{ "processes", "processes", STRIP_LEVEL, UNIT_COUNT, LINE_COUNT, true },
	{ "fds", "descriptors", STRIP_LEVEL, UNIT_COUNT, LINE_COUNT, true },
	{ "threads", "threads", STRIP_LEVEL, UNIT_COUNT, LINE_COUNT, true },
	{ "cpu_s", "CPU %", STRIP_CPU, UNIT_COUNT, LINE_COUNT, false },
	{ "reconnects", "reconnects/s", STRIP_COUNT, UNIT_PER_S, LINE_ERRORS, false },
	{ "cgroup_psi_memory_some_s", "memory waits %", STRIP_WAIT, UNIT_COUNT, LINE_ERRORS, false },
	{ "psi_memory_some_s", "memory waits %", STRIP_WAIT, UNIT_COUNT, LINE_ERRORS, false },
	{ "major_faults", "major faults/s", STRIP_COUNT, UNIT_PER_S, LINE_COUNT, true },
	{ "vsz_kb", "virtual size", STRIP_LEVEL, UNIT_KIB, LINE_VIRTUAL, false },
	{ "driver_anon_kb", "load driver", STRIP_LEVEL, UNIT_KIB, LINE_DRIVER, true },
	{ "psi_io_some_s", "disk waits %", STRIP_WAIT, UNIT_COUNT, LINE_COUNT, false },
};
#define LONG_NAME 9 /* of an operation: "p99 of " and more has no room left of a strip */
#define N_STRIPS  (sizeof(strips) / sizeof(*strips))

static const struct series *series_of(const struct page *p, const struct strip *t)
{
	const struct series *latency = &p->f->latency;

	if (*t->column)
		return page_series(p, t->column);
	return latency->state && latency->all.n > 1 ? latency : NULL;
}

static bool is_counter(const struct strip *t)
{
	return t->kind == STRIP_COUNT || t->kind == STRIP_CPU || t->kind == STRIP_WAIT;
}

static bool has_cgroup_waits(const struct page *p)
{
	const struct series *s = page_series(p, "cgroup_psi_memory_some_s");

	return s && s->last_y > s->first_y;
}

/* It has a strip if there is room for it. */
static bool shown(const struct page *p, const struct strip *t, bool moving)
{
	const struct series *s = series_of(p, t);

	if (!s || s->all.n < 2 || (*t->column && page_decides(p, t->column)))
		return false;
	if (t->kind == STRIP_HIDDEN && !page_hidden(p, t->column))
		return false;
	if (strcmp(t->column, "psi_memory_some_s") == 0 && has_cgroup_waits(p))
		return false; /* the target's own say more than the machine's */
	if (strcmp(t->column, "errors") == 0 && !page_series(p, "ops"))
		return false;
	bool moves = is_counter(t) ? s->last_y > s->first_y : s->max > s->min;

	return moving ? moves || t->kind == STRIP_HIDDEN : !moves && t->flat_too;
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

/* What stands at the right of a rate: the sum of it, which is exact, and not its last block, which is not. */
static void counter_text(struct page *p, struct scene_series *l, const struct strip *t, const struct series *s)
{
	double sum = t->kind == STRIP_COUNT && (strcmp(t->column, "major_faults") != 0) ? s->last_y : s->last_y - s->first_y;
	struct text words = TEXT_INIT;
	char buf[40];

	if (t->kind == STRIP_COUNT)
		text_addf(&words, "%s in all", fmt_count(buf, sizeof(buf), sum));
	else if (t->kind == STRIP_WAIT)
		text_addf(&words, "%s in all", fmt_duration(buf, sizeof(buf), sum));
	else
		text_addf(&words, "mean %.2g", 100 * sum / (s->last_t - s->first_t));
	free(l->start);
	free(l->end);
	l->start = NULL;
	l->end = page_text(p, &words);
}

static char *latency_text(struct page *p, double v)
{
	struct text t = TEXT_INIT;
	char buf[40];

	if (v < 1e-3)
		text_addf(&t, "%.3g \302\265s", v * 1e6);
	else
		text_add(&t, fmt_duration(buf, sizeof(buf), v));
	return page_text(p, &t);
}

/* The worst of the run: of a latency the end says nothing. */
static void latency_texts(struct page *p, struct scene_series *l, const struct series *s)
{
	struct text t = TEXT_INIT;
	char *worst = latency_text(p, s->max);

	free(l->start);
	free(l->end);
	l->start = NULL;
	text_addf(&t, "up to %s", worst ? worst : "");
	free(worst);
	l->end = page_text(p, &t);
}

/* A level that ended as it began needs one number. */
static void one_text(struct scene_series *l)
{
	if (l->start && l->end && strcmp(l->start, l->end) == 0) {
		free(l->start);
		l->start = NULL;
	}
}

static void to_per_cent(struct scene_series *l)
{
	for (size_t i = 0; i < l->n; i++) {
		l->b[i].mean *= 100;
		l->b[i].median *= 100;
		l->b[i].min *= 100;
		l->b[i].max *= 100;
	}
}

static void add_strip(struct page *p, const struct strip *t)
{
	const struct series *s = series_of(p, t);
	struct text title = TEXT_INIT;
	struct scene_panel *panel = page_panel(p, PLACE_STRIP, t->title, "", t->unit, 1);
	struct scene_series *l = panel ? page_line(p, panel, s, t->role, t->title) : NULL;

	if (!l)
		return;
	if (is_counter(t)) {
		page_to_rates(l->b, l->n);
		if (t->kind != STRIP_COUNT)
			to_per_cent(l);
		rest_in_phases(p, t->column, l);
		counter_text(p, l, t, s);
	} else if (!*t->column) {
		latency_texts(p, l, s);
		text_addf(&title, strlen(s->name) > LONG_NAME ? "latency p99" : "p99 of %s", s->name);
		free(panel->title);
		panel->title = page_string(p, text_str(&title));
		p->failed |= title.failed;
		text_release(&title);
	} else {
		one_text(l);
	}
	/* a level is seen to move only against its own range; a rate against 0 */
	panel->from_zero = is_counter(t) || s->max <= s->min || s->max - s->min > s->max / 2;
}

/* "descriptors 170": a counter by what it came to in the run. */
static void add_flat(struct page *p, struct text *t, const struct strip *strip)
{
	const struct series *s = series_of(p, strip);
	size_t name = strcspn(strip->title, "/"); /* "errors", for there is no rate */

	text_addf(t, "%s%.*s ", t->len ? ", " : "", (int)name, strip->title);
	if (is_counter(strip))
		text_add(t, "0");
	else
		add_level(t, strip->column, s->last_y);
}

void page_strips(struct page *p)
{
	struct text flat = TEXT_INIT;
	size_t n = 0;

	for (size_t i = 0; i < N_STRIPS; i++) {
		if (shown(p, &strips[i], false)) {
			add_flat(p, &flat, &strips[i]);
		} else if (n < PAGE_STRIPS && shown(p, &strips[i], true)) {
			add_strip(p, &strips[i]);
			n++;
		}
	}
	p->failed |= flat.failed;
	if (flat.len)
		p->s->flat = page_text(p, &flat);
	text_release(&flat);
}
