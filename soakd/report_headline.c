/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run is of, what its columns are called, and both with the rate in one line: the headline that all forms share. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/columns.h"
#include "base/json.h"
#include "soakd/escape.h"
#include "soakd/report_internal.h"
#include "soakd/words.h"

#define SUBJECT_MOST 48 /* characters of a name in a headline */

const char *report_label(const char *column)
{
	const struct metric *m = column_lookup(column);

	return m ? m->label : column;
}

const char *report_main_label(const struct verdict *v)
{
	if (!v->main.beyond_own)
		return report_label(v->main.column);
	return strcmp(v->main.column, "pss_kb") == 0 ? "PSS beyond its own memory" : "RSS beyond its own memory";
}

const char *report_program(const struct evidence_file *f)
{
	const json_t *info = json_object_get(f->run, "target_info");
	const char *exe = json_get_str(info, "exe", NULL), *base = exe ? strrchr(exe, '/') : NULL;
	const char *comm = json_get_str(info, "comm", base ? base + 1 : exe);

	return comm && *comm ? comm : NULL;
}

char *report_subject(const struct evidence_file *f)
{
	const char *target = json_get_str(f->run, "target", NULL), *label = json_get_str(f->run, "label", NULL);
	const char *base = strrchr(f->path, '/'), *program = report_program(f);

	if (target && strncmp(target, "pid", 3) == 0 && strchr(target, ':') && program)
		target = program;                             /* pid:N and pidfile:PATH say nothing of what it is */
	if (target && strcmp(target, "launch") == 0 && label) /* a launched command: what it is called */
		target = label;
	char *whole = plain_dup(target ? target : base && base[1] ? base + 1 : f->path);
	struct text name = TEXT_INIT;

	if (!whole)
		return NULL;
	text_add_ends(&name, whole, SUBJECT_MOST); /* what was measured stands behind it, and must be seen */
	free(whole);
	return text_take(&name);
}

char *report_headline(const struct evidence_file *f, const struct verdict *v)
{
	const struct series_verdict *m = &v->main;
	struct text t = TEXT_INIT, each = TEXT_INIT;
	char *subject = report_subject(f);

	text_add(&t, subject ? subject : "");
	t.failed |= !subject;
	free(subject);
	text_add(&t, DOT);
	add_plain(&t, report_main_label(v));
	if (isfinite(m->rate_kb_per_h)) {
		text_add(&t, " ");
		add_rate_interval(&t, m->column, m);
	}
	if (m->verdict == VERDICT_LEAK && add_per_op(&each, m))
		text_addf(&t, DOT "%s", text_str(&each));
	t.failed |= each.failed;
	text_release(&each);
	if (!verdict_grows(m->verdict) && isfinite(verdict_excludes(m))) {
		text_addf(&t, DOT "%s ", m->verdict == VERDICT_INSUFFICIENT ? "may hide" : "excludes");
		add_rate(&t, m->column, verdict_excludes(m));
	}
	return text_take(&t);
}
