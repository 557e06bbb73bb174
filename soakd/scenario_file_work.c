/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `work` of a scenario file: what is done, by weight; profiles of the driver and scripts, from files or written into the file. It
 * becomes a part of the driver's job: base/drive.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/drive.h"
#include "base/mem.h"
#include "scenarios/job.h"
#include "scenarios/script.h"
#include "soakd/scenario_file_priv.h"
#include "soakd/script_file.h"
#include "soakd/script_language.h"

#define EXAMPLE "( { profile = \"read-heavy\"; weight = 3; } )"

/* Relative to the scenario file. */
static char *script_path(const struct scenario_reader *r, const char *script)
{
	const char *slash = strrchr(r->f->path, '/');

	if (r->kept)
		return script_kept_path(r->kept, r->f->n_script, script);
	if (*script == '/' || !slash)
		return sk_strdup(script);
	return sk_asprintf("%.*s/%s", (int)(slash - r->f->path), r->f->path, script);
}

/* Reads the file of a script; its place in f->script is its number in the copy. The text stays the file's. */
static const char *read_script(struct scenario_reader *r, const config_setting_t *s, const char **path)
{
	const char *name = scenario_text(r, s);
	struct scenario_file *f = r->f;
	struct sk_err why = { 0 };
	size_t cap = f->n_script, n = 0;
	void *grown = f->script;
	struct scenario_script new;

	if (!name)
		return NULL;
	new.path = script_path(r, name);
	new.text = new.path ? text_file_read(new.path, new.path, &n, &why) : NULL;
	if (!new.path || sk_grow(&grown, &cap, f->n_script + 1, sizeof(*f->script)) != 0) {
		scenario_no_memory(r);
		free(new.path);
		free(new.text);
		return NULL;
	}
	f->script = grown;
	f->script[f->n_script++] = new;
	*path = new.path;
	if (!new.text)
		scenario_wrong(r, s, "%s: a script's path is relative to the folder of this file", why.msg);
	else if (strlen(new.text) != n)
		scenario_wrong(r, s, "%s holds a NUL byte: that is no script", new.path);
	else
		return new.text;
	return NULL;
}

/* The first mistake of a script, where it is in the script. */
static bool check_script(struct scenario_reader *r, const char *text, const char *file, enum script_language language)
{
	struct script *script = NULL;
	struct sk_err why = { 0 };
	enum sk_code rc = script_parse(text, file, language, &script, &why);

	if (rc == SK_OK)
		script_release(script);
	else
		scenario_mistake(r, why.msg);
	return rc == SK_OK;
}

/* ---- one entry -------------------------------------------------------------------------------------------------------- */

struct entry {
	const config_setting_t *profile, *script, *inlined, *builtin;
	const char *text, *file; /* of a script */
	char *padded;            /* owned */
	char name[DRIVE_OP_NAME];
};

/* What its operations are called: the profile, or the script's file without folder and ending. */
static bool name_entry(struct scenario_reader *r, const config_setting_t *s, struct entry *e)
{
	const config_setting_t *named = scenario_member(s, "name");
	const char *name = named ? scenario_text(r, named) : NULL;
	size_t n = name ? strlen(name) : 0;

	if (named && !name)
		return false;
	if (!name && e->inlined)
		return scenario_wrong(r, s, "a script that is written here needs a name, under which its operations are counted");
	if (!name) {
		const config_setting_t *from = e->profile ? e->profile : e->script ? e->script : e->builtin;

		name = config_setting_get_string(from);
		n = strlen(name);
		if (e->script)
			name = script_file_stem(name, &n);
	}
	if (n >= DRIVE_OP_NAME)
		return scenario_wrong(r, s, "the name \"%.*s\" is longer than %d bytes: give a shorter name = \"...\";", (int)n,
				      name, DRIVE_OP_NAME - 1);
	memcpy(e->name, name, n);
	e->name[n] = '\0';
	for (size_t i = 0; i < json_array_size(r->f->phases.work); i++)
		if (strcmp(e->name, json_string_value(json_object_get(json_array_get(r->f->phases.work, i), "name"))) == 0)
			return scenario_wrong(r, s, "two entries of work are called \"%s\": give one of them another name",
					      e->name);
	return true;
}

static bool read_profile(struct scenario_reader *r, const config_setting_t *s)
{
	const char *name = scenario_text(r, s);

	if (!name)
		return false;
	if (catalog_profile_find(r->driver, name))
		return true;
	return scenario_wrong(r, s, "driver %s has no profile \"%.40s\": soakd list scenarios shows those there are",
			      r->driver->name, name);
}

/* With empty lines before it, so that the script's lines are those of the file in every message. */
static char *inlined_text(const config_setting_t *s)
{
	const char *text = config_setting_get_string(s);
	size_t above = config_setting_source_line(s) - 1, n = strlen(text);
	char *all = sk_calloc(1, above + n + 1);

	if (all) {
		memset(all, '\n', above);
		memcpy(all + above, text, n);
	}
	return all;
}

