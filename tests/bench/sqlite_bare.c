/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sqlite/insert-heavy as a loop in bare C: the same pragmas, table, statements, rows and expiry, nothing counted, nothing looked
 * at.
 *   sqlite_bare FILE SECONDS BATCH ROWS    prints "rows/s us/row 0"; FILE must not exist
 */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "scenarios/load.h"

enum { BEGIN, COMMIT, INSERT, DELETE, N };

static const char *const sql[N] = {
	[BEGIN] = "BEGIN IMMEDIATE",
	[COMMIT] = "COMMIT",
	[INSERT] = "INSERT INTO item (id, k, body) VALUES (?1, ?2, ?3)",
	[DELETE] = "DELETE FROM item WHERE id BETWEEN ?1 AND ?2",
};
static sqlite3_stmt *st[N];

static void need(int rc, int wanted)
{
	if (rc == wanted)
		return;
	fprintf(stderr, "sqlite_bare: %s\n", sqlite3_errstr(rc));
	exit(1);
}

static void once(sqlite3_stmt *s)
{
	need(sqlite3_step(s), SQLITE_DONE);
	sqlite3_reset(s);
}

static void batch(int64_t first, int64_t n, int64_t rows)
{
	char body[LOAD_BODY + 1];

	once(st[BEGIN]);
	for (int64_t id = first; id < first + n; id++) {
		load_body(id, body);
		sqlite3_bind_int64(st[INSERT], 1, id);
		sqlite3_bind_int64(st[INSERT], 2, id % 1000);
		sqlite3_bind_text(st[INSERT], 3, body, LOAD_BODY, SQLITE_STATIC);
		once(st[INSERT]);
	}
	if (first + n - 1 > rows) {
		sqlite3_bind_int64(st[DELETE], 1, first > rows ? first - rows : 1);
		sqlite3_bind_int64(st[DELETE], 2, first + n - 1 - rows);
		once(st[DELETE]);
	}
	once(st[COMMIT]);
}

static double seconds(void)
{
	struct timespec ts = { 0 };

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

static double cpu_s(void)
{
	struct rusage ru;

	getrusage(RUSAGE_SELF, &ru);
	return (double)(ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) + (double)(ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) * 1e-6;
}

int main(int argc, char **argv)
{
	int64_t id = 1, n, rows;
	double begin, cpu, length;
	sqlite3 *db;

	if (argc != 5)
		return 2;
	n = atoll(argv[3]);
	rows = atoll(argv[4]);
	need(sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL), SQLITE_OK);
	need(sqlite3_exec(
		     db,
		     "PRAGMA cache_size = -2048; PRAGMA mmap_size = 0; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
		     "CREATE TABLE item (id INTEGER PRIMARY KEY, k INTEGER NOT NULL, body TEXT NOT NULL, blob BLOB);"
		     "CREATE INDEX item_k ON item (k)",
		     NULL, NULL, NULL),
	     SQLITE_OK);
	for (int i = 0; i < N; i++)
		need(sqlite3_prepare_v3(db, sql[i], -1, SQLITE_PREPARE_PERSISTENT, &st[i], NULL), SQLITE_OK);
	begin = seconds();
	cpu = cpu_s();
	length = strtod(argv[2], NULL);
	for (; seconds() < begin + length; id += n)
		batch(id, n, rows);
	printf("%.0f %.3f 0\n", (double)(id - 1) / (seconds() - begin), (cpu_s() - cpu) * 1e6 / (double)(id - 1));
	for (int i = 0; i < N; i++)
		sqlite3_finalize(st[i]);
	return sqlite3_close(db) != SQLITE_OK;
}
