/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Process titles as PostgreSQL 9.6 to 18, nginx and redis write them, and the role each must give. */
#include <string.h>

#include "tests/check.h"

#include "soakd/roles.h"
#include "soakd/target.h"

static void check(void (*fn)(const char *, const char *, bool, char *, size_t), const char *comm, const char *title, bool root,
		  const char *want)
{
	char role[64];

	fn(comm, title, root, role, sizeof(role));
	assert_string_equal(role, want);
}

static void backend_types(void **state)
{
	static const struct {
		const char *title, *role;
	} t[] = {
		{ "postgres: checkpointer", "checkpointer" },
		{ "postgres: 15/main: checkpointer", "checkpointer" },
		{ "postgres: checkpointer process", "checkpointer" },
		{ "postgres: background writer", "background writer" },
		{ "postgres: writer process", "background writer" },
		{ "postgres: walwriter", "walwriter" },
		{ "postgres: wal writer process", "walwriter" },
		{ "postgres: walreceiver streaming 0/3000148", "walreceiver" },
		{ "postgres: 15/main: walsummarizer", "walsummarizer" },
		{ "postgres: autovacuum launcher", "autovacuum launcher" },
		{ "postgres: autovacuum worker mydb", "autovacuum worker" },
		{ "postgres: 15/main: autovacuum worker a: b", "autovacuum worker" },
		{ "postgres: logical replication launcher", "logical replication launcher" },
		{ "postgres: bgworker: logical replication launcher", "logical replication launcher" },
		{ "postgres: logical replication worker for subscription 16394", "logical replication worker" },
		{ "postgres: logical replication tablesync worker for subscription 1 sync 2", "logical replication worker" },
		{ "postgres: logical replication apply worker for subscription 16394", "logical replication worker" }, /* 16 */
		{ "postgres: logical replication parallel apply worker for subscription 16394", "logical replication worker" },
		{ "postgres: 17/main: slotsync worker", "slotsync worker" }, /* 17 */
		{ "postgres: 18/main: io worker 2", "io worker" },           /* 18 */
		{ "postgres: parallel worker for PID 1234", "parallel worker" },
		{ "postgres: my cluster: parallel worker for PID 1234", "parallel worker" },
		{ "postgres: startup recovering 000000010000000000000003", "startup" },
		{ "postgres: archiver last was 000000010000000000000002", "archiver" },
		{ "postgres: logger", "logger" },
		{ "postgres: stats collector process", "stats collector" },
		{ "postgres: walsender repl 10.0.0.7(5433) streaming 0/3000148", "walsender" },
		{ "postgres: 15/main: walsender repl [local] idle", "walsender" },
		{ "postgres: wal sender process repl 10.0.0.7(5433) idle", "walsender" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++)
		check(role_postgres, "postgres", t[i].title, false, t[i].role);
}

static void clients(void **state)
{
	static const char *const t[] = {
		"postgres: postgres soak 127.0.0.1(48940) idle",
		"postgres: 15/main: joe mydb [local] SELECT",
		"postgres: joe mydb [local]",
		"postgres: joe mydb ::1(5000) idle in transaction (aborted)",
		"postgres: joe mydb db.example.org(5000) COPY",
		"postgres: checkpointer app 127.0.0.1(1) idle", /* a user may be called anything */
		"postgres: joe smith my db 10.1.2.3(40000) authentication",
		"postgres: a: b: joe mydb [local] idle",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(t) / sizeof(*t); i++)
		check(role_postgres, "postgres", t[i], false, "backend");
}

static void background_workers(void **state)
{
	(void)state;
	check(role_postgres, "postgres", "postgres: pg_cron launcher", false, "pg_cron launcher");
	check(role_postgres, "postgres", "postgres: 15/main: pg_cron launcher", false, "pg_cron launcher");
	check(role_postgres, "postgres", "postgres: bgworker: my worker 16384 7", false, "my worker");
	check(role_postgres, "postgres", "postgres: worker one", false, "worker one");
	check(role_postgres, "postgres", "postgres: walwriters", false, "walwriters"); /* a type is whole words */
	check(role_postgres, "postgres", "postgres: job(12) x", false, "job(12) x");   /* an address stands third */
}

static void root_and_untitled(void **state)
{
	(void)state;
	check(role_postgres, "postgres", "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main", true,
	      "postmaster");
	check(role_postgres, "postgres", "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main", false, "postgres");
	check(role_postgres, "postgres", "postgres: ", false, "postgres");
	check(role_postgres, "postgres", "", false, "postgres");
	check(role_postgres, "postgres", "postgres: checkpointer", true, "checkpointer"); /* an orphan: no parent, but a title */
}

static void nginx(void **state)
{
	(void)state;
	check(role_nginx, "nginx", "nginx: master process /usr/sbin/nginx -g daemon on; master_process on;", true, "master");
	check(role_nginx, "nginx", "nginx: worker process", false, "worker");
	check(role_nginx, "nginx", "nginx: worker process is shutting down", false, "worker (shutting down)");
	check(role_nginx, "nginx", "nginx: cache manager process is shutting down", false, "cache manager (shutting down)");
	check(role_nginx, "nginx", "nginx: cache manager process", false, "cache manager");
	check(role_nginx, "nginx", "nginx: privileged agent process", false, "privileged agent");
	check(role_nginx, "nginx", "/usr/sbin/nginx", false, "nginx");
	check(role_nginx, "nginx", "nginx:  process", false, "nginx");
}

static void redis(void **state)
{
	(void)state;
	check(role_redis, "redis-server", "redis-server *:6379", true, "redis-server");
	check(role_redis, "redis-server", "redis-rdb-bgsave *:6379", false, "rdb-save");
	check(role_redis, "redis-server", "redis-aof-rewrite 127.0.0.1:0 [cluster]", false, "aof-rewrite");
	check(role_redis, "redis-server", "redis-module-fork", false, "module-fork");
	check(role_redis, "redis-server", "redis-rdb-bgsaves", false, "redis-server");
	check(role_redis, "redis-server", "", false, "redis-server");
}

static void hostile_text(void **state)
{
	char long_title[400] = "postgres: ", role[64];

	(void)state;
	check(role_postgres, "postgres", "postgres: bad\nname\x1b[31m\xff", false, "bad?name?[31m?");
	check(role_postgres, "postgres", "postgres: : : x", false, ": x"); /* looked for a type for ever once */
	check(role_postgres, "postgres", "postgres: :: walwriter", false, "walwriter");
	memset(long_title + 10, 'w', sizeof(long_title) - 11);
	role_postgres("postgres", long_title, false, role, sizeof(role));
	assert_int_equal(strlen(role), sizeof(role) - 1);
	role_clean(role, 4, "abcdef");
	assert_string_equal(role, "abc");
	role_clean(role, sizeof(role), "tail  ");
	assert_string_equal(role, "tail");
}

static void kinds(void **state)
{
	(void)state;
	assert_string_equal(target_kind_find("postgres")->scenario, "postgres/mixed");
	assert_string_equal(target_kind_find("sqlite")->scenario, "sqlite/mixed");
	assert_string_equal(target_kind_find("leaky")->scenario, "leaky/linear");
	assert_null(target_kind_find("nginx")->scenario);
	assert_null(target_kind_find("oracle"));
	assert_true(target_kind_find("leaky")->own);
	assert_ptr_equal(target_kind_of_comm("postmaster"), target_kind_find("postgres"));
	assert_ptr_equal(target_kind_of_comm("redis-server"), target_kind_find("redis"));
	assert_null(target_kind_of_comm("leaky"));
	for (const struct target_kind *k = target_kinds; k->name; k++)
		assert_true(k->help && *k->help);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(backend_types),     cmocka_unit_test(clients), cmocka_unit_test(background_workers),
		cmocka_unit_test(root_and_untitled), cmocka_unit_test(nginx),   cmocka_unit_test(redis),
		cmocka_unit_test(hostile_text),      cmocka_unit_test(kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
