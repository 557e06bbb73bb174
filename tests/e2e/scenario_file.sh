#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Scenario files: checked without a start, run, refused with FILE:LINE, kept in the run directory, resumed from there.
. "$(dirname "$0")/lib.sh"
PAGE=$(cd "$(dirname "$0")/../.." && pwd)/docs/man/soakd-scenario.5.in
mkdir "$TMP/here" && cd "$TMP/here" || exit 1
empty() { [ -z "$(ls -A "$1")" ] || { find "$1" | sed 's/^/# /'; return 1; }; }
lacks() { ! grep -rqF -e "$1" "$2" || { echo "# $2 has \"$1\""; return 1; }; }
out_has() { grep -qF -e "$1" "$TMP/out" || { sed 's/^/# /' "$TMP/out"; return 1; }; }

cat >"$TMP/good.conf" <<'C'
target = "sqlite";
driver = "sqlite/mixed";
connections = 2;
rows = 1000;
interval = 0.5;
phases = (
	{ name = "baseline"; length = "0.5s"; idle = true; budget = { fds_growth = 50; }; },
	{ name = "load"; operations = 50; rate = 100; budget = { rss = "1 GiB"; }; },
	{ name = "ramp"; length = 1; shape = "ramp"; from = 10; rate = 100; connections = 1; }
);
C
check "a good file is described" status 0 "$SOAKD" run --scenario "$TMP/good.conf" --check-config
check "with its phases" grep -qx "  load  *50 operations  100/s  *rss peak <= 1.00 GiB" "$TMP/out"
check "and its driver" out_has "driver:     sqlite/mixed, 2 connections"
check "and nothing was made" empty "$TMP/here"

cat >"$TMP/bad.conf" <<'C'
target = "sqlite";
connections = 0;
work = ( { profile = "mixed"; weight = 0; } );
phases = (
	{ name = "a"; idle = true; },
	{ name = "a"; length = "5 parsecs"; budget = { rss = "1 parsec"; }; }
);
C
check "mistakes are listed" status 2 "$SOAKD" run --scenario "$TMP/bad.conf" --check-config
check "each on a line with its line" [ "$(grep -c "^soakd: $TMP/bad.conf:[0-9]*: " "$TMP/err")" -eq 6 ]
check "of six lines" [ "$(lines "$TMP/err")" -eq 6 ]
check "a run says the first" status 2 "$SOAKD" run --scenario "$TMP/bad.conf"
check "in one sentence" one_sentence
check "and how many more there are" says "bad.conf:2: --connections must be between 1 and 10000, not 0 (and 5 more: --check-config lists them)"
printf 'SELECT 1;\n\\set x random(1,\n' >"$TMP/typo.sql"
printf 'target = "postgres";\nwork = ( { script = "typo.sql"; } );\n' >"$TMP/typo.conf"
check "a script's typo" status 2 "$SOAKD" run --scenario "$TMP/typo.conf"
check "has its own place" says "soakd: $TMP/typo.sql:2:"
check "nothing is left of any of them" empty "$TMP/here"
check "a file that is not there" status 2 "$SOAKD" run --scenario nowhere.conf
check "says what the library has" says "there is no scenario file nowhere.conf in this folder, and none in the library, which has ci-10-minutes.conf,"
check "a mistake of the command line" status 2 "$SOAKD" run --scenario "$TMP/good.conf" --interval 1h --duration 1 --check-config

check "it runs, and phases end it" status "0 3" "$SOAKD" run --scenario "$TMP/good.conf" --out "$TMP/run" --interval 0.3 --quiet
check "all files are there" whole_run_dir "$TMP/run"
check "each phase came in its turn" [ "$(grep -c ',phase,' "$TMP/run/events.csv")" -eq 6 ]
check "the command line won" json_true "$TMP/run/run.json" "j['interval_s'] == 0.3 and j['options']['connections'] == '2'"
check "run.json names the file" json_true "$TMP/run/run.json" "j['scenario_file'] == '$TMP/good.conf'"
check "the run has a copy" cmp "$TMP/good.conf" "$TMP/run/scenario.conf"
check "for its owner alone" [ "$(stat -c %a "$TMP/run/scenario.conf")" = 600 ]

sed 's/rss = "1 GiB"/rss = "1 KiB"/' "$TMP/good.conf" >"$TMP/tight.conf"
check "an exceeded budget is status 1" status 1 "$SOAKD" run --scenario "$TMP/tight.conf" --out "$TMP/tight" --quiet

