/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often the verdict is right: every family of the corpus, drawn from seeds, decided by the library as the monitor decides.
 *
 *   corpus [--seeds N] [--first SEED] [--family WORD] [--wrong] [--baselines]     200 seeds from 1
 *   corpus --write DIR [--seeds N] ...                                            the same series as CSV and labels.json
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>

#include "analysis/verdict.h"
#include "base/mem.h"
#include "tests/corpus/corpus.h"

struct options {
	unsigned long seeds, first;
	const char *family;
	bool wrong, baselines;
};

struct list { /* of errors, for their median */
	double *v;
	size_t n;
};

struct tally {
	size_t runs, leaks, found, alarms, quiet, right;
	size_t rated, covered;
	size_t verdict[VERDICT_CLASSES], kind[LEAK_KINDS];
	struct list rate_error, onset_error;
};

static void die(const char *what)
{
	fprintf(stderr, "corpus: %s\n", what);
	exit(2);
}

static void list_add(struct list *l, double v)
{
	if ((l->n & (l->n - 1)) == 0) {
		l->v = realloc(l->v, (l->n ? 2 * l->n : 1) * sizeof(*l->v));
		if (!l->v)
			die("no memory");
	}
	l->v[l->n++] = v;
}

static double list_median(struct list *l)
{
	return l->n ? gsl_stats_median(l->v, 1, l->n) : NAN;
}

static void decide(const struct corpus_series *s, struct verdict *v)
{
	struct series y, ops;
	const struct series *column[] = { &y, &ops };
	struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	struct evidence ev = { .column = column,
			       .n_columns = s->has_ops ? 2 : 1,
			       .restart_s = s->restart_s,
			       .n_restarts = s->n_restarts,
			       .interval_s = s->interval_s,
			       .samples = s->n,
			       .limit_kb = NAN };

	if (series_init(&y, "rss_kb", s->interval_s, SERIES_ONLINE, NULL) != SK_OK ||
	    series_init(&ops, "ops", s->interval_s, SERIES_ONLINE, NULL) != SK_OK)
		die("no memory");
	for (size_t i = 0; i < s->n; i++) {
		series_add(&y, s->t[i], s->y[i]);
		series_add(&ops, s->t[i], s->has_ops ? s->ops[i] : NAN);
	}
	if (verdict_decide(&ev, &opt, v, NULL) != SK_OK)
		die("no verdict");
	series_release(&y);
	series_release(&ops);
}

/* max(--min-rate, 1 % of the level per day): what a verdict without a leak must exclude. */
static double limit_rate(const struct corpus_series *s)
{
	return fmax(64, s->level_kb * .01 / 24);
}

/*
 * The right class; without power `insufficient` is right as well, and where even the test that knows the noise has a third too little, nothing
 * else is asked for.
 */
static bool is_right(const struct corpus_series *s, const struct verdict *v)
{
	unsigned got = 1u << v->main.verdict;

	if (s->right & got)
		return !s->leaking || v->main.kind == s->kind;
	return !s->leaking && v->main.verdict == VERDICT_INSUFFICIENT && s->detectable_kb_per_h * 1.5 > limit_rate(s);
}

static void count(const struct corpus_series *s, const struct verdict *v, struct tally *t)
{
	const struct series_verdict *m = &v->main;
	bool said = m->verdict == VERDICT_LEAK;

	t->runs++;
	t->leaks += s->leaking;
	t->found += said && s->leaking;
	t->alarms += said && !s->leaking;
	t->quiet += !s->leaking;
	t->right += is_right(s, v);
	t->verdict[m->verdict]++;
	if (said)
		t->kind[m->kind]++;
	if (said && s->leaking && isfinite(s->rate_kb_per_h)) {
		t->rated++;
		t->covered += m->rate_lo <= s->rate_kb_per_h && s->rate_kb_per_h <= m->rate_hi;
		list_add(&t->rate_error, fabs(m->rate_kb_per_h - s->rate_kb_per_h) / s->rate_kb_per_h);
	}
	if (said && isfinite(s->onset_s))
		list_add(&t->onset_error, isfinite(m->onset_s) ? fabs(m->onset_s - s->onset_s) / s->t[s->n - 1] : 1);
}

