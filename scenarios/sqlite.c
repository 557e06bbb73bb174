/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SQL on a file of the run directory. The driver is itself the target, so its memory must be flat in steady state: statements are
 * prepared once, each connection's page cache is bounded, nothing is allocated per operation but what SQLite itself takes.
 * The connections share one thread: one works at a time, in turn, and only a reader from outside can make one of them wait.
 */
#include "scenarios/registry.h"

#include <errno.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "scenarios/load.h"

#define CACHE_KIB   2048          /* page cache of each connection: SQLite's own default, made explicit */
#define SLICE_NS    (5 * 1000000) /* unpaced work between two looks at the control socket */
#define BUSY_TRIES  10            /* 1, 2, 4 ... 100, 100 ms: half a second in all, then the operation has failed */
#define BUSY_MAX_MS 100

enum statement { S_BEGIN, S_COMMIT, S_ROLLBACK, S_INSERT, S_DELETE, S_SELECT, S_SCAN, S_BLOBS, N_STATEMENTS };

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

struct connection {
	sqlite3 *db;
	sqlite3_stmt *st[N_STATEMENTS];
};

struct state {
	struct connection *conn;
	size_t n_conn, turn;
	struct load load;
	char *path;
};

static int on_busy(void *ctx, int tries)
{
	int ms = tries < 7 ? 1 << tries : BUSY_MAX_MS;
	const struct timespec ts = { .tv_nsec = (ms < BUSY_MAX_MS ? ms : BUSY_MAX_MS) * 1000000L };

	(void)ctx;
	if (tries >= BUSY_TRIES)
		return 0;
	nanosleep(&ts, NULL);
	return 1;
}

static int run_sql(sqlite3 *db, const char *text)
{
	return sqlite3_exec(db, text, NULL, NULL, NULL);
}

