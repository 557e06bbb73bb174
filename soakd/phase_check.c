/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phases that could not work: see phase_check.h. */
#include "soakd/phase_check.h"

#include <limits.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/spawn.h"

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
