/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenario files: what each setting becomes, and every mistake's sentence with its line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"

#include "soakd/cmds.h"
#include "soakd/launch.h"
#include "soakd/scenario_file.h"

struct read {
	struct scenario_file f;
	struct run_options o;
	struct opt_given given;
	struct sk_err err;
	enum sk_code rc;
};

static void read_text(struct read *r, const char *path, const char *text, const char *option, const char *value)
{
	*r = (struct read){ 0 };
	assert_int_equal(opt_defaults(&cmd_run_options, &r->o, NULL), SK_OK);
	if (option) { /* as if on the command line */
		assert_int_equal(opt_set(&cmd_run_options, &r->o, option, value, NULL), SK_OK);
		opt_mark(&cmd_run_options, &r->given, option);
	}
	r->rc = scenario_file_parse(&r->f, path, text, strlen(text), &r->o, &r->given, &r->err);
}

static void done(struct read *r)
{
	scenario_file_release(&r->f);
	scenario_file_release(&r->f);
	opt_release(&cmd_run_options, &r->o);
}

static void good(struct read *r, const char *text)
{
	read_text(r, "x.conf", text, NULL, NULL);
	if (r->rc != SK_OK)
		fail_msg("%s", r->err.msg);
}

/* ---- what is read ----------------------------------------------------------------------------------------------------- */

static void settings_are_the_options_of_run(void **state)
{
	struct read r;

	(void)state;
	good(&r, "target = \"postgres\"; interval = \"10s\"; connections = 8; hours = 24.0; min-rate = \"64KiB\"; keep = true;\n"
		 "disk = [\"/a\", \"/b\"];");
	assert_string_equal(r.o.target, "postgres");
	assert_double_equal(r.o.interval_s, 10, 0);
	assert_int_equal(r.o.connections, 8);
	assert_double_equal(r.o.hours, 24, 0);
	assert_double_equal(r.o.min_rate_bytes, 65536, 0);
	assert_true(r.o.keep);
	assert_int_equal(r.o.disk.n, 2);
	assert_int_equal(r.f.phases.n, 0);
	assert_null(r.f.phases.work);
	assert_int_equal(r.f.phases.n_work, 1);
	done(&r);
}

static void the_command_line_wins(void **state)
{
	struct read r;

	(void)state;
	read_text(&r, "x.conf", "target = \"redis\"; connections = 8; start = { command = [\"/bin/true\"]; };", "target",
		  "postgres");
	assert_int_equal(r.rc, SK_OK);
	assert_string_equal(r.o.target, "postgres");
	assert_int_equal(r.o.connections, 8);
	assert_null(r.f.command);
	done(&r);
	read_text(&r, "x.conf", "target = \"redis\"; connections = 8;", "connections", "3");
	assert_int_equal(r.o.connections, 3);
	done(&r);
	read_text(&r, "x.conf", "target = \"redis\"; pid = 1;", "pid", "42");
	assert_null(r.o.target);
	assert_string_equal(r.o.pid, "42");
	done(&r);
}

static void start_is_a_command_with_an_environment(void **state)
{
	char *from[] = { "HOME=/root", "MODE=old", "MODEL=x", NULL }, **all;
	struct read r;

	(void)state;
	good(&r, "start = { command = [\"/bin/echo\", \"a b\", \"3\"]; environment = { MODE = \"fast\"; N = 3; }; };\n"
		 "environment = { PGDATABASE = \"bench\"; };");
	assert_string_equal(r.f.command[0], "/bin/echo");
	assert_string_equal(r.f.command[1], "a b");
	assert_string_equal(r.f.command[2], "3");
	assert_null(r.f.command[3]);
	assert_string_equal(r.f.environment[0], "MODE=fast");
	assert_string_equal(r.f.environment[1], "N=3");
	assert_string_equal(r.f.phases.environment[0], "PGDATABASE=bench");
	all = environment_with(from, r.f.environment);
	assert_string_equal(all[0], "HOME=/root");
	assert_string_equal(all[1], "MODEL=x");
	assert_string_equal(all[2], "MODE=fast");
	assert_string_equal(all[3], "N=3");
	assert_null(all[4]);
	free(all);
	done(&r);
}

static const char *work_text(const struct read *r, size_t i, const char *key)
{
	return json_string_value(json_object_get(json_array_get(r->f.phases.work, i), key));
}

