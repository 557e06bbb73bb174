/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records as columns of numbers: what csv_next() and real_parse() say of the same file, and how many records each way was read.
 */
#include <math.h>

#include "base/csv.h"
#include "base/csv_rows.h"
#include "base/units.h"
#include "tests/base/tmp.h"

enum { COLUMNS = 4, STRIDE = 100 };

/*
 * A header and the text: reads it in turns of at most `max` records with csv_rows_read() and one with csv_next(); returns how
 * many the first.
 */
static size_t both_ways(struct tmp *t, const char *text, const int *field, size_t max)
{
	const char *path = tmp_path(t, "in.csv");
	static double out[COLUMNS * STRIDE];
	struct csv_reader r, one;
	struct csv_rows rows;
	struct text all = TEXT_INIT;
	size_t taken = 0;
	enum sk_code rc;

	text_addf(&all, "t,a,b\n%s", text);
	write_file(path, all.s, all.len);
	assert_int_equal(csv_open(&r, path, NULL), SK_OK);
	assert_int_equal(csv_open(&one, path, NULL), SK_OK);
	assert_true(csv_rows_init(&rows, field, COLUMNS, STRIDE));
	do {
		size_t n = csv_rows_read(&rows, &r, out, max);

		taken += n;
		for (size_t k = 0; k < n; k++) {
			assert_int_equal(csv_next(&one, NULL), SK_OK);
			assert_int_equal(one.line, r.next_line - n + k);
			for (size_t c = 0; c < COLUMNS; c++) {
				double same = NAN;

				if (field[c] < 0)
					continue;
				assert_in_range(one.n_field, field[c] + 1, 1000);
				if (one.field[field[c]][0])
					assert_int_equal(real_parse(one.field[field[c]], &same, NULL), SK_OK);
				assert_true(isnan(same) ? isnan(out[c * STRIDE + k]) : same == out[c * STRIDE + k]);
			}
		}
		rc = csv_next(&one, NULL);
		assert_int_equal(csv_next(&r, NULL), rc);
		assert_int_equal(r.offset, one.offset);
		assert_int_equal(r.line, one.line);
		assert_int_equal(r.n_field, one.n_field);
		for (size_t i = 0; i < r.n_field; i++)
			assert_string_equal(r.field[i], one.field[i]);
	} while (rc != SK_EEND);
	csv_rows_release(&rows);
	csv_rows_release(&rows);
	csv_close(&r);
	csv_close(&one);
	text_release(&all);
	return taken;
}

static const int three[COLUMNS] = { 0, 1, -1, 2 };

