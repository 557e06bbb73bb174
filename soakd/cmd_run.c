/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verb `run`: options -> target -> run directory -> driver -> loop -> report.
 * A launched command, and a target of our own, are started here, before the loop; everything else is found.
 */
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "scenarios/catalog.h"
#include "soakd/cmds.h"
#include "soakd/descriptors.h"
#include "soakd/finish.h"
#include "soakd/job.h"
#include "soakd/launch.h"
#include "soakd/loop.h"
#include "soakd/malloc_page.h"
#include "soakd/privileges.h"
#include "soakd/run_json.h"
#include "soakd/run_options.h"
#include "soakd/session.h"
#include "soakd/view.h"

#define LAUNCHED_STOP_S 10

struct run {
	struct run_options opt;
	struct opt_given given;
	char **operand;
	int argc;
	char **argv;

	char *dir;    /* the run directory as asked for */
	bool resume;  /* it is there already */
	json_t *json; /* run.json */
	struct procfs fs;
	struct target target;
	struct driver driver;
	struct session session;
	struct malloc_watch malloc;
	bool have_fs, have_target, have_driver, have_session, have_launched;
	char *scenario, *profile;
	struct postmaster_info pm;
	bool have_pm;
};

/* ---- options ---------------------------------------------------------------------------------------------------------- */

static enum sk_code parse(struct run *r, bool *help, struct sk_err *err)
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

static bool length_given(const struct run *r)
{
	return opt_was_given(&cmd_run_options, &r->given, "hours") || opt_was_given(&cmd_run_options, &r->given, "duration") ||
	       opt_was_given(&cmd_run_options, &r->given, "samples");
}

/*
 * Settings of the interrupted run. A length on the command line counts from now; without one the original end stands. What
 * run.json does not keep (dsn) is taken from the command line or the configuration again.
 */
static enum sk_code take_settings(struct run *r, bool from_now, struct sk_err *err)
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
	if (rc == SK_OK && from_now) {
		r->opt.hours = hours;
		r->opt.duration_s = duration;
		r->opt.samples = samples;
	}
	return rc;
}

static double seconds_so_far(const struct run *r)
{
	return fmax(0, clock_wall_s(&clock_real) - json_get_num(r->json, "started_unix", clock_wall_s(&clock_real)));
}

/* After a resume the length is counted from the run's start, whatever was said. */
static enum sk_code settle_resumed(struct run *r, bool from_now, struct sk_err *err)
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
static enum sk_code choose_dir(struct run *r, const char *label, struct sk_err *err)
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

static enum sk_code make_spec(const struct run *r, struct target_spec *spec, struct sk_err *err)
{
	return r->opt.launch ? target_spec_launch(r->opt.launch[0], spec, err) : target_spec_parse(r->opt.target, spec, err);
}

/* Not the interrupted run after all: everything as this command and its configuration file say, nothing of the old settings. */
static enum sk_code start_anew(struct run *r, const char *label, struct sk_err *err)
{
	bool help;
	enum sk_code rc;

	free(r->dir);
	free(r->operand);
	json_decref(r->json);
	opt_release(&cmd_run_options, &r->opt);
	r->dir = NULL;
	r->operand = NULL;
	r->json = NULL;
	r->resume = false;
	r->opt = (struct run_options){ 0 };
	r->given = (struct opt_given){ 0 };
	rc = parse(r, &help, err);
	if (rc == SK_OK && r->opt.config)
		rc = opt_config(&cmd_run_options, r->opt.config, &r->opt, &r->given, err);
	if (rc == SK_OK)
		rc = run_options_settle(&r->opt, err);
	if (rc == SK_OK)
		r->dir = r->opt.out ? sk_strdup(r->opt.out) : rundir_default(label, clock_wall_s(&clock_real));
	return rc == SK_OK && !r->dir ? sk_fail(err, SK_ENOMEM, 0, "no memory for a path") : rc;
}

