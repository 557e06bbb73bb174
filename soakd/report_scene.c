/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The report's page as a scene: words, what happened when, table, footer. The panels are in report_panels.c. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/advice.h"
#include "soakd/escape.h"
#include "soakd/phase_table.h"
#include "soakd/report_page.h"
#include "soakd/report_verify.h"
#include "soakd/verdict_json.h"
#include "soakd/words.h"
#include "version.h"

static enum scene_tone tone_of(enum verdict_class c)
{
	switch (c) {
	case VERDICT_LEAK:
		return TONE_BAD;
	case VERDICT_SUSPECTED:
		return TONE_WARN;
	case VERDICT_INSUFFICIENT:
		return TONE_UNKNOWN;
	default:
		return TONE_GOOD;
	}
}

enum scene_tone report_tone(const struct evidence_file *f, const struct verdict *v)
{
	if (!report_phases_word(f, v))
		return v->gate == GATE_KEPT ? TONE_GOOD : tone_of(v->main.verdict);
	if (f->phases->exceeded)
		return TONE_BAD;
	return phase_table_unmeasured(f->phases) ? TONE_UNKNOWN : TONE_GOOD;
}

/* Beside the sentence a chip has the rate with its interval: " (95%: ... to ...)" would say it twice. */
static void without_interval(struct text *out, const char *why)
{
	const char *open = strstr(why, " (95%: "), *close = open ? strchr(open, ')') : NULL;

	text_addn(out, why, close ? (size_t)(open - why) : strlen(why));
	text_add(out, close ? close + 1 : "");
}

/* The date of the limit is a chip of its own, and only of growth that is proven; where the phases are the result theirs is the sentence. */
static char *why_text(const struct evidence_file *f, const struct verdict *v)
{
	struct text t = TEXT_INIT, raw = TEXT_INIT, brief = TEXT_INIT;
	struct verdict *calm = NULL;

	if (!f->phases && (page_has_forecast(f, v) || !verdict_leaking(v)))
		calm = sk_calloc(1, sizeof(*calm));
	if (calm) {
		*calm = *v;
		calm->limit_unix = NAN;
	}
	report_why(f, calm ? calm : v, &raw);
	free(calm);
	without_interval(&brief, text_str(&raw));
	add_plain(&t, text_str(&brief));
	t.failed |= raw.failed || brief.failed;
	text_release(&raw);
	text_release(&brief);
	return text_take(&t);
}

static bool fill_advice(const struct evidence_file *f, const struct verdict *v, struct scene *s)
{
	struct text ruled = TEXT_INIT, next = TEXT_INIT;
	bool any;

	s->advice = sk_calloc(2, sizeof(*s->advice));
	if (!s->advice)
		return false;
	text_add(&ruled, "Ruled out: ");
	any = add_ruled_out(&ruled, v);
	text_addc(&ruled, '.');
	text_add(&next, "Next: ");
	add_next(&next, v, f->run);
	text_addc(&next, '.');
	if (any)
		s->advice[s->n_advice++] = text_take(&ruled);
	s->advice[s->n_advice++] = text_take(&next);
	text_release(&ruled);
	return s->advice[0] && s->advice[s->n_advice - 1];
}

static bool fill_words(const struct evidence_file *f, const struct verdict *v, struct scene *s)
{
	const char *phases = report_phases_word(f, v);

	s->tone = report_tone(f, v);
	s->verdict = sk_strdup(phases ? phases : verdict_headline(v));
	s->headline = report_page_headline(f, v);
	s->why = why_text(f, v);
	return s->verdict && s->headline && s->why && report_chips(f, v, s) &&
	       (report_phases_alone(f, v) || fill_advice(f, v, s));
}

static bool add_span(struct scene *s, double x0, double x1, enum scene_shade kind, const char *words, double length_s)
{
	char how_long[40];

	s->span[s->n_spans] =
		(struct scene_span){ x0, x1, kind,
				     sk_asprintf("%s %s", words, fmt_duration(how_long, sizeof(how_long), length_s)) };
	return s->span[s->n_spans++].label != NULL;
}

static bool add_marker(struct scene *s, double x, enum scene_mark kind, const char *label)
{
	s->marker[s->n_markers] = (struct scene_marker){ x, kind, plain_dup(label) };
	return s->marker[s->n_markers++].label != NULL;
}

/* Events that explain the lines. The rest is in events.csv. */
static bool mark_of(const struct evidence_event *e, enum scene_mark *mark)
{
	static const struct {
		const char *kind;
		enum scene_mark mark;
	} kinds[] = {
		{ "restart", MARK_RESTART },   { "epoch", MARK_EPOCH },     { "target-exit", MARK_EVENT },
		{ "target exit", MARK_EVENT }, { "reconnect", MARK_EVENT }, { "driver-ready", MARK_EVENT },
		{ "driver-exit", MARK_EVENT }, { "error", MARK_EVENT },     { "pressure", MARK_EVENT },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (strcmp(kinds[i].kind, e->kind) == 0) {
			*mark = kinds[i].mark;
			return true;
		}
	}
	return false;
}

