/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verb `list`: targets, samplers, metrics, scenarios, profiles and scenario files, from their own descriptors. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/columns.h"
#include "base/csv.h"
#include "base/json.h"
#include "samplers/sampler.h"
#include "samplers/site.h"
#include "scenarios/catalog.h"
#include "soakd/cmds.h"
#include "soakd/rows.h"
#include "soakd/scenario_file.h"
#include "soakd/target.h"

enum list_format { LIST_HUMAN, LIST_JSON, LIST_CSV };
static const char *const formats[] = { "human", "json", "csv", NULL };

struct list_options {
	int format;
};

static const struct opt options[] = {
	{ "format", 0, OPT_CHOICE, offsetof(struct list_options, format), "F", "human", 0, 0, formats, "how it is printed" },
	{ NULL, 0, OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, NULL },
};

const struct opt_command cmd_list_options = {
	"list",  "[targets|samplers|metrics|scenarios]...", "Show targets, samplers, metrics, scenarios, profiles and scenario files.",
	options, "Without a word: all of them.\n",
};

/* One thing that is listed: the rows of every kind have the same shape. */
struct row {
	const char *what, *name, *unit, *help;
};

struct table {
	struct row row[256];
	size_t n;
};

static void add(struct table *t, const char *what, const char *name, const char *unit, const char *help)
{
	if (t->n < sizeof(t->row) / sizeof(*t->row))
		t->row[t->n++] = (struct row){ what, name, unit, help };
}

static void add_targets(struct table *t)
{
	static const char *const forms[][2] = {
		{ "NAME", "any process by its command name; several roots with that name are listed, pick one with pid:N" },
		{ "pid:N", "that process and its children" },
		{ "pidfile:PATH", "the process that the file names; found again after a restart" },
		{ "unit:NAME", "a systemd unit's processes; found again after a restart" },
		{ "cgroup:PATH", "every process in that control group and below" },
		{ "-- CMD ARGS", "start this command and watch it" },
	};

	for (const struct target_kind *k = target_kinds; k->name; k++)
		add(t, "target", k->name, "", k->help);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		add(t, "target", forms[i][0], "", forms[i][1]);
}

static void add_samplers(struct table *t)
{
	for (size_t i = 0; samplers[i]; i++)
		add(t, "sampler", samplers[i]->name,
		    samplers[i]->tier == TIER_TICK     ? "every row"
		    : samplers[i]->tier == TIER_BUDGET ? "budget"
						       : "epoch",
		    samplers[i]->help);
}

static void add_site_samplers(struct table *t)
{
	for (size_t i = 0; site_samplers[i]; i++)
		add(t, "sampler", site_samplers[i]->name, site_samplers[i]->budgeted ? "own budget" : "every row",
		    site_samplers[i]->help);
}

static void add_metrics(struct table *t)
{
	for (size_t i = 0; i < n_samples_columns; i++)
		add(t, "metric", samples_columns[i].name, samples_columns[i].unit, samples_columns[i].help);
	for (size_t i = 0; samplers[i]; i++)
		for (size_t k = 0; k < samplers[i]->n_metric; k++)
			if (metric_find(samples_columns, n_samples_columns, samplers[i]->metric[k].name) < 0)
				add(t, "metric", samplers[i]->metric[k].name, samplers[i]->metric[k].unit,
				    samplers[i]->metric[k].help);
	for (size_t i = 0; site_samplers[i]; i++)
		for (size_t k = 0; k < site_samplers[i]->n_metric; k++)
			add(t, "metric", site_samplers[i]->metric[k].name, site_samplers[i]->metric[k].unit,
			    site_samplers[i]->metric[k].help);
	for (size_t i = 0; i < n_own_columns; i++)
		add(t, "metric", own_columns[i].name, own_columns[i].unit, own_columns[i].help);
}

static void add_scenarios(struct table *t, char name[][64], size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < n_catalog && n < max; i++) {
		if (!catalog[i].n_profile)
			add(t, "scenario", catalog[i].name, "", catalog[i].help);
		for (size_t k = 0; k < catalog[i].n_profile && n < max; k++, n++) {
			snprintf(name[n], 64, "%s/%s", catalog[i].name, catalog[i].profile[k].name);
			add(t, "scenario", name[n], "", catalog[i].profile[k].help);
		}
	}
}