/* With --resume DIR the settings are the interrupted run's: one that is given beside it would silently not count. */
static enum sk_code refuse_settings(const struct run *r, struct sk_err *err)
{
	static const char *const fine[] = { "resume", "hours",  "duration", "samples", "dsn",
					    "exec",   "format", "config",   "quiet",   "verbose" };

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

/* Options complete, run.json there: of an interrupted run, or a new one. */
static enum sk_code settle(struct run *r, struct target_spec *spec, struct sk_err *err)
{
	bool from_now = length_given(r);
	enum sk_code rc = SK_OK;

	if (r->opt.resume && strcmp(r->opt.resume, "last") != 0) { /* the directory says what the target is */
		rc = refuse_settings(r, err);
		if (rc == SK_OK)
			rc = choose_dir(r, "", err);
		if (rc == SK_OK)
			rc = take_settings(r, from_now, err);
	} else if (r->opt.config) {
		rc = opt_config(&cmd_run_options, r->opt.config, &r->opt, &r->given, err);
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
	if (rc == SK_OK && !r->json)
		r->json = run_json_new(r->argc, r->argv, &r->opt, spec->label, clock_wall_s(&clock_real));
	return rc;
}

/* ---- target and workload ---------------------------------------------------------------------------------------------- */

static enum sk_code find_target(struct run *r, struct target_spec *spec, struct sk_err *err)
{
	enum sk_code rc = procfs_open(&r->fs, "/proc", err);

	if (rc != SK_OK)
		return rc;
	descriptors_raise();
	r->have_fs = true;
	rc = view_check(&r->fs, err);
	if (rc != SK_OK)
		return rc;
	rc = target_init(&r->target, spec, &r->fs, err);
	if (rc != SK_OK)
		return rc;
	r->have_target = true;
	r->target.restart_wait_s = r->opt.restart_wait_s;
	r->target.exit_on_restart = r->opt.exit_on_restart;
	r->target.dsn = r->opt.dsn;
	if (r->target.spec.how == TARGET_OWN || r->target.spec.how == TARGET_LAUNCH)
		return SK_OK;
	rc = view_explain(target_find(&r->target, err), &r->fs, err);
	if (rc == SK_OK && view_hides(&r->fs))
		complainf("warning: /proc shows us no other users' processes (hidepid): any that the target starts are in no "
			  "figure; run as root, or: sudo mount -o remount,hidepid=0 /proc");
	return rc;
}

static const struct target_kind *kind_of(const struct run *r)
{
	if (r->target.spec.kind)
		return r->target.spec.kind;
	return r->target.n ? target_kind_of_comm(r->target.proc[0].comm) : NULL;
}

static enum sk_code prepare_driver(struct run *r, struct sk_err *err)
{
	static const struct driver_hooks none = { 0 };
	json_t *job = NULL;
	enum sk_code rc;

	if (strcmp(r->scenario, "postgres") == 0) {
		struct sk_err why = { 0 };

		r->have_pm = target_postmaster(&r->target, &r->pm, &why) == SK_OK;
		if (!r->have_pm && !r->opt.dsn && !getenv("PGHOST") && !getenv("PGPORT") && !getenv("PGSERVICE"))
			return sk_fail(err, SK_EUSAGE, 0,
				       "cannot tell where the server listens: %s; say it with --dsn or PGHOST and PGPORT",
				       why.msg);
	}
	if (strcmp(r->scenario, "redis") == 0)
		r->have_pm = target_redis(&r->target, &r->pm, NULL) == SK_OK;
	rc = job_make(&r->opt, r->scenario, r->profile, r->have_pm ? &r->pm : NULL, r->session.dir.path, r->resume, &job, err);
	if (rc != SK_OK)
		return rc;
	rc = driver_init(&r->driver, job, &none, err);
	r->have_driver = true;
	r->driver.observes = catalog_find(r->scenario)->observes;
	return rc;
}

/* A process of ours is the target: it runs before the session begins and waits for "go". */
static enum sk_code start_own(struct run *r, struct sk_err *err)
{
	enum sk_code rc;

