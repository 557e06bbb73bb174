/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report.md: what one pastes into an issue. Verdict first, one table, the picture; all else is folded away. Under 60 lines: what is
 * folded comes as far as there is room. The phases were asked for, and leave little to how it was run; the other parts leave it all
 * that it has. What is cut says where the rest is.
 */
#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/units.h"
#include "soakd/advice.h"
#include "soakd/escape.h"
#include "soakd/operations_table.h"
#include "soakd/phase_table.h"
#include "soakd/report_internal.h"
#include "soakd/under.h"
#include "soakd/verdict_json.h"
#include "soakd/words.h"

#define CHANGES_SHOWN 5  /* events.csv has them all */
#define LINES_MOST    59 /* somebody scrolls past them */
#define LINES_FOLDED  5  /* around a part that is folded */
#define LINES_PICTURE 2
#define LINES_HOW     4 /* of how it was run, beside the phases: the command, two facts more, and where the rest is */

bool report_phases_alone(const struct evidence_file *f, const struct verdict *v)
{
	return v->gate == GATE_NONE && phases_alone(f->run);
}

const char *report_phases_word(const struct evidence_file *f, const struct verdict *v)
{
	bool alone = report_phases_alone(f, v);

	return alone || !verdict_leaking(v) ? phase_table_word(f->phases, alone) : NULL;
}

void report_why(const struct evidence_file *f, const struct verdict *v, struct text *out)
{
	bool alone = report_phases_alone(f, v);

	if (f->phases)
		phase_table_why(f->phases, out);
	if (alone && out->len == 0)
		text_add(out, "The phases were measured once each; no verdict on leaks was asked for");
	else if (!alone && out->len > 0)
		text_add(out, ". ");
	if (!alone)
		add_why(out, v);
}

const char *report_tone_circle(enum scene_tone tone)
{
	static const char *const circle[] = { [TONE_BAD] = "\360\237\224\264", /* red, orange, white and green */
					      [TONE_WARN] = "\360\237\237\240",
					      [TONE_UNKNOWN] = "\342\232\252",
					      [TONE_GOOD] = "\360\237\237\242" };

	return circle[tone];
}

/* What need not be looked at, and what to send next. */
static void add_advice(struct text *out, const struct evidence_file *f, const struct verdict *v)
{
	struct text t = TEXT_INIT;

	if (add_ruled_out(&t, v)) {
		text_add(out, "**Ruled out:** ");
		add_markdown(out, text_str(&t));
		text_add(out, ".  \n");
	}
	out->failed |= t.failed;
	text_reset(&t);
	add_next(&t, v, f->run);
	text_add(out, "**Next:** ");
	add_markdown(out, text_str(&t));
	text_add(out, ".\n\n");
	out->failed |= t.failed;
	text_release(&t);
}

static void add_head(struct text *out, const char *headline, const struct evidence_file *f, const struct verdict *v)
{
	struct text why = TEXT_INIT;
	const char *phases = report_phases_word(f, v);

	text_addf(out, "## %s %s\n\n**", report_tone_circle(report_tone(f, v)), phases ? phases : verdict_headline(v));
	add_markdown(out, headline);
	text_add(out, "**\n\n");
	report_why(f, v, &why);
	add_markdown(out, text_str(&why));
	out->failed |= why.failed;
	text_release(&why);
	text_add(out, "\n\n");
	if (report_phases_alone(f, v))
		return;
	add_advice(out, f, v);
}

static bool add_table(struct text *out, const struct verdict *v)
{
	char *cell[(1 + TABLE_ROWS) * TABLE_COLUMNS] = { NULL };
	size_t rows = report_table(v, cell);
	bool mark = scene_has_mark(cell, rows, TABLE_COLUMNS, TABLE_MARK);

	for (size_t r = 0; r < rows; r++) {
		add_markdown_cells(out, cell + r * TABLE_COLUMNS, TABLE_COLUMNS);
		for (size_t c = 0; c < TABLE_COLUMNS; c++)
			free(cell[r * TABLE_COLUMNS + c]);
		text_add(out, r == 0 ? "\n" TABLE_RULE "\n" : "\n");
	}
	text_addf(out, "\n<sub>%s%s</sub>\n", TABLE_NOTE, mark ? "; \\" TABLE_MARK : "");
	return rows > 0;
}

/* Which program leaks is the first thing to know when it is not the one that was asked about. */
static void add_driver_line(struct text *out, const struct verdict *v)
{
	struct text line = TEXT_INIT;

	if (add_driver(&line, v)) {
		text_add(out, "\nWorkload: **");
		add_markdown(out, text_str(&line));
		text_add(out, ".**\n");
	}
	out->failed |= line.failed;
	text_release(&line);
}

static void add_account(struct text *out, const struct verdict *v)
{
	struct text line = TEXT_INIT;

	if (add_explained(&line, &v->explained)) {
		text_add(out, "\nExplained: ");
		add_markdown(out, text_str(&line));
		text_add(out, ".\n");
	}
	out->failed |= line.failed;
	text_release(&line);
}

