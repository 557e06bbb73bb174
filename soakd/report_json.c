/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report as JSON: the verdict as `analyze --format json` has it, and what the page says beside it, so that a program need not
 * read the run directory as well.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "base/atomic_file.h"
#include "base/json.h"
#include "soakd/phase_table.h"
#include "soakd/report_forms.h"
#include "soakd/report_internal.h"
#include "soakd/verdict_json.h"

/* What is not known is null, as everywhere in this schema. */
static json_t *facts_json(const struct report_facts *facts)
{
	json_t *o = json_object();

	for (size_t i = 0; o && i < facts->n; i++) {
		if (json_object_set_new(o, facts->fact[i].name, json_string(facts->fact[i].text)) == 0)
			continue;
		json_decref(o);
		return NULL;
	}
	return o;
}

static bool set_report(json_t *o, const struct report_job *job, const struct report_facts *facts)
{
	const char *id = json_get_str(job->f->run, "id", NULL), *word = report_phases_word(job->f, job->v);
	char *headline = report_headline(job->f, job->v);
	json_t *report = headline ? json_pack("{s:s?,s:s,s:s,s:s?,s:o}", "run", id, "word",
					      word ? word : verdict_headline(job->v), "headline", headline, "data_sha256",
					      *facts->sha256 ? facts->sha256 : NULL, "facts", facts_json(facts))
				  : NULL;

	free(headline);
	return report && json_object_set_new(o, "report", report) == 0;
}

enum sk_code report_write_json(const struct report_job *job, const char *path, struct sk_err *err)
{
	struct report_facts facts;
	json_t *o;
	enum sk_code rc = report_facts(job->f, job->v, &facts, err);

	if (rc != SK_OK)
		return rc;
	o = verdict_of_run_json(job->v, job->f->run, job->f->path);
	if (o && phase_table_to_json(job->f->phases, o) && set_report(o, job, &facts))
		rc = json_write_file(path, o, err);
	else
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the report");
	json_decref(o);
	report_facts_release(&facts);
	return rc;
}
