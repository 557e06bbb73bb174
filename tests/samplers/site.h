/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A row of site samplers in a test: opened on a tree, read, a value by its name. */
#ifndef TESTS_SAMPLERS_SITE_H
#define TESTS_SAMPLERS_SITE_H

#include <math.h>
#include <string.h>

#include "samplers/site.h"
#include "tests/check.h"

#define TREE "tests/fixtures/around/"

struct site {
	struct procfs fs;
	struct site_set set;
	struct site_env env;
	struct site_fault fault;
	double row[SITE_METRICS_MAX];
	pid_t pid;
};

static inline void site_open(struct site *s, const char *root, pid_t pid, const char *list)
{
	struct sk_err err = { 0 };

	memset(s, 0, sizeof(*s));
	assert_int_equal(procfs_open(&s->fs, root, NULL), SK_OK);
	s->pid = pid;
	s->env = (struct site_env){ .fs = &s->fs, .pid = &s->pid, .n_pid = 1, .interval_s = 1, .epoch = true };
	if (site_set_init(&s->set, list, false, &err) != SK_OK || site_set_open(&s->set, &s->env, &err) != SK_OK)
		fail_msg("%s", err.msg);
}

static inline void site_close(struct site *s)
{
	site_set_release(&s->set);
	procfs_close(&s->fs);
}

static inline void site_read(struct site *s)
{
	site_set_read(&s->set, &s->env, s->row, &s->fault);
}

static inline double value(const struct site *s, const char *name)
{
	for (size_t i = 0; i < s->set.n_metric; i++)
		if (strcmp(s->set.metric[i]->name, name) == 0)
			return s->row[i];
	fail_msg("no metric %s", name);
	return NAN;
}

#endif
