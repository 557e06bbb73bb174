#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# HUP, USR1, USR2, STOP and CONT, INT, TERM: what each does to a run and to its files.
. "$(dirname "$0")/lib.sh"
run() { note_clock "$TMP/err" && exec "$SOAKD" --target leaky --scenario leaky/none --duration 120s --quiet "$@" >"$TMP/o" 2>"$TMP/err" </dev/null; }
rows() { [ "$(lines "$1/samples.csv" 2>/dev/null || echo 0)" -gt "$2" ]; } # DIR N: more than N rows
events() { grep -c ",$2" "$1/events.csv"; }
CLEANUP='kill -9 ${soak:-} 2>/dev/null'

D=$TMP/run
run --interval 0.1 --out "$D" &
soak=$!
check "rows come" wait_for 10 rows "$D" 5
mv "$D/samples.csv" "$D/samples.old"
kill -HUP $soak
check "HUP: a new file" wait_for 10 rows "$D" 5
check "HUP: with the header" [ "$(head -1 "$D/samples.csv")" = "$(head -1 "$D/samples.old")" ]
check "HUP: the old one ends with a whole line" [ -z "$(tail -c 1 "$D/samples.old")" ]
check "HUP: no row twice and none lost" sh -c "tail -n +2 '$D/samples.csv' | cat '$D/samples.old' - | cut -d, -f2 | tail -n +2 | sort -n -c -u"
check "HUP: an event" grep -q ',reopen,' "$D/events.csv"
kill -STOP $soak
python3 -c 'import time; time.sleep(1.5)'
kill -CONT $soak
check "STOP, CONT: a gap event" wait_for 10 grep -q ',gap,' "$D/events.csv"
missed_ten() { [ "$(last_of "$D/samples.csv" missed)" -ge 10 ]; }
check "STOP, CONT: missed ticks are counted" wait_for 10 missed_ten
kill -TERM $soak
wait $soak
rc=$?
check "TERM: exit by the verdict" with_gap $rc "$TMP/err"
check "TERM: the full report" whole_run_dir "$D"
check "TERM: the run is ended" json_true "$D/run.json" "j['ended_unix'] > 0"
# that none is made up for after the stop: tests/soakd/schedule_test.c, on a fake clock

# A report takes as long as this test wants: who draws says so, and waits until $TMP/hold is gone.
open_programs
mv "$TMP/bin/soakd-draw" "$TMP/draw"
cat >"$TMP/bin/soakd-draw" <<S
#!/bin/sh
echo drawing >>"$TMP/drawings"
while [ -e "$TMP/hold" ]; do sleep 0.05; done
exec "$TMP/draw" "\$@"
S
chmod +x "$TMP/bin/soakd-draw"
CLEANUP='rm -f "$TMP/hold"; kill -9 ${soak:-} 2>/dev/null'
drawings() { [ "$(lines "$TMP/drawings")" -ge "$1" ]; }
D=$TMP/slow
run --interval 60s --out "$D" &
soak=$!
reported() { grep -q "^- samples: \`$1 of " "$D/report.md" && [ -s "$D/report.png" ]; } # and no picture is begun any more
check "one row at once, the next in a minute; it is drawn" wait_for 20 reported 1
: >"$TMP/hold"
kill -USR1 $soak
check "USR1: a row now" wait_for 10 rows "$D" 2
check "  it is drawn" wait_for 10 drawings 2
kill -USR1 $soak
check "USR1 while one is drawn: a row now" wait_for 10 rows "$D" 3
rm "$TMP/hold"
check "  the report follows, with the row that was asked for" wait_for 20 reported 3
check "no report was drawn but these three" [ "$(lines "$TMP/drawings")" = 3 ]
maps=$(lines "$D/mappings.csv")
kill -USR2 $soak
check "USR2: an epoch" wait_for 10 grep -q ',epoch,' "$D/events.csv"
more_maps() { [ "$(lines "$D/mappings.csv")" -gt "$maps" ]; }
check "USR2: its mappings" wait_for 10 more_maps
check "USR2: and a row" wait_for 10 rows "$D" 4
kill -INT $soak
wait $soak
rc=$?
check "INT: the full report" whole_run_dir "$D"
check "INT: exit by the verdict" [ "$rc" = 3 ]
check "one event each" [ "$(events "$D" epoch)" = 1 ]

# a workload that does not hear: only the second INT ends it before its 20 seconds are over
D=$TMP/twice
run --interval 0.1 --out "$D" &
soak=$!
check "rows come" wait_for 10 rows "$D" 5
own=$(last_of "$D/processes.csv" pid)
kill -STOP "$own"
kill -INT $soak
check "the first INT waits for the workload" wait_for 10 grep -q ',stopping,' "$D/events.csv"
kill -INT $soak
began=$(date +%s)
wait $soak
rc=$?
check "a second INT: at once" [ $(($(date +%s) - began)) -lt 10 ]
check "with status 130" [ "$rc" = 130 ]
check "its process is gone" wait_for 5 [ ! -e "/proc/$own" ]
check "rows are whole" [ -z "$(tail -c 1 "$D/samples.csv")" ]
check "and it can be resumed" resumed "$SOAKD" --resume "$D" --duration 2s --quiet
finish
