/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SQL on a file of the run directory. The driver is itself the target, so its memory must be flat in steady state: statements are
 * prepared once, each connection's page cache is bounded, nothing is allocated per operation but what SQLite itself takes.
 */
#include "scenarios/sqlite.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "scenarios/registry.h"

#define CACHE_KIB   2048 /* page cache of each connection: SQLite's own default, made explicit */
#define BUSY_TRIES  10   /* 1, 2, 4 ... 100, 100 ms: half a second in all, then the operation has failed */
#define BUSY_MAX_MS 100

/* Whether a connection of ours is within a script: it goes on when this one has come back, so that waiting for it is no use. */
static bool one_is_asleep(const struct sqlite_state *s)
{
	for (size_t i = 0; i < s->n_conn; i++)
		if (s->conn[i].place.wake_ns)
			return true;
	return false;
}

static int on_busy(void *ctx, int tries)
{
	int ms = tries < 7 ? 1 << tries : BUSY_MAX_MS;
	const struct timespec ts = { .tv_nsec = (ms < BUSY_MAX_MS ? ms : BUSY_MAX_MS) * 1000000L };

	if (tries >= BUSY_TRIES || one_is_asleep(ctx))
		return 0;
	nanosleep(&ts, NULL);
	return 1;
}

static int run_sql(sqlite3 *db, const char *text)
{
	return sqlite3_exec(db, text, NULL, NULL, NULL);
}

/* soakd_blob(ID): SQLite's own randomblob() is another one in every run, whatever the seed. */
static void blob_function(sqlite3_context *ctx, int argc, sqlite3_value **argv)
{
	unsigned char blob[LOAD_BLOB];

	(void)argc;
	load_blob(sqlite3_value_int64(argv[0]), blob);
	sqlite3_result_blob(ctx, blob, LOAD_BLOB, SQLITE_TRANSIENT);
}

int sqlite_connection_open(struct sqlite_state *s, struct sqlite_connection *c)
{
	char pragma[80];
	int rc = sqlite3_open_v2(s->path, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc != SQLITE_OK)
		return rc;
	sqlite3_extended_result_codes(c->db, 1);
	sqlite3_busy_handler(c->db, on_busy, s);
	snprintf(pragma, sizeof(pragma), "PRAGMA cache_size = -%d; PRAGMA mmap_size = 0;", CACHE_KIB);
	rc = sqlite3_create_function(c->db, "soakd_blob", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, NULL, blob_function, NULL, NULL);
	return rc == SQLITE_OK ? run_sql(c->db, pragma) : rc;
}

/* What the entries of the job's work are: shares of a profile, or a parsed script. */
static enum sk_code open_work(struct drive *d, struct sqlite_state *s, struct sk_err *err)
{
	const struct drive_job *job = d->job;

	s->work = sk_calloc(job->n_work, sizeof(*s->work));
	if (!s->work)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the work of SQLite");
	s->only_writes = true;
	for (size_t i = 0; i < job->n_work; i++) {
		const struct load_profile *profile = job->work[i].profile ? load_profile_find(job->work[i].profile) : NULL;

		s->work[i].reconnect = job->work[i].reconnect;
		if (!job->work[i].script && !profile)
			return sk_fail(err, SK_EUSAGE, 0, "the scenario sqlite has no profile \"%s\"", job->work[i].name);
		if (!profile)
			continue;
		load_init(&s->work[i].load, profile, job->seed + i, job->rows, job->batch);
		s->only_writes = s->only_writes && load_only_writes(profile);
	}
	return sqlite_script_parse(job, s->work, &s->n_scripted, err);
}

static enum sk_code open_connection(struct drive *d, struct sqlite_state *s, struct sk_err *err)
{
	struct sqlite_connection *c = &s->conn[s->n_conn];
	unsigned client = (unsigned)s->n_conn++;

