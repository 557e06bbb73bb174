/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A root that exits: back at once, back later, never back, not able to come back, gone into the background. */
#include "tests/soakd/fake_proc.h"

#include "soakd/kin.h"

static void begin(struct fake *f, struct target *t, const char *spec)
{
	fake_open(f);
	fake_add(f, 100, 1, 50, "srv", NULL);
	fake_add(f, 101, 100, 51, "srv", NULL);
	fake_sync(f);
	fake_target(f, t, spec);
	if (t->spec.how == TARGET_OWN)
		assert_int_equal(target_adopt(t, 100, NULL), SK_OK);
	else
		assert_int_equal(target_find(t, NULL), SK_OK);
}

static void end(struct fake *f, struct target *t)
{
	target_release(t);
	fake_close(f);
}

/* Between two rows: exit and start are one refresh, and one segment ends with it. */
static void back_at_once(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t, "srv");
	fake_kill(&f, 100);
	fake_kill(&f, 101);
	fake_add(&f, 200, 1, 90, "srv", NULL);
	fake_add(&f, 201, 200, 91, "wrk", NULL);
	fake_refresh(&f, &t, 60, SK_OK);
	assert_int_equal(t.state, TARGET_ALIVE);
	assert_int_equal(t.restarts, 1);
	assert_string_equal(fake_tree(&f, &t), "200*:srv 201:wrk");
	assert_string_equal(f.events, "target-exit srv 100 has exited\nrestart srv 100 -> 200\n");
	assert_true(t.proc[0].born);
	end(&f, &t);
}

/* The number may even be the same. */
static void same_number(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t, "srv");
	fake_find(&f, 100)->start = 90;
	fake_kill(&f, 101);
	fake_refresh(&f, &t, 60, SK_OK);
	assert_int_equal(t.restarts, 1);
	assert_int_equal(t.proc[0].starttime, 90);
	assert_string_equal(f.events, "target-exit srv 100 has exited\nrestart srv 100 -> 100\n");
	end(&f, &t);
}

static void back_later(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t, "srv");
	fake_kill(&f, 100);
	fake_kill(&f, 101);
	fake_refresh(&f, &t, 60, SK_EGONE);
	assert_int_equal(t.state, TARGET_AWAY);
	assert_double_equal(t.away_since_s, 60, 0);
	assert_int_equal(t.n, 0);
	assert_int_equal(target_root_pidfd(&t), -1);
	assert_string_equal(f.events, "target-exit srv 100 has exited\n");
	fake_refresh(&f, &t, 70, SK_EGONE);
	assert_string_equal(f.events, "");
	fake_add(&f, 200, 1, 90, "srv", NULL);
	fake_refresh(&f, &t, 80, SK_OK);
	assert_string_equal(f.events, "restart srv 100 -> 200\n");
	assert_int_equal(t.restarts, 1);
	fake_kill(&f, 200); /* and the wait begins anew */
	fake_refresh(&f, &t, 89, SK_EGONE);
	fake_refresh(&f, &t, 118.9, SK_EGONE);
	assert_int_equal(t.state, TARGET_AWAY);
	end(&f, &t);
}

static void never_back(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t, "srv");
	fake_kill(&f, 100);
	fake_kill(&f, 101);
	fake_refresh(&f, &t, 60, SK_EGONE);
	fake_refresh(&f, &t, 89.9, SK_EGONE);
	assert_int_equal(t.state, TARGET_AWAY);
	fake_refresh(&f, &t, 90, SK_EGONE);
	assert_int_equal(t.state, TARGET_DEAD);
	assert_string_equal(f.events, "target-exit srv did not come back in 30 s\n");
	fake_add(&f, 200, 1, 90, "srv", NULL);
	fake_refresh(&f, &t, 91, SK_EGONE); /* the dead stay dead */
	assert_int_equal(t.n, 0);
	end(&f, &t);
}

