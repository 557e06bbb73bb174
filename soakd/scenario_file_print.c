/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a scenario would do, as people read it: the answer of --check-config. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/scenario_file.h"

#define CELLS 6

struct row {
	struct text cell[CELLS];
};

/* Columns as wide as their widest cell; an empty column takes no room. */
static void add_table(struct text *out, struct row *row, size_t n)
{
	size_t wide[CELLS] = { 0 };

	for (size_t c = 0; c < CELLS; c++)
		for (size_t i = 1; i < n; i++)
			if (row[i].cell[c].len > wide[c])
				wide[c] = row[i].cell[c].len;
	for (size_t c = 0; c < CELLS; c++)
		if (wide[c] && row[0].cell[c].len > wide[c])
			wide[c] = row[0].cell[c].len;
	for (size_t i = 0; i < n; i++) {
		size_t end;

		text_add(out, "  ");
		for (size_t c = 0; c < CELLS; c++)
			if (wide[c])
				text_addf(out, "%-*s  ", (int)wide[c], text_str(&row[i].cell[c]));
		for (end = out->len; end && out->s[end - 1] == ' '; end--)
			;
		out->len = end;
		text_add(out, "\n");
	}
}

/* ---- cells ------------------------------------------------------------------------------------------------------------ */

static void add_some(struct text *t, const char *what)
{
	text_addf(t, "%s%s", t->len ? ", " : "", what);
}

static void add_length(struct text *t, const struct plan_phase *p)
{
	char buf[40], ops[64];

	if (!isnan(p->length_s))
		add_some(t, fmt_duration(buf, sizeof(buf), p->length_s));
	if (p->ops) {
		snprintf(ops, sizeof(ops), "%s%llu operation%s", t->len ? "or " : "", (unsigned long long)p->ops,
			 p->ops == 1 ? "" : "s");
		add_some(t, ops);
	}
	if (!t->len)
		text_add(t, "to the end");
}

static const char *rate_words(double rate, char *buf, size_t n)
{
	char number[40];

	if (rate > 0)
		snprintf(buf, n, "%s/s", fmt_real(number, sizeof(number), rate));
	else
		snprintf(buf, n, "as fast as it can");
	return buf;
}

static void add_load(struct text *t, const struct plan_phase *p, double job_rate)
{
	const struct plan_load *l = &p->load;
	char to[64], from[40], a[40], b[40];

	rate_words(isnan(l->rate) ? job_rate : l->rate, to, sizeof(to));
	fmt_real(from, sizeof(from), l->from);
	if (p->idle)
		text_add(t, "idle");
	else if (l->shape == PLAN_CONSTANT)
		text_add(t, to);
	else if (l->shape == PLAN_ON_OFF)
		text_addf(t, "%s for %s, nothing for %s", to, fmt_duration(a, sizeof(a), l->on_s),
			  fmt_duration(b, sizeof(b), l->off_s));
	else if (l->shape == PLAN_STEPS)
		text_addf(t, "%s to %s in %u steps", from, to, l->steps);
	else if (l->shape == PLAN_RAMP)
		text_addf(t, "%s rising to %s", from, to);
	else
		text_addf(t, "daily curve, %s to %s in %s", from, to, fmt_duration(a, sizeof(a), l->period_s));
	if (p->connections)
		text_addf(t, ", %u connection%s", p->connections, p->connections > 1 ? "s" : "");
}

static void add_mix(struct text *t, const struct phase_list *l, const struct plan_phase *p)
{
	char number[40];

	for (size_t i = 0; p->weight && i < l->n_work; i++)
		if (p->weight[i] > 0)
			text_addf(t, "%s%s %s", t->len ? ", " : "",
				  json_string_value(json_object_get(json_array_get(l->work, i), "name")),
				  fmt_real(number, sizeof(number), p->weight[i]));
	if (!p->weight && !p->idle && l->work)
		text_add(t, "as work");
}

static void add_inject(struct text *t, const struct phase_inject *in)
{
	static const char *const whats[] = { "reconnect", "vacuum", "reload", "signal", "run" };
	char at[40], every[40];

	text_addf(t, "%s%s", t->len ? ", " : "", whats[in->what]);
	if (in->what == INJECT_SIGNAL)
		text_addf(t, " %d", in->number);
	if (in->argv)
		text_addf(t, " %s", in->argv[0]);
	text_addf(t, " at %s", fmt_duration(at, sizeof(at), in->at_s));
	if (!isnan(in->every_s))
		text_addf(t, ", every %s", fmt_duration(every, sizeof(every), in->every_s));
}

