/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All texts of the evidence and of the verdict on it, each by what it is: what others have said goes through redact_text(), what
 * soakd has worded through redact_sentence(), names of parts by what they are parts of, and run.json by its keys (redact_run.c).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "soakd/phase_table.h"
#include "soakd/redact_internal.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* What was redacted, in place of what was; frees it. */
static void take_fixed(char *s, size_t size, char *clean)
{
	if (clean)
		snprintf(s, size, "%.*s", (int)utf8_fit(clean, size - 1), clean);
	free(clean);
}

static void redact_fixed(struct redactor *r, char *s, size_t size)
{
	take_fixed(s, size, *s ? redact_text(r, s) : NULL);
}
#define REDACT_FIXED(r, array) redact_fixed(r, array, sizeof(array))

/* What the kinds of events are whose details are sentences of ours; those of others hold what a server or the system has said. */
static bool is_ours(const struct evidence_event *e)
{
	static const char *const kinds[] = { "start",        "gap",     "stopping", "end",        "clock-step",
					     "partial",      "phase",   "budget",   "epoch",      "driver-leak",
					     "driver-ready", "verdict", "oom",      "target-exit" };

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strcmp(kinds[i], e->kind) == 0)
			return true;
	return false;
}

/* "worker 4711 has exited with status 3": the role goes as a name does. */
static char *exit_text(struct redactor *r, const char *s)
{
	static const char *const tails[] = { " has exited", " was killed by signal ", " did not come back in " };
	char *role, *who, *how, *all;
	const char *tail = NULL;

	for (size_t i = 0; i < COUNT(tails) && !tail; i++)
		tail = strstr(s, tails[i]);
	if (!tail)
		return redact_text(r, s);
	role = strndup(s, (size_t)(tail - s));
	who = role ? redact_text(r, role) : NULL;
	how = redact_form(r, tail);
	all = who && how ? sk_asprintf("%s%s", who, how) : NULL;
	free(role);
	free(who);
	free(how);
	r->failed |= !all;
	return all;
}

/* All that may stand in a sentence of ours. */
static void add_names(struct redactor *r, struct redact_names *names, const struct evidence_file *f, const struct verdict *v)
{
	const json_t *site = json_array_get(json_object_get(json_object_get(f->run, "under"), "sites"), 0);
	const char *function = json_get_str(site, "function", ""), *place = json_get_str(site, "place", "");
	char *by = sk_asprintf("%s%s%s%s", *function ? function : "?", *place ? " (" : "", place, *place ? ")" : "");

	for (size_t i = 0; i < v->n_parts; i++)
		redact_part_add(r, names, v->part[i].by, v->part[i].name);
	for (size_t i = 0; i < v->explained.n_top; i++)
		redact_part_add(r, names, "context", v->explained.top[i].name);
	for (size_t i = 0; i < f->ev.n_parts; i++)
		redact_part_add(r, names, f->ev.part[i].by, f->ev.part[i].name);
	for (size_t i = 0; f->phases && i < PHASE_TABLE_KEPT && i < f->phases->n; i++)
		redact_name_add(r, names, f->phases->kept[i].name);
	for (size_t i = 0; f->phases && i < f->phases->n_budget; i++)
		redact_name_add(r, names, f->phases->budget[i].phase);
	redact_name_add(r, names, json_get_str(json_object_get(f->run, "workload_failed"), "phase", ""));
	redact_name_add(r, names, by ? by : "");
	r->failed |= !by;
	free(by);
}

#define REDACT_SENTENCE(r, names, array) take_fixed(array, sizeof(array), redact_sentence(r, names, array))

