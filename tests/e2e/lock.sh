#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# One soakd per run directory: a second one is refused with the first one's pid, a crash leaves no lock behind.
. "$(dirname "$0")/lib.sh"
export STATE_DIRECTORY="$TMP/state"
mkdir "$STATE_DIRECTORY"
run() { exec "$SOAKD" --target leaky --scenario leaky/none --interval 0.1 --duration 60s --quiet "$@" >/dev/null 2>&1 </dev/null; }
D=$STATE_DIRECTORY/runs/first
mkdir "$STATE_DIRECTORY/runs"
run --out "$D" &
first=$!
CLEANUP='kill -9 $first 2>/dev/null'
check "rows come" wait_for 10 sh -c "[ \$(wc -l <'$D/samples.csv') -ge 5 ]"
check "a second one on the same directory: 2" status 2 "$SOAKD" --resume "$D"
check "in one sentence" one_sentence
# a file system that /proc/locks names otherwise hides the pid; say so rather than fail there
if grep -q ":$(stat -c %i "$D") " /proc/locks; then
	check "with the pid of the first" says "pid $first "
fi
check "which names the directory" says "$D"
check "last: not the one that is written, a new one" status "0 3" "$SOAKD" --target leaky --scenario leaky/none --interval 0.3 --duration 3s --resume last --quiet
check "a directory of its own" [ "$(find "$STATE_DIRECTORY/runs" -name samples.csv | wc -l)" = 2 ]
check "the first knows nothing of it" [ "$(grep -c 'the run was interrupted' "$D/events.csv")" = 0 ]
# two units on one target: the other's crashed run is not taken
printf 'target = "leaky";\nscenario = "leaky/none";\ninterval = "0.2";\nduration = "2s";\nquiet = true;\n' >"$TMP/other.conf"
kill -9 $first
wait $first 2>/dev/null
check "last: not that of another configuration" status "0 3" "$SOAKD" --config "$TMP/other.conf" --resume last
check "a third directory" [ "$(find "$STATE_DIRECTORY/runs" -name samples.csv | wc -l)" = 3 ]
check "after a crash the directory is free" resumed "$SOAKD" --resume "$D" --duration 2s --quiet
check "and the run went on" json_true "$D/run.json" "len(j['segments']) == 2"
check "no file is left of the lock" sh -c "! ls -A '$D' | grep -i lock"
finish
