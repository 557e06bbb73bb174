#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A driver that dies in a phase of so many operations: the one that replaces it does what is left, and no more.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/rds.sh"

redis_start a || exit 1
cat >"$TMP/ops.conf" <<CONF
target = "pid:$REDISPID";
driver = "redis/set-get";
dsn = "$TMP/a.sock";
connections = 2;
rate = 100;
rows = 100;
phases = ( { name = "some"; operations = 400; budget = { errors = 1000; }; } );
CONF
note_clock "$TMP/out"
"$SOAKD" --scenario "$TMP/ops.conf" --phases-only --interval 0.2 --out "$TMP/ops" >"$TMP/out" 2>&1 </dev/null &
soak=$!
check "operations are done" wait_for 20 sh -c "[ \"\$(tail -1 '$TMP/ops/operations.csv' 2>/dev/null | cut -d, -f3)\" -ge 20 ] 2>/dev/null"
for c in $(cat /proc/$soak/task/*/children); do
	[ "$(cat "/proc/$c/comm" 2>/dev/null)" = soakd-drive ] && kill -9 "$c"
done
wait "$soak"
rc=$?
whole() { [ "$rc" -ne 3 ] && by_verdict "$rc" "$TMP/out"; }
check "status 0, or 6 where rows are missing" whole
[ "$rc" = 0 ] || sed 's/^/# /' "$TMP/out"
check "the driver was replaced" grep -q ',driver-ready,' "$TMP/ops/events.csv"
# what was under way on the two connections is lost with the driver
check "400 operations were started in all" json_true "$TMP/ops/verdict.json" \
	"[380 <= p['columns']['ops']['growth'] <= 400 and p['complete'] for p in j['phases']] == [True]"
json "$TMP/ops/verdict.json" "[p['columns']['ops'] for p in j['phases']]" | sed 's/^/# /'
redis_stop a
finish
