#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Whole-process time of analyze and report at a day of 5 minutes and a day of seconds, as a ratio to a bare C program that only parses
# the same CSV, in the same run: medians of N. A ratio travels between machines, a time does not.
#   O=build tests/bench/analyze_bench.sh [N]
set -eu
cd "$(dirname "$0")/../.."
O=${O:-build} n=${1:-9}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

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

# median COMMAND...: seconds of the whole process.
median() {
	for _ in $(seq "$n"); do
		from=$(date +%s%N)
		"$@" >/dev/null 2>&1 || [ $? -le 3 ]
		echo $(($(date +%s%N) - from))
	done | sort -n | awk '{ t[NR] = $1 } END { printf "%.4f\n", t[int((NR + 1) / 2)] / 1e9 }'
}

printf '%-10s %-8s %9s %9s %7s\n' what samples seconds parse ratio
for rows in 288 86400; do
	csv "$rows"
	parse=$(median "$O/tests/bench/parse_only" "$tmp/$rows.csv")
	for verb in analyze report; do
		t=$(median "$O/soakd" "$verb" "$tmp/$rows.csv")
		awk -v w="$verb" -v r="$rows" -v t="$t" -v p="$parse" 'BEGIN { printf "%-10s %-8d %9.4f %9.4f %7.1f\n", w, r, t, p, t / p }'
	done
done
