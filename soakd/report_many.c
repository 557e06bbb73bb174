/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report of many runs, from paths to files:
 *
 *   paths ─find─▶ runs ─read one, keep its blocks, forget the rest─▶ sort ─▶ scene ─▶ picture
 *                                                                       └──▶ table ─▶ Markdown
 */
#include "soakd/report_many.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/atomic_file.h"
#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/escape.h"
#include "soakd/report.h"
#include "soakd/report_many_internal.h"
#include "soakd/report_out.h"
#include "soakd/words.h"

#define ENDINGS " .png .svg .pdf .md"

static const char *ending(const char *path)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');

	return dot ? dot : "";
}

static bool is_text(const char *path)
{
	return strcmp(ending(path), ".md") == 0;
}

static bool is_picture(const char *path)
{
	return strcmp(ending(path), ".png") == 0 || strcmp(ending(path), ".svg") == 0 || strcmp(ending(path), ".pdf") == 0;
}

enum sk_code many_check(const struct many_job *job, struct sk_err *err)
{
	for (size_t i = 0; i < job->n_out; i++)
		if (!is_text(job->out[i]) && !is_picture(job->out[i]))
			return sk_fail(err, SK_EUSAGE, 0,
				       "--out %s: a report of several runs has only the endings" ENDINGS
				       "; soakd analyze gives their verdicts as JSON and JUnit",
				       job->out[i]);
	if (!job->sheet && job->n_paths > MANY_OVER)
		return sk_fail(
			err, SK_EUSAGE, 0,
			"%zu runs are too many for one picture: at most %d go over one another; --sheet draws a small one of "
			"each",
			job->n_paths, MANY_OVER);
	for (size_t i = 0; i < job->n_paths; i++)
		if (strcmp(job->path[i], "-") == 0)
			return sk_fail(err, SK_EUSAGE, 0, "standard input is one run: give a report of several their paths");
	return SK_OK;
}

/* ---- reading ----------------------------------------------------------------------------------------------------------- */

/* Memory and counts have no axis in common: the first run says what the page is of. */
static enum sk_code check_unit(const struct many *m, size_t i, struct sk_err *err)
{
	const struct many_run *first = NULL;

	for (size_t k = 0; k < i && !first && m->page == PAGE_OVER; k++)
		first = m->run[k].error ? NULL : &m->run[k];
	if (!first || column_is_memory(first->main.column) == column_is_memory(m->run[i].main.column))
		return SK_OK;
	return sk_fail(err, SK_EUSAGE, 0,
		       "%s is decided on %s and %s on %s, which cannot share an axis; --column NAME draws one of both",
		       m->run[i].path, m->run[i].main.column, first->path, first->main.column);
}

/* What is not drawn needs no blocks. */
static void drop_blocks(struct many_run *r)
{
	free(r->b);
	r->b = NULL;
	r->n = 0;
}

/* An unreadable run stops nothing; without memory all stops. */
static enum sk_code read_one(struct many *m, size_t i, const struct many_job *job, struct sk_err *err)
{
	struct many_run *r = &m->run[i];
	struct sk_err why = { 0 };
	enum sk_code rc = many_read(r, job, &why);

	if (rc == SK_OK)
		rc = check_unit(m, i, &why);
	if (rc == SK_OK)
		return SK_OK;
	drop_blocks(r);
	r->error = plain_dup(why.msg);
	if (rc == SK_ENOMEM || !r->error)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the report");
	complain(&why);
	return SK_OK;
}

/* Puts run i, the last that was read, where it belongs among those before it; whoever is then beyond the page needs no blocks. */
static void sort_in(struct many *m, size_t i)
{
	struct many_run r = m->run[i];
	size_t at = i;

	while (at > 0 && many_worse(&r, &m->run[at - 1]) < 0)
		at--;
	memmove(&m->run[at + 1], &m->run[at], (i - at) * sizeof(r));
	m->run[at] = r;
	if (i >= MANY_CARDS)
		drop_blocks(&m->run[MANY_CARDS]);
}

