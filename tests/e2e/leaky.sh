#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The known truth, side by side: three rates of a line, within 5 %, and every shape with a leak and without. Twenty seconds and 4 GiB an hour
# are enough for each verdict when a third of the rows is missing, or all of two seconds; how many are missing soakd says itself.
. "$(dirname "$0")/lib.sh"
pids=
leak() { # SHAPE RATE
	note_clock "$TMP/$1-$2.out"
	"$SOAKD" --target leaky --scenario "leaky/$1" --leak-rate "$2" --interval 0.1 --duration 20s --out "$TMP/$1-$2" --quiet >"$TMP/$1-$2.out" 2>&1 </dev/null &
	pids="$pids $!:$1-$2"
}
for r in 0 100MiB 2GiB; do leak linear $r; done
for s in staircase sawtooth warmup onset; do leak $s 4GiB; done
for s in sawtooth warmup none; do leak $s 0; done
for pr in $pids; do
	wait "${pr%%:*}"
	echo $? >"$TMP/${pr#*:}.status"
done
# counted NAME: each of the 201 rows that were due was taken, as most were, or counted as missed, and the verdict is on those that were taken
counted() {
	all_due "$TMP/$1" 201 && at_least "$(lines "$TMP/$1/samples.csv")" 101 && json_true "$TMP/$1/verdict.json" "j['samples'] == $(($(lines "$TMP/$1/samples.csv") - 1))"
}
# ended NAME STATUS: so, or with 6 where soakd says that rows are missing, and the machine was busy; a leak comes before that
ended() {
	expected=$2
	[ "$2" = 1 ] || ! says_missing "$TMP/$1.out" || { busy_since "$TMP/$1.out" && expected=6; }
	[ "$(cat "$TMP/$1.status")" = "$expected" ] || { echo "# exit status $(cat "$TMP/$1.status"), expected $expected"; return 1; }
}
for r in 100MiB 2GiB; do
	case $r in 100MiB) kb=102400 ;; *) kb=2097152 ;; esac
	check "linear, $r/h: exit status 1" [ "$(cat "$TMP/linear-$r.status")" = 1 ]
	check "linear, $r/h: within 5 %" json_true "$TMP/linear-$r/verdict.json" "j['leaking'] and abs(j['rate_kb_per_h'] / $kb - 1) < 0.05"
	check "linear, $r/h: the report is drawn" whole_run_dir "$TMP/linear-$r"
done
D=$TMP/linear-2GiB
check "the host's habits with memory" json_true "$D/run.json" "j['host']['overcommit'] in (0, 1, 2) and j['host']['swap_kb'] >= 0"
check "the table has bytes per operation" grep -q '^| private memory |.* [0-9.]*[^0-9|]*[KM]iB | leak |$' "$D/report.md"
check "how rows really came" grep -q '^- samples: .*(median .*, longest .*)' "$D/report.md"
check "whose malloc" grep -q '^- allocator: `glibc ' "$D/report.md"
for s in staircase sawtooth warmup onset; do
	check "$s: each row is accounted for" counted "$s-4GiB"
	check "$s: growth is seen" json_true "$TMP/$s-4GiB/verdict.json" "j['verdict'] == 'leak' and j['leaking']"
	check "$s: exit status 1" ended "$s-4GiB" 1
done
for s in linear sawtooth warmup none; do
	check "$s at rate 0: each row is accounted for" counted "$s-0"
	check "$s at rate 0 is not leaking" json_true "$TMP/$s-0/verdict.json" "not j['leaking'] and j['verdict'] != 'suspected'"
	check "$s at rate 0: exit status 0, or 3 where nothing can be said" ended "$s-0" "$(json "$TMP/$s-0/verdict.json" "3 if j['verdict'] == 'insufficient' else 0")"
done
finish
