/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The verdict in words: what a person at a terminal reads, and the words that other texts share. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analysis/attribution.h"
#include "analysis/known.h"
#include "base/units.h"
#include "soakd/advice.h"
#include "soakd/escape.h"
#include "soakd/verdict_json.h"
#include "soakd/words.h"

const char *verdict_headline_word(enum verdict_class c)
{
	static const char *const words[VERDICT_CLASSES] = {
		[VERDICT_INSUFFICIENT] = "INSUFFICIENT DATA",
		[VERDICT_STABLE] = "NO LEAK: STABLE",
		[VERDICT_PLATEAU] = "NO LEAK: PLATEAU",
		[VERDICT_STEP] = "NO LEAK: STEP",
		[VERDICT_SAWTOOTH] = "NO LEAK: SAWTOOTH",
		[VERDICT_LOAD] = "NO LEAK: FOLLOWS THE LOAD",
		[VERDICT_SHRINKING] = "NO LEAK: SHRINKING",
		[VERDICT_SHARED_TOUCH] = "NO LEAK: SHARED MEMORY TOUCHED",
		[VERDICT_SUSPECTED] = "SUSPECTED",
		[VERDICT_LEAK] = "LEAK",
	};

	return words[c];
}

const char *verdict_headline(const struct verdict *v)
{
	return v->gate == GATE_NONE ? verdict_headline_word(v->main.verdict) : v->gate_word;
}

bool column_is_memory(const char *column)
{
	size_t n = strlen(column);

	return (n > 3 && strcmp(column + n - 3, "_kb") == 0) || strchr(column, '+') != NULL;
}

void add_level(struct text *out, const char *column, double v)
{
	char buf[40];

	text_add(out, column_is_memory(column) ? fmt_kb(buf, sizeof(buf), v) : fmt_count(buf, sizeof(buf), v));
}

void add_rate(struct text *out, const char *column, double per_h)
{
	char buf[40];

	if (column_is_memory(column))
		text_add(out, fmt_kb_rate(buf, sizeof(buf), per_h));
	else
		text_addf(out, "%s%s/h", per_h > 0 ? "+" : "", fmt_count(buf, sizeof(buf), per_h));
}

/* Where the unit of "+3.10 MiB/h" begins: at its blank, or at the slash of "+12/h". */
static const char *unit_of(const struct text *t)
{
	const char *s = text_str(t), *blank = strchr(s, ' ');

	return blank ? blank : strchr(s, '/') ? strchr(s, '/') : s + strlen(s);
}

static void add_count(struct text *out, uint64_t n, const char *thing)
{
	text_addf(out, "%llu %s%s", (unsigned long long)n, thing, n == 1 ? "" : "s");
}

void add_bytes(struct text *out, double bytes)
{
	char buf[40];

	if (fabs(bytes) < 999.5) /* above, three digits are no whole bytes: "1.02e+03" */
		text_addf(out, "%.3g B", bytes);
	else
		text_add(out, fmt_kb(buf, sizeof(buf), bytes / 1024));
}

/* Three texts as "20.1 KiB [18.1, 22.1]" where they have one unit, else "1.20 MiB [980 KiB, 1.42 MiB]". */
static void add_interval(struct text *out, struct text t[3], bool known)
{
	const char *unit[3];

	for (size_t i = 0; i < 3; i++) {
		unit[i] = unit_of(&t[i]);
		out->failed |= t[i].failed;
	}
	bool same = strcmp(unit[0], unit[1]) == 0 && strcmp(unit[0], unit[2]) == 0;

	text_add(out, text_str(&t[0]));
	if (known) {
		text_addf(out, " [%.*s", same ? (int)(unit[1] - text_str(&t[1])) : (int)t[1].len, text_str(&t[1]));
		text_addf(out, ", %.*s]", same ? (int)(unit[2] - text_str(&t[2])) : (int)t[2].len, text_str(&t[2]));
	}
	for (size_t i = 0; i < 3; i++)
		text_release(&t[i]);
}

void add_bytes_interval(struct text *out, double bytes, double lo, double hi)
{
	struct text t[3] = { TEXT_INIT, TEXT_INIT, TEXT_INIT };

	add_bytes(&t[0], bytes);
	add_bytes(&t[1], lo);
	add_bytes(&t[2], hi);
	add_interval(out, t, isfinite(lo) && isfinite(hi));
}

void add_rate_interval(struct text *out, const char *column, const struct series_verdict *s)
{
	struct text t[3] = { TEXT_INIT, TEXT_INIT, TEXT_INIT };

	add_rate(&t[0], column, s->rate_kb_per_h);
	add_rate(&t[1], column, s->rate_lo);
	add_rate(&t[2], column, s->rate_hi);
	add_interval(out, t, isfinite(s->rate_lo) && isfinite(s->rate_hi));
}

