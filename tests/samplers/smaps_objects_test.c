/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "samplers/smaps_objects.h"
#include "tests/check.h"

static struct map_objects t;

/* One mapping as the kernel of 2018 writes it: without what was added since, with a field that nobody knows. */
static void map(struct text *s, const char *header, int pss, int swap)
{
	text_addf(s,
		  "%s\nSize: 100 kB\nRss: %d kB\nPss: %d kB\nPrivate_Clean: 0 kB\nPrivate_Dirty: %d kB\nAnonymous: %d kB\n"
		  "AnonHugePages: 3 kB\nShmemPmdMapped: 5 kB\nInvented: 7 kB\nSwap: %d kB\nVmFlags: rd wr \n",
		  header, 2 * pss, pss, pss, pss, swap);
}

static void parse(struct text *s)
{
	struct smaps_parser *p = smaps_parser_new();
	struct smaps_summary sum;

	assert_non_null(p);
	assert_false(s->failed);
	memset(&t, 0x55, sizeof(t)); /* what was in the table before does not matter */
	smaps_parser_reset(p, &t);
	for (size_t at = 0; at < s->len; at += 3300)
		smaps_parser_feed(p, s->s + at, s->len - at < 3300 ? s->len - at : 3300);
	assert_int_equal(smaps_parser_end(p, &sum, NULL), SK_OK);
	smaps_parser_free(p);
	text_release(s);
}

/* The i-th by what it holds. */
static const struct map_object *nth(size_t i)
{
	unsigned char order[MAP_OBJECTS];

	assert_true(i < t.n);
	map_objects_order(&t, order);
	return &t.v[order[i]];
}

static void one_name_is_one(void **state)
{
	struct text s = TEXT_INIT;

	(void)state;
	map(&s, "400000-401000 r--p 00000000 fe:00 77 /usr/bin/x y", 1, 0);
	map(&s, "401000-402000 r-xp 00001000 fe:00 77 /usr/bin/x y", 20, 0);
	map(&s, "402000-403000 r--p 00002000 fe:00 77 /usr/bin/x y", 2, 4);
	map(&s, "7f0000000000-7f0000001000 rw-p 00000000 00:00 0", 30, 0);
	map(&s, "7f0000002000-7f0000003000 rw-p 00000000 00:00 0", 40, 0);
	map(&s, "7f0000005000-7f0000006000 rw-s 00000000 00:01 5 /memfd:a\\012b (deleted)", 5, 0);
	map(&s, "7f0000006000-7f0000007000 rw-s 00000000 00:01 6 /memfd:a\\012b (deleted)", 6, 0);
	parse(&s);
	assert_int_equal(t.n, 5);
	assert_string_equal(nth(0)->name, "");
	assert_true(nth(0)->class == MAP_ANON && nth(0)->start == 0x7f0000002000 && nth(0)->end == 0x7f0000003000);
	assert_true(nth(0)->sum.pss_kb == 40 && nth(1)->sum.pss_kb == 30);
	assert_true(nth(2)->class == MAP_FILE_TEXT && nth(2)->sum.mappings == 1);
	assert_string_equal(nth(2)->name, "/usr/bin/x y");
	assert_true(nth(2)->dev_major == 0xfe && nth(2)->dev_minor == 0 && nth(2)->inode == 77);
	/* two memfds of one name: one row, of no object */
	assert_string_equal(nth(3)->name, "/memfd:a\\012b (deleted)");
	assert_true(nth(3)->sum.mappings == 2 && nth(3)->sum.pss_kb == 11 && nth(3)->inode == 0);
	assert_true(nth(3)->sum.thp_kb == 2 * 8 && nth(3)->sum.size_kb == 200 && nth(3)->sum.rss_kb == 22);
	/* what is in swap counts: 3 + 4 */
	assert_true(nth(4)->class == MAP_FILE_RO && map_held_kb(&nth(4)->sum) == 7 && nth(4)->sum.mappings == 2);
	assert_true(nth(4)->start == 0x400000 && nth(4)->end == 0x403000);
}

/* Every 1000th of 200 000 is bigger than the rest: these 64 biggest are found, whatever came before and behind them. */
static void the_biggest_of_200000(void **state)
{
	struct text s = TEXT_INIT;
	char header[128];

	(void)state;
	for (int i = 0; i < 200000; i++) {
		snprintf(header, sizeof(header), "%x000-%x000 rw-p 00000000 00:00 0 %s%.0d", 0x10000 + 2 * i, 0x10001 + 2 * i,
			 i % 3 ? "" : "/file/", i % 3 ? 0 : i);
		map(&s, header, i % 1000 ? i % 7 : 10 + i / 1000, 0);
	}
	parse(&s);
	assert_int_equal(t.n, MAP_OBJECTS);
	for (int i = 0; i < MAP_OBJECTS; i++) {
		assert_true(nth((size_t)i)->sum.pss_kb == 10 + 199 - i);
		assert_true(nth((size_t)i)->start == (uint64_t)(0x10000 + 2 * 1000 * (199 - i)) << 12);
	}
}

static void a_long_name_keeps_its_end(void **state)
{
	char path[400];
	const struct map_object o = { .class = MAP_FILE_RO, .sum.pss_kb = 1 };

	(void)state;
	memset(path, 'd', sizeof(path));
	memcpy(path + sizeof(path) - 6, "/x.so", 5);
	t.n = 0;
	map_objects_add(&t, &o, path, sizeof(path) - 1);
	path[0] = 'e'; /* differs where nothing is kept of it */
	map_objects_add(&t, &o, path, sizeof(path) - 1);
	assert_int_equal(t.n, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(strlen(t.v[i].name), MAP_OBJECT_NAME);
		assert_string_equal(t.v[i].name + MAP_OBJECT_NAME - 6, "d/x.so");
	}
}

/* Device and inode are not needed for anything else: a line without them is a mapping too. */
static void odd_devices(void **state)
{
	static const char *const odd[] = { "00:00 0", "zz:00 7", "fe:100000000 7", "fe:00", "", "fe:00 7x", "fe:00 -7" };
	char header[128];

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		struct text s = TEXT_INIT;

		snprintf(header, sizeof(header), "400000-401000 r--p 00000000 %s", odd[i]);
		map(&s, header, 9, 0);
		parse(&s);
		assert_int_equal(t.n, 1);
		assert_int_equal(t.v[0].inode, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_name_is_one),
		cmocka_unit_test(the_biggest_of_200000),
		cmocka_unit_test(a_long_name_keeps_its_end),
		cmocka_unit_test(odd_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
