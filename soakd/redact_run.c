/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where texts are in run.json: which keys hold what. All of them go through redact_text(); a few are left out as a whole, or stay,
 * because of where they are.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "base/mem.h"
#include "soakd/redact_internal.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

json_t *redact_text_json(struct redactor *r, const char *s)
{
	char *clean = redact_text(r, s);
	json_t *j = clean ? json_string(clean) : NULL;

	free(clean);
	r->failed |= !j;
	return j;
}

/* ---- run.json ---------------------------------------------------------------------------------------------------------- */

/* Digests and versions: they name programs, and look like keys. */
static bool stays(const char *key)
{
	static const char *const keys[] = { "build_id", "redis_build_id", "commit", "run_id", "boot", "kernel", "schema" };

	for (size_t i = 0; i < COUNT(keys); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

/* A setting of the server that names somebody or a place, in whatever form. */
static bool is_private_setting(const char *key)
{
	static const char *const words[] = { "name", "address", "director", "file", "command", "conninfo",   "path",
					     "host", "role",    "user",     "bind", "prefix",  "tablespace", "zone" };

	for (size_t i = 0; strncmp(key, "setting.", 8) == 0 && i < COUNT(words); i++)
		if (strstr(key + 8, words[i]))
			return true;
	return false;
}

/* Of an extension (tenant.limit) nobody knows what it says: a number or a switch stays, no word. */
static bool is_foreign_setting(const char *key, const char *value)
{
	static const char *const plain[] = { "on", "off", "true", "false", "none", "all" };

	if (strncmp(key, "setting.", 8) != 0 || !strchr(key + 8, '.') || isdigit((unsigned char)*value) || *value == '-')
		return false;
	for (size_t i = 0; i < COUNT(plain); i++)
		if (strcmp(plain[i], value) == 0)
			return false;
	return true;
}

/* The program's name, behind the word that stands for its folders. */
static json_t *exe_json(struct redactor *r, const char *exe)
{
	char *clean = redact_text(r, exe), *name = redact_text(r, redact_base_name(exe));
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

/* Of tables of ours, or of the system: what somebody's names are called like changes nothing of it. */
static bool is_word_of_ours(const char *key)
{
	static const char *const keys[] = { "scenario", "reason", "machine", "libc", "thp", "allocator" };

	for (size_t i = 0; i < COUNT(keys); i++)
		if (strcmp(keys[i], key) == 0)
			return true;
	return false;
}

static json_t *form_json(struct redactor *r, const char *s)
{
	char *clean = redact_form(r, s);
	json_t *j = clean ? json_string(clean) : NULL;

	free(clean);
	r->failed |= !j;
	return j;
}

static json_t *string_json(struct redactor *r, const char *key, const char *s)
{
	if (is_word_of_ours(key))
		return form_json(r, s);
	if (strcmp(key, "exe") == 0)
		return exe_json(r, s);
	if (strcmp(key, "cmdline") == 0)
		return cmdline_json(r, s);
	if (strcmp(key, "scenario_file") == 0 || strcmp(key, "config") == 0 ||
	    (*s && (is_private_setting(key) || is_foreign_setting(key, s)))) {
		bool setting = strncmp(key, "setting.", 8) == 0;

		redact_count(r, setting ? REDACT_VALUE : REDACT_PATH, s);
		return json_string(setting ? "VALUE" : "FILE.conf");
	}
	return redact_text_json(r, s);
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
			json_array_set_new(j, i, redact_text_json(r, json_string_value(value)));
		else
			redact_json(r, value);
	}
}

/* A kind that scenarios of ours have, or that is called by a word of the language alone: which was slow is what helps. */
static bool is_plain_kind(const char *s)
{
	static const char *const kinds[] = {
		"select",  "insert",        "update", "delete",  "prepare",   "execute", "begin",
		"commit",  "get",           "set",    "del",     "eval",      "step",    "post",
		"put",     "head",          "patch",  "options", "GET close", "404",     "aborted request",
		"connect", "aborted answer"
	};

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (strcasecmp(kinds[i], s) == 0)
			return true;
	return false;
}

/* The series of a picture has the name of its kind. */
static void redact_commonest(struct redactor *r, struct series *latency, const json_t *names)
{
	const char *number = json_string_value(json_object_get(names, latency->name));

	if (!*latency->name || is_plain_kind(latency->name))
		return;
	redact_count(r, REDACT_NAME, latency->name);
	snprintf(latency->name, sizeof(latency->name), "%s", number ? number : "operation");
}

/* What somebody's own scripts are called says what is done there: "operation 1". The same number for the same name. */
static void number_scripts(struct redactor *r, json_t *run, struct series *latency)
{
	static const char *const lists[][2] = { { "work", "name" }, { "operations", "kind" } };
	json_t *names = json_object(), *entry;
	size_t i;

	for (size_t k = 0; names && k < COUNT(lists); k++) {
		json_array_foreach(json_object_get(run, lists[k][0]), i, entry)
		{
			const char *was = json_get_str(entry, lists[k][1], "");

			if (is_plain_kind(was))
				continue;
			if (!json_object_get(names, was)) {
				redact_count(r, REDACT_NAME, was);
				json_object_set_new(names, was, json_sprintf("operation %zu", json_object_size(names) + 1));
			}
			json_object_set(entry, lists[k][1], json_object_get(names, was));
		}
	}
	redact_commonest(r, latency, names);
	json_decref(names);
}

static bool has_own_scripts(const json_t *run)
{
	return json_array_size(json_object_get(json_object_get(run, "options"), "script")) > 0 ||
	       json_is_string(json_object_get(run, "scenario_file"));
}

void redact_learn_run(struct redactor *r, const json_t *j)
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
			redact_learn_run(r, value);
	}
	json_array_foreach(j, i, value) redact_learn_run(r, value);
}

void redact_run_json(struct redactor *r, json_t *run, struct series *latency)
{
	json_t *command = json_object_get(run, "command"), *options = json_object_get(run, "options");

	if (!run)
		return;
	if (has_own_scripts(run))
		number_scripts(r, run, latency);
	if (command)
		json_object_set_new(run, "command", redact_command(r, command));
	redact_options(r, options);
	json_incref(options);
	json_object_del(run, "options"); /* done, and by better rules */
	redact_json(r, run);
	if (options)
		json_object_set_new(run, "options", options);
}
