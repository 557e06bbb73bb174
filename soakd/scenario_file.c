/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario file as a whole: its text, the settings that are options of `run`, what is launched; see scenario_file.h. */
#include "soakd/scenario_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/scenario_file_priv.h"
#include "soakd/script_file.h"
#include "soakd/target.h"

bool scenario_is_file(const char *scenario)
{
	size_t n = strlen(scenario);

	return n > 5 && strcmp(scenario + n - 5, ".conf") == 0;
}

/* ---- settings that are options ---------------------------------------------------------------------------------------- */

/* Of one invocation, not of a scenario. */
static const char *not_here(const char *name)
{
	static const char *const no[][2] = {
		{ "scenario", "a scenario file says `driver = \"postgres\"`, and the profiles in `work`" },
		{ "config", "a scenario file stands for itself: give both on the command line" },
		{ "script", "scripts are entries of `work`" },
		{ "reconnect", "it is a setting of an entry of `work`" },
		{ "cycle", "a scenario file has phases of its own" },
		{ "phases-only", "it belongs to the command line" },
		{ "resume", "it belongs to the command line" },
		{ "check-config", "it belongs to the command line" },
		{ "scale-time", "it belongs to the command line" },
		{ "version", "it belongs to the command line" },
	};

	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		if (strcmp(no[i][0], name) == 0)
			return no[i][1];
	return NULL;
}

/* A row at least each second stays possible where a scenario is run in small. */
static void scale_option(struct scenario_reader *r, const char *name)
{
	struct run_options *o = r->opt;

	if (strcmp(name, "hours") == 0)
		o->hours *= r->scale;
	else if (strcmp(name, "duration") == 0)
		o->duration_s *= r->scale;
	else if (strcmp(name, "interval") == 0)
		o->interval_s = fmax(fmin(1, o->interval_s), o->interval_s * r->scale);
}

static void read_option(struct scenario_reader *r, const config_setting_t *s)
{
	const char *name = config_setting_name(s), *why = not_here(name);
	bool target = strcmp(name, "target") == 0 || strcmp(name, "pid") == 0;
	struct sk_err err = { 0 };

	if (why) {
		scenario_wrong(r, s, "\"%s\" is no setting of a scenario: %s", name, why);
		return;
	}
	if ((target && r->target_given) || (r->kept && strcmp(name, "dsn") != 0) ||
	    opt_was_given(&cmd_run_options, r->given, name))
		return;
	switch (opt_setting(&cmd_run_options, s, r->opt, r->given, &err)) {
	case SK_OK:
		scale_option(r, name);
		break;
	case SK_ENOTFOUND:
		scenario_wrong(r, s,
			       "there is no setting \"%s\": there are the options of soakd run, and driver, start, environment, "
			       "define, work, phases, repeat (soakd-scenario(5))",
			       name);
		break;
	default:
		scenario_wrong(r, s, "%s", err.msg);
	}
	if (r->kept && strcmp(name, "dsn") == 0 && r->opt->dsn && strstr(r->opt->dsn, SCENARIO_HIDDEN)) {
		free(r->opt->dsn); /* as without a file: it is given again, or PG* variables say it */
		r->opt->dsn = NULL;
	}
}

/* ---- groups of their own ---------------------------------------------------------------------------------------------- */

static void read_start(struct scenario_reader *r, const config_setting_t *s)
{
	static const char *const names[] = { "command", "environment", NULL };
	const config_setting_t *command, *environment;

	if (!config_setting_is_group(s)) {
		scenario_wrong(r, s, "start is a group, such as { command = [\"/usr/sbin/nginx\", \"-g\", \"daemon off;\"]; }");
		return;
	}
	scenario_only(r, s, "start", names);
	command = scenario_member(s, "command");
	environment = scenario_member(s, "environment");
	if (!command)
		scenario_wrong(r, s, "start has no command: say which program is launched");
	if (!r->target_given && !r->kept && command)
		r->f->command = scenario_program(r, command);
	if (!r->target_given && !r->kept && environment)
		r->f->environment = scenario_environment(r, environment);
}

