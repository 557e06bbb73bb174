/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The language of scripts. The values of hash(), permute() and of each kind of expression were read off pgbench 15.18 itself:
 *   printf '\\set x debug(hash_murmur2(42, 5432))\n' > x.sql; pgbench -n -t 1 -f x.sql
 */
#include "tests/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/script.h"

static uint64_t counter(void *ctx)
{
	return ++*(uint64_t *)ctx;
}

static struct script *parse(const char *text, enum script_language language)
{
	struct script *s = NULL;
	struct sk_err err = { 0 };

	if (script_parse(text, "x.sql", language, &s, &err) != SK_OK)
		fail_msg("%s", err.msg);
	return s;
}

/* What \set x EXPRESSION gives, or the sentence of its error; in static memory. */
static const char *value(const char *expression)
{
	static char out[1100];
	char text[600];
	uint64_t unique = 0;
	struct script *s;
	struct script_run *r = script_run_new(7, 3, counter, &unique);
	struct script_step step;
	struct sk_err err = { 0 };

	snprintf(text, sizeof(text), "\\set x %s\n", expression);
	if (script_parse(text, "x.sql", SCRIPT_SQL, &s, &err) != SK_OK) {
		snprintf(out, sizeof(out), "%s", err.msg);
	} else {
		assert_true(script_set(r, "default_seed", "5432"));
		assert_true(script_set(r, "text", "many words"));
		assert_true(script_set(r, "t", "1.5e1"));
		script_run_begin(r, s);
		script_next(r, &step, &err);
		snprintf(out, sizeof(out), "%s", step.what == SCRIPT_FAILED ? err.msg : script_get(r, "x"));
	}
	script_release(s);
	script_run_release(r);
	return out;
}

static const char *mistake(const char *text, enum script_language language)
{
	static char out[1100];
	struct script *s;
	struct sk_err err = { 0 };

	assert_int_equal(script_parse(text, "x.sql", language, &s, &err), SK_EUSAGE);
	assert_null(s);
	snprintf(out, sizeof(out), "%s", err.msg);
	return out;
}

static void test_arithmetic(void **state)
{
	(void)state;
	assert_string_equal(value("1 + 2 * 3"), "7");
	assert_string_equal(value("(1 + 2) * 3"), "9");
	assert_string_equal(value("10 - 2 - 3"), "5");
	assert_string_equal(value("-7 / 2"), "-3");
	assert_string_equal(value("-7 % 3"), "-1");
	assert_string_equal(value("7 / 2.0"), "3.5");
	assert_string_equal(value("1e3 + .5"), "1000.5");
	assert_string_equal(value("1 / 3.0"), "0.333333333333333");
	assert_string_equal(value("-1 / 0.0"), "-Infinity");
	assert_string_equal(value("2 * 1 << 3"), "16");
	assert_string_equal(value("mod(17.6, 5)"), "3");
	assert_string_equal(value("- -5"), "5");
	assert_string_equal(value("+5"), "5");
	assert_string_equal(value("-9223372036854775808"), "-9223372036854775808");
	assert_string_equal(value("9223372036854775807"), "9223372036854775807");
	assert_string_equal(value(":client_id * 10 + :scale"), "31");
	assert_string_equal(value(":t * 2"), "30");
}

static void test_logic(void **state)
{
	(void)state;
	assert_string_equal(value("1 < 2 AND 2 <= 2 and 3 > 2 AND 3 >= 3"), "true");
	assert_string_equal(value("1 = 2 OR 1 <> 2"), "true");
	assert_string_equal(value("1 != 1"), "false");
	assert_string_equal(value("NOT 1 = 2"), "true");
	assert_string_equal(value("TRUE OR 1 / 0 = 1"), "true");
	assert_string_equal(value("FALSE AND 1 / 0 = 1"), "false");
	assert_string_equal(value("NULL AND FALSE"), "NULL"); /* pgbench: what is null on the left decides */
	assert_string_equal(value("FALSE AND NULL"), "false");
	assert_string_equal(value("NULL OR TRUE"), "NULL");
	assert_string_equal(value("TRUE OR NULL"), "true");
	assert_string_equal(value("NULL AND TRUE"), "NULL");
	assert_string_equal(value("NULL + 1"), "NULL");
	assert_string_equal(value("NULL IS NULL"), "true");
	assert_string_equal(value("1 IS NOT NULL"), "true");
	assert_string_equal(value("1 ISNULL"), "false");
	assert_string_equal(value("1 NOTNULL"), "true");
	assert_string_equal(value("1 = 1 IS TRUE"), "true");
	assert_string_equal(value("1 IS TRUE"), "false"); /* no boolean, as in pgbench */
	assert_string_equal(value("FALSE IS NOT TRUE"), "true");
	assert_string_equal(value("CASE WHEN 1 > 2 THEN 10 WHEN 2 > 1 THEN 20 ELSE 30 END + 1"), "21");
	assert_string_equal(value("CASE WHEN 0 THEN 10 ELSE 30 END"), "30");
	assert_string_equal(value("CASE WHEN FALSE THEN 1 END"), "NULL");
}

