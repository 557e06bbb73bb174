/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "samplers/parse.h"
#include "samplers/smaps.h"
#include "tests/check.h"

/* One mapping as the kernel writes it: rss resident, all of it private, anon of it anonymous. */
static void map(struct text *t, const char *header, int rss, int anon, const char *more)
{
	text_addf(t,
		  "%s\nSize: 100 kB\nKernelPageSize: 4 kB\nRss: %d kB\nPss: %d kB\nPrivate_Clean: 1 kB\nPrivate_Dirty: %d kB\n",
		  header, rss, rss, rss > 0 ? rss - 1 : 0);
	text_addf(t, "Anonymous: %d kB\nSwap: 2 kB\n%sVmFlags: rd wr mr \n", anon, more);
}

static enum sk_code parse_chunks(const char *s, size_t n, size_t chunk, struct smaps_summary *sum, struct sk_err *err)
{
	struct smaps_parser *p = smaps_parser_new();
	enum sk_code rc;

	assert_non_null(p);
	for (size_t at = 0; at < n; at += chunk) {
		size_t len = n - at < chunk ? n - at : chunk;
		char *copy = malloc(len); /* exact: a sanitizer sees each byte read too far */

		assert_non_null(copy);
		memcpy(copy, s + at, len);
		assert_int_equal(smaps_parser_feed(p, copy, len), 0);
		free(copy);
	}
	rc = smaps_parser_end(p, sum, err);
	smaps_parser_free(p);
	return rc;
}

static void parse(struct text *t, struct smaps_summary *sum)
{
	struct sk_err err;

	assert_false(t->failed);
	assert_int_equal(parse_chunks(text_str(t), t->len, 4096, sum, &err), SK_OK);
	text_release(t);
}

/* The header alone (and what lies around it) decides: rss_kb of the class tells which one it was. */
static void expect(const char *below, const char *header, const char *above, enum map_class class)
{
	struct text t = TEXT_INIT;
	struct smaps_summary sum;

	if (below)
		map(&t, below, 1, 0, "");
	map(&t, header, 1000, 0, "");
	if (above)
		map(&t, above, 1, 0, "");
	parse(&t, &sum);
	for (int c = 0; c < MAP_CLASSES; c++)
		if ((sum.by_class[c].rss_kb >= 1000) != (c == (int)class))
			fail_msg("%s is %s %s, expected %s", header, map_class_name[c], c == (int)class ? "not" : "instead",
				 map_class_name[class]);
}

static void by_name(void **state)
{
	static const struct {
		const char *perms, *name;
		enum map_class class;
	} cases[] = {
		{ "rw-p", "[heap]", MAP_HEAP },
		{ "rw-p", "[stack]", MAP_STACK },
		{ "rw-p", "[stack:123]", MAP_STACK },
		{ "r-xp", "[vdso]", MAP_KERNEL },
		{ "r--p", "[vvar_vclock]", MAP_KERNEL },
		{ "--xp", "[vsyscall]", MAP_KERNEL },
		{ "rw-p", "[anon:glibc: malloc]", MAP_ANON_NAMED },
		{ "rw-s", "[anon_shmem:cache]", MAP_SHMEM },
		{ "rw-s", "/SYSV00000000 (deleted)", MAP_SHMEM },
		{ "rw-s", "/memfd:soak (deleted)", MAP_SHMEM },
		{ "rw-p", "/memfd:soak (deleted)", MAP_SHMEM },
		{ "rw-s", "/dev/zero (deleted)", MAP_SHMEM },
		{ "rw-s", "/dev/shm/PostgreSQL.1 234", MAP_SHMEM },
		{ "rw-s", "/dev/nvidia0", MAP_DEVICE },
		{ "rw-p", "/dev/zero", MAP_DEVICE },
		{ "rw-s", "anon_inode:[io_uring]", MAP_DEVICE },
		{ "rw-s", "/var/db/file", MAP_FILE_SHARED },
		{ "r-xs", "/var/db/file", MAP_FILE_SHARED },
		{ "r-xp", "/usr/bin/x", MAP_FILE_TEXT },
		{ "rw-p", "/usr/bin/x", MAP_FILE_DATA },
		{ "r--p", "/usr/bin/x", MAP_FILE_RO },
		{ "---p", "/usr/bin/x", MAP_FILE_RO },
		{ "rw-p", "/home/[heap]", MAP_FILE_DATA },
		{ "r--p", "/usr/bin/x (deleted)", MAP_FILE_RO },
		{ "---p", "", MAP_GUARD },
		{ "rwxp", "", MAP_ANON_JIT },
		{ "-wxp", "", MAP_ANON_JIT },
		{ "rw-p", "", MAP_ANON },
		{ "r--p", "", MAP_ANON },
	};
	char header[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		snprintf(header, sizeof(header), "7f0000001000-7f0000002000 %s 00000000 00:00 0 %s%s", cases[i].perms,
			 *cases[i].name ? "                   " : "", cases[i].name);
		expect(NULL, header, NULL, cases[i].class);
	}
}