/* How many of the records are read as rows: in one turn up to the first that is not; behind that one it goes on. */
static void takes(void **state)
{
	static const struct {
		const char *text;
		size_t rows;
	} cases[] = {
		{ "", 0 },
		{ "1.000,80000,5\n2.000,80001,5\n3.000,80002,5\n", 3 },
		{ "1.000,80000,5\n2.000,900001,5\n3.000,2,5\n4.000,2,5\n", 4 }, /* longer, shorter */
		{ "1.000,12345.6,5\n2.000,1234.56,5\n3.000,1234567,5\n", 3 },   /* as long, the point elsewhere, none */
		{ "1.000,,5\n2.000,,6\n3.000,7,\n4.000,,\n", 4 },               /* empty cells */
		{ "1.000,80000,5\r\n2.000,80001,5\r\n3.000,80002,5\n4.000,80003,\r\n", 4 }, /* both ends of a line */
		{ "1.000,80000,5,77\n2.000,80001,5,78,9\n", 2 },                            /* more fields than are asked for */
		{ "1.000,123456789012345,5.\n2.000,12345678.1234567,5.\n", 2 },             /* 15 digits */
		{ "1.000,1234567890123456,5\n", 0 },                                        /* 16 */
		{ "1.000,12345678901234567890,5\n", 0 },
		{ "1.000,0.00000000000001,5\n2.000,000000000000001,5\n", 2 },
		{ "1.000,8,5\n2.000,-8,5\n", 1 },
		{ "1.000,8,5\n2.000,+8,5\n", 1 },
		{ "1.000,8e1,5\n", 0 },
		{ "1.000,nan,5\n", 0 },
		{ "1.000,.5,5\n", 0 },
		{ "1.000,1.2.3,5\n", 0 },
		{ "1.000,1.2.3,5,1.2.3\n", 0 },
		{ "1.000,1.2,5,1.2.3\n", 1 }, /* nobody asks for that one */
		{ "1.000,8,\"5\"\n", 0 },
		{ "1.000,8,5,\"a\nb\"\n", 0 },
		{ "1.000,8,5, \n", 0 },
		{ "1.000,8,5\n\n", 1 },
		{ "1.000,8,5\n\r\n", 1 },
		{ "1.000,8000\n", 0 }, /* a field too few */
		{ "1,2,3\n", 0 },      /* shorter than eight bytes */
		{ "1,2,345\n", 1 },
		{ "1.000,8,5", 0 }, /* no newline: perhaps cut short */
		{ "1.000,8,5\n2.000,8,", 1 },
		{ "1.000,8\xb1,5\n", 0 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t taken = both_ways(*state, cases[i].text, three, STRIDE);

		if (taken != cases[i].rows)
			fail_msg("%zu and not %zu rows of \"%s\"", taken, cases[i].rows, cases[i].text);
		both_ways(*state, cases[i].text, three, 1); /* every other one by csv_next() */
	}
}

/* One byte of the layout is another: at every place of a row. Then rows as before. */
static void one_byte_is_another(void **state)
{
	const char row[] = "1795140000.123,80000,500000\n";
	static const unsigned char bytes[] = "09/:,.\"-+ \r\n\te\x01\x7f\x80\xac\xb1\xff";
	char text[4 * sizeof(row)];

	for (size_t at = 0; at < sizeof(row) - 1; at++) {
		for (size_t i = 0; bytes[i]; i++) {
			int byte = bytes[i];
			int n = snprintf(text, sizeof(text), "%s%s%s%s", row, row, row, row);
			size_t place = 2 * (sizeof(row) - 1) + at;
			bool digit = byte >= '0' && byte <= '9', was_digit = text[place] >= '0' && text[place] <= '9';

			assert_int_equal(n, 4 * (sizeof(row) - 1));
			bool alike = byte == text[place] || (digit && was_digit);

			text[place] = (char)byte;
			size_t taken = both_ways(*state, text, three, STRIDE);

			if (alike ? taken != 4 : taken < 2)
				fail_msg("byte %d at %zu: %zu rows", byte, at, taken);
			if (!digit && byte != '.' && byte != ',' && byte != '\n' && byte != '\r')
				assert_in_range(taken, 2, 3);
		}
	}
}

/* Cells of every width before and behind the point, the columns asked for in another order and one of them twice. */
static void every_width(void **state)
{
	static const int turned[COLUMNS] = { 2, 0, 2, 1 };
	const char *digits = "98765432101234567890";
	struct text all = TEXT_INIT;
	size_t want = 0, taken;

	for (int whole = 0; whole < 18; whole++) {
		for (int behind = -1; behind < 18; behind++) {
			bool empty = whole == 0 && behind < 0;

			for (int i = 0; i < 3; i++)
				text_addf(&all, "179514%d,7,%.*s%s%.*s\n", i, whole, digits + i, behind < 0 ? "" : ".",
					  behind < 0 ? 0 : behind, digits + 5 - i);
			want += empty || (whole > 0 && whole + (behind < 0 ? 0 : behind) <= 15) ? 3 : 0;
		}
	}
	taken = both_ways(*state, text_str(&all), turned, STRIDE);
	assert_in_range(taken, want - want / STRIDE, want); /* csv_next() takes one behind each STRIDE */
	text_release(&all);
}

/*
 * Rows of 7 to 1200 bytes over several fillings of the read buffer: where one ends within a row, and the longest that are read
 * so.
 */
static void every_length(void **state)
{
	struct text all = TEXT_INIT;
	size_t taken;

	for (int i = 0; i < 300; i++) {
		text_addf(&all, "1795140%03d,%d,5", i, i % 7 ? 123 : 4567);
		for (int more = 0; more < i * 4; more += 4)
			text_addf(&all, ",%03d", more % 1000);
		text_addc(&all, '\n');
	}
	assert_true(all.len > 2 * 65536);
	taken = both_ways(*state, text_str(&all), three, STRIDE);
	assert_in_range(taken, 245, 252); /* 252 are short enough; three ends of the buffer and of turns are in them */
	text_release(&all);
}

/* The first record may begin with a byte order mark. */
static void not_the_header(void **state)
{
	const char *path = tmp_path(*state, "in.csv");
	double out[COLUMNS * STRIDE];
	struct csv_reader r;
	struct csv_rows rows;

	write_file(path, "1.000,2,3\n", 10);
	assert_int_equal(csv_open(&r, path, NULL), SK_OK);
	assert_true(csv_rows_init(&rows, three, COLUMNS, STRIDE));
	assert_int_equal(csv_rows_read(&rows, &r, out, STRIDE), 0);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	assert_int_equal(r.n_field, 3);
	csv_rows_release(&rows);
	csv_close(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(takes, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(one_byte_is_another, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(every_width, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(every_length, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(not_the_header, tmp_setup, tmp_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
