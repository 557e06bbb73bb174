/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Budgets as people write them: "rss" = "100 MiB". Apart from phase.c because the names come from the samplers' tables, and what
 * reads a finished run must not need those.
 */
#include <stdio.h>
#include <string.h>

#include "base/columns.h"
#include "base/units.h"
#include "samplers/sampler.h"
#include "samplers/site.h"
#include "soakd/phase.h"
#include "soakd/rows.h"

static const struct metric *among(const struct metric *m, size_t n, const char *name)
{
	int at = metric_find(m, n, name);

	return at < 0 ? NULL : &m[at];
}

/* A column that samples.csv may have. */
static const struct metric *column_named(const char *name)
{
	const struct metric *m = among(samples_columns, n_samples_columns, name);

	for (size_t i = 0; !m && samplers[i]; i++)
		m = among(samplers[i]->metric, samplers[i]->n_metric, name);
	for (size_t i = 0; !m && site_samplers[i]; i++)
		m = among(site_samplers[i]->metric, site_samplers[i]->n_metric, name);
	return m ? m : among(own_columns, n_own_columns, name);
}

/* With its unit, as the CSV has it, or without: "rss" is rss_kb. */
static const struct metric *column_called(const char *name)
{
	static const char *const unit[] = { "", "_kb", "_s", "_ms", "_pct" };
	char whole[64];

	for (size_t i = 0; i < sizeof(unit) / sizeof(*unit); i++) {
		snprintf(whole, sizeof(whole), "%s%s", name, unit[i]);
		const struct metric *m = column_named(whole);

		if (m && m != &samples_columns[0] && strcmp(m->name, "elapsed_s") != 0) /* a time of day has no budget */
			return m;
	}
	return NULL;
}

/* The column and what of it: "anon_growth", or a name without an ending. A column's own name goes first: cgroup_peak_kb. */
static const struct metric *split_name(const char *name, enum budget_of *of)
{
	static const char *const end[] = { "_peak", "_rise", "_after", "_growth" };
	const struct metric *m = column_called(name);
	size_t n = strlen(name);

	if (m) {
		*of = m->kind == METRIC_COUNTER ? BUDGET_GROWTH : BUDGET_PEAK;
		return m;
	}
	for (size_t i = 0; i < sizeof(end) / sizeof(*end); i++) {
		char before[48];
		size_t k = strlen(end[i]);

		if (n <= k || n - k >= sizeof(before) || strcmp(name + n - k, end[i]) != 0)
			continue;
		snprintf(before, sizeof(before), "%.*s", (int)(n - k), name);
		*of = (enum budget_of)i;
		return column_called(before);
	}
	return NULL;
}

/* In the column's unit. A blank between number and unit is taken: people write "100 MiB". */
static enum sk_code read_value(const struct metric *m, const char *value, double *out, struct sk_err *err)
{
	char text[64];
	size_t n = strcspn(value, " "), blanks = strspn(value + n, " ");
	enum sk_code rc;

	snprintf(text, sizeof(text), "%.*s%s", (int)(n < sizeof(text) ? n : sizeof(text)), value, value + n + blanks);
	if (strcmp(m->unit, "KiB") == 0) {
		rc = size_parse(text, out, err);
		*out /= 1024;
		return rc;
	}
	if (strcmp(m->unit, "s") == 0)
		return duration_parse(text, out, err);
	if (strcmp(m->unit, "ms") == 0) {
		rc = duration_parse(text, out, err);
		*out *= 1000;
		return rc;
	}
	n = strlen(text);
	if (strcmp(m->unit, "%") == 0 && n && text[n - 1] == '%')
		text[n - 1] = '\0';
	rc = real_parse(text, out, err);
	if (rc == SK_OK && *out < 0)
		rc = sk_fail(err, SK_EUSAGE, 0, "it is below 0");
	return rc;
}

static const char *takes(const struct metric *m)
{
	static const char *const of[][2] = { { "KiB", "a size" }, { "s", "a time" }, { "ms", "a time" }, { "%", "per cent" } };

	for (size_t i = 0; i < sizeof(of) / sizeof(*of); i++)
		if (strcmp(of[i][0], m->unit) == 0)
			return of[i][1];
	return "a number without unit";
}

enum sk_code phase_budget_parse(const char *name, const char *value, struct phase_budget *out, struct sk_err *err)
{
	struct sk_err why = { 0 };
	char plain[64];
	const struct metric *m;

	snprintf(plain, sizeof(plain), "%s", name);
	for (char *c = plain; *c; c++)
		*c = *c == '-' ? '_' : *c;
	*out = (struct phase_budget){ .of = BUDGET_PEAK };
	m = split_name(plain, &out->of);
	if (!m)
		return sk_fail(
			err, SK_EUSAGE, 0,
			"there is no column \"%.40s\" to have a budget: take a name of soakd list metrics, with or without "
			"its unit, and _rise, _after or _growth behind it or nothing for the peak, such as rss, anon_growth",
			name);
	snprintf(out->column, sizeof(out->column), "%s", m->name);
	if (read_value(m, value, &out->most, &why) == SK_OK)
		return SK_OK;
	return sk_fail(err, SK_EUSAGE, 0, "the budget of %.40s takes %s: %s", name, takes(m), why.msg);
}
