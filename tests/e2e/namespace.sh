#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# PID namespaces: a tree inside one is watched from outside by the numbers that are seen there; inside, a number is used again while
# a run goes on (ns_last_pid decides which): a new process each time, never joined with the one before; and a /proc that is not the
# namespace's own is refused, for its numbers are other processes.
. "$(dirname "$0")/lib.sh"
if ! unshare -pf --mount-proc sh -c 'echo 100 >/proc/sys/kernel/ns_last_pid' 2>/dev/null; then
	skip "PID namespaces" "no right to make one"
	finish
fi
CLEANUP='kill $U 2>/dev/null'
run="--scenario none --interval 0.2 --quiet"
events() { # FILE KIND PATTERN: how many
	python3 -c 'import csv, re, sys
print(sum(r["kind"] == sys.argv[2] and bool(re.search(sys.argv[3], r["detail"])) for r in csv.DictReader(open(sys.argv[1]))))' "$@"
}

# ---- from outside: the same process has a number here and another there
timeout 1000 unshare -pf --mount-proc --kill-child sh -c 'sleep 1000 & sleep 1001' &
U=$!
child_of() { cat /proc/"$1"/task/*/children 2>/dev/null; }
# timeout, unshare, and the namespace's first process, which has two children
asleep() { for c in $(child_of "$1"); do cat "/proc/$c/comm"; done | grep -cx sleep; }
first() { init=$(child_of "$(child_of $U | tr -d ' ')" | tr -d ' ') && [ -n "$init" ] && [ "$(asleep "$init")" -eq 2 ]; }
check "a namespace" wait_for 10 first
check "a tree in a namespace, from outside" status "0 3" "$SOAKD" --target "pid:$init" $run --duration 1s --out "$TMP/outside"
check "  all three of it" [ "$(column "$TMP/outside/processes.csv" pid | sort -u | wc -l)" -eq 3 ]
check "  read in full" [ "$(column "$TMP/outside/samples.csv" pss_sampled | sed -n 1p)" = 3 ]
kill $U
wait $U 2>/dev/null

# ---- /proc of another namespace
check "a /proc that is not ours: 2" status 2 timeout 1000 unshare -pf --kill-child "$SOAKD" $run --duration 1s --out "$TMP/foreign" -- sleep 1000
check "  says so" says "belongs to another PID namespace"
check "  in one sentence" one_sentence
check "  and nothing was watched" [ ! -s "$TMP/foreign/samples.csv" ]
timeout 1000 unshare -pf --kill-child "$SOAKD" doctor >"$TMP/out" 2>&1
check "doctor says so too" grep -q "^FAIL .*belongs to another PID namespace" "$TMP/out"

# ---- a number used again: the child, then the root
cat >"$TMP/parent.py" <<'P'
import os, signal, sys, time
def child(kib):
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        held = b"x" * (kib << 10)
        os.write(w, b"x")
        time.sleep(1000)
        os._exit(len(held) * 0)
    os.read(r, 1)  # it has what it holds
    os.close(r)
    os.close(w)
    return pid
def again(sig, frame):
    global pid
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    time.sleep(0.05)  # start times are in ticks of 10 ms
    for attempt in range(200):  # somebody else's short-lived process may have taken it
        open("/proc/sys/kernel/ns_last_pid", "w").write(str(pid - 1))
        new = child(32768)
        if new == pid:
            break
        os.kill(new, 9)
        os.waitpid(new, 0)
    print("ready", new, flush=True)
signal.signal(signal.SIGUSR1, again)
pid = child(1024)
print("ready", pid, flush=True)
while True: time.sleep(1)
P
cat >"$TMP/inside.sh" <<'I'
. "$LIB"
rmdir "$TMP" # the one outside is ours
TMP=$1
trap - EXIT
python3 "$TMP/parent.py" >"$TMP/ready" & parent=$!
wait_for 10 grep -q ready "$TMP/ready"
"$SOAKD" --target pid:$parent --scenario none --interval 0.2 --duration 1000s --quiet --out "$TMP/again" >"$TMP/again.out" 2>"$TMP/again.err" & run=$!
wait_for 10 sh -c "[ \$(wc -l <'$TMP/again/samples.csv') -gt 3 ]"
kill -USR1 $parent
wait_for 10 sh -c "[ \$(grep -c ready '$TMP/ready') -eq 2 ]"
wait_for 10 grep -q process-new "$TMP/again/events.csv"
now=$(wc -l <"$TMP/again/samples.csv")
wait_for 10 sh -c "[ \$(wc -l <'$TMP/again/samples.csv') -gt $((now + 2)) ]"
kill -KILL $parent
wait $parent
python3 -c 'import time; time.sleep(0.05)'
stranger=
while [ "$stranger" != $parent ]; do
	[ -z "$stranger" ] || kill "$stranger"
	echo $((parent - 1)) >/proc/sys/kernel/ns_last_pid
	sleep 1000 & stranger=$!
done
echo "$parent $stranger" >"$TMP/pids"
wait $run
echo $? >"$TMP/again.rc"
kill $stranger
I
LIB=$(cd "$(dirname "$0")" && pwd)/lib.sh
export LIB SOAKD
timeout 1000 unshare -pf --mount-proc --kill-child sh "$TMP/inside.sh" "$TMP" >"$TMP/inside.log" 2>&1
sed 's/^/# /' "$TMP/inside.log"
child=$(sed -n 's/^ready //p' "$TMP/ready" | sed -n 1p)
A=$TMP/again
check "the child's number was used again" [ "$(sed -n 's/^ready //p' "$TMP/ready" | tr '\n' ' ')" = "$child $child " ]
check "one has left" [ "$(events "$A/events.csv" process-gone " $child\$")" = 1 ]
check "another has come" [ "$(events "$A/events.csv" process-new " $child\$")" = 1 ]
cat >"$TMP/two.py" <<'P'
import csv, sys
rows = [r for r in csv.DictReader(open(sys.argv[1])) if r["pid"] == sys.argv[2]]
starts = sorted({int(r["starttime"]) for r in rows})
assert len(starts) == 2, starts
seen = [int(r["starttime"]) for r in rows]
assert seen == sorted(seen), "the first came back"
first, second = ([float(r["anon_kb"]) for r in rows if int(r["starttime"]) == s and r["anon_kb"]] for s in starts)
assert max(second) - max(first) > 15000, (first, second)
P
check "two processes by their start, each with its own memory" python3 "$TMP/two.py" "$A/processes.csv" "$child"
read -r root stranger <"$TMP/pids"
check "the root's number was used again" [ "$root" = "$stranger" ]
check "the target has died: 4" [ "$(cat "$TMP/again.rc")" = 4 ]
check "  and was not taken for the stranger" [ -z "$(awk -F, -v p="$root" 'NR > 1 && $2 == p && $5 == "sleep"' "$A/processes.csv")" ]
check "  which is told" [ "$(events "$A/events.csv" target-exit " $root has exited")" = 1 ]
finish
