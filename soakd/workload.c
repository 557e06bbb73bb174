/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What drove a run, kept and told: see workload.h. */
#include "soakd/workload.h"

#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "soakd/escape.h"

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
