#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# PostgreSQL servers and scripts that are bad for the workload: one sentence, an event, the documented status, and nothing left behind.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pg.sh"
check "a cluster of our own" pg_make a
echo 'max_connections = 12' >>"$PGROOT/a/postgresql.conf"
check "it starts" pg_start a
exits() { # STATUSES NAME ARGUMENTS...: of soakd run, on the cluster
	expected=$1 name=$2
	shift 2
	status "$expected" "$SOAKD" --target "pid:$PGPID" --interval 0.2 --out "$TMP/$name" --quiet "$@"
}
schema() { [ "$(pg_sql a "SELECT count(*) FROM pg_namespace WHERE nspname = 'soakd'")" = 1 ]; }
no_schema() { [ "$(pg_sql a "SELECT count(*) FROM pg_namespace WHERE nspname = 'soakd'")" = 0 ]; }
no_backend() { [ "$(pg_sql a "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'soakd'")" = 0 ]; }
background() { # NAME ARGUMENTS...: $soak is its pid
	name=$1
	shift
	note_clock "$TMP/err"
	"$SOAKD" --target "pid:$PGPID" --interval 0.2 --out "$TMP/$name" --quiet "$@" >"$TMP/out" 2>"$TMP/err" </dev/null &
	soak=$!
}
has_rows() { [ "$(wc -l <"$TMP/$1/samples.csv")" -ge "$2" ]; }
events() { grep -c ",$2,.*$3" "$TMP/$1/events.csv"; }

# some of the connections come up, the others are refused
check "too many connections: exit 2" exits 2 many --scenario postgres/mixed --connections 40 --duration 3s
check "one sentence" one_sentence
check "it names the server's limit" says max_connections
check "and the option" says --connections
check "nothing is left" no_schema
check "nobody stays connected" wait_for 10 no_backend

# a role that is refused
check "an unknown role: exit 2" exits 2 role --scenario postgres/mixed --duration 3s --dsn "user=nobody_of_ours"
check "one sentence" one_sentence

# TERM while the schema is being made: 10 000 rows are under way
background term --scenario postgres/read-heavy --connections 2 --duration 60s
wait_for 20 schema
kill -TERM "$soak"
wait "$soak"
check "TERM in the set-up: the schema is gone" no_schema
check "nobody stays connected" wait_for 10 no_backend

# a set-up that fails half-way: the schema was made, its table cannot be
pg_sql a "CREATE FUNCTION no_tables() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''no tables here''; END';
	CREATE EVENT TRIGGER no_tables ON ddl_command_start WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION no_tables()"
check "the set-up fails: exit 2" exits 2 half --scenario postgres/errors --duration 3s
check "one sentence" one_sentence
check "it says why" says 'no tables here'
check "the schema is gone" no_schema
pg_sql a 'DROP EVENT TRIGGER no_tables'

# the schema is dropped under the workload
background dropped --scenario postgres/mixed --duration 8s
check "rows come" wait_for 20 has_rows dropped 6
# where it and the workload wait for each other, the workload is the one that is refused: it looks for a deadlock first
check "the schema is dropped" pg_sql a "SET client_min_messages = error; SET deadlock_timeout = '10min'; DROP SCHEMA soakd CASCADE"
wait "$soak"
rc=$?
check "schema dropped: the run goes on to its end" by_verdict $rc "$TMP/err"
check "an event with the SQLSTATE" [ "$(events dropped error 42P01)" -ge 1 ]
check "errors are counted" at_least "$(last_of "$TMP/dropped/samples.csv" errors)" 10

# the server is gone for a while: one event that it is lost, one that it is back
note_clock "$TMP/err"
"$SOAKD" --target "pidfile:$PGROOT/a/postmaster.pid" --interval 0.2 --out "$TMP/gone" --quiet --scenario postgres/mixed --connections 4 --duration 300s \
	>"$TMP/out" 2>"$TMP/err" </dev/null &
soak=$!
check "rows come" wait_for 20 has_rows gone 6
pg_stop a
python3 -c 'import time; time.sleep(2)'
check "the server is back" pg_start a
check "and that is said" wait_for 40 grep -q ',reconnect,.*are back' "$TMP/gone/events.csv"
kill -INT "$soak"
wait "$soak"
rc=$?
check "server gone: the run goes on" with_gap $rc "$TMP/err"
check "one event that it is lost" [ "$(events gone reconnect 'trying again')" = 1 ]
check "one event that it is back" [ "$(events gone reconnect 'are back')" = 1 ]
check "the schema is gone" no_schema

# its backends hang for a while: they close nothing and refuse nothing
background hangs --scenario postgres/mixed --connections 2 --duration 60s
check "rows come" wait_for 20 has_rows hangs 6
backends=$(pg_sql a "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE application_name = 'soakd'")
kill -STOP $backends
check "that nothing is answered is said" wait_for 40 grep -q 'stalled,.*nothing was answered for 10 s' "$TMP/hangs/events.csv"
kill -CONT $backends
check "and that answers come again" wait_for 20 grep -q 'stalled,answers come again after' "$TMP/hangs/events.csv"
kill -TERM "$soak"
wait "$soak"
check "no connection was lost" [ "$(events hangs reconnect .)" = 0 ]
check "the schema is gone" no_schema

# what is churned is no leak, of the server or of the driver, whoever is there for a moment
check "churn: no leak" exits "0 3" churn --scenario postgres/churn --connections 2 --rate 100 --duration 10s
check "churn: said so" json_true "$TMP/churn/verdict.json" "j['verdict'] != 'leak'"
check "churn: connections were made" at_least "$(last_of "$TMP/churn/samples.csv" ops)" 50

# no server at all
pg_stop a
check "server gone at the start: exit 2" env PGHOST="$PGROOT/a" sh -c '"$0" --target pid:$$ --scenario postgres/churn --interval 0.2 --duration 2s --quiet --out "$1/none" 2>"$1/err"; [ $? -eq 2 ]' "$SOAKD" "$TMP"
check "one sentence" one_sentence
finish
