/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Expressions, evaluated as pgbench does: integers of 64 bits whose overflow is an error, doubles where one side is a double,
 * NULL that makes NULL of all but IS, AND, OR and CASE.
 */
#include "scenarios/script_value.h"

#include <math.h>

static bool divide(struct evaluation *v, int64_t a, int64_t b, struct value *out)
{
	bool rest = v->e->op == OP_MOD;

	if (b == 0)
		return VALUE_WRONG(v, "division by zero");
	if (b == -1 && rest)
		return value_set_int(out, 0);
	if (b == -1 && a == INT64_MIN)
		return VALUE_WRONG(v, "the quotient does not fit into 64 bits");
	return value_set_int(out, rest ? a % b : a / b);
}

static bool with_integers(struct evaluation *v, int64_t a, int64_t b, struct value *out)
{
	int64_t result;
	bool over;

	switch (v->e->op) {
	case OP_ADD:
		over = __builtin_add_overflow(a, b, &result);
		break;
	case OP_SUB:
		over = __builtin_sub_overflow(a, b, &result);
		break;
	case OP_MUL:
		over = __builtin_mul_overflow(a, b, &result);
		break;
	case OP_EQ:
		return value_set_bool(out, a == b);
	case OP_NE:
		return value_set_bool(out, a != b);
	case OP_LT:
		return value_set_bool(out, a < b);
	case OP_LE:
		return value_set_bool(out, a <= b);
	default:
		return divide(v, a, b, out);
	}
	return over ? VALUE_WRONG(v, "the result does not fit into 64 bits") : value_set_int(out, result);
}

static bool with_doubles(const struct evaluation *v, double a, double b, struct value *out)
{
	switch (v->e->op) {
	case OP_ADD:
		return value_set_double(out, a + b);
	case OP_SUB:
		return value_set_double(out, a - b);
	case OP_MUL:
		return value_set_double(out, a * b);
	case OP_EQ:
		return value_set_bool(out, a == b);
	case OP_NE:
		return value_set_bool(out, a != b);
	case OP_LT:
		return value_set_bool(out, a < b);
	case OP_LE:
		return value_set_bool(out, a <= b);
	default:
		return value_set_double(out, a / b);
	}
}

static bool arithmetic(struct evaluation *v, const struct value *arg, struct value *out)
{
	double x, y;
	int64_t a, b;

	if (v->e->op != OP_MOD && (arg[0].type == VALUE_DOUBLE || arg[1].type == VALUE_DOUBLE))
		return value_to_double(v, &arg[0], &x) && value_to_double(v, &arg[1], &y) && with_doubles(v, x, y, out);
	return value_to_int(v, &arg[0], &a) && value_to_int(v, &arg[1], &b) && with_integers(v, a, b, out);
}

static bool bits(struct evaluation *v, const struct value *arg, struct value *out)
{
	int64_t a, b;

	if (!value_to_int(v, &arg[0], &a) || !value_to_int(v, &arg[1], &b))
		return false;
	switch (v->e->op) {
	case OP_BIT_AND:
		return value_set_int(out, a & b);
	case OP_BIT_OR:
		return value_set_int(out, a | b);
	case OP_BIT_XOR:
		return value_set_int(out, a ^ b);
	case OP_SHIFT_LEFT:
		return value_set_int(out, (int64_t)((uint64_t)a << (b & 63)));
	default:
		return value_set_int(out, a >> (b & 63));
	}
}

/* Of the largest (sign 1) or the smallest (-1); doubles if one of them is. */
static bool extreme(struct evaluation *v, const struct value *arg, size_t n, int sign, struct value *out)
{
	bool doubles = false;
	double best = 0, d;
	int64_t best_int = 0, i;

	for (size_t k = 0; k < n; k++)
		doubles = doubles || arg[k].type == VALUE_DOUBLE;
	for (size_t k = 0; k < n; k++) {
		if (doubles ? !value_to_double(v, &arg[k], &d) : !value_to_int(v, &arg[k], &i))
			return false;
		if (doubles)
			best = k == 0 || (sign > 0 ? d > best : d < best) ? d : best;
		else
			best_int = k == 0 || (sign > 0 ? i > best_int : i < best_int) ? i : best_int;
	}
	return doubles ? value_set_double(out, best) : value_set_int(out, best_int);
}

