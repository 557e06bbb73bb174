/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Phases that could not work: see phase_check.h. */
#include "soakd/phase_check.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool may_run(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return false;
	if (S_ISREG(st.st_mode) && access(path, X_OK) == 0)
		return true;
	errno = EACCES;
	return false;
}

/* As execvp() would look. errno: ENOENT, or EACCES where one is there that may not be run. */
static bool in_path(const char *name)
{
	const char *dirs = getenv("PATH");
	int worst = ENOENT;
	char path[PATH_MAX];

	for (const char *p = dirs ? dirs : "/bin:/usr/bin"; p; p = strchr(p, ':') ? strchr(p, ':') + 1 : NULL) {
		size_t n = strcspn(p, ":");

		if (snprintf(path, sizeof(path), "%.*s%s%s", (int)n, p, n ? "/" : "./", name) >= (int)sizeof(path))
			continue;
		if (may_run(path))
			return true;
		worst = errno == EACCES ? EACCES : worst;
	}
	errno = worst;
	return false;
}

static enum sk_code check_program(const struct phase *p, char *const *argv, const char *what, struct sk_err *err)
{
	int sys;

	if (!argv || (strchr(argv[0], '/') ? may_run(argv[0]) : in_path(argv[0])))
		return SK_OK;
	sys = errno;
	return sk_fail(err, sys == ENOENT ? SK_ENOTFOUND : SK_EPERM, sys, "phase %s: %s %s cannot be run: %s; nothing was begun",
		       p->plan.name, what, argv[0], strerror(sys));
}

static enum sk_code check_phase(const struct phase *p, bool load, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	if (isnan(p->plan.length_s) && (!load || p->plan.idle || p->plan.ops == 0))
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
		rc = check_phase(&l->phase[i], load, err);
	return rc;
}
