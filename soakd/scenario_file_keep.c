/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The copy of a scenario in its run directory. A run that is resumed must do what it did, also where the file was changed since.
 * Only its owner may read it, because a script may hold anything;
 * what looks like a secret elsewhere (a dsn, a definition, an environment, the words of a program) is not in it at all.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/mem.h"
#include "base/text.h"
#include "soakd/scenario_file_priv.h"
#include "soakd/script_file.h"
#include "soakd/scrub.h"

/* The words of a program: an array or list of strings, hidden as those of a command line are. */
static bool hide_words(config_setting_t *list)
{
	struct text words = TEXT_INIT;
	int n = config_setting_length(list);
	bool any = false;
	char *clean;
	size_t size;

	for (int i = 0; i < n; i++) {
		const char *word = config_setting_get_string_elem(list, i);

		text_addn(&words, word ? word : "", (word ? strlen(word) : 0) + 1);
	}
	clean = words.failed ? NULL : scrub_words(text_str(&words), words.len, &size);
	for (int i = 0, at = 0; i < n; i++) {
		const char *word = config_setting_get_string_elem(list, i), *kept = clean ? clean + at : SCENARIO_HIDDEN;

		at += clean ? (int)strlen(clean + at) + 1 : 0;
		if (word && strcmp(word, kept) != 0)
			any = config_setting_set_string_elem(list, i, kept) != NULL || any;
	}
	free(clean);
	text_release(&words);
	return any;
}

/* One that has a name: all of it where the name says so or `whole`, else what of the text scrub() would hide. */
static bool hide_text(config_setting_t *s, bool whole)
{
	const char *name = config_setting_name(s), *value = config_setting_get_string(s), *kept = SCENARIO_HIDDEN;
	char *clean = scrub(value), *named = sk_asprintf("%s=%s", name, value), *clean_named = named ? scrub(named) : NULL;
	bool secret = !clean || !clean_named || strcmp(clean_named, named) != 0;

	if (secret && !whole && clean && strcmp(clean, value) != 0)
		kept = clean;
	if (secret)
		config_setting_set_string(s, kept);
	free(clean);
	free(named);
	free(clean_named);
	return secret;
}

/* A number whose name is a secret's: libconfig lets no text into its place. */
static bool hide_number(config_setting_t *group, config_setting_t *s)
{
	char *name = sk_asprintf("%s=1", config_setting_name(s)), *clean = name ? scrub(name) : NULL;
	bool secret = name && (!clean || strcmp(clean, name) != 0);

	if (secret) {
		name[strlen(name) - 2] = '\0';
		config_setting_remove(group, name);
		config_setting_set_string(config_setting_add(group, name, CONFIG_TYPE_STRING), SCENARIO_HIDDEN);
	}
	free(name);
	free(clean);
	return secret;
}

/* Everything but `work`, whose texts are scripts. From the last on: what is replaced goes to the end. */
static bool hide_in(config_setting_t *group, bool whole)
{
	bool any = false;

	for (int i = config_setting_length(group) - 1; i >= 0; i--) {
		config_setting_t *s = config_setting_get_elem(group, (unsigned)i);
		const char *name = config_setting_name(s);

		if (config_setting_is_root(group) && strcmp(name, "work") == 0)
			continue;
		if (!config_setting_is_group(s) && config_setting_is_aggregate(s) && config_setting_length(s) > 0 &&
		    config_setting_get_string_elem(s, 0))
			any = hide_words(s) || any;
		else if (config_setting_is_aggregate(s))
			any = hide_in(s, name && (strcmp(name, "environment") == 0 || strcmp(name, "define") == 0)) || any;
		else if (name && config_setting_type(s) == CONFIG_TYPE_STRING)
			any = hide_text(s, whole) || any;
		else if (name && whole)
			any = hide_number(group, s) || any;
	}
	return any;
}

/* The text of the copy: as it is where nothing in it is secret, so that its comments stay. NULL without memory. */
static char *without_secrets(const char *text)
{
	config_t cfg;
	char *out = NULL;
	size_t n = 0;
	bool hidden = false;

	config_init(&cfg);
	if (config_read_string(&cfg, text) == CONFIG_TRUE)
		hidden = hide_in(config_root_setting(&cfg), false);
	FILE *f = hidden ? open_memstream(&out, &n) : NULL;

	if (f) {
		config_write(&cfg, f);
		if (fclose(f) != 0) {
			free(out);
			out = NULL;
		}
	}
	config_destroy(&cfg);
	return hidden ? out : sk_strdup(text);
}

/* For its owner alone. */
static enum sk_code keep_file(const struct scenario_file *f, const char *dir, struct sk_err *err)
{
	char *path = sk_asprintf("%s/%s", dir, SCENARIO_KEPT), *text = without_secrets(f->text);
	mode_t mask = umask(077);
	enum sk_code rc = path && text ? atomic_write(path, text, strlen(text), err)
				       : sk_fail(err, SK_ENOMEM, 0, "no memory for the copy of the scenario");

	umask(mask);
	free(path);
	free(text);
	return rc;
}

enum sk_code scenario_file_keep(const struct scenario_file *f, const char *dir, struct sk_err *err)
{
	enum sk_code rc = keep_file(f, dir, err);

	if (rc == SK_OK && f->n_script)
		rc = script_keep_folder(dir, err);
	for (size_t i = 0; rc == SK_OK && i < f->n_script; i++)
		rc = script_keep(dir, i, f->script[i].path, f->script[i].text, err);
	if (rc != SK_OK)
		scenario_file_forget(f, dir);
	return rc;
}

void scenario_file_forget(const struct scenario_file *f, const char *dir)
{
	char *path = sk_asprintf("%s/%s", dir, SCENARIO_KEPT);

	for (size_t i = 0; f->text && i < f->n_script; i++)
		script_unkeep(dir, i, f->script[i].path);
	if (f->n_script)
		script_unkeep_folder(dir);
	if (f->text && path)
		unlink(path);
	free(path);
}
