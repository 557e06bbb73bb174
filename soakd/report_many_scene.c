/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of many runs as scenes: one panel with all lines, or a card for each. Blocks move from the runs' copies into the scene. */
#include <ctype.h>
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

#define REPEATS 16 /* lines of a card, as a scene allows */
#define BAND    42 /* bytes that the band has room for */
#define ROWS    60 /* of the table; more are in the Markdown */

static enum scene_unit unit_of(const struct many_run *r)
{
	return column_is_memory(r->main.column) ? UNIT_KIB : UNIT_COUNT;
}

static bool add_line(struct scene_panel *p, const struct many_run *r, enum scene_role role, bool band)
{
	struct scene_series *l = &p->series[p->n_series];

	*l = (struct scene_series){ .role = role, .band = band, .n = r->n };
	l->b = sk_calloc(r->n, sizeof(*l->b));
	if (!l->b)
		return false;
	p->n_series++;
	if (r->n)
		memcpy(l->b, r->b, r->n * sizeof(*l->b));
	l->label = sk_strdup(r->name);
	return l->label != NULL;
}

static void reach(const struct scene_panel *p, double *lo, double *hi)
{
	for (size_t k = 0; k < p->n_series; k++) {
		for (size_t i = 0; i < p->series[k].n; i++) {
			const struct block *b = &p->series[k].b[i];

			if (b->n > 0) {
				*lo = fmin(*lo, b->min);
				*hi = fmax(*hi, b->max);
			}
		}
	}
}

/* An axis is cut, and shows that it is, where a change under a tenth would not be seen on a whole one. */
static bool whole_axis(const struct scene_panel *p, size_t n)
{
	double lo = INFINITY, hi = -INFINITY;

	for (size_t i = 0; i < n; i++)
		reach(&p[i], &lo, &hi);
	return !(hi - lo < 0.1 * hi);
}

static double end_of(const struct many_run *r)
{
	double end = 0;

	for (size_t i = 0; i < r->n; i++)
		end = r->b[i].n > 0 ? fmax(end, r->b[i].t) : end;
	return end;
}

static struct scene_panel *new_panel(struct scene *s, size_t lines)
{
	struct scene_panel *p = &s->panel[s->n_panels];

	*p = (struct scene_panel){ .weight = 1, .x0 = NAN, .x1 = NAN };
	p->series = sk_calloc(lines, sizeof(*p->series));
	if (p->series)
		s->n_panels++;
	return p->series ? p : NULL;
}

/* In the place of each of n names a short one; strings of their own, as the names are. */
static bool shorten(char **const *place, size_t n, const char *beginning, size_t shared, size_t room)
{
	const char *name[MANY_CARDS] = { NULL };
	char **brief;

	for (size_t i = 0; i < n; i++)
		name[i] = *place[i];
	brief = many_short_names(name, n, beginning, shared, room);
	for (size_t i = 0; brief && i < n; i++) {
		free(*place[i]);
		*place[i] = brief[i];
	}
	free(brief);
	return brief || n == 0;
}

/* ---- runs over one another --------------------------------------------------------------------------------------------- */

/* "leak +3.10 MiB/h [+2.70, +3.49]", below the run's name at the end of its line. */
static char *end_text(const struct many_run *r)
{
	struct text t = TEXT_INIT, rate = TEXT_INIT;

	text_add(&t, r->word);
	many_add_rate(&rate, r);
	if (rate.len)
		text_addf(&t, " %s", text_str(&rate));
	t.failed |= rate.failed;
	text_release(&rate);
	return text_take(&t);
}

static const struct many_run *first_read(const struct many *m)
{
	for (size_t i = 0; i < m->n; i++)
		if (!m->run[i].error)
			return &m->run[i];
	return NULL;
}

/* What the lines are of: the column, where all are decided on the same one. */
static const char *subject(const struct many *m)
{
	const struct many_run *first = first_read(m);

	for (size_t i = 0; first && i < m->n; i++)
		if (!m->run[i].error && strcmp(m->run[i].main.column, first->main.column) != 0)
			return "the column that decides";
	return first ? report_label(first->main.column) : "";
}

