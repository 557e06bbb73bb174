/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations of the native profiles: statements prepared under names of ours, rows of soakd.item, binary parameters. */
#ifdef HAVE_LIBPQ
#include "scenarios/postgres.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

bool pg_insert(struct pg_conn *c, int64_t id)
{
	char body[LOAD_BODY + 1];
	const uint64_t be = htobe64((uint64_t)id);
	const char *const values[] = { (const char *)&be, body };

	load_body(id, body);
	return conn_send(c, "insert", 2, values, (const int[]){ sizeof(be), LOAD_BODY });
}

static bool send_range(struct pg_conn *c, const char *statement, int n, int64_t a, int64_t b)
{
	const uint64_t be[] = { htobe64((uint64_t)a), htobe64((uint64_t)b), htobe64(LOAD_BLOB) };
	const char *const values[] = { (const char *)&be[0], (const char *)&be[1], (const char *)&be[2] };

	return conn_send(c, statement, n, values, (const int[]){ sizeof(be[0]), sizeof(be[0]), sizeof(be[0]) });
}

bool pg_delete(struct pg_conn *c, int64_t from, int64_t to)
{
	return send_range(c, "delete", 2, from, to);
}

/* One transaction: the rows, and the end of those that are beyond the size at which the table is held. */
static void send_write(struct pg *p, struct pg_conn *c, const struct load *l, enum load_op op)
{
	uint64_t n = l->unit, each = op == LOAD_BLOBS ? LOAD_BLOB : LOAD_BODY;
	int64_t first = (int64_t)atomic_fetch_add(&p->d->shared->next_id, n), last = first + (int64_t)n - 1, from, to;

	if (op == LOAD_BLOBS)
		send_range(c, "blobs", 3, first, last);
	for (int64_t id = first; op == LOAD_INSERT && id <= last; id++)
		pg_insert(c, id);
	if (load_expired(l, first, last, &from, &to))
		pg_delete(c, from, to);
	if (load_stragglers(l, first, last, &from, &to))
		pg_delete(c, from, to);
	conn_sync(p, c, (struct unit){ .kind = UNIT_OPERATION, .op = p->op[op], .ops = n, .rows = n, .bytes = n * each });
}

/* A statement under a name that was never used and is never deallocated. */
static void send_prepare(struct pg_conn *c, uint64_t id)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "PREPARE soakd_%" PRIu64 " AS SELECT k, body FROM soakd.item WHERE id = $1", id);
	conn_query(c, sql);
}

/* A setting that nobody has heard of, which the session keeps all the same. */
static void send_setting(struct pg_conn *c, uint64_t id)
{
	char name[40], value[LOAD_VALUE];
	int n = snprintf(name, sizeof(name), "soakd.k_%" PRIu64, id);

	memset(value, 'x', sizeof(value));
	conn_send(c, "setting", 2, (const char *const[]){ name, value }, (const int[]){ n, LOAD_VALUE });
}

static void send_read(struct pg *p, struct pg_conn *c, struct load *l, enum load_op op)
{
	char pattern[6];

	if (op == LOAD_PREPARE) {
		send_prepare(c, atomic_fetch_add(&p->d->shared->next_id, 1));
	} else if (op == LOAD_SETTING) {
		send_setting(c, atomic_fetch_add(&p->d->shared->next_id, 1));
	} else if (op == LOAD_SCAN) {
		load_pattern(l, pattern);
		conn_send(c, "scan", 1, (const char *const[]){ pattern }, (const int[]){ 5 });
	} else {
		send_range(c, "select", 1,
			   load_pick(l, (int64_t)atomic_load_explicit(&p->d->shared->next_id, memory_order_relaxed)), 0);
	}
}

uint64_t pg_rows_operate(struct pg *p, struct pg_conn *c, uint64_t due)
{
	struct pg_work *w = pg_work_next(p);
	enum load_op op = p->next_op;
	uint64_t n = 0, most = p->depth > 1 && op == LOAD_SELECT ? READS_TOGETHER : 1;

	if (load_writes(op)) {
		p->peeked = false;
		if (!p->d->holding)
			send_write(p, c, &w->load, op);
		return w->load.unit;
	}
	for (; n < most && n < due && pg_work_next(p) == w && p->next_op == op; n++) {
		p->peeked = false;
		send_read(p, c, &w->load, op);
	}
	conn_sync(p, c, (struct unit){ .kind = UNIT_OPERATION, .op = p->op[op], .ops = n });
	return n;
}
#endif
