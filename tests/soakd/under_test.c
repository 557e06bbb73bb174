/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --under: what is read of the tools' files, the command line that starts them, and what a result does to the verdict. */
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json.h"
#include "soakd/cmds.h"
#include "soakd/under.h"
#include "soakd/under_files.h"
#include "soakd/under_memcheck.h"
#include "soakd/verdict_json.h"
#include "tests/base/tmp.h"

#define FRAME(obj, fn, rest) "<frame><ip>0x1</ip><obj>" obj "</obj><fn>" fn "</fn>" rest "</frame>"
#define MALLOC               FRAME("/usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so", "malloc", "")
#define LINE(file, line)     "<dir>/src</dir><file>" file "</file><line>" line "</line>"
#define LOST(bytes, blocks, stack)                                                                                               \
	"<error><unique>0x0</unique><tid>1</tid><kind>Leak_DefinitelyLost</kind><xwhat><text>lost</text><leakedbytes>" bytes     \
	"</leakedbytes><leakedblocks>" blocks "</leakedblocks></xwhat><stack>" stack "</stack></error>"
#define HEAD "<?xml version=\"1.0\"?>\n<valgrindoutput><protocolversion>4</protocolversion><pid>7</pid>"
#define TAIL "</valgrindoutput>\n"

static bool feed(struct memcheck *m, const char *text, size_t piece)
{
	memcheck_begin(m);
	for (size_t i = 0, n = strlen(text); i < n; i += piece)
		if (!memcheck_feed(m, text + i, n - i < piece ? n - i : piece))
			break;
	return memcheck_end(m);
}

static void what_is_lost_is_summed_by_place(void **state)
{
	static const char one[] =
		HEAD LOST("100", "2",
			  MALLOC FRAME("/bin/p", "take", LINE("p.c", "10")) FRAME("/bin/p", "work", "")
				  FRAME("/bin/p", "main", "")) "<error><kind>UninitCondition</kind><what>w</"
							       "what><stack>" FRAME("/bin/p", "look",
										    "") "</stack></error>"
											"<error><kind>Leak_StillReachable</"
											"kind><xwhat><leakedbytes>9</"
											"leakedbytes><leakedblocks>1</"
											"leakedblocks></xwhat>"
											"<stack>" MALLOC "</stack></error>" TAIL;
	static const char two[] =
		HEAD LOST("7", "1",
			  MALLOC FRAME("/bin/p", "take", LINE("p.c", "10")) FRAME("/bin/p", "work", "")
				  FRAME("/bin/p", "main", "")) LOST("5000", "1", MALLOC FRAME("/lib/libx.so.1", "", "")) TAIL;
	const struct memcheck_site *top[10];
	struct memcheck *m = memcheck_new();

	(void)state;
	assert_non_null(m);
	for (size_t piece = 1; piece < 4; piece++) /* in pieces of any size the same */
		assert_true(feed(m, one, piece));
	assert_true(feed(m, two, 4096));
	assert_int_equal(memcheck_totals(m)->files, 4);
	assert_int_equal(memcheck_totals(m)->whole, 4);
	assert_int_equal(memcheck_totals(m)->bytes, 3 * 100 + 7 + 5000);
	assert_int_equal(memcheck_totals(m)->blocks, 3 * 2 + 1 + 1);
	assert_int_equal(memcheck_totals(m)->errors, 3);
	assert_int_equal(memcheck_top(m, top, 10), 2);
	assert_string_equal(top[0]->function, "");
	assert_string_equal(top[0]->place, "libx.so.1");
	assert_int_equal(top[0]->processes, 1);
	assert_string_equal(top[1]->function, "take");
	assert_string_equal(top[1]->place, "p.c:10");
	assert_string_equal(top[1]->callers, "work <- main");
	assert_int_equal(top[1]->bytes, 307);
	assert_int_equal(top[1]->processes, 4);
	assert_int_equal(memcheck_top(m, top, 1), 1);
	assert_int_equal(top[0]->bytes, 5000);
	memcheck_free(m);
}

