#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The disk fills in the middle of a run: rows wait in memory, one message, all are written in order when there is room again.
# Once by a limit of file size (any user), once on a small tmpfs (root). And directories that cannot be written at all.
. "$(dirname "$0")/lib.sh"
CLEANUP='kill -9 ${soak:-} 2>/dev/null; wait 2>/dev/null; umount "$TMP/small" 2>/dev/null'
run() { note_clock "$TMP/err" && exec "$SOAKD" --target leaky --scenario leaky/none --duration 1000s --interval 0.1 "$@" >"$TMP/o" 2>"$TMP/err" </dev/null; }
rows() { [ "$(lines "$1/samples.csv" 2>/dev/null || echo 0)" -gt "$2" ]; }
said() { grep -q "$1" "$TMP/err"; }
whole_json() { json "$1/run.json" "j['schema']" >/dev/null && { [ ! -e "$1/verdict.json" ] || json "$1/verdict.json" "j['schema']" >/dev/null; }; }
whole_lines() { # no file ends, or breaks off, in the middle of a line
	for f in samples processes events; do
		[ -z "$(tail -c 1 "$1/$f.csv")" ] || { echo "# $f.csv is torn"; return 1; }
	done
	awk -F, 'NR == 1 { n = NF } NF != n { exit 1 }' "$1/samples.csv"
}
in_order() { column "$1/samples.csv" elapsed_s | sort -n -c -u; }
# As many rows as were taken are in the file. And up to the last but one (the last is that of the end, at no tick) as many were taken or counted
# as missed as there are tenths of a second; with the one at the begin they are one more, but a row may be as late as the next.
nothing_lost() {
	at=$(column "$1/samples.csv" elapsed_s | tail -2 | head -1)
	json_true "$1/run.json" "j['cost']['rows'] == $(($(lines "$1/samples.csv") - 1))" &&
		json_true "$1/run.json" "j['cost']['rows'] + j['cost']['missed'] - j['extra_rows'] >= $at // 0.1"
}
# Nobody draws: soakd has no child but the process that it watches. On a full disk none begins to.
nobody_draws() { [ "$(cat /proc/$soak/task/*/children)" = "$(last_of "$D/processes.csv" pid) " ]; }
stopped() { grep -q '^State:[[:space:]]*T' "/proc/$soak/status"; }
held() { # nobody draws, and nobody begins to
	kill -CONT $soak
	nobody_draws && kill -STOP $soak || return 1
	until stopped; do
		[ -d "/proc/$soak" ] || return 1
		sleep 0.1
	done
	nobody_draws
}
# What is tried, and has no room, is cut off again at once: a look may fall between the two, most do not; where it is left they do.
mostly_whole() { # DIR
	whole=0
	for look in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		whole_lines "$1" && whole=$((whole + 1))
		sleep 0.05
	done
	[ $whole -gt 10 ] || { echo "# whole in $whole of $look looks"; return 1; }
}
while_full() { # DIR
	check "said" wait_for 20 said "cannot be written"
	at=$(lines "$1/samples.csv")
	python3 -c 'import time; time.sleep(1)'
	check "nothing half-written" mostly_whole "$1"
	check "run.json and verdict.json are whole" whole_json "$1"
	check "said once" [ "$(grep -c 'cannot be written' "$TMP/err")" = 1 ]
}
when_free_again() { # DIR
	check "recovered is said" wait_for 20 said "can be written again"
	check "more rows" wait_for 20 rows "$1" $((at + 10))
	kill -TERM $soak
	wait $soak
	rc=$?
	check "exit by the verdict" with_gap $rc "$TMP/err"
	check "all lines whole" whole_lines "$1"
	check "in order, none twice" in_order "$1"
	check "no row lost" nothing_lost "$1"
	check "the full report" whole_run_dir "$1"
	check "the event is in events.csv" grep -q ',recovered,' "$1/events.csv"
}

