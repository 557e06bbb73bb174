#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The driver against pgbench -S -M prepared, 4 connections each, on the same cluster in the same run: operations per second and client
# CPU per operation, and the ratios. read-heavy has 10 % inserts beside its selects; pgbench -S has none.
#   O=build tests/bench/drive_bench.sh [SECONDS]
cd "$(dirname "$0")/../.." || exit 2
top=$PWD
O=${O:-build}
case $O in /*) ;; *) O=$top/$O ;; esac
. tests/e2e/lib.sh
. tests/e2e/pg.sh
s=${1:-5}
load=$O/tests/bench/drive_load
pg_make a && pg_start a || exit 1
as=
[ "$(id -u)" -eq 0 ] && as=",\"uid\":$(id -u postgres),\"gid\":$(id -g postgres)"

driver() { # PROFILE RATE: "ops/s us/op errors"
	"$load" drive "$O/soakd-drive" "$s" \
		"{\"scenario\":\"postgres\",\"profile\":\"$1\",\"rate\":$2,\"connections\":4,\"host\":\"$PGROOT/a\",\"port\":\"5432\"$as}"
}
as_pg "$PGBIN/pgbench" -h "$PGROOT/a" -U "${PGSUPER:-postgres}" -i -q -s 1 postgres >/dev/null 2>&1 || exit 1
printf '%-36s %10s %8s\n' client ops/s us/op
for round in 1 2 3; do
	cp "$load" "$PGROOT/load" && chmod 755 "$PGROOT/load"
	as_pg sh -c 'out=$1; shift; exec "$@" >"$out"' sh "$PGROOT/pgbench.out" "$PGROOT/load" cpu "$PGBIN/pgbench" -h "$PGROOT/a" \
		-U "${PGSUPER:-postgres}" -S -M prepared -c4 -j1 -T "$s" -n postgres 2>"$TMP/cpu" || exit 1
	n=$(sed -n 's/^number of transactions actually processed: \([0-9]*\).*/\1/p' "$PGROOT/pgbench.out")
	cpu=$(tail -1 "$TMP/cpu")
	awk -v n="$n" -v s="$s" -v c="$cpu" 'BEGIN { printf "%.0f %.2f 0\n", n / s, c * 1e6 / n }' >>"$TMP/pgbench"
	driver read-heavy 0 >>"$TMP/drive" || exit 1
done
driver mixed 200 >"$TMP/paced" || exit 1
# the median round of each by CPU
middle() { sort -k2,2n "$1" | sed -n 2p; }
show() { echo "$2" | awk -v w="$1" '{ printf "%-36s %10s %8s\n", w, $1, $2; if ($3) print "  errors: " $3 }'; }
a=$(middle "$TMP/pgbench") b=$(middle "$TMP/drive")
show "pgbench -S -M prepared -c4 -j1" "$a"
show "soakd-drive read-heavy, rate 0, 4" "$b"
show "soakd-drive mixed, rate 200, 4" "$(cat "$TMP/paced")"
echo "$a $b" | awk '{ printf "ratio soakd-drive / pgbench: %.2f of the operations per second, %.2f of the CPU per operation\n", $4 / $1, $5 / $2 }'