# a mix of a profile and scripts, on SQLite
printf 'SELECT k FROM item WHERE id = 5;\n' >"$TMP/get.sql"
cat >"$TMP/mix.conf" <<'C'
target = "sqlite";
interval = 0.3;
rows = 1000;
work = ( { profile = "insert-heavy"; weight = 2; }, { script = "get.sql"; }, { name = "note"; sql = "
	CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, words TEXT);
	\\set id unique()
	INSERT INTO note VALUES (:id, 'x');
"; } );
phases = ( { name = "all"; operations = 100; rate = 200; }, { name = "notes"; operations = 20; mix = { note = 1; }; rate = 200; } );
C
check "SQLite takes profiles and scripts by weight" status "0 3" "$SOAKD" run --scenario "$TMP/mix.conf" --out "$TMP/mix" --quiet
check "each is a kind of operation" [ "$(column "$TMP/mix/operations.csv" kind | sort -u | tr '\n' ' ')" = "get insert note " ]
check "without errors" [ "$(last_of "$TMP/mix/samples.csv" errors)" = 0 ]

check "the report says by what it was driven" grep -qF 'workload: `sqlite: insert-heavy 2, get 1, note 1 (mix.conf)' "$TMP/mix/report.md"

# a launched target, and variables that nobody may read afterwards
sed "s|@TMP@|$TMP|" >"$TMP/start.conf" <<'C'
start = { command = ["/bin/sh", "-c", "echo mode=$MODE; exec sleep 60"]; environment = { MODE = "fast"; API_TOKEN = "geheim1"; }; };
environment = { PGPASSWORD = "geheim2"; };
interval = 0.5;
phases = ( { name = "only"; length = 1; after = ["/bin/sh", "-c", "echo ${#PGPASSWORD} >@TMP@/after"]; } );
C
check "a file starts its target" status "0 3" "$SOAKD" run --scenario "$TMP/start.conf" --out "$TMP/start" --quiet
check "with its environment" grep -qx 'mode=fast' "$TMP/start/target.log"
check "which is not written down" lacks geheim "$TMP/start"
check "a hook has its own" grep -qx 7 "$TMP/after"
check "the command line's target wins" status "0 3" "$SOAKD" run --scenario "$TMP/start.conf" --out "$TMP/leaky" --quiet --target leaky
check "and nothing is launched" [ ! -e "$TMP/leaky/target.log" ]

# a resumed run goes by its copy
cat >"$TMP/long.conf" <<'C'
target = "leaky";
driver = "leaky/none";
interval = 0.2;
duration = 30;
phases = ( { name = "first"; length = 1; idle = true; }, { name = "second"; length = 60; } );
C
"$SOAKD" run --scenario "$TMP/long.conf" --out "$TMP/long" --quiet >"$TMP/o" 2>&1 </dev/null &
monitor=$!
check "rows come" wait_for 10 grep -q 'begin second' "$TMP/long/events.csv"
kill -9 "$monitor"
wait "$monitor" 2>/dev/null
printf 'nonsense' >"$TMP/long.conf"
check "resumed without the original" resumed "$SOAKD" --resume "$TMP/long" --duration 3s --quiet
check "its phase goes on, which only the copy has" sh -c "sed '1,/,gap,/d' '$TMP/long/events.csv' | grep -q ',phase,begin second'"
rm "$TMP/long/scenario.conf"
json "$TMP/long/run.json" "[j.update(ended_unix=None), json.dump(j, open('$TMP/long/run.json', 'w'))]" >/dev/null
check "without its copy it cannot go on" status 2 "$SOAKD" --resume "$TMP/long" --duration 300s --quiet
check "and says so" says "the run cannot go on without its scenario: cannot read $TMP/long/scenario.conf"

# what the documentation shows is true
sed -n '/^\.EX$/,/^\.EE$/p' "$PAGE" | grep -v '^\.E' | sed 's/\\-/-/g; s/\\e/\\/g' >"$TMP/page.conf"
check "the man page's example is good" status 0 "$SOAKD" run --scenario "$TMP/page.conf" --check-config
check "and has its three phases" [ "$(grep -c -E '^  (baseline|morning|day) ' "$TMP/out")" -eq 3 ]

# the shipped library
check "soakd list has the library" status 0 "$SOAKD" list scenarios
check "by name and sentence" grep -q '^  postgres-overnight.conf *a night of mixed work on PostgreSQL' "$TMP/out"
check "a shipped file is found by its name" status 0 "$SOAKD" run --scenario ci-10-minutes.conf --check-config
check "and is the library's" grep -q '^scenario:   /.*/scenarios/ci-10-minutes.conf' "$TMP/out"
printf 'target = "leaky"; duration = 7;\n' >ci-10-minutes.conf
check "one in this folder goes before it" status 0 "$SOAKD" run --scenario ci-10-minutes.conf --check-config
check "with its own settings" out_has "length:     7 s"
check "its times can be scaled" status 0 "$SOAKD" run --scenario ci-10-minutes.conf --check-config --scale-time 0.5
check "to half" out_has "length:     3.5 s"
finish
