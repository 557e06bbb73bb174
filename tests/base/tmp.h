/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that lives as long as one test, and whole files in and out of it. */
#ifndef TESTS_BASE_TMP_H
#define TESTS_BASE_TMP_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct tmp {
	char dir[64];
	char path[384]; /* of the last tmp_path() */
};

static inline int tmp_setup(void **state)
{
	struct tmp *t = calloc(1, sizeof(*t));

	if (!t)
		return -1;
	snprintf(t->dir, sizeof(t->dir), "/tmp/soakd-test-XXXXXX");
	*state = t;
	return mkdtemp(t->dir) ? 0 : -1;
}

static inline const char *tmp_path(struct tmp *t, const char *name)
{
	snprintf(t->path, sizeof(t->path), "%s/%s", t->dir, name);
	return t->path;
}

static inline int tmp_teardown(void **state)
{
	struct tmp *t = *state;
	DIR *d = opendir(t->dir);
	struct dirent *e;

	while (d && (e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			unlink(tmp_path(t, e->d_name));
	if (d)
		closedir(d);
	rmdir(t->dir);
	free(t);
	return 0;
}

static inline void write_file(const char *path, const char *data, size_t n)
{
	FILE *f = fopen(path, "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(data, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

/* The file is exactly this text. */
static inline void assert_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "rb");
	char *buf = calloc(1, 1 << 20);

	assert_non_null(f);
	assert_non_null(buf);
	size_t n = fread(buf, 1, (1 << 20) - 1, f);

	fclose(f);
	assert_int_equal(n, strlen(text));
	assert_string_equal(buf, text);
	free(buf);
}

#endif
