/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units and control groups in the three layouts of /sys/fs/cgroup, as trees of directories. */
#include <stdarg.h>

#include "tests/soakd/fake_proc.h"

/* Makes DIR/cg/PATH and all above it, each a group; procs goes into the last one. */
static void group(struct fake *f, const char *path, const char *procs)
{
	char part[256];

	mkdir(fake_path(f, "cg"), 0755);
	snprintf(part, sizeof(part), "%s", path);
	for (char *s = strchr(part, '/'); s; s = strchr(s + 1, '/')) {
		*s = '\0';
		mkdir(fake_path(f, "cg/%s", part), 0755);
		if (access(fake_path(f, "cg/%s/cgroup.procs", part), F_OK) != 0)
			fake_write(f->path, "");
		*s = '/';
	}
	mkdir(fake_path(f, "cg/%s", path), 0755);
	fake_write(fake_path(f, "cg/%s/cgroup.procs", path), procs);
}

static void begin(struct fake *f, struct target *t, const char *spec)
{
	fake_sync(f);
	fake_target(f, t, spec);
	free(t->priv->cgroup_root);
	t->priv->cgroup_root = strdup(fake_path(f, "cg"));
}

static void three_processes(struct fake *f)
{
	fake_open(f);
	fake_add(f, 100, 1, 50, "srv", NULL);
	fake_add(f, 101, 100, 51, "wrk", NULL);
	fake_add(f, 102, 101, 52, "wrk", NULL);
}

static void found(struct fake *f, const char *spec, const char *tree)
{
	struct target t;
	struct sk_err err = { 0 };

	begin(f, &t, spec);
	if (target_find(&t, &err) != SK_OK)
		fail_msg("%s: %s", spec, err.msg);
	assert_string_equal(fake_tree(f, &t), tree);
	target_release(&t);
}

static void fails(struct fake *f, const char *spec, enum sk_code code, const char *words)
{
	struct target t;
	struct sk_err err = { 0 };

	begin(f, &t, spec);
	assert_int_equal(target_find(&t, &err), code);
	if (!strstr(err.msg, words))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, words);
	target_release(&t);
}

static void layouts(void **state)
{
	static const char *const layout[] = { "systemd/system.slice", "unified/system.slice", "system.slice" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char path[160];
		struct fake f;

		three_processes(&f);
		snprintf(path, sizeof(path), "%s/srv@1.service", layout[i]);
		group(&f, path, "100\n101\n");
		if (i == 2)
			fake_write(fake_path(&f, "cg/cgroup.procs"), "1\n"); /* version 2: the mount is the root group */
		snprintf(path, sizeof(path), "%s/srv@1.service/below", layout[i]);
		group(&f, path, "102\n");
		found(&f, "unit:srv@1", "100*:srv 101:wrk 102:wrk");
		found(&f, "unit:srv@1.service", "100*:srv 101:wrk 102:wrk");
		found(&f, "cgroup:/system.slice/srv@1.service", "100*:srv 101:wrk 102:wrk");
		found(&f, "cgroup:system.slice/srv@1.service/below", "102*:wrk");
		snprintf(path, sizeof(path), "cgroup:%s/cg/%s/srv@1.service", f.dir, layout[i]);
		found(&f, path, "100*:srv 101:wrk 102:wrk");
		fails(&f, "unit:nosuch", SK_ENOTFOUND, "no process belongs to unit nosuch.service");
		fails(&f, "unit:srv@1.socket", SK_ENOTFOUND, "unit srv@1.socket");
		fails(&f, "cgroup:/nosuch", SK_ENOTFOUND, "there is no control group /nosuch");
		fake_close(&f);
	}
}

/* An empty shell of the same name elsewhere is passed over; two with processes are not guessed at. */
static void same_name_twice(void **state)
{
	struct fake f;

	(void)state;
	three_processes(&f);
	group(&f, "systemd/system.slice/srv.service", "");
	fails(&f, "unit:srv", SK_ENOTFOUND, "is it active?");
	fails(&f, "cgroup:/system.slice/srv.service", SK_ENOTFOUND, "has no process");
	group(&f, "systemd/user.slice/user-7.slice/srv.service", "100\n");
	found(&f, "unit:srv", "100*:srv");
	group(&f, "systemd/user.slice/user-8.slice/srv.service", "101\n");
	fails(&f, "unit:srv", SK_EMANY, "pick one with --target cgroup:PATH");
	fake_close(&f);
}

static void many_roots_and_ourselves(void **state)
{
	struct fake f;

	(void)state;
	three_processes(&f);
	fake_add(&f, 110, 1, 60, "srv", NULL);
	fake_add(&f, FAKE_SELF, 1, 60, "soakd", NULL);
	fake_add(&f, 120, FAKE_SELF, 60, "soakd-drive", NULL);
	group(&f, "systemd/a.slice",
	      "100\n120\n110\n102\n101\n999999\n0\n555\n"); /* 555: has exited; 0: of another pid namespace */
	found(&f, "cgroup:a.slice", "100*:srv 110*:srv 102:wrk 101:wrk");
	fake_close(&f);
}

/* Who leaves the group's first process behind goes on; who is replaced as a whole has restarted. */
static void life_of_a_unit(void **state)
{
	struct fake f;
	struct target t;

	(void)state;
	three_processes(&f);
	group(&f, "systemd/srv.service", "100\n101\n102\n");
	begin(&f, &t, "unit:srv");
	assert_int_equal(target_find(&t, NULL), SK_OK);

	fake_add(&f, 103, 1, 60, "new", NULL); /* a second root: a process that joined by another way than fork */
	group(&f, "systemd/srv.service", "100\n101\n102\n103\n");
	fake_refresh(&f, &t, 10, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "100*:srv 103*:new 101:wrk 102:wrk");
	assert_string_equal(f.events, "process-new new 103\n");

	fake_kill(&f, 100);
	fake_kill(&f, 103);
	fake_find(&f, 101)->ppid = 1;
	group(&f, "systemd/srv.service", "101\n102\n");
	fake_refresh(&f, &t, 20, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "101*:wrk 102:wrk");
	assert_int_equal(t.restarts, 0);

	fake_kill(&f, 101);
	fake_kill(&f, 102);
	fake_rm(fake_path(&f, "cg/systemd/srv.service"));
	fake_refresh(&f, &t, 30, SK_EGONE);
	assert_int_equal(t.state, TARGET_AWAY);
	fake_add(&f, 200, 1, 70, "srv", NULL);
	fake_add(&f, 201, 200, 70, "wrk", NULL);
	group(&f, "systemd/srv.service", "200\n201\n");
	fake_refresh(&f, &t, 40, SK_OK);
	assert_string_equal(fake_tree(&f, &t), "200*:srv 201:wrk");
	assert_string_equal(f.events, "restart srv 101 -> 200\n");
	assert_int_equal(t.restarts, 1);
	target_release(&t);
	fake_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layouts),
		cmocka_unit_test(same_name_twice),
		cmocka_unit_test(many_roots_and_ourselves),
		cmocka_unit_test(life_of_a_unit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