static void read_define(struct scenario_reader *r, const config_setting_t *s)
{
	json_t *all = json_object();

	r->f->phases.define = all;
	if (!config_setting_is_group(s)) {
		scenario_wrong(r, s, "define is a group of variables for scripts, such as { scale = 10; }");
		return;
	}
	for (int i = 0; i < config_setting_length(s); i++) {
		const config_setting_t *v = config_setting_get_elem(s, (unsigned)i);
		char number[64];
		const char *name = config_setting_name(v), *value = opt_setting_text(v, number, sizeof(number));

		if (!scenario_is_variable(name))
			scenario_wrong(r, v, "\"%s\" is no name of a variable: letters, digits and _, no digit first", name);
		else if (!value)
			scenario_wrong(r, v, "the variable %s is a text or a number, not a group or list", name);
		else if (json_object_set_new(all, name, json_string(value)) != 0)
			scenario_wrong(r, v, "the variable %s is no text in UTF-8", name);
	}
}

static void read_driver(struct scenario_reader *r, const config_setting_t *s)
{
	const char *text = scenario_text(r, s), *slash = text ? strchr(text, '/') : NULL;
	struct text all = TEXT_INIT;
	char base[64];

	r->driver_is_wrong = true;
	if (!text)
		return;
	snprintf(base, sizeof(base), "%.*s", (int)(slash ? slash - text : (ptrdiff_t)strlen(text)), text);
	r->driver = catalog_find(base);
	for (size_t i = 0; !r->driver && i < n_catalog; i++)
		text_addf(&all, "%s%s", i ? ", " : "", catalog[i].name);
	if (!r->driver)
		scenario_wrong(r, s, "there is no driver \"%s\"; there are %s", base, text_str(&all));
	else if (slash && !catalog_profile_find(r->driver, slash + 1))
		scenario_wrong(r, s, "driver %s has no profile \"%.40s\": soakd list scenarios shows those there are", base,
			       slash + 1);
	else if (!(r->f->driver = sk_strdup(text)))
		scenario_no_memory(r);
	text_release(&all);
	r->driver_is_wrong = !r->f->driver;
}

/* Without `driver` a target that is known by name brings its own. */
static void driver_of_target(struct scenario_reader *r)
{
	const char *name = r->opt->launch || r->f->command ? NULL : r->opt->target;
	const struct target_kind *kind = name ? target_kind_find(name) : NULL;
	char base[64];

	if (name && !kind)
		kind = target_kind_of_comm(name);
	if (r->driver || r->driver_is_wrong || !kind || !kind->scenario)
		return;
	snprintf(base, sizeof(base), "%.*s", (int)strcspn(kind->scenario, "/"), kind->scenario);
	r->driver = catalog_find(base);
}

static void read_repeat(struct scenario_reader *r, const config_setting_t *s)
{
	scenario_bool(r, s, &r->f->phases.repeat);
	if (r->f->phases.repeat && !scenario_member(config_setting_parent(s), "phases"))
		scenario_wrong(r, s, "repeat belongs to phases, and there are none");
}

/* ---- the whole -------------------------------------------------------------------------------------------------------- */

/* What the others need is read first: options, the driver, then work, then the phases that mix it. */
static void read_all(struct scenario_reader *r, const config_setting_t *root)
{
	static const char *const groups[] = { "driver", "start", "environment", "define", "work", "phases", "repeat", NULL };
	const config_setting_t *at[7] = { NULL };

	for (int i = 0; i < config_setting_length(root); i++) {
		const config_setting_t *s = config_setting_get_elem(root, (unsigned)i);
		size_t k = 0;

		while (groups[k] && strcmp(groups[k], config_setting_name(s)) != 0)
			k++;
		if (groups[k])
			at[k] = s;
		else
			read_option(r, s);
	}
	if (at[0])
		read_driver(r, at[0]);
	if (at[1])
		read_start(r, at[1]);
	if (at[1] && !r->target_given && !r->kept && (r->opt->target || r->opt->pid))
		scenario_wrong(r, at[1], "both start and target: one of them says what is watched");
	if (at[2])
		r->f->phases.environment = scenario_environment(r, at[2]);
	if (at[3])
		read_define(r, at[3]);
	driver_of_target(r);
	r->f->phases.n_work = 1;
	if (at[4])
		scenario_read_work(r, at[4]);
	if (at[6])
		read_repeat(r, at[6]);
	if (at[5])
		scenario_read_phases(r, at[5]);
}

/* A file is whole in itself, so that its copy is too. */
static bool includes(const char *text)
{
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line + strspn(line, " \t"), "@include", 8) == 0)
			return true;
	}
	return false;
}

/* libconfig says what, not what to do. */
static const char *hint(const char *text)
{
	if (strncmp(text, "mismatched", 10) == 0)
		return ": [ ] holds texts alone or numbers alone: put the numbers into double quotes too";
	if (strncmp(text, "duplicate", 9) == 0)
		return ": leave one of them out";
	return ": a setting is NAME = VALUE; with texts in double quotes, groups in { }, lists in ( ) without a comma at their "
	       "end";
}

