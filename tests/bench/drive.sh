#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The driver beside pgbench -M prepared: 4 connections each, one client thread, the same cluster of our own, in turn; medians by CPU of 3
# rounds. Operations per second, and CPU of the client per operation. What differs:
#   read-heavy                    90 % point selects, 10 % inserts, pipelined: up to 16 selects in a unit, 4 units under way
#   read-heavy, one at a time     the same with one statement under way per connection, as pgbench has it: nothing pipelined
#   pgbench -S                    selects alone, of one integer, from its own table
#   pgbench, the same mix         90 selects to 10 inserts on a table with the columns and indexes of soakd's, seeded alike; random keys
#   pgbench, the same, pipelined  its selects in \startpipeline units of 16 (one unit under way: it knows no more)
#   point-select                  selects of one row alone, on 1 and on 4 connections, one at a time, and 64 under way on one
#   select-only                   pgbench's own script, from its own tables, one run at a time on each connection
# System calls are counted by strace, which makes everything slower and changes none of their number; it is left out where it is missing.
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

job() { # WORK RATE DEPTH CONNECTIONS: WORK is a profile, or a list of scripts in JSON
	case $1 in [[]*) what="\"work\":$1" ;; *) what="\"profile\":\"$1\"" ;; esac
	printf '%s\n' "{\"scenario\":\"postgres\",$what,\"rate\":$2,\"depth\":$3,\"connections\":$4,\"host\":\"$PGROOT/a\",\"port\":\"5432\"$as}"
}
driver() { # NAME WORK RATE DEPTH [CONNECTIONS]: a line "ops/s us/op errors user-us/op all-ops" to $TMP/NAME
	"$load" drive "$O/soakd-drive" "$s" "$(job "$2" "$3" "$4" "${5:-4}")" >>"$TMP/$1" || exit 1
}
calls() { # WORK DEPTH CONNECTIONS: system calls per operation, the set-up's few included; "-" without strace
	"$load" drive "$TMP/traced" 2 "$(job "$1" 0 "$2" "$3")" >"$TMP/calls" 2>/dev/null &&
		awk -v ops="$(cut -d' ' -f5 "$TMP/calls")" '$4 ~ /^[0-9]+$/ && $NF != "total" { n += $4 } END { printf "%.2f\n", n / ops }' "$TMP/trace"
}
cat >"$TMP/traced" <<EOF
#!/bin/sh
exec strace -c -f -o "$TMP/trace" "$O/soakd-drive"
EOF
chmod 755 "$TMP/traced"
pgbench() { # NAME STATEMENTS ARGUMENTS...: the same but for the last field; STATEMENTS in a transaction of the first script, one in those after it
	name=$1 each=$2
	shift 2
	as_pg sh -c 'out=$1; shift; exec "$@" >"$out"' sh "$PGROOT/out" "$PGROOT/load" cpu "$PGBIN/pgbench" -h "$PGROOT/a" \
		-U "${PGSUPER:-postgres}" -M prepared -c"${clients:-4}" -j1 -T "$s" -n "$@" postgres 2>"$TMP/err" || { sed 's/^/# /' "$TMP/err" >&2; exit 1; }
	awk -v each="$each" -v s="$s" -v cpu="$(tail -1 "$TMP/err")" '
		/^number of transactions actually processed:/ { all = $6 }
		/^ - [0-9]+ transactions/ { n++; part[n] = $2 }
		END { ops = n ? each * part[1] + all - part[1] : all; split(cpu, c, " "); printf "%.0f %.2f 0 %.2f\n", ops / s, c[1] * 1e6 / ops, c[2] * 1e6 / ops }' "$PGROOT/out" >>"$TMP/$name"
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
select_only='[{"name":"select-only","script":"\\set aid random(1, 100000 * :scale)\nSELECT abalance FROM pgbench_accounts WHERE aid = :aid;"}]'
for round in 1 2 3; do
	pgbench S 1 -S
	clients=1 pgbench S1 1 -S
	driver point1 point-select 0 1 1
	driver point4 point-select 0 1 4
	driver point16 point-select 0 0 1
	driver script "$select_only" 0 1
	pgbench mix 1 -f "$PGROOT/select.sql@9" -f "$PGROOT/insert.sql@1"
	pgbench pipe 16 -f "$PGROOT/select16.sql@9" -f "$PGROOT/insert.sql@16"
	driver deep read-heavy 0 0
	driver single read-heavy 0 1
done
driver paced mixed 200 0
awk '$3 != 0 { print "# errors: " FILENAME ": " $0 }' "$TMP/deep" "$TMP/single" "$TMP/paced" "$TMP"/point* "$TMP/script" >&2
# median NAME FIELD: of the round in the middle by CPU
median() { sort -k2,2n "$TMP/$1" | awk -v f="$2" '{ v[NR] = $f } END { print v[int((NR + 1) / 2)] }'; }
pair() { # WHAT NAME PEER NAME GOAL-OF-OPS GOAL-OF-CPU
	printf 'drive/%s\t%s\top/s\t%s\t%s\t>= %s\n' "$1" "$(median "$2" 1)" "$3" "$(median "$4" 1)" "$5"
	printf 'drive/%s\t%s\tus/op\t%s\t%s\t<= %s\n' "$1" "$(median "$2" 2)" "$3" "$(median "$4" 2)" "$6"
}
pair "read-heavy" deep "pgbench -S -M prepared" S 1.5 0.5
pair "read-heavy" deep "pgbench, the same mix, pipelined" pipe 0.8 1
pair "read-heavy, one at a time" single "pgbench, the same mix" mix 0.9 1
pair "pgbench's select-only as a script" script "pgbench -S -M prepared" S 0.9 1.2
user() { # WHAT NAME PEER NAME GOAL DEPTH CONNECTIONS GOAL-OF-CALLS: user CPU, bare and beside the peer's; system calls
	[ "$4" = - ] || printf 'drive/%s, user CPU\t%s\tus/op\t%s\t%s\t<= 1\n' "$1" "$(median "$2" 4)" "$3" "$(median "$4" 4)"
	printf 'drive/%s, user CPU\t%s\tus/op\tnone\t-\t<= %s\n' "$1" "$(median "$2" 4)" "$5"
	! command -v strace >/dev/null || printf 'drive/%s\t%s\tcalls\tnone\t-\t<= %s\n' "$1" "$(calls point-select "$6" "$7")" "$8"
}
user "point select, 1 connection" point1 "pgbench -S -M prepared" S1 1.0 1 1 3.1
user "point select, 4 connections" point4 "pgbench -S -M prepared" S 0.9 1 4 2.6
user "point select, pipelined by 16" point16 - - 0.35 0 1 0.2
printf 'drive/mixed, 200 op/s: CPU\t%s\tus/op\tnone\t-\t<= 200\n' "$(median paced 2)"
exit 0
