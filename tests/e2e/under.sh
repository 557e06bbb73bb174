#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# --under: what memcheck calls lost decides; every tool's files are whole when its target ended in order, and it is said when not.
# PostgreSQL and Redis under memcheck, driven meanwhile.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/rds.sh"
KEEP_CLEANUP=$CLEANUP
. "$(dirname "$0")/pg.sh"
CLEANUP="$CLEANUP; $KEEP_CLEANUP"
O=${O:-$(dirname "$SOAKD")}
LOSE=$O/tests/e2e/lose
# waiting STATUS NAME TOOL OPTIONS...: ended when the program waits, however long the tool takes to bring it there
waiting() {
	want=$1 name=$2 tool=$3
	shift 3
	status "$want" until_it_waits "$name" "$SOAKD" run --under "$tool" --interval 0.5 --quiet --out "$TMP/$name" "$@"
}
until_it_waits() {
	log=$TMP/$1/target.log
	shift
	"$@" &
	run=$!
	wait_for 60 grep -q '^lose: waiting' "$log"
	kill -INT "$run"
	wait "$run"
}
files() { find "$TMP/$1/under" -type f -name "$2" -size +0 | wc -l; }

check "what is lost: exit status 1" waiting 1 lost memcheck -- "$LOSE" lose fork wait
check "the place is named with its line" grep -q 'lost: .* bytes in .* blocks, 2 processes: forget_ten (lose.c:[0-9]*) <- main' "$TMP/out"
check "and in the report" grep -q '| forget\\_ten (lose.c:' "$TMP/lost/report.md"
check "a file per process" [ "$(files lost 'memcheck.*.xml')" -eq 2 ]
check "verdict.json has it all" json_true "$TMP/lost/verdict.json" "j['leaking'] and j['under']['tool'] == 'memcheck' and j['under']['complete'] \
	and j['under']['processes'] == 2 and j['under']['definite_bytes'] == 3000 and j['under']['definite_blocks'] == 30 and len(j['under']['files']) == 2"
check "analyze says the same" status 1 "$SOAKD" analyze --format json "$TMP/lost"
check "with the places" json_true "$TMP/out" "j['under']['sites'][0]['function'] == 'forget_ten'"
check "nothing lost: exit status 0" waiting 0 kept memcheck -- "$LOSE" keep wait
check "and that growth is not judged is said" grep -q 'NO DEFINITE LEAK' "$TMP/out"
check "verdict.json says why" json_true "$TMP/kept/verdict.json" "not j['leaking'] and 'not judged' in j['why']"
printf '{\n ours\n Memcheck:Leak\n fun:malloc\n fun:forget_ten\n}\n' >"$TMP/ours.supp"
check "a suppression" waiting 0 supp memcheck --under-suppressions "$TMP/ours.supp" -- "$LOSE" lose wait
# until_its_end NAME COMMAND...: soakd stands still while the tool brings the program there, so that its length is over when it goes on
has_row() { [ "$(lines "$TMP/$1/samples.csv")" -ge 2 ]; }
until_its_end() {
	name=$1
	shift
	"$@" &
	run=$!
	wait_for 60 has_row "$name"
	kill -STOP "$run"
	wait_for 60 grep -q '^lose: waiting' "$TMP/$name/target.log"
	kill -CONT "$run"
	wait "$run"
}
check "told to end after five seconds" status 1 until_its_end told "$SOAKD" run --under memcheck --duration 5s --interval 0.5 --quiet --out "$TMP/told" -- "$LOSE" lose wait
check "it hears neither TERM nor INT: killed, and what is known decides" waiting 3 deaf memcheck --under-wait 1s -- "$LOSE" lose deaf wait
check "that it is incomplete is said" grep -q '1 process did not end in time and was killed' "$TMP/out"
check "and is in verdict.json" json_true "$TMP/deaf/verdict.json" "j['under']['complete'] is False and j['under']['killed'] == 1"
check "nobody is left" [ -z "$(pgrep -f "$LOSE lose deaf")" ]
deaf=$(basename "$TMP"/deaf/under/memcheck.*.xml .xml)
check "nothing of it is left in /tmp" [ -z "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -name "vgdb-pipe-*-${deaf#memcheck.}-by-*")" ]

for t in massif:out dhat:json; do
	check "${t%:*}: exit status 0" waiting 0 "${t%:*}" "${t%:*}" -- "$LOSE" lose fork wait
	check "${t%:*}: two whole files" json_true "$TMP/${t%:*}/verdict.json" "j['under']['complete'] and j['under']['processes'] == 2"
	check "${t%:*}: they are there" [ "$(files "${t%:*}" "${t%:*}.*.${t#*:}")" -eq 2 ]
done
check "heaptrack: exit status 0" waiting 0 heaptrack heaptrack -- "$LOSE" lose wait
check "heaptrack: a whole file" json_true "$TMP/heaptrack/verdict.json" "j['under']['complete'] and j['under']['processes'] == 1"
check "heaptrack: it can be read" sh -c "heaptrack_print '$TMP'/heaptrack/under/heaptrack.* | grep -q forget_ten"

check "no such tool: exit status 127" status 127 env PATH=/nonexistent "$SOAKD" run --under memcheck --duration 1s --interval 1 --out "$TMP/none" -- "$LOSE" keep
check "no such tool: the package is named" says "install the package valgrind"
check "no such tool: nothing is left" [ ! -e "$TMP/none" ]
check "no such command: 127" status 127 "$SOAKD" run --under memcheck --duration 1s --interval 1 --out "$TMP/none" -- /no/such
check "a target that runs already: 2" status 2 "$SOAKD" run --under memcheck --target pid:1 --duration 1s --interval 1
check "one sentence" one_sentence

redis_under() {
	note_clock "$TMP/err"
	"$SOAKD" run --under memcheck --scenario none --interval 1 --under-options --show-leak-kinds=definite,reachable \
		--out "$TMP/redis" -- "$TMP/redis-server" --port 0 --unixsocket "$TMP/u.sock" --save '' --dir "$TMP" >"$TMP/out" 2>"$TMP/err" </dev/null &
	run=$!
	wait_for 60 redis-cli -s "$TMP/u.sock" set key value
	kill -TERM "$run"
	wait "$run"
	rc=$?
	[ $rc -ne 3 ] && by_verdict $rc "$TMP/err"
}
check "redis: no definite leak" redis_under
check "redis: ended in order" json_true "$TMP/redis/verdict.json" "j['under']['complete'] and j['under']['definite_bytes'] == 0"
check "redis: its own allocator is seen" sh -c "grep -q '<fn>zmalloc\|<fn>zcalloc\|<fn>ztry' '$TMP'/redis/under/*.xml"

pg_make tool
open_programs
check "postgres, the whole cluster: no definite leak" status 0 as_pg "$SOAKD" run --under memcheck --scenario postgres/mixed \
	--dsn "host=$PGROOT/tool dbname=postgres" --rows 500 --rate 20 --connections 2 --interval 0.5 --duration 4s --quiet \
	--out "$PGROOT/tool.run" -- "$PGBIN/postgres" -D "$PGROOT/tool"
check "postgres: each process has a whole file" json_true "$PGROOT/tool.run/verdict.json" "j['under']['complete'] and j['under']['processes'] >= 8"
check "postgres: it was driven" [ "$(last_of "$PGROOT/tool.run/samples.csv" ops)" -gt 20 ]
check "postgres: a fast shutdown" grep -q 'received fast shutdown request' "$PGROOT/tool.run/target.log"
check "postgres: shut down" grep -q 'database system is shut down' "$PGROOT/tool.run/target.log"
finish