	r->driver.own = true;
	rc = driver_start(&r->driver, err);
	return rc == SK_OK ? target_adopt(&r->target, r->driver.pid, err) : rc;
}

/* --malloc-stats: the page, and the environment that brings it into the command. *env NULL: ours as it is. */
static enum sk_code prepare_malloc(struct run *r, char ***env, struct sk_err *err)
{
	enum sk_code rc;

	if (!r->opt.malloc_stats)
		return SK_OK;
	rc = malloc_watch_init(&r->malloc, r->opt.interval_s, r->opt.allow_stall, err);
	if (rc != SK_OK)
		return rc;
	r->session.malloc = &r->malloc;
	*env = malloc_watch_environ(&r->malloc, environ);
	return *env ? SK_OK : sk_fail(err, SK_ENOMEM, 0, "no memory for the command's environment");
}

static enum sk_code start_launched(struct run *r, int *status, struct sk_err *err)
{
	char log[PATH_MAX], **env = NULL;
	pid_t pid;
	enum sk_code rc;

	snprintf(log, sizeof(log), "%s/target.log", r->session.dir.path);
	rc = prepare_malloc(r, &env, err);
	if (rc != SK_OK)
		return rc;
	rc = launch_command(r->opt.launch, env, log, &pid, err);
	free(env);
	if (rc != SK_OK) {
		*status = rc == SK_ENOTFOUND ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
		return rc;
	}
	r->have_launched = true;
	return target_adopt(&r->target, pid, err);
}

/* The session's directory must be there before a launched command's log, and the target before the first row. */
static enum sk_code prepare(struct run *r, int *status, struct sk_err *err)
{
	const struct target_kind *kind = kind_of(r);
	enum sk_code rc = job_scenario(&r->opt, kind, &r->scenario, &r->profile, err);

