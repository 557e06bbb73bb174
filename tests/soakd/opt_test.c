/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/check.h"

#include "soakd/opt.h"

struct dest {
	double interval_s, size, pct;
	int64_t n;
	bool flag;
	char *name;
	int choice;
	struct opt_list out;
};

static const char *const colours[] = { "red", "green", NULL };
static const struct opt table[] = {
	{ "interval", 'i', OPT_DURATION, offsetof(struct dest, interval_s), "D", NULL, 0.01, 1000, NULL, "time" },
	{ "size", 0, OPT_SIZE, offsetof(struct dest, size), "SIZE", "64KiB", 0, 0, NULL, "a size" },
	{ "pct", 0, OPT_REAL, offsetof(struct dest, pct), "PCT", NULL, 0, 0, NULL, "share" },
	{ "count", 'n', OPT_INT, offsetof(struct dest, n), "N", "4", 1, 10, NULL, "count" },
	{ "flag", 'f', OPT_FLAG, offsetof(struct dest, flag), NULL, NULL, 0, 0, NULL, "flag" },
	{ "name", 0, OPT_STRING, offsetof(struct dest, name), "S", NULL, 0, 0, NULL, "name" },
	{ "colour", 0, OPT_CHOICE, offsetof(struct dest, choice), "C", "red", 0, 0, colours, "colour" },
	{ "out", 'o', OPT_LIST, offsetof(struct dest, out), "FILE", NULL, 0, 0, NULL, "files" },
	{ NULL, 0, OPT_FLAG, 0, NULL, NULL, 0, 0, NULL, NULL },
};
static const struct opt_command command = { "test", "", "A test.", table, NULL };

struct parsed {
	struct dest d;
	struct opt_given given;
	char **operand;
	size_t n;
	int dashdash;
	bool help;
	struct sk_err err;
	enum sk_code rc;
};

static struct parsed parse(int argc, char **argv)
{
	struct parsed p = { .n = 0 };

	assert_int_equal(opt_defaults(&command, &p.d, NULL), SK_OK);
	p.rc = opt_parse(&command, argc, argv, &p.d, &p.given, &p.operand, &p.n, &p.dashdash, &p.help, &p.err);
	return p;
}

static void done(struct parsed *p)
{
	opt_release(&command, &p->d);
	free(p->operand);
}

#define PARSE(...)                                                                     \
	char *argv_[] = { "test", __VA_ARGS__, NULL };                                 \
	struct parsed p = parse((int)(sizeof(argv_) / sizeof(*argv_)) - 1, argv_)

static void every_form_of_an_option_is_taken(void **state)
{
	(void)state;
	PARSE("--interval=300", "--size", "1.5GiB", "-n7", "-f", "--pct", "0.1%", "--name=x=y", "-o", "a", "-o", "b", "word", "--colour", "green");
	assert_int_equal(p.rc, SK_OK);
	assert_double_equal(p.d.interval_s, 300, 0);
	assert_double_equal(p.d.size, 1610612736.0, 0);
	assert_double_equal(p.d.pct, 0.1, 0);
	assert_int_equal(p.d.n, 7);
	assert_true(p.d.flag);
	assert_string_equal(p.d.name, "x=y");
	assert_int_equal(p.d.choice, 1);
	assert_int_equal(p.d.out.n, 2);
	assert_string_equal(p.d.out.v[1], "b");
	assert_int_equal(p.n, 1);
	assert_string_equal(p.operand[0], "word");
	assert_true(opt_was_given(&command, &p.given, "interval"));
	assert_false(opt_was_given(&command, &p.given, "missing"));
	done(&p);
}

static void defaults_stand_where_nothing_was_said(void **state)
{
	(void)state;
	PARSE("--flag");
	assert_true(isnan(p.d.interval_s));
	assert_double_equal(p.d.size, 65536, 0);
	assert_int_equal(p.d.n, 4);
	assert_null(p.d.name);
	assert_false(opt_was_given(&command, &p.given, "size"));
	done(&p);
}

static void all_behind_the_dashes_is_a_command(void **state)
{
	(void)state;
	PARSE("--interval", "1", "--", "server", "--flag", "-i", "3");
	assert_int_equal(p.rc, SK_OK);
	assert_int_equal(p.dashdash, 0);
	assert_int_equal(p.n, 4);
	assert_string_equal(p.operand[1], "--flag");
	assert_false(p.d.flag);
	done(&p);
}

static void refuse(const char *a, const char *b, const char *needle)
{
	char *argv[] = { (char *)(uintptr_t)"test", (char *)(uintptr_t)a, (char *)(uintptr_t)b, NULL };
	struct parsed p = parse(b ? 3 : 2, argv);

	assert_int_equal(p.rc, SK_EUSAGE);
	if (!strstr(p.err.msg, needle))
		fail_msg("\"%s\" does not say \"%s\"", p.err.msg, needle);
	done(&p);
}

