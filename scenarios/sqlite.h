/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scenario sqlite, in four parts: sqlite.c is the scenario, sqlite_run.c makes its load, sqlite_rows.c has the operations of
 * its profiles on the table `item`, sqlite_script.c the user's scripts. The connections share one thread: one works at a time,
 * in turn, and only a reader from outside, or a script that sleeps within a transaction, can be in the way of another.
 */
#ifndef SCENARIOS_SQLITE_H
#define SCENARIOS_SQLITE_H

#include <sqlite3.h>

#include "scenarios/load.h"
#include "scenarios/scenario.h"
#include "scenarios/script.h"

enum sqlite_statement { S_BEGIN, S_COMMIT, S_ROLLBACK, S_INSERT, S_DELETE, S_SELECT, S_SCAN, S_BLOBS, N_STATEMENTS };

/* One entry of the job's work. */
struct sqlite_work {
	struct load load;      /* of a profile */
	struct script *script; /* NULL: a profile */
	bool reconnect;
	size_t first;             /* of its statements among those of all scripts */
	unsigned read_kind, kind; /* drive_kind() of reads; of writes, or of the script */
};

/* Where a connection is in a script. */
struct sqlite_place {
	struct script_run *run;  /* NULL where the job has no script */
	sqlite3_stmt **prepared; /* of all scripts; prepared when first met, and kept */
	size_t n_prepared;
	const struct sqlite_work *work; /* under way; NULL: none */
	int64_t begun_ns, wake_ns;
	uint64_t rows;
	struct text text; /* of statements that cannot be prepared */
};

struct sqlite_connection {
	sqlite3 *db;
	sqlite3_stmt *st[N_STATEMENTS];
	struct sqlite_place place;
};

struct sqlite_state {
	struct sqlite_connection *conn;
	size_t n_conn, turn;
	struct sqlite_work *work; /* as the job's */
	size_t n_scripted;        /* statements of all scripts */
	bool only_writes;         /* nothing goes on while writing is on hold */
	char *path;
};

/* sqlite.c: opens, as the job wants it; an SQLite result code. close leaves c->db NULL, and may be repeated. */
int sqlite_connection_open(struct sqlite_state *s, struct sqlite_connection *c);
int sqlite_connection_prepare(struct sqlite_connection *c, enum job_journal journal);
void sqlite_connection_close(struct sqlite_connection *c);

/* sqlite_run.c: the parts of the scenario that make its load. */
int64_t sqlite_run(struct drive *d, void *state, const struct pollfd *fds, size_t n, int64_t now_ns);
bool sqlite_busy(const struct drive *d, const void *state);
bool sqlite_inject(struct drive *d, void *state, const char *what);

/*
 * Runs a statement to its end and leaves it ready for the next time, whatever happened. *rows: how many it returned; may be
 * NULL.
 */
int sqlite_finish(sqlite3_stmt *st, uint64_t *rows);

/* Prepares the statements of the profiles; an SQLite result code. */
int sqlite_rows_prepare(struct sqlite_connection *c);
/* One transaction: the rows [first, last], and the end of those that are beyond the size at which the table is held. */
int sqlite_rows_insert(const struct load *l, struct sqlite_connection *c, enum load_op op, int64_t first, int64_t last);
int sqlite_rows_read(struct load *l, struct sqlite_connection *c, enum load_op op, int64_t next_id, uint64_t *rows);
/* Seeds `need` rows where there are fewer, lets go of those beyond `rows`; *next_id is the first unused id. */
int sqlite_rows_fill(struct sqlite_connection *c, int64_t need, int64_t rows, int64_t *next_id, int64_t *low_id);

/* Parses the scripts of the job into work[]. SK_EUSAGE, SK_ENOMEM. *n: their statements in all. */
enum sk_code sqlite_script_parse(const struct drive_job *job, struct sqlite_work *work, size_t *n, struct sk_err *err);
/* Makes a connection ready to run scripts with n statements in all. SK_ENOMEM; SK_EUSAGE: a definition. */
enum sk_code sqlite_script_init(struct sqlite_place *p, struct drive *d, unsigned client, size_t n, struct sk_err *err);
void sqlite_script_begin(struct sqlite_place *p, const struct sqlite_work *w, int64_t now_ns);

enum sqlite_script_end {
	SCRIPT_DONE,
	SCRIPT_SLEEPS,    /* until p->wake_ns */
	SCRIPT_GOES_ON,   /* its time slice is over */
	SCRIPT_BROKE_OFF, /* an error: key and err say which; what it had begun is rolled back */
};
enum sqlite_script_end sqlite_script_go(struct sqlite_connection *c, const struct sk_clock *clock, int64_t until_ns,
					char key[DRIVE_KEY], struct sk_err *err);
/* Before the connection is closed: its statements. */
void sqlite_script_forget(struct sqlite_place *p);
void sqlite_script_release(struct sqlite_place *p);

#endif