bool add_per_op(struct text *out, const struct series_verdict *s)
{
	const struct {
		const char *unit;
		double bytes, lo, hi;
	} op = { "operation", s->per_op_bytes, s->per_op_lo, s->per_op_hi },
	  connection = { "connection", s->per_connection_bytes, s->per_connection_lo, s->per_connection_hi },
	  reload = { "reload", s->per_reload_bytes, s->per_reload_lo, s->per_reload_hi },
	  *of = s->grows_with == GROWS_CONNECTS  ? &connection
		: s->grows_with == GROWS_RELOADS ? &reload
						 : &op;

	if (!isfinite(of->bytes))
		return false;
	add_bytes_interval(out, of->bytes, of->lo, of->hi);
	text_addf(out, " per %s", of->unit);
	return true;
}

/* A moment as exactly as it is known: the day, or the minute where hours count. */
static void add_moment(struct text *out, double unix_s, bool days)
{
	char at[40];

	fmt_utc(at, sizeof(at), unix_s);
	text_addf(out, days ? "%.10s" : "%.16sZ", at);
}

/* "2026-12-03 (80%: 2026-12-02 to 2026-12-06)"; "never" where a tenth of the futures is not there in ten years. */
bool add_forecast(struct text *out, const struct verdict *v)
{
	bool ends = isfinite(v->limit_unix_p90), days = !ends || v->limit_unix_p90 - v->limit_unix_p10 > 2 * 86400;
	char buf[40];

	if (!isfinite(v->limit_unix) || !isfinite(v->limit_kb))
		return false;
	if (v->limit_unix_p10 >= v->limit_unix_p90) { /* forecast.h: the last point is there; no future is so sure */
		text_addf(out, "the limit of %s is exceeded already", fmt_kb(buf, sizeof(buf), v->limit_kb));
		return true;
	}
	text_addf(out, "%s are reached ", fmt_kb(buf, sizeof(buf), v->limit_kb));
	add_moment(out, v->limit_unix, days);
	if (!isfinite(v->limit_unix_p10))
		return true;
	text_add(out, " (80%: ");
	add_moment(out, v->limit_unix_p10, days);
	text_add(out, " to ");
	if (ends)
		add_moment(out, v->limit_unix_p90, days);
	else
		text_add(out, "never");
	text_addc(out, ')');
	return true;
}

void add_why(struct text *out, const struct verdict *v)
{
	struct text forecast = TEXT_INIT;
	char first = v->main.why[0];

	if (first >= 'a' && first <= 'z')
		first = (char)(first - 'a' + 'A');
	if (first) {
		text_addc(out, first);
		text_addf(out, "%s.", v->main.why + 1);
	}
	if (add_forecast(&forecast, v) && *text_str(&forecast) == 't') /* "the limit ..." */
		text_addf(out, " T%s.", text_str(&forecast) + 1);
	else if (forecast.len > 0)
		text_addf(out, " At this rate %s.", text_str(&forecast));
	out->failed |= forecast.failed;
	text_release(&forecast);
}

const char *part_unit(const struct verdict_part *p)
{
	return strcmp(p->by, "fd-kind") == 0 ? "fds" : "anon_kb";
}

void add_part_name(struct text *out, const struct verdict_part *p)
{
	char place[EXPLAINED_NAME + 16];

	if (strcmp(p->by, "context") == 0)
		item_place(place, sizeof(place), p->name);
	add_plain(out, strcmp(p->by, "context") == 0 ? place : p->name);
}

bool part_counts(const struct verdict_part *p)
{
	return p->q_value <= VERDICT_PART_Q || (strcmp(p->by, "context") == 0 && isfinite(p->share));
}

/* The parts of the rest that are worth a word: a hundredth of the growth. */
static void add_rest(struct text *out, const struct explained *e)
{
	const double kb[] = { e->fragmentation_kb, e->retention_kb, e->other_kb };
	char buf[40];

	for (size_t i = 0; i < sizeof(kb) / sizeof(*kb); i++)
		if (kb[i] > .01 * e->growth_kb)
			text_addf(out, "; %s %s", growth_rest_name[REST_FRAGMENTATION + i], fmt_kb(buf, sizeof(buf), kb[i]));
}

bool add_explained(struct text *out, const struct explained *e)
{
	const char *class = fragmentation_word(e->fragmentation);
	char grew[40];

	if (!e->source[0] || (isnan(e->share) && !class))
		return false;
	if (isnan(e->share)) {
		text_addf(out, "%zu process%s with an account in %s did not grow", e->processes, e->processes == 1 ? "" : "es",
			  e->source);
	} else {
		text_addf(out, "%.0f %% of what %zu process%s grew by (%s) is in %s", round(100 * e->share) + 0.0, e->processes,
			  e->processes == 1 ? "" : "es", fmt_kb(grew, sizeof(grew), e->growth_kb), e->source);
		add_rest(out, e);
	}
	if (class)
		text_addf(out, "; fragmentation %.0f %% (%s)", 100 * e->fragmentation, class);
	return true;
}

