/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection's way through scripts: which command comes next, and its variables. A variable keeps its place for good, so
 * that a script's own numbers of variables are translated once, when the run first meets the script; after that a run allocates
 * nothing.
 */
#include "scenarios/script_internal.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clocale.h"
#include "base/mem.h"
#include "scenarios/load.h"

#define SHOWN_MAX 32 /* bytes of any value as text */

/* The place of a variable, made where it is new; NO_VARIABLE without memory or for too many. */
static uint32_t place_of(struct script_run *r, const char *name)
{
	void *all = r->variable;

	for (size_t i = 0; i < r->n_variable; i++)
		if (strcmp(r->variable[i].name, name) == 0)
			return (uint32_t)i;
	if (r->n_variable == SCRIPT_MAX_VARIABLES ||
	    sk_grow(&all, &r->cap_variable, r->n_variable + 1, sizeof(*r->variable)) != 0)
		return NO_VARIABLE;
	r->variable = all;
	r->variable[r->n_variable] = (struct variable){ .name = sk_strdup(name) };
	return r->variable[r->n_variable].name ? (uint32_t)r->n_variable++ : NO_VARIABLE;
}

static bool set_number(struct script_run *r, const char *name, int64_t i)
{
	char text[SHOWN_MAX];

	snprintf(text, sizeof(text), "%lld", (long long)i);
	return script_set(r, name, text);
}

struct script_run *script_run_new(uint64_t seed, unsigned client, uint64_t (*unique)(void *ctx), void *ctx)
{
	struct script_run *r = sk_calloc(1, sizeof(*r));
	uint64_t of_all = seed, of_client = seed ^ ((uint64_t)client + 1) * UINT64_C(0x9e3779b97f4a7c15);

	if (!r)
		return NULL;
	r->unique = unique;
	r->ctx = ctx;
	random_seed(&r->random, rng_next(&of_client));
	if (set_number(r, "client_id", client) && set_number(r, "random_seed", (int64_t)seed) && set_number(r, "scale", 1) &&
	    set_number(r, "default_seed", (int64_t)rng_next(&of_all)))
		return r;
	script_run_release(r);
	return NULL;
}

void script_run_release(struct script_run *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->n_variable; i++) {
		free(r->variable[i].name);
		free(r->variable[i].text);
	}
	for (size_t i = 0; i < r->n_map; i++)
		free(r->map[i].at);
	free(r->variable);
	free(r->map);
	free(r);
}

static const uint32_t *make_map(struct script_run *r, const struct script *s)
{
	void *all = r->map;
	uint32_t *at = sk_calloc(s->n_variable, sizeof(*at));

	for (size_t i = 0; at && i < s->n_variable; i++) {
		at[i] = place_of(r, s->variable[i].name);
		if (at[i] == NO_VARIABLE) {
			free(at);
			at = NULL;
		}
	}
	if (!at || sk_grow(&all, &r->cap_map, r->n_map + 1, sizeof(*r->map)) != 0) {
		free(at);
		return NULL;
	}
	r->map = all;
	r->map[r->n_map++] = (struct script_map){ s->id, at };
	return at;
}

void script_run_begin(struct script_run *r, const struct script *s)
{
	r->next = 0;
	r->pipeline = false;
	if (r->script == s && r->at)
		return;
	r->script = s;
	r->at = NULL;
	for (size_t i = 0; i < r->n_map; i++)
		if (r->map[i].id == s->id)
			r->at = r->map[i].at;
	if (!r->at)
		r->at = make_map(r, s);
}

static bool failed(struct script_run *r, const struct command *c, struct sk_err *err, const char *why)
{
	script_wrong(r->script, c->at, err, "%s", why);
	return false;
}

/* How long to sleep; what is negative is no sleep at all. */
static bool sleep_of(struct script_run *r, const struct command *c, struct script_step *step, struct sk_err *err)
{
	struct value v;

	if (!script_eval(r, c->expr, &v, err))
		return false;
	if (v.type == VALUE_DOUBLE && v.d >= -0x1p62 && v.d < 0x1p62)
		v = (struct value){ .type = VALUE_INT, .i = llrint(v.d) };
	if (v.type != VALUE_INT || __builtin_mul_overflow(v.i, c->unit_ns, &step->wait_ns))
		return failed(r, c, err, "\\sleep needs a number, and not one of centuries");
	step->wait_ns = step->wait_ns < 0 ? 0 : step->wait_ns;
	step->what = SCRIPT_SLEEP;
	return true;
}

static bool pipeline_of(struct script_run *r, const struct command *c, struct script_step *step, struct sk_err *err)
{
	bool begins = c->kind == DO_PIPELINE;

	if (begins == r->pipeline)
		return failed(r, c, err, begins ? "\\startpipeline within a pipeline" : "\\endpipeline without \\startpipeline");
	r->pipeline = begins;
	step->what = begins ? SCRIPT_PIPELINE : SCRIPT_SYNC;
	return true;
}

static bool statement_of(const struct script_run *r, const struct command *c, struct script_step *step, struct sk_err *err)
{
	const struct script_statement *t = &c->statement->shown;

	if (r->pipeline && (t->gset || t->aset))
		return script_wrong(r->script, c->at, err, "\\gset and \\aset need the answer at once: not within a pipeline") ==
		       SK_OK;
	step->what = SCRIPT_DO;
	step->statement = t;
	return true;
}

