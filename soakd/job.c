/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/job.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "base/text.h"
#include "scenarios/catalog.h"

static enum sk_code unknown(const char *wanted, struct sk_err *err)
{
	struct text all = TEXT_INIT;

	for (const struct scenario_info *s = scenario_catalog; s->name; s++)
		text_addf(&all, "%s%s%s%s", all.len ? ", " : "", s->name, s->profile ? "/" : "", s->profile ? s->profile : "");
	sk_fail(err, SK_EUSAGE, 0, "no scenario \"%s\"; there are none, %s", wanted, text_str(&all));
	text_release(&all);
	return SK_EUSAGE;
}

/* The profile that a name without one means: the first in the catalogue, but mixed where a database has it. */
static const struct scenario_info *find(const char *name, const char *profile)
{
	const struct scenario_info *first = NULL;

	for (const struct scenario_info *s = scenario_catalog; s->name; s++) {
		if (strcmp(s->name, name) != 0)
			continue;
		if (profile ? s->profile && strcmp(s->profile, profile) == 0 : s->profile && strcmp(s->profile, "mixed") == 0)
			return s;
		if (!first)
			first = s;
	}
	return profile && (!first || first->profile) ? NULL : first;
}

enum sk_code job_scenario(const struct run_options *o, const struct target_kind *kind, char **name, char **profile, struct sk_err *err)
{
	const char *wanted = o->scenario ? o->scenario : kind ? kind->scenario : NULL;
	const char *slash = wanted ? strchr(wanted, '/') : NULL;
	const struct scenario_info *info;
	char *base;

	*name = *profile = NULL;
	if (!wanted || strcmp(wanted, "none") == 0) {
		if (kind && kind->own)
			return sk_fail(err, SK_EUSAGE, 0, "target %s is its own workload: it cannot run with --scenario none", kind->name);
		return SK_OK;
	}
	base = slash ? strndup(wanted, (size_t)(slash - wanted)) : sk_strdup(wanted);
	if (!base)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the scenario's name");
	info = find(base, slash ? slash + 1 : NULL);
	free(base);
	if (!info)
		return unknown(wanted, err);
	if (kind && kind->own ? strcmp(info->name, kind->name) != 0 : info->own)
		return sk_fail(err, SK_EUSAGE, 0, "scenario %s does not fit the target: sqlite and leaky are targets that are their own workload%s",
			       wanted, info->own ? "; give --target with the same name" : "");
	*name = sk_strdup(info->name);
	*profile = info->profile ? sk_strdup(info->profile) : NULL;
	return *name && (*profile || !info->profile) ? SK_OK : sk_fail(err, SK_ENOMEM, 0, "no memory for the scenario's name");
}

static enum sk_code add_exec(json_t *j, const char *command, struct sk_err *err)
{
	char **argv = NULL;
	size_t argc = 0;
	enum sk_code rc = words_split(command, &argv, &argc, err);
	json_t *words = json_array();

	if (rc != SK_OK)
		sk_err_prefix(err, "--exec");
	for (size_t i = 0; i < argc; i++)
		json_array_append_new(words, json_string(argv[i]));
	json_object_set_new(j, "exec", words);
	free(argv);
	return rc;
}

enum sk_code job_make(const struct run_options *o, const char *scenario, const char *profile, const struct postmaster_info *pm,
		      const char *dir, bool resumed, json_t **out, struct sk_err *err)
{
	json_t *j = json_pack("{s:s,s:s?,s:I,s:I,s:I,s:I,s:I,s:b,s:b,s:s,s:s,s:b,s:s?}", "scenario", scenario, "profile", profile, "seed",
			      (json_int_t)o->seed, "connections", (json_int_t)o->connections, "rate", (json_int_t)o->rate, "batch",
			      (json_int_t)o->batch, "rows", (json_int_t)o->rows, "keep", o->keep, "checkpoint", o->checkpoint, "journal",
			      journal_names[o->journal], "dir", dir, "resume", resumed, "dsn", o->dsn);

	if (!j)
		return sk_fail(err, SK_EUSAGE, 0, "the options are no UTF-8 text: the driver cannot be told of them");
	json_object_set_new(j, "length_s", json_num(o->length_s));
	json_object_set_new(j, "interval_s", json_num(o->interval_s));
	json_object_set_new(j, "leak_rate_bytes_per_h", json_num(o->leak_rate_bytes));
	json_object_set_new(j, "leak_noise_bytes", json_num(o->leak_noise_bytes));
	json_object_set_new(j, "leak_onset_s", json_num(o->leak_onset_s));
	if (pm) {
		json_object_set_new(j, "host", json_string(pm->host));
		json_object_set_new(j, "port", json_string(pm->port));
		if (geteuid() == 0) {
			json_object_set_new(j, "uid", json_integer(pm->uid));
			json_object_set_new(j, "gid", json_integer(pm->gid));
		}
	}
	*out = j;
	if (!o->exec)
		return SK_OK;
	enum sk_code rc = add_exec(j, o->exec, err);

	if (rc != SK_OK) {
		json_decref(j);
		*out = NULL;
	}
	return rc;
}
