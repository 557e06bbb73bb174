#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A real PostgreSQL, with peer authentication as on Debian: roles, operations, a restart in the middle, its death, wrong passwords.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pg.sh"
check "a cluster of our own" pg_make a
check "it starts" pg_start a
D=$TMP/run
check "the main job, short" status "0 3" "$SOAKD" --target "pid:$PGPID" --scenario postgres/mixed --interval 0.5 --duration 12s --connections 4 --out "$D"
for role in postmaster checkpointer "background writer" walwriter "backend (soakd)"; do
	check "role $role" grep -qF ",$role," "$D/processes.csv"
done
check "operations" at_least "$(last_of "$D/samples.csv" ops)" 500
check "no errors" [ "$(last_of "$D/samples.csv" errors)" = 0 ]
check "every file of the run directory" whole_run_dir "$D"
check "our schema is gone" [ -z "$(pg_sql a "select 1 from pg_namespace where nspname = 'soakd'")" ]
check "memory contexts were asked" grep -qi context "$D/internals.csv"
check "the version is in run.json" json_true "$D/run.json" "'15' in str(j['target_info'].get('version', '')) or 'PostgreSQL' in str(j['target_info'])"

# every profile, in a moment
for p in insert-heavy read-heavy scan-heavy series-blob; do
	check "profile $p" status "0 3" "$SOAKD" --target "pid:$PGPID" --scenario "postgres/$p" --interval 0.4 --duration 4s --out "$TMP/$p" --quiet
	check "profile $p operates" at_least "$(last_of "$TMP/$p/samples.csv" ops)" 10
done

# PGHOST pointing at another cluster than the one watched
check "a second cluster" pg_make b
echo "max_connections = 320" >>"$PGROOT/b/postgresql.conf"
first=$PGPID
check "it starts too" pg_start b
check "another cluster: exit 2" env PGHOST="$PGROOT/b" TMP="$TMP" sh -c '"$0" --target pid:$1 --scenario postgres/mixed --interval 0.2 --duration 2s --out "$TMP/other" 2>"$TMP/err"; [ $? -eq 2 ]' "$SOAKD" "$first"
check "another cluster: said" says "no process of the target"
check "two clusters by name: refused" status 2 "$SOAKD" --target postgres --interval 0.2 --duration 2s --out "$TMP/two"
# six are listed, those with the lowest numbers, and the others counted: other tests and the machine may have servers of their own
listed() { says "pid $first (" >/dev/null || { [ "$(grep -o 'pid [0-9]* (' "$TMP/err" | wc -l)" -eq 6 ] && grep -qE '\), and [0-9]+ more$' "$TMP/err"; }; }
check "and listed" listed
check "three hundred connections" status "0 3" "$SOAKD" --target "pid:$PGPID" --scenario postgres/read-heavy --rows 100 --connections 300 --interval 1 --duration 2s \
	--out "$TMP/many" --quiet
check "each is known as the workload's" \
	[ "$(grep -F ',backend (soakd),' "$TMP/many/processes.csv" | cut -d, -f2 | sort -u | wc -l)" -eq 300 ]
check "and none is another's" [ "$(grep -cE ',(backend|starting),' "$TMP/many/processes.csv")" -eq 0 ]
pg_stop b