/* One command; false: an error. step->what is SCRIPT_END while there is nothing to do for the scenario. */
static bool go_on(struct script_run *r, const struct command *c, struct script_step *step, struct sk_err *err)
{
	struct variable *x;
	struct value v;

	switch (c->kind) {
	case DO_SET:
		x = &r->variable[r->at[c->variable]];
		if (!script_eval(r, c->expr, &v, err))
			return false;
		x->value = v;
		x->set = x->typed = true;
		x->shown = false;
		return true;
	case DO_TEST:
		if (!script_eval(r, c->expr, &v, err))
			return false;
		if (!value_truth(&v))
			r->next = c->to;
		return true;
	case DO_GOTO:
		r->next = c->to;
		return true;
	case DO_SLEEP:
		return sleep_of(r, c, step, err);
	case DO_PIPELINE:
	case DO_SYNC:
		return pipeline_of(r, c, step, err);
	default:
		return statement_of(r, c, step, err);
	}
}

void script_next(struct script_run *r, struct script_step *step, struct sk_err *err)
{
	*step = (struct script_step){ .what = SCRIPT_END };
	if (!r->at) {
		sk_fail(err, SK_ENOMEM, 0, "no room for the variables of the script %s", r->script->file);
		step->what = SCRIPT_FAILED;
		return;
	}
	while (step->what == SCRIPT_END && r->next < r->script->n_command) {
		const struct command *c = &r->script->command[r->next++];

		if (!go_on(r, c, step, err))
			step->what = SCRIPT_FAILED;
	}
	if (step->what == SCRIPT_END && r->pipeline) { /* as if \endpipeline stood at the end */
		r->pipeline = false;
		step->what = SCRIPT_SYNC;
	}
}

bool script_set(struct script_run *r, const char *name, const char *value)
{
	size_t n = strlen(value) + 1;
	struct variable *x;
	uint32_t at;
	void *text;

	if (!*name || name[script_name_length(name)])
		return false;
	at = place_of(r, name);
	if (at == NO_VARIABLE)
		return false;
	x = &r->variable[at];
	text = x->text;
	if (sk_grow(&text, &x->cap, n < SHOWN_MAX ? SHOWN_MAX : n, 1) != 0)
		return false;
	x->text = text;
	memcpy(x->text, value, n);
	x->set = x->shown = true;
	x->typed = false;
	return true;
}

static void show_double(char *out, double d)
{
	if (isfinite(d))
		c_snprintf(out, SHOWN_MAX, "%.15g", d);
	else
		snprintf(out, SHOWN_MAX, "%s", isnan(d) ? "NaN" : d > 0 ? "Infinity" : "-Infinity");
}

static void show_int(char *out, int64_t i)
{
	char digits[SHOWN_MAX], *d = digits + sizeof(digits);
	uint64_t v = i < 0 ? -(uint64_t)i : (uint64_t)i;

	do
		*--d = (char)('0' + v % 10);
	while (v /= 10);
	if (i < 0)
		*--d = '-';
	memcpy(out, d, (size_t)(digits + sizeof(digits) - d));
	out[digits + sizeof(digits) - d] = '\0';
}

/* The value as text: made when it is first asked for. NULL: not set, or no memory. */
static const char *shown(struct variable *x)
{
	void *text = x->text;

	if (!x->set || x->shown)
		return x->set ? x->text : NULL;
	if (x->cap < SHOWN_MAX && sk_grow(&text, &x->cap, SHOWN_MAX, 1) != 0)
		return NULL;
	x->text = text;
	if (x->value.type == VALUE_INT)
		show_int(x->text, x->value.i);
	else if (x->value.type == VALUE_DOUBLE)
		show_double(x->text, x->value.d);
	else
		snprintf(x->text, SHOWN_MAX, "%s", x->value.type == VALUE_NULL ? "NULL" : x->value.b ? "true" : "false");
	x->shown = true;
	return x->text;
}

const char *script_get(const struct script_run *r, const char *name)
{
	for (size_t i = 0; i < r->n_variable; i++)
		if (strcmp(r->variable[i].name, name) == 0)
			return shown(&r->variable[i]);
	return NULL;
}

static struct variable *parameter(const struct script_run *r, const struct script_statement *s, size_t k)
{
	const struct pattern *m = &((const struct statement *)s)->part[0];

	return k + 1 < m->n ? &r->variable[r->at[m->piece[k].variable]] : NULL;
}

const char *script_param(const struct script_run *r, const struct script_statement *s, size_t k)
{
	struct variable *x = parameter(r, s, k);

	return x ? shown(x) : NULL;
}

bool script_param_null(const struct script_run *r, const struct script_statement *s, size_t k)
{
	const struct variable *x = parameter(r, s, k);

	return x && x->set && x->typed && x->value.type == VALUE_NULL;
}

/* unset: what stands where a variable is not set; NULL: that is an error. */
static bool put_together(const struct script_run *r, const struct pattern *m, bool keep_unset, struct text *out)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct piece *p = &m->piece[i];
		const char *value;

		text_addn(out, text_str(&m->literal) + p->from, p->len);
		if (p->variable == NO_VARIABLE)
			continue;
		value = shown(&r->variable[r->at[p->variable]]);
		if (!value && !keep_unset)
			return false;
		if (!value)
			text_addc(out, ':');
		text_add(out, value ? value : r->script->variable[p->variable].name);
	}
	return !out->failed;
}

bool script_text(const struct script_run *r, const struct script_statement *s, struct text *out)
{
	text_reset(out);
	return put_together(r, &((const struct statement *)s)->part[0], false, out);
}

bool script_word(const struct script_run *r, const struct script_statement *s, size_t k, struct text *out)
{
	const struct statement *t = (const struct statement *)s;

	text_reset(out);
	return k < t->n_part && put_together(r, &t->part[k], true, out);
}
