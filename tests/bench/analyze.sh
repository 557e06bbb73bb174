#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Whole-process time of analyze and report at a day of 5 minutes and a day of seconds, beside a bare C program that only parses the same CSV,
# and beside python3 with matplotlib where that is installed. At 288 samples it is mostly the start of a process with GSL and libsystemd.
set -eu
O=${O:-build} n=${1:-9}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM

# csv ROWS: as samples.csv has it, a leak of 100 KiB an hour in a day.
csv() {
	awk -v n="$1" 'BEGIN {
		print "timestamp,rss_kb,vsz_kb,pss_kb,uss_kb,anon_kb,file_kb,shmem_kb,swap_kb,heap_kb,threads,fds,cpu_s,ops,errors"
		s = 86400 / n
		for (i = 0; i < n; i++) {
			a = 50000 + 100 * i * s / 3600 + i * 7919 % 101
			printf "%.3f,%d,%d,%d,%d,%d,%d,%d,0,%d,9,120,%.2f,%d,0\n", 1795140000 + i * s, a + 30000, 500000, a + 9000, a + 100, a, \
				30000, 20000, a - 4000, i * .01, i * s * 200
		}
	}' >"$tmp/$1.csv"
}
# median COMMAND...: milliseconds of the whole process.
median() {
	for _ in $(seq "$n"); do
		from=$(date +%s%N)
		"$@" >/dev/null 2>&1 || [ $? -le 3 ]
		echo $(($(date +%s%N) - from))
	done | sort -n | awk '{ t[NR] = $1 } END { printf "%.2f\n", t[int((NR + 1) / 2)] / 1e6 }'
}
cat >"$tmp/plot.py" <<'P'
import csv, sys
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
rows = list(csv.DictReader(open(sys.argv[1])))
t = [float(r["timestamp"]) for r in rows]
fig, axes = plt.subplots(4, 1, figsize=(16, 12))
for ax, cols in zip(axes, (("anon_kb", "pss_kb", "rss_kb"), ("vsz_kb",), ("heap_kb",), ("ops",))):
    for c in cols:
        ax.plot(t, [float(r[c]) for r in rows])
fig.savefig(sys.argv[2], dpi=100)
P
matplotlib=
python3 -c 'import matplotlib' 2>/dev/null && matplotlib=1
goals='288/analyze 6;288/report 40;86400/analyze 3;86400/report 6'

for rows in 288 86400; do
	csv "$rows"
	parse=$(median "$O/tests/bench/parse_only" "$tmp/$rows.csv")
	for verb in analyze report; do
		t=$(median "$O/soakd" "$verb" "$tmp/$rows.csv")
		goal=$(echo "$goals" | tr ';' '\n' | sed -n "s|^$rows/$verb ||p")
		printf 'analyze/%s, %s samples\t%s\tms\tbare parser\t%s\t<= %s\n' "$verb" "$rows" "$t" "$parse" "$goal"
	done
	[ -z "$matplotlib" ] || printf 'analyze/report, %s samples\t%s\tms\tpython3, matplotlib, 4 panels\t%s\t<= 0.2\n' "$rows" "$t" \
		"$(median python3 "$tmp/plot.py" "$tmp/$rows.csv" "$tmp/plot.png")"
done
"$O/tests/bench/decide_bench"
