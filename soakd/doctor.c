/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of findings and its two forms. */
#include "soakd/doctor.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"

/* A copy of s, or NULL for none; a copy that found no memory is remembered. */
static char *copy(struct findings *f, const char *s)
{
	char *c = s ? sk_strdup(s) : NULL;

	if (s && !c)
		f->failed = true;
	return c;
}

static void add(struct findings *f, enum finding_level level, const char *what, const char *lost, const char *fix)
{
	if (sk_grow((void **)&f->v, &f->cap, f->n + 1, sizeof(*f->v)) != 0) {
		f->failed = true;
		return;
	}
	f->v[f->n++] = (struct finding){ level, copy(f, what), copy(f, lost), copy(f, fix) };
}

void found_ok(struct findings *f, const char *fmt, ...)
{
	char what[1200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	add(f, FINDING_OK, what, NULL, NULL);
}

void found(struct findings *f, enum finding_level level, const char *lost, const char *fix, const char *fmt, ...)
{
	char what[1200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	add(f, level, what, lost, fix);
}

bool findings_fatal(const struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].level == FINDING_FAIL)
			return true;
	return false;
}

void findings_human(const struct findings *f, struct text *out)
{
	static const char *const word[] = { "ok  ", "warn", "FAIL" };

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->v[i];

		text_addf(out, "%s %s", word[x->level], x->what ? x->what : "");
		if (x->lost)
			text_addf(out, ": %s", x->lost);
		if (x->fix)
			text_addf(out, "; fix: %s", x->fix);
		text_addc(out, '\n');
	}
}

void findings_json(const struct findings *f, struct text *out)
{
	static const char *const word[] = { "ok", "warn", "fail" };
	json_t *list = json_array();

	for (size_t i = 0; i < f->n; i++)
		json_array_append_new(list, json_pack("{s:s,s:s?,s:s?,s:s?}", "level", word[f->v[i].level], "what", f->v[i].what,
						      "lost", f->v[i].lost, "fix", f->v[i].fix));
	json_t *all = json_pack("{s:s,s:b,s:o}", "schema", "soakd.doctor/1", "ready", !findings_fatal(f), "findings", list);

	if (all)
		json_add(out, all, 2);
	else
		out->failed = true;
	text_addc(out, '\n');
	json_decref(all);
}

void findings_release(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->v[i].what);
		free(f->v[i].lost);
		free(f->v[i].fix);
	}
	free(f->v);
	*f = (struct findings){ 0 };
}
