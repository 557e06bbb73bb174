#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every file of the shipped library, run in small (--scale-time) against real servers: it is read, all its phases come, its work is done,
# nothing fails, and nothing is left behind.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pg.sh"
stop_pg=$CLEANUP
. "$(dirname "$0")/rds.sh"
stop_redis=$CLEANUP
. "$(dirname "$0")/ngx.sh"
CLEANUP="$CLEANUP; $stop_redis; $stop_pg"
LIBRARY=$(cd "$(dirname "$0")/../../scenarios" && pwd)
cd "$TMP" || exit 1

# small NAME SCALE OPTION...: the run is in $TMP/NAME. 3: too short to tell growth from noise, which is the point of the long one.
small() {
	name=$1 scale=$2
	shift 2
	check "$name runs" status "0 3" timeout 600 "$SOAKD" run --scenario "$LIBRARY/$name.conf" --scale-time "$scale" --out "$TMP/$name" --quiet "$@"
	it_worked
}
# one_round: the same of one that goes round and round: it is ended when each phase has come and gone, and all of $kinds were done
kinds=
one_round() {
	name=$1 scale=$2
	shift 2
	check "$name runs" status "0 3" until_all_phases "$SOAKD" run --scenario "$LIBRARY/$name.conf" --scale-time "$scale" --out "$TMP/$name" \
		--duration 1000 --quiet "$@"
	it_worked
}
until_all_phases() {
	"$@" &
	run=$!
	wait_for 100 all_done "$name"
	kill -INT "$run"
	wait "$run"
}
all_done() { all_phases "$1" && { [ -z "$kinds" ] || [ "$(kinds_of "$1")" = "$kinds" ]; }; }
# kinds_of NAME: those of which an operation has ended
kinds_of() { awk -F, 'NR > 1 && $3 > 0 { print $2 }' "$TMP/$1/operations.csv" | LC_ALL=C sort -u | tr '\n' ' '; }
it_worked() {
	check "$name: every phase has begun and ended" all_phases "$name"
	check "$name: no error and no lost connection" no_errors "$TMP/$name"
	check "$name: its work was done" operations "$TMP/$name"
}
all_phases() {
	json "$TMP/$1/run.json" "'\n'.join(p['name'] for p in j['phases'])" >"$TMP/names" && [ -s "$TMP/names" ] || return 1
	while read -r phase; do
		grep -q ",phase,\"*begin $phase" "$TMP/$1/events.csv" && grep -q ",phase,\"*end $phase" "$TMP/$1/events.csv" ||
			{ echo "# phase $phase did not come and go"; cut -c1-150 "$TMP/$1/events.csv" | sed 's/^/# /'; return 1; }
	done <"$TMP/names"
}
no_errors() { ! grep -E ',(error|driver-exit|reconnect),' "$1/events.csv" && [ "$(last_of "$1/samples.csv" errors)" = 0 ]; }
operations() { at_least "$(last_of "$1/samples.csv" ops)" 20; }

# ---- PostgreSQL
pg_make a && pg_start a || { echo "not ok 1 - a cluster starts"; exit 1; }
export PGHOST="$PGROOT/a" PGUSER="${PGSUPER:-postgres}" PGDATABASE=postgres
small postgres-extension 0.05 --target "pid:$PGPID"
check "postgres-extension: each step was done as often as it says" \
	[ "$(tail -5 "$TMP/postgres-extension/operations.csv" | cut -d, -f2,3 | sort | tr '\n' ' ')" = "convert,1 create,1 drop,1 refresh,50 row,10000 " ]
check "postgres-extension: no budget was exceeded" [ -z "$(column "$TMP/postgres-extension/phases.csv" exceeded | grep 1)" ]
check "postgres-extension: nothing is left" [ "$(pg_sql a "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'soakd%'")" = 0 ]
"$SOAKD" run --scenario "$LIBRARY/postgres-extension.conf" --scale-time 0.05 --out "$TMP/early" --quiet --target "pid:$PGPID" >/dev/null 2>&1 </dev/null &
early=$!
made() { [ "$(pg_sql a "SELECT count(*) FROM pg_namespace WHERE nspname = 'soakd_trial_extension'")" = 1 ]; }
check "postgres-extension: its schema comes" wait_for 30 made
kill -INT "$early"
wait "$early"
check "  and goes where the run is ended early" [ "$(pg_sql a "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'soakd%'")" = 0 ]
check "  which is no error" no_errors "$TMP/early"
pg_sql a "CREATE SCHEMA soakd_trial_extension; CREATE TABLE soakd_trial_extension.theirs AS SELECT 1"
check "postgres-extension: somebody else's schema of that name stops its steps" status "1 3 5" timeout 600 "$SOAKD" run --scenario "$LIBRARY/postgres-extension.conf" \
	--scale-time 0.02 --out "$TMP/theirs" --quiet --target "pid:$PGPID"
check "  and is left alone" [ "$(pg_sql a "SELECT count(*) FROM soakd_trial_extension.theirs")" = 1 ]
pg_sql a "DROP SCHEMA soakd_trial_extension CASCADE" 2>/dev/null
kinds="churn cursor ddl error insert select temp-tables "
one_round postgres-overnight 0.0005 --target "pid:$PGPID"
check "postgres-overnight: all kinds of work were done" [ "$(kinds_of postgres-overnight)" = "$kinds" ]
kinds=
check "postgres-overnight: reload, vacuum and reconnect came" [ "$(grep -o -E 'HUP|vacuum|reconnect' "$TMP/postgres-overnight/events.csv" | sort -u | wc -l)" -eq 3 ]
check "postgres-overnight: nothing is left" [ "$(pg_sql a "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'soakd%'")" = 0 ]

# ---- Redis
check "a Redis starts" redis_start a
one_round redis-cache 0.001 --target "pid:$REDISPID" --dsn "unix://$TMP/a.sock"
check "redis-cache: nothing is left" [ "$(redis_do a DBSIZE)" = 0 ]

# ---- SQLite, and any command
small sqlite-wal-vs-rollback 0.003
small ci-10-minutes 0.008
mkdir "$TMP/launched"
check "ci-10-minutes watches a command" status "0 3" timeout 600 "$SOAKD" run --scenario "$LIBRARY/ci-10-minutes.conf" --scale-time 0.004 \
	--out "$TMP/launched" --quiet -- sleep 1000

# ---- nginx
if "$SOAKD" list scenarios | grep -q '^  http/'; then
	check "nginx starts" ngx_start web
	one_round http-service 0.002 --target "pid:$NGXPID"
else
	skip "http-service runs" "this build has no scenario http"
fi

check "every file of the library was run" [ "$(ls "$LIBRARY"/*.conf | wc -l)" -eq 6 ]
finish
