/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The page as a file, and what a program needs to check it later: with which options it was decided. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "soakd/report.h"
#include "soakd/report_forms.h"
#include "soakd/report_verify.h"

char *report_options_text(const struct decide_options *o)
{
	struct text t = TEXT_INIT;
	json_t *j = json_object();

	if (o->column)
		json_object_set_new(j, "column", json_string(o->column));
	if (!isnan(o->min_rate_bytes))
		json_object_set_new(j, "min_rate_bytes", json_real(o->min_rate_bytes));
	if (o->warmup)
		json_object_set_new(j, "warmup", json_string(o->warmup));
	if (!isnan(o->limit_bytes))
		json_object_set_new(j, "limit_bytes", json_real(o->limit_bytes));
	if (json_object_size(j) > 0)
		json_add(&t, j, 0);
	json_decref(j);
	if (t.len > 0)
		return text_take(&t);
	text_release(&t);
	return NULL;
}

/* One pair more; none if value is NULL. */
static enum sk_code add_meta(struct scene *s, const char *key, char *value, struct sk_err *err)
{
	char **more = value ? realloc(s->meta, 2 * (s->n_meta + 1) * sizeof(*more)) : NULL;
	char *k = more ? sk_strdup(key) : NULL;

	if (!value)
		return SK_OK;
	if (more)
		s->meta = more;
	if (!k) {
		free(value);
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the picture");
	}
	more[2 * s->n_meta] = k;
	more[2 * s->n_meta++ + 1] = value;
	return SK_OK;
}

enum sk_code report_write_picture(const struct report_job *job, const char *path, struct sk_err *err)
{
	struct scene s;
	enum sk_code rc = report_scene(job->f, job->v, &s, err);

	if (rc != SK_OK)
		return rc;
	report_look_at(&s, &job->look);
	rc = add_meta(&s, META_OPTIONS, job->decide ? report_options_text(job->decide) : NULL, err);
	if (rc == SK_OK)
		rc = report_draw(&s, path, job->note, err);
	scene_release(&s);
	return rc;
}