static void work_is_profiles_and_scripts_by_weight(void **state)
{
	char dir[] = "/tmp/soakd-conf-XXXXXX", path[64], script[64];
	struct read r;
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/x.conf", dir);
	snprintf(script, sizeof(script), "%s/own.sql", dir);
	f = fopen(script, "w");
	fputs("SELECT 2;\n", f);
	fclose(f);
	read_text(&r, path,
		  "driver = \"postgres\"; define = { id = 1; name = \"x\"; };\n"
		  "work = ( { profile = \"read-heavy\"; weight = 3; }, { script = \"own.sql\"; reconnect = true; },\n"
		  "         { name = \"inline\"; sql = \"SELECT 1;\"; weight = 0.5; } );",
		  NULL, NULL);
	if (r.rc != SK_OK)
		fail_msg("%s", r.err.msg);
	assert_string_equal(r.f.driver, "postgres");
	assert_int_equal(r.f.phases.n_work, 3);
	assert_string_equal(work_text(&r, 0, "name"), "read-heavy");
	assert_string_equal(work_text(&r, 0, "profile"), "read-heavy");
	assert_double_equal(json_number_value(json_object_get(json_array_get(r.f.phases.work, 0), "weight")), 3, 0);
	assert_string_equal(work_text(&r, 1, "name"), "own");
	assert_string_equal(work_text(&r, 1, "script"), "SELECT 2;\n");
	assert_string_equal(work_text(&r, 1, "file"), script);
	assert_true(json_is_true(json_object_get(json_array_get(r.f.phases.work, 1), "reconnect")));
	assert_string_equal(work_text(&r, 2, "name"), "inline");
	assert_string_equal(work_text(&r, 2, "script"), "\n\nSELECT 1;"); /* its line 3 is the file's */
	assert_string_equal(json_string_value(json_object_get(r.f.phases.define, "id")), "1");
	assert_int_equal(r.f.n_script, 1);
	done(&r);
	unlink(script);
	rmdir(dir);
}

static void each_driver_of_scripts_has_its_language(void **state)
{
	static const char *const taken[] = {
		"driver = \"postgres\"; work = ( { name = \"a\"; sql = \"SELECT 1;\"; }, { builtin = \"select-only\"; } );",
		"target = \"sqlite\"; work = ( { profile = \"mixed\"; }, { name = \"a\"; sql = \"SELECT 1;\"; } );",
		"driver = \"redis\"; work = ( { profile = \"set-get\"; }, { name = \"a\"; commands = \"GET x\"; } );",
		"driver = \"http\"; work = ( { profile = \"get\"; }, { name = \"a\"; requests = \"GET /\"; } );",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++) {
		struct read r;

		good(&r, taken[i]);
		assert_int_equal(r.f.phases.n_work, 2);
		done(&r);
	}
}

static void phases_have_length_load_mix_budgets_hooks_and_what_is_injected(void **state)
{
	struct read r;
	const struct phase *p;

	(void)state;
	good(&r,
	     "target = \"postgres\"; connections = 8; repeat = true;\n"
	     "work = ( { profile = \"read-heavy\"; }, { profile = \"mixed\"; } );\n"
	     "phases = ( { name = \"baseline\"; length = \"2m\"; idle = true; },\n"
	     "  { name = \"load\"; operations = 10000; length = 600; rate = 500; shape = \"ramp\"; from = 10; connections = 4;\n"
	     "    mix = { read-heavy = 3; }; budget = { rss = \"100 MiB\"; anon-growth = \"1 MiB\"; };\n"
	     "    before = [\"/bin/echo\", \"x y\"]; after = \"/bin/echo 'x y' z\"; settle = \"5s\"; hook-timeout = \"10s\";\n"
	     "    inject = ( { what = \"reload\"; at = \"30s\"; every = \"1m\"; }, { what = \"signal\"; signal = \"SIGUSR1\"; "
	     "every = 7; },\n"
	     "               { what = \"run\"; command = [\"/bin/true\"]; }, { what = \"vacuum\"; }, { what = \"reconnect\"; } "
	     "); },\n"
	     "  { name = \"daily\"; length = 1; shape = \"daily\"; from = 1; rate = 2; period = \"1h\"; mix = ( (\"mixed\", 2.5) "
	     "); },\n"
	     "  { name = \"steps\"; length = 1; shape = \"steps\"; steps = 5; },\n"
	     "  { name = \"pulse\"; length = 1; shape = \"on-off\"; on = \"30s\"; off = 10; rate = 0; } );");
	assert_int_equal(r.f.phases.n, 5);
	assert_true(r.f.phases.repeat);
	p = &r.f.phases.phase[0];
	assert_true(p->plan.idle);
	assert_double_equal(p->plan.length_s, 120, 0);
	assert_null(p->plan.weight);
	p++;
	assert_string_equal(p->plan.name, "load");
	assert_int_equal(p->plan.ops, 10000);
	assert_double_equal(p->plan.length_s, 600, 0);
	assert_int_equal(p->plan.load.shape, PLAN_RAMP);
	assert_double_equal(p->plan.load.rate, 500, 0);
	assert_double_equal(p->plan.load.from, 10, 0);
	assert_int_equal(p->plan.connections, 4);
	assert_double_equal(p->plan.weight[0], 3, 0);
	assert_double_equal(p->plan.weight[1], 0, 0);
	assert_int_equal(p->n_budget, 2);
	assert_string_equal(p->budget[0].column, "rss_kb");
	assert_double_equal(p->budget[0].most, 102400, 0);
	assert_string_equal(p->budget[1].column, "anon_kb");
	assert_int_equal(p->budget[1].of, BUDGET_GROWTH);
	assert_string_equal(p->before[1], "x y");
	assert_string_equal(p->after[1], "x y");
	assert_string_equal(p->after[2], "z");
	assert_double_equal(p->settle_s, 5, 0);
	assert_double_equal(p->hook_timeout_s, 10, 0);
	assert_int_equal(p->n_inject, 5);
	assert_int_equal(p->inject[0].what, INJECT_RELOAD);
	assert_double_equal(p->inject[0].at_s, 30, 0);
	assert_double_equal(p->inject[0].every_s, 60, 0);
	assert_int_equal(p->inject[1].number, 10);
	assert_double_equal(p->inject[1].at_s, 7, 0); /* the first after one interval */
	assert_int_equal(p->inject[2].what, INJECT_RUN);
	assert_string_equal(p->inject[2].argv[0], "/bin/true");
	assert_double_equal(p->inject[2].every_s, NAN, 0);
	assert_int_equal(p->inject[4].what, INJECT_RECONNECT);
	p++;
	assert_double_equal(p->plan.load.period_s, 3600, 0);
	assert_double_equal(p->plan.weight[1], 2.5, 0);
	assert_int_equal(p[1].plan.load.steps, 5);
	assert_double_equal(p[2].plan.load.on_s, 30, 0);
	assert_double_equal(p[2].plan.load.off_s, 10, 0);
	done(&r);
}