static void what_is_no_whole_file_is_said(void **state)
{
	static const char *const bad[] = {
		"",
		"hello",
		"<a/>",
		HEAD LOST("1", "1", MALLOC), /* no end: it was killed */
		"<!DOCTYPE x [<!ENTITY a \"b\">]><valgrindoutput>&a;</valgrindoutput>",
	};
	struct memcheck *m = memcheck_new();

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(feed(m, bad[i], 64));
	assert_int_equal(memcheck_totals(m)->whole, 0);
	assert_int_equal(memcheck_totals(m)->bytes, 1); /* what was there before it broke off counts */
	assert_true(feed(m, HEAD TAIL, 64));            /* and the next file is read as if nothing had been */
	memcheck_free(m);
}

static void endless_tokens_and_depths_end(void **state)
{
	struct memcheck *m = memcheck_new();
	char *big = malloc(3 << 20);
	int n;

	(void)state;
	assert_non_null(big);
	memset(big, 'a', 3 << 20);
	memcpy(big, "<valgrindoutput x=\"", 19);
	memcheck_begin(m);
	assert_false(memcheck_feed(m, big, 3 << 20));
	assert_false(memcheck_end(m));
	n = sprintf(big, "<valgrindoutput>");
	for (int i = 0; i < 100; i++)
		n += sprintf(big + n, "<b>");
	memcheck_begin(m);
	assert_false(memcheck_feed(m, big, (size_t)n));
	free(big);
	memcheck_free(m);
}

static bool massif(const char *text)
{
	size_t n = strlen(text);

	return massif_is_whole(text, n < 8 ? n : 8, text, n);
}

static void the_end_of_massif(void **state)
{
	(void)state;
	assert_true(massif("desc: --x\ncmd: y\nsnapshot=0\nheap_tree=empty\n"));
	assert_true(massif("desc: --x\nheap_tree=peak\nn1: 100 (heap)\n n0: 100 0x1: main (a.c:1)\n"));
	assert_false(massif("desc: --x\nheap_tree=peak\nn1: 100 (heap)\n n0: 100 0x1: ma"));
	assert_false(massif("desc: --x\nsnapshot=4\ntime=5\n"));
	assert_false(massif("heap_tree=empty\n"));
	assert_false(massif(""));
}

static bool dhat(const char *text)
{
	struct dhat_check d = { 0 };

	for (const char *p = text; *p; p++)
		dhat_feed(&d, p, 1);
	return dhat_is_whole(&d);
}

static void the_end_of_dhat(void **state)
{
	(void)state;
	assert_true(dhat("{\"dhatFileVersion\":2\n,\"cmd\":\"a ]} \\\" b\",\"pps\":[{\"tb\":1}]}\n"));
	assert_false(dhat("{\"dhatFileVersion\":2\n,\"pps\":[{\"tb\":1}]\n"));
	assert_false(dhat("{\"dhatFileVersion\":2}{"));
	assert_false(dhat("{\"version\":2}"));
	assert_false(dhat("[]"));
	assert_false(dhat(""));
}

static bool pressed(const uint8_t *bytes, size_t n, size_t piece)
{
	struct pressed_check z = { 0 };

	for (size_t i = 0; i < n; i += piece)
		pressed_feed(&z, bytes + i, n - i < piece ? n - i : piece);
	return pressed_is_whole(&z);
}

/* "hello\n" by zstd 1.5 with a checksum; the frame's parts are in RFC 8878, section 3.1.1. */
static void the_end_of_heaptrack(void **state)
{
	static const uint8_t zstd[] = { 0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x31, 0x00, 0x00, 'h',
					'e',  'l',  'l',  'o',  '\n', 0x53, 0x88, 0xbd, 0x91 };
	static const uint8_t gzip[20] = { 0x1f, 0x8b, 8 };
	uint8_t two[2 * sizeof(zstd)];

	(void)state;
	memcpy(two, zstd, sizeof(zstd));
	memcpy(two + sizeof(zstd), zstd, sizeof(zstd));
	for (size_t piece = 1; piece < 8; piece++) {
		for (size_t n = 0; n < sizeof(zstd); n++)
			assert_false(pressed(zstd, n, piece));
		assert_true(pressed(zstd, sizeof(zstd), piece));
		assert_true(pressed(two, sizeof(two), piece));
		assert_false(pressed(two, sizeof(two) - 1, piece));
		assert_true(pressed(gzip, sizeof(gzip), piece));
		assert_false(pressed(gzip, 12, piece));
	}
	assert_false(pressed((const uint8_t *)"hello, hello", 12, 3));
}

