/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the observed Redis listens and as whom to log in: from --dsn, the environment, or where the server was found. */
#ifndef SCENARIOS_REDIS_ADDRESS_H
#define SCENARIOS_REDIS_ADDRESS_H

#include <stddef.h>

#include "base/err.h"
#include "scenarios/job.h"

#define REDIS_TEXT 300 /* bytes of an address as people write it */

struct redis_address {
	char host[256];                /* a numeric address, or the path of a socket */
	int port;                      /* 0 with a socket */
	int db;                        /* of the keys of a load */
	char user[128], password[512]; /* "": none */
};

/*
 * The dsn, else job->host and job->port, else 127.0.0.1:6379:
 *
 *   redis://[[USER:]PASSWORD@]HOST[:PORT][/DB]   unix://[[USER:]PASSWORD@]/PATH[?db=DB]   HOST:PORT   HOST   /PATH
 *
 * A user and a password may have %XX. Without a password REDISCLI_AUTH has it, as for redis-cli. A HOST is a numeric address or
 * localhost: the watched server is on this machine, and to look a name up could wait for another one. The database is that of a load's
 * keys: what an observer asks is the whole server's. SK_EUSAGE, without the dsn's text: it may hold a password.
 */
enum sk_code redis_address_init(struct redis_address *a, const struct drive_job *job, struct sk_err *err);

/* "127.0.0.1:6379", "[::1]:6379" or the path: never a user or a password. Returns buf. */
char *redis_address_text(const struct redis_address *a, char *buf, size_t n);

/* Wipes the password. */
void redis_address_release(struct redis_address *a);

#endif
