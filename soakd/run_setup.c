/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A resumed run has two sources of settings, its own run.json and this command line: `--resume DIR` goes by the first, `--resume
 * last` is a unit's, which does not know whether there is a run to resume, and goes by whichever applies.
 */
#include "soakd/run_setup.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/run_json.h"
#include "soakd/rundir.h"

enum sk_code run_setup_parse(struct run_setup *r, bool *help, struct sk_err *err)
{
	size_t n = 0;
	int dashdash = -1;
	enum sk_code rc = opt_defaults(&cmd_run_options, &r->opt, err);

	if (rc == SK_OK)
		rc = opt_parse(&cmd_run_options, r->argc, r->argv, &r->opt, &r->given, &r->operand, &n, &dashdash, help, err);
	if (rc != SK_OK || *help || r->opt.version)
		return rc;
	if (n && dashdash != 0)
		return sk_fail(
			err, SK_EUSAGE, 0,
			"unexpected word \"%s\"; a command to launch stands behind --, and verbs come first: see soakd --help",
			r->operand[0]);
	if (dashdash == 0 && n == 0)
		return sk_fail(err, SK_EUSAGE, 0, "there is no command after --");
	if (dashdash == 0)
		r->opt.launch = r->operand;
	return SK_OK;
}

/* ---- scenario files --------------------------------------------------------------------------------------------------- */

/* What is left of a file beside its options, once it was read: phases, the command to launch, the driver. */
static enum sk_code take_file(struct run_setup *r, struct sk_err *err)
{
	struct scenario_file *f = &r->file;
	struct run_options *o = &r->opt;
	double once = scenario_file_length(&f->phases);

	phase_list_release(&r->phases);
	r->phases = f->phases;
	f->phases = (struct phase_list){ 0 };
	if (f->command && !o->launch)
		o->launch = f->command;
	if (isnan(o->interval_s) && isnan(o->hours) && isnan(o->duration_s) && o->samples == 0 && !r->phases.repeat &&
	    !isnan(once) && !o->phases_only)
		o->interval_s = fmin(300, fmax(1, once / 288)); /* as for a run whose length was given */
	free(o->scenario);
	o->scenario = f->driver ? sk_strdup(f->driver) : NULL;
	return f->driver && !o->scenario ? sk_fail(err, SK_ENOMEM, 0, "no memory for the scenario's name") : SK_OK;
}

/* --scenario FILE.conf: its settings, as far as nobody else has given them. */
static enum sk_code read_file(struct run_setup *r, struct sk_err *err)
{
	char *path = NULL;
	enum sk_code rc;

	if (!r->opt.scenario || !scenario_is_file(r->opt.scenario))
		return SK_OK;
	rc = scenario_file_find(r->opt.scenario, &path, err);
	if (rc == SK_OK)
		rc = scenario_file_read(&r->file, path, &r->opt, &r->given, err);
	free(path);
	return rc == SK_OK ? take_file(r, err) : rc;
}

/* A resumed run's own copy. */
static enum sk_code read_kept(struct run_setup *r, struct sk_err *err)
{
	enum sk_code rc;

	scenario_file_release(&r->file);
	if (!json_is_string(json_object_get(r->json, "scenario_file")))
		return SK_OK;
	rc = scenario_file_resume(&r->file, r->dir, &r->opt, &r->given, err);
	return rc == SK_OK ? take_file(r, err) : rc;
}

static void note_file(struct run_setup *r)
{
	char whole[PATH_MAX];

	if (r->file.path && realpath(r->file.path, whole))
		json_object_set_new(r->json, "scenario_file", json_string(whole));
}

/* ---- resumed runs ----------------------------------------------------------------------------------------------------- */

static bool length_given(const struct run_setup *r)
{
	return opt_was_given(&cmd_run_options, &r->given, "hours") || opt_was_given(&cmd_run_options, &r->given, "duration") ||
	       opt_was_given(&cmd_run_options, &r->given, "samples");
}

/*
 * Settings of the interrupted run. A length on the command line counts from now; without one the original end stands. What
 * run.json does not keep (dsn) is taken from the command line or the configuration again.
 */
static enum sk_code take_settings(struct run_setup *r, bool from_now, struct sk_err *err)
{
	char path[PATH_MAX];
	double hours = r->opt.hours, duration = r->opt.duration_s;
	int64_t samples = r->opt.samples;
	enum sk_code rc;