static void redact_sentences(struct redactor *r, const struct redact_names *names, struct evidence_file *f, struct verdict *v)
{
	REDACT_SENTENCE(r, names, v->main.why);
	for (size_t i = 0; i < v->n_series; i++)
		REDACT_SENTENCE(r, names, v->series[i].why);
	for (size_t i = 0; i < v->n_changes; i++)
		REDACT_SENTENCE(r, names, v->change[i].why);
	for (size_t i = 0; i < f->n_events; i++) {
		struct evidence_event *e = &f->event[i];

		if (strcmp(e->kind, "target-exit") == 0)
			take_fixed(e->detail, sizeof(e->detail), exit_text(r, e->detail));
		else if (is_ours(e))
			REDACT_SENTENCE(r, names, e->detail);
	}
}

static void redact_phases(struct redactor *r, struct phase_table *t)
{
	for (size_t i = 0; t && i < PHASE_TABLE_KEPT && i < t->n; i++)
		REDACT_FIXED(r, t->kept[i].name);
	for (size_t i = 0; t && i < t->n_budget; i++)
		REDACT_FIXED(r, t->budget[i].phase);
}

/* Names of parts are those of their series. */
static void redact_names(struct redactor *r, struct evidence_file *f, struct verdict *v)
{
	for (size_t i = 0; i < v->n_parts; i++)
		take_fixed(v->part[i].name, sizeof(v->part[i].name), redact_part(r, v->part[i].by, v->part[i].name));
	for (size_t i = 0; i < v->explained.n_top; i++)
		REDACT_FIXED(r, v->explained.top[i].name);
	for (size_t i = 0; i < f->n_part_series; i++) {
		struct series *s = &f->part_series[i];

		take_fixed(s->name, sizeof(s->name), redact_part(r, i < f->ev.n_parts ? f->ev.part[i].by : "", s->name));
	}
	redact_phases(r, f->phases);
}

static void redact_events(struct redactor *r, struct evidence_file *f)
{
	for (size_t i = 0; i < f->n_events; i++)
		if (!is_ours(&f->event[i]))
			REDACT_FIXED(r, f->event[i].detail);
	REDACT_FIXED(r, f->note);
}

/* Names that a text tells are known before the first is taken out. */
static void learn_texts(struct redactor *r, const struct evidence_file *f, const struct verdict *v)
{
	redact_learn_run(r, f->run);
	for (size_t i = 0; i < f->n_events; i++)
		redact_learn(r, f->event[i].detail);
	for (size_t i = 0; i < f->n_part_series; i++)
		redact_learn(r, f->part_series[i].name);
	for (size_t i = 0; i < v->explained.n_top; i++)
		redact_learn(r, v->explained.top[i].name);
	for (size_t i = 0; i < v->n_parts; i++)
		redact_learn(r, v->part[i].name);
	for (size_t i = 0; i < v->n_changes; i++)
		redact_learn(r, v->change[i].why);
	redact_learn(r, f->note);
}

static void redact_path(struct redactor *r, struct evidence_file *f)
{
	char *shown = sk_strdup(f->dir ? "run" : "data.csv");

	if (!shown) {
		r->failed = true;
		return;
	}
	redact_count(r, REDACT_PATH, f->path);
	free(f->path);
	f->path = shown;
}

enum sk_code redact_evidence(struct redactor *r, struct evidence_file *f, struct verdict *v, struct sk_err *err)
{
	struct redact_names names = { 0 };
	struct text told = TEXT_INIT;

	learn_texts(r, f, v);
	redact_events(r, f);
	redact_events(r, f); /* what is learned late must be gone from what was read first */
	add_names(r, &names, f, v);
	redact_sentences(r, &names, f, v);
	redact_names_release(&names);
	redact_names(r, f, v);
	redact_run_json(r, f->run, &f->latency);
	REDACT_FIXED(r, f->latency.name); /* after its kind has been looked up */
	redact_path(r, f);
	redact_told(r, &told);
	text_add(&told, "; what stands for them is written in capitals");
	if (!r->failed && !told.failed) {
		free(f->redacted);
		f->redacted = told.s;
		return SK_OK;
	}
	text_release(&told);
	return sk_fail(err, SK_ENOMEM, 0, "no memory to redact the report");
}
