/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parsing of options from the table: argv, configuration file (opt_config.c) and single settings all end in opt_store(). */
#include "soakd/opt.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"

static void *field(const struct opt *o, void *dest)
{
	return (char *)dest + o->offset;
}

static const struct opt *find_name(const struct opt_command *c, const char *name, size_t n)
{
	for (const struct opt *o = c->opt; o->name; o++)
		if (strlen(o->name) == n && strncmp(o->name, name, n) == 0)
			return o;
	return NULL;
}

static const struct opt *find_letter(const struct opt_command *c, char letter)
{
	for (const struct opt *o = c->opt; o->name; o++)
		if (o->letter && o->letter == letter)
			return o;
	return NULL;
}

static void mark(const struct opt_command *c, struct opt_given *given, const struct opt *o)
{
	if (given)
		given->bits |= UINT64_C(1) << (o - c->opt);
}

void opt_mark(const struct opt_command *c, struct opt_given *given, const char *name)
{
	const struct opt *o = find_name(c, name, strlen(name));

	if (o)
		mark(c, given, o);
}

bool opt_was_given(const struct opt_command *c, const struct opt_given *given, const char *name)
{
	const struct opt *o = find_name(c, name, strlen(name));

	return o && (given->bits >> (o - c->opt) & 1);
}

static enum sk_code store_choice(const struct opt *o, int *out, const char *value, struct sk_err *err)
{
	struct text all = TEXT_INIT;
	enum sk_code rc = SK_EUSAGE;

	for (int i = 0; o->choices[i]; i++) {
		if (strcmp(o->choices[i], value) == 0) {
			*out = i;
			rc = SK_OK;
		}
		text_addf(&all, "%s%s", i ? ", " : "", o->choices[i]);
	}
	if (rc != SK_OK)
		sk_fail(err, rc, 0, "--%s takes one of %s, not \"%s\"", o->name, text_str(&all), value);
	text_release(&all);
	return rc;
}

/* A trailing % is taken for OPT_REAL: "0.1%" and "0.1" are the same percentage. */
static enum sk_code parse_real(const char *value, double *out, struct sk_err *err)
{
	char buf[64];
	size_t n = strlen(value);

	if (n && value[n - 1] == '%')
		n--;
	if (n >= sizeof(buf))
		return sk_fail(err, SK_EPARSE, 0, "\"%.40s...\" is too long for a number", value);
	memcpy(buf, value, n);
	buf[n] = '\0';
	return real_parse(buf, out, err);
}

static enum sk_code parse_number(const struct opt *o, const char *value, double *v, struct sk_err *err)
{
	switch (o->type) {
	case OPT_DURATION:
		return duration_parse(value, v, err);
	case OPT_SIZE:
		return size_parse(value, v, err);
	default:
		return parse_real(value, v, err);
	}
}

static enum sk_code in_limits(const struct opt *o, double v, const char *value, struct sk_err *err)
{
	char lo[40], hi[40];

	if (o->min == o->max || (v >= o->min && v <= o->max))
		return SK_OK;
	if (o->max == HUGE_VAL)
		return sk_fail(err, SK_EUSAGE, 0, "--%s must be at least %s, not %s", o->name, fmt_real(lo, sizeof(lo), o->min),
			       value);
	return sk_fail(err, SK_EUSAGE, 0, "--%s must be between %s and %s, not %s", o->name, fmt_real(lo, sizeof(lo), o->min),
		       fmt_real(hi, sizeof(hi), o->max), value);
}

static enum sk_code store_number(const struct opt *o, void *f, const char *value, struct sk_err *err)
{
	struct sk_err why = { 0 };
	int64_t i = 0;
	double v = NAN;
	enum sk_code rc;

	if (o->type == OPT_INT) {
		rc = int_parse(value, &i, &why);
		v = (double)i;
	} else {
		rc = parse_number(o, value, &v, &why);
	}
	if (rc != SK_OK)
		return sk_fail(err, SK_EUSAGE, 0, "--%s: %s", o->name, why.msg);
	rc = in_limits(o, v, value, err);
	if (rc != SK_OK)
		return rc;
	if (o->type == OPT_INT)
		*(int64_t *)f = i;
	else
		*(double *)f = v;
	return SK_OK;
}

static enum sk_code store_string(const struct opt *o, void *f, const char *value, struct sk_err *err)
{
	char *copy = sk_strdup(value);

	if (!copy)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for --%s", o->name);
	if (o->type == OPT_LIST) {
		struct opt_list *l = f;

		if (sk_grow((void **)&l->v, &l->cap, l->n + 1, sizeof(*l->v)) != 0) {
			free(copy);
			return sk_fail(err, SK_ENOMEM, 0, "no memory for --%s", o->name);
		}
		l->v[l->n++] = copy;
		return SK_OK;
	}
	free(*(char **)f);
	*(char **)f = copy;
	return SK_OK;
}

static enum sk_code store_flag(const struct opt *o, bool *out, const char *value, struct sk_err *err)
{
	if (!value || strcmp(value, "yes") == 0 || strcmp(value, "true") == 0) {
		*out = true;
		return SK_OK;
	}
	if (strcmp(value, "no") == 0 || strcmp(value, "false") == 0) {
		*out = false;
		return SK_OK;
	}
	return sk_fail(err, SK_EUSAGE, 0, "--%s takes no value, or yes or no, not \"%s\"", o->name, value);
}