static enum sk_code read_all(struct many *m, const struct many_job *job, size_t *not_read, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	for (size_t i = 0; rc == SK_OK && i < m->n; i++) {
		rc = read_one(m, i, job, err);
		*not_read += m->run[i].error != NULL;
		if (m->page == PAGE_MATRIX && m->run[i].group >= MANY_CARDS)
			drop_blocks(&m->run[i]);
		if (rc == SK_OK && m->page == PAGE_SHEET)
			sort_in(m, i);
	}
	if (rc == SK_OK && *not_read == m->n)
		rc = sk_fail(err, SK_ENOTFOUND, 0, "none of the %zu runs can be read: nothing was written", m->n);
	return rc;
}

/* ---- writing ----------------------------------------------------------------------------------------------------------- */

/* The picture as a link in the text beside it says it. */
static const char *picture_for(char *const *out, size_t n, const char *text)
{
	const char *slash = strrchr(text, '/');
	size_t folder = slash ? (size_t)(slash - text) + 1 : 0;

	for (size_t i = 0; i < n; i++)
		if (is_picture(out[i]) && strcmp(ending(out[i]), ".pdf") != 0)
			return strncmp(out[i], text, folder) == 0 && !strchr(out[i] + folder, '/') ? out[i] + folder : out[i];
	return NULL;
}

static enum sk_code write_text(const struct many *m, const char *path, const char *picture, struct sk_err *err)
{
	struct text t = TEXT_INIT;
	enum sk_code rc = many_markdown(m, picture, &t, err);

	if (rc == SK_OK)
		rc = atomic_write(path, text_str(&t), t.len, err);
	text_release(&t);
	return rc;
}

static enum sk_code write_picture(const struct many *m, const struct many_job *job, const char *path, struct sk_err *err)
{
	struct scene s;
	enum sk_code rc = many_scene(m, &s, err);

	if (rc != SK_OK)
		return rc;
	report_look_at(&s, &job->look);
	rc = report_draw(&s, path, job->note, err);
	scene_release(&s);
	return rc;
}

static enum sk_code write_files(const struct many *m, const struct many_job *job, char *const *out, size_t n, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	for (size_t i = 0; rc == SK_OK && i < n; i++) {
		rc = is_text(out[i]) ? write_text(m, out[i], picture_for(out, n, out[i]), err)
				     : write_picture(m, job, out[i], err);
		if (rc == SK_OK && !job->quiet)
			say_path(out[i]);
	}
	return rc;
}

/* Beside the runs where they have a directory in common; see report_many.h. */
static enum sk_code write_default(const struct many *m, const struct many_job *job, struct sk_err *err)
{
	static const char *const names[] = { [PAGE_OVER] = "runs", [PAGE_MATRIX] = "report", [PAGE_SHEET] = "sheet" };
	const char *dir = job->n_paths == 1 ? job->path[0] : "";
	size_t n = strlen(dir);
	struct stat st;
	char *out[2];
	enum sk_code rc;

	while (n > 1 && dir[n - 1] == '/')
		n--;
	if (n && (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode)))
		n = 0; /* the one path of a sheet may be a file */
	out[0] = sk_asprintf("%.*s%s%s.png", (int)n, dir, n ? "/" : "", names[m->page]);
	out[1] = sk_asprintf("%.*s%s%s.md", (int)n, dir, n ? "/" : "", names[m->page]);
	rc = out[0] && out[1] ? write_files(m, job, out, 2, err) : sk_fail(err, SK_ENOMEM, 0, "no memory for the report");
	free(out[0]);
	free(out[1]);
	return rc;
}

int report_many(const struct many_job *job)
{
	struct many m = { .job = job };
	struct sk_err err = { 0 };
	size_t not_read = 0;
	enum sk_code rc = many_find(&m, job, &err);

	if (rc == SK_OK)
		rc = many_names(&m, &err);
	if (rc == SK_OK)
		rc = read_all(&m, job, &not_read, &err);
	if (rc == SK_OK)
		rc = job->n_out ? write_files(&m, job, job->out, job->n_out, &err) : write_default(&m, job, &err);
	if (rc == SK_EWRITE && !job->n_out)
		report_out_elsewhere(&err);
	if (rc != SK_OK)
		complain(&err);
	many_release(&m);
	return rc == SK_OK && not_read ? EXIT_USAGE : exit_of(rc);
}