	if (sqlite_connection_open(s, c) != SQLITE_OK)
		return sk_fail(err, SK_EIO, 0, "cannot open %s: %s", s->path, c->db ? sqlite3_errmsg(c->db) : "no memory");
	drive_count(&d->shared->connects, 1);
	return s->n_scripted ? sqlite_script_init(&c->place, d, client, s->n_scripted, err) : SK_OK;
}

static enum sk_code sqlite_open(struct drive *d, void *state, struct sk_err *err)
{
	struct sqlite_state *s = state;
	enum sk_code rc;

	if (!d->job->dir)
		return sk_fail(err, SK_EUSAGE, 0, "the scenario sqlite needs a directory for its file");
	rc = open_work(d, s, err);
	s->conn = sk_calloc(d->job->connections, sizeof(*s->conn));
	s->path = sk_asprintf("%s/soakd.sqlite", d->job->dir);
	if (rc == SK_OK && (!s->conn || !s->path))
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the SQLite connections");
	while (rc == SK_OK && s->n_conn < d->job->connections)
		rc = open_connection(d, s, err);
	if (rc != SK_OK)
		return rc;
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
int sqlite_connection_prepare(struct sqlite_connection *c, enum job_journal journal)
{
	static const char *const modes[] = {
		/*
		 * with a log NORMAL is safe against corruption and syncs at checkpoints only; without one FULL is SQLite's
		 * advice
		 */
		[JOB_WAL] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL",
		[JOB_ROLLBACK] = "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL",
		[JOB_MEMORY] = "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF",
	};
	int rc = run_sql(c->db, modes[journal]);

	return rc == SQLITE_OK ? sqlite_rows_prepare(c) : rc;
}

/*
 * Seeds what the profiles read, and for scripts as much; lets go of what an earlier run left beyond the size at which the table
 * is held: the largest of the work's.
 */
static int fill(struct drive *d, struct sqlite_state *s)
{
	int64_t next = (int64_t)atomic_load(&d->shared->next_id), low = 1, rows = 0, need = 0;
	int rc;

	for (size_t i = 0; i < d->job->n_work; i++) {
		const struct sqlite_work *w = &s->work[i];
		int64_t held = w->script ? d->job->rows : w->load.rows;

		rows = held > rows ? held : rows;
		if (w->script || load_reads(w->load.profile))
			need = LOAD_SEED_ROWS;
	}
	rc = sqlite_rows_fill(&s->conn[0], need, rows, &next, &low);
	for (size_t i = 0; i < d->job->n_work; i++)
		s->work[i].load.low_id = low;
	atomic_store(&d->shared->next_id, (uint64_t)next);
	return rc;
}

static const char *op_name(enum load_op op)
{
	return op == LOAD_SELECT ? "select" : op == LOAD_SCAN ? "scan" : op == LOAD_BLOBS ? "blobs" : "insert";
}

static void name_kinds(struct drive *d, struct sqlite_state *s)
{
	for (size_t i = 0; i < d->job->n_work; i++) {
		struct sqlite_work *w = &s->work[i];
		const struct load_profile *p = w->load.profile;

		if (w->script)
			w->kind = drive_kind(d, d->job->work[i].name);
		if (!w->script && p->read_pct > 0)
			w->read_kind = drive_kind(d, op_name(p->read));
		if (!w->script && p->read_pct < 100)
			w->kind = drive_kind(d, op_name(p->write));
	}
}

void sqlite_connection_close(struct sqlite_connection *c)
{
	if (c->place.prepared)
		sqlite_script_forget(&c->place);
	for (size_t k = 0; k < N_STATEMENTS; k++) {
		sqlite3_finalize(c->st[k]);
		c->st[k] = NULL;
	}
	sqlite3_close(c->db);
	c->db = NULL;
}

static void close_connections(struct sqlite_state *s)
{
	for (size_t i = 0; i < s->n_conn; i++) {
		sqlite_connection_close(&s->conn[i]);
		sqlite_script_release(&s->conn[i].place);
	}
	s->n_conn = 0;
}

/* Ours alone: the directory is the run's, and SQLite put these three names into it. */
static void remove_files(struct drive *d, const struct sqlite_state *s)
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
static void setup_failed(struct drive *d, struct sqlite_state *s, const char *why)
{
	drive_failed(d, 2, "cannot set up %s: %s", s->path, why);
	close_connections(s);
	if (!d->job->resumed)
		remove_files(d, s);
}

static void sqlite_go(struct drive *d, void *state)
{
	struct sqlite_state *s = state;
	struct sqlite_connection *c = &s->conn[0];
	int rc;

	if (atomic_load(&d->shared->next_id) == 0)
		atomic_store(&d->shared->next_id, 1);
	rc = make_table(c->db);
	for (size_t i = 0; rc == SQLITE_OK && i < s->n_conn; i++) {
		c = &s->conn[i];
		rc = sqlite_connection_prepare(c, d->job->journal);
	}
	if (rc == SQLITE_OK) {
		c = &s->conn[0];
		rc = fill(d, s);
	}
	if (rc != SQLITE_OK) {
		setup_failed(d, s, sqlite3_errmsg(c->db));
		return;
	}
	name_kinds(d, s);
	drive_say(d, "info version SQLite %s", sqlite3_libversion());
	drive_ready(d);
}

static void sqlite_epoch(struct drive *d, void *state)
{
	struct sqlite_state *s = state;
	pid_t self = getpid();
	int64_t cache = 0;
	sqlite3_stmt *st = NULL;
	struct stat wal = { 0 };
	char *wal_path = sk_asprintf("%s-wal", s->path);

	for (size_t i = 0; i < s->n_conn; i++) {
		int used = 0, high = 0;

		if (!s->conn[i].db)
			continue;
		sqlite3_db_status(s->conn[i].db, SQLITE_DBSTATUS_CACHE_USED, &used, &high, 0);
		cache += used;
	}
	drive_internal(d, self, "sqlite", "bytes", sqlite3_memory_used(), "memory used");
	drive_internal(d, self, "sqlite", "bytes", cache, "page caches");
	if (s->conn[0].db && sqlite3_prepare_v2(s->conn[0].db, "PRAGMA page_count", -1, &st, NULL) == SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		drive_internal(d, self, "sqlite", "pages", sqlite3_column_int64(st, 0), "pages of the file");
	sqlite3_finalize(st);
	if (wal_path && stat(wal_path, &wal) == 0)
		drive_internal(d, self, "sqlite", "bytes", wal.st_size, "write-ahead log");
	free(wal_path);
}

static void sqlite_stop(struct drive *d, void *state)
{
	struct sqlite_state *s = state;

	if (d->job->checkpoint && s->n_conn && s->conn[0].db &&
	    sqlite3_wal_checkpoint_v2(s->conn[0].db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) != SQLITE_OK)
		drive_event(d, "error", "the final checkpoint failed: %s", sqlite3_errmsg(s->conn[0].db));
	close_connections(s);
	if (!d->job->keep)
		remove_files(d, s);
	drive_done(d);
}

static void sqlite_close(struct drive *d, void *state)
{
	struct sqlite_state *s = state;

	close_connections(s);
	for (size_t i = 0; s->work && i < d->job->n_work; i++)
		script_release(s->work[i].script);
	free(s->work);
	free(s->conn);
	free(s->path);
}

const struct scenario scenario_sqlite = {
	.name = "sqlite",
	.state_size = sizeof(struct sqlite_state),
	.open = sqlite_open,
	.go = sqlite_go,
	.run = sqlite_run,
	.busy = sqlite_busy,
	.inject = sqlite_inject,
	.epoch = sqlite_epoch,
	.stop = sqlite_stop,
	.close = sqlite_close,
};
