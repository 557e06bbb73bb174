/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/rundir.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/columns.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/dirlock.h"

char *rundir_default(const char *label, double wall_s)
{
	char utc[32];
	const char *state = getenv("STATE_DIRECTORY");

	fmt_utc_compact(utc, sizeof(utc), wall_s);
	if (state && *state)
		return sk_asprintf("%s/runs/%s-%s", state, label, utc);
	return sk_asprintf("soak-%s-%s", label, utc);
}

static bool is_empty_dir(const char *path)
{
	DIR *d = opendir(path);
	bool empty = true;

	if (!d)
		return false;
	for (struct dirent *e; empty && (e = readdir(d));)
		empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
	closedir(d);
	return empty;
}

/* $STATE_DIRECTORY if the path lies below it, else NULL. */
static const char *state_of(const char *path)
{
	const char *state = getenv("STATE_DIRECTORY");
	size_t n = state ? strlen(state) : 0;

	while (n > 0 && state[n - 1] == '/')
		n--;
	return n > 0 && strncmp(path, state, n) == 0 && path[n] == '/' ? state : NULL;
}

/* Makes $STATE_DIRECTORY/runs where the path lies in it; the user's own parents are the user's business. */
static void make_runs_folder(const char *path)
{
	const char *state = state_of(path);
	char runs[PATH_MAX];

	if (!state)
		return;
	snprintf(runs, sizeof(runs), "%s/runs", state);
	mkdir(runs, 0755);
}

/* A link `latest` beside the run, replaced in one step; a missing one loses nothing but convenience. */
static void link_latest(const char *path)
{
	char tmp[PATH_MAX], latest[PATH_MAX];
	const char *name = strrchr(path, '/');

	if (!state_of(path) || !name)
		return;
	snprintf(latest, sizeof(latest), "%.*s/latest", (int)(name - path), path);
	snprintf(tmp, sizeof(tmp), "%.*s/latest.tmp", (int)(name - path), path);
	unlink(tmp);
	if (symlink(name + 1, tmp) == 0 && rename(tmp, latest) != 0)
		unlink(tmp);
}

enum sk_code rundir_reserve(char **path, struct sk_err *err)
{
	char *name = sk_strdup(*path);

	make_runs_folder(*path);
	for (int k = 2; name && mkdir(name, 0755) != 0 && errno == EEXIST && k < 1000; k++) {
		free(name);
		name = sk_asprintf("%s-%d", *path, k);
	}
	if (!name)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for a path");
	free(*path);
	*path = name; /* what else is wrong with it rundir_create() says */
	return SK_OK;
}

static enum sk_code open_log(struct rundir *d, struct csvlog *l, const char *name, const struct metric *const *m, size_t n,
			     struct sk_err *err)
{
	struct text header = TEXT_INIT;
	char path[PATH_MAX];
	bool cut = false;
	enum sk_code rc;

	for (size_t i = 0; i < n; i++)
		csv_add_str(&header, m[i]->name);
	snprintf(path, sizeof(path), "%s/%s", d->path, name);
	rc = header.failed ? sk_fail(err, SK_ENOMEM, 0, "no memory for %s", name)
			   : csvlog_open(l, path, text_str(&header), &cut, err);
	d->cut = d->cut || cut;
	text_release(&header);
	return rc;
}

static enum sk_code open_table(struct rundir *d, struct csvlog *l, const char *name, const struct metric *m, size_t n,
			       struct sk_err *err)
{
	const struct metric *p[64];

	for (size_t i = 0; i < n && i < 64; i++)
		p[i] = &m[i];
	return open_log(d, l, name, p, n, err);
}

static enum sk_code open_logs(struct rundir *d, const struct metric *const *samples, size_t n, struct sk_err *err)
{
	enum sk_code rc = open_log(d, &d->samples, "samples.csv", samples, n, err);

