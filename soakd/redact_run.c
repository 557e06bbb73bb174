/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where texts are in a run: which keys of run.json hold what, which words of a command are options of ours, which names parts,
 * phases and reasons have. All of them go through redact_text(); a few are left out as a whole, or stay, because of where they are.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/phase_table.h"
#include "soakd/redact.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static json_t *text_json(struct redactor *r, const char *s)
{
	char *clean = redact_text(r, s);
	json_t *j = clean ? json_string(clean) : NULL;

	free(clean);
	r->failed |= !j;
	return j;
}

/* ---- options and commands ---------------------------------------------------------------------------------------------- */

/* Options whose words say how the run was run, and nothing about whose it was. Their values are texts as any other. */
static bool is_plain(const struct opt *o)
{
	static const char *const plain[] = { "target", "pid", "scenario", "cycle", "warmup", "samplers", "vary" };

	if (o->type != OPT_STRING && o->type != OPT_LIST)
		return true;
	for (size_t i = 0; i < COUNT(plain); i++)
		if (strcmp(plain[i], o->name) == 0)
			return true;
	return false;
}

/* The value as it may be shown: of --script FILE its FILE. */
static json_t *value_json(struct redactor *r, const struct opt *o, const char *value)
{
	size_t n = strlen(value);

	if (is_plain(o) && !(strcmp(o->name, "scenario") == 0 && n > 5 && strcmp(value + n - 5, ".conf") == 0))
		return text_json(r, value);
	if (strncmp(value, "builtin:", 8) == 0)
		return json_string(value);
	redact_count(r, REDACT_WORD, value);
	return json_string(strcmp(o->name, "scenario") == 0 ? "FILE.conf" : o->metavar);
}

static const struct opt *option_named(const char *name, size_t n)
{
	for (const struct opt *o = cmd_run_options.opt; o->name; o++)
		if (strlen(o->name) == n && strncmp(o->name, name, n) == 0)
			return o;
	return NULL;
}

static const struct opt *option_of_letter(char letter)
{
	for (const struct opt *o = cmd_run_options.opt; o->name; o++)
		if (o->letter == letter && letter)
			return o;
	return NULL;
}

/* "--name=value", with what stands before the value. */
static json_t *assigned(struct redactor *r, const struct opt *o, const char *word, const char *value)
{
	json_t *shown = value_json(r, o, value), *j = NULL;

	if (shown)
		j = json_sprintf("%.*s%s", (int)(value - word), word, json_string_value(shown));
	json_decref(shown);
	return j;
}

