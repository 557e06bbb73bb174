/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV in: every form of a record, at every boundary of the read buffer. CSV out: what the reader gives back. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>

#include "base/csv.h"
#include "base/units.h"
#include "tests/base/tmp.h"

#define LIT(s) (s), sizeof(s) - 1 /* a literal and its length, a NUL inside included */

/* All records of the text: fields joined by '|', records by '/', '!' where torn; the last code, the last error. */
static enum sk_code read_all(struct tmp *t, const char *text, size_t n, struct text *out, struct sk_err *err)
{
	const char *path = tmp_path(t, "in.csv");
	struct csv_reader r;
	enum sk_code rc;

	write_file(path, text, n);
	assert_int_equal(csv_open(&r, path, err), SK_OK);
	while ((rc = csv_next(&r, err)) == SK_OK) {
		for (size_t i = 0; i < r.n_field; i++)
			text_addf(out, "%s%s", i ? "|" : "", r.field[i]);
		text_addf(out, "%s/", r.torn ? "!" : "");
	}
	if (rc == SK_EEND)
		assert_int_equal(r.offset, n);
	assert_int_equal(r.n_field, 0);
	csv_close(&r);
	csv_close(&r);
	return rc;
}

static void assert_records(struct tmp *t, const char *text, const char *want)
{
	struct text got = TEXT_INIT;

	assert_int_equal(read_all(t, text, strlen(text), &got, NULL), SK_EEND);
	assert_string_equal(text_str(&got), want);
	text_release(&got);
}

static void records(void **state)
{
	struct tmp *t = *state;

	assert_records(t, "", "");
	assert_records(t, "a,b\n1,2\n", "a|b/1|2/");
	assert_records(t, "a,b\r\n1,2\r\n", "a|b/1|2/");
	assert_records(t,
		       "\xef\xbb\xbf"
		       "a,b\n",
		       "a|b/");
	assert_records(t,
		       "\xef\xbb\xbf\n\xef\xbb\xbf"
		       "a\n",
		       "\xef\xbb\xbf"
		       "a/"); /* a mark is one only at the very beginning */
	assert_records(t, "\n\r\na\n\n\nb\n", "a/b/");
	assert_records(t, ",\n", "|/");
	assert_records(t, ",,x,\n", "||x|/");
	assert_records(t, "a,b\n1,", "a|b/1|!/");
	assert_records(t, "a\r", "a!/");
	assert_records(t, "a\rb\n", "a\rb/");
}

/* Behind the header, where records are split in the read buffer, and some cannot be. */
static void behind_the_header(void **state)
{
	struct tmp *t = *state;

	assert_records(t, "h,i\n,\n,,\nab,c,defghi,j\n", "h|i/|/||/ab|c|defghi|j/");
	assert_records(t, "h\n\xc3\xa9t\xc3\xa9,-1.5,\xff\r\n", "h/\xc3\xa9t\xc3\xa9|-1.5|\xff/");
	assert_records(t, "h\na b!,#$%&'()*+\t,~\n",
		       "h/a b!|#$%&'()*+\t|~/"); /* what is near a comma in ASCII and ends nothing */
	assert_records(t, "h\nx\ry,\r\n,\r\n\r,z\n", "h/x\ry|/|/\r|z/");
	assert_records(t, "h\n\n\r\n1234567,\n12345678,\n", "h/1234567|/12345678|/");
	assert_records(t, "h\n1,2\nq,\"r\ns\"\nu,v\n", "h/1|2/q|r\ns/u|v/");
	assert_records(t, "h\n\xef\xbb\xbf,1\n", "h/\xef\xbb\xbf|1/");
	assert_records(t, "h\n1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18\n1,2\n", /* more fields than the table had room for */
		       "h/1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16|17|18/1|2/");
	assert_records(t, "h\n1,2\n3,4", "h/1|2/3|4!/");
}

