#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The known truth, side by side: three rates of a line, within 5 %, and every shape with a leak and without. No verdict is ever wrong about
# whether it leaks; a shape may be no more than suspected in so short a run.
. "$(dirname "$0")/lib.sh"
pids=
leak() { # SHAPE RATE
	"$SOAKD" --target leaky --scenario "leaky/$1" --leak-rate "$2" --interval 0.1 --duration 16s --out "$TMP/$1-$2" --quiet >"$TMP/$1-$2.out" 2>&1 </dev/null &
	pids="$pids $!:$1-$2"
}
for r in 0 100MiB 2GiB; do leak linear $r; done
# 4 GiB: well above what a busy machine's gaps in 16 seconds let a shape hide
for s in staircase sawtooth warmup onset; do leak $s 4GiB; done
for s in sawtooth warmup none; do leak $s 0; done
for pr in $pids; do
	wait "${pr%%:*}"
	echo $? >"$TMP/${pr#*:}.status"
done
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
	check "$s: growth is seen" json_true "$TMP/$s-4GiB/verdict.json" "j['samples'] >= 100 and j['verdict'] in ('leak', 'suspected')"
	check "$s: exit status 1 or 3" [ "$(cat "$TMP/$s-4GiB.status")" = 1 -o "$(cat "$TMP/$s-4GiB.status")" = 3 ]
done
for s in linear sawtooth warmup none; do
	check "$s at rate 0 is not leaking" json_true "$TMP/$s-0/verdict.json" "j['samples'] >= 100 and not j['leaking'] and j['verdict'] != 'suspected'"
	check "$s at rate 0: exit status 0 or 3" [ "$(cat "$TMP/$s-0.status")" = 0 -o "$(cat "$TMP/$s-0.status")" = 3 ]
done
finish