static void test_bits(void **state)
{
	(void)state;
	assert_string_equal(value("6 & 3"), "2");
	assert_string_equal(value("6 | 3"), "7");
	assert_string_equal(value("6 # 3"), "5");
	assert_string_equal(value("~ 5"), "-6");
	assert_string_equal(value("~ 1 + 2"), "-4"); /* looser than + */
	assert_string_equal(value("~ 1 | 2"), "-2");
	assert_string_equal(value("1 << 10 >> 3"), "128");
	assert_string_equal(value("-8 >> 1"), "-4");
	assert_string_equal(value("1 | 2 = 3"), "true");
}

static void test_functions(void **state)
{
	(void)state;
	assert_string_equal(value("abs(-3)"), "3");
	assert_string_equal(value("ABS(-3.5)"), "3.5");
	assert_string_equal(value("debug(4)"), "4");
	assert_string_equal(value("double(3) / 2"), "1.5");
	assert_string_equal(value("int(2.5)"), "2"); /* to even */
	assert_string_equal(value("int(3.5)"), "4");
	assert_string_equal(value("greatest(1, 5, 3)"), "5");
	assert_string_equal(value("least(1, 0.5)"), "0.5");
	assert_string_equal(value("mod(17, 5)"), "2");
	assert_string_equal(value("pi()"), "3.14159265358979");
	assert_string_equal(value("pow(2, 10)"), "1024");
	assert_string_equal(value("power(2, 0.5)"), "1.4142135623731");
	assert_string_equal(value("sqrt(2)"), "1.4142135623731");
	assert_string_equal(value("exp(1)"), "2.71828182845905");
	assert_string_equal(value("ln(10)"), "2.30258509299405");
	assert_string_equal(value("unique() + unique()"), "3");
}

static void test_errors_of_values(void **state)
{
	(void)state;
	assert_string_equal(value("1 / 0"), "x.sql:1:10: division by zero");
	assert_string_equal(value("9223372036854775807 + 1"), "x.sql:1:28: the result does not fit into 64 bits");
	assert_string_equal(value("-9223372036854775808 / -1"), "x.sql:1:29: the quotient does not fit into 64 bits");
	assert_string_equal(value("-9223372036854775808 % -1"), "0");
	assert_string_equal(value("int(1e30)"), "x.sql:1:8: the double 1e+30 does not fit into an integer");
	assert_string_equal(value("TRUE + 1"), "x.sql:1:13: a boolean is not an integer");
	assert_string_equal(value("1 AND TRUE"), "x.sql:1:10: an integer is not a boolean");
	assert_string_equal(value(":nothing"), "x.sql:1:8: the variable nothing is not set");
	assert_string_equal(value(":text + 1"),
			    "x.sql:1:8: the variable text is \"many words\", which is no number, boolean or null");
	assert_string_equal(value("random(5, 4)"), "x.sql:1:8: the range of random numbers is empty: 5 is more than 4");
	assert_string_equal(value("random_gaussian(1, 9, 1.5)"),
			    "x.sql:1:8: the parameter of random_gaussian() must be at least 2, not 1.5");
	assert_string_equal(value("permute(1, 0)"), "x.sql:1:8: the size of permute() must be greater than 0, not 0");
}

