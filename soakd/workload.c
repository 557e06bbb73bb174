/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What drove a run, kept and told: see workload.h. */
#include "soakd/workload.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/verdict_json.h"

#define WORDS_MOST 8

json_t *workload_json(const json_t *work)
{
	json_t *all = json_array();
	const json_t *entry;
	size_t i;

	json_array_foreach(work, i, entry) json_array_append_new(
		all, json_pack("{s:O,s:O}", "name", json_object_get(entry, "name"), "weight", json_object_get(entry, "weight")));
	return all;
}

void workload_words(const json_t *run, struct text *out)
{
	const char *scenario = json_get_str(run, "scenario", ""), *file = json_get_str(run, "scenario_file", NULL), *slash;
	const json_t *work = json_object_get(run, "work"), *entry;
	char weight[40];
	size_t i;

	if (!*scenario)
		return;
	add_plain(out, scenario);
	json_array_foreach(work, i, entry)
	{
		if (i == WORDS_MOST) {
			text_addf(out, " and %zu more", json_array_size(work) - i);
			break;
		}
		text_add(out, i ? ", " : ": ");
		add_plain(out, json_get_str(entry, "name", ""));
		text_addf(out, " %s", fmt_real(weight, sizeof(weight), json_get_num(entry, "weight", 1)));
	}
	if (file) {
		slash = strrchr(file, '/');
		text_add(out, " (");
		add_plain(out, slash ? slash + 1 : file);
		text_add(out, ")");
	}
}

/* ---- a workload that did nothing --------------------------------------------------------------------------------------- */

bool workload_has_failed(const json_t *run)
{
	return json_is_object(json_object_get(run, "workload_failed"));
}

void workload_note_failed(json_t *run, const char *phase, double errors)
{
	if (!workload_has_failed(run))
		json_object_set_new(run, "workload_failed", json_pack("{s:s?,s:o}", "phase", phase, "errors", json_num(errors)));
}

void workload_forget_failed(json_t *run)
{
	if (!json_is_string(json_object_get(json_object_get(run, "workload_failed"), "phase")))
		json_object_del(run, "workload_failed");
}

void workload_judge(const json_t *run, struct verdict *v)
{
	const json_t *failed = json_object_get(run, "workload_failed");
	const char *phase = json_get_str(failed, "phase", NULL);
	struct text why = TEXT_INIT;

	if (!workload_has_failed(run) || verdict_leaking(v))
		return;
	v->gate = GATE_NO_WORK;
	v->main.verdict = VERDICT_INSUFFICIENT;
	snprintf(v->gate_word, sizeof(v->gate_word), "WORKLOAD FAILED");
	if (phase) {
		text_add(&why, "phase ");
		add_plain(&why, phase);
		text_add(&why, ": ");
	}
	text_addf(&why, "%.0f operations failed, none ended well", json_get_num(failed, "errors", 0));
	snprintf(v->main.why, sizeof(v->main.why), "%.*s", (int)utf8_fit(text_str(&why), sizeof(v->main.why) - 1),
		 text_str(&why));
	text_release(&why);
}