	if (rc == SK_OK)
		rc = open_table(d, &d->processes, "processes.csv", processes_columns, n_processes_columns, err);
	if (rc == SK_OK)
		rc = open_table(d, &d->mappings, "mappings.csv", mappings_columns, n_mappings_columns, err);
	if (rc == SK_OK)
		rc = open_table(d, &d->objects, "objects.csv", objects_columns, n_objects_columns, err);
	if (rc == SK_OK)
		rc = open_table(d, &d->internals, "internals.csv", internals_columns, n_internals_columns, err);
	if (rc == SK_OK)
		rc = open_table(d, &d->events, "events.csv", events_columns, n_events_columns, err);
	if (rc == SK_OK)
		rc = open_table(d, &d->operations, "operations.csv", operations_columns, n_operations_columns, err);
	return rc;
}

static void rundir_init(struct rundir *d)
{
	*d = (struct rundir){ 0 };
	d->samples.fd = d->processes.fd = d->mappings.fd = d->objects.fd = d->internals.fd = d->events.fd = d->operations.fd =
		d->lock = -1;
}

static enum sk_code absolute(struct rundir *d, const char *path, struct sk_err *err)
{
	d->path = realpath(path, NULL);
	if (!d->path)
		return sk_fail(err, SK_EIO, errno, "cannot open the run directory %s: %s", path, strerror(errno));
	return SK_OK;
}

enum sk_code rundir_create(struct rundir *d, const char *path, const struct metric *const *samples, size_t n, struct sk_err *err)
{
	enum sk_code rc;

	rundir_init(d);
	make_runs_folder(path);
	if (mkdir(path, 0755) != 0) {
		if (errno != EEXIST)
			return sk_fail(err, SK_EIO, errno, "cannot create the run directory %s: %s", path, strerror(errno));
		struct stat st;

		if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
			return sk_fail(err, SK_EUSAGE, 0, "%s exists and is no directory: give --out another name", path);
		if (!is_empty_dir(path))
			return sk_fail(err, SK_EUSAGE, 0,
				       "the run directory %s exists and is not empty: continue that run with --resume %s, or "
				       "give --out another name",
				       path, path);
	}
	rc = absolute(d, path, err);
	if (rc == SK_OK)
		rc = dirlock_take(d->path, &d->lock, err);
	if (rc == SK_OK)
		rc = open_logs(d, samples, n, err);
	if (rc == SK_OK)
		link_latest(d->path);
	else
		rundir_close(d);
	return rc;
}

enum sk_code rundir_reopen(struct rundir *d, const char *path, const struct metric *const *samples, size_t n, struct sk_err *err)
{
	enum sk_code rc;

	rundir_init(d);
	rc = absolute(d, path, err);
	if (rc == SK_OK)
		rc = dirlock_take(d->path, &d->lock, err);
	if (rc == SK_OK)
		rc = open_logs(d, samples, n, err);
	if (rc != SK_OK)
		rundir_close(d);
	return rc;
}

/* The start of an unfinished run of that label and configuration in DIR/NAME that nobody writes, or NaN. */
static double unfinished_since(const char *dir, const char *name, const char *label, const char *config)
{
	char path[PATH_MAX + NAME_MAX + 16];
	json_t *j = NULL;
	double started = NAN;

	snprintf(path, sizeof(path), "%s/%s/run.json", dir, name);
	if (json_read_file(path, &j, NULL) != SK_OK)
		return NAN;
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if (strcmp(json_get_str(j, "label", ""), label) == 0 &&
	    strcmp(json_get_str(j, "config", ""), config ? config : "") == 0 && isnan(json_get_num(j, "ended_unix", NAN)) &&
	    !dirlock_is_taken(path))
		started = json_get_num(j, "started_unix", NAN);
	json_decref(j);
	return started;
}

enum sk_code rundir_find_last(const char *label, const char *config, char **path, struct sk_err *err)
{
	const char *state = getenv("STATE_DIRECTORY");
	char dir[PATH_MAX], best[NAME_MAX + 1] = "";
	double newest = -HUGE_VAL;
	DIR *d;

