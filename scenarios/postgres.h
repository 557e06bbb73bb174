/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside the scenario postgres: connections, each with a queue of units in libpq's pipeline mode.
 *
 *   postgres.c          the scenario: phases, the schedule, which connection gets which operation
 *   postgres_work.c     the entries of the job's `work`: profiles, scripts, what is prepared for them
 *   postgres_rows.c     the operations of the native profiles, on rows of soakd.item
 *   postgres_script.c   a connection's way through a script
 *   postgres_conn.c     one connection: connecting, the queue, answers
 *   postgres_loss.c     refused logins, lost connections, and those that are made anew on purpose
 *   postgres_setup.c    what is made before the run; postgres_final.c takes it away
 *   postgres_internal.c what the server says of itself; postgres_contexts.c sums it up
 *   postgres_login.c    where and as whom, and why not
 *   postgres_profiles.def the profiles that are scripts
 *
 * A unit is one or more statements and one sync: without BEGIN that is one transaction, and one round trip however many rows it
 * has. When paced slowly a connection has one unit under way, as an application has. At full speed it has UNITS_DEEP, and
 * neighbouring point selects travel in one unit: that amortises the system calls and wake-ups that are nearly all of a client's
 * cost. A connection that runs a script does nothing else until the script has ended.
 */
#ifndef SCENARIOS_POSTGRES_H
#define SCENARIOS_POSTGRES_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "scenarios/load.h"
#include "scenarios/postgres_contexts.h"
#include "scenarios/postgres_login.h"
#include "scenarios/postgres_profiles.h"
#include "scenarios/scenario.h"
#include "scenarios/script.h"

#define UNITS_DEEP     4
#define READS_TOGETHER 16
#define QUESTIONS      4 /* room in the queue for an epoch's questions beside the operations */
#define LOAD_OPS       (LOAD_SETTING + 1)

enum unit_kind {
	UNIT_OPERATION,
	UNIT_SCRIPT, /* of a script: its outcome decides what comes next */
	UNIT_PREPARE,
	UNIT_SETUP,    /* a step of the set-up: its outcome decides the next */
	UNIT_INTERNAL, /* an epoch's questions */
	UNIT_LOG,      /* another backend shall log its memory contexts */
	UNIT_VACUUM,   /* which tables there are, then their VACUUM */
	UNIT_UNDO,     /* the schema's end, because the set-up has failed */
	UNIT_FINAL,    /* the checkpoint, the schema's end */
};

struct unit {
	enum unit_kind kind;
	bool failed;  /* one of its statements was refused: the whole transaction was */
	unsigned op;  /* the kind of its operations: drive_kind() */
	uint64_t ops; /* operations it counts for */
	uint64_t rows, bytes;
	int64_t sent_ns;
};

/* One entry of the job's `work`. */
struct pg_work {
	const struct job_work *job;
	struct load load;                 /* a native profile */
	struct script *script;            /* else */
	const struct pg_profile *profile; /* the script is this one's; NULL: the user's own */
	struct script *setup;             /* the profile's own set-up; NULL: none */
	unsigned kind;                    /* of a script's operations: its name; "error" where failures are wanted */
	uint64_t ops;                     /* that one run of the script counts for */
	size_t first;                     /* its first statement in struct pg's list */
	bool reconnect;
	enum job_protocol protocol;
};

struct pg_statement {
	char name[16]; /* that it is prepared under */
	bool as_text;  /* the server could not tell its types: its variables are put in as text */
};

/* What was sent of a script and is not yet answered. */
struct pg_sent {
	const struct script_statement *statement;
	bool prepare; /* its preparation, not the statement itself */
	bool text;    /* with its variables put in */
};

enum run_state {
	RUN_NONE,       /* no script is under way */
	RUN_CONNECTING, /* its connection is being made */
	RUN_ON,         /* waits for answers, or sleeps */
	RUN_LAST,       /* waits for the answers to its last statements */
	RUN_ROLLBACK,   /* is over but for the transaction that it left open */
};

struct pg_run {
	struct script_run *vars; /* NULL: the job has no scripts */
	const struct pg_work *work;
	enum run_state state;
	bool piping;  /* between \startpipeline and \endpipeline */
	bool failed;  /* it ends early and does not count */
	bool again;   /* it begins anew: a statement's types could not be told */
	bool refused; /* the statement that is being answered was refused, as it was wanted */
	int64_t start_ns;
	int64_t wake_ns; /* \sleep ends; INT64_MAX: it does not sleep */
	uint64_t rows;
	struct pg_sent *sent; /* in their order; kept from run to run */
	size_t n_sent, cap_sent, answered;
	unsigned char *prepared; /* for each statement of struct pg's list */
};

enum conn_phase {
	CONN_DOWN, /* waits for its next try */
	CONN_CONNECTING,
	CONN_UP, /* logged in, nothing prepared */
	CONN_PREPARING,
	CONN_READY,
	CONN_PHASES,
};