/* How the verdict came about: the last changes, a line each. */
static void add_changes(struct text *out, const struct evidence_file *f, const struct verdict *v)
{
	char at[40];

	for (size_t i = v->n_changes > CHANGES_SHOWN ? v->n_changes - CHANGES_SHOWN : 0; i < v->n_changes; i++) {
		const struct verdict_change *c = &v->change[i];

		text_addf(out, "- %s -> %s at %s: ", verdict_class_name[c->from], verdict_class_name[c->to],
			  fmt_duration(at, sizeof(at), c->at_unix - f->ev.start_unix));
		add_markdown(out, c->why);
		text_addc(out, '\n');
	}
}

static size_t count_lines(const struct text *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->len; i++)
		n += t->s[i] == '\n';
	return n;
}

/* Lines that are still free. */
static size_t room(const struct text *out)
{
	size_t n = count_lines(out);

	return n < LINES_MOST ? LINES_MOST - n : 0;
}

static size_t less(size_t a, size_t b)
{
	return a > b ? a - b : 0;
}

/* In at most so many lines, of which the first is always there: it is the command. */
static void add_facts(struct text *out, const struct report_facts *facts, size_t most)
{
	size_t shown = facts->n <= most ? facts->n : most > 2 ? most - 1 : 1;

	for (size_t i = 0; i < facts->n && i < shown; i++) {
		text_addf(out, "- %s: ", facts->fact[i].name);
		add_code(out, facts->fact[i].text);
		text_addc(out, '\n');
	}
	if (facts->n <= shown)
		return;
	text_addf(out, "- %zu more are in run.json and the files beside it", facts->n - shown);
	for (size_t i = shown; i < facts->n; i++)
		text_addf(out, "%s%s", i == shown ? ": " : ", ", facts->fact[i].name);
	text_addc(out, '\n');
}

/* Behind a line that opens it, where it has something and leaves so many lines to what follows; else it is in the run directory. */
static void add_folded(struct text *out, const char *title, struct text *part, size_t leave)
{
	const char *s = text_str(part);
	size_t blank = *s == '\n'; /* tables begin with a line of their own */

	out->failed |= part->failed;
	if (part->len > 0 && count_lines(part) - blank + LINES_FOLDED + leave <= room(out))
		text_addf(out, "\n<details><summary>%s</summary>\n\n%s\n</details>\n", title, s + blank);
	text_release(part);
}

/* All that is folded. What was measured in phases is so only where it is not the result itself. */
static void add_details(struct text *out, const struct evidence_file *f, const struct verdict *v, bool phases_shown)
{
	struct text operations = TEXT_INIT, roles = TEXT_INIT, changes = TEXT_INIT, phases = TEXT_INIT, how = TEXT_INIT;
	struct report_facts facts;
	size_t least, all;

	if (report_facts(f, v, &facts, NULL) != SK_OK) {
		out->failed = true;
		return;
	}
	all = LINES_FOLDED + facts.n;
	least = LINES_FOLDED + (facts.n < LINES_HOW ? facts.n : LINES_HOW);
	if (f->phases && !phases_shown)
		phase_table_markdown(f->phases, 1 + less(room(out), LINES_FOLDED + least), &phases);
	operations_table_markdown(&operations, f->run);
	add_roles_table(&roles, f->run);
	add_changes(&changes, f, v);
	add_folded(out, "The phases", &phases, least);
	add_folded(out, "What the load did", &operations, all);
	add_folded(out, "How the verdict changed", &changes, all);
	add_folded(out, "Processes that came and went", &roles, all);
	add_facts(&how, &facts, less(room(out), LINES_FOLDED));
	add_folded(out, "How it was run", &how, 0);
	report_facts_release(&facts);
}

/* The alternative text is for who cannot see it: the headline. */
static void add_picture(struct text *out, const char *name, const char *headline, const struct verdict *v)
{
	struct text words = TEXT_INIT;

	text_addf(&words, "%s: %s", verdict_headline(v), headline);
	add_markdown_image(out, text_str(&words), name);
	out->failed |= words.failed;
	text_release(&words);
}

enum sk_code report_markdown(const struct evidence_file *f, const struct verdict *v, const char *png_name, struct text *out,
			     struct sk_err *err)
{
	char *headline = report_headline(f, v);
	bool phases_first = f->phases && report_phases_word(f, v), ok = headline != NULL;

	if (ok) {
		add_head(out, headline, f, v);
		ok = add_table(out, v);
		add_account(out, v);
		add_driver_line(out, v);
		add_under_markdown(out, f->run);
		if (phases_first)
			phase_table_markdown(f->phases, less(room(out), LINES_PICTURE + LINES_FOLDED + LINES_HOW), out);
		if (png_name)
			add_picture(out, png_name, headline, v);
		add_details(out, f, v, phases_first);
	}
	free(headline);
	return ok && !out->failed ? SK_OK : sk_fail(err, SK_ENOMEM, 0, "no memory for the report");
}
