#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A worker that is not dumpable (memcached -u, nginx: they changed their user without exec) is closed even to its own user. Its cheap
# figures are there, its maps are not; what could be read of the others is right, no sum is made of the rest, one event per file names
# the capability.
. "$(dirname "$0")/lib.sh"
as=
[ "$(id -u)" != 0 ] || as="setpriv --reuid=65534 --regid=65534 --clear-groups"
open_programs
if ! $as "$SOAKD" --version >/dev/null 2>&1; then
	skip "a worker that is not dumpable" "nobody cannot run $SOAKD"
	finish
fi
cat >"$TMP/master.py" <<'P'
import ctypes, os, sys, time
libc = ctypes.CDLL(None)
if os.getuid() == 0:  # as memcached -u does: from here it is not dumpable
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: the master is
worker = os.fork()
if worker == 0:
    libc.prctl(15, b"worker", 0, 0, 0)
    libc.prctl(4, 0, 0, 0, 0)
    held = bytearray(8 << 20)
    open(sys.argv[1], "w").write(str(os.getpid()))
    time.sleep(1000)
    os._exit(0)
time.sleep(1000)
P
D=$TMP/open/run
mkdir -m 777 "$TMP/open"
python3 "$TMP/master.py" "$TMP/open/ready" & P=$!
CLEANUP='kill $P $W 2>/dev/null'
W=
wait_for 10 [ -s "$TMP/open/ready" ] || exit 1
W=$(cat "$TMP/open/ready")
# of PID NAME: the values of a column of processes.csv, one per row
of() { python3 -c 'import csv, sys
for r in csv.DictReader(open(sys.argv[1])):
    if r["pid"] == sys.argv[2]: print(r[sys.argv[3]])' "$D/processes.csv" "$1" "$2"; }
filled() { grep -c . || :; }

check "the run goes to its end" status "0 3" $as "$SOAKD" --target "pid:$P" --scenario none --interval 0.1 --duration 3s --quiet --out "$D"
rows=$(of "$P" pid | filled)
check "a row of each process at each time" [ "$(of "$W" pid | filled)" -eq "$rows" ]
check "the worker's status is there, in every row" [ "$(of "$W" rss_kb | filled) $(of "$W" anon_kb | filled)" = "$rows $rows" ]
check "  and is its own" at_least "$(of "$W" anon_kb | tail -1)" 8192
check "its PSS and heap are unknown, in every row" [ "$(of "$W" pss_kb | filled) $(of "$W" heap_kb | filled)" = "0 0" ]
check "the master's are read" at_least "$(of "$P" pss_kb | filled)" 1
check "the sums of what all gave are there" at_least "$(last_of "$D/samples.csv" anon_kb)" 8192
check "no sum of a part" [ "$(column "$D/samples.csv" pss_kb | filled) $(column "$D/samples.csv" heap_kb | filled)" = "0 0" ]
check "  and how many were read is said: one of two" [ "$(column "$D/samples.csv" pss_sampled | sort -nu | tail -1) $(last_of "$D/samples.csv" processes)" = "1 2" ]
check "smaps_rollup is one event" [ "$(grep -c "/proc/$W/smaps_rollup" "$D/events.csv")" = 1 ]
check "  that names the capability" grep -q "/proc/$W/smaps_rollup: Permission denied; without CAP_SYS_PTRACE this process gives no PSS and USS" "$D/events.csv"
check "smaps is one event" [ "$(grep -c "/proc/$W/smaps:" "$D/events.csv")" = 1 ]
check "nothing is said of the master" [ "$(grep ',unreadable,' "$D/events.csv" | grep -c "/proc/$P/")" = 0 ]
check "private memory decides" json_true "$D/verdict.json" "j['column'] == 'anon_kb'"
check "map: 2" status 2 $as "$SOAKD" map "$W"
check "  names the capability" says "without CAP_SYS_PTRACE"
check "doctor says which of how many" sh -c "$as '$SOAKD' doctor --target pid:$P 2>&1 | grep -q 'smaps_rollup cannot be read of 1 of 2 processes.*CAP_SYS_PTRACE'"
check "doctor goes on" status 0 $as "$SOAKD" doctor --target "pid:$P"
check "  and does not advise what would not help" grep -q '^warn smaps_rollup cannot be read of 1 of 2 processes: .*; fix: run as root, or see CAP_SYS_PTRACE above (it is not dumpable: its own user may not read it either)$' "$TMP/out"
finish
