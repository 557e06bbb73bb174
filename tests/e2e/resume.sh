#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 of the driver: an event, started again, the run goes on. kill -9 of the monitor: the run goes on with --resume.
. "$(dirname "$0")/lib.sh"
D=$TMP/run
"$SOAKD" --target leaky --scenario leaky/none --interval 0.2 --duration 30s --out "$D" --quiet >"$TMP/o" 2>&1 </dev/null &
monitor=$!
check "rows come" wait_for 10 sh -c "[ \$(wc -l <'$D/samples.csv') -ge 10 ]"
kill -9 "$monitor"
wait "$monitor" 2>/dev/null
own=$(last_of "$D/processes.csv" pid)
check "a process of ours is gone with its monitor" wait_for 5 [ ! -e "/proc/$own" ]
before=$(lines "$D/samples.csv")
printf '17951' >>"$D/samples.csv" # what a crash in the middle of a write leaves
# the gap is missing rows too: less than a fifth of all
check "resumed to its end" status "0 3" "$SOAKD" --resume "$D" --duration 12s --quiet
check "more rows than before" at_least "$(lines "$D/samples.csv")" $((before + 10))
check "no torn line" sh -c "! awk -F, 'NR == 1 { n = NF } NF != n { bad = 1 } END { exit !bad }' '$D/samples.csv'"
check "a gap event" grep -q ',gap,' "$D/events.csv"
check "two segments" json_true "$D/run.json" "len(j['segments']) == 2 and j['segments'][1]['reason'] == 'resume'"
check "time never goes back" sh -c "cut -d, -f2 '$D/samples.csv' | tail -n +2 | sort -n -c"
ops_ok() { column "$D/samples.csv" ops | sort -n -c; }
check "operations never go back" ops_ok

export STATE_DIRECTORY="$TMP/state"
mkdir "$STATE_DIRECTORY"
check "resume last without a run: a new one" status "0 3" "$SOAKD" --target leaky --scenario leaky/none --interval 0.3 --duration 3s --resume last --quiet
check "a link to the latest" [ -e "$STATE_DIRECTORY/runs/latest/samples.csv" ]
check "an ended run is not resumed: another new one" sh -c "sleep 1; '$SOAKD' --target leaky --scenario leaky/none --interval 0.2 --duration 2s --resume last --quiet >/dev/null 2>&1; ls -d '$STATE_DIRECTORY'/runs/leaky-* | wc -l | grep -qx 2"
finish
