/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mappings that grew most, out of objects.csv: which row of one time is which of the next. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "soakd/evidence.h"
#include "soakd/evidence_regions.h"
#include "tests/check.h"

#define HEADER                                                                                                                   \
	"timestamp,pid,role,class,name,mappings,size_kb,rss_kb,pss_kb,private_dirty_kb,anon_kb,swap_kb,hugetlb_kb,thp_kb,"       \
	"starttime,start,end,object\n"

static struct evidence_file ef;
static struct text objects;
static char dir[64];

static void put(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	fclose(f);
}

static int make_dir(void **state)
{
	(void)state;
	objects = (struct text)TEXT_INIT;
	text_add(&objects, HEADER);
	strcpy(dir, "/tmp/objects_test_XXXXXX");
	return mkdtemp(dir) ? 0 : -1;
}

static int drop_dir(void **state)
{
	static const char *const names[] = { "samples.csv", "objects.csv" };
	char path[128];

	(void)state;
	evidence_release(&ef);
	text_release(&objects);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		unlink(path);
	}
	return rmdir(dir);
}

/* A row: of anonymous memory kb is anon_kb and PSS 1; of shmem it is the PSS. */
static void row(int t, int pid, const char *class, const char *name, const char *range, int kb)
{
	bool shared = strcmp(class, "shmem") == 0;

	text_addf(&objects, "%d.000,%d,worker,%s,%s,1,900,800,%d,0,%d,1,0,0,7,%s,00:01:9\n", 1000 + 10 * t, pid, class, name,
		  shared ? kb : 1, shared ? 0 : kb - 1, range);
}

static void read_run(void)
{
	assert_false(objects.failed);
	put("samples.csv", "timestamp,elapsed_s,rss_kb\n1000.000,0,50\n1010.000,10,50\n1020.000,20,50\n1030.000,30,50\n");
	put("objects.csv", text_str(&objects));
	assert_int_equal(evidence_read(dir, SERIES_ONLINE, &ef, NULL), SK_OK);
}

static const struct series *mapping(const char *name)
{
	for (size_t i = 0; i < ef.ev.n_parts; i++)
		if (strcmp(ef.ev.part[i].by, "mapping") == 0 && strcmp(ef.ev.part[i].name, name) == 0)
			return ef.ev.part[i].series;
	fail_msg("there is no mapping \"%s\"", name);
	return NULL;
}

/* Grows at its start (brk from the other side: merged neighbours), at its end, at both; and another process has the same range. */
static void a_range_that_moves_is_the_same(void **state)
{
	(void)state;
	row(0, 1, "anon", "", "7000,9000", 10);
	row(0, 2, "anon", "", "7000,9000", 50);
	row(1, 1, "anon", "", "6000,9000", 20);
	row(1, 2, "anon", "", "7000,a000", 70);
	row(2, 1, "anon", "", "3000,9000", 40);
	row(2, 2, "anon", "", "5000,b000", 90);
	read_run();
	assert_string_equal(ef.note, "");
	assert_int_equal(ef.ev.n_parts, 2);
	assert_true(mapping("anon 3000 of worker pid 1")->first_y == 10 && mapping("anon 3000 of worker pid 1")->last_y == 40);
	assert_true(mapping("anon 5000 of worker pid 2")->first_y == 50 && mapping("anon 5000 of worker pid 2")->last_y == 90);
	assert_true(mapping("anon 5000 of worker pid 2")->last_t == 20);
}

static void split_merged_and_other_classes(void **state)
{
	(void)state;
	row(0, 1, "anon", "", "1000,9000", 80);
	row(1, 1, "anon", "", "1000,7000", 82); /* split: the bigger part goes on */
	row(1, 1, "anon", "", "8000,9000", 20);
	row(1, 1, "arena", "", "7000,8000", 30); /* another class is another mapping, wherever it lies */
	row(2, 1, "anon", "", "1000,7000", 84);
	row(2, 1, "anon", "", "8000,a000", 29);
	row(2, 1, "arena", "", "7000,8000", 35);
	read_run();
	assert_int_equal(ef.ev.n_parts, 3);
	assert_true(mapping("anon 1000 of worker pid 1")->first_y == 80 && mapping("anon 1000 of worker pid 1")->last_y == 84);
	assert_true(mapping("anon 8000 of worker pid 1")->first_y == 20 && mapping("anon 8000 of worker pid 1")->first_t == 10);
	assert_true(mapping("arena 7000 of worker pid 1")->last_y == 35);
}

