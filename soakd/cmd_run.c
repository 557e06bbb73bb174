/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The verb `run`: options -> target -> run directory -> driver -> loop -> report.
 * A launched command, and a target of our own, are started here, before the loop; everything else is found.
 */
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "scenarios/catalog.h"
#include "soakd/cmds.h"
#include "soakd/descriptors.h"
#include "soakd/finish.h"
#include "soakd/http_target.h"
#include "soakd/job.h"
#include "soakd/kin.h"
#include "soakd/launch.h"
#include "soakd/log_bound.h"
#include "soakd/loop.h"
#include "soakd/malloc_page.h"
#include "soakd/phase_check.h"
#include "soakd/phase_measure.h"
#include "soakd/privileges.h"
#include "soakd/run_setup.h"
#include "soakd/script_option.h"
#include "soakd/session.h"
#include "soakd/under.h"
#include "soakd/view.h"
#include "soakd/workload.h"

#define LAUNCHED_STOP_S 10

struct run {
	struct run_setup set;
	struct procfs fs;
	struct target target;
	struct driver driver;
	struct session session;
	struct malloc_watch malloc;
	struct phase_table *phases; /* NULL: the run has none */
	struct kin kin;             /* of a launched command */
	struct log_bound log;       /* of its output */
	pid_t launched;             /* 0: nothing was */
	bool have_fs, have_target, have_driver, have_session;
	char *scenario, *profile;
	struct postmaster_info pm;
	bool have_pm;
};

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
	r->target.restart_wait_s = r->set.opt.restart_wait_s;
	r->target.exit_on_restart = r->set.opt.exit_on_restart;
	r->target.dsn = r->set.opt.dsn;
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
		if (!r->have_pm && !r->set.opt.dsn && !getenv("PGHOST") && !getenv("PGPORT") && !getenv("PGSERVICE"))
			return sk_fail(err, SK_EUSAGE, 0,
				       "cannot tell where the server listens: %s; say it with --dsn or PGHOST and PGPORT",
				       why.msg);
	}
	if (strcmp(r->scenario, "redis") == 0)
		r->have_pm = target_redis(&r->target, &r->pm, NULL) == SK_OK;
	rc = job_make(&r->set.opt, r->scenario, r->profile, &r->set.phases, r->have_pm ? &r->pm : NULL, r->session.dir.path,
		      r->set.resume, &job, err);
	if (rc != SK_OK)
		return rc;
	json_object_set(job, "run_id", json_object_get(r->set.json, "run_id"));
	rc = driver_init(&r->driver, job, &none, err);
	r->have_driver = true;
	r->driver.observes = catalog_observes(catalog_find(r->scenario), r->profile);
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

/* --malloc-stats: the page, and the environment that brings it into the command, made from `from`. *env NULL: that as it is. */
static enum sk_code prepare_malloc(struct run *r, char *const *from, char ***env, struct sk_err *err)
{
	enum sk_code rc;

	if (!r->set.opt.malloc_stats)
		return SK_OK;
	rc = malloc_watch_init(&r->malloc, r->set.opt.interval_s, r->set.opt.allow_stall, err);
	if (rc != SK_OK)
		return rc;
	r->session.malloc = &r->malloc;
	*env = malloc_watch_environ(&r->malloc, from);
	return *env ? SK_OK : sk_fail(err, SK_ENOMEM, 0, "no memory for the command's environment");
}

/* --under: the whole command, with the tool in front. *argv NULL: without one. */
static enum sk_code prepare_under(struct run *r, char ***argv, struct sk_err *err)
{
	if (r->set.opt.under == UNDER_NONE)
		return SK_OK;
	*argv = under_command(&r->set.opt, r->session.dir.path, err);
	return *argv ? SK_OK : err->code;
}

static enum sk_code start_launched(struct run *r, int *status, struct sk_err *err)
{
	char *mark[] = { r->kin.mark, NULL }, log[PATH_MAX], **env = NULL, **own, **under = NULL;
	pid_t pid;
	enum sk_code rc = kin_init(&r->kin, &r->fs, err);

	if (rc != SK_OK)
		return rc;
	r->target.kin = &r->kin;
	if (r->scenario && strcmp(r->scenario, "exec") == 0)
		kin_mix(&r->kin); /* its commands may leave something behind too */
	snprintf(log, sizeof(log), "%s/target.log", r->session.dir.path);
	env = environment_with(environ, r->set.file.environment);
	own = env ? environment_with(env, mark) : NULL;
	free(env);
	env = NULL;
	if (!own)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the command's environment");
	rc = prepare_malloc(r, own, &env, err);
	if (rc == SK_OK)
		rc = prepare_under(r, &under, err);
	if (rc == SK_OK)
		rc = launch_command(under ? under : r->set.opt.launch, env ? env : own, log, &pid, err);
	else
		*status = exit_of(rc);
	free(under);
	free(env);
	free(own);
	if (rc != SK_OK) {
		if (*status == 0)
			*status = rc == SK_ENOTFOUND ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
		return rc;
	}
	r->launched = r->kin.launched = pid;
	rc = log_bound_open(&r->log, log, err);
	if (rc != SK_OK)
		return rc;
	r->session.target_log = &r->log;
	return target_adopt(&r->target, pid, err);
}

