#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The verb doctor: its lines, its exit status, a target of each fate, and a PostgreSQL that lets the workload in, or does not.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pg.sh"

has() { grep -qE -e "$1" "$TMP/out" || { echo "# stdout does not have: $1"; sed 's/^/# /' "$TMP/out"; return 1; }; }
has_not() { ! grep -qE -e "$1" "$TMP/out" || { echo "# stdout has: $1"; grep -E -e "$1" "$TMP/out" | sed 's/^/# /'; return 1; }; }

cd "$TMP" || exit 1
check "a machine that can run: status 0" status 0 "$SOAKD" doctor
check "every line is ok, warn or FAIL" [ "$(grep -cvE '^(ok  |warn|FAIL) [^ ]' "$TMP/out")" -eq 0 ]
check "helpers and fonts are looked at" has '^ok   pictures can be drawn'
check "nothing fails" has_not '^FAIL'

check "our own shell can be measured" status 0 "$SOAKD" doctor --pid $$ --interval 1h # one read may take 3.6 s of it: longer than a busy machine lets it wait
check "it is found" has "^ok   found pid:$$: pid $$, "
check "the cost of the cheap part is told" has "^ok   a sample's cheap part \([0-9]+ process(es)?\): [0-9.]+ ms"
check "and of each walk" has '^ok   smaps_rollup .*: read in every row$'
check "the budget is told" has '^ok   0.1 % of an interval of 1 h allow 3600.0 ms'
check "what a day leaves on the disk is told" has "^ok   the run's files grow by at most about [0-9.]+ [KM]iB a day \\(24 rows\\)$"
check "a budget of nothing pays for no row" status 0 "$SOAKD" doctor --pid $$ --overhead 0
check "and says when it is read then" has 'smaps_rollup .*: read only at epochs$'

check "json" status 0 "$SOAKD" doctor --pid $$ --format json
cp "$TMP/out" "$TMP/doctor.json"
check "json: schema, readiness, levels" json_true "$TMP/doctor.json" \
	"j['schema'] == 'soakd.doctor/1' and j['ready'] and {f['level'] for f in j['findings']} <= {'ok', 'warn'}"

check "no such process: status 2" status 2 "$SOAKD" doctor --target no-such-process-here
check "and says so" has '^FAIL .*no-such-process-here'
check "no such pid: status 2" status 2 "$SOAKD" doctor --target pid:2147483646
check "a target of ours needs nothing" status 0 "$SOAKD" doctor --target sqlite
check "an unknown option: status 2" status 2 "$SOAKD" doctor --targets x
check "two targets: status 2" status 2 "$SOAKD" doctor --target sqlite --pid 1
check "one sentence" one_sentence
check "a word: status 2" status 2 "$SOAKD" doctor postgres

if [ "$(id -u)" -eq 0 ]; then
	# Programs of his own: root's home, where this may have been built, is closed to him.
	mkdir bin && cp "$SOAKD" "$SOAKD-drive" "$SOAKD-draw" bin/ || exit 1
	check "an ordinary user looks at root's process" status 0 setpriv --reuid=65534 --regid=65534 --clear-groups "$TMP/bin/soakd" doctor --pid $$
	check "what is missing is named, with the command" has '^warn missing: CAP_SYS_PTRACE .*setcap cap_sys_ptrace,cap_dac_read_search\+ep '
	check "and what cannot be read" has '^warn smaps_rollup cannot be read of 1 of 1 process: pss_kb, uss_kb, shmem_kb, anon_exact_kb stay empty; fix: '
	check "no walk that was refused is called cheap" has_not '^ok   smaps'
	PATH=$PATH:/usr/sbin:/sbin
	if eval "$(sed -n 's/^warn missing: .*sudo \(setcap [^ ]* [^ ]*\)$/\1/p' "$TMP/out")" 2>"$TMP/setcap" && [ ! -s "$TMP/setcap" ]; then
		check "that command helps" status 0 setpriv --reuid=65534 --regid=65534 --clear-groups "$TMP/bin/soakd" doctor --pid $$
		check "then all is read" has '^ok   smaps_rollup \(PSS, USS\) of 1 process: '
	else
		skip "that command helps" "setcap does not work here: $(head -1 "$TMP/setcap")"
	fi
