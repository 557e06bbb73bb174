#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The verdict while the run goes on: --stop-on-leak ends it early, and events.csv, verdict.json and report.md say what changed and why.
. "$(dirname "$0")/lib.sh"
run() { # NAME RATE OPTION...
	name=$1 rate=$2
	shift 2
	"$SOAKD" --target leaky --scenario leaky/linear --leak-rate "$rate" --interval 0.1 --out "$TMP/$name" --quiet "$@" >"$TMP/$name.out" 2>&1 </dev/null
	echo $? >"$TMP/$name.status"
}
run early 1GiB --duration 40s --stop-on-leak &
early=$!
run calm 0 --duration 20s --stop-on-leak &
calm=$!
run late 1GiB --duration 12s &
late=$!
wait $early
wait $calm
wait $late

E=$TMP/early
check "a leak ends the run: exit status 1" [ "$(cat "$E.status")" = 1 ]
check "not before half of it and not at its end" sh -c "tail -1 '$E/samples.csv' | cut -d, -f2 | awk '{ exit !(\$1 >= 19.9 && \$1 < 39.95) }'"
check "why it stops" grep -q ',stopping,.*--stop-on-leak' "$E/events.csv"
check "one event says leak, when and why" sh -c "[ \$(grep -c ',verdict,.* -> leak at [0-9]* s: proven' '$E/events.csv') = 1 ]"
check "verdict.json has the same changes" json_true "$E/verdict.json" "[c['to'] for c in j['changes']][-1] == 'leak' and 'rate now' in j['changes'][-1]['why']"
check "each change goes on from the one before" json_true "$E/verdict.json" "all(a['to'] == b['from'] and a['at'] <= b['at'] for a, b in zip(j['changes'], j['changes'][1:]))"
check "the events are those changes" [ "$(grep -c ',verdict,' "$E/events.csv")" = "$(json "$E/verdict.json" "len(j['changes'])")" ]
check "the report tells them" grep -qF -e "-> leak at" "$E/report.md"
check "drawn again it tells them too" sh -c "'$SOAKD' report --quiet --out '$TMP/again.md' '$E' && grep -qF -e '-> leak at' '$TMP/again.md'"
check "analyze looks once and has none" sh -c "'$SOAKD' analyze --format json '$E' >'$TMP/a.json'; [ \$? = 1 ]"
check "an empty array" json_true "$TMP/a.json" "j['changes'] == [] and j['leaking']"

check "no leak: the run has its length" sh -c "tail -1 '$TMP/calm/samples.csv' | cut -d, -f2 | awk '{ exit !(\$1 >= 19.8) }'"
check "no leak: none was ever said" sh -c "! grep -q ',verdict,.*-> leak' '$TMP/calm/events.csv'"

L=$TMP/late
at=$(tail -1 "$L/samples.csv" | cut -d, -f2 | awk '{ printf "%.0f", $1 }') # 12, but where the last row was late
check "at its end the whole run decides: exit status 1" [ "$(cat "$L.status")" = 1 ]
check "what that changes is said" sh -c "tail -1 '$L/events.csv' | grep -q ',verdict,.* -> leak at $at s: \"*all of the run'"
check "and in verdict.json" json_true "$L/verdict.json" "j['leaking'] and j['changes'][-1]['to'] == 'leak' and j['changes'][-1]['why'].startswith('all of the run')"
finish