static void tally_add(struct tally *sum, const struct tally *t)
{
	sum->runs += t->runs;
	sum->leaks += t->leaks;
	sum->found += t->found;
	sum->alarms += t->alarms;
	sum->quiet += t->quiet;
	sum->right += t->right;
	sum->rated += t->rated;
	sum->covered += t->covered;
	for (size_t i = 0; i < t->rate_error.n; i++)
		list_add(&sum->rate_error, t->rate_error.v[i]);
	for (size_t i = 0; i < t->onset_error.n; i++)
		list_add(&sum->onset_error, t->onset_error.v[i]);
}

static double percent(size_t k, size_t n)
{
	return n ? 100. * (double)k / (double)n : NAN;
}

static void print_family(const char *name, struct tally *t)
{
	printf("%-18s %5.1f %5.1f", name, percent(t->verdict[VERDICT_LEAK], t->runs), percent(t->right, t->runs));
	if (t->rated)
		printf("  err %5.1f cov %5.1f", 100 * list_median(&t->rate_error), percent(t->covered, t->rated));
	if (t->onset_error.n)
		printf(" onset %4.1f", 100 * list_median(&t->onset_error));
	printf(" ");
	for (size_t i = 0; i < VERDICT_CLASSES; i++)
		if (t->verdict[i] && i != VERDICT_LEAK)
			printf(" %s %.1f", verdict_class_name[i], percent(t->verdict[i], t->runs));
	printf(" |");
	for (size_t i = 1; i < LEAK_KINDS; i++)
		if (t->kind[i])
			printf(" %s %.1f", leak_kind_name[i], percent(t->kind[i], t->runs));
	printf("\n");
}

static void print_sum(struct tally *t)
{
	double p = (double)t->found / (double)(t->found + t->alarms), r = (double)t->found / (double)t->leaks;

	printf("F1 %.4f precision %.4f recall %.4f false alarms %.2f %%; right class %.1f %%; rate error %.1f %%, covered %.1f %%; "
	       "onset %.1f %%\n",
	       2 * p * r / (p + r), p, r, percent(t->alarms, t->quiet), percent(t->right, t->runs), 100 * list_median(&t->rate_error),
	       percent(t->covered, t->rated), 100 * list_median(&t->onset_error));
}

static void say_wrong(const struct corpus_series *s, const struct verdict *v, unsigned long seed)
{
	if (is_right(s, v))
		return;
	printf("   %s %lu: n %zu dt %.0f sd %.0f phi %.2f: %s %s, %s\n", s->family, seed, s->n, s->interval_s, s->sd_kb, s->phi,
	       verdict_class_name[v->main.verdict], v->main.kind ? leak_kind_name[v->main.kind] : "", v->main.why);
}

static void run(const struct options *o)
{
	struct corpus_series *s = sk_calloc(1, sizeof(*s));
	struct verdict *v = sk_calloc(1, sizeof(*v));
	struct tally sum = { 0 };

	if (!s || !v)
		die("no memory");
	for (size_t f = 0; f < corpus_n_families; f++) {
		struct tally t = { 0 };

		if (!strstr(corpus_families[f].name, o->family))
			continue;
		for (unsigned long seed = o->first; seed < o->first + o->seeds; seed++) {
			corpus_make(f, seed, s);
			decide(s, v);
			count(s, v, &t);
			if (o->wrong)
				say_wrong(s, v, seed);
		}
		print_family(corpus_families[f].name, &t);
		fflush(stdout);
		tally_add(&sum, &t);
		free(t.rate_error.v);
		free(t.onset_error.v);
	}
	print_sum(&sum);
	free(sum.rate_error.v);
	free(sum.onset_error.v);
	free(s);
	free(v);
}

int main(int argc, char **argv)
{
	static const struct option table[] = { { "seeds", 1, NULL, 's' }, { "first", 1, NULL, 'f' }, { "family", 1, NULL, 'F' },
					       { "wrong", 0, NULL, 'w' }, { "baselines", 0, NULL, 'b' }, { 0 } };
	struct options o = { 200, 1, "", false, false };
	int c;

	while ((c = getopt_long(argc, argv, "", table, NULL)) != -1)
		switch (c) {
		case 's':
			o.seeds = strtoul(optarg, NULL, 10);
			break;
		case 'f':
			o.first = strtoul(optarg, NULL, 10);
			break;
		case 'F':
			o.family = optarg;
			break;
		case 'w':
			o.wrong = true;
			break;
		case 'b':
			o.baselines = true;
			break;
		default:
			return 2;
		}
	run(&o);
	return 0;
}
