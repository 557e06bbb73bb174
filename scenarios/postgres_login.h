/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where and as whom to connect to PostgreSQL, and what to tell the user when that fails. Never with a password in it. */
#ifndef SCENARIOS_POSTGRES_LOGIN_H
#define SCENARIOS_POSTGRES_LOGIN_H

#include <libpq-fe.h>
#include <stddef.h>

#include "base/err.h"
#include "base/text.h"
#include "scenarios/job.h"

#define LOGIN_PARAMS 64 /* libpq 15 has 42 options */

struct pg_login {
	const char *key[LOGIN_PARAMS],
		*value[LOGIN_PARAMS]; /* for PQconnectStartParams(), NULL-terminated; borrowed from opts and the job */
	size_t n;
	PQconninfoOption *opts; /* of the dsn */
};

/*
 * As libpq would connect: the dsn, else PG* variables, service file and ~/.pgpass. Where none of them names a server, the
 * postmaster that was found (job->host, job->port); where none names a database, "postgres". SK_EUSAGE: the dsn cannot be parsed
 * (it is not repeated: it may hold a password). pg_login_release() may be repeated.
 */
enum sk_code pg_login_init(struct pg_login *l, const struct drive_job *job, struct sk_err *err);
void pg_login_release(struct pg_login *l);

/* Why a connection failed, in one sentence with the command that mends it. */
void pg_login_explain(PGconn *conn, struct text *out);

/* libpq's or the server's words on one line, without the connection's password should it be in them. */
void pg_message(PGconn *conn, const char *msg, struct text *out);

#endif