static bool does_operations(const struct run *r)
{
	const struct catalog_scenario *c = r->scenario ? catalog_find(r->scenario) : NULL;

	return c && !catalog_observes(c, r->profile);
}

/* What is wrong with them is said before anything is started; an interrupted run's go on to be told. */
static enum sk_code prepare_phases(struct run *r, int *status, struct sk_err *err)
{
	const struct phase_list *l = &r->set.phases;
	struct phase_measure unused;
	enum sk_code rc = l->n ? phase_check(l, does_operations(r), err) : SK_OK;

	if (rc == SK_ENOTFOUND || rc == SK_EPERM)
		*status = rc == SK_ENOTFOUND ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
	if (rc != SK_OK || !l->n)
		return rc;
	rc = phase_check_budgets(l, &r->session.plan, does_operations(r), err);
	if (rc == SK_OK)
		rc = phase_measure_init(&unused, l, r->session.plan.metric, r->session.plan.n, err);
	if (rc != SK_OK)
		return rc;
	r->phases = phase_table_new(l->cycle);
	if (!r->phases)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the phases");
	r->session.phases = r->phases;
	if (r->set.resume && phase_table_read(r->session.dir.path, r->phases, err) == SK_ENOMEM)
		return SK_ENOMEM; /* a damaged or absent file costs the figures of the phases before */
	session_cycles(&r->session);
	run_setup_warn(&r->set);
	return SK_OK;
}

/* The session's directory must be there before a launched command's log, and the target before the first row. */
static enum sk_code prepare(struct run *r, int *status, struct sk_err *err)
{
	const struct target_kind *kind = kind_of(r);
	enum sk_code rc = job_scenario(&r->set.opt, kind, &r->scenario, &r->profile, err);

