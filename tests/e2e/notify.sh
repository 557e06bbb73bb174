#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What systemd hears: READY after the first row and not after an interval, STATUS, the watchdog, STOPPING.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
CLEANUP='kill -9 ${soak:-} ${fake:-} 2>/dev/null'
listen() { # WATCHDOG_USEC OPTION...
	usec=$1
	shift
	rm -f "$TMP/log"
	note_clock "$TMP/o"
	exec python3 "$here/notify.py" "$TMP/log" "$usec" "$SOAKD" --target leaky --scenario leaky/none --quiet --out "$D" "$@" >"$TMP/o" 2>&1
}
heard() { grep -q "$1" "$TMP/log"; }
rows() { [ "$(lines "$D/samples.csv" 2>/dev/null || echo 0)" -gt "$1" ]; }
heard_often() { [ "$(grep -c "$1" "$TMP/log")" -ge "$2" ]; }

D=$TMP/slow
listen 400000 --interval 60s --duration 1h &
fake=$!
check "READY at once, with an interval of a minute" wait_for 20 heard READY=1
soak=$(head -1 "$TMP/log")
check "the first row was there before" rows 1
check "the watchdog is fed between the rows" wait_for 20 heard_often WATCHDOG=1 3
check "and no second row was needed for it" [ "$(lines "$D/samples.csv")" = 2 ]
check "READY once" [ "$(grep -c READY=1 "$TMP/log")" = 1 ]
kill -TERM "$soak"
wait "$fake"
rc=$?
check "TERM: exit by the verdict" [ "$rc" = 3 ]
check "STOPPING" heard STOPPING=1
check "with a reason" heard "STATUS=stopping: asked to stop (TERM)"
check "and the time it needs" heard "EXTEND_TIMEOUT_USEC=80000000"
check "the verdict stays as the status" sh -c "tail -1 '$TMP/log' | grep -q 'STATUS=insufficient: '"
check "order" [ "$(grep -n READY=1 "$TMP/log" | cut -d: -f1)" -lt "$(grep -n STOPPING=1 "$TMP/log" | cut -d: -f1)" ]

D=$TMP/quick
listen 0 --interval 0.1 --duration 60s --checkpoint &
fake=$!
# a line every ten seconds; by the second there is a verdict
check "STATUS with time, memory, growth and verdict" wait_for 40 heard 'STATUS=.*s/1 min  rss .*KiB/h \[.*until ..:.. UTC'
check "no watchdog where none was asked for" sh -c "! grep -q WATCHDOG '$TMP/log'"
soak=$(head -1 "$TMP/log")
kill -TERM "$soak"
wait "$fake"
rc=$?
check "exit by the verdict" by_verdict $rc "$TMP/o"
check "a checkpoint may take longer" heard "EXTEND_TIMEOUT_USEC=180000000"
finish