D=$TMP/limit
run --out "$D" &
soak=$!
check "rows come" wait_for 10 rows "$D" 5
prlimit --pid $soak --fsize=4096:unlimited
while_full "$D"
prlimit --pid $soak --fsize=unlimited:unlimited
when_free_again "$D"

# the report is not drawn on a full disk, which is said once, and drawn when there is room. Rows by hand (USR1) are for this run alone:
# one may fall into the millisecond of another
drawn_at() { date -ur "$D/report.md" +%Y-%m-%dT%H:%M:%SZ; }
later_than() { [ "$(drawn_at)" != "$1" ]; }
another_second() { [ "$(date -u +%Y-%m-%dT%H:%M:%SZ)" != "$(drawn_at)" ]; }
full_again() { [ "$(grep -c 'cannot be written' "$TMP/err")" = 2 ]; }
D=$TMP/stays
run --out "$D" &
soak=$!
check "the first report" wait_for 20 [ -s "$D/report.md" ]
check "rows come" wait_for 10 rows "$D" 20
check "the report that follows is not of the same second" wait_for 10 another_second
prlimit --pid $soak --fsize=4096:unlimited
check "said" wait_for 20 said "cannot be written"
check "nobody draws" wait_for 20 nobody_draws
first=$(drawn_at)
kill -USR1 $soak
check "the report is an old one: said" wait_for 20 said "error: the report is that of $first: no room to write a new one"
kill -USR1 $soak
prlimit --pid $soak --fsize=unlimited:unlimited
check "drawn when there is room" wait_for 20 later_than "$first"
check "the old report was said once" [ "$(grep -c 'the report is that of' "$TMP/err")" = 1 ]
check "and is in events.csv" grep -q ',error,the report is that of' "$D/events.csv"

# and a disk that stays full: the verdict and its status are given all the same, and the loss is said
prlimit --pid $soak --fsize=4096:unlimited
check "said again" wait_for 20 full_again
check "nobody draws" wait_for 20 nobody_draws
first=$(drawn_at)
kill -TERM $soak
wait $soak
rc=$?
check "stays full: exit by the verdict" with_gap $rc "$TMP/err"
check "stays full: the verdict is printed" [ -s "$TMP/o" ]
check "stays full: what is lost is said" said "lines are lost"
check "stays full: the report is an old one, which is said" said "^soakd: the report is that of $first: no room to write a new one"
check "stays full: nothing half-written" whole_lines "$D"

mkdir "$TMP/small" "$TMP/closed"
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=2m tmpfs "$TMP/small" 2>/dev/null; then
	D=$TMP/small/run
	run --out "$D" &
	soak=$!
	check "tmpfs: rows come" wait_for 10 rows "$D" 5
	check "tmpfs: the first report" wait_for 20 [ -s "$D/report.png" ]
	check "tmpfs: nobody draws" wait_for 20 held # a picture that came into the place of an older one would make room
	cat /dev/zero >"$TMP/small/ballast" 2>/dev/null
	kill -CONT $soak
	while_full "$D"
	rm "$TMP/small/ballast"
	when_free_again "$D"
	umount "$TMP/small"
else
	skip "tmpfs" "not root, or no right to mount"
fi

chmod 555 "$TMP/closed"
as=
[ "$(id -u)" = 0 ] && as="setpriv --reuid=65534 --regid=65534 --clear-groups"
open_programs
if ! $as "$SOAKD" --version >/dev/null 2>&1; then
	skip "a directory that may not be written" "nobody cannot run $SOAKD"
	finish
fi
check "a directory that may not be written: 2" status 2 $as "$SOAKD" --target leaky --duration 1s --out "$TMP/closed/run"
check "in one sentence" one_sentence
check "with the path" says "$TMP/closed/run"
check "one that exists, empty: 2" status 2 $as "$SOAKD" --target leaky --duration 1s --out "$TMP/closed"
check "in one sentence" one_sentence
check "with the reason" says "ermission denied"
finish