static enum sk_code opt_store(const struct opt *o, void *dest, const char *value, struct sk_err *err)
{
	void *f = field(o, dest);

	switch (o->type) {
	case OPT_FLAG:
		return store_flag(o, f, value, err);
	case OPT_STRING:
	case OPT_LIST:
		return store_string(o, f, value, err);
	case OPT_CHOICE:
		return store_choice(o, f, value, err);
	default:
		return store_number(o, f, value, err);
	}
}

enum sk_code opt_defaults(const struct opt_command *c, void *dest, struct sk_err *err)
{
	for (const struct opt *o = c->opt; o->name; o++) {
		enum sk_code rc = SK_OK;

		if (o->dflt)
			rc = opt_store(o, dest, o->dflt, err);
		else if (o->type == OPT_DURATION || o->type == OPT_SIZE || o->type == OPT_REAL)
			*(double *)field(o, dest) = NAN;
		if (rc != SK_OK)
			return rc;
	}
	return SK_OK;
}

const struct opt *opt_find(const struct opt_command *c, const char *name)
{
	return find_name(c, name, strlen(name));
}

enum sk_code opt_set(const struct opt_command *c, void *dest, const char *name, const char *value, struct sk_err *err)
{
	const struct opt *o = find_name(c, name, strlen(name));

	if (!o)
		return sk_fail(err, SK_EUSAGE, 0, "%s has no option --%s", c->verb, name);
	return opt_store(o, dest, value, err);
}

/* State of one walk over argv. */
struct walk {
	const struct opt_command *c;
	int argc, i;
	char **argv;
	void *dest;
	struct opt_given *given;
};

static enum sk_code take(struct walk *w, const struct opt *o, const char *value, struct sk_err *err)
{
	if (o->type != OPT_FLAG && !value) {
		if (w->i + 1 >= w->argc)
			return sk_fail(err, SK_EUSAGE, 0, "--%s needs a value (%s)", o->name, o->metavar ? o->metavar : "VALUE");
		value = w->argv[++w->i];
	}
	mark(w->c, w->given, o);
	return opt_store(o, w->dest, value, err);
}

static enum sk_code take_long(struct walk *w, const char *arg, struct sk_err *err)
{
	const char *eq = strchr(arg, '=');
	size_t n = eq ? (size_t)(eq - arg) : strlen(arg);
	const struct opt *o = find_name(w->c, arg, n);

	if (!o)
		return sk_fail(err, SK_EUSAGE, 0, "unknown option --%.*s; see soakd %s --help", (int)n, arg, w->c->verb);
	return take(w, o, eq ? eq + 1 : NULL, err);
}

/* -i300, -i 300, and flags in a row: -qv. */
static enum sk_code take_short(struct walk *w, const char *arg, struct sk_err *err)
{
	for (; *arg; arg++) {
		const struct opt *o = find_letter(w->c, *arg);

		if (!o)
			return sk_fail(err, SK_EUSAGE, 0, "unknown option -%c; see soakd %s --help", *arg, w->c->verb);
		if (o->type != OPT_FLAG)
			return take(w, o, arg[1] ? arg + 1 : NULL, err);
		enum sk_code rc = take(w, o, NULL, err);

		if (rc != SK_OK)
			return rc;
	}
	return SK_OK;
}

enum sk_code opt_parse(const struct opt_command *c, int argc, char **argv, void *dest, struct opt_given *given, char ***operand,
		       size_t *n_operand, int *dashdash, bool *help, struct sk_err *err)
{
	struct walk w = { c, argc, 1, argv, dest, given };
	enum sk_code rc = SK_OK;

	*dashdash = -1;
	*n_operand = 0;
	*help = false;
	*operand = sk_calloc((size_t)argc + 1, sizeof(**operand));
	if (!*operand)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the command line");
	for (; w.i < argc && rc == SK_OK; w.i++) {
		char *a = argv[w.i];

		if (*dashdash >= 0 || a[0] != '-' || a[1] == '\0') {
			(*operand)[(*n_operand)++] = a;
		} else if (strcmp(a, "--") == 0) {
			*dashdash = (int)*n_operand;
		} else if (strcmp(a, "--help") == 0 || strcmp(a, "-h") == 0) {
			*help = true;
			return SK_OK;
		} else {
			rc = a[1] == '-' ? take_long(&w, a + 2, err) : take_short(&w, a + 1, err);
		}
	}
	return rc;
}

void opt_release(const struct opt_command *c, void *dest)
{
	for (const struct opt *o = c->opt; o->name; o++) {
		if (o->type == OPT_STRING) {
			free(*(char **)field(o, dest));
			*(char **)field(o, dest) = NULL;
		} else if (o->type == OPT_LIST) {
			struct opt_list *l = field(o, dest);

			for (size_t i = 0; i < l->n; i++)
				free(l->v[i]);
			free(l->v);
			*l = (struct opt_list){ NULL, 0, 0 };
		}
	}
}