/* 4000 records of every length up to 40, over several fillings of the read buffer: each field, line and offset. */
static void many_records(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "in.csv");
	struct text all = TEXT_INIT;
	struct csv_reader r;
	uint64_t offset = 0;

	for (int i = 0; i < 4000; i++)
		text_addf(&all, "%d,%.*s,%s", i, i * 7 % 40, "abcdefghijklmnopqrstuvwxyz0123456789-+./", i % 3 ? "\n" : "\r\n");
	assert_true(all.len > 70000);
	write_file(path, all.s, all.len);
	assert_int_equal(csv_open(&r, path, NULL), SK_OK);
	for (int i = 0; i < 4000; i++) {
		char number[8];

		snprintf(number, sizeof(number), "%d", i);
		offset += strlen(number) + (size_t)(i * 7 % 40) + (i % 3 ? 3 : 4);
		assert_int_equal(csv_next(&r, NULL), SK_OK);
		assert_int_equal(r.n_field, 3);
		assert_string_equal(r.field[0], number);
		assert_int_equal(strlen(r.field[1]), i * 7 % 40);
		assert_string_equal(r.field[2], "");
		assert_int_equal(r.line, i + 1);
		assert_int_equal(r.offset, offset);
	}
	assert_int_equal(csv_next(&r, NULL), SK_EEND);
	csv_close(&r);
	text_release(&all);
}

/* One field a record: what it is to csv_number(), which must be what real_parse() says, or nothing. */
static bool number_of(struct csv_reader *r, const char *text, double *v)
{
	double same;

	assert_int_equal(csv_next(r, NULL), SK_OK);
	assert_string_equal(r->field[1], text);
	if (!csv_number(r, 1, v))
		return false;
	assert_int_equal(real_parse(r->field[1], &same, NULL), SK_OK);
	assert_memory_equal(v, &same, sizeof(same));
	return true;
}

/* Each is read in the buffer, and once more from the record's own memory, because a quote stands before it. */
static void plain_numbers(void **state)
{
	static const struct {
		const char *text;
		double v; /* NAN: none that is read here */
	} want[] = {
		{ "0", 0 },
		{ "7", 7 },
		{ "5.", 5 },
		{ "00012", 12 },
		{ "0.1", .1 },
		{ "1.005", 1.005 },
		{ "12345678", 12345678 },
		{ "123456789", 123456789 },
		{ "1795140000.123", 1795140000.123 },
		{ "12345678.12345678", NAN }, /* 16 digits */
		{ "1234567.12345678", 1234567.12345678 },
		{ "999999999999999", 999999999999999 },
		{ "1234567890123456", NAN },
		{ "1234567890123456789012345", NAN },
		{ "1.123456789", NAN }, /* nine behind the point */
		{ "", NAN },
		{ ".5", NAN },
		{ ".", NAN },
		{ "-5", NAN },
		{ "+5", NAN },
		{ " 5", NAN },
		{ "5 ", NAN },
		{ "1e3", NAN },
		{ "1.2.3", NAN },
		{ "12345678x", NAN },
		{ "1/2", NAN },
		{ "1:2", NAN },
		{ "\xb1", NAN },
		{ "1\xb2", NAN },
		{ "nan", NAN },
	};
	struct tmp *t = *state;
	const char *path = tmp_path(t, "in.csv");
	struct text all = TEXT_INIT;
	struct csv_reader r;
	double v;

	text_add(&all, "a,b\n");
	for (size_t i = 0; i < 2 * sizeof(want) / sizeof(*want); i++)
		text_addf(&all, "%s,%s\n", i % 2 ? "\"q\"" : "1", want[i / 2].text);
	write_file(path, all.s, all.len);
	text_release(&all);
	assert_int_equal(csv_open(&r, path, NULL), SK_OK);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	for (size_t i = 0; i < 2 * sizeof(want) / sizeof(*want); i++) {
		bool is = number_of(&r, want[i / 2].text, &v);

		if (is == isnan(want[i / 2].v) || (is && v != want[i / 2].v))
			fail_msg("\"%s\" was %s, %.17g", want[i / 2].text, is ? "read" : "not read", v);
	}
	csv_close(&r);
}

