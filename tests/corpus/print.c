/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/corpus/print.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/corpus/baselines.h"

static double percent(size_t k, size_t n)
{
	return n ? 100. * (double)k / (double)n : NAN;
}

/* One cell; empty where there is no number. */
static void cell(int width, int decimals, double v)
{
	if (isnan(v))
		printf(" %*s", width, "");
	else
		printf(" %*.*f", width, decimals, v);
}

void print_families_head(const char *title)
{
	printf("\n%s\n%-22s %6s %6s %6s %8s %8s %7s  %s\n", title, "", "series", "leak", "right", "rate err", "in 95 %", "onset",
	       "said else | kinds");
}

static void print_numbers(const struct tally *t)
{
	printf("%-22s %6zu", t->name, t->runs);
	cell(6, 1, percent(t->verdict[VERDICT_LEAK], t->runs));
	cell(6, 1, percent(t->right, t->runs));
	cell(8, 1, 100 * tally_median(&t->rate));
	cell(8, 1, percent(t->covered, t->rated));
	cell(7, 1, 100 * tally_median(&t->onset));
}

void print_family(const struct tally *t)
{
	print_numbers(t);
	printf(" ");
	for (size_t i = 0; i < VERDICT_CLASSES; i++)
		if (t->verdict[i] && i != VERDICT_LEAK)
			printf(" %s %.1f", verdict_class_name[i], percent(t->verdict[i], t->runs));
	if (t->verdict[VERDICT_LEAK])
		printf(" |");
	for (size_t i = 1; i < LEAK_KINDS; i++)
		if (t->kind[i])
			printf(" %s %.1f", leak_kind_name[i], percent(t->kind[i], t->runs));
	printf("\n");
}

/* "recall 0.99", or "recall -" where there is nothing to count. */
static void figure(const char *what, int decimals, double v, const char *unit, const char *then)
{
	if (isnan(v))
		printf("%s -%s", what, then);
	else
		printf("%s %.*f%s%s", what, decimals, v, unit, then);
}

void print_sum(const struct tally *sum, const struct alarms *a)
{
	print_numbers(sum);
	figure("\nF1", 4, score_f1(&sum->ours), "", ", ");
	figure("precision", 4, score_precision(&sum->ours), "", ", ");
	figure("recall", 4, score_recall(&sum->ours), "", ", ");
	figure("false alarms", 2, 100 * score_alarms(&sum->ours), " %", " ");
	figure("(by family: mean", 2, 100 * a->mean, " %", ", ");
	figure("at most", 2, 100 * a->worst, " %", *a->where ? ": " : "");
	printf("%s)\n", a->where);
	figure("right class", 1, percent(sum->right, sum->runs), " %", ", ");
	figure("rate error", 1, 100 * tally_median(&sum->rate), " % in the median", ", ");
	figure("the 95 % interval holds the rate in", 1, percent(sum->covered, sum->rated), " %", ", ");
	figure("onset error", 1, 100 * tally_median(&sum->onset), " % of the run", "\n");
}

void print_gate(bool passed)
{
	printf("gate: %s (F1 >= %.2f, precision >= %.3f, recall >= %.3f, false alarms by family <= %.0f %%, in the mean <= %.0f "
	       "%%)\n",
	       passed ? "passed" : "NOT passed", GOAL_F1, GOAL_PRECISION, GOAL_RECALL, 100 * GOAL_FAMILY_ALARMS,
	       100 * GOAL_MEAN_ALARMS);
}

/* As wide as its name, and a count of five digits. */
static int column_width(size_t verdict)
{
	size_t n = strlen(verdict_class_name[verdict]);

	return n < 5 ? 5 : (int)n;
}

/* "sawtooth/load" */
static void print_truth(unsigned truth)
{
	char name[120] = "";

	for (size_t k = 0; k < VERDICT_CLASSES; k++)
		if (truth >> k & 1)
			snprintf(name + strlen(name), sizeof(name) - strlen(name), "%s%s", *name ? "/" : "",
				 verdict_class_name[k]);
	printf("%-22s", name);
}

void print_confusion(const struct confusion *c)
{
	printf("\nWhat was said (columns) by what is right (rows; of several each is right, and so is `insufficient` without "
	       "power)\n");
	printf("%-22s %6s", "", "series");
	for (size_t k = 0; k < VERDICT_CLASSES; k++)
		printf(" %*s", column_width(k), verdict_class_name[k]);
	printf("  right %%\n");
	for (size_t i = 0; i < c->n; i++) {
		print_truth(c->row[i].truth);
		printf(" %6zu", c->row[i].runs);
		for (size_t k = 0; k < VERDICT_CLASSES; k++)
			printf(" %*zu", column_width(k), c->row[i].said[k]);
		printf("  %7.1f\n", percent(c->row[i].right, c->row[i].runs));
	}
}

static void print_score(const char *name, const struct score *s)
{
	printf("%-26s", name);
	cell(6, 3, score_f1(s));
	cell(9, 3, score_precision(s));
	cell(6, 3, score_recall(s));
	cell(14, 1, 100 * score_alarms(s));
	printf("\n");
}

void print_rules(const char *title, const struct tally *sum)
{
	printf("\n%s\n%-26s %6s %9s %6s %14s\n", title, "", "F1", "precision", "recall", "false alarms %");
	print_score("soakd", &sum->ours);
	for (size_t k = 0; k < n_baselines; k++)
		print_score(baselines[k].name, &sum->rule[k]);
}

const char *say_verdict(enum verdict_class verdict, enum leak_kind kind, char *buf, size_t n)
{
	snprintf(buf, n, "%s%s%s", verdict_class_name[verdict], kind ? ", " : "", kind ? leak_kind_name[kind] : "");
	return buf;
}

void print_wrong(const char *name, const struct outcome *o)
{
	char said[64];

	printf("   %s: %s: %s\n", name, say_verdict(o->said, o->kind, said, sizeof(said)), o->why);
}
