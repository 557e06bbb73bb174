#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Children that soakd had before, and what hooks leave behind, are no part of a launched command; what it leaves behind itself is.
. "$(dirname "$0")/lib.sh"
O=${O:-$(dirname "$SOAKD")}
CLEANUP='for f in "$TMP"/pid.*; do [ -s "$f" ] && kill "$(cat "$f")" 2>/dev/null; done'
lives() { [ -s "$TMP/pid.$1" ] && kill -0 "$(cat "$TMP/pid.$1")" 2>/dev/null; }
gone() { [ -s "$TMP/pid.$1" ] && ! kill -0 "$(cat "$TMP/pid.$1")" 2>/dev/null; }
# with_child NAME COMMAND...: soakd by exec in a shell that has a child
with_child() {
	name=$1
	shift
	sh -c 'sleep 300 & echo $! >"$0"; exec "$@"' "$TMP/pid.$name" "$@"
}
# a daemon that tells its number; when it has, and there is a row, the run is interrupted
leave='(setsid sh -c "echo \$\$ >\"$0\"; exec sleep 301" &)
until [ -s "$0" ] && [ "$(wc -l <"$1/samples.csv")" -gt 1 ]; do sleep 0.1; done
kill -INT $PPID
exec sleep 302'

check "a command ends, and a child that was there before is not its successor" status "0 3" with_child a "$SOAKD" run --interval 0.2 \
	--duration 30s --quiet --out "$TMP/a" -- sleep 1
check "no root is said to go on" [ "$(grep -c 'goes on as' "$TMP/a/events.csv")" -eq 0 ]
check "the run ended with its command" [ "$(grep -c ',stopping,the launched command ended' "$TMP/a/events.csv")" -eq 1 ]
check "and the child lives" lives a
check "what the command has left in a session of its own" status "0 3" "$SOAKD" run --interval 0.2 --duration 60s --quiet \
	--out "$TMP/b" -- sh -c "$leave" "$TMP/pid.b" "$TMP/b"
check "is ended" gone b
check "the same with a child that was there before" status "0 3" with_child c "$SOAKD" run --interval 0.2 --duration 60s --quiet \
	--out "$TMP/c" -- sh -c "$leave" "$TMP/pid.d" "$TMP/c"
check "the orphan is ended" gone d
check "the child lives" lives c
printf '%s\n' 'phases = ( { name = "one"; length = "60s"; before = [ "sh", "-c", "(setsid sh -c \"echo \\$\\$ >'"$TMP"'/pid.e; exec sleep 303\" &)" ]; } );' >"$TMP/hook.conf"
check "a hook leaves a daemon, the command ends" status "0 3" "$SOAKD" run --scenario "$TMP/hook.conf" --interval 0.2 --quiet \
	--out "$TMP/e" -- sh -c 'until [ -s "$0" ]; do sleep 0.1; done; exec sleep 0.7' "$TMP/pid.e"
check "the daemon is not its successor" [ "$(grep -c 'goes on as' "$TMP/e/events.csv")" -eq 0 ]
check "and lives" lives e
if command -v valgrind >/dev/null; then
	check "under a memory tool" status "0 3" with_child f "$SOAKD" run --under memcheck --interval 0.5 --duration 1s --quiet \
		--out "$TMP/f" -- "$O/tests/e2e/lose" keep wait
	check "the child lives too" lives f
else
	skip "under a memory tool" "no valgrind"
fi
finish
