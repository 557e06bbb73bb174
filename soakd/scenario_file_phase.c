/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `phases` of a scenario file: how long, how much, of what, and what may be the most. Data for soakd/phase.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/scenario_file_priv.h"

#define EXAMPLE  "( { name = \"load\"; length = \"2m\"; } )"
#define RATE_MAX 1e9
#define OPS_MAX  1e15
#define TIME_MAX (400.0 * 86400)

/* A time of the scenario, which --scale-time stretches. */
static bool scaled(struct scenario_reader *r, const config_setting_t *s, double *out)
{
	double v = 0;

	if (!scenario_time(r, s, &v))
		return false;
	if (v > TIME_MAX)
		return scenario_wrong(r, s, "%s is longer than 400 days", config_setting_name(s));
	*out = v * r->scale;
	return true;
}

static bool longer_than_nothing(struct scenario_reader *r, const config_setting_t *s, double *out)
{
	double v = 0;

	if (!scaled(r, s, &v))
		return false;
	if (v == 0)
		return scenario_wrong(r, s, "%s is longer than 0", config_setting_name(s));
	*out = v;
	return true;
}

/* ---- load ------------------------------------------------------------------------------------------------------------- */

/* Which shapes a setting belongs to, by bit. */
static const struct {
	const char *name;
	unsigned shapes;
	const char *words;
} of_shapes[] = {
	{ "from", 1 << PLAN_RAMP | 1 << PLAN_STEPS | 1 << PLAN_DAILY, "ramp, steps and daily" },
	{ "steps", 1 << PLAN_STEPS, "steps" },
	{ "on", 1 << PLAN_ON_OFF, "on-off" },
	{ "off", 1 << PLAN_ON_OFF, "on-off" },
	{ "period", 1 << PLAN_DAILY, "daily" },
};

static void read_shape(struct scenario_reader *r, const config_setting_t *s, struct plan_load *l)
{
	const config_setting_t *shape = scenario_member(s, "shape");
	const char *name = shape ? scenario_text(r, shape) : NULL;
	struct text all = TEXT_INIT;
	int k = 0;

	for (; name && plan_shape_names[k] && strcmp(plan_shape_names[k], name) != 0; k++)
		text_addf(&all, "%s%s", k ? ", " : "", plan_shape_names[k]);
	if (name && !plan_shape_names[k])
		scenario_wrong(r, shape, "there is no shape of load \"%.40s\"; there are %s", name, text_str(&all));
	else if (name)
		l->shape = (enum plan_shape)k;
	text_release(&all);
	for (size_t i = 0; i < sizeof(of_shapes) / sizeof(*of_shapes); i++) {
		const config_setting_t *at = scenario_member(s, of_shapes[i].name);

		if (at && !(of_shapes[i].shapes >> l->shape & 1))
			scenario_wrong(r, at, "%s belongs to a load of shape %s; this one is %s", of_shapes[i].name,
				       of_shapes[i].words, plan_shape_names[l->shape]);
	}
}

/* What the shape needs beside its rate. */
static void check_load(struct scenario_reader *r, const config_setting_t *s, const struct plan_phase *p)
{
	const struct plan_load *l = &p->load;
	bool on_off = l->shape == PLAN_ON_OFF, stretched = l->shape == PLAN_RAMP || l->shape == PLAN_STEPS;
	double rate = isnan(l->rate) ? (double)r->opt->rate : l->rate;

	if (on_off && (isnan(l->on_s) || isnan(l->off_s)))
		scenario_wrong(r, s, "a load that goes on and off needs both times, such as on = \"30s\"; off = \"10s\";");
	if (stretched && isnan(p->length_s))
		scenario_wrong(r, s, "a load of shape %s is spread over the phase, which therefore needs a length",
			       plan_shape_names[l->shape]);
	if (rate == 0 && l->shape != PLAN_CONSTANT && !on_off)
		scenario_wrong(r, s, "a load of shape %s goes to a rate: rate 0, as fast as it can, is for constant and on-off",
			       plan_shape_names[l->shape]);
}

static void read_load(struct scenario_reader *r, const config_setting_t *s, struct plan_phase *p)
{
	struct plan_load *l = &p->load;
	const config_setting_t *at;
	uint64_t n;

	read_shape(r, s, l);
	if ((at = scenario_member(s, "rate")))
		scenario_number(r, at, 0, RATE_MAX, &l->rate);
	if ((at = scenario_member(s, "from")))
		scenario_number(r, at, 0, RATE_MAX, &l->from);
	if ((at = scenario_member(s, "steps")) && scenario_whole(r, at, 2, 1000, &n))
		l->steps = (unsigned)n;
	if ((at = scenario_member(s, "on")))
		longer_than_nothing(r, at, &l->on_s);
	if ((at = scenario_member(s, "off")))
		longer_than_nothing(r, at, &l->off_s);
	l->period_s *= r->scale;
	if ((at = scenario_member(s, "period")))
		longer_than_nothing(r, at, &l->period_s);
	if ((at = scenario_member(s, "connections")) && scenario_whole(r, at, 1, 10000, &n)) {
		p->connections = (unsigned)n;
		if ((int64_t)n > r->opt->connections)
			scenario_wrong(r, at,
				       "the phase takes %llu connections and the run has %lld: raise connections at the top",
				       (unsigned long long)n, (long long)r->opt->connections);
	}
	if (!p->idle)
		check_load(r, s, p);
}

