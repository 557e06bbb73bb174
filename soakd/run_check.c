/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is wrong with a run's settings together, and --check-config, which says that or what the run would do. Nothing is looked for,
 * made or started.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "soakd/cmds.h"
#include "scenarios/catalog.h"
#include "soakd/job.h"
#include "soakd/phase_check.h"
#include "soakd/run_setup.h"
#include "soakd/script_option.h"
#include "soakd/under.h"

/* A file's mistakes are listed; of options and the configuration file there is one at a time. */
static void say_mistakes(const struct run_setup *r, const struct sk_err *err)
{
	for (size_t i = 0; i < r->file.n_mistake; i++)
		complainf("%s", r->file.mistake[i]);
	if (r->file.n_mistake == 0)
		complain(err);
}

/* Options that some workloads alone have: with another they would silently do nothing. */
static const struct {
	const char *option, *scenario[3];
} of_scenario[] = {
	{ "exec-mode", { "exec" } },
	{ "protocol", { "postgres" } },
	{ "depth", { "postgres", "redis" } },
	{ "journal", { "sqlite" } },
};

static bool given(const struct run_setup *r, const char *option)
{
	return opt_was_given(&cmd_run_options, &r->given, option);
}

enum sk_code run_setup_fit(const struct run_setup *r, const char *scenario, struct sk_err *err)
{
	if (r->resume) /* the settings are the interrupted run's, which were judged when it began */
		return SK_OK;
	for (size_t i = 0; i < sizeof(of_scenario) / sizeof(*of_scenario); i++) {
		const char *const *has = of_scenario[i].scenario;
		bool fits = !given(r, of_scenario[i].option);

		for (size_t k = 0; has[k]; k++)
			fits = fits || (scenario && strcmp(scenario, has[k]) == 0);
		if (!fits)
			return sk_fail(err, SK_EUSAGE, 0,
				       "--%s is of scenario %s%s%s, and the workload of this run is %s: leave it out",
				       of_scenario[i].option, has[0], has[1] ? " and " : "", has[1] ? has[1] : "",
				       scenario ? scenario : "none");
	}
	if (given(r, "under-wait") && r->opt.under == UNDER_NONE)
		return sk_fail(err, SK_EUSAGE, 0, "--under-wait goes with --under: give both, or leave it out");
	if (given(r, "scale-time") && !r->file.path)
		return sk_fail(
			err, SK_EUSAGE, 0,
			"--scale-time multiplies the times of a scenario file: give --scenario FILE.conf, or leave it out");
	return SK_OK;
}

enum sk_code run_setup_workload(struct run_setup *r, const struct target_spec *spec, struct text *driver, struct sk_err *err)
{
	char *name = NULL, *profile = NULL;
	enum sk_code rc = job_scenario(&r->opt, spec->kind, &name, &profile, err);

	if (rc == SK_OK &&
	    (name || spec->kind || r->opt.scenario)) /* else what drives it may be known when the target was found */
		rc = run_setup_fit(r, name, err);
	if (rc == SK_OK && name) /* else what runs the scripts is known when the target was found */
		rc = script_option_work(&r->opt, name, r->resume ? r->dir : NULL, &r->phases, err);
	if (rc == SK_OK)
		rc = phase_check(&r->phases, name && (r->phases.work || !catalog_observes(catalog_find(name), profile)), err);
	if (rc == SK_OK && name)
		text_addf(driver, "%s%s%s", name, profile && !r->phases.work ? "/" : "",
			  profile && !r->phases.work ? profile : "");
	free(name);
	free(profile);
	return rc;
}

void run_setup_warn(const struct run_setup *r)
{
	char words[PLAN_NAME + 240];

	for (size_t i = 0; i < r->phases.n; i++)
		if (phase_check_slow(&r->phases.phase[i], (double)r->opt.rate, r->opt.length_s, words, sizeof(words)))
			complainf("%s", words);
}

int run_setup_check(struct run_setup *r, const struct target_spec *spec, enum sk_code rc, const struct sk_err *err)
{
	struct text driver = TEXT_INIT, out = TEXT_INIT;
	struct sk_err why = { 0 };

	if (rc != SK_OK) {
		say_mistakes(r, err);
		return exit_of(rc);
	}
	rc = run_setup_workload(r, spec, &driver, &why);
	if (rc == SK_OK) {
		scenario_file_print(&r->file, &r->phases, &r->opt, driver.len ? text_str(&driver) : NULL, &out);
		fputs(text_str(&out), stdout);
		run_setup_warn(r);
	} else {
		complain(&why);
	}
	text_release(&driver);
	text_release(&out);
	return exit_of(rc);
}