static void one_group_alone_is_a_list_of_one_and_the_last_phase_may_be_open(void **state)
{
	struct read r;

	(void)state;
	good(&r, "target = \"postgres\"; work = { profile = \"mixed\"; }; phases = { name = \"all\"; };");
	assert_int_equal(r.f.phases.n, 1);
	assert_int_equal(r.f.phases.n_work, 1);
	assert_double_equal(r.f.phases.phase[0].plan.length_s, NAN, 0);
	done(&r);
}

static void times_are_scaled_and_programs_are_not(void **state)
{
	struct read r;

	(void)state;
	read_text(&r, "x.conf",
		  "target = \"postgres\"; hours = 10; interval = \"5m\"; phases = ( { name = \"a\"; length = \"100s\"; settle = "
		  "10;\n"
		  "hook_timeout = 7; operations = 1000; shape = \"on-off\"; on = 20; off = 30; inject = ( { what = \"reload\"; "
		  "at = 50; every = 2; } ); } );",
		  "scale-time", "0.01");
	assert_int_equal(r.rc, SK_OK);
	assert_double_equal(r.o.hours, 0.1, 1e-12);
	assert_double_equal(r.o.interval_s, 3, 1e-12);
	assert_double_equal(r.f.phases.phase[0].plan.length_s, 1, 1e-12);
	assert_double_equal(r.f.phases.phase[0].settle_s, 0.1, 1e-12);
	assert_double_equal(r.f.phases.phase[0].hook_timeout_s, 7, 0);
	assert_int_equal(r.f.phases.phase[0].plan.ops, 1000);
	assert_double_equal(r.f.phases.phase[0].plan.load.on_s, 0.2, 1e-12);
	assert_double_equal(r.f.phases.phase[0].inject[0].at_s, 0.5, 1e-12);
	assert_double_equal(r.f.phases.phase[0].inject[0].every_s, 0.1, 1e-12); /* the least */
	done(&r);
	read_text(&r, "x.conf", "target = \"postgres\"; interval = \"0.5s\";", "scale-time", "0.01");
	assert_double_equal(r.o.interval_s, 0.5, 0); /* short enough */
	done(&r);
}

static void the_length_of_phases_is_known_where_time_ends_them(void **state)
{
	struct read r;

	(void)state;
	good(&r, "target = \"x\"; phases = ( { name = \"a\"; length = 10; settle = 1; }, { name = \"b\"; length = 20; } );");
	assert_double_equal(scenario_file_length(&r.f.phases), 31, 0);
	done(&r);
	good(&r, "target = \"x\"; phases = ( { name = \"a\"; length = 10; operations = 3; }, { name = \"b\"; length = 20; } );");
	assert_double_equal(scenario_file_length(&r.f.phases), NAN, 0);
	done(&r);
}

