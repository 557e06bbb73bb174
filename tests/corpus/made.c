/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of made series: drawn, decided and counted family by family. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/corpus/baselines.h"
#include "tests/corpus/each.h"
#include "tests/corpus/options.h"
#include "tests/corpus/print.h"

#define FAMILIES_MAX 64

struct chosen {
	const struct corpus_family *family[FAMILIES_MAX];
	size_t n;
	const struct options *o;
};

static void choose(struct chosen *c, const struct corpus_family *family, size_t n, const struct options *o)
{
	*c = (struct chosen){ .o = o };
	for (size_t i = 0; i < n && c->n < FAMILIES_MAX; i++)
		if (strstr(family[i].name, o->family))
			c->family[c->n++] = &family[i];
}

/* Series i of the chosen families: their seeds one after the other. */
static void judge(size_t i, const void *context, void *result)
{
	const struct chosen *c = context;
	struct corpus_series *s = sk_calloc(1, sizeof(*s));
	struct verdict *v = sk_calloc(1, sizeof(*v));
	struct outcome *out = result;

	if (!s || !v)
		die("no memory", "");
	corpus_make(c->family[i / c->o->seeds], c->o->first + i % c->o->seeds, s);
	corpus_decide(s, v);
	*out = outcome_of(s, v);
	if (c->o->rules)
		out->rules = baselines_say(s->t, s->y, s->n);
	free(s);
	free(v);
}

static void show_wrong(const struct chosen *c, size_t family, const struct outcome *o)
{
	for (size_t k = 0; k < c->o->seeds; k++) {
		char name[64];

		snprintf(name, sizeof(name), "%s %lu", c->family[family]->name, c->o->first + k);
		if (!o[k].right)
			print_wrong(name, &o[k]);
	}
}

/* Prints the families and counts them: t has one tally for each, sum and by_truth all. */
static void table(const struct chosen *c, struct tally *t, struct tally *sum, struct confusion *by_truth)
{
	size_t n = c->n * c->o->seeds;
	struct outcome *o = each(n, sizeof(*o), judge, c);

	for (size_t f = 0; f < c->n; f++) {
		const struct outcome *mine = o + f * c->o->seeds;

		t[f].name = c->family[f]->name;
		for (size_t k = 0; k < c->o->seeds; k++) {
			tally_outcome(&t[f], &mine[k]);
			tally_outcome(sum, &mine[k]);
			confusion_add(by_truth, &mine[k]);
		}
		print_family(&t[f]);
		if (c->o->wrong)
			show_wrong(c, f, mine);
	}
	each_free(o, n, sizeof(*o));
}

static void stress(const struct options *o)
{
	struct tally t[FAMILIES_MAX] = { 0 }, sum = { .name = "all" };
	struct confusion by_truth = { 0 };
	struct chosen c;

	choose(&c, corpus_stress, corpus_n_stress, o);
	if (c.n == 0)
		return;
	print_families_head("Harder series, in no sum above (%)");
	table(&c, t, &sum, &by_truth);
	if (o->rules)
		print_rules("The rules that people use, on these harder series", &sum);
	for (size_t f = 0; f < c.n; f++)
		tally_release(&t[f]);
	tally_release(&sum);
}

bool made_series(const struct options *o)
{
	struct tally t[FAMILIES_MAX] = { 0 }, sum = { .name = "all" };
	struct confusion by_truth = { 0 };
	struct alarms alarms;
	struct chosen c;
	bool good = true;
	char title[120];

	choose(&c, corpus_families, corpus_n_families, o);
	if (c.n > 0) {
		snprintf(title, sizeof(title), "Made series, %lu of each family from seed %lu (%%)", o->seeds, o->first);
		print_families_head(title);
		table(&c, t, &sum, &by_truth);
		alarms = alarms_of(t, c.n);
		print_sum(&sum, &alarms);
		if (o->gate) {
			good = goals_reached(&sum.ours, &alarms);
			print_gate(good);
		}
		print_confusion(&by_truth);
		if (o->rules)
			print_rules("The rules that people use, on the same series", &sum);
	}
	for (size_t f = 0; f < c.n; f++)
		tally_release(&t[f]);
	tally_release(&sum);
	stress(o);
	return good;
}
