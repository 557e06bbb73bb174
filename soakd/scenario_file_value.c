/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One setting of a scenario file as what it means, and what is wrong with it in a sentence. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/units.h"
#include "soakd/scenario_file_priv.h"

#define MISTAKES_MAX 200 /* beyond them nobody reads on */
#define SHOWN        60  /* bytes of a value in a message */

void scenario_no_memory(struct scenario_reader *r)
{
	r->no_memory = true;
}

/* One whole sentence, which is ours from now on; NULL: no memory. */
static void note(struct scenario_reader *r, char *sentence)
{
	struct scenario_file *f = r->f;
	size_t cap = f->n_mistake;
	void *grown = f->mistake;

	if (!sentence) {
		scenario_no_memory(r);
	} else if (f->n_mistake >= MISTAKES_MAX) {
		free(sentence);
	} else if (sk_grow(&grown, &cap, f->n_mistake + 1, sizeof(*f->mistake)) != 0) {
		free(sentence);
		scenario_no_memory(r);
	} else {
		f->mistake = grown;
		f->mistake[f->n_mistake++] = sentence;
	}
}

void scenario_mistake(struct scenario_reader *r, const char *sentence)
{
	note(r, sk_strdup(sentence));
}

bool scenario_wrong(struct scenario_reader *r, const config_setting_t *at, const char *fmt, ...)
{
	char what[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	note(r, at ? sk_asprintf("%s:%u: %s", r->f->path, config_setting_source_line(at), what)
		   : sk_asprintf("%s: %s", r->f->path, what));
	return false;
}

/* ---- names ------------------------------------------------------------------------------------------------------------ */

static bool same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if ((*a == '-' ? '_' : *a) != (*b == '-' ? '_' : *b))
			return false;
	return *a == *b;
}

bool scenario_called(const config_setting_t *s, const char *name)
{
	return config_setting_name(s) && same_name(config_setting_name(s), name);
}

config_setting_t *scenario_member(const config_setting_t *group, const char *name)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		config_setting_t *s = config_setting_get_elem(group, (unsigned)i);

		if (scenario_called(s, name))
			return s;
	}
	return NULL;
}

void scenario_only(struct scenario_reader *r, const config_setting_t *group, const char *what, const char *const *names)
{
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *s = config_setting_get_elem(group, (unsigned)i);
		struct text all = TEXT_INIT;
		bool known = false;

		for (size_t k = 0; names[k]; k++) {
			known = known || scenario_called(s, names[k]);
			text_addf(&all, "%s%s", k ? ", " : "", names[k]);
		}
		if (!known)
			scenario_wrong(r, s, "%s has no setting \"%s\"; it has %s", what, config_setting_name(s), text_str(&all));
		else if (scenario_member(group, config_setting_name(s)) != s)
			scenario_wrong(r, s, "%s has \"%s\" twice: leave one out", what, config_setting_name(s));
		text_release(&all);
	}
}

bool scenario_is_variable(const char *name)
{
	if (!*name || (*name >= '0' && *name <= '9'))
		return false;
	for (; *name; name++)
		if (!(*name == '_' || (*name >= '0' && *name <= '9') || (*name >= 'a' && *name <= 'z') ||
		      (*name >= 'A' && *name <= 'Z')))
			return false;
	return true;
}

/* ---- values ----------------------------------------------------------------------------------------------------------- */

/* A value as it stands in a message. */
static const char *shown(const config_setting_t *s, char *buf, size_t n)
{
	char number[64];
	const char *text = opt_setting_text(s, number, sizeof(number));

	if (text)
		snprintf(buf, n, "\"%.*s%s\"", (int)utf8_fit(text, SHOWN), text, strlen(text) > SHOWN ? "..." : "");
	else
		snprintf(buf, n, "%s", config_setting_is_group(s) ? "a group" : "a list");
	return buf;
}

