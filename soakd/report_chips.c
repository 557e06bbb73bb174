/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The band at the top of the page: the headline says what of, the chips how fast, per what, since when and until when. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/escape.h"
#include "soakd/report_page.h"
#include "soakd/words.h"

#define CHIPS 4

const char *growth_words(enum growth_driver d)
{
	static const char *const words[GROWS_DRIVERS] = { "nothing known", "operations",  "time",   "the number of processes",
							  "restarts",      "connections", "reloads" };

	return words[d];
}

/* Beside a date of the same year the month and the day are enough; beside a time of the same day the time. */
static void add_bound(struct text *t, const char *at, const char *beside, bool days)
{
	bool same = strncmp(at, beside, days ? 5 : 11) == 0;

	text_addf(t, "%.*s", days ? same ? 5 : 10 : same ? 5 : 11, days ? same ? at + 5 : at : same ? at + 11 : at + 5);
}

bool limit_by_days(const struct verdict *v, double now_unix)
{
	return v->limit_unix - now_unix > 2 * 86400;
}

void add_limit_date(struct text *t, const struct verdict *v, double now_unix)
{
	bool ends = isfinite(v->limit_unix_p90), days = limit_by_days(v, now_unix);
	char at[40], first[40], last[40], now[40];

	fmt_utc(at, sizeof(at), v->limit_unix);
	fmt_utc(first, sizeof(first), v->limit_unix_p10);
	fmt_utc(last, sizeof(last), v->limit_unix_p90);
	fmt_utc(now, sizeof(now), now_unix);
	at[10] = first[10] = last[10] = ' ';
	if (days)
		text_addf(t, "on %.10s", at);
	else if (strncmp(at, now, 10) == 0) /* the day of the run's end, which the page's axis has */
		text_addf(t, "at %.5sZ", at + 11);
	else
		text_addf(t, "on %.11sZ", at + 5);
	if (!isfinite(v->limit_unix_p10) || (ends && strncmp(first, last, days ? 10 : 16) == 0))
		return; /* as exactly as it is written */
	text_add(t, " [");
	add_bound(t, first, at, days);
	text_add(t, ", ");
	if (ends)
		add_bound(t, last, first, days); /* the one it stands beside */
	else
		text_add(t, "never");
	text_add(t, "]");
}

static bool add_chip(struct scene *s, struct text *t)
{
	bool failed = t->failed;

	if (t->len == 0 || failed || s->n_chips == CHIPS) {
		text_release(t);
		return !failed;
	}
	s->chip[s->n_chips] = text_take(t);
	return s->chip[s->n_chips++] != NULL;
}

static void per_what(struct text *t, const struct series_verdict *m)
{
	bool counted = m->grows_with == GROWS_OPERATIONS || m->grows_with == GROWS_CONNECTS || m->grows_with == GROWS_RELOADS;

	if (counted ||
	    (m->grows_with == GROWS_UNKNOWN && m->per_op_lo > 0)) /* while nothing is proven, only what is not as well 0 */
		add_per_op(t, m);
	else if (m->grows_with != GROWS_UNKNOWN)
		text_addf(t, "with %s, not with operations", growth_words(m->grows_with));
}

static void since(struct text *t, const struct series_verdict *m)
{
	char buf[40];

	if (m->last_tenth)
		text_add(t, "over the last tenth");
	else if (isfinite(m->onset_s))
		text_addf(t, "since %s", fmt_duration(buf, sizeof(buf), m->onset_s));
	else if (m->warmup_s > 0)
		text_addf(t, "since the warm-up, %s", fmt_duration(buf, sizeof(buf), m->warmup_s));
	else
		text_add(t, "from the start");
}

/* Of growth: per what, since when, until when. */
static bool growth_chips(const struct evidence_file *f, const struct verdict *v, struct scene *s)
{
	struct text per = TEXT_INIT, from = TEXT_INIT, until = TEXT_INIT;
	char buf[40];

	per_what(&per, &v->main);
	since(&from, &v->main);
	if (page_has_forecast(f, v)) {
		text_addf(&until, "limit %s ", fmt_kb(buf, sizeof(buf), v->limit_kb));
		add_limit_date(&until, v, f->last_unix);
	}
	bool ok = add_chip(s, &per);

	ok = add_chip(s, &from) && ok;
	return add_chip(s, &until) && ok;
}

/* "+11.0 MiB at 1 min 30 s"; of several "2 steps, +31.0 MiB in all". */
static void add_jumps(const struct evidence_file *f, const struct verdict *v, struct text *t)
{
	struct jump jump[REPORT_JUMPS];
	size_t n = report_jumps(f, v, jump);
	double sum = 0;
	char buf[40];

	for (size_t i = 0; i < n; i++)
		sum += jump[i].size;
	if (n == 0)
		return;
	if (n > 1)
		text_addf(t, "%zu steps, ", n);
	text_add(t, sum > 0 ? "+" : "");
	add_level(t, v->main.column, sum);
	if (n > 1)
		text_add(t, " in all");
	else
		text_addf(t, " at %s", fmt_duration(buf, sizeof(buf), jump[0].at_s));
}

