#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Bad input: one clear sentence and the documented exit status, each.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1
refused() { # STATUS NEEDLE COMMAND...
	st=$1 needle=$2
	shift 2
	check "$* -> $st" status "$st" "$@"
	check "  says: $needle" says "$needle"
	check "  in one sentence" one_sentence
}
refused 2 "unknown option --nope" "$SOAKD" --nope
refused 2 "unknown verb" "$SOAKD" frobnicate
refused 2 "no target" "$SOAKD" --duration 10s
refused 2 "no process" "$SOAKD" --target no-such-process-here --duration 10s
refused 2 "pid:" "$SOAKD" --target pid:abc --duration 10s
refused 2 "999999999" "$SOAKD" --target pid:999999999 --duration 10s
refused 2 "no scenario" "$SOAKD" --target sqlite --scenario sqlite/nope --duration 10s
refused 2 "longer than the run" "$SOAKD" --target sqlite --interval 1h --duration 1m
refused 2 "--interval" "$SOAKD" --target sqlite --interval 5parsecs --duration 1m
refused 2 "unknown sampler" "$SOAKD" --target sqlite --samplers nope --duration 1m
refused 2 "sampler" "$SOAKD" --target sqlite --samplers status,nope --duration 1m
mkdir there && echo x >there/file
refused 2 "--resume" "$SOAKD" --target sqlite --duration 1s --out there
refused 2 "no run directory: cannot" "$SOAKD" --resume there
refused 2 "--exec: " "$SOAKD" --target pid:$$ --scenario exec --exec "sh -c 'open" --duration 1s
refused 2 "does/not" "$SOAKD" --target sqlite --duration 1s --out does/not/exist
refused 2 "x.conf" "$SOAKD" --config x.conf
printf 'target = "sqlite";\nintervall = 3;\n' >y.conf
refused 2 "y.conf:2" "$SOAKD" --config y.conf
# options that do not go together: each would silently do nothing, or contradict another
echo 'SELECT 1;' >a.sql
printf 'target = "postgres"; driver = "postgres"; work = ( { profile = "mixed"; } ); phases = ( { name = "a"; length = 1; } );\n' >pg.conf
printf 'target = "sqlite"; interval = 1;\n' >plain.conf
refused 2 "--exec-mode is of scenario exec, and the workload of this run is sqlite" "$SOAKD" --target sqlite --exec-mode continuous --duration 1s
refused 2 "--exec-timeout is of --scenario exec" "$SOAKD" --target sqlite --exec-timeout 1s --duration 1s
refused 2 "--exec is the command of --scenario exec" "$SOAKD" --target sqlite --exec true --duration 1s
refused 2 "scenario exec needs --exec" "$SOAKD" --target pid:$$ --scenario exec --duration 1s
refused 2 "--protocol is of scenario postgres" "$SOAKD" --target sqlite --script a.sql --protocol simple --duration 1s
refused 2 "--depth is of scenario postgres and redis" "$SOAKD" --target sqlite --depth 4 --duration 1s
refused 2 "and the workload of this run is none" "$SOAKD" --target pid:$$ --scenario none --depth 4 --duration 1s
refused 2 "--journal is of scenario sqlite" "$SOAKD" --target leaky --journal memory --duration 1s
refused 2 "--scale-time multiplies the times of a scenario file" "$SOAKD" --target sqlite --scale-time 0.1 --duration 1s
refused 2 "--under memcheck needs a command that soakd launches" "$SOAKD" --target sqlite --under memcheck --duration 1s
refused 2 "--under-wait goes with --under" "$SOAKD" --under-wait 1m --duration 1s -- sleep 1
refused 2 "--under-options goes with --under" "$SOAKD" --under-options=--x --duration 1s -- sleep 1
refused 2 "--under-suppressions goes with --under" "$SOAKD" --under-suppressions a.sql --duration 1s -- sleep 1
refused 2 "--under-suppressions is for --under memcheck" "$SOAKD" --under massif --under-suppressions a.sql --duration 1s -- sleep 1
refused 2 "--malloc-stats and --under memcheck" "$SOAKD" --under memcheck --malloc-stats --duration 1s -- sleep 1
refused 2 "--cycle lets the workload work and rest" "$SOAKD" --target pid:$$ --scenario none --cycle load=1s,idle=1s --duration 5s
refused 2 "load and idle are both needed" "$SOAKD" --target sqlite --cycle load=1s --duration 5s
refused 2 "both --cycle and a scenario file with phases" "$SOAKD" --scenario pg.conf --cycle load=1s,idle=1s
refused 2 "--phases-only measures phases, and there are none" "$SOAKD" --target sqlite --phases-only --duration 2s
refused 2 "--phases-only measures phases, and there are none" "$SOAKD" --scenario plain.conf --phases-only
refused 2 "--phases-only is a setting of the interrupted run" "$SOAKD" --phases-only --resume there
refused 2 "both --script and a profile" "$SOAKD" --target pid:$$ --scenario postgres/mixed --script a.sql --duration 1s
refused 2 "both --script and the work of a scenario file" "$SOAKD" --scenario pg.conf --script a.sql --check-config
refused 2 "both --script and --scenario none" "$SOAKD" --target pid:$$ --scenario none --script a.sql --duration 1s
refused 2 "--script needs to know what runs it" "$SOAKD" --script a.sql --duration 1s -- sleep 1
refused 2 "scenario leaky takes no scripts" "$SOAKD" --target leaky --script a.sql --duration 1s
refused 2 "--define is for scripts" "$SOAKD" --target sqlite --define a=1 --duration 1s
refused 2 "--reconnect is for scripts" "$SOAKD" --target sqlite --reconnect --duration 1s
refused 2 "it is a setting of an entry of work" "$SOAKD" --scenario pg.conf --reconnect --check-config
refused 2 "target sqlite is its own workload, and postgres is another's" "$SOAKD" --target sqlite --scenario postgres/mixed --duration 1s
refused 2 "both --target postgres and a command to launch" "$SOAKD" --target postgres --scenario pg.conf -- sleep 1
refused 2 "no readable run.json" "$SOAKD" --check-config --resume there
check "a target beside the file's is no mistake" status 0 "$SOAKD" --target postgres --scenario pg.conf --check-config
check "nothing was begun" [ -z "$(ls -d soak-* 2>/dev/null)" ]

