#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The whole monitor at 1 Hz over trees of 100, 500 and 1000 processes (60 mappings, 1 MiB each). CPU of the monitor in its steady state by its
# own clock, the processes that it starts for a look at the verdict and for the picture apart, and its memory. Beside a bare loop at 1 Hz over
# the same files of the same tree: once a second all comes from cold caches, and a read takes twice as long as in a loop without
# pauses. And beside pidstat and psrecord where they are installed.
set -u
O=${O:-build} seconds=10 warm=11 # after ten seconds no process is young any more
case $O in /*) ;; *) O=$PWD/$O ;; esac
tmp=$(mktemp -d) || exit 1
tree=
soakd=
trap '[ -z "$soakd" ] || kill "$soakd" 2>/dev/null; [ -z "$tree" ] || kill "$tree" 2>/dev/null; rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
cd "$tmp" || exit 1

# grow N: a tree of N processes; its root is $tree.
grow() {
	: >tree.out
	"$O/tests/bench/sample_bench" tree "$1" >tree.out &
	tree=$!
	tries=300
	while [ ! -s tree.out ] && [ $tries -gt 0 ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
	[ -s tree.out ] || exit 1
}

fell() {
	kill "$tree" 2>/dev/null
	wait "$tree" 2>/dev/null
	tree=
}

# column NAME: its last value in samples.csv.
column() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i } END { print $at }' run/samples.csv; }
kib() { awk -v key="$1" '$1 == key ":" { printf "%.1f", $2 / 1024 }' "/proc/$soakd/status"; }

# watch SAMPLERS SECONDS: a run over the tree. Sets ours (CPU in per cent), looks (of its children), rss and anon (MiB), missed.
watch() {
	rm -rf run
	"$O/soakd" --target "pid:$tree" --scenario none --interval 1 --samplers "$1" --duration $((warm + $2 + 3))s --out run \
		>soakd.log 2>&1 </dev/null &
	soakd=$!
	sleep $warm
	ours=$("$O/tests/bench/sample_bench" watch "$soakd" "$2")
	looks=$(sed 's/.*) //' "/proc/$soakd/stat" | awk -v hz="$(getconf CLK_TCK)" -v s=$((warm + $2)) '{ printf "%.3f", ($14 + $15) / hz / s * 100 }')
	rss=$(kib VmRSS) anon=$(kib RssAnon)
	[ -n "$ours" ] && [ -n "$rss" ] || { tail -5 soakd.log >&2; exit 1; }
	kill -INT "$soakd" # its plan was for longer: the window lies within it
	wait "$soakd"
	soakd=
	rows=$(($(wc -l <run/samples.csv) - 1)) missed=$(column missed)
	[ "$rows" -ge "$2" ] || { echo "monitor.sh: only $rows rows" >&2; exit 1; }
}

bare() { "$O/tests/bench/sample_bench" bare "$1" "$tree" 6; }
line() { printf 'monitor/%s\t%s\t%s\t%s\t%s\t<= %s\n' "$@"; }

grow 100
watch default $seconds
line 'CPU at 1 Hz, 100 processes' "$ours" % 'bare loop at 1 Hz' "$(bare default)" 2
line 'CPU of its looks at the verdict' "${looks:-0}" % none - 1
line 'RSS, libraries included' "$rss" MiB none - 14
line 'private memory (RssAnon)' "$anon" MiB none - 8

# peer NAME COMMAND...: the same with another tool; its own CPU, children included, start-up too.
peer() {
	name=$1
	shift
	"$O/tests/bench/drive_load" cpu "$@" >/dev/null 2>peer.err </dev/null || { echo "# $name failed" >&2; return; }
	line 'CPU at 1 Hz, 100 processes' "$ours" % "$name" "$(tail -1 peer.err | awk -v s=$seconds '{ printf "%.3f", $1 / s * 100 }')" 0.5
}
if command -v pidstat >/dev/null 2>&1; then
	peer "pidstat -u -r, the same" pidstat -u -r -p "$(tr -s ' ' , <"/proc/$tree/task/$tree/children" | sed 's/,$//')" 1 $seconds
fi
if command -v psrecord >/dev/null 2>&1; then
	peer "psrecord --include-children" psrecord "$tree" --include-children --interval 1 --duration $seconds --log psrecord.log
fi
fell

grow 500
watch fast $seconds
line 'CPU at 1 Hz, 500 processes, fast' "$ours" % 'bare loop at 1 Hz' "$(bare fast)" 1.5
line 'CPU at 1 Hz, 500 processes, fast' "$ours" % none - 0.1
watch default $seconds
line 'CPU at 1 Hz, 500 processes' "$ours" % 'bare loop at 1 Hz' "$(bare default)" 1.5
line 'CPU at 1 Hz, 500 processes' "$ours" % none - 0.8
line 'RSS, 500 processes (12 MiB + 20 KiB each)' "$rss" MiB none - 21.8
fell

grow 1000
watch default 8
line 'missed ticks at 1 Hz, 1000 processes' "$missed" 1 none - 0
line 'RSS, 1000 processes (12 MiB + 20 KiB each)' "$rss" MiB none - 31.5
fell
