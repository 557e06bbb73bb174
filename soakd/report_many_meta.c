/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a picture of many runs says of itself: for programs which runs and data it is of and with which options they were
 * decided, for people the command that makes it anew.
 */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "soakd/escape.h"
#include "soakd/report_internal.h"
#include "soakd/report_many_internal.h"
#include "soakd/report_verify.h"
#include "soakd/words.h"
#include "version.h"

#define COMMAND_MOST 400 /* bytes: four lines at the smallest type are no footer any more */

/* {"name": "before", "run": "soak-1", "data-sha256": "...", "verdict": "leak"}; of what was not read the name alone. */
static json_t *run_json(const struct many_run *r)
{
	json_t *j = json_object();

	json_object_set_new(j, "name", json_string(r->name));
	if (r->error)
		return j;
	if (r->id)
		json_object_set_new(j, "run", json_string(r->id)); /* what is no UTF-8 is left out */
	if (*r->sha256)
		json_object_set_new(j, "data-sha256", json_string(r->sha256));
	json_object_set_new(j, "verdict", json_string(verdict_class_name[r->main.verdict]));
	return j;
}

static bool add_runs(struct text *out, const struct many *m)
{
	size_t i = 0;

	text_addf(out, "{\"of\":%zu,\"runs\":[", m->n);
	for (; i < m->n && out->len < RUNS_BYTES && !out->failed; i++) {
		json_t *j = run_json(&m->run[i]);
		char *one = json_dumps(j, JSON_COMPACT);

		json_decref(j);
		out->failed |= !one;
		if (one)
			text_addf(out, "%s%s", i ? "," : "", one);
		free(one);
	}
	text_add(out, "]}");
	return !out->failed;
}

/* Takes the value over; NULL is none. */
static bool add_pair(struct scene *s, const char *key, char *value)
{
	s->meta[2 * s->n_meta] = value ? sk_strdup(key) : NULL;
	s->meta[2 * s->n_meta + 1] = value;
	s->n_meta += value != NULL;
	return !value || s->meta[2 * s->n_meta - 2];
}

bool many_meta(const struct many *m, struct scene *s)
{
	struct text runs = TEXT_INIT;
	char *title = sk_strdup(s->verdict), *program = sk_strdup("soakd " SOAKD_VERSION), *names = NULL;

	s->meta = sk_calloc(8, sizeof(*s->meta));
	names = add_runs(&runs, m) ? text_take(&runs) : NULL;
	text_release(&runs);
	if (!s->meta || !title || !program || !names) {
		free(title);
		free(program);
		free(names);
		return false;
	}
	bool ok = add_pair(s, "Title", title);

	ok = add_pair(s, "Software", program) && ok;
	ok = add_pair(s, META_RUNS, names) && ok;
	return add_pair(s, META_OPTIONS, m->job && m->job->decide ? report_options_text(m->job->decide) : NULL) && ok;
}

/* ---- the command ------------------------------------------------------------------------------------------------------- */

/* A word as a shell reads it again. */
static void add_word(struct text *out, const char *word)
{
	static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%_+=:,./-";

	text_addc(out, ' ');
	if (*word && strspn(word, safe) == strlen(word)) {
		text_add(out, word);
		return;
	}
	text_addc(out, '\'');
	for (; *word; word++) {
		if (*word == '\'')
			text_add(out, "'\\''");
		else
			text_addc(out, *word);
	}
	text_addc(out, '\'');
}

static void add_options(struct text *out, const struct decide_options *o)
{
	if (o->column) {
		text_add(out, " --column");
		add_word(out, o->column);
	}
	if (o->warmup) {
		text_add(out, " --warmup");
		add_word(out, o->warmup);
	}
	if (!isnan(o->min_rate_bytes))
		text_addf(out, " --min-rate %.15g", o->min_rate_bytes);
	if (!isnan(o->limit_bytes))
		text_addf(out, " --limit %.15g", o->limit_bytes);
}

bool many_footer(const struct many *m, struct scene *s)
{
	struct text command = TEXT_INIT, line = TEXT_INIT;

	if (!m->job)
		return true;
	text_addf(&command, "$ soakd report%s", m->job->sheet ? " --sheet" : "");
	for (size_t i = 0; i < m->job->n_paths; i++)
		add_word(&command, m->job->path[i]);
	if (m->align == ALIGN_OPERATIONS)
		text_add(&command, " --align operations");
	if (m->job->decide)
		add_options(&command, m->job->decide);
	if (command.len > COMMAND_MOST && !command.failed) {
		command.len = utf8_fit(command.s, COMMAND_MOST);
		text_add(&command, MORE);
	}
	add_plain(&line, text_str(&command));
	text_add(&line, DOT "soakd " SOAKD_VERSION);
	line.failed |= command.failed;
	text_release(&command);
	s->footer = sk_calloc(1, sizeof(*s->footer));
	if (!s->footer) {
		text_release(&line);
		return false;
	}
	s->footer[0] = text_take(&line);
	s->n_footer = s->footer[0] != NULL;
	return s->n_footer == 1;
}
