/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/output.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "soakd/escape.h"
#include "soakd/terminal.h"
#include "soakd/under.h"
#include "soakd/verdict_json.h"
#include "soakd/words.h"

static void add_human(struct text *t, const struct output *o, const char *path, const struct verdict *v)
{
	if (o->done > 0)
		text_add(t, "\n");
	if (v && o->phases && o->phases_alone) {
		phase_table_result(o->phases, path, t);
		return;
	}
	if (v)
		verdict_to_human(v, o->run, path, o->colour, t);
	if (v)
		add_under_human(t, o->run);
	if (v && o->phases)
		phase_table_human(o->phases, t);
}

/* A failed input as {"path": ..., "error": ...}. */
static json_t *error_json(const char *path, const char *error)
{
	char *p = plain_dup(path), *e = plain_dup(error);
	json_t *j = p && e ? json_pack("{s:s, s:s}", "path", p, "error", e) : NULL;

	free(p);
	free(e);
	return j;
}

static void add_json(struct text *t, const struct output *o, const char *path, const struct verdict *v, const char *error)
{
	json_t *j = v ? verdict_of_run_json(v, o->run, path) : error_json(path, error);

	t->failed |= v && j && !phase_table_to_json(o->phases, j);

	if (o->format == FORMAT_JSON && o->inputs > 1)
		text_add(t, o->done == 0 ? "[\n" : ",\n");
	json_add(t, j, o->format == FORMAT_JSON ? 2 : 0);
	json_decref(j);
	if (o->format == FORMAT_JSONL || o->inputs == 1)
		text_add(t, "\n");
}

static void csv_add_plain(struct text *line, const char *s)
{
	char *clean = plain_dup(s);

	csv_add_str(line, clean ? clean : "");
	line->failed |= !clean;
	free(clean);
}

#define CSV_HEADER                                                                                                               \
	"path,verdict,leaking,kind,column,rate_kb_per_h,rate_lo_kb_per_h,rate_hi_kb_per_h,p_value,growth_kb,"                    \
	"ols_slope_kb_per_h,ols_slope_kb_per_interval,per_op_bytes,warmup_s,detectable_kb_per_h,need_more_s,samples,gaps,"       \
	"restarts,why,error\n"

/* Numbers as in the JSON: the shortest text that reads back the same. */
static void csv_add_exact(struct text *line, double v)
{
	json_t *j = json_num(v);

	text_addc(line, ',');
	if (!json_is_null(j))
		json_add(line, j, 0);
	json_decref(j);
}

static void add_csv(struct text *t, const struct output *o, const char *path, const struct verdict *v, const char *error)
{
	struct text line = TEXT_INIT;

	if (o->done == 0)
		text_add(t, CSV_HEADER);
	csv_add_plain(&line, path);
	if (v) {
		const struct series_verdict *m = &v->main;
		const double numbers[] = { m->rate_kb_per_h,
					   m->rate_lo,
					   m->rate_hi,
					   m->p_value,
					   m->growth_kb,
					   m->ols_slope_kb_per_h,
					   m->ols_slope_kb_per_interval,
					   m->per_op_bytes,
					   m->warmup_s,
					   m->detectable_kb_per_h,
					   m->need_more_s,
					   (double)v->samples,
					   (double)v->gaps,
					   (double)v->restarts };

		csv_add_str(&line, verdict_class_name[m->verdict]);
		csv_add_str(&line, verdict_leaking(v) ? "true" : "false");
		csv_add_str(&line, leak_kind_name[m->kind] ? leak_kind_name[m->kind] : "");
		csv_add_plain(&line, m->column);
		for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
			csv_add_exact(&line, numbers[i]);
		csv_add_plain(&line, m->why);
		csv_add_str(&line, "");
	} else {
		text_add(&line, ",,,,,,,,,,,,,,,,,,,");
		csv_add_plain(&line, error);
	}
	text_add(t, text_str(&line));
	text_addc(t, '\n');
	t->failed |= line.failed;
	text_release(&line);
}

static void add_markdown_row(struct text *t, const struct output *o, const char *path, const struct verdict *v, const char *error)
{
	if (o->done == 0)
		text_add(t, "| run | verdict | growth | why |\n|---|---|---|---|\n");
	text_add(t, "| ");
	add_markdown(t, path);
	if (!v) {
		text_add(t, " | error | | ");
		add_markdown(t, error);
	} else {
		text_addf(t, " | **%s** | ", verdict_headline(v));
		if (isfinite(v->main.rate_kb_per_h))
			add_rate_interval(t, v->main.column, &v->main);
		text_add(t, " | ");
		add_markdown(t, v->main.why);
	}
	text_add(t, " |\n");
}

void output_init(struct output *o, enum out_format format, size_t inputs, FILE *out)
{
	*o = (struct output){ .format = format, .out = out, .inputs = inputs };
	o->colour = terminal_of(fileno(out), NULL).colour;
	if (format == FORMAT_JUNIT)
		fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n", out);
}

void output_add(struct output *o, const char *path, const struct verdict *v, const char *error)
{
	struct text t = TEXT_INIT;

	switch (o->format) {
	case FORMAT_HUMAN:
		add_human(&t, o, path, v);
		break;
	case FORMAT_JSON:
	case FORMAT_JSONL:
		add_json(&t, o, path, v, error);
		break;
	case FORMAT_CSV:
		add_csv(&t, o, path, v, error);
		break;
	case FORMAT_MARKDOWN:
		add_markdown_row(&t, o, path, v, error);
		break;
	case FORMAT_JUNIT:
		junit_suite(&t, path, v, o->phases, error);
		break;
	}
	if (t.failed)
		complainf("no memory to print the verdict of %s", path);
	else
		fwrite(text_str(&t), 1, t.len, o->out);
	text_release(&t);
	if (v || o->format != FORMAT_HUMAN)
		o->done++;
}

void output_end(struct output *o)
{
	if (o->format == FORMAT_JSON && o->inputs > 1)
		fputs("\n]\n", o->out);
	if (o->format == FORMAT_JUNIT)
		fputs("</testsuites>\n", o->out);
}

void output_verdict(const struct verdict *v, const struct phase_table *phases, bool alone, const json_t *run, const char *path,
		    enum out_format format, FILE *out)
{
	struct output o;

	output_init(&o, format, 1, out);
	o.run = run;
	o.phases = phases;
	o.phases_alone = alone;
	output_add(&o, path, v, NULL);
	output_end(&o);
}