static bool over_panel(const struct many *m, struct scene *s)
{
	/* the roles that are easiest told apart by colour and by dash */
	static const enum scene_role roles[MANY_OVER] = { LINE_PRIVATE, LINE_ERRORS, LINE_HEAP, LINE_PSS, LINE_RSS, LINE_SHARED };
	struct scene_panel *p = new_panel(s, MANY_OVER);
	bool ok = p != NULL;

	for (size_t i = 0; ok && i < m->n && p->n_series < MANY_OVER; i++) {
		const struct many_run *r = &m->run[i];

		if (r->error)
			continue;
		p->unit = unit_of(r);
		ok = add_line(p, r, roles[p->n_series], true) && (p->series[p->n_series - 1].end = end_text(r)) != NULL;
		s->x1 = fmax(s->x1, end_of(r));
	}
	if (!ok)
		return false;
	p->tone = s->tone;
	p->x = m->align == ALIGN_OPERATIONS ? X_COUNT : X_ELAPSED;
	p->from_zero = whole_axis(p, 1);
	p->title = plain_dup(subject(m));
	p->note =
		sk_strdup(p->x == X_COUNT ? "against operations since each run's begin" : "against time since each run's begin");
	return p->title && p->note;
}

/* ---- cards ------------------------------------------------------------------------------------------------------------- */

static bool card_words(struct scene_panel *p, const char *title, struct text *word, struct text *note)
{
	p->title = sk_strdup(title);
	p->y_label = text_take(word);
	p->note = text_take(note);
	return p->title && p->y_label && p->note;
}

/* On a card "50 min" says enough of 50 min 58 s. */
static double whole_minutes(double s)
{
	return s >= 600 ? 60 * round(s / 60) : s;
}

static bool run_card(const struct many *m, const struct many_run *r, struct scene *s)
{
	struct scene_panel *p = new_panel(s, 1);
	struct text word = TEXT_INIT, note = TEXT_INIT;
	char buf[40];

	if (!p || !add_line(p, r, LINE_PRIVATE, true))
		return false;
	p->tone = r->tone;
	p->unit = unit_of(r);
	p->x = m->align == ALIGN_OPERATIONS ? X_COUNT : X_ELAPSED;
	p->x0 = 0;
	p->x1 = fmax(end_of(r), 1e-3);
	p->from_zero = r->tone == TONE_GOOD || whole_axis(p, 1); /* noise that fills a card looks like news */
	text_add(&word, r->word);
	if (r->judged && isfinite(r->main.rate_kb_per_h))
		add_rate(&note, r->main.column, r->main.rate_kb_per_h);
	text_addf(&note, "%s%s", note.len ? DOT : "", fmt_duration(buf, sizeof(buf), whole_minutes(r->length_s)));
	return card_words(p, r->name, &word, &note);
}

static bool group_card(const struct many *m, size_t group, struct scene *s)
{
	struct scene_panel *p = new_panel(s, REPEATS);
	struct text word = TEXT_INIT, note = TEXT_INIT;

	for (size_t i = 0; p && i < m->n; i++) {
		const struct many_run *r = &m->run[i];

		if (r->group != group || r->error || p->n_series == REPEATS)
			continue;
		p->unit = unit_of(r);
		if (!add_line(p, r, LINE_PRIVATE, false))
			return false;
		s->x1 = fmax(s->x1, end_of(r));
	}
	if (!p)
		return false;
	p->tone = many_tone(m, group);
	p->x = m->align == ALIGN_OPERATIONS ? X_COUNT : X_ELAPSED;
	many_add_words(&word, m, group);
	many_add_group_rate(&note, m, group);
	return card_words(p, m->group[group].title, &word, &note);
}

static bool cards(const struct many *m, struct scene *s)
{
	bool ok = true, whole;

	for (size_t i = 0; ok && m->page == PAGE_SHEET && i < m->n && s->n_panels < MANY_CARDS; i++)
		ok = m->run[i].error || run_card(m, &m->run[i], s);
	for (size_t i = 0; ok && m->page == PAGE_MATRIX && i < m->n_groups && s->n_panels < MANY_CARDS; i++)
		ok = group_card(m, i, s);
	if (!ok || m->page != PAGE_MATRIX)
		return ok;
	s->same_y = true;
	whole = whole_axis(s->panel, s->n_panels);
	for (size_t i = 0; i < s->n_panels; i++) {
		s->panel[i].from_zero = whole;
		s->panel[i].x0 = 0;
		s->panel[i].x1 = fmax(s->x1, 1e-3);
	}
	return true;
}

/* ---- the page ---------------------------------------------------------------------------------------------------------- */

/* "3 RUNS: 1 LEAK, 2 STABLE" in capitals as the band of one run has it; "38 RUNS: 17 LEAK", the worst, where more has no room. */
static char *band_words(const struct many *m, bool *all)
{
	struct text t = TEXT_INIT;
	char *s, *comma;

	text_addf(&t, "%zu run%s: ", m->n, m->n == 1 ? "" : "s");
	many_add_words(&t, m, SIZE_MAX);
	s = text_take(&t);
	*all = !s || strlen(s) <= BAND;
	comma = *all ? NULL : strchr(s, ',');
	if (comma)
		*comma = '\0';
	for (char *c = s; c && *c; c++)
		*c = (char)toupper((unsigned char)*c);
	return s;
}

