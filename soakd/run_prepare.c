/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that is there before the first row: the target, the run directory, the driver.
 * A launched command, and a target of our own, are started here, before the loop; everything else is found.
 */
#include "soakd/run_prepare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "scenarios/catalog.h"
#include "soakd/cmds.h"
#include "soakd/descriptors.h"
#include "soakd/http_target.h"
#include "soakd/job.h"
#include "soakd/launch.h"
#include "soakd/phase_check.h"
#include "soakd/phase_measure.h"
#include "soakd/script_option.h"
#include "soakd/under.h"
#include "soakd/view.h"
#include "soakd/workload.h"

enum sk_code run_find_target(struct run *r, struct target_spec *spec, struct sk_err *err)
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
enum sk_code run_prepare(struct run *r, int *status, struct sk_err *err)
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
