/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which cells there are, in which order, and what they are called: arithmetic on the values given with --vary. */
#include "soakd/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/run_options.h"

#define VALUE_SHOWN 40 /* bytes of a value in a name */

/* What a cell has of its own, and what belongs to the whole. */
static bool is_fixed(const char *option)
{
	static const char *const fixed[] = { "out",    "resume", "quiet",  "verbose",     "version",
					     "format", "vary",   "config", "check-config" };

	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		if (strcmp(option, fixed[i]) == 0)
			return true;
	return false;
}

void matrix_release(struct matrix *m)
{
	for (size_t i = 0; i < m->n_vary; i++) {
		for (size_t k = 0; k < m->vary[i].n; k++)
			free(m->vary[i].value[k]);
		free(m->vary[i].value);
		free(m->vary[i].option);
	}
	*m = (struct matrix){ .n_vary = 0 };
}

/* The value as run would take it. */
static enum sk_code check_value(const char *text, const char *option, const char *value, struct sk_err *err)
{
	struct run_options scratch = { 0 };
	struct sk_err why = { 0 };
	enum sk_code rc = opt_defaults(&cmd_run_options, &scratch, &why);

	if (rc == SK_OK)
		rc = opt_set(&cmd_run_options, &scratch, option, value, &why);
	opt_release(&cmd_run_options, &scratch);
	return rc == SK_OK ? rc : sk_fail(err, SK_EUSAGE, 0, "--vary %s: %s", text, why.msg);
}

static enum sk_code add_value(struct matrix_vary *v, const char *text, const char *s, size_t n, struct sk_err *err)
{
	char **value = realloc(v->value, (v->n + 1) * sizeof(*value));

	if (!value)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for --vary %s", text);
	v->value = value;
	v->value[v->n] = sk_asprintf("%.*s", (int)n, s);
	if (!v->value[v->n])
		return sk_fail(err, SK_ENOMEM, 0, "no memory for --vary %s", text);
	v->n++;
	if (n == 0)
		return sk_fail(err, SK_EUSAGE, 0,
			       "--vary %s: there is a comma without a value; values stand as in rows=1000,10000", text);
	for (size_t i = 0; i + 1 < v->n; i++)
		if (strcmp(v->value[i], v->value[v->n - 1]) == 0)
			return sk_fail(err, SK_EUSAGE, 0,
				       "--vary %s: the value %s is there twice; --repeat takes more runs of each", text,
				       v->value[i]);
	return check_value(text, v->option, v->value[v->n - 1], err);
}

static enum sk_code check_option(const struct matrix *m, const char *text, const char *option, const struct opt_given *given,
				 struct sk_err *err)
{
	const struct opt *o = opt_find(&cmd_run_options, option);

	if (!o)
		return sk_fail(err, SK_EUSAGE, 0, "--vary %s: run has no option --%s; see soakd run --help", text, option);
	if (is_fixed(option))
		return sk_fail(err, SK_EUSAGE, 0, "--vary %s: --%s is not a setting that can vary from run to run", text, option);
	if (opt_was_given(&cmd_run_options, given, option))
		return sk_fail(err, SK_EUSAGE, 0, "--vary %s: --%s is also given for all runs; give it once", text, option);
	for (size_t i = 0; i + 1 < m->n_vary; i++)
		if (strcmp(m->vary[i].option, option) == 0)
			return sk_fail(err, SK_EUSAGE, 0, "--vary %s: --%s varies already; put all its values into one --vary",
				       text, option);
	return SK_OK;
}

static enum sk_code add_vary(struct matrix *m, const char *text, const struct opt_given *given, struct sk_err *err)
{
	const char *eq = strchr(text, '='), *end;
	struct matrix_vary *v = &m->vary[m->n_vary];
	enum sk_code rc;

