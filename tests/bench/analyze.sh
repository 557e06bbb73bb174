#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The whole process of analyze and report, from exec to exit, beside a bare C program that only parses the same CSV, and beside python3 with
# matplotlib where that is installed. At 288 rows it is the start of a process and the decision, at 1 000 000 the reading alone.
# pandas and scipy are seldom installed; where they are, they are measured too. On this machine read_csv and linregress of 4 columns (pandas 1.5, scipy
# 1.10) took 560 to 610 ms at 86 400 rows where the bare parser takes 12.4: twenty times faster is then 2.2 parsers.
. "$(dirname "$0")/lib.sh"
n=${1:-9}

# all_csv ROWS: the same as csv, with the columns of samples.csv.
all_csv() {
	leak_rows "$1" rss_kb,vsz_kb,pss_kb,uss_kb,anon_kb,file_kb,shmem_kb,swap_kb,heap_kb,threads,fds,cpu_s,ops,errors \
		'"%d,%d,%d,%d,%d,%d,%d,0,%d,9,120,%.2f,%d,0\n", a + 30000, 500000, a + 9000, a + 100, a, 30000, 20000, a - 4000, i * .01, i * s * 200' \
		>"$tmp/all-$1.csv"
}
# files COUNT: 5 columns, 288 rows each; autocorrelated noise of their own, every other one grows, every third warms up.
files() {
	mkdir "$tmp/files"
	awk -v n="$1" -v dir="$tmp/files" 'BEGIN {
		srand(1)
		for (f = 0; f < n; f++) {
			name = dir "/" f ".csv"
			print "timestamp,rss_kb,vsz_kb,pss_kb,anon_kb" >name
			noise = 0
			for (i = 0; i < 288; i++) {
				noise = .8 * noise + 2000 * (rand() - .5)
				a = 50000 + noise + (f % 2) * 40 * i + (f % 3 == 0) * 9000 * (1 - exp(-i / 20))
				printf "%d,%d,%d,%d,%d\n", 1795140000 + i * 300, a + 30000, 500000, a + 9000, a >name
			}
			close(name)
		}
	}'
}
# line NAME MS PEER PEER_MS GOAL
line() { printf 'analyze/%s\t%s\tms\t%s\t%s\t%s\n' "$@"; }

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
parser=$O/tests/bench/parse_only soakd=$O/soakd

# ROWS RUNS GOAL: of an analysis of 5 columns. 5: a million rows in 0.8 s where the parser takes 160 ms.
while read -r rows runs goal; do
	csv "$rows"
	line "analyze, $rows rows, 5 columns" "$(ms "$runs" "$soakd" analyze "$tmp/$rows.csv")" "bare parser" \
		"$(ms "$runs" "$parser" "$tmp/$rows.csv")" "<= $goal"
done <<G
288 $((n * 9)) 3
86400 $n 2.2
1000000 5 5
G
cat >"$tmp/linregress.py" <<'P'
import sys
import pandas
from scipy.stats import linregress
rows = pandas.read_csv(sys.argv[1])
for c in rows.columns[1:]:
    print(c, linregress(rows["timestamp"], rows[c]).slope)
P
if python3 -c 'import pandas, scipy' 2>/dev/null; then
	line "analyze, 86400 rows, 5 columns" "$(ms "$n" "$soakd" analyze "$tmp/86400.csv")" "python3, pandas, linregress" \
		"$(ms 3 python3 "$tmp/linregress.py" "$tmp/86400.csv")" "<= 0.05"
fi

# 1.2: the kernel counts the largest size at its ticks, of which a longer process has more.
printf 'analyze/peak memory, 1000000 rows\t%s\tMiB\tthe same, 86400 rows\t%s\t<= 1.2\n' \
	"$(mib 1 "$soakd" analyze "$tmp/1000000.csv")" "$(mib 1 "$soakd" analyze "$tmp/86400.csv")"

# 5 s for all, 120 parsers where these take 41 ms. The peer reads the same files in one process too.
files 1000
t=$(ms 3 "$soakd" analyze --format jsonl "$tmp"/files/*.csv)
line "1000 files of 288 rows, in all" "$t" none - "<= 5000"
line "1000 files of 288 rows" "$t" "bare parser" "$(ms 3 "$parser" "$tmp"/files/*.csv)" "<= 120"

# 68 ms, as much as 86 parsers of 0.8.
while read -r rows goal; do
	all_csv "$rows"
	t=$(ms "$n" "$soakd" report "$tmp/all-$rows.csv")
	line "report, $rows rows, 15 columns" "$t" "bare parser" "$(ms "$n" "$parser" "$tmp/all-$rows.csv")" "<= $goal"
	[ -z "$matplotlib" ] || line "report, $rows rows, 15 columns" "$t" "python3, matplotlib, 4 panels" \
		"$(ms "$n" python3 "$tmp/plot.py" "$tmp/all-$rows.csv" "$tmp/plot.png")" "<= 0.2"
done <<G
288 86
86400 6
G
"$O/tests/bench/decide_bench"