/* ---- mistakes --------------------------------------------------------------------------------------------------------- */

#define PG    "target = \"postgres\";\n"
#define WORK  PG "work = ( { profile = \"mixed\"; } );\n"
#define PHASE WORK "phases = ( { name = \"a\";\n"
#define END   " } );"

static const struct {
	const char *text, *mistake;
} wrong[] = {
	{ "a = = 1;", "x.conf:1: syntax error: a setting is NAME = VALUE;" },
	{ "interval = 1;\ninterval = 2;", "x.conf:2: duplicate setting name: leave one of them out" },
	{ "disk = [\"a\", 1];", "x.conf:1: mismatched element type in array: [ ] holds texts alone or numbers alone" },
	{ "@include \"y\"", "x.conf: @include is not for scenario files: write it all into one" },
	{ PG "targett = 1;",
	  "x.conf:2: there is no setting \"targett\": there are the options of soakd run, and driver, start," },
	{ PG "interval = \"5 parsecs\";", "x.conf:2: --interval: \"5 parsecs\" is no duration" },
	{ PG "connections = 0;", "x.conf:2: --connections must be between 1 and 10000, not 0" },
	{ PG "connections = { x = 1; };", "x.conf:2: \"connections\" needs one value, not a group or list" },
	{ PG "scenario = \"y\";",
	  "x.conf:2: \"scenario\" is no setting of a scenario: a scenario file says `driver = \"postgres\"`" },
	{ PG "config = \"y\";", "x.conf:2: \"config\" is no setting of a scenario: a scenario file stands for itself" },
	{ PG "resume = \"y\";", "x.conf:2: \"resume\" is no setting of a scenario: it belongs to the command line" },
	{ PG "scale-time = 1;", "x.conf:2: \"scale-time\" is no setting of a scenario" },
	{ "driver = \"pg\"; target = \"postgres\"; work = { profile = \"mixed\"; };",
	  "x.conf:1: there is no driver \"pg\"; there are postgres, sqlite, " },
	{ "driver = \"postgres/x\";",
	  "x.conf:1: driver postgres has no profile \"x\": soakd list scenarios shows those there are" },
	{ "driver = 1;", "x.conf:1: driver is a text in double quotes, not \"1\"" },
	{ "driver = \"\";", "x.conf:1: driver is empty: give it a value" },
	{ "driver = \"a\\nb\";", "x.conf:1: driver is no text in UTF-8 on one line" },
	{ "start = 1;", "x.conf:1: start is a group, such as { command = " },
	{ "start = { };", "x.conf:1: start has no command: say which program is launched" },
	{ "start = { command = [\"true\"]; x = 1; };", "x.conf:1: start has no setting \"x\"; it has command, environment" },
	{ PG "start = { command = [\"true\"]; };", "x.conf:2: both start and target: one of them says what is watched" },
	{ "start = { command = [\"/nonexistent/x\"]; };", "x.conf:1: command: there is no program /nonexistent/x: install it" },
	{ "start = { command = [\"nonexistent-x\"]; };", "x.conf:1: command: there is no program nonexistent-x in PATH" },
	{ "start = { command = [\"./x\"]; };", "x.conf:1: command: ./x is relative to a folder: give the whole path" },
	{ "start = { command = [\"\"]; };", "x.conf:1: command has no program: its first word is empty" },
	{ "start = { command = 1; };", "x.conf:1: command is a program and its arguments, such as [" },
	{ "start = { command = \"'x\"; };", "x.conf:1: command: the command has a quote ' that is never closed" },
	{ "start = { command = ( \"true\", { a = 1; } ); };", "x.conf:1: each word of command is a text, such as [" },
	{ "environment = 3;", "x.conf:1: environment is a group, such as { PGDATABASE = \"bench\"; }" },
	{ "environment = { A-B = \"x\"; };", "x.conf:1: \"A-B\" is no name of a variable: letters, digits and _" },
	{ "environment = { A = [1]; };", "x.conf:1: A is a text, such as A = \"value\";" },
	{ "define = 3;", "x.conf:1: define is a group of variables for scripts" },
	{ "define = { a-b = 1; };", "x.conf:1: \"a-b\" is no name of a variable" },
	{ "define = { a = [1]; };", "x.conf:1: the variable a is a text or a number, not a group or list" },
	{ "define = { a = \"\xff\"; };", "x.conf:1: the variable a is no text in UTF-8" },
	{ PG "repeat = true;", "x.conf:2: repeat belongs to phases, and there are none" },
	{ PG "repeat = 1;", "x.conf:2: repeat is true or false, not \"1\"" },
	{ "work = ( { profile = \"mixed\"; } );", "x.conf:1: work needs a driver that does it: say driver = \"postgres\";" },
	{ PG "work = 1;", "x.conf:2: work is a list of groups, such as (" },
	{ PG "work = ( );", "x.conf:2: work is empty: leave it out, or write (" },
	{ PG "work = ( 1 );", "x.conf:2: an entry of work is a group, such as (" },
	{ PG "work = ( { } );",
	  "x.conf:2: an entry of work is one of these: a profile, a script, a builtin, or a script that is" },
	{ PG "work = ( { profile = \"mixed\"; script = \"a\"; } );", "x.conf:2: an entry of work is one of these" },
	{ PG "work = ( { profile = \"mixed\"; x = 1; } );",
	  "x.conf:2: an entry of work has no setting \"x\"; it has profile, script," },
	{ PG "work = ( { profile = \"x\"; } );", "x.conf:2: driver postgres has no profile \"x\"" },
	{ PG "work = ( { profile = 1; } );", "x.conf:2: profile is a text in double quotes, not \"1\"" },
	{ PG "work = (\n{ profile = \"mixed\";\nweight = 0; } );", "x.conf:4: a weight of 0 is never done: leave the entry out" },
	{ PG "work = ( { profile = \"mixed\"; weight = -1; } );", "x.conf:2: weight is a number from 0 to 1000000000, not -1" },
	{ PG "work = ( { profile = \"mixed\"; weight = \"x\"; } );", "x.conf:2: weight is a number, not \"x\"" },
	{ PG "work = ( { profile = \"mixed\"; reconnect = true; } );", "x.conf:2: reconnect is for scripts" },
	{ PG "work = ( { profile = \"mixed\"; at_end = true; } );", "x.conf:2: at_end is for scripts of driver postgres" },
	{ PG "work = ( { name = \"x\"; sql = \"SELECT 1\"; at_end = 2; } );", "x.conf:2: at_end is " },
	{ PG "work = ( { profile = \"mixed\"; }, { profile = \"mixed\"; } );",
	  "x.conf:2: two entries of work are called \"mixed\"" },
	{ PG "work = ( { profile = \"mixed\"; name = \"0123456789012345678901234567890x\"; } );", "is longer than 31 bytes" },
	{ PG "work = ( { script = \"/nonexistent/y.sql\"; } );",
	  "x.conf:2: cannot read /nonexistent/y.sql: No such file or directory: a script's path is relative to the folder of "
	  "this file" },
	{ PG "work = ( { script = \"/dev/zero\"; } );", "x.conf:2: /dev/zero is no file: give the path of a text file" },
	{ PG "work = ( { sql = \"SELECT 1;\"; } );", "x.conf:2: a script that is written here needs a name" },
	{ PG "work = ( { name = \"a\"; commands = \"GET x\"; } );",
	  "x.conf:2: a script of driver postgres that is written here is `sql" },
	{ PG "work = ( { name = \"a\"; sql = 3; } );", "x.conf:2: sql is a text in double quotes" },
	{ PG "work = ( {\nname = \"a\";\nsql = \"SELECT 1;\n\\\\sett x 1\";\n} );", "x.conf:5:" },
	{ PG "work = { builtin = \"x\"; };",
	  "x.conf:2: there is no built-in script of that name for driver postgres: there are tpcb-like," },
	{ "target = \"leaky\"; work = ( { name = \"a\"; sql = \"SELECT 1;\"; } );",
	  "x.conf:1: driver leaky does one thing and no mix: leave work out, and say which by driver = \"leaky/linear\";" },
	{ WORK "phases = 1;", "x.conf:3: phases is a list of groups" },
	{ WORK "phases = ( { length = 1; } );", "x.conf:3: a phase needs a name, such as name = \"load\";" },
	{ PHASE "length = 1; x = 1;" END, "x.conf:4: a phase has no setting \"x\"; it has name, length, operations," },
	{ PHASE "settle = 1; length = \"1x\";" END, "x.conf:4: length: \"1x\" is no duration" },
	{ PHASE "length = 0;" END, "x.conf:4: length is longer than 0" },
	{ PHASE "length = [1];" END, "x.conf:4: length is a time such as \"30s\" or \"5m\", not a list" },
	{ PHASE "length = \"500d\";" END, "x.conf:4: length is longer than 400 days" },
	{ PHASE "operations = 0;" END, "x.conf:4: operations is a number from 1 to 1e+15, not 0" },
	{ PHASE "operations = 1.5;" END, "x.conf:4: operations is a whole number, not \"1.5\"" },
	{ PHASE "hook_timeout = 0; length = 1;" END, "x.conf:4: hook_timeout is longer than 0" },
	{ PHASE "hook_timeout = 1; hook-timeout = 1; length = 1;" END,
	  "x.conf:4: a phase has \"hook-timeout\" twice: leave one out" },
	{ PHASE "length = 1; idle = 1;" END, "x.conf:4: idle is true or false, not \"1\"" },
	{ PHASE "length = 1; idle = true; rate = 3;" END, "x.conf:4: an idle phase does nothing: leave rate out, or idle" },
	{ PHASE "idle = true; }, { name = \"b\";" END, "x.conf:3: phase \"a\" never ends: give it a length" },
	{ PHASE "}, { name = \"b\";" END, "x.conf:3: phase \"a\" never ends: give it a length or a number of operations" },
	{ "repeat = true; " PHASE END, "x.conf:3: phase \"a\" never ends: give it a length or a number of operations" },
	{ PHASE "length = 1; }, { name = \"a\"; length = 2;" END,
	  "x.conf:4: two phases are called \"a\": give one of them another name" },
	{ PHASE "shape = \"curve\"; length = 1;" END,
	  "x.conf:4: there is no shape of load \"curve\"; there are constant, ramp, steps," },
	{ PHASE "shape = \"ramp\"; operations = 5;" END,
	  "x.conf:3: a load of shape ramp is spread over the phase, which therefore" },
	{ PHASE "shape = \"ramp\"; rate = 0; length = 5;" END, "x.conf:3: a load of shape ramp goes to a rate: rate 0, as fast" },
	{ PHASE "shape = \"on-off\"; on = 5; length = 50;" END, "x.conf:3: a load that goes on and off needs both times" },
	{ PHASE "from = 5; length = 50;" END,
	  "x.conf:4: from belongs to a load of shape ramp, steps and daily; this one is constant" },
	{ PHASE "shape = \"steps\"; steps = 1; length = 50;" END, "x.conf:4: steps is a number from 2 to 1000, not 1" },
	{ PHASE "connections = 5; length = 50;" END,
	  "x.conf:4: the phase takes 5 connections and the run has 4: raise connections" },
	{ PHASE "mix = { x = 1; }; length = 5;" END, "x.conf:4: mix: no entry of work is called \"x\"" },
	{ PHASE "mix = { mixed = 0; }; length = 5;" END, "x.conf:4: mix: a weight of 0 is never done: leave \"mixed\" out" },
	{ PHASE "mix = { mixed = \"a\"; }; length = 5;" END,
	  "x.conf:4: mix: the weight of \"mixed\" is a number greater than 0" },
	{ PHASE "mix = ( (\"mixed\", 1), (\"mixed\", 1) ); length = 5;" END, "x.conf:4: mix has \"mixed\" twice: leave one out" },
	{ PHASE "mix = ( \"mixed\" ); length = 5;" END, "x.conf:4: an entry of mix is a name and a weight, such as (" },
	{ PHASE "mix = 3; length = 5;" END, "x.conf:4: mix says how often each entry of work is done" },
	{ PG "phases = ( { name = \"a\"; mix = { mixed = 1; }; length = 5; } );",
	  "x.conf:2: mix weighs the entries of work, and there are none" },
	{ PHASE "budget = 3; length = 5;" END, "x.conf:4: budget is a group of columns and what they may be at most" },
	{ PHASE "budget = { rrs = 1; }; length = 5;" END, "x.conf:4: there is no column \"rrs\" to have a budget" },
	{ PHASE "budget = { rss = \"1 parsec\"; }; length = 5;" END,
	  "x.conf:4: the budget of rss takes a size: \"1parsec\" is no size" },
	{ PHASE "budget = { rss = true; }; length = 5;" END, "x.conf:4: the budget of rss is a number, or a text with a unit" },
	{ PHASE "budget = { rss = 1; rss_peak = 1; }; length = 5;" END,
	  "x.conf:4: the budget of rss_peak is there twice, by another name" },
	{ PHASE "before = [\"/nonexistent/x\"]; length = 5;" END, "x.conf:4: before: there is no program /nonexistent/x" },
	{ PHASE "inject = ( { at = 1; } ); length = 5;" END,
	  "x.conf:4: an entry of inject says what, such as what = \"reload\";" },
	{ PHASE "inject = ( { what = \"x\"; } ); length = 5;" END,
	  "x.conf:4: nothing is called \"x\"; there are reconnect, vacuum, reload," },
	{ PHASE "inject = ( { what = \"signal\"; } ); length = 5;" END,
	  "x.conf:4: what = \"signal\" needs one, such as signal = \"USR1\";" },
	{ PHASE "inject = ( { what = \"signal\"; signal = \"X\"; } ); length = 5;" END, "x.conf:4: there is no such signal" },
	{ PHASE "inject = ( { what = \"reload\"; signal = 1; } ); length = 5;" END,
	  "x.conf:4: signal belongs to what = \"signal\"" },
	{ PHASE "inject = ( { what = \"run\"; } ); length = 5;" END, "x.conf:4: what = \"run\" needs a command" },
	{ PHASE "inject = ( { what = \"reload\"; command = \"true\"; } ); length = 5;" END,
	  "x.conf:4: command belongs to what = \"run\"" },
	{ PHASE "inject = ( { what = \"reload\"; at = 5; } ); length = 5;" END,
	  "x.conf:4: it is never done: the phase is over by then" },
	{ PHASE "inject = ( { what = \"reload\"; every = 0; } ); length = 5;" END, "x.conf:4: every is at least 100ms" },
	{ "target = \"x\"; phases = ( { name = \"a\"; length = 5; inject = ( { what = \"vacuum\"; } ); } );",
	  "x.conf:1: what = \"vacuum\" is done by a driver" },
};