static char *headline(const struct many *m, bool tally)
{
	static const char *const what[] = {
		[PAGE_OVER] = "runs over one another" DOT, [PAGE_MATRIX] = "matrix" DOT, [PAGE_SHEET] = ""
	};
	struct text t = TEXT_INIT;
	size_t beyond = many_beyond(m);

	if (tally) {
		many_add_rest(&t, m);
		text_add(&t, DOT);
	}
	text_addf(&t, "%s%s" DOT "by %s", what[m->page], subject(m),
		  m->align == ALIGN_OPERATIONS ? "operations" : "elapsed time");
	if (m->page == PAGE_MATRIX)
		text_addf(&t, DOT "%zu combinations", m->n_groups);
	if (beyond)
		text_addf(&t, DOT "%d of them drawn", MANY_CARDS);
	return text_take(&t);
}

static bool shorten_rows(struct scene *s, const char *beginning, size_t shared, size_t room)
{
	bool any = false;

	for (size_t i = 1; i < s->n_rows && !any; i++)
		any = utf8_width(s->table[i * s->n_cols]) > room;
	for (size_t i = 1; i < s->n_rows && any; i++) {
		char *name = many_without_beginning(s->table[i * s->n_cols], beginning, shared);

		if (!name)
			return false;
		free(s->table[i * s->n_cols]);
		s->table[i * s->n_cols] = name;
	}
	return true;
}

/* Names by the room that cards, lines and table have, and the sentence, which says what is cut from all. */
static bool names_and_why(const struct many *m, struct scene *s)
{
	const struct many_rooms room = many_rooms(m, s);
	size_t n = s->n_panels, shared, card = m->page == PAGE_OVER ? MANY_NAME : room.card;
	size_t least = m->page == PAGE_MATRIX && room.cell < card ? room.cell : card;
	struct text why = TEXT_INIT;
	char **place[MANY_CARDS];
	bool failed = false;
	const char *beginning = many_shared(m, least, &shared, &failed);

	if (m->page == PAGE_OVER)
		for (size_t i = n = 0; i < s->panel[0].n_series; i++)
			place[n++] = &s->panel[0].series[i].label;
	else
		for (size_t i = 0; i < n; i++)
			place[i] = &s->panel[i].title;
	failed = !shorten(place, n, beginning, shared, card) || failed;
	if (m->page != PAGE_SHEET)
		failed = !shorten_rows(s, beginning, shared, room.cell) || failed;
	many_add_why(&why, m);
	if (m->page != PAGE_OVER)
		many_add_shared(&why, m, least);
	s->why = text_take(&why);
	return s->why && !failed;
}

/* As many rows as the page has; what is left out is counted in the last one. */
static bool fill_table(const struct many *m, struct scene *s)
{
	struct many_table t;
	bool ok = true;

	if (m->page == PAGE_SHEET)
		many_table_errors(m, &t);
	else
		many_table(m, &t);
	if (t.rows > ROWS) {
		char **last = t.cell + (ROWS - 1) * t.cols;

		free(last[0]);
		last[0] = sk_asprintf("and %zu more", t.rows - (ROWS - 1));
		ok = last[0] != NULL;
		for (size_t c = 1; ok && c < t.cols; c++)
			last[c][0] = '\0';
		for (size_t i = ROWS * t.cols; i < t.rows * t.cols; i++)
			free(t.cell[i]);
		t.rows = ROWS;
	}
	if (t.failed || !ok || t.rows == 0) {
		ok = ok && !t.failed;
		many_table_release(&t);
		return ok;
	}
	s->table = t.cell;
	s->n_rows = t.rows;
	s->n_cols = t.cols;
	return true;
}

static bool fill(const struct many *m, struct scene *s)
{
	bool all;

	s->page = PAGE_GRID;
	s->tone = many_tone(m, SIZE_MAX);
	s->verdict = band_words(m, &all);
	s->headline = headline(m, !all);
	s->panel = sk_calloc(MANY_CARDS, sizeof(*s->panel));
	if (!s->verdict || !s->headline || !s->panel)
		return false;
	return (m->page == PAGE_OVER ? over_panel(m, s) : cards(m, s)) && fill_table(m, s) && many_meta(m, s) &&
	       many_footer(m, s) && names_and_why(m, s);
}

enum sk_code many_scene(const struct many *m, struct scene *out, struct sk_err *err)
{
	scene_init(out);
	if (fill(m, out))
		return SK_OK;
	scene_release(out);
	return sk_fail(err, SK_ENOMEM, 0, "no memory for the picture");
}
