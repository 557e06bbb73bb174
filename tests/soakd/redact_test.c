/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What --for-issue takes out of texts, and what it leaves. */
#include "soakd/redact.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "soakd/redact_internal.h"
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
		{ "postgres://u:p@h1,hostbeta/payrolldb", "postgres://USER:***@HOST,HOST/PATH" },
		{ "postgres://u:p@h1:5432,h2:5432/db?x=y", "postgres://USER:***@HOST:5432,HOST:5432/PATH" },
		{ "mysql://root:p#ss@h/db", "mysql://USER:***@HOST/PATH" },
		{ "http://user:p/w@h/x", "http://USER:***@HOST/PATH" },
		{ "postgres://carol:pa ss@h/x", "postgres://USER:***@HOST/PATH" },
		{ "redis://:p/w@[2001:db8::1]:6379/0", "redis://:***@HOST:6379/PATH" },
		{ "mongodb://a,b,c,d,e,f,g,h,i/x z", "mongodb://HOST,HOST,HOST,HOST,HOST,HOST,HOST,HOST z" },
		{ "http://localhost:80/@alice to carol@db7", "http://localhost:80/PATH to USER@HOST" },
		{ "http://alice:hunter2 is no address", "http://HOST:*** is no address" },
		{ "http://h/x;id=7,y, https://[::1]:8443/, (http://h).",
		  "http://HOST/PATH, https://[::1]:8443/, (http://HOST)." },
		{ "//nas7/payroll, http:///x", "//HOST/PATH, http:///PATH" },
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
		{ "//alice:hunter2@db7/x, bob:pw@web.acme.com:80", "//USER:***@HOST/PATH, USER:***@HOST:80" },
		{ "::ffff:10.1.2.3, [fe80::1%eth0]:443, dead:: and abcd::", "ADDRESS, ADDRESS:443, ADDRESS and ADDRESS" },
		{ "j\303\274rgen@m\303\274ller.de wrote", "EMAIL wrote" },
		{ "web-01.prod", "HOST" },
		{ "550e8400-e29b-41d4-a716-446655440000", "NAME" },
		{ "unit:postgresql@acme.service, acme", "unit:postgresql@NAME.service, NAME" },
		{ "/sys/fs/cgroup/acme.slice/x and /proc/7/root/srv/x", "PATH and PATH" },
		{ "unit:docker-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope",
		  "unit:docker-NAME.scope" },
		{ "cri-containerd-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope, "
		  "crio-conmon-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.scope",
		  "cri-containerd-NAME.scope, crio-conmon-NAME.scope" },
		{ "kubepods-besteffort-pod550e8400_e29b_41d4_a716_446655440000.slice", "kubepods-besteffort-podNAME.slice" },
		{ "pod550e8400-e29b-41d4-a716-446655440000, pod-0123456789abcdef0123456789abcdef", "podNAME, pod-NAME" },
		{ "carol, role \"carol\": carol-550e8400-e29b-41d4-a716-446655440000", "USER, role \"USER\": USER-NAME" },
		{ "payments-7d9c6b8f5d-x2x4z of i-0abcd1234ef567890", "NAME of i-NAME" },
		/* addresses that are joined to something */
		{ "10.0.0.5-10.0.0.9, 10.0.0.5-eth0 down", "ADDRESS-ADDRESS, ADDRESS-eth0 down" },
		{ "10.0.0.5_eth0, client_10.0.0.5, 8.8.8.8-eth0", "ADDRESS_eth0, client_ADDRESS, ADDRESS-eth0" },
		{ "IP 10.0.0.5.5432 > 2001:db8::1.80, 2001:db8::9_x", "IP ADDRESS.5432 > ADDRESS.80, ADDRESS_x" },
		/* other quotes, colons, settings */
		{ "FEHLER: Rolle \302\273carol\302\253 existiert nicht; carol",
		  "FEHLER: Rolle \302\273NAME\302\253 existiert nicht; NAME" },
		{ "la base de donn\303\251es \302\253 payroll \302\273, \302\253\302\240x\302\240\302\273",
		  "la base de donn\303\251es \302\253 NAME \302\273, \302\253\302\240NAME\302\240\302\273" },
		{ "\342\200\236x\342\200\234 \342\200\234x\342\200\235 \342\200\230x\342\200\231 \343\200\214x\343\200\215",
		  "\342\200\236NAME\342\200\234 \342\200\234NAME\342\200\235 \342\200\230NAME\342\200\231 "
		  "\343\200\214NAME\343\200\215" },
		{ "\302\27310.0.0.5\302\253, \302\273carol@db7.acme.com\302\253",
		  "\302\273ADDRESS\302\253, \302\273EMAIL\302\253" },
		{ "user: alice; username: bob", "user: USER; username: USER" },
		{ "host: db7, database = payroll", "host: HOST, database = NAME" },
		{ "requirepass hunter2", "requirepass ***" },
		{ "masterauth hunter2, masteruser alice", "masterauth ***, masteruser USER" },
		{ "Cookie: sid=a1; x=b2", "Cookie: ***" },
		{ "Authorization: Token a1 b2", "Authorization: ***" },
		{ "NOPERM User alice has no permissions", "NOPERM User USER has no permissions" },
		{ "id=3 name=alice db=0 user=default", "id=3 name=NAME db=NAME user=USER" },
		/* homes of other forms, paths of commands, clusters */
		{ "alice, /var/home/alice/x", "USER, PATH" },
		{ "carol of E:\\Users\\carol\\x.exe", "USER of PATH" },
		{ "bob, /run/media/bob/disk", "USER, PATH" },
		{ "$HOME/acme/x, ${ACME}/x, ../acme/x and ./acme.sh", "PATH, PATH, PATH and PATH" },
		{ "%APPDATA%\\Acme\\x is 95 %", "PATH is 95 %" },
		{ "arn:aws:iam::123456789012:user/alice.", "NAME." },
		{ "system:serviceaccount:acme:builder cannot", "NAME cannot" },
		{ "k8s_api_payments_acme_0", "NAME" },
		/* variables, rows, statements */
		{ "PGPASSWORD=x PGUSER=alice PGHOST=db7 TENANT=acme A_B='c d'",
		  "PGPASSWORD=*** PGUSER=USER PGHOST=HOST TENANT=NAME A_B='VALUE'" },
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
		/* names that messages say without quotes */
		{ "ERROR:  permission denied for table payroll; payroll", "ERROR:  permission denied for table NAME; NAME" },
		{ "permission denied for materialized view hr.pay", "permission denied for materialized view NAME.NAME" },
		{ "must be owner of sequence pay_id_seq, pay_id_seqs", "must be owner of sequence NAME, pay_id_seqs" },
		{ "column p.salary does not exist", "column NAME.NAME does not exist" },
		{ "function hr.bonus(integer, text) does not exist", "function NAME.NAME(integer, text) does not exist" },
		{ "PL/pgSQL function hr.bonus(integer) line 3 at SQL statement",
		  "PL/pgSQL function NAME.NAME(integer) line 3 at SQL statement" },
		{ "cannot drop column salary of table payroll because other objects depend on it",
		  "cannot drop column NAME of table NAME because other objects depend on it" },
		{ "constraint fk_emp on table payroll depends on index employees_pkey",
		  "constraint NAME on table NAME depends on index NAME" },
		{ "view pay_view depends on table payroll", "view NAME depends on table NAME" },
		{ "no such table: payroll", "no such table: NAME" },
		{ "UNIQUE constraint failed: payroll.year, payroll.month", "UNIQUE constraint failed: NAME.NAME, NAME.NAME" },
		{ "table payroll has no column named salary", "table NAME has no column named NAME" },
		{ "Failed password for alice from 10.0.0.5 port 22", "Failed password for USER from ADDRESS port 22" },
		{ "session opened for user alice(uid=1000)", "session opened for user USER(uid=1000)" },
		{ "postgres: alice payroll 10.0.0.5(45678) idle, postgres: al ice pay [local] idle",
		  "postgres: NAME ADDRESS(45678) idle, postgres: NAME [local] idle" },
		{ "no such table: SELECT a FROM b", "no such table: QUERY" },
		{ "no such table: /home/alice/My Big/x", "no such table: PATH" },
		{ "no such table: CN=Alice Smith", "no such table: CN=NAME" },
		{ "CN=x Key (a)=(b)", "CN=NAME)" },
		{ "role alice does not exist", "role USER does not exist" },
		{ "user alice: authentication failure, alice@[local]", "user USER: authentication failure, USER@[local]" },
		{ "Failed to connect to db7 port 443 after 3 ms, lookup web7 on 10.0.0.2:53: no such host",
		  "Failed to connect to HOST port 443 after 3 ms, lookup HOST on ADDRESS:53: no such host" },
		{ "getaddrinfo ENOTFOUND db7, connect to host web7 port 22",
		  "getaddrinfo ENOTFOUND HOST, connect to host HOST port 22" },
		{ "ACL SETUSER alice on >x", "QUERY" },
		/* access logs */
		{ "10.0.0.5 - alice [22/Nov/2026:08:00:00 +0000] \"GET /payroll?id=7 HTTP/1.1\" 200 5; alice",
		  "ADDRESS - USER [22/Nov/2026:08:00:00 +0000] \"GET PATH HTTP/1.1\" 200 5; USER" },
		{ "::1 - al ice [22/Nov/2026:08:00:00 +0000] \"POST / HTTP/1.1\" 200 5",
		  "::1 - USER [22/Nov/2026:08:00:00 +0000] \"POST / HTTP/1.1\" 200 5" },
		{ "db7 - - [22/Nov/2026:08:00:00 +0000], 10.0.0.5 bob alice [22/Nov/2026:08:00:00 +0000]",
		  "HOST - - [22/Nov/2026:08:00:00 +0000], ADDRESS USER USER [22/Nov/2026:08:00:00 +0000]" },
		/* repositories, and paths behind machines */
		{ "git@host:acme/secret-repo", "USER@HOST:PATH" },
		{ "cloning git@git.acme.com:acme/x.git failed", "cloning USER@HOST:PATH failed" },
		{ "git.acme.com:acme/x.git", "HOST:PATH" },
		{ "alice@db7:5432/payroll, alice@db7:22, alice@db7:x", "USER@HOST:5432/PATH, USER@HOST:22, USER@HOST:PATH" },
		{ "localhost:5432/payroll, 10.0.0.5/payroll, 127.0.0.1:80/x",
		  "localhost:5432/PATH, ADDRESS/PATH, 127.0.0.1:80/PATH" },
		{ "nas7:/export/acme, ip-10-0-0-5 is down", "HOST:/PATH, HOST is down" },
		{ "nfs nas:/export/acme is gone, nas; nfs: server filer not responding, still trying",
		  "nfs HOST:/PATH is gone, HOST; nfs: server HOST not responding, still trying" },
		{ "container payments exited, container acme is not running: payments",
		  "container NAME exited, container NAME is not running: NAME" },
		{ "quota of tenant acme, tenant beta not found, tenant gamma",
		  "quota of tenant NAME, tenant NAME not found, tenant NAME" },
		{ "pod/payments-7d9c6b8f5d-x2x4z, prod/payments-7d9c6b8f5d-x2x4z", "NAME, NAME" },
		/* connections without a scheme */
		{ "user:pw@tcp(db7:3306)/payroll", "USER:***@tcp(HOST:3306)/PATH" },
		{ "u:p@s(s@tcp([2001:db8::1]:3306)/payroll?x=y", "USER:***@tcp(HOST:3306)/PATH" },
		{ "alice@unix(/run/acme/x.sock)/payroll of alice", "USER@unix(PATH)/PATH of USER" },
		{ "tcp(localhost:3306)/payroll", "tcp(localhost:3306)/PATH" },
		{ "scott/tiger@db7:1521/payroll, scott/tiger@//db7/payroll", "USER/***@HOST:1521/PATH, USER/***@//HOST/PATH" },
		{ "AccountName=acme;AccountKey=abcdef==; session_id=a1", "AccountName=NAME;AccountKey=***; session_id=***" },
		/* subjects of certificates, names in a directory */
		{ "CN=Alice Smith,O=Acme Corp,C=DE", "CN=NAME,O=NAME,C=DE" },
		{ "C = US, ST = CA, O = \"Acme, Inc.\", OU = Pay Roll, CN = alice smith",
		  "C = US, ST = NAME, O = \"NAME\", OU = NAME, CN = NAME" },
		{ "issuer=/C=US/O=Acme Corp/CN=Acme Root CA", "issuer=/C=US/O=NAME/CN=NAME" },
		{ "subject \"/O=Acme/CN=db7/emailAddress=a@acme.com\" does not match",
		  "subject \"/O=NAME/CN=NAME/emailAddress=EMAIL\" does not match" },
		{ "uid=alice,ou=people,dc=acme,dc=corp", "uid=USER,ou=NAME,dc=NAME,dc=NAME" },
		{ "CN=db7 is not trusted by db7", "CN=NAME is not trusted by NAME" },
		{ "O=Acme", "O=NAME" },
		{ "O=a,OU=b,L=c,ST=d,CN=e,DC=f,DC=g,DC=h,DC=i,DC=j",
		  "O=NAME,OU=NAME,L=NAME,ST=NAME,CN=NAME,DC=NAME,DC=NAME,DC=NAME" },
		/* cut short */
		{ "role \"zel", "role \"USER" },
		{ "role \"zel x=y", "role \"USER" },
		{ "cannot open '/srv/acme/pay ro", "cannot open 'PATH" },
		{ "postgres://bob:hunt", "postgres://HOST:***" },
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
		"user: 12.5 s, host: 2 CPUs, db: 0, user 3 of 7, role: leader, it\342\200\231s 3\302\240MiB \342\200\223 or "
		"\302\2615\302\240%",
		"1.2.3.4-1, 19.3.0.0.0, 4.18.0.2_el8 and 120.0.6099.109",
		"session-5.scope user-1000.slice libfoo-0.3.so.1.2.3.4 gcc-12_12.2.0-14 x-1795140000000000000",
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
		"table of 7 rows, the table does not exist, could not open relation with OID 16384, index scans: 1",
		"the container has exited, container 7 exited, a tenant is a user, nfs: mounted, the tenant failed",
		"depends on the load, owner of the lock, type of it, relation 16384 of database 5, operator does not exist: =",
		"uid=1000, S=5 and L = 3, E=7, x - y [22 of 7], 127.0.0.1 - - [22/Nov/2026:08:00:00 +0000]",
		"could not connect to server: Connection refused, UID:1000, failed to connect to localhost port 443",
		"Failed on request of size 32 in memory context \"ExprContext\", memory context \"SPI Proc\".",
		"postgres: checkpointer, tcp(7), a/b@3, HOST/PATH, and/or@2",
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
	s = redact_text(&r, "alice_db of db_alice, alices_db");
	assert_string_equal(s, "USER_db of db_USER, alices_db");
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

