/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A report as junit.xml: the run is the suite, with how it was run as properties, and errors of its own for a target that died and
 * for a workload that failed. The cases are those of `analyze --format junit`.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/atomic_file.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/junit.h"
#include "soakd/report_forms.h"
#include "soakd/report_internal.h"
#include "soakd/words.h"
#include "soakd/workload.h"
#include "version.h"

#define PROPERTIES_MAX (8 + FACTS_MAX)

struct properties {
	struct junit_property v[PROPERTIES_MAX];
	size_t n;
	bool failed;
};

/* What is not known, or is empty, is no property. */
static void add(struct properties *p, const char *name, const char *value)
{
	if (!value || !*value || p->n == PROPERTIES_MAX)
		return;
	p->v[p->n] = (struct junit_property){ name, sk_strdup(value) };
	p->failed |= !p->v[p->n++].value;
}

static void fill(struct properties *p, const struct evidence_file *f, const struct verdict *v, const struct report_facts *facts)
{
	struct text rate = TEXT_INIT;
	char interval[40];

	add(p, "soakd.version", SOAKD_VERSION);
	add(p, "soakd.run", json_get_str(f->run, "id", NULL));
	add(p, "soakd.verdict", verdict_class_name[v->main.verdict]);
	if (isfinite(v->main.rate_kb_per_h))
		add_rate_interval(&rate, v->main.column, &v->main);
	add(p, "soakd.rate", text_str(&rate));
	if (isfinite(f->ev.interval_s))
		add(p, "soakd.interval", fmt_duration(interval, sizeof(interval), f->ev.interval_s));
	add(p, "soakd.data-sha256", facts->sha256);
	for (size_t i = 0; i < facts->n; i++)
		add(p, facts->fact[i].name, facts->fact[i].text);
	p->failed |= rate.failed;
	text_release(&rate);
}

static void release(struct properties *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->v[i].value);
}

/* How the target came to its end, where that ended the run; NULL: it lived. */
static const char *target_died(const struct evidence_file *f)
{
	const char *how = "the target died";
	bool died = false;

	for (size_t i = 0; i < f->n_events; i++) {
		if (strcmp(f->event[i].kind, "target-exit") == 0)
			how = f->event[i].detail;
		else if (strcmp(f->event[i].kind, "stopping") == 0) /* the last one counts: the run may have been resumed */
			died = strcmp(f->event[i].detail, "the target died") == 0;
	}
	return died ? how : NULL;
}

/* "postgres.postgres/mixed": what Jenkins shows as package and class. */
static char *classname_of(const struct evidence_file *f)
{
	char *subject = report_subject(f), *name;

	if (!subject)
		return NULL;
	name = sk_asprintf("%s.%s", f->run ? subject : "soakd", f->run ? json_get_str(f->run, "scenario", "none") : subject);
	free(subject);
	return name;
}

static double length_of(const struct evidence_file *f)
{
	double s = NAN;

	for (size_t i = 0; i < f->n_series; i++)
		s = fmax(s, f->series[i].last_t);
	return s;
}

static enum sk_code suite_of(const struct report_job *job, struct text *out, struct sk_err *err)
{
	const struct evidence_file *f = job->f;
	const char *name = json_get_str(f->run, "id", NULL), *died = target_died(f);
	struct properties p = { .n = 0 };
	struct report_facts facts;
	char *classname = classname_of(f);
	enum sk_code rc = report_facts(f, job->v, &facts, err);

	if (rc == SK_OK && classname) {
		const struct junit_check check[] = {
			{ "target", "it was there to the end", died },
			{ "workload", "operations ended well",
			  workload_has_failed(f->run) ? "operations failed, and none ended well" : NULL },
		};
		bool loaded = f->run && !json_is_null(json_object_get(f->run, "scenario"));
		struct junit_suite suite = { name ? name : f->path,   classname, f->first_unix, length_of(f), p.v, 0, check,
					     f->run ? 1u + loaded : 0 };

		fill(&p, f, job->v, &facts);
		suite.n_properties = p.n;
		text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
		junit_add_suite(out, &suite, job->v, f->phases);
		text_add(out, "</testsuites>\n");
	}
	if (rc == SK_OK)
		report_facts_release(&facts);
	if (rc == SK_OK && (!classname || p.failed || out->failed))
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the report");
	release(&p);
	free(classname);
	return rc;
}

enum sk_code report_write_junit(const struct report_job *job, const char *path, struct sk_err *err)
{
	struct text t = TEXT_INIT;
	enum sk_code rc = suite_of(job, &t, err);

	if (rc == SK_OK)
		rc = atomic_write(path, text_str(&t), t.len, err);
	text_release(&t);
	return rc;
}