/* Files of the shipped library, by their first sentence. Those that are not what they should be are left out. */
static void add_scenario_files(struct table *t, char **file, struct text *title, size_t max)
{
	char path[PATH_MAX], dir[PATH_MAX];

	if (!scenario_library(dir, sizeof(dir)))
		return;
	for (size_t i = 0; i < max && file && file[i]; i++) {
		snprintf(path, sizeof(path), "%.2000s/%s", dir, file[i]);
		if (scenario_file_title(path, &title[i]))
			add(t, "scenario file", file[i], "", text_str(&title[i]));
	}
}

static void print_human(const struct table *t)
{
	const char *last = "";

	for (size_t i = 0; i < t->n; i++) {
		const struct row *r = &t->row[i];

		if (strcmp(last, r->what) != 0)
			printf("%s%ss\n", *last ? "\n" : "", r->what);
		last = r->what;
		if (*r->unit)
			printf("  %-24s %-10s %s\n", r->name, r->unit, r->help);
		else
			printf("  %-24s %s\n", r->name, r->help);
	}
}

static void print_csv(const struct table *t)
{
	struct text line = TEXT_INIT;

	puts("what,name,unit,help");
	for (size_t i = 0; i < t->n; i++) {
		text_reset(&line);
		csv_add_str(&line, t->row[i].what);
		csv_add_str(&line, t->row[i].name);
		csv_add_str(&line, t->row[i].unit);
		csv_add_str(&line, t->row[i].help);
		puts(text_str(&line));
	}
	text_release(&line);
}

static void print_json(const struct table *t)
{
	json_t *all = json_array();
	struct text out = TEXT_INIT;

	for (size_t i = 0; i < t->n; i++)
		json_array_append_new(all, json_pack("{ssssssss}", "what", t->row[i].what, "name", t->row[i].name, "unit",
						     t->row[i].unit, "help", t->row[i].help));
	json_add(&out, all, 2);
	puts(text_str(&out));
	text_release(&out);
	json_decref(all);
}

static bool wanted(char **word, size_t n, const char *what)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word[i], what) == 0)
			return true;
	return n == 0;
}

static enum sk_code check_words(char **word, size_t n, struct sk_err *err)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word[i], "targets") && strcmp(word[i], "samplers") && strcmp(word[i], "metrics") &&
		    strcmp(word[i], "scenarios"))
			return sk_fail(err, SK_EUSAGE, 0,
				       "there is no list of \"%s\"; there are targets, samplers, metrics and scenarios", word[i]);
	return SK_OK;
}

static void print_lists(char **word, size_t n, int format)
{
	static struct table t;
	static char names[64][64];
	struct text title[32] = { TEXT_INIT };
	char **file = NULL;

	t.n = 0;
	if (wanted(word, n, "targets"))
		add_targets(&t);
	if (wanted(word, n, "samplers")) {
		add_samplers(&t);
		add_site_samplers(&t);
	}
	if (wanted(word, n, "metrics"))
		add_metrics(&t);
	if (wanted(word, n, "scenarios"))
		add_scenarios(&t, names, sizeof(names) / sizeof(*names));
	if (wanted(word, n, "scenarios")) {
		file = scenario_library_names();
		add_scenario_files(&t, file, title, sizeof(title) / sizeof(*title));
	}
	if (format == LIST_JSON)
		print_json(&t);
	else if (format == LIST_CSV)
		print_csv(&t);
	else
		print_human(&t);
	phase_argv_release(file);
	for (size_t i = 0; i < sizeof(title) / sizeof(*title); i++)
		text_release(&title[i]);
}

int cmd_list(int argc, char **argv)
{
	struct list_options o = { 0 };
	struct opt_given given = { 0 };
	struct sk_err err = { 0 };
	char **word = NULL;
	size_t n = 0;
	int dashdash;
	bool help = false;
	enum sk_code rc = opt_defaults(&cmd_list_options, &o, &err);

	if (rc == SK_OK)
		rc = opt_parse(&cmd_list_options, argc, argv, &o, &given, &word, &n, &dashdash, &help, &err);
	if (rc == SK_OK && !help)
		rc = check_words(word, n, &err);
	if (rc != SK_OK) {
		complain(&err);
	} else if (help) {
		opt_print(&cmd_list_options, false);
	} else {
		print_lists(word, n, o.format);
	}
	free(word);
	return exit_of(rc);
}