static void read_text(struct scenario_reader *r, size_t n)
{
	struct scenario_file *f = r->f;
	config_t cfg;

	if (strlen(f->text) != n) {
		scenario_wrong(r, NULL, "it holds a NUL byte: that is no text");
		return;
	}
	if (includes(f->text)) {
		scenario_wrong(r, NULL, "@include is not for scenario files: write it all into one");
		return;
	}
	config_init(&cfg);
	if (config_read_string(&cfg, f->text) == CONFIG_TRUE) {
		read_all(r, config_root_setting(&cfg));
	} else {
		char where[600];

		snprintf(where, sizeof(where), "%.400s:%d: %s%s", f->path, config_error_line(&cfg), config_error_text(&cfg),
			 hint(config_error_text(&cfg)));
		scenario_mistake(r, where);
	}
	config_destroy(&cfg);
}

static enum sk_code outcome(const struct scenario_reader *r, struct sk_err *err)
{
	const struct scenario_file *f = r->f;

	if (r->no_memory)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for %s", f->path ? f->path : "a scenario file");
	if (f->n_mistake == 0)
		return SK_OK;
	if (f->n_mistake == 1)
		return sk_fail(err, SK_EUSAGE, 0, "%s", f->mistake[0]);
	return sk_fail(err, SK_EUSAGE, 0, "%.900s (and %zu more: --check-config lists them)", f->mistake[0], f->n_mistake - 1);
}

static enum sk_code parse(struct scenario_reader *r, const char *path, char *text, size_t n, struct sk_err *err)
{
	r->f->path = sk_strdup(path);
	r->f->text = text;
	r->scale = r->opt->scale_time;
	if (r->f->path)
		read_text(r, n);
	else
		scenario_no_memory(r);
	return outcome(r, err);
}

enum sk_code scenario_file_parse(struct scenario_file *f, const char *path, const char *text, size_t n, struct run_options *o,
				 struct opt_given *given, struct sk_err *err)
{
	struct scenario_reader r = { .f = f, .opt = o, .given = given, .target_given = o->target || o->pid || o->launch };
	char *own = sk_calloc(1, n + 1);

	*f = (struct scenario_file){ 0 };
	if (!own)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for %s", path);
	memcpy(own, text, n);
	return parse(&r, path, own, n, err);
}

enum sk_code scenario_file_read(struct scenario_file *f, const char *path, struct run_options *o, struct opt_given *given,
				struct sk_err *err)
{
	struct scenario_reader r = { .f = f, .opt = o, .given = given, .target_given = o->target || o->pid || o->launch };
	size_t n = 0;
	char *text = text_file_read(path, path, &n, err);

	*f = (struct scenario_file){ 0 };
	return text ? parse(&r, path, text, n, err) : SK_EUSAGE;
}

enum sk_code scenario_file_resume(struct scenario_file *f, const char *dir, struct run_options *o, struct opt_given *given,
				  struct sk_err *err)
{
	struct scenario_reader r = { .f = f, .opt = o, .given = given, .kept = dir };
	char *path = sk_asprintf("%s/%s", dir, SCENARIO_KEPT), *text = NULL;
	enum sk_code rc = SK_EUSAGE;
	size_t n = 0;

	*f = (struct scenario_file){ 0 };
	if (!path)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for a path");
	text = text_file_read(path, path, &n, err);
	if (text)
		rc = parse(&r, path, text, n, err);
	else
		sk_err_prefix(err, "the run cannot go on without its scenario: ");
	free(path);
	return rc;
}

double scenario_file_length(const struct phase_list *l)
{
	double sum = l->n ? 0 : NAN;

	for (size_t i = 0; i < l->n; i++)
		sum += (l->phase[i].plan.ops ? NAN : l->phase[i].plan.length_s) + l->phase[i].settle_s;
	return sum;
}

void scenario_file_release(struct scenario_file *f)
{
	for (size_t i = 0; i < f->n_script; i++) {
		free(f->script[i].path);
		free(f->script[i].text);
	}
	for (size_t i = 0; i < f->n_mistake; i++)
		free(f->mistake[i]);
	free(f->script);
	free(f->mistake);
	free(f->path);
	free(f->text);
	free(f->driver);
	phase_argv_release(f->command);
	phase_argv_release(f->environment);
	phase_list_release(&f->phases);
	*f = (struct scenario_file){ 0 };
}
