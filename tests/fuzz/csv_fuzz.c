/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as a CSV file: no crash, what was read, written by our writers, reads back the same, and so is a number read any
 * way.
 */
#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/csv_rows.h"
#include "base/units.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A file in memory with these bytes; the path leads to it while it is open. */
static int memory_file(const void *data, size_t n, char *path, size_t path_size)
{
	int fd = memfd_create("csv", MFD_CLOEXEC);

	assert(fd >= 0 && write(fd, data, n) == (ssize_t)n);
	snprintf(path, path_size, "/proc/self/fd/%d", fd);
	return fd;
}

/* Reads all records; each is written to *out as a line, and compared with the next record of *with, if any. */
static void read_all(const char *path, struct text *out, struct csv_reader *with)
{
	struct csv_reader r;
	enum sk_code rc;
	uint64_t line = 0;

	assert(csv_open(&r, path, NULL) == SK_OK);
	while ((rc = csv_next(&r, NULL)) != SK_EEND) {
		assert((rc == SK_OK && r.n_field > 0) || (rc == SK_EPARSE && r.n_field == 0));
		assert(r.line > line);
		line = r.line;
		size_t from = out->len;
		struct text rec = TEXT_INIT;

		for (size_t i = 0; i < r.n_field; i++) {
			double v, same;

			if (csv_number(&r, i, &v))
				assert(real_parse(r.field[i], &same, NULL) == SK_OK && memcmp(&v, &same, sizeof(v)) == 0);
			csv_add_str(&rec, r.field[i]);
		}
		text_addn(out, text_str(&rec), rec.len);
		if (out->len > from)
			text_addc(out, '\n');
		text_release(&rec);
		if (!with || rc != SK_OK)
			continue;
		assert(csv_next(with, NULL) == SK_OK && with->n_field == r.n_field);
		for (size_t i = 0; i < r.n_field; i++)
			assert(strcmp(with->field[i], r.field[i]) == 0);
	}
	csv_close(&r);
}

/* The rest of the file as columns of numbers where that can be, the last of the fields first; `one` reads it record by record. */
static void read_rows(struct csv_reader *r, struct csv_reader *one, const int *field, size_t n_columns)
{
	enum { MAX = 3 };
	double out[4 * MAX], same;
	struct csv_rows rows;
	enum sk_code rc = SK_OK;

	assert(csv_rows_init(&rows, field, n_columns, MAX));
	while (rc != SK_EEND) {
		size_t n = csv_rows_read(&rows, r, out, MAX);

		for (size_t k = 0; k < n; k++) {
			assert(csv_next(one, NULL) == SK_OK && one->line == r->next_line - n + k);
			for (size_t c = 0; c < n_columns; c++) {
				if (field[c] < 0)
					continue;
				assert((size_t)field[c] < one->n_field);
				const char *text = one->field[field[c]];

				assert(*text ? real_parse(text, &same, NULL) == SK_OK && same == out[c * MAX + k]
					     : isnan(out[c * MAX + k]));
			}
		}
		rc = csv_next(one, NULL);
		assert(csv_next(r, NULL) == rc && r->n_field == one->n_field && r->offset == one->offset);
		for (size_t i = 0; i < r->n_field; i++)
			assert(strcmp(r->field[i], one->field[i]) == 0);
	}
	csv_rows_release(&rows);
}

/* The same file by both ways. */
static void both_ways(const char *path)
{
	static const int field[] = { 2, -1, 1, 0 };
	struct csv_reader r, one;

	for (size_t from = 0; from < 3; from++) {
		assert(csv_open(&r, path, NULL) == SK_OK && csv_open(&one, path, NULL) == SK_OK);
		read_rows(&r, &one, field + from, 4 - from);
		csv_close(&r);
		csv_close(&one);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct text first = TEXT_INIT, second = TEXT_INIT;
	struct csv_reader again;
	char path[64], path2[64];
	int fd = memory_file(data, size, path, sizeof(path)), fd2;

	both_ways(path);
	read_all(path, &first, NULL);
	/* a first field that begins with a byte order mark would lose it in the copy: a blank line keeps it from the beginning */
	text_addn(&second, "\n", 1);
	text_addn(&second, text_str(&first), first.len);
	fd2 = memory_file(second.s, second.len, path2, sizeof(path2));
	assert(csv_open(&again, path2, NULL) == SK_OK);
	text_reset(&second);
	read_all(path, &second, &again);
	assert(csv_next(&again, NULL) == SK_EEND);
	csv_close(&again);
	text_release(&first);
	text_release(&second);
	close(fd);
	close(fd2);
	return 0;
}
