#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# --cycle: load and idle in turn tell a heap that is fragmented and used again from one that leaks. Side by side, the same load for both.
. "$(dirname "$0")/lib.sh"
TENANT=$(dirname "$SOAKD")/tests/e2e/tenant

# run NAME ARGUMENTS...: in the background, its exit status in NAME.status.
run() {
	name=$1
	shift
	{ "$SOAKD" --interval 0.2 --cycle load=2s,idle=1s --duration 24s -q --out "$TMP/$name" "$@" >"$TMP/$name.out" 2>&1 </dev/null
	  echo $? >"$TMP/$name.status"; } &
}
for mode in frag leak; do
	mkfifo "$TMP/$mode.fifo"
	run "$mode" --scenario exec --exec "sh -c 'echo >$TMP/$mode.fifo'" -- "$TENANT" "$mode" "$TMP/$mode.fifo"
done
run linear --target leaky --leak-rate 1GiB
for f in frag leak linear; do wait_for 90 [ -s "$TMP/$f.status" ]; done
v() { json_true "$TMP/$1/verdict.json" "$2" || { json "$TMP/$1/verdict.json" "j['cycles']" | sed 's/^/# /'; return 1; }; }
same() { # NAME: analyze finds the same cycles
	"$SOAKD" analyze --format json "$TMP/$1" >"$TMP/$1.json" 2>/dev/null
	[ "$(json "$TMP/$1.json" "(j['verdict'], j['cycles'], j['phases'])")" = "$(json "$TMP/$1/verdict.json" "(j['verdict'], j['cycles'], j['phases'])")" ]
}

check "fragmentation is not called a leak" v frag "not j['leaking'] and j['verdict'] != 'suspected'"
check "six cycles or more are known" v frag "j['cycles']['n'] >= 6"
check "what is there when idle does not grow by 32 KiB a cycle" v frag "j['cycles']['idle_rate_kb_per_cycle'] < 32"
# how sure the verdict is after so short a run is for others to test: no growth is called a plateau
check "a leak under the same load is called one, or suspected" v leak "j['verdict'] in ('leak', 'suspected')"
check "its status is 1 or 3" [ "$(cat "$TMP/leak.status")" = 1 -o "$(cat "$TMP/leak.status")" = 3 ]
check "its idle levels grow by what is kept" v leak "j['cycles']['ci95'][0] > 300"
check "and its reason says so" v leak "'after each idle period' in j['why']"
check "leaky/linear under --cycle grows" v linear "j['verdict'] in ('leak', 'suspected')"
check "its rate in the idle levels: 1 GiB/h in 2 s" v linear "abs(j['cycles']['idle_rate_kb_per_cycle'] / (2 * 1048576 / 3600) - 1) < .1"
check "idle phases do nothing" json_true "$TMP/linear/verdict.json" "all(p['columns']['ops']['growth'] == 0 for p in j['phases'] if p['name'] == 'idle')"
check "load phases work" json_true "$TMP/linear/verdict.json" "all(p['columns']['ops']['growth'] > 0 for p in j['phases'] if p['name'] == 'load')"
for f in frag leak linear; do check "$f: analyze says the same" same "$f"; done
check "phases are in the report" grep -q '| load (round 2) |' "$TMP/leak/report.md"
check "which has less than 60 lines" [ "$(lines "$TMP/leak/report.md")" -lt 60 ]
check "and the command" grep -q '^- command: `.*--cycle load=2s,idle=1s' "$TMP/leak/report.md"

check "half of --cycle is refused" status 2 "$SOAKD" --target leaky --cycle load=1s --duration 5s --out "$TMP/x"
check "and said" says "load and idle are both needed"
check "cycles of nothing are refused" status 2 "$SOAKD" --pid $$ --cycle load=1s,idle=1s --duration 5s --out "$TMP/x"
check "and said" says "this run has none"
check "nothing is left" [ ! -e "$TMP/x" ]
check "a loaded phase in which all operations fail: exit status 5, not MEASURED" status 5 "$SOAKD" run --scenario exec --exec false \
	--exec-mode continuous --interval 0.5 --cycle load=1s,idle=1s --duration 4s --phases-only --quiet --target "pid:$$" --out "$TMP/failed"
check "with a headline of its own" grep -q 'WORKLOAD FAILED' "$TMP/out"
planned=$(($(lines "$TMP/failed/samples.csv") - 1 - 2))
check "rows at the ends of phases are counted apart" \
	grep -q "samples: \`$planned of [0-9]*, one each 500 ms (median .*), 2 beside" "$TMP/failed/report.md"
check "a run in which all fail" status 5 "$SOAKD" run --scenario exec --exec false --interval 0.5 --duration 2s --quiet --target "pid:$$" \
	--out "$TMP/short"
check "analyze has the headline too" status 3 "$SOAKD" analyze "$TMP/short"
check "with the number" grep -q '[0-9] operations failed, none ended well' "$TMP/out"
sh -c 'exec "$@"' - "$SOAKD" run --interval 0.1 --cycle load=200ms,idle=200ms --duration 3s --quiet --scenario exec --exec true \
	--target "pid:$$" --out "$TMP/stopped" >/dev/null 2>&1 &
stopped=$!
begun() { [ "$(wc -l <"$TMP/stopped/samples.csv")" -ge 3 ]; } 2>/dev/null
check "a run begins" wait_for 20 begun
kill -STOP $stopped && sleep 1.6 && kill -CONT $stopped
wait $stopped
check "rows at the ends of phases make up for none that is missing: exit status 6" [ $? -eq 6 ]
finish