# A name that nobody else has; a child has it only when it has become the program.
cp "$(command -v sleep)" soakd-$$
./soakd-$$ 30 & a=$!
./soakd-$$ 30 & b=$!
named() { [ "$(cat "/proc/$1/comm")" = "soakd-$$" ]; }
wait_for 10 named $a
wait_for 10 named $b
refused 2 "pid:" "$SOAKD" --target soakd-$$ --duration 1s
check "  lists the first" says "$a"
check "  and the second" says "$b"
kill $a $b

# libsystemd is loaded by the run alone: one that cannot be loaded is no trouble for analyze.
mkdir lib && echo "no library" >lib/libsystemd.so.0
LD_LIBRARY_PATH=$PWD/lib
export LD_LIBRARY_PATH
check "a run without libsystemd -> 125" status 125 "$SOAKD" --target pid:$$ --duration 1s --interval 1s --quiet
check "  says what failed" says "shared library"
printf 'timestamp,rss_kb\n1,100\n' >short.csv
check "analyze does without" status 3 "$SOAKD" analyze short.csv
unset LD_LIBRARY_PATH

printf 'timestamp,rss_kb\n1,100\n' >one.csv
check "one row: insufficient, 3" status 3 "$SOAKD" analyze one.csv
printf 'when,rss_kb\n1,100\n2,100\n' >nots.csv
refused 2 "timestamp" "$SOAKD" analyze nots.csv
: >empty.csv
refused 2 "empty.csv" "$SOAKD" analyze empty.csv
refused 2 "missing.csv" "$SOAKD" analyze missing.csv
awk 'BEGIN { print "timestamp,rss_kb"; for (i = 0; i < 200; i++) print 1000 + i "," (i == 50 ? "abc" : 5000); printf "1200,50" }' >torn.csv
check "text in numbers and a torn line: still a verdict" status "0 3" "$SOAKD" analyze torn.csv
check "a bad file does not stop the others" status 2 "$SOAKD" analyze --format jsonl missing.csv torn.csv
check "a line each" [ "$(lines "$TMP/out")" = 2 ]
refused 2 "ending" "$SOAKD" report torn.csv --out x.gif
finish