/* One word of ours; *takes: the option whose value the next word is. An operand that is none of our verbs is somebody's. */
static json_t *option_word(struct redactor *r, const char *word, const struct opt **takes)
{
	const char *equals = strchr(word, '=');
	const struct opt *o = NULL;

	if (strncmp(word, "--", 2) == 0)
		o = option_named(word + 2, equals ? (size_t)(equals - word - 2) : strlen(word + 2));
	else if (word[0] == '-')
		o = option_of_letter(word[1]);
	if (word[0] == '-' && word[1] != '-' && o && word[2] && o->type != OPT_FLAG) /* -i5 */
		return assigned(r, o, word, word + 2);
	if (o && equals && word[1] == '-')
		return assigned(r, o, word, equals + 1);
	*takes = o && o->type != OPT_FLAG ? o : NULL;
	if (o || strcmp(word, "run") == 0 || strcmp(word, "-q") == 0 || strcmp(word, "-v") == 0)
		return json_string(word);
	redact_count(r, REDACT_WORD, word);
	return json_string("OPERAND");
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* "-- PROGRAM ARGUMENTS": which program it is has to be known, and no more. */
static void add_launched(struct redactor *r, const json_t *words, size_t i, json_t *out)
{
	if (i < json_array_size(words))
		json_array_append_new(out, text_json(r, base_name(json_string_value(json_array_get(words, i++)))));
	if (i < json_array_size(words))
		json_array_append_new(out, json_string("ARGUMENTS"));
	for (; i < json_array_size(words); i++)
		redact_count(r, REDACT_WORD, json_string_value(json_array_get(words, i)));
}

static json_t *command_json(struct redactor *r, const json_t *words)
{
	json_t *out = json_array();
	const struct opt *takes = NULL;

	for (size_t i = 0; i < json_array_size(words); i++) {
		const char *word = json_string_value(json_array_get(words, i));
		const struct opt *o = takes;

		takes = NULL;
		if (!word)
			continue;
		if (i == 0)
			json_array_append_new(out, json_string("soakd"));
		else if (o)
			json_array_append_new(out, value_json(r, o, word));
		else if (strcmp(word, "--") == 0) {
			json_array_append_new(out, json_string(word));
			add_launched(r, words, i + 1, out);
			break;
		} else {
			json_array_append_new(out, option_word(r, word, &takes));
		}
	}
	return out;
}

static void redact_options(struct redactor *r, json_t *options)
{
	const char *name;
	json_t *value;

	json_object_foreach(options, name, value)
	{
		const struct opt *o = opt_find(&cmd_run_options, name);
		json_t *element;
		size_t i;

		if (!o)
			continue;
		if (json_is_string(value)) {
			json_object_set_new(options, name, value_json(r, o, json_string_value(value)));
			continue; /* the value is gone */
		}
		json_array_foreach(value, i, element)
			json_array_set_new(value, i, value_json(r, o, json_is_string(element) ? json_string_value(element) : ""));
	}
}

/* ---- run.json ---------------------------------------------------------------------------------------------------------- */

/* Digests and versions: they name programs, and look like keys. */
static bool stays(const char *key)
{
	static const char *const keys[] = { "build_id", "redis_build_id", "commit",  "run_id",
					    "boot",     "kernel",         "version", "schema" };

	for (size_t i = 0; i < COUNT(keys); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

/* A setting of the server that names somebody or a place, in whatever form. */
static bool is_private_setting(const char *key)
{
	static const char *const words[] = { "name", "address", "director", "file", "command", "conninfo",
					     "path", "host",    "role",     "user", "bind" };

	for (size_t i = 0; strncmp(key, "setting.", 8) == 0 && i < COUNT(words); i++)
		if (strstr(key + 8, words[i]))
			return true;
	return false;
}

/* The program's name, behind the word that stands for its folders. */
static json_t *exe_json(struct redactor *r, const char *exe)
{
	char *clean = redact_text(r, exe), *name = redact_text(r, base_name(exe));
	json_t *j = NULL;

	if (clean && name)
		j = strcmp(clean, exe) == 0 ? json_string(exe) : json_sprintf("PATH/%s", name);
	free(clean);
	free(name);
	r->failed |= !j;
	return j;
}

/* Of a process's command line its program. */
static json_t *cmdline_json(struct redactor *r, const char *line)
{
	size_t n = strcspn(line, " ");
	char *program = strndup(line, n);
	json_t *exe = program ? exe_json(r, program) : NULL, *j = exe;

	if (exe && line[n]) {
		redact_count(r, REDACT_WORD, line + n + 1);
		j = json_sprintf("%s ARGUMENTS", json_string_value(exe));
		json_decref(exe);
	}
	free(program);
	r->failed |= !j;
	return j;
}

static json_t *string_json(struct redactor *r, const char *key, const char *s)
{
	if (strcmp(key, "exe") == 0)
		return exe_json(r, s);
	if (strcmp(key, "cmdline") == 0)
		return cmdline_json(r, s);
	if (strcmp(key, "scenario_file") == 0 || strcmp(key, "config") == 0 || (*s && is_private_setting(key))) {
		redact_count(r, key[0] == 's' && key[1] == 'e' ? REDACT_WORD : REDACT_PATH, s);
		return json_string(key[0] == 's' && key[1] == 'e' ? "VALUE" : "FILE.conf");
	}
	return text_json(r, s);
}

/* Names below, all texts of it in place. */
static void redact_json(struct redactor *r, json_t *j)
{
	const char *key;
	json_t *value;
	size_t i;

	json_object_foreach(j, key, value)
	{
		if (json_is_string(value) && !stays(key))
			json_object_set_new(j, key, string_json(r, key, json_string_value(value)));
		else
			redact_json(r, value);
	}
	json_array_foreach(j, i, value)
	{
		if (json_is_string(value))
			json_array_set_new(j, i, text_json(r, json_string_value(value)));
		else
			redact_json(r, value);
	}
}

/* What somebody's own scripts are called says what is done there: "operation 1". The same number for the same name. */
static void number_scripts(struct redactor *r, json_t *run)
{
	static const char *const lists[][2] = { { "work", "name" }, { "operations", "kind" } };
	json_t *names = json_object(), *entry;
	size_t i;

	for (size_t k = 0; names && k < COUNT(lists); k++) {
		json_array_foreach(json_object_get(run, lists[k][0]), i, entry)
		{
			const char *was = json_get_str(entry, lists[k][1], "");

			if (!json_object_get(names, was)) {
				redact_count(r, REDACT_NAME, was);
				json_object_set_new(names, was, json_sprintf("operation %zu", json_object_size(names) + 1));
			}
			json_object_set(entry, lists[k][1], json_object_get(names, was));
		}
	}
	json_decref(names);
}

static bool has_own_scripts(const json_t *run)
{
	return json_array_size(json_object_get(json_object_get(run, "options"), "script")) > 0 ||
	       json_is_string(json_object_get(run, "scenario_file"));
}

/* First the names that it says itself, so that they are known wherever else they stand. */
static void learn_run(struct redactor *r, const json_t *j)
{
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_string(j))
		redact_learn(r, json_string_value(j));
	json_object_foreach((json_t *)j, key, value)
	{
		if (json_is_string(value) && (strcmp(key, "hostname") == 0 || strcmp(key, "nodename") == 0))
			redact_know(r, REDACT_HOST, json_string_value(value));
		if (!stays(key))
			learn_run(r, value);
	}
	json_array_foreach(j, i, value) learn_run(r, value);
}

static void redact_run_json(struct redactor *r, json_t *run)
{
	json_t *command = json_object_get(run, "command"), *options = json_object_get(run, "options");

	if (!run)
		return;
	if (has_own_scripts(run))
		number_scripts(r, run);
	if (command)
		json_object_set_new(run, "command", command_json(r, command));
	redact_options(r, options);
	json_incref(options);
	json_object_del(run, "options"); /* done, and by better rules */
	redact_json(r, run);
	if (options)
		json_object_set_new(run, "options", options);
}

/* ---- names and reasons -------------------------------------------------------------------------------------------------- */

static void redact_fixed(struct redactor *r, char *s, size_t size)
{
	char *clean = *s ? redact_text(r, s) : NULL;

	if (clean)
		snprintf(s, size, "%.*s", (int)utf8_fit(clean, size - 1), clean);
	free(clean);
}
#define REDACT_FIXED(r, array) redact_fixed(r, array, sizeof(array))

static void redact_verdict(struct redactor *r, struct verdict *v)
{
	REDACT_FIXED(r, v->main.why);
	for (size_t i = 0; i < v->n_series; i++)
		REDACT_FIXED(r, v->series[i].why);
	for (size_t i = 0; i < v->n_parts; i++)
		REDACT_FIXED(r, v->part[i].name);
	for (size_t i = 0; i < v->explained.n_top; i++)
		REDACT_FIXED(r, v->explained.top[i].name);
	for (size_t i = 0; i < v->n_changes; i++)
		REDACT_FIXED(r, v->change[i].why);
}

static void redact_phases(struct redactor *r, struct phase_table *t)
{
	for (size_t i = 0; t && i < PHASE_TABLE_KEPT && i < t->n; i++)
		REDACT_FIXED(r, t->kept[i].name);
	for (size_t i = 0; t && i < t->n_budget; i++)
		REDACT_FIXED(r, t->budget[i].phase);
}

/* Names of parts are those of their series. */
static void redact_evidence_texts(struct redactor *r, struct evidence_file *f)
{
	for (size_t i = 0; i < f->n_part_series; i++)
		REDACT_FIXED(r, f->part_series[i].name);
	for (size_t i = 0; i < f->n_events; i++)
		REDACT_FIXED(r, f->event[i].detail);
	REDACT_FIXED(r, f->note);
	redact_phases(r, f->phases);
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
	struct text told = TEXT_INIT;

	learn_run(r, f->run);
	/* twice where a name is learned late: what is known at the end must be gone from what was read first */
	for (int pass = 0; pass < 2; pass++) {
		redact_evidence_texts(r, f);
		redact_verdict(r, v);
	}
	redact_run_json(r, f->run);
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