static void add_beside(struct text *t, const struct phase *p)
{
	char buf[40];

	if (p->before)
		text_addf(t, "before: %s", p->before[0]);
	for (size_t i = 0; i < p->n_inject; i++)
		add_inject(t, &p->inject[i]);
	if (p->settle_s > 0)
		text_addf(t, "%ssettles %s", t->len ? ", " : "", fmt_duration(buf, sizeof(buf), p->settle_s));
	if (p->after)
		text_addf(t, "%safter: %s", t->len ? ", " : "", p->after[0]);
}

/* ---- the whole -------------------------------------------------------------------------------------------------------- */

static void add_phases(struct text *out, const struct phase_list *l, double job_rate)
{
	static const char *const head[CELLS] = { "phase", "length", "load", "mix", "budgets", "beside" };
	struct row *row = sk_calloc(l->n + 1, sizeof(*row));
	char words[128];

	if (!row) {
		out->failed = true;
		return;
	}
	for (size_t c = 0; c < CELLS; c++)
		text_add(&row[0].cell[c], head[c]);
	for (size_t i = 0; i < l->n; i++) {
		const struct phase *p = &l->phase[i];
		struct text *cell = row[i + 1].cell;

		text_add(&cell[0], p->plan.name);
		add_length(&cell[1], &p->plan);
		add_load(&cell[2], &p->plan, job_rate);
		add_mix(&cell[3], l, &p->plan);
		for (size_t k = 0; k < p->n_budget; k++)
			add_some(&cell[4], phase_budget_words(&p->budget[k], words, sizeof(words)));
		add_beside(&cell[5], p);
	}
	add_table(out, row, l->n + 1);
	for (size_t i = 0; i <= l->n; i++)
		for (size_t c = 0; c < CELLS; c++)
			text_release(&row[i].cell[c]);
	free(row);
}

static void add_work(struct text *out, const json_t *work, const char *path)
{
	size_t i;
	json_t *e;
	char number[40];

	text_add(out, "work:      ");
	json_array_foreach(work, i, e)
	{
		const char *file = json_string_value(json_object_get(e, "file"));

		text_addf(out, "%s%s %s", i ? ", " : " ", json_string_value(json_object_get(e, "name")),
			  fmt_real(number, sizeof(number), json_number_value(json_object_get(e, "weight"))));
		if (file && (!path || strcmp(file, path) != 0))
			text_addf(out, " (%s)", file);
	}
	text_add(out, "\n");
}

static void add_ends(struct text *out, const struct run_options *o, const struct phase_list *l)
{
	double once = scenario_file_length(l);
	char a[40], b[40];

	if (!isnan(o->length_s))
		text_addf(out, "length:     %s", fmt_duration(a, sizeof(a), o->length_s));
	else if (l->n && !l->repeat && isnan(l->phase[l->n - 1].plan.length_s) && !l->phase[l->n - 1].plan.ops)
		text_add(out, "length:     until the target ends or a signal comes");
	else if (l->n && !l->repeat)
		text_addf(out, "length:     its phases%s%s%s", isnan(once) ? "" : ", ",
			  isnan(once) ? "" : fmt_duration(a, sizeof(a), once), isnan(once) ? "" : " in all");
	else
		text_add(out, "length:     until the target ends or a signal comes");
	text_addf(out, "; a row every %s\n", fmt_duration(b, sizeof(b), o->interval_s));
}

void scenario_file_print(const struct scenario_file *f, const struct phase_list *l, const struct run_options *o,
			 const char *driver, struct text *out)
{
	if (f->path)
		text_addf(out, "scenario:   %s\n", f->path);
	text_addf(out, "target:     %s%s\n", o->launch ? "launched: " : "", o->launch ? o->launch[0] : o->target);
	text_addf(out, "driver:     %s", driver ? driver : "none");
	if (driver)
		text_addf(out, ", %lld connection%s", (long long)o->connections, o->connections == 1 ? "" : "s");
	text_add(out, "\n");
	if (l->work)
		add_work(out, l->work, f->path);
	add_ends(out, o, l);
	if (l->n == 0)
		return;
	text_add(out, "phases:\n");
	add_phases(out, l, (double)o->rate);
	if (l->repeat)
		text_add(out, "  and again from the first\n");
}
