/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/decide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/units.h"
#include "soakd/dirlock.h"
#include "soakd/under.h"
#include "soakd/workload.h"
#include "soakd/verdict_json.h"

/* NaN: found from the data. */
static enum sk_code warmup_parse(const char *s, double *warmup_s, struct sk_err *err)
{
	struct sk_err why = { 0 };

	*warmup_s = NAN;
	if (!s || strcmp(s, "auto") == 0)
		return SK_OK;
	if (duration_parse(s, warmup_s, &why) == SK_OK)
		return SK_OK;
	return sk_fail(err, SK_EUSAGE, 0, "--warmup takes auto or a duration: %s", why.msg);
}

enum sk_code decide_check(const struct decide_options *o, struct sk_err *err)
{
	double unused;

	return warmup_parse(o->warmup, &unused, err);
}

/* What the run was judged by online, so that looking again later does not change the rules. */
static void options_of_run(const json_t *run, struct verdict_options *out)
{
	const json_t *options = json_object_get(run, "options");
	const char *min_rate = json_get_str(options, "min-rate", NULL);
	double v;

	if (min_rate && size_parse(min_rate, &v, NULL) == SK_OK)
		out->min_rate_kb_per_h = v / 1024;
	if (warmup_parse(json_get_str(options, "warmup", NULL), &v, NULL) == SK_OK)
		out->warmup_s = v;
}

/* While a run goes on, its monitor says when a leak is one (standing.h): a picture that is drawn meanwhile is no further look. */
static bool not_said_yet(const struct evidence_file *f)
{
	struct verdict *said;
	bool leak;

	if (!f->dir || !dirlock_is_taken(f->dir))
		return false;
	said = sk_calloc(1, sizeof(*said));
	leak = said && verdict_read(f->dir, said, NULL) == SK_OK && verdict_leaking(said);
	free(said);
	return !leak;
}

enum sk_code decide_file(struct evidence_file *f, const struct decide_options *o, struct verdict *v, struct sk_err *err)
{
	struct verdict_options opt = VERDICT_OPTIONS_DEFAULT;
	enum sk_code rc;

	options_of_run(f->run, &opt);
	if (!isnan(o->min_rate_bytes))
		opt.min_rate_kb_per_h = o->min_rate_bytes / 1024;
	if (o->warmup)
		warmup_parse(o->warmup, &opt.warmup_s, NULL);
	if (!isnan(o->limit_bytes))
		f->ev.limit_kb = o->limit_bytes / 1024;
	opt.column = o->column;
	rc = verdict_decide(&f->ev, &opt, v, err);
	if (rc == SK_OK && verdict_leaking(v) && !o->column && not_said_yet(f)) {
		opt.alpha = 0;
		rc = verdict_decide(&f->ev, &opt, v, err);
	}
	if (rc != SK_OK) {
		sk_err_prefix(err, "%s: ", f->path);
	} else if (!o->column) {
		under_judge(f->run, v);
		workload_judge(f->run, v);
	}
	return rc;
}
