/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is done: each entry of the job's `work` is a native profile of load.c, a script of postgres_profiles.def,
 * or the user's own.
 */
#ifdef HAVE_LIBPQ
#include "scenarios/postgres.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *const op_names[LOAD_OPS] = {
	[LOAD_INSERT] = "insert", [LOAD_SELECT] = "select",   [LOAD_SCAN] = "scan",
	[LOAD_BLOBS] = "blobs",   [LOAD_PREPARE] = "prepare", [LOAD_SETTING] = "setting",
};

static enum sk_code script_init(struct pg *p, struct pg_work *w, struct sk_err *err)
{
	const struct job_work *job = w->job;
	const char *text = w->profile ? w->profile->script : job->script, *file = w->profile ? w->profile->name : job->file;
	enum sk_code rc = script_parse(text, file, SCRIPT_SQL, &w->script, err);

	if (rc == SK_OK && w->profile && *w->profile->setup)
		rc = script_parse(w->profile->setup, file, SCRIPT_SQL, &w->setup, err);
	if (rc != SK_OK)
		return rc;
	if (script_statements(w->script) == 0)
		return sk_fail(err, SK_EUSAGE, 0,
			       "%s has no statement: a script without any does nothing; write one, or leave it out", file);
	w->reconnect = job->reconnect || (w->profile && w->profile->flags & PG_RECONNECT);
	w->protocol = w->profile && w->profile->flags & PG_TEXT ? JOB_SIMPLE : p->d->job->protocol;
	w->ops = w->profile ? pg_profile_failures(w->profile) : 0;
	w->kind = drive_kind(p->d, w->ops ? "error" : job->name);
	w->ops = w->ops ? w->ops : 1;
	w->first = p->n_statement;
	p->n_statement += script_statements(w->script);
	p->needs_schema |= w->profile != NULL;
	return SK_OK;
}

static enum sk_code work_init(struct pg *p, struct pg_work *w, struct sk_err *err)
{
	const struct drive_job *job = p->d->job;
	const struct load_profile *native = w->job->profile ? load_profile_find(w->job->profile) : NULL;

	w->profile = w->job->profile ? pg_profile_find(w->job->profile) : NULL;
	if (w->profile || w->job->script)
		return script_init(p, w, err);
	if (!native)
		return sk_fail(err, SK_EUSAGE, 0, "the scenario postgres has no profile \"%s\"", w->job->profile);
	load_init(&w->load, native, job->seed + (uint64_t)(w - p->work), job->rows, job->batch);
	p->n_native++;
	p->needs_schema = true;
	p->only_writes &= load_only_writes(native);
	return SK_OK;
}

enum sk_code pg_work_init(struct pg *p, struct sk_err *err)
{
	const struct drive_job *job = p->d->job;
	enum sk_code rc = SK_OK;

	p->work = sk_calloc(job->n_work, sizeof(*p->work));
	if (!p->work)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the driver's work");
	p->n_work = job->n_work;
	p->only_writes = true; /* nobody knows what a script does: all of it waits while writing is on hold */
	for (size_t i = 0; rc == SK_OK && i < p->n_work; i++) {
		p->work[i].job = &job->work[i];
		rc = work_init(p, &p->work[i], err);
	}
	if (rc != SK_OK)
		return rc;
	p->statement = sk_calloc(p->n_statement, sizeof(*p->statement));
	if (!p->statement)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the driver's scripts");
	for (size_t i = 0; i < p->n_statement; i++)
		snprintf(p->statement[i].name, sizeof(p->statement[i].name), "soakd_%u", (unsigned)i);
	for (enum load_op op = 0; op < LOAD_OPS; op++)
		p->op[op] = pg_work_uses(p, op) ? drive_kind(p->d, op_names[op]) : DRIVE_NO_KIND;
	return SK_OK;
}

void pg_work_release(struct pg *p)
{
	for (size_t i = 0; i < p->n_work; i++) {
		script_release(p->work[i].script);
		script_release(p->work[i].setup);
	}
	free(p->work);
	free(p->statement);
	p->work = NULL;
	p->n_work = 0;
}

bool pg_work_uses(const struct pg *p, enum load_op op)
{
	for (size_t i = 0; i < p->n_work; i++) {
		const struct load_profile *l = p->work[i].load.profile;

		if (l && ((l->read == op && l->read_pct > 0) || (l->write == op && l->read_pct < 100)))
			return true;
	}
	return false;
}

struct pg_work *pg_work_next(struct pg *p)
{
	if (p->peeked)
		return p->next_work;
	p->next_work = &p->work[drive_pick(p->d)];
	if (!p->next_work->script)
		p->next_op = load_next(&p->next_work->load);
	p->peeked = true;
	return p->next_work;
}
#endif