static void test_mistakes(void **state)
{
	(void)state;
	assert_string_equal(value("frob(1)"), "x.sql:1:8: there is no function frob()");
	assert_string_equal(value("abs(1, 2)"), "x.sql:1:8: abs() takes 1 argument, not 2");
	assert_string_equal(value("hash()"), "x.sql:1:8: hash() takes 1 to 2 arguments, not 0");
	assert_string_equal(value("1 +"), "x.sql:1:11: the expression ends where a value should follow");
	assert_string_equal(value("(1"), "x.sql:1:10: the expression ends where ) should follow");
	assert_string_equal(value("1 2"), "x.sql:1:10: \"2\" is not expected here");
	assert_string_equal(value("1 < 2 < 3"), "x.sql:1:14: \"<\" is not expected here");
	assert_string_equal(value("9223372036854775808"), "x.sql:1:8: the number 9223372036854775808 is too large");
	assert_string_equal(value("id"), "x.sql:1:8: \"id\" is not expected here; a variable is written with a colon in front");
	assert_string_equal(
		mistake("SELECT 1;\n  \\frob 2\n", SCRIPT_SQL),
		"x.sql:2:3: there is no meta-command \\frob; there are \\set, \\sleep, \\if, \\elif, \\else, \\endif, \\gset, "
		"\\aset, \\startpipeline and \\endpipeline");
	assert_string_equal(mistake("SELECT 'abc;\n", SCRIPT_SQL), "x.sql:1:8: a string ('...') begins here and has no end");
	assert_string_equal(mistake("-- é\n/* SELECT 1;\n", SCRIPT_SQL), "x.sql:2:1: a comment (/*) begins here and has no end");
	assert_string_equal(mistake("DO $x$ BEGIN END $y$;", SCRIPT_SQL),
			    "x.sql:1:4: a string in dollar quotes ($$...$$) begins here and has no end");
	assert_string_equal(mistake("\\if 1\nSELECT 1;\n", SCRIPT_SQL), "x.sql:1:1: \\if without \\endif");
	assert_string_equal(mistake("\\endif\n", SCRIPT_SQL), "x.sql:1:1: \\endif without \\if");
	assert_string_equal(mistake("\\if 1\n\\else\n\\elif 2\n\\endif\n", SCRIPT_SQL), "x.sql:3:1: \\elif after \\else");
	assert_string_equal(mistake("", SCRIPT_SQL),
			    "x.sql:1:1: the script is empty: it has neither a statement nor a meta-command");
	assert_string_equal(mistake("-- nothing\n ; ;\n", SCRIPT_SQL),
			    "x.sql:1:1: the script is empty: it has neither a statement nor a meta-command");
	assert_string_equal(mistake("\\gset\n", SCRIPT_SQL), "x.sql:1:1: \\gset must follow an SQL statement");
	assert_string_equal(mistake("\\sleep 5 min\n", SCRIPT_SQL), "x.sql:1:10: the unit of \\sleep is us, ms or s");
	assert_string_equal(mistake("\\sleep\n", SCRIPT_SQL),
			    "x.sql:1:7: \\sleep takes a whole number or a :variable, and a unit: us, ms or s");
	assert_non_null(strstr(mistake("\\setshell x date\n", SCRIPT_SQL), "x.sql:1:1: \\shell and \\setshell run programs"));
	assert_string_equal(mistake("\\set 1x 5\n", SCRIPT_SQL),
			    "x.sql:1:6: \\set takes the name of a variable (letters, digits, _) and an expression: "
			    "\\set id random(1, 1000)");
	assert_string_equal(mistake("SET k \"v\n", SCRIPT_REDIS), "x.sql:1:7: a quoted word begins here and has no end");
	assert_string_equal(mistake("SET k 'v'x\n", SCRIPT_REDIS), "x.sql:1:10: a blank must follow the closing quote");
	assert_string_equal(mistake("GET item\n", SCRIPT_HTTP),
			    "x.sql:1:5: the address of a request is a path (/...), http://... or https://...");
	assert_string_equal(mistake("/item\n", SCRIPT_HTTP),
			    "x.sql:1:1: a request is METHOD ADDRESS [BODY], such as GET /item/:id");
}

