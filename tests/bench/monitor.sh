#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The whole monitor: 20 s at 1 Hz over a tree of 100 processes (60 mappings, 1 MiB each). CPU of the monitor in its steady state, the
# processes that it starts for a look at the verdict and for the picture apart, and its memory. Beside the bare loop over status, stat and fd/ of
# the same tree, and beside pidstat and psrecord where they are installed.
set -u
O=${O:-build} seconds=20 warm=4
case $O in /*) ;; *) O=$PWD/$O ;; esac
tmp=$(mktemp -d) || exit 1
tree=
soakd=
trap '[ -z "$soakd" ] || kill "$soakd" 2>/dev/null; [ -z "$tree" ] || kill "$tree" 2>/dev/null; rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
cd "$tmp" || exit 1

"$O/tests/bench/sample_bench" tree >tree.out &
tree=$!
tries=100
while [ ! -s tree.out ] && [ $tries -gt 0 ]; do
	sleep 0.1
	tries=$((tries - 1))
done
[ -s tree.out ] || exit 1
bare=$(cut -f1 tree.out)

# ticks PID FIRST LAST: the sum of these fields of stat, counted after the name; 12 and 13 are utime and stime, 14 and 15 its children's.
ticks() { sed 's/.*) //' "/proc/$1/stat" | cut -d' ' -f"$2-$3" | awk '{ print $1 + $2 }'; }
percent() { awk -v a="$1" -v b="$2" -v s="$3" -v hz="$(getconf CLK_TCK)" 'BEGIN { printf "%.3f", (b - a) / hz / s * 100 }'; }

"$O/soakd" --target "pid:$tree" --scenario none --interval 1 --duration $((seconds + warm + 2))s --out run >soakd.log 2>&1 </dev/null &
soakd=$!
sleep $warm
from=$(ticks "$soakd" 12 13)
sleep $seconds
to=$(ticks "$soakd" 12 13)
children=$(ticks "$soakd" 14 15)
rss=$(awk '/^VmRSS:/ { printf "%.1f", $2 / 1024 }' "/proc/$soakd/status")
anon=$(awk '/^RssAnon:/ { printf "%.1f", $2 / 1024 }' "/proc/$soakd/status")
[ -n "$from" ] && [ -n "$to" ] && [ -n "$rss" ] || { tail -5 soakd.log >&2; exit 1; }
wait "$soakd"
soakd=
rows=$(($(wc -l <run/samples.csv) - 1))
[ "$rows" -ge "$seconds" ] || { echo "monitor.sh: only $rows rows" >&2; exit 1; }
ours=$(percent "$from" "$to" $seconds)
printf 'monitor/CPU at 1 Hz, 100 processes\t%s\t%%\tbare loop, status stat fd\t%s\t<= 4\n' "$ours" "$bare"
printf 'monitor/CPU of its looks at the verdict\t%s\t%%\tnone\t-\t<= 1\n' "$(percent 0 "${children:-0}" $((seconds + warm)))"
printf 'monitor/RSS, libraries included\t%s\tMiB\tnone\t-\t<= 16\n' "$rss"
printf 'monitor/private memory (RssAnon)\t%s\tMiB\tnone\t-\t<= 8\n' "$anon"

# peer NAME COMMAND...: the same 20 s with another tool; its own CPU, children included, start-up too.
peer() {
	name=$1
	shift
	"$O/tests/bench/drive_load" cpu "$@" >/dev/null 2>peer.err </dev/null || { echo "# $name failed" >&2; return; }
	cpu=$(tail -1 peer.err | awk -v s=$seconds '{ printf "%.3f", $1 / s * 100 }')
	printf 'monitor/CPU at 1 Hz, 100 processes\t%s\t%%\t%s\t%s\t<= 0.5\n' "$ours" "$name" "$cpu"
}
list=$(cut -f2 tree.out)
if command -v pidstat >/dev/null 2>&1; then peer "pidstat -u -r, the same" pidstat -u -r -p "$list" 1 $seconds; fi
if command -v psrecord >/dev/null 2>&1; then
	peer "psrecord --include-children" psrecord "$tree" --include-children --interval 1 --duration $seconds --log psrecord.log
fi