#define ANON " rw-p 00000000 00:00 0 "
#define NONE " ---p 00000000 00:00 0 "

static void arenas(void **state)
{
	(void)state;
	/* 0x4000000 is 64 MiB */
	expect(NULL, "7fe164000000-7fe1640f7000" ANON, "7fe1640f7000-7fe168000000" NONE, MAP_ARENA);
	expect(NULL, "7fe164000000-7fe168000000" ANON, NULL, MAP_ARENA);                            /* full */
	expect(NULL, "7fe164000000-7fe16c000000" ANON, NULL, MAP_ARENA);                            /* two full ones, merged */
	expect(NULL, "7fe164000000-7fe1640f7000" ANON, NULL, MAP_ANON);                             /* no reserve above */
	expect(NULL, "7fe164000000-7fe1640f7000" ANON, "7fe1640f8000-7fe168000000" NONE, MAP_ANON); /* a hole between */
	expect(NULL, "7fe164000000-7fe1640f7000" ANON, "7fe1640f7000-7fe167000000" NONE, MAP_ANON); /* ends elsewhere */
	expect(NULL, "7fe163fff000-7fe1640f7000" ANON, "7fe1640f7000-7fe168000000" NONE, MAP_ANON); /* begins elsewhere */
}

static void thread_stacks(void **state)
{
	(void)state;
	expect("7fe178110000-7fe178111000" NONE, "7fe178111000-7fe178911000" ANON, NULL, MAP_THREAD_STACK);
	expect("7fe178110000-7fe178120000" NONE, "7fe178120000-7fe178911000" ANON, NULL, MAP_THREAD_STACK); /* 64 KiB pages */
	expect("7fe177fff000-7fe178000000" NONE, "7fe178000000-7fe178800000" ANON, NULL, MAP_THREAD_STACK);
	expect("7fe178110000-7fe178111000" NONE, "7fe178112000-7fe178911000" ANON, NULL, MAP_ANON); /* not touching */
	expect("7fe170000000-7fe178111000" NONE, "7fe178111000-7fe178911000" ANON, NULL, MAP_ANON); /* no guard: a reserve */
}

/* The last page of a nearly full arena's reserve looks like a guard. */
static void what_follows_an_arena_is_no_stack(void **state)
{
	struct text t = TEXT_INIT;
	struct smaps_summary sum;

	(void)state;
	map(&t, "7fe164000000-7fe167fff000" ANON, 10, 10, "");
	map(&t, "7fe167fff000-7fe168000000" NONE, 1, 0, "");
	map(&t, "7fe168000000-7fe168100000" ANON, 1000, 1000, "");
	parse(&t, &sum);
	assert_double_equal(sum.by_class[MAP_ARENA].rss_kb, 10, 0);
	assert_double_equal(sum.by_class[MAP_ANON].rss_kb, 1000, 0);
	assert_int_equal(sum.by_class[MAP_THREAD_STACK].mappings, 0);
}

