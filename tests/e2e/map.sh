#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The verb map: its sums are the kernel's own, in every format; the biggest mappings; whole trees; and what cannot be read.
. "$(dirname "$0")/lib.sh"

# A sleep of its own, with a loader and libraries that nobody else maps: its PSS is the same whoever comes and goes.
mkdir "$TMP/own"
cp "$(command -v sleep)" "$TMP/own/program"
for f in $(awk '$6 ~ /^\/.*\.so/ { print $6 }' /proc/self/maps | sort -u); do cp "$f" "$TMP/own/"; done
mv "$TMP/own/"ld*.so* "$TMP/own/sleep"
LC_ALL=C "$TMP/own/sleep" --library-path "$TMP/own" "$TMP/own/program" 300 &
P=$!
CLEANUP="kill $P"
asleep() { grep -q '^Name:[[:space:]]*sleep' "/proc/$P/status" && grep -q '^State:[[:space:]]*S' "/proc/$P/status"; }
check "a program that has come to rest" wait_for 10 asleep # it is the shell, then it loads: by then it touches no new page

# sums_agree: total of the JSON in out against smaps_rollup, and the sum of the classes against the total.
cat >"$TMP/sums.py" <<'P'
import json, re, sys
m = json.load(open(sys.argv[1]))
kernel = {k: int(v) for k, v in re.findall(r"^(\w+): +(\d+) kB", open("/proc/%s/smaps_rollup" % sys.argv[2]).read(), re.M)}
assert m["schema"] == "soakd.map/1" and len(m["processes"]) == 1, m
p = m["processes"][0]
assert p["pid"] == int(sys.argv[2]) and p["name"] == "sleep" and p["read_s"] > 0, p
names = {"rss_kb": "Rss", "private_dirty_kb": "Private_Dirty", "anon_kb": "Anonymous", "swap_kb": "Swap"}
for key, name in names.items():
    assert p["total"][key] == kernel[name], (key, p["total"][key], kernel[name])
# PSS is rounded down for each mapping
assert abs(p["total"]["pss_kb"] - kernel["Pss"]) <= p["total"]["mappings"], (p["total"]["pss_kb"], kernel["Pss"])
for key in list(names) + ["private_clean_kb", "size_kb", "pss_kb", "mappings", "hugetlb_kb"]:
    assert sum(c[key] for c in p["classes"]) == p["total"][key], key
assert [c["pss_kb"] for c in p["classes"]] == sorted((c["pss_kb"] for c in p["classes"]), reverse=True)
assert {"file-text", "stack"} <= {c["class"] for c in p["classes"]}, p["classes"]
# --top 64: all that hold something, the first the biggest; with those of one class and name in one
held = [b["pss_kb"] + b["swap_kb"] + b["hugetlb_kb"] for b in p["biggest"]]
assert held == sorted(held, reverse=True) and min(held) > 0, held
assert sum(b["pss_kb"] for b in p["biggest"]) == p["total"]["pss_kb"], p["biggest"]
assert len({(b["class"], b["name"], b["name"] or b["start"]) for b in p["biggest"]}) == len(held)
stack = [b for b in p["biggest"] if b["class"] == "stack"]
assert len(stack) == 1 and stack[0]["name"] == "[stack]" and stack[0]["object"] is None, stack
data = [b for b in p["biggest"] if b["class"] == "file-data" and b["name"].endswith("/sleep")] # of its own: never shared
assert len(data) == 1 and re.fullmatch("[0-9a-f]+:[0-9a-f]+:[0-9]+", data[0]["object"]), data
for b in p["biggest"]:
    assert (int(b["end"], 16) - int(b["start"], 16)) / 1024 >= b["size_kb"], b
P
check "json" status 0 "$SOAKD" map --format json --top 64 "$P"
check "its sums are those of smaps_rollup" python3 "$TMP/sums.py" "$TMP/out" "$P"
check "csv, of two processes" status 0 "$SOAKD" map --format csv "$P" $$
cp "$TMP/out" "$TMP/two.csv"
check "a total for each, under one header" [ "$(grep -c ',total,' "$TMP/two.csv") $(grep -c '^pid,name,class,' "$TMP/two.csv")" = "2 1" ]
check "no mappings by name" [ "$(head -1 "$TMP/two.csv" | tr -cd , | wc -c) $(grep -cv ',,,,$' "$TMP/two.csv")" = "16 1" ]
check "csv with them" status 0 "$SOAKD" map --format csv --top 2 "$P"
check "two mappings by name" [ "$(grep -cv ',,,,$' "$TMP/out")" -eq 3 ]
check "human" status 0 "$SOAKD" map --top 0 "$P"
check "names the process, its classes and the total" [ "$(grep -cE "^($P sleep: [0-9]+ mappings, read in |class  |stack  |total  )" "$TMP/out")" -eq 4 ]