/* Digits of every count before and behind the point. */
static void numbers_of_every_length(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "in.csv");
	const char *digits = "98765432101234567890";
	struct text all = TEXT_INIT;
	struct csv_reader r;
	char text[64];
	double v;

	text_add(&all, "a,b\n");
	for (int i = 0; i < 20 * 10; i++)
		text_addf(&all, ",%.*s%s%.*s\n", i / 10, digits, i % 10 ? "." : "", i % 10, digits + 5);
	write_file(path, all.s, all.len);
	text_release(&all);
	assert_int_equal(csv_open(&r, path, NULL), SK_OK);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	for (int i = 0; i < 20 * 10; i++) {
		int whole = i / 10, fraction = i % 10;

		snprintf(text, sizeof(text), "%.*s%s%.*s", whole, digits, fraction ? "." : "", fraction, digits + 5);
		assert_int_equal(number_of(&r, text, &v), whole > 0 && fraction <= 8 && whole + fraction <= 15);
	}
	csv_close(&r);
}

static void quotes(void **state)
{
	struct tmp *t = *state;

	assert_records(t, "\"a\",b\n", "a|b/");
	assert_records(t, "\"a,\"\"b\"\"\",\"\"\n", "a,\"b\"|/");
	assert_records(t, "\"two\nlines\",x\r\ny\n", "two\nlines|x/y/");
	assert_records(t, "\"a\r\n\r\nb\"\r\n", "a\r\n\r\nb/");
	assert_records(t, "\"a\r\"\n", "a\r/"); /* inside the quotes it is no end of line */
	assert_records(t, "5\" disk,x\n", "5\" disk|x/");
	assert_records(t, "\"a\"b\"c,d\n", "ab\"c|d/");
	assert_records(t, "x,\"q\"", "x|q!/");
	assert_records(t, "\"\"\n", "/"); /* one empty field, no blank line */
	assert_records(t, "\xef\xbb\xbf\"a\",b\n", "a|b/");
}

static void broken(void **state)
{
	struct tmp *t = *state;
	struct text got = TEXT_INIT;
	struct sk_err e = { 0 };

	assert_int_equal(read_all(t, LIT("a,b\n1,2\n3,\"x\ny\n"), &got, &e), SK_EPARSE);
	assert_string_equal(text_str(&got), "a|b/1|2/");
	assert_non_null(strstr(e.msg, "in.csv, line 3: a quote is opened in this record and never closed"));
	text_reset(&got);
	assert_int_equal(read_all(t, LIT("a\n\nb\0c\nd\n"), &got, &e), SK_EPARSE);
	assert_non_null(strstr(e.msg, "in.csv, line 3: a NUL byte"));
	text_release(&got);
}

static void goes_on_behind_a_nul(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "in.csv");
	struct csv_reader r;

	write_file(path, LIT("a\nb\0\nc\n"));
	assert_int_equal(csv_open(&r, path, NULL), SK_OK);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	assert_int_equal(csv_next(&r, NULL), SK_EPARSE);
	assert_int_equal(r.n_field, 0);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	assert_string_equal(r.field[0], "c");
	assert_int_equal(r.line, 3);
	assert_int_equal(csv_next(&r, NULL), SK_EEND);
	assert_int_equal(csv_next(&r, NULL), SK_EEND);
	csv_close(&r);
}

static void open_quote_at_the_end_is_torn(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "in.csv");
	struct csv_reader r;

	write_file(path, LIT("a\n1,\"cut"));
	assert_int_equal(csv_open(&r, path, NULL), SK_OK);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	assert_int_equal(r.offset, 2);
	assert_false(r.torn);
	assert_int_equal(csv_next(&r, NULL), SK_EPARSE);
	assert_true(r.torn);
	assert_int_equal(csv_next(&r, NULL), SK_EEND);
	csv_close(&r);
}

