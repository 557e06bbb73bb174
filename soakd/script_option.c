/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/script_option.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/drive.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/units.h"
#include "scenarios/job.h"
#include "soakd/script_file.h"
#include "soakd/script_language.h"

#define BUILTIN "builtin:"
#define HIDDEN  "***" /* what scrub() leaves of a secret in run.json */

/* One --script, taken apart. */
struct script_option {
	char path[PATH_MAX]; /* or "builtin:NAME" */
	double weight;
};

static enum sk_code take_apart(const char *text, struct script_option *s, struct sk_err *err)
{
	const char *at = strrchr(text, '@');
	size_t n = at ? (size_t)(at - text) : strlen(text);

	s->weight = 1;
	if (at && (real_parse(at + 1, &s->weight, NULL) != SK_OK || !(s->weight > 0 && s->weight <= 1e9)))
		return sk_fail(err, SK_EUSAGE, 0, "--script %s: the weight behind the last @ must be a number greater than 0%s",
			       text, strchr(at, '/') ? "; a name with @ needs one too" : "");
	if (n == 0 || n >= sizeof(s->path))
		return sk_fail(err, SK_EUSAGE, 0,
			       "--script takes the name of a file, and if wanted @ and a weight: --script pay.sql@3");
	memcpy(s->path, text, n);
	s->path[n] = '\0';
	return SK_OK;
}

static bool is_builtin(const struct script_option *s)
{
	return strncmp(s->path, BUILTIN, strlen(BUILTIN)) == 0;
}

static enum sk_code read_builtin(const struct script_option *s, char **out, struct sk_err *err)
{
	const char *text = script_builtin(s->path + strlen(BUILTIN));

	*out = text ? sk_strdup(text) : NULL;
	if (*out)
		return SK_OK;
	return text ? sk_fail(err, SK_ENOMEM, 0, "no memory for a script")
		    : sk_fail(err, SK_EUSAGE, 0,
			      "there is no script %s; there are builtin:tpcb-like, builtin:simple-update and builtin:select-only",
			      s->path);
}

/* The text of a script, fresh. path: where it is read, which of a resumed run is the copy. */
static enum sk_code read_script(const char *path, char **out, struct sk_err *err)
{
	char *called = sk_asprintf("the script %s", path);
	size_t n = 0;

	*out = NULL;
	if (!called)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for a script");
	*out = text_file_read(path, called, &n, err);
	free(called);
	if (!*out)
		return SK_EUSAGE;
	if (strlen(*out) == n)
		return SK_OK;
	free(*out);
	*out = NULL;
	return sk_fail(err, SK_EUSAGE, 0, "%s holds a NUL byte: it is no script", path);
}

/* What its operations are called: the file's name without folder and ending, with a number where that was there before. */
static void name_of(const struct script_option *s, const json_t *work, char *buf, size_t n)
{
	size_t length, same = 1, k;
	const char *base = script_file_stem(is_builtin(s) ? s->path + strlen(BUILTIN) : s->path, &length);
	json_t *other;

	length = utf8_fit(base, length < n - 5 ? length : n - 5);
	snprintf(buf, n, "%.*s", (int)length, base);
	json_array_foreach(work, k, other) if (strcmp(json_string_value(json_object_get(other, "name")), buf) == 0)
	{
		snprintf(buf, n, "%.*s-%zu", (int)length, base, ++same);
		k = SIZE_MAX; /* again from the first: the new name may be there too */
	}
}

/* *parsed: the caller's, also on error. */
static enum sk_code add_script(const struct run_options *o, size_t k, enum script_language language, const char *kept,
			       json_t *work, struct script **parsed, struct sk_err *err)
{
	struct script_option s;
	char name[DRIVE_OP_NAME], *path = NULL, *text = NULL;
	enum sk_code rc = take_apart(o->script.v[k], &s, err);
	json_t *entry;

	if (rc != SK_OK)
		return rc;
	if (kept && !(path = script_kept_path(kept, k, s.path)))
		return sk_fail(err, SK_ENOMEM, 0, "no memory for a path");
	rc = is_builtin(&s) ? read_builtin(&s, &text, err) : read_script(path ? path : s.path, &text, err);
	free(path);
	if (rc == SK_OK)
		rc = script_parse(text, s.path, language, parsed, err);
	if (rc == SK_OK) {
		name_of(&s, work, name, sizeof(name));
		entry = json_pack("{s:s,s:f,s:s,s:s,s:b}", "name", name, "weight", s.weight, "script", text, "file", s.path,
				  "reconnect", (int)o->reconnect);
		if (!entry || json_array_append_new(work, entry) != 0)
			rc = sk_fail(err, SK_EUSAGE, 0, "the script %s is no UTF-8 text: the driver cannot be told of it",
				     s.path);
	}
	free(text);
	return rc;
}

static bool is_defined(void *define, const char *name)
{
	return json_object_get(define, name) != NULL;
}

static enum sk_code add_all(const struct run_options *o, enum script_language language, const char *kept, struct phase_list *l,
			    struct sk_err *err)
{
	struct script *parsed[JOB_MAX_WORK] = { NULL };
	enum sk_code rc = SK_OK;

	for (size_t k = 0; rc == SK_OK && k < o->script.n; k++)
		rc = add_script(o, k, language, kept, l->work, &parsed[k], err);
	if (rc == SK_OK)
		rc = script_check_variables(parsed, o->script.n, is_defined, l->define, err);
	for (size_t k = 0; k < o->script.n; k++)
		script_release(parsed[k]);
	return rc;
}

