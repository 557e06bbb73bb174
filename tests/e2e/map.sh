#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The verb map: its sums are the kernel's own, in every format; and what cannot be read.
. "$(dirname "$0")/lib.sh"

sleep 300 &
P=$!
CLEANUP="kill $P"
wait_for 10 sh -c "grep -q sleep /proc/$P/comm" # it is the shell until it has become what it runs

# sums_agree: total of the JSON in out against smaps_rollup, and the sum of the classes against the total.
cat >"$TMP/sums.py" <<'P'
import json, re, sys
m = json.load(open(sys.argv[1]))
kernel = {k: int(v) for k, v in re.findall(r"^(\w+): +(\d+) kB", open("/proc/%s/smaps_rollup" % sys.argv[2]).read(), re.M)}
assert m["schema"] == "soakd.map/1" and len(m["processes"]) == 1, m
p = m["processes"][0]
assert p["pid"] == int(sys.argv[2]) and p["name"] == "sleep" and p["read_s"] > 0, p
names = {"rss_kb": "Rss", "private_clean_kb": "Private_Clean", "private_dirty_kb": "Private_Dirty", "anon_kb": "Anonymous", "swap_kb": "Swap"}
for key, name in names.items():
    assert p["total"][key] == kernel[name], (key, p["total"][key], kernel[name])
# PSS is rounded down for each mapping, and moves with what others map
assert abs(p["total"]["pss_kb"] - kernel["Pss"]) <= p["total"]["mappings"], (p["total"]["pss_kb"], kernel["Pss"])
for key in list(names) + ["size_kb", "pss_kb", "mappings", "hugetlb_kb"]:
    assert sum(c[key] for c in p["classes"]) == p["total"][key], key
assert [c["pss_kb"] for c in p["classes"]] == sorted((c["pss_kb"] for c in p["classes"]), reverse=True)
assert {"file-text", "stack"} <= {c["class"] for c in p["classes"]}, p["classes"]
P
check "json" status 0 "$SOAKD" map --format json "$P"
check "its sums are those of smaps_rollup" python3 "$TMP/sums.py" "$TMP/out" "$P"
check "csv, of two processes" status 0 "$SOAKD" map --format csv "$P" $$
cp "$TMP/out" "$TMP/two.csv"
check "a total for each, under one header" [ "$(grep -c ',total,' "$TMP/two.csv") $(grep -c '^pid,name,class,' "$TMP/two.csv")" = "2 1" ]
check "human" status 0 "$SOAKD" map "$P"
check "names the process, its classes and the total" [ "$(grep -cE "^($P sleep: [0-9]+ mappings, read in |class  |stack  |total  )" "$TMP/out")" -eq 4 ]

check "no process: 2" status 2 "$SOAKD" map
check "which one is asked" says "which process?"
check "a word: 2" status 2 "$SOAKD" map postgres
check "said once" one_sentence
check "no such process: 2" status 2 "$SOAKD" map "$P" 2147483646
check "says which" says "there is no process 2147483646"
check "and prints nothing of the others" [ ! -s "$TMP/out" ]
check "not from 0 on: 2" status 2 "$SOAKD" map 0
check "an unknown format: 2" status 2 "$SOAKD" map --format xml "$P"
check "help: 0" status 0 "$SOAKD" map --help
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	cp "$SOAKD" "$TMP/soakd" # where anybody may run it
	check "another user's process: 2" status 2 setpriv --reuid=65534 --regid=65534 --clear-groups "$TMP/soakd" map "$P"
	check "says what is missing" says CAP_SYS_PTRACE
else
	skip "another user's process" "not root"
fi
finish
