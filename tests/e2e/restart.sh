#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A program found by name goes away and comes back: an event, a new segment, the run goes on. Or it does not come back: exit 4.
# And a command that puts itself into the background: its daemon is the root from then on, and its end is seen at once.
. "$(dirname "$0")/lib.sh"
name=soak${$}t # /proc/PID/comm has 15 characters
cp "$(command -v sleep)" "$TMP/$name"
CLEANUP='kill -9 ${soak:-} ${server:-} 2>/dev/null'
serve() { "$TMP/$name" 1000 & server=$!; wait_for 5 grep -qx "$name" "/proc/$server/comm"; }
unserve() { kill "$server"; wait "$server" 2>/dev/null; }
run() { note_clock "$TMP/err" && exec "$SOAKD" --target "$name" --scenario none --interval 0.2 --duration 1000s --quiet "$@" >"$TMP/o" 2>"$TMP/err" </dev/null; }
rows() { [ "$(lines "$1/samples.csv" 2>/dev/null || echo 0)" -gt "$2" ]; }

D=$TMP/back
check "a server" serve
first=$server
run --out "$D" &
soak=$!
check "rows come" wait_for 10 rows "$D" 5
unserve
check "its end is seen" wait_for 10 grep -q ',target-exit,' "$D/events.csv"
check "it comes back" serve
check "a restart event with both pids" wait_for 10 grep -q ",restart,.*$first -> $server" "$D/events.csv"
at=$(lines "$D/samples.csv")
check "the run goes on" wait_for 10 rows "$D" $((at + 5))
check "a new segment" json_true "$D/run.json" "[s['reason'] for s in j['segments']] == ['start', 'restart']"
kill -INT $soak
wait $soak
rc=$?
check "exit by the verdict" with_gap $rc "$TMP/err"
check "both in processes.csv" [ "$(column "$D/processes.csv" pid | sort -u | wc -l)" = 2 ]
check "the verdict knows of it" json_true "$D/verdict.json" "j['restarts'] == 1"

D=$TMP/exit
run --out "$D" --exit-on-restart --interval 60s &
soak=$!
check "exit-on-restart: a row" wait_for 10 rows "$D" 1
unserve
check "seen long before the next tick" wait_for 10 grep -q ',target-exit,' "$D/events.csv"
check "back" serve
wait $soak
rc=$?
check "the run ends by itself" [ "$rc" = 3 ]
check "with its report" whole_run_dir "$D"

D=$TMP/gone
run --out "$D" --restart-wait 2 &
soak=$!
check "restart-wait: rows come" wait_for 10 rows "$D" 5
unserve
wait $soak
rc=$?
check "not back within --restart-wait: 4" [ "$rc" = 4 ]
check "said" says "died"
check "with its report" whole_run_dir "$D"
check "an event says how long it was waited for" grep -q 'did not come back in 2 s' "$D/events.csv"

# by the next tick, in an hour, this test is long over; the daemon lives until there is a row and it is the target, and a second more
D=$TMP/daemon
check "a daemon's end is seen at once" status "0 3" timeout 1000 "$SOAKD" --interval 1h --out "$D" -- \
	sh -c '(until [ "$(wc -l <"$0/samples.csv")" -gt 1 ] && grep -q "goes on as the target" "$0/events.csv"; do sleep 0.1; done; exec sleep 1) & exit 0' "$D"
check "it was the root" grep -q 'goes on as the target' "$D/events.csv"
finish
