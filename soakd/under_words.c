/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a tool of --under has found, from run.json: as the verdict, as lines of a terminal, as a table. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/under.h"

#define NOT_JUDGED "its growth is not judged, because most of it is the tool's own"

/* The name of the tool that the run was under; NULL: none. */
static const char *tool_of(const json_t *run)
{
	const char *tool = json_get_str(json_object_get(run, "options"), "under", "none");

	return strcmp(tool, "none") == 0 ? NULL : tool;
}

static bool is_memcheck(const json_t *under)
{
	return json_is_number(json_object_get(under, "definite_bytes"));
}

static void add_counted(struct text *out, double n, const char *thing)
{
	text_addf(out, "%.0f %s%s", n, thing, n == 1 ? "" : strcmp(thing, "process") == 0 ? "es" : "s");
}

static void add_site_name(struct text *out, const json_t *site)
{
	const char *function = json_get_str(site, "function", ""), *place = json_get_str(site, "place", "");

	text_add(out, *function ? function : "?");
	if (*place)
		text_addf(out, " (%s)", place);
}

/* "memcheck found 1000 bytes in 10 blocks definitely lost in 2 processes, most of them by leak_here (leak.c:6)" */
static void add_found(struct text *out, const json_t *under)
{
	double bytes = json_get_num(under, "definite_bytes", 0);
	const json_t *first = json_array_get(json_object_get(under, "sites"), 0);

	text_addf(out, "%s found ", json_get_str(under, "tool", "the tool"));
	if (bytes > 0) {
		add_counted(out, bytes, "byte");
		text_add(out, " in ");
		add_counted(out, json_get_num(under, "definite_blocks", 0), "block");
	} else {
		text_add(out, "nothing");
	}
	text_add(out, " definitely lost in ");
	add_counted(out, json_get_num(under, "processes", 0), "process");
	if (first) {
		text_addf(out, ", %s by ", json_array_size(json_object_get(under, "sites")) > 1 ? "most of them" : "all of them");
		add_site_name(out, first);
	}
}

static void add_result(struct text *out, const char *tool, const json_t *under)
{
	const char *why = json_get_str(under, "why", NULL);

	if (!under) {
		text_addf(out, "the target runs under %s, whose result comes when it has ended; " NOT_JUDGED, tool);
		return;
	}
	if (is_memcheck(under)) {
		add_found(out, under);
	} else {
		text_addf(out, "%s recorded ", tool);
		add_counted(out, json_get_num(under, "processes", 0), "process");
		text_add(out, ", and sets no limit that could be exceeded");
	}
	if (why)
		text_addf(out, "; %s", why);
	text_add(out, "; " NOT_JUDGED);
}

/* The driver is not under the tool: its series stays as it was judged. */
static void forget_growth(struct verdict *v)
{
	struct series_verdict *m = &v->main;

	for (size_t i = 0; i < v->n_series; i++) {
		struct series_verdict *s = &v->series[i];

		if (strcmp(s->column, DRIVER_COLUMN) == 0)
			continue;
		s->verdict = VERDICT_INSUFFICIENT;
		s->kind = LEAK_NONE;
		s->need_more_s = s->detectable_kb_per_h = s->p_value = s->q_value = NAN;
		snprintf(s->why, sizeof(s->why), "%s", NOT_JUDGED);
	}
	m->kind = LEAK_NONE;
	m->grows_with = GROWS_UNKNOWN;
	m->rate_kb_per_h = m->rate_lo = m->rate_hi = m->p_value = m->q_value = m->growth_kb = NAN;
	m->per_op_bytes = m->per_op_lo = m->per_op_hi = m->need_more_s = m->detectable_kb_per_h = m->onset_s = NAN;
	m->fit.valid = false;
	v->n_parts = 0;
	memset(&v->explained, 0, sizeof(v->explained));
	v->limit_unix = v->limit_unix_p10 = v->limit_unix_p90 = v->limit_unix_lo = v->limit_unix_hi = v->limit_never = NAN;
}

