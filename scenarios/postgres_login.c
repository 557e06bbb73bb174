/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connection parameters and refused logins: see postgres_login.h. */
#ifdef HAVE_LIBPQ
#include "scenarios/postgres_login.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool set_in_env(const char *name)
{
	const char *v = getenv(name);

	return v && *v;
}

static const char *option(const PQconninfoOption *opts, const char *key)
{
	for (const PQconninfoOption *o = opts; o && o->keyword; o++)
		if (strcmp(o->keyword, key) == 0)
			return o->val && *o->val ? o->val : NULL;
	return NULL;
}

static void add(struct pg_login *l, const char *key, const char *value)
{
	if (l->n + 1 >= LOGIN_PARAMS)
		return;
	l->key[l->n] = key;
	l->value[l->n++] = value;
	l->key[l->n] = l->value[l->n] = NULL;
}

/* Does the dsn or the environment say which server? A service may say anything, so it counts as saying it. */
static bool names_server(const struct pg_login *l)
{
	static const char *const keys[] = { "host", "hostaddr", "port", "service" };
	static const char *const vars[] = { "PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (option(l->opts, keys[i]) || set_in_env(vars[i]))
			return true;
	return false;
}

static bool names_database(const struct pg_login *l)
{
	return option(l->opts, "dbname") || option(l->opts, "service") || set_in_env("PGDATABASE") || set_in_env("PGSERVICE");
}

enum sk_code pg_login_init(struct pg_login *l, const struct drive_job *job, struct sk_err *err)
{
	char *why = NULL;

	*l = (struct pg_login){ .n = 0 };
	if (job->dsn && *job->dsn) {
		l->opts = PQconninfoParse(job->dsn, &why);
		PQfreemem(why); /* it quotes the dsn */
		if (!l->opts)
			return sk_fail(err, SK_EUSAGE, 0,
				       "--dsn is no connection string that libpq understands (it is not repeated here: it may "
				       "hold a password); "
				       "try --dsn 'host=... port=... dbname=... user=...'");
	}
	if (!names_server(l) && job->host && *job->host)
		add(l, "host", job->host);
	if (!names_server(l) && *job->port)
		add(l, "port", job->port);
	if (!names_database(l))
		add(l, "dbname", "postgres");
	for (const PQconninfoOption *o = l->opts; o && o->keyword; o++)
		if (o->val && *o->val && strcmp(o->keyword, "application_name") != 0)
			add(l, o->keyword, o->val);
	add(l, "application_name", "soakd");
	return SK_OK;
}

void pg_login_release(struct pg_login *l)
{
	PQconninfoFree(l->opts);
	*l = (struct pg_login){ .n = 0 };
}

void pg_message(PGconn *conn, const char *msg, struct text *out)
{
	const char *pass = conn ? PQpass(conn) : NULL;
	size_t n_pass = pass ? strlen(pass) : 0, n = strlen(msg);

	while (n && (msg[n - 1] == '\n' || msg[n - 1] == ' '))
		n--;
	for (size_t i = 0; i < n;) {
		if (n_pass && strncmp(msg + i, pass, n_pass) == 0) {
			text_add(out, "***");
			i += n_pass;
			continue;
		}
		text_addc(out, msg[i] == '\n' || msg[i] == '\t' ? ' ' : msg[i]);
		i++;
	}
}

static const char *or_default(const char *s, const char *dflt)
{
	return s && *s ? s : dflt;
}

/* What to do, by what libpq knows of the failure; texts of the server may be in any language, so they decide last. */
static void advise(PGconn *conn, const char *msg, struct text *out)
{
	const char *host = or_default(PQhost(conn), "localhost"), *port = or_default(PQport(conn), "5432");
	const char *db = or_default(PQdb(conn), "postgres"), *user = or_default(PQuser(conn), "USER");
	const char *pgpass_host = *host == '/' ? "localhost" : host;

	if (PQconnectionNeedsPassword(conn))
		text_addf(out, "; it wants a password: echo '%s:%s:%s:%s:PASSWORD' >> ~/.pgpass && chmod 600 ~/.pgpass",
			  pgpass_host, port, db, user);
	else if (PQconnectionUsedPassword(conn) || strstr(msg, "password authentication"))
		text_addf(out,
			  "; the password is wrong: mend the line %s:%s:%s:%s:PASSWORD in ~/.pgpass (chmod 600), or PGPASSWORD, "
			  "or --dsn",
			  pgpass_host, port, db, user);
	else if (strstr(msg, "eer authentication") || strstr(msg, "dent authentication"))
		text_addf(out,
			  "; the server wants the system user %s: run soakd as root or as that user (sudo -u %s soakd ...), or "
			  "name another "
			  "one with --dsn user=...",
			  user, user);
	else if (strstr(msg, "pg_hba.conf"))
		text_addf(out,
			  "; allow user %s in database %s in the server's pg_hba.conf, then: psql -c 'SELECT pg_reload_conf()'",
			  user, db);
	else if (strstr(msg, "role \""))
		text_addf(out,
			  "; make the role: sudo -u postgres createuser %s && sudo -u postgres psql -c 'GRANT CREATE ON DATABASE "
			  "\"%s\" TO \"%s\"'",
			  user, db, user);
	else if (strstr(msg, "database \""))
		text_addf(out, "; make the database: sudo -u postgres createdb %s, or name another one with --dsn dbname=...",
			  db);
	else if (strstr(msg, "too many") || strstr(msg, "connection slots"))
		text_add(out, "; ask for fewer with --connections, or raise max_connections");
	else
		text_addf(out, "; is a server running there? try: pg_isready -h %s -p %s", host, port);
}

void pg_login_explain(PGconn *conn, struct text *out)
{
	const char *msg = PQerrorMessage(conn);

	text_addf(out, "cannot log in to PostgreSQL at %s, port %s, database %s, as user %s: ",
		  or_default(PQhost(conn), "the default socket"), or_default(PQport(conn), "5432"), or_default(PQdb(conn), "?"),
		  or_default(PQuser(conn), "?"));
	pg_message(conn, *msg ? msg : "no answer", out);
	advise(conn, msg, out);
}
#endif
