/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which runs a page is of: those named, the cells of a matrix, or whatever run directories lie below a directory. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/mem.h"
#include "soakd/escape.h"
#include "soakd/report_many_internal.h"

#define NO_MEMORY "no memory for the report"

static bool has(const char *dir, const char *file)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s/%s", dir, file) < (int)sizeof(path) && access(path, F_OK) == 0;
}

bool many_is_matrix(const char *path)
{
	return has(path, "matrix.json") && !has(path, "samples.csv");
}

static size_t without_slashes(const char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	return n;
}

static char *last_part(const char *path)
{
	size_t n = without_slashes(path), from = n;
	char part[PATH_MAX];

	while (from > 0 && path[from - 1] != '/')
		from--;
	snprintf(part, sizeof(part), "%.*s", (int)(n - from), path + from);
	return plain_dup(*part ? part : path);
}

enum sk_code many_add(struct many *m, char *path, struct sk_err *err)
{
	char *name = path ? last_part(path) : NULL;

	if (!name || sk_grow((void **)&m->run, &m->cap, m->n + 1, sizeof(*m->run)) != 0) {
		free(path);
		free(name);
		return sk_fail(err, SK_ENOMEM, 0, NO_MEMORY);
	}
	m->run[m->n++] = (struct many_run){ .path = path, .name = name, .rss_peak_kb = NAN, .ops_per_s = NAN, .errors = NAN };
	return SK_OK;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(char **name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(name[i]);
	free(name);
}

/* The real directories in dir, sorted; a link would bring a run a second time (`latest`). */
static enum sk_code folders(const char *dir, char ***name, size_t *n, struct sk_err *err)
{
	DIR *d = opendir(dir);
	size_t cap = 0;
	enum sk_code rc = SK_OK;

	*name = NULL;
	*n = 0;
	if (!d)
		return sk_fail(err, errno == ENOENT ? SK_ENOTFOUND : SK_EIO, errno, "cannot read %s: %s", dir, strerror(errno));
	for (struct dirent *e; rc == SK_OK && (e = readdir(d)) != NULL;) {
		struct stat st;

		if (e->d_name[0] == '.' || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(st.st_mode))
			continue;
		if (sk_grow((void **)name, &cap, *n + 1, sizeof(**name)) != 0 || !((*name)[*n] = sk_strdup(e->d_name)))
			rc = sk_fail(err, SK_ENOMEM, 0, NO_MEMORY);
		else
			++*n;
	}
	closedir(d);
	if (*n)
		qsort(*name, *n, sizeof(**name), by_name);
	return rc;
}

static enum sk_code find_below(struct many *m, const char *dir, bool deeper, struct sk_err *err)
{
	char **name;
	size_t n;
	enum sk_code rc = folders(dir, &name, &n, err);

	for (size_t i = 0; rc == SK_OK && i < n; i++) {
		bool holds = strcmp(name[i], "runs") == 0 || strcmp(name[i], "cells") == 0;
		char *path = sk_asprintf("%.*s/%s", (int)without_slashes(dir), dir, name[i]);

		if (path && (has(path, "samples.csv") || has(path, "run.json"))) { /* one without rows is told, not passed over */
			rc = many_add(m, path, err);
			continue;
		}
		rc = !path ? sk_fail(err, SK_ENOMEM, 0, NO_MEMORY) : deeper && holds ? find_below(m, path, false, err) : SK_OK;
		free(path);
	}
	free_names(name, n);
	return rc;
}

static enum sk_code find_sheet(struct many *m, const struct many_job *job, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	for (size_t i = 0; rc == SK_OK && i < job->n_paths; i++) {
		struct stat st;
		bool folder = stat(job->path[i], &st) == 0 && S_ISDIR(st.st_mode);

		if (!folder || has(job->path[i], "samples.csv"))
			rc = many_add(m, sk_strdup(job->path[i]), err);
		else
			rc = find_below(m, job->path[i], true, err);
	}
	if (rc == SK_OK && m->n == 0)
		rc = sk_fail(err, SK_ENOTFOUND, 0,
			     "there is no run directory in %s: none of its directories has a samples.csv, nor have those in its "
			     "runs/; name the directory that holds the runs",
			     job->path[0]);
	return rc;
}

/* ---- a matrix ---------------------------------------------------------------------------------------------------------- */

static char *options_title(const json_t *options)
{
	struct text t = TEXT_INIT;
	const char *key;
	const json_t *value;
	char *title;

	json_object_foreach((json_t *)(uintptr_t)options, key, value)
	{
		if (t.len)
			text_addc(&t, ' ');
		add_plain(&t, key);
		text_addc(&t, '=');
		add_plain(&t, json_is_string(value) ? json_string_value(value) : "?");
	}
	title = t.failed ? NULL : sk_strdup(t.len ? text_str(&t) : "?");
	text_release(&t);
	return title;
}

/* The combination with these options, a new one where there is none. */
static enum sk_code group_of(struct many *m, const json_t *options, size_t *group, struct sk_err *err)
{
	for (*group = 0; *group < m->n_groups; ++*group)
		if (json_equal(m->group[*group].options, options))
			return SK_OK;

