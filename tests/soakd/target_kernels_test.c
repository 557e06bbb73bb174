/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same tree of processes as five kernels show it (tests/fixtures/kernels): found and followed. */
#include "tests/soakd/fake_proc.h"

static const struct kernel {
	const char *root;
	pid_t pid; /* of the tree's first process */
} kernels[] = {
	{ "tests/fixtures/kernels/4.19", 87 },  { "tests/fixtures/kernels/5.10", 87 },    { "tests/fixtures/kernels/6.1", 97 },
	{ "tests/fixtures/kernels/6.12", 147 }, { "tests/fixtures/kernels/6.18", 13875 },
};
#define N_KERNELS (sizeof(kernels) / sizeof(*kernels))

static const char *const family[] = { "grove",  "lag",          "filelag",  "forker", "maps",
				      "zombie", "a) R 1 (?? Z", "headless", "leaf",   "leaf2" };
#define N_FAMILY (sizeof(family) / sizeof(*family))

static const struct proc *by_role(const struct target *t, const char *role)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->proc[i].role, role) == 0)
			return &t->proc[i];
	fail_msg("nobody is called %s", role);
	return NULL;
}

static void begin(struct fake *f, struct target *t, const struct kernel *k)
{
	char spec[32];

	fake_open(f);
	assert_int_equal(procfs_set_root(&f->fs, k->root, NULL), SK_OK);
	snprintf(spec, sizeof(spec), "pid:%d", (int)k->pid);
	fake_target(f, t, spec);
	assert_int_equal(target_find(t, NULL), SK_OK);
}

/* All ten, the child of a second thread among them; nobody twice; the kernel's thread is a stranger. */
static void all_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_KERNELS; i++) {
		struct fake f;
		struct target t;
		const struct proc *p;

		begin(&f, &t, &kernels[i]);
		assert_int_equal(t.n, N_FAMILY);
		for (size_t k = 0; k < N_FAMILY; k++)
			by_role(&t, family[k]);
		assert_true(t.proc[0].root);
		assert_int_equal(t.proc[0].pid, kernels[i].pid);
		assert_int_equal(by_role(&t, "lag")->threads, 17);
		assert_int_equal(by_role(&t, "leaf2")->ppid, by_role(&t, "forker")->pid);
		assert_true(by_role(&t, "zombie")->zombie);
		p = by_role(&t, "headless");
		assert_false(p->zombie); /* its first thread has ended, another runs */
		assert_int_equal(p->threads, 2);
		assert_int_equal(p->uid, 0);
		assert_false(target_has_pid(&t, 3));

		assert_int_equal(target_refresh(&t, 10, NULL), SK_OK); /* nothing has happened */
		assert_int_equal(t.n, N_FAMILY);
		assert_string_equal(f.events, "");
		target_release(&t);
		fake_close(&f);
	}
}

/* By name, where the recording is all of /proc that there is. */
static void found_by_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_KERNELS; i++) {
		struct fake f;
		struct target t;

		fake_open(&f);
		assert_int_equal(procfs_set_root(&f.fs, kernels[i].root, NULL), SK_OK);
		fake_target(&f, &t, "grove");
		assert_int_equal(target_find(&t, NULL), SK_OK);
		assert_int_equal(t.n, N_FAMILY);
		target_release(&t);
		fake_close(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_are_found),
		cmocka_unit_test(found_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