fi

pg_make a && pg_start a || exit 1
named() { [ "$(pg_sql a "select count(*) from pg_stat_activity where backend_type = 'checkpointer'")" = 1 ]; } # after it has its title
wait_for 10 named
check "PostgreSQL with peer authentication" status 0 "$SOAKD" doctor --target "pid:$PGPID"
check "the roles are known" has '^ok   found .*postmaster.*checkpointer'
check "where it listens is known" has "^ok   the server's data are in $PGROOT/a; it listens at $PGROOT/a, port 5432"
check "login works" has '^ok   login works as (postgres|[^ ]+), with 4 connections to the watched server: PostgreSQL [0-9.]+$'
schemas=$(pg_sql a "select count(*) from pg_namespace where nspname like 'soakd%'")
check "nothing was made in it" [ "$schemas" = 0 ]

check "so do memory contexts: root's login may ask" has '^ok   it may ask for memory contexts \(internals.csv, explained\), and have other backends log theirs$'
check "all of it on one screen" at_least 30 "$(lines "$TMP/out")"
as_pg sh -c "echo 'local all all trust' >'$PGROOT/a/pg_hba.conf'"
as_pg "$PGBIN/pg_ctl" -D "$PGROOT/a" reload >/dev/null
pg_sql a 'CREATE ROLE joe LOGIN' && pg_sql a 'CREATE DATABASE joes OWNER joe'
joe() { "$PGBIN/psql" -h "$PGROOT/a" -U joe -d joes -Atqc 'select 1'; }
wait_for 10 joe
check "a user without rights may drive" status 0 "$SOAKD" doctor --target "pid:$PGPID" --dsn "host=$PGROOT/a user=joe dbname=joes"
check "what he may not read is named, with the command" \
	has "^warn user joe may not read memory contexts: how much of its growth they explain is not known; fix: sudo -u postgres psql -c 'GRANT pg_monitor TO \"joe\"'$"
check "and what he may not ask for" \
	has "^warn user joe may not have other backends log .*; fix: sudo -u postgres psql -d \"joes\" -c 'GRANT EXECUTE ON FUNCTION pg_log_backend_memory_contexts\(integer\) TO \"joe\"'$"
fix() { sed -n "s/^warn user joe .* psql.* -c '\(.*\)'$/\1/p" "$TMP/out"; }
fix | while read -r sql; do as_pg "$PGBIN/psql" -h "$PGROOT/a" -U "${PGSUPER:-postgres}" -d joes -qc "$sql"; done
check "the commands help" status 0 "$SOAKD" doctor --target "pid:$PGPID" --dsn "host=$PGROOT/a user=joe dbname=joes"
check "with all" has '^ok   it may ask for memory contexts'
check "a database in which he may make no schema: status 2" status 2 "$SOAKD" doctor --target "pid:$PGPID" --dsn "host=$PGROOT/a user=joe dbname=postgres"
check "the command is there" has "^FAIL login: user joe may not make a schema in database postgres: sudo -u postgres psql -c 'GRANT CREATE ON DATABASE"
check "nothing was made there" [ "$(as_pg "$PGBIN/psql" -h "$PGROOT/a" -U joe -d joes -Atqc "select count(*) from pg_namespace where nspname like 'soakd%'")" = 0 ]

as_pg sh -c "echo 'local all all scram-sha-256' >'$PGROOT/a/pg_hba.conf'"
as_pg "$PGBIN/pg_ctl" -D "$PGROOT/a" reload >/dev/null
refused() { ! PGPASSWORD=wrong pg_sql a 'select 1'; }
wait_for 10 refused # a reload is taken note of, not waited for
check "a refused login: status 2" status 2 "$SOAKD" doctor --target "pid:$PGPID"
check "it is the login that fails" has '^FAIL login: '

first=$PGPID
pg_make b && pg_start b || exit 1
check "another server than the watched one: status 2" status 2 env PGHOST="$PGROOT/b" "$SOAKD" doctor --target "pid:$first"
check "and says so" has '^FAIL login works, but the server behind it is not the one that is watched'
finish