static void lines_and_columns(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "in.csv");
	struct csv_reader r;

	write_file(path, LIT("time,rss_kb,rss_kb\n\n\"a\nb\"\nlast\n"));
	assert_int_equal(csv_open(&r, path, NULL), SK_OK);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	assert_int_equal(csv_find(&r, "rss_kb"), 1);
	assert_int_equal(csv_find(&r, "rss"), -1);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	assert_int_equal(r.line, 3);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	assert_int_equal(r.line, 5);
	assert_int_equal(r.offset, 31);
	csv_close(&r);
}

/* Lines of every length around the read buffer's size, so that each kind of byte falls on its edge. */
static void buffer_edges(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "in.csv");
	size_t size = 200000;
	char *big = calloc(1, size);

	assert_non_null(big);
	for (size_t pad = 65536 - 12; pad < 65536 + 2; pad++) {
		struct csv_reader r;

		memset(big, 'p', pad);
		int n = snprintf(big + pad, size - pad, ",\"x\"\"y\"\r\nnext,%d\r\n", 7);

		write_file(path, big, pad + (size_t)n);
		assert_int_equal(csv_open(&r, path, NULL), SK_OK);
		assert_int_equal(csv_next(&r, NULL), SK_OK);
		assert_int_equal(r.n_field, 2);
		assert_int_equal(strlen(r.field[0]), pad);
		assert_string_equal(r.field[1], "x\"y");
		assert_int_equal(csv_next(&r, NULL), SK_OK);
		assert_string_equal(r.field[1], "7");
		assert_int_equal(csv_next(&r, NULL), SK_EEND);
		assert_int_equal(r.offset, pad + (size_t)n);
		csv_close(&r);
	}
	free(big);
}

static void record_without_end(void **state)
{
	struct tmp *t = *state;
	const char *path = tmp_path(t, "in.csv");
	struct sk_err e = { 0 };
	struct csv_reader r;

	write_file(path, "a\n", 2);
	assert_int_equal(truncate(path, 2), 0);
	FILE *f = fopen(path, "ab");
	char *chunk = malloc(1 << 20);

	assert_non_null(f);
	assert_non_null(chunk);
	memset(chunk, 'x', 1 << 20);
	for (int i = 0; i < 17; i++)
		assert_int_equal(fwrite(chunk, 1, 1 << 20, f), 1 << 20);
	fclose(f);
	free(chunk);
	assert_int_equal(csv_open(&r, path, NULL), SK_OK);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	assert_int_equal(csv_next(&r, &e), SK_EPARSE);
	assert_non_null(strstr(e.msg, "line 2: a record of more than 16 MiB"));
	assert_int_equal(csv_next(&r, NULL), SK_EEND);
	csv_close(&r);
}

static void from_a_pipe(void **state)
{
	struct csv_reader r;
	int fd[2], was = dup(STDIN_FILENO);

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], LIT("a,b\n1,2")), 7);
	close(fd[1]);
	dup2(fd[0], STDIN_FILENO);
	close(fd[0]);
	assert_int_equal(csv_open(&r, "-", NULL), SK_OK);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	assert_int_equal(csv_next(&r, NULL), SK_OK);
	assert_string_equal(r.field[1], "2");
	assert_true(r.torn);
	csv_close(&r);
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0); /* standard input stays open */
	if (was >= 0)
		dup2(was, STDIN_FILENO);
	close(was);
}

static void no_file(void **state)
{
	struct tmp *t = *state;
	struct sk_err e = { 0 };
	struct csv_reader r;

	assert_int_equal(csv_open(&r, "/nonexistent.csv", &e), SK_ENOTFOUND);
	assert_string_equal(e.msg, "cannot read /nonexistent.csv: No such file or directory");
	csv_close(&r);
	assert_int_equal(csv_open(&r, t->dir, &e), SK_OK);
	assert_int_equal(csv_next(&r, &e), SK_EIO);
	assert_int_equal(e.sys, EISDIR);
	csv_close(&r);
}