/* Nothing is done in an idle phase: what says how it is done contradicts that. */
static void check_idle(struct scenario_reader *r, const config_setting_t *s)
{
	static const char *const none[] = { "operations", "rate",   "shape",       "from", "steps", "on",
					    "off",        "period", "connections", "mix",  NULL };

	for (size_t i = 0; none[i]; i++)
		if (scenario_member(s, none[i]))
			scenario_wrong(r, scenario_member(s, none[i]), "an idle phase does nothing: leave %s out, or idle",
				       none[i]);
}

/* ---- mix -------------------------------------------------------------------------------------------------------------- */

static void mix_one(struct scenario_reader *r, const config_setting_t *at, const char *name, const config_setting_t *weight,
		    double *weights)
{
	const json_t *work = r->f->phases.work;
	char number[64];
	const char *text = weight && config_setting_is_number(weight) ? opt_setting_text(weight, number, sizeof(number)) : NULL;
	size_t i = 0;
	double by;

	while (i < json_array_size(work) &&
	       strcmp(name, json_string_value(json_object_get(json_array_get(work, i), "name"))) != 0)
		i++;
	if (i == json_array_size(work)) {
		if (!r->work_is_wrong)
			scenario_wrong(r, at, "mix: no entry of work is called \"%.40s\"", name);
	} else if (weights[i] > 0) {
		scenario_wrong(r, at, "mix has \"%s\" twice: leave one out", name);
	} else if (!text || real_parse(text, &by, NULL) != SK_OK || by < 0 || by > 1e9) {
		scenario_wrong(r, at, "mix: the weight of \"%s\" is a number greater than 0", name);
	} else if (by == 0) {
		scenario_wrong(r, at, "mix: a weight of 0 is never done: leave \"%s\" out", name);
	} else {
		weights[i] = by;
	}
}

/* { NAME = WEIGHT; } or, for names that are none of libconfig's, ( ("NAME", WEIGHT), ... ). */
static void read_mix(struct scenario_reader *r, const config_setting_t *s, struct plan_phase *p)
{
	int n = config_setting_is_aggregate(s) ? config_setting_length(s) : 0;

	if (n == 0 || config_setting_is_array(s)) {
		scenario_wrong(r, s, "mix says how often each entry of work is done, such as { read-heavy = 3; own = 1; }");
		return;
	}
	if (!r->f->phases.work) {
		scenario_wrong(r, s,
			       "mix weighs the entries of work, and there are none: say work = ( { profile = \"...\"; } );");
		return;
	}
	if (json_array_size(r->f->phases.work) == 0) /* each was a mistake */
		return;
	p->weight = sk_calloc(r->f->phases.n_work, sizeof(*p->weight));
	if (!p->weight) {
		scenario_no_memory(r);
		return;
	}
	for (int i = 0; i < n; i++) {
		const config_setting_t *e = config_setting_get_elem(s, (unsigned)i), *name = NULL;

		if (config_setting_is_group(s)) {
			mix_one(r, e, config_setting_name(e), e, p->weight);
			continue;
		}
		if (config_setting_is_list(e) && config_setting_length(e) == 2)
			name = config_setting_get_elem(e, 0);
		if (name && config_setting_type(name) == CONFIG_TYPE_STRING)
			mix_one(r, e, config_setting_get_string(name), config_setting_get_elem(e, 1), p->weight);
		else
			scenario_wrong(r, e, "an entry of mix is a name and a weight, such as (\"read-heavy\", 3)");
	}
}

/* ---- budgets ---------------------------------------------------------------------------------------------------------- */

