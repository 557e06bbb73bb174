#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Scenario exec: what load generators say is counted and kept; commands that are missing, fail, hang, flood, fork, flee or ignore TERM end
# with all that they started.
. "$(dirname "$0")/lib.sh"
fixtures=$(cd "$(dirname "$0")/../fixtures/exec" && pwd)
sleep 600 &
target=$!
CLEANUP='kill $target 2>/dev/null'
# run NAME COMMAND OPTIONS...: a short run of scenario exec in $TMP/NAME
run() {
	name=$1 command=$2
	shift 2
	status "0 3 5 6" "$SOAKD" run -p "$target" --scenario exec --exec "$command" --duration 1.5 --interval 0.25 --out "$TMP/$name" -q "$@"
}
ops() { last_of "$TMP/$1/samples.csv" ops; }
errors() { last_of "$TMP/$1/samples.csv" errors; }
event() { grep -q -- "$2" "$TMP/$1/events.csv" || { echo "# no event like $2:"; sed 's/^/# /' "$TMP/$1/events.csv"; return 1; }; }
internal() { python3 - "$TMP/$1/internals.csv" "$2" "$3" "$4" "$5" <<'PY'
import csv, sys
rows = [r for r in csv.DictReader(open(sys.argv[1])) if (r["source"], r["item"]) == (sys.argv[2], sys.argv[3])]
sys.exit(0 if rows and all((r["pid"], r["unit"], r["value"]) == ("", sys.argv[4], sys.argv[5]) for r in rows) else "# %s" % rows)
PY
}
# gone NAME: no process has the number of seconds NAME, which its sleep was given
gone() { ! pgrep -f "sleep $1" >/dev/null; }
each() { [ "$(ops "$1")" -gt 0 ] && [ $(($(ops "$1") % $2)) -eq 0 ] || { echo "# $(ops "$1") is no multiple of $2"; return 1; }; }

run wrk "cat $fixtures/wrk.txt"
check "wrk: its requests are operations" each wrk 7185
check "wrk: its latencies are in internals.csv" internal wrk wrk "latency p99" us 7900
check "wrk: its rate too" internal wrk wrk requests per_s 7130
check "wrk: kind of operation" [ "$(tail -1 "$TMP/wrk/operations.csv" | cut -d, -f2)" = cat ]
run errors "cat $fixtures/wrk_404.txt"
check "wrk: what was refused is errors" [ "$(errors errors)" -gt 0 ] && check "and no operation" [ "$(ops errors)" = 0 ]
run pgbench "cat $fixtures/pgbench.txt"
check "pgbench: transactions" each pgbench 4251
check "pgbench: average latency" internal pgbench pgbench "latency average" us 468
run redis "cat $fixtures/redis_benchmark.txt"
check "redis-benchmark: requests of both tests" each redis 40000
check "redis-benchmark: latency by test" internal redis redis-benchmark "GET latency p95" us 8239
run k6 "cat $fixtures/k6.txt"
check "k6: requests that did not fail" each k6 994
run ab "cat $fixtures/ab.txt"
check "ab: requests" each ab 2000

run interval "true"
check "once per interval" [ "$(ops interval)" -le 8 ]
run continuous "true" --exec-mode continuous
check "back to back" at_least "$(ops continuous)" 20
run fails "sh -c 'exit 3'" --exec-mode continuous
check "an exit status is counted" event fails "error,exit 3: sh ended with status 3"
check "what fails is not begun again at once" [ "$(errors fails)" -le 3 ]

missing() { status "$1" "$SOAKD" run -p "$target" --scenario exec --exec "$2" --duration 1 --interval 0.2 --out "$TMP/no" -q && one_sentence && [ ! -e "$TMP/no" ]; }
printf 'no program\n' >"$TMP/plain"
check "missing: 127" missing 127 "soakd-no-such-program -x"
check "not executable: 126" missing 126 "$TMP/plain"
check "a quote that is not closed: 2" missing 2 "sh -c 'oops"
check "--exec-timeout without --exec: 2" status 2 "$SOAKD" run -p "$target" --scenario none --exec-timeout 3 --duration 1
check "and says so" says "--exec-timeout is of --scenario exec"

run hangs "sleep 81231" --exec-timeout 0.3
check "hangs: ended by --exec-timeout" event hangs "error,timeout: sleep took longer than --exec-timeout"
check "hangs: gone" gone 81231
run waits "sleep 81232"
check "hangs without a limit: the end of the run ends it" gone 81232
check "and it is neither done nor failed" [ "$(ops waits) $(errors waits)" = "0 0" ]
run floods "yes a flood of output that nobody reads" --duration 2
check "floods: exec.log is bounded" [ "$(stat -c %s "$TMP/floods/exec.log")" -le 16777216 ]
check "floods: something of it is there" grep -q -m1 "a flood of output" "$TMP/floods/exec.log"
run forks "sh -c 'sleep 81233 & sleep 81233 & exit 0'"
check "forks: its group ends with it" gone 81233
check "forks: each run is done" at_least "$(ops forks)" 3
run flees "sh -c 'setsid sh -c \"sleep 81234 & sleep 81234\" & sleep 0.05'"
check "flees by setsid: found and killed" gone 81234
check "flees: said once" [ "$(grep -c 'exec,.*left processes behind' "$TMP/flees/events.csv")" = 1 ]
begin=$(date +%s)
run deaf "sh -c 'trap \"\" TERM; sleep 81235; sleep 81235'"
check "ignores TERM: killed" gone 81235
check "and the end waits for it only seconds" [ $(($(date +%s) - begin)) -lt 40 ]
run deaf_timeout "sh -c 'trap \"\" TERM; setsid sleep 81236'" --exec-timeout 0.3
check "ignores TERM at its time limit, and flees" gone 81236
finish
