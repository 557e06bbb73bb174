#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The embedded default: no server. 20 s at 0.2 s, every file of the run directory, and the file gone afterwards.
. "$(dirname "$0")/lib.sh"
D=$TMP/run
check "sqlite runs to its end" status "0 3" "$SOAKD" --target sqlite --interval 0.2 --duration 20s --out "$D"
check "each row is there or counted as missed" all_due "$D" 101
check "every file of the run directory" whole_run_dir "$D"
check "more than 100 operations" at_least "$(last_of "$D/samples.csv" ops)" 101
check "no errors of the workload" [ "$(last_of "$D/samples.csv" errors)" = 0 ]
check "never a leak" json_true "$D/verdict.json" "j['leaking'] is False and j['schema'] == 'soakd.verdict/1'"
check "the database is gone" [ ! -e "$D/soakd.sqlite" ]
check "the mappings' classes are named" grep -q ',heap,' "$D/mappings.csv"
check "the target says something of itself" grep -q sqlite "$D/internals.csv"
check "run.json is ended" json_true "$D/run.json" "j['ended_unix'] > j['started_unix'] and j['seed'] == 1"

# each profile with the other journal, side by side
pids=
for p in insert-heavy read-heavy mixed scan-heavy series-blob; do
	note_clock "$TMP/$p.out"
	"$SOAKD" --target sqlite --scenario "sqlite/$p" --journal rollback --interval 0.5 --duration 5s --out "$TMP/$p" --quiet >"$TMP/$p.out" 2>&1 </dev/null &
	pids="$pids $!:$p"
done
for pp in $pids; do
	p=${pp#*:}
	wait "${pp%%:*}"
	rc=$?
	check "profile $p: exit by the verdict" by_verdict $rc "$TMP/$p.out"
	check "profile $p operates" at_least "$(last_of "$TMP/$p/samples.csv" ops)" 10
done
check "kept by option" status "0 3" "$SOAKD" --target sqlite --keep --checkpoint --interval 0.5 --duration 3s --out "$TMP/keep" --quiet
check "the file is there" [ -s "$TMP/keep/soakd.sqlite" ]
finish
