#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The known truth: three rates and every shape. The rate is compared with the one that was asked for.
. "$(dirname "$0")/lib.sh"
pids=
for r in 0 100MiB 2GiB; do
	"$SOAKD" --target leaky --scenario leaky/linear --leak-rate $r --interval 0.1 --duration 15s --out "$TMP/$r" --quiet >"$TMP/$r.out" 2>&1 </dev/null &
	pids="$pids $!:$r"
done
for pr in $pids; do
	wait "${pr%%:*}"
	echo $? >"$TMP/${pr#*:}.status"
done
check "no leak at rate 0" [ "$(cat "$TMP/0.status")" != 1 ]
check "rate 0 is not leaking" json_true "$TMP/0/verdict.json" "not j['leaking']"
for r in 100MiB 2GiB; do
	case $r in 100MiB) kb=102400 ;; *) kb=2097152 ;; esac
	check "$r/h: exit status 1" [ "$(cat "$TMP/$r.status")" = 1 ]
	check "$r/h: within 5 %" json_true "$TMP/$r/verdict.json" "j['leaking'] and abs(j['rate_kb_per_h'] / $kb - 1) < 0.05"
	check "$r/h: the report is drawn" whole_run_dir "$TMP/$r"
done
finish
