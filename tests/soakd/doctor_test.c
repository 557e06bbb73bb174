/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings in both forms, and a tree that is this very process. */
#include "tests/check.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "soakd/doctor.h"
#include "tests/soakd/fake_proc.h"

static void forms(void **state)
{
	struct findings f = { 0 };
	struct text t = TEXT_INIT;

	(void)state;
	found_ok(&f, "kernel %d", 6);
	found(&f, FINDING_WARN, "no PSS", "sudo setcap x", "%s is missing", "CAP");
	assert_false(findings_fatal(&f));
	found(&f, FINDING_FAIL, NULL, NULL, "no such process");
	assert_true(findings_fatal(&f));
	findings_human(&f, &t);
	assert_string_equal(text_str(&t),
			    "ok   kernel 6\nwarn CAP is missing: no PSS; fix: sudo setcap x\nFAIL no such process\n");

	text_reset(&t);
	findings_json(&f, &t);
	json_t *j = json_loads(text_str(&t), 0, NULL);
	const json_t *list = json_object_get(j, "findings");

	assert_string_equal(json_string_value(json_object_get(j, "schema")), "soakd.doctor/1");
	assert_true(json_is_false(json_object_get(j, "ready")));
	assert_int_equal(json_array_size(list), 3);
	assert_string_equal(json_string_value(json_object_get(json_array_get(list, 1), "fix")), "sudo setcap x");
	assert_string_equal(json_string_value(json_object_get(json_array_get(list, 2), "level")), "fail");
	assert_true(json_is_null(json_object_get(json_array_get(list, 2), "lost")));
	json_decref(j);
	text_release(&t);
	findings_release(&f);
	assert_int_equal(f.n, 0);
	findings_release(&f);
}

/* Is a line with all of these words in it? */
static bool has(const struct findings *f, enum finding_level level, const char *a, const char *b)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].level == level && strstr(f->v[i].what, a) && strstr(f->v[i].what, b))
			return true;
	return false;
}

static void tree_of(struct findings *f, pid_t pid, bool zombie)
{
	struct procfs fs;
	struct proc p = { .pid = pid, .role = "test", .root = true, .zombie = zombie };
	struct target t = { .spec = { .how = TARGET_PID, .text = (char[]){ "pid:self" } }, .proc = &p, .n = 1 };
	struct run_options o = { .interval_s = 300, .overhead_pct = 0.1, .samplers = (char[]){ "default" } };

	assert_int_equal(procfs_open(&fs, "/proc", NULL), SK_OK);
	doctor_tree(f, &fs, &t, &o);
	procfs_close(&fs);
}

/* Our own process may always be read: every tier has a line, none is denied, and one small process is read in every row. */
static void own_process(void **state)
{
	struct findings f = { 0 };

	(void)state;
	tree_of(&f, getpid(), false);
	assert_false(findings_fatal(&f));
	assert_true(has(&f, FINDING_OK, "found pid:self", "1 process (test)"));
	assert_true(has(&f, FINDING_OK, "a sample's cheap part (1 process)", "an interval of 5"));
	assert_true(has(&f, FINDING_OK, "0.1 % of an interval", "allow 300.0 ms"));
	assert_true(has(&f, FINDING_OK, "smaps_rollup", "of 1 process"));
	assert_true(has(&f, FINDING_OK, "smaps (heap", "of 1 process"));
	assert_false(has(&f, FINDING_WARN, "", ""));
	findings_release(&f);
}

/* A pid beyond the kernel's largest, and a zombie: nothing to measure is no success. */
static void nobody(void **state)
{
	struct findings f = { 0 };

	(void)state;
	tree_of(&f, 0x7ffffff0, false);
	assert_true(has(&f, FINDING_FAIL, "every process of the target has exited", ""));
	findings_release(&f);
	tree_of(&f, getpid(), true);
	assert_true(has(&f, FINDING_FAIL, "every process of the target has exited", ""));
	findings_release(&f);
}

/* Process 42 in a group of version 2's tree; counted: the memory controller is on. The first finding that speaks of the group. */
static struct finding group_of(struct findings *f, const char *group, bool counted)
{
	struct fake fake;
	struct proc p = { .pid = 42, .role = "test", .root = true };
	struct target t = { .spec = { .how = TARGET_PID, .text = (char[]){ "pid:42" } }, .proc = &p, .n = 1 };
	struct run_options o = { .interval_s = 300, .overhead_pct = 0.1, .samplers = (char[]){ "fast" } };
	char text[100];