static void bad_input_is_one_clear_sentence(void **state)
{
	(void)state;
	refuse("--nope", NULL, "unknown option --nope; see soakd test --help");
	refuse("-z", NULL, "unknown option -z");
	refuse("--interval", NULL, "--interval needs a value (D)");
	refuse("--interval=fast", NULL, "--interval");
	refuse("--interval=0", NULL, "between 0.01 and 1000");
	refuse("--count=11", NULL, "between 1 and 10");
	refuse("--count=1.5", NULL, "--count");
	refuse("--colour", "blue", "--colour takes one of red, green, not \"blue\"");
	refuse("--flag=maybe", NULL, "--flag takes no value, or yes or no");
	refuse("--inter=3", NULL, "unknown option --inter");
}

static void write_file(const char *path, const char *s)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(s, f);
	assert_int_equal(fclose(f), 0);
}

static enum sk_code config(const char *text, struct parsed *p)
{
	char path[] = "/tmp/soakd-opt-XXXXXX";
	int fd = mkstemp(path);
	enum sk_code rc;

	assert_true(fd >= 0);
	close(fd);
	write_file(path, text);
	rc = opt_config(&command, path, &p->d, &p->given, &p->err);
	unlink(path);
	return rc;
}

static void a_file_says_the_same_and_the_command_line_wins(void **state)
{
	(void)state;
	PARSE("--size=1", "--flag");
	assert_int_equal(config("interval = \"5m\";\nsize = 99;\ncount = 3;\npct = 0.5;\nflag = false;\n", &p), SK_OK);
	assert_double_equal(p.d.interval_s, 300, 0);
	assert_double_equal(p.d.size, 1, 0);
	assert_int_equal(p.d.n, 3);
	assert_double_equal(p.d.pct, 0.5, 0);
	assert_true(p.d.flag);
	done(&p);
}

static void a_file_repeats_an_option_in_brackets(void **state)
{
	(void)state;
	PARSE("--flag");
	assert_int_equal(config("out = [\"/a\", \"/b\"];\n", &p), SK_OK);
	assert_int_equal(p.d.out.n, 2);
	assert_string_equal(p.d.out.v[1], "/b");
	assert_int_equal(config("count = 3;\nname = [\"a\"];\n", &p), SK_EUSAGE); /* not what that is given once */
	assert_non_null(strstr(p.err.msg, ":2: \"name\" needs one value"));
	done(&p);
}

static void brackets_hold_values_and_the_command_line_wins(void **state)
{
	(void)state;
	PARSE("--out=/c");
	assert_int_equal(config("out = ( \"/a\", { x = 1; } );\n", &p), SK_OK); /* not even looked at */
	assert_int_equal(config("out = \"/a\";\n", &p), SK_OK);
	assert_int_equal(p.d.out.n, 1);
	assert_string_equal(p.d.out.v[0], "/c");
	done(&p);
}

static void a_bad_file_is_named_with_its_line(void **state)
{
	(void)state;
	PARSE("--flag");
	assert_int_equal(config("count = 3;\nnope = 1;\n", &p), SK_EUSAGE);
	assert_non_null(strstr(p.err.msg, ":2: unknown option \"nope\""));
	assert_int_equal(config("count = 3\nsize = = 4;\n", &p), SK_EUSAGE);
	assert_non_null(strstr(p.err.msg, ":2:"));
	assert_int_equal(config("name = { x = 1; };\n", &p), SK_EUSAGE);
	assert_non_null(strstr(p.err.msg, ":1: \"name\" needs one value"));
	assert_int_equal(opt_config(&command, "/nonexistent/x.conf", &p.d, &p.given, &p.err), SK_EUSAGE);
	assert_non_null(strstr(p.err.msg, "/nonexistent/x.conf"));
	done(&p);
}

static void help_and_man_come_from_the_table(void **state)
{
	struct text t = TEXT_INIT;

	(void)state;
	opt_help(&command, &t);
	assert_non_null(strstr(text_str(&t), "  -i, --interval D"));
	assert_non_null(strstr(text_str(&t), "colour: red green [red]"));
	text_reset(&t);
	opt_man(&command, &t);
	assert_non_null(strstr(text_str(&t), ".TP\n\\fB\\-i\\fR, \\fB\\-\\-interval\\fR \\fID\\fR\ntime\n"));
	text_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_an_option_is_taken),
		cmocka_unit_test(defaults_stand_where_nothing_was_said),
		cmocka_unit_test(all_behind_the_dashes_is_a_command),
		cmocka_unit_test(bad_input_is_one_clear_sentence),
		cmocka_unit_test(a_file_says_the_same_and_the_command_line_wins),
		cmocka_unit_test(a_file_repeats_an_option_in_brackets),
		cmocka_unit_test(brackets_hold_values_and_the_command_line_wins),
		cmocka_unit_test(a_bad_file_is_named_with_its_line),
		cmocka_unit_test(help_and_man_come_from_the_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
