#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The run directory: its default name, what is never followed, what is left behind, what it says of the target.
. "$(dirname "$0")/lib.sh"
run() { "$SOAKD" --target leaky --scenario leaky/none --interval 0.1 --duration 1s --quiet "$@" >"$TMP/out" 2>"$TMP/err" </dev/null; }
began() { [ -s "$1/samples.csv" ] && [ "$(lines "$1/samples.csv")" -ge 5 ]; }

# several in one second, by default names: each has its own
mkdir "$TMP/state" "$TMP/state2"
export STATE_DIRECTORY="$TMP/state"
pids=
for i in 1 2 3 4 5; do
	"$SOAKD" --target leaky --scenario leaky/none --interval 0.1 --duration 1s --quiet >"$TMP/out.$i" 2>&1 </dev/null &
	pids="$pids $!"
done
bad_starts=0
for p in $pids; do
	wait "$p"
	[ $? -ne 2 ] || bad_starts=$((bad_starts + 1))
done
check "five runs begun together: none is refused" [ "$bad_starts" = 0 ]
check "five directories" [ "$(find "$STATE_DIRECTORY/runs" -name verdict.json | wc -l)" = 5 ]
export STATE_DIRECTORY="$TMP/sta"
run --out "$TMP/state2/x"
check "another directory whose name begins so is none of ours" [ ! -e "$TMP/state2/latest" ]
unset STATE_DIRECTORY
cd "$TMP" || exit 1
"$SOAKD" --target leaky --scenario leaky/none --exec 'x' --duration 1s >/dev/null 2>&1 </dev/null
"$SOAKD" --duration 1s --interval 0.1 -- ./no-such-command >/dev/null 2>&1 </dev/null
check "a run that could not begin leaves no directory" sh -c '! ls -d soak-* >/dev/null 2>&1'

# nothing in it is followed out of it
echo precious >"$TMP/precious"
run --out "$TMP/again"
rm "$TMP/again/events.csv" && ln -s "$TMP/precious" "$TMP/again/events.csv"
python3 - "$TMP/again/run.json" <<'P'
import json, sys
j = json.load(open(sys.argv[1]))
j["ended_unix"] = None
json.dump(j, open(sys.argv[1], "w"))
P
check "a link in the place of a file: 2" status 2 "$SOAKD" --resume "$TMP/again" --duration 1s --quiet
check "the file behind it is as it was" [ "$(cat "$TMP/precious")" = precious ]

# the target that is ours is killed: its file does not stay
D=$TMP/killed
"$SOAKD" --target sqlite --interval 0.1 --duration 60s --quiet --out "$D" >"$TMP/out" 2>&1 </dev/null &
soak=$!
CLEANUP='kill -9 $soak 2>/dev/null'
check "rows come" wait_for 10 began "$D"
kill -9 "$(last_of "$D/processes.csv" pid)"
wait $soak
check "its own process killed: 4" [ $? = 4 ]
check "the database is gone" sh -c '! ls "$0"/soakd.sqlite* >/dev/null 2>&1' "$D"
check "the first event is start" [ "$(sed -n 2p "$D/events.csv" | cut -d, -f2)" = start ]

# what is said of the target's allocator
D=$TMP/allocator
MALLOC_ARENA_MAX=3 MALLOC_TOP_PAD_=hUnt3r2x "$SOAKD" --interval 0.1 --duration 1s --quiet --out "$D" -- sleep 5 >"$TMP/out" 2>&1 </dev/null
check "the allocator" json_true "$D/run.json" "j['host']['allocator'] is None or j['host']['allocator'].endswith('malloc')"
check "its settings by name" json_true "$D/run.json" "set(j['host']['allocator_settings']) >= {'MALLOC_ARENA_MAX=3', 'MALLOC_TOP_PAD_'}"
check "one process is one process" grep -q '1 process,' "$D/events.csv"
finish
