#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Scenario exec: what load generators say is counted and kept; commands that are missing, fail, hang, flood, fork, flee or ignore TERM end
# with all that they started.
. "$(dirname "$0")/lib.sh"
open_programs
fixtures=$(cd "$(dirname "$0")/../fixtures/exec" && pwd)
sleep 600 &
target=$!
S=
CLEANUP='kill $target $S 2>/dev/null'
# run CONDITION NAME COMMAND OPTIONS...: scenario exec in $TMP/NAME, without an end; by TERM when the condition is true, so much later that $took
# tenths of a second are not less than the driver had.
run() {
	until=$1 name=$2 command=$3
	shift 3
	took=$(tenths)
	note_clock "$TMP/err"
	"$SOAKD" run -p "$target" --scenario exec --exec "$command" --interval 0.25 --warmup 10m --out "$TMP/$name" -q "$@" >"$TMP/out" 2>"$TMP/err" </dev/null &
	S=$!
	check "$name: $until" wait_for 20 eval "$until"
	kill -TERM "$S"
	wait "$S"
	rc=$?
	S=
	took=$(($(tenths) - took + 1))
	check "$name: ends in order" in_order
}
tenths() { echo $(($(date +%s%N) / 100000000)); }
in_order() { [ "$rc" = 5 ] || by_verdict "$rc" "$TMP/err"; }
ops() { last_of "$TMP/$1/samples.csv" ops; }
errors() { last_of "$TMP/$1/samples.csv" errors; }
did() { [ "$(ops "$name")" -ge "$1" ]; }
failed() { [ "$(errors "$name")" -ge "$1" ]; }
lives() { [ -n "$(those_left "$1")" ]; }
event() { grep -q -- "$2" "$TMP/$1/events.csv" || { echo "# no event like $2:"; sed 's/^/# /' "$TMP/$1/events.csv"; return 1; }; }
internal() { python3 - "$TMP/$1/internals.csv" "$2" "$3" "$4" "$5" <<'PY'
import csv, sys
rows = [r for r in csv.DictReader(open(sys.argv[1])) if (r["source"], r["item"]) == (sys.argv[2], sys.argv[3])]
sys.exit(0 if rows and all((r["pid"], r["unit"], r["value"]) == ("", sys.argv[4], sys.argv[5]) for r in rows) else "# %s" % rows)
PY
}
each() { [ "$(ops "$1")" -gt 0 ] && [ $(($(ops "$1") % $2)) -eq 0 ] || { echo "# $(ops "$1") is no multiple of $2"; return 1; }; }

run "did 1" wrk "cat $fixtures/wrk.txt"
check "wrk: its requests are operations" each wrk 7185
check "wrk: its latencies are in internals.csv" internal wrk wrk "latency p99" us 7900
check "wrk: its rate too" internal wrk wrk requests per_s 7130
check "wrk: kind of operation" [ "$(tail -1 "$TMP/wrk/operations.csv" | cut -d, -f2)" = cat ]
run "failed 1" errors "cat $fixtures/wrk_404.txt"
check "wrk: what was refused is errors" [ "$(errors errors)" -gt 0 ] && check "and no operation" [ "$(ops errors)" = 0 ]
run "did 1" pgbench "cat $fixtures/pgbench.txt"
check "pgbench: transactions" each pgbench 4251
check "pgbench: average latency" internal pgbench pgbench "latency average" us 468
run "did 1" redis "cat $fixtures/redis_benchmark.txt"
check "redis-benchmark: requests of both tests" each redis 40000
check "redis-benchmark: latency by test" internal redis redis-benchmark "GET latency p95" us 8239
run "did 1" k6 "cat $fixtures/k6.txt"
check "k6: requests that did not fail" each k6 994
run "did 1" ab "cat $fixtures/ab.txt"
check "ab: requests" each ab 2000

