/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of some standard deviations over 288 samples: what is found, what is suspected, and what a flat process is called. */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tests/corpus/each.h"
#include "tests/corpus/options.h"
#include "tests/corpus/print.h"

static const double rises[] = { 0, 3, 4, 6, 12 }, phis[] = { 0, .5, .8, .9, .95 };
#define RISES (sizeof(rises) / sizeof(*rises))
#define PHIS  (sizeof(phis) / sizeof(*phis))

/* Line i: seeds one after the other, for each phi of each rise. */
static void judge(size_t i, const void *context, void *result)
{
	const struct options *o = context;
	size_t place = i / o->seeds;
	struct corpus_series *s = sk_calloc(1, sizeof(*s));
	struct verdict *v = sk_calloc(1, sizeof(*v));

	if (!s || !v)
		die("no memory", "");
	corpus_line(rises[place / PHIS], phis[place % PHIS], 288, 300, o->first + i % o->seeds, s);
	corpus_decide(s, v);
	*(struct outcome *)result = outcome_of(s, v);
	free(s);
	free(v);
}

static void show_wrong(const struct options *o, double rise, double phi, const struct outcome *line)
{
	for (size_t k = 0; k < o->seeds; k++) {
		char name[64];

		snprintf(name, sizeof(name), "%.0f sd phi %.2f seed %lu", rise, phi, o->first + k);
		if (!line[k].right)
			print_wrong(name, &line[k]);
	}
}

void power_table(const struct options *o)
{
	size_t n = RISES * PHIS * o->seeds;
	struct outcome *out = each(n, sizeof(*out), judge, o);

	printf("\nA line that rises by so many standard deviations over 288 samples, %lu seeds: %% leak + %% suspected\n%-8s",
	       o->seeds, "");
	for (size_t p = 0; p < PHIS; p++)
		printf("  phi %-9.2f", phis[p]);
	for (size_t place = 0; place < RISES * PHIS; place++) {
		const struct outcome *line = out + place * o->seeds;
		size_t said[VERDICT_CLASSES] = { 0 };

		if (place % PHIS == 0)
			printf("\n%5.0f sd", rises[place / PHIS]);
		for (size_t k = 0; k < o->seeds; k++)
			said[line[k].said]++;
		printf("  %5.1f + %-5.1f", 100. * (double)said[VERDICT_LEAK] / (double)o->seeds,
		       100. * (double)said[VERDICT_SUSPECTED] / (double)o->seeds);
	}
	printf("\n");
	for (size_t place = 0; o->wrong && place < RISES * PHIS; place++)
		show_wrong(o, rises[place / PHIS], phis[place % PHIS], out + place * o->seeds);
	each_free(out, n, sizeof(*out));
}