/* A table may be called as a word of ours: it goes where it is a table, and the verdict's sentence stays. */
static void words_of_ours_stay(void **state)
{
	struct redactor r = { 0 };
	char *s;

	(void)state;
	s = redact_text(&r, "no such table: memory, permission denied for table pid; memory of pid 7 grows");
	assert_string_equal(s, "no such table: NAME, permission denied for table NAME; memory of pid 7 grows");
	free(s);
	redactor_release(&r);
}

/* Of the name of a machine with its domain the name alone is known too; of an address no number. */
static void a_host_is_known_without_its_domain(void **state)
{
	struct redactor r = { 0 };
	char *s;

	(void)state;
	redact_know(&r, REDACT_HOST, "kronos.corp.example");
	redact_know(&r, REDACT_HOST, "nginx.corp.example");
	redact_know(&r, REDACT_HOST, "100.64.0.1");
	s = redact_text(&r, "Kronos is down, kronos.corp.example:80 of kronos, kronoss; nginx 100");
	assert_string_equal(s, "HOST is down, HOST:80 of HOST, kronoss; nginx 100");
	free(s);
	redactor_release(&r);
}

/* Names that are words of the sentences below: where these have no name they are the same to the letter. */
static const char *const words[] = { "load", "per",   "contexts", "hour",   "end", "below",
				     "heap", "class", "constant", "mostly", "died" };