/* "level 234 MiB since 3 h": where it went to, and when it was there. */
static void add_plateau(const struct series_verdict *m, struct text *t)
{
	char buf[40];

	text_add(t, "level ");
	add_level(t, m->column, m->fit.y1);
	text_addf(t, " since %s", fmt_duration(buf, sizeof(buf), m->warmup_s > 0 || m->last_tenth ? m->warmup_s : m->fit.t0));
}

/* Of no growth: what would have been seen, and what else there was. */
static bool calm_chips(const struct evidence_file *f, const struct verdict *v, struct scene *s)
{
	const struct series_verdict *m = &v->main;
	struct text seen = TEXT_INIT, jump = TEXT_INIT, more = TEXT_INIT;
	char buf[40];

	if (isfinite(verdict_excludes(m))) {
		text_add(&seen, m->verdict == VERDICT_INSUFFICIENT ? "may hide " : "excludes ");
		add_rate(&seen, m->column, verdict_excludes(m));
	}
	add_jumps(f, v, &jump);
	if (m->verdict == VERDICT_INSUFFICIENT && verdict_needs_too_long(m))
		text_add(&more, "needs a far longer run");
	else if (m->verdict == VERDICT_INSUFFICIENT && isfinite(m->need_more_s))
		text_addf(&more, "needs %s more", fmt_duration(buf, sizeof(buf), m->need_more_s));
	else if (m->verdict == VERDICT_PLATEAU && m->fit.valid)
		add_plateau(m, &more);
	else if (m->warmup_s > 0)
		text_addf(&more, "warm-up %s", fmt_duration(buf, sizeof(buf), m->warmup_s));
	bool ok = add_chip(s, &seen);

	ok = add_chip(s, &jump) && ok;
	return add_chip(s, &more) && ok;
}

bool report_chips(const struct evidence_file *f, const struct verdict *v, struct scene *s)
{
	const struct series_verdict *m = &v->main;
	bool growth = verdict_grows(m->verdict);
	struct text rate = TEXT_INIT;

	s->chip = sk_calloc(CHIPS, sizeof(*s->chip));
	if (!s->chip)
		return false;
	if (v->gate != GATE_NONE || report_phases_word(f, v)) /* the rate is not what is said */
		return true;
	if (isfinite(m->rate_kb_per_h))
		add_rate_interval(&rate, m->column, m);
	return add_chip(s, &rate) && (growth ? growth_chips(f, v, s) : calm_chips(f, v, s));
}

/* "private memory": the brackets are for lists in which there are other kinds of it. */
static void add_name(struct text *out, const char *label)
{
	static const char remark[] = " (anonymous)";
	const char *at = strstr(label, remark);
	struct text t = TEXT_INIT;

	text_addn(&t, label, at ? (size_t)(at - label) : strlen(label));
	text_add(&t, at ? at + strlen(remark) : "");
	add_plain(out, text_str(&t));
	out->failed |= t.failed;
	text_release(&t);
}

/* "open descriptors" have said what kind of leak it is. */
static bool kind_is_column(const struct series_verdict *m)
{
	static const struct {
		enum leak_kind kind;
		const char *column;
	} same[] = { { LEAK_FDS, "fds" }, { LEAK_THREADS, "threads" }, { LEAK_PROCESSES, "processes" } };

	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++)
		if (m->kind == same[i].kind && strcmp(m->column, same[i].column) == 0)
			return true;
	return false;
}

char *report_page_headline(const struct evidence_file *f, const struct verdict *v)
{
	const struct series_verdict *m = &v->main;
	struct text t = TEXT_INIT;
	const char *version = json_get_str(json_object_get(f->run, "target_info"), "version", NULL);
	char *subject = version ? plain_dup(version) : report_subject(f), buf[40];
	char *build =
		version && subject ? strstr(subject, " (") : NULL; /* "PostgreSQL 15.18 (Debian ...) on ...": below the page */

	if (build)
		*build = '\0';
	text_add(&t, subject ? subject : "");
	t.failed |= !subject;
	free(subject);
	text_add(&t, DOT);
	add_name(&t, report_main_label(v));
	if (m->verdict == VERDICT_LEAK && leak_kind_name[m->kind] && v->gate == GATE_NONE && !kind_is_column(m))
		text_addf(&t, DOT "%s", leak_kind_name[m->kind]);
	if (f->last_unix > f->first_unix)
		text_addf(&t, DOT "%s", fmt_duration(buf, sizeof(buf), f->last_unix - f->first_unix));
	return text_take(&t);
}
