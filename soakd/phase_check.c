/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phases that could not work: see phase_check.h. */
#include "soakd/phase_check.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "analysis/verdict.h"
#include "base/spawn.h"
#include "base/units.h"
#include "soakd/phases.h"

static enum sk_code check_program(const struct phase *p, char *const *argv, const char *what, struct sk_err *err)
{
	char path[PATH_MAX];
	bool there;

	if (!argv || program_find(argv[0], path, sizeof(path)))
		return SK_OK;
	there = strchr(argv[0], '/') && access(argv[0], F_OK) == 0;
	return sk_fail(err, there ? SK_EPERM : SK_ENOTFOUND, 0, "phase %s: %s %s %s; nothing was begun", p->plan.name, what,
		       argv[0], there ? "may not be run" : "does not exist");
}

/* open: it may go on to the run's end. */
static enum sk_code check_phase(const struct phase *p, bool load, bool open, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	if (isnan(p->plan.length_s) && (p->plan.ops ? !load || p->plan.idle : !open))
		return sk_fail(err, SK_EUSAGE, 0, "phase %s would never end: it has no length, and %s", p->plan.name,
			       p->plan.ops && !load ? "the run has no workload that does operations"
						    : "no number of operations to do");
	rc = check_program(p, p->before, "the hook before it,", err);
	if (rc == SK_OK)
		rc = check_program(p, p->after, "the hook after it,", err);
	for (size_t i = 0; rc == SK_OK && i < p->n_inject; i++)
		if (p->inject[i].what == INJECT_RUN)
			rc = check_program(p, p->inject[i].argv, "the program to inject,", err);
	return rc;
}

enum sk_code phase_check(const struct phase_list *l, bool load, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	if (l->cycle && !load)
		return sk_fail(
			err, SK_EUSAGE, 0,
			"--cycle lets the workload work and rest in turn, and this run has none: give --scenario NAME/PROFILE");
	for (size_t i = 0; rc == SK_OK && i < l->n; i++)
		rc = check_phase(&l->phase[i], load, i + 1 == l->n && !l->repeat, err);
	return rc;
}

/* Whether somebody gives the column its values. A column that is missing altogether is phase_measure_init()'s. */
static bool is_filled(const struct row_plan *plan, const char *column)
{
	for (size_t i = 0; i < plan->n; i++)
		if (strcmp(plan->metric[i]->name, column) == 0)
			return plan->slot[i] >= 0 || plan->site[i] >= 0 || plan->fact[i] >= 0;
	return true;
}

static bool counted_by_workload(const char *column)
{
	static const char *const names[] = { "ops",      "errors",     "op_rows",    "op_bytes",
					     "connects", "reconnects", "missed_ops", DRIVER_COLUMN };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i], column) == 0)
			return true;
	return false;
}

static enum sk_code check_budget(const struct phase *p, const char *column, const struct row_plan *plan, bool load,
				 struct sk_err *err)
{
	if (!is_filled(plan, column))
		return sk_fail(
			err, SK_EUSAGE, 0,
			"phase %s has a budget on %s, which would never be measured: the sampler that reads it is not among "
			"--samplers; add it (soakd list says which it is), or take the budget out",
			p->plan.name, column);
	if (!load && counted_by_workload(column))
		return sk_fail(
			err, SK_EUSAGE, 0,
			"phase %s has a budget on %s, which would never be measured: a workload counts it, and this run has "
			"none; give --scenario, or take the budget out",
			p->plan.name, column);
	return SK_OK;
}

enum sk_code phase_check_budgets(const struct phase_list *l, const struct row_plan *plan, bool load, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; rc == SK_OK && k < l->phase[i].n_budget; k++)
			rc = check_budget(&l->phase[i], l->phase[i].budget[k].column, plan, load, err);
	return rc;
}

/* Operations per second over a phase without a length; 0: as fast as it can. */
static double mean_rate(const struct plan_load *l, double rate)
{
	rate = isnan(l->rate) ? rate : l->rate;
	if (l->shape == PLAN_ON_OFF)
		return rate * l->on_s / (l->on_s + l->off_s);
	return l->shape == PLAN_DAILY ? (l->from + rate) / 2 : rate;
}

bool phase_check_slow(const struct phase *p, double rate, double run_s, char *buf, size_t n)
{
	double per_s = mean_rate(&p->plan.load, rate), takes_s = (double)p->plan.ops / per_s;
	bool beyond_run = takes_s > run_s;
	char takes[40], most[40];

	if (!isnan(p->plan.length_s) || p->plan.ops == 0 || p->plan.idle || !(per_s > 0) ||
	    !(beyond_run || takes_s > PHASES_OPERATIONS_S))
		return false;
	snprintf(buf, n,
		 "phase %s will be cut off: %llu operations at %g/s take %s, and %s %s; give it a higher rate, fewer operations, "
		 "or "
		 "a length",
		 p->plan.name, (unsigned long long)p->plan.ops, per_s, fmt_duration(takes, sizeof(takes), takes_s),
		 beyond_run ? "the run is over after" : "a phase without a length has",
		 fmt_duration(most, sizeof(most), beyond_run ? run_s : PHASES_OPERATIONS_S));
	return true;
}