bool scenario_number(struct scenario_reader *r, const config_setting_t *s, double min, double max, double *out)
{
	char number[64], got[80], lo[40], hi[40];
	const char *text = opt_setting_text(s, number, sizeof(number));
	double v = 0;

	if (!text || real_parse(text, &v, NULL) != SK_OK)
		return scenario_wrong(r, s, "%s is a number, not %s", config_setting_name(s), shown(s, got, sizeof(got)));
	if (v < min || v > max)
		return scenario_wrong(r, s, "%s is a number from %s to %s, not %s", config_setting_name(s),
				      fmt_real(lo, sizeof(lo), min), fmt_real(hi, sizeof(hi), max), text);
	*out = v;
	return true;
}

bool scenario_whole(struct scenario_reader *r, const config_setting_t *s, double min, double max, uint64_t *out)
{
	char got[80];
	double v = 0;

	if (!scenario_number(r, s, min, max, &v))
		return false;
	if (v != floor(v))
		return scenario_wrong(r, s, "%s is a whole number, not %s", config_setting_name(s), shown(s, got, sizeof(got)));
	*out = (uint64_t)v;
	return true;
}

bool scenario_time(struct scenario_reader *r, const config_setting_t *s, double *seconds)
{
	struct sk_err why = { 0 };
	char number[64];
	const char *text = opt_setting_text(s, number, sizeof(number));
	double v = 0;

	if (!text)
		return scenario_wrong(r, s, "%s is a time such as \"30s\" or \"5m\", not %s", config_setting_name(s),
				      shown(s, (char[80]){ 0 }, 80));
	if (duration_parse(text, &v, &why) != SK_OK)
		return scenario_wrong(r, s, "%s: %s", config_setting_name(s), why.msg);
	*seconds = v;
	return true;
}

bool scenario_bool(struct scenario_reader *r, const config_setting_t *s, bool *out)
{
	char got[80];

	if (config_setting_type(s) != CONFIG_TYPE_BOOL)
		return scenario_wrong(r, s, "%s is true or false, not %s", config_setting_name(s), shown(s, got, sizeof(got)));
	*out = config_setting_get_bool(s);
	return true;
}

static bool is_plain(const char *text)
{
	json_t *j = json_string(text); /* NULL: no UTF-8 */
	bool plain = j != NULL;

	json_decref(j);
	for (; plain && *text; text++)
		plain = (unsigned char)*text >= ' ' && *text != 0x7f;
	return plain;
}

const char *scenario_text(struct scenario_reader *r, const config_setting_t *s)
{
	const char *name = config_setting_name(s), *text;
	char got[80];

	if (config_setting_type(s) != CONFIG_TYPE_STRING) {
		scenario_wrong(r, s, "%s is a text in double quotes, not %s", name ? name : "it", shown(s, got, sizeof(got)));
		return NULL;
	}
	text = config_setting_get_string(s);
	if (*text && is_plain(text))
		return text;
	scenario_wrong(r, s, "%s is %s", name ? name : "it",
		       *text ? "no text in UTF-8 on one line: it holds other bytes or control characters"
			     : "empty: give it a value");
	return NULL;
}

/* One group alone is as good as a list of one. */
size_t scenario_entries(struct scenario_reader *r, const config_setting_t *s, const char *example)
{
	size_t n = config_setting_is_group(s) ? 1 : (size_t)config_setting_length(s);

	if (!config_setting_is_group(s) && !config_setting_is_list(s)) {
		scenario_wrong(r, s, "%s is a list of groups, such as %s", config_setting_name(s), example);
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		if (!config_setting_is_group(scenario_entry(s, i))) {
			scenario_wrong(r, scenario_entry(s, i), "an entry of %s is a group, such as %s", config_setting_name(s),
				       example);
			return 0;
		}
	if (n == 0)
		scenario_wrong(r, s, "%s is empty: leave it out, or write %s", config_setting_name(s), example);
	return n;
}

const config_setting_t *scenario_entry(const config_setting_t *s, size_t i)
{
	return config_setting_is_group(s) ? s : config_setting_get_elem(s, (unsigned)i);
}