# ended NAME EVENT: the run of $soak, which would take long, goes on until that is in its events.csv, and a row more; $rc is its status
ended() {
	check "$1: \"$2\" is told" wait_for 30 grep -q "$2" "$TMP/$1/events.csv"
	rows=$(lines "$TMP/$1/samples.csv")
	check "and rows go on" wait_for 30 sh -c "[ \$(wc -l <'$TMP/$1/samples.csv') -gt $rows ]"
	kill -INT "$soak"
	wait "$soak"
	rc=$?
}
# by pid file, restarted in the middle: an event, a new segment, reconnected, the run goes on
note_clock "$TMP/o"
"$SOAKD" --target "pidfile:$PGROOT/a/postmaster.pid" --scenario postgres/mixed --interval 0.2 --duration 300s --out "$TMP/restart" --quiet >"$TMP/o" 2>&1 </dev/null &
soak=$!
check "rows come" wait_for 15 sh -c "[ \$(wc -l <'$TMP/restart/samples.csv') -ge 10 ]"
as_pg "$PGBIN/pg_ctl" -D "$PGROOT/a" -m fast -w -l "$PGROOT/a.log" restart >/dev/null 2>&1
ended restart ',reconnect,.*are back'
check "the run goes on" with_gap $rc "$TMP/o"
check "a restart event" grep -q ',restart,' "$TMP/restart/events.csv"
check "a new segment" json_true "$TMP/restart/run.json" "any(s['reason'] == 'restart' for s in j['segments'])"
check "the workload reconnected" at_least "$(last_of "$TMP/restart/samples.csv" reconnects)" 1

# kill -9 of the driver
pg_pid=$(head -1 "$PGROOT/a/postmaster.pid")
note_clock "$TMP/o"
"$SOAKD" --target "pid:$pg_pid" --scenario postgres/mixed --interval 0.2 --duration 300s --out "$TMP/driver" --quiet >"$TMP/o" 2>&1 </dev/null &
soak=$!
check "rows come" wait_for 15 sh -c "[ \$(wc -l <'$TMP/driver/samples.csv') -ge 10 ]"
kill -9 "$(cat /proc/$soak/task/*/children | tr ' ' '\n' | while read -r c; do [ "$(cat "/proc/$c/comm" 2>/dev/null)" = soakd-drive ] && echo "$c"; done)"
ended driver ',driver-ready,'
check "the run goes on without its driver" by_verdict $rc "$TMP/o"
check "driver-exit event" grep -q ',driver-exit,' "$TMP/driver/events.csv"

# the target dies
"$SOAKD" --target "pid:$pg_pid" --scenario none --interval 0.2 --duration 300s --out "$TMP/dead" --quiet >"$TMP/o" 2>&1 </dev/null &
soak=$!
check "rows come" wait_for 15 sh -c "[ \$(wc -l <'$TMP/dead/samples.csv') -ge 10 ]"
pg_stop a
wait "$soak"
check "target killed: exit status 4" [ $? -eq 4 ]
check "target killed: the full report" whole_run_dir "$TMP/dead"

# wrong password: exit 2, a sentence, and the password nowhere
echo right-secret >"$TMP/pw"
chmod 644 "$TMP/pw"
PWFILE=$TMP/pw
check "a cluster with passwords" pg_make c scram-sha-256
check "it starts" pg_start c
check "wrong password: exit 2" status 2 "$SOAKD" --target "pid:$PGPID" --scenario postgres/mixed --interval 0.2 --duration 2s --out "$TMP/pwrun" --dsn "host=$PGROOT/c user=${PGSUPER:-postgres} dbname=postgres password=wrong-secret"
check "wrong password: says how to fix it" says "pgpass"
check "the password is nowhere" sh -c "! grep -rq 'wrong-secret' '$TMP/pwrun' '$TMP/err' '$TMP/out'"
check "the right one works" status "0 3" "$SOAKD" --target "pid:$PGPID" --scenario postgres/mixed --interval 0.4 --duration 4s --out "$TMP/pwok" --dsn "host=$PGROOT/c user=${PGSUPER:-postgres} dbname=postgres password=right-secret"
check "and is nowhere either" sh -c "! grep -rq 'right-secret' '$TMP/pwok'"
pg_stop c
check "no server listening: exit 2" env PGHOST="$PGROOT/c" sh -c '"$0" --target pid:$$ --scenario postgres/mixed --interval 0.2 --duration 2s --out "$1/nolisten" 2>"$1/err"; [ $? -eq 2 ]' "$SOAKD" "$TMP"
finish