static void every_mistake_is_a_sentence_with_its_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		struct read r;

		read_text(&r, "x.conf", wrong[i].text, NULL, NULL);
		if (r.rc != SK_EUSAGE || r.f.n_mistake != 1 || !strstr(r.err.msg, wrong[i].mistake))
			fail_msg("%s\nsays (%d, %zu mistakes) \"%s\"\nand not \"%s\"", wrong[i].text, r.rc, r.f.n_mistake,
				 r.err.msg, wrong[i].mistake);
		done(&r);
	}
}

static void all_mistakes_are_collected_and_the_first_counts_the_others(void **state)
{
	struct read r;

	(void)state;
	read_text(&r, "x.conf", "targett = 1;\nconnections = 0;\ndriver = \"x\";", NULL, NULL);
	assert_int_equal(r.rc, SK_EUSAGE);
	assert_int_equal(r.f.n_mistake, 3);
	assert_non_null(strstr(r.err.msg, "x.conf:1: there is no setting \"targett\""));
	assert_non_null(strstr(r.err.msg, "(and 2 more: --check-config lists them)"));
	done(&r);
	/* a mistake in work is not a second one in the mix that names it */
	read_text(&r, "x.conf",
		  PG "work = ( { profile = \"x\"; }, { profile = \"mixed\"; } );\n"
		     "phases = ( { name = \"a\"; mix = { x = 1; mixed = 1; }; } );",
		  NULL, NULL);
	assert_int_equal(r.f.n_mistake, 1);
	done(&r);
}

