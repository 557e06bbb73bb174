#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The driver beside pgbench -M prepared: 4 connections each, one client thread, the same cluster of our own, in turn; medians by CPU of 3
# rounds. Operations per second, and CPU of the client per operation. What differs:
#   read-heavy                    90 % point selects, 10 % inserts, pipelined: up to 16 selects in a unit, 4 units under way
#   read-heavy, one at a time     the same with one statement under way per connection, as pgbench has it: nothing pipelined
#   pgbench -S                    selects alone, of one integer, from its own table
#   pgbench, the same mix         90 selects to 10 inserts on a table with the columns and indexes of soakd's, seeded alike; random keys
#   pgbench, the same, pipelined  its selects in \startpipeline units of 16 (one unit under way: it knows no more)
# An operation is a statement everywhere. fsync is off: the disk is not what is compared.
#   O=build tests/bench/drive.sh [SECONDS]
cd "$(dirname "$0")/../.." || exit 2
O=${O:-build}
case $O in /*) ;; *) O=$PWD/$O ;; esac
. tests/e2e/lib.sh
. tests/e2e/pg.sh
s=${1:-3}
load=$O/tests/bench/drive_load
pg_make a && pg_start a || exit 1
as=
[ "$(id -u)" -eq 0 ] && as=",\"uid\":$(id -u postgres),\"gid\":$(id -g postgres)"
cp "$load" "$PGROOT/load" && chmod 755 "$PGROOT/load" || exit 1

driver() { # NAME PROFILE RATE DEPTH: a line "ops/s us/op errors" to $TMP/NAME
	"$load" drive "$O/soakd-drive" "$s" "{\"scenario\":\"postgres\",\"profile\":\"$2\",\"rate\":$3,\"depth\":$4,\"connections\":4,
		\"host\":\"$PGROOT/a\",\"port\":\"5432\"$as}" >>"$TMP/$1" || exit 1
}
pgbench() { # NAME STATEMENTS ARGUMENTS...: the same; STATEMENTS in a transaction of the first script, one in those after it
	name=$1 each=$2
	shift 2
	as_pg sh -c 'out=$1; shift; exec "$@" >"$out"' sh "$PGROOT/out" "$PGROOT/load" cpu "$PGBIN/pgbench" -h "$PGROOT/a" \
		-U "${PGSUPER:-postgres}" -M prepared -c4 -j1 -T "$s" -n "$@" postgres 2>"$TMP/err" || { sed 's/^/# /' "$TMP/err" >&2; exit 1; }
	awk -v each="$each" -v s="$s" -v cpu="$(tail -1 "$TMP/err")" '
		/^number of transactions actually processed:/ { all = $6 }
		/^ - [0-9]+ transactions/ { n++; part[n] = $2 }
		END { ops = n ? each * part[1] + all - part[1] : all; printf "%.0f %.2f 0\n", ops / s, cpu * 1e6 / ops }' "$PGROOT/out" >>"$TMP/$name"
}
pgbench_init() {
	as_pg "$PGBIN/pgbench" -h "$PGROOT/a" -U "${PGSUPER:-postgres}" -i -q -s 1 postgres >/dev/null 2>&1 &&
		pg_sql a "CREATE TABLE item (id bigint PRIMARY KEY, k integer NOT NULL, body text NOT NULL, blob bytea);
			CREATE INDEX ON item (k); CREATE SEQUENCE item_id START 1000000;
			INSERT INTO item SELECT g, g % 1000, repeat(md5(g::text), 3) || 'abcd' FROM generate_series(1, 10000) AS g" || exit 1
	select='SELECT k, body FROM item WHERE id = :i;'
	printf '\\set i random(1, 10000)\n%s\n' "$select" >"$PGROOT/select.sql"
	{
		for _ in $(seq 16); do printf '%s\n' '\set i random(1, 10000)' "$begin" "$select"; begin=; done
		printf '%s\n' '\endpipeline'
	} >"$PGROOT/select16.sql"
	echo "INSERT INTO item (id, k, body) SELECT i, i % 1000, repeat(md5('x'), 3) || 'abcd' FROM nextval('item_id') AS i;" >"$PGROOT/insert.sql"
}
begin='\startpipeline'
pgbench_init
for round in 1 2 3; do
	pgbench S 1 -S
	pgbench mix 1 -f "$PGROOT/select.sql@9" -f "$PGROOT/insert.sql@1"
	pgbench pipe 16 -f "$PGROOT/select16.sql@9" -f "$PGROOT/insert.sql@16"
	driver deep read-heavy 0 0
	driver single read-heavy 0 1
done
driver paced mixed 200 0
grep -vE ' 0$' "$TMP/deep" "$TMP/single" "$TMP/paced" | sed 's/^/# errors: /' >&2
# median NAME FIELD: of the round in the middle by CPU
median() { sort -k2,2n "$TMP/$1" | awk -v f="$2" '{ v[NR] = $f } END { print v[int((NR + 1) / 2)] }'; }
pair() { # WHAT NAME PEER NAME GOAL-OF-OPS GOAL-OF-CPU
	printf 'drive/%s\t%s\top/s\t%s\t%s\t>= %s\n' "$1" "$(median "$2" 1)" "$3" "$(median "$4" 1)" "$5"
	printf 'drive/%s\t%s\tus/op\t%s\t%s\t<= %s\n' "$1" "$(median "$2" 2)" "$3" "$(median "$4" 2)" "$6"
}
pair "read-heavy" deep "pgbench -S -M prepared" S 1.5 0.5
pair "read-heavy" deep "pgbench, the same mix, pipelined" pipe 0.8 1
pair "read-heavy, one at a time" single "pgbench, the same mix" mix 0.9 1
printf 'drive/mixed, 200 op/s: CPU\t%s\tus/op\tnone\t-\t<= 200\n' "$(median paced 2)"
exit 0
