/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The programs that a scenario runs, with their environments, and what it injects into a phase. Data for soakd/phase.h. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/spawn.h"
#include "soakd/scenario_file_priv.h"

#define EXAMPLE "( { what = \"reload\"; at = \"30s\"; } )"
#define LEAST_S 0.1 /* between two of one kind, also where the scenario is run in small */
#define SIGNALS 32

/* ---- programs and environments ---------------------------------------------------------------------------------------- */

static char **words_of_text(struct scenario_reader *r, const config_setting_t *s)
{
	struct sk_err why = { 0 };
	char **split = NULL, **argv;
	size_t n = 0;

	if (words_split(config_setting_get_string(s), &split, &n, &why) != SK_OK) {
		scenario_wrong(r, s, "%s: %s", config_setting_name(s), why.msg);
		return NULL;
	}
	argv = sk_calloc(n + 1, sizeof(*argv));
	for (size_t i = 0; argv && i < n; i++)
		argv[i] = sk_strdup(split[i]);
	if (!argv || !argv[n - 1])
		scenario_no_memory(r);
	free(split);
	return argv;
}

static char **words_of_list(struct scenario_reader *r, const config_setting_t *s)
{
	size_t n = (size_t)config_setting_length(s);
	char **argv = sk_calloc(n + 1, sizeof(*argv)), number[64];

	for (size_t i = 0; argv && i < n; i++) {
		const char *word = opt_setting_text(config_setting_get_elem(s, (unsigned)i), number, sizeof(number));

		argv[i] = word ? sk_strdup(word) : NULL;
		if (!argv[i]) {
			scenario_wrong(r, s, "each word of %s is a text, such as [\"/usr/bin/psql\", \"-c\", \"SELECT 1\"]",
				       config_setting_name(s));
			phase_argv_release(argv);
			return NULL;
		}
	}
	if (!argv)
		scenario_no_memory(r);
	return argv;
}

/* Not relative to some folder: a resumed run may begin in another. */
static bool can_run(struct scenario_reader *r, const config_setting_t *s, const char *program)
{
	char path[4096];

	if (!*program)
		return scenario_wrong(r, s, "%s has no program: its first word is empty", config_setting_name(s));
	if (strchr(program, '/') && *program != '/')
		return scenario_wrong(r, s, "%s: %s is relative to a folder: give the whole path, or a name that is in PATH",
				      config_setting_name(s), program);
	return program_find(program, path, sizeof(path)) ||
	       scenario_wrong(r, s, "%s: there is no program %s%s: install it, or give its path", config_setting_name(s), program,
			      strchr(program, '/') ? "" : " in PATH");
}

/* Of a copy: a password among the words is not in it. */
static bool is_whole(struct scenario_reader *r, const config_setting_t *s, char **argv)
{
	for (; r->kept && *argv; argv++)
		if (strstr(*argv, SCENARIO_HIDDEN))
			return scenario_wrong(
				r, s,
				"%s: a word of it looked like a secret, which a run directory does not keep: write it "
				"into this copy again, which you alone can read, before --resume",
				config_setting_name(s));
	return true;
}

char **scenario_program(struct scenario_reader *r, const config_setting_t *s)
{
	char **argv = NULL;

	if (config_setting_type(s) == CONFIG_TYPE_STRING)
		argv = words_of_text(r, s);
	else if ((config_setting_is_array(s) || config_setting_is_list(s)) && config_setting_length(s) > 0)
		argv = words_of_list(r, s);
	else
		scenario_wrong(r, s, "%s is a program and its arguments, such as [\"/usr/bin/psql\", \"-c\", \"SELECT 1\"]",
			       config_setting_name(s));
	if (argv && argv[0] && is_whole(r, s, argv) && can_run(r, s, argv[0]))
		return argv;
	phase_argv_release(argv);
	return NULL;
}

/* A secret is not in a run's copy of the file: a resumed run has it from its own environment. */
static const char *value_of(struct scenario_reader *r, const config_setting_t *s, char *number, size_t n)
{
	const char *name = config_setting_name(s), *value = opt_setting_text(s, number, n);

	if (r->kept && value && strcmp(value, SCENARIO_HIDDEN) == 0) {
		value = getenv(name);
		if (!value)
			scenario_wrong(r, s, "the value of %s is not kept in a run directory: export %s before --resume", name,
				       name);
	} else if (!value) {
		scenario_wrong(r, s, "%s is a text, such as %s = \"value\";", name, name);
	}
	return value;
}

char **scenario_environment(struct scenario_reader *r, const config_setting_t *s)
{
	size_t n = (size_t)config_setting_length(s), at = 0;
	char **all, number[64];

	if (!config_setting_is_group(s)) {
		scenario_wrong(r, s, "%s is a group, such as { PGDATABASE = \"bench\"; }", config_setting_name(s));
		return NULL;
	}
	all = sk_calloc(n + 1, sizeof(*all));
	if (!all)
		scenario_no_memory(r);
	for (size_t i = 0; all && i < n; i++) {
		const config_setting_t *v = config_setting_get_elem(s, (unsigned)i);
		const char *name = config_setting_name(v), *value;

		if (!scenario_is_variable(name)) {
			scenario_wrong(r, v, "\"%s\" is no name of a variable: letters, digits and _, no digit first", name);
			continue;
		}
		value = value_of(r, v, number, sizeof(number));
		all[at] = value ? sk_asprintf("%s=%s", name, value) : NULL;
		at += all[at] != NULL;
	}
	return all;
}

