/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table `item`: what the profiles do with it. Statements are prepared once; nothing is allocated but what SQLite itself
 * takes.
 */
#include "scenarios/sqlite.h"

static const char *const sql[N_STATEMENTS] = {
	[S_BEGIN] = "BEGIN IMMEDIATE",
	[S_COMMIT] = "COMMIT",
	[S_ROLLBACK] = "ROLLBACK",
	[S_INSERT] = "INSERT INTO item (id, k, body) VALUES (?1, ?2, ?3)",
	[S_DELETE] = "DELETE FROM item WHERE id BETWEEN ?1 AND ?2",
	[S_SELECT] = "SELECT k, body, length(blob) FROM item WHERE id = ?1",
	[S_SCAN] = "SELECT count(*) FROM item WHERE body LIKE ?1",
	[S_BLOBS] = ("WITH RECURSIVE series(id) AS (SELECT ?1 UNION ALL SELECT id + 1 FROM series WHERE id < ?2) "
		     "INSERT INTO item (id, k, body, blob) SELECT id, id % 1000, hex(id), soakd_blob(id) FROM series"),
};

int sqlite_finish(sqlite3_stmt *st, uint64_t *rows)
{
	uint64_t n = 0;
	int rc;

	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		n++;
	sqlite3_reset(st);
	if (rows)
		*rows = n;
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

int sqlite_rows_prepare(struct sqlite_connection *c)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; rc == SQLITE_OK && i < N_STATEMENTS; i++)
		rc = sqlite3_prepare_v3(c->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &c->st[i], NULL);
	return rc;
}

static int insert_one(struct sqlite_connection *c, int64_t id)
{
	char body[LOAD_BODY + 1];
	sqlite3_stmt *st = c->st[S_INSERT];

	load_body(id, body);
	sqlite3_bind_int64(st, 1, id);
	sqlite3_bind_int64(st, 2, id % 1000);
	sqlite3_bind_text(st, 3, body, LOAD_BODY, SQLITE_STATIC);
	return sqlite_finish(st, NULL);
}

static int with_range(sqlite3_stmt *st, int64_t first, int64_t last)
{
	sqlite3_bind_int64(st, 1, first);
	sqlite3_bind_int64(st, 2, last);
	return sqlite_finish(st, NULL);
}

static int insert_range(struct sqlite_connection *c, enum load_op op, int64_t first, int64_t last)
{
	int rc = SQLITE_OK;

	if (op == LOAD_BLOBS)
		return with_range(c->st[S_BLOBS], first, last);
	for (int64_t id = first; rc == SQLITE_OK && id <= last; id++)
		rc = insert_one(c, id);
	return rc;
}

int sqlite_rows_insert(const struct load *l, struct sqlite_connection *c, enum load_op op, int64_t first, int64_t last)
{
	int64_t from, to;
	int rc = sqlite_finish(c->st[S_BEGIN], NULL);

	if (rc != SQLITE_OK)
		return rc;
	rc = insert_range(c, op, first, last);
	if (rc == SQLITE_OK && load_expired(l, first, last, &from, &to))
		rc = with_range(c->st[S_DELETE], from, to);
	if (rc == SQLITE_OK)
		rc = sqlite_finish(c->st[S_COMMIT], NULL);
	if (rc != SQLITE_OK && !sqlite3_get_autocommit(c->db))
		sqlite_finish(c->st[S_ROLLBACK], NULL);
	return rc;
}

int sqlite_rows_read(struct load *l, struct sqlite_connection *c, enum load_op op, int64_t next_id, uint64_t *rows)
{
	sqlite3_stmt *st = c->st[op == LOAD_SCAN ? S_SCAN : S_SELECT];
	char pattern[6];

	if (op == LOAD_SCAN) {
		load_pattern(l, pattern);
		sqlite3_bind_text(st, 1, pattern, -1, SQLITE_TRANSIENT);
	} else {
		sqlite3_bind_int64(st, 1, load_pick(l, next_id));
	}
	return sqlite_finish(st, rows);
}

/* Which ids the file has, from a run that is resumed: new ones begin behind them. *low, *high are 0 for an empty table. */
static int extent(sqlite3 *db, int64_t *low, int64_t *high)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT (SELECT min(id) FROM item), (SELECT max(id) FROM item)", -1, &st, NULL);

	if (rc == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW) {
		*low = sqlite3_column_int64(st, 0);
		*high = sqlite3_column_int64(st, 1);
	}
	sqlite3_finalize(st);
	return rc;
}

int sqlite_rows_fill(struct sqlite_connection *c, int64_t need, int64_t rows, int64_t *next_id, int64_t *low_id)
{
	int64_t low = 0, high = 0, next = *next_id;
	struct load seed = { .rows = INT64_MAX / 2, .low_id = 1 }; /* expires nothing */
	int rc = extent(c->db, &low, &high);

	if (next <= high)
		next = high + 1;
	*low_id = low ? low : next;
	need = (need < rows ? need : rows) - (high ? high - low + 1 : 0);
	if (rc == SQLITE_OK && need > 0) {
		rc = sqlite_rows_insert(&seed, c, LOAD_INSERT, next, next + need - 1);
		next += need;
	}
	if (rc == SQLITE_OK && next - 1 - rows >= *low_id) {
		rc = with_range(c->st[S_DELETE], 0, next - 1 - rows);
		*low_id = next - rows;
	}
	*next_id = next;
	return rc;
}
