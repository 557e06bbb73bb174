/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a postmaster listens: the text of postmaster.pid, and the way to it through /proc. */
#include "tests/soakd/fake_proc.h"

#define HEAD "4711\n/data\n1795000000\n5433\n"

static void parses(const char *text, const char *host)
{
	struct postmaster_info info = { .datadir = "/data" };
	struct sk_err err = { 0 };
	pid_t pid;

	if (postmaster_parse(text, &info, &pid, &err) != SK_OK)
		fail_msg("%s", err.msg);
	assert_int_equal(pid, 4711);
	assert_string_equal(info.port, "5433");
	assert_string_equal(info.host, host);
}

static void refused(const char *text, const char *words)
{
	struct postmaster_info info = { .datadir = "/data" };
	struct sk_err err = { 0 };
	pid_t pid;

	assert_int_equal(postmaster_parse(text, &info, &pid, &err), SK_EPARSE);
	if (!strstr(err.msg, words))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, words);
}

static void lines(void **state)
{
	char text[600] = HEAD;

	(void)state;
	parses(HEAD "/var/run/postgresql\nlocalhost\n  5432001 65536\nready   \n", "/var/run/postgresql");
	parses(HEAD "/tmp", "/tmp"); /* the last line may be unfinished */
	parses(HEAD "\nlocalhost\n", "localhost");
	parses(HEAD "\n*\n", "127.0.0.1");
	parses(HEAD "\n0.0.0.0\n", "127.0.0.1");
	parses(HEAD "\n::\n", "::1");
	parses(HEAD "\n10.0.0.5\n", "10.0.0.5");
	parses(HEAD "@abstract\n", "@abstract");
	parses(HEAD "sock\n", "/data/sock");
	parses("4711\r\n/data\r\n1\r\n5433\r\n/tmp\r\n", "/tmp");
	refused("", "still starting");
	refused("4711\n/data\n", "still starting");
	refused("x\n/data\n1\n5433\n/tmp\n", "no process id");
	refused("-4711\n/data\n1\n5433\n/tmp\n", "no process id");
	refused("4711\n/data\n1\n0\n/tmp\n", "no port");
	refused("4711\n/data\n1\n70000\n/tmp\n", "no port");
	refused("4711\n/data\n1\n54x\n/tmp\n", "no port");
	refused(HEAD "\n\n", "neither");
	refused(HEAD "\n", "neither");
	memset(text + strlen(HEAD), '/', 300);
	refused(text, "neither"); /* no path of ours is cut */
}

static void begin(struct fake *f, struct target *t, const char *pidfile)
{
	char data[100];

	fake_open(f);
	fake_add(f, 100, 1, 50, "postgres", "postgres|-D|x");
	fake_add(f, 101, 100, 51, "postgres", "postgres: checkpointer");
	fake_sync(f);
	snprintf(data, sizeof(data), "%s", fake_path(f, "data"));
	assert_int_equal(mkdir(data, 0755), 0);
	if (pidfile)
		fake_write(fake_path(f, "data/postmaster.pid"), pidfile);
	assert_int_equal(symlink(data, fake_path(f, "proc/100/cwd")), 0);
	fake_target(f, t, "postgres");
	assert_int_equal(target_find(t, NULL), SK_OK);
}

static void end(struct fake *f, struct target *t)
{
	target_release(t);
	fake_close(f);
}

static void through_proc(void **state)
{
	struct postmaster_info info;
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t, "100\n/whatever\n1\n5432\nrun\nlocalhost\n");
	assert_int_equal(target_postmaster(&t, &info, NULL), SK_OK);
	assert_string_equal(info.datadir, fake_path(&f, "data"));
	assert_string_equal(info.host, fake_path(&f, "data/run"));
	assert_string_equal(info.port, "5432");
	assert_int_equal(info.uid, 26); /* the effective one */
	assert_int_equal(info.gid, 27);
	end(&f, &t);
}

/* In a container the file has the number of the inner name space. */
static void inner_number(void **state)
{
	struct postmaster_info info;
	struct sk_err err = { 0 };
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t, "7\n/d\n1\n5432\n/run\n");
	assert_int_equal(target_postmaster(&t, &info, &err), SK_ENOTFOUND);
	assert_non_null(strstr(err.msg, "names process 7, not the watched postmaster 100"));
	fake_write(fake_path(&f, "proc/100/status"), "Name:\tpostgres\nUid:\t1\t1\t1\t1\nGid:\t1\t1\t1\t1\nNSpid:\t100\t7\n");
	assert_int_equal(target_postmaster(&t, &info, NULL), SK_OK);
	assert_string_equal(info.host, "/run");
	end(&f, &t);
}

static void no_postmaster(void **state)
{
	struct postmaster_info info = { .port = "untouched" };
	struct sk_err err = { 0 };
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t, NULL);
	assert_int_equal(target_postmaster(&t, &info, &err), SK_ENOTFOUND);
	assert_non_null(strstr(err.msg, "postmaster.pid"));
	assert_string_equal(info.port, "untouched");
	end(&f, &t);

	fake_open(&f);
	fake_add(&f, 100, 1, 50, "srv", NULL);
	fake_sync(&f);
	fake_target(&f, &t, "srv");
	assert_int_equal(target_find(&t, NULL), SK_OK);
	assert_int_equal(target_postmaster(&t, &info, &err), SK_ENOTFOUND);
	assert_non_null(strstr(err.msg, "no PostgreSQL server"));
	end(&f, &t);
}

static void unreadable(void **state)
{
	struct postmaster_info info;
	struct sk_err err = { 0 };
	bool root = geteuid() == 0;
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t, "100\n/d\n1\n5432\n/run\n");
	assert_int_equal(chmod(f.dir, 0755), 0);
	assert_int_equal(chmod(fake_path(&f, "data"), 0), 0);
	if (root)
		assert_int_equal(seteuid(65534), 0);
	enum sk_code rc = target_postmaster(&t, &info, &err);

	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(rc, SK_EPERM);
	assert_non_null(strstr(err.msg, "run soakd as root or as "));
	chmod(fake_path(&f, "data"), 0755);
	end(&f, &t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines),	 cmocka_unit_test(through_proc), cmocka_unit_test(inner_number),
		cmocka_unit_test(no_postmaster), cmocka_unit_test(unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
