/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/status.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "soakd/term_chart.h"
#include "soakd/words.h"

#define BAR_CELLS    10
#define COURSE_CELLS 16

static void add_bar(const struct status *s, struct text *out)
{
	double share = fmin(1, fmax(0, s->elapsed_s / s->length_s));
	int full = (int)(share * BAR_CELLS);

	if (isnan(s->length_s))
		return;
	text_addc(out, '[');
	for (int i = 0; i < BAR_CELLS; i++)
		text_addc(out, i < full ? '=' : i == full ? '>' : ' ');
	text_add(out, "] ");
}

static void add_time(const struct status *s, struct text *out)
{
	char a[32], b[32];

	if (isnan(s->length_s))
		text_addf(out, "%s", fmt_duration(a, sizeof(a), s->elapsed_s));
	else
		text_addf(out, "%s/%s", fmt_duration(a, sizeof(a), s->elapsed_s), fmt_duration(b, sizeof(b), s->length_s));
}

static void add_rss(const struct status *s, struct text *out)
{
	char a[32];

	if (!isnan(s->rss_kb))
		text_addf(out, "  rss %s", fmt_kb(a, sizeof(a), s->rss_kb));
}

static void add_private(const struct status *s, struct text *out)
{
	char a[32];

	if (!isnan(s->anon_kb))
		text_addf(out, "  private %s", fmt_kb(a, sizeof(a), s->anon_kb));
}

/* All of the run, and not its last minutes: those of a steady target are noise, which eight heights would make a mountain of. */
static void add_course(const struct status *s, struct text *out)
{
	struct text t = TEXT_INIT;

	term_spark(s->course, s->n_course, COURSE_CELLS, s->eighths, &t);
	if (t.len > 0)
		text_addf(out, "  %s", text_str(&t));
	out->failed |= t.failed;
	text_release(&t);
}

static bool has_rate(const struct status *s)
{
	return s->verdict && !isnan(s->verdict->main.rate_kb_per_h);
}

static void add_growth(const struct status *s, struct text *out)
{
	if (!has_rate(s))
		return;
	text_add(out, "  ");
	add_rate(out, s->verdict->main.column, s->verdict->main.rate_kb_per_h);
}

/* The same growth with its interval, in place of add_growth() where there is room. */
static void add_interval(const struct status *s, struct text *out)
{
	if (!has_rate(s))
		return;
	text_add(out, "  ");
	add_rate_interval(out, s->verdict->main.column, &s->verdict->main);
}

static void add_verdict(const struct status *s, struct text *out)
{
	if (s->verdict)
		text_addf(out, "  %s", verdict_class_name[s->verdict->main.verdict]);
}

static void add_load(const struct status *s, struct text *out)
{
	char a[32];

	if (!isnan(s->ops_per_s))
		text_addf(out, "  %s ops/s", fmt_count(a, sizeof(a), s->ops_per_s));
}

static void add_end(const struct status *s, struct text *out)
{
	char utc[32];

	if (isnan(s->ends_unix))
		return;
	fmt_utc(utc, sizeof(utc), s->ends_unix);
	text_addf(out, "  until %.5s UTC", utc + 11);
}

static void add_away(const struct status *s, struct text *out)
{
	if (s->away)
		text_addf(out, "  (%s)", s->away);
}

/* In reading order. `use`: which goes first where the terminal is narrow, 1 stays longest. */
static const struct part {
	void (*add)(const struct status *, struct text *);
	int use;
	bool terminal_only;
} parts[] = {
	{ add_bar, 6, true },    { add_time, 1, false },   { add_rss, 5, false },     { add_private, 4, false },
	{ add_course, 8, true }, { add_growth, 3, false }, { add_verdict, 2, false }, { add_load, 9, false },
	{ add_end, 10, false },  { add_away, 7, false },
};
#define PARTS  (sizeof(parts) / sizeof(*parts))
#define GROWTH 5

static size_t length_of(const struct status *s, void (*add)(const struct status *, struct text *))
{
	struct text t = TEXT_INIT;
	size_t n;

	add(s, &t);
	n = utf8_width(text_str(&t)); /* no wide character is in it, and no locale needs to be loaded */
	text_release(&t);
	return n;
}

void status_line(const struct status *s, size_t width, struct text *out)
{
	bool keep[PARTS] = { false };
	size_t used = 0;

	for (int use = 1; use <= (int)PARTS; use++) {
		for (size_t i = 0; i < PARTS; i++) {
			size_t n = parts[i].use == use ? length_of(s, parts[i].add) : 0;

			if (parts[i].use != use || (width && used + n > width) || (!width && parts[i].terminal_only))
				continue;
			keep[i] = true;
			used += n;
		}
	}
	bool wide = !width || (keep[GROWTH] && used - length_of(s, add_growth) + length_of(s, add_interval) <= width);

	for (size_t i = 0; i < PARTS; i++)
		if (keep[i])
			(i == GROWTH && wide ? add_interval : parts[i].add)(s, out);
	if (width && utf8_width(text_str(out)) > width) { /* not even the time fits, and that is ASCII */
		out->len = width;
		out->s[width] = '\0';
	}
}