/* The same as pgbench: see the head of this file. */
static void test_hashes(void **state)
{
	(void)state;
	assert_string_equal(value("hash(42)"), "-8888550574847118926");
	assert_string_equal(value("hash_fnv1a(42)"), "8300031466468664087");
	assert_string_equal(value("hash_murmur2(42, 5432)"), "-8888550574847118926");
	assert_string_equal(value("hash_fnv1a(42, 5432)"), "8300031466468664087");
	assert_string_equal(value("hash(-1, 5432)"), "3202824124722859978");
	assert_string_equal(value("hash_fnv1a(-1, -5)"), "3002647230868340502");
	assert_string_equal(value("permute(0, 1)"), "0");
	assert_string_equal(value("permute(0, 3, 5432)"), "0");
	assert_string_equal(value("permute(1, 3)"), "1");
	assert_string_equal(value("permute(7, 100, 5432)"), "23");
	assert_string_equal(value("permute(8, 100)"), "2");
	assert_string_equal(value("permute(-5, 100)"), "18");
	assert_string_equal(value("permute(123456789, 1000000007, 5432)"), "465021936");
	assert_string_equal(value("permute(5, 9223372036854775807)"), "1714532105801689870");
}

/* All statements that a run sends, a line each, with pauses and pipelines. */
static void play(struct script *s, struct script_run *r, struct text *out)
{
	struct script_step step;
	struct sk_err err = { 0 };
	struct text one = TEXT_INIT;

	script_run_begin(r, s);
	do {
		script_next(r, &step, &err);
		if (step.what == SCRIPT_SLEEP)
			text_addf(out, "[sleep %lld]", (long long)step.wait_ns);
		else if (step.what == SCRIPT_PIPELINE || step.what == SCRIPT_SYNC)
			text_add(out, step.what == SCRIPT_SYNC ? "[sync]" : "[pipeline]");
		else if (step.what == SCRIPT_FAILED)
			text_add(out, err.msg);
		else if (step.what == SCRIPT_DO && step.statement->sql)
			text_addf(out, "[%s]", script_text(r, step.statement, &one) ? one.s : "?");
		for (size_t i = 0; step.what == SCRIPT_DO && i < step.statement->n_word; i++)
			text_addf(out, "[%s]", script_word(r, step.statement, i, &one) ? text_str(&one) : "?");
	} while (step.what != SCRIPT_END && step.what != SCRIPT_FAILED);
	text_release(&one);
}

static void assert_plays(const char *text, enum script_language language, const char *wanted)
{
	struct script *s = parse(text, language);
	struct script_run *r = script_run_new(7, 3, NULL, NULL);
	struct text out = TEXT_INIT;

	play(s, r, &out);
	assert_string_equal(text_str(&out), wanted);
	text_release(&out);
	script_run_release(r);
	script_release(s);
}

static void test_sql(void **state)
{
	(void)state;
	assert_plays("SELECT 1;SELECT 2", SCRIPT_SQL, "[SELECT 1][SELECT 2]");
	assert_plays("-- first\nSELECT 1 -- ; no\n , 2;\n", SCRIPT_SQL, "[SELECT 1 \n , 2]");
	assert_plays("\\set a 5\nSELECT ':a;', \":a;\", $$:a;$$, $q$;$$:a$q$, E'\\';', :a::text /* :a; */;", SCRIPT_SQL,
		     "[SELECT ':a;', \":a;\", $$:a;$$, $q$;$$:a$q$, E'\\';', 5::text /* :a; */]");
	assert_plays("SELECT '12:30', 'it''s', time '12:30';", SCRIPT_SQL, "[SELECT '12:30', 'it''s', time '12:30']");
	assert_plays("SELECT :client_id;", SCRIPT_SQL, "[SELECT 3]");
	assert_plays("SELECT :unset;", SCRIPT_SQL, "[?]");
	assert_plays("CREATE RULE x AS ON INSERT TO a DO (SELECT 1; SELECT 2);", SCRIPT_SQL,
		     "[CREATE RULE x AS ON INSERT TO a DO (SELECT 1; SELECT 2)]");
	assert_plays("SELECT 1 \\; SELECT 2 ;", SCRIPT_SQL, "[SELECT 1 ; SELECT 2]");
	assert_plays("\\set a 1 + \\\n 2\nSELECT :a \\set b 1\n", SCRIPT_SQL, "[SELECT 3]");
}

