/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/status.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"

#define BAR_MAX 30

static void add_bar(const struct status *s, size_t cells, struct text *out)
{
	double share = fmin(1, fmax(0, s->elapsed_s / s->length_s));
	size_t full = (size_t)(share * (double)cells);

	text_addc(out, '[');
	for (size_t i = 0; i < cells; i++)
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

static void add_memory(const struct status *s, struct text *out)
{
	char a[32];

	if (!isnan(s->rss_kb))
		text_addf(out, "  rss %s", fmt_kb(a, sizeof(a), s->rss_kb));
	if (!isnan(s->anon_kb))
		text_addf(out, "  private %s", fmt_kb(a, sizeof(a), s->anon_kb));
}

static void add_growth(const struct status *s, struct text *out)
{
	const struct verdict *v = s->verdict;
	char rate[32], lo[32], hi[32];

	if (!v)
		return;
	if (!isnan(v->main.rate_kb_per_h) && !isnan(v->main.rate_lo))
		text_addf(out, "  %s [%s, %s]", fmt_kb_rate(rate, sizeof(rate), v->main.rate_kb_per_h),
			  fmt_kb_rate(lo, sizeof(lo), v->main.rate_lo), fmt_kb_rate(hi, sizeof(hi), v->main.rate_hi));
	text_addf(out, "  %s", verdict_class_name[v->main.verdict]);
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

void status_line(const struct status *s, size_t width, struct text *out)
{
	struct text part = TEXT_INIT, rest = TEXT_INIT;
	void (*const parts[])(const struct status *, struct text *) = { add_time, add_growth, add_memory, add_load, add_end };
	bool keep[5] = { true, false, false, false, false };
	size_t used = 0;

	/* which parts fit, by their use; then in reading order: time, memory, growth, load, end */
	for (size_t i = 0; i < 5; i++) {
		text_reset(&part);
		parts[i](s, &part);
		keep[i] = i == 0 || !width || used + part.len <= width;
		if (keep[i])
			used += part.len;
	}
	const size_t order[] = { 0, 2, 1, 3, 4 };

	for (size_t i = 0; i < 5; i++)
		if (keep[order[i]])
			parts[order[i]](s, &rest);
	if (s->away)
		text_addf(&rest, "  (%s)", s->away);
	if (width && !isnan(s->length_s) && used + 13 <= width)
		add_bar(s, width - used - 3 < BAR_MAX ? width - used - 3 : BAR_MAX, out);
	text_add(out, text_str(&rest));
	if (width && out->len > width) { /* the terminal wraps what is longer, and the next \r would leave a trace */
		out->len = width;
		out->s[width] = '\0';
	}
	text_release(&part);
	text_release(&rest);
}
