#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Processes that live for milliseconds: many of them die between two files of their row. Whatever the timing, a row's sums are those of
# the processes that gave a value, what a dead one no longer could give is an empty cell and not 0, and the tree's figures stay numbers.
. "$(dirname "$0")/lib.sh"
cat >"$TMP/storm.py" <<'P'
import os, sys, time
held = b"x" * (4 << 20)
end = time.monotonic() + 1000
alive = []
reaped = 0
while time.monotonic() < end:
    pid = os.fork()
    if pid == 0:
        own = b"x" * (1 << 20)
        time.sleep(0.001 * (os.getpid() % 20))
        os._exit(0)
    alive.append(pid)
    if len(alive) > 8:
        os.waitpid(alive.pop(0), 0)
        reaped += 1
        if reaped == 50:  # as many live as ever will
            open(sys.argv[1], "w").write("ready")
P
python3 "$TMP/storm.py" "$TMP/ready" & P=$!
CLEANUP='kill $P 2>/dev/null'
wait_for 10 [ -s "$TMP/ready" ]
# How many live at a time changes with what else runs, which may look like growth once; not five times in a row.
for look in 1 2 3 4 5; do
	D=$TMP/run$look
	status "0 1 3" "$SOAKD" --target "pid:$P" --scenario none --interval 0.02 --duration 3s --quiet --out "$D"
	[ "$got" = 1 ] || break
done
check "a storm of processes is no leak, in one of five runs" [ "$got" != 1 ]
check "  and its run goes to its end" by_verdict "$got" "$TMP/err"
cat >"$TMP/sums.py" <<'P'
import csv, collections, sys
rows = lambda name: list(csv.DictReader(open(f"{sys.argv[1]}/{name}.csv")))
of = collections.defaultdict(list)
for r in rows("processes"):
    of[r["timestamp"]].append(r)
samples = rows("samples")
times = collections.Counter(s["timestamp"] for s in samples)
samples = [s for s in samples if times[s["timestamp"]] == 1]  # a late row and the next one may share a millisecond
empty = torn = 0
for s in samples:
    p = of[s["timestamp"]]
    assert len(p) >= int(s["processes"]) >= 1, (s["timestamp"], len(p), s["processes"])
    assert len({(r["pid"], r["starttime"]) for r in p}) == len(p), "one process has two rows at a time"
    for column in ("rss_kb", "anon_kb", "file_kb", "swap_kb", "threads"):
        have = [int(r[column]) for r in p if r[column] != ""]
        if s[column] == "":
            empty += 1
        else:
            assert int(s[column]) == sum(have), (column, s["timestamp"], s[column], sum(have))
    torn += sum(r["rss_kb"] == "" or (r["rss_kb"] != "0" and r["fds"] == "") for r in p)
    for r in p:
        if r["rss_kb"] == "0":  # a zombie: nothing of it is left
            assert r["anon_kb"] == "0" and r["pss_kb"] in ("", "0"), r
print(f"# {len(samples)} rows, {len(set((r['pid'], r['starttime']) for l in of.values() for r in l))} processes, "
      f"{torn} died within their row, {empty} sums empty")
assert empty == 0, "the death of one made the sum of all unknown"
P
check "each sum is that of the processes that gave a value" python3 "$TMP/sums.py" "$D"
check "the root is in every row" [ "$(python3 -c 'import csv, sys
print(sum(r["pid"] == sys.argv[2] and int(r["rss_kb"]) >= 4096 for r in csv.DictReader(open(sys.argv[1]))))' "$D/processes.csv" $P)" -eq $(($(lines "$D/samples.csv") - 1)) ]
check "nothing was unreadable" [ "$(grep -c ',unreadable,' "$D/events.csv")" = 0 ]
check "nor is one in its verdict" json_true "$D/verdict.json" "j['leaking'] is False"
finish
