#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is no leak and looks like one: a backend that reads through fresh shared buffers, and 200 connections that touch them all.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pg.sh"
check "a cluster" pg_make a trust
printf 'shared_buffers = 192MB\nmax_connections = 230\n' >>"$PGROOT/a/postgresql.conf"
check "it starts" pg_start a
bench() { as_pg "$PGBIN/pgbench" -h "$PGROOT/a" -U "${PGSUPER:-postgres}" "$@" postgres >"$TMP/bench" 2>&1; }
check "a table of 64 MB" bench -i -s 5 -q
pg_stop a
check "buffers are empty again" pg_start a

# in_session N: so many backends have logged in, and none is on its way: by what they call themselves, as soakd knows them
in_session() {
	for child in $(cat "/proc/$PGPID/task/$PGPID/children"); do tr '\0' '\n' <"/proc/$child/cmdline" | head -1; done 2>/dev/null >"$TMP/titles"
	[ "$(grep -cE '\[local\] (idle|SELECT)' "$TMP/titles")" = "$1" ] && ! grep -qE '\[local\] (authentication|startup|initializing)' "$TMP/titles"
}
bench -S -c 1 -T 60 -R 400 &
load=$!
check "the backend is there" wait_for 10 in_session 1
status "0 3" "$SOAKD" --target "pid:$PGPID" --scenario none --interval 0.2 --duration 14s --out "$TMP/run"
check "the run ends with no leak" [ $? -eq 0 ]
check "resident memory rose by MiB" python3 - "$TMP/run/samples.csv" <<'EOF2'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
rise = int(float(rows[-1]["rss_kb"])) - int(float(rows[0]["rss_kb"]))
own = float(rows[-1]["anon_kb"]) - float(rows[0]["anon_kb"])
sys.exit(not (rise > 10240 and own < rise / 10))
EOF2
check "and the reason names shared memory" json_true "$TMP/run/verdict.json" "j['leaking'] is False and 'shared' in j['why']"
pg_stop a
wait "$load"

check "without that backend" pg_start a
bench -S -c 200 -j 1 -T 60 -R 20 &
load=$!
check "200 connections" wait_for 30 in_session 200
status "0 3" "$SOAKD" --target "pid:$PGPID" --scenario none --interval 0.5 --samples 9 --out "$TMP/many"
check "200 connections: 200 backends in each row" python3 - "$TMP/many/processes.csv" <<'EOF2'
import collections, csv, sys
n = collections.Counter((r["timestamp"], r["role"]) for r in csv.DictReader(open(sys.argv[1])))
backends = [v for (t, role), v in n.items() if role == "backend"]
print("# backends:", backends)
sys.exit(not (backends and min(backends) == max(backends) == 200))
EOF2
check "200 connections: PSS of all at the first row, shared memory once" python3 - "$TMP/many/samples.csv" <<'EOF2'
import csv, sys
r = next(csv.DictReader(open(sys.argv[1])))
sys.exit(not (r["pss_sampled"] == r["processes"] and 0 < float(r["shmem_kb"]) < 230 * 1024 and float(r["pss_kb"]) < float(r["rss_kb"])))
EOF2
pg_stop a
wait "$load"
finish
