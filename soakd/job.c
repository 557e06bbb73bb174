/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/job.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "base/text.h"
#include "scenarios/catalog.h"

static enum sk_code unknown(const char *wanted, struct sk_err *err)
{
	struct text all = TEXT_INIT;

	for (size_t i = 0; i < n_catalog; i++) {
		const struct catalog_scenario *c = &catalog[i];

		for (size_t k = 0; k < c->n_profile; k++)
			text_addf(&all, "%s%s/%s", all.len ? ", " : "", c->name, c->profile[k].name);
		if (!c->n_profile)
			text_addf(&all, "%s%s", all.len ? ", " : "", c->name);
	}
	sk_fail(err, SK_EUSAGE, 0, "no scenario \"%s\"; there are %s", wanted, text_str(&all));
	text_release(&all);
	return SK_EUSAGE;
}

/* sqlite and leaky drive themselves: such a scenario goes with the target of its name, and such a target with no other scenario.
 */
static enum sk_code check_fit(const char *scenario, const struct target_kind *target, struct sk_err *err)
{
	const struct target_kind *k = target_kind_find(scenario);
	bool own = k && k->own, target_own = target && target->own;

	if (own == target_own && (!own || strcmp(scenario, target->name) == 0))
		return SK_OK;
	if (own)
		return sk_fail(err, SK_EUSAGE, 0, "scenario %s is a target of its own: give --target %s", scenario, scenario);
	return sk_fail(err, SK_EUSAGE, 0,
		       "target %s is its own workload, and %s is another's: give --scenario %s/PROFILE (in a scenario file "
		       "driver = \"%s\"), or leave it out",
		       target->name, scenario, target->name, target->name);
}

enum sk_code job_scenario(const struct run_options *o, const struct target_kind *kind, char **name, char **profile,
			  struct sk_err *err)
{
	const char *wanted = o->scenario ? o->scenario : kind ? kind->scenario : NULL;
	const char *slash = wanted ? strchr(wanted, '/') : NULL;
	const struct catalog_scenario *info;
	const struct catalog_profile *p = NULL;
	char base[64];
	enum sk_code rc;

	*name = *profile = NULL;
	if (!wanted)
		return SK_OK;
	snprintf(base, sizeof(base), "%.*s", (int)(slash ? slash - wanted : (ptrdiff_t)strlen(wanted)), wanted);
	info = catalog_find(base);
	if (info && info->n_profile)
		p = slash ? catalog_profile_find(info, slash + 1) : &info->profile[0];
	if (!info || (slash && !p))
		return unknown(wanted, err);
	if (!info->built && p && catalog_observes(info, p->name) && !o->scenario)
		return SK_OK; /* nobody asked for it: watched from outside alone */
	if (!info->built)
		return sk_fail(err, SK_EUSAGE, 0,
			       "scenario %s is not in this build: its client library was missing; make deps, then make", base);
	rc = check_fit(base, kind, err);
	if (rc != SK_OK || strcmp(base, "none") == 0)
		return rc;
	*name = sk_strdup(info->name);
	if (o->script.n)
		p = NULL; /* scripts are the work, and no profile is */
	*profile = p ? sk_strdup(p->name) : NULL;
	return *name && (*profile || !p) ? SK_OK : sk_fail(err, SK_ENOMEM, 0, "no memory for the scenario's name");
}

static enum sk_code add_exec(json_t *j, const struct run_options *o, struct sk_err *err)
{
	char **argv = NULL;
	size_t argc = 0;
	enum sk_code rc = words_split(o->exec, &argv, &argc, err);
	json_t *words = json_array();

	if (rc != SK_OK)
		sk_err_prefix(err, "--exec: ");
	for (size_t i = 0; i < argc; i++)
		json_array_append_new(words, json_string(argv[i]));
	json_object_set_new(j, "exec", words);
	json_object_set_new(j, "exec_continuous", json_boolean(o->exec_mode == 1));
	json_object_set_new(j, "exec_timeout_s", json_num(o->exec_timeout_s));
	free(argv);
	return rc;
}

/* The driver hears the parts of the phases that are its own: budgets, hooks and what is injected are the monitor's. */
static enum sk_code add_phases(json_t *j, const struct phase_list *l, struct sk_err *err)
{
	struct plan_phase *plan = sk_calloc(l->n, sizeof(*plan));

	if (!plan)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the phases");
	for (size_t i = 0; i < l->n; i++)
		plan[i] = l->phase[i].plan; /* the weights are borrowed */
	if (l->work)
		json_object_set(j, "work", l->work);
	if (l->define)
		json_object_set(j, "define", l->define);
	if (l->n)
		json_object_set_new(j, "phases", plan_to_json(plan, l->n, l->n_work));
	free(plan);
	return SK_OK;
}

enum sk_code job_make(const struct run_options *o, const char *scenario, const char *profile, const struct phase_list *phases,
		      const struct postmaster_info *pm, const char *dir, bool resumed, json_t **out, struct sk_err *err)
{
	json_t *j = json_pack("{s:s,s:s?,s:I,s:I,s:I,s:I,s:I,s:I,s:s,s:b,s:b,s:s,s:s,s:b,s:s?}", "scenario", scenario, "profile",
			      profile, "seed", (json_int_t)o->seed, "connections", (json_int_t)o->connections, "rate",
			      (json_int_t)o->rate, "batch", (json_int_t)o->batch, "rows", (json_int_t)o->rows, "depth",
			      (json_int_t)o->depth, "protocol", protocol_names[o->protocol], "keep", o->keep, "checkpoint",
			      o->checkpoint, "journal", journal_names[o->journal], "dir", dir, "resumed", resumed, "dsn", o->dsn);

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
	struct stat st;
	const struct target_kind *k = target_kind_find(scenario);

	/* a target of ours that writes into somebody's directory does so as that user */
	if (k && k->own && geteuid() == 0 && stat(dir, &st) == 0 && st.st_uid != 0) {
		json_object_set_new(j, "uid", json_integer(st.st_uid));
		json_object_set_new(j, "gid", json_integer(st.st_gid));
	}
	*out = j;
	enum sk_code rc = phases ? add_phases(j, phases, err) : SK_OK;

	if (rc == SK_OK && o->exec)
		rc = add_exec(j, o, err);
	if (rc != SK_OK) {
		json_decref(j);
		*out = NULL;
	}
	return rc;
}
