/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/standing.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/words.h"
#include "base/text.h"
#include "soakd/words.h"

#define LEAK_DATA      1.5
#define LEAK_DATA_OPEN 2 /* without a planned length nothing says how long a warm-up or a cycle may be */

/* The oldest goes where there is no room. */
static struct verdict_change *new_change(struct verdict *v)
{
	if (v->n_changes == VERDICT_CHANGES_MAX) {
		memmove(v->change, v->change + 1, sizeof(v->change) - sizeof(v->change[0]));
		v->n_changes--;
	}
	return &v->change[v->n_changes++];
}

static void add_rate_of(struct text *out, const char *word, const struct series_verdict *m)
{
	if (!isfinite(m->rate_kb_per_h))
		return;
	text_add(out, word);
	add_rate_interval(out, m->column, m);
}

static void take_changes(struct verdict *to, const struct verdict *from)
{
	memcpy(to->change, from->change, sizeof(to->change));
	to->n_changes = from->n_changes;
}

/* The change from what stands in s to class `to` with the numbers of *now, among those of s. */
static void record(struct standing *s, const struct series_verdict *now, enum verdict_class to, const char *cause, double at_unix)
{
	struct verdict_change *c = new_change(&s->v);
	struct text why = TEXT_INIT;

	*c = (struct verdict_change){ .at_unix = at_unix, .from = s->v.main.verdict, .to = to };
	text_add(&why, cause);
	add_rate_of(&why, "; rate now ", now);
	add_rate_of(&why, ", before ", &s->v.main);
	text_addf(&why, ": %s", now->why);
	snprintf(c->why, sizeof(c->why), "%s", text_str(&why));
	text_release(&why);
}

/* *found stands, with the changes so far. */
static void stand(struct standing *s, const struct verdict *found)
{
	struct verdict_change change[VERDICT_CHANGES_MAX];
	size_t n = s->v.n_changes;

	memcpy(change, s->v.change, sizeof(change));
	s->v = *found;
	memcpy(s->v.change, change, sizeof(change));
	s->v.n_changes = n;
	s->said = s->whole = true;
	s->against = 0;
}

/* The growth that is being confirmed is another, or less than it was: not the same find, though the class is. */
static bool slower(const struct standing *s, const struct series_verdict *m)
{
	return strcmp(m->column, s->column) != 0 || m->rate_kb_per_h < s->least_rate;
}

static void count_driver(struct standing *s, const struct verdict *found)
{
	const struct series_verdict *d = verdict_of_driver(found);
	bool leaks = d && d->verdict == VERDICT_LEAK;

	s->driver_proofs = leaks ? s->driver_proofs + 1 : 0;
	s->driver_rate = leaks ? d->rate_kb_per_h : NAN;
}

static void count_proofs(struct standing *s, const struct series_verdict *m, double elapsed_s)
{
	s->found = m->verdict;
	if (m->verdict != VERDICT_LEAK) {
		s->proofs = 0;
		return;
	}
	if (s->proofs == 0 || slower(s, m)) {
		s->proofs = 0;
		s->proof_s = elapsed_s;
		s->least_rate = m->rate_lo;
		snprintf(s->column, sizeof(s->column), "%s", m->column);
	}
	s->proofs++;
}

/* When the leak that is being confirmed may be said. */
static double leak_from(const struct standing *s)
{
	return fmax(s->leak.from_s, s->leak.data * s->proof_s);
}

/* What the look amounts to: a leak that is not confirmed is suspected. */
static enum verdict_class class_of(const struct standing *s, double elapsed_s)
{
	bool leaking = s->said && s->v.main.verdict == VERDICT_LEAK;

	if (s->found == VERDICT_LEAK && !leaking && (s->proofs < LOOKS_AGREE || elapsed_s < leak_from(s)))
		return VERDICT_SUSPECTED;
	return s->found;
}

static void count(struct standing *s, enum verdict_class c, double elapsed_s)
{
	s->agree = s->agree > 0 && c == s->newest ? s->agree + 1 : 1;
	s->newest = c;
	if (!s->said || c == s->v.main.verdict)
		s->against = 0;
	else if (s->against++ == 0)
		s->against_s = elapsed_s;
}

/* Why the verdict changes now to the newest class; NULL: it does not. */
static const char *cause(const struct standing *s, double elapsed_s)
{
	if (s->against == 0)
		return NULL;
	if (s->v.main.verdict == VERDICT_LEAK)
		return s->against >= LOOKS_AGREE && elapsed_s >= WITHDRAW_DATA * s->against_s
			       ? "withdrawn, not found again over a quarter more data"
			       : NULL;
	if (s->newest == VERDICT_LEAK)
		return "proven at look after look, and it goes on";
	if (s->agree >= LOOKS_AGREE)
		return "found at three looks in a row";
	return s->against >= LOOKS_AGAINST ? "not found again at six looks in a row" : NULL;
}

void standing_start(struct standing *s, double length_s, double first_s)
{
	s->leak = isnan(length_s) ? (struct leak_rule){ first_s, LEAK_DATA_OPEN } : (struct leak_rule){ length_s / 2, LEAK_DATA };
}

static void hold_one(struct series_verdict *m, enum verdict_class c, double more_s)
{
	m->verdict = c;
	m->kind = LEAK_NONE;
	m->need_more_s = more_s;
	words_of_one_look(m);
}

/* Not yet said to leak, nor by the column that was found to. */
static void hold(struct verdict *v, enum verdict_class c, double more_s)
{
	for (size_t i = 0; i < v->n_series; i++)
		if (v->series[i].verdict == VERDICT_LEAK)
			hold_one(&v->series[i], c, more_s);
	hold_one(&v->main, c, more_s);
	v->limit_unix = v->limit_unix_p10 = v->limit_unix_p90 = v->limit_unix_lo = v->limit_unix_hi = v->limit_never = NAN;
}

bool standing_look(struct standing *s, const struct verdict *found, double elapsed_s, double start_unix)
{
	enum verdict_class c;
	const char *why;

	count_driver(s, found);
	count_proofs(s, &found->main, elapsed_s);
	c = class_of(s, elapsed_s);
	count(s, c, elapsed_s);
	why = cause(s, elapsed_s);
	s->changed = why != NULL;
	if (why)
		record(s, &found->main, c, why, start_unix + elapsed_s);
	else if (s->against > 0)
		return false;
	stand(s, found);
	if (c != found->main.verdict)
		hold(&s->v, c, fmax(leak_from(s) - elapsed_s, 1));
	return s->changed;
}

bool standing_conclude(struct standing *s, struct verdict *v, double elapsed_s, double start_unix)
{
	s->changed = s->said && s->v.main.verdict != v->main.verdict;
	if (s->changed)
		record(s, &v->main, v->main.verdict, "all of the run, at its end", start_unix + elapsed_s);
	take_changes(v, &s->v);
	stand(s, v);
	return s->changed;
}

void standing_resume(struct standing *s, const struct verdict *v)
{
	s->v = *v;
	s->said = true;
	s->whole = false;
}