static void add_attribution(struct text *out, const struct verdict *v)
{
	const char *by = "";

	for (size_t i = 0; i < v->n_parts; i++) {
		const struct verdict_part *p = &v->part[i];

		/* the first of each kind that is proven to grow says it; the rest is in the JSON */
		if (strcmp(by, p->by) == 0 || !(p->growth_kb > 0) || !part_counts(p))
			continue;
		if (strcmp(p->by, "mapping") == 0 && !part_makes_most(v, p))
			continue;
		text_add(out, *by ? ", " : "  grows in:   ");
		by = p->by;
		text_addf(out, "%s ", p->by);
		add_part_name(out, p);
		text_add(out, " ");
		add_rate(out, part_unit(p), p->rate_kb_per_h);
		if (isfinite(p->share))
			text_addf(out, " (%.0f %%)", 100 * p->share);
	}
	if (*by)
		text_add(out, "\n");
}

bool add_driver(struct text *out, const struct verdict *v)
{
	const struct series_verdict *d = verdict_of_driver(v);

	if (!d || d->verdict != VERDICT_LEAK)
		return false;
	text_add(out, "the DRIVER leaks ");
	add_rate_interval(out, d->column, d);
	text_add(out, ": not the target");
	return true;
}

static void add_numbers(struct text *out, const struct verdict *v)
{
	struct text line = TEXT_INIT, each = TEXT_INIT;
	const struct series_verdict *m = &v->main;
	char buf[40];

	if (isfinite(m->rate_kb_per_h)) {
		text_add(out, "  growth:     ");
		add_plain(out, m->column);
		text_add(out, " ");
		add_rate_interval(out, m->column, m);
		if (add_per_op(&each, m))
			text_addf(out, ", %s", text_str(&each));
		text_release(&each);
		text_add(out, "\n");
	}
	add_attribution(out, v);
	text_add(&line, "  explained:  ");
	if (add_explained(&line, &v->explained))
		text_addf(out, "%s\n", text_str(&line));
	text_reset(&line);
	if (add_driver(&line, v))
		text_addf(out, "  driver:     %s\n", text_str(&line));
	text_release(&line);
	if (isfinite(v->limit_unix)) {
		text_add(out, "  forecast:   ");
		add_forecast(out, v);
		text_add(out, "\n");
	}
	if (isfinite(m->detectable_kb_per_h)) {
		text_add(out, "  detectable: ");
		add_rate(out, m->column, m->detectable_kb_per_h);
		text_add(out, " or more can be told from noise\n");
	}
	if (isfinite(m->ols_slope_kb_per_h) && v->gate == GATE_NONE)
		text_addf(out, "  plain fit:  %.6g%s = %.6g%s per interval (least squares over all samples, warm-up included)\n",
			  m->ols_slope_kb_per_h, is_count(m->column) ? " per hour" : " KiB/h", m->ols_slope_kb_per_interval,
			  is_count(m->column) ? "" : " KiB");
	text_add(out, "  data:       ");
	add_count(out, v->samples, "sample");
	text_add(out, ", ");
	add_count(out, v->gaps, "gap");
	text_add(out, ", ");
	add_count(out, v->restarts, "restart");
	if (m->warmup_s > 0)
		text_addf(out, ", warm-up %s left out", fmt_duration(buf, sizeof(buf), m->warmup_s));
	text_add(out, "\n");
}

void verdict_to_human(const struct verdict *v, const json_t *run, const char *path, int colour, struct text *out)
{
	static const char *const ansi[VERDICT_CLASSES] = {
		[VERDICT_LEAK] = "\033[1;31m",
		[VERDICT_SUSPECTED] = "\033[1;33m",
		[VERDICT_INSUFFICIENT] = "\033[1;33m",
	};
	bool kept = v->gate == GATE_KEPT;
	const char *on = ansi[v->main.verdict] && !kept ? ansi[v->main.verdict] : "\033[1;32m",
		   *kind = leak_kind_name[v->main.kind];
	struct text ruled_out = TEXT_INIT;

	add_plain(out, path);
	text_addf(out, ": %s%s%s", colour ? on : "", verdict_headline(v), colour ? "\033[0m" : "");
	if (v->main.verdict == VERDICT_LEAK && kind)
		text_addf(out, " (%s)", kind);
	text_add(out, "\n  ");
	add_plain(out, v->main.why);
	text_add(out, "\n");
	add_numbers(out, v);
	text_add(&ruled_out, "  ruled out:  ");
	if (add_ruled_out(&ruled_out, v))
		text_addf(out, "%s\n", text_str(&ruled_out));
	out->failed |= ruled_out.failed;
	text_release(&ruled_out);
	text_add(out, "  next:       ");
	add_next(out, v, run);
	text_add(out, "\n");
}