check "no process: 2" status 2 "$SOAKD" map
check "which one is asked" says "which process?"
check "an unknown target: 2" status 2 "$SOAKD" map no-such-program
check "said once" one_sentence
check "which one" says "no process is named no-such-program"
check "a target of our own: 2" status 2 "$SOAKD" map leaky
check "no number and no name: 2" status 2 "$SOAKD" map 12.5
check "too many mappings: 2" status 2 "$SOAKD" map --top 65 "$P"
check "no such process: 2" status 2 "$SOAKD" map "$P" 2147483646
check "says which" says "there is no process 2147483646"
check "and prints nothing of the others" [ ! -s "$TMP/out" ]
check "not from 0 on: 2" status 2 "$SOAKD" map 0
check "an unknown format: 2" status 2 "$SOAKD" map --format xml "$P"
check "help: 0" status 0 "$SOAKD" map --help

# A tree: 8 MiB that parent and child share, named by a bad name; 3 MiB that each has for itself.
cat >"$TMP/tree.py" <<'P'
import mmap, os, sys
fd = os.memfd_create(b"a,b \xff\n\"c)" .decode("utf-8", "surrogateescape"))
os.ftruncate(fd, 8 << 20)
m = mmap.mmap(fd, 8 << 20)
m[:] = b"x" * (8 << 20)
child = os.fork()
if child == 0:
    import ctypes
    ctypes.CDLL(None).prctl(1, 9)
    sum(m[0:8 << 20:4096])
own = mmap.mmap(-1, 3 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
own[:] = b"y" * (3 << 20)
open(sys.argv[1] + (".child" if child == 0 else ".parent"), "w").write("ready")
import time
time.sleep(300)
P
python3 "$TMP/tree.py" "$TMP/tree" &
T=$!
CLEANUP="kill $P $T"
both() { [ -s "$TMP/tree.child" ] && [ -s "$TMP/tree.parent" ]; }
wait_for 20 both
cat >"$TMP/tree_sum.py" <<'P'
import csv, json, sys
m = json.load(open(sys.argv[1]))
assert len(m["processes"]) == 2 and m["processes"][0]["pid"] == int(sys.argv[2]), m["processes"]
assert all(p["role"] == "python3" for p in m["processes"])
s = m["sum"]
for k in ("rss_kb", "pss_kb", "anon_kb", "mappings"):
    assert s["total"][k] == sum(p["total"][k] for p in m["processes"]), k
shm = [b for b in s["biggest"] if b["class"] == "shmem"]
assert len(shm) == 1 and shm[0]["pss_kb"] == 8192 and shm[0]["rss_kb"] == 16384 and shm[0]["mappings"] == 2, shm
assert shm[0]["object"] and shm[0]["object"] in {b["object"] for b in m["processes"][1]["biggest"]}, shm
assert "memfd:a,b ?\\012\"c)" in shm[0]["name"], shm
own = [b for b in s["biggest"] if b["class"] == "anon" and b["anon_kb"] >= 3072]
assert sorted(b["name"].split()[-1] for b in own) == sorted(str(p["pid"]) for p in m["processes"]), own
rows = list(csv.DictReader(open(sys.argv[3], encoding="utf-8", newline="")))
assert [r["mapping"] for r in rows if r["class"] == "shmem" and r["start"]] == [shm[0]["name"]], rows
assert not any(r["pid"] or r["name"] for r in rows)
P
check "a tree in csv" status 0 "$SOAKD" map --sum --format csv --top 8 "pid:$T"
cp "$TMP/out" "$TMP/tree.csv"
check "a tree, together" status 0 "$SOAKD" map --sum --format json --top 8 "pid:$T" "$T"
check "what is shared counts once" python3 "$TMP/tree_sum.py" "$TMP/out" "$T" "$TMP/tree.csv"
check "each process of it" status 0 "$SOAKD" map --top 0 "pid:$T"
check "in a table of its own" [ "$(grep -c '^total' "$TMP/out") $(grep -c '^biggest' "$TMP/out")" = "2 0" ]
# pty WIDTH: no line is longer than the terminal is wide.
cat >"$TMP/width.py" <<'P'
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
    os.execv(sys.argv[2], sys.argv[2:])
out = b""
try:
    while b := os.read(fd, 4096):
        out += b
except OSError:
    pass
lines = out.decode().split("\r\n")
assert os.waitpid(pid, 0)[1] == 0 and len(lines) > 8, lines
assert max(map(len, lines)) <= int(sys.argv[1]), max(lines, key=len)
P
for w in 60 80 200; do
	check "fits a terminal of $w columns" python3 "$TMP/width.py" "$w" "$SOAKD" map --top 20 "$T"
done
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	cp "$SOAKD" "$TMP/soakd" # where anybody may run it
	check "another user's process: 2" status 2 setpriv --reuid=65534 --regid=65534 --clear-groups "$TMP/soakd" map "$P"
	check "says what is missing" says CAP_SYS_PTRACE
	check "nor of a tree: 2" status 2 setpriv --reuid=65534 --regid=65534 --clear-groups "$TMP/soakd" map "pid:$T"
	check "says of how many" says "2 of 2 processes could not be read"
else
	skip "another user's process" "not root"
fi
finish