struct pg_conn {
	PGconn *pq;
	enum conn_phase phase;
	PostgresPollingStatusType polling; /* while connecting */
	bool unflushed;                    /* output waits for the socket */
	bool broken;                       /* its end came while something was sent */
	bool been_up;                      /* a failed login is no reason to end the run any more */
	bool lost;                         /* was, and is not yet back */
	bool untold;                       /* the monitor does not know its backend as ours yet */
	bool renew;                        /* to be made anew as soon as nothing is under way */
	bool queued;                       /* in the ring of those that may have room */
	struct unit *queue;                /* a ring of `room`: the oldest is at head */
	size_t room, head, n;
	int64_t try_ns, deadline_ns; /* the next try when down; the end of patience when connecting */
	int64_t up_ns;               /* since when it is logged in */
	double backoff_s;
	int fd, events;            /* as epoll knows it; -1: it does not */
	struct contexts *contexts; /* of its backend; NULL before the first epoch */
	struct pg_run run;
};

struct pg {
	struct drive *d;
	struct pg_login login;
	struct pg_conn *conn;
	size_t n_conn, depth;
	size_t n_at[CONN_PHASES];       /* connections in each phase */
	size_t n_units, n_runs, n_lost; /* under way on all connections; scripts; connections lost and not back */
	struct pg_work *work;
	size_t n_work, n_native;
	struct pg_statement *statement; /* of all scripts */
	size_t n_statement;
	unsigned op[LOAD_OPS];           /* the kinds of the native operations */
	struct unit *units;              /* the queues of all connections */
	struct text text;                /* a statement being written */
	struct pg_conn **free;           /* a ring of connections that may have room */
	size_t free_head, n_free, limit; /* so many of the connections take part */
	int epoll;                       /* waits for the connections where they are many; -1: poll() does */
	int64_t now_ns;                  /* the last look at the clock */
	int64_t wake_ns;                 /* when the first of the connections wants to be called */
	int64_t tell_ns;                 /* when the untold connections that last are told of; INT64_MAX: there is none */
	uint64_t jitter;                 /* random state of the backoff, apart from the operations' */
	int step;                        /* of the set-up, as in postgres_setup.c */
	bool prepare;                    /* the set-up is so far: connections prepare their statements as soon as they are up */
	bool only_writes;                /* there is nothing to do while writing is on hold */
	bool needs_schema, schema;       /* a profile lives in it; it may be made */
	bool peeked;                     /* next_work and next_op were drawn and not yet sent */
	struct pg_work *next_work;
	enum load_op next_op;
	int64_t seed_next, seed_end;  /* ids still to be seeded */
	size_t setup_work, setup_at;  /* of the profiles' own set-up: whose, which statement */
	bool made_schema, contexts;   /* ours to drop; the server lets us read its memory contexts */
	bool found_schema;            /* ours, of an earlier run: a set-up that fails leaves it as it was */
	struct text why;              /* the set-up has failed */
	bool may_log, may_name_log;   /* have others' logged; know in which file */
	bool log_told, internal_told; /* that it may not; that a question was refused */
	char log_pid[16];             /* whose were asked for last; "": the server has no such backend */
	struct pg_conn *asked;        /* whose answer the epoch waits for */
	struct pg_conn *want;         /* who is asked as soon as nothing else is under way there */
	size_t to_ask, ask_turn;      /* how many more in this epoch; who was asked last */
	bool ask_server;              /* what concerns the whole server was not asked yet */
	bool renewing, vacuum;        /* injected, and not yet done */
	bool losing;                  /* an event said that connections are lost; the next one says that all are back */
	bool interrupted, interrupt;  /* statements were under way for too long; their backends are still to be told */
	int final;                    /* steps of the end already begun */
	int64_t lost_ns, final_ns;    /* when the loss began; when patience with the end is over */
};

/* postgres_conn.c */
void conn_connect(struct pg *p, struct pg_conn *c, int64_t now_ns);
void conn_ready(struct pg *p, struct pg_conn *c, short revents, int64_t now_ns);
void conn_time(struct pg *p, struct pg_conn *c, int64_t now_ns); /* its time has come: conn_wake_ns() */
short conn_events(const struct pg_conn *c);
int64_t conn_wake_ns(const struct pg_conn *c); /* INT64_MAX: a descriptor, nothing else */
void conn_become(struct pg *p, struct pg_conn *c, enum conn_phase phase);
void conn_drop(struct pg *p, struct pg_conn *c); /* closed; what was under way is forgotten */
bool conn_has_room(const struct pg_conn *c, size_t depth);
bool conn_is_idle(const struct pg_conn *c); /* ready, and nothing is under way */
/*
 * Each adds one statement to the unit being built, conn_sync() ends it; false: the connection is broken, and its next answer says
 * so. Parameters are binary: an int8 in network order, text as it is.
 */
bool conn_send(struct pg_conn *c, const char *statement, int n, const char *const *values, const int *lengths);
bool conn_query(struct pg_conn *c, const char *sql);
void conn_sync(struct pg *p, struct pg_conn *c, struct unit u);
void conn_flush(struct pg *p, struct pg_conn *c);
void conn_prepare(struct pg *p, struct pg_conn *c);