	if (state && *state)
		snprintf(dir, sizeof(dir), "%s/runs", state);
	else
		snprintf(dir, sizeof(dir), ".");
	d = opendir(dir);
	if (!d)
		return sk_fail(err, SK_ENOTFOUND, errno, "no runs in %s", dir);
	for (struct dirent *e; (e = readdir(d));) {
		bool other = e->d_name[0] == '.' || strcmp(e->d_name, "latest") == 0;
		double t = other ? NAN : unfinished_since(dir, e->d_name, label, config);

		if (t > newest) {
			newest = t;
			snprintf(best, sizeof(best), "%s", e->d_name);
		}
	}
	closedir(d);
	if (!*best)
		return sk_fail(err, SK_ENOTFOUND, 0, "no unfinished run of %s in %s", label, dir);
	*path = sk_asprintf("%s/%s", dir, best);
	return *path ? SK_OK : sk_fail(err, SK_ENOMEM, 0, "no memory for a path");
}

static struct csvlog *log_at(struct rundir *d, int i)
{
	struct csvlog *all[] = {
		&d->samples, &d->processes, &d->mappings, &d->objects, &d->internals, &d->events, &d->operations
	};

	return i < (int)(sizeof(all) / sizeof(*all)) ? all[i] : NULL;
}

void rundir_flush(struct rundir *d)
{
	for (int i = 0; log_at(d, i); i++)
		csvlog_flush(log_at(d, i), NULL);
}

void rundir_reopen_logs(struct rundir *d)
{
	for (int i = 0; log_at(d, i); i++)
		csvlog_reopen(log_at(d, i), NULL);
}

void rundir_remove_database(const struct rundir *d)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-journal" };
	char path[PATH_MAX];

	for (size_t i = 0; d->path && i < sizeof(endings) / sizeof(*endings); i++)
		if (snprintf(path, sizeof(path), "%s/soakd.sqlite%s", d->path, endings[i]) < (int)sizeof(path))
			unlink(path);
}

void rundir_discard(struct rundir *d)
{
	static const char *const ours[] = { "samples.csv", "processes.csv",  "mappings.csv", "objects.csv", "internals.csv",
					    "events.csv",  "operations.csv", "run.json",     "target.log",  "exec.log",
					    "phases.csv",  "hooks.log" };
	char path[PATH_MAX];

	for (size_t i = 0; d->path && i < sizeof(ours) / sizeof(*ours); i++)
		if (snprintf(path, sizeof(path), "%s/%s", d->path, ours[i]) < (int)sizeof(path))
			unlink(path);
	if (d->path)
		rmdir(d->path);
}

char *rundir_report_words(const struct rundir *d, char *buf, size_t n)
{
	char path[PATH_MAX], at[40];
	struct stat st;

	snprintf(path, sizeof(path), "%s/report.md", d->path);
	if (stat(path, &st) == 0)
		snprintf(buf, n, "the report is that of %s", fmt_utc(at, sizeof(at), (double)st.st_mtime));
	else
		snprintf(buf, n, "there is no report yet");
	return buf;
}

bool rundir_failing(const struct rundir *d)
{
	return d->samples.failing || d->processes.failing || d->mappings.failing || d->objects.failing || d->internals.failing ||
	       d->events.failing || d->operations.failing;
}

uint64_t rundir_waiting(const struct rundir *d)
{
	const struct csvlog *const all[] = { &d->samples,   &d->processes, &d->mappings,  &d->objects,
					     &d->internals, &d->events,    &d->operations };
	uint64_t n = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		n += all[i]->lost_lines;
		for (size_t k = 0; k < all[i]->kept.len; k++)
			n += all[i]->kept.s[k] == '\n';
	}
	return n;
}

void rundir_close(struct rundir *d)
{
	for (int i = 0; log_at(d, i); i++)
		csvlog_close(log_at(d, i));
	if (d->path && d->lock != -1)
		close(d->lock);
	d->lock = -1;
	free(d->path);
	d->path = NULL;
}
