/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of many runs: how many of each verdict, their rates, and what the page does not show. */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/report_internal.h"
#include "soakd/report_many_internal.h"
#include "soakd/report_many_names.h"
#include "soakd/words.h"

#define WORDS 16 /* different ones that are counted; there are ten classes, and what tools and phases say */

static bool in_group(const struct many_run *r, size_t group)
{
	return group == SIZE_MAX || r->group == group;
}

static enum scene_tone worse_tone(enum scene_tone a, enum scene_tone b)
{
	static const int rank[] = { [TONE_BAD] = 0, [TONE_WARN] = 1, [TONE_UNKNOWN] = 2, [TONE_GOOD] = 3 };

	return rank[a] <= rank[b] ? a : b;
}

enum scene_tone many_tone(const struct many *m, size_t group)
{
	enum scene_tone worst = TONE_GOOD;
	bool any = false;

	for (size_t i = 0; i < m->n; i++) {
		if (!in_group(&m->run[i], group) || m->run[i].error)
			continue;
		worst = worse_tone(worst, m->run[i].tone);
		any = true;
	}
	return any ? worst : TONE_UNKNOWN;
}

struct tally {
	const char *word;
	enum scene_tone tone;
	size_t n;
};

/* Worst first, else as the runs come. */
static void sort_tally(struct tally *t, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct tally one = t[i];
		size_t k = i;

		for (; k > 0 && one.tone != t[k - 1].tone && worse_tone(one.tone, t[k - 1].tone) == one.tone; k--)
			t[k] = t[k - 1];
		t[k] = one;
	}
}

static size_t tally_words(const struct many *m, size_t group, struct tally *t, size_t *not_read)
{
	size_t n = 0;

	*not_read = 0;
	for (size_t i = 0; i < m->n; i++) {
		const struct many_run *r = &m->run[i];
		size_t k = 0;

		if (!in_group(r, group))
			continue;
		if (r->error) {
			++*not_read;
			continue;
		}
		while (k < n && strcmp(t[k].word, r->word) != 0)
			k++;
		if (k == WORDS)
			k--; /* more words than there are: counted with the last */
		else if (k == n)
			t[n++] = (struct tally){ r->word, r->tone, 0 };
		t[k].n++;
	}
	sort_tally(t, n);
	return n;
}

void many_add_words(struct text *out, const struct many *m, size_t group)
{
	struct tally t[WORDS];
	size_t not_read, n = tally_words(m, group, t, &not_read);

	if (n == 1 && t[0].n == 1 && not_read == 0) {
		text_add(out, t[0].word);
		return;
	}
	for (size_t i = 0; i < n; i++)
		text_addf(out, "%s%zu %s", i ? ", " : "", t[i].n, t[i].word);
	if (not_read)
		text_addf(out, "%s%zu not read", n ? ", " : "", not_read);
	if (!n && !not_read)
		text_add(out, "not run");
}

void many_add_rest(struct text *out, const struct many *m)
{
	struct tally t[WORDS];
	size_t not_read, n = tally_words(m, SIZE_MAX, t, &not_read), i = 1, well = 0;

	for (; i < n && (t[i].tone != TONE_GOOD || i + 1 == n); i++)
		text_addf(out, "%s%zu %s", i > 1 ? ", " : "", t[i].n, t[i].word);
	for (size_t k = i; k < n; k++)
		well += t[k].n;
	if (well)
		text_addf(out, "%s%zu others where all is well", i > 1 ? ", " : "", well);
	if (not_read)
		text_addf(out, "%s%zu not read", n > 1 ? ", " : "", not_read);
}

