/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chosen samplers: from a list of names to a row's layout, and the read that fills the row of one process. */
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "samplers/registry.h"
#include "samplers/site.h"

static int find_metric(const struct sampler_set *set, const char *name)
{
	for (size_t i = 0; i < set->n_metric; i++)
		if (strcmp(set->metric[i]->name, name) == 0)
			return (int)i;
	return -1;
}

int sampler_set_find(const struct sampler_set *set, const char *metric)
{
	return find_metric(set, metric);
}

bool sampler_set_has(const struct sampler_set *set, const char *sampler)
{
	for (size_t i = 0; i < set->n; i++)
		if (strcmp(set->s[i]->name, sampler) == 0)
			return true;
	return false;
}

/* Gives each of the sampler's metrics a slot in the row, or -1 where an earlier sampler supplies it. A repeated sampler is one.
 */
static enum sk_code add(struct sampler_set *set, const struct sampler *s, struct sk_err *err)
{
	size_t at = set->n;

	for (size_t i = 0; i < set->n; i++)
		if (set->s[i] == s)
			return SK_OK;
	if (at == SAMPLER_MAX || set->n_metric + s->n_metric > SAMPLER_METRICS_MAX)
		return sk_fail(err, SK_EUSAGE, 0, "too many samplers: at most %d with %d metrics", SAMPLER_MAX,
			       SAMPLER_METRICS_MAX);
	set->s[set->n++] = s;
	set->tiers |= s->tier;
	for (size_t j = 0; j < s->n_metric; j++) {
		set->slot[at][j] = -1;
		if (find_metric(set, s->metric[j].name) >= 0)
			continue;
		set->slot[at][j] = (int)set->n_metric;
		set->from[set->n_metric] = (int)at;
		set->metric[set->n_metric++] = &s->metric[j];
	}
	return SK_OK;
}

static enum sk_code unknown(const char *name, size_t len, struct sk_err *err)
{
	struct text known = TEXT_INIT;
	enum sk_code rc;

	for (size_t i = 0; samplers[i]; i++)
		text_addf(&known, "%s, ", samplers[i]->name);
	for (size_t i = 0; site_samplers[i]; i++)
		text_addf(&known, "%s, ", site_samplers[i]->name);
	if (len == 0)
		rc = sk_fail(err, SK_EUSAGE, 0, "an empty name in the list of samplers; known: %sdefault, fast",
			     text_str(&known));
	else
		rc = sk_fail(err, SK_EUSAGE, 0, "unknown sampler '%.*s'; known: %sdefault, fast", (int)(len > 64 ? 64 : len),
			     name, text_str(&known));
	text_release(&known);
	return rc;
}

static enum sk_code add_name(struct sampler_set *set, const char *name, size_t len, struct sk_err *err)
{
	bool defaults = len == 7 && memcmp(name, "default", len) == 0;
	enum sk_code rc = SK_OK;

	if (len == 4 && memcmp(name, "fast", len) == 0)
		return add(set, &sampler_statm, err);
	for (size_t i = 0; samplers[i] && rc == SK_OK; i++) {
		if (defaults && sampler_is_default[i])
			rc = add(set, samplers[i], err);
		else if (!defaults && strlen(samplers[i]->name) == len && memcmp(samplers[i]->name, name, len) == 0)
			return add(set, samplers[i], err);
	}
	return defaults || site_has_name(name, len) ? rc : unknown(name, len, err);
}

enum sk_code sampler_set_init(struct sampler_set *set, const char *list, struct sk_err *err)
{
	const char *s = list ? list : "default";
	enum sk_code rc;

	memset(set, 0, sizeof(*set));
	for (;;) {
		size_t len = strcspn(s, ",");

		rc = add_name(set, s, len, err);
		if (rc != SK_OK || s[len] == '\0')
			break;
		s += len + 1;
	}
	if (rc == SK_OK && set->n == 0)
		return sk_fail(err, SK_EUSAGE, 0, "--samplers %s has none that reads processes: add default or fast", list);
	return rc;
}

/* One sampler into its slots. Nothing of a failed read gets into the row. */
static enum sk_code read_one(const struct sampler_set *set, size_t i, struct procfs *fs, pid_t pid, double *row,
			     struct sk_err *err)
{
	const struct sampler *s = set->s[i];
	double value[SAMPLER_METRICS_MAX];
	enum sk_code rc;

	for (size_t j = 0; j < s->n_metric; j++)
		value[j] = NAN;
	rc = s->read(fs, pid, value, err);
	for (size_t j = 0; rc == SK_OK && j < s->n_metric; j++)
		if (set->slot[i][j] >= 0)
			row[set->slot[i][j]] = value[j];
	return rc;
}

enum sk_code sampler_set_read(const struct sampler_set *set, struct procfs *fs, pid_t pid, unsigned tiers, double *row,
			      struct sampler_cost *cost, struct sampler_fault *fault)
{
	int64_t before = cost ? clock_boot_ns(&clock_real) : 0;
	enum sk_code all = SK_OK;

	for (size_t k = 0; k < set->n_metric; k++)
		row[k] = NAN;
	for (size_t i = 0; i < set->n; i++) {
		bool wanted = set->s[i]->tier & tiers;
		enum sk_code rc = SK_OK;

		if (wanted)
			rc = all == SK_EGONE ? SK_EGONE : read_one(set, i, fs, pid, row, fault ? &fault->err[i] : NULL);
		if (fault)
			fault->code[i] = rc;
		if (fault && rc == SK_EGONE) /* of which nobody has told: and 16 KiB of sentences are not cleared for each process */
			fault->err[i] = (struct sk_err){ .code = rc };
		if (cost) {
			int64_t now = wanted ? clock_boot_ns(&clock_real) : before;

			cost->s[i] = wanted ? (double)(now - before) / 1e9 : (double)NAN;
			before = now;
		}
		if (rc == SK_EGONE)
			all = SK_EGONE;
	}
	return all;
}
