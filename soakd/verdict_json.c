/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict as JSON: schema soakd.verdict/1, keys in the order of docs, null for what does not exist. */
#include "soakd/verdict_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "soakd/cmds.h"
#include "soakd/escape.h"

static json_t *string_or_null(const char *s)
{
	char *clean = s ? plain_dup(s) : NULL;
	json_t *j = clean ? json_string(clean) : s ? NULL : json_null();

	free(clean);
	return j;
}

/* An interval is two numbers or nothing. */
static json_t *pair(double lo, double hi)
{
	return isfinite(lo) && isfinite(hi) ? json_pack("[o,o]", json_num(lo), json_num(hi)) : json_null();
}

/* false without memory, for the setters below */
static bool set(json_t *o, const char *key, json_t *value)
{
	return json_object_set_new(o, key, value) == 0;
}

static bool set_decision(json_t *o, const struct series_verdict *s)
{
	return set(o, "verdict", json_string(verdict_class_name[s->verdict])) &&
	       set(o, "leaking", json_boolean(s->verdict == VERDICT_LEAK)) &&
	       set(o, "kind", string_or_null(leak_kind_name[s->kind])) && set(o, "column", string_or_null(s->column)) &&
	       set(o, "rate_kb_per_h", json_num(s->rate_kb_per_h)) &&
	       set(o, "rate_ci95_kb_per_h", pair(s->rate_lo, s->rate_hi)) && set(o, "p_value", json_num(s->p_value)) &&
	       set(o, "q_value", json_num(s->q_value)) && set(o, "growth_kb", json_num(s->growth_kb)) &&
	       set(o, "ols_slope_kb_per_h", json_num(s->ols_slope_kb_per_h)) &&
	       set(o, "ols_slope_kb_per_interval", json_num(s->ols_slope_kb_per_interval)) &&
	       set(o, "per_op_bytes", json_num(s->per_op_bytes)) &&
	       set(o, "per_op_ci95_bytes", pair(s->per_op_lo, s->per_op_hi)) &&
	       set(o, "per_connection_bytes", json_num(s->per_connection_bytes)) &&
	       set(o, "per_connection_ci95_bytes", pair(s->per_connection_lo, s->per_connection_hi)) &&
	       set(o, "per_reload_bytes", json_num(s->per_reload_bytes)) &&
	       set(o, "per_reload_ci95_bytes", pair(s->per_reload_lo, s->per_reload_hi)) &&
	       set(o, "grows_with", string_or_null(growth_driver_name[s->grows_with]));
}

static bool set_times(json_t *o, const struct series_verdict *s, double start_unix)
{
	return set(o, "onset", json_num(start_unix + s->onset_s)) && set(o, "warmup_s", json_num(s->warmup_s)) &&
	       set(o, "detectable_kb_per_h", json_num(s->detectable_kb_per_h)) && set(o, "need_more_s", json_num(s->need_more_s));
}

static bool set_run(json_t *o, const struct verdict *v)
{
	return set(o, "limit_kb", json_num(v->limit_kb)) && set(o, "limit_at", json_num(v->limit_unix)) &&
	       set(o, "limit_at_ci95", pair(v->limit_unix_lo, v->limit_unix_hi)) &&
	       set(o, "limit_at_p10", json_num(v->limit_unix_p10)) && set(o, "limit_at_p90", json_num(v->limit_unix_p90)) &&
	       set(o, "limit_never_share", json_num(v->limit_never)) && set(o, "why", string_or_null(v->main.why)) &&
	       set(o, "samples", json_num((double)v->samples)) && set(o, "gaps", json_num((double)v->gaps)) &&
	       set(o, "restarts", json_num((double)v->restarts));
}

static json_t *series_json(const struct series_verdict *s, double start_unix)
{
	json_t *o = json_object();

	if (o && set_decision(o, s) && set_times(o, s, start_unix) && set(o, "why", string_or_null(s->why)) &&
	    set(o, "samples", json_num((double)s->samples)))
		return o;
	json_decref(o);
	return NULL;
}

