/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as phases.csv: a table in words and as JSON, levels and their trends, never a crash; and the same bytes as
 * --cycle.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "soakd/phase_table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char dir[] = "/tmp/soakd-phases-fuzz-XXXXXX", file[sizeof(dir) + 16];

static void clean_up(void)
{
	unlink(file);
	rmdir(dir);
}

static void as_file(const uint8_t *data, size_t size)
{
	FILE *f;

	if (!file[0]) {
		if (!mkdtemp(dir))
			abort();
		snprintf(file, sizeof(file), "%s/phases.csv", dir);
		atexit(clean_up);
	}
	f = fopen(file, "w");
	if (!f || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		abort();
}

/* The table keeps to the lines that it is given. */
static void look_at_lines(const struct phase_table *t)
{
	struct text out = TEXT_INIT;

	for (size_t most = 0; most <= 40; most += 5) {
		size_t n = 0;

		text_reset(&out);
		phase_table_markdown(t, most, &out);
		for (size_t i = 0; i < out.len; i++)
			n += out.s[i] == '\n';
		if (n > (most > 8 ? most : 8))
			abort();
	}
	text_release(&out);
}

static void look(struct phase_table *t)
{
	struct text out = TEXT_INIT;
	json_t *o = json_object();

	if (!phase_table_to_json(t, o))
		abort();
	phase_table_human(t, &out);
	look_at_lines(t);
	phase_table_why(t, &out);
	if (out.failed)
		abort();
	for (size_t i = 0; i < phase_table_cycles(t); i++) {
		struct cycles c;

		cycles_judge(&t->judged[i], 4, 64, &c);
		if (isinf(c.idle_rate) || isinf(c.idle_hi) || isinf(c.returned_share) || (c.flat && c.idle_grows))
			abort();
	}
	json_decref(o);
	text_release(&out);
}

static void as_option(const uint8_t *data, size_t size)
{
	struct phase_list l = { .n = 0 };
	struct sk_err err = { 0 };
	char *text = calloc(1, size + 1);

	if (!text)
		abort();
	memcpy(text, data, size);
	if (phase_cycle(text, &l, &err) != SK_OK ? l.n != 0 || !err.msg[0] : l.n != 2)
		abort();
	phase_list_release(&l);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct phase_table *t = phase_table_new(true);
	struct sk_err err = { 0 };

	if (!t)
		return 0;
	as_file(data, size);
	if (phase_table_read(dir, t, &err) != SK_OK && !err.msg[0])
		abort();
	look(t);
	free(t);
	as_option(data, size);
	return 0;
}