/* Children that outlive their root are not its successor, alone or beside it. */
static void orphans(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t, "srv");
	fake_kill(&f, 100);
	fake_find(&f, 101)->ppid = 1;
	fake_refresh(&f, &t, 60, SK_EGONE);
	assert_int_equal(t.state, TARGET_AWAY);
	assert_int_equal(t.n, 0);
	fake_add(&f, 200, 1, 90, "srv", NULL);
	fake_refresh(&f, &t, 61, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "200*:srv");
	end(&f, &t);
}

/* Two at once: which one it is, is not guessed. */
static void two_successors(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	begin(&f, &t, "srv");
	fake_kill(&f, 100);
	fake_kill(&f, 101);
	fake_add(&f, 200, 1, 90, "srv", NULL);
	fake_add(&f, 300, 1, 90, "srv", NULL);
	fake_refresh(&f, &t, 60, SK_EGONE);
	assert_int_equal(t.state, TARGET_AWAY);
	fake_kill(&f, 300);
	fake_refresh(&f, &t, 61, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "200*:srv");
	end(&f, &t);
}

static void cannot_come_back(void **state)
{
	static const char *const spec[] = { "pid:100", "leaky" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct fake f;
		struct target t;

		begin(&f, &t, spec[i]);
		fake_kill(&f, 100);
		fake_add(&f, 200, 1, 90, "srv", NULL);
		fake_refresh(&f, &t, 60, SK_EGONE);
		assert_int_equal(t.state, TARGET_DEAD);
		assert_int_equal(t.n, 0);
		assert_string_equal(f.events, "target-exit srv 100 has exited\n");
		end(&f, &t);
	}
}

static void by_pidfile(void **state)
{
	char spec[600], path[560];
	struct fake f;
	struct target t;

	(void)state;
	fake_open(&f);
	fake_add(&f, 100, 1, 50, "srv", NULL);
	fake_sync(&f);
	snprintf(path, sizeof(path), "%s", fake_path(&f, "a.pid"));
	snprintf(spec, sizeof(spec), "pidfile:%s", path);
	fake_write(path, "100\n");
	fake_target(&f, &t, spec);
	assert_int_equal(target_find(&t, NULL), SK_OK);
	fake_kill(&f, 100);
	fake_refresh(&f, &t, 10, SK_EGONE); /* the file is stale */
	assert_int_equal(t.state, TARGET_AWAY);
	assert_int_equal(remove(path), 0);
	fake_refresh(&f, &t, 11, SK_EGONE); /* or not there yet */
	fake_add(&f, 200, 1, 90, "other", NULL);
	fake_write(path, "200\n");
	fake_refresh(&f, &t, 12, SK_OK);
	assert_string_equal(f.events, "restart other 100 -> 200\n");
	end(&f, &t);
}

static struct target_spec launched_spec(void)
{
	struct target_spec spec;

	assert_int_equal(target_spec_launch("srv", &spec, NULL), SK_OK);
	return spec;
}

static struct kin kin; /* of launch() */

static void launch(struct fake *f, struct target *t)
{
	struct target_spec spec = launched_spec();

	fake_open(f);
	fake_add(f, FAKE_SELF, 1, 10, "soakd", NULL);
	fake_add(f, 90, FAKE_SELF, 20, "soakd-drive", NULL);
	fake_add(f, 100, FAKE_SELF, 50, "srv", NULL);
	fake_add(f, 101, 100, 51, "srv", NULL);
	fake_sync(f);
	assert_int_equal(target_init(t, &spec, &f->fs, NULL), SK_OK);
	kin = (struct kin){ .self = FAKE_SELF, .alone = true };
	t->kin = &kin;
	t->priv->self = FAKE_SELF;
	t->event = fake_event;
	t->event_ctx = f;
	assert_int_equal(target_find(t, NULL), SK_ENOTFOUND); /* nothing is looked for */
	assert_int_equal(target_adopt(t, 100, NULL), SK_OK);
	assert_string_equal(fake_tree(f, t), "100*:srv 101:srv");
}