/* postgres_loss.c */
void pg_wake_at(struct pg *p, int64_t t);
void conn_login_failed(struct pg *p, struct pg_conn *c, int64_t now_ns);
void conn_lost(struct pg *p, struct pg_conn *c, int64_t now_ns);
void conn_try_later(struct pg *p, struct pg_conn *c, int64_t now_ns);
void conn_is_back(struct pg *p, struct pg_conn *c);
void conn_renew(struct pg *p, struct pg_conn *c); /* closed and made anew, on purpose */
void conn_tell(struct pg *p,
	       struct pg_conn *c);           /* it is logged in: the monitor hears of its backend, now or when it has lasted */
void pg_tell_lasting(struct pg *p);          /* tell_ns has come */
const char *pg_advice(const char *sqlstate); /* what to do about it, "; ..."; "" where there is none. Pure */

/* postgres_work.c: reads the job's work; pg_work_next() draws what is done next, once, until `peeked` is cleared. */
enum sk_code pg_work_init(struct pg *p, struct sk_err *err);
void pg_work_release(struct pg *p);
struct pg_work *pg_work_next(struct pg *p);
bool pg_work_uses(const struct pg *p, enum load_op op);

/* postgres_rows.c: the next unit of native operations on a connection, at most `due` of them; returns how many. */
uint64_t pg_rows_operate(struct pg *p, struct pg_conn *c, uint64_t due);
bool pg_insert(struct pg_conn *c, int64_t id);
bool pg_delete(struct pg_conn *c, int64_t from, int64_t to);

/*
 * postgres_script.c: begins a script on an idle connection, returns how many operations that is; goes on when its connection is
 * ready, when \sleep is over, when a unit has ended; is told each result (NULL: the next are of the next statement); ends without
 * counting, when the run ends or the connection was lost.
 */
bool pg_script_open(struct pg *p, struct pg_conn *c, unsigned client);
uint64_t pg_script_begin(struct pg *p, struct pg_conn *c, const struct pg_work *w);
void pg_script_ready(struct pg *p, struct pg_conn *c);
void pg_script_go_on(struct pg *p, struct pg_conn *c);
void pg_script_answer(struct pg *p, struct pg_conn *c, struct unit *u, const PGresult *r);
void pg_script_synced(struct pg *p, struct pg_conn *c, const struct unit *u);
void pg_script_abandon(struct pg *p, struct pg_conn *c);
void pg_script_forget(struct pg *p, struct pg_conn *c); /* the connection has gone */
void pg_script_close(struct pg_conn *c);

/* postgres_statement.c: adds a statement of the connection's script to its unit; NULL, or why that is impossible. */
const char *pg_statement_send(struct pg *p, struct pg_conn *c, const struct script_statement *st);

/* postgres_setup.c: pg_setup_answer() is told each result of a UNIT_SETUP, pg_setup_next() that the step has ended. */
void pg_setup_begin(struct pg *p);
void pg_setup_answer(struct pg *p, struct pg_conn *c, const PGresult *r);
void pg_setup_next(struct pg *p, struct pg_conn *c, bool failed);
/* Ends the driver with this sentence, once the schema is gone that was made so far. */
void pg_setup_failed(struct pg *p, struct pg_conn *c, const char *why);

/* postgres_final.c; pg_send_all() makes a unit of statements without parameters, NULL-terminated. */
void pg_send_all(struct pg *p, struct pg_conn *c, const char *const *sql, enum unit_kind kind);
void pg_drop(struct pg *p, struct pg_conn *c, enum unit_kind kind);
void pg_send_one(struct pg *p, struct pg_conn *c, const char *sql, enum unit_kind kind);
void pg_interrupt(struct pg *p);  /* statements that do not end: their connections are given up, their backends ended */
void pg_final_next(struct pg *p); /* when nothing is under way: the next step of the end, then drive_done() */
void pg_vacuum(struct pg *p, struct pg_conn *c);
void pg_vacuum_answer(struct pg *p, struct pg_conn *c, const PGresult *r);

/* postgres_internal.c: an epoch; a result of a UNIT_INTERNAL; that unit has ended or its connection is lost. The same for UNIT_LOG. */
void pg_internal_ask(struct pg *p);
void pg_internal_try(struct pg *p); /* who is wanted may have room now */
void pg_internal_answer(struct pg *p, struct pg_conn *c, const PGresult *r);
void pg_internal_next(struct pg *p);
void pg_log_ask(struct pg *p, pid_t pid);
void pg_log_answer(struct pg *p, const PGresult *r);

/* postgres.c: a connection has logged in; one has prepared its statements; one may have room again. */
void pg_conn_became_up(struct pg *p, struct pg_conn *c);
void pg_conn_became_ready(struct pg *p, struct pg_conn *c);
void pg_conn_freed(struct pg *p, struct pg_conn *c);
struct pg_conn *pg_any(struct pg *p, enum conn_phase phase); /* one that is at least so far; NULL: none is */

#endif
