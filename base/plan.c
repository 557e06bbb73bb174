/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapes of load over a phase, and phases as JSON: see plan.h. */
#include "base/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

#define SLICE_S 1.0 /* a rate that changes all the time is followed in such steps */

const char *const plan_shape_names[] = { "constant", "ramp", "steps", "on-off", "daily", NULL };

static double step_length(const struct plan_phase *p)
{
	return p->length_s / (double)(p->load.steps > 1 ? p->load.steps : 2);
}

static double share_of_steps(const struct plan_phase *p, double t)
{
	unsigned n = p->load.steps > 1 ? p->load.steps : 2;
	double k = fmin(floor(t / step_length(p)), (double)n - 1);

	return k / ((double)n - 1);
}

static double on(double rate)
{
	return rate > 0 ? rate : INFINITY;
}

double plan_rate(const struct plan_phase *p, double t, double job_rate)
{
	const struct plan_load *l = &p->load;
	double rate = isnan(l->rate) ? job_rate : l->rate;

	if (p->idle)
		return 0;
	switch (l->shape) {
	case PLAN_RAMP:
		return l->from + (rate - l->from) * fmin(t / p->length_s, 1);
	case PLAN_STEPS:
		return l->from + (rate - l->from) * share_of_steps(p, t);
	case PLAN_ON_OFF:
		return fmod(t, l->on_s + l->off_s) < l->on_s ? on(rate) : 0;
	case PLAN_DAILY:
		return l->from + (rate - l->from) * (0.5 - 0.5 * cos(2 * M_PI * t / l->period_s));
	case PLAN_CONSTANT:
		break;
	}
	return on(rate);
}

double plan_rate_until(const struct plan_phase *p, double t)
{
	const struct plan_load *l = &p->load;
	double whole, in;

	if (p->idle)
		return INFINITY;
	switch (l->shape) {
	case PLAN_RAMP:
	case PLAN_DAILY:
		return t + SLICE_S;
	case PLAN_STEPS:
		return (floor(t / step_length(p)) + 1) * step_length(p);
	case PLAN_ON_OFF:
		whole = l->on_s + l->off_s;
		in = fmod(t, whole);
		return t - in + (in < l->on_s ? l->on_s : whole);
	case PLAN_CONSTANT:
		break;
	}
	return INFINITY;
}

json_t *plan_to_json(const struct plan_phase *p, size_t n, size_t n_work)
{
	json_t *all = json_array();

	for (; n > 0; n--, p++) {
		json_t *j = json_object(), *weights = p->weight ? json_array() : json_null();

		json_object_set_new(j, "name", json_string(p->name));
		json_object_set_new(j, "length_s", json_num(p->length_s));
		json_object_set_new(j, "ops", json_integer((json_int_t)p->ops));
		json_object_set_new(j, "idle", json_boolean(p->idle));
		json_object_set_new(j, "shape", json_string(plan_shape_names[p->load.shape]));
		json_object_set_new(j, "rate", json_num(p->load.rate));
		json_object_set_new(j, "from", json_num(p->load.from));
		json_object_set_new(j, "on_s", json_num(p->load.on_s));
		json_object_set_new(j, "off_s", json_num(p->load.off_s));
		json_object_set_new(j, "period_s", json_num(p->load.period_s));
		json_object_set_new(j, "steps", json_integer(p->load.steps));
		json_object_set_new(j, "connections", json_integer(p->connections));
		for (size_t i = 0; p->weight && i < n_work; i++)
			json_array_append_new(weights, json_num(p->weight[i]));
		json_object_set_new(j, "weights", weights);
		json_array_append_new(all, j);
	}
	return all;
}

static enum sk_code bad(size_t i, const char *what, struct sk_err *err)
{
	return sk_fail(err, SK_EUSAGE, 0, "phase %zu of the job: %s", i + 1, what);
}

