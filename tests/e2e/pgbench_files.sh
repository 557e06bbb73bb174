#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Files that were written for pgbench run as they are, on the tables of pgbench -i: TPC-B-like, select-only, and those that soakd has built in.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pg.sh"
pg_make a && pg_start a || exit 1
as_pg "$PGBIN/pgbench" -h "$PGROOT/a" -U "${PGSUPER:-postgres}" -i -q -s 2 postgres >/dev/null 2>&1 || exit 1
cat >"$TMP/tpcb.sql" <<'SQL'
\set aid random(1, 100000 * :scale)
\set bid random(1, 1 * :scale)
\set tid random(1, 10 * :scale)
\set delta random(-5000, 5000)
BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE tid = :tid;
UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = :bid;
INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);
END;
SQL
cat >"$TMP/select.sql" <<'SQL'
\set aid random(1, 100000 * :scale)
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
SQL
# go NAME WORDS...: a short run at the given scripts; true if it ended and nothing failed
go() {
	name=$1
	shift
	status "0 3" "$SOAKD" --target "pid:$PGPID" --rate 100 --duration 4s --interval 1 --quiet --out "$TMP/$name" "$@" &&
		[ "$(last_of "$TMP/$name/samples.csv" errors)" = 0 ]
}
# exactly PROTOCOL: 300 transactions, and the run ends when the last of them has
cat >"$TMP/exactly.conf" <<CONF
target = "pid:$PGPID";
driver = "postgres";
interval = "1s";
rate = 100;
work = ( { script = "$TMP/tpcb.sql"; } );
phases = ( { name = "some"; operations = 300; } );
CONF
exactly() {
	status "0 3" "$SOAKD" --scenario "$TMP/exactly.conf" --protocol "$1" --quiet --out "$TMP/tpcb-$1" &&
		[ "$(last_of "$TMP/tpcb-$1/samples.csv" errors)" = 0 ]
}
history() { pg_sql a "SELECT count(*) FROM pgbench_history"; }
# balanced: accounts, tellers, branches and the history agree, whatever was done
balanced() {
	[ "$(pg_sql a "SELECT count(DISTINCT s) FROM (SELECT sum(abalance) AS s FROM pgbench_accounts UNION ALL SELECT sum(tbalance) FROM pgbench_tellers
		UNION ALL SELECT sum(bbalance) FROM pgbench_branches UNION ALL SELECT coalesce(sum(delta), 0) FROM pgbench_history) AS sums")" = 1 ]
}
for p in simple extended prepared; do
	before=$(history)
	check "TPC-B-like, $p" exactly "$p"
	check "TPC-B-like, $p: each transaction is one operation" \
		[ "$(last_of "$TMP/tpcb-$p/samples.csv" ops) $(($(history) - before))" = "300 300" ]
	check "TPC-B-like, $p: the books balance" balanced
	check "select-only, $p" go "select-$p" -f "$TMP/select.sql" --protocol "$p"
	check "select-only, $p: operations" at_least "$(last_of "$TMP/select-$p/samples.csv" ops)" 100
done
check "two by weight" go mix --script "$TMP/select.sql@9" --script "$TMP/tpcb.sql@1"
check "both are there, and mostly the first" sh -c "awk -F, '\$2 == \"select\" { s = \$3 } \$2 == \"tpcb\" { t = \$3 } END { exit !(t > 0 && s > 4 * t) }' '$TMP/mix/operations.csv'"
check "what pgbench has built in" go built --script builtin:tpcb-like --script builtin:simple-update --script builtin:select-only
check "what was added to accounts is in the history" [ "$(pg_sql a "SELECT (SELECT sum(abalance) FROM pgbench_accounts) = (SELECT sum(delta) FROM pgbench_history)")" = t ]
check "a connection each" go reconnect --script "$TMP/select.sql" --reconnect
check "it was" sh -c "[ $(last_of "$TMP/reconnect/samples.csv" connects) -ge $(last_of "$TMP/reconnect/samples.csv" ops) ]"
check "the whole table is used: :scale is counted" [ "$(pg_sql a "SELECT max(bid) FROM pgbench_history")" = 2 ]
finish