/* ---- what is injected -------------------------------------------------------------------------------------------------- */

static const char *const whats[] = { "reconnect", "vacuum", "reload", "signal", "run", NULL }; /* as enum inject_what */

/* "USR1", "SIGUSR1" or 10; 0: none. */
static int signal_number(const config_setting_t *s)
{
	char number[64];
	const char *text = opt_setting_text(s, number, sizeof(number));

	if (text && config_setting_is_number(s)) {
		for (int i = 1; i < SIGNALS; i++) {
			char one[8];

			snprintf(one, sizeof(one), "%d", i);
			if (strcmp(one, text) == 0)
				return i;
		}
		return 0;
	}
	if (text && strncmp(text, "SIG", 3) == 0)
		text += 3;
	for (int i = 1; text && i < SIGNALS; i++)
		if (sigabbrev_np(i) && strcmp(sigabbrev_np(i), text) == 0)
			return i;
	return 0;
}

/* The settings that belong to one `what` alone. */
static void read_what(struct scenario_reader *r, const config_setting_t *s, struct phase_inject *in)
{
	const config_setting_t *number = scenario_member(s, "signal"), *command = scenario_member(s, "command");

	if (number && in->what != INJECT_SIGNAL)
		scenario_wrong(r, number, "signal belongs to what = \"signal\"");
	else if (in->what == INJECT_SIGNAL && !number)
		scenario_wrong(r, s, "what = \"signal\" needs one, such as signal = \"USR1\";");
	else if (number && (in->number = signal_number(number)) == 0)
		scenario_wrong(r, number, "there is no such signal: give its name or its number, such as \"USR1\"");
	if (command && in->what != INJECT_RUN)
		scenario_wrong(r, command, "command belongs to what = \"run\"");
	else if (in->what == INJECT_RUN && !command)
		scenario_wrong(r, s,
			       "what = \"run\" needs a command, such as command = [\"/usr/sbin/nginx\", \"-s\", \"reload\"];");
	else if (command)
		in->argv = scenario_program(r, command);
	if ((in->what == INJECT_RECONNECT || in->what == INJECT_VACUUM) && !r->driver && !r->driver_is_wrong)
		scenario_wrong(r, s, "what = \"%s\" is done by a driver, and there is none: say driver = \"...\";",
			       whats[in->what]);
}

static void read_times(struct scenario_reader *r, const config_setting_t *s, const struct phase *p, struct phase_inject *in)
{
	const config_setting_t *at = scenario_member(s, "at"), *every = scenario_member(s, "every");
	double v = 0;

	in->every_s = NAN;
	if (at && scenario_time(r, at, &v))
		in->at_s = v * r->scale;
	else if (!at && every && scenario_time(r, every, &v))
		in->at_s = v * r->scale; /* the first one after one such time */
	if (in->at_s >= p->plan.length_s)
		scenario_wrong(r, at ? at : every, "it is never done: the phase is over by then");
	if (!every || !scenario_time(r, every, &v))
		return;
	if (v < LEAST_S)
		scenario_wrong(r, every, "every is at least 100ms");
	in->every_s = fmax(v * r->scale, LEAST_S);
}

static void read_inject(struct scenario_reader *r, const config_setting_t *s, struct phase *p)
{
	static const char *const names[] = { "what", "at", "every", "signal", "command", NULL };
	const config_setting_t *what = scenario_member(s, "what");
	const char *text = what ? scenario_text(r, what) : NULL;
	struct phase_inject *in = &p->inject[p->n_inject];
	int k = 0;

	scenario_only(r, s, "an entry of inject", names);
	if (!what)
		scenario_wrong(r, s, "an entry of inject says what, such as what = \"reload\";");
	if (!text)
		return;
	while (whats[k] && strcmp(whats[k], text) != 0)
		k++;
	if (!whats[k]) {
		scenario_wrong(r, what, "nothing is called \"%.40s\"; there are reconnect, vacuum, reload, signal and run", text);
		return;
	}
	in->what = (enum inject_what)k;
	p->n_inject++;
	read_what(r, s, in);
	read_times(r, s, p, in);
}

void scenario_read_injects(struct scenario_reader *r, const config_setting_t *s, struct phase *p)
{
	size_t n = scenario_entries(r, s, EXAMPLE);

	p->inject = sk_calloc(n, sizeof(*p->inject));
	if (!p->inject)
		scenario_no_memory(r);
	for (size_t i = 0; p->inject && i < n; i++)
		read_inject(r, scenario_entry(s, i), p);
}
