/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A run directory that a test writes, what is read of it, and its end. One for each program; what is in it the test writes. */
#ifndef TESTS_SOAKD_RUN_FIXTURE_H
#define TESTS_SOAKD_RUN_FIXTURE_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "soakd/report_internal.h"
#include "tests/check.h"

static char dir[64];
static struct evidence_file ef;
static struct verdict v;
static struct scene scene;
static struct sk_err err;

static void make_dir(void)
{
	strcpy(dir, "/tmp/soakd-test-XXXXXX");
	assert_non_null(mkdtemp(dir));
}

/* A file of the run, to be closed. */
static FILE *create(const char *name)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	return f;
}

/* Teardown of the group: the directory with all that create() has made. */
static int drop_run(void **state)
{
	DIR *d = opendir(dir);

	(void)state;
	evidence_release(&ef);
	scene_release(&scene);
	for (struct dirent *e; d && (e = readdir(d)) != NULL;)
		if (e->d_name[0] != '.')
			unlinkat(dirfd(d), e->d_name, 0);
	if (d)
		closedir(d);
	return rmdir(dir);
}

#endif
