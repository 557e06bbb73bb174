/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command of a run and its options: which words are options of ours, whose values say how the run was run and whose say for
 * whom. In place of the latter stands the word that the option has in --help.
 */
#include <stdio.h>
#include <string.h>

#include "soakd/cmds.h"
#include "soakd/redact_internal.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

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
		return redact_text_json(r, value);
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

const char *redact_base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* "-- PROGRAM ARGUMENTS": which program it is has to be known, and no more. */
static void add_launched(struct redactor *r, const json_t *words, size_t i, json_t *out)
{
	if (i < json_array_size(words))
		json_array_append_new(out, redact_text_json(r, redact_base_name(json_string_value(json_array_get(words, i++)))));
	if (i < json_array_size(words))
		json_array_append_new(out, json_string("ARGUMENTS"));
	for (; i < json_array_size(words); i++)
		redact_count(r, REDACT_WORD, json_string_value(json_array_get(words, i)));
}

json_t *redact_command(struct redactor *r, const json_t *words)
{
	json_t *out = json_array();
	const struct opt *takes = NULL;

	for (size_t i = 0; i < json_array_size(words); i++) {
		const char *word = json_string_value(json_array_get(words, i));
		const struct opt *o = takes;

		takes = NULL;
		if (!word)
			continue;
		if (i == 0) /* the verb, or by which path the program was called */
			json_array_append_new(out, json_string(strcmp(word, "run") == 0 ? word : "soakd"));
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

void redact_options(struct redactor *r, json_t *options)
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
