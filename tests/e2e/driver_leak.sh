#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A load generator that leaks, beside a target that does not: the driver is named, and nothing is held against the target.
. "$(dirname "$0")/lib.sh"
O=${O:-$(dirname "$SOAKD")}
# run NAME [PRELOADED]: 140 rows of a process that only sleeps, loaded by a command; its exit status in NAME.status
run() {
	note_clock "$TMP/$1.out"
	env ${2:+LD_PRELOAD="$2"} "$SOAKD" run --interval 0.2 --duration 28s --min-rate 8MiB --scenario exec --exec /bin/true --quiet --out "$TMP/$1" -- sleep 90 \
		>"$TMP/$1.out" 2>&1 </dev/null
	echo $? >"$TMP/$1.status"
}
# clean NAME: its exit status is 0, or 6 where rows are missing
clean() { [ "$(cat "$TMP/$1.status")" -ne 3 ] && by_verdict "$(cat "$TMP/$1.status")" "$TMP/$1.out"; }
# the driver takes 4 MiB each two seconds; neither soakd nor the target does
run leaking "$O/tests/preload/drive_leak.so" &
run honest &
wait
check "a driver that leaks: exit status 0 all the same" clean leaking
check "it is named on the terminal" grep -q 'the DRIVER leaks +.*: not the target$' "$TMP/leaking.out"
check "and in the report" grep -q 'the DRIVER leaks ' "$TMP/leaking/report.md"
check "and as an event, once" [ "$(grep -c ',driver-leak,' "$TMP/leaking/events.csv")" -eq 1 ]
check "verdict.json accuses the driver alone" json_true "$TMP/leaking/verdict.json" \
	"not j['leaking'] and j['column'] != 'driver_anon_kb' and j['driver']['leaking'] and j['driver']['rate_kb_per_h'] > 204800"
check "analyze says the same" status 0 "$SOAKD" analyze --format json "$TMP/leaking"
check "of the driver too" json_true "$TMP/out" "j['driver']['leaking'] and not j['leaking']"
check "as a column of its own it can be asked for" status 1 "$SOAKD" analyze --column driver_anon_kb "$TMP/leaking"
check "a driver that does not: exit status 0" clean honest
check "it is not named" [ "$(grep -c 'DRIVER' "$TMP/honest.out")" -eq 0 ]
check "verdict.json says what it is" json_true "$TMP/honest/verdict.json" "j['driver']['leaking'] is False"
check "a target that is its own load has none" status "0 3" "$SOAKD" --target sqlite --interval 0.2 --duration 3s --quiet --out "$TMP/own"
check "null" json_true "$TMP/own/verdict.json" "j['driver'] is None"
finish