static void bss(void **state)
{
	(void)state;
	expect("7f0000000000-7f0000001000 rw-p 00000000 fe:00 1 /lib/x.so", "7f0000001000-7f0000002000" ANON, NULL, MAP_FILE_BSS);
	expect("7f0000000000-7f0000001000 r--p 00000000 fe:00 1 /lib/x.so", "7f0000001000-7f0000002000" ANON, NULL, MAP_ANON);
	expect("7f0000000000-7f0000001000 rw-p 00000000 fe:00 1 /lib/x.so", "7f0000002000-7f0000003000" ANON, NULL, MAP_ANON);
}

/* Pages of hugetlbfs are in no Rss; they are told by their flag or page size whatever their name is. */
static void hugetlb(void **state)
{
	struct text t = TEXT_INIT;
	struct smaps_summary sum;

	(void)state;
	map(&t, "7f0000000000-7f0000200000 rw-p 00000000 00:0f 1 /anon_hugepage (deleted)", 0, 0,
	    "Shared_Hugetlb: 2048 kB\nPrivate_Hugetlb: 4096 kB\nVmFlags: rd wr de ht \n");
	map(&t, "7f0000400000-7f0000600000 rw-s 00000000 00:0f 1 /SYSV00000000 (deleted)", 0, 0,
	    "KernelPageSize: 2048 kB\nPrivate_Hugetlb: 2048 kB\n");
	parse(&t, &sum);
	assert_int_equal(sum.by_class[MAP_HUGETLB].mappings, 2);
	assert_double_equal(sum.by_class[MAP_HUGETLB].hugetlb_kb, 8192, 0);
	assert_double_equal(sum.all.hugetlb_kb, 8192, 0);
}

static void a_stack_that_grows_down_is_a_stack(void **state)
{
	struct text t = TEXT_INIT;
	struct smaps_summary sum;

	(void)state;
	map(&t, "7f0000000000-7f0000200000" ANON, 5, 5, "VmFlags: rd wr gd ac \n");
	parse(&t, &sum);
	assert_double_equal(sum.by_class[MAP_STACK].rss_kb, 5, 0);
}

static void sums(void **state)
{
	struct text t = TEXT_INIT;
	struct smaps_summary sum;

	(void)state;
	map(&t, "7f0000000000-7f0000200000 rw-p 00000000 00:00 0 [heap]", 10, 7, "");
	map(&t, "7f0000400000-7f0000600000 rw-p 00000000 00:00 0 [heap]", 20, 15, "NewInLinux9: 5 kB\n");
	parse(&t, &sum);
	for (int i = 0; i < 2; i++) {
		const struct map_sum *s = i ? &sum.all : &sum.by_class[MAP_HEAP];

		assert_int_equal(s->mappings, 2);
		assert_double_equal(s->size_kb, 200, 0);
		assert_double_equal(s->rss_kb, 30, 0);
		assert_double_equal(s->pss_kb, 30, 0);
		assert_double_equal(s->private_clean_kb, 2, 0);
		assert_double_equal(s->private_dirty_kb, 28, 0);
		assert_double_equal(s->anon_kb, 22, 0);
		assert_double_equal(s->swap_kb, 4, 0);
		assert_double_equal(s->hugetlb_kb, 0, 0);
	}
}