/* What a reader of a gate wants to know of the load generator; the rest is in `series`. */
static json_t *driver_json(const struct series_verdict *s)
{
	json_t *o = json_object();

	if (o && set(o, "verdict", json_string(verdict_class_name[s->verdict])) &&
	    set(o, "leaking", json_boolean(s->verdict == VERDICT_LEAK)) && set(o, "rate_kb_per_h", json_num(s->rate_kb_per_h)) &&
	    set(o, "rate_ci95_kb_per_h", pair(s->rate_lo, s->rate_hi)) && set(o, "why", string_or_null(s->why)))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *part_json(const struct verdict_part *p)
{
	json_t *o = json_object();

	if (o && set(o, "by", string_or_null(p->by)) && set(o, "name", string_or_null(p->name)) &&
	    set(o, "rate_kb_per_h", json_num(p->rate_kb_per_h)) && set(o, "share", json_num(p->share)) &&
	    set(o, "growth_kb", json_num(p->growth_kb)) && set(o, "p_value", json_num(p->p_value)) &&
	    set(o, "q_value", json_num(p->q_value)))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *explained_item_json(const struct explained_item *it)
{
	json_t *o = json_object();

	if (o && set(o, "item", string_or_null(it->name)) && set(o, "growth_kb", json_num(it->growth_kb)) &&
	    set(o, "share", json_num(it->share)))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *explained_json(const struct explained *e)
{
	json_t *o = json_object(), *top = json_array();
	bool ok = o && top;

	for (size_t i = 0; ok && i < e->n_top; i++)
		ok = json_array_append_new(top, explained_item_json(&e->top[i])) == 0;
	ok = ok && set(o, "source", json_string(e->source)) && set(o, "processes", json_num((double)e->processes)) &&
	     set(o, "growth_kb", json_num(e->growth_kb)) && set(o, "explained_kb", json_num(e->explained_kb)) &&
	     set(o, "share", json_num(e->share)) && set(o, "per_op_bytes", json_num(e->per_op_bytes)) &&
	     set(o, "rest_kb", json_num(e->rest_kb)) && set(o, "rest", string_or_null(growth_rest_name[e->rest])) &&
	     set(o, "fragmentation_kb", json_num(e->fragmentation_kb)) && set(o, "retention_kb", json_num(e->retention_kb)) &&
	     set(o, "other_kb", json_num(e->other_kb)) && set(o, "fragmentation", json_num(e->fragmentation)) &&
	     set(o, "fragmentation_class", string_or_null(fragmentation_word(e->fragmentation))) &&
	     set(o, "by_allocator", json_boolean(e->by_allocator));
	ok = ok && set(o, "top", json_incref(top));
	json_decref(top);
	if (ok)
		return o;
	json_decref(o);
	return NULL;
}

static json_t *change_json(const struct verdict_change *c)
{
	json_t *o = json_object();

	if (o && set(o, "at", json_num(c->at_unix)) && set(o, "from", json_string(verdict_class_name[c->from])) &&
	    set(o, "to", json_string(verdict_class_name[c->to])) && set(o, "why", string_or_null(c->why)))
		return o;
	json_decref(o);
	return NULL;
}

static json_t *cycles_json(const struct cycles *c)
{
	if (c->n == 0)
		return json_null();
	return json_pack("{s:I,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "n", (json_int_t)c->n, "returned_share",
			 json_num(c->returned_share), "first_peak_kb", json_num(c->first_peak_kb), "last_peak_kb",
			 json_num(c->last_peak_kb), "load_rate_kb_per_cycle", json_num(c->load_rate), "load_ci95_kb_per_cycle",
			 pair(c->load_lo, c->load_hi), "idle_rate_kb_per_cycle", json_num(c->idle_rate), "ci95",
			 pair(c->idle_lo, c->idle_hi));
}

static bool set_changes(json_t *o, const struct verdict *v)
{
	json_t *changes = json_array();
	bool ok = changes != NULL;

	for (size_t i = 0; ok && i < v->n_changes; i++)
		ok = json_array_append_new(changes, change_json(&v->change[i])) == 0;
	return set(o, "changes", changes) && ok;
}

/* What does not grow is no part of a growth; a share that is not known is no small one. */
static bool grows(const struct verdict_part *p)
{
	return !(p->growth_kb <= 0) && !(p->share < VERDICT_PART_SHARE);
}

static bool set_lists(json_t *o, const struct verdict *v)
{
	json_t *series = json_array(), *parts = json_array();
	bool ok = series && parts;

	for (size_t i = 0; ok && i < v->n_series; i++)
		ok = json_array_append_new(series, series_json(&v->series[i], v->start_unix)) == 0;
	for (size_t i = 0; ok && i < v->n_parts; i++)
		ok = !grows(&v->part[i]) || json_array_append_new(parts, part_json(&v->part[i])) == 0;
	ok = set(o, "series", series) && ok;
	ok = set(o, "attribution", parts) && ok;
	ok = set(o, "explained", v->explained.source[0] ? explained_json(&v->explained) : json_null()) && ok;
	return set(o, "driver", verdict_of_driver(v) ? driver_json(verdict_of_driver(v)) : json_null()) && ok;
}

json_t *verdict_to_json(const struct verdict *v, const char *path)
{
	json_t *o = json_object();

	if (o && set(o, "schema", json_string("soakd.verdict/1")) && set(o, "path", string_or_null(path)) &&
	    set_decision(o, &v->main) && set_times(o, &v->main, v->start_unix) && set_run(o, v) && set_lists(o, v) &&
	    set_changes(o, v) && set(o, "cycles", cycles_json(&v->cycles)))
		return o;
	json_decref(o);
	return NULL;
}

json_t *verdict_of_run_json(const struct verdict *v, const json_t *run, const char *path)
{
	json_t *o = verdict_to_json(v, path), *under = json_object_get(run, "under");

	if (o && set(o, "under", under ? json_incref(under) : json_null()))
		return o;
	json_decref(o);
	return NULL;
}

int verdict_exit_status(const struct verdict *v)
{
	if (v->gate == GATE_KEPT)
		return EXIT_NO_LEAK;
	switch (v->main.verdict) {
	case VERDICT_LEAK:
		return EXIT_LEAK;
	case VERDICT_SUSPECTED:
	case VERDICT_INSUFFICIENT:
		return EXIT_INCONCLUSIVE;
	default:
		return EXIT_NO_LEAK;
	}
}
