/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists of phases: made, given back, read from --cycle; and budgets in words. Budgets are read in phase_budget.c. */
#include "soakd/phase.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/units.h"

#define HOOK_TIMEOUT_S 60

struct phase *phase_list_add(struct phase_list *l, const char *name)
{
	size_t cap = l->n;
	void *grown = l->phase;

	if (sk_grow(&grown, &cap, l->n + 1, sizeof(*l->phase)) != 0)
		return NULL;
	l->phase = grown;
	struct phase *p = &l->phase[l->n++];

	*p = (struct phase){ .plan = { .length_s = NAN,
				       .load = { .rate = NAN, .on_s = NAN, .off_s = NAN, .period_s = 86400, .steps = 2 } },
			     .hook_timeout_s = HOOK_TIMEOUT_S };
	snprintf(p->plan.name, sizeof(p->plan.name), "%.*s", (int)utf8_fit(name, PLAN_NAME - 1), name);
	return p;
}

void phase_argv_release(char **argv)
{
	for (size_t i = 0; argv && argv[i]; i++)
		free(argv[i]);
	free(argv);
}

static void release_one(struct phase *p)
{
	for (size_t i = 0; i < p->n_inject; i++)
		phase_argv_release(p->inject[i].argv);
	free(p->inject);
	free(p->budget);
	free(p->plan.weight);
	phase_argv_release(p->before);
	phase_argv_release(p->after);
}

void phase_list_release(struct phase_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		release_one(&l->phase[i]);
	free(l->phase);
	json_decref(l->work);
	json_decref(l->define);
	phase_argv_release(l->environment);
	*l = (struct phase_list){ 0 };
}

/* ---- --cycle ---------------------------------------------------------------------------------------------------------- */

static enum sk_code bad_cycle(const char *text, const char *why, struct sk_err *err)
{
	return sk_fail(err, SK_EUSAGE, 0, "--cycle takes load=D,idle=D, such as load=10m,idle=2m, not \"%.60s\": %s", text, why);
}

/* One "load=10m" of n bytes into its place of length[]. */
static enum sk_code cycle_part(const char *text, const char *part, size_t n, double length[2], struct sk_err *err)
{
	struct sk_err why = { 0 };
	char value[64];
	int which = strncmp(part, "load=", 5) == 0 ? 0 : strncmp(part, "idle=", 5) == 0 ? 1 : -1;

	if (which < 0 || n < 5 || n - 5 >= sizeof(value))
		return bad_cycle(text, "each part is load= or idle= and a length", err);
	if (!isnan(length[which]))
		return bad_cycle(text, "one of them is there twice", err);
	memcpy(value, part + 5, n - 5);
	value[n - 5] = '\0';
	if (duration_parse(value, &length[which], &why) != SK_OK)
		return bad_cycle(text, why.msg, err);
	return length[which] > 0 ? SK_OK : bad_cycle(text, "a phase of length 0 is none", err);
}

enum sk_code phase_cycle(const char *text, struct phase_list *out, struct sk_err *err)
{
	static const char *const name[2] = { "load", "idle" };
	double length[2] = { NAN, NAN };
	const char *part = text;
	enum sk_code rc = SK_OK;

	*out = (struct phase_list){ .repeat = true, .cycle = true, .n_work = 1 };
	while (rc == SK_OK && part) {
		size_t n = strcspn(part, ",");

		rc = cycle_part(text, part, n, length, err);
		part = part[n] ? part + n + 1 : NULL;
	}
	if (rc == SK_OK && (isnan(length[0]) || isnan(length[1])))
		rc = bad_cycle(text, "load and idle are both needed", err);
	for (int i = 0; rc == SK_OK && i < 2; i++) {
		struct phase *p = phase_list_add(out, name[i]);

		if (!p)
			rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the phases of --cycle");
		else {
			p->plan.length_s = length[i];
			p->plan.idle = i == 1;
		}
	}
	if (rc != SK_OK)
		phase_list_release(out);
	return rc;
}

/* ---- budgets in words ------------------------------------------------------------------------------------------------- */

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && strcmp(s + n - m, end) == 0;
}

/* A column's name ends with its unit: the value as people read it, and how much of the name is that unit. */
static size_t value_words(const struct phase_budget *b, char *buf, size_t n)
{
	if (ends_with(b->column, "_kb")) {
		fmt_kb(buf, n, b->most);
		return 3;
	}
	if (ends_with(b->column, "_ms")) {
		fmt_duration(buf, n, b->most / 1e3);
		return 3;
	}
	if (ends_with(b->column, "_s")) {
		fmt_duration(buf, n, b->most);
		return 2;
	}
	fmt_real(buf, n, b->most);
	if (!ends_with(b->column, "_pct"))
		return 0;
	snprintf(buf + strlen(buf), n - strlen(buf), " %%");
	return 4;
}

const char *phase_budget_words(const struct phase_budget *b, char *buf, size_t n)
{
	static const char *const of[] = { "peak", "rise", "after", "growth" };
	char value[64];
	size_t unit = value_words(b, value, sizeof(value));

	snprintf(buf, n, "%.*s %s <= %s", (int)(strlen(b->column) - unit), b->column, of[b->of], value);
	return buf;
}