/* In the order of the kernel, with a value of its own each; 123456789 is wider than the kernel's column. */
static const struct {
	const char *key;
	int kb;
} lines[] = {
	{ "Size:", 123456789 },
	{ "KernelPageSize:", 4 },
	{ "MMUPageSize:", 8 },
	{ "Rss:", 99999 },
	{ "Pss:", 88888888 },
	{ "Pss_Dirty:", 1 },
	{ "Shared_Clean:", 2 },
	{ "Shared_Dirty:", 3 },
	{ "Private_Clean:", 40 },
	{ "Private_Dirty:", 50 },
	{ "Referenced:", 5 },
	{ "Anonymous:", 60 },
	{ "KSM:", 6 },
	{ "LazyFree:", 7 },
	{ "AnonHugePages:", 70 },
	{ "ShmemPmdMapped:", 80 },
	{ "FilePmdMapped:", 90 },
	{ "Shared_Hugetlb:", 0 },
	{ "Private_Hugetlb:", 100 },
	{ "Swap:", 110 },
	{ "SwapPss:", 9 },
	{ "Locked:", 10 },
};
#define N_LINES (sizeof(lines) / sizeof(*lines))

enum form { AS_THE_KERNEL, BARE, BACKWARDS, OLD_KERNEL, NEW_KERNEL };

static void formed(struct text *t, enum form form)
{
	text_addf(t, "7f0000000000-7f0000001000 rw-p 00000000 00:00 0 \n");
	for (size_t k = 0; k < N_LINES; k++) {
		size_t i = form == BACKWARDS ? N_LINES - 1 - k : k;
		const char *key = lines[i].key;

		if (form == OLD_KERNEL && (strcmp(key, "Pss_Dirty:") == 0 || strcmp(key, "KSM:") == 0))
			continue;
		if (form == NEW_KERNEL && i % 3 == 0)
			text_addf(t, "Pss_Frozen:     %8d kB\n", 1000 + (int)i);
		text_addf(t, form == BARE ? "%s %d kB\n" : "%-16s%8d kB\n", key, lines[i].kb);
	}
	text_addf(t, "THPeligible:           0\nVmFlags: rd wr mr \n");
}

/* The quick way through a line is for the kernel's form and order; every other gives the same. */
static void any_form_and_order(void **state)
{
	struct smaps_summary first = { 0 }, sum;

	(void)state;
	for (int form = AS_THE_KERNEL; form <= NEW_KERNEL; form++)
		for (size_t chunk = 1; chunk < 1500; chunk += 7) {
			struct text t = TEXT_INIT;

			formed(&t, (enum form)form);
			formed(&t, (enum form)form);
			assert_int_equal(parse_chunks(text_str(&t), t.len, chunk, &sum, NULL), SK_OK);
			text_release(&t);
			if (first.all.mappings == 0)
				first = sum;
			assert_memory_equal(&sum, &first, sizeof(sum));
		}
	assert_int_equal(first.all.mappings, 2);
	assert_double_equal(first.all.size_kb, 2 * 123456789.0, 0);
	assert_double_equal(first.all.rss_kb, 2 * 99999, 0);
	assert_double_equal(first.all.pss_kb, 2 * 88888888.0, 0);
	assert_double_equal(first.all.private_clean_kb, 2 * 40, 0);
	assert_double_equal(first.all.private_dirty_kb, 2 * 50, 0);
	assert_double_equal(first.all.anon_kb, 2 * 60, 0);
	assert_double_equal(first.all.swap_kb, 2 * 110, 0);
	assert_double_equal(first.all.hugetlb_kb, 2 * 100, 0);
	assert_double_equal(first.all.thp_kb, 2 * (70 + 80 + 90), 0);
}