static bool of_double(struct evaluation *v, const struct value *arg, struct value *out)
{
	double x;

	if (!value_to_double(v, &arg[0], &x))
		return false;
	switch (v->e->op) {
	case OP_SQRT:
		return value_set_double(out, sqrt(x));
	case OP_LN:
		return value_set_double(out, log(x));
	case OP_EXP:
		return value_set_double(out, exp(x));
	default:
		return value_set_double(out, x);
	}
}

static bool draw(struct evaluation *v, const struct value *arg, struct value *out)
{
	struct random *r = &v->r->random;
	int64_t min, max, span;
	double p = 0;

	if (!value_to_int(v, &arg[0], &min) || !value_to_int(v, &arg[1], &max))
		return false;
	if (min > max)
		return VALUE_WRONG(v, "the range of random numbers is empty: %lld is more than %lld", (long long)min,
				   (long long)max);
	if (__builtin_sub_overflow(max, min, &span) || span == INT64_MAX)
		return VALUE_WRONG(v, "the range of random numbers is too large");
	if (v->e->op == OP_RANDOM)
		return value_set_int(out, random_range(r, min, max));
	if (!value_to_double(v, &arg[2], &p))
		return false;
	if (v->e->op == OP_GAUSSIAN)
		return p >= 2 ? value_set_int(out, random_gaussian(r, min, max, p))
			      : VALUE_WRONG(v, "the parameter of random_gaussian() must be at least 2, not %g", p);
	if (v->e->op == OP_ZIPFIAN)
		return p >= 1.001 && p <= 1000
			       ? value_set_int(out, random_zipfian(r, min, max, p))
			       : VALUE_WRONG(v, "the parameter of random_zipfian() must be from 1.001 to 1000, not %g", p);
	return p > 0 ? value_set_int(out, random_exponential(r, min, max, p))
		     : VALUE_WRONG(v, "the parameter of random_exponential() must be greater than 0, not %g", p);
}

static bool hashed(struct evaluation *v, const struct value *arg, struct value *out)
{
	int64_t a, b, seed = 0;

	if (!value_to_int(v, &arg[0], &a) || !value_to_int(v, &arg[1], &b))
		return false;
	if (v->e->op == OP_FNV1A)
		return value_set_int(out, hash_of_fnv1a(a, b));
	if (v->e->op == OP_MURMUR2)
		return value_set_int(out, hash_of_murmur2(a, b));
	if (!value_to_int(v, &arg[2], &seed))
		return false;
	if (b <= 0)
		return VALUE_WRONG(v, "the size of permute() must be greater than 0, not %lld", (long long)b);
	return value_set_int(out, random_permute(a, b, seed));
}

static bool absolute(struct evaluation *v, const struct value *arg, struct value *out)
{
	int64_t i;

	if (arg[0].type == VALUE_DOUBLE)
		return value_set_double(out, fabs(arg[0].d));
	if (!value_to_int(v, &arg[0], &i))
		return false;
	return i == INT64_MIN ? VALUE_WRONG(v, "the result does not fit into 64 bits") : value_set_int(out, i < 0 ? -i : i);
}

static bool power(struct evaluation *v, const struct value *arg, struct value *out)
{
	double x, y;

	return value_to_double(v, &arg[0], &x) && value_to_double(v, &arg[1], &y) && value_set_double(out, pow(x, y));
}

static bool same(const struct value *a, const struct value *b)
{
	return a->type == b->type && (a->type != VALUE_BOOL || a->b == b->b);
}

