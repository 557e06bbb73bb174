/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of forms, and the writers of those that need no file of their own. */
#include "soakd/report_forms.h"

#include <string.h>

#include "base/atomic_file.h"
#include "soakd/report.h"

static const struct report_form forms[] = {
#define FORM(ending, what, writer) { ending, what, writer },
	REPORT_FORMS(FORM)
#undef FORM
};

static const char *ending_of(const char *path)
{
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');

	return dot ? dot : "";
}

const struct report_form *report_form_of(const char *path)
{
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		if (strcmp(ending_of(path), forms[i].ending) == 0)
			return &forms[i];
	return NULL;
}

const char *report_form_beside(const struct report_job *job, const char *ending, const char *from)
{
	const char *slash = strrchr(from, '/');
	size_t folder = slash ? (size_t)(slash - from) + 1 : 0;

	for (size_t i = 0; i < job->n_out; i++) {
		const char *path = job->out[i];

		if (strcmp(ending_of(path), ending) == 0)
			return strncmp(path, from, folder) == 0 && !strchr(path + folder, '/') ? path + folder : path;
	}
	return NULL;
}

enum sk_code report_write_md(const struct report_job *job, const char *path, struct sk_err *err)
{
	struct text t = TEXT_INIT;
	enum sk_code rc = report_markdown(job->f, job->v, report_form_beside(job, ".png", path), &t, err);

	if (rc == SK_OK)
		rc = atomic_write(path, text_str(&t), t.len, err);
	text_release(&t);
	return rc;
}