/* argv of `--under TOOL OPTIONS... -- CMD` in a fresh folder; the caller frees it. */
static char **command(char **words, int n, char *dir, struct sk_err *err)
{
	struct run_options o = { 0 };
	struct opt_given given = { 0 };
	char **operand = NULL, **argv = NULL;
	size_t n_operand;
	int dashdash;
	bool help;

	assert_int_equal(opt_defaults(&cmd_run_options, &o, NULL), SK_OK);
	assert_int_equal(opt_parse(&cmd_run_options, n, words, &o, &given, &operand, &n_operand, &dashdash, &help, NULL), SK_OK);
	o.launch = operand;
	if (run_options_settle(&o, err) == SK_OK)
		argv = under_command(&o, dir, err);
	free(operand);
	opt_release(&cmd_run_options, &o);
	return argv;
}

static void the_command_line(void **state)
{
	char *words[] = { "run",       "--under", "memcheck", "--under-options", "--num-callers=40 '--x=a b'", "--",
			  "/bin/true", "-q",      NULL };
	struct tmp *t = *state;
	char under[PATH_MAX], expected[PATH_MAX], *dir = t->dir;
	struct sk_err err = { 0 };
	char **argv = command(words, 8, dir, &err);

	assert_non_null(argv);
	assert_string_equal(argv[0], "valgrind");
	assert_string_equal(argv[2], "--tool=memcheck");
	snprintf(expected, sizeof(expected), "--xml-file=%s/under/memcheck.%%p.xml", dir);
	assert_string_equal(argv[7], expected);
	assert_string_equal(argv[8], "--trace-children=yes");
	assert_string_equal(argv[9], "--vgdb=no");
	assert_string_equal(argv[10], "--num-callers=40");
	assert_string_equal(argv[11], "--x=a b");
	assert_string_equal(argv[12], "/bin/true");
	assert_string_equal(argv[13], "-q");
	assert_null(argv[14]);
	free(argv);
	snprintf(under, sizeof(under), "%s/under", dir);
	assert_int_equal(access(under, X_OK), 0);
	under_discard(dir);
	assert_int_not_equal(access(under, X_OK), 0);
}