/* A launched command that went into the background: its child goes on, whether we knew it or not. */
static void into_the_background(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	launch(&f, &t);
	fake_kill(&f, 100);
	fake_find(&f, 101)->ppid = FAKE_SELF; /* we are the reaper */
	t.exit_status = 0;                    /* as the loop has it */
	fake_refresh(&f, &t, 10, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "101*:srv");
	assert_int_equal(t.exit_status, -1);
	assert_string_equal(f.events,
			    "target-exit srv 100 has exited with status 0\nprocess-new srv 101 goes on as the target's root\n");

	fake_kill(&f, 101);
	fake_add(&f, 150, FAKE_SELF, 70, "srvd", NULL); /* forked and forked again between two rows */
	fake_add(&f, 151, 150, 71, "srvd", NULL);
	fake_refresh(&f, &t, 20, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "150*:srvd 151:srvd");
	assert_int_equal(t.restarts, 0);

	fake_kill(&f, 150);
	fake_kill(&f, 151);
	fake_refresh(&f, &t, 30, SK_EGONE); /* soakd-drive is no part of it */
	assert_int_equal(t.state, TARGET_DEAD);
	end(&f, &t);
}

/* What soakd had before, and what a hook may have left behind, is not the command's. */
static void no_strangers(void **state)
{
	struct identity bystander = { 95, FAKE_SELF, 5 };
	struct fake f;
	struct target t;

	(void)state;
	launch(&f, &t);
	kin.before = (struct identities){ &bystander, 1, 1 };
	fake_add(&f, 95, FAKE_SELF, 5, "sleep", NULL);
	fake_kill(&f, 100);
	fake_kill(&f, 101);
	fake_refresh(&f, &t, 10, SK_EGONE);
	assert_int_equal(t.state, TARGET_DEAD);
	end(&f, &t);
	launch(&f, &t);
	kin_mix(&kin);
	fake_add(&f, 96, FAKE_SELF, 60, "sleep", NULL);
	fake_kill(&f, 100);
	fake_kill(&f, 101);
	fake_refresh(&f, &t, 10, SK_EGONE);
	assert_int_equal(t.state, TARGET_DEAD);
	end(&f, &t);
}

static void exit_reasons(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	launch(&f, &t);
	fake_kill(&f, 100);
	fake_kill(&f, 101);
	t.exit_status = 3 << 8;
	fake_refresh(&f, &t, 10, SK_EGONE);
	assert_string_equal(f.events, "target-exit srv 100 has exited with status 3\n");
	end(&f, &t);
	launch(&f, &t);
	fake_kill(&f, 100);
	fake_kill(&f, 101);
	t.exit_status = 9;
	fake_refresh(&f, &t, 10, SK_EGONE);
	assert_string_equal(f.events, "target-exit srv 100 was killed by signal 9\n");
	end(&f, &t);
}

static void adopt_nobody(void **state)
{
	struct target_spec spec = launched_spec();
	struct fake f;
	struct target t;

	(void)state;
	fake_open(&f);
	assert_int_equal(target_init(&t, &spec, &f.fs, NULL), SK_OK);
	assert_null(spec.text); /* taken over */
	assert_int_equal(target_adopt(&t, 100, NULL), SK_ENOTFOUND);
	end(&f, &t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(back_at_once),     cmocka_unit_test(same_number),  cmocka_unit_test(back_later),
		cmocka_unit_test(never_back),       cmocka_unit_test(orphans),      cmocka_unit_test(two_successors),
		cmocka_unit_test(cannot_come_back), cmocka_unit_test(by_pidfile),   cmocka_unit_test(into_the_background),
		cmocka_unit_test(exit_reasons),     cmocka_unit_test(adopt_nobody), cmocka_unit_test(no_strangers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