/* With all arguments evaluated, none of them NULL where that would make NULL of it. */
static bool apply(struct evaluation *v, const struct value *arg, size_t n, struct value *out)
{
	int64_t i;
	bool b;

	switch (v->e->op) {
	case OP_ADD:
	case OP_SUB:
	case OP_MUL:
	case OP_DIV:
	case OP_MOD:
	case OP_EQ:
	case OP_NE:
	case OP_LT:
	case OP_LE:
		return arithmetic(v, arg, out);
	case OP_BIT_AND:
	case OP_BIT_OR:
	case OP_BIT_XOR:
	case OP_SHIFT_LEFT:
	case OP_SHIFT_RIGHT:
		return bits(v, arg, out);
	case OP_NOT:
		return value_to_bool(v, &arg[0], &b) && value_set_bool(out, !b);
	case OP_IS:
		return value_set_bool(out, same(&arg[0], &arg[1]));
	case OP_DEBUG:
		*out = arg[0];
		return true;
	case OP_ABS:
		return absolute(v, arg, out);
	case OP_INT:
		return value_to_int(v, &arg[0], &i) && value_set_int(out, i);
	case OP_GREATEST:
	case OP_LEAST:
		return extreme(v, arg, n, v->e->op == OP_GREATEST ? 1 : -1, out);
	case OP_PI:
		return value_set_double(out, M_PI);
	case OP_POW:
		return power(v, arg, out);
	case OP_RANDOM:
	case OP_EXPONENTIAL:
	case OP_GAUSSIAN:
	case OP_ZIPFIAN:
		return draw(v, arg, out);
	case OP_FNV1A:
	case OP_MURMUR2:
	case OP_PERMUTE:
		return hashed(v, arg, out);
	case OP_UNIQUE:
		return value_set_int(out, v->r->unique ? (int64_t)v->r->unique(v->r->ctx) : 0);
	default:
		return of_double(v, arg, out);
	}
}

/* What is false on the left decides AND, what is true OR, and what is null both: pgbench does not look on then. */
static bool logical(struct evaluation *v, struct value *out)
{
	bool decides = v->e->op == OP_OR, b;

	for (const struct expr *a = v->e->arg; a; a = a->next) {
		if (!script_eval(v->r, a, out, v->err))
			return false;
		if (out->type == VALUE_NULL)
			return true;
		if (!value_to_bool(v, out, &b))
			return false;
		if (b == decides)
			return true;
	}
	return true;
}

/* test, value, test, value ..., and the value of ELSE alone. */
static bool choose(struct evaluation *v, struct value *out)
{
	for (const struct expr *a = v->e->arg; a; a = a->next->next) {
		if (!script_eval(v->r, a, out, v->err))
			return false;
		if (!a->next)
			return true;
		if (value_truth(out))
			return script_eval(v->r, a->next, out, v->err);
	}
	*out = (struct value){ .type = VALUE_NULL };
	return true;
}

static bool variable_value(struct evaluation *v, struct value *out)
{
	const char *name = v->r->script->variable[v->e->variable].name;
	struct variable *x = &v->r->variable[v->r->at[v->e->variable]];

	if (!x->set)
		return VALUE_WRONG(v, "the variable %s is not set", name);
	if (!x->typed && !value_from_text(x->text, &x->value))
		return VALUE_WRONG(v, "the variable %s is \"%.60s\", which is no number, boolean or null", name, x->text);
	x->typed = true;
	*out = x->value;
	return true;
}

bool script_eval(struct script_run *r, const struct expr *e, struct value *out, struct sk_err *err)
{
	struct evaluation v = { r, e, err };
	struct value arg[SCRIPT_MAX_ARGUMENTS];
	bool null = false;
	size_t n = 0;

	switch (e->op) {
	case OP_CONSTANT:
		*out = e->constant;
		return true;
	case OP_VARIABLE:
		return variable_value(&v, out);
	case OP_AND:
	case OP_OR:
		return logical(&v, out);
	case OP_CASE:
		return choose(&v, out);
	default:
		break;
	}
	for (const struct expr *a = e->arg; a; a = a->next) {
		if (!script_eval(r, a, &arg[n], err))
			return false;
		null = null || arg[n++].type == VALUE_NULL;
	}
	if (null && e->op != OP_IS && e->op != OP_DEBUG) {
		*out = (struct value){ .type = VALUE_NULL };
		return true;
	}
	return apply(&v, arg, n, out);
}