static void options_that_do_not_go_together(void **state)
{
	static const struct {
		char *words[8];
		int n;
		const char *says;
	} all[] = {
		{ { "run", "--under", "memcheck", "--target", "sqlite" }, 5, "needs a command that soakd launches" },
		{ { "run", "--under-options", "-v", "--", "true" }, 5, "goes with --under" },
		{ { "run", "--under", "dhat", "--malloc-stats", "--", "true" }, 6, "an allocator of its own" },
		{ { "run", "--under", "massif", "--stop-on-leak", "--", "true" }, 6, "known only when the target has ended" },
		{ { "run", "--under", "dhat", "--under-suppressions", "/dev/null", "--", "true" }, 7, "dhat has none" },
		{ { "run", "--under", "memcheck", "--under-suppressions", "/no/such", "--", "true" }, 7, "No such file" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		struct run_options o = { 0 };
		struct sk_err err = { 0 };
		char **operand = NULL;
		size_t n;
		int dashdash;
		bool help;

		opt_defaults(&cmd_run_options, &o, NULL);
		assert_int_equal(opt_parse(&cmd_run_options, all[i].n, (char **)all[i].words, &o, NULL, &operand, &n, &dashdash,
					   &help, NULL),
				 SK_OK);
		o.launch = dashdash >= 0 ? operand : NULL;
		assert_int_equal(run_options_settle(&o, &err), SK_EUSAGE);
		assert_non_null(strstr(err.msg, all[i].says));
		free(operand);
		opt_release(&cmd_run_options, &o);
	}
}

/* The verdict on a growing target and a growing driver, after what run.json says of the tool. */
static int judged(const char *run_json, struct verdict *v)
{
	json_t *run = json_loads(run_json, 0, NULL);

	assert_non_null(run);
	memset(v, 0, sizeof(*v));
	snprintf(v->main.column, sizeof(v->main.column), "anon_kb");
	v->main.verdict = VERDICT_LEAK;
	v->main.kind = LEAK_LINEAR;
	v->n_series = 2;
	v->series[0] = v->series[1] = v->main;
	snprintf(v->series[1].column, sizeof(v->series[1].column), DRIVER_COLUMN);
	under_judge(run, v);
	json_decref(run);
	return verdict_exit_status(v);
}

static void the_tool_decides_in_the_place_of_growth(void **state)
{
	static struct verdict v;

	(void)state;
	assert_int_equal(judged("{\"options\":{\"under\":\"none\"}}", &v), EXIT_LEAK); /* growth is a leak without a tool */
	assert_int_equal(v.gate, GATE_NONE);
	assert_int_equal(judged("{\"options\":{\"under\":\"memcheck\"}}", &v), EXIT_INCONCLUSIVE);
	assert_string_equal(verdict_headline(&v), "RESULT AT THE END");
	assert_int_equal(judged("{\"options\":{\"under\":\"memcheck\"},\"under\":{\"tool\":\"memcheck\",\"complete\":true,"
				"\"processes\":2,\"definite_bytes\":0}}",
				&v),
			 EXIT_NO_LEAK);
	assert_string_equal(verdict_headline(&v), "NO DEFINITE LEAK");
	assert_int_equal(v.main.verdict, VERDICT_INSUFFICIENT);
	assert_int_equal(v.series[0].verdict, VERDICT_INSUFFICIENT);
	assert_int_equal(v.series[1].verdict, VERDICT_LEAK); /* the driver is under no tool */
	assert_int_equal(judged("{\"options\":{\"under\":\"memcheck\"},\"under\":{\"tool\":\"memcheck\",\"complete\":false,"
				"\"why\":\"torn\",\"processes\":2,\"definite_bytes\":0}}",
				&v),
			 EXIT_INCONCLUSIVE);
	assert_non_null(strstr(v.main.why, "; torn;"));
	assert_int_equal(judged("{\"options\":{\"under\":\"memcheck\"},\"under\":{\"tool\":\"memcheck\",\"complete\":false,"
				"\"processes\":1,\"definite_bytes\":10,\"definite_blocks\":1,\"sites\":[{\"function\":\"f\","
				"\"place\":\"f.c:1\",\"bytes\":10}]}}",
				&v),
			 EXIT_LEAK);
	assert_non_null(strstr(v.main.why, "10 bytes in 1 block definitely lost in 1 process, all of them by f (f.c:1)"));
	assert_int_equal(
		judged("{\"options\":{\"under\":\"dhat\"},\"under\":{\"tool\":\"dhat\",\"complete\":true,\"processes\":1}}", &v),
		EXIT_NO_LEAK);
	assert_string_equal(verdict_headline(&v), "RECORDED");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_lost_is_summed_by_place),
		cmocka_unit_test(what_is_no_whole_file_is_said),
		cmocka_unit_test(endless_tokens_and_depths_end),
		cmocka_unit_test(the_end_of_massif),
		cmocka_unit_test(the_end_of_dhat),
		cmocka_unit_test(the_end_of_heaptrack),
		cmocka_unit_test_setup_teardown(the_command_line, tmp_setup, tmp_teardown),
		cmocka_unit_test(options_that_do_not_go_together),
		cmocka_unit_test(the_tool_decides_in_the_place_of_growth),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