	snprintf(path, sizeof(path), "%s/run.json", r->dir);
	rc = json_read_file(path, &r->json, err);
	if (rc != SK_OK) {
		sk_err_prefix(err, "cannot resume %s: it has no readable run.json, so it is no run directory: ", r->dir);
		return SK_EUSAGE;
	}
	if (r->opt.launch || strcmp(json_get_str(r->json, "target", ""), "launch") == 0)
		return sk_fail(err, SK_EUSAGE, 0,
			       "cannot resume %s: its target was launched by soakd and ended with it; start a new run", r->dir);
	r->opt.hours = r->opt.duration_s = NAN;
	r->opt.samples = 0;
	rc = run_options_from_json(&r->opt, json_object_get(r->json, "options"), err);
	if (rc == SK_OK)
		rc = read_kept(r, err);
	if (rc == SK_OK && from_now) {
		r->opt.hours = hours;
		r->opt.duration_s = duration;
		r->opt.samples = samples;
	}
	return rc;
}

static double seconds_so_far(const struct run_setup *r)
{
	return fmax(0, clock_wall_s(&clock_real) - json_get_num(r->json, "started_unix", clock_wall_s(&clock_real)));
}

/* After a resume the length is counted from the run's start, whatever was said. */
static enum sk_code settle_resumed(struct run_setup *r, bool from_now, struct sk_err *err)
{
	enum sk_code rc = run_options_settle(&r->opt, err);

	if (rc != SK_OK)
		return rc;
	if (from_now) {
		r->opt.length_s += seconds_so_far(r);
		json_object_set_new(r->json, "length_s", json_num(r->opt.length_s));
		json_object_set_new(r->json, "expected_rows", json_num(floor(r->opt.length_s / r->opt.interval_s + 1e-3) + 1));
	} else {
		r->opt.length_s = json_get_num(r->json, "length_s", NAN);
	}
	if (r->opt.length_s <= seconds_so_far(r))
		return sk_fail(err, SK_EUSAGE, 0,
			       "the run in %s is over: its length passed while it was interrupted; see it with soakd report, or "
			       "give a length to add",
			       r->dir);
	if (r->opt.exec && strstr(r->opt.exec, "***"))
		return sk_fail(err, SK_EUSAGE, 0,
			       "the command of --exec held a password, which run.json does not keep: give --exec again");
	return SK_OK;
}

/* Which directory, and whether a run is in it already. */
static enum sk_code choose_dir(struct run_setup *r, const char *label, struct sk_err *err)
{
	bool last = r->opt.resume && strcmp(r->opt.resume, "last") == 0;
	enum sk_code rc = SK_OK;

	if (last) {
		rc = rundir_find_last(label, r->opt.config, &r->dir, err);
		r->resume = rc == SK_OK;
		if (rc != SK_OK && rc != SK_ENOTFOUND)
			return rc;
	} else if (r->opt.resume) {
		r->dir = sk_strdup(r->opt.resume);
		r->resume = true;
	}
	if (!r->resume)
		r->dir = r->opt.out ? sk_strdup(r->opt.out) : rundir_default(label, clock_wall_s(&clock_real));
	return r->dir ? SK_OK : sk_fail(err, SK_ENOMEM, 0, "no memory for a path");
}

static enum sk_code make_spec(const struct run_setup *r, struct target_spec *spec, struct sk_err *err)
{
	return r->opt.launch ? target_spec_launch(r->opt.launch[0], spec, err) : target_spec_parse(r->opt.target, spec, err);
}

/* Not the interrupted run after all: everything as this command and its configuration file say, nothing of the old settings. */
static enum sk_code start_anew(struct run_setup *r, const char *label, struct sk_err *err)
{
	bool help;
	enum sk_code rc;

	free(r->dir);
	free(r->operand);
	json_decref(r->json);
	scenario_file_release(&r->file);
	phase_list_release(&r->phases);
	opt_release(&cmd_run_options, &r->opt);
	r->dir = NULL;
	r->operand = NULL;
	r->json = NULL;
	r->resume = false;
	r->opt = (struct run_options){ 0 };
	r->given = (struct opt_given){ 0 };
	rc = run_setup_parse(r, &help, err);
	if (rc == SK_OK && r->opt.config)
		rc = opt_config(&cmd_run_options, r->opt.config, &r->opt, &r->given, err);
	if (rc == SK_OK)
		rc = read_file(r, err);
	if (rc == SK_OK)
		rc = run_options_settle(&r->opt, err);
	if (rc == SK_OK)
		r->dir = r->opt.out ? sk_strdup(r->opt.out) : rundir_default(label, clock_wall_s(&clock_real));
	return rc == SK_OK && !r->dir ? sk_fail(err, SK_ENOMEM, 0, "no memory for a path") : rc;
}