/* Runs a statement to its end and leaves it ready for the next time, whatever happened. */
static int finish(sqlite3_stmt *st)
{
	int rc;

	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		;
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int insert_one(struct connection *c, int64_t id)
{
	char body[LOAD_BODY + 1];
	sqlite3_stmt *st = c->st[S_INSERT];

	load_body(id, body);
	sqlite3_bind_int64(st, 1, id);
	sqlite3_bind_int64(st, 2, id % 1000);
	sqlite3_bind_text(st, 3, body, LOAD_BODY, SQLITE_STATIC);
	return finish(st);
}

static int insert_blobs(struct connection *c, int64_t first, int64_t last)
{
	sqlite3_stmt *st = c->st[S_BLOBS];

	sqlite3_bind_int64(st, 1, first);
	sqlite3_bind_int64(st, 2, last);
	return finish(st);
}

static int insert_range(struct connection *c, enum load_op op, int64_t first, int64_t last)
{
	int rc = SQLITE_OK;

	if (op == LOAD_BLOBS)
		return insert_blobs(c, first, last);
	for (int64_t id = first; rc == SQLITE_OK && id <= last; id++)
		rc = insert_one(c, id);
	return rc;
}

/* One transaction: the rows, and the end of those that are beyond the size at which the table is held. */
static int transaction(struct state *s, struct connection *c, enum load_op op, int64_t first, int64_t last)
{
	int64_t from, to;
	int rc = finish(c->st[S_BEGIN]);

	if (rc != SQLITE_OK)
		return rc;
	rc = insert_range(c, op, first, last);
	if (rc == SQLITE_OK && load_expired(&s->load, first, last, &from, &to)) {
		sqlite3_bind_int64(c->st[S_DELETE], 1, from);
		sqlite3_bind_int64(c->st[S_DELETE], 2, to);
		rc = finish(c->st[S_DELETE]);
	}
	if (rc == SQLITE_OK)
		rc = finish(c->st[S_COMMIT]);
	if (rc != SQLITE_OK && !sqlite3_get_autocommit(c->db))
		finish(c->st[S_ROLLBACK]);
	return rc;
}

static int read_rows(struct drive *d, struct state *s, struct connection *c, enum load_op op)
{
	sqlite3_stmt *st = c->st[op == LOAD_SCAN ? S_SCAN : S_SELECT];
	char pattern[6];

	if (op == LOAD_SCAN) {
		load_pattern(&s->load, pattern);
		sqlite3_bind_text(st, 1, pattern, -1, SQLITE_TRANSIENT);
	} else {
		sqlite3_bind_int64(st, 1, load_pick(&s->load, (int64_t)atomic_load(&d->shared->next_id)));
	}
	return finish(st);
}

/* Returns how many operations it was. */
static uint64_t operate(struct drive *d, struct state *s)
{
	struct connection *c = &s->conn[s->turn++ % s->n_conn];
	enum load_op op = load_next(&s->load);
	uint64_t n = load_writes(op) ? s->load.unit : 1;
	char key[DRIVE_KEY];
	int rc;

	if (load_writes(op) && d->holding)
		return n;
	if (load_writes(op)) {
		int64_t first = (int64_t)atomic_fetch_add(&d->shared->next_id, n);

		rc = transaction(s, c, op, first, first + (int64_t)n - 1);
	} else {
		rc = read_rows(d, s, c, op);
	}
	if (rc == SQLITE_OK) {
		drive_did(d, DRIVE_NO_KIND, n, n, 0, 0);
		return n;
	}
	snprintf(key, sizeof(key), "sqlite %d", rc);
	/* errmsg of the connection speaks of its last call, which may have been the ROLLBACK */
	drive_error(d, DRIVE_NO_KIND, n, key, "%s", sqlite3_errstr(rc));
	return n;
}

/* soakd_blob(ID): SQLite's own randomblob() is another one in every run, whatever the seed. */
static void blob_function(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	unsigned char blob[LOAD_BLOB];

	(void)argc;
	load_blob(sqlite3_value_int64(argv[0]), blob);
	sqlite3_result_blob(ctx, blob, LOAD_BLOB, SQLITE_TRANSIENT);
}

static int connection_open(struct connection *c, const char *path)
{
	char pragma[80];
	int rc = sqlite3_open_v2(path, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc != SQLITE_OK)
		return rc;
	sqlite3_extended_result_codes(c->db, 1);
	sqlite3_busy_handler(c->db, on_busy, NULL);
	snprintf(pragma, sizeof(pragma), "PRAGMA cache_size = -%d; PRAGMA mmap_size = 0;", CACHE_KIB);
	rc = sqlite3_create_function(c->db, "soakd_blob", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, blob_function, NULL, NULL);
	return rc == SQLITE_OK ? run_sql(c->db, pragma) : rc;
}

static enum sk_code sqlite_open(struct drive *d, void *state, struct sk_err *err)
{
	struct state *s = state;
	const struct load_profile *profile = load_profile_find(d->job->profile);

	if (!d->job->dir || !profile)
		return sk_fail(err, SK_EUSAGE, 0, "the scenario sqlite needs a directory for its file, and a profile");
	if (d->job->work[0].script)
		return sk_fail(err, SK_EUSAGE, 0, "the scenario sqlite takes no scripts");
	load_init(&s->load, profile, d->job->seed, d->job->rows, d->job->batch);
	s->conn = sk_calloc(d->job->connections, sizeof(*s->conn));
	s->path = sk_asprintf("%s/soakd.sqlite", d->job->dir);
	if (!s->conn || !s->path)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the SQLite connections");
	for (s->n_conn = 0; s->n_conn < d->job->connections; s->n_conn++) {
		struct connection *c = &s->conn[s->n_conn];

		if (connection_open(c, s->path) != SQLITE_OK) {
			sk_fail(err, SK_EIO, 0, "cannot open %s: %s", s->path, c->db ? sqlite3_errmsg(c->db) : "no memory");
			s->n_conn++;
			return SK_EIO;
		}
	}
	atomic_store_explicit(&d->shared->connections, (uint32_t)s->n_conn, memory_order_relaxed);
	drive_connected(d);
	return SK_OK;
}

static int make_table(sqlite3 *db)
{
	return run_sql(db, "CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY, k INTEGER NOT NULL, body TEXT NOT "
			   "NULL, blob BLOB);"
			   "CREATE INDEX IF NOT EXISTS item_k ON item (k)");
}

/* How a connection works: the mode of its journal is its own, but for WAL, which is the file's. */
static int prepare(struct connection *c, enum job_journal journal)
{
	static const char *const modes[] = {
		/* with a log NORMAL is safe against corruption and syncs at checkpoints only; without one FULL is SQLite's advice */
		[JOB_WAL] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
		[JOB_ROLLBACK] = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL",
		[JOB_MEMORY] = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF",
	};
	int rc = run_sql(c->db, modes[journal]);

	for (size_t i = 0; rc == SQLITE_OK && i < N_STATEMENTS; i++)
		rc = sqlite3_prepare_v3(c->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &c->st[i], NULL);
	return rc;
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

/* Seeds what is missing, and lets go of what an earlier run left beyond `rows`. */
static int fill(struct drive *d, struct state *s)
{
	struct connection *c = &s->conn[0];
	int64_t low = 0, high = 0, next, need;
	int rc = extent(c->db, &low, &high);

	next = (int64_t)atomic_load(&d->shared->next_id);
	if (next <= high)
		next = high + 1;
	s->load.low_id = low ? low : next;
	need = load_reads(s->load.profile) ? LOAD_SEED_ROWS : 0;
	need = (need < s->load.rows ? need : s->load.rows) - (high ? high - low + 1 : 0);
	if (rc == SQLITE_OK && need > 0) {
		rc = transaction(s, c, LOAD_INSERT, next, next + need - 1);
		next += need;
	}
	if (rc == SQLITE_OK && next - 1 - s->load.rows >= s->load.low_id) {
		sqlite3_bind_int64(c->st[S_DELETE], 1, 0);
		sqlite3_bind_int64(c->st[S_DELETE], 2, next - 1 - s->load.rows);
		rc = finish(c->st[S_DELETE]);
		s->load.low_id = next - s->load.rows;
	}
	atomic_store(&d->shared->next_id, (uint64_t)next);
	return rc;
}

static void close_connections(struct state *s)
{
	for (size_t i = 0; i < s->n_conn; i++) {
		for (size_t k = 0; k < N_STATEMENTS; k++)
			sqlite3_finalize(s->conn[i].st[k]);
		sqlite3_close(s->conn[i].db);
	}
	s->n_conn = 0;
}

/* Ours alone: the directory is the run's, and SQLite put these three names into it. */
static void remove_files(struct drive *d, const struct state *s)
{
	static const char *const endings[] = { "", "-wal", "-shm", "-journal" };
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", s->path, endings[i]);
		if (unlink(path) != 0 && errno != ENOENT)
			drive_event(d, "error", "cannot remove %s: %s", path, strerror(errno));
	}
}

/* What a set-up that failed has made, a stranger should not find; what a resumed run already had stays. */
static void setup_failed(struct drive *d, struct state *s, const char *why)
{
	drive_failed(d, 2, "cannot set up %s: %s", s->path, why);
	close_connections(s);
	if (!d->job->resumed)
		remove_files(d, s);
}

static void sqlite_go(struct drive *d, void *state)
{
	struct state *s = state;
	struct connection *c = &s->conn[0];
	int rc;

	if (atomic_load(&d->shared->next_id) == 0)
		atomic_store(&d->shared->next_id, 1);
	rc = make_table(c->db);
	for (size_t i = 0; rc == SQLITE_OK && i < s->n_conn; i++) {
		c = &s->conn[i];
		rc = prepare(c, d->job->journal);
	}
	if (rc == SQLITE_OK) {
		c = &s->conn[0];
		rc = fill(d, s);
	}
	if (rc != SQLITE_OK) {
		setup_failed(d, s, sqlite3_errmsg(c->db));
		return;
	}
	drive_say(d, "info version SQLite %s", sqlite3_libversion());
	drive_ready(d);
}

static int64_t sqlite_run(struct drive *d, void *state, const struct pollfd *fds, size_t n, int64_t now_ns)
{
	struct state *s = state;
	int64_t until = now_ns + SLICE_NS;
	uint64_t due;

	(void)fds;
	(void)n;
	if (d->phase != DRIVE_RUNNING)
		return INT64_MAX;
	if (d->holding && load_only_writes(s->load.profile))
		return now_ns + NS_PER_S;
	due = drive_due(d, now_ns);
	while (due > 0) {
		uint64_t took = operate(d, s);

		drive_take(d, took);
		due -= took < due ? took : due;
		if (clock_boot_ns(d->clock) >= until)
			return INT64_MIN; /* the rest after a look at the control socket */
	}
	return drive_next_ns(d);
}

static void sqlite_epoch(struct drive *d, void *state)
{
	struct state *s = state;
	pid_t self = getpid();
	int64_t cache = 0;
	sqlite3_stmt *st = NULL;
	struct stat wal = { 0 };
	char *wal_path = sk_asprintf("%s-wal", s->path);

	for (size_t i = 0; i < s->n_conn; i++) {
		int used = 0, high = 0;

		sqlite3_db_status(s->conn[i].db, SQLITE_DBSTATUS_CACHE_USED, &used, &high, 0);
		cache += used;
	}
	drive_internal(d, self, "sqlite", "bytes", sqlite3_memory_used(), "memory used");
	drive_internal(d, self, "sqlite", "bytes", cache, "page caches");
	if (sqlite3_prepare_v2(s->conn[0].db, "PRAGMA page_count", -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
		drive_internal(d, self, "sqlite", "pages", sqlite3_column_int64(st, 0), "pages of the file");
	sqlite3_finalize(st);
	if (wal_path && stat(wal_path, &wal) == 0)
		drive_internal(d, self, "sqlite", "bytes", wal.st_size, "write-ahead log");
	free(wal_path);
}

static void sqlite_stop(struct drive *d, void *state)
{
	struct state *s = state;

	if (d->job->checkpoint && s->n_conn &&
	    sqlite3_wal_checkpoint_v2(s->conn[0].db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) != SQLITE_OK)
		drive_event(d, "error", "the final checkpoint failed: %s", sqlite3_errmsg(s->conn[0].db));
	close_connections(s);
	if (!d->job->keep)
		remove_files(d, s);
	drive_done(d);
}

static void sqlite_close(struct drive *d, void *state)
{
	struct state *s = state;

	(void)d;
	close_connections(s);
	free(s->conn);
	free(s->path);
}

const struct scenario scenario_sqlite = {
	.name = "sqlite",
	.state_size = sizeof(struct state),
	.open = sqlite_open,
	.go = sqlite_go,
	.run = sqlite_run,
	.epoch = sqlite_epoch,
	.stop = sqlite_stop,
	.close = sqlite_close,
};