static void read_budget(struct scenario_reader *r, const config_setting_t *s, struct phase *p)
{
	size_t n = config_setting_is_group(s) ? (size_t)config_setting_length(s) : 0;

	if (n == 0) {
		scenario_wrong(r, s, "budget is a group of columns and what they may be at most, such as { rss = \"100 MiB\"; }");
		return;
	}
	p->budget = sk_calloc(n, sizeof(*p->budget));
	if (!p->budget)
		scenario_no_memory(r);
	for (size_t i = 0; p->budget && i < n; i++) {
		const config_setting_t *e = config_setting_get_elem(s, (unsigned)i);
		struct phase_budget *b = &p->budget[p->n_budget];
		struct sk_err why = { 0 };
		char number[64];
		const char *value = opt_setting_text(e, number, sizeof(number));
		bool twice = false;

		if (!value || config_setting_type(e) == CONFIG_TYPE_BOOL) {
			scenario_wrong(r, e, "the budget of %s is a number, or a text with a unit", config_setting_name(e));
			continue;
		}
		if (phase_budget_parse(config_setting_name(e), value, b, &why) != SK_OK) {
			scenario_wrong(r, e, "%s", why.msg);
			continue;
		}
		for (size_t k = 0; k < p->n_budget; k++)
			twice = twice || (p->budget[k].of == b->of && strcmp(p->budget[k].column, b->column) == 0);
		if (twice)
			scenario_wrong(r, e, "the budget of %s is there twice, by another name: leave one out",
				       config_setting_name(e));
		else
			p->n_budget++;
	}
}

/* ---- a phase ---------------------------------------------------------------------------------------------------------- */

static struct phase *new_phase(struct scenario_reader *r, const config_setting_t *s)
{
	const config_setting_t *at = scenario_member(s, "name");
	const char *name = at ? scenario_text(r, at) : NULL;
	struct phase_list *l = &r->f->phases;
	struct phase *p;

	if (!at)
		scenario_wrong(r, s, "a phase needs a name, such as name = \"load\";");
	else if (name && strlen(name) >= PLAN_NAME)
		scenario_wrong(r, at, "the name of a phase has at most %d bytes", PLAN_NAME - 1);
	for (size_t i = 0; name && i < l->n; i++)
		if (strcmp(l->phase[i].plan.name, name) == 0)
			scenario_wrong(r, at, "two phases are called \"%s\": give one of them another name", name);
	p = phase_list_add(l, name ? name : "");
	if (!p)
		scenario_no_memory(r);
	return p;
}

static void read_hooks(struct scenario_reader *r, const config_setting_t *s, struct phase *p)
{
	const config_setting_t *at;
	double v = 0;

	if ((at = scenario_member(s, "before")))
		p->before = scenario_program(r, at);
	if ((at = scenario_member(s, "after")))
		p->after = scenario_program(r, at);
	if ((at = scenario_member(s, "settle")))
		scaled(r, at, &p->settle_s);
	if (!(at = scenario_member(s, "hook_timeout")) || !scenario_time(r, at, &v))
		return;
	if (v > 0)
		p->hook_timeout_s = v; /* a program is not faster because the scenario is run in small */
	else
		scenario_wrong(r, at, "hook_timeout is longer than 0: a program must have time to run");
}

static void read_phase(struct scenario_reader *r, const config_setting_t *s, bool last)
{
	static const char *const names[] = { "name",   "length", "operations", "idle",   "rate",         "shape",       "from",
					     "steps",  "on",     "off",        "period", "mix",          "connections", "budget",
					     "before", "after",  "inject",     "settle", "hook_timeout", NULL };
	const config_setting_t *length = scenario_member(s, "length"), *ops = scenario_member(s, "operations"),
			       *idle = scenario_member(s, "idle"), *mix = scenario_member(s, "mix"),
			       *budget = scenario_member(s, "budget"), *inject = scenario_member(s, "inject");
	struct phase *p = new_phase(r, s);

	if (!p)
		return;
	scenario_only(r, s, "a phase", names);
	if (idle)
		scenario_bool(r, idle, &p->plan.idle);
	if (length)
		longer_than_nothing(r, length, &p->plan.length_s);
	if (ops)
		scenario_whole(r, ops, 1, OPS_MAX, &p->plan.ops);
	if (p->plan.idle)
		check_idle(r, s);
	read_load(r, s, &p->plan);
	if (mix && !p->plan.idle)
		read_mix(r, mix, &p->plan);
	if (budget)
		read_budget(r, budget, p);
	read_hooks(r, s, p);
	if (inject)
		scenario_read_injects(r, inject, p);
	if (!length && (!ops || p->plan.idle) && (!last || r->f->phases.repeat))
		scenario_wrong(r, s, "phase \"%s\" never ends: give it a length%s", p->plan.name,
			       p->plan.idle ? "" : " or a number of operations");
}

void scenario_read_phases(struct scenario_reader *r, const config_setting_t *phases)
{
	size_t n = scenario_entries(r, phases, EXAMPLE);

	if (n > PLAN_PHASES) {
		scenario_wrong(r, phases, "there are %zu phases; there may be %d: let them repeat", n, PLAN_PHASES);
		n = 0;
	}
	for (size_t i = 0; i < n; i++)
		read_phase(r, scenario_entry(phases, i), i + 1 == n);
}