static void test_meta_commands(void **state)
{
	(void)state;
	assert_plays("\\set n 3\n\\sleep 5 us\n\\sleep 20ms\n\\sleep :n\n\\sleep :n ms\n", SCRIPT_SQL,
		     "[sleep 5000][sleep 20000000][sleep 3000000000][sleep 3000000]");
	assert_plays("\\if :client_id = 1\nA;\n\\elif :client_id = 3\nB;\n\\elif TRUE\nC;\n\\else\nD;\n\\endif\nE;\n", SCRIPT_SQL,
		     "[B][E]");
	assert_plays("\\if 0\nA;\n\\elif 0\nB;\n\\else\n\\if 1\nC;\n\\endif\nD;\n\\endif\nE;\n", SCRIPT_SQL, "[C][D][E]");
	assert_plays("\\if 1\nA;\n\\if 0\nB;\n\\endif\n\\endif\n", SCRIPT_SQL, "[A]");
	assert_plays("\\startpipeline\nA;\nB;\n\\endpipeline\nC;\n", SCRIPT_SQL, "[pipeline][A][B][sync][C]");
	assert_plays("\\startpipeline\nA;\n", SCRIPT_SQL, "[pipeline][A][sync]");
	assert_plays("\\endpipeline\n", SCRIPT_SQL, "x.sql:1:1: \\endpipeline without \\startpipeline");
	assert_plays("A;\n\\set x 1/0\nB;\n", SCRIPT_SQL, "[A]x.sql:2:9: division by zero");
}

static void test_statements(void **state)
{
	struct script *s = parse("\n\nSELECT :a, :b, :a;\nBEGIN;\nWITH x AS (SELECT 1) SELECT 2\\gset p_\n(VALUES (1)) \\aset\n",
				 SCRIPT_SQL);
	struct script_run *r = script_run_new(1, 0, NULL, NULL);
	struct script_step step;
	const struct script_statement *t = script_statement(s, 0);

	(void)state;
	assert_int_equal(script_statements(s), 4);
	assert_string_equal(t->sql, "SELECT $1, $2, $3");
	assert_int_equal(t->n_param, 3);
	assert_int_equal(t->line, 3);
	assert_true(t->preparable);
	assert_true(script_set(r, "a", "x"));
	script_run_begin(r, s);
	script_next(r, &step, NULL);
	assert_string_equal(script_param(r, t, 0), "x");
	assert_null(script_param(r, t, 1));
	assert_string_equal(script_param(r, t, 2), "x");
	assert_null(script_param(r, t, 3));
	assert_false(script_statement(s, 1)->preparable);
	t = script_statement(s, 2);
	assert_true(t->preparable && t->gset && !t->aset);
	assert_string_equal(t->prefix, "p_");
	t = script_statement(s, 3);
	assert_true(t->preparable && t->aset && !t->gset);
	assert_string_equal(t->prefix, "");
	assert_null(script_statement(s, 4));
	script_run_release(r);
	script_release(s);
}

static void test_redis_and_http(void **state)
{
	(void)state;
	assert_plays("\\set id 7\n# all\nSET user::id \"a :id\\x41\\n\" ':id' \"\"\nGET user:name:id\n", SCRIPT_REDIS,
		     "[SET][user:7][a 7A\n][:id][][GET][user:name7]");
	assert_plays("\\set id 7\nGET http://127.0.0.1:8080/item/:id?x=1\n\nPOST /item {\"id\": :id, \\\n\"ok\":true}\n",
		     SCRIPT_HTTP, "[GET][http://127.0.0.1:8080/item/7?x=1][POST][/item][{\"id\": 7, \n\"ok\":true}]");
}

static void test_variables(void **state)
{
	struct script *a = parse("\\set n :n + 1\n", SCRIPT_SQL), *b = parse("\\set m :n * 10\nSELECT :m;", SCRIPT_SQL);
	struct script_run *r = script_run_new(1, 0, NULL, NULL);
	struct text out = TEXT_INIT;

	(void)state;
	assert_true(script_set(r, "n", "4"));
	assert_false(script_set(r, "", "4"));
	assert_false(script_set(r, "a-b", "4"));
	for (int i = 0; i < 3; i++) {
		play(a, r, &out);
		play(b, r, &out);
	}
	assert_string_equal(text_str(&out), "[SELECT 50][SELECT 60][SELECT 70]");
	assert_string_equal(script_get(r, "n"), "7");
	assert_null(script_get(r, "z"));
	text_release(&out);
	script_run_release(r);
	script_release(a);
	script_release(b);
}