/* In the kernel's columns, and no number; what is not looked at may be anything. */
static void padded_and_no_number(void **state)
{
	static const struct {
		const char *line;
		enum sk_code rc;
	} cases[] = {
		{ "Rss:                   1 kB\n", SK_OK },     { "Rss:                     kB\n", SK_EPARSE },
		{ "Rss:                 1 1 kB\n", SK_EPARSE }, { "Rss:                  -1 kB\n", SK_EPARSE },
		{ "Rss:            0000001x kB\n", SK_EPARSE }, { "Rss:                   1 MB\n", SK_EPARSE },
		{ "MMUPageSize:         1x kB\n", SK_OK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct text t = TEXT_INIT;
		struct smaps_summary sum;

		text_addf(&t, "7f0000000000-7f0000001000 rw-p 00000000 00:00 0 \n");
		text_addf(&t, "Size:                  4 kB\nKernelPageSize:        4 kB\nMMUPageSize:           4 kB\n%s",
			  cases[i].line);
		text_addf(&t, "Rss:                   1 kB\nPss:                   1 kB\nPrivate_Clean:         0 kB\n");
		text_addf(
			&t,
			"Private_Dirty:         1 kB\nAnonymous:             1 kB\nSwap:                  0 kB\nVmFlags: rd \n");
		assert_int_equal(parse_chunks(text_str(&t), t.len, t.len, &sum, NULL), cases[i].rc);
		text_release(&t);
	}
}

static void the_size_of_the_pieces_does_not_matter(void **state)
{
	struct text t = TEXT_INIT;
	struct smaps_summary whole, sum;

	(void)state;
	map(&t, "7fe164000000-7fe1640f7000" ANON, 10, 10, "");
	map(&t, "7fe1640f7000-7fe168000000" NONE, 0, 0, "");
	map(&t, "7fe168000000-7fe169000000 rw-p 00000000 fe:00 1 /lib/x.so", 30, 0, "");
	map(&t, "7fe169000000-7fe169100000" ANON, 40, 40, "");
	assert_int_equal(parse_chunks(text_str(&t), t.len, t.len, &whole, NULL), SK_OK);
	assert_double_equal(whole.by_class[MAP_ARENA].rss_kb, 10, 0);
	assert_double_equal(whole.by_class[MAP_FILE_BSS].rss_kb, 40, 0);
	for (size_t chunk = 1; chunk < 700; chunk++) {
		assert_int_equal(parse_chunks(text_str(&t), t.len, chunk, &sum, NULL), SK_OK);
		assert_memory_equal(&sum, &whole, sizeof(sum));
	}
	text_release(&t);
}

static void a_name_of_any_length(void **state)
{
	struct text t = TEXT_INIT, header = TEXT_INIT;
	struct smaps_summary sum;

	(void)state;
	text_add(&header, "7f0000000000-7f0000200000 r-xp 00000000 fe:00 7 /");
	for (int i = 0; i < 6000; i++)
		text_addc(&header, 'd');
	map(&t, text_str(&header), 11, 0, "");
	for (size_t chunk = 100; chunk < 8000; chunk += 3300)
		assert_int_equal(parse_chunks(text_str(&t), t.len, chunk, &sum, NULL), SK_OK);
	parse(&t, &sum);
	assert_double_equal(sum.by_class[MAP_FILE_TEXT].rss_kb, 11, 0);
	text_release(&header);
}

/* Cut at the end of its first mapping it is a smaps of one; cut anywhere else it is torn, and the first counts when it is whole.
 */
static void cut_anywhere(void **state)
{
	struct text t = TEXT_INIT;
	struct smaps_summary sum;
	size_t first;

	(void)state;
	map(&t, "7f0000000000-7f0000200000 rw-p 00000000 00:00 0 [heap]", 10, 7, "");
	first = t.len;
	map(&t, "7f0000400000-7f0000600000 rw-p 00000000 00:00 0 [heap]", 20, 15, "");
	for (size_t n = 0; n <= t.len; n++) {
		enum sk_code rc = parse_chunks(text_str(&t), n, 4096, &sum, NULL);

		assert_int_equal(rc, n == first || n == t.len ? SK_OK : SK_EPARSE);
		assert_int_equal(sum.all.mappings, (n >= first) + (n == t.len));
	}
	text_release(&t);
}

static void not_a_smaps(void **state)
{
	static const char *const bad[] = {
		"",
		"\n",
		"hello\n",
		"Rss: 5 kB\n",
		"7f0000200000-7f0000000000 rw-p 00000000 00:00 0\n", /* backwards */
		"7f0000000000-7f00002g0000 rw-p 00000000 00:00 0\n",
		"7f0000000000-17f0000000000000000 rw-p 00000000 00:00 0\n",
		"7f0000000000-7f0000200000 rw-p 00000000 00:00 0\nRss: x kB\n",
		"7f0000000000-7f0000200000 rw-p 00000000 00:00 0\nSize: 4 kB\nRss: 4 kB\n", /* fields missing */
	};
	struct smaps_summary sum;
	struct sk_err err;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(parse_chunks(bad[i], strlen(bad[i]), 64, &sum, &err), SK_EPARSE);
		assert_int_equal(sum.all.mappings, 0);
		assert_true(strlen(err.msg) > 10);
	}
}