	if (!eq || eq == text || eq[1] == '\0')
		return sk_fail(err, SK_EUSAGE, 0,
			       "--vary %s: give an option of run and its values, such as --vary rows=1000,10000", text);
	if (m->n_vary == MATRIX_VARY)
		return sk_fail(err, SK_EUSAGE, 0, "--vary %s: no more than %d options may vary", text, MATRIX_VARY);
	v->option = sk_asprintf("%.*s", (int)(eq - text), text);
	if (!v->option)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for --vary %s", text);
	m->n_vary++;
	rc = check_option(m, text, v->option, given, err);
	for (const char *s = eq + 1; rc == SK_OK; s = end + 1) {
		end = strchrnul(s, ',');
		rc = add_value(v, text, s, (size_t)(end - s), err);
		if (*end == '\0')
			break;
	}
	return rc;
}

enum sk_code matrix_init(struct matrix *m, const struct opt_list *vary, int64_t repeats, const struct opt_given *given,
			 struct sk_err *err)
{
	enum sk_code rc = SK_OK;

	*m = (struct matrix){ .combinations = 1, .repeats = (size_t)repeats };
	if (vary->n == 0)
		rc = sk_fail(err, SK_EUSAGE, 0, "nothing varies: give --vary OPTION=VALUE,VALUE, such as --vary rows=1000,10000");
	for (size_t i = 0; rc == SK_OK && i < vary->n; i++) {
		rc = add_vary(m, vary->v[i], given, err);
		if (rc == SK_OK)
			m->combinations *= m->vary[i].n;
		if (rc == SK_OK && m->combinations * m->repeats > MATRIX_CELLS)
			rc = sk_fail(err, SK_EUSAGE, 0,
				     "with --vary %s there are %zu runs, more than %d: vary less, or repeat less", vary->v[i],
				     m->combinations * m->repeats, MATRIX_CELLS);
	}
	if (rc != SK_OK)
		matrix_release(m);
	return rc;
}

size_t matrix_cells(const struct matrix *m)
{
	return m->combinations * m->repeats;
}

struct matrix_cell matrix_cell(const struct matrix *m, size_t i)
{
	size_t repeat = i / m->combinations, first = repeat * m->combinations / m->repeats;

	return (struct matrix_cell){ (first + i % m->combinations) % m->combinations, repeat };
}

size_t matrix_index(const struct matrix *m, struct matrix_cell c)
{
	size_t first = c.repeat * m->combinations / m->repeats;

	return c.repeat * m->combinations + (c.combination + m->combinations - first) % m->combinations;
}

const char *matrix_value(const struct matrix *m, size_t combination, size_t vary)
{
	for (size_t i = m->n_vary; i-- > vary + 1;)
		combination /= m->vary[i].n;
	return m->vary[vary].value[combination % m->vary[vary].n];
}

/* As it is where that is fit for a file's name; else what can be read of it, and a hash that tells it from others. */
static void add_safe(struct text *out, const char *value)
{
	static const char fine[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-";
	size_t n = strlen(value);

	for (size_t i = 0; i < n && i < VALUE_SHOWN; i++)
		text_addc(out, strchr(fine, value[i]) ? value[i] : '_');
	if (n > VALUE_SHOWN || strspn(value, fine) < n)
		text_addf(out, "~%08x", (unsigned)hash_bytes(HASH_START, value, n));
}

char *matrix_name(const struct matrix *m, struct matrix_cell c, char *buf, size_t n)
{
	struct text t = TEXT_INIT;

	for (size_t i = 0; i < m->n_vary; i++) {
		text_addf(&t, "%s=", m->vary[i].option);
		add_safe(&t, matrix_value(m, c.combination, i));
		text_addc(&t, ',');
	}
	if (t.len > n - 40) /* the number says which it is */
		snprintf(buf, n, "%.*s...,combination=%zu,repeat=%zu", (int)(n - 80), text_str(&t), c.combination + 1,
			 c.repeat + 1);
	else
		snprintf(buf, n, "%srepeat=%zu", text_str(&t), c.repeat + 1);
	text_release(&t);
	return buf;
}

void matrix_words(const struct matrix *m, size_t combination, struct text *out)
{
	for (size_t i = 0; i < m->n_vary; i++)
		text_addf(out, "%s%s=%s", i ? " " : "", m->vary[i].option, matrix_value(m, combination, i));
}
