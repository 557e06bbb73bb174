/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The latencies of operations.csv, for the picture: one kind of operation can be shown, the one that there is most of.
 * Which that is is known at the end, so all kinds are kept until then: they are few.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "soakd/evidence_internal.h"
#include "soakd/operations.h"

enum { O_TIME, O_KIND, O_OPS, O_P99, O_N };
static const char *const fields[O_N] = { "timestamp", "kind", "ops", "p99_us" };

struct kinds {
	struct series p99[OPERATIONS_MAX];
	double ops[OPERATIONS_MAX];
	size_t n;
};

/* NULL: without memory for its series, or one kind too many: the others are shown. */
static struct series *kind_of(struct kinds *k, const struct evidence_reader *r, const char *name, double ops)
{
	size_t i = 0;

	while (i < k->n && strncmp(k->p99[i].name, name, SERIES_NAME - 1) != 0)
		i++;
	if (i == k->n) {
		if (k->n == OPERATIONS_MAX || series_init(&k->p99[i], name, r->out->ev.interval_s, r->blocks, NULL) != SK_OK)
			return NULL;
		k->n++;
	}
	k->ops[i] = fmax(k->ops[i], ops); /* fmax: a cell without a number loses */
	return &k->p99[i];
}

static enum sk_code read_kinds(struct evidence_reader *r, struct kinds *k, struct sk_err *err)
{
	struct wall_cursor cursor = { &r->wall, 0, -INFINITY };
	struct part_csv p = { .csv.fd = -1 };
	double unix_s;
	enum sk_code rc = part_open(&p, r->out->dir, "operations.csv", fields, O_N, err);

	while (rc == SK_OK && (rc = part_next(&p, &unix_s, err)) == SK_OK) {
		struct series *s = kind_of(k, r, part_text(&p, O_KIND), part_number(&p, O_OPS));

		if (s)
			series_add(s, wall_cursor_elapsed(&cursor, unix_s), part_number(&p, O_P99) / 1e6);
	}
	csv_close(&p.csv);
	return rc;
}

enum sk_code evidence_operations(struct evidence_reader *r, struct sk_err *err)
{
	struct kinds *k = sk_calloc(1, sizeof(*k));
	struct sk_err why = { 0 };
	size_t most = 0;

	if (!k)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the operations of %s", r->out->path);
	enum sk_code rc = part_tolerate(r, read_kinds(r, k, &why), &why, err);

	for (size_t i = 1; i < k->n; i++)
		if (k->ops[i] > k->ops[most])
			most = i;
	for (size_t i = 0; i < k->n; i++) {
		if (i == most && k->p99[i].all.n > 0)
			r->out->latency = k->p99[i];
		else
			series_release(&k->p99[i]);
	}
	free(k);
	return rc;
}