static void a_sentence_of_ours_stays(void **state)
{
	static const struct {
		const char *in, *out; /* NULL: as it is */
	} cases[] = {
		{ "anonymous memory grows by +3.10 MiB/h (95%: +2.7 MiB/h to +3.5 MiB/h), 74 MiB in all, and still does at the "
		  "end; the "
		  "load was constant, so growth per hour and per operation cannot be told apart; mostly in mappings of class "
		  "heap",
		  NULL },
		{ "it fell; mostly in mappings of class heap; of the growth of one process 93 % is in PostgreSQL's memory "
		  "contexts, "
		  "most of it in context x_load below Top",
		  NULL },
		{ "grows; mostly in heap [heap] of backend", NULL },
		{ "grows; mostly in file-data /srv/a b/x.so of load; it grows with the load",
		  "grows; mostly in file-data PATH of NAME; it grows with the load" },
		{ "in PostgreSQL's memory contexts, most of it in context load below Top",
		  "in PostgreSQL's memory contexts, most of it in context NAME below Top" },
		{ "in memory contexts, most of it in contexts load and Cached below Top; per load",
		  "in memory contexts, most of it in contexts NAME and Cached below Top; per load" },
		{ "per load; mostly in file-data /srv/a b/x.s", "per load; mostly in file-data PATH of NAME" }, /* cut short */
		{ "per load; mostly in heap [hea", NULL },
		{ "per load; mostly in file-text of load",
		  "per load; mostly in file-text of NAME" }, /* of no part that is there */
		{ "the load was constant; read /home/alice/x per hour", "the load was constant; read PATH per hour" },
		{ "phase load: 7 operations failed per load", "phase NAME: 7 operations failed per load" },
		{ "begin load (round 2)", "begin NAME (round 2)" },
		{ "97 % of them are of kind class", NULL },
		{ "", NULL },
	};
	static const char *const parts[][2] = { { "class", "heap" },
						{ "mapping", "heap [heap] of backend" },
						{ "mapping", "file-data /srv/a b/x.so of load" },
						{ "context", "Top/load" },
						{ "context", "Top/Cached" },
						{ "context", "Top/x_load" },
						{ "fd-kind", "class" } };
	struct redactor r = { 0 };
	struct redact_names names = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		redact_know(&r, REDACT_NAME, words[i]);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		redact_part_add(&r, &names, parts[i][0], parts[i][1]);
	redact_name_add(&r, &names, "load");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char *s = redact_sentence(&r, &names, cases[i].in);

		assert_non_null(s);
		assert_string_equal(s, cases[i].out ? cases[i].out : cases[i].in);
		free(s);
	}
	assert_false(r.failed);
	redact_names_release(&names);
	redactor_release(&r);
}

