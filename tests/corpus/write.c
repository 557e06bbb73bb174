/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The series as files, for other programs to be measured on, and labels that say the truth. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json.h"
#include "base/mem.h"
#include "tests/corpus/options.h"
#include "tests/corpus/print.h"

#define START_UNIX 1795140000. /* whole, so that times keep their eighths */

static void write_csv(const char *path, const struct corpus_series *s)
{
	FILE *f = fopen(path, "w");

	if (!f)
		die("cannot write", path);
	fprintf(f, "timestamp,rss_kb%s%s\n", s->has_ops ? ",ops" : "", s->has_pid ? ",pid" : "");
	for (size_t i = 0; i < s->n; i++) {
		fprintf(f, "%.3f,%.0f", START_UNIX + s->t[i], s->y[i]);
		if (s->has_ops)
			fprintf(f, ",%.0f", s->ops[i]);
		if (s->has_pid)
			fprintf(f, ",%d", s->pid[i]);
		fputc('\n', f);
	}
	if (fclose(f) != 0)
		die("cannot write", path);
}

/* As in tests/corpus/real: the first of the right classes, the first of the right kinds. */
static json_t *label(const char *file, const struct corpus_series *s)
{
	char class[64];
	int right = __builtin_ctz(s->right & ~(1u << VERDICT_INSUFFICIENT)), kind = s->leaking ? __builtin_ctz(s->kinds) : 0;

	snprintf(class, sizeof(class), "%s%s%s", verdict_class_name[right], kind ? "-" : "", kind ? leak_kind_name[kind] : "");
	return json_pack("{s:s,s:b,s:s,s:s,s:o,s:o,s:o}", "file", file, "leaking", s->leaking, "family", s->family, "class",
			 class, "rate_kb_per_h", json_num(s->rate_kb_per_h), "onset_s", json_num(s->onset_s), "interval_s",
			 json_num(s->interval_s));
}

static void say(const char *path, const struct verdict *v)
{
	printf("%s\t%s\t%s\t", path, verdict_class_name[v->main.verdict], v->main.kind ? leak_kind_name[v->main.kind] : "-");
	if (isfinite(v->main.rate_kb_per_h))
		printf("%.6f\n", v->main.rate_kb_per_h);
	else
		printf("-\n");
}

static void write_one(const char *dir, const struct corpus_family *f, unsigned long seed, json_t *labels)
{
	struct corpus_series *s = sk_calloc(1, sizeof(*s));
	struct verdict *v = sk_calloc(1, sizeof(*v));
	char path[4096], file[96];

	if (!s || !v)
		die("no memory", "");
	corpus_make(f, seed, s);
	snprintf(file, sizeof(file), "%s_%lu.csv", f->name, seed);
	snprintf(path, sizeof(path), "%s/%s", dir, file);
	write_csv(path, s);
	if (json_array_append_new(labels, label(file, s)) != 0)
		die("no memory", "");
	corpus_decide(s, v);
	say(path, v);
	free(s);
	free(v);
}

/* Nothing is made where no family has the word. */
static void write_families(const char *dir, const struct corpus_family *family, size_t n, const struct options *o)
{
	json_t *labels = json_array();
	struct sk_err err = { 0 };
	char path[4096];

	for (size_t f = 0; f < n; f++) {
		if (!strstr(family[f].name, o->family))
			continue;
		if (mkdir(dir, 0777) != 0 && errno != EEXIST)
			die("cannot make the folder", dir);
		for (unsigned long k = 0; k < o->seeds; k++)
			write_one(dir, &family[f], o->first + k, labels);
	}
	snprintf(path, sizeof(path), "%s/labels.json", dir);
	if (json_array_size(labels) > 0 && json_write_file(path, labels, &err) != SK_OK)
		die(err.msg, "");
	json_decref(labels);
}

void write_series(const struct options *o)
{
	char stress[4000];

	if (mkdir(o->write, 0777) != 0 && errno != EEXIST)
		die("cannot make the folder", o->write);
	snprintf(stress, sizeof(stress), "%s/stress", o->write);
	write_families(o->write, corpus_families, corpus_n_families, o);
	write_families(stress, corpus_stress, corpus_n_stress, o);
}
