/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A process of 200 000 mappings: 130 MB of text, fed in pieces of what the kernel gives at a time. The sums are exact, and the
 * parser needs no more memory than for one mapping.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "samplers/smaps.h"
#include "tests/check.h"

#define MAPPINGS 200000
#define PIECE    4096

static char piece[PIECE];
static size_t filled;

static void flush(struct smaps_parser *p)
{
	smaps_parser_feed(p, piece, filled);
	filled = 0;
}

static void add(struct smaps_parser *p, const char *text, size_t n)
{
	while (n > 0) {
		size_t some = n < PIECE - filled ? n : PIECE - filled;

		memcpy(piece + filled, text, some);
		filled += some;
		text += some;
		n -= some;
		if (filled == PIECE)
			flush(p);
	}
}

/* The i-th: of every three one is private, one of a file, one a memfd; none touches its neighbour. As 6.18 writes it. */
static void mapping(struct smaps_parser *p, unsigned long i)
{
	static const char *const kind[] = { "rw-p 00000000 00:00 0",
					    "r-xp 00001000 fe:00 1234                       /usr/lib/x.so",
					    "rw-s 00000000 00:01 99                         /memfd:soak (deleted)" };
	unsigned long start = 0x100000000000 + i * 0x10000;
	char text[1024];
	int n = snprintf(text, sizeof(text),
			 "%lx-%lx %s\nSize: 8 kB\nKernelPageSize: 4 kB\nMMUPageSize: 4 kB\nRss: 8 kB\nPss: 5 kB\n"
			 "Pss_Dirty: 4 kB\nShared_Clean: 0 kB\nShared_Dirty: 0 kB\nPrivate_Clean: 4 kB\nPrivate_Dirty: 4 kB\n"
			 "Referenced: 8 kB\nAnonymous: %d kB\nKSM: 0 kB\nLazyFree: 0 kB\nAnonHugePages: 0 kB\n"
			 "ShmemPmdMapped: 0 kB\nFilePmdMapped: 0 kB\nShared_Hugetlb: 0 kB\nPrivate_Hugetlb: 0 kB\nSwap: 1 kB\n"
			 "SwapPss: 3 kB\nLocked: 0 kB\nTHPeligible: 0\nVmFlags: rd wr mr mw me ac \n",
			 start, start + 0x2000, kind[i % 3], i % 3 ? 0 : 8);

	assert_true(n > 0 && (size_t)n < sizeof(text));
	add(p, text, (size_t)n);
}

static void many(void **state)
{
	struct smaps_parser *p = smaps_parser_new();
	struct mallinfo2 before, after;
	struct smaps_summary sum;

	(void)state;
	assert_non_null(p);
	mapping(p, 0);
	before = mallinfo2();
	for (unsigned long i = 1; i < MAPPINGS; i++)
		mapping(p, i);
	flush(p);
	after = mallinfo2();
	assert_int_equal(after.uordblks, before.uordblks);
	assert_int_equal(after.arena + after.hblkhd, before.arena + before.hblkhd);
	assert_int_equal(smaps_parser_end(p, &sum, NULL), SK_OK);
	smaps_parser_free(p);
	assert_int_equal(sum.all.mappings, MAPPINGS);
	assert_double_equal(sum.all.rss_kb, 8.0 * MAPPINGS, 0);
	assert_double_equal(sum.all.pss_kb, 5.0 * MAPPINGS, 0);
	assert_double_equal(sum.all.swap_kb, 1.0 * MAPPINGS, 0);
	/* 200 000 = 3 * 66 666 + 2 */
	assert_int_equal(sum.by_class[MAP_ANON].mappings, 66667);
	assert_int_equal(sum.by_class[MAP_FILE_TEXT].mappings, 66667);
	assert_int_equal(sum.by_class[MAP_SHMEM].mappings, 66666);
	assert_double_equal(sum.all.anon_kb, 8.0 * 66667, 0);
}

/* A mapping that is not whole, in the middle of so many, is no reason to lose the others. */
static void one_is_torn(void **state)
{
	static const char torn[] = "0fff00000000-0fff00001000 rw-p 00000000 00:00 0\nSize: 4 kB\nRss: 4 kB\n";
	struct smaps_parser *p = smaps_parser_new();
	struct smaps_summary sum;
	struct sk_err err;

	(void)state;
	assert_non_null(p);
	add(p, torn, sizeof(torn) - 1);
	for (unsigned long i = 0; i < 3000; i++)
		mapping(p, i);
	flush(p);
	assert_int_equal(smaps_parser_end(p, &sum, &err), SK_EPARSE);
	assert_int_equal(sum.all.mappings, 3000);
	smaps_parser_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many),
		cmocka_unit_test(one_is_torn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