	char *title = options_title(options);

	if (!title || sk_grow((void **)&m->group, &m->cap_groups, m->n_groups + 1, sizeof(*m->group)) != 0) {
		free(title);
		return sk_fail(err, SK_ENOMEM, 0, NO_MEMORY);
	}
	m->group[m->n_groups++] = (struct many_group){ title, options };
	return SK_OK;
}

static enum sk_code add_cell(struct many *m, const char *dir, const json_t *cell, struct sk_err *err)
{
	const char *name = json_get_str(cell, "name", "");
	const json_t *options = json_object_get(cell, "options");
	size_t group;
	enum sk_code rc;

	if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || !json_is_object(options))
		return sk_fail(err, SK_EPARSE, 0,
			       "%s/matrix.json: a cell has no name of a directory, or no options; soakd matrix writes both", dir);
	rc = group_of(m, options, &group, err);
	if (rc == SK_OK && !json_is_integer(json_object_get(cell, "status"))) {
		m->not_run++;
		return SK_OK;
	}
	if (rc == SK_OK)
		rc = many_add(m, sk_asprintf("%.*s/cells/%s", (int)without_slashes(dir), dir, name), err);
	if (rc != SK_OK)
		return rc;
	m->run[m->n - 1].group = group;
	m->run[m->n - 1].rss_peak_kb = json_get_num(cell, "rss_peak_kb", NAN);
	m->run[m->n - 1].ops_per_s = json_get_num(cell, "ops_per_s", NAN);
	m->run[m->n - 1].errors = json_get_num(cell, "errors", NAN);
	return SK_OK;
}

enum sk_code many_find_cells(struct many *m, const char *dir, json_t *j, struct sk_err *err)
{
	const json_t *cells = json_object_get(j, "cells"), *cell;
	enum sk_code rc = SK_OK;
	size_t i;

	m->matrix = j;
	if (!json_is_array(cells))
		return sk_fail(err, SK_EPARSE, 0, "%s/matrix.json has no cells: it is none of soakd matrix", dir);
	json_array_foreach(cells, i, cell)
	{
		rc = add_cell(m, dir, cell, err);
		if (rc != SK_OK)
			return rc;
	}
	if (m->n == 0)
		rc = sk_fail(err, SK_ENOTFOUND, 0, "no cell of %s is over yet; soakd matrix --resume %s goes on with it", dir,
			     dir);
	return rc;
}

static enum sk_code find_matrix(struct many *m, const char *dir, struct sk_err *err)
{
	char path[PATH_MAX];
	json_t *j = NULL;
	enum sk_code rc;

	snprintf(path, sizeof(path), "%.*s/matrix.json", (int)without_slashes(dir), dir);
	rc = json_read_file(path, &j, err);
	return rc == SK_OK ? many_find_cells(m, dir, j, err) : rc;
}

enum sk_code many_find(struct many *m, const struct many_job *job, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	m->align = job->align;
	if (job->sheet) {
		m->page = PAGE_SHEET;
		return find_sheet(m, job, err);
	}
	if (job->n_paths == 1) {
		m->page = PAGE_MATRIX;
		return find_matrix(m, job->path[0], err);
	}
	m->page = PAGE_OVER;
	for (size_t i = 0; rc == SK_OK && i < job->n_paths; i++)
		rc = many_add(m, sk_strdup(job->path[i]), err);
	return rc;
}

/* ---- names ------------------------------------------------------------------------------------------------------------- */

static int by_run_name(const void *a, const void *b)
{
	return strcmp((*(struct many_run *const *)a)->name, (*(struct many_run *const *)b)->name);
}

enum sk_code many_names(struct many *m, struct sk_err *err)
{
	struct many_run **by = sk_calloc(m->n, sizeof(struct many_run *));
	bool ok = by != NULL;

	for (size_t i = 0; ok && i < m->n; i++)
		by[i] = &m->run[i];
	if (ok && m->n)
		qsort(by, m->n, sizeof(struct many_run *), by_run_name);
	for (size_t i = 0, end; ok && i < m->n; i = end) {
		for (end = i + 1; end < m->n && strcmp(by[i]->name, by[end]->name) == 0;)
			end++;
		for (size_t k = i; ok && end > i + 1 && k < end; k++) {
			char *path = plain_dup(by[k]->path);

			ok = path != NULL;
			if (ok) {
				free(by[k]->name);
				by[k]->name = path;
			}
		}
	}
	free(by);
	return ok ? SK_OK : sk_fail(err, SK_ENOMEM, 0, NO_MEMORY);
}

void many_run_release(struct many_run *r)
{
	free(r->path);
	free(r->name);
	free(r->error);
	free(r->word);
	free(r->id);
	free(r->b);
	memset(r, 0, sizeof(*r));
}

void many_release(struct many *m)
{
	for (size_t i = 0; i < m->n; i++)
		many_run_release(&m->run[i]);
	for (size_t i = 0; i < m->n_groups; i++)
		free(m->group[i].title);
	free(m->run);
	free(m->group);
	json_decref(m->matrix);
	*m = (struct many){ .n = 0 };
}
