/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside the scenario postgres: connections, each with a queue of units in libpq's pipeline mode.
 *
 *   postgres.c       the scenario: phases, the schedule, which connection gets which operation
 *   postgres_conn.c  one connection: connecting, the queue, answers, loss and return
 *   postgres_setup.c what is made before the run and taken away after it
 *   postgres_internal.c what the server says of itself; postgres_contexts.c sums it up
 *   postgres_login.c where and as whom, and why not
 *
 * A unit is one or more statements and one sync: without BEGIN that is one transaction, and one round trip however many rows it
 * has. When paced slowly a connection has one unit under way, as an application has. At full speed it has UNITS_DEEP, and
 * neighbouring point selects travel in one unit: that amortises the system calls and wake-ups that are nearly all of a client's
 * cost.
 */
#ifndef SCENARIOS_POSTGRES_H
#define SCENARIOS_POSTGRES_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "scenarios/load.h"
#include "scenarios/postgres_contexts.h"
#include "scenarios/postgres_login.h"
#include "scenarios/scenario.h"

#define UNITS_DEEP     4
#define READS_TOGETHER 16
#define QUEUE          (UNITS_DEEP + 4) /* room for an epoch's questions beside the operations */

enum unit_kind {
	UNIT_OPERATION,
	UNIT_PREPARE,
	UNIT_SETUP,    /* a step of the set-up: its outcome decides the next */
	UNIT_INTERNAL, /* an epoch's questions */
	UNIT_LOG,      /* another backend shall log its memory contexts */
	UNIT_FINAL,    /* the checkpoint, the schema's end */
};

struct unit {
	enum unit_kind kind;
	uint64_t ops; /* operations it counts for */
	bool failed;  /* one of its statements was refused: the whole transaction was */
};

enum conn_phase {
	CONN_DOWN, /* waits for its next try */
	CONN_CONNECTING,
	CONN_UP, /* logged in, nothing prepared */
	CONN_PREPARING,
	CONN_READY,
};

struct pg_conn {
	PGconn *pq;
	enum conn_phase phase;
	PostgresPollingStatusType polling; /* while connecting */
	bool unflushed;                    /* output waits for the socket */
	bool been_up;                      /* so a new login is a reconnect */
	struct unit queue[QUEUE];          /* a ring: the oldest is at head */
	size_t head, n;
	int64_t try_ns, deadline_ns; /* the next try when down; the end of patience when connecting */
	double backoff_s;
	struct contexts *contexts; /* of its backend; NULL before the first epoch */
};

struct pg {
	struct drive *d;
	struct pg_login login;
	struct pg_conn *conn;
	size_t n_conn, turn, depth;
	struct load load;
	uint64_t jitter; /* random state of the backoff, apart from the operations' */
	int step;        /* of the set-up, as in postgres_setup.c */
	bool prepare;    /* the table is there: connections prepare their statements as soon as they are up */
	bool peeked;     /* next_op was drawn and not yet sent */
	enum load_op next_op;
	int64_t seed_next, seed_end;  /* ids still to be seeded */
	bool made_schema, contexts;   /* ours to drop; the server lets us read its memory contexts */
	bool may_log, may_name_log;   /* have others' logged; know in which file */
	bool log_told, internal_told; /* that it may not; that a question was refused */
	char log_pid[16];             /* whose were asked for last; "": the server has no such backend */
	struct pg_conn *asked;        /* whose answer the epoch waits for */
	size_t to_ask, ask_turn;      /* how many more in this epoch; who was asked last */
	bool ask_server;              /* what concerns the whole server was not asked yet */
	bool losing;                  /* an event said that connections are lost; the next one says that all are back */
	int final;                    /* steps of the end already begun */
	int64_t lost_ns, final_ns;    /* when the loss began; when patience with the end is over */
};

/* postgres_conn.c */
void conn_connect(struct pg *p, struct pg_conn *c, int64_t now_ns);
void conn_ready(struct pg *p, struct pg_conn *c, short revents, int64_t now_ns); /* 0: only the time has come */
short conn_events(const struct pg_conn *c);
int64_t conn_wake_ns(const struct pg_conn *c); /* INT64_MAX: a descriptor, nothing else */
void conn_release(struct pg_conn *c);
bool conn_has_room(const struct pg_conn *c, size_t depth);
/*
 * Each adds one statement to the unit being built, conn_sync() ends it; false: the connection is broken, and its next answer says
 * so. Parameters are binary: an int8 in network order, text as it is.
 */
bool conn_send(struct pg_conn *c, const char *statement, int n, const char *const *values, const int *lengths);
bool conn_query(struct pg_conn *c, const char *sql);
void conn_sync(struct pg *p, struct pg_conn *c, struct unit u);
void conn_prepare(struct pg *p, struct pg_conn *c);
double pg_backoff(double *backoff_s,
		  double random); /* seconds to wait now; doubles *backoff_s up to 30 s. random: [0, 1). Pure */

/* postgres_setup.c: pg_setup_answer() is told each result of a UNIT_SETUP, pg_setup_next() that the step has ended. */
void pg_setup_begin(struct pg *p);
void pg_setup_answer(struct pg *p, struct pg_conn *c, const PGresult *r);
void pg_setup_next(struct pg *p, struct pg_conn *c, bool failed);
void pg_final_next(struct pg *p); /* when nothing is under way: the next step of the end, then drive_done() */

/* postgres_internal.c: an epoch; a result of a UNIT_INTERNAL; that unit has ended or its connection is lost. The same for UNIT_LOG. */
void pg_internal_ask(struct pg *p);
void pg_internal_answer(struct pg *p, struct pg_conn *c, const PGresult *r);
void pg_internal_next(struct pg *p);
void pg_log_ask(struct pg *p, pid_t pid);
void pg_log_answer(struct pg *p, const PGresult *r);

/* postgres.c: a connection has logged in; one has prepared its statements. */
void pg_conn_became_up(struct pg *p, struct pg_conn *c);
void pg_conn_became_ready(struct pg *p);
struct pg_conn *pg_any(struct pg *p, enum conn_phase phase); /* one that is at least so far; NULL: none is */
bool pg_insert(struct pg_conn *c, int64_t id);
bool pg_delete(struct pg_conn *c, int64_t from, int64_t to);

#endif
