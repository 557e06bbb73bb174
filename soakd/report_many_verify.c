/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is this picture of many runs what their data say? Its list of runs against those that are given, each read and judged again. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "soakd/escape.h"
#include "soakd/report_many_internal.h"
#include "soakd/report_verify.h"
#include "soakd/words.h"

/* What is to be compared, and what was found. */
struct compared {
	const json_t *runs; /* of the picture, an array; what is in it comes from outside */
	bool *taken;        /* one for each: it was given */
	bool whole;         /* the picture names all of its runs */
	struct text *says, good;
	bool *same;
};

static bool equal(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

/*
 * How surely an entry is this run: 0 it is another. Copies of a run have one id, files without an id their name or their bytes.
 */
static int likeness(const json_t *entry, const struct many_run *r)
{
	const char *id = json_get_str(entry, "run", NULL);
	bool same_name = equal(json_get_str(entry, "name", NULL), r->name);
	bool same_data = equal(json_get_str(entry, "data-sha256", NULL), r->sha256);

	if (r->error)
		return same_name;
	if (id || r->id)
		return equal(id, r->id) ? 4 + 2 * same_data + same_name : 0;
	return 2 * same_data + same_name;
}

static const json_t *entry_of(struct compared *c, const struct many_run *r)
{
	size_t best = 0, n = json_array_size(c->runs);
	int most = 0;

	for (size_t i = 0; i < n; i++) {
		int like = c->taken[i] ? 0 : likeness(json_array_get(c->runs, i), r);

		if (like > most) {
			most = like;
			best = i;
		}
	}
	if (most == 0)
		return NULL;
	c->taken[best] = true;
	return json_array_get(c->runs, best);
}

static void one_differs(struct compared *c, const struct many_run *r, const char *what, const char *then, const char *now)
{
	struct text t = TEXT_INIT;

	add_plain(&t, r->path);
	text_addf(&t, ": %s", what);
	verify_differs(c->says, c->same, text_str(&t), then, now);
	c->says->failed |= t.failed;
	text_release(&t);
}

/* A line about a run that no words of the picture are compared with. */
static void tell(struct compared *c, const char *begin, const struct many_run *r, const char *end)
{
	text_add(c->says, begin);
	add_plain(c->says, r->path);
	text_add(c->says, end);
}

static void compare_one(struct compared *c, const struct many_run *r)
{
	const json_t *entry = entry_of(c, r);
	const char *verdict = json_get_str(entry, "verdict", NULL), *sha256 = json_get_str(entry, "data-sha256", NULL);
	const char *now = r->error ? NULL : verdict_class_name[r->main.verdict];

	if (!entry && !c->whole) {
		tell(c, "note: ", r, " is not among the runs that the picture has room to name: not compared\n");
		return;
	}
	if (!entry) {
		tell(c, "differs: ", r,
		     r->error ? " cannot be read, and the picture has no such run\n" : " is no run of this picture\n");
		*c->same = false;
		return;
	}
	if (!equal(sha256, r->sha256) && !r->error)
		one_differs(c, r, "the data were changed, or are others: sha256", sha256, r->sha256);
	if ((verdict || now) && !equal(verdict, now))
		one_differs(c, r, r->error ? "cannot be read" : "the verdict", verdict, now);
	if (r->error)
		return;
	text_addf(&c->good, "verified: %s, ", now);
	if (r->id) {
		text_add(&c->good, "of the run ");
		add_plain(&c->good, r->id);
		text_add(&c->good, ", ");
	}
	text_add(&c->good, "from ");
	add_plain(&c->good, r->path);
	text_addf(&c->good, ", sha256 %s\n", r->sha256);
}

/* The runs of the picture that nobody gave: no difference, and not verified either. */
static void tell_others(struct compared *c)
{
	size_t n = json_array_size(c->runs), said = 0;

	for (size_t i = 0; i < n; i++) {
		if (c->taken[i] || !json_get_str(json_array_get(c->runs, i), "verdict", NULL))
			continue;
		text_add(&c->good, said++ ? ", " : "note: not compared, for its data were not given: ");
		add_plain(&c->good, json_get_str(json_array_get(c->runs, i), "name", "?"));
	}
	if (said)
		text_addc(&c->good, '\n');
}

static enum sk_code compare_all(const struct png_texts *t, char *const *path, size_t n, struct compared *c, struct sk_err *err)
{
	json_t *options = NULL;
	const struct decide_options o = verify_options(t, &options);
	const struct many_job job = { .decide = &o, .path = path, .n_paths = n, .sheet = true, .quiet = true };
	struct many m = { .n = 0 };
	enum sk_code rc = decide_check(&o, err);

	if (rc == SK_OK)
		rc = many_find(&m, &job, err);
	if (rc == SK_OK)
		rc = many_names(&m, err);
	for (size_t i = 0; rc == SK_OK && i < m.n; i++) {
		struct many_run *r = &m.run[i];
		struct sk_err why = { 0 };

		rc = many_read(r, &job, &why);
		free(r->b); /* nothing is drawn */
		r->b = NULL;
		if (rc == SK_ENOMEM)
			rc = sk_fail(err, SK_ENOMEM, 0, "no memory to verify the picture");
		else if (rc != SK_OK)
			rc = (r->error = plain_dup(why.msg)) ? SK_OK
							     : sk_fail(err, SK_ENOMEM, 0, "no memory to verify the picture");
		if (rc == SK_OK)
			compare_one(c, r);
	}
	many_release(&m);
	json_decref(options);
	return rc;
}

/* Without a path: what can be said of the picture alone. */
static void tell_pixels(struct compared *c, const struct png_texts *t, const char *picture)
{
	text_add(&c->good, "verified: pixels and title are as they were drawn: ");
	add_plain(&c->good, png_texts_get(t, "Title") ? png_texts_get(t, "Title") : "?");
	text_add(&c->good, "\nnote: the data were not looked at; with its runs they are: soakd report --verify ");
	add_plain(&c->good, picture);
	text_add(&c->good, " PATH...\n");
}

enum sk_code many_verify(const struct png_texts *t, const char *picture, char *const *path, size_t n, struct text *says,
			 bool *same, struct sk_err *err)
{
	json_t *j = json_loads(png_texts_get(t, META_RUNS), JSON_REJECT_DUPLICATES, NULL);
	struct compared c = { .runs = json_object_get(j, "runs"), .says = says, .good = TEXT_INIT, .same = same };
	size_t named = json_array_size(c.runs);
	enum sk_code rc = SK_OK;

	*same = true;
	c.whole = json_get_num(j, "of", 0) <= (double)named;
	c.taken = sk_calloc(named + 1, sizeof(*c.taken));
	if (!c.taken)
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory to verify the picture");
	else if (named == 0)
		rc = sk_fail(err, SK_EPARSE, 0,
			     "cannot verify %s: its \"" META_RUNS "\" is no list of runs: it is none of soakd report", picture);
	if (rc == SK_OK && n > 0)
		rc = compare_all(t, path, n, &c, err);
	if (rc == SK_OK) {
		verify_pixels(t, says, same);
		verify_drawn_by(t, says, *same);
		if (n > 0)
			tell_others(&c);
		else
			tell_pixels(&c, t, picture);
		if (*same)
			text_add(says, text_str(&c.good));
		says->failed |= c.good.failed;
	}
	text_release(&c.good);
	free(c.taken);
	json_decref(j);
	return rc;
}