void under_judge(const json_t *run, struct verdict *v)
{
	const char *tool = tool_of(run);
	const json_t *under = json_object_get(run, "under");
	struct text why = TEXT_INIT;

	if (!tool)
		return;
	forget_growth(v);
	if (json_get_num(under, "definite_bytes", 0) > 0)
		v->gate = GATE_BROKEN;
	else
		v->gate = json_get_bool(under, "complete", 0) ? GATE_KEPT : GATE_OPEN;
	v->main.verdict = v->gate == GATE_BROKEN ? VERDICT_LEAK : VERDICT_INSUFFICIENT;
	snprintf(v->gate_word, sizeof(v->gate_word), "%s",
		 v->gate == GATE_BROKEN ? "LEAK"
		 : v->gate == GATE_OPEN ? under ? "INCOMPLETE" : "RESULT AT THE END"
		 : is_memcheck(under)   ? "NO DEFINITE LEAK"
					: "RECORDED");
	add_result(&why, tool, under);
	snprintf(v->main.why, sizeof(v->main.why), "%.*s", (int)utf8_fit(text_str(&why), sizeof(v->main.why) - 1),
		 text_str(&why));
	text_release(&why);
}

/* ---- for people ------------------------------------------------------------------------------------------------------ */

static const char *reader_of(const char *tool)
{
	static const char *const readers[][2] = { { "memcheck", "each has the whole stacks" },
						  { "massif", "ms_print reads them" },
						  { "dhat", "dh_view.html of valgrind shows them" },
						  { "heaptrack", "heaptrack_print reads it" } };

	for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++)
		if (strcmp(readers[i][0], tool) == 0)
			return readers[i][1];
	return "";
}

static void add_files(struct text *out, const json_t *under)
{
	const json_t *files = json_object_get(under, "files");

	if (json_array_size(files) == 0)
		return;
	text_add(out, json_string_value(json_array_get(files, 0)));
	if (json_array_size(files) > 1)
		text_addf(out, " and %.0f more", json_get_num(under, "processes", 0) - 1);
	text_addf(out, ": %s", reader_of(json_get_str(under, "tool", "")));
	if (json_get_num(under, "errors", 0) > 0) {
		text_add(out, ", and ");
		add_counted(out, json_get_num(under, "errors", 0), "other error");
	}
}

void add_under_human(struct text *out, const json_t *run)
{
	const json_t *under = json_object_get(run, "under"), *site;
	struct text files = TEXT_INIT, name = TEXT_INIT;
	size_t i;

	json_array_foreach(json_object_get(under, "sites"), i, site)
	{
		const char *callers = json_get_str(site, "callers", "");

		text_reset(&name);
		add_site_name(&name, site);
		text_add(out, i == 0 ? "  lost:       " : "              ");
		add_counted(out, json_get_num(site, "bytes", 0), "byte");
		text_add(out, " in ");
		add_counted(out, json_get_num(site, "blocks", 0), "block");
		text_add(out, ", ");
		add_counted(out, json_get_num(site, "processes", 0), "process");
		text_add(out, ": ");
		add_plain(out, text_str(&name));
		if (*callers) {
			text_add(out, " <- ");
			add_plain(out, callers);
		}
		text_addc(out, '\n');
	}
	add_files(&files, under);
	if (files.len) {
		text_add(out, "  files:      ");
		add_plain(out, text_str(&files));
		text_addc(out, '\n');
	}
	out->failed |= files.failed || name.failed;
	text_release(&files);
	text_release(&name);
}

void add_under_markdown(struct text *out, const json_t *run)
{
	const json_t *under = json_object_get(run, "under"), *site;
	struct text line = TEXT_INIT;
	size_t i;

	if (json_array_size(json_object_get(under, "sites")) > 0)
		text_add(out, "\n| Definitely lost by | called by | bytes | blocks | processes |\n|---|---|--:|--:|--:|\n");
	json_array_foreach(json_object_get(under, "sites"), i, site)
	{
		text_reset(&line);
		add_site_name(&line, site);
		text_add(out, "| ");
		add_markdown(out, text_str(&line));
		text_add(out, " | ");
		add_markdown(out, json_get_str(site, "callers", ""));
		text_addf(out, " | %.0f | %.0f | %.0f |\n", json_get_num(site, "bytes", 0), json_get_num(site, "blocks", 0),
			  json_get_num(site, "processes", 0));
	}
	text_reset(&line);
	add_files(&line, under);
	if (line.len) {
		text_add(out, "\nFiles of the tool: ");
		add_markdown(out, text_str(&line));
		text_add(out, ".\n");
	}
	out->failed |= line.failed;
	text_release(&line);
}
