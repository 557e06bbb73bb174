/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chosen site samplers: from a list of names to columns, and the read that fills them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "samplers/site_registry.h"

#define DEFAULT true
#define EXTRA   false

const struct site_sampler *const site_samplers[] = {
#define SITE(name, when) &site_##name,
#include "samplers/site.def"
#undef SITE
	NULL
};

const bool site_is_default[] = {
#define SITE(name, when) when,
#include "samplers/site.def"
#undef SITE
};

static bool named(const char *have, const char *name, size_t n)
{
	return strlen(have) == n && memcmp(have, name, n) == 0;
}

bool site_has_name(const char *name, size_t n)
{
	for (size_t i = 0; site_samplers[i]; i++)
		if (named(site_samplers[i]->name, name, n))
			return true;
	return false;
}

static enum sk_code add(struct site_set *set, const struct site_sampler *s, struct sk_err *err)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->s[i] == s)
			return SK_OK;
	if (set->n == SITE_MAX || set->n_metric + s->n_metric > SITE_METRICS_MAX)
		return sk_fail(err, SK_EUSAGE, 0, "too many samplers: at most %d with %d metrics", SITE_MAX, SITE_METRICS_MAX);
	set->state[set->n] = sk_calloc(1, s->state_size);
	if (!set->state[set->n])
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the sampler %s", s->name);
	set->first[set->n] = set->n_metric;
	set->s[set->n++] = s;
	for (size_t j = 0; j < s->n_metric; j++) {
		set->last[set->n_metric] = set->total[set->n_metric] = NAN;
		set->metric[set->n_metric++] = &s->metric[j];
	}
	return SK_OK;
}

enum sk_code site_set_init(struct site_set *set, const char *list, bool disk, struct sk_err *err)
{
	const char *s = list ? list : "default";
	enum sk_code rc = SK_OK;

	memset(set, 0, sizeof(*set));
	for (;;) {
		size_t len = strcspn(s, ",");

		for (size_t i = 0; site_samplers[i] && rc == SK_OK; i++)
			if (named(site_samplers[i]->name, s, len) || (site_is_default[i] && named("default", s, len)))
				rc = add(set, site_samplers[i], err);
		if (rc != SK_OK || s[len] == '\0')
			break;
		s += len + 1;
	}
	return rc == SK_OK && disk ? add(set, &site_disk, err) : rc;
}

enum sk_code site_set_open(struct site_set *set, const struct site_env *env, struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	for (size_t i = 0; i < set->n && rc == SK_OK; i++)
		rc = set->s[i]->open(set->state[i], env, err);
	return rc;
}

void site_set_release(struct site_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		set->s[i]->close(set->state[i]);
		free(set->state[i]);
	}
	memset(set, 0, sizeof(*set));
}

/* The total with what the kernel's counter has grown by. One that went back was set to 0, as that of a new control group is. */
static double count(struct site_set *set, size_t slot, double now, bool anew)
{
	if (isnan(now))
		return set->total[slot];
	if (isnan(set->total[slot]))
		set->total[slot] = 0;
	if (!anew && now > set->last[slot]) /* never true of NaN: the first reading */
		set->total[slot] += now - set->last[slot];
	set->last[slot] = now;
	return set->total[slot];
}

static void read_one(struct site_set *set, size_t i, const struct site_env *env, double *out, struct site_fault *fault)
{
	const struct site_sampler *s = set->s[i];
	struct site_values got = { .anew = 0 };
	enum sk_code rc;

	for (size_t j = 0; j < s->n_metric; j++)
		got.v[j] = NAN;
	rc = s->read(set->state[i], env, &got, fault ? &fault->err[i] : NULL);
	for (size_t j = 0; j < s->n_metric; j++) {
		size_t slot = set->first[i] + j;

		out[slot] = s->metric[j].kind == METRIC_COUNTER ? count(set, slot, got.v[j], got.anew >> j & 1) : got.v[j];
	}
	if (fault)
		fault->code[i] = rc;
}

void site_set_read(struct site_set *set, const struct site_env *env, double *out, struct site_fault *fault)
{
	for (size_t i = 0; i < set->n; i++)
		read_one(set, i, env, out, fault);
}

struct source {
	const char *name;
	site_source_fn *line;
	void *ctx;
};

static void with_source(void *ctx, const char *item, double value, const char *unit)
{
	const struct source *s = ctx;

	s->line(s->ctx, s->name, item, value, unit);
}

void site_set_detail(const struct site_set *set, site_source_fn *line, void *ctx)
{
	for (size_t i = 0; i < set->n; i++) {
		struct source source = { set->s[i]->source, line, ctx };

		if (set->s[i]->detail)
			set->s[i]->detail(set->state[i], with_source, &source);
	}
}

void site_set_resume(struct site_set *set, const double *counters)
{
	for (size_t i = 0; i < set->n_metric; i++)
		if (set->metric[i]->kind == METRIC_COUNTER)
			set->total[i] = counters[i];
}
