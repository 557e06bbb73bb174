/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run, read, decided and at once reduced: the blocks of its deciding column, its verdict, its length. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "soakd/cmds.h"
#include "soakd/escape.h"
#include "soakd/evidence.h"
#include "soakd/phase_table.h"
#include "soakd/report_many_internal.h"
#include "soakd/report_page.h"
#include "soakd/verdict_json.h"
#include "soakd/words.h"

const char *const many_align_names[] = { "elapsed", "operations", NULL };

static bool known(const struct block *b)
{
	return b->n > 0 && isfinite(b->t) && isfinite(b->mean);
}

/* The counter's values made to rise only: after a fall it counts on from what it was. */
static size_t rising(const struct block *count, size_t n_count, double *t, double *total)
{
	double before = NAN, sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < n_count; i++) {
		double v = count[i].mean;

		if (!known(&count[i]))
			continue;
		if (n > 0)
			sum += v >= before ? v - before : v;
		before = v;
		t[n] = count[i].t;
		total[n++] = sum;
	}
	return n;
}

bool many_over_operations(struct block *b, size_t n, const struct block *count, size_t n_count)
{
	double *t = sk_calloc(n_count, sizeof(*t)), *total = sk_calloc(n_count, sizeof(*total));
	size_t points = t && total ? rising(count, n_count, t, total) : 0, k = 0;

	for (size_t i = 0; i < n && points > 0; i++) {
		if (b[i].n == 0)
			continue;
		while (k + 2 < points && t[k + 1] < b[i].t)
			k++;
		if (points == 1 || b[i].t <= t[k])
			b[i].t = total[k];
		else if (b[i].t >= t[k + 1])
			b[i].t = total[k + 1];
		else
			b[i].t = total[k] + (total[k + 1] - total[k]) * (b[i].t - t[k]) / (t[k + 1] - t[k]);
	}
	free(t);
	free(total);
	return points > 0;
}

int many_worse(const struct many_run *a, const struct many_run *b)
{
	static const int rank[] = { [TONE_BAD] = 0, [TONE_WARN] = 1, [TONE_UNKNOWN] = 2, [TONE_GOOD] = 3 };
	double x = isfinite(a->main.rate_kb_per_h) ? a->main.rate_kb_per_h : -INFINITY;
	double y = isfinite(b->main.rate_kb_per_h) ? b->main.rate_kb_per_h : -INFINITY;

	if (!a->error != !b->error)
		return a->error ? 1 : -1;
	if (rank[a->tone] != rank[b->tone])
		return rank[a->tone] - rank[b->tone];
	if (x != y)
		return x > y ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* Takes the blocks over; NULL stays NULL. */
static struct block *few(struct block *b, size_t *n)
{
	double width = 0;

	if (b)
		*n = blocks_merge(b, *n, MANY_BLOCKS, &width);
	return b;
}

static struct block *count_blocks(struct page *p, size_t *n)
{
	const struct series *ops = page_series(p, "ops");

	return ops ? few(page_blocks(p, ops, n), n) : NULL;
}

/* A restart between two blocks: another process, so an empty block keeps the line from joining them. */
static struct block *with_breaks(struct block *b, size_t *n, const struct evidence *ev)
{
	struct block *out = sk_calloc(2 * *n, sizeof(*out));
	size_t k = 0, kept = 0;

	for (size_t i = 0; out && i < *n; i++) {
		bool between = false;

		for (; b[i].n > 0 && k < ev->n_restarts && ev->restart_s[k] <= b[i].t; k++)
			between = true;
		if (between && kept > 0)
			out[kept++] = (struct block){ 0, NAN, NAN, NAN, NAN, NAN };
		out[kept++] = b[i];
	}
	free(b);
	*n = out ? kept : 0;
	return out;
}

static enum sk_code read_line(struct many_run *r, struct page *p, enum many_align align, struct sk_err *err)
{
	struct block *count = NULL;
	size_t n_count = 0;
	bool aligned = true;

	r->n = 0;
	r->b = few(page_judged_blocks(p, &r->n), &r->n);
	if (r->b)
		r->b = with_breaks(r->b, &r->n, &p->f->ev);
	p->failed |= !r->b && page_series(p, r->main.column);
	if (align == ALIGN_OPERATIONS && !p->failed) {
		count = count_blocks(p, &n_count);
		aligned = count && many_over_operations(r->b, r->n, count, n_count);
	}
	free(count);
	if (p->failed)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the report");
	if (!aligned)
		return sk_fail(err, SK_ENOTFOUND, 0,
			       "%s cannot be aligned by operations: it has counted none (column ops); --align elapsed needs none",
			       p->f->path);
	return SK_OK;
}

static bool read_words(struct many_run *r, const struct evidence_file *f, const struct verdict *v)
{
	const char *phases = report_phases_word(f, v);

	r->judged = v->gate == GATE_NONE && !phases;
	r->tone = report_tone(f, v);
	r->word = plain_dup(r->judged ? verdict_class_name[v->main.verdict] : phases ? phases : verdict_headline(v));
	r->samples = v->samples;
	r->length_s = 0;
	r->id = json_get_str(f->run, "id", NULL) ? sk_strdup(json_get_str(f->run, "id", NULL)) : NULL;
	memcpy(r->sha256, f->sha256, sizeof(r->sha256));
	for (size_t i = 0; i < f->n_series; i++)
		r->length_s = fmax(r->length_s, f->series[i].last_t); /* NaN, no value at all, loses */
	return r->word && (r->id || !json_get_str(f->run, "id", NULL));
}

enum sk_code many_read(struct many_run *r, const struct many_job *job, struct sk_err *err)
{
	struct verdict *v = sk_calloc(1, sizeof(*v));
	struct evidence_file f = { 0 };
	struct page p = { .f = &f, .v = v };
	enum sk_code rc =
		v ? evidence_read(r->path, SERIES_DRAWN, &f, err) : sk_fail(err, SK_ENOMEM, 0, "no memory for a verdict");

	if (rc == SK_OK && *f.note && !job->quiet)
		complainf("%s: %s", r->path, f.note);
	if (rc == SK_OK)
		rc = decide_file(&f, job->decide, v, err);
	if (rc == SK_OK) {
		r->main = v->main;
		rc = read_line(r, &p, job->align, err);
	}
	if (rc == SK_OK && !read_words(r, &f, v))
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the report");
	if (rc != SK_OK) {
		free(r->b);
		r->b = NULL;
		r->n = 0;
	}
	evidence_release(&f);
	free(v);
	return rc;
}
