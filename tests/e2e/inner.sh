#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What PostgreSQL says of itself beside what the kernel sees: a leak in a memory context, named; a leak beside them, and said so.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pg.sh"
check "a cluster of our own" pg_make a
check "it starts" pg_start a
# the rate is far below what any machine does; per operation and in shares nothing depends on how fast it was
leak() { status "0 1 3" "$SOAKD" --target "pid:$PGPID" --scenario "postgres/$1" --interval 0.2 --duration 20s --rate 200 --out "$TMP/$1" --quiet; }
E="j['explained']"

check "PREPARE without end" leak prepare
V=$TMP/prepare/verdict.json
check "it grows" json_true "$V" "j['verdict'] in ('leak', 'suspected')"
check "8 to 11 kB per operation" json_true "$V" "8e3 < j['per_op_bytes'] < 11e3"
check "the contexts of four backends" json_true "$V" "${E}['source'] == 'pg_backend_memory_contexts' and ${E}['processes'] == 4"
check "explain it" json_true "$V" ".75 < ${E}['share'] < 1.05"
check "so many bytes per operation" json_true "$V" "7e3 < ${E}['per_op_bytes'] < 9.5e3"
check "the context and its parent" json_true "$V" "any(t['item'].endswith('/CacheMemoryContext/CachedPlanSource') and t['share'] > .3 for t in ${E}['top'])"
check "among the parts" json_true "$V" "any(p['by'] == 'context' and p['name'].endswith('/CachedPlanSource') for p in j['attribution'])"
check "in words" json_true "$V" "'CachedPlan' in j['why'] and 'memory contexts' in j['why']"
check "the report has it" grep -q '^Explained: ' "$TMP/prepare/report.md"
check "no statement's text is written" sh -c "! grep -q 'SELECT' '$TMP/prepare/internals.csv'"
check "no errors" [ "$(last_of "$TMP/prepare/samples.csv" errors)" = 0 ]
check "analyze says the same" sh -c "'$SOAKD' analyze '$TMP/prepare' | grep -q 'explained:  .* is in pg_backend_memory_contexts'"

check "unique settings without end" leak settings
V=$TMP/settings/verdict.json
check "it grows" json_true "$V" "j['verdict'] in ('leak', 'suspected')"
check "about 1.2 kB per operation" json_true "$V" ".8e3 < j['per_op_bytes'] < 1.8e3"
check "the contexts do not explain it" json_true "$V" "${E}['share'] < .2 and ${E}['rest'] == 'other'"
check "and that is said" json_true "$V" "('explain only' in j['why'] or 'explain none' in j['why']) and 'malloc' in j['why']"

# somebody else's backend that grows: it is asked to log its contexts when an epoch is marked
as_pg "$PGBIN/psql" -h "$PGROOT/a" -U "${PGSUPER:-postgres}" -d postgres -Atq >"$TMP/other" 2>&1 <<'SQL' &
SELECT pg_backend_pid();
DO $$ BEGIN FOR i IN 1..400 LOOP EXECUTE format('PREPARE early_%s AS SELECT 1', i); PERFORM pg_sleep(.05); END LOOP; END $$;
SQL
other=$!
check "another backend is there" wait_for 10 test -s "$TMP/other"
backend=$(head -1 "$TMP/other")
"$SOAKD" --target "pid:$PGPID" --scenario postgres/mixed --interval 0.2 --duration 60s --out "$TMP/log" --quiet >"$TMP/o" 2>&1 </dev/null &
soak=$!
grown() { awk -F, -v p="$backend" '$2 == p { if (!a) a = $8; else if ($8 > a + 100) found = 1 } END { exit !found }' "$TMP/log/processes.csv"; }
check "it grows" wait_for 20 grown
kill -USR2 $soak
check "an event says where its contexts are" wait_for 10 grep -q "memory-log,.*pid $backend: see its log" "$TMP/log/events.csv"
check "the server's log has them" wait_for 10 grep -q "logging memory contexts of PID $backend" "$PGROOT/a.log"
kill -TERM $soak
wait $soak
kill "$other" 2>/dev/null
pg_stop a
finish