static void a_file_that_is_none_is_refused(void **state)
{
	struct read r = { 0 };
	char *path = NULL;

	(void)state;
	assert_int_equal(scenario_file_read(&r.f, "/dev/zero", &r.o, &r.given, &r.err), SK_EUSAGE);
	assert_non_null(strstr(r.err.msg, "/dev/zero is no file"));
	done(&r);
	read_text(&r, "x.conf", "", NULL, NULL);
	done(&r);
	assert_int_equal(opt_defaults(&cmd_run_options, &r.o, NULL), SK_OK);
	assert_int_equal(scenario_file_parse(&r.f, "x.conf", "a\0b", 3, &r.o, &r.given, &r.err), SK_EUSAGE);
	assert_string_equal(r.err.msg, "x.conf: it holds a NUL byte: that is no text");
	done(&r);
	assert_int_equal(scenario_file_find("/nonexistent/x.conf", &path, &r.err), SK_ENOTFOUND);
	assert_null(path);
	assert_true(scenario_is_file("x.conf"));
	assert_false(scenario_is_file(".conf"));
	assert_false(scenario_is_file("postgres/mixed"));
}

/* ---- the copy of a run ------------------------------------------------------------------------------------------------ */

static char *whole(const char *dir, const char *name)
{
	static char buf[4096];
	char path[128];
	struct stat st;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_equal(fstat(fileno(f), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	buf[fread(buf, 1, sizeof(buf) - 1, f)] = '\0';
	fclose(f);
	return buf;
}

static void a_run_keeps_a_copy_without_secrets_and_reads_it_again(void **state)
{
	char dir[] = "/tmp/soakd-conf-XXXXXX", path[64], script[64];
	struct read r, again = { 0 };
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/orig.conf", dir);
	snprintf(script, sizeof(script), "%s/own.sql", dir);
	f = fopen(script, "w");
	fputs("SELECT 2;\n", f);
	fclose(f);
	read_text(
		&r, path,
		"# a comment\ntarget = \"postgres\"; dsn = \"host=/tmp password=geheim\"; work = ( { script = \"own.sql\"; } );\n"
		"environment = { PGPASSWORD = \"geheim\"; PGDATABASE = \"bench\"; };",
		NULL, NULL);
	assert_int_equal(r.rc, SK_OK);
	assert_int_equal(scenario_file_keep(&r.f, dir, &r.err), SK_OK);
	unlink(script);
	assert_null(strstr(whole(dir, "scenario.conf"), "geheim"));
	assert_non_null(strstr(whole(dir, "scenario.conf"), "bench"));
	assert_string_equal(whole(dir, "scripts/1-own.sql"), "SELECT 2;\n");

	unsetenv("PGPASSWORD");
	assert_int_equal(opt_defaults(&cmd_run_options, &again.o, NULL), SK_OK);
	assert_int_equal(opt_set(&cmd_run_options, &again.o, "target", "postgres", NULL), SK_OK);
	assert_int_equal(scenario_file_resume(&again.f, dir, &again.o, &again.given, &again.err), SK_EUSAGE);
	assert_non_null(strstr(again.err.msg,
			       "the value of PGPASSWORD is not kept in a run directory: export PGPASSWORD before --resume"));
	scenario_file_release(&again.f);
	setenv("PGPASSWORD", "geheim", 1);
	assert_int_equal(scenario_file_resume(&again.f, dir, &again.o, &again.given, &again.err), SK_OK);
	assert_string_equal(work_text(&again, 0, "script"), "SELECT 2;\n");
	assert_string_equal(work_text(&again, 0, "name"), "own");
	assert_string_equal(again.f.phases.environment[0], "PGPASSWORD=geheim");
	assert_null(again.o.dsn);
	unsetenv("PGPASSWORD");
	done(&again);

	scenario_file_forget(&r.f, dir);
	done(&r);
	assert_int_equal(rmdir(dir), 0); /* nothing was left */
}

/* Definitions and the words of programs, in the forms that a command line has them; hooks with a hidden word are not run. */
static void a_copy_has_no_secret_of_programs_and_definitions(void **state)
{
	char dir[] = "/tmp/soakd-conf-XXXXXX", path[64];
	struct read r, again = { 0 };
	const char *copy;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/orig.conf", dir);
	read_text(&r, path,
		  "target = \"postgres\"; define = { token = \"geheim 1\"; pw = 4711; n = 3; };\n"
		  "work = ( { name = \"a\"; sql = \"SELECT :token, :pw, :n;\"; } );\n"
		  "phases = ( { name = \"p\"; length = \"1m\"; before = [\"/bin/true\", \"--token\", \"geheim 2\", \"-x\"];\n"
		  "after = \"/bin/true --password=geheim postgres://u:geheim@h/db\"; } );",
		  NULL, NULL);
	assert_int_equal(r.rc, SK_OK);
	assert_int_equal(scenario_file_keep(&r.f, dir, &r.err), SK_OK);
	copy = whole(dir, "scenario.conf");
	assert_null(strstr(copy, "geheim"));
	assert_null(strstr(copy, "4711"));
	assert_non_null(strstr(copy, "SELECT :token"));
	assert_non_null(strstr(copy, "n = 3"));
	assert_non_null(strstr(copy, "\"-x\""));
	assert_non_null(strstr(copy, "--password=*** postgres://u:***@h/db"));

	assert_int_equal(opt_defaults(&cmd_run_options, &again.o, NULL), SK_OK);
	assert_int_equal(opt_set(&cmd_run_options, &again.o, "target", "postgres", NULL), SK_OK);
	assert_int_equal(scenario_file_resume(&again.f, dir, &again.o, &again.given, &again.err), SK_EUSAGE);
	assert_non_null(strstr(again.err.msg, "looked like a secret, which a run directory does not keep"));
	done(&again);
	scenario_file_forget(&r.f, dir);
	done(&r);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_are_the_options_of_run),
		cmocka_unit_test(the_command_line_wins),
		cmocka_unit_test(start_is_a_command_with_an_environment),
		cmocka_unit_test(work_is_profiles_and_scripts_by_weight),
		cmocka_unit_test(each_driver_of_scripts_has_its_language),
		cmocka_unit_test(phases_have_length_load_mix_budgets_hooks_and_what_is_injected),
		cmocka_unit_test(one_group_alone_is_a_list_of_one_and_the_last_phase_may_be_open),
		cmocka_unit_test(times_are_scaled_and_programs_are_not),
		cmocka_unit_test(the_length_of_phases_is_known_where_time_ends_them),
		cmocka_unit_test(every_mistake_is_a_sentence_with_its_line),
		cmocka_unit_test(all_mistakes_are_collected_and_the_first_counts_the_others),
		cmocka_unit_test(a_file_that_is_none_is_refused),
		cmocka_unit_test(a_copy_has_no_secret_of_programs_and_definitions),
		cmocka_unit_test(a_run_keeps_a_copy_without_secrets_and_reads_it_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