	fake_open(&fake);
	fake_add(&fake, 42, 1, 100, "test", NULL);
	fake_sync(&fake);
	fake_write(fake_path(&fake, "proc/42/statm"), "100 50 20 1 0 30 0\n");
	snprintf(text, sizeof(text), "0::/%s\n", group);
	fake_write(fake_path(&fake, "proc/42/cgroup"), text);
	mkdir(fake_path(&fake, "proc/self"), 0755);
	fake_write(fake_path(&fake, "proc/self/mountinfo"), "30 25 0:26 / /cg rw - cgroup2 cgroup2 rw\n");
	mkdir(fake_path(&fake, "cg"), 0755);
	mkdir(fake_path(&fake, "cg/%s", group), 0755);
	if (counted)
		fake_write(fake_path(&fake, "cg/%s/memory.current", group), "4096\n");
	doctor_tree(f, &fake.fs, &t, &o);
	fake_close(&fake);
	for (size_t i = 0; i < f->n; i++)
		if (strstr(f->v[i].what, "control group") && !strstr(f->v[i].what, "limit of its"))
			return f->v[i];
	fail_msg("nothing is said of the control group");
	return (struct finding){ 0 };
}

static void control_groups(void **state)
{
	struct findings f = { 0 };
	struct finding said;

	(void)state;
	said = group_of(&f, "my.service", true);
	assert_int_equal(said.level, FINDING_OK);
	assert_non_null(strstr(said.what, "/cg/my.service (version 2)"));
	findings_release(&f);
	said = group_of(&f, "my.service", false);
	assert_int_equal(said.level, FINDING_WARN);
	assert_string_equal(said.fix, "sudo systemctl set-property my.service MemoryAccounting=yes");
	findings_release(&f);
	said = group_of(&f, "mine", false);
	assert_non_null(strstr(said.fix, "echo +memory | sudo tee /"));
	assert_non_null(strstr(said.fix, "/cg/cgroup.subtree_control"));
	findings_release(&f);
}

static const struct tree_cost hundreds = { .tick = { .total_s = .008, .processes = 400 },
					   .rollup = { .total_s = .4, .worst_s = .004, .worst_pid = 71, .processes = 400 },
					   .maps = { .total_s = .7, .worst_s = .009, .worst_pid = 72, .processes = 400 },
					   .site_s = .002 };

static const char *line(const struct findings *f, size_t i)
{
	return i < f->n ? f->v[i].what : "";
}

/* 400 processes, 1 ms of page tables a second: of a row's share of 1 ms each process takes 1 ms. */
static void cost_of_hundreds(void **state)
{
	struct run_options o = { .interval_s = 1, .overhead_pct = 0.1 };
	struct findings f = { 0 };

	(void)state;
	doctor_cost(&f, &hundreds, &o);
	assert_string_equal(line(&f, 0),
			    "a sample's cheap part (400 processes): 8.00 ms, with what surrounds it 10.00 ms, 1.0000 % of "
			    "an interval of 1 s");
	assert_string_equal(line(&f, 1), "0.1 % of an interval of 1 s allow 1.0 ms of page-table walks");
	assert_string_equal(line(&f, 2),
			    "smaps_rollup (PSS, USS) of 400 processes: 400.00 ms, the longest 4.00 ms (pid 71), for which "
			    "the memory lock is held: read of about 1 of 400 processes a row, all of them every 534 rows");
	assert_string_equal(line(&f, 3),
			    "smaps (heap, mapping classes) of 400 processes: 700.00 ms, the longest 9.00 ms (pid 72), for "
			    "which the memory lock is held: read only at epochs");
	/* 86400 * (340 + 400 * 85) + 26 * 400 * 1500 bytes */
	assert_string_equal(line(&f, 4), "the run's files grow by at most about 2.78 GiB a day (86400 rows)");
	assert_int_equal(f.n, 5);
	findings_release(&f);
}

/* The same at 300 s: all that is dear is paid for by a row. Without page tables there is nothing to say of them. */
static void cost_at_long_intervals(void **state)
{
	struct run_options o = { .interval_s = 300, .overhead_pct = 0.1 };
	struct tree_cost cheap = { .tick = { .total_s = .001, .processes = 10 } };
	struct findings f = { 0 };

	(void)state;
	doctor_cost(&f, &hundreds, &o);
	assert_non_null(strstr(line(&f, 2), "(pid 71), for which the memory lock is held: read in about one row of 2"));
	assert_non_null(strstr(line(&f, 3), "(pid 72), for which the memory lock is held: read in about one row of 4"));
	findings_release(&f);
	doctor_cost(&f, &cheap, &o);
	assert_int_equal(f.n, 2);
	assert_string_equal(line(&f, 1), "the run's files grow by at most about 335 KiB a day (288 rows)");
	findings_release(&f);
	cheap.guarded = 2;
	cheap.guarded_s = .123;
	doctor_cost(&f, &cheap, &o);
	assert_true(has(&f, FINDING_WARN,
			"2 processes are so big that one page-table walk would hold the memory lock for about 123 ms", ""));
	findings_release(&f);
	cheap.crowded = 1;
	doctor_cost(&f, &cheap, &o);
	assert_true(has(&f, FINDING_WARN, "1 process has so many mappings that one reading of smaps would take over 20 ms", ""));
	findings_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms),          cmocka_unit_test(own_process),      cmocka_unit_test(nobody),
		cmocka_unit_test(control_groups), cmocka_unit_test(cost_of_hundreds), cmocka_unit_test(cost_at_long_intervals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