static bool read_shape(const json_t *j, struct plan_load *l)
{
	const char *name = json_get_str(j, "shape", plan_shape_names[PLAN_CONSTANT]);

	*l = (struct plan_load){ .rate = json_get_num(j, "rate", NAN),
				 .from = json_get_num(j, "from", 0),
				 .on_s = json_get_num(j, "on_s", NAN),
				 .off_s = json_get_num(j, "off_s", NAN),
				 .period_s = json_get_num(j, "period_s", 86400),
				 .steps = (unsigned)fmin(fmax(json_get_num(j, "steps", 2), 0), 1e6) };
	for (int k = 0; plan_shape_names[k]; k++)
		if (strcmp(plan_shape_names[k], name) == 0) {
			l->shape = (enum plan_shape)k;
			return true;
		}
	return false;
}

static const char *wrong_with(const struct plan_phase *p)
{
	const struct plan_load *l = &p->load;

	if (l->rate < 0 || l->from < 0 || p->length_s <= 0)
		return "a rate or a length is negative";
	if ((l->shape == PLAN_RAMP || l->shape == PLAN_STEPS) && isnan(p->length_s))
		return "a ramp and steps need a length";
	if (l->shape == PLAN_ON_OFF && !(l->on_s > 0 && l->off_s > 0))
		return "on-off needs two times greater than 0";
	if (l->shape == PLAN_DAILY && !(l->period_s > 0))
		return "a daily curve needs a period greater than 0";
	return NULL;
}

static enum sk_code read_weights(const json_t *j, size_t i, size_t n_work, struct plan_phase *p, struct sk_err *err)
{
	const json_t *w = json_object_get(j, "weights");
	double sum = 0;

	if (!w || json_is_null(w))
		return SK_OK;
	if (json_array_size(w) != n_work || !n_work)
		return bad(i, "there must be a weight for each entry of `work`", err);
	p->weight = sk_calloc(n_work, sizeof(*p->weight));
	if (!p->weight)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the phases");
	for (size_t k = 0; k < n_work; k++) {
		p->weight[k] = json_number_value(json_array_get(w, k));
		if (!(p->weight[k] >= 0))
			return bad(i, "a weight is negative", err);
		sum += p->weight[k];
	}
	return sum > 0 || p->idle ? SK_OK : bad(i, "all weights are 0", err);
}

static enum sk_code read_phase(const json_t *j, size_t i, size_t n_work, struct plan_phase *p, struct sk_err *err)
{
	double ops = json_get_num(j, "ops", 0), connections = json_get_num(j, "connections", 0);
	const char *wrong;

	if (!json_is_object(j))
		return bad(i, "it is no object", err);
	snprintf(p->name, sizeof(p->name), "%s", json_get_str(j, "name", ""));
	p->length_s = json_get_num(j, "length_s", NAN);
	p->ops = ops > 0 && ops < 1e18 ? (uint64_t)ops : 0;
	p->idle = json_is_true(json_object_get(j, "idle"));
	p->connections = connections > 0 && connections < 1e6 ? (unsigned)connections : 0;
	if (!read_shape(j, &p->load))
		return bad(i, "there is no such shape of load", err);
	wrong = wrong_with(p);
	return wrong ? bad(i, wrong, err) : read_weights(j, i, n_work, p, err);
}

enum sk_code plan_from_json(const json_t *j, size_t n_work, struct plan_phase **out, size_t *n, struct sk_err *err)
{
	size_t many = json_array_size(j);
	enum sk_code rc = SK_OK;

	*out = NULL;
	*n = 0;
	if (!j || json_is_null(j))
		return SK_OK;
	if (!json_is_array(j) || many > PLAN_PHASES)
		return sk_fail(err, SK_EUSAGE, 0, "the job's phases must be an array of at most %d", PLAN_PHASES);
	*out = sk_calloc(many + 1, sizeof(**out));
	if (!*out)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the phases");
	for (*n = 0; rc == SK_OK && *n < many; (*n)++)
		rc = read_phase(json_array_get(j, *n), *n, n_work, &(*out)[*n], err);
	if (rc != SK_OK) {
		plan_release(*out, *n);
		*out = NULL;
		*n = 0;
	}
	return rc;
}

void plan_release(struct plan_phase *p, size_t n)
{
	for (size_t i = 0; p && i < n; i++)
		free(p[i].weight);
	free(p);
}
