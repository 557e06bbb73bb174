#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# soakd report, from exec to exit with soakd-draw: the whole page of a CSV of 288, 86 400 and 1 000 000 samples as PNG, its verdict and the hash of
# the data among it, beside what others take for three plain panels of the same file: python3 with matplotlib, gnuplot (apt-get install
# python3-matplotlib gnuplot-nox; left out where they are not installed). Then what memory it takes.
. "$(dirname "$0")/lib.sh"
n=${1:-7}

cat >"$tmp/plot.py" <<'P'
import sys
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy
head = open(sys.argv[1]).readline().strip().split(",")
rows = numpy.loadtxt(sys.argv[1], delimiter=",", skiprows=1)
fig, axes = plt.subplots(3, 1, figsize=(16, 12))
for ax, cols in zip(axes, ((4, 3), (1,), (2,))):
    for c in cols:
        ax.plot(rows[:, 0], rows[:, c], label=head[c])
    ax.legend()
fig.savefig(sys.argv[2], dpi=100)
P
# plot CSV PNG: gnuplot's program for the same
plot() {
	printf 'set terminal pngcairo size 1600,1200\nset output "%s"\nset datafile separator ","\nset key autotitle columnhead\n' "$2"
	printf 'set multiplot layout 3,1\nplot "%s" using 1:5 with lines, "" using 1:4 with lines\n' "$1"
	printf 'plot "%s" using 1:2 with lines\nplot "%s" using 1:3 with lines\nunset multiplot\n' "$1" "$1"
}
# Debian's python3 is asked too: another one may come first in PATH.
python=
for p in python3 /usr/bin/python3; do
	[ -n "$python" ] || ! "$p" -c 'import matplotlib' 2>/dev/null || python=$p
done
gnuplot=$(command -v gnuplot || true)

while read -r rows goal; do
	csv "$rows"
	in=$tmp/$rows.csv out=$tmp/$rows.png
	ours=$(ms "$n" "$O/soakd" report --quiet "$in" --out "$out")
	printf 'report/page, %s rows\t%s\tms\tnone\t-\t<= %s\n' "$rows" "$ours" "$goal"
	[ -z "$python" ] || printf 'report/page, %s rows\t%s\tms\tmatplotlib, 3 panels\t%s\t<= 0.1\n' "$rows" "$ours" \
		"$(ms 3 "$python" "$tmp/plot.py" "$in" "$tmp/plot.png")"
	if [ -n "$gnuplot" ]; then
		plot "$in" "$tmp/plot.png" >"$tmp/plot.gp"
		printf 'report/page, %s rows\t%s\tms\tgnuplot, 3 panels\t%s\t<= 1.5\n' "$rows" "$ours" "$(ms 3 "$gnuplot" "$tmp/plot.gp")"
	fi
	printf 'report/PNG, %s rows\t%s\tKiB\tnone\t-\t<= 200\n' "$rows" "$(($(stat -c %s "$out") / 1024))"
done <<G
288 60
86400 70
1000000 100
G
# 1.2: the kernel counts the largest size at its ticks, of which a longer process has more.
printf 'report/peak memory, 1000000 rows\t%s\tMiB\tthe same, 288 rows\t%s\t<= 1.2\n' \
	"$(mib 1 "$O/soakd" report --quiet "$tmp/1000000.csv" --out "$tmp/a.png")" "$(mib 1 "$O/soakd" report --quiet "$tmp/288.csv" --out "$tmp/a.png")"
