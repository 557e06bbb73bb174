/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * report.md: what one pastes into an issue. Verdict first, one table, how it was run folded away. Under 60 lines, and a table more
 * where the workload names its operations.
 */
#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/operations_table.h"
#include "soakd/phase_table.h"
#include "soakd/report_internal.h"
#include "soakd/under.h"
#include "soakd/verdict_json.h"
#include "soakd/words.h"

#define CHANGES_SHOWN 8 /* events.csv has them all */

const char *report_phases_word(const struct evidence_file *f, const struct verdict *v)
{
	bool alone = v->gate == GATE_NONE && phases_alone(f->run);

	return alone || !verdict_leaking(v) ? phase_table_word(f->phases, alone) : NULL;
}

void report_why(const struct evidence_file *f, const struct verdict *v, struct text *out)
{
	bool alone = v->gate == GATE_NONE && phases_alone(f->run);

	if (f->phases)
		phase_table_why(f->phases, out);
	if (alone && out->len == 0)
		text_add(out, "The phases were measured once each; no verdict on leaks was asked for");
	else if (!alone && out->len > 0)
		text_add(out, ". ");
	if (!alone)
		add_why(out, v);
}

static void add_head(struct text *out, const char *headline, const struct evidence_file *f, const struct verdict *v)
{
	static const char *const sign[VERDICT_CLASSES] = {
		[VERDICT_LEAK] = "\360\237\224\264", /* red, orange and white circles; else green */
		[VERDICT_SUSPECTED] = "\360\237\237\240",
		[VERDICT_INSUFFICIENT] = "\342\232\252",
	};
	struct text why = TEXT_INIT;

	const char *phases = report_phases_word(f, v), *green = "\360\237\237\242",
		   *mark = !phases                             ? v->gate == GATE_KEPT ? NULL : sign[v->main.verdict]
						       : f->phases->exceeded ? sign[VERDICT_LEAK]
			   : phase_table_unmeasured(f->phases) ? sign[VERDICT_INSUFFICIENT]
							       : NULL;

	text_addf(out, "## %s %s\n\n**", mark ? mark : green, phases ? phases : verdict_headline(v));
	add_markdown(out, headline);
	text_add(out, "**\n\n");
	report_why(f, v, &why);
	add_markdown(out, text_str(&why));
	out->failed |= why.failed;
	text_release(&why);
	text_add(out, "\n\n");
	if (v->gate == GATE_NONE && phases_alone(f->run))
		return;
	text_add(out, "Next: ");
	add_next(out, v);
	text_add(out, ".\n\n");
}

static bool add_table(struct text *out, const struct verdict *v)
{
	char *cell[(1 + TABLE_ROWS) * TABLE_COLUMNS] = { NULL };
	size_t rows = report_table(v, cell);

	for (size_t r = 0; r < rows; r++) {
		add_markdown_cells(out, cell + r * TABLE_COLUMNS, TABLE_COLUMNS);
		for (size_t c = 0; c < TABLE_COLUMNS; c++)
			free(cell[r * TABLE_COLUMNS + c]);
		text_add(out, r == 0 ? "\n" TABLE_RULE "\n" : "\n");
	}
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

	if (v->n_changes == 0)
		return;
	text_add(out, "\n<details><summary>How the verdict changed</summary>\n\n");
	for (size_t i = v->n_changes > CHANGES_SHOWN ? v->n_changes - CHANGES_SHOWN : 0; i < v->n_changes; i++) {
		const struct verdict_change *c = &v->change[i];

		text_addf(out, "- %s -> %s at %s: ", verdict_class_name[c->from], verdict_class_name[c->to],
			  fmt_duration(at, sizeof(at), c->at_unix - f->ev.start_unix));
		add_markdown(out, c->why);
		text_addc(out, '\n');
	}
	text_add(out, "\n</details>\n");
}

static void add_details(struct text *out, const struct report_facts *facts)
{
	text_add(out, "\n<details><summary>How it was run</summary>\n\n");
	for (size_t i = 0; i < facts->n; i++) {
		text_addf(out, "- %s: ", facts->fact[i].name);
		add_code(out, facts->fact[i].text);
		text_addc(out, '\n');
	}
	text_add(out, "\n</details>\n");
}

enum sk_code report_markdown(const struct evidence_file *f, const struct verdict *v, const char *png_name, struct text *out,
			     struct sk_err *err)
{
	struct report_facts facts;
	char *headline = report_headline(f, v);
	enum sk_code rc = report_facts(f, v, &facts, err);
	bool ok = headline != NULL;

	if (rc == SK_OK && ok) {
		add_head(out, headline, f, v);
		ok = add_table(out, v);
		add_account(out, v);
		add_driver_line(out, v);
		add_under_markdown(out, f->run);
		if (f->phases)
			phase_table_markdown(f->phases, out);
		if (png_name) {
			text_addf(out, "\n![%s: ", verdict_headline(v));
			add_markdown(out, headline);
			text_add(out, "](<");
			/* a name in pointed brackets ends with the bracket or the line */
			for (const char *p = png_name; *p; p++)
				text_addf(out, *p == '<' || *p == '>' || *p == '\\' || (unsigned char)*p < ' ' ? "%%%02X" : "%c",
					  (unsigned char)*p);
			text_add(out, ">)\n");
		}
		operations_table_markdown(out, f->run);
		add_roles_table(out, f->run);
		add_changes(out, f, v);
		add_details(out, &facts);
	}
	if (rc == SK_OK)
		report_facts_release(&facts);
	free(headline);
	if (rc == SK_OK && (!ok || out->failed))
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the report");
	return rc;
}
