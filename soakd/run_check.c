/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --check-config: what is wrong with a run's settings, or what it would do. Nothing is looked for, made or started. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "soakd/cmds.h"
#include "scenarios/catalog.h"
#include "soakd/job.h"
#include "soakd/phase_check.h"
#include "soakd/run_setup.h"
#include "soakd/script_option.h"

/* A file's mistakes are listed; of options and the configuration file there is one at a time. */
static void say_mistakes(const struct run_setup *r, const struct sk_err *err)
{
	for (size_t i = 0; i < r->file.n_mistake; i++)
		complainf("%s", r->file.mistake[i]);
	if (r->file.n_mistake == 0)
		complain(err);
}

enum sk_code run_setup_workload(struct run_setup *r, const struct target_spec *spec, struct text *driver, struct sk_err *err)
{
	char *name = NULL, *profile = NULL;
	enum sk_code rc = job_scenario(&r->opt, spec->kind, &name, &profile, err);

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
	} else {
		complain(&why);
	}
	text_release(&driver);
	text_release(&out);
	return exit_of(rc);
}
