/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdict.json read back: what was said when a run was interrupted, and how it came to it. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "soakd/verdict_json.h"

static bool class_of(const json_t *o, const char *key, enum verdict_class *out)
{
	const char *name = json_get_str(o, key, "");

	for (size_t i = 0; i < VERDICT_CLASSES; i++) {
		if (strcmp(name, verdict_class_name[i]) == 0) {
			*out = (enum verdict_class)i;
			return true;
		}
	}
	return false;
}

static void read_changes(const json_t *o, struct verdict *v)
{
	const json_t *all = json_object_get(o, "changes");
	size_t n = json_array_size(all);

	v->n_changes = 0;
	for (size_t i = n > VERDICT_CHANGES_MAX ? n - VERDICT_CHANGES_MAX : 0; i < n; i++) {
		const json_t *one = json_array_get(all, i);
		struct verdict_change *c = &v->change[v->n_changes];

		if (!class_of(one, "from", &c->from) || !class_of(one, "to", &c->to))
			continue;
		c->at_unix = json_get_num(one, "at", NAN);
		snprintf(c->why, sizeof(c->why), "%s", json_get_str(one, "why", ""));
		v->n_changes++;
	}
}

/* A number of an array; NaN where there is none. */
static double number_at(const json_t *array, size_t i)
{
	const json_t *n = json_array_get(array, i);

	return json_is_number(n) ? json_number_value(n) : NAN;
}

static bool read_main(const json_t *o, struct series_verdict *m)
{
	const json_t *ci = json_object_get(o, "rate_ci95_kb_per_h");

	m->p_value = m->q_value = m->growth_kb = m->ols_slope_kb_per_h = m->ols_slope_kb_per_interval = m->theil_sen_kb_per_h =
		NAN;
	m->per_connection_bytes = m->per_connection_lo = m->per_connection_hi = NAN;
	m->per_reload_bytes = m->per_reload_lo = m->per_reload_hi = NAN;
	m->per_op_bytes = m->per_op_lo = m->per_op_hi = m->onset_s = m->detectable_kb_per_h = m->need_more_s = NAN;
	m->start_kb = m->end_kb = NAN;
	m->rate_kb_per_h = json_get_num(o, "rate_kb_per_h", NAN);
	m->rate_lo = number_at(ci, 0);
	m->rate_hi = number_at(ci, 1);
	snprintf(m->column, sizeof(m->column), "%s", json_get_str(o, "column", ""));
	snprintf(m->why, sizeof(m->why), "%s", json_get_str(o, "why", ""));
	return class_of(o, "verdict", &m->verdict);
}

static void read_explained(const json_t *o, struct explained *e)
{
	const json_t *top = json_object_get(o, "top");
	const char *rest = json_get_str(o, "rest", "");

	snprintf(e->source, sizeof(e->source), "%s", json_get_str(o, "source", ""));
	e->processes = (size_t)fmax(0, fmin(json_get_num(o, "processes", 0), 1e6));
	e->span_s = NAN;
	e->growth_kb = json_get_num(o, "growth_kb", NAN);
	e->explained_kb = json_get_num(o, "explained_kb", NAN);
	e->share = json_get_num(o, "share", NAN);
	e->per_op_bytes = json_get_num(o, "per_op_bytes", NAN);
	e->rest_kb = json_get_num(o, "rest_kb", NAN);
	e->fragmentation_kb = json_get_num(o, "fragmentation_kb", NAN);
	e->retention_kb = json_get_num(o, "retention_kb", NAN);
	e->other_kb = json_get_num(o, "other_kb", NAN);
	e->fragmentation = json_get_num(o, "fragmentation", NAN);
	e->by_allocator = json_is_true(json_object_get(o, "by_allocator"));
	for (size_t i = REST_FRAGMENTATION; i < GROWTH_RESTS; i++)
		if (strcmp(rest, growth_rest_name[i]) == 0)
			e->rest = (enum growth_rest)i;
	for (size_t i = 0; i < json_array_size(top) && i < EXPLAINED_TOP; i++) {
		const json_t *one = json_array_get(top, i);
		struct explained_item *it = &e->top[e->n_top++];

		snprintf(it->name, sizeof(it->name), "%s", json_get_str(one, "item", ""));
		it->growth_kb = json_get_num(one, "growth_kb", NAN);
		it->share = json_get_num(one, "share", NAN);
	}
}

static enum sk_code read_file(const char *dir, json_t **o, struct sk_err *err)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/verdict.json", dir);
	return json_read_file(path, o, err);
}

enum sk_code verdict_read(const char *dir, struct verdict *v, struct sk_err *err)
{
	json_t *o = NULL;
	enum sk_code rc = read_file(dir, &o, err);

	memset(v, 0, sizeof(*v));
	v->limit_kb = v->limit_unix = v->limit_unix_lo = v->limit_unix_hi = v->start_unix = NAN;
	if (rc == SK_OK && !read_main(o, &v->main))
		rc = sk_fail(err, SK_EPARSE, 0, "%s/verdict.json has no verdict", dir);
	if (rc == SK_OK)
		read_changes(o, v);
	if (rc == SK_OK)
		read_explained(json_object_get(o, "explained"), &v->explained);
	json_decref(o);
	return rc;
}

void verdict_read_changes(const char *dir, struct verdict *v)
{
	json_t *o = NULL;

	if (read_file(dir, &o, NULL) == SK_OK)
		read_changes(o, v);
	json_decref(o);
}