static bool read_text_of(struct scenario_reader *r, struct entry *e)
{
	const struct scripted *driver = scripted_find(r->driver->name);
	const config_setting_t *at = e->script ? e->script : e->inlined ? e->inlined : e->builtin;

	if (e->script) {
		e->text = read_script(r, e->script, &e->file);
	} else if (e->inlined) {
		if (!scenario_called(e->inlined, driver->inline_name))
			return scenario_wrong(r, at, "a script of driver %s that is written here is `%s = \"...\";`, not %s",
					      r->driver->name, driver->inline_name, config_setting_name(at));
		if (config_setting_type(at) != CONFIG_TYPE_STRING)
			return scenario_wrong(r, at, "%s is a text in double quotes", config_setting_name(at));
		e->text = e->padded = inlined_text(at);
		e->file = r->f->path;
		if (!e->text)
			scenario_no_memory(r);
	} else {
		const char *name = scenario_text(r, e->builtin);

		e->text = name && driver->language == SCRIPT_SQL ? script_builtin(name) : NULL;
		e->file = name;
		if (!e->text)
			return scenario_wrong(r, at,
					      "there is no built-in script of that name for driver %s: there are tpcb-like, "
					      "simple-update and select-only, of SQL",
					      r->driver->name);
	}
	return e->text && check_script(r, e->text, e->file, driver->language);
}

static const config_setting_t *inlined_in(const config_setting_t *s)
{
	for (size_t i = 0; i < n_scripted; i++)
		if (scenario_member(s, scripted[i].inline_name))
			return scenario_member(s, scripted[i].inline_name);
	return NULL;
}

/* How often, and when. */
struct occasion {
	double by;          /* weight */
	bool again, at_end; /* on a connection of its own; once more when the run ends */
};

static void read_occasion(struct scenario_reader *r, const config_setting_t *s, const struct entry *e, struct occasion *o)
{
	const config_setting_t *weight = scenario_member(s, "weight"), *reconnect = scenario_member(s, "reconnect"),
			       *at_end = scenario_member(s, "at_end");

	if (weight && scenario_number(r, weight, 0, 1e9, &o->by) && o->by == 0)
		scenario_wrong(r, weight, "a weight of 0 is never done: leave the entry out, or give it a weight");
	if (reconnect)
		scenario_bool(r, reconnect, &o->again);
	if (reconnect && e->profile)
		scenario_wrong(r, reconnect, "reconnect is for scripts: take a profile that reconnects, such as churn");
	if (at_end)
		scenario_bool(r, at_end, &o->at_end);
	if (at_end && (e->profile || strcmp(r->driver->name, "postgres") != 0))
		scenario_wrong(r, at_end, "at_end is for scripts of driver postgres: what others make they take away themselves");
}

static bool read_entry(struct scenario_reader *r, const config_setting_t *s)
{
	static const char *const names[] = { "profile", "script", "sql",       "commands", "requests", "builtin",
					     "name",    "weight", "reconnect", "at_end",   NULL };
	struct entry e = { .profile = scenario_member(s, "profile"),
			   .script = scenario_member(s, "script"),
			   .inlined = inlined_in(s),
			   .builtin = scenario_member(s, "builtin") };
	struct occasion o = { .by = 1 };
	json_t *j;

	scenario_only(r, s, "an entry of work", names);
	if (!!e.profile + !!e.script + !!e.inlined + !!e.builtin != 1)
		return scenario_wrong(
			r, s,
			"an entry of work is one of these: a profile, a script, a builtin, or a script that is written "
			"here as sql, commands or requests");
	read_occasion(r, s, &e, &o);
	if ((e.script && !scenario_text(r, e.script)) || (e.builtin && !scenario_text(r, e.builtin)) ||
	    (e.profile && !read_profile(r, e.profile)) || !name_entry(r, s, &e) || (!e.profile && !read_text_of(r, &e))) {
		free(e.padded);
		return false;
	}
	j = e.profile ? json_pack("{ss,sf,ss}", "name", e.name, "weight", o.by, "profile", config_setting_get_string(e.profile))
		      : json_pack("{ss,sf,ss,ss,sb,sb}", "name", e.name, "weight", o.by, "script", e.text, "file", e.file,
				  "reconnect", (int)o.again, "at_end", (int)o.at_end);
	free(e.padded);
	if (!j || json_array_append_new(r->f->phases.work, j) != 0)
		return scenario_wrong(r, s, "the script of %s is no text in UTF-8", e.name);
	return true;
}

void scenario_read_work(struct scenario_reader *r, const config_setting_t *work)
{
	size_t n = scenario_entries(r, work, EXAMPLE);

	r->work_is_wrong = r->driver_is_wrong;
	if (r->driver_is_wrong)
		n = 0;
	if (n && !r->driver) {
		scenario_wrong(r, work,
			       "work needs a driver that does it: say driver = \"postgres\"; or another of soakd list scenarios");
		n = 0;
	}
	if (n && r->driver && !scripted_find(r->driver->name)) {
		scenario_wrong(r, work,
			       "driver %s does one thing and no mix: leave work out, and say which by driver = \"%s%s%s\";",
			       r->driver->name, r->driver->name, r->driver->n_profile ? "/" : "",
			       r->driver->n_profile ? r->driver->profile[0].name : "");
		n = 0;
		r->work_is_wrong = true;
	}
	if (n > JOB_MAX_WORK) {
		scenario_wrong(r, work, "work has %zu entries; there may be %d", n, JOB_MAX_WORK);
		n = 0;
	}
	r->f->phases.work = json_array();
	for (size_t i = 0; i < n; i++)
		r->work_is_wrong = !read_entry(r, scenario_entry(work, i)) || r->work_is_wrong;
	r->f->phases.n_work = json_array_size(r->f->phases.work);
}