/* "begin load (round 2)" is "load" on the picture: which round it is can be counted. */
static char *phase_name(const char *detail)
{
	const char *name = detail + strlen("begin "), *round = strstr(name, " (round ");
	size_t n = round ? (size_t)(round - name) : strlen(name);
	char whole[sizeof(((struct evidence_event *)0)->detail)];

	snprintf(whole, sizeof(whole), "%.*s", (int)n, name);
	return plain_dup(whole);
}

/*
 * From the event i, "begin X", to the next of X: its end, or, where the run was interrupted, its second begin. Where
 * another follows the
 * events between were too many to be kept: no span.
 */
static bool add_phase(const struct evidence_file *f, size_t i, struct scene *s)
{
	size_t k = i + 1;
	double end = s->x1;

	while (k < f->n_events && strcmp(f->event[k].kind, "phase") != 0)
		k++;
	if (k < f->n_events) {
		const char *a = strchr(f->event[i].detail, ' '), *b = strchr(f->event[k].detail, ' ');

		if (!a || !b || strncmp(a, b, strlen(a)) != 0 || (b[strlen(a)] && b[strlen(a)] != ','))
			return true; /* behind a comma is why it ended early */
		end = f->event[k].elapsed_s;
	}
	s->span[s->n_spans] = (struct scene_span){ f->event[i].elapsed_s, end, SHADE_PHASE, phase_name(f->event[i].detail) };
	return s->span[s->n_spans++].label != NULL;
}

/* Beside what the whole run changed by, or what was fitted, whichever is more. */
static bool step_matters(const struct series_verdict *m, double size)
{
	double change = fabs(m->end_kb - m->start_kb), growth = fabs(m->growth_kb);

	return !(fabs(size) < STEP_MATTERS * fmax(change, growth));
}

/* Where the level changed at once, by how much. */
static bool add_jumps(const struct evidence_file *f, const struct verdict *v, struct scene *s)
{
	struct jump jump[REPORT_JUMPS];
	size_t n = report_jumps(f, v, jump);
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++) {
		struct text t = TEXT_INIT;

		if (!step_matters(&v->main, jump[i].size))
			continue;
		text_add(&t, jump[i].size > 0 ? "+" : "");
		add_level(&t, v->main.column, jump[i].size);
		ok = !t.failed && add_marker(s, jump[i].at_s, MARK_CHANGE, text_str(&t));
		text_release(&t);
	}
	return ok;
}

/* Beyond the run: the panel of the forecast shows it. */
static bool add_limit_mark(const struct evidence_file *f, const struct verdict *v, struct scene *s)
{
	char at[40];

	if (!page_has_forecast(f, v))
		return true;
	fmt_utc(at, sizeof(at), v->limit_unix);
	at[limit_by_days(v, f->last_unix) ? 10 : 16] = '\0';
	if (strlen(at) > 10)
		memmove(at, at + 11, 6);
	return add_marker(s, v->limit_unix - f->ev.start_unix, MARK_LIMIT, at);
}

bool report_times(const struct evidence_file *f, const struct verdict *v, struct scene *s)
{
	enum scene_mark mark;
	bool ok;

	s->x0 = 0;
	/* the run's own time, whatever the wall clock did */
	for (size_t i = 0; i < f->n_series; i++)
		s->x1 = fmax(s->x1, f->series[i].last_t); /* NaN, no value at all, loses */
	if (!(s->x1 > 0))
		s->x1 = isfinite(f->ev.interval_s) ? f->ev.interval_s : 1;
	s->start_unix = f->ev.start_unix;
	s->span = sk_calloc(f->n_events + 2, sizeof(*s->span));
	s->marker = sk_calloc(f->n_events + 2 + REPORT_JUMPS, sizeof(*s->marker));
	ok = s->span && s->marker;
	if (ok && v->main.warmup_s > 0)
		ok = add_span(s, 0, v->main.warmup_s, SHADE_WARMUP, "warm-up", v->main.warmup_s);
	if (ok && isfinite(v->main.onset_s))
		ok = add_marker(s, v->main.onset_s, MARK_ONSET, "growth begins");
	ok = ok && add_jumps(f, v, s) && add_limit_mark(f, v, s);
	for (size_t i = 0; ok && i < f->n_events; i++) {
		const struct evidence_event *e = &f->event[i];

		if (e->length_s > 0)
			ok = add_span(s, e->elapsed_s, e->elapsed_s + e->length_s, SHADE_GAP, "no samples for", e->length_s);
		else if (strcmp(e->kind, "phase") == 0 && strncmp(e->detail, "begin ", 6) == 0)
			ok = add_phase(f, i, s);
		else if (mark_of(e, &mark))
			ok = add_marker(s, fmin(e->elapsed_s, s->x1), mark, e->kind);
	}
	return ok;
}

