/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Following a tree from row to row: who joins, who stays, who leaves, and what is told of it. */
#include <malloc.h>

#include "tests/soakd/fake_proc.h"

static void begin(struct fake *f, struct target *t)
{
	fake_open(f);
	fake_add(f, 100, 1, 50, "srv", "/opt/srv");
	fake_add(f, 101, 100, 51, "srv", NULL);
	fake_sync(f);
	fake_target(f, t, "srv");
	assert_int_equal(target_find(t, NULL), SK_OK);
	assert_string_equal(fake_tree(f, t), "100*:srv 101:srv");
}

static void end(struct fake *f, struct target *t)
{
	target_release(t);
	target_release(t); /* may be repeated */
	fake_close(f);
}

static void children_come_and_go(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t);
	fake_add(&f, 102, 101, 60, "wrk", NULL);
	fake_add(&f, 103, 102, 60, "wrk", NULL); /* a grandchild in the same row */
	fake_refresh(&f, &t, 10, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:srv 101:srv 102:wrk 103:wrk");
	assert_string_equal(f.events, "process-new wrk 102\nprocess-new wrk 103\n");
	assert_true(t.proc[2].born);
	assert_double_equal(t.proc[2].first_s, 10, 0);
	assert_false(t.proc[1].born);

	fake_kill(&f, 101);
	fake_find(&f, 102)->ppid = 1; /* its parent has died: it belongs to init now, and to us still */
	fake_refresh(&f, &t, 20, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:srv 102:wrk 103:wrk");
	assert_string_equal(f.events, "process-gone srv 101\n");
	assert_int_equal(t.proc[1].ppid, 1);

	fake_add(&f, 104, 102, 70, "wrk", NULL); /* and its children are */
	fake_kill(&f, 103);
	fake_refresh(&f, &t, 30, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:srv 102:wrk 104:wrk");
	assert_true(target_has_pid(&t, 104));
	assert_false(target_has_pid(&t, 103));
	end(&f, &t);
}

/* The same number, another start time: another process. */
static void recycled_number(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t);
	fake_find(&f, 101)->start = 99;
	fake_refresh(&f, &t, 10, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:srv 101:srv");
	assert_int_equal(t.proc[1].starttime, 99);
	assert_true(t.proc[1].born);
	assert_string_equal(f.events, "process-gone srv 101\nprocess-new srv 101\n");

	*fake_find(&f, 101) =
		(struct fake_process){ .pid = 101, .ppid = 1, .start = 120, .comm = "vi" }; /* recycled by a stranger */
	fake_refresh(&f, &t, 20, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:srv");
	end(&f, &t);
}

static void children_of_threads(void **state)
{
	struct fake f;
	struct target t;
	struct fake_process *p;

	(void)state;
	begin(&f, &t);
	fake_find(&f, 100)->threads = 3; /* 100, 101 and 102 are thread ids here; process numbers must not collide */
	fake_find(&f, 101)->pid = 201;
	fake_rm(fake_path(&f, "proc/101"));
	p = fake_add(&f, 202, 100, 60, "wrk", NULL);
	p->parent_tid = 102;
	fake_refresh(&f, &t, 10, SK_OK);
	assert_int_equal(t.n, 3); /* in the order of a directory, which is the file system's */
	assert_true(target_has_pid(&t, 201) && target_has_pid(&t, 202));
	assert_int_equal(t.proc[0].threads, 3);
	end(&f, &t);
}

/* Kernels without CONFIG_PROC_CHILDREN: every process's ppid is read, and a parent may have the higher number. */
static void without_children_files(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	fake_open(&f);
	f.no_children = true;
	fake_add(&f, 100, 1, 50, "srv", NULL)->threads = 2;
	fake_add(&f, 90, 300, 52, "wrk", NULL);
	fake_add(&f, 300, 100, 51, "wrk", NULL);
	fake_add(&f, 400, 1, 51, "stranger", NULL);
	fake_sync(&f);
	fake_target(&f, &t, "pid:100");
	assert_int_equal(target_find(&t, NULL), SK_OK);
	assert_int_equal(t.n, 3);
	assert_true(target_has_pid(&t, 90));
	assert_false(target_has_pid(&t, 400));
	fake_add(&f, 91, 90, 60, "wrk", NULL);
	fake_kill(&f, 300);
	fake_find(&f, 90)->ppid = 1;
	fake_refresh(&f, &t, 10, SK_OK);
	assert_int_equal(t.n, 3);
	assert_true(target_has_pid(&t, 90) && target_has_pid(&t, 91) && !target_has_pid(&t, 300));
	end(&f, &t);
}

static void hostile_names(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t);
	fake_add(&f, 102, 101, 60, "x) S 1 (y", NULL);
	fake_add(&f, 103, 101, 61, "a\nb\x1b\xc3", NULL);
	fake_refresh(&f, &t, 10, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:srv 101:srv 102:x) S 1 (y 103:a?b??");
	assert_int_equal(t.proc[2].ppid, 101);
	end(&f, &t);
}

static void zombies(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t);
	fake_find(&f, 101)->state = 'Z';
	fake_add(&f, 102, 100, 60, "wrk", NULL)->state = 'Z'; /* never seen alive, and never reaped: it stays visible */
	fake_refresh(&f, &t, 10, SK_OK);
	assert_int_equal(t.n, 3);
	assert_true(t.proc[1].zombie && t.proc[2].zombie && !t.proc[0].zombie);
	fake_find(&f, 100)->state = 'Z'; /* its first thread has ended, two others run */
	fake_find(&f, 100)->threads = 3;
	fake_refresh(&f, &t, 20, SK_OK);
	assert_int_equal(t.state, TARGET_ALIVE);
	assert_false(t.proc[0].zombie);
	fake_find(&f, 100)->threads = 0;
	fake_refresh(&f, &t, 30, SK_EGONE); /* a root that has exited is gone, reaped or not */
	assert_int_equal(t.state, TARGET_AWAY);
	end(&f, &t);
}

/* A backend between fork and its title is asked again until it has one; a title that is there is not read again. */
static void roles_settle(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	fake_open(&f);
	fake_add(&f, 100, 1, 50, "postgres", "/usr/bin/postgres|-D|/d");
	fake_add(&f, 101, 100, 51, "postgres", "/usr/bin/postgres|-D|/d");
	fake_sync(&f);
	fake_target(&f, &t, "pid:100");
	assert_int_equal(target_find(&t, NULL), SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:postmaster 101:starting");
	fake_find(&f, 101)->cmdline = "postgres: ";
	fake_refresh(&f, &t, 9, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:postmaster 101:starting");
	assert_string_equal(f.events, ""); /* it was found with the server: it is not new */
	fake_find(&f, 101)->cmdline = "postgres: joe db [local] idle";
	fake_refresh(&f, &t, 10, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:postmaster 101:backend");
	fake_find(&f, 101)->cmdline = "postgres: checkpointer";
	fake_refresh(&f, &t, 20, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:postmaster 101:backend");
	fake_find(&f, 101)->comm = "archive.sh"; /* exec: another program in the same process */
	fake_refresh(&f, &t, 30, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:postmaster 101:archive.sh");
	fake_add(&f, 102, 100, 5000, "postgres", "/usr/bin/postgres|-D|/d");
	fake_refresh(&f, &t, 40, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:postmaster 101:archive.sh 102:starting");
	fake_refresh(&f, &t, 51, SK_OK); /* it never gets one: what it is called is all there is */
	assert_string_equal(fake_tree(&f, &t), "100*:postmaster 101:archive.sh 102:postgres");
	end(&f, &t);
}

/* Between fork and its own title a child has its parent's: no second master, and no second archiver. */
static void starting(void **state)
{
	static const char master[] = "nginx: master process /usr/sbin/nginx -g daemon on;";
	struct fake f;
	struct target t;

	(void)state;
	fake_open(&f);
	fake_add(&f, 500, 1, 100, "nginx", master);
	fake_target(&f, &t, "nginx");
	fake_sync(&f);
	assert_int_equal(target_find(&t, NULL), SK_OK);
	fake_add(&f, 501, 500, 200, "nginx", master);
	fake_add(&f, 502, 500, 200, "nginx", "nginx: worker process");
	fake_add(&f, 503, 500, 200, "nginx", master);
	fake_refresh(&f, &t, 10, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "500*:master 501:starting 502:worker 503:starting");
	assert_string_equal(f.events, "process-new worker 502\n"); /* of the others when there is more to say */
	fake_find(&f, 501)->cmdline = "nginx: cache loader process";
	fake_kill(&f, 503);
	fake_refresh(&f, &t, 11, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "500*:master 501:cache loader 502:worker");
	assert_string_equal(f.events, "process-new starting 503\nprocess-gone starting 503\nprocess-new cache loader 501\n");
	fake_add(&f, 504, 500, 300, "nginx", master); /* a binary that is exchanged: it stays a master */
	fake_refresh(&f, &t, 20, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "500*:master 501:cache loader 502:worker 504:starting");
	fake_refresh(&f, &t, 21, SK_OK);
	assert_string_equal(f.events, "process-new starting 504\n"); /* the next row tells in any case */
	fake_refresh(&f, &t, 30, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "500*:master 501:cache loader 502:worker 504:master");
	end(&f, &t);
}

/* A shell that starts a server is the root, and the server still has its roles. */
static void server_below_a_shell(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	fake_open(&f);
	fake_add(&f, 90, 1, 49, "sh", "sh|-c|postgres; true");
	fake_add(&f, 100, 90, 50, "postgres", "postgres|-D|/d");
	fake_add(&f, 101, 100, 51, "postgres", "postgres: walwriter");
	fake_sync(&f);
	fake_target(&f, &t, "pid:90");
	assert_int_equal(target_find(&t, NULL), SK_OK);
	assert_string_equal(fake_tree(&f, &t), "90*:sh 100:postmaster 101:walwriter");
	end(&f, &t);
}

/* nginx: the new workers come before the old ones know, two generations may retire at a time, and each reload is told once. */
static void workers_retire(void **state)
{
	static const char worker[] = "nginx: worker process", old[] = "nginx: worker process is shutting down";
	uint64_t second = (uint64_t)sysconf(_SC_CLK_TCK);
	struct fake f;
	struct target t;

	(void)state;
	fake_open(&f);
	fake_add(&f, 500, 1, 100, "nginx", "nginx: master process nginx");
	fake_add(&f, 501, 500, 110, "nginx", worker);
	fake_add(&f, 502, 500, 111, "nginx", worker);
	fake_target(&f, &t, "nginx");
	fake_sync(&f);
	assert_int_equal(target_find(&t, NULL), SK_OK);
	assert_string_equal(fake_tree(&f, &t), "500*:master 501:worker 502:worker");
	fake_add(&f, 503, 500, 110 + 60 * second, "nginx", worker);
	fake_find(&f, 501)->cmdline = old;
	fake_refresh(&f, &t, 10, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "500*:master 501:worker (shutting down) 502:worker 503:worker");
	assert_string_equal(f.events, "target-reload worker (shutting down) 501: generation 2 of the workers takes over\n"
				      "process-new worker 503\n");
	fake_find(&f, 502)->cmdline = old; /* the other one of the same generation */
	fake_refresh(&f, &t, 20, SK_OK);
	assert_string_equal(f.events, "");
	fake_find(&f, 503)->cmdline = old;
	fake_kill(&f, 501);
	fake_refresh(&f, &t, 30, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "500*:master 502:worker (shutting down) 503:worker (shutting down)");
	assert_non_null(strstr(f.events, "target-reload worker (shutting down) 503: generation 3 of the workers takes over\n"));
	assert_int_equal(t.reloads, 2);
	end(&f, &t);
}

/* The server keeps its command's name; who saves for it is known by the title that it takes after the fork. */
static void redis_saves(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	fake_open(&f);
	fake_add(&f, 600, 1, 100, "redis-server", "redis-server *:6379");
	fake_target(&f, &t, "redis");
	fake_sync(&f);
	assert_int_equal(target_find(&t, NULL), SK_OK);
	fake_add(&f, 601, 600, 200, "redis-server", "redis-server *:6379");
	fake_refresh(&f, &t, 10, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "600*:redis-server 601:starting");
	fake_find(&f, 601)->cmdline = "redis-rdb-bgsave *:6379";
	fake_refresh(&f, &t, 20, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "600*:redis-server 601:rdb-save");
	end(&f, &t);
}

static void load_is_marked(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	fake_open(&f);
	fake_add(&f, 100, 1, 50, "postgres", "postgres|-D|/d");
	fake_add(&f, 101, 100, 51, "postgres", "postgres: a b [local] idle");
	fake_sync(&f);
	fake_target(&f, &t, "postgres");
	assert_int_equal(target_find(&t, NULL), SK_OK);
	target_mark_load(&t, 101);
	target_mark_load(&t, 102); /* will appear */
	target_mark_load(&t, 102);
	assert_string_equal(fake_tree(&f, &t), "100*:postmaster 101:backend (soakd)");
	fake_add(&f, 102, 100, 60, "postgres", "postgres|-D|/d");
	fake_refresh(&f, &t, 10, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:postmaster 101:backend (soakd) 102:backend (soakd)");
	assert_true(t.proc[2].load);
	fake_find(&f, 102)->start = 70; /* the number again, for somebody else's backend */
	fake_find(&f, 102)->cmdline = "postgres: a b [local] idle";
	fake_refresh(&f, &t, 20, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:postmaster 101:backend (soakd) 102:backend");
	end(&f, &t);
}

static void never_itself(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t);
	fake_add(&f, FAKE_SELF, 101, 60, "soakd", NULL);
	fake_add(&f, 1000, FAKE_SELF, 60, "soakd-drive", NULL);
	fake_refresh(&f, &t, 10, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:srv 101:srv");
	end(&f, &t);
}

/* A storm of processes is one line. */
static void many_at_once(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t);
	for (pid_t pid = 200; pid < 220; pid++)
		fake_add(&f, pid, 100, 60, "wrk", NULL);
	fake_refresh(&f, &t, 10, SK_OK);
	assert_int_equal(t.n, 22);
	assert_string_equal(f.events, "process-new 20 processes are new\n");
	for (pid_t pid = 200; pid < 219; pid++)
		fake_kill(&f, pid);
	fake_refresh(&f, &t, 20, SK_OK);
	assert_int_equal(t.n, 3);
	assert_non_null(strstr(f.events, "process-gone wrk 200\n"));
	assert_non_null(strstr(f.events, "process-gone wrk 218\n"));
	end(&f, &t);
}

/* A leak detector that grows is not believed. */
static void no_growth(void **state)
{
	struct fake f;
	struct target t;
	struct mallinfo2 before, after;

	(void)state;
	begin(&f, &t);
	fake_find(&f, 100)->threads = 4;
	fake_find(&f, 101)->pid = 301;
	fake_rm(fake_path(&f, "proc/101"));
	for (pid_t pid = 310; pid < 330; pid++)
		fake_add(&f, pid, 301, 60, "wrk", NULL);
	for (int i = 0; i < 3; i++)
		fake_refresh(&f, &t, 10 + i, SK_OK);
	assert_int_equal(t.n, 22);
	size_t cap = t.cap, seen = t.priv->seen.cap, buf = f.fs.cap;

	before = mallinfo2();
	for (int i = 0; i < 1000; i++)
		assert_int_equal(target_refresh(&t, 20 + i, NULL), SK_OK);
	after = mallinfo2();
	assert_int_equal(after.uordblks, before.uordblks);
	assert_int_equal(after.arena + after.hblkhd, before.arena + before.hblkhd);
	assert_int_equal(t.cap, cap);
	assert_int_equal(t.priv->seen.cap, seen);
	assert_int_equal(f.fs.cap, buf);
	assert_int_equal(t.n, 22);
	end(&f, &t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(children_come_and_go),
		cmocka_unit_test(recycled_number),
		cmocka_unit_test(children_of_threads),
		cmocka_unit_test(without_children_files),
		cmocka_unit_test(hostile_names),
		cmocka_unit_test(zombies),
		cmocka_unit_test(roles_settle),
		cmocka_unit_test(starting),
		cmocka_unit_test(server_below_a_shell),
		cmocka_unit_test(workers_retire),
		cmocka_unit_test(redis_saves),
		cmocka_unit_test(load_is_marked),
		cmocka_unit_test(never_itself),
		cmocka_unit_test(many_at_once),
		cmocka_unit_test(no_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