static void writes_numbers(void **state)
{
	static const struct {
		double v;
		int decimals;
		const char *want;
	} w[] = {
		{ 1795140000.123, 3, "1795140000.123" },
		{ 1795140000.1, 3, "1795140000.1" },
		{ 5, 3, "5" },
		{ -5, 0, "-5" },
		{ 0, 2, "0" },
		{ -0.0, 2, "0" },
		{ 0.0004, 3, "0" },
		{ -0.0004, 3, "0" },
		{ -0.0006, 3, "-0.001" },
		{ 2.5, 0, "2" },
		{ 100.5, 0, "100" },
		{ 1e15, 1, "1000000000000000" },
		{ 999999999999999, 0, "999999999999999" },
		{ 1e22, 0, "10000000000000000000000" },
		{ 0.25, 99, "0.25" },
		{ 1234.5, -1, "1234" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(w) / sizeof(w[0]); i++) {
		struct text t = TEXT_INIT;

		csv_add_num(&t, w[i].v, w[i].decimals);
		assert_string_equal(text_str(&t), w[i].want);
		text_release(&t);
	}
}

/* Without printf where it is certain, and always as printf has it: near the middle of two, at both ends of each range. */
static void as_printf_has_it(void **state)
{
	static const double base[] = { 0,
				       0.001,
				       0.0005,
				       0.0015,
				       0.49,
				       1,
				       1023.9995,
				       99999.9995,
				       1795140000.0005,
				       8796093022.2075,
				       8796093022.208,
				       1e12,
				       9007199254740991 };
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 40000; i++) {
		double v = base[(size_t)i % (sizeof(base) / sizeof(*base))], w;
		int decimals = i % 5 == 0 ? 3 : (i / 13) % 5;
		struct text t = TEXT_INIT;
		char want[400];

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		w = (double)(seed >> 40) / 0x1p24 * (i % 3 == 0 ? 1 : i % 3 == 1 ? 1e-3 : 1e6);
		v = i % 7 == 0 ? nextafter(v, i % 2 ? 0 : INFINITY) : v + w;
		if (i % 5 == 0) /* as near the middle as a double gets; times 1000 it looks like the middle */
			v = (i + 0.5) / 1000;
		v = i % 2 ? -v : v;
		snprintf(want, sizeof(want), "%.*f", decimals, v);
		csv_add_fixed(&t, v, decimals);
		assert_string_equal(text_str(&t), strspn(want, "-0.") == strlen(want) && *want == '-' ? want + 1 : want);
		text_release(&t);
	}
	struct text t = TEXT_INIT;

	csv_add_fixed(&t, 1795140000.1, 3);
	csv_add_fixed(&t, NAN, 3);
	csv_add_count(&t, UINT64_MAX);
	csv_add_count(&t, 0);
	assert_string_equal(text_str(&t), "1795140000.100,,18446744073709551615,0");
	text_release(&t);
}

static void writes_fields(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	csv_add_str(&t, "plain");
	csv_add_num(&t, NAN, 3);
	csv_add_str(&t, "");
	csv_add_num(&t, INFINITY, 3);
	csv_add_str(&t, "a,b");
	csv_add_str(&t, "say \"hi\"");
	csv_add_str(&t, "x\ny");
	csv_add_num(&t, 7, 0);
	assert_string_equal(text_str(&t), "plain,,,,\"a,b\",\"say \"\"hi\"\"\",\"x\ny\",7");
	text_reset(&t);
	csv_add_num(&t, NAN, 0); /* a first field that is empty keeps its place */
	csv_add_str(&t, "x");
	assert_string_equal(text_str(&t), "\"\",x");
	text_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(records, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(behind_the_header, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(many_records, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(plain_numbers, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(numbers_of_every_length, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(quotes, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(broken, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(goes_on_behind_a_nul, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(open_quote_at_the_end_is_torn, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(lines_and_columns, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(buffer_edges, tmp_setup, tmp_teardown),
		cmocka_unit_test_setup_teardown(record_without_end, tmp_setup, tmp_teardown),
		cmocka_unit_test(from_a_pipe),
		cmocka_unit_test_setup_teardown(no_file, tmp_setup, tmp_teardown),
		cmocka_unit_test(writes_numbers),
		cmocka_unit_test(writes_fields),
		cmocka_unit_test(as_printf_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
