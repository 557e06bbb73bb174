/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a file of each tool of --under, at once and in two pieces: the same is read. */
#include <stdlib.h>
#include <string.h>

#include "soakd/under_files.h"
#include "soakd/under_memcheck.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void same_memcheck(const char *text, size_t n, size_t cut)
{
	struct memcheck *a = memcheck_new(), *b = memcheck_new();
	const struct memcheck_site *top[10];

	if (!a || !b)
		abort();
	memcheck_begin(a);
	memcheck_feed(a, text, n);
	memcheck_begin(b);
	if (memcheck_feed(b, text, cut))
		memcheck_feed(b, text + cut, n - cut);
	if (memcheck_end(a) != memcheck_end(b) || memcheck_totals(a)->bytes != memcheck_totals(b)->bytes ||
	    memcheck_totals(a)->errors != memcheck_totals(b)->errors || memcheck_top(a, top, 10) != memcheck_top(b, top, 10))
		abort();
	memcheck_free(a);
	memcheck_free(b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const char *text = (const char *)data;
	size_t cut = n ? data[0] % n : 0;
	struct dhat_check d[2] = { { .n_head = 0 } };
	struct pressed_check z[2] = { { .at = 0 } };

	same_memcheck(text, n, n ? (size_t)data[n - 1] * n / 256 : 0);
	massif_is_whole(text, n < 8 ? n : 8, text, n);
	dhat_feed(&d[0], text, n);
	dhat_feed(&d[1], text, cut);
	dhat_feed(&d[1], text + cut, n - cut);
	pressed_feed(&z[0], data, n);
	pressed_feed(&z[1], data, cut);
	pressed_feed(&z[1], data + cut, n - cut);
	if (dhat_is_whole(&d[0]) != dhat_is_whole(&d[1]) || pressed_is_whole(&z[0]) != pressed_is_whole(&z[1]))
		abort();
	return 0;
}
