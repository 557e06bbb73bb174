#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The page has exactly the size that was asked for and few bytes, whatever there is to show.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 2
# page FILE WIDTH HEIGHT: a PNG of that size within 200 KiB.
page() { python3 -c 'import os, struct, sys
d = open(sys.argv[1], "rb").read(24); size = struct.unpack(">II", d[16:24]); n = os.path.getsize(sys.argv[1])
print("#", sys.argv[1], size, n); sys.exit(size != (int(sys.argv[2]), int(sys.argv[3])) or n > 200 * 1024)' "$@"; }
# rows N STEP: a CSV of N rows that has every column worth a strip, all of them moving
rows() { awk -v n="$1" -v step="$2" 'BEGIN { srand(7)
	print "timestamp,anon_kb,shmem_kb,pss_kb,rss_kb,heap_kb,vsz_kb,ops,errors,processes,fds,threads,cpu_s,reconnects,psi_memory_some_s,major_faults,psi_io_some_s"
	for (i = 0; i < n; i++) { a = 50000 + 20 * i + int(rand() * 300); printf "%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%d,%.2f,%d,%.3f,%d,%.3f\n", 1795140000 + step * i, a,
		9000 + i % 7, a + 9000, a + 30000, a / 2, 900000 + i, 500 * i, i / 40, 8 + i % 3, 100 + i % 50, 9 + i % 2, i * 0.7, i / 90, i * 0.001, i * 3, i * 0.02 } }'; }

rows 288 300 >day.csv
rows 9000 300 >month.csv
# 1 GiB an hour on a hundred rows is a leak even if rows are missing for two seconds
check "a run of ten seconds" status 1 "$SOAKD" run --target leaky --leak-rate 1GiB --interval 0.1 --duration 10s --quiet --out short
check "its page" page short/report.png 1600 1200
check "a day of rows with all columns" status 0 "$SOAKD" report day.csv --limit 1GiB --out day.png --out day.svg --out day.pdf
check "its page" page day.png 1600 1200
check "as lines it is below 250 kB" [ "$(wc -c <day.svg)" -lt 250000 ] && [ "$(wc -c <day.pdf)" -lt 250000 ]
check "the SVG is XML" xmllint --noout day.svg
check "a month" status 0 "$SOAKD" report month.csv --out month.png
check "its page" page month.png 1600 1200
for size in 800x600 1200x1600 1600x500; do
	check "asked for $size" status 0 "$SOAKD" report day.csv --size $size --out "$size.png"
	check "it is that" page "$size.png" "${size%x*}" "${size#*x}"
done
for theme in dark print; do
	check "the theme $theme" status 0 "$SOAKD" report day.csv --theme $theme --out $theme.png
	check "its page" page $theme.png 1600 1200
done
head -2 day.csv >one.csv
check "one row" status 0 "$SOAKD" report one.csv --out one.png
check "its page" page one.png 1600 1200
finish