	if (rc == SK_OK)
		rc = run_setup_fit(&r->set, r->scenario, err);
	if (rc == SK_OK && r->set.opt.under != UNDER_NONE && (rc = under_check(&r->set.opt, err)) != SK_OK)
		*status = rc == SK_ENOTFOUND ? EXIT_NOT_FOUND : EXIT_CANNOT_RUN;
	if (rc == SK_OK)
		rc = script_option_work(&r->set.opt, r->scenario, r->set.resume ? r->set.dir : NULL, &r->set.phases, err);
	if (rc != SK_OK)
		return rc;
	if (r->set.phases.work) { /* what is done is said there: the scenario's first profile is not */
		free(r->profile);
		r->profile = NULL;
		json_object_set_new(r->set.json, "work", workload_json(r->set.phases.work));
	}
	if (r->scenario)
		json_object_set_new(r->set.json, "scenario",
				    json_sprintf("%s%s%s", r->scenario, r->profile ? "/" : "", r->profile ? r->profile : ""));
	r->session.driver = NULL;
	if (!r->set.resume && !r->set.opt.out && (rc = rundir_reserve(&r->set.dir, err)) != SK_OK)
		return rc;
	rc = session_open(&r->session, &r->set.opt, &clock_real, &r->fs, &r->target, r->set.json, r->set.dir, r->set.resume, err);
	if (rc != SK_OK) {
		if (!r->set.resume && !r->set.opt.out)
			rmdir(r->set.dir);
		return rc;
	}
	r->have_session = true;
	rc = prepare_phases(r, status, err);
	if (rc == SK_OK && !r->set.resume)
		rc = script_option_keep(&r->set.opt, &r->set.phases, r->session.dir.path, err);
	if (rc == SK_OK && r->set.file.text && !r->set.resume)
		rc = scenario_file_keep(&r->set.file, r->session.dir.path, err);
	if (rc == SK_OK && r->scenario) {
		rc = prepare_driver(r, err);
		if (rc == SK_OK)
			session_driver(&r->session, &r->driver);
	}
	if (rc == SK_OK && r->target.spec.how == TARGET_OWN)
		rc = start_own(r, err);
	else if (rc == SK_OK && r->target.spec.how == TARGET_LAUNCH)
		rc = start_launched(r, status, err);
	if (rc == SK_OK && r->scenario && strcmp(r->scenario, "http") == 0)
		rc = http_target_settle(&r->target, r->set.opt.dsn, r->driver.job, status, err);
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

static void discard(struct run *r)
{
	under_discard(r->session.dir.path);
	script_option_forget(&r->set.opt, r->session.dir.path);
	scenario_file_forget(&r->set.file, r->session.dir.path);
	rundir_discard(&r->session.dir);
}

/* No row was taken: why, and nothing left behind that would be in the way of the next try. */
static int never_began(struct run *r, const struct loop_result *result)
{
	if (result->end == END_WORKLOAD || result->end == END_ERROR)
		complain(&result->err);
	if (r->set.resume)
		session_event(&r->session, "stopping", "ended before its first sample"); /* it stays unfinished: try again */
	else
		discard(r);
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

/* The launched command, and of what it has left behind all that is known to be its own. */
static void stop_launched(struct run *r, double grace_s)
{
	struct identities seen = { 0 };
	struct launch_ending how = { .ask = SIGTERM, .wait_s = grace_s, .kin = &r->kin, .seen = &seen, .log = &r->log };
	struct sk_err err = { 0 };
	unsigned killed = 0;

	target_members(&r->target, &seen, NULL); /* without memory for all of them the kin are still found */
	if (launch_stop_command(r->launched, &how, &killed, &err) != SK_OK)
		complain(&err);
	free(seen.id);
}

/* What the tool writes comes with the end of what runs under it. */
static void stop_under(struct run *r, const struct loop_result *result)
{
	const struct run_options *o = &r->set.opt;
	struct identities seen = { 0 };
	struct sk_err err = { 0 };
	json_t *found = NULL;
	unsigned killed = 0;

	if (result->began && !o->quiet && r->target.n)
		complainf("waiting for the target to end under %s, at most %g s", under_tool_names[o->under], o->under_wait_s);
	target_members(&r->target, &seen, NULL);
	if (under_stop(o, r->launched, &r->kin, &seen, &r->log, &killed, &err) != SK_OK)
		session_event(&r->session, "error", err.msg);
	free(seen.id);
	if (!result->began)
		return;
	if (under_collect(o, r->session.dir.path, killed, &found, &err) == SK_OK) {
		json_object_set_new(r->set.json, "under", found);
		session_eventf(&r->session, "under", "%s: %.0f files, %s", under_tool_names[o->under],
			       json_get_num(found, "processes", 0), json_get_str(found, "why", "each whole"));
	} else {
		session_event(&r->session, "error", err.msg);
	}
}

static int run_loop(struct run *r)
{
	struct loop_result result;
	struct sk_err err = { 0 };
	const char *own = r->target.spec.how == TARGET_OWN ? r->session.dir.path : NULL,
		   *data = r->have_pm && *r->pm.datadir ? r->pm.datadir : own;

	privileges_drop(!owns(r->session.dir.path), NULL);
	if (loop_run(&r->session, r->have_driver ? &r->driver : NULL, &r->set.phases, data, &result, &err) != SK_OK) {
		complain(&err);
		return EXIT_INTERNAL;
	}
	hear_interrupts(result.interrupted);
	if (r->launched && r->set.opt.under != UNDER_NONE && !result.at_once)
		stop_under(r, &result);
	else if (r->launched)
		stop_launched(r, result.at_once ? 0 : LAUNCHED_STOP_S);
	if (result.at_once)
		return EXIT_AT_ONCE; /* not ended in run.json: --resume goes on where it was */
	if (r->target.spec.how == TARGET_OWN && !r->set.opt.keep && (result.began || !r->set.resume))
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
	kin_release(&r->kin);
	log_bound_close(&r->log);
	free(r->phases);
	free(r->scenario);
	free(r->profile);
	run_setup_release(&r->set);
}

static int print_help(bool man)
{
	opt_print(&cmd_run_options, man);
	return EXIT_NO_LEAK;
}

static void unstarted(struct run *r)
{
	if (r->launched)
		stop_launched(r, LAUNCHED_STOP_S);
	if (r->have_session && !r->set.resume)
		discard(r);
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
	enum sk_code rc = run_setup_parse(&r->set, &help, &err);

	if (rc == SK_OK && help)
		return print_help(false);
	if (rc == SK_OK && r->set.opt.version)
		return print_version();
	if (rc == SK_OK)
		rc = run_setup_settle(&r->set, &spec, &err);
	if (r->set.opt.check_config) {
		status = run_setup_check(&r->set, &spec, rc, &err);
		target_spec_release(&spec);
		return status;
	}
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
	r->log.fd = -1;
	r->set.argc = argc;
	r->set.argv = argv;
	status = run(r);
	release(r);
	free(r);
	return status;
}