/* Private memory with a name is its role's, shared memory the tree's, once by its shares. What is gone holds nothing. */
static void names_are_summed(void **state)
{
	(void)state;
	for (int t = 0; t < 3; t++) {
		row(t, 1, "heap", "[heap]", "1000,9000", 10 + t);
		row(t, 2, "heap", "[heap]", "2000,9000", 100 + 5 * t);
		row(t, 1, "shmem", "/memfd:x (deleted)", "a000,b000", 30 + 4 * t);
		row(t, 2, "shmem", "/memfd:x (deleted)", "c000,d000", 30 + 4 * t);
		row(t, 1, "file-data", "/a/very/long/path/that/does/not/fit/into/the/name/of/a/series/libx.so", "e000,f000",
		    1 + t);
		if (t < 2)
			row(t, 1, "anon", "", "1f000,2f000", 500 * (t + 1));
	}
	read_run();
	assert_int_equal(ef.ev.n_parts, 3); /* the last has not grown: it has gone */
	assert_true(mapping("heap [heap] of worker")->first_y == 110 && mapping("heap [heap] of worker")->last_y == 122);
	assert_true(mapping("shmem /memfd:x (deleted)")->first_y == 60 && mapping("shmem /memfd:x (deleted)")->last_y == 76);
	assert_int_equal(strlen(ef.ev.part[2].name), SERIES_NAME - 1);
	assert_memory_equal(ef.ev.part[2].name, "file-data ...", 13);
	assert_string_equal(ef.ev.part[2].name + SERIES_NAME - 1 - 23, "eries/libx.so of worker");
}

/* Text where numbers belong, a range backwards, no range at all, a torn end: each costs its row. */
static void damaged_rows(void **state)
{
	(void)state;
	for (int t = 0; t < 3; t++) {
		row(t, 1, "anon", "", "1000,2000", 10 + t);
		row(t, 1, "anon", "", "9000,8000", 1000 * t);
		row(t, 1, "anon", "", "-1,8000", 1000 * t);
		row(t, 1, "anon", "", ",", 1000 * t);
		text_addf(&objects, "%d,x,worker,anon,,1,9,9,9,0,%d,0,0,0,7,1000,2000,\n", 1000 + 10 * t, 1000 * t);
		text_addf(&objects, "%d,1,worker\n", 1000 + 10 * t);
	}
	text_add(&objects, "1030,1,worker,anon,,1,9,9,9,0,9999,0,0,0,7,1000,2000,");
	read_run();
	assert_int_equal(ef.ev.n_parts, 1);
	assert_true(mapping("anon 1000 of worker pid 1")->last_y == 12);
}

/* More than there is room for: those that are there and grow stay, memory does not. */
static void the_regions_of_many(void **state)
{
	struct regions *r = regions_new();
	struct region top[REGIONS_TOP];
	const struct process_id old = { 1, 1 };

	(void)state;
	assert_non_null(r);
	for (int i = 0; i < 20000; i++) {
		const struct process_id id = { 100 + i, 1 };

		regions_add_range(r, &id, "anon", 0x1000, 0x2000, "anon 1000 of x", 5 + i % 100);
		regions_add_range(r, &old, "anon", 0x1000, 0x2000, "anon 1000 of old", 10 + 2 * i);
		regions_add_named(r, "heap [heap] of x", 7 + i);
		regions_close_group(r);
	}
	assert_int_equal(regions_top(r, top), 2);
	assert_string_equal(top[0].name, "anon 1000 of old");
	assert_true(top[0].first == 10 && top[0].last == 10 + 2 * 19999);
	assert_true(top[1].last == 7 + 19999 && top[1].first == 7);
	assert_true(regions_value(r, top[0].number) == top[0].last);
	size_t known = 0;

	for (uint64_t i = 0; i < 20002; i++)
		known += isnan(regions_value(r, i)) ? 0 : 1;
	assert_true(known > REGIONS_MAX / 2 && known <= REGIONS_MAX); /* the others are forgotten */
	regions_free(r);
}

/* More that live than there is room for: one that grows is kept, also where its row is the last of each time. */
static void more_at_once_than_fit(void **state)
{
	struct regions *r = regions_new();
	struct region top[REGIONS_TOP];

	(void)state;
	assert_non_null(r);
	for (int t = 0; t < 5; t++) {
		for (int i = 0; i < 2 * REGIONS_MAX; i++) {
			const struct process_id id = { 100 + i, 1 };

			/* at first it is one of the first, so that it gets in; then the last */
			if (i == (t < 2 ? 0 : 2 * REGIONS_MAX - 1))
				regions_add_range(r, &(struct process_id){ 1, 1 }, "anon", 0x1000, 0x2000, "anon 1000 of it",
						  10 + 9 * t);
			regions_add_range(r, &id, "anon", 0x1000, 0x2000, "anon 1000 of x", 50);
		}
		regions_close_group(r);
	}
	assert_int_equal(regions_top(r, top), 1);
	assert_true(top[0].first == 10 && top[0].last == 10 + 9 * 4);
	regions_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_range_that_moves_is_the_same, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(split_merged_and_other_classes, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(names_are_summed, make_dir, drop_dir),
		cmocka_unit_test_setup_teardown(damaged_rows, make_dir, drop_dir),
		cmocka_unit_test(the_regions_of_many),
		cmocka_unit_test(more_at_once_than_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