/* What runs them, and whether it takes them. */
static enum sk_code check_scenario(const struct run_options *o, const char *scenario, enum script_language *language,
				   struct sk_err *err)
{
	const struct scripted *taken;

	if (!scenario && o->scenario)
		return sk_fail(err, SK_EUSAGE, 0, "both --script and --scenario %s, which does nothing: give one of them",
			       o->scenario);
	if (!scenario)
		return sk_fail(err, SK_EUSAGE, 0,
			       "--script needs to know what runs it, and this target has no workload of its own: give "
			       "--scenario postgres, redis or http");
	taken = scripted_find(scenario);
	if (!taken)
		return sk_fail(err, SK_EUSAGE, 0,
			       "scenario %s takes no scripts: --script is for postgres, redis, http and sqlite", scenario);
	*language = taken->language;
	if (o->script.n > JOB_MAX_WORK)
		return sk_fail(err, SK_EUSAGE, 0, "%zu scripts are too many: a run has at most %d", o->script.n, JOB_MAX_WORK);
	return SK_OK;
}

static bool is_name(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') || s[i] == '_' ||
		      (unsigned char)s[i] >= 0x80 || (i && s[i] >= '0' && s[i] <= '9')))
			return false;
	return n > 0;
}

/* A later one of the same name wins, as with pgbench; what run.json holds of a secret never does. */
static enum sk_code add_definition(const char *text, json_t *define, struct sk_err *err)
{
	const char *equals = strchr(text, '=');
	size_t n = equals ? (size_t)(equals - text) : 0;
	char name[256];

	if (!equals || !is_name(text, n) || n >= sizeof(name))
		return sk_fail(err, SK_EUSAGE, 0, "--define %s: it takes NAME=VALUE, the name of letters, digits and _", text);
	memcpy(name, text, n);
	name[n] = '\0';
	if (strcmp(equals + 1, HIDDEN) == 0 && json_object_get(define, name))
		return SK_OK;
	if (json_object_set_new(define, name, json_string(equals + 1)) != 0)
		return sk_fail(err, SK_EUSAGE, 0, "--define %s: the value is no UTF-8 text", name);
	return SK_OK;
}

static enum sk_code add_definitions(const struct run_options *o, json_t *define, struct sk_err *err)
{
	enum sk_code rc = SK_OK;
	const char *name;
	json_t *value;

	for (size_t i = 0; rc == SK_OK && i < o->define.n; i++)
		rc = add_definition(o->define.v[i], define, err);
	json_object_foreach(define, name, value) if (rc == SK_OK && strcmp(json_string_value(value), HIDDEN) == 0) rc =
		sk_fail(err, SK_EUSAGE, 0,
			"the value of --define %s looked like a secret, which run.json does not keep: give it again", name);
	return rc;
}

static enum sk_code check_fit(const struct run_options *o, const struct phase_list *l, struct sk_err *err)
{
	if (o->script.n && l->work)
		return sk_fail(err, SK_EUSAGE, 0, "both --script and the work of a scenario file: give one of them");
	if (o->script.n && o->scenario && strchr(o->scenario, '/'))
		return sk_fail(err, SK_EUSAGE, 0,
			       "both --script and a profile (--scenario %s): give --scenario %.*s, or leave one out", o->scenario,
			       (int)strcspn(o->scenario, "/"), o->scenario);
	if (!o->script.n && l->work && o->reconnect)
		return sk_fail(err, SK_EUSAGE, 0,
			       "--reconnect is for --script: in a scenario file it is a setting of an entry of work");
	if (!o->script.n && !l->work && (o->define.n || o->reconnect))
		return sk_fail(err, SK_EUSAGE, 0, "--%s is for scripts: give --script FILE",
			       o->define.n ? "define" : "reconnect");
	return SK_OK;
}

enum sk_code script_option_work(const struct run_options *o, const char *scenario, const char *kept, struct phase_list *l,
				struct sk_err *err)
{
	enum script_language language = SCRIPT_SQL;
	enum sk_code rc = check_fit(o, l, err);

	if (rc == SK_OK && o->define.n) {
		l->define = l->define ? l->define : json_object();
		rc = l->define ? add_definitions(o, l->define, err) : sk_fail(err, SK_ENOMEM, 0, "no memory for the definitions");
	}
	if (rc == SK_OK && o->script.n)
		rc = check_scenario(o, scenario, &language, err);
	if (rc != SK_OK || !o->script.n)
		return rc;
	l->work = json_array();
	if (!l->work)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the scripts");
	l->n_work = o->script.n;
	return add_all(o, language, kept, l, err);
}

enum sk_code script_option_keep(const struct run_options *o, const struct phase_list *l, const char *dir, struct sk_err *err)
{
	enum sk_code rc = o->script.n ? script_keep_folder(dir, err) : SK_OK;

	for (size_t k = 0; rc == SK_OK && k < o->script.n; k++) {
		const char *text = json_string_value(json_object_get(json_array_get(l->work, k), "script"));
		struct script_option s;

		if (text && take_apart(o->script.v[k], &s, NULL) == SK_OK && !is_builtin(&s))
			rc = script_keep(dir, k, s.path, text, err);
	}
	return rc;
}

void script_option_forget(const struct run_options *o, const char *dir)
{
	struct script_option s;

	for (size_t k = 0; k < o->script.n; k++)
		if (take_apart(o->script.v[k], &s, NULL) == SK_OK && !is_builtin(&s))
			script_unkeep(dir, k, s.path);
	if (o->script.n)
		script_unkeep_folder(dir);
}