	if (rc != SK_OK)
		return rc;
	if (r->scenario)
		json_object_set_new(r->json, "scenario",
				    json_sprintf("%s%s%s", r->scenario, r->profile ? "/" : "", r->profile ? r->profile : ""));
	r->session.driver = NULL;
	if (!r->resume && !r->opt.out && (rc = rundir_reserve(&r->dir, err)) != SK_OK)
		return rc;
	rc = session_open(&r->session, &r->opt, &clock_real, &r->fs, &r->target, r->json, r->dir, r->resume, err);
	if (rc != SK_OK) {
		if (!r->resume && !r->opt.out)
			rmdir(r->dir);
		return rc;
	}
	r->have_session = true;
	if (r->scenario) {
		rc = prepare_driver(r, err);
		if (rc == SK_OK)
			session_driver(&r->session, &r->driver);
	}
	if (rc == SK_OK && r->target.spec.how == TARGET_OWN)
		rc = start_own(r, err);
	else if (rc == SK_OK && r->target.spec.how == TARGET_LAUNCH)
		rc = start_launched(r, status, err);
	return rc;
}

/* sd-event hears signals by signalfd: they must be blocked, and before anything is started. */
static void block_signals(void)
{
	static const int all[] = { SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		sigaddset(&set, all[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error we report, not our end */
}

/* No row was taken: why, and nothing left behind that would be in the way of the next try. */
static int never_began(struct run *r, const struct loop_result *result)
{
	if (result->end == END_WORKLOAD || result->end == END_ERROR)
		complain(&result->err);
	if (r->resume)
		session_event(&r->session, "stopping", "ended before its first sample"); /* it stays unfinished: try again */
	else
		rundir_discard(&r->session.dir);
	switch (result->end) {
	case END_WORKLOAD:
		return result->status;
	case END_TARGET_DIED:
		complainf("the target died before the first sample");
		return EXIT_TARGET_DIED;
	case END_TARGET:
		complainf("the launched command ended before the first sample: nothing can be said of it");
		return EXIT_INCONCLUSIVE;
	case END_SIGNAL:
		return EXIT_INCONCLUSIVE;
	default:
		return EXIT_USAGE;
	}
}

static volatile sig_atomic_t interrupts;

static void on_interrupt(int sig)
{
	(void)sig;
	if (++interrupts > 1)
		_exit(EXIT_AT_ONCE); /* every file is whole at any moment */
}

/* After the loop nobody reads the signal descriptor: the report has its time, but a second INT still ends it. */
static void hear_interrupts(bool had_one)
{
	struct sigaction sa = { .sa_handler = on_interrupt, .sa_flags = SA_RESTART };
	sigset_t set;

	interrupts = had_one;
	sigaction(SIGINT, &sa, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* Whether the run directory is ours: root that keeps no power over files can write into its own only. */
static bool owns(const char *dir)
{
	struct stat st;

	return stat(dir, &st) == 0 && st.st_uid == geteuid();
}

static int run_loop(struct run *r)
{
	struct loop_result result;
	struct sk_err err = { 0 };
	const char *own = r->target.spec.how == TARGET_OWN ? r->session.dir.path : NULL,
		   *data = r->have_pm && *r->pm.datadir ? r->pm.datadir : own;

	privileges_drop(!owns(r->session.dir.path), NULL);
	if (loop_run(&r->session, r->have_driver ? &r->driver : NULL, data, &result, &err) != SK_OK) {
		complain(&err);
		return EXIT_INTERNAL;
	}
	hear_interrupts(result.interrupted);
	if (r->have_launched && r->target.n)
		launch_stop(r->target.proc[0].pid, result.at_once ? 0 : LAUNCHED_STOP_S, NULL);
	if (result.at_once)
		return EXIT_AT_ONCE; /* not ended in run.json: --resume goes on where it was */
	if (r->target.spec.how == TARGET_OWN && !r->opt.keep && (result.began || !r->resume))
		rundir_remove_database(&r->session.dir); /* its own process has removed it, unless it was killed */
	if (!result.began)
		return never_began(r, &result);
	session_end(&r->session, "finished", NULL);
	return finish_run(&r->session, &result);
}

static void release(struct run *r)
{
	if (r->have_driver)
		driver_release(&r->driver);
	if (r->have_session)
		session_release(&r->session);
	if (r->have_target)
		target_release(&r->target);
	if (r->have_fs)
		procfs_close(&r->fs);
	malloc_watch_release(&r->malloc);
	json_decref(r->json);
	free(r->dir);
	free(r->scenario);
	free(r->profile);
	free(r->operand);
	opt_release(&cmd_run_options, &r->opt);
}

static int print_help(bool man)
{
	opt_print(&cmd_run_options, man);
	return EXIT_NO_LEAK;
}

static void unstarted(struct run *r)
{
	if (r->have_session && !r->resume)
		rundir_discard(&r->session.dir);
	if (r->have_driver && r->driver.pid > 0) {
		driver_kill(&r->driver);
		driver_exited(&r->driver);
	}
}

static int run(struct run *r)
{
	struct target_spec spec = { 0 };
	struct sk_err err = { 0 };
	bool help = false;
	int status = 0;
	enum sk_code rc = parse(r, &help, &err);

	if (rc == SK_OK && help)
		return print_help(false);
	if (rc == SK_OK && r->opt.version)
		return print_version();
	if (rc == SK_OK)
		rc = settle(r, &spec, &err);
	if (rc == SK_OK) {
		block_signals();
		rc = find_target(r, &spec, &err);
	}
	if (rc == SK_OK)
		rc = prepare(r, &status, &err);
	if (rc != SK_OK) {
		complain(&err);
		unstarted(r);
		target_spec_release(&spec);
		return status ? status : exit_of(rc);
	}
	return run_loop(r);
}

int cmd_run(int argc, char **argv)
{
	struct run *r = sk_calloc(1, sizeof(*r));
	int status;

	if (!r)
		return EXIT_INTERNAL;
	r->argc = argc;
	r->argv = argv;
	status = run(r);
	release(r);
	free(r);
	return status;
}