#define PHASES_DRAWN 8

/* Where the phases are the result their table is, and not that of verdicts which nobody asked for. */
static bool fill_phases(const struct evidence_file *f, struct scene *s)
{
	s->table = sk_calloc((1 + PHASES_DRAWN) * PHASE_CELLS, sizeof(*s->table));
	if (!s->table)
		return false;
	s->n_rows = phase_table_cells(f->phases, PHASES_DRAWN, s->table);
	s->n_cols = PHASE_CELLS;
	return s->n_rows > 0;
}

static bool column_is_empty(const struct scene *s, size_t c)
{
	for (size_t r = 1; r < s->n_rows; r++)
		if (*s->table[r * s->n_cols + c])
			return false;
	return true;
}

static void drop_column(struct scene *s, size_t c)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n_rows * s->n_cols; i++) {
		if (i % s->n_cols == c)
			free(s->table[i]);
		else
			s->table[kept++] = s->table[i];
	}
	s->n_cols--;
}

/*
 * A column of which nothing is known (bytes per operation without operations) leaves its room to the others; so does that of per
 * cents, which follow from start and change: report.md has them.
 */
static void drop_columns(struct scene *s)
{
	for (size_t c = s->n_cols; c-- > 1;)
		if (column_is_empty(s, c) || strcmp(s->table[c], "per cent") == 0)
			drop_column(s, c);
}

static bool fill_table(const struct evidence_file *f, const struct verdict *v, struct scene *s)
{
	if (report_phases_alone(f, v) && f->phases && f->phases->n)
		return fill_phases(f, s);
	s->table = sk_calloc((1 + TABLE_ROWS) * TABLE_COLUMNS, sizeof(*s->table));
	if (!s->table)
		return false;
	s->n_rows = report_table(v, s->table);
	s->n_cols = TABLE_COLUMNS;
	drop_columns(s);
	s->table_note = sk_strdup(TABLE_NOTE);
	if (scene_has_mark(s->table, s->n_rows, s->n_cols, TABLE_MARK))
		s->table_mark = sk_strdup(TABLE_MARK);
	return s->n_rows > 0 && s->table_note;
}

/* What a program can read from the PNG again. */
static bool fill_meta(const struct evidence_file *f, const struct report_facts *facts, struct scene *s, const struct verdict *v)
{
	const char *id = json_get_str(f->run, "id", NULL), *csv = f->dir ? f->csv : f->path; /* that may be redacted */
	const char *slash = strrchr(csv, '/');
	char *title = report_headline(f, v);
	const char *pairs[][2] = {
		{ "Title", title },
		{ "Software", "soakd " SOAKD_VERSION },
		{ META_VERDICT, verdict_class_name[v->main.verdict] },
		{ META_RUN, id },
		{ META_DATA, *facts->sha256 ? (slash ? slash + 1 : csv) : NULL },
		{ META_SHA256, *facts->sha256 ? facts->sha256 : NULL },
	};
	const size_t n = sizeof(pairs) / sizeof(*pairs);
	bool ok;

	s->meta = sk_calloc(2 * n, sizeof(*s->meta));
	ok = s->meta && title;
	for (size_t i = 0; ok && i < n; i++) {
		if (!pairs[i][1])
			continue;
		s->meta[2 * s->n_meta] = sk_strdup(pairs[i][0]);
		s->meta[2 * s->n_meta + 1] = plain_dup(pairs[i][1]);
		ok = s->meta[2 * s->n_meta] && s->meta[2 * s->n_meta + 1];
		s->n_meta++;
	}
	free(title);
	return ok;
}

enum sk_code report_scene(const struct evidence_file *drawn, const struct verdict *v, struct scene *out, struct sk_err *err)
{
	struct report_facts facts;
	enum sk_code rc;
	bool ok;

	scene_init(out);
	rc = report_facts(drawn, v, &facts, err);
	if (rc != SK_OK)
		return rc;
	ok = fill_words(drawn, v, out) && report_times(drawn, v, out) && fill_table(drawn, v, out) &&
	     report_footer(drawn, v, &facts, out) && fill_meta(drawn, &facts, out, v);
	if (!ok)
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the picture");
	report_facts_release(&facts);
	if (rc == SK_OK)
		rc = report_panels(drawn, v, out, err);
	if (rc != SK_OK)
		scene_release(out);
	return rc;
}