static void test_null(void **state)
{
	struct script *s = parse("\\set a NULL\nSELECT :a, :b;", SCRIPT_SQL);
	struct script_run *r = script_run_new(1, 0, NULL, NULL);
	struct script_step step;

	(void)state;
	assert_true(script_set(r, "b", "NULL"));
	script_run_begin(r, s);
	script_next(r, &step, NULL);
	assert_true(script_param_null(r, step.statement, 0));
	assert_string_equal(script_param(r, step.statement, 0), "NULL");
	assert_false(script_param_null(r, step.statement, 1));
	script_run_release(r);
	script_release(s);
}

static bool is_a(void *ctx, const char *name)
{
	(void)ctx;
	return strcmp(name, "a") == 0;
}

/* The sentence of a variable that is set in none of the two; "" if all are. */
static const char *unset(const char *first, const char *second)
{
	static char out[1100];
	struct script *s[] = { parse(first, SCRIPT_SQL), parse(second, SCRIPT_SQL) };
	struct sk_err err = { 0 };
	enum sk_code rc;

	rc = script_check_variables(s, 2, is_a, NULL, &err);
	assert_int_equal(rc, *err.msg ? SK_EUSAGE : SK_OK);
	snprintf(out, sizeof(out), "%s", err.msg);
	script_release(s[0]);
	script_release(s[1]);
	return out;
}

static void test_unset(void **state)
{
	(void)state;
	assert_string_equal(unset("\\set b 1\nSELECT :b, :a, :client_id, ':no';", "SELECT 1;\n\\set x hash(:scale)"), "");
	assert_string_equal(unset("SELECT :b;", "\\set b 1\n"), "");
	assert_string_equal(unset("SELECT 1;\nSELECT 1, :bb;", "\\set b 1\n"),
			    "x.sql:2:11: the variable bb is set nowhere: \\set it, or give --define bb=VALUE");
	assert_string_equal(unset("\\set x :x + 1\n\\set y 1 + :z\n", "SELECT 1;"),
			    "x.sql:2:12: the variable z is set nowhere: \\set it, or give --define z=VALUE");
	assert_string_equal(unset("SELECT :b;", "SELECT 1 AS b \\gset\n"), "");
}

/* Same seed and client, same values; another client, others. */
static void test_seed(void **state)
{
	struct script *s = parse("SELECT :x;\\set x random(1, 1000000)\nSELECT :x;", SCRIPT_SQL);
	struct text out[3] = { TEXT_INIT, TEXT_INIT, TEXT_INIT };

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct script_run *r = script_run_new(5, i == 2, NULL, NULL);

		assert_true(script_set(r, "x", "0"));
		for (int k = 0; k < 5; k++)
			play(s, r, &out[i]);
		script_run_release(r);
	}
	assert_string_equal(out[0].s, out[1].s);
	assert_string_not_equal(out[0].s, out[2].s);
	for (int i = 0; i < 3; i++)
		text_release(&out[i]);
	script_release(s);
}

static void test_builtins(void **state)
{
	static const char *const names[] = { "tpcb-like", "simple-update", "select-only" };
	static const size_t statements[] = { 7, 5, 1 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct script *s = parse(script_builtin(names[i]), SCRIPT_SQL);

		assert_int_equal(script_statements(s), statements[i]);
		script_release(s);
	}
	assert_null(script_builtin("tpcb"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arithmetic),
		cmocka_unit_test(test_logic),
		cmocka_unit_test(test_bits),
		cmocka_unit_test(test_functions),
		cmocka_unit_test(test_errors_of_values),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_hashes),
		cmocka_unit_test(test_sql),
		cmocka_unit_test(test_meta_commands),
		cmocka_unit_test(test_statements),
		cmocka_unit_test(test_redis_and_http),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_null),
		cmocka_unit_test(test_unset),
		cmocka_unit_test(test_seed),
		cmocka_unit_test(test_builtins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