/* With --resume DIR the settings are the interrupted run's: one that is given beside it would silently not count. */
static enum sk_code refuse_settings(const struct run_setup *r, struct sk_err *err)
{
	static const char *const fine[] = { "resume", "hours",  "duration", "samples", "dsn",     "exec",
					    "define", "format", "config",   "quiet",   "verbose", "check-config" };

	for (const struct opt *o = cmd_run_options.opt; o->name; o++) {
		bool known = !opt_was_given(&cmd_run_options, &r->given, o->name);

		for (size_t i = 0; i < sizeof(fine) / sizeof(*fine); i++)
			known = known || strcmp(o->name, fine[i]) == 0;
		if (!known)
			return sk_fail(
				err, SK_EUSAGE, 0,
				"--%s is a setting of the interrupted run and is taken from it: leave it out with --resume %s",
				o->name, r->opt.resume);
	}
	return SK_OK;
}

static enum sk_code settle_run(struct run_setup *r, struct target_spec *spec, struct sk_err *err)
{
	bool from_now = length_given(r);
	enum sk_code rc = SK_OK;

	if (r->opt.resume && strcmp(r->opt.resume, "last") != 0) { /* the directory says what the target is */
		rc = refuse_settings(r, err);
		if (rc == SK_OK)
			rc = choose_dir(r, "", err);
		if (rc == SK_OK)
			rc = take_settings(r, from_now, err);
	} else {
		if (r->opt.config)
			rc = opt_config(&cmd_run_options, r->opt.config, &r->opt, &r->given, err);
		if (rc == SK_OK)
			rc = read_file(r, err);
	}
	if (rc == SK_OK)
		rc = r->resume ? settle_resumed(r, from_now, err) : run_options_settle(&r->opt, err);
	if (rc == SK_OK)
		rc = make_spec(r, spec, err);
	if (rc != SK_OK || r->resume)
		return rc;
	rc = choose_dir(r, spec->label, err);
	if (rc == SK_OK && r->resume) {
		rc = take_settings(r, from_now, err);
		if (rc == SK_OK)
			rc = settle_resumed(r, from_now, err);
		if (rc != SK_OK && r->opt.length_s <= seconds_so_far(r)) /* its time has passed: a new one, as `last` promises */
			rc = start_anew(r, spec->label, err);
		else if (rc == SK_OK && !r->opt.quiet)
			complainf("going on with %s, by its own settings", r->dir);
	}
	if (rc == SK_OK && !r->json) {
		r->json = run_json_new(r->argc, r->argv, &r->opt, spec->label, clock_wall_s(&clock_real));
		note_file(r);
	}
	return rc;
}

/* The phases of --cycle; what is done in them, where a file says it, stays the file's. */
static enum sk_code take_cycle(struct run_setup *r, struct sk_err *err)
{
	struct phase_list cycle = { 0 };
	enum sk_code rc = phase_cycle(r->opt.cycle, &cycle, err);

	if (rc != SK_OK)
		return rc;
	r->phases.phase = cycle.phase;
	r->phases.n = cycle.n;
	r->phases.repeat = r->phases.cycle = true;
	r->phases.n_work = r->phases.work ? r->phases.n_work : cycle.n_work;
	return SK_OK;
}

/* --cycle is a list of phases, as a scenario file has one; --phases-only goes through either once. */
static enum sk_code settle_phases(struct run_setup *r, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	if (r->opt.cycle && r->phases.n)
		return sk_fail(err, SK_EUSAGE, 0, "both --cycle and a scenario file with phases: give one of them");
	if (r->opt.cycle)
		rc = take_cycle(r, err);
	if (rc == SK_OK && r->opt.phases_only && !r->phases.n)
		return sk_fail(
			err, SK_EUSAGE, 0,
			"--phases-only measures phases, and there are none: give --scenario FILE.conf or --cycle load=D,idle=D");
	if (rc == SK_OK && r->opt.phases_only)
		r->phases.repeat = false;
	if (rc == SK_OK && r->phases.n)
		run_json_phases(r->json, &r->phases);
	return rc;
}

enum sk_code run_setup_settle(struct run_setup *r, struct target_spec *spec, struct sk_err *err)
{
	enum sk_code rc = settle_run(r, spec, err);

	return rc == SK_OK ? settle_phases(r, err) : rc;
}

void run_setup_release(struct run_setup *r)
{
	json_decref(r->json);
	free(r->dir);
	free(r->operand);
	phase_list_release(&r->phases);
	scenario_file_release(&r->file);
	opt_release(&cmd_run_options, &r->opt);
}