/* Of every recorded process the classes' sums are the kernel's own sum of the same moment. */
static void classes_sum_to_the_rollup(void **state)
{
	static const struct {
		const char *root;
		pid_t pid;
	} cases[] = {
		{ "tests/fixtures/proc/postgres/0001", 19345 }, { "tests/fixtures/proc/postgres/0001", 20066 },
		{ "tests/fixtures/proc/postgres/0002", 20066 }, { "tests/fixtures/proc/postgres/0002", 20627 },
		{ "tests/fixtures/proc/odd/0001", 22732 },
	};
	struct smaps_parser *p = smaps_parser_new();
	struct smaps_summary sum;
	struct procfs fs;

	(void)state;
	assert_non_null(p);
	assert_int_equal(procfs_open(&fs, cases[0].root, NULL), SK_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct map_sum of_classes = { 0 };
		double rollup[ROLLUP_N];

		assert_int_equal(procfs_set_root(&fs, cases[i].root, NULL), SK_OK);
		assert_int_equal(smaps_read(p, &fs, cases[i].pid, &sum, NULL, NULL), SK_OK);
		for (int c = 0; c < MAP_CLASSES; c++) {
			of_classes.mappings += sum.by_class[c].mappings;
			of_classes.rss_kb += sum.by_class[c].rss_kb;
			of_classes.anon_kb += sum.by_class[c].anon_kb;
		}
		assert_int_equal(of_classes.mappings, sum.all.mappings);
		assert_double_equal(of_classes.rss_kb, sum.all.rss_kb, 0);
		assert_int_equal(procfs_read(&fs, cases[i].pid, "smaps_rollup", NULL), SK_OK);
		assert_true(rollup_parse(fs.buf, fs.len, rollup));
		assert_double_equal(of_classes.anon_kb, rollup[ROLLUP_ANON], 0);
		assert_double_equal(sum.all.private_clean_kb + sum.all.private_dirty_kb, rollup[ROLLUP_USS], 0);
		assert_true(sum.all.pss_kb <= rollup[ROLLUP_PSS]); /* each mapping's is cut to whole KiB */
		assert_true(sum.all.pss_kb > rollup[ROLLUP_PSS] - (double)sum.all.mappings);
	}
	procfs_close(&fs);
	smaps_parser_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_name),
		cmocka_unit_test(arenas),
		cmocka_unit_test(thread_stacks),
		cmocka_unit_test(what_follows_an_arena_is_no_stack),
		cmocka_unit_test(bss),
		cmocka_unit_test(hugetlb),
		cmocka_unit_test(a_stack_that_grows_down_is_a_stack),
		cmocka_unit_test(sums),
		cmocka_unit_test(any_form_and_order),
		cmocka_unit_test(padded_and_no_number),
		cmocka_unit_test(the_size_of_the_pieces_does_not_matter),
		cmocka_unit_test(a_name_of_any_length),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(not_a_smaps),
		cmocka_unit_test(classes_sum_to_the_rollup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