run "did 5" interval "true"
check "once per interval" at_least $((took * 4 / 10 + 1)) "$(ops interval)"
# in the first interval, which is longer than is waited
run "at_least \"\$(lines '$TMP/count')\" 20" continuous "sh -c 'echo >>$TMP/count'" --exec-mode continuous --interval 100
check "back to back" at_least "$(ops continuous)" 19
run "failed 2" fails "sh -c 'exit 3'" --exec-mode continuous
check "an exit status is counted" event fails "error,exit 3: sh ended with status 3"
check "what fails is not begun again at once" at_least $((took / 10 + 1)) "$(errors fails)"

missing() { status "$1" "$SOAKD" run -p "$target" --scenario exec --exec "$2" --duration 1 --interval 0.2 --out "$TMP/no" -q && one_sentence && [ ! -e "$TMP/no" ]; }
printf 'no program\n' >"$TMP/plain"
check "missing: 127" missing 127 "soakd-no-such-program -x"
check "not executable: 126" missing 126 "$TMP/plain"
check "a quote that is not closed: 2" missing 2 "sh -c 'oops"
check "--exec-timeout without --exec: 2" status 2 "$SOAKD" run -p "$target" --scenario none --exec-timeout 3 --duration 1
check "and says so" says "--exec-timeout is of --scenario exec"

# sleeps under names of their own, among this test's own programs: nobody_left NAME knows when they are gone
bin=$TMP/bin
for name in hangs waits forks flees deaf deaf_timeout; do cp "$(command -v sleep)" "$bin/$name"; done
"$bin/waits" 600 &
waits=$!
seen() { [ "$(those_left waits)" = "$waits" ]; }
check "one that waits is seen" wait_for 20 seen
kill "$waits"
wait "$waits" 2>/dev/null
run "event hangs error,timeout" hangs "$bin/hangs 600" --exec-timeout 0.3
check "hangs: ended by --exec-timeout" event hangs "error,timeout: $bin/hangs took longer than --exec-timeout"
check "hangs: gone" nobody_left hangs
run "lives waits" waits "$bin/waits 600"
check "hangs without a limit: the end of the run ends it" nobody_left waits
check "and it is neither done nor failed" [ "$(ops waits) $(errors waits)" = "0 0" ]
size() { stat -c %s "$TMP/floods/exec.log"; }
largest=0
shrinks() { now=$(size) && { [ "$now" -lt "$largest" ] || { largest=$now && false; }; }; }
run shrinks floods "yes a flood of output that nobody reads"
check "floods: exec.log is bounded" at_least 16777216 "$largest"
check "floods: something of it is there" grep -q -m1 "a flood of output" "$TMP/floods/exec.log"
run "did 3" forks "sh -c '$bin/forks 600 & $bin/forks 600 & exit 0'"
check "forks: its group ends with it" nobody_left forks
mkfifo "$TMP/fled" # by which the command hears that it has happened
run "did 3 && event flees 'left processes'" flees "sh -c 'setsid sh -c \"$bin/flees 600 & $bin/flees 600 & echo >$TMP/fled; wait\" & read fled <$TMP/fled'"
check "flees by setsid: found and killed" nobody_left flees
check "flees: said once" [ "$(grep -c 'exec,.*left processes behind' "$TMP/flees/events.csv")" = 1 ]
begin=$(date +%s)
run "lives deaf" deaf "sh -c 'trap \"\" TERM; $bin/deaf 600; $bin/deaf 600'"
check "ignores TERM: killed" nobody_left deaf
check "and the end waits for it only seconds" [ $(($(date +%s) - begin)) -lt 40 ]
run "lives deaf_timeout && event deaf_timeout error,timeout" deaf_timeout "sh -c 'trap \"\" TERM; setsid $bin/deaf_timeout 600'" --exec-timeout 0.3
check "ignores TERM at its time limit, and flees" nobody_left deaf_timeout
check "no driver is left" nobody_left
finish