void many_add_rate(struct text *out, const struct many_run *r)
{
	if (r->judged && isfinite(r->main.rate_kb_per_h))
		add_rate_interval(out, r->main.column, &r->main);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void many_add_group_rate(struct text *out, const struct many *m, size_t group)
{
	double *v = sk_calloc(m->n, sizeof(*v));
	const struct many_run *one = NULL;
	size_t n = 0;

	out->failed |= !v;
	for (size_t i = 0; v && i < m->n; i++) {
		const struct many_run *r = &m->run[i];

		if (!in_group(r, group) || r->error || !r->judged || !isfinite(r->main.rate_kb_per_h))
			continue;
		one = r;
		v[n++] = r->main.rate_kb_per_h;
	}
	if (n == 1) {
		many_add_rate(out, one);
	} else if (n > 1) {
		/* the span in the place of an interval */
		struct series_verdict s = { .rate_kb_per_h = 0 };

		qsort(v, n, sizeof(*v), ascending);
		s.rate_kb_per_h = v[(n - 1) / 2] / 2 + v[n / 2] / 2;
		s.rate_lo = v[0];
		s.rate_hi = v[n - 1];
		add_rate_interval(out, one->main.column, &s);
	}
	free(v);
}

size_t many_beyond(const struct many *m)
{
	size_t all = m->n_groups;

	if (m->page == PAGE_OVER)
		return 0;
	if (m->page == PAGE_SHEET)
		for (size_t i = all = 0; i < m->n; i++)
			all += !m->run[i].error;
	return all > MANY_CARDS ? all - MANY_CARDS : 0;
}

const char *many_shared(const struct many *m, size_t room, size_t *len, bool *failed)
{
	size_t n = m->page == PAGE_MATRIX ? m->n_groups : m->n;
	const char **name = sk_calloc(n, sizeof(*name)), *beginning = "";

	*len = 0;
	*failed |= !name && n;
	for (size_t i = 0; name && i < n; i++)
		name[i] = m->page == PAGE_MATRIX ? m->group[i].title : m->run[i].name;
	if (name)
		*len = many_shared_beginning(name, n, room, &beginning);
	free(name);
	return beginning;
}

void many_add_shared(struct text *out, const struct many *m, size_t room)
{
	size_t shared;
	const char *beginning = many_shared(m, room, &shared, &out->failed);

	if (shared > 0)
		text_addf(out, " At the beginning of a name " MORE " stands for \"%.*s\".", (int)shared, beginning);
}

/* "alpha: leak +3.10 MiB/h [+2.70, +3.49]; beta: stable +0.01 MiB/h [...]" */
static void each_run(struct text *out, const struct many *m)
{
	size_t n = m->n < MANY_OVER ? m->n : MANY_OVER; /* as many_check() allows */
	const char *name[MANY_OVER] = { NULL };
	const char *beginning;
	size_t shared;
	char **brief;

	for (size_t i = 0; i < n; i++)
		name[i] = m->run[i].name;
	beginning = many_shared(m, MANY_NAME, &shared, &out->failed);
	brief = many_short_names(name, n, beginning, shared, MANY_NAME);
	out->failed |= !brief;
	for (size_t i = 0; brief && i < n; i++) {
		const struct many_run *r = &m->run[i];
		struct text rate = TEXT_INIT;

		text_addf(out, "%s%s: %s", i ? "; " : "", brief[i], r->error ? "not read" : r->word);
		if (!r->error)
			many_add_rate(&rate, r);
		if (rate.len)
			text_addf(out, " %s", text_str(&rate));
		out->failed |= rate.failed;
		text_release(&rate);
		free(brief[i]);
	}
	free(brief);
	if (shared > 0)
		text_addc(out, '.');
}

void many_add_why(struct text *out, const struct many *m)
{
	size_t beyond = many_beyond(m);

	if (m->page == PAGE_OVER) {
		text_add(out, "Each run is judged alone; whether they differ is not tested here. ");
		each_run(out, m);
		many_add_shared(out, m, MANY_NAME);
		return;
	}
	if (m->page == PAGE_MATRIX)
		text_add(out, "A card for each combination, its repeats over one another, all on the same axes. ");
	else
		text_add(out, "Worst first, each on axes of its own, from 0 where all is well. ");
	if (beyond)
		text_addf(out, "%zu more have no card: %s. ", beyond,
			  m->page == PAGE_MATRIX ? "they come later in the matrix" : "none is worse than those shown");
	if (m->not_run)
		text_addf(out, "%zu runs of the matrix are still to come. ", m->not_run);
	text_add(out, "Each run is judged alone; whether they differ is not tested here.");
}
