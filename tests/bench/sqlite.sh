#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# sqlite/insert-heavy beside the same loop in bare C: one connection, batches of 100, WAL, as fast as it can, in turn; CPU per row, medians
# of five rounds. Files in memory (/dev/shm) where there is such a place: the disk is not what is compared.
#   O=build tests/bench/sqlite.sh [SECONDS]
cd "$(dirname "$0")/../.." || exit 2
O=${O:-build} s=${1:-3} rows=50000
case $O in /*) ;; *) O=$PWD/$O ;; esac
dir=$(mktemp -d /dev/shm/soakd-bench.XXXXXX 2>/dev/null || mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
median() { awk '{ print $2 }' "$dir/$1" | sort -n | sed -n 3p; }
for _ in 1 2 3 4 5; do
	"$O/tests/bench/drive_load" drive "$O/soakd-drive" "$s" "{\"scenario\":\"sqlite\",\"profile\":\"insert-heavy\",\"rate\":0,\"connections\":1,
		\"batch\":100,\"rows\":$rows,\"dir\":\"$dir\"}" >>"$dir/ours" || exit 1
	"$O/tests/bench/sqlite_bare" "$dir/bare.sqlite" "$s" 100 "$rows" >>"$dir/bare" || exit 1
	rm -f "$dir"/*.sqlite*
done
awk '$3 != 0 { exit 1 }' "$dir/ours" || { echo "sqlite.sh: operations failed" >&2; exit 1; }
printf 'sqlite insert-heavy, batch 100, WAL, per row\t%s\tus\tthe same loop in bare C\t%s\t<= 1.1\n' "$(median ours)" "$(median bare)"
