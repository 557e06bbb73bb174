/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --for-issue takes out of texts, and what it leaves. */
#include "soakd/redact.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

static void assert_redacted(const char *in, const char *out)
{
	struct redactor r = { 0 };
	char *s = redact_text(&r, in);

	assert_non_null(s);
	if (strcmp(s, out) != 0)
		fail_msg("\"%s\" became \"%s\", not \"%s\"", in, s, out);
	assert_false(r.failed);
	free(s);
	redactor_release(&r);
}

static void nothing_of_yours_survives(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "", "" },
		/* addresses of services */
		{ "postgresql://bob:s3cret@db7/payroll", "postgresql://USER:***@HOST/PATH" },
		{ "redis://:pw@10.1.2.3:6379", "redis://:***@HOST:6379" },
		{ "GET https://api.acme.com:8443/v1/users?id=7: timed out", "GET https://HOST:8443/PATH: timed out" },
		{ "http://127.0.0.1:36827/: refused", "http://127.0.0.1:36827/: refused" },
		{ "http://[2001:db8::1]:80/x", "http://HOST:80/PATH" },
		{ "unix:///run/acme/redis.sock", "unix:///PATH" },
		/* libpq */
		{ "host=db7.acme.com user=alice dbname=payroll port=5432", "host=HOST user=USER dbname=NAME port=5432" },
		{ "host=/tmp/alice user='al ice' password=x", "host=PATH user='USER' password=***" },
		{ "hostaddr=10.0.0.1", "hostaddr=ADDRESS" },
		{ "host=localhost", "host=localhost" },
		{ "role \"alice\" does not exist; alice", "role \"USER\" does not exist; USER" },
		{ "relation \"customers\" is gone", "relation \"NAME\" is gone" },
		/* paths */
		{ "/home/alice/src/x.c: No such file", "PATH: No such file" },
		{ "cannot open '/srv/acme/a b': denied", "cannot open 'PATH': denied" },
		{ "file-data /home/alice/My Big Docs/x.so of worker", "file-data PATH of worker" },
		{ "alice ran /home/alice/x", "USER ran PATH" },
		{ "~/x and ~bob/y, bob", "PATH and PATH, USER" },
		{ "C:\\Users\\carol\\x.exe by carol", "PATH by USER" },
		{ "\\\\nas7\\share\\x", "PATH" },
		{ "file-data ...lice/Docs/x.so", "file-data PATH" },
		{ "cgroup:/system.slice/acme.service", "cgroup:PATH" },
		{ "pidfile:/run/acme.pid", "pidfile:PATH" },
		{ "--log=/var/log/acme.log,x", "--log=PATH,x" },
		/* the network */
		{ "from 10.1.2.3:5432 and 192.168.0.0/16.", "from ADDRESS:5432 and ADDRESS." },
		{ "fe80::1ff:fe23:4567:890a%eth0 is up", "ADDRESS is up" },
		{ "2001:db8:0:1:1:1:1:1, [::ffff:a00:1]:80", "ADDRESS, ADDRESS:80" },
		{ "02:42:ac:11:00:02", "ADDRESS" },
		{ "127.0.0.1, ::1 and 0.0.0.0", "127.0.0.1, ::1 and 0.0.0.0" },
		{ "db-1.eu.acme.io, acme.com.", "HOST, HOST." },
		{ "mail alice.b+x@acme.com or alice@db7", "mail EMAIL or USER@HOST" },
		/* queries */
		{ "STATEMENT: SELECT * FROM customers WHERE name = 'x'", "STATEMENT: QUERY" },
		{ "failed: update customers set x = 1", "failed: QUERY" },
		{ "\"insert into t values (1)\" failed", "\"QUERY\" failed" },
		{ "'select \"salary\" from \"payroll\"' took 3 s", "'QUERY' took 3 s" },
		{ "SELECT \"salary\" FROM t", "QUERY" },
		/* secrets that have no key before them */
		{ "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N", "Bearer ***" },
		{ "x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N y", "x *** y" },
		{ "key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "key ***" },
		{ "ghp_16C7e42F292c6912E7710c838347Ae178B4a!", "***!" },
		{ "AKIAIOSFODNN7EXAMPLE", "***" },
		{ "ASIAIOSFODNN7EXAMPLE/20261120/eu-west-1/s3/aws4_request", "***/20261120/eu-west-1/s3/aws4_request" },
		{ "is hvs.CAESIJabcdefghijk.LMNOPQRSTUV-wx_yz.", "is ***." },
		{ "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, x", "***, x" },
		{ "0123456789abcdef0123456789abcdef", "***" },
		/* what is mixed, cut off, or has no dot */
		{ "refused (db7:5432), dial tcp cache-1:80: no", "refused (HOST:5432), dial tcp HOST:80: no" },
		{ "server at \"db7\" (10.1.2.3)", "server at \"NAME\" (ADDRESS)" },
		{ "//alice:hunter2@db7/x, bob:pw@web.acme.com:80", "//USER:***@HOST/x, USER:***@HOST:80" },
		{ "::ffff:10.1.2.3, [fe80::1%eth0]:443, dead:: and abcd::", "ADDRESS, ADDRESS:443, ADDRESS and ADDRESS" },
		{ "j\303\274rgen@m\303\274ller.de wrote", "EMAIL wrote" },
		{ "web-01.prod", "HOST" },
		{ "550e8400-e29b-41d4-a716-446655440000", "NAME" },
		{ "unit:postgresql@acme.service, acme", "unit:postgresql@NAME.service, NAME" },
		{ "/sys/fs/cgroup/acme.slice/x and /proc/7/root/srv/x", "PATH and PATH" },
		/* variables, rows, statements */
		{ "PGPASSWORD=x PGUSER=alice PGHOST=db7 TENANT=acme A_B='c d'",
		  "PGPASSWORD=*** PGUSER=USER PGHOST=HOST TENANT=VALUE A_B='VALUE'" },
		{ "it is alice: PGUSER=alice", "it is USER: PGUSER=USER" },
		{ "HOME=/home/alice, LD_PRELOAD=/home/alice/x.so", "HOME=PATH, LD_PRELOAD=PATH" },
		{ "DETAIL: Key (mail)=(x) already exists.", "DETAIL: VALUE" },
		{ "Failing row contains (1, Alice Smith).", "VALUE" },
		{ "type integer: \"4111 1111\", `acme`, $1 = 'acme'", "type integer: \"NAME\", `NAME`, $1 = 'NAME'" },
		{ "ALTER USER alice WITH PASSWORD 'x'", "QUERY" },
		{ "create user alice, AUTH x", "QUERY" },
		{ "error: AUTH alice x", "error: QUERY" },
		{ "-----BEGIN RSA PRIVATE KEY----- MII", "***" },
		{ "glpat-abcdefghij1234567890 xoxb-123456789012-abcdefghijkl", "*** ***" },
		{ "Server=db7;Database=payroll;User Id=alice;", "Server=HOST;Database=NAME;User Id=USER;" },
		{ "\303\244/home/x \377 /home/y\303\244", "\303\244PATH \377 PATH" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_redacted(cases[i].in, cases[i].out);
}

static void what_helps_stays(void **state)
{
	static const char *const cases[] = {
		"Anonymous memory grows by +3.10 MiB/h (95%: +2.70 MiB/h to +3.50 MiB/h), 74.4 MiB in all; a | b <c>.",
		"PostgreSQL 15.18 (Debian 15.18-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14+deb12u1) "
		"12.2.0",
		"Linux 6.18.44-fc-v657 \302\267 x86_64 \302\267 2 CPUs \302\267 glibc 2.36 \302\267 glibc malloc",
		"6.1.55.1-microsoft-standard-WSL2",
		"/usr/lib/postgresql/15/bin/postgres",
		"file-text /usr/lib/x86_64-linux-gnu/libssl.so.3 of backend",
		"heap [heap] of backend pid 4711, anon 7f12ab34c000 of x",
		"2026-11-20T02:00:00Z to 2026-11-21T02:55:00Z, 12:34:56",
		"context CachedPlanSource below CacheMemoryContext, TopMemoryContext/CacheMemoryContext",
		"samples.csv, report.png, libc.so.6, memory.max, soakd-overnight@postgres.timer",
		"postgres/mixed, tx.sql@3, select 2.06 k, update 12, ops/s, and/or",
		"--interval 300 --duration 24h --min-rate 64KiB --target pid:4711",
		"std::string, a::b, 95 % [+1, +2]",
		"TopMemoryContext/CacheMemoryContext/pg_toast_2619_index, MemoryContextAllocHuge2",
		"the user of the host, a role, database of 7",
		"20261120T200000Z, leaky-20261122T024902Z",
		"MALLOC_ARENA_MAX=2 LANG=C.UTF-8 LD_PRELOAD=/usr/lib/libjemalloc.so.2 OMP_NUM_THREADS=4",
		"pid:4711, line:1234, 2026-11-20T02:00:00Z, 20:15, report.md:1234, localhost:5432, a::b",
		"'PATH' and \"QUERY\" and NAME, the users' data and the hosts' names, it's a day's work",
		"postgresql@main.service user@1000.service soakd-overnight@postgres.timer",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_redacted(cases[i], cases[i]);
}

/* A name that was seen goes everywhere, a common one nowhere; each is counted once. */
static void names_are_remembered_and_counted(void **state)
{
	struct redactor r = { 0 };
	struct text told = TEXT_INIT;
	char *s;

	(void)state;
	redact_told(&r, &told);
	assert_string_equal(told.s, "nothing was found that had to be");
	text_reset(&told);
	redact_know(&r, REDACT_HOST, "build7");
	redact_know(&r, REDACT_USER, "root");
	redact_know(&r, REDACT_USER, "x");
	s = redact_text(&r, "build7 Build7 build77 root x user=alice password=q");
	assert_string_equal(s, "HOST HOST build77 root x user=USER password=***");
	free(s);
	s = redact_text(&r, "alice's malice, /home/alice, /home/alice");
	assert_string_equal(s, "USER's malice, PATH, PATH");
	free(s);
	redact_told(&r, &told);
	assert_string_equal(told.s, "1 secret, 1 path, 1 host name, 1 user name");
	text_release(&told);
	redactor_release(&r);
	redactor_release(&r);
}

static const char run_json[] =
	"{\"id\": \"x-1\", \"label\": \"x\", \"target\": \"unit:x.service\", \"scenario\": \"postgres\","
	"\"command\": [\"/home/alice/bin/soakd\", \"run\", \"--target\", \"pidfile:/run/acme.pid\", \"-o\", \"/srv/acme\", "
	"\"--define=acme=7\","
	" \"--scenario\", \"/srv/acme/night.conf\", \"--rate\", \"9\", \"-i5\", \"stray\", \"--script\", \"builtin:tpcb-like\","
	" \"--\", \"/opt/acme/serverd\", \"--tenant\", \"acme\"],"
	"\"options\": {\"out\": \"/srv/acme\", \"script\": [\"payroll.sql@2\"], \"rate\": \"9\", \"dsn\": null},"
	"\"work\": [{\"name\": \"payroll\", \"weight\": 2}], \"operations\": [{\"kind\": \"insert\"}, {\"kind\": \"payroll\"}],"
	"\"host\": {\"hostname\": \"build7\", \"kernel\": \"6.1\"}, \"roles\": [{\"role\": \"worker of build7\"}],"
	"\"target_info\": {\"exe\": \"/opt/acme/serverd\", \"cmdline\": \"/opt/acme/serverd --tenant acme\", \"build_id\":"
	" \"0123456789abcdef0123456789abcdef01234567\", \"setting.cluster_name\": \"acme\", \"setting.fsync\": \"off\", "
	"\"setting.x.tenant\": \"acme\","
	" \"setting.x.most\": \"7\", \"version\": \"PostgreSQL 15, built by alice@acme.com\"}}";

/* Whatever any form may show of a run, and the numbers beside it as they were. */
static void a_whole_run(void **state)
{
	static struct verdict v;
	struct evidence_event event = { .kind = "error", .detail = "build7: user=alice cannot read /srv/acme/x" };
	struct evidence_file f = { .path = strdup("/home/alice/x"), .n_events = 1, .note = "alice" };
	struct redactor r = { 0 };
	struct sk_err err = { 0 };
	char *all, *command;

	(void)state;
	snprintf(f.latency.name, sizeof(f.latency.name), "payroll");
	f.event = malloc(sizeof(event));
	assert_non_null(f.event);
	*f.event = event;
	f.run = json_loads(run_json, 0, NULL);
	assert_non_null(f.run);
	v.n_parts = 1;
	snprintf(v.part[0].name, sizeof(v.part[0].name), "file-data /home/alice/x.so of worker");
	snprintf(v.main.why, sizeof(v.main.why), "It grows by +3 MiB/h, most of it in file-data /home/alice/x.so; 7 of alice");
	assert_int_equal(redact_evidence(&r, &f, &v, &err), SK_OK);
	all = json_dumps(f.run, JSON_COMPACT);
	assert_null(strstr(all, "acme"));
	assert_null(strstr(all, "alice"));
	assert_null(strstr(all, "payroll"));
	assert_null(strstr(all, "build7"));
	assert_string_equal(f.latency.name, "operation 1");
	assert_non_null(strstr(all, "built by EMAIL"));
	assert_non_null(strstr(all, "\"setting.x.tenant\":\"VALUE\",\"setting.x.most\":\"7\""));
	command = json_dumps(json_object_get(f.run, "command"), JSON_COMPACT);
	assert_string_equal(
		command,
		"[\"soakd\",\"run\",\"--target\",\"pidfile:PATH\",\"-o\",\"DIR\",\"--define=NAME=VALUE\",\"--scenario\","
		"\"FILE.conf\",\"--rate\",\"9\",\"-i5\",\"OPERAND\",\"--script\",\"builtin:tpcb-like\",\"--\",\"serverd\","
		"\"ARGUMENTS\"]");
	assert_non_null(strstr(all, "\"exe\":\"PATH/serverd\",\"cmdline\":\"PATH/serverd ARGUMENTS\""));
	assert_non_null(strstr(all, "\"build_id\":\"0123456789abcdef"));
	assert_non_null(strstr(all, "\"setting.fsync\":\"off\""));
	assert_non_null(strstr(all, "\"script\":[\"FILE[@WEIGHT]\"]"));
	assert_non_null(strstr(all, "\"options\":{\"out\":\"DIR\",\"script\":[\"FILE[@WEIGHT]\"],\"rate\":\"9\",\"dsn\":null}") ||
			strstr(all, "\"script\":[\"FILE[@WEIGHT]\"]"));
	assert_string_equal(f.event[0].detail, "HOST: user=USER cannot read PATH");
	assert_string_equal(f.note, "USER");
	assert_string_equal(f.path, "data.csv");
	assert_string_equal(v.part[0].name, "file-data PATH of worker");
	assert_string_equal(v.main.why, "It grows by +3 MiB/h, most of it in file-data PATH; 7 of USER");
	assert_non_null(strstr(f.redacted, "1 host name, 1 e-mail address, 1 user name"));
	free(all);
	free(command);
	redactor_release(&r);
	evidence_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_of_yours_survives), cmocka_unit_test(what_helps_stays),
					    cmocka_unit_test(names_are_remembered_and_counted), cmocka_unit_test(a_whole_run) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
