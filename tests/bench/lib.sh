# SPDX-License-Identifier: GPL-3.0-or-later
# What the parts that measure whole processes share. Source it; files go into $tmp, which is removed at the end.
set -eu
O=${O:-build}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM

# leak_rows ROWS HEAD CELLS: so many rows of a leak of 100 KiB an hour in a day. CELLS is what awk prints of row i: s seconds each, a the leak.
leak_rows() {
	awk -v n="$1" "BEGIN {
		print \"timestamp,$2\"
		s = 86400 / n
		for (i = 0; i < n; i++) {
			a = 50000 + 100 * i * s / 3600 + i * 7919 % 101
			printf \"%.3f,\", 1795140000 + i * s
			printf $3
		}
	}"
}
# csv ROWS: $tmp/ROWS.csv, 5 columns.
csv() {
	leak_rows "$1" rss_kb,vsz_kb,pss_kb,anon_kb '"%d,%d,%d,%d\n", a + 30000, 500000, a + 9000, a' >"$tmp/$1.csv"
}
# ms TIMES COMMAND...: median of so many runs. mib: its memory at the most.
ms() { "$O/tests/bench/whole" "$@" | cut -d' ' -f1; }
mib() { "$O/tests/bench/whole" "$@" | cut -d' ' -f2; }
