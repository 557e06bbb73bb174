/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a scenario file: phases within their limits, or sentences that name the file. No script is read, no program run.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "soakd/cmds.h"
#include "soakd/scenario_file.h"
#include "soakd/script_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
const char *__lsan_default_suppressions(void);

/* libconfig 1.5 keeps the buffer of a text that was begun when it stops at a syntax error. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so";
}

static void check_phase(const struct phase_list *l, const struct phase *p)
{
	double sum = 0;

	if (p->plan.length_s <= 0 || p->plan.load.rate < 0 || !(p->hook_timeout_s > 0) || !(p->settle_s >= 0))
		abort();
	for (size_t i = 0; p->plan.weight && i < l->n_work; i++)
		sum += p->plan.weight[i];
	if (p->plan.weight && !(sum > 0))
		abort();
	for (size_t i = 0; i < p->n_inject; i++)
		if (!(p->inject[i].at_s >= 0) || p->inject[i].every_s <= 0 ||
		    (p->inject[i].what == INJECT_RUN && !p->inject[i].argv))
			abort();
	for (size_t i = 0; i < p->n_budget; i++)
		if (!(p->budget[i].most >= 0) || !*p->budget[i].column)
			abort();
}

/* What was read can be said, and is what the driver takes. */
static void check(const struct scenario_file *f, const struct run_options *o)
{
	struct text out = TEXT_INIT;
	struct plan_phase *plan = NULL, *mine = calloc(f->phases.n + 1, sizeof(*mine));
	size_t n = 0;
	json_t *j;

	for (size_t i = 0; mine && i < f->phases.n; i++) {
		check_phase(&f->phases, &f->phases.phase[i]);
		mine[i] = f->phases.phase[i].plan;
	}
	j = mine ? plan_to_json(mine, f->phases.n, f->phases.n_work) : NULL;
	if (j && plan_from_json(j, f->phases.n_work, &plan, &n, NULL) != SK_OK)
		abort();
	plan_release(plan, n);
	json_decref(j);
	free(mine);
	if (o->target)
		scenario_file_print(f, &f->phases, o, f->driver, &out);
	text_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct scenario_file f;
	struct run_options o = { 0 };
	struct opt_given given = { 0 };
	struct sk_err err = { 0 };

	if (n > TEXT_FILE_BYTES || opt_defaults(&cmd_run_options, &o, NULL) != SK_OK)
		return 0;
	if (scenario_file_parse(&f, "/nonexistent/x.conf", (const char *)data, n, &o, &given, &err) == SK_OK)
		check(&f, &o);
	else if (!strstr(err.msg, "x.conf") || !f.n_mistake)
		abort();
	scenario_file_release(&f);
	opt_release(&cmd_run_options, &o);
	return 0;
}
