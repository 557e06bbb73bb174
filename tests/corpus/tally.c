/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/corpus/tally.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_statistics_double.h>

#include "base/mem.h"
#include "tests/corpus/baselines.h"

static double share(size_t k, size_t n)
{
	return n ? (double)k / (double)n : NAN;
}

void score_add(struct score *s, bool leaking, bool said)
{
	s->leaks += leaking;
	s->found += leaking && said;
	s->quiet += !leaking;
	s->alarms += !leaking && said;
}

double score_precision(const struct score *s)
{
	return share(s->found, s->found + s->alarms);
}

double score_recall(const struct score *s)
{
	return share(s->found, s->leaks);
}

double score_f1(const struct score *s)
{
	return share(2 * s->found, s->found + s->alarms + s->leaks);
}

double score_alarms(const struct score *s)
{
	return share(s->alarms, s->quiet);
}

static void errors_add(struct errors *e, double v)
{
	if (isnan(v))
		return;
	if (sk_grow((void **)&e->v, &e->cap, e->n + 1, sizeof(*e->v)) != 0)
		abort();
	e->v[e->n++] = v;
}

double tally_median(const struct errors *e)
{
	return e->n ? gsl_stats_median(e->v, 1, e->n) : NAN;
}

void tally_outcome(struct tally *t, const struct outcome *o)
{
	t->runs++;
	t->right += o->right;
	t->verdict[o->said]++;
	t->kind[o->kind]++;
	t->rated += o->rated;
	t->covered += o->rated && o->covered;
	errors_add(&t->rate, o->rated ? o->rate_error : NAN);
	errors_add(&t->onset, o->onset_error);
	score_add(&t->ours, o->leaking, o->said == VERDICT_LEAK);
	for (size_t k = 0; k < n_baselines; k++)
		score_add(&t->rule[k], o->leaking, o->rules >> k & 1);
}

void tally_release(struct tally *t)
{
	free(t->rate.v);
	free(t->onset.v);
	*t = (struct tally){ 0 };
}

struct alarms alarms_of(const struct tally *family, size_t n)
{
	struct alarms a = { NAN, NAN, "" };
	double sum = 0;
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		double here = score_alarms(&family[i].ours);

		if (isnan(here))
			continue;
		sum += here;
		m++;
		if (!(here <= a.worst)) {
			a.worst = here;
			a.where = family[i].name;
		}
	}
	a.mean = m ? sum / (double)m : NAN;
	return a;
}

bool goals_reached(const struct score *all, const struct alarms *a)
{
	return score_f1(all) >= GOAL_F1 && score_precision(all) >= GOAL_PRECISION && score_recall(all) >= GOAL_RECALL &&
	       a->worst <= GOAL_FAMILY_ALARMS && a->mean <= GOAL_MEAN_ALARMS;
}

void confusion_add(struct confusion *c, const struct outcome *o)
{
	size_t i = 0;

	while (i < c->n && c->row[i].truth != o->truth)
		i++;
	if (i == CONFUSION_ROWS)
		abort();
	if (i == c->n)
		c->row[c->n++].truth = o->truth;
	c->row[i].runs++;
	c->row[i].right += o->right;
	c->row[i].said[o->said]++;
}
