#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# An ordinary user watches somebody else's process: each file that may not be read is said once, with the capability and what is
# lost; the cheap tier goes on, and private memory decides.
. "$(dirname "$0")/lib.sh"
as=
target=
if [ "$(id -u)" = 0 ]; then
	as="setpriv --reuid=65534 --regid=65534 --clear-groups"
	sleep 300 &
	target=$!
	CLEANUP='kill $target 2>/dev/null'
else # somebody's process without children
	for p in /proc/[0-9]*; do
		[ "$(stat -c %u "$p" 2>/dev/null)" = 0 ] && grep -q VmRSS "$p/status" && [ -z "$(cat "$p"/task/*/children)" ] && target=${p#/proc/} && break
	done 2>/dev/null
fi
if [ -z "$target" ]; then
	skip "an ordinary user" "no process of another user"
	finish
fi
open_programs
if ! $as "$SOAKD" --version >/dev/null 2>&1; then
	skip "an ordinary user" "nobody cannot run $SOAKD"
	finish
fi
D=$TMP/open/run
mkdir -m 777 "$TMP/open"
said_once() { [ "$(grep -c "$1" "$TMP/err")" = 1 ] || { grep "$1" "$TMP/err" | sed 's/^/# /'; return 1; }; }
check "the run goes to its end" status "0 3" $as "$SOAKD" --target "pid:$target" --scenario none --interval 0.1 --duration 5s --out "$D"
check "smaps_rollup is said once" said_once "cannot read /proc/$target/smaps_rollup: Permission denied"
check "with the capability" says "without CAP_SYS_PTRACE this process gives no PSS and USS (pss_kb, uss_kb, shmem_kb)"
check "smaps is said once" said_once "cannot read /proc/$target/smaps: Permission denied"
check "with what is lost" says "(heap_kb, stack_kb, hugetlb_kb)"
check "both are events" [ "$(grep -c ',unreadable,' "$D/events.csv")" -ge 2 ]
check "unknown is empty, never 0" [ -z "$(column "$D/samples.csv" pss_kb | sort -u)" ]
check "the cheap tier is there" at_least "$(last_of "$D/samples.csv" rss_kb)" 1
check "each row is there or counted as missed" all_due "$D" 51
check "private memory decides" json_true "$D/verdict.json" "j['column'] == 'anon_kb' and j['leaking'] is False"
check "every file but the maps" [ -s "$D/report.png" -a -s "$D/report.md" ]
check "doctor says it too" sh -c "$as '$SOAKD' doctor --target pid:$target 2>&1 | grep -q CAP_SYS_PTRACE"
finish