/* What the report looks for in events, and what a server has said beside it. */
static void events_of_ours_stay(void **state)
{
	static const struct evidence_event events[] = {
		{ .kind = "error", .detail = "no such table: died, no such table: target, died again" },
		{ .kind = "stopping", .detail = "the target died" },
		{ .kind = "target-exit", .detail = "died 4711 has exited with status 3 of died" },
		{ .kind = "phase", .detail = "end died, cut off: the target died" },
	};
	static struct verdict v;
	struct evidence_file f = { .path = strdup("x"), .n_events = sizeof(events) / sizeof(*events) };
	struct redactor r = { 0 };
	struct sk_err err = { 0 };

	(void)state;
	f.event = malloc(sizeof(events));
	assert_non_null(f.event);
	memcpy(f.event, events, sizeof(events));
	snprintf(v.main.why, sizeof(v.main.why), "the target died");
	assert_int_equal(redact_evidence(&r, &f, &v, &err), SK_OK);
	assert_string_equal(f.event[0].detail, "no such table: NAME, no such table: NAME, NAME again");
	assert_string_equal(f.event[1].detail, "the target died");
	assert_string_equal(f.event[2].detail, "NAME 4711 has exited with status 3 of died");
	assert_string_equal(f.event[3].detail, "end NAME, cut off: the NAME NAME");
	assert_string_equal(v.main.why, "the target died");
	redactor_release(&r);
	evidence_release(&f);
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
	snprintf(v.main.why, sizeof(v.main.why), "It grows by +3 MiB/h; mostly in file-data /home/alice/x.so of worker");
	assert_int_equal(redact_evidence(&r, &f, &v, &err), SK_OK);
	all = json_dumps(f.run, JSON_COMPACT);
	assert_null(strstr(all, "acme"));
	assert_null(strstr(all, "alice"));
	assert_null(strstr(all, "payroll"));
	assert_null(strstr(all, "build7"));
	assert_string_equal(f.latency.name, "operation 1");
	assert_non_null(strstr(all, "\"operations\":[{\"kind\":\"insert\"},{\"kind\":\"operation 1\"}]"));
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
	assert_string_equal(v.main.why, "It grows by +3 MiB/h; mostly in file-data PATH of worker");
	assert_non_null(strstr(f.redacted, "1 host name, 1 e-mail address, 1 user name"));
	free(all);
	free(command);
	redactor_release(&r);
	evidence_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_of_yours_survives),
					    cmocka_unit_test(what_helps_stays),
					    cmocka_unit_test(names_are_remembered_and_counted),
					    cmocka_unit_test(a_host_is_known_without_its_domain),
					    cmocka_unit_test(words_of_ours_stay),
					    cmocka_unit_test(a_sentence_of_ours_stays),
					    cmocka_unit_test(events_of_ours_stay),
					    cmocka_unit_test(a_whole_run) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
