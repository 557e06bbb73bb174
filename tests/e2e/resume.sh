#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# kill -9 of the driver: an event, started again, the run goes on. kill -9 of the monitor: the run goes on with --resume.
. "$(dirname "$0")/lib.sh"
D=$TMP/run
"$SOAKD" --target leaky --scenario leaky/none --interval 0.2 --duration 30s --out "$D" --quiet >"$TMP/o" 2>&1 </dev/null &
monitor=$!
check "rows come" wait_for 10 sh -c "[ \$(wc -l <'$D/samples.csv') -ge 10 ]"
kill -9 "$monitor"
wait "$monitor" 2>/dev/null
own=$(last_of "$D/processes.csv" pid)
check "a process of ours is gone with its monitor" wait_for 5 [ ! -e "/proc/$own" ]
before=$(lines "$D/samples.csv")
# more_rows DIR BEFORE: those that the second part has taken are in the file, and are some
more_rows() { json_true "$1/run.json" "3 <= j['cost']['rows'] == $(($(lines "$1/samples.csv") - $2))"; }
printf '17951' >>"$D/samples.csv" # what a crash in the middle of a write leaves
check "resumed to its end" resumed "$SOAKD" --resume "$D" --duration 4s --quiet
check "more rows than before" more_rows "$D" "$before"
check "no torn line" sh -c "! awk -F, 'NR == 1 { n = NF } NF != n { bad = 1 } END { exit !bad }' '$D/samples.csv'"
check "a gap event" grep -q ',gap,' "$D/events.csv"
check "two segments" json_true "$D/run.json" "len(j['segments']) == 2 and j['segments'][1]['reason'] == 'resume'"
check "time never goes back" sh -c "cut -d, -f2 '$D/samples.csv' | tail -n +2 | sort -n -c"
ops_ok() { column "$D/samples.csv" ops | sort -n -c; }
check "operations never go back" ops_ok

# a tree of short lives: births, deaths, CPU time and all other counters go on from the last row, not from the last epoch.
# More of them live at a time while a machine gets busy: that growth is judged elsewhere
cat >"$TMP/storm.py" <<'P'
import os, time
while True:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass
    if os.fork() == 0:
        time.sleep(0.3)
        os._exit(0)
    time.sleep(0.05)
P
python3 "$TMP/storm.py" &
storm=$!
CLEANUP='kill $storm 2>/dev/null'
S=$TMP/storm
"$SOAKD" --target "pid:$storm" --interval 0.2 --duration 600s --samplers default,io --min-rate 1TiB --out "$S" --quiet >"$TMP/o" 2>&1 </dev/null &
monitor=$!
many_died() { [ "$(last_of "$S/samples.csv" processes_died | cut -d. -f1)" -ge 20 ]; }
check "many die" wait_for 20 many_died
kill -9 "$monitor"
wait "$monitor" 2>/dev/null
at=$(lines "$S/samples.csv")
check "resumed" status "0 3 5" "$SOAKD" --resume "$S" --duration 2s --quiet
kill $storm
check "more rows than before" more_rows "$S" "$at"
counters_ok() { # the columns of kind METRIC_COUNTER; tests/soakd/session_test.c goes by the kind itself
	python3 - "$S/samples.csv" <<'P'
import csv, sys
counters = """minor_faults major_faults cpu_s io_read_kb io_write_kb ops errors reconnects missed soakd_cpu_s processes_born processes_died
    cgroup_oom_kills cgroup_limit_hits cgroup_high_hits psi_memory_some_s psi_memory_full_s psi_io_some_s psi_io_full_s psi_cpu_some_s
    cgroup_psi_memory_some_s cgroup_psi_memory_full_s system_oom_kills system_swap_in_kb system_swap_out_kb""".split()
rows = list(csv.DictReader(open(sys.argv[1])))
bad = []
for c in [c for c in counters if c in rows[0]]:
    v = [float(r[c]) for r in rows if r[c]]
    bad += [f"{c}: {a} -> {b}" for a, b in zip(v, v[1:]) if b < a]
lacking = [c for c in ("processes_born", "processes_died", "soakd_cpu_s", "cpu_s", "minor_faults", "io_read_kb") if not rows[-1][c]]
if bad or lacking:
    sys.exit(f"# went back: {bad}; empty: {lacking}")
P
}
check "no counter goes back" counters_ok

export STATE_DIRECTORY="$TMP/state"
mkdir "$STATE_DIRECTORY"
check "resume last without a run: a new one" status "0 3" "$SOAKD" --target leaky --scenario leaky/none --interval 0.3 --duration 3s --resume last --quiet
check "a link to the latest" [ -e "$STATE_DIRECTORY/runs/latest/samples.csv" ]
check "an ended run is not resumed: another new one" sh -c "sleep 1; '$SOAKD' --target leaky --scenario leaky/none --interval 0.2 --duration 2s --resume last --quiet >/dev/null 2>&1; ls -d '$STATE_DIRECTORY'/runs/leaky-* | wc -l | grep -qx 2"
finish
